"""Dates as exports write them: ISO, or with a month's name in the account's language."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime, timedelta

from clubmon_files.bounds import MOST, NEWEST, OLDEST

# The first letters of month names without accents: en, de, fr, es, it, pt, nl, da, nb, sv, pl.
_STEMS = (
    "jan gen ene sty",
    "feb fev lut",
    "mar mrt maa",
    "apr avr abr kwi",
    "may mai mag mei maj",
    "jun juin giu cze",
    "jul juil lug lip",
    "aug aou ago sie",
    "sep set wrz",
    "oct okt ott out paz",
    "nov lis",
    "dec dez dic des gru",
)
_MONTHS = {stem: number for number, stems in enumerate(_STEMS, 1) for stem in stems.split()}

_ISO = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})[T ](\d{1,2}):(\d{2})(?::(\d{2}))?(?:[.,]\d+)?(?:Z|\+00:?00)?"
)
_DOTTED = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4}),?\s+(\d{1,2}):(\d{2})(?::(\d{2}))?")
_SIGNED = re.compile(  # Japanese and Chinese
    r"(\d{4})年\s?(\d{1,2})月\s?(\d{1,2})日\s*(\d{1,2}):(\d{2})(?::(\d{2}))?"
)
_HALF = re.compile(r"\b([ap])\.?\s?m\b")
_SPELT = re.compile(
    r"(?:(\d{1,11})\s*h)?\s*(?:(\d{1,11})\s*m(?:in)?)?\s*(?:(\d{1,11})\s*s(?:ec)?)?",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"(\d{1,11}):(\d{2})(?::(\d{2}))?")


def moment(text: str) -> datetime | None:
    """The naive date and time that a cell states, None where it states none.

    Slashes are not read: 05/10 is October in one country and May in another.
    """
    plain = " ".join(text.split())  # also U+202F and U+00A0, which exports put before PM
    try:
        if found := _ISO.fullmatch(plain) or _SIGNED.fullmatch(plain):
            return _checked(*(int(part or 0) for part in found.groups()))
        if found := _DOTTED.fullmatch(plain):
            day, month, year, *clock = (int(part or 0) for part in found.groups())
            return _checked(year, month, day, *clock)
        return _named(folded(plain))
    except ValueError:
        return None


def day(text: str) -> datetime | None:
    """Noon of a cell that states a day, or its moment where it states a time too."""
    plain = text.strip()
    if re.fullmatch(r"\d{4}-\d{1,2}-\d{1,2}", plain):
        return moment(plain + " 12:00")
    return moment(plain)


def duration(text: str) -> timedelta | None:
    """'2h 38m', '38min', '45s', '1:02:03' or plain seconds; None where it is none of these.

    An absurd length is still a length: it must be seen to be doubted.
    """
    plain = text.strip()
    if re.fullmatch(r"\d{1,11}(\.\d{1,9})?", plain):
        return _span(0, 0, float(plain))
    if found := _CLOCK.fullmatch(plain):
        first, second, third = found.groups()
        if third is None:
            return _span(0, int(first), int(second))
        return _span(int(first), int(second), int(third))
    if plain and (found := _SPELT.fullmatch(plain)):
        return _span(*(int(part or 0) for part in found.groups()))
    return None


def _span(hours: int, minutes: int, seconds: float) -> timedelta | None:
    total = 3_600 * hours + 60 * minutes + seconds
    return timedelta(seconds=total) if total <= MOST else None


def _named(plain: str) -> datetime | None:
    """'oct 5, 2014, 4:15:21 pm' or '5 out. de 2014 16:15': month word, day, year, clock."""
    # The last match: a French 'mar., 4 mars' begins with a Tuesday.
    words = re.findall(r"[a-z]{3,}", plain)
    months = [month for month in map(_month, words) if month]
    numbers = [int(part) for part in re.findall(r"\d{1,4}", plain)]
    if not months or len(numbers) not in (4, 5):
        return None
    day, year, hour, *rest = numbers
    if half := _HALF.search(plain):
        hour = _hour24(hour, half.group(1))
    return _checked(year, months[-1], day, hour, *rest)


def _month(word: str) -> int | None:
    return _MONTHS.get(word[:4]) or _MONTHS.get(word[:3])


def _hour24(hour: int, half: str) -> int:
    if not 1 <= hour <= 12:
        raise ValueError(f"{hour} {half}m is no hour")
    return hour % 12 + (12 if half == "p" else 0)


def _checked(year: int, month: int, day: int, hour: int, minute: int, second: int = 0) -> datetime:
    if not OLDEST <= year <= NEWEST:
        raise ValueError(f"no session was recorded in {year}")
    return datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 wall-clock time


def folded(text: str) -> str:
    """Lower case without accents."""
    parts = unicodedata.normalize("NFKD", text.lower())
    return "".join(part for part in parts if not unicodedata.combining(part))
