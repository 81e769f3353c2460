"""What every part of the site model has in common."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict
from pydantic_core import PydanticCustomError

Loc = tuple[str | int, ...]


def refuse(*problems: tuple[Loc, str]) -> None:
    """Raise when there are any; each with the key it is about, below the present one: load.py points there."""
    if problems:
        said = "; ".join(message for _, message in problems)
        raise PydanticCustomError("between_keys", "{said}", {"said": said, "problems": problems})


class Part(BaseModel):
    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,  # the input may be a password in the wrong place
        use_attribute_docstrings=True,  # they become the descriptions of `schema site`
    )
