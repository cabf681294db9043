"""`clubmon metrics FILE.csv`: the load metrics of any daily series, without a data folder.

The formulas are those of sql/marts, run in a database in memory that ends with the call.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple, TextIO

import duckdb

from clubmon.load import models

INPUT = ("athlete", "date", "load")
OUTPUT = (
    *INPUT,
    *("acwr_coupled", "acwr_uncoupled", "acwr_ewma", "wow_pct"),
    *("monotony", "strain", "ctl", "atl", "tsb"),
)
LARGEST_LOAD = Decimal("1e12")  # beyond any unit; keeps every square within a double
FIRST_YEAR, LAST_YEAR = 1900, 2199  # a mistyped year would fill centuries with rest days

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_GIVEN = frozenset({"marts.daily_load"})

# load by athlete and day: athletes in the order of their first good row
Loads = dict[str, dict[date, Decimal]]


class MetricsError(Exception):
    """The file as a whole cannot be used, in one sentence."""


class _Entry(NamedTuple):
    athlete: str
    day: date
    load: Decimal


def metrics(path: Path, out: TextIO) -> list[str]:
    """Write one CSV row per athlete and calendar day to `out`; return the refused rows.

    Input: columns athlete, date (YYYY-MM-DD) and load in any order, in any unit; a missing
    date is a rest day, duplicates are summed. Output: OUTPUT, from each athlete's first date
    to the last, empty where undefined. A refused row is one sentence that names its row as a
    spreadsheet counts it (the header is row 1). Raises MetricsError for a file without these
    columns or that cannot be read.
    """
    loads, refused = _read(path)
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(OUTPUT)
    athletes = list(loads)
    for index, *values in _computed(loads):
        writer.writerow([athletes[index], *values])
    return refused


def _read(path: Path) -> tuple[Loads, list[str]]:
    rows = _rows(path)
    columns = _columns(path, next(rows, (1, []))[1])
    loads: Loads = {}
    refused: list[str] = []
    for number, cells in rows:
        try:
            entry = _entry(cells, columns)
        except ValueError as error:
            refused.append(f"{path.name}, row {number}: {error}")
            continue
        days = loads.setdefault(entry.athlete, {})
        days[entry.day] = days.get(entry.day, Decimal(0)) + entry.load
    return loads, refused


def _rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Row number and cells of every row that is not an empty line."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise MetricsError(f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise MetricsError(f"{path} is not UTF-8 text; save it as CSV in UTF-8.") from error
    reader = csv.reader(io.StringIO(text, newline=""))
    number = 0
    try:
        for number, cells in enumerate(reader, start=1):
            if cells:
                yield number, cells
    except csv.Error as error:
        raise MetricsError(f"{path}, row {number + 1} is not CSV: {error}.") from error


def _columns(path: Path, header: list[str]) -> dict[str, int]:
    """Where each input column stands, and how many cells a row may have (key '')."""
    names = [name.strip().lower() for name in header]
    for column in INPUT:
        if names.count(column) != 1:
            problem = "has no column" if column not in names else "has more than one column"
            raise MetricsError(
                f"{path} {problem} '{column}'; its first row must name athlete, date and load."
            )
    return {column: names.index(column) for column in INPUT} | {"": len(names)}


def _entry(cells: list[str], columns: dict[str, int]) -> _Entry:
    """The row's values; raises ValueError with what is wrong and what to do."""
    if len(cells) > columns[""]:
        raise ValueError("it has more cells than the header; write decimals with a point.")
    athlete, day, load = (
        cells[columns[name]] if columns[name] < len(cells) else "" for name in INPUT
    )
    if not athlete.strip():
        raise ValueError("the athlete is blank; name one.")
    return _Entry(athlete, _day(day.strip()), _load(load.strip()))


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text) if _DATE.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None or not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(f"'{text}' is no date such as 2026-03-09; write year-month-day.")
    return day


def _load(text: str) -> Decimal:
    if not text:
        raise ValueError("the load is blank; write 0 for a rest day, or leave the row out.")
    if not _NUMBER.fullmatch(text):
        raise ValueError(f"the load '{text}' is no number; write one such as 12.5.")
    load = Decimal(text)
    if load < 0:
        raise ValueError(f"the load {text} is negative; a load is 0 or more.")
    if load > LARGEST_LOAD:
        raise ValueError(f"the load {text} is too large to be one; check its unit.")
    return load


def _computed(loads: Loads) -> Iterator[tuple[int, date, *tuple[float | None, ...]]]:
    """Athlete's index, day and the other OUTPUT values, in order."""
    with duckdb.connect() as con:
        con.execute("ATTACH ':memory:' AS lake; CREATE SCHEMA lake.marts")
        con.execute("CREATE TABLE entry (athlete_id VARCHAR, local_date DATE, load DOUBLE)")
        for index, days in enumerate(loads.values()):
            columns = [str(index), list(days), [float(load) for load in days.values()]]
            con.execute(
                "INSERT INTO entry SELECT ?, unnest(?::DATE[]), unnest(?::DOUBLE[])", columns
            )
        con.execute(_DAILY_LOAD)
        models.bind(con, models.EVER)
        result = con.execute(
            f"SELECT CAST(athlete_id AS BIGINT), local_date, {', '.join(OUTPUT[2:])} "
            f"FROM ({models.query('marts.load_metric', _GIVEN)}) ORDER BY 1, 2"
        )
        while chunk := result.fetchmany(10_000):
            yield from chunk


_DAILY_LOAD = """
CREATE TABLE lake.marts.daily_load AS
WITH calendar AS (
    SELECT
        athlete_id,
        CAST(unnest(
            generate_series(min(local_date), max(local_date), INTERVAL 1 DAY)
        ) AS DATE) AS local_date
    FROM entry
    GROUP BY athlete_id
)
SELECT
    c.athlete_id, c.local_date, 'load' AS channel,
    if(e.load > 0, 'trained', 'rest') AS state,
    coalesce(e.load, 0) AS load, false AS imputed
FROM calendar AS c
LEFT JOIN entry AS e ON e.athlete_id = c.athlete_id AND e.local_date = c.local_date
"""
