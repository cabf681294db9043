"""Raises the morning's flags: reads candidates and check-ins, decides, writes `app.flag`.

A flag once written is never rewritten: one that turned out untrue is marked superseded.
Running the same morning again adds nothing.
"""

from __future__ import annotations

import gc
import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pandas as pd

from clubmon.club import consenting
from clubmon.flag import candidates, flags, flagtypes
from clubmon.flag.flags import Candidate, Decision, Flag, Raised, Tightness
from clubmon.flag.lookback import Then
from clubmon.hamstring import checkins
from clubmon.load import models
from clubmon.policy import Consent
from clubmon.settings import Settings
from clubmon.storage.store import Connection, Row, Store, rows_of

LOOK_BACK = timedelta(days=flags.WINDOW_DAYS + flags.TRAIL_DAYS)


@dataclass(frozen=True, slots=True)
class FlagCount:
    """What one run added and marked. `raised` counts every tier."""

    raised: int = 0
    superseded: int = 0


def flag(store: Store, settings: Settings, morning: date, now: datetime) -> FlagCount:
    """Flags of every athlete up to a morning (the club's day), for what is agreed to now.

    Before the first night there are no loads to judge by: answers and referrals raise theirs, and
    what is on record stands. Load flags need consent to loads, tightness flags to
    health data; what is missing raises nothing and supersedes nothing.
    """
    with _without_collector():
        decided = judge(store, settings, morning, now)
    return store.write("app", lambda con: _store(con, decided.new, decided.superseded, now))


@contextmanager
def _without_collector() -> Iterator[None]:
    """A whole club's rows hold no circles; to look for some takes a third of the time here."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def judge(
    store: Store, settings: Settings, morning: date, now: datetime, then: Then | None = None
) -> Decision:
    """What a morning raises and what turns out untrue; nothing is written.

    A rule raises flags of mornings from the day on that it was saved; what it would have said of
    the days before is the preview's. A flag is judged by the version that raised it.

    Referrals are among the new ones whether or not they are on record. Without `then` the marts
    of that morning are read; with it only what was known by `then` counts, and `now` should be
    that moment.
    """
    known_by = then.known_by if then else None
    subjects = consenting.subjects(store, settings, now, known_by)
    load = {a for a, about in subjects.items() if Consent.LOAD in about.consents}
    health = {a for a, about in subjects.items() if Consent.HEALTH in about.consents}
    conditions = _candidates(store, settings, load, morning, then)
    trails = checkins.trail(store, health, morning - LOOK_BACK, known_by)
    raised = _raised(store, load, health, then)
    older = _older(store, raised, morning, now) if _can_compare(store, then) else {}
    new = _referrals(store, settings, health, known_by)
    untrue: list[str] = []
    for athlete_id in sorted(load | health):
        decided = flags.decide(
            athlete_id,
            morning,
            conditions[athlete_id],
            [_tightness(one) for one in trails.get(athlete_id, []) if one.local_date <= morning],
            raised[athlete_id],
            older.get(athlete_id, ()),
        )
        new += decided.new
        untrue += decided.superseded
    return Decision(tuple(new), tuple(untrue))


def refer(store: Store, settings: Settings, referral_id: str, now: datetime) -> FlagCount:
    """The tier 3 flag of one referral, at once; the nightly run adds those that are missing."""
    health = [
        athlete_id
        for athlete_id, about in consenting.subjects(store, settings, now).items()
        if Consent.HEALTH in about.consents
    ]
    new = [
        one
        for one in _referrals(store, settings, health)
        if one.inputs["referral_id"] == referral_id
    ]
    return store.write("app", lambda con: _store(con, new, (), now))


def _candidates(
    store: Store,
    settings: Settings,
    athlete_ids: Collection[str],
    morning: date,
    then: Then | None,
) -> defaultdict[str, list[Candidate]]:
    found: defaultdict[str, list[Candidate]] = defaultdict(list)
    saved = _saved(store, settings)
    known = then.conditions if then else candidates.up_to(store, athlete_ids, morning)
    for athlete_id, one in known:
        if athlete_id in athlete_ids:
            rule = flagtypes.RULE_OF.get(one.rule, one.rule)
            counts = one.morning >= saved.get((rule, one.channel, one.rule_version), date.min)
            found[athlete_id].append(one if counts else one._replace(holds=False))
    return found


def _can_compare(store: Store, then: Then | None) -> bool:
    """Whether conditions under other versions of a rule can be worked out."""
    return then is None and models.built(store)


def _saved(store: Store, settings: Settings) -> dict[tuple[str, str, int], date]:
    """The club's day on which each version of a rule was saved."""
    return {
        (row["rule"], row["channel"], row["version"]): row["known_at"]
        .astimezone(settings.zone)
        .date()
        for row in store.rows("SELECT rule, channel, version, known_at FROM app.rule")
    }


