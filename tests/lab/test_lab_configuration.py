"""What the device keeps of the lines that are typed into it, and how it prints them."""

from __future__ import annotations

import pytest

from sbc_tool.lab.configuration import Configuration, Editor


def typed(*lines: str) -> Configuration:
    configuration, refused = Configuration.read("\n".join(lines))
    assert refused == []
    return configuration


def printed(*lines: str) -> str:
    return typed(*lines).printed()


def refusal(*lines: str) -> str:
    """The error of the last line; it changes nothing."""
    configuration = typed(*lines[:-1])
    before, revision = configuration.printed(), configuration.revision
    editor = Editor(configuration)
    for line in lines[:-1]:
        editor.type_line(line)
    error = editor.type_line(lines[-1])
    assert error is not None
    assert error.startswith("% ")
    assert configuration.printed() == before
    assert configuration.revision == revision
    return error


def test_prints_blocks_in_the_order_of_the_grammar() -> None:
    text = printed(
        "port ethernet 0 0", "no shutdown", "context ip ROUTER", "interface WAN", "ntp", "server b", "server a",
        "clock local default-offset +01:00", "cli version 4.00",
    )  # fmt: skip
    assert text == (
        "cli version 4.00\nclock local default-offset +01:00\n\n"
        "ntp\n  server b\n  server a\n\n"
        "context ip ROUTER\n  interface WAN\n\n"
        "port ethernet 0 0\n  no shutdown"
    )


def test_a_line_of_an_outer_mode_leaves_the_inner_ones() -> None:
    text = printed(
        "context sip-gateway GW", "interface IF", "transport-protocol tls 5061", "no shutdown", "console",
    )  # fmt: skip
    assert text == ("console\n\ncontext sip-gateway GW\n  interface IF\n    transport-protocol tls 5061\n  no shutdown")


def test_a_block_that_is_entered_again_is_merged() -> None:
    text = printed("profile tls DEFAULT", "private-key pki:private-key/A", "console", "profile tls DEFAULT",
                   "own-certificate 1 pki:certificate/A")  # fmt: skip
    assert text.count("profile tls DEFAULT") == 1
    assert "private-key pki:private-key/A\n  own-certificate 1" in text


def test_a_line_with_the_same_identity_replaces() -> None:
    lines = ("context sip-gateway GW", "interface IF", "transport-protocol tls 5061", "transport-protocol tls 5062")
    assert "5061" not in printed(*lines)
    assert "no transport-protocol tls" in printed(*lines, "no transport-protocol tls 5062")
    assert "no transport-protocol tls" not in printed(*lines, "no transport-protocol tls", lines[-1])


def test_a_negation_that_is_shown_is_printed_short() -> None:
    assert printed("web-server", "no protocol http port 80", "no shutdown") == (
        "web-server\n  no protocol http\n  no shutdown"
    )


def test_any_other_negation_removes_the_line_or_the_whole_block() -> None:
    assert printed("ntp", "server a", "server b", "no server a") == "ntp\n  server b"
    assert printed("context ip ROUTER", "interface WAN", "ipaddress W 1.2.3.4/24", "no interface WAN") == (
        "context ip ROUTER"
    )
    assert printed("profile voip X", "codec 1 g729 rx-length 20 tx-length 20", "no profile voip X") == ""


def test_removing_what_is_not_there_is_no_error() -> None:
    configuration = typed("ntp", "server a")
    revision = configuration.revision
    editor = Editor(configuration)
    assert editor.type_line("no profile voip GHOST") is None
    assert configuration.revision == revision


def test_entering_a_line_that_is_there_changes_nothing() -> None:
    configuration = typed("ntp", "server a")
    revision = configuration.revision
    for line in ("ntp", "server a", "", "   ", "# a remark"):
        assert Editor(configuration).type_line(line) is None or line == "server a"
    assert configuration.revision == revision


def test_an_address_is_printed_with_its_prefix() -> None:
    text = printed("context ip ROUTER", "interface WAN", "ipaddress WAN 123.123.123.123 255.255.255.248")
    assert text.endswith("    ipaddress WAN 123.123.123.123/29")
    again = "ipaddress WAN 1.2.3.4/30"
    text = printed("context ip ROUTER", "interface WAN", "ipaddress WAN 9.9.9.9 255.0.0.0", again)
    assert text.endswith(again)
    assert "9.9.9.9" not in text


