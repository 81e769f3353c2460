"""One lab for the room; each test finds it as new."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from installation import Installation, installation


@pytest.fixture(scope="session")
def kept_up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with installation(tmp_path_factory.mktemp("deploy")) as one:
        yield one


@pytest.fixture
def lab(kept_up: Installation) -> Iterator[Installation]:
    """A factory device in front of a site that is ready to be deployed."""
    kept_up.reset()
    yield kept_up
    kept_up.reset()


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A TLS port that is closed is looked at once, and so are registrations: here they are there at once or never."""
    monkeypatch.setattr("sbc_tool.deploy.look._OPENING_S", 0.0)
    monkeypatch.setattr("sbc_tool.deploy.enrolled._REGISTERING_S", 0.0)
