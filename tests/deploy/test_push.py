"""A push: what is typed and in which order, and where it stops."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from installation import Installation

from sbc_tool.deploy import push
from sbc_tool.deploy.deploy import How, deploy
from sbc_tool.deploy.pace import Pace
from sbc_tool.errors import DeployUndone, InputError, LineRefused
from sbc_tool.site.secrets import Vault
from sbc_tool.trinity.tree import Node, parse

USERS = [f"  map +4971232{number:03} to user.{number:03}" for number in range(300)]
TABLE = "\n".join(["context cs SWITCH", " mapping-table called-e164 to called-e164 M", *USERS, "  no map 1"])


def pushed(lab: Installation, folder: Path, text: str, vault: Vault | None = None) -> push.Refusal | None:
    with lab.session(folder) as session:
        return push.push(session, parse(text).nodes, vault or lab.vault())


def typed(lab: Installation) -> list[str]:
    """Every line that the device is given, from here on."""
    lines: list[str] = []
    lab.device.overhear = lines.append
    return lines


def test_all_lines_are_taken_in_order(lab: Installation, tmp_path: Path) -> None:
    heard, progress = typed(lab), []
    with lab.session(tmp_path) as session:
        refusal = push.push(session, parse(TABLE).nodes, lab.vault(), lambda done, of: progress.append((done, of)))
        assert session.prompt == "192.168.1.1#"
    assert refusal is None
    maps = [line for line in heard if line.startswith("map ")]
    assert maps == [line.strip() for line in USERS]
    assert "\n".join(f"    {line.strip()}" for line in USERS) in lab.running()
    total = len(USERS) + 1 + 2 + 2  # the negated line, two blocks in, two exits
    assert progress == [(done, total) for done in range(1, total + 1)]


@pytest.mark.parametrize("at", [0, 150, 299])
def test_it_stops_at_the_first_refused_line(lab: Installation, tmp_path: Path, at: int) -> None:
    refused = USERS[at].strip()
    heard = typed(lab)
    lab.device.refuse = lambda line: "% No room" if line == refused else None
    refusal = pushed(lab, tmp_path, TABLE)
    assert refusal is not None
    assert (refusal.line.text, refusal.answer) == (refused, "% No room")
    assert refusal.line.path == ("context cs SWITCH", "mapping-table called-e164 to called-e164 M")
    assert (
        len(heard) <= at + 5 + Pace(64 + at).lines
    )  # slow start: enable, configure, two blocks, and what was in flight
    error = push.as_error(refusal, "device:22", "templates/trinity/calls.j2:7")
    assert str(error) == (
        f"device:22 did not take `{refused}` in context cs SWITCH / mapping-table called-e164 to called-e164 M "
        "(templates/trinity/calls.j2:7): % No room"
    )


@pytest.mark.parametrize("answer", ["Warning: duplicate", "ok", "%", "\N{DEGREE SIGN}"])
def test_any_output_is_a_refusal(lab: Installation, tmp_path: Path, answer: str) -> None:
    """An accepted line prints nothing: that a refusal begins with `% ` is only indirect knowledge."""
    lab.device.refuse = lambda line: answer if line == "server a" else None
    refusal = pushed(lab, tmp_path, "ntp\n  server a\n  server b")
    assert refusal is not None
    assert (refusal.line.text, refusal.answer) == ("server a", answer)


def test_a_long_answer_is_one_line(lab: Installation, tmp_path: Path) -> None:
    lab.device.refuse = lambda line: "% No\n" + "and\n" * 50 if line == "server a" else None
    refusal = pushed(lab, tmp_path, "ntp\n  server a")
    assert refusal is not None
    assert refusal.answer == "% No / and / and / and / and"


def test_a_block_that_is_not_entered_is_a_refusal(lab: Installation, tmp_path: Path) -> None:
    """Without a word, and in the mode from before: what would follow belongs elsewhere."""
    lab.device.refuse = lambda line: "" if line.startswith("identity ") else None
    text = "location-service LS\n  identity user.01\n    call outbound\n      use profile voip DEFAULT"
    refusal = pushed(lab, tmp_path, text)
    assert refusal is not None
    assert refusal.line.text == "identity user.01"
    assert "stayed in the mode" in refusal.answer
    assert "use profile voip" not in lab.running().partition("location-service")[2]


def test_a_line_that_leaves_its_block_is_a_refusal(lab: Installation, tmp_path: Path) -> None:
    """`snmp-server` is one that the outermost mode knows: the device silently went elsewhere."""
    wrong = replace(parse("ntp").nodes[0], children=(Node("snmp-server"),))
    with lab.session(tmp_path) as session:
        refusal = push.push(session, [wrong], lab.vault())
    assert refusal is not None
    assert refusal.line.text == "snmp-server"
    assert "it went to 192.168.1.1(snmp)#" in refusal.answer


def test_a_device_that_will_not_be_configured(lab: Installation, tmp_path: Path) -> None:
    with lab.session(tmp_path) as session:
        session.enter_configuration()  # `configure` means nothing in configuration mode
        with pytest.raises(LineRefused) as caught:
            push.push(session, parse("ntp\n  server a.example").nodes, lab.vault())
    assert "refused `configure`" in str(caught.value)
    assert "a.example" not in lab.running()


@pytest.mark.parametrize("value", ["a b", "it's", r"back\slash", "100%", "$(x)", "#no", "***2", "abc"])
def test_secrets_are_typed_in_clear_and_told_masked(lab: Installation, tmp_path: Path, value: str) -> None:
    vault = lab.vault()
    text = f"authentication-service A\n  username u password {vault.seal(value)}"
    assert pushed(lab, tmp_path, text, vault) is None
    service = next(lab.device.running.root.lines("authentication-service"))
    assert next(service.lines("username")).value("password") == value
    lab.device.refuse = lambda line: f"% Bad: {line}" if "username" in line else None
    refusal = pushed(lab, tmp_path, text, vault)
    assert refusal is not None
    assert f" {value}" not in refusal.answer.replace(" password ***", "")
    assert refusal.answer == "% Bad: username u password ***"


def test_a_secret_that_cannot_be_typed_is_not_typed(lab: Installation, tmp_path: Path) -> None:
    vault = lab.vault()
    token = vault.seal('x"\nadministrator evil password evil')
    with pytest.raises(InputError):
        pushed(lab, tmp_path, f"authentication-service A\n  username u password {token}", vault)
    assert "evil" not in lab.running()


class SmallBuffer:
    """A device whose input buffer holds so many bytes: what is typed ahead of that is lost."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.lost = 0

    def __call__(self, data: bytes) -> bytes:
        self.lost += len(data[self.size :])
        return data[: self.size]


