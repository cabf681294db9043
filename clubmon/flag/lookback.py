"""Load conditions of a past morning as they could be known then, computed from raw rows.

The SELECTs are those of the nightly rebuild; no table that lasts is written, so no later
rebuild changes what comes out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from clubmon.flag import candidates
from clubmon.flag.flagtypes import RULE_OF, Candidate
from clubmon.load import blocks, models
from clubmon.storage.store import Connection, Row, Store, rows_of


@dataclass(frozen=True, slots=True)
class Figures:
    """The load figures of the day before a morning: metric rows, and per day of six weeks its
    state and load, by athlete and channel; the week's longest run by athlete.
    """

    metrics: Mapping[tuple[str, str], Row]
    daily: Mapping[tuple[str, str], Mapping[date, Row]]
    longest: Mapping[str, Row]
    usual: Mapping[tuple[str, str], Row] = field(default_factory=dict)  # ranges, where asked for


@dataclass(frozen=True, slots=True)
class Then:
    """What was known of loads by a moment (aware): conditions of 42 mornings, by athlete id.

    `versions` has the rule version that was in force by athlete, rule and channel.
    """

    known_by: datetime
    conditions: tuple[tuple[str, Candidate], ...]
    versions: Mapping[tuple[str, str, str], int]
    figures: Figures | None = None

    def flags(self, rows: Iterable[Row]) -> list[Row]:
        """Rows of `app.flag` as they stood just before the moment; see flagging for the columns."""
        return [self._flag(row) for row in rows if row["known_at"] < self.known_by]

    def _flag(self, row: Row) -> Row:
        marked = row["superseded_at"]
        rule = RULE_OF.get(str(row["rule"]), str(row["rule"]))
        version = self.versions.get((row["athlete_id"], rule, row["channel"]), row["rule_version"])
        return {
            **row,
            "superseded_at": marked if marked and marked < self.known_by else None,
            "by_another_rule": version != row["rule_version"],
        }


def look_back(
    store: Store,
    athlete_ids: Iterable[str],
    morning: date,
    known_by: datetime,
    *,
    figures: bool = False,
) -> Then:
    """Conditions of the mornings up to this one, of these athletes; with `figures`, those too.

    The caller sees to it that no rebuild runs: one from raw files empties what is read here.
    """
    ids = sorted(athlete_ids)
    with store.cursor() as con:
        con.execute("BEGIN TRANSACTION")  # one state of what is read
        models.bind(con, morning - timedelta(days=models.METRIC_DAYS), morning, known_by)
        models.made(con, "SELECT * FROM lake.marts.flag_candidate")
        conditions, rule = '"marts.flag_candidate"', '"marts.rule"'
        found = candidates.read(con, conditions, rule, ids, morning)
        rules = rows_of(con, f"SELECT athlete_id, rule, channel, version FROM {rule}")
        if figures:
            models.made(con, "SELECT * FROM lake.marts.load_metric")
        seen = _figures(con, ids, morning) if figures else None
        con.execute("ROLLBACK")
    versions = {(row["athlete_id"], row["rule"], row["channel"]): row["version"] for row in rules}
    return Then(known_by, tuple(found), versions, seen)


def week(store: Store, athlete_ids: Iterable[str], morning: date, known_by: datetime) -> Figures:
    """The figures of the seven days before a morning, with usual ranges, of these athletes.

    From raw rows as they were known by then (aware): any week, at some cost. Metrics are of the
    last day and without weighted averages, which go over the whole history and which no week
    tells of. The caller sees to it that no rebuild runs, see look_back.
    """
    ids = sorted(athlete_ids)
    with store.cursor() as con:
        con.execute("BEGIN TRANSACTION")  # one state of what is read
        _make_week(con, ids, morning, known_by)
        found = _figures(con, ids, morning)
        rows = rows_of(
            con,
            'SELECT athlete_id, channel, percentile, p10, p90 FROM "marts.load_usual" '
            f"WHERE local_date = ? AND {_OF_THESE}",
            [morning - timedelta(days=1), ids],
        )
        con.execute("ROLLBACK")
    return replace(found, usual={(row["athlete_id"], row["channel"]): row for row in rows})


def _make_week(con: Connection, ids: Sequence[str], morning: date, known_by: datetime) -> None:
    """The temporary tables of a week, of these athletes and of whoever shares a team with them."""
    groups, _ = blocks.parted(blocks.of_athletes(con, known_by, "lake.raw.session"), ids)
    blocks.choose(con, [one for group in groups for one in group])
    there: frozenset[str] = frozenset()
    for model, days in _OF_WEEK.items():
        sql = f"SELECT 1 FROM lake.{model}"
        models.bind(con, morning + timedelta(days=days), morning, known_by, usual_of_all=True)
        models.made(con, sql, there, _NO_AVERAGES, blocks.narrowed)
        there |= models.below(sql)


_OF_THESE = "list_contains(?::VARCHAR[], athlete_id)"
# metric_from of each, in days from the morning: all seven days, and the last day alone
# (load_usual begins 14 days before it)
_OF_WEEK = {"marts.longest_run": -7, "marts.load_metric": -1, "marts.load_usual": 13}
_NO_AVERAGES = {
    "marts.load_average": "SELECT d.athlete_id, d.local_date, d.channel, "
    + ", ".join(
        f"CAST(NULL AS DOUBLE) AS {one}" for one in ("acute", "chronic", "ctl", "atl", "tsb")
    )
    + ' FROM "marts.daily_load" AS d'
}


def _figures(con: Connection, ids: Sequence[str], morning: date) -> Figures:
    """From temporary tables of load_metric, longest_run and what they are made of."""
    last = morning - timedelta(days=1)
    metrics = rows_of(
        con,
        f'SELECT * FROM "marts.load_metric" WHERE local_date = ? AND {_OF_THESE}',
        [last, ids],
    )
    days = rows_of(
        con,
        "SELECT athlete_id, channel, local_date, state, load, imputed "
        f'FROM "marts.daily_load" WHERE local_date BETWEEN ? AND ? AND {_OF_THESE}',
        [morning - timedelta(days=models.METRIC_DAYS), last, ids],
    )
    longest = rows_of(
        con,
        "SELECT athlete_id, local_date, longest_m, previous_longest_m, ratio "
        f'FROM "marts.longest_run" WHERE local_date BETWEEN ? AND ? AND {_OF_THESE} '
        "ORDER BY longest_m, local_date",
        [morning - timedelta(days=7), last, ids],
    )
    daily: dict[tuple[str, str], dict[date, Row]] = defaultdict(dict)
    for row in days:
        daily[row["athlete_id"], row["channel"]][row["local_date"]] = row
    return Figures(
        {(row["athlete_id"], row["channel"]): row for row in metrics},
        daily,
        {row["athlete_id"]: row for row in longest},
    )
