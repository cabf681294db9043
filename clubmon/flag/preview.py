"""What the last 28 mornings would have raised under a changed rule; nothing is written.

The loads are those of the last rebuild. Both figures, with the rules as they are and with the
change, are worked out from them in the same way, so that they can be compared: as if no flag
were on record, and without tightness, which load flags never depend on.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta

from clubmon.flag import candidates, flags
from clubmon.flag.flagtypes import RULE_OF, Candidate, Flag
from clubmon.flag.ruletypes import Key, Rule
from clubmon.load import models, past
from clubmon.storage.store import Connection, Store

MORNINGS = 28
NEWEST, IN_FORCE = "staging.newest_rule", "marts.rule"
BY_RANGE = frozenset(  # what a night holds of some months only, and a percentile needs more of
    {"marts.daily_load"}
    | {f"staging.{name}" for name in ("held", "lift", "recorded", "duplicate", "session")}
    | {f"staging.{name}" for name in ("trimp", "effort", "evidence")}
)


@dataclass(frozen=True, slots=True)
class Count:
    """Flags, and athletes with at least one."""

    flags: int = 0
    athletes: int = 0


@dataclass(frozen=True, slots=True)
class Both:
    """The same count with the rules as they are and with the change."""

    now: Count
    then: Count


@dataclass(frozen=True, slots=True)
class Preview:
    """The mornings from `first` to `last`. `own`: flags of the rule that would change.

    `kinds` splits them by the rule that a flag names; `of_athlete` gives flags of that rule now
    and then per athlete with any, most first.
    """

    first: date
    last: date
    looked_at: int  # athletes
    own: Both
    every: Both
    kinds: Mapping[str, Both]
    of_athlete: Mapping[str, tuple[int, int]]


def preview(
    store: Store, new: Rule, athlete_ids: Collection[str], last: date, now: datetime
) -> Preview | None:
    """Compare a rule that is not saved yet with what is in force; None before the first rebuild.

    Only these athletes are counted; who they may be is for the caller to decide. `last` is the
    last morning whose loads the marts hold. `now` is aware UTC.
    """
    if not models.built(store):
        return None
    with store.cursor() as con:
        con.execute("BEGIN TRANSACTION")  # one state of the marts, whatever is rebuilt meanwhile
        days, further = timedelta(days=models.METRIC_DAYS), timedelta(days=past.RANGE_DAYS)
        models.bind(con, last - days, last, now, since=last - further)
        before = _raised(con, None, athlete_ids, last)
        after = _raised(con, replace(new, known_at=now), athlete_ids, last)
        con.execute("ROLLBACK")
    return compared(new.key, before, after, last, len(set(athlete_ids)))


def compared(
    key: Key, before: Collection[Flag], after: Collection[Flag], last: date, looked_at: int
) -> Preview:
    """Both lists counted: all of them, those of one rule and channel, by kind and by athlete."""
    own = [_own(key, some) for some in (before, after)]
    now, then = (Counter(flag.athlete_id for flag in some) for some in own)
    kinds = sorted({flag.rule for some in own for flag in some}, reverse=True)
    most = sorted(now | then, key=lambda one: (-then[one], -now[one], one))
    return Preview(
        last - timedelta(days=MORNINGS - 1),
        last,
        looked_at,
        own=Both(_count(own[0]), _count(own[1])),
        every=Both(_count(before), _count(after)),
        kinds={kind: Both(*(_count(f for f in some if f.rule == kind) for some in own))
               for kind in kinds},
        of_athlete={one: (now[one], then[one]) for one in most},
    )  # fmt: skip


def _own(key: Key, raised: Iterable[Flag]) -> list[Flag]:
    return [one for one in raised if (RULE_OF.get(one.rule, one.rule), one.channel) == key]


def _count(raised: Iterable[Flag]) -> Count:
    some = list(raised)
    return Count(len(some), len({flag.athlete_id for flag in some}))


def _raised(
    con: Connection, new: Rule | None, athlete_ids: Collection[str], last: date
) -> list[Flag]:
    """Load flags of the last 28 mornings under the rules as they are, or with `new` among them."""
    _rules(con, new)
    # the marts of a night go back as far as the rules in force ask, not as far as a new one may
    given = models.apart_from(NEWEST) - (BY_RANGE if new and new.percentile else frozenset())
    sql = models.query("marts.flag_candidate", given, {IN_FORCE: "SELECT * FROM temp.rule"})
    found: defaultdict[str, list[Candidate]] = defaultdict(list)
    for athlete_id, one in candidates.read(con, f"({sql})", "temp.rule", athlete_ids, last):
        found[athlete_id].append(one)
    return [
        flag
        for athlete_id, conditions in found.items()
        for flag in flags.decide(athlete_id, last, conditions, (), ()).new
        if flag.morning > last - timedelta(days=MORNINGS)
    ]


def _rules(con: Connection, new: Rule | None) -> None:
    """Make temp.rule: what marts.rule would hold, for this connection only."""
    con.execute(f"CREATE OR REPLACE TEMP TABLE newest_rule AS {models.query(NEWEST)}")
    if new is not None:
        con.execute(
            "DELETE FROM temp.newest_rule AS r "
            "WHERE r.team_id = ? AND r.rule = ? AND r.channel = ?",
            [new.team_id, *new.key],
        )
        row = asdict(new)
        names, marks = ", ".join(row), ", ".join("?" for _ in row)
        con.execute(f"INSERT INTO temp.newest_rule ({names}) VALUES ({marks})", list(row.values()))
    given = models.apart_from(NEWEST)
    sql = models.query(IN_FORCE, given, {NEWEST: "SELECT * FROM temp.newest_rule"})
    con.execute(f"CREATE OR REPLACE TEMP TABLE rule AS {sql}")
