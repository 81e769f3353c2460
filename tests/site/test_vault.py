"""Where secrets come from, and that they stay in."""

from __future__ import annotations

import sys
from pathlib import Path

import keyring
import keyring.backend
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sbc_tool.errors import InputError
from sbc_tool.site.secrets import SecretRef, Vault, quote

PEM = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG\n9w0BAQEFAASCBKcwggSj\n-----END PRIVATE KEY-----\n"
typeable = st.text(st.characters(min_codepoint=32, max_codepoint=126, exclude_characters='"?'))


def nobody(question: str, secret: bool) -> str:
    raise InputError(f"an answer is needed: {question}")


def ref(text: str) -> SecretRef:
    return SecretRef.parse(text)


# resolve


def test_env() -> None:
    vault = Vault({"A": " two  blanks ", "EMPTY": ""}, nobody)
    assert vault.resolve(ref("env:A"), "x") == " two  blanks "
    assert vault.resolve(ref("env:EMPTY"), "x") == ""


def test_file_loses_one_line_end_and_is_read_once(tmp_path: Path) -> None:
    vault, path = Vault({}, nobody), tmp_path / "secret"
    path.write_bytes(b"\xef\xbb\xbfa b\n\r\n")
    for _ in range(2):
        assert vault.resolve(SecretRef("file", str(path)), "x") == "a b\n"
        path.write_bytes(b"other")


def test_key_file_comes_whole(tmp_path: Path) -> None:
    (tmp_path / "key.pem").write_text(PEM, "ascii", newline="\n")
    assert Vault({}, nobody).resolve(SecretRef("file", str(tmp_path / "key.pem")), "private key") == PEM[:-1]


DOTENV = b"""\
# passwords
user.00=commented? no
user.001=plain#word
  export user.002 = "two words"\r
user.003='it''s'
user.004=
user.005=a=b
user.01=short
#user.006=off
twice=1
twice=2
"""


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("user.001", "plain#word"),
        ("user.002", "two words"),
        ("user.003", "it''s"),
        ("user.004", ""),
        ("user.005", "a=b"),
        ("user.01", "short"),
    ],
)
def test_line_of_a_file(tmp_path: Path, key: str, value: str) -> None:
    (tmp_path / "p.env").write_bytes(DOTENV)
    assert Vault({}, nobody).resolve(SecretRef("file", f"{tmp_path / 'p.env'}#{key}"), "x") == value


def test_prompt_asks_once_for_each_purpose() -> None:
    asked: list[tuple[str, bool]] = []

    def ask(question: str, secret: bool) -> str:
        asked.append((question, secret))
        return f"answer {len(asked)}"

    vault = Vault({}, ask)
    assert [
        vault.resolve(ref("prompt"), purpose) for purpose in ("password of a", "password of b", "password of a")
    ] == [
        "answer 1",
        "answer 2",
        "answer 1",
    ]
    assert asked == [("Password of a", True), ("Password of b", True)]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("absent", "no such file"),
        ("", "is a folder, not a file"),
        ("latin", "is not UTF-8 text"),
        ("p.env#user.006", "has no line user.006=…"),
        ("p.env#twice", "has 2 lines twice=…"),
        ("p.env#userX001", "has no line"),
    ],
)
def test_file_without_the_secret(tmp_path: Path, name: str, message: str) -> None:
    (tmp_path / "p.env").write_bytes(DOTENV)
    (tmp_path / "latin").write_bytes(b"hunter2\xfc")
    target = SecretRef("file", f"{tmp_path}/{name}")
    with pytest.raises(InputError) as caught:
        Vault({}, nobody).resolve(target, "password of user.01 on the STARFACE")
    assert str(caught.value).startswith(f"password of user.01 on the STARFACE: {target}: {message}")
    assert caught.value.hint
    assert "hunter2" not in str(caught.value)


def test_missing_variable() -> None:
    with pytest.raises(InputError) as caught:
        Vault({}, nobody).resolve(ref("env:SBC_PASSWORD"), "password of administrator on the device")
    assert str(caught.value) == (
        "password of administrator on the device: env:SBC_PASSWORD: the environment variable is not set"
    )
    assert caught.value.hint == "set SBC_PASSWORD and run again"


def test_stand_in_comes_last_but_before_a_person() -> None:
    vault = Vault({"A": "own"}, nobody, lambda ref: f"minted for {ref}")
    assert vault.resolve(ref("env:A"), "x") == "own"
    assert vault.resolve(ref("env:B"), "x") == "minted for env:B"
    assert vault.resolve(ref("file:absent"), "x") == "minted for file:absent"
    assert vault.resolve(ref("prompt"), "x") == "minted for prompt"
    assert vault.mask("got minted for env:B!") == "got ***!"


