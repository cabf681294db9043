"""Which column of an unknown table is what: what may be chosen, and a guess; pure.

A choice names its unit (`distance:km`), so one choice per column says everything.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence

from clubmon.sdk import Choice, Columns, Question
from clubmon_files import tables
from clubmon_files.tables import Header, Table
from clubmon_files.times import folded, moment

SHOWN = 6  # rows of the preview
JUDGED = 200  # rows that a guess looks at
LONGEST_CELL = 60

OFFERED = (
    Choice("date:ymd", "Date, year first"),
    Choice("date:dmy", "Date, day first"),
    Choice("date:mdy", "Date, month first"),
    Choice("time", "Time of day"),
    Choice("title", "Title"),
    Choice("sport", "Sport"),
    Choice("athlete", "Athlete's name"),
    Choice("duration:clock", "Duration, h:mm:ss"),
    Choice("duration:min", "Duration, minutes"),
    Choice("duration:h", "Duration, hours"),
    Choice("duration:s", "Duration, seconds"),
    Choice("distance:km", "Distance, km"),
    Choice("distance:m", "Distance, m"),
    Choice("distance:mi", "Distance, miles"),
    Choice("ascent:m", "Ascent, m"),
    Choice("ascent:ft", "Ascent, feet"),
    Choice("rpe", "RPE, 0 to 10"),
    Choice("hr:avg", "Average heart rate"),
    Choice("hr:max", "Highest heart rate"),
    Choice("exercise", "Exercise"),
    Choice("sets", "Number of sets"),
    Choice("reps", "Repetitions"),
    Choice("weight:kg", "Weight, kg"),
    Choice("weight:lb", "Weight, lb"),
)
ONCE = {choice.value.partition(":")[0] for choice in OFFERED} - {"hr"}

# What a column is called, in the languages that clubs here write in; the first that fits.
_NAMES: tuple[tuple[str, str], ...] = (
    ("date", r"date|datum|dato|data|fecha|dag|day|tag|jour|session date|start"),
    ("time", r"time of day|start time|uhrzeit|heure|hora|godzina|klokkeslet|starttid|startzeit"),
    ("athlete", r"athlete|player|name|spieler(in)?|athlet(in)?|joueur|jugador|zawodnik|spelare"),
    ("rpe", r"s?-?rpe|borg|perceived exertion|anstrengung|effort|cr ?10|upplevd anstrangning"),
    ("hr:max", r"(max|highest|hochste|maks)\w*[ .]*(hr|heart|hf|puls|fc|herz)|(hr|hf|fc) ?max"),
    ("hr:avg", r"(avg|average|mean|mittlere|o|med\w*|moy\w*)?[ .]*(hr|heart|hf|puls|fc|herz)"),
    ("exercise", r"exercise|ubung|exercice|ejercicio|ovning|cwiczenie|lift|movement"),
    ("sets", r"sets|satze|series|serien"),
    ("reps", r"reps?|repetitions?|wiederholungen|wdh|powtorzenia"),
    ("weight", r"weight|load|gewicht|poids|peso|vikt|vaegt|ciezar"),
    ("ascent", r"ascent|elevation gain|climb|hohenmeter|anstieg|denivele|stigning|hm"),
    ("distance", r"distance|distanz|strecke|dystans|distancia|distans|km|miles|kilomet"),
    ("duration", r"duration|time|minutes|mins?|dauer|zeit|duree|duracion|tid|czas|length"),
    ("sport", r"sport|activity|type|art|typ|activite|actividad|aktivit"),
    ("title", r"title|session|workout|einheit|training|seance|sesion|titel"),
)
_UNITS: dict[str, tuple[tuple[str, str], ...]] = {
    "duration": (
        ("min", r"\bmin|minut"),
        ("h", r"\bh(ours?|rs?)?\b|stunden"),
        ("s", r"\bs(ec\w*)?\b|sekund"),
    ),
    "distance": (
        ("km", r"\bkm\b|kilomet"),
        ("mi", r"\bmi(les?)?\b|meilen"),
        ("m", r"\bm\b|met(er|re)s?"),
    ),
    "ascent": (("ft", r"\bf(ee)?t\b"), ("m", r"\bm\b|met(er|re)s?|hm")),
    "weight": (("lb", r"\blbs?\b|pounds?"), ("kg", r"\bkgs?\b|kilo")),
}
_USUAL = {"distance": "km", "ascent": "m", "weight": "kg", "duration": "min"}
_DATE = re.compile(r"(\d{1,4})[./-]\s?(\d{1,2})[./-]\s?(\d{1,4})\b.*")


def unknown(data: bytes) -> Table:
    """The rows of a table that no format knows, below what looks most like a header.

    Raises ConnectorError for what is no text, no table, or one without any date.
    """
    text, note = tables.decode(data)
    found = max(tables.headers(text), key=lambda one: _likeness(one[2]), default=None)
    if found is None or _likeness(found[2]) < 2:
        raise tables.UnknownTable
    delimiter, count, _ = found
    table = tables.table(text, delimiter, count, note)
    if not any(_dated(cells) for _, cells in table.rows[:JUDGED]):
        raise tables.UnknownTable  # without a date there is no session, whatever columns are called
    return table


def key(header: Header) -> str:
    """The key under which the answer for tables with this header is remembered."""
    return f"columns@{hashlib.sha256(chr(31).join(header).encode()).hexdigest()[:12]}"


def question(table: Table, where: str) -> Question:
    """Which column is what, with the first rows and a guess."""
    width = len(table.header)
    rows = [cells[:width] + [""] * (width - len(cells)) for _, cells in table.rows[:SHOWN]]
    return Question(
        key(table.header),
        "Which column is what?",
        (),
        where,
        Columns(
            _spelled(table),
            tuple(tuple(cell.strip()[:LONGEST_CELL] for cell in cells) for cells in rows),
            OFFERED,
            guess(table.header, [cells for _, cells in table.rows[:JUDGED]]),
        ),
    )


def _spelled(table: Table) -> tuple[str, ...]:
    """The names of the columns as the file has them."""
    written = tuple(tables.spelled(cell) for cell in table.above[-1]) if table.above else ()
    same = [name.casefold() for name in written] == list(table.header)
    return written if same else tuple(table.header)


def guess(header: Header, rows: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """A choice per column, '' where nothing fits; each kind of thing at most once."""
    found: list[str] = []
    taken: set[str] = set()
    for place, name in enumerate(header):
        values = [cells[place].strip() for cells in rows if place < len(cells)]
        what = _what(name, [value for value in values if value], taken)
        taken.add(what.partition(":")[0] if what.partition(":")[0] in ONCE else what)
        found.append(what)
    return tuple(found)


def chosen(answer: str, header: Header) -> tuple[str, ...] | None:
    """The choice per column that an answer holds; None where it is none for this header."""
    parts = tuple(answer.split(","))
    offered = {"", *(choice.value for choice in OFFERED)}
    return parts if len(parts) == len(header) and set(parts) <= offered else None


def order_of(values: Iterable[str]) -> str:
    """Whether these dates have the year, the day or the month first; day where both could be."""
    for value in values:
        found = _DATE.match(value)
        if found and len(found[1]) == 4:
            return "ymd"
        if found and "." in value[: found.end(2)]:
            return "dmy"  # nobody puts dots behind a month that comes first
        if found and int(found[2]) > 12:
            return "mdy"
    return "dmy"


def _dated(cells: Sequence[str]) -> bool:
    return any(_DATE.match(cell.strip()) or moment(cell) for cell in cells)


def _likeness(names: Header) -> int:
    """How many cells of a row look like names of columns; 0 for a row with a number."""
    if any(re.fullmatch(r"[-\d.,:/ ]+", name) for name in names):
        return 0
    return len({name for name in names if name})


def _what(name: str, values: list[str], taken: set[str]) -> str:
    plain = folded(name)
    for what, pattern in _NAMES:
        if what in taken or not re.search(rf"(^|[^a-z])({pattern})", plain):
            continue
        fitted = _fitted(what, plain, values)
        if fitted:
            return fitted
    return ""


def _fitted(what: str, name: str, values: list[str]) -> str:
    """The choice with its unit; '' where the values are of another kind."""
    if what == "date":
        dates = [value for value in values if _DATE.match(value)]
        return f"date:{order_of(dates)}" if len(dates) * 2 > len(values) else ""
    clocks = sum(bool(re.fullmatch(r"\d{1,2}:\d{2}(:\d{2})?.*", value)) for value in values)
    if what == "time":
        return what if clocks * 2 > len(values) else ""
    if what == "duration" and clocks * 2 > len(values):
        return "duration:clock"
    if what in _UNITS:
        numbers = [number for value in values if (number := _number(value)) is not None]
        if values and not numbers:
            return ""
        return f"{what}:{_unit(what, name, numbers)}"
    return what


def _unit(what: str, name: str, numbers: list[float]) -> str:
    said = next((unit for unit, sign in _UNITS[what] if re.search(sign, name)), None)
    if said:
        return said
    middle = sorted(numbers)[len(numbers) // 2] if numbers else 0
    if what == "distance" and middle > 300:  # nobody runs 300 km as a rule
        return "m"
    if what == "duration" and middle > 600:
        return "s"
    return _USUAL[what]


def _number(text: str) -> float | None:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return None
