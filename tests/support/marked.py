"""A language in which every text of the catalogs stands in marks, and what of a page does not.

Values stand outside the marks of the text that they are filled into: a text inside a text has
marks of its own, and what has none came from no catalog.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from gettext import NullTranslations
from html.parser import HTMLParser

from babel import Locale
from babel.messages.pofile import read_po

from clubmon.words import language

CODE = "eo"  # nobody's here: days, months and numbers are written otherwise than in English
OPEN, SHUT = "⟦", "⟧"
_VALUE = re.compile(r"(?<![{%])\{\w+(?:![rs])?(?::[^{}]*)?\}(?!\})|%\(\w+\)[sd]")
_PATTERNS = ("pattern of a date", "pattern of a time")
_READ_OUT = ("title", "alt", "placeholder", "aria-label", "aria-description", "aria-valuetext")
_SILENT = ("script", "style", "template", "code", "pre")  # the last two are typed as they stand
_WORD = re.compile(r"[^\W\d_]{2,}")
_ENGLISH = re.compile(r"(?<![\d.:])\d+\.\d+(?![\d.:])")  # a number with the English sign
_ADDRESS = re.compile(r"https?://\S+|(?<!\w)/[\w./-]+|\b[\w.]+@[\w.]+\b")
_UNITS = ("km", "mi", "min", "kg", "lb", "kB", "MB", "GB", "bpm", "AU", "UTC")
_DAYS = {
    word
    for names in (Locale(CODE).days, Locale(CODE).months)
    for lengths in names.values()
    for each in lengths.values()
    for word in each.values()
    if len(word) > 1
}
_NAMED = "|".join(map(re.escape, (*sorted(_DAYS, key=len, reverse=True), *_UNITS)))
_DATA = re.compile(rf"\b(?:{_NAMED})\b|\{{\w+\}}")


def mark(text: str) -> str:
    """The text in marks, its values outside of them."""
    return OPEN + _VALUE.sub(lambda value: SHUT + value.group() + OPEN, text) + SHUT


class Marks(NullTranslations):
    """The catalog that has every text of the others, and no other text."""

    def __init__(self, known: Collection[str]) -> None:
        super().__init__()
        self._known = known

    def gettext(self, message: str) -> str:
        return mark(message) if message in self._known else message

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return mark(msgid1 if n == 1 else msgid2)

    def pgettext(self, context: str, message: str) -> str:
        return message if context in _PATTERNS else mark(message)


@contextmanager
def marks() -> Iterator[str]:
    """The language of this code is known as long as this lasts."""
    with language.adding(CODE, Marks(frozenset(_texts()))):
        yield CODE


def _texts() -> Iterator[str]:
    with language.catalog_path("de").open("rb") as source:
        for one in read_po(source):
            yield one.id if isinstance(one.id, str) else one.id[0]


def unmarked(page: str, known: Collection[str] = ()) -> list[str]:
    """What a reader of this page of HTML sees or hears that no catalog has said.

    Left out are numbers with their units, days, and what is `known`: names and other data.
    """
    reading = _Reading()
    reading.feed(page)
    reading.close()
    return _said(reading.found, known)


def plain_unmarked(text: str, known: Collection[str] = ()) -> list[str]:
    """The same of plain text."""
    reading = _Reading()
    for line in _ADDRESS.sub("", text).splitlines():
        reading.handle_data(line)
    return _said(reading.found, known)


def _said(found: Iterable[str], known: Collection[str]) -> list[str]:
    names = re.compile("|".join(sorted(map(re.escape, known), key=len, reverse=True)) or r"(?!)")
    said = [_DATA.sub("", names.sub("", _ADDRESS.sub("", text))) for text in found]
    return [" ".join(one.split()) for one in said if _WORD.search(one) or _ENGLISH.search(one)]


class _Reading(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._within = False  # a marked text that has not ended, though an element of it has
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in _SILENT
        given = dict(attrs)
        said = [given.get(name) or "" for name in _READ_OUT]
        said += [  # what scripts show
            value for name, value in attrs if name.startswith("data-") and value and " " in value
        ]
        if tag == "input" and given.get("type") in ("submit", "button"):
            said.append(given.get("value") or "")
        for text in said:
            self._outside(text, within=False)

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in _SILENT

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._within = self._outside(data, within=self._within)

    def _outside(self, text: str, *, within: bool) -> bool:
        for part in re.split(f"([{OPEN}{SHUT}])", text):
            if part in (OPEN, SHUT):
                within = part == OPEN
            elif not within:
                self.found.append(part)
        return within
