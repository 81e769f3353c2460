"""All probes side by side: what one of them does is no other's matter."""

from __future__ import annotations

from pathlib import Path

import pytest
from sample_site import sample_site

from sbc_tool.check import Unknown
from sbc_tool.errors import InputError
from sbc_tool.facts import gather
from sbc_tool.facts.gather import Probe, Subject
from sbc_tool.site.secrets import Vault
from sbc_tool.world import World


class One:
    pass


class Other:
    pass


def crash(_: Subject) -> object:
    raise ValueError("hunter2")


def refuse(_: Subject) -> object:
    raise InputError("a secret is missing")


def gathered(monkeypatch: pytest.MonkeyPatch, folder: Path, *probes: Probe) -> dict[type, object]:
    monkeypatch.setattr(gather, "PROBES", probes)
    monkeypatch.setattr(gather, "COMPOSED", ())
    world = World(folder)
    return dict(gather.gather(sample_site(), world, Vault({}, world.ask)))


def test_a_probe_that_crashes_is_unknown_and_the_others_go_on(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    found = One()
    facts = gathered(monkeypatch, tmp_path, Probe(Other, "other", crash), Probe(One, "one", lambda _: found))
    assert facts[One] is found
    assert facts[Other] == "the probe failed: ValueError"
    assert isinstance(facts[Other], Unknown)


def test_an_error_that_a_person_can_mend_ends_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="a secret is missing"):
        gathered(monkeypatch, tmp_path, Probe(One, "one", refuse))
