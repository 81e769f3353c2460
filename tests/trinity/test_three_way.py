"""Plans with a third side: what was deployed last. Ours goes, others' stays and is listed."""

from __future__ import annotations

import pytest
from hypothesis import given
from samples import MUSTERFIRMA, configs, read

from sbc_tool.trinity.diff import Change, Plan, plan, same
from sbc_tool.trinity.owned import Deployed
from sbc_tool.trinity.tree import Config, apply, parse, write

FACTORY = parse(read(MUSTERFIRMA, "running.cfg"))
RENDERED = parse(read(MUSTERFIRMA, "rendered.cfg"))
LINES = "context ip ROUTER\n  interface WAN\n    ipaddress WAN 203.0.113.2/29\nntp\n  server a.example\n"


def deployed(before: str, wanted: str) -> tuple[Config, Deployed]:
    """The device after a deployment, and what is kept of it."""
    running, target = parse(before), parse(wanted)
    return apply(running, plan(running, target).apply), Deployed().followed_by(running, target)


def typed(result: Plan) -> list[str]:
    return write(Config(result.apply), blank_lines=False).splitlines()


def test_what_we_made_and_no_longer_render_goes_also_in_shared_blocks() -> None:
    running, last = deployed("context ip ROUTER\nntp\n", LINES)
    result = plan(running, parse("context ip ROUTER\nntp\n"), last)
    assert typed(result) == ["context ip ROUTER", "  no interface WAN", "ntp", "  no server a.example"]
    assert result.left_alone == ()
    assert same(apply(running, result.apply), parse("context ip ROUTER\nntp\n"))
    assert same(apply(apply(running, result.apply), result.undo), running)


def test_without_a_record_nothing_of_it_goes() -> None:
    running, _ = deployed("context ip ROUTER\nntp\n", LINES)
    result = plan(running, parse("context ip ROUTER\nntp\n"))
    assert result.empty
    assert [change.line for change in result.left_alone] == ["interface WAN", "server a.example"]


def test_what_was_there_before_us_is_not_ours_although_we_render_it() -> None:
    running, last = deployed("context ip ROUTER\nntp\n  server a.example\n", LINES)
    result = plan(running, parse("context ip ROUTER\n  interface WAN\n    ipaddress WAN 203.0.113.2/29\n"), last)
    assert result.empty
    assert result.left_alone == (Change("remove", (), "ntp"),), "with a line in it that we had only confirmed"


def test_found_stays_found_over_many_deployments() -> None:
    before = parse("ntp\n  server a.example\n")
    wanted = parse("ntp\n  server a.example\n  server b.example\n")
    last = Deployed().followed_by(before, wanted)
    last = last.followed_by(apply(before, plan(before, wanted).apply), wanted)
    assert write(last.found, blank_lines=False) == "ntp\n  server a.example\n"
    result = plan(wanted, parse("ntp\n"), last)
    assert typed(result) == ["ntp", "  no server b.example"]
    assert [change.line for change in result.left_alone] == ["server a.example"]


def test_lines_of_others_in_a_block_that_we_made_stay_and_so_does_the_block() -> None:
    running, last = deployed("context ip ROUTER\n", LINES)
    theirs = parse("context ip ROUTER\n  interface WAN\n    use profile napt THEIRS\n")
    running = apply(running, theirs.nodes)
    result = plan(running, parse("context ip ROUTER\n"), last)
    assert "    no ipaddress WAN" in typed(result)
    assert "  no interface WAN" not in typed(result)
    inside = ("context ip ROUTER", "interface WAN")
    assert Change("remove", inside, "use profile napt THEIRS") in result.left_alone


def test_a_part_of_every_device_is_emptied_and_never_removed() -> None:
    """Nobody can take a port out of a device with a command."""
    running, last = deployed("", "port ethernet 0 1\n  bind interface ROUTER WAN\n  no shutdown\n")
    assert typed(plan(running, Config(), last)) == ["port ethernet 0 1", "  shutdown", "  no bind interface"]


def test_a_block_of_others_is_listed_once_without_what_is_in_it() -> None:
    running = parse("context ip OTHER\n  interface X\n    ipaddress X 10.0.0.1/8\n")
    assert plan(running, Config(), Deployed()).left_alone == (Change("remove", (), "context ip OTHER"),)


def test_replace_names_all_that_it_deletes_and_leaves_the_login() -> None:
    foreign = "profile voip OTHERS\ncontext ip ROUTER\n  interface DMZ\n    ipaddress DMZ 10.9.9.1/24\n"
    login = "operator them password x\nprofile aaa THEIRS\n  method 1 local\nssh-server\n  use profile aaa THEIRS\n"
    wanted = parse("context ip ROUTER\n")
    result = plan(parse(foreign + login), wanted, replace_all=True)
    assert [(change.path, change.line) for change in result.deletes] == [
        (("context ip ROUTER",), "interface DMZ"),
        (("context ip ROUTER", "interface DMZ"), "ipaddress DMZ 10.9.9.1/24"),
        ((), "profile voip OTHERS"),
    ]
    assert {change.line for change in result.left_alone} == {
        "operator them password x",
        "profile aaa THEIRS",
        "ssh-server",
    }
    after = apply(parse(foreign + login), result.apply)
    assert same(after, parse("context ip ROUTER\n" + login))


def test_replace_leaves_what_nobody_knows_how_to_take_back() -> None:
    result = plan(parse("vendor thing\n"), Config(), replace_all=True)
    assert result.empty
    assert result.left_alone == (Change("remove", (), "vendor thing"),)


@given(configs(), configs(), configs())
def test_deployed_then_something_else_deployed_and_back(before: Config, first: Config, second: Config) -> None:
    """One plan leads there, a second one is empty, and there is a way back."""
    running = apply(before, plan(before, first).apply)
    last = Deployed().followed_by(before, first)
    result = plan(running, second, last)
    after = apply(running, result.apply)
    assert plan(after, second, last).empty
    assert same(apply(after, result.undo), running)


@given(configs(), configs())
def test_replace_leads_there_and_back(before: Config, wanted: Config) -> None:
    result = plan(before, wanted, replace_all=True)
    after = apply(before, result.apply)
    assert plan(after, wanted, replace_all=True).empty
    assert same(apply(after, result.undo), before)


@pytest.mark.parametrize("wanted", [FACTORY, Config()], ids=["factory", "nothing"])
def test_an_installation_is_taken_off_again_and_only_that(wanted: Config) -> None:
    """From the factory to the example, then a site that renders none of it: what is left is what the factory had."""
    there = apply(FACTORY, plan(FACTORY, RENDERED).apply)
    last = Deployed().followed_by(FACTORY, RENDERED)
    after = apply(there, plan(there, wanted, last).apply)
    gone = {"profile acl ACL_WAN", "context cs SWITCH", "location-service LS_TEAMS", "interface WAN"}
    assert not gone & {node.text for _, node in after.walk()}
    assert {"interface LAN", "profile aaa DEFAULT", "port ethernet 0 0"} <= {node.text for _, node in after.walk()}
