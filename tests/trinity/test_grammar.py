"""The grammar file holds to its own notation, and every command of it can be typed, negated and found again."""

from __future__ import annotations

import re

import pytest
from samples import line_of, values_of

from sbc_tool.trinity.grammar import ROOT, Command, Evidence, load

GRAMMAR = load()
COMMANDS = tuple(GRAMMAR.commands())
TYPES = {"", "int", "ip", "mask", "cidr", "secret", "text"}

_WORD = re.compile(r"[a-z0-9][a-z0-9+-]*")
_PLACE = re.compile(r"<[a-z_]+!?(?:[=@][a-z0-9-]+)?(?::(?:[a-z0-9|+-]+|-?\d+\.\.-?\d+))?>")
_SOURCE = re.compile(r"[A-Z][A-Za-z0-9]*")

every_command = pytest.mark.parametrize("command", COMMANDS, ids=lambda one: f"{one.mode}: {one.syntax}")


@every_command
def test_syntax_is_written_in_the_notation(command: Command) -> None:
    assert re.fullmatch(r"[^\[\]]+(?:\[[^\[\]]+\] ?)*", command.syntax), "optional parts stand at the end"
    tokens = re.findall(r"<[^>]*>|[^\s\[\]]+", command.syntax)
    for token in tokens:
        assert _PLACE.fullmatch(token) or _WORD.fullmatch(token), token
    for parameter in command.parameters:
        assert parameter.type in TYPES or parameter.range or all(_WORD.fullmatch(one) for one in parameter.choices)
        assert all(parameter.takes(value) for value in values_of(parameter))
        assert not (parameter.defines and parameter.refers)
    assert len({parameter.name for parameter in command.parameters}) == len(command.parameters)
    assert _WORD.fullmatch(tokens[0]), "a line is found by its first word"


@every_command
def test_attributes_are_known_and_sources_explained(command: Command) -> None:
    assert isinstance(command.evidence, Evidence)
    assert command.negation in ("removes", "shown")
    named = {word for word in _SOURCE.findall(command.source) if word in GRAMMAR.sources}
    assert named, command.source
    first = re.split(r"[\s;:,]", command.source)[0]
    assert first in GRAMMAR.sources, f"{first} is not explained in `sources`"
    if command.evidence is Evidence.ASSUMED:
        assert first == "TARGET" or "not" in command.source or "only" in command.source
    if command.default:
        match = GRAMMAR.match(command.mode, command.default)
        assert match is not None
        assert match.command is command


def test_every_explained_source_is_used() -> None:
    text = " ".join(command.source for command in COMMANDS)
    assert {key for key in GRAMMAR.sources if not re.search(rf"\b{key}\b", text)} <= {"NVpush"}, "says nothing to lines"


@every_command
def test_example_is_understood_as_its_command(command: Command) -> None:
    for optional in (False, True):
        match = GRAMMAR.match(command.mode, line_of(command, optional=optional))
        assert match is not None
        assert match.command is command, "an earlier command of the mode hides this one"
        assert not match.negated
        assert set(match.values) >= {parameter.name for parameter in command.parameters if not optional} - _optional(
            command
        )


def _optional(command: Command) -> set[str]:
    return set(re.findall(r"\[[^\]]*?<(\w+)[^\]]*\]", command.syntax))


@every_command
def test_short_form_negates_exactly_this_line(command: Command) -> None:
    """`no` and the words that name the line: identity kept, and the whole line after `no` means the same."""
    match = GRAMMAR.match(command.mode, line_of(command, optional=True))
    assert match is not None
    short = GRAMMAR.match(command.mode, f"no {match.short}")
    whole = GRAMMAR.match(command.mode, f"no {line_of(command, optional=True)}")
    for negated in (short, whole):
        assert negated is not None
        assert negated.negated
        assert negated.identity == match.identity
        assert negated.short == match.short
    assert match.identity[: len(command.literals)] == command.literals
    assert match.short.split()[: len(command.literals)] == list(command.literals)


@every_command
def test_another_value_of_a_key_is_another_line(command: Command) -> None:
    values = [values_of(parameter)[0] for parameter in command.parameters]
    here = GRAMMAR.match(command.mode, line_of(command, values))
    assert here is not None
    for index, parameter in enumerate(command.parameters):
        others = [*values_of(parameter), ""][1]
        if not others:
            continue
        changed = GRAMMAR.match(command.mode, line_of(command, [*values[:index], others, *values[index + 1 :]]))
        assert changed is not None
        assert (changed.identity != here.identity) == (parameter.key), parameter.name


