"""Garmin's words: column names by language, and what kind an activity of a name is."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from clubmon.sdk import Kind
from clubmon_files.tables import Header, position

NEEDED = ("type", "date", "distance", "time")


@cache
def _words() -> dict[str, Any]:
    return tomllib.loads(files("clubmon_files").joinpath("garmin_words.toml").read_text("utf-8"))


def columns(header: Header) -> dict[str, int] | None:
    """Index of every column that is known, None for the header of another table."""
    code = language(header)
    if code is None:
        return None
    plain, names = _plain(header), _words()["columns"][code]
    places = {field: _first(plain, known) for field, known in names.items()}
    return {field: place for field, place in places.items() if place is not None}


def language(header: Header) -> str | None:
    """The language of Activities.csv that a header is in, None for any other table."""
    plain = set(_plain(header))  # asked of every line that may be a header, whatever the file
    for code, names in _words()["columns"].items():
        shown = {field for field, known in names.items() if not plain.isdisjoint(known)}
        if shown.issuperset(NEEDED) and not shown.isdisjoint(("title", "pace")):
            return str(code)
    return None


@cache
def _kinds() -> dict[str, Kind]:
    words: dict[Kind, list[str]] = _words()["kinds"]
    return {word: kind for kind, listed in words.items() for word in listed}


def kind_of(word: str) -> Kind | None:
    """The kind of an activity, by its name in any language or its key; None where unknown."""
    return _kinds().get(" ".join(word.replace("_", " ").casefold().split()))


def _first(header: Header, names: list[str]) -> int | None:
    return next((at for name in names if (at := position(header, name)) is not None), None)


def _plain(header: Header) -> Header:
    return [name.replace("’", "'") for name in header]
