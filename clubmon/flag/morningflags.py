"""The flags that a morning's mail may speak of, and who may read of which."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from clubmon import policy
from clubmon.club.contacts import Reach
from clubmon.drill.drills import Drill
from clubmon.flag import flags, flagview, nextstep, wording
from clubmon.flag.flags import Flag
from clubmon.flag.flagview import Numbers, Sight
from clubmon.flag.nextstep import Step
from clubmon.hamstring import referrals
from clubmon.policy import Consent, Role, Subject, Viewer
from clubmon.settings import Settings
from clubmon.storage.store import Store

OPEN_FOR = timedelta(days=7)
TOO_OLD = timedelta(hours=72)
SETTLED = frozenset({"acted", "dismissed"})


@dataclass(frozen=True, slots=True)
class Open:
    """A flag that nothing superseded. `settled`: acted on, dismissed, or put off for now.

    `late`: came to light too late to be told of, and is only named beside what is told.
    `returned`: older than a week, and here because staff had put it off.
    """

    flag: Flag
    known_at: datetime
    settled: bool
    late: bool = False
    returned: bool = False
    seen: bool = False  # somebody marked it as seen


@dataclass(frozen=True, slots=True)
class Case:
    """All that is known of one athlete on a morning, before anyone's sight of it is asked.

    `true`: load conditions that are true this morning. `drills` are those allowed at this
    moment, `pattern` that of the newest answers, `plan` the step of one that runs or waits,
    `answers` those of this morning and the one before.
    """

    name: str
    about: Subject
    found: list[Open]
    morning: date
    true: Numbers
    drills: tuple[Drill, ...] = ()
    pattern: str | None = None
    plan: Step | None = None
    reach: Reach | None = None  # whom staff turn to
    answers: wording.Answers | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One athlete in a staff mail."""

    name: str
    tier: int
    reasons: list[str]
    step: Step
    need: tuple[int, int, bool]  # sorts the list, see flagview.need
    hill: bool
    seen: bool  # somebody has marked what is most urgent as seen
    raised: date  # the newest of what is told
    referral: bool  # with the page of referrals open to its reader
    reach: Reach | None = None  # whom to turn to, where the step waits for a physio


def too_old(settings: Settings, morning: date, when: datetime) -> bool:
    """Whether `when` is more than 72 h after the morning's day began: then nobody is told."""
    return when - datetime.combine(morning, time(), settings.zone) > TOO_OLD


def of_morning(
    store: Store,
    settings: Settings,
    morning: date,
    known_by: datetime | None = None,
    week_told: datetime | None = None,
) -> dict[str, list[Open]]:
    """Open flags of the week up to a morning, by athlete, newest first.

    A referral's flag stays while a referral is open, and one that was put off for a week from the
    day on which it comes back. What came to light too late is left out,
    but for loads, which are `late`. With `known_by` everything is as it stood at that moment.
    `week_told` is when the week before was told: what came to light after that is of this one.
    """
    found: dict[str, list[Open]] = defaultdict(list)
    for row in store.rows(
        "SELECT f.*, a.action, a.until, EXISTS (SELECT 1 FROM app.flag_action AS s "
        "WHERE s.flag_id = f.flag_id AND s.action = 'seen' "
        "AND s.known_at <= coalesce(CAST($3 AS TIMESTAMPTZ), s.known_at)) AS seen "
        "FROM app.flag AS f "
        f"LEFT JOIN ({decided('$3')}) AS a ON a.flag_id = f.flag_id "
        "WHERE f.known_at <= coalesce(CAST($3 AS TIMESTAMPTZ), f.known_at) "
        "AND (f.superseded_at IS NULL OR f.superseded_at > CAST($3 AS TIMESTAMPTZ)) "
        "AND f.morning <= $1 "
        "AND (greatest(f.morning, coalesce(a.until, f.morning)) > $2 AND f.tier < 3 "
        "OR f.tier = 1 AND f.morning > $5 AND f.known_at > CAST($4 AS TIMESTAMPTZ) "
        f"OR f.tier = 3 AND {referrals.flag_was_open('$3')}) "
        "ORDER BY f.morning DESC, f.flag_id",
        [morning, morning - OPEN_FOR, known_by, week_told, morning - OPEN_FOR - TOO_OLD],
    ):
        put_off = row["action"] == "snoozed" and row["until"] > morning
        one = opened(settings, flags.of_row(row), row["known_at"])
        if one:
            settled = one.flag.tier < 3 and (row["action"] in SETTLED or put_off)
            untold = week_told is not None and one.flag.tier == 1 and one.known_at > week_told
            old = one.flag.morning <= morning - OPEN_FOR and not untold
            returned = one.flag.tier < 3 and old
            one = replace(one, settled=settled, returned=returned, seen=row["seen"])
            found[one.flag.athlete_id].append(one)
    return found


