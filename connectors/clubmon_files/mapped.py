"""Reads any table whose columns a person has named: one session per row, or sets of lifts."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time

from clubmon.sdk import Answers, Kind, LiftSet, Question, Refusal, Session, sentence
from clubmon_files import bounds, columns, tables, times
from clubmon_files.lifts import DAY_ONLY
from clubmon_files.tables import ROW, BadCell, BadRow, Row, Table
from clubmon_files.units import POUND_KG

SOURCE = "table"
NOON = time(12)  # stands for a time that a table does not tell
SEVERAL = sentence(
    "holds rows of {count} people; a coach hands it in as a team's file, or leave only "
    "your own "
    "rows in it."
)
EMPTY = sentence("holds a header but no rows; export it again.")
NEEDED = sentence(
    "A table needs a date, and a duration, a distance or an exercise; name those columns."
)
TWICE = sentence(
    "Two columns are said to be the same ({what}); name one of them and leave the other out."
)
_FACTORS = {
    "distance:km": 1000.0, "distance:m": 1.0, "distance:mi": 1609.344,
    "ascent:m": 1.0, "ascent:ft": 0.3048,
    "duration:min": 60.0, "duration:h": 3600.0, "duration:s": 1.0,
    "weight:kg": 1.0, "weight:lb": POUND_KG,
}  # fmt: skip
_DATE = re.compile(r"(\d{1,4})[./-]\s?(\d{1,2})[./-]\s?(\d{2,4})(?:[ T,]+(.+))?")
_CLOCK = re.compile(r"(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?(?:[.,]\d+)?\s*([ap])?\.?m?\.?", re.I)
_LIFTING = re.compile(r"strength|gym|weight|kraft|lift|muscu|fuerza|styrke|styrka|silow")
_NO_RUN = re.compile(
    r"ride|cycl|bik|swim|row(ing)?\b|walk|hik|ski|velo|rad\b|radf|schwimm|nage|natation|cykel|"
    r"rower|plyw|yoga|mobil|strength|gym|kraft|gehen|wander|marche|rest|ruhe"
)


@dataclass(frozen=True, slots=True)
class Named:
    """A row whose cells are found by what their column is."""

    row: Row
    choices: Sequence[str]

    def name(self, what: str) -> str:
        """The full choice ('distance:km') of a kind, '' where no column is it."""
        return next((one for one in self.choices if one.partition(":")[0] == what), "")

    def column(self, choice: str) -> str:
        """The column's name in the file."""
        return self.row.table.header[self.choices.index(choice)]

    def text(self, choice: str) -> str:
        """The cell, '' where no column is this."""
        if not choice or choice not in self.choices:
            return ""
        return self.row.cells[self.choices.index(choice)].strip()

    def value(self, choice: str) -> float | None:
        """The cell as a number in base units, None where absent. Raises BadCell."""
        text = self.text(choice)
        if not text:
            return None
        if self.row.table.delimiter == ";" and "." not in text:
            text = text.replace(",", ".")  # where semicolons separate, commas are decimal
        found = tables.number(self.column(choice), text)
        return None if found is None else found * _FACTORS.get(choice, 1.0)


def read_mapped(
    data: bytes, where: str, answers: Answers
) -> Iterator[Session | Refusal | Question]:
    """What a table holds by the answer about its columns, or the question which is which."""
    table = columns.unknown(data)
    choices = columns.chosen(answers.get(columns.key(table.header), "?"), table.header)
    if choices is None:
        yield columns.question(table, where)
    elif not _enough(choices):
        yield Refusal(where, NEEDED)
    elif twice := _twice(choices):
        yield Refusal(where, TWICE.format(what=twice))
    else:
        yield from read_rows(table, choices, where)


def read_rows(table: Table, choices: Sequence[str], where: str) -> Iterator[Session | Refusal]:
    """Sessions in the order of their first row, then a Refusal for each row not read."""
    names = people(table, choices)
    if len(names) > 1:
        yield Refusal(where, SEVERAL.format(count=len(names)))
        return
    found: dict[str, Session] = {}
    refusals: list[Refusal] = []
    seen: Counter[str] = Counter()
    for count, cells in table.rows:
        try:
            one = _session(Named(tables.row(table, count, cells), choices), where)
        except (BadCell, BadRow) as error:
            refusals.append(Refusal(ROW.format(where=where, row=count), str(error)))
            continue
        if one.sets and one.source_id in found:
            first = found[one.source_id]
            found[one.source_id] = replace(
                first,
                sets=first.sets + one.sets,
                warnings=tuple(dict.fromkeys(first.warnings + one.warnings)),
            )
            continue
        seen[one.source_id] += 1
        again = f"/{seen[one.source_id]}" if seen[one.source_id] > 1 else ""
        found[one.source_id + again] = replace(one, source_id=one.source_id + again)
    note = (table.note,) if table.note else ()
    yield from (replace(one, warnings=note + one.warnings) for one in found.values())
    yield from refusals
    if table.broken:
        yield Refusal(where, table.broken)
    if not table.rows:
        yield Refusal(where, EMPTY)


def people(table: Table, choices: Sequence[str]) -> list[str]:
    """The names of athletes in the table, each once, in the order of the file."""
    if "athlete" not in choices:
        return []
    place = choices.index("athlete")
    names = (cells[place].strip() for _, cells in table.rows if place < len(cells))
    return list(dict.fromkeys(name for name in names if name))


