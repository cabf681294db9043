"""Plans in `app`: assigned past the gate, answered by taps, stopped, noted and ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from uuid6 import uuid7

from clubmon.club import consenting, people
from clubmon.club.people import Athlete
from clubmon.drill import planrows, plans, proposals
from clubmon.drill.drills import Drill, library
from clubmon.drill.plans import ANSWERS, Course, New, Plan
from clubmon.hamstring import checkins, gate, planday
from clubmon.load import models
from clubmon.policy import Consent
from clubmon.settings import Settings
from clubmon.storage.store import Connection, Store
from clubmon.words.language import N_, _

REFUSED = N_("No drill can be assigned at the moment. Talk to them first.")
LOOK = N_(
    "No new plan yet: the last one ended without a fall or because it got worse, so ask a "
    "physio to look at it under Referrals first."
)
RUNNING = N_("They are on a plan already; stop it before you assign another.")
ENDED = N_("This plan has ended; there is nothing left to do for it.")
OTHER_DAY = N_("This link is for another day; use the newest one, or your own page.")
NOT_ASKED = N_("Nothing is asked of you at the moment; ask your coach.")
ANSWERABLE = timedelta(days=1)  # how long after its day an answer is taken


class PlanRefused(Exception):
    """Nothing was written, in one sentence."""


@dataclass(frozen=True, slots=True)
class Tap:
    """What an athlete says of a day: `times` done, `clean` of the hold where it was asked."""

    answer: Literal["done", "not_today", "worse"]
    times: int = 1
    clean: bool | None = None


def proposed(store: Store, athlete_id: str, now: datetime) -> tuple[str, ...]:
    """Ids of the drills that may be put before this athlete now without a coach, if any.

    Empty where `reaches` is False, whatever the answers say.
    """
    found = people.athlete(store, athlete_id)
    if found is None or not reaches(store, found):
        return ()
    return gate.drills_now(store, athlete_id, now)


def reaches(store: Store, athlete: Athlete) -> bool:
    """Whether drills may be put before this athlete without a coach.

    Not where the club leaves that to a coach, nor while a plan that ended without a fall, or
    because it got worse, waits for a physio to look at it.
    """
    waits = waits_for_physio(store, athlete.person.person_id)
    return not waits and proposals.reaches_athlete(store, [t.team_id for t in athlete.teams])


def waits_for_physio(store: Store, athlete_id: str) -> bool:
    """Whether a plan that ended without a fall, or because it got worse, waits for a physio."""
    return any(one.for_physio for one in planrows.courses(store, [athlete_id]).get(athlete_id, []))


def propose(store: Store, settings: Settings, athlete_id: str, now: datetime) -> Plan | None:
    """Begin a plan of what the newest answers lead to, where the club lets that happen alone."""
    ids = proposed(store, athlete_id, now)
    if not ids or planday.running(store, athlete_id):
        return None
    try:
        return assign(store, settings, athlete_id, ids, planrows.SERVICE, now)
    except PlanRefused:  # somebody was quicker
        return None


def assign(
    store: Store,
    settings: Settings,
    athlete_id: str,
    drill_ids: Sequence[str],
    by_person_id: str,
    now: datetime,
) -> Plan:
    """Begin a plan of these drills today (the athlete's day); raises PlanRefused.

    The same drills assigned again while they run are the same plan, and no new line of the audit
    log. Nobody is told why the answers do not allow it. No plan begins while the last one waits
    for a physio's look. The caller has checked that this person may.
    """
    drills = [library()[id_] for id_ in dict.fromkeys(drill_ids) if id_ in library()]
    if not drills or len(drills) != len(set(drill_ids)):
        raise PlanRefused(REFUSED)

    # under the lock that check-ins are saved under
    def write(con: Connection) -> tuple[Plan, bool]:
        for course in planrows.running(con, athlete_id):
            if set(course.plan.drills) == {drill.id for drill in drills}:
                return course.plan, False
            raise PlanRefused(RUNNING)
        if any(course.for_physio for course in planrows.of_athlete(con, athlete_id)):
            raise PlanRefused(LOOK)
        if not all(gate.may_assign(store, athlete_id, drill, now) for drill in drills):
            raise PlanRefused(REFUSED)
        plan = _plan(store, settings, athlete_id, drills, by_person_id, now)
        planrows.add(con, plan)
        return plan, True

    plan, new = store.write("app", write)
    if new and by_person_id:
        people.audit(store, by_person_id, "plan_assigned", athlete_id, plan.plan_id, now)
    return plan


def _plan(
    store: Store,
    settings: Settings,
    athlete_id: str,
    drills: Sequence[Drill],
    by_person_id: str,
    now: datetime,
) -> Plan:
    checkin = checkins.latest(store, athlete_id)
    assert checkin is not None  # the gate asks for one
    today, often = local_day(store, settings, athlete_id, now), plans.schedule(drills)
    return Plan(
        str(uuid7()),
        athlete_id,
        tuple(drill.id for drill in drills),
        checkin.pattern,
        checkin.checkin_id,
        today,
        today + timedelta(days=often.days - 1),
        often.per_day,
        often.days_per_week,
        checkin.left_score,
        checkin.right_score,
        by_person_id,
        now,
    )


def stop(store: Store, settings: Settings, plan_id: str, by_person_id: str, now: datetime) -> bool:
    """End a plan by a decision of staff; False where it had ended, or is not there."""
    athlete_id = planrows.owner(store, plan_id)
    if athlete_id is None:
        return False
    day, latest = local_day(store, settings, athlete_id, now), checkins.latest(store, athlete_id)

    def write(con: Connection) -> bool:
        for course in planrows.running(con, athlete_id):
            if course.plan.plan_id == plan_id:
                score = latest.worst if latest and latest.known_at > course.plan.known_at else None
                end = plans.ending(course.plan, "staff", day, score)
                planrows.append(con, course.plan, end, by_person_id, now)
                return True
        return False

    stopped = store.write("app", write)
    if stopped:
        people.audit(store, by_person_id, "plan_stopped", athlete_id, plan_id, now)
    return stopped


def note(store: Store, settings: Settings, plan_id: str, by_person_id: str, now: datetime) -> bool:
    """A physio has looked at how a plan ended; False where that is on record or not asked."""
    athlete_id = planrows.owner(store, plan_id)
    if athlete_id is None:
        return False
    day = local_day(store, settings, athlete_id, now)

    def write(con: Connection) -> bool:
        course = _of(con, athlete_id, plan_id)
        if course is None or not course.for_physio:
            return False
        planrows.append(con, course.plan, New("noted", day), by_person_id, now)
        return True

    noted = store.write("app", write)
    if noted:
        people.audit(store, by_person_id, "plan_noted", athlete_id, plan_id, now)
    return noted


def tap(
    store: Store, settings: Settings, plan_id: str, day: date, said: Tap, by: str, now: datetime
) -> Course:
    """Record what the athlete says of a day, and return the plan with it; raises PlanRefused.

    The same answer again writes nothing, another one of the same day counts instead. "It got
    worse" ends the plan; said again of a plan that has ended it writes nothing and is no error.
    `by` is '' for a mailed link. The caller knows that the plan is this athlete's.
    """
    athlete_id = planrows.owner(store, plan_id)
    if athlete_id is None or not agreed(store, settings, athlete_id, now):
        raise PlanRefused(NOT_ASKED)
    today = local_day(store, settings, athlete_id, now)

    def write(con: Connection) -> Course:
        course = _of(con, athlete_id, plan_id)
        assert course is not None  # plans are never deleted alone
        if _new_answer(course, day, today, said):
            _write_tap(con, course.plan, day, said, by, now)
        return _of(con, athlete_id, plan_id) or course

    return store.write("app", write)


def _new_answer(course: Course, day: date, today: date, said: Tap) -> bool:
    """Whether an answer adds anything; raises PlanRefused where it is not taken."""
    if said.answer not in ANSWERS or not 1 <= said.times <= course.plan.per_day:
        raise PlanRefused(_("That is no answer to this plan; use the buttons on the page."))
    if course.ended:
        if said.answer == "worse":
            return False
        raise PlanRefused(ENDED)
    open_days = max(course.plan.start, today - ANSWERABLE), min(course.plan.end, today)
    if said.answer != "worse" and not open_days[0] <= day <= open_days[1]:
        raise PlanRefused(OTHER_DAY)
    newest = course.taps.get(day)
    same = newest is not None and (newest.kind, dict(newest.detail)) == (said.answer, _detail(said))
    return not same


def _write_tap(con: Connection, plan: Plan, day: date, said: Tap, by: str, now: datetime) -> None:
    planrows.append(con, plan, New(said.answer, day, _detail(said)), by, now)
    if said.answer == "worse":
        end = plans.ending(plan, "tap", day, None)
        planrows.append(con, plan, end, by, now)


def _detail(said: Tap) -> dict[str, object]:
    if said.answer != "done":
        return {}
    return {"times": said.times, **({} if said.clean is None else {"clean": said.clean})}


def agreed(store: Store, settings: Settings, athlete_id: str, now: datetime) -> bool:
    """Whether the athlete's answers may be stored at this moment."""
    about = consenting.subject(store, settings, athlete_id, now)
    return about is not None and Consent.HEALTH in about.consents


def local_day(store: Store, settings: Settings, athlete_id: str, now: datetime) -> date:
    """The athlete's own day."""
    who = people.person(store, athlete_id)
    return people.local_today(settings, who.timezone if who else None, now)


def settle_all(store: Store, settings: Settings, now: datetime) -> int:
    """Re-checks and ends of every running plan that are due by now; returns how many were written.

    Running it again adds nothing. A plan of an athlete who no longer agrees to check-ins ends.
    """
    found = planrows.athletes_on_plans(store)
    return sum(settle(store, settings, athlete_id, now) for athlete_id in found)


def settle(store: Store, settings: Settings, athlete_id: str, now: datetime) -> int:
    """The same for one athlete."""
    today = local_day(store, settings, athlete_id, now)
    agrees = agreed(store, settings, athlete_id, now)

    def write(con: Connection) -> int:
        written = 0
        for course in planrows.running(con, athlete_id):
            for new in _settled(store, course, today, agrees=agrees):
                planrows.append(con, course.plan, new, planrows.SERVICE, now)
                written += 1
        return written

    return store.write("app", write)


def _settled(store: Store, course: Course, today: date, *, agrees: bool) -> list[New]:
    plan = course.plan
    if not agrees:
        return [plans.ending(plan, "consent", today, None)]
    trail = checkins.trail(store, [plan.athlete_id], plan.start).get(plan.athlete_id, [])
    scores = {one.local_date: one.worst for one in trail}
    return [_with_load(store, plan, new) for new in plans.settle(course, scores, today)]


def _with_load(store: Store, plan: Plan, new: New) -> New:
    """A re-check with the metres of the seven days before it, and before the plan."""
    if new.kind != "recheck" or not models.built(store):
        return new
    weeks = {
        "week_m": planrows.week_m(store, plan.athlete_id, new.day),
        "start_week_m": planrows.week_m(store, plan.athlete_id, plan.start),
    }
    return New(new.kind, new.day, {**new.detail, **weeks})


def _of(con: Connection, athlete_id: str, plan_id: str) -> Course | None:
    found = planrows.of_athlete(con, athlete_id)
    return next((course for course in found if course.plan.plan_id == plan_id), None)