def decided(known_by: str) -> str:
    """A SELECT of what was decided last about each flag, by `flag_id`: `action` and `until`.

    `until` is long past where nothing was put off. `known_by` is the place of a moment in the
    statement, such as '$3'; the moment NULL stands for now.
    """
    return (
        "SELECT flag_id, arg_max(action, (known_at, action_id)) AS action, "
        "arg_max(coalesce(until, DATE '0001-01-01'), (known_at, action_id)) AS until "
        "FROM app.flag_action WHERE action <> 'seen' "
        f"AND known_at <= coalesce(CAST({known_by} AS TIMESTAMPTZ), known_at) GROUP BY flag_id"
    )


def opened(settings: Settings, flag: Flag, known_at: datetime) -> Open | None:
    """A flag that nobody has settled, or None where it came to light too late to be shown."""
    late = flag.tier < 3 and too_old(settings, flag.morning, known_at)
    return None if late and flag.uses_tightness else Open(flag, known_at, False, late)


def own(found: Iterable[Open], about: Subject) -> list[Open]:
    """An athlete's own flags, of kinds of data that are agreed to at this moment.

    What staff put off is told again to staff only.
    """
    agreed = {True: Consent.HEALTH in about.consents, False: Consent.LOAD in about.consents}
    return [
        one
        for one in found
        if not one.late and not one.returned and agreed[one.flag.uses_tightness]
    ]


def staff_entry(case: Case, viewer: Viewer) -> Entry | None:
    """What one member of staff is told of one athlete; None where that is nothing."""
    sight = flagview.sight(viewer, case.about)
    waiting = [one for one in case.found if not one.settled]
    if not _told(case, [one for one in waiting if not one.late], viewer, sight):
        return None
    seen = _told(case, waiting, viewer, sight)
    tier, to_physio = max(flag.tier for flag in seen), any(flag.to_physio for flag in seen)
    pattern = case.pattern if sight.tightness and tier == 2 else None
    drills, plan = (case.drills, case.plan) if sight.tightness else ((), None)
    step = nextstep.step(tier, to_physio, drills, pattern, flagview.actor(sight), plan)
    reaches = policy.reaches_physio(viewer, case.about) and not sight.treats
    return Entry(
        case.name,
        tier,
        nextstep.reasons(wording.together(seen, flagview.reader(sight), case.answers), pattern),
        step,
        flagview.need(seen, sight),
        any(flag.hill or flag.sled for flag in seen),
        _first(case, seen).seen,
        max(flag.morning for flag in seen),
        tier == 3 and sight.treats,
        case.reach if step.needs_physio and reaches else None,
    )


def _told(case: Case, found: Iterable[Open], viewer: Viewer, sight: Sight) -> list[Flag]:
    """What this viewer may see of these; who is a physio only gets what is for the physio."""
    coaches = viewer.has_for(Role.COACH, case.about.teams)
    return [
        flagview.on_morning(flag, case.morning, case.true)
        for flag in flagview.visible([one.flag for one in found], sight)
        if coaches or flag.to_physio
    ]


def _first(case: Case, told: Iterable[Flag]) -> Open:
    """What is on record of the most urgent and newest of the flags that are told."""
    ids = {flag.flag_id for flag in told}
    of_them = [one for one in case.found if one.flag.flag_id in ids]
    return min(of_them, key=lambda one: (-one.flag.tier, -one.flag.morning.toordinal()))


def in_order(entries: Iterable[Entry]) -> list[Entry]:
    """Most in need first, as on Today: see flagview.place."""
    return sorted(
        entries, key=lambda e: flagview.place(e.need, e.tier, e.seen, e.raised, e.hill, e.name)
    )