def _older(
    store: Store, raised: Mapping[str, Sequence[Raised]], morning: date, now: datetime
) -> dict[str, list[Candidate]]:
    """By athlete, the conditions under versions of rules that raised a flag and gave way since."""
    asked = {
        (flagtypes.RULE_OF.get(flag.rule, flag.rule), flag.channel, flag.rule_version, athlete_id)
        for athlete_id, found in raised.items()
        for flag in (one.flag for one in found if one.by_an_older_rule and not one.superseded)
        if flag.morning > morning - timedelta(days=flags.JUDGED_DAYS)
    }
    by_version: defaultdict[tuple[str, str, int], set[str]] = defaultdict(set)
    for rule, channel, version, athlete_id in asked:
        by_version[rule, channel, version].add(athlete_id)
    found: defaultdict[str, list[Candidate]] = defaultdict(list)
    for key, athlete_ids in sorted(by_version.items()):
        for athlete_id, one in candidates.under(store, *key, athlete_ids, morning, now):
            found[athlete_id].append(one)
    return found


def _raised(
    store: Store, load: Collection[str], health: Collection[str], then: Then | None
) -> defaultdict[str, list[Raised]]:
    """Flags on record; only what is agreed to is judged.

    A version number names one row of a rule and channel, so a flag whose number is another one
    than that in force for its athlete was raised by an earlier rule, or by another team's.
    """
    found: defaultdict[str, list[Raised]] = defaultdict(list)
    built = candidates.is_built(store)
    known = built or then is not None
    rows = store.rows(_ON_RECORD if built else _BEFORE_A_NIGHT)
    comparable = _can_compare(store, then)
    for row in then.flags(rows) if then else rows:
        agreed = row["athlete_id"] in (health if row["uses_tightness"] else load)
        found[row["athlete_id"]].append(
            Raised(
                flags.of_row(row),
                judged=agreed and known and (comparable or not row["by_another_rule"]),
                superseded=row["superseded_at"] is not None,
                by_an_older_rule=agreed and row["by_another_rule"],
            )
        )
    return found


_ON_RECORD = (
    "SELECT f.*, coalesce(f.rule_version <> r.version, false) AS by_another_rule "
    "FROM app.flag AS f LEFT JOIN lake.marts.rule AS r ON r.athlete_id = f.athlete_id "
    f"AND r.channel = f.channel AND r.rule = {candidates.RULE_OF_FLAG.format('f')}"
)
_BEFORE_A_NIGHT = "SELECT f.*, false AS by_another_rule FROM app.flag AS f"


def _referrals(
    store: Store, settings: Settings, athlete_ids: Iterable[str], known_by: datetime | None = None
) -> list[Flag]:
    rows = store.rows(
        "SELECT athlete_id, referral_id, pattern, urgency, known_at FROM app.referral "
        "WHERE list_contains(?::VARCHAR[], athlete_id) "
        "AND known_at <= coalesce(CAST(? AS TIMESTAMPTZ), known_at) ORDER BY known_at, referral_id",
        [sorted(athlete_ids), known_by],
    )
    return [_referral(row, settings) for row in rows]


def _referral(row: Row, settings: Settings) -> Flag:
    morning = row["known_at"].astimezone(settings.zone).date()
    return flags.referral(
        row["athlete_id"], morning, row["pattern"], row["referral_id"], row["urgency"]
    )


def _tightness(one: checkins.CheckIn) -> Tightness:
    return Tightness(
        one.local_date,
        one.left_score,
        one.right_score,
        one.left_place,
        one.right_place,
        one.runs_normally,
    )


def _store(con: Connection, new: Sequence[Flag], untrue: Sequence[str], now: datetime) -> FlagCount:
    known = {row["flag_id"] for row in rows_of(con, "SELECT flag_id FROM app.flag")}
    missing = {one.flag_id: one for one in new if one.flag_id not in known}
    if missing:
        arriving = pd.DataFrame([_row(one) for one in missing.values()])
        con.execute(_INSERT.format(", ".join(arriving.columns)), [now])
    if untrue:
        con.execute(_SUPERSEDE, [now, [*untrue]])
    return FlagCount(len(missing), len(untrue))


def _row(one: Flag) -> Row:
    return {
        "flag_id": one.flag_id,
        "athlete_id": one.athlete_id,
        "morning": one.morning,
        "tier": one.tier,
        "rule": one.rule,
        "rule_version": one.rule_version,
        "channel": one.channel,
        "uses_tightness": one.uses_tightness,
        "inputs": json.dumps(one.inputs, sort_keys=True),
    }


# a first night raises tens of thousands: one statement, from the variable `arriving`
_INSERT = "INSERT INTO app.flag ({0}, known_at) SELECT {0}, ? FROM arriving"

_SUPERSEDE = """
UPDATE app.flag SET superseded_at = ?
WHERE flag_id IN (SELECT unnest(?::VARCHAR[])) AND superseded_at IS NULL
"""
