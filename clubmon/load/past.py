"""What the nightly rebuild keeps of the years before: each channel's first day and averages.

Windows look back some months, averages over everything. So the averages of the evening before
a Monday, `since`, are kept in lake.marts.load_past, and a night goes over the days from then
on. They move on with the weeks. Whatever changes the days before (a late file, an answer, a
tag, a new definition) changes a mark beside them (`marks.py`), and those of the athletes whom
it concerns are made anew from raw rows.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import pairwise

from clubmon.load import blocks, marks, models, series
from clubmon.storage.store import Connection, Store, rows_of

WINDOW_DAYS = models.METRIC_DAYS + 48  # the mornings shown and what they look back on
RANGE_DAYS = models.METRIC_DAYS + 202  # where a rule goes by the athlete's own last 26 weeks
SLICE = timedelta(weeks=26)  # how much of 5,000 athletes' history is in memory at once
WEEK = timedelta(weeks=1)
# these do not go by days: they are made once for all slices
GIVEN = ("staging.decision", "staging.span", "staging.exercise")


def bring_up(con: Connection, morning: date, known_by: datetime) -> date:
    """Make lake.marts.load_past hold the evening before a Monday, and return that Monday.

    Needs lake.staging.span as it is known by then.
    """
    con.execute(TABLES)
    since = monday(con, morning)
    begin, changed = _kept(con, since, morning, known_by)
    if begin == since and changed == set():
        return since
    now = "past_then" if begin == since else "past_now"
    if begin != since:
        marks.take(con, now, since, morning, known_by)
    parts = blocks.parted(blocks.of_athletes(con, known_by, "lake.marts.load_past"), changed)
    with con.cursor() as work:  # commits each statement, and so gives its memory back
        models.bind(work, since, morning, known_by)
        models.made(work, " ".join(f"lake.{name}" for name in GIVEN))
        _gone_over(work, begin, parts, since, morning, known_by)
        con.register("arriving", work.execute("FROM temp.past").df())
    con.execute("DELETE FROM lake.marts.load_past")
    con.execute("INSERT INTO lake.marts.load_past BY NAME FROM arriving")
    con.unregister("arriving")
    con.execute("DELETE FROM lake.marts.past_night; DELETE FROM lake.marts.past_mark")
    con.execute("INSERT INTO lake.marts.past_night VALUES (?, ?)", [since, known_by])
    con.execute(f"INSERT INTO lake.marts.past_mark FROM temp.{now}")
    return since


def _gone_over(
    work: Connection,
    begin: date | None,
    parts: tuple[blocks.Groups, blocks.Groups],
    since: date,
    morning: date,
    known_by: datetime,
) -> None:
    """Leave load_past of the evening before `since` in temp.past, from what is kept of `begin`.

    Of the first part nothing is kept.
    """
    again, others = parts
    work.execute(_PAST)
    if others:
        blocks.choose(work, [one for group in others for one in group])
        work.execute(f"INSERT INTO past {_KEPT_OF_BLOCK}")
    for some, first in ((again, None), (others if begin != since else [], begin)):
        for athletes in blocks.packed(some):
            blocks.choose(work, athletes)
            for day, until in pairwise(_edges(work, first, since, len(athletes))):
                models.bind(work, day, morning, known_by, since=day, until=until)
                series.move_on(work, f"({_slice(work)})", "temp.past", day, until)


def _slice(work: Connection) -> str:
    """The daily loads of the athletes in temp.block, of whom alone anything is read."""
    of_block = "SELECT t.* FROM temp.{} AS t WHERE t.athlete_id IN (FROM temp.block)"
    own = {"marts.load_past": of_block.format("past")}
    daily = "SELECT * FROM lake.marts.daily_load WHERE athlete_id IN (FROM temp.block)"
    return models.made(work, daily, frozenset(GIVEN), own, blocks.narrowed)


def kept(store: Store) -> bool:
    """Whether the tables are whole: nothing was taken out of them since the last rebuild."""
    return bool(
        store.rows(
            "SELECT 1 AS found FROM duckdb_tables() WHERE database_name = 'lake' "
            "AND schema_name = 'marts' AND table_name = 'past_night'"
        )
    )


def forget(con: Connection) -> None:
    """Let the next night make everything anew from raw rows."""
    con.execute("DROP TABLE IF EXISTS lake.marts.past_night")


def monday(con: Connection, morning: date) -> date:
    by_range = rows_of(con, "SELECT 1 FROM app.rule WHERE percentile IS NOT NULL LIMIT 1")
    first = morning - timedelta(days=RANGE_DAYS if by_range else WINDOW_DAYS)
    return first - timedelta(days=first.weekday())


def _kept(
    con: Connection, since: date, morning: date, known_by: datetime
) -> tuple[date | None, set[str] | None]:
    """The Monday that what is kept can be moved on from, and those of whom it cannot.

    (None, None) where all has to be made anew. Leaves the marks of that Monday in temp.past_then.
    """
    for row in rows_of(con, "SELECT since, known_by FROM lake.marts.past_night"):
        if row["since"] <= since and row["known_by"] <= known_by:
            marks.take(con, "past_then", row["since"], morning, known_by)
            changed = marks.changed(con, "past_then", "lake.marts.past_mark")
            return (None if changed is None else row["since"]), changed
    return None, None


def _edges(con: Connection, begin: date | None, since: date, athletes: int) -> list[date]:
    """Days at which slices begin and end, from what is kept to `since`."""
    if begin is not None:
        return [begin, since]
    first = rows_of(con, _FIRST)[0]["day"]
    edges = [models.EVER]
    step = SLICE * max(1, min(6, 6000 // athletes))  # the fewer athletes, the longer
    day = (first or since) + step
    while day < since:
        edges.append(day)
        day += step
    return [*edges, since]


TABLES = """
CREATE TABLE IF NOT EXISTS lake.marts.load_past (
    athlete_id VARCHAR, channel VARCHAR, first_date DATE,
    acute DOUBLE, chronic DOUBLE, ctl DOUBLE, atl DOUBLE
);
CREATE TABLE IF NOT EXISTS lake.marts.past_night (since DATE, known_by TIMESTAMPTZ);
CREATE TABLE IF NOT EXISTS lake.marts.past_mark (athlete_id VARCHAR, mark VARCHAR)
"""

_PAST = """
CREATE OR REPLACE TEMP TABLE past (
    athlete_id VARCHAR, channel VARCHAR, first_date DATE,
    acute DOUBLE, chronic DOUBLE, ctl DOUBLE, atl DOUBLE
)
"""

_KEPT_OF_BLOCK = """
SELECT p.* FROM lake.marts.load_past AS p WHERE p.athlete_id IN (FROM temp.block)
"""

_FIRST = """
SELECT min(f.day) AS day
FROM (
    SELECT min(s.local_date) AS day FROM lake.raw.session AS s
    WHERE s.doubt IS NULL AND s.audience = 'club'
    UNION ALL
    SELECT min(c.local_date) - 1 FROM app.checkin AS c
) AS f
"""
