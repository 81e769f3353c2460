"""Users from a table, as spreadsheets write it."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sbc_tool.errors import InputError
from sbc_tool.site.accounts import read

HEAD = "external;internal;account;password;email\n"
TABLE = (
    HEAD
    + "+497123222;222;user.01;env:USER_01;user.01@meinefirma.de\n"
    + "+497123223;0223;user.02;file:passwords.env#user.02;\n"
)


def table(folder: Path, content: str | bytes) -> Path:
    path = folder / "users.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def refused(folder: Path, content: str | bytes) -> list[str]:
    with pytest.raises(InputError) as caught:
        read(table(folder, content), folder)
    return [str(one).replace(str(folder), "", 1).lstrip("/\\") for one in (caught.value, *caught.value.more)]


@pytest.mark.parametrize(
    "content",
    [
        TABLE,
        TABLE.encode("utf-8-sig"),
        TABLE.replace("\n", "\r\n"),
        TABLE.replace(";", ","),
        TABLE.rstrip(),
        "\n;;;;\n" + TABLE.replace("\n", "\n\n") + ";;;;\n  \n",
        TABLE.replace("\n", ";;\n"),
        TABLE.replace("external", "  External ").replace("email", "E-Mail"),
        TABLE.replace("external;internal;account;password", "Extern;Intern;Telefonname;Passwort"),
        TABLE.replace("external;internal;account;password", "EXTERN;intern;Konto;Kennwort"),
        TABLE.replace("+497123222", '"+497123222"').replace("user.01;", ' "user.01";'),
        TABLE.replace(HEAD, '"external";"internal";"account";"password";"email"\r\n'),
        "\n".join(";".join(reversed(line.split(";"))) for line in TABLE.splitlines()),
    ],
)
def test_forms_of_one_table(tmp_path: Path, content: str | bytes) -> None:
    first, second = read(table(tmp_path, content), tmp_path)
    assert (first.external, first.internal, first.account) == ("+497123222", "222", "user.01")
    assert (str(first.password), first.email) == ("env:USER_01", "user.01@meinefirma.de")
    assert (second.internal, second.email) == ("0223", None)
    assert (second.password.path, second.password.key) == (tmp_path / "passwords.env", "user.02")


def test_without_the_optional_column(tmp_path: Path) -> None:
    content = "external;internal;account;password\n+497123222;222;user.01;env:A\n"
    assert read(table(tmp_path, content), tmp_path)[0].email is None


def test_cp1252_as_excel_for_windows_writes_it(tmp_path: Path) -> None:
    content = TABLE.replace("file:passwords.env", "file:kennwörter.env").encode("cp1252")
    assert read(table(tmp_path, content), tmp_path)[1].password.path == tmp_path / "kennwörter.env"


def test_excel_trick_of_a_comma_in_quotes(tmp_path: Path) -> None:
    content = 'external,internal,account,password\n+497123222,222,user.01,"file:a, b.env#x"\n'
    assert read(table(tmp_path, content), tmp_path)[0].password.path == tmp_path / "a, b.env"


ROW = "+497123222;222;user.01;env:A;a@b.de\n"


@pytest.mark.parametrize(
    ("content", "messages"),
    [
        ("", ["users.csv: is empty"]),
        (" \n;;\n", ["users.csv: is empty"]),
        (HEAD, ["users.csv:1: has no users below its headings"]),
        (
            HEAD.replace("email", "e-mial") + ROW,
            ["users.csv:1: column 5 has an unknown heading: did you mean `e-mail`?"],
        ),
        (HEAD.replace("email", "internal") + ROW, ["users.csv:1: column 5 is `internal` again"]),
        ("\n\nexternal;internal\n", ["users.csv:3: lacks the columns `account`, `password`"]),
        (HEAD + ROW.replace("+497", "497"), ["users.csv:2: external: lacks its + (Excel drops it, unless"]),
        (HEAD + ROW.replace("+497123222", "4.97123E+11"), ["users.csv:2: external: has lost digits, as Excel made"]),
        (HEAD + ROW.replace("+497123222", "4,97123E+11"), ["users.csv:2: external: has lost digits, as Excel made"]),
        (HEAD + ROW.replace("+497123222", "+49 7123 222"), ["users.csv:2: external: must have no blanks"]),
        (HEAD + ROW.replace(";222;", ";222,0;"), ["users.csv:2: internal: must be digits only"]),
        (HEAD + ROW.replace("env:A", "hunter2"), ["users.csv:2: password: must say where the secret is found"]),
        (HEAD + ROW.replace("env:A", ""), ["users.csv:2: lacks `password`"]),
        (HEAD + "+497123222;222\n", ["users.csv:2: lacks `account`, `password`"]),
        (HEAD + ROW.replace("env:A", "env:A;hunter2"), ["users.csv:2: has more cells than there are columns"]),
        (HEAD + ROW.replace("env:A", '"hunter2'), ["users.csv:2: a double quote out of place"]),
        (HEAD + ROW.replace("env:A", '"hunter2" x'), ["users.csv:2: a double quote out of place"]),
        (HEAD.encode("utf-16"), ["users.csv: is no CSV text"]),
        (HEAD.encode() + b"\x81\xff", ["users.csv: is no CSV text"]),
        (
            HEAD + ROW + "\n" + ROW,
            [f"users.csv:4: {key}: is that of line 2 too" for key in ("external", "internal", "account")],
        ),
        (  # a file without headings: its first row may hold a password
            "+497123222;222;user.01;hunter2\n",
            [
                *[f"users.csv:1: column {n} has an unknown heading" for n in (1, 2, 3, 4)],
                "users.csv:1: lacks the columns",
            ],
        ),
    ],
)
def test_refused(tmp_path: Path, content: str | bytes, messages: list[str]) -> None:
    found = refused(tmp_path, content)
    assert len(found) == len(messages), found
    assert all(one.startswith(message) for one, message in zip(found, messages, strict=True)), found
    assert not any("hunter2" in one for one in found)


def test_every_bad_row_is_named_in_order(tmp_path: Path) -> None:
    content = (
        HEAD + ROW + "0712;1;a;env:A\n" + ROW.replace("222;", "223;") + '"+497\n123";"x\n2";user.05;env:B;\n' + "x\n"
    )
    places = [one.partition(": ")[0] for one in refused(tmp_path, content)]
    assert places == ["users.csv:3"] * 2 + ["users.csv:4"] + ["users.csv:5"] * 2 + ["users.csv:8"] * 2


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=40) | st.text(st.sampled_from('+49;,"\r\nab: \t'), max_size=40).map(str.encode))
def test_any_table_loads_or_ends_in_an_input_error(tmp_path: Path, content: bytes) -> None:
    with contextlib.suppress(InputError):
        assert len(read(table(tmp_path, TABLE.encode() + content), tmp_path)) >= 2
