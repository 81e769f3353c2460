"""Results in the formats that people and pipelines read. A new format is a file here, and a line below."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sbc_tool.report.document import Run


class Format(StrEnum):
    """Each is named as its module in this folder, which has `write(run: Run) -> str`."""

    TEXT = "text"
    JSON = "json"
    JSONL = "jsonl"
    JUNIT = "junit"
    SARIF = "sarif"
    GITHUB = "github"
    MARKDOWN = "markdown"
    NAGIOS = "nagios"
    PROMETHEUS = "prometheus"


def writer(form: Format) -> Callable[[Run], str]:
    """The writer of a format; only this one is imported, as some stand on a library."""
    write: Callable[[Run], str] = import_module(f"sbc_tool.report.{form}").write
    return write
