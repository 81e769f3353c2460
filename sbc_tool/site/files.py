"""Files that a site file is, or names; with a reason when one cannot be read."""

from __future__ import annotations

from pathlib import Path

from sbc_tool.errors import InputError
from sbc_tool.finding import Place


def read_bytes(path: Path) -> bytes:
    place = Place(str(path))
    if path.is_dir():  # Windows would only say that access is denied
        raise InputError("is a folder, not a file", "name a file in it", place)
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise InputError(
            "no such file", "check the path; those in a site file count from its own folder", place
        ) from None
    except OSError as error:
        raise InputError(f"cannot be read ({error.strerror})", "check the rights on it", place) from None
    except ValueError:  # a NUL in the path
        raise InputError("is no path", "check the path", place) from None
