"""Users from a CSV file as a spreadsheet writes it: `;` or `,`, UTF-8 or cp1252, with or without BOM."""

from __future__ import annotations

import csv
import difflib
import io
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from sbc_tool.errors import InputError, SbcError
from sbc_tool.finding import Place
from sbc_tool.site.files import read_bytes
from sbc_tool.site.model import User, clashes
from sbc_tool.site.wording import all_in_one, explain, in_order

_COLUMNS = {
    "external": ("external", "extern", "externe rufnummer"),
    "internal": ("internal", "intern", "interne rufnummer"),
    "account": ("account", "konto", "telefonname", "kontoname"),
    "password": ("password", "passwort", "kennwort"),
    "email": ("email", "e-mail", "mail", "e-mail-adresse"),
}
_NAMES = {name: column for column, names in _COLUMNS.items() for name in names}
_OPTIONAL = ("email",)
_HINT = "columns: external, internal, account, password (a reference) and, if you like, email"


@dataclass(frozen=True, slots=True)
class Row:
    place: Place  # where it begins
    cells: list[str]


def read(path: Path, folder: Path) -> tuple[User, ...]:
    """InputError names every bad row, in its `more`. References count from `folder`, that of the site file."""
    header, *rows = _rows(_text(path), str(path))
    columns = _columns(header)
    users: list[User] = []
    places: list[Place] = []
    problems: list[SbcError] = []
    for row in rows:
        try:
            users.append(_user(row, columns, folder))
            places.append(row.place)
        except InputError as error:
            problems += [error, *error.more]
    for key, first, again in clashes(users):
        problems.append(InputError(f"{key}: is that of line {places[first].line} too", "", places[again]))
    if problems:
        raise all_in_one(in_order(problems))
    if not users:
        raise InputError("has no users below its headings", _HINT, header.place)
    return tuple(users)


def _user(row: Row, columns: list[str], folder: Path) -> User:
    if any(row.cells[len(columns) :]):
        hint = "a value that holds the separator needs double quotes"
        raise InputError("has more cells than there are columns", hint, row.place)
    values = {column: cell for column, cell in zip(columns, row.cells, strict=False) if column and cell}
    try:
        return User.model_validate(values, context={"folder": folder})
    except ValidationError as error:
        raise all_in_one(explain(error, User, lambda _loc, _key: row.place)) from None


def _text(path: Path) -> str:
    data = read_bytes(path)
    for encoding in ("utf-8-sig", "cp1252"):  # cp1252: Excel's plain "CSV" on a German or French Windows
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:  # as in UTF-16, Excel's "Unicode Text"
            return text
    raise InputError("is no CSV text", 'save it as "CSV UTF-8" in Excel', Place(str(path)))


def _rows(text: str, file: str) -> list[Row]:
    """At least one; those that hold nothing are left out. A quoted cell may span lines."""
    header = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(";,", key=header.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True, skipinitialspace=True)
    rows: list[Row] = []
    begin = 1
    try:
        for cells in reader:
            rows.append(Row(Place(file, begin), [cell.strip() for cell in cells]))
            begin = reader.line_num + 1
    except csv.Error:
        hint = "double quotes stand round a whole cell; one within it is written twice"
        raise InputError("a double quote out of place", hint, Place(file, begin)) from None
    filled = [row for row in rows if any(row.cells)]
    if not filled:
        raise InputError("is empty", _HINT, Place(file))
    return filled


def _columns(header: Row) -> list[str]:
    """The column of each cell; empty for a cell without a heading.

    Unknown headings are not repeated: in a file without any, the first user's password would be one.
    """
    columns = [_NAMES.get(cell.casefold(), "") for cell in header.cells]
    problems: list[InputError] = []
    for number, (cell, column) in enumerate(zip(header.cells, columns, strict=True), 1):
        if cell and not column:
            near = difflib.get_close_matches(cell.casefold(), _NAMES, 1)
            meant = f": did you mean `{near[0]}`?" if near else ""
            problems.append(InputError(f"column {number} has an unknown heading{meant}", _HINT, header.place))
        elif column and column in columns[: number - 1]:
            problems.append(InputError(f"column {number} is `{column}` again", "keep one", header.place))
    lacking = [f"`{column}`" for column in _COLUMNS if column not in (*columns, *_OPTIONAL)]
    if lacking:
        problems.append(InputError(f"lacks the columns {', '.join(lacking)}", _HINT, header.place))
    if problems:
        raise all_in_one(problems)
    return columns
