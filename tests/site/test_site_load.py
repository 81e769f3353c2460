"""Site files as people write them: what is right loads, what is wrong ends in one message with line and column."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from site_text import GOOD, refused, write

from sbc_tool.errors import InputError, SbcError
from sbc_tool.site.load import find_sites, load
from sbc_tool.site.model import Site
from sbc_tool.site.secrets import SecretRef


def test_loads(tmp_path: Path) -> None:
    site = load(write(tmp_path, GOOD))
    assert isinstance(site, Site)
    assert (site.teams.tls_port, site.teams.codecs, site.device.username) == (5062, ("g711alaw64k",), "administrator")
    assert str(site.network.wan.address) == "123.123.123.123/29"
    assert site.licences is not None
    assert str(site.licences.service_until) == "2027-06-30"


def test_scalars_keep_their_text(tmp_path: Path) -> None:
    """YAML would read a number, an octal and a fraction here."""
    site = load(write(tmp_path, GOOD))
    assert (site.users[0].external, site.users[0].internal, site.starface.version) == ("+497123222", "0222", "7.1")


def test_paths_count_from_the_site_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, GOOD)
    monkeypatch.chdir(tmp_path)
    site = load(Path("site.yaml"))
    assert site.tls.certificate == tmp_path / "certs" / "fullchain.pem"
    assert site.tls.private_key == SecretRef("file", str(tmp_path / "certs/key.pem"))


@pytest.mark.parametrize("prefix", [b"\xef\xbb\xbf", b"# comment\r\n", b"---\n", b"%YAML 1.1\n---\n"])
def test_forms_of_one_file(tmp_path: Path, prefix: bytes) -> None:
    assert load(write(tmp_path, prefix + GOOD.replace("\n", "\r\n").encode())).site == "musterfirma"


def test_empty_means_default_for_what_may_be_left_out(tmp_path: Path) -> None:
    text = GOOD.replace("licences:\n  service_until: 2027-06-30\n", "licences:\n")
    assert load(write(tmp_path, text)).licences is None


def test_what_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"absent\.yaml: no such file"):
        load(tmp_path / "absent.yaml")
    with pytest.raises(InputError, match="is a folder"):
        load(tmp_path)
    with pytest.raises(InputError, match="is no path"):
        load(tmp_path / "a\0b")


def test_every_problem_is_reported(tmp_path: Path) -> None:
    (tmp_path / "users.csv").write_text("external;internal;account;password\n0712;1;a;hunter2\n", "utf-8")
    users = GOOD[GOOD.index("users:") : GOOD.index("wan_link")]
    text = GOOD.replace(users, "users: users.csv\n").replace("5062", "no").replace("gateway:", "gatway:")
    assert [one.partition(": ")[0] for one in refused(tmp_path, text)] == [
        *("site.yaml:7:49", "site.yaml:13:13"),
        *("users.csv:2", "users.csv:2", "users.csv:2"),
    ]


def test_users_file_that_is_missing_is_one_problem(tmp_path: Path) -> None:
    users = GOOD[GOOD.index("users:") : GOOD.index("wan_link")]
    (one,) = refused(tmp_path, GOOD.replace(users, "users: user.csv\n"))
    assert one == "site.yaml:21:8: users: user.csv: no such file"


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    before=st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=4),
    after=st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=4),
)
def test_a_password_in_the_file_is_never_repeated(tmp_path: Path, before: str, after: str) -> None:
    path = write(tmp_path, GOOD.replace("env:SBC_PASSWORD", f"{before}hunter2{after}"))
    problems: list[SbcError] = []
    try:
        load(path)
    except InputError as error:
        problems = [error, *error.more]
    assert not [one for one in problems if "hunter2" in f"{one} {one.hint} {one!r} {one.__cause__}"]


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_broken_files_end_in_an_input_error(tmp_path: Path, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(GOOD)))
    stop = data.draw(st.integers(start, min(len(GOOD), start + 40)))
    text = GOOD[:start] + data.draw(st.text(max_size=10)) + GOOD[stop:]
    with contextlib.suppress(InputError):
        assert isinstance(load(write(tmp_path, text.encode("utf-8", "surrogatepass"))), Site)


def test_find_sites(tmp_path: Path) -> None:
    for name, text in {
        "a/site.yaml": "site: a\n", "b/site.yaml": "broken: [", "c.yaml": "# c\nsite: c\n", "d.yaml": "other: 1\n",
        "e/x.yaml": "site: e\n", "f.yml": "\ufeffsite : f\n", "deep/er/site.yaml": "site: g\n",
    }.items():  # fmt: skip
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    names = [path.relative_to(tmp_path).as_posix() for path in find_sites([tmp_path])]
    assert names == ["a/site.yaml", "b/site.yaml", "c.yaml", "f.yml"]
    assert find_sites([tmp_path / "d.yaml", tmp_path / "e", tmp_path / "d.yaml"]) == [
        tmp_path / "d.yaml",
        tmp_path / "e" / "x.yaml",
    ]


def test_find_sites_finds_nothing(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no site file in this folder"):
        find_sites([tmp_path])
    with pytest.raises(InputError, match="no such file or folder"):
        find_sites([tmp_path / "absent"])


EXAMPLES = Path(__file__).parents[2] / "examples"


def test_examples_load() -> None:
    musterfirma, vtrinity = (
        load(path) for path in find_sites([EXAMPLES]) if path.parent.name in ("musterfirma", "vtrinity-250")
    )
    assert [user.external for user in musterfirma.users] == ["+497123222", "+497123223", "+497123224"]
    assert [str(user.password) for user in musterfirma.users] == [f"env:STARFACE_USER_0{n}" for n in (1, 2, 3)]
    assert len(vtrinity.users) == 250
    assert vtrinity.users[7].password.key == "user.007"
    assert vtrinity.users[7].password.path == (EXAMPLES / "vtrinity-250" / "passwords.env").absolute()
