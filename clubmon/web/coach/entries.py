"""The list of who to talk to: each athlete's flags, what is known and the one next step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from clubmon.club import people
from clubmon.drill import planrows, planwords
from clubmon.drill.drills import Drill
from clubmon.drill.plans import Course
from clubmon.flag import flagview, nextstep
from clubmon.flag.flagtypes import Flag
from clubmon.flag.nextstep import Step
from clubmon.hamstring import gate, planning
from clubmon.hamstring.referrals import Read
from clubmon.storage.store import Row
from clubmon.web.coach import reasons, squad, talk
from clubmon.web.coach.club import Club
from clubmon.web.coach.squad import Week
from clubmon.web.coach.talk import Entry
from clubmon.web.frame import figures
from clubmon.web.frame.access import Context
from clubmon.web.frame.shared import Record
from clubmon.web.frame.sight import Seen
from clubmon.web.plans import plan_words
from clubmon.words.language import _, ngettext


def of_squad(
    held: Context, club: Club, shown: Sequence[Seen], flags: Sequence[Row], week: Week
) -> list[Entry]:
    """The list, most in need first; an entry is shared as a line of the grid is."""
    by_id = {one.athlete_id: one for one in shown}
    found = [
        club.once(
            ("entry", athlete_id, by_id[athlete_id].sight),
            partial(_entry, held, club, by_id[athlete_id], mine, week),
        )
        for athlete_id, mine in talk.by_athlete(flags).items()
    ]
    return sorted(found, key=_in_need)


def _in_need(entry: Entry) -> tuple[tuple[int, int, bool], bool, int, bool, str]:
    """Most in need first; below tier 3 what somebody has seen comes after what nobody has."""
    hill, seen = entry.hills or entry.sleds, entry.seen_at is not None
    return flagview.place(entry.need, entry.tier, seen, entry.raised, hill, entry.seen.name)


def _entry(held: Context, club: Club, one: Seen, mine: list[Row], week: Week) -> Entry:
    today, record = club.today, club.record
    open_flags = talk.waiting(mine, today)
    flags = open_flags or mine
    told = reasons.told(flags, one.sight, today, club.loads.true.get(one.athlete_id, {}))
    tier: int = flags[0]["tier"]
    last = talk.last_action(flags[0])
    marked = talk.last_seen(flags[0])
    begun = min(flag["known_at"] for flag in flags if flag["tier"] == tier)
    scores = week.scores.get(one.athlete_id, {})
    pattern = reasons.pattern(scores, today) if tier == 2 else None
    ways = Ways(record.drills, record.plans) if one.sight.tightness else Ways({}, {})
    step = _step(held, one, told, pattern, ways)
    return Entry(
        seen=one,
        tier=tier,
        need=flagview.need(told, one.sight),
        flag_ids=tuple(flag["flag_id"] for flag in flags),
        raised=max(flag["morning"] for flag in flags),
        since=min(flag["morning"] for flag in flags if flag["tier"] == tier),
        begun=begun,
        found=begun.astimezone(held.settings.zone).date(),
        reasons=(
            *nextstep.reasons(reasons.sentences(told, one.sight, scores=scores), pattern),
            *_eccentric(club, one, pattern),
        ),
        hills=any(flag.hill for flag in told),
        sleds=any(flag.sled for flag in told),
        spark=talk.spark(one, week, today) if week.daily or week.scores else None,
        step=step,
        seen_by=marked["name"] if marked else None,
        seen_at=marked["known_at"] if marked else None,
        read=_read(record, told),
        reach=record.reach[one.athlete_id] if step.needs_physio and one.sight.reaches else None,
        known=_known(club, one, week),
        answers=week.answered.get(one.athlete_id, 0) if one.sight.asked else None,
        before=_before(record, one, tier),
        done=talk.done_sentence(last, notes=one.sight.tightness)
        if last and not open_flags
        else None,
    )


def _known(club: Club, one: Seen, week: Week) -> int | None:
    if not one.sight.load or club.loads.last is None:
        return None
    days = squad.week_to(week.last)
    return sum(squad.day_state(week.daily, one.athlete_id, day) != "unknown" for day in days)


def _eccentric(club: Club, one: Seen, pattern: str | None) -> tuple[str, ...]:
    """Which session it may have been, for who may see loads."""
    found = club.loads.eccentric.get(one.athlete_id)
    if pattern != "after_eccentric" or not one.sight.load or found is None:
        return ()
    day, sets = found
    return (
        ngettext(
            "Eccentric work: {n} set on {day}.", "Eccentric work: {n} sets on {day}.",
            sets, day=figures.day(day),
        ),
    )  # fmt: skip


def _before(record: Record, one: Seen, tier: int) -> str:
    """The newest plan that ended and what came of it, where another may follow."""
    if not one.sight.tightness or tier != 2:
        return ""
    ended = [(course.ended.day, course) for course in record.plans.get(one.athlete_id, ())
             if course.ended]  # fmt: skip
    if not ended:
        return ""
    day, last = max(ended, key=lambda found: found[0])
    return _(
        "Last drill: {drills}, to {day}. {outcome}",
        drills=plan_words.title(last),
        day=figures.day(day),
        outcome=planwords.outcome(last) or "",
    )


def _read(record: Record, told: Sequence[Flag]) -> Read | None:
    """Which physio has read the referral behind these flags."""
    ids = [flag.inputs["referral_id"] for flag in told if flag.tier == 3]
    return record.read.get(ids[0]) if ids else None


@dataclass(frozen=True, slots=True)
class Ways:
    """What next steps follow from, by athlete: drills that the newest answers allow at this
    moment, and plans, the newest first; only of those of whom the viewer may know of tightness.
    """

    drills: Mapping[str, tuple[Drill, ...]]
    plans: Mapping[str, Sequence[Course]]
    own: bool = False  # the athlete reads


def step(
    held: Context, one: Seen, told: Sequence[Flag], pattern: str | None, *, own: bool = False
) -> Step:
    """The one next step after these flags of an athlete; `own`: the athlete reads."""
    return _step(held, one, told, pattern, _own_way(held, one) if own else _ways(held, [one]))


def _step(held: Context, one: Seen, told: Sequence[Flag], pattern: str | None, ways: Ways) -> Step:
    tier = max((flag.tier for flag in told), default=0)
    to_physio = any(flag.to_physio for flag in told)
    allowed = ways.drills.get(one.athlete_id, ()) if tier == 2 else ()
    reader = flagview.actor(one.sight, own=ways.own)
    return nextstep.step(tier, to_physio, allowed, pattern, reader, plan(held, one, ways.plans))


def plan(held: Context, one: Seen, plans: Mapping[str, Sequence[Course]]) -> Step | None:
    """The plan that runs, or the end of the last one that a physio has to look at first."""
    courses = plans.get(one.athlete_id, ())
    running = next((course for course in courses if not course.ended), None)
    if running is None:
        return nextstep.LOOK_FIRST if any(course.for_physio for course in courses) else None
    today = people.local_today(held.settings, one.athlete.person.timezone, held.now())
    return nextstep.on_plan(running, today, plan_words.title(running))


def _ways(held: Context, some: Sequence[Seen]) -> Ways:
    """For staff: of those who share tightness with them."""
    ids = [one.athlete_id for one in some if one.sight.tightness]
    if not ids:
        return Ways({}, {})
    allowed = gate.drills_of(held.store, ids, held.now())
    drills = {id_: nextstep.known(found) for id_, found in allowed.items()}
    return Ways(drills, planrows.courses(held.store, ids))


def _own_way(held: Context, one: Seen) -> Ways:
    """For the athlete: drills only where the club lets them come without a coach; a plan is read
    in its own place.
    """
    if not one.sight.tightness:
        return Ways({}, {}, own=True)
    allowed = planning.proposed(held.store, one.athlete_id, held.now())
    return Ways({one.athlete_id: nextstep.known(allowed)}, {}, own=True)