def test_an_access_list_keeps_its_own_order() -> None:
    rules = ["permit udp any any eq 5060", "deny ip any any", "permit tcp any any eq 22"]
    assert printed("profile acl A", *rules) == "\n  ".join(["profile acl A", *rules])


def test_an_access_list_in_use_cannot_be_removed() -> None:
    lines = ["profile acl A", "permit ip any any", "context ip ROUTER", "interface WAN", "use profile acl A in"]
    assert "profile acl A" in refusal(*lines, "no profile acl A")
    assert "acl" not in printed(*lines, "no use profile acl A in", "no profile acl A")
    assert "profile acl B" not in printed(*lines, "profile acl B", "no profile acl B")


@pytest.mark.parametrize(
    "lines",
    [
        ("make coffee",),
        ("interface WAN",),
        ("ntp", "codec 1 g729 rx-length 20 tx-length 20"),
        ("profile voip X", "codec 1 opus rx-length 20 tx-length 20"),
        ("profile aaa",),
        ("context ip ROUTER", "interface WAN", "ipaddress WAN 300.1.1.1/24"),
        ("context ip ROUTER", "interface WAN", "ipaddress WAN 1.2.3.4/33"),
        ("context ip ROUTER", "interface WAN", "ipaddress WAN 1.2.3.4 255.0.255.0"),
        ("context ip ROUTER", "interface WAN", "ipaddress WAN 1.2.3.4 0.0.0.255"),
        ("context ip ROUTER", "routing-table DEFAULT", "route 0.0.0.0/0 gateway 1.2.3.999"),
        ("context sip-gateway GW", "interface IF", "transport-protocol tls 70000"),
        ("context cs S", "interface sip IF", "remote a.example 0"),
        ("no make coffee",),
    ],
)
def test_what_makes_no_sense_is_refused(lines: tuple[str, ...]) -> None:
    refusal(*lines)


def test_a_refused_line_leaves_the_mode_as_it_is() -> None:
    editor = Editor(typed())
    for line in ("context ip ROUTER", "interface WAN"):
        editor.type_line(line)
    assert editor.type_line("codec 1") is not None
    assert editor.prompt == "(if-ip)[WAN]"


def test_prompts_name_mode_and_object() -> None:
    editor = Editor(typed())
    prompts = [editor.prompt]
    for line in ("port ethernet 0 1", "context cs SWITCH", "interface sip IF", "location-service LS", "identity u",
                 "call outbound"):  # fmt: skip
        assert editor.type_line(line) is None
        prompts.append(editor.prompt)
    assert prompts == [
        "(cfg)", "(prt-eth)[0/1]", "(ctx-cs)[SWITCH]", "(if-sip)[IF]", "(svc-ls)[LS]", "(identity)[u]", "(call)",
    ]  # fmt: skip
    editor.exit()
    assert editor.prompt == "(identity)[u]"
    editor.end()
    assert not editor.open


def test_quoted_words_keep_their_blanks() -> None:
    line = 'username user.01 password "a  b$ c"'
    configuration = typed("authentication-service A", '  username   user.01  password  "a  b$ c" ')
    assert configuration.printed().endswith(f"  {line}")
    service = configuration.root.line_of("authentication-service", "A")
    assert service is not None
    user = service.line_of("username", "user.01")
    assert user is not None
    assert user.value("password") == "a  b$ c"


def test_what_is_printed_reads_back_the_same() -> None:
    text = printed(
        "context cs SWITCH", "service hunt-group HG", "route call 1 dest-interface IF", "drop-cause x", "no shutdown",
        "interface sip IF", "trust remote", "routing-table called-uri R", "route a dest-service HG",
        "mapping-table called-uri to called-e164 M", "map a to b", "mapping-table called-e164 to called-e164 N",
        "cwmp-client", "shutdown", "stun", "no shutdown", "location-service L", "identity-group default",
        "call inbound", "use profile voip X", "registration outbound", "register none", "user phone",
    )  # fmt: skip
    again, refused = Configuration.read(text)
    assert refused == []
    assert again.printed() == text
