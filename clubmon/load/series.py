"""Daily loads as a matrix, and windows and metrics over it back into the lake.

The arithmetic is that of windows.py and averages.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from clubmon.load import averages, windows
from clubmon.load.averages import Averages
from clubmon.storage.store import Connection

AT_ONCE = 12_000  # series in memory together: a thousand athletes
CELLS = 1_100_000  # days of series whose every metric is made together: more leaves the caches
VOLUME_DAYS = 14  # load_volume goes back as far before metric_from
AVERAGES = ("acute", "chronic", "ctl", "atl")
STATES = ["unknown", "rest", "trained"]
TRAINED = STATES.index("trained")
OF_WINDOWS = (
    *("amount", "day_number", "v7", "known7", "prev7", "known_prev7", "b4", "known_b4"),
    *("known28", "wow_pct"),
)

JUDGED = (*("day_number", "v7", "known7", "prev7", "known_prev7", "b4", "known_b4", "wow_pct"),)
SUMS = {"s7": "sum7", "s1": "sum_prev7", "s4": "sum_b4"}

Columns = dict[str, Any]  # one row per series and one column per day, up to the last day


def fill(
    con: Connection, since: date, metric_from: date, morning: date, newest: date | None = None
) -> None:
    """Make lake.marts.load_volume and load_metric as their SELECTs do.

    Reads lake.marts.daily_load, which covers every series from `since` or its first day on, and
    goes on from lake.marts.load_past. With `newest` the days before that stand as they are.
    """
    judged_from = metric_from - timedelta(days=VOLUME_DAYS)
    _begin(con, "lake.marts.load_volume", _VOLUME_TABLE, judged_from, newest)
    _begin(con, "lake.marts.load_metric", METRIC_TABLE, metric_from, newest)
    days = (max(judged_from, newest or judged_from), max(metric_from, newest or metric_from))
    _append(con, _blocks(con, "lake.marts.daily_load", since, morning), *days)


def fill_block(con: Connection, since: date, metric_from: date, morning: date) -> None:
    """Make the rows of the athletes in temp.block anew, on all days; nothing else changes."""
    for name in ("load_volume", "load_metric"):
        con.execute(f"DELETE FROM lake.marts.{name} WHERE athlete_id IN (FROM temp.block)")
    of_block = "(SELECT * FROM lake.marts.daily_load WHERE athlete_id IN (FROM temp.block))"
    judged_from = metric_from - timedelta(days=VOLUME_DAYS)
    _append(con, _blocks(con, of_block, since, morning), judged_from, metric_from)


def _append(
    con: Connection, of_series: Iterable[_Block], judged_from: date, metric_from: date
) -> None:
    for block in of_series:
        found = _windows(block, judged_from)
        _insert(con, _JUDGE, _table(block, _volume(block, found), block.asked))
        rows = _table(block, _metrics(block, found, metric_from))
        _insert(con, _MEASURE.format(table="lake.marts.load_metric"), rows, STATES)


def _begin(con: Connection, table: str, made: str, first: date, newest: date | None) -> None:
    """An empty table, or one without the days that are made anew and those before the first."""
    if newest is None:
        con.execute(made.format(table=table))
    else:
        con.execute(f"DELETE FROM {table} WHERE local_date < ? OR local_date >= ?", [first, newest])


def metrics_into(con: Connection, table: str, since: date, morning: date) -> None:
    """Append load_metric of every day from `since` on to a table made by METRIC_TABLE."""
    at_once = max(1, min(AT_ONCE, CELLS // (morning - since).days))
    for block in _blocks(con, "lake.marts.daily_load", since, morning, at_once=at_once):
        rows = _table(block, _metrics(block, _windows(block, since), since))
        _insert(con, _MEASURE.format(table=table), rows, STATES)


def move_on(con: Connection, table: str, past: str, since: date, until: date) -> None:
    """Move the averages in `past` on by the days of `table`, to the evening before `until`.

    Of the athletes in temp.block, of whom the table is.
    """
    con.execute(f"CREATE OR REPLACE TEMP TABLE moved AS FROM {past} LIMIT 0")
    for block in _blocks(con, table, since, until, past):
        _insert(con, _MOVE, _evening(block))
    con.execute(f"DELETE FROM {past} WHERE athlete_id IN (FROM temp.block)")
    con.execute(f"INSERT INTO {past} FROM moved")


@dataclass(frozen=True, slots=True)
class _Block:
    """Series side by side: a column per day from `begin`, and where each of them starts.

    `rows` are the cells that daily_load has: series, day, state and whether it was imputed;
    `asked` is whether load_volume has the series.
    """

    series: Any
    asked: Any
    begin: date
    loads: Any
    rows: dict[str, Any]
    first: Any
    start: Averages


def _blocks(
    con: Connection,
    table: str,
    since: date,
    until: date,
    past: str = "lake.marts.load_past",
    at_once: int | None = None,
) -> Iterator[_Block]:
    con.execute(_SERIES.format(table=table, past=past))
    first, count = con.execute(
        f"SELECT (SELECT min(local_date) FROM {table}), (SELECT count(*) FROM series)"
    ).fetchall()[0]
    if count:
        begin = max(first, since)
        con.execute(_CELLS.format(table=table), [begin, STATES])
        step = at_once or AT_ONCE
        for low in range(0, count, step):
            yield _block(con, [low, low + step], begin, until)
        con.execute("DROP TABLE temp.cells")


def _block(con: Connection, of: list[int], begin: date, until: date) -> _Block:
    cells = con.execute(_CELLS_OF, of).fetchnumpy()
    heads = con.execute(_HEADS, [begin, *of]).fetchnumpy()
    rows = {name: np.ma.getdata(cells[name]) for name in ("series", "day", "state", "imputed")}
    rows["series"] = rows["series"] - of[0]
    loads = np.full((len(heads["series"]), (until - begin).days), np.nan)
    loads[rows["series"], rows["day"]] = _plain(cells["amount"])
    start = Averages(*(_plain(heads[name]) for name in AVERAGES))
    first = np.fmin(_plain(heads["first_day"]), _first_known(loads))
    return _Block(heads["series"], heads["asked"], begin, loads, rows, first, start)


def _plain(column: Any) -> Any:
    """A column as doubles, NaN for NULL."""
    return np.ma.filled(np.ma.asarray(column).astype(float), np.nan)


def _first_known(loads: Any) -> Any:
    known = ~np.isnan(loads)
    return np.where(known.any(axis=1), known.argmax(axis=1), np.nan)


def _windows(block: _Block, from_day: date) -> Columns:
    """load_window from a day on, a column per day."""
    keep = _days_from(block, from_day)
    return {
        "amount": block.loads[:, block.loads.shape[1] - keep :],
        **windows.run(block.loads, block.first, keep),
    }


def _volume(block: _Block, found: Columns) -> Columns:
    """load_volume of the days that `found` has."""
    keep = found["amount"].shape[1]
    imputed = windows.counts(_marked(block, block.rows["imputed"]), keep)
    trained = windows.counts(_marked(block, block.rows["state"] == TRAINED), keep)
    return {
        **{name: found[name] for name in JUDGED},
        **{name: found[of] for name, of in SUMS.items()},
        "measured": 10 * imputed <= 3 * trained,
    }


def _metrics(block: _Block, found: Columns, from_day: date) -> Columns:
    """load_metric from a day on, which `found` has; TSB is what the evening before left behind."""
    keep = _days_from(block, from_day)
    newest = {name: matrix[:, matrix.shape[1] - keep :] for name, matrix in found.items()}
    runs = averages.run(block.loads, block.start, keep)
    return {
        **{name: newest[name] for name in OF_WINDOWS},
        **windows.metrics(newest, runs.acute[:, 1:], runs.chronic[:, 1:]),
        "ctl": runs.ctl[:, 1:],
        "atl": runs.atl[:, 1:],
        "tsb": (runs.ctl - runs.atl)[:, :-1],
    }


def _days_from(block: _Block, day: date) -> int:
    """How many of the block's days are that one or later."""
    days = int(block.loads.shape[1])
    return min(days - (day - block.begin).days, days)