def test_lines_of_one_identity_are_forms_of_one_thing() -> None:
    """Two commands may share an identity only if a later one is meant to replace the other: same words, same keys."""
    for mode in GRAMMAR.modes.values():
        seen: dict[tuple[str, ...], Command] = {}
        for command in mode.commands:
            match = GRAMMAR.match(mode.name, line_of(command))
            assert match is not None
            other = seen.setdefault(match.identity, command)
            assert (other.literals, other.keys) == (command.literals, command.keys), (other.syntax, command.syntax)
            assert (other.enters, other.negation) == (command.enters, command.negation), (other.syntax, command.syntax)


def test_every_mode_is_entered_from_somewhere_and_every_entry_exists() -> None:
    entered = {command.enters for command in COMMANDS if command.enters}
    assert entered <= set(GRAMMAR.modes)
    reached, frontier = {ROOT}, {ROOT}
    while frontier:
        frontier = {c.enters for mode in frontier for c in GRAMMAR.modes[mode].commands if c.enters} - reached
        reached |= frontier
    assert reached == set(GRAMMAR.modes)


def test_no_line_of_the_top_level_means_something_in_a_mode_below_it() -> None:
    """Flat text could not be read back otherwise: a line belongs to the innermost mode that knows it."""
    inner = {command.enters for command in GRAMMAR.modes[ROOT].commands if command.enters}
    for command in GRAMMAR.modes[ROOT].commands:
        assert not [mode for mode in inner if GRAMMAR.match(mode, line_of(command))], command.syntax


def test_prompts_fit_the_driver() -> None:
    for mode in GRAMMAR.modes.values():
        assert re.fullmatch(r"[0-9A-Za-z-]+", mode.prompt), mode.name


def test_kinds_that_are_referred_to_are_defined_somewhere() -> None:
    defined = {parameter.defines for command in COMMANDS for parameter in command.defines()}
    referred = {parameter.refers for command in COMMANDS for parameter in command.refers()}
    assert referred <= defined
    assert set(GRAMMAR.predefined) <= defined | {"tls-profile"}
    assert all(kind in defined for kind in GRAMMAR.predefined)


def test_secrets_are_of_the_type_secret() -> None:
    """A word after `password` or `secret` that is typed otherwise would be shown in clear."""
    for command in COMMANDS:
        for before, name, kind in re.findall(r"(\S+) <(\w+)[^:>]*:?([^>]*)>", command.syntax):
            secret = any(word in f"{before} {name}" for word in ("password", "community"))
            assert secret == (kind == "secret"), command.syntax


@pytest.mark.parametrize("text", ["", "no", "no ", "noshutdown", "shutdown now", "Shutdown", "no no shutdown"])
def test_what_is_no_line(text: str) -> None:
    assert GRAMMAR.match("context-cs", text) is None


def test_negated_forms_need_only_what_names_the_line() -> None:
    match = GRAMMAR.match("sip-gateway-interface", "no transport-protocol tls")
    assert match is not None
    assert match.values == {"protocol": "tls"}
    assert GRAMMAR.match("sip-gateway-interface", "no transport-protocol") is None
    assert GRAMMAR.match("sip-interface", "no remote") is not None
    assert GRAMMAR.match("sip-interface", "no remote 10.0.0.1") is not None


@pytest.mark.parametrize(
    ("mode", "line", "grade"),
    [
        ("cs-routing-table", "route 4971232222.% dest-service HG MAP", Evidence.CONFIRMED),
        ("cs-routing-table", "route default dest-interface IF MAP", Evidence.SMARTWARE),
        ("cs-routing-table", "route default dest-service HG", Evidence.SMARTWARE),
        ("distribution-group", "route call 1 dest-interface IF", Evidence.ASSUMED),
        ("profile-tls", "own-certificate 1 pki:own-certificate/DEFAULT", Evidence.CONFIRMED),
    ],
)
def test_a_form_has_the_grade_of_what_was_seen_of_it(mode: str, line: str, grade: Evidence) -> None:
    """Not that of a wider form which takes it, too."""
    match = GRAMMAR.match(mode, line)
    assert match
    assert match.command.evidence is grade