@pytest.mark.parametrize("size", [1500, 300, 130])
def test_a_device_that_loses_what_is_typed_too_far_ahead(
    lab: Installation, tmp_path: Path, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sbc_tool.deploy.driver._HALF_A_LINE_S", 0.2)
    buffer = SmallBuffer(size)

    def tell(step: str) -> None:
        if step == "push":
            lab.device.garble = buffer

    told: list[str] = []
    how = How("config", "only the push", tell=lambda step: (told.append(step), tell(step))[0])
    try:
        done = deploy(lab.site, lab.world(tmp_path), lab.vault(), how)
    finally:
        lab.device.garble = None
    assert done.state == "deployed"
    assert buffer.lost
    assert any("loses characters" in step for step in told)
    assert lab.device.startup == lab.running()


@pytest.mark.parametrize("at", [40, 900, 2500])
def test_a_lost_character_is_no_wrong_line(lab: Installation, tmp_path: Path, at: int) -> None:
    """Wherever it is missing, the line that came of it is gone in the end."""
    seen = 0

    def garble(data: bytes) -> bytes:
        nonlocal seen
        here = at - seen
        seen += len(data)
        return data[:here] + data[here + 1 :] if 0 <= here < len(data) else data

    def tell(step: str) -> None:
        if step == "push":
            lab.device.garble = garble

    done = deploy(lab.site, lab.world(tmp_path), lab.vault(), How("config", "only the push", tell=tell))
    assert done.state == "deployed"
    lab.device.garble = None
    after = lab.running()
    lab.reset()
    deploy(lab.site, lab.world(tmp_path / "again"), lab.vault(), How("config", "only the push"))
    assert after == lab.running()


def test_a_device_that_garbles_every_line_is_given_up(lab: Installation, tmp_path: Path) -> None:
    def tell(step: str) -> None:
        if step == "push":
            lab.device.garble = lambda data: data.replace(b"map ", b"mp ")
        if step == "undo":
            lab.device.garble = None

    with pytest.raises(DeployUndone) as caught:
        deploy(lab.site, lab.world(tmp_path), lab.vault(), How("config", "only the push", tell=tell))
    assert "its echo shows another line" in str(caught.value)
    assert lab.untouched()
