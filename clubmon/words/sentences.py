"""Sentences that are made and kept in English, and put into the reader's language when shown.

What went wrong is stored, logged and printed as a finished English sentence, so that it can be
read without any catalog. Who makes it marks its template with `sentence` and fills that in with
`format`. Who shows it says `retold`: the template that a sentence was made from is found again,
its translation looked up, and the values put in. What nobody marked is shown as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

from clubmon.words import units
from clubmon.words.language import ENGLISH, current, decimal_sign, gettext

Values = dict[str, str]
InUnits = Callable[[Values], tuple[str, Values] | None]
LONGEST = 2_000  # letters of a text that is looked at: nothing of ours is near that
_PLACE = re.compile(r"\{(\w*)(?::[^{}]*)?\}")
_QUOTED = re.compile(r"['‘“\"]\{(\w+)")  # shown as it was found, whatever it looks like
_FIGURE = r"[0-9.,:e+]+"  # a distance, a pace or a weight, as it is kept
_DECIMAL = re.compile(r"[-−]?\d+\.\d+")
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+")


@dataclass(frozen=True)
class _Template:
    text: str
    in_units: InUnits | None = None

    @cached_property
    def start(self) -> str:
        """What every sentence that was made from it begins with."""
        return _PLACE.split(self.text, maxsplit=1)[0]

    @property
    def ends(self) -> bool:
        """Whether it is a whole sentence; what is none says where something was."""
        return self.text.endswith((".", "?", "!"))

    @cached_property
    def letters(self) -> int:
        """How much of it is the same in every sentence: more is surer."""
        return len(_PLACE.sub("", self.text))

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        value = _FIGURE if self.in_units else ".*?"
        parts = _PLACE.split(self.text)
        return re.compile(
            "".join(
                (f"(?P<{part}>{value})" if place % 2 else re.escape(part))
                for place, part in enumerate(parts)
            ),
            re.DOTALL,
        )

    @cached_property
    def beginning(self) -> re.Pattern[str]:
        """The sentence with others behind it."""
        return re.compile(self.pattern.pattern + " ", re.DOTALL)

    def put(self, values: Values) -> str:
        """The reader's translation with these values, numbers with the language's sign."""
        text, values = (self.in_units and self.in_units(values)) or (self.text, values)
        quoted = set(_QUOTED.findall(text))
        said = {name: value if name in quoted else _number(value) for name, value in values.items()}
        return _PLACE.sub(lambda place: said[place[1]], gettext(text))


_known: dict[str, _Template] = {}


def sentence(template: str, in_units: InUnits | None = None) -> str:
    """Mark a sentence that is shown to people later; returns it as it is.

    A place for a value has a name, as in "is larger than {most} MB; not read." `in_units` gives
    from these values, which are figures then, another template and its values, where the
    reader's units need one.
    """
    _known[template] = _Template(template, in_units)
    return template


def templates() -> tuple[str, ...]:
    """Every sentence that was marked by the modules that were imported."""
    return tuple(_known)


def retold(text: str) -> str:
    """A text that was kept in English, in the reader's units, and language if a catalog has it.

    Several sentences in a row are told, too, and those behind 'where it was: '.
    """
    if (current() == ENGLISH and units.metric()) or not 0 < len(text) <= LONGEST:
        return text
    exact = gettext(text)
    if exact != text:
        return exact
    return _whole(text) or _behind_a_place(text) or text


def _behind_a_place(text: str) -> str | None:
    """'runs.csv row 3: is no …': the longest rest that is known, the place as far as it is."""
    for colon in re.finditer(": ", text):
        place, rest = text[: colon.start()], text[colon.end() :]
        told = _whole(rest)
        if told:
            return f"{_place(place)}: {told}"
    return None


def _place(text: str) -> str:
    """Where it was, in words as far as they are known; a place may stand in a place."""
    for one in _surest_first(one for one in _known.values() if not one.ends):
        if found := one.pattern.fullmatch(text):
            values = found.groupdict()
            return one.put(values | {"where": _place(values.get("where", ""))})
    return text


def _whole(text: str) -> str | None:
    """The text as one sentence, or else as several of which all are known."""
    fitting = _surest_first(
        one for one in _known.values() if one.ends and text.startswith(one.start)
    )
    for one in fitting:
        if found := one.pattern.fullmatch(text):
            return one.put(found.groupdict())
    for one in fitting:
        found = one.beginning.match(text)
        rest = _whole(text[found.end() :]) if found else None
        if found and rest:
            return f"{one.put(found.groupdict())} {rest}"
    return None


def _surest_first(some: Iterable[_Template]) -> list[_Template]:
    return sorted(some, key=lambda one: one.letters, reverse=True)


def _number(value: str) -> str:
    if current() == ENGLISH:
        return value
    if _GROUPED.fullmatch(value):
        return value.replace(",", "\u202f")
    return value.replace(".", decimal_sign()) if _DECIMAL.fullmatch(value) else value
