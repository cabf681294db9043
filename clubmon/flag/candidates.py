"""Reads load conditions that are true on a morning from `lake.marts.flag_candidate`.

Each comes with the quiet days after which its rule opens again, from the rule that is in force
for that athlete.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from clubmon.flag.flagtypes import REARM_DAYS, Candidate, load_inputs
from clubmon.load import models
from clubmon.storage.store import Connection, Store

# the columns after the athlete are those of Candidate, in its order
SELECT = (
    "SELECT c.athlete_id, c.morning, c.rule, c.channel, c.rule_version, c.held_days, c.holds, "
    # single runs are compared with a run, not with a week
    "c.v7, c.b1, c.b4, if(c.rule = 'spike', c.v7 - c.rise, NULL) AS base, c.wow_pct, "
    "c.known7, c.known_prev7, c.known_b4, "
    "c.day_m, c.previous_longest_m, c.hill, c.sled"
)
RULE_OF_FLAG = "CASE {0}.rule WHEN 'return_to_run' THEN 'single_run' ELSE {0}.rule END"


def up_to(store: Store, athlete_ids: Iterable[str], morning: date) -> list[tuple[str, Candidate]]:
    """Athlete and condition of every morning up to this one; none before the marts are built."""
    if not is_built(store):
        return []
    with store.cursor() as con:
        return read(con, "lake.marts.flag_candidate", "lake.marts.rule", athlete_ids, morning)


def under(
    store: Store,
    rule: str,
    channel: str,
    version: int,
    athlete_ids: Iterable[str],
    morning: date,
    now: datetime,
) -> list[tuple[str, Candidate]]:
    """Athlete and condition of the mornings up to this one, under one version of one rule.

    Needs the marts of a night; nothing is written. `now` is aware.
    """
    with store.cursor() as con:
        con.execute("BEGIN TRANSACTION")
        models.bind(con, morning - timedelta(days=models.METRIC_DAYS), morning, now)
        con.execute(
            "CREATE OR REPLACE TEMP TABLE rule AS "
            "SELECT a.athlete_id, r.* EXCLUDE (known_at, by_person_id, inherits) "
            "FROM app.rule AS r CROSS JOIN (SELECT unnest(?::VARCHAR[]) AS athlete_id) AS a "
            "WHERE r.rule = ? AND r.channel = ? AND r.version = ? AND r.enabled",
            [sorted(athlete_ids), rule, channel, version],
        )
        sql = models.query(
            "marts.flag_candidate",
            models.apart_from("marts.rule"),
            {"marts.rule": "SELECT * FROM temp.rule"},
        )
        found = read(con, f"({sql})", "temp.rule", athlete_ids, morning)
        con.execute("ROLLBACK")
    return found


def read(
    con: Connection, candidates: str, rules: str, athlete_ids: Iterable[str], morning: date
) -> list[tuple[str, Candidate]]:
    """The same from other relations: tables with the columns of the two marts, or SELECTs."""
    rows = con.execute(
        f"{SELECT}, coalesce(r.rearm_days, ?) AS rearm_days FROM {candidates} AS c "
        f"LEFT JOIN {rules} AS r ON r.athlete_id = c.athlete_id AND r.channel = c.channel "
        f"AND r.rule = {RULE_OF_FLAG.format('c')} "
        "WHERE c.morning <= ? AND list_contains(?::VARCHAR[], c.athlete_id)",
        [REARM_DAYS, morning, sorted(athlete_ids)],
    ).fetchall()
    return [(row[0], Candidate._make(row[1:])) for row in rows]


def true_on(
    store: Store, athlete_ids: Iterable[str], morning: date
) -> dict[str, dict[tuple[str, str], dict[str, Any]]]:
    """By athlete, the conditions that are true on one morning, with the numbers of that morning.

    Held long enough or not. Empty before the mart is built, and for a morning it does not cover.
    """
    found: dict[str, dict[tuple[str, str], dict[str, Any]]] = defaultdict(dict)
    ids = sorted(athlete_ids)
    if not ids or not is_built(store):
        return found
    where = "WHERE c.morning = ? AND list_contains(?::VARCHAR[], c.athlete_id)"
    for row in store.rows(f"{SELECT} FROM lake.marts.flag_candidate AS c {where}", [morning, ids]):
        athlete_id, *columns = row.values()
        one = Candidate(*columns)
        found[athlete_id][one.rule, one.channel] = load_inputs(one)
    return found


def is_built(store: Store) -> bool:
    """Whether a night has made the conditions; a new or lost lake has none."""
    return bool(
        store.row(
            "SELECT table_name FROM duckdb_tables() WHERE database_name = 'lake' "
            "AND schema_name = 'marts' AND table_name = 'flag_candidate'"
        )
    )
