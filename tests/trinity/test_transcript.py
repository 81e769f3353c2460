"""A configuration out of what a terminal showed: prompts, colours, carriage returns, a pager, and other talk."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import MUSTERFIRMA, configs, read

from sbc_tool.lab import invented
from sbc_tool.trinity.transcript import configuration_text
from sbc_tool.trinity.tree import Config, parse, write

RUNNING = read(MUSTERFIRMA, "running.cfg")
WANTED = parse(RUNNING)
SESSION = f"""\
login: admin
Password:
Welcome!
192.168.1.1>enable
192.168.1.1#show system
  Software Version:   3.19.1
  shutdown
192.168.1.1#show running-config
{RUNNING}
192.168.1.1#exit
"""


def pasted(text: str) -> Config:
    return parse(configuration_text(text))


@pytest.mark.parametrize(
    ("how", "text"),
    [
        ("a session", SESSION),
        ("a session with CRLF", SESSION.replace("\n", "\r\n")),
        ("carriage returns doubled, as scripts log them", SESSION.replace("\n", "\r\r\n")),
        ("carriage returns alone", RUNNING.replace("\n", "\r")),
        ("a blank behind the prompt", SESSION.replace("192.168.1.1#", "192.168.1.1# ")),
        ("a name of a device", re.sub(r"(?m)^192.168.1.1([>#])", r"sbc-1.musterfirma\1", SESSION)),
        ("asked in short", SESSION.replace("show running-config", "sh run")),
        ("the file alone", RUNNING),
        ("the echoed command, but no prompt", f"show running-config\n{RUNNING}"),
        ("the prompt behind it alone", f"{RUNNING}\n192.168.1.1#"),
        ("talk before it, the command cut off", f"Welcome!\nlast login yesterday\n{RUNNING}\n192.168.1.1#logout"),
        ("read twice: the last one counts", SESSION.replace("no shutdown", "shutdown") + SESSION),
        ("header lines", f"# 2026-11-25T01:02:03\n# SmartNode\n{RUNNING}"),
    ],
)
def test_the_configuration_is_found(how: str, text: str) -> None:
    assert pasted(text) == WANTED, how


def test_escapes_around_the_echo_go() -> None:
    echo = f"192.168.1.1#{invented.ECHO_BEGIN}show running-config{invented.ECHO_END}"
    coloured = SESSION.replace("192.168.1.1#show running-config", f"\x1b]0;putty\x07{echo}")
    assert coloured != SESSION
    assert pasted(coloured) == WANTED


@pytest.mark.parametrize(
    "pager",
    ["--More--\r        \r", "--More--\b\b\b\b\b\b\b\b        \b\b\b\b\b\b\b\b", "--More--", " --More-- \r\x1b[K",
     "<--- More --->\r              \r", "-- more (42%) --\r"],
)  # fmt: skip
def test_a_pager_s_words_go(pager: str) -> None:
    lines = SESSION.splitlines()
    for at in (20, 35, 50):
        lines[at] = pager + lines[at]
    assert pasted("\n".join(lines)) == WANTED


def test_what_was_typed_in_configuration_mode_is_a_configuration() -> None:
    session = (
        "Welcome!\nnode>enable\nnode#configure\nnode(cfg)#context cs SWITCH\nnode(ctx-cs)[SWITCH]#interface sip IF_1\n"
        "node(if-sip)[IF_1]#remote pbx.example 5060\nnode(if-sip)[IF_1]#exit\nnode(ctx-cs)[SWITCH]#no shutdown\n"
        "node(ctx-cs)[SWITCH]#end\nnode#copy running-config startup-config\nnode#\n"
    )
    wanted = "context cs SWITCH\n  interface sip IF_1\n    remote pbx.example 5060\n  no shutdown\n"
    assert pasted(session) == parse(wanted)


def test_lines_keep_their_numbers() -> None:
    config = pasted(SESSION)
    (ssh,) = config.blocks("ssh-server")
    assert SESSION.splitlines()[ssh.line - 1] == "ssh-server"


def test_the_other_output_of_a_session_is_no_configuration() -> None:
    """`  shutdown` stands in the output of `show system` here."""
    assert all(node.text != "shutdown" for node in pasted(SESSION.partition(RUNNING)[0]).nodes)


@given(st.text() | st.text(alphabet="ab>#()[]\r\n\b\x1b[0Km-more \t"))
def test_anything_is_read(text: str) -> None:
    once = configuration_text(text)
    assert once.count("\n") == max(text.count("\n") + 1, 1 if "\n" in text else text.count("\r") + 1)


@given(configs())
def test_a_configuration_that_no_terminal_touched_stays(config: Config) -> None:
    for text in (write(config), write(config, blank_lines=False)):
        assert configuration_text(text).rstrip("\n") == text.rstrip("\n")
        assert pasted(text.replace("\n", "\r\n")) == config
