"""Load conditions of a past morning as they could be known then, computed from raw rows.

The SELECTs are those of the nightly rebuild; no table that lasts is written, so no later
rebuild changes what comes out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from clubmon import candidates, models
from clubmon.flagtypes import RULE_OF, Candidate
from clubmon.store import Row, Store, rows_of


@dataclass(frozen=True, slots=True)
class Then:
    """What was known of loads by a moment (aware): conditions of 42 mornings, by athlete id.

    `versions` has the rule version that was in force by athlete, rule and channel.
    """

    known_by: datetime
    conditions: tuple[tuple[str, Candidate], ...]
    versions: Mapping[tuple[str, str, str], int]

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


def look_back(store: Store, athlete_ids: Iterable[str], morning: date, known_by: datetime) -> Then:
    """Conditions of the mornings up to this one, of these athletes.

    The caller holds the store's job lock: a rebuild from raw files empties what is read here.
    """
    with store.cursor() as con:
        con.execute("BEGIN TRANSACTION")  # one state of what is read
        models.bind(con, morning - timedelta(days=models.METRIC_DAYS), morning, known_by)
        models.made(con, "SELECT * FROM lake.marts.flag_candidate")
        conditions, rule = '"marts.flag_candidate"', '"marts.rule"'
        found = candidates.read(con, conditions, rule, athlete_ids, morning)
        rules = rows_of(con, f"SELECT athlete_id, rule, channel, version FROM {rule}")
        con.execute("ROLLBACK")
    versions = {(row["athlete_id"], row["rule"], row["channel"]): row["version"] for row in rules}
    return Then(known_by, tuple(found), versions)
