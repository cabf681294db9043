"""XML as a stream: elements as they begin and end, each forgotten once it has been looked at.

Document types are refused, and with them entities, which bombs and leaks are made of: they can
only stand before the root, so that much is read first by a parser that stops there. (defusedxml
does the same to the whole file in Python, ten times as slow.) What comes before the first fault
of a file is kept.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Literal
from xml.etree.ElementTree import Element, ParseError, iterparse
from xml.parsers import expat

from clubmon.sdk import ConnectorError, sentence
from clubmon_files.bounds import NEWEST, OLDEST
from clubmon_files.tables import NOT_UTF8 as NOT_UTF8

MOST_BYTES = 64_000_000  # a day at 1 Hz is a quarter of this
MOST_DEPTH = 50  # more is nested to hurt
MOST_PARTS = 1_000  # of one point
MOST_ELEMENTS = 3_000_000  # two days at 1 Hz

BROKEN = sentence(
    "The file breaks off or is damaged: what came before is kept; export it again if possible."
)
HOSTILE = sentence(
    "defines entities or a document type, as no export does: not read; export it again."
)
CROWDED = sentence("holds more elements than any export, and was not read on; export it again.")
TANGLED = sentence("is nested deeper than any export, and was not read; export it again.")

_UTF8 = re.compile(rb"""\s*<\?xml[^>]*encoding=["']utf-?8["']|\s*<(?!\?xml[^>]*encoding=)""", re.I)


class Broken(Exception):
    """The file is no XML from here on."""


@dataclass(frozen=True, slots=True)
class Event:
    """Names are local, without their namespace; `parent` is '' at the root."""

    at: Literal["start", "end"]
    name: str
    parent: str
    element: Element


def walk(data: bytes, whole: frozenset[str]) -> Iterator[Event]:
    """Begin and end of every element; those named in `whole` keep what is in them until they end,
    and nothing is said of it. Raises Broken, and ConnectorError for XML that is made to do harm.
    """
    _refuse_entities(data)
    path: list[Element] = []
    held = parts = count = 0  # held: depth of the element that is kept whole
    try:
        for at, element in iterparse(io.BytesIO(data), ("start", "end")):
            if at == "start":
                path.append(element)
                parts += 1
                count += 1
                _within_bounds(len(path), parts if held else 0, count)
                if held:
                    continue
                held, parts = (len(path) if local(element.tag) in whole else 0), 0
                yield Event("start", local(element.tag), _parent(path), element)
            elif held < len(path) and held:
                path.pop()
            else:
                held = 0
                yield Event("end", local(element.tag), _parent(path), element)
                path.pop()
                if path:
                    path[-1].remove(element)
    except (ParseError, ValueError, LookupError) as error:  # also an encoding that there is not
        raise Broken from error


def _within_bounds(depth: int, parts: int, count: int) -> None:
    if depth > MOST_DEPTH or parts > MOST_PARTS:
        raise ConnectorError(TANGLED)
    if count > MOST_ELEMENTS:
        raise ConnectorError(CROWDED)


class _Root(Exception):
    """The first element begins: nothing can be declared any more."""


def _refuse_entities(data: bytes) -> None:
    """Raises ConnectorError for a document type; any other fault is found by the real reading."""

    def declared(*_: object) -> None:
        raise ConnectorError(HOSTILE)

    def root(*_: object) -> None:
        raise _Root

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = declared
    parser.StartElementHandler = root
    try:
        parser.Parse(data, True)
    except (_Root, expat.ExpatError, ValueError, LookupError):
        return


def prepared(data: bytes) -> tuple[bytes, str]:
    """Bytes that expat can begin with, and a note where an encoding was assumed.

    Strava's files begin with spaces; some apps write names in Windows-1252 and call it UTF-8.
    """
    stripped = data.lstrip(b" \t\r\n")
    if not _UTF8.match(stripped.removeprefix(b"\xef\xbb\xbf")):
        return stripped, ""
    try:
        stripped.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.end >= len(stripped) and error.reason == "unexpected end of data":
            return stripped, ""  # it breaks off within a letter
        return stripped.decode("cp1252", "replace").encode(), NOT_UTF8
    return stripped, ""


@cache
def local(tag: str) -> str:
    """A name without its namespace."""
    return tag.rpartition("}")[2]


def leaves(element: Element) -> dict[str, str]:
    """The text of everything below by its local name in lower case, the first of each name."""
    found: dict[str, str] = {}
    for each in element.iter():
        if each.text and each is not element:
            found.setdefault(local(each.tag).lower(), each.text.strip())
    return found


def number(word: str) -> float | None:
    """The number that a text states, None for any other text."""
    try:
        return float(word)
    except ValueError:
        return None


def instant(word: str) -> datetime | None:
    """An ISO time, aware only where it states an offset; None for any other text.

    Years in which nobody recorded anything are no times.
    """
    try:
        found = datetime.fromisoformat(word.strip())
    except ValueError:
        return None
    return found if OLDEST < found.year < NEWEST else None


def unix(moment: datetime) -> int:
    """Whole seconds since 1970; a time without an offset counts as UTC."""
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())


def _parent(path: list[Element]) -> str:
    return local(path[-2].tag) if len(path) > 1 else ""
