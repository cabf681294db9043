"""Makes only the newest days of a night's tables anew, where nothing changed of those before.

What a session or a day is made from lies on that day, near midnight on the next, or before it:
never later. So the rows of the days before a Monday some two weeks back stand as the night before
left them, as long as the mark (`marks.py`) of everything they were made from is the same; the
days from then on are made by the same SELECTs. A late file, an edit, a deletion or an answer of
the days before changes an athlete's mark, and then all days of that athlete, and of whoever is
in the same teams, are made anew. So is every table once a week, when the Monday moves on.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from clubmon.load import marks, models, past
from clubmon.storage.store import Connection, rows_of

OPEN = timedelta(days=13)  # at least so many days are made anew every night
MARGIN = timedelta(days=7)  # what tells of a session of the first of these days may lie before it

# which table is made of which of the newest: made first in a table of its own
_APART = (
    *("staging.held", "staging.lift", "staging.recorded"),
    *("staging.duplicate", "staging.session", "staging.trimp"),
)
BY_DAY = ("staging.recorded", "staging.session", "staging.evidence", "marts.daily_load")
_BY_FILE = ("staging.held", "staging.lift")  # of a recorded session alone
_BY_SESSION = ("staging.duplicate", "staging.trimp", "staging.effort")
TABLES = frozenset({*_APART, *BY_DAY, *_BY_FILE, *_BY_SESSION})


def monday(morning: date) -> date:
    """The first of the days that are made anew before this morning."""
    first = morning - OPEN
    return first - timedelta(days=first.weekday())


def changed(con: Connection, since: date, morning: date, known_by: datetime) -> set[str] | None:
    """Of whom the days from `since` to the Monday would be made otherwise now; None: of everybody.

    Needs lake.staging.span of this night.
    """
    con.execute(f"{past.TABLES}; {_TABLES}")
    marks.take(con, "latest_now", monday(morning), morning, known_by)
    if not rows_of(con, _USABLE, [since, monday(morning), morning, known_by]):
        return None
    return marks.changed(con, "latest_now", "lake.marts.latest_mark")


def remember(
    con: Connection, since: date, morning: date, known_by: datetime, renewed: bool
) -> None:
    """Note which night made the tables, and of what all but the newest days of them were made.

    Needs temp.latest_now, which `changed` made.
    """
    con.execute("DELETE FROM lake.marts.latest_mark")
    con.execute("INSERT INTO lake.marts.latest_mark FROM temp.latest_now")
    if renewed:
        con.execute("UPDATE lake.marts.latest_night SET morning = ?", [morning])
        return
    con.execute("DELETE FROM lake.marts.latest_night")
    con.execute(
        "INSERT INTO lake.marts.latest_night VALUES (?, ?, ?, ?)",
        [since, monday(morning), morning, known_by],
    )


def bind(con: Connection, morning: date, known_by: datetime) -> None:
    """Set the variables for `renew`, and list the sessions of the days that are made anew."""
    first = monday(morning)
    models.bind(con, first, morning, known_by, since=first, held_from=first - MARGIN)
    con.execute(_STALE)


def renew(con: Connection, name: str) -> None:
    """Make the newest days of one table anew, after the tables that it reads."""
    others = frozenset(models.sources()) - ({*_APART} if name in _APART else set()) - {name}
    instead = {"marts.load_past": _BEGUN} if name == "marts.daily_load" else {}
    made = models.alone(name, others - set(instead), instead)
    con.execute(f'CREATE OR REPLACE TEMP TABLE "{name}" AS {made}')
    old, new = _edges(name)
    con.execute(f"DELETE FROM lake.{name} WHERE {old}")
    con.execute(f'INSERT INTO lake.{name} FROM "{name}" WHERE {new}')
    if name not in _APART:
        con.execute(f'DROP TABLE temp."{name}"')


def _edges(name: str) -> tuple[str, str]:
    """Which rows go, and which of those made anew come in their place."""
    if name in BY_DAY:
        return "local_date >= getvariable('since')", "local_date >= getvariable('since')"
    if name in _BY_FILE:
        return f"session_id IN ({_HELD})", "true"
    return "session_id IN (SELECT s.session_id FROM stale AS s)", _NEWEST[name]


# those that are read, and those of files that are not there any more
_HELD = 'SELECT h.session_id FROM "staging.held" AS h UNION ALL SELECT g.session_id FROM gone AS g'

_NEWEST = {
    "staging.duplicate": 'session_id IN (SELECT r.session_id FROM "staging.recorded" AS r '
    "WHERE r.local_date >= getvariable('since'))",
    "staging.trimp": 'session_id IN (SELECT s.session_id FROM "staging.session" AS s '
    "WHERE s.local_date >= getvariable('since'))",
    "staging.effort": "true",  # its SELECT goes by `since` itself
}

_TABLES = """
CREATE TABLE IF NOT EXISTS lake.marts.latest_night (
    since DATE, latest DATE, morning DATE, known_by TIMESTAMPTZ
);
CREATE TABLE IF NOT EXISTS lake.marts.latest_mark (athlete_id VARCHAR, mark VARCHAR)
"""

_USABLE = """
SELECT l.known_by
FROM lake.marts.latest_night AS l
-- metrics go as far back as that morning asked
WHERE l.since = ? AND l.latest = ? AND l.morning <= ? AND l.known_by <= ?
    AND l.since IN (SELECT p.since FROM lake.marts.past_night AS p)
"""

_STALE = """
CREATE OR REPLACE TEMP TABLE stale AS
SELECT r.session_id FROM lake.staging.recorded AS r WHERE r.local_date >= getvariable('since')
UNION
SELECT s.session_id FROM lake.staging.session AS s WHERE s.local_date >= getvariable('since');
CREATE OR REPLACE TEMP TABLE gone AS
SELECT h.session_id
FROM lake.staging.held AS h
ANTI JOIN lake.raw.session AS s ON s.session_id = h.session_id
ANTI JOIN app.session_mend AS m ON m.session_id = h.session_id
"""

# every channel has a row for each day from its first on
_BEGUN = """
SELECT DISTINCT d.athlete_id, d.channel
FROM lake.marts.daily_load AS d
WHERE d.local_date = getvariable('since') - 1
"""
