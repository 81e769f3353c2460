"""What somebody else types while we are at work stays, and is named; what we typed goes."""

from __future__ import annotations

from pathlib import Path

import pytest
from failing import MAP, failed, logged, type_at
from hypothesis import given
from installation import Installation
from samples import configs

from sbc_tool.deploy.deploy import How, deploy
from sbc_tool.deploy.theirs import Kept, Ours
from sbc_tool.errors import DeployUndone
from sbc_tool.finding import Outcome
from sbc_tool.trinity.diff import plan, restore, same
from sbc_tool.trinity.tree import Config, apply, parse

THEIRS = "server time.theirs.example"
BEFORE = "ntp\n  server a\ncontext ip ROUTER\n  interface LAN\n    ipaddress LAN 10.0.0.1/24\n"
TYPED = "ntp\n  no server a\n  server ours\nprofile acl OURS\n  permit ip any any\ndns-client\n  name-server 9.9.9.9\n"


def way_back(now: str, misread: str = "") -> Kept:
    ours = Ours(parse(TYPED).nodes)
    ours.misread = {misread} if misread else set()
    return Kept(parse(now), parse(BEFORE), ours)


@pytest.mark.parametrize(
    ("now", "stays", "goes"),
    [
        ("ntp\n  server ours\n  server theirs", "ntp\n  server a\n  server theirs", ()),
        ("profile voip THEIRS\n  codec 1 g711alaw64k rx-length 20 tx-length 20", None, ()),
        ("context ip ROUTER\n  interface LAN\n    ipaddress LAN 10.9.9.9/24", None, ()),
        ("dns-client\n  name-server 9.9.9.9\n  name-server 1.1.1.1", "dns-client\n  name-server 1.1.1.1", ()),
        ("profile acl OURS\n  permit ip any any\n  deny ip any any", "", ("`deny ip any any`",)),
        ("ntp\n  shutdown", "", ()),
    ],
    ids=["in a block of all", "a block", "another value", "in a block of all that is new", "in ours", "we shut it"],
)
def test_what_stays_and_what_goes(now: str, stays: str | None, goes: tuple[str, ...]) -> None:
    """`stays` None: as it is now."""
    kept = way_back(now)
    wanted = apply(parse(BEFORE), parse(now if stays is None else stays).nodes)
    assert same(kept.config, wanted)
    assert kept.lost == goes


def test_a_line_that_lost_a_character_is_ours() -> None:
    now = "ntp\n  server a\n  server our"
    assert not same(way_back(now).config, parse(BEFORE))
    assert same(way_back(now, misread="server our").config, parse(BEFORE))


def test_where_a_device_does_not_show_what_it_reads_nobody_can_tell() -> None:
    ours = Ours()
    ours.learn(None)
    assert same(Kept(parse(f"ntp\n  {THEIRS}"), parse(BEFORE), ours).config, parse(BEFORE))


@given(configs(), configs())
def test_all_that_we_typed_goes_wherever_it_was_cut_off(before: Config, wanted: Config) -> None:
    """With nobody else there, the way back leads to what was before, from the middle of a plan too."""
    change = plan(before, wanted).apply
    for lines in range(len(change) + 1):
        now = apply(before, change[:lines])
        kept = Kept(now, before, Ours(change))
        assert same(apply(now, restore(now, kept.config)), before)
        assert kept.lost == ()


def theirs_typed(lab: Installation, *lines: str) -> None:
    """Somebody is on the device when ours is half typed, and ours is then refused."""

    def refuse(line: str) -> str | None:
        if line != MAP:
            return None
        lab.device.refuse = None
        type_at(lab, *lines)
        return "% No room"

    lab.device.refuse = refuse


def test_an_undo_leaves_it_and_says_so(lab: Installation, tmp_path: Path) -> None:
    theirs_typed(lab, "ntp", THEIRS)
    error = failed(lab, tmp_path)
    assert isinstance(error, DeployUndone)
    assert f"apart from what was not typed here and is left alone: `{THEIRS}` in ntp" in str(error)
    assert same(parse(lab.running()), apply(parse(lab.factory), parse(f"ntp\n  {THEIRS}").nodes))
    assert lab.device.startup == lab.factory
    assert THEIRS in logged(tmp_path)["error"]


def test_what_stands_in_a_block_of_ours_goes_with_it_and_is_named(lab: Installation, tmp_path: Path) -> None:
    theirs_typed(lab, "profile acl ACL_WAN", "permit udp any any")
    error = failed(lab, tmp_path)
    assert "these went too: `permit udp any any`" in str(error)
    assert lab.running() == lab.factory


def test_a_deployment_that_succeeds_names_it(lab: Installation, tmp_path: Path) -> None:
    done = deploy(
        lab.site,
        lab.world(tmp_path),
        lab.vault(),
        How("config", tell=lambda step: type_at(lab, "ntp", THEIRS) if step == "push" else None),
    )
    assert done.state == "deployed"
    (result,) = (one for one in done.results if one.check == "running-config-differs")
    assert result.outcome is Outcome.WARN
    assert any(f"`{THEIRS}` in ntp" in finding.text for finding in result.findings)
    assert THEIRS in lab.device.startup
