"""The driver against devices that cut, colour, page and interleave what they print."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import paramiko
import pytest
from scripted import PASSWORD, Talk, hear, login, serving

from sbc_tool.deploy.driver import Reply
from sbc_tool.deploy.pace import Pace
from sbc_tool.errors import DeviceRefused, LineRefused, Unreachable

WELCOME = b"Welcome!\r\n\r\n192.168.1.1>"


def answering(*pieces: bytes, welcome: bytes = WELCOME) -> Talk:
    """Lets anyone be administrator, then says these pieces, one packet each, for the first command."""

    def talk(channel: paramiko.Channel) -> None:
        channel.sendall(welcome)
        hear(channel)
        channel.sendall(b"enable\r\n192.168.1.1#")
        hear(channel)
        for piece in pieces:
            channel.sendall(piece)
        hear(channel)

    return talk


def said(folder: Path, *pieces: bytes, command: str = "show running-config") -> str:
    with serving(answering(*pieces)) as port, login(port, folder) as session:
        return session.run(command)


@pytest.mark.parametrize("prompt", ["sn5500", "192.168.1.1", "gw-1_a", "a.b~c"])
def test_prompts_as_recorded(tmp_path: Path, prompt: str) -> None:
    """NAME> NAME# NAME(mode)# NAME(mode)[ARG]#, no blank behind (trinity-cli.md section 1)."""
    modes = ["(cfg)#", "(if-ip)[WAN]#", "(prt-eth)[0/1]#", "(identity)[user.01]#", "(map-tab)[A b>c]#", "#"]

    def talk(channel: paramiko.Channel) -> None:
        channel.sendall(f"Welcome!\r\n{prompt}>".encode())
        for mode in ("#", *modes):
            channel.sendall(f"{hear(channel)[0]}\r\n{prompt}{mode}".encode())
        hear(channel)

    with serving(talk) as port, login(port, tmp_path) as session:
        session.enter_configuration()
        assert session.prompt == f"{prompt}(cfg)#"
        lines = ["a", "b", "c", "d", "end"]
        replies = list(session.type(lines, Pace(1, most=1)))
    assert replies == [Reply(line, "", f"{prompt}{mode}") for line, mode in zip(lines, modes[1:], strict=True)]


@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_what_comes_in_pieces_is_one(tmp_path: Path, size: int) -> None:
    """Cut within line ends, codes, prompts and characters."""
    text = "\x1b[Kshow running-config\x1b[0m\r\nntp\r\n  server zürich.example\r\n192.168.1.1#".encode()
    pieces = [text[at : at + size] for at in range(0, len(text), size)]
    assert said(tmp_path, *pieces) == "ntp\n  server zürich.example"


def test_codes_and_carriage_returns_are_taken_out(tmp_path: Path) -> None:
    text = b"\x1b[2K\x1b[1;31mshow \rrunning-config\x1b[0m\x1b[K\r\n"
    text += b"\x1b[?25l\x1b(Bntp\r\r\n\x1b=  shutdown\x1b[0m\r\n192.168.1.1\x1b[m#"
    assert said(tmp_path, text) == "ntp\n  shutdown"


