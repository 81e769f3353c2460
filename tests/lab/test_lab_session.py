"""The command line without a network: commands, prompts, echo, and input cut anywhere."""

from __future__ import annotations

import pytest

from sbc_tool.lab import invented
from sbc_tool.lab.session import Session, Then
from sbc_tool.lab.smartnode import Rank, SmartNode
from sbc_tool.lab.terminal import Terminal


def privileged(device: SmartNode) -> Session:
    session = Session(device, Rank.ADMINISTRATOR)
    session.answer("enable")
    return session


def test_prompts_follow_the_mode(device: SmartNode) -> None:
    session = Session(device, Rank.ADMINISTRATOR)
    prompts = [session.prompt]
    for line in ("enable", "configure", "profile voip X", "exit", "exit", "configure", "ntp", "end"):
        assert session.answer(line) == ("", Then.STAY)
        prompts.append(session.prompt)
    name = "192.168.1.1"
    tails = [">", "#", "(cfg)#", "(pf-voip)[X]#", "(cfg)#", "#", "(cfg)#", "(ntp)#", "#"]
    assert prompts == [name + tail for tail in tails]
    assert session.answer("exit").then is Then.LOG_OUT


def test_an_operator_stays_one(device: SmartNode) -> None:
    session = Session(device, Rank.OPERATOR)
    assert session.answer("enable").text == invented.NOT_PERMITTED
    for line in ("configure", "show running-config", "copy running-config startup-config", "reload"):
        assert session.answer(line).text.startswith("% ")
    assert session.prompt == "192.168.1.1>"


def test_show_system_has_the_labels_that_netshot_reads(device: SmartNode) -> None:
    text = Session(device, Rank.OPERATOR).answer("show system").text
    for label, value in (("Software Version", "3.19"), ("Host Name", "192.168.1.1"), ("Model", "SN5500/")):
        assert f"  {label}:" in text
        assert value in text
    assert "\nSoftware Image #2\n=================\n\n  Image State:" in text
    assert not privileged(device).answer("show system version").text.startswith("%")


def test_show_port(device: SmartNode) -> None:
    session = privileged(device)
    assert " Hardware Address:  00:a0:ba:" in session.answer("show port ethernet 0 1").text
    assert session.answer("show port ethernet 7 0").text.startswith("% ")


def test_copies(device: SmartNode) -> None:
    session = privileged(device)
    old = device.startup
    for line in ("copy running-config config:backup", "configure", "ntp", "server lab.example", "end"):
        assert session.answer(line).text == ""
    assert session.answer("show startup-config").text == old
    assert session.answer("copy running-config startup-config") == ("", Then.STAY)
    assert "server lab.example" in session.answer("show startup-config").text
    assert session.answer("copy config:backup startup-config").text == ""
    assert session.answer("show startup-config").text == old
    assert "config:ghost" in session.answer("copy config:ghost startup-config").text
    fetched = session.answer("copy ftp://192.0.2.1/x config:x").text
    assert fetched.startswith("% ")
    assert "ftp://192.0.2.1/x" in fetched


def test_reload_wants_a_yes(device: SmartNode) -> None:
    session = privileged(device)
    session.answer("reload")
    assert session.prompt == invented.RELOAD_QUESTION
    assert session.answer("no") == (invented.RELOAD_ABANDONED, Then.STAY)
    assert session.prompt == "192.168.1.1#"
    session.answer("reload")
    assert session.answer("yes").then is Then.RESTART


def test_hooks(device: SmartNode) -> None:
    session = privileged(device)
    session.answer("configure")
    device.refuse = lambda line: "something odd" if "odd" in line else None
    assert session.answer("profile voip odd") == ("something odd", Then.STAY)
    assert session.answer("profile voip even").text == ""
    assert device.lines_accepted == 1
    device.hang_up_after = 2
    thens = [session.answer(line).then for line in ("ntp", "make coffee", "server a", "server b")]
    assert thens == [Then.STAY, Then.STAY, Then.HANG_UP, Then.STAY]
    assert "odd" not in device.running.printed()


def test_the_echo_is_wrapped_in_ansi(device: SmartNode) -> None:
    out = Terminal(Session(device, Rank.ADMINISTRATOR)).feed(b"enable\r").data.decode()
    assert out == f"{invented.ECHO_BEGIN}enable{invented.ECHO_END}\r\n192.168.1.1#"


SCRIPT = "enable\r\nshow system\rmake ünsinn\nconfigure\r\n\r\nprofile voip X\n"


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
def test_input_may_be_cut_anywhere(device: SmartNode, size: int) -> None:
    whole = Terminal(Session(device, Rank.ADMINISTRATOR)).feed(SCRIPT.encode())
    terminal = Terminal(Session(device, Rank.ADMINISTRATOR))
    data = SCRIPT.encode()
    pieces = [terminal.feed(data[start : start + size]).data for start in range(0, len(data), size)]
    assert b"".join(pieces) == whole.data
    assert whole.data.endswith(b"(pf-voip)[X]#")


def test_line_editing(device: SmartNode) -> None:
    terminal = Terminal(Session(device, Rank.ADMINISTRATOR))
    terminal.feed(b"rubbish\x15enablf\x7fe\x1b[A\x1b[D\t\r")
    assert terminal.feed(b"\r").data.endswith(b"192.168.1.1#")
    assert terminal.feed(b"reload\x03").data.endswith(b"^C\r\n192.168.1.1#")
    assert terminal.feed(b"half\x04").then is Then.STAY
    assert terminal.feed(b"\x15\x04").then is Then.LOG_OUT
