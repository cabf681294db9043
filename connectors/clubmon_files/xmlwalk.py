"""XML as a stream: elements as they begin and end, each forgotten once it has been looked at.

defusedxml refuses entities and document types, which bombs and leaks are made of. What comes
before the first fault of a file is kept.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from clubmon.sdk import ConnectorError
from clubmon_files.bounds import NEWEST, OLDEST

MOST_BYTES = 64_000_000  # a day at 1 Hz is a quarter of this
MOST_DEPTH = 50  # more is nested to hurt
MOST_PARTS = 1_000  # of one point

BROKEN = "The file breaks off or is damaged: what came before is kept; export it again if possible."
NOT_UTF8 = "The text is not UTF-8 and was read as Windows-1252: check the names."
HOSTILE = "defines entities or a document type, as no export does: not read; export it again."
TANGLED = "is nested deeper than any export, and was not read; export it again."

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
    path: list[Element] = []
    held = 0  # depth of the element that is kept whole, 0 for none
    parts = 0
    try:
        for at, element in iterparse(io.BytesIO(data), ("start", "end"), forbid_dtd=True):
            if at == "start":
                path.append(element)
                parts += 1
                if len(path) > MOST_DEPTH or (held and parts > MOST_PARTS):
                    raise ConnectorError(TANGLED)
                if held:
                    continue
                held, parts = (len(path) if local(element) in whole else 0), 0
                yield Event("start", local(element), _parent(path), element)
            elif not held or held == len(path):
                held = 0
                yield Event("end", local(element), _parent(path), element)
                path.pop()
                if path:
                    path[-1].remove(element)
            else:
                path.pop()
    except DefusedXmlException as error:
        raise ConnectorError(HOSTILE) from error
    except (ParseError, ValueError, LookupError) as error:  # also an encoding that there is not
        raise Broken from error


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


def local(element: Element) -> str:
    """The element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def below(element: Element, *names: str) -> str:
    """The text of the first element anywhere below with one of these local names, '' for none."""
    for each in element.iter():
        if each is not element and local(each).lower() in names:
            return "".join(each.itertext()).strip()
    return ""


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
    return local(path[-2]) if len(path) > 1 else ""
