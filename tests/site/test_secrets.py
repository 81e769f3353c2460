"""References, the vault, and what may reach the device's command line."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from sbc_tool.errors import InputError
from sbc_tool.site.secrets import Kind, Secret, SecretRef, check_typeable, quote

PEM = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG\n9w0BAQEFAASCBKcwggSj\n-----END PRIVATE KEY-----\n"
typeable = st.text(st.characters(min_codepoint=32, max_codepoint=126, exclude_characters='"?'))


def nobody(question: str, secret: bool) -> str:
    raise InputError(f"an answer is needed: {question}")


def ref(text: str) -> SecretRef:
    return SecretRef.parse(text)


# references


@pytest.mark.parametrize(
    ("text", "kind", "name"),
    [
        ("env:SBC_PASSWORD", "env", "SBC_PASSWORD"),
        ("file:certs/key.pem", "file", "certs/key.pem"),
        (r"file:C:\sites\key.pem", "file", r"C:\sites\key.pem"),
        ("file:passwords.env#user.001", "file", "passwords.env#user.001"),
        ("keyring:sbc tool/administrator", "keyring", "sbc tool/administrator"),
        ("prompt", "prompt", ""),
    ],
)
def test_reference(text: str, kind: Kind, name: str) -> None:
    assert SecretRef.parse(text) == SecretRef(kind, name)
    assert str(SecretRef.parse(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        *("hunter2", "env:", "env:1a", "env:hunter 2", "env:A\nhunter2", "Prompt", "promptly", "", " prompt"),
        *("file:", "file: hunter2", "file:hunter2#", "file:#hunter2", "file:a#b/c"),
        *("keyring:hunter2", "keyring:/hunter2", "keyring:hunter2/"),
    ],
)
def test_what_is_no_reference_is_not_repeated(text: str) -> None:
    with pytest.raises(ValueError, match=r"not what it is: env:NAME, file:PATH, file:PATH#KEY") as caught:
        SecretRef.parse(text)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("value", [None, 5, b"env:A", ["env:A"], {"hunter2": 1}])
def test_only_text_is_a_reference(value: object) -> None:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(SecretRef).validate_python(value)
    assert caught.value.errors()[0]["type"] == "value_error"


def test_file_counts_from_the_folder(tmp_path: Path) -> None:
    adapter = TypeAdapter(SecretRef)
    folder = tmp_path / "c#1"  # a # in a folder's name begins no key
    found = adapter.validate_python("file:keys/p.env#user.01", context={"folder": folder})
    assert (found.path, found.key) == (folder / "keys" / "p.env", "user.01")
    found = adapter.validate_python("file:key.pem", context={"folder": folder})
    assert (found.path, found.key) == (folder / "key.pem", "")
    absolute = str(tmp_path / "key.pem")
    assert SecretRef.parse(f"file:{absolute}", Path("elsewhere")).path == Path(absolute)


def test_reference_round_trips_through_json() -> None:
    adapter = TypeAdapter(SecretRef)
    assert adapter.validate_json(adapter.dump_json(ref("file:a#b"))) == ref("file:a#b")
    assert adapter.json_schema()["type"] == "string"


def test_secret_prints_as_stars() -> None:
    secret = Secret("hunter2")
    assert {str(secret), repr(secret), f"{secret}", f"{[secret]}"} == {"***", "[***]"}
    assert secret.reveal() == "hunter2"


# what the device takes


@pytest.mark.parametrize(
    ("value", "typed"),
    [
        ("", '""'),
        ("plain", "plain"),
        ("a.b_c~d+e=f/g@h:i,j;k%l&m*n(o)p<q>r^s|t!u$v#w'x[y]z{0}1\\2-3", None),
        ("two words", '"two words"'),
        ("#1", '"#1"'),
        ("!1", '"!1"'),
        ("a#1!", None),
        ("a`b", '"a`b"'),
    ],
)
def test_quote(value: str, typed: str | None) -> None:
    assert quote(value) == (typed if typed is not None else value)


@given(typeable)
def test_quoted_value_is_one_word(value: str) -> None:
    """Read as a command line reads words: blanks part them, double quotes hold them together."""
    assume(value)
    typed = quote(value)
    assert (typed == value) == (not typed.startswith('"'))
    assert typed.strip('"') == value
    assert " " not in typed or typed[0] == typed[-1] == '"'
    check_typeable(value, "x")


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ('a"b', "a double quote"),
        ("what?", "a question mark"),
        ("a\tb", "a control character"),
        ("a\x7f", "a control character"),
        ("süß", "a character that is not ASCII"),
        ('?"', "a double quote and a question mark"),
    ],
)
def test_not_typeable(value: str, why: str) -> None:
    with pytest.raises(InputError) as caught:
        check_typeable(value, "password of user.01")
    assert str(caught.value).startswith(f"password of user.01: has {why}")
    assert value not in f"{caught.value} {caught.value.hint}"
