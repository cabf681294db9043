"""Numbers of Activities.csv, where a comma is a decimal sign in one file and none in the next.

Nothing here is guessed: a cell that can be read in two ways gives both, and what else the row
and the file say decides between them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

Sign = Literal[".", ","]

_MISSING = ("", "--", "-")
_NUMBER = re.compile(r"-?\d+(?:[.,]\d+)*")
_CLOCK = re.compile(r"(?:(\d{1,5}):)?(\d{1,5}):(\d{2})(?:[.,]\d+)?")
_LOCAL_ONLY = {  # three digits after a sign may be thousands, any other count is decimals
    sign: re.compile(rf"-?\d+{re.escape(sign)}(?:\d{{1,2}}|\d{{4,}})") for sign in ".,"
}


def plain(cell: str) -> str:
    """A cell without what spreadsheets put before a minus; '' where it is missing."""
    text = cell.strip().removeprefix("'")
    return "" if text in _MISSING else text


def decimal_sign(cells: Iterable[str]) -> Sign | None:
    """The decimal sign that a file's cells give away, None where they contradict or are silent."""
    seen: set[Sign] = set()
    for cell in cells:
        text = plain(cell)
        seen |= {sign for sign in (".", ",") if _LOCAL_ONLY[sign].fullmatch(text)}
    return next(iter(seen)) if len(seen) == 1 else None


def readings(cell: str, sign: Sign | None) -> tuple[float, ...]:
    """Every number that a cell may mean: none, one, or two where the sign is not known."""
    text = plain(cell)
    if not _NUMBER.fullmatch(text):
        return ()
    signs = (sign,) if sign else (".", ",")
    found = {value for each in signs if (value := _as(text, each)) is not None}
    return tuple(sorted(found))


def spans(cell: str) -> tuple[int, ...]:
    """Every number of seconds that a clock may mean: '0:45' is 45 seconds or minutes."""
    found = _CLOCK.fullmatch(plain(cell))
    if not found:
        return ()
    hours, first, second = found.groups()
    if hours is not None:
        return (3_600 * int(hours) + 60 * int(first) + int(second),)
    short = 60 * int(first) + int(second)
    # With tenths, or more than a day of hours, it can only be minutes.
    return (short,) if re.search("[.,]", plain(cell)) or int(first) > 24 else (short, 60 * short)


def _as(text: str, sign: str) -> float | None:
    """The number with this decimal sign, None where the text does not fit it."""
    other = "," if sign == "." else "."
    whole, _, rest = text.partition(sign)
    groups = whole.lstrip("-").split(other)
    if len(groups) > 1 and (len(groups[0]) > 3 or any(len(each) != 3 for each in groups[1:])):
        return None
    if not (rest.isdecimal() or (rest == "" and sign not in text)):
        return None
    return float(whole.replace(other, "") + (f".{rest}" if rest else ""))