@pytest.mark.parametrize(
    ("question", "erasure"),
    [
        (b"--More--", b"\r        \r"),
        (b" --More-- ", b"\x08" * 10 + b" " * 10 + b"\x08" * 10),
        (b"--More--", b"\x1b[2K\r"),
        (b"\x1b[7m--More--\x1b[0m", b"\r\n"),
        (b"-- more --", b""),
    ],
)
@pytest.mark.parametrize("pieces", [1, 1000])
def test_a_pager_is_answered(tmp_path: Path, question: bytes, erasure: bytes, pieces: int) -> None:
    def say(channel: paramiko.Channel, data: bytes) -> None:
        size = max(1, len(data) // pieces)
        for at in range(0, len(data), size):
            channel.sendall(data[at : at + size])

    pages = [b"ntp\r\n", b"  server a.example\r\n", b"  no shutdown\r\n"]

    def talk(channel: paramiko.Channel) -> None:
        channel.sendall(WELCOME)
        hear(channel)
        channel.sendall(b"enable\r\n192.168.1.1#")
        hear(channel)
        say(channel, b"show running-config\r\n")
        for page in pages:
            say(channel, page + question)
            assert channel.recv(1) == b" "
            say(channel, erasure)
        say(channel, b"192.168.1.1#")
        hear(channel)

    with serving(talk) as port, login(port, tmp_path) as session:
        got = session.run("show running-config")
    assert [line for line in got.split("\n") if line] == ["ntp", "  server a.example", "  no shutdown"]


def test_replies_are_matched_to_their_lines_with_many_in_flight(tmp_path: Path) -> None:
    """The device takes all in, and answers some lines alone and others many at a time."""
    lines = [f"line {number}" for number in range(200)]
    window, most = 16, 0

    def talk(channel: paramiko.Channel) -> None:
        nonlocal most
        channel.sendall(WELCOME)
        for prompt in (b"enable\r\n192.168.1.1#", b"configure\r\n192.168.1.1(cfg)#"):
            hear(channel)
            channel.sendall(prompt)
        answered, text = 0, ""
        while answered < len(lines):
            text += channel.recv(1 << 16).decode()
            heard = text.count("\n")
            most = max(most, heard - answered)
            take = 1 if answered % 3 else heard - answered
            for number in range(answered, answered + take):
                noise = f"% no {number}\r\n" if number % 10 == 7 else ""
                channel.sendall(f"line {number}\r\n{noise}192.168.1.1(m{number % 4})[x]#".encode())
            answered += take
            while answered < heard:
                noise = f"% no {answered}\r\n" if answered % 10 == 7 else ""
                channel.sendall(f"line {answered}\r\n{noise}192.168.1.1(m{answered % 4})[x]#".encode())
                answered += 1
        hear(channel)

    with serving(talk) as port, login(port, tmp_path) as session:
        session.enter_configuration()
        replies = list(session.type(lines, Pace(window, most=window)))
    assert replies == [
        Reply(f"line {n}", f"% no {n}" if n % 10 == 7 else "", f"192.168.1.1(m{n % 4})[x]#") for n in range(200)
    ]
    assert 1 < most <= window


def test_lines_are_drawn_as_they_are_sent(tmp_path: Path) -> None:
    """So that whoever reads the replies can stop the rest."""
    drawn: list[str] = []

    def feed() -> Iterator[str]:
        for number in range(100):
            drawn.append(f"line {number}")
            yield drawn[-1]

    def talk(channel: paramiko.Channel) -> None:
        channel.sendall(WELCOME)
        for prompt in (b"enable\r\n192.168.1.1#", b"configure\r\n192.168.1.1(cfg)#"):
            hear(channel)
            channel.sendall(prompt)
        channel.sendall("".join(f"{line}\r\n192.168.1.1(cfg)#" for line in hear(channel, 8)).encode())
        hear(channel)

    with serving(talk) as port, login(port, tmp_path) as session:
        session.enter_configuration()
        replies = session.type(feed(), Pace(8))
        next(replies)
        assert len(drawn) == 8


def test_nothing_but_bytes_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def sleep(seconds: float) -> None:
        raise AssertionError(f"slept {seconds} s")

    with serving(answering(b"show system\r\nModel\r\n192.168.1.1#")) as port:
        monkeypatch.setattr(time, "sleep", sleep)
        with login(port, tmp_path) as session:
            assert session.run("show system") == "Model"


def test_an_answer_that_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(LineRefused) as caught:
        said(tmp_path, b"show system\r\n% Not permitted\r\n192.168.1.1#", command="show system")
    assert "refused `show system`: % Not permitted" in str(caught.value)


def test_a_wrapped_echo_counts_as_output(tmp_path: Path) -> None:
    """A device that does not echo what was typed did not take what was typed."""
    assert said(tmp_path, b"show running-\r\nconfig\r\n192.168.1.1#") == "show running-\nconfig"


def test_a_device_that_falls_silent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sbc_tool.deploy.session._SILENCE_S", 0.2)
    with pytest.raises(Unreachable) as caught:
        said(tmp_path, b"show running-config\r\nntp\r\n")
    assert "no prompt within 0.2 s" in str(caught.value)


def test_a_device_that_hangs_up_in_an_answer(tmp_path: Path) -> None:
    def talk(channel: paramiko.Channel) -> None:
        channel.sendall(WELCOME)
        hear(channel)
        channel.sendall(b"enable\r\n192.168.1.1#")
        hear(channel)
        channel.sendall(b"show running-config\r\nntp\r\n")

    with serving(talk) as port, login(port, tmp_path) as session, pytest.raises(Unreachable) as caught:
        session.run("show running-config")
    assert "the device closed the session" in str(caught.value)


def enabling(tmp_path: Path, *answers: bytes) -> list[str]:
    """What the device hears of somebody who becomes administrator."""
    heard: list[str] = []

    def talk(channel: paramiko.Channel) -> None:
        channel.sendall(WELCOME)
        for answer in answers:
            heard.extend(hear(channel))
            channel.sendall(answer)
        hear(channel)

    with serving(talk) as port, login(port, tmp_path) as session:
        assert session.prompt == "192.168.1.1#"
    return heard


def test_enable_may_ask_for_a_password(tmp_path: Path) -> None:
    assert enabling(tmp_path, b"enable\r\nPassword: ", b"\r\n192.168.1.1#") == ["enable", PASSWORD]


@pytest.mark.parametrize(
    "answers", [[b"enable\r\nPassword:", b"\r\n% Bad\r\n192.168.1.1>"], [b"enable\r\n% No\r\n192.168.1.1>"]]
)
def test_an_enable_that_is_refused(tmp_path: Path, answers: list[bytes]) -> None:
    with pytest.raises(DeviceRefused) as caught:
        enabling(tmp_path, *answers)
    assert caught.value.exit == 4
    assert "enable" in str(caught.value)
    assert PASSWORD not in str(caught.value)


def test_an_administrator_at_once_types_no_enable(tmp_path: Path) -> None:
    def talk(channel: paramiko.Channel) -> None:
        channel.sendall(b"Welcome!\r\n192.168.1.1#")
        channel.sendall(f"{hear(channel)[0]}\r\nModel\r\n192.168.1.1#".encode())
        hear(channel)

    with serving(talk) as port, login(port, tmp_path) as session:
        assert session.run("show system") == "Model"


def configuring(*answers: bytes) -> Talk:
    """An administrator in configuration mode, who then hears so many lines and gets these answers."""

    def talk(channel: paramiko.Channel) -> None:
        channel.sendall(WELCOME)
        for prompt in (b"enable\r\n192.168.1.1#", b"configure\r\n192.168.1.1(cfg)#"):
            hear(channel)
            channel.sendall(prompt)
        hear(channel, len(answers))
        for answer in answers:
            channel.sendall(answer + b"192.168.1.1(cfg)#")
        hear(channel)

    return talk


def replies(folder: Path, lines: list[str], *answers: bytes) -> list[tuple[str, bool]]:
    with serving(configuring(*answers)) as port, login(port, folder) as session:
        session.enter_configuration()
        return [(reply.output, reply.garbled) for reply in session.type(lines, Pace())]


LOGGED = b"2026-11-25T10:00:00 sip: gateway GW_TEAMS is up\r\n"


@pytest.mark.parametrize(
    "answer",
    [
        b"map 1 to 2\r\n" + LOGGED,
        b"\r\n" + LOGGED + b"192.168.1.1(cfg)#map 1 to 2\r\n",  # before its echo, and the prompt drawn anew
        b"map 1\r\n" + LOGGED + b"192.168.1.1(cfg)#map 1 to 2\r\n",  # in the middle of it
        b"map 1 to 2\r\nNov 25 10:00:00 sn5500 sip: up\r\n10:00:01 again\r\n",
    ],
)
def test_a_log_line_in_between_is_no_refusal(tmp_path: Path, answer: bytes) -> None:
    assert replies(tmp_path, ["map 1 to 2", "map 3 to 4"], answer, b"map 3 to 4\r\n") == [("", False), ("", False)]


@pytest.mark.parametrize("said", ["link 0/1 is up", "10:00:00 % no such user", "% 2026-11-25 10:00:00 no"])
def test_what_is_not_plainly_a_log_line_is_a_refusal(tmp_path: Path, said: str) -> None:
    assert replies(tmp_path, ["map 1 to 2"], f"map 1 to 2\r\n{said}\r\n".encode()) == [(said, False)]


@pytest.mark.parametrize("echo", [b"map 1 to", b"map 1to 2", b"map 1 to 2map 3 to 4", b""])
def test_an_echo_of_another_line_is_told(tmp_path: Path, echo: bytes) -> None:
    """A character that got lost would otherwise be a wrong line that nobody hears of."""
    (first, *_) = replies(tmp_path, ["map 1 to 2"], echo + b"\r\n")
    assert first[1]


def test_an_echo_that_does_not_wait_its_turn_is_told(tmp_path: Path) -> None:
    """As a terminal does that echoes what comes in while a line is still at work: nobody can match it to its line."""
    (first, *_) = replies(tmp_path, ["a 1", "b 2", "c 3"], b"a 1\r\nb 2\r\nc 3\r\n", b"\r\n", b"\r\n")
    assert first == ("b 2\nc 3", True)


def test_a_device_without_an_echo(tmp_path: Path) -> None:
    def talk(channel: paramiko.Channel) -> None:
        channel.sendall(b"Welcome!\r\n192.168.1.1>")
        for prompt in ("#", "(cfg)#"):
            hear(channel)
            channel.sendall(f"\r\n192.168.1.1{prompt}".encode())
        hear(channel, 3)
        channel.sendall(b"192.168.1.1(cfg)#\r\n192.168.1.1(cfg)#% no\r\n192.168.1.1(cfg)#")
        hear(channel)

    with serving(talk) as port, login(port, tmp_path) as session:
        session.enter_configuration()
        assert [reply.output for reply in session.type(["a", "b", "c"], Pace())] == ["", "", "% no"]