def _evening(block: _Block) -> pd.DataFrame:
    """Where every series stands after its last day."""
    found = averages.run(block.loads, block.start, keep=0)
    return pd.DataFrame(
        {
            "series": block.series,
            "first_date": np.datetime64(block.begin) + block.first.astype("timedelta64[D]"),
        }
        | {name: getattr(found, name)[:, -1] for name in AVERAGES}
    )


def _marked(block: _Block, marks: Any) -> Any:
    found = np.zeros(block.loads.shape, dtype=bool)
    found[block.rows["series"], block.rows["day"]] = marks
    return found


def _table(block: _Block, columns: Columns, wanted: Any = None) -> pd.DataFrame:
    """One row for each cell that daily_load has, of the days that the columns cover.

    `wanted` says of each series whether it is among them; None: all are.
    """
    keep = next(iter(columns.values())).shape[1]
    shown = block.rows["day"] >= block.loads.shape[1] - keep
    if wanted is not None:
        shown &= wanted[block.rows["series"]]
    series, day = block.rows["series"][shown], block.rows["day"][shown]
    cells = series * keep + day - (block.loads.shape[1] - keep)
    return pd.DataFrame(
        {
            "series": block.series[series],
            "local_date": np.datetime64(block.begin) + day.astype("timedelta64[D]"),
            "state": block.rows["state"][shown],
        }
        | {name: matrix.ravel().take(cells) for name, matrix in columns.items()},
        copy=False,
    )


