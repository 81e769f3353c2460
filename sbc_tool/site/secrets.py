"""Secrets by reference: where they come from, and how they stay out of everything that is written."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import RLock
from typing import Any, Literal, cast

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler, ValidationInfo
from pydantic_core import CoreSchema, core_schema

from sbc_tool.errors import InputError
from sbc_tool.site.files import read_bytes

Kind = Literal["env", "file", "keyring", "prompt"]

_REFERENCE = re.compile(
    r"""(?x: (env)     : ([A-Za-z_][A-Za-z0-9_]*)
           | (file)    : ([^\#\s\0][^\#\0\r\n]*(?:\#[A-Za-z0-9_.-]+)?)
           | (keyring) : ([^\0\r\n]+/[^/\0\r\n]+)
           | (prompt)    () )"""
)
_JSON_PATTERN = r"^(env:[A-Za-z_][A-Za-z0-9_]*|file:[^#]+(#[A-Za-z0-9_.-]+)?|keyring:.+/[^/]+|prompt)$"
_KEY = re.compile(r"#([A-Za-z0-9_.-]+)$")  # a # further left belongs to the name of a folder


@dataclass(frozen=True, slots=True)
class SecretRef:
    """Where a secret is found, never the secret. `name` is NAME, PATH, PATH#KEY, SERVICE/USER or empty."""

    kind: Kind
    name: str

    @classmethod
    def parse(cls, text: object, folder: Path | None = None) -> SecretRef:
        """ValueError for anything else; its message never repeats `text`, which may be the secret itself."""
        match = _REFERENCE.fullmatch(text) if isinstance(text, str) else None
        if match is None:
            shapes = "env:NAME, file:PATH, file:PATH#KEY, keyring:SERVICE/USER or prompt"
            raise ValueError(f"must say where the secret is found, not what it is: {shapes}")
        kind, name = (group for group in match.groups() if group is not None)
        if kind == "file" and folder is not None:
            path, *key = name.split("#")
            name = "#".join([str(folder / path), *key])
        return cls(cast("Kind", kind), name)

    @property
    def path(self) -> Path:
        return Path(_KEY.sub("", self.name))

    @property
    def key(self) -> str:
        """The KEY of file:PATH#KEY; empty when the whole file is the secret."""
        match = _KEY.search(self.name)
        return match[1] if match else ""

    def __str__(self) -> str:
        return f"{self.kind}:{self.name}" if self.name else self.kind

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        def validate(value: object, info: ValidationInfo) -> SecretRef:
            return value if isinstance(value, cls) else cls.parse(value, (info.context or {}).get("folder"))

        as_text = core_schema.to_string_ser_schema()
        return core_schema.with_info_plain_validator_function(validate, serialization=as_text)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"type": "string", "pattern": _JSON_PATTERN, "examples": ["env:SBC_PASSWORD", "file:key.pem"]}


@dataclass(frozen=True, slots=True, repr=False)
class Secret:
    """A value that prints as ***."""

    _value: str

    def reveal(self) -> str:
        return self._value

    def __repr__(self) -> str:
        return "***"


_PLAIN = re.compile(r"[A-Za-z0-9._~+=/@:,;%&*()<>^|$'\[\]{}\\-][A-Za-z0-9._~+=/@:,;%&*()<>^|!$#'\[\]{}\\-]*")
_TOKEN = re.compile(r"(?<!\S)\*\*\*[1-9][0-9]*(?!\S)")
_MASK = "***"
_LEAST_MASKED = 4  # characters: a shorter value would blot out half of every text


def quote(value: str) -> str:
    """As the device's command line takes a value: in double quotes unless it is one plain word.

    Quotes round a value with blanks are in the manuals; # and ! would start a comment at the front of a word.
    """
    return value if _PLAIN.fullmatch(value) else f'"{value}"'


def check_typeable(value: str, purpose: str) -> None:
    """InputError for what nobody has seen typed into Trinity; the message holds no part of the value."""
    bad = {
        "a double quote": '"' in value,
        "a question mark (the command line takes it for a call for help)": "?" in value,
        "a control character": re.search(r"[\x00-\x1f\x7f]", value) is not None,
        "a character that is not ASCII": not value.isascii(),
    }
    if found := [name for name, present in bad.items() if present]:
        hint = "how the device wants that escaped is not documented: choose another secret"
        raise InputError(f"{purpose}: has {' and '.join(found)}", hint)


class Vault:
    """The secrets of one run, in memory only; safe to share between threads."""

    def __init__(
        self,
        environ: Mapping[str, str],
        ask: Callable[[str, bool], str],
        stand_in: Callable[[SecretRef], str | None] = lambda _: None,
    ) -> None:
        """`stand_in` is asked only when a reference has no value of its own, and before a person is."""
        self._environ = environ
        self._ask = ask
        self._stand_in = stand_in
        self._lock = RLock()
        self._resolved: dict[tuple[SecretRef, str], str] = {}
        self._files: dict[Path, str] = {}
        self._sealed: dict[str, str] = {}  # value -> token

    def resolve(self, ref: SecretRef, purpose: str) -> str:
        """The secret itself. InputError names reference and purpose when it cannot be had."""
        key = (ref, purpose if ref.kind == "prompt" else "")
        with self._lock:
            if key not in self._resolved:
                self._resolved[key] = self._find(ref, purpose)
            return self._resolved[key]

    def _find(self, ref: SecretRef, purpose: str) -> str:
        if ref.kind == "prompt":
            value = self._stand_in(ref)
            return self._ask(purpose[:1].upper() + purpose[1:], True) if value is None else value
        try:
            return self._look_up(ref)
        except InputError as error:
            value = self._stand_in(ref)
            if value is None:
                raise InputError(f"{purpose}: {ref}: {error.what}", error.hint) from None
            return value

    def _look_up(self, ref: SecretRef) -> str:
        if ref.kind == "keyring":
            return _from_keyring(ref)
        if ref.kind == "file":
            text = self._read(ref.path)
            return _entry(text, ref.key) if ref.key else re.sub(r"\r?\n\Z", "", text)
        if ref.name not in self._environ:
            raise InputError("the environment variable is not set", f"set {ref.name} and run again")
        return self._environ[ref.name]

    def _read(self, path: Path) -> str:
        if path not in self._files:
            try:
                self._files[path] = read_bytes(path).decode("utf-8-sig")
            except UnicodeDecodeError:
                hint = "save it as UTF-8; a key in DER or PKCS#12: sbc-tool cert bundle FILE --key-output key.pem"
                raise InputError("is not UTF-8 text", hint) from None
        return self._files[path]

    def seal(self, value: str) -> str:
        """A token such as ***1 that stands for the value in texts; always the same one for the same value."""
        with self._lock:
            return self._sealed.setdefault(value, f"{_MASK}{len(self._sealed) + 1}")

    def reveal(self, text: str) -> str:
        """`text` with its tokens replaced by the quoted values: only for the line that goes to the device."""
        if _MASK not in text:
            return text
        with self._lock:
            values = {token: value for value, token in self._sealed.items()}

        def value(match: re.Match[str]) -> str:
            if match[0] not in values:
                raise InputError(f"{match[0]} stands for a secret that this run does not hold", "render it anew")
            check_typeable(values[match[0]], match[0])  # a line break would be a second command
            return quote(values[match[0]])

        return _TOKEN.sub(value, text)

    def mask(self, text: str, least: int = _LEAST_MASKED) -> str:
        """`text` without any known secret. The last resort: nothing that holds one should get this far.

        `least`: how many characters a secret must have; 1 for a text that is known to be about one.
        """
        with self._lock:
            known = {*self._resolved.values(), *self._sealed}
        parts = {part for value in known for part in _written(value) if len(part) >= max(least, 1)}
        for part in sorted(parts, key=len, reverse=True):
            text = text.replace(part, _MASK)
        return text


def _written(value: str) -> Iterator[str]:
    """The ways in which a value may turn up: raw, quoted, and the lines of a key one by one."""
    yield value
    yield quote(value)
    lines = value.splitlines()
    if len(lines) > 1:
        yield from (line for line in lines if not line.startswith("-----"))  # -----BEGIN PRIVATE KEY-----


def _entry(text: str, key: str) -> str:
    """The value of `KEY=value` in a dotenv-like text, less the quotes round it."""
    pattern = rf"(?m)^[ \t]*(?:export[ \t]+)?{re.escape(key)}[ \t]*=[ \t]*(.*?)[ \t\r]*$"
    values = re.findall(pattern, text)
    if len(values) != 1:
        what = f"has no line {key}=…" if not values else f"has {len(values)} lines {key}=…"
        raise InputError(what, "one line for each secret: KEY=value")
    value: str = values[0]
    quoted = re.fullmatch(r"""(["'])(.*)\1""", value)
    return quoted[2] if quoted else value


def _from_keyring(ref: SecretRef) -> str:
    try:
        import keyring  # optional, and slow to import
        import keyring.errors
    except ImportError:
        raise InputError("the package keyring is missing", 'pip install "sbc-tool[keyring]"') from None
    service, _, user = ref.name.rpartition("/")
    try:
        value = keyring.get_password(service, user)
    except keyring.errors.KeyringError as error:
        raise InputError(f"the keyring cannot be used ({type(error).__name__})", "use env: or file:") from None
    if value is None:
        raise InputError("the keyring has no such entry", f"keyring set {service} {user}")
    return value