def _enough(choices: Sequence[str]) -> bool:
    kinds = {choice.partition(":")[0] for choice in choices}
    return "date" in kinds and bool(kinds & {"duration", "distance", "exercise"})


def _twice(choices: Sequence[str]) -> str:
    """What two columns are said to be, in whatever unit; '' where each is something else."""
    kinds = [choice if choice.startswith("hr:") else choice.partition(":")[0] for choice in choices]
    return next((kind for kind in kinds if kind and kinds.count(kind) > 1), "")


def _session(row: Named, where: str) -> Session:
    """One row as a session; rows of one workout have the same id. Raises BadCell."""
    date = row.name("date")
    start, timed = _start(row, date)
    sieve = bounds.Sieve(row.row.number)
    lift = _sets(row, sieve)
    distance = row.value(row.name("distance"))
    length = _length(row)
    kind = "lift" if lift else _kind(folded := times.folded(row.text("sport")), distance)
    title = row.text("title") or None
    identity = f"{start.isoformat()}|{title or ''}|{folded if not lift else ''}"
    return Session(
        source=SOURCE,
        source_id=hashlib.sha256(identity.encode()).hexdigest()[:20],
        kind=kind,
        sport=row.text("sport") or {"run": "run", "lift": "strength", "other": "session"}[kind],
        start_local=start,
        time_known=timed,
        title=title,
        distance_m=bounds.metres(distance),
        elapsed_s=length,
        ascent_m=sieve.keep(bounds.climb, "ascent", row.value(row.name("ascent"))),
        avg_hr=sieve.keep(bounds.heart_rate, "average heart rate", row.value("hr:avg")),
        max_hr=sieve.keep(bounds.heart_rate, "highest heart rate", row.value("hr:max")),
        rpe=None if lift else sieve.keep(bounds.rpe, "rpe", row.value("rpe")),
        sets=lift,
        where=ROW.format(where=where, row=row.row.number),
        warnings=(*(() if timed else (DAY_ONLY,)), *sieve.warnings),
    )


def _kind(sport: str, distance: float | None) -> Kind:
    """By the word for the sport; a match with GPS counts as running."""
    if _LIFTING.search(sport):
        return "lift"
    return "run" if distance and not _NO_RUN.search(sport) else "other"


def _sets(row: Named, sieve: bounds.Sieve) -> tuple[LiftSet, ...]:
    exercise = row.text("exercise")
    if "exercise" not in row.choices or not exercise:
        return ()
    weight = row.name("weight")
    one = LiftSet(
        exercise,
        "normal",
        sieve.keep(bounds.repetitions, "repetitions", row.value("reps")),
        sieve.keep(bounds.weight, "weight", row.value(weight), row.text(weight)),
        sieve.keep(bounds.rpe, "rpe", row.value("rpe")),
    )
    count = row.value("sets")
    return (one,) * (int(count) if count and 1 <= count <= MOST_SETS else 1)


MOST_SETS = 50


def _length(row: Named) -> float | None:
    choice = row.name("duration")
    if choice != "duration:clock":
        return bounds.seconds(row.value(choice))
    text = row.text(choice)
    if not text:
        return None
    length = times.duration(text)
    if length is None:
        raise BadCell(row.column(choice), text, "duration")
    return length.total_seconds()


def _start(row: Named, date: str) -> tuple[datetime, bool]:
    """The wall-clock start, and whether the table tells the time of day. Raises BadCell."""
    text, clock = row.text(date), row.text("time")
    found = moment(text, date.partition(":")[2])
    if found is None:
        raise BadCell(row.column(date), text, "date")
    day, own = found
    if not clock:
        return (day, True) if own else (datetime.combine(day, NOON), False)
    at = _clock(clock)
    if at is None:
        raise BadCell(row.column("time"), clock, "time of day")
    return datetime.combine(day, at), True


def moment(text: str, order: str) -> tuple[datetime, bool] | None:
    """A date, and its time of day where it has one; `order` is ymd, dmy or mdy."""
    plain = " ".join(text.split())
    found = _DATE.fullmatch(plain)
    if not found:
        spelt = times.moment(plain)
        return (spelt, True) if spelt else None
    parts = dict(
        zip(order if len(found[1]) < 3 else "ymd", map(int, found.groups()[:3]), strict=True)
    )
    year = parts["y"] + (2000 if parts["y"] < 100 else 0)
    at = _clock(found[4].removesuffix("Z")) if found[4] else None
    if (found[4] and at is None) or not bounds.OLDEST <= year <= bounds.NEWEST:
        return None
    try:
        return datetime.combine(datetime(year, parts["m"], parts["d"]), at or time()), bool(at)  # noqa: DTZ001 wall-clock time
    except ValueError:
        return None


def _clock(text: str) -> time | None:
    found = _CLOCK.fullmatch(text.strip())
    if not found:
        return None
    hour, minute, second = int(found[1]), int(found[2]), int(found[3] or 0)
    if found[4]:
        hour = hour % 12 + (12 if found[4].lower() == "p" else 0)
    try:
        return time(hour, minute, second)
    except ValueError:
        return None