def _insert(con: Connection, sql: str, arriving: pd.DataFrame, *parameters: Any) -> None:
    """Runs the statement, which reads its table `arriving` from the variable of that name.

    A view registered for it would hold the table in memory until the night commits.
    """
    con.execute(sql, list(parameters))


_SERIES = """
CREATE OR REPLACE TEMP TABLE series AS
SELECT
    row_number() OVER (ORDER BY d.athlete_id, d.channel) - 1 AS series,
    d.athlete_id,
    d.channel,
    p.first_date, p.acute, p.chronic, p.ctl, p.atl
FROM (SELECT DISTINCT athlete_id, channel FROM {table}) AS d
LEFT JOIN {past} AS p ON p.athlete_id = d.athlete_id AND p.channel = d.channel
"""

# once for all blocks: a block that looked its rows up by name would go over everybody's again
_CELLS = """
CREATE OR REPLACE TEMP TABLE cells AS
SELECT
    CAST(s.series AS INTEGER) AS series,
    CAST(date_diff('day', CAST(? AS DATE), d.local_date) AS INTEGER) AS day,
    CAST(d.load AS DOUBLE) AS amount,
    CAST(list_position(?, d.state) - 1 AS TINYINT) AS state,
    d.imputed
FROM {table} AS d
INNER JOIN series AS s ON s.athlete_id = d.athlete_id AND s.channel = d.channel
"""

_CELLS_OF = """
SELECT
    CAST(c.series AS BIGINT) AS series, CAST(c.day AS BIGINT) AS day, c.amount, c.state, c.imputed
FROM cells AS c
WHERE c.series >= ? AND c.series < ?
"""

_HEADS = """
SELECT
    s.series,
    date_diff('day', CAST(? AS DATE), s.first_date) AS first_day,
    s.acute, s.chronic, coalesce(s.ctl, 0) AS ctl, coalesce(s.atl, 0) AS atl,
    s.channel IN (SELECT r.channel FROM app.rule AS r) OR s.channel IN ('run_m', 'ascent_m')
        AS asked
FROM series AS s
WHERE s.series >= ? AND s.series < ?
ORDER BY s.series
"""

_VOLUME_TABLE = """
CREATE OR REPLACE TABLE {table} (
    athlete_id VARCHAR, local_date DATE, channel VARCHAR, day_number BIGINT,
    v7 DOUBLE, prev7 DOUBLE, b4 DOUBLE, known7 BIGINT, known_prev7 BIGINT, known_b4 BIGINT,
    wow_pct DOUBLE, s7 BIGINT, s1 BIGINT, s4 BIGINT, measured BOOLEAN
)
"""

METRIC_TABLE = """
CREATE OR REPLACE TABLE {table} (
    athlete_id VARCHAR, local_date DATE, channel VARCHAR, day_number BIGINT, load BIGINT,
    state VARCHAR, v7 DOUBLE, known7 BIGINT, prev7 DOUBLE, known_prev7 BIGINT,
    b4 DOUBLE, known_b4 BIGINT, known28 BIGINT, wow_pct DOUBLE,
    acwr_coupled DOUBLE, acwr_uncoupled DOUBLE, acwr_ewma DOUBLE,
    monotony DOUBLE, strain DOUBLE, ctl DOUBLE, atl DOUBLE, tsb DOUBLE, incomplete BOOLEAN
)
"""

_MEASURE = """
INSERT INTO {table} BY NAME
SELECT
    a.* EXCLUDE (series, amount, state), s.athlete_id, s.channel,
    list_extract(?, 1 + a.state) AS state,
    a.amount AS load
FROM arriving AS a
INNER JOIN series AS s ON s.series = a.series
"""

_JUDGE = """
INSERT INTO lake.marts.load_volume BY NAME
SELECT a.* EXCLUDE (series, state), s.athlete_id, s.channel
FROM arriving AS a
INNER JOIN series AS s ON s.series = a.series
"""

_MOVE = """
INSERT INTO moved BY NAME
SELECT a.* EXCLUDE (series), s.athlete_id, s.channel
FROM arriving AS a
INNER JOIN series AS s ON s.series = a.series
"""