class Memory(keyring.backend.KeyringBackend):
    """A keyring as the package lets anyone write one."""

    priority = 1

    def get_password(self, service: str, username: str) -> str | None:
        return {("sbc/tool", "admin"): "from keyring"}.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None: ...

    def delete_password(self, service: str, username: str) -> None: ...


def test_keyring() -> None:
    before = keyring.get_keyring()
    keyring.set_keyring(Memory())
    try:
        vault = Vault({}, nobody)
        assert vault.resolve(ref("keyring:sbc/tool/admin"), "x") == "from keyring"
        with pytest.raises(InputError, match="x: keyring:sbc/other: the keyring has no such entry") as caught:
            vault.resolve(ref("keyring:sbc/other"), "x")
        assert caught.value.hint == "keyring set sbc other"
    finally:
        keyring.set_keyring(before)


def test_keyring_package_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(InputError, match="the package keyring is missing") as caught:
        Vault({}, nobody).resolve(ref("keyring:a/b"), "x")
    assert caught.value.hint == 'pip install "sbc-tool[keyring]"'


# seal, reveal, mask


def test_seal_is_stable_and_reveal_quotes() -> None:
    vault = Vault({}, nobody)
    tokens = [vault.seal(value) for value in ("plain", "two words", "plain", "")]
    assert tokens == ["***1", "***2", "***1", "***3"]
    line = "username user.01 password ***2"
    assert vault.reveal(line) == 'username user.01 password "two words"'
    assert vault.reveal("a ***1 b ***3\n***2") == 'a plain b ""\n"two words"'


def test_reveal_takes_whole_words_only() -> None:
    vault = Vault({}, nobody)
    for number in range(12):
        vault.seal(f"value-{number}")
    assert vault.reveal("***1 ***12") == "value-0 value-11"
    for text in ("x***1", "***1x", "****1", "***01", "***", '"***1"', "*** 1"):
        assert vault.reveal(text) == text


def test_reveal_of_a_foreign_token() -> None:
    with pytest.raises(InputError, match=r"\*\*\*7 stands for a secret that this run does not hold"):
        Vault({}, nobody).reveal("password ***7")


def test_reveal_never_types_a_second_line() -> None:
    vault = Vault({}, nobody)
    token = vault.seal("hunter2\nreload")
    with pytest.raises(InputError, match="control character") as caught:
        vault.reveal(f"password {token}")
    assert "hunter2" not in str(caught.value)


def test_revealed_value_is_not_looked_at_again() -> None:
    vault = Vault({}, nobody)
    vault.seal("***2")
    vault.seal("other")
    assert vault.reveal("***1") == "***2"


def test_mask() -> None:
    vault = Vault({"A": "hunter2", "B": "hunter2 and more", "C": "abc"}, nobody)
    for name in "ABC":
        vault.resolve(ref(f"env:{name}"), "x")
    vault.seal("#sealed")
    text = 'password "hunter2 and more", hunter2, "#sealed", #sealed, abc'
    assert vault.mask(text) == "password ***, ***, ***, ***, abc"
    assert vault.mask("nothing to hide") == "nothing to hide"


def test_mask_covers_a_key_line_by_line(tmp_path: Path) -> None:
    (tmp_path / "key.pem").write_text(PEM, "ascii")
    vault = Vault({}, nobody)
    vault.resolve(SecretRef("file", str(tmp_path / "key.pem")), "private key")
    shown = vault.mask(f"x {PEM.strip()} y\r\n> MIIEvQIBADANBgkqhkiG\r\n")
    assert "MIIE" not in shown
    assert shown.endswith("> ***\r\n")


@given(value=typeable.filter(lambda value: len(value) >= 4 and "*" not in value), before=st.text(), after=st.text())
def test_mask_leaves_nothing_of_a_secret(value: str, before: str, after: str) -> None:
    vault = Vault({}, nobody)
    vault.seal(value)
    shown = vault.mask(f"{before}{value}{after} {quote(value)}")
    assert value not in shown


@given(st.lists(typeable, min_size=1))
def test_seal_then_reveal_is_quote(values: list[str]) -> None:
    vault = Vault({}, nobody)
    line = " ".join(vault.seal(value) for value in values)
    assert vault.reveal(line) == " ".join(quote(value) for value in values)
