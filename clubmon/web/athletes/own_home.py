"""An athlete's start page: the next thing to do, what was found and who knows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask import url_for

from clubmon import policy
from clubmon.arrival import asking, doubtful
from clubmon.club import links, people
from clubmon.flag import flagview, wording
from clubmon.flag.flagtypes import of_row
from clubmon.hamstring import checkins, clearances, referrals
from clubmon.hamstring.clearances import Clearance
from clubmon.message import mailkinds
from clubmon.policy import Permission, Role, Subject, Viewer
from clubmon.storage.store import Row
from clubmon.triage import triage
from clubmon.triage.answers import ASK_FROM
from clubmon.triage.questions import Urgency
from clubmon.web.coach import squad, talk
from clubmon.web.frame import views
from clubmon.web.frame.access import Context
from clubmon.web.frame.drawing import Drawing
from clubmon.web.frame.navigation import club_time
from clubmon.web.frame.sight import Seen
from clubmon.web.plans import plan_words
from clubmon.words.language import N_, _, ngettext

LOOK_BACK = timedelta(days=92)
MOST_FLAGS = 12
DID = {
    "seen": N_("has seen it"),
    "acted": N_("took it up"),
    "dismissed": N_("set it aside"),
    "snoozed": N_("put it off"),
}
OTHER_MAILS = {
    "invitation": N_("the invitation"),
    "login_link": N_("a link to sign in"),
    "login_link_printed": N_("word that a link to sign in was printed"),
    "tier3": N_("advice to have something looked at"),
}


@dataclass(frozen=True, slots=True)
class Step:
    """The one thing to do next; `url` '' where there is nothing to open."""

    title: str
    text: str
    url: str = ""
    label: str = ""
    urgency: Urgency | None = None  # of a referral that is open


@dataclass(frozen=True, slots=True)
class Raised:
    """A flag of the last three months, as it was raised, and who knows of it."""

    tier: int
    morning: date
    reasons: tuple[str, ...]
    known_to: tuple[str, ...]
    over: bool  # later data showed that it was not so


@dataclass(frozen=True, slots=True)
class Mailed:
    """A mail to the athlete: its kind in words, and when it was sent."""

    kind: str
    sent_at: datetime


def step(held: Context, who: Viewer, about: Subject, one: Seen, today: date) -> Step:
    """What waits first: consent, today's check-in, today's drills, files, sessions; or nothing."""
    found = (
        _agree(about, one),
        _look(held, one),
        _check_in(held, who, about, one),
        _drills(held, who, about, one, today),
        _file(held, one),
        _doubt(held, one),
    )
    nothing = Step(_("Nothing waits today"), _("No question, drill, file or session is open."))
    return next((waiting for waiting in found if waiting), nothing)


def _agree(about: Subject, one: Seen) -> Step | None:
    if about.consents:
        return None
    return Step(
        _("Say what may be stored"),
        _("Nothing is stored, asked or shown before there is a yes."),
        url_for("consent.signed_in", athlete_id=one.athlete_id),
        _("Read and answer"),
    )


def _look(held: Context, one: Seen) -> Step | None:
    """The advice that stood on the screen, in its words: nothing here is gentler than that."""
    found = referrals.open_one(held.store, one.athlete_id)
    if found is None:
        return None
    number = held.settings.emergency_number
    first, *more = triage.advice(found.urgency, number, strain=found.strain)
    still = _(
        "From the check-in of {known_at}; it counts until a physio decides.",
        known_at=club_time(found.known_at),
    )
    where = url_for("athlete.show", athlete_id=one.athlete_id)
    return Step(first, " ".join([*more, still]), where, _("What was found"), found.urgency)


def _check_in(held: Context, who: Viewer, about: Subject, one: Seen) -> Step | None:
    if not policy.may(who, Permission.ANSWER_PLAN, about):
        return None
    try:
        checkins.asked(held.store, held.settings, one.athlete_id, held.now())
    except checkins.CheckinRefused:
        return None
    token = links.token(held.settings, "checkin", one.athlete_id)
    if checkins.done_today(held.store, held.settings, one.athlete.person, held.now()):
        return _lists(held, one, url_for("checkin.show", token=token))
    return Step(
        _("Today’s check-in"), _("About twenty seconds: how your hamstrings feel.")
        if who.person_id == one.athlete_id
        else _("About twenty seconds: how the hamstrings feel."),
        url_for("checkin.show", token=token), _("Answer now"),
    )  # fmt: skip


def _lists(held: Context, one: Seen, url: str) -> Step | None:
    """What is left of today's check-in where it was broken off before the list of signs."""
    said = checkins.newest(held.store, [one.athlete_id]).get(one.athlete_id)
    today = people.local_today(held.settings, one.athlete.person.timezone, held.now())
    if said is None or said.local_date != today or said.refer_signs is not None:
        return None
    if (said.worst or 0) < ASK_FROM:
        return None
    return Step(
        _("Today’s check-in is not finished"),
        _("The signs that call for somebody to look at it were not answered; without them no "
          "drill is proposed."),
        url, _("Answer now"),
    )  # fmt: skip


def _drills(held: Context, who: Viewer, about: Subject, one: Seen, today: date) -> Step | None:
    may = policy.may(who, Permission.ANSWER_PLAN, about)
    shown = plan_words.section(held, one, today, own=may).today
    if shown is None or not shown.drills or shown.said:
        return None
    names = ", ".join(str(drill.name) for drill in shown.drills)
    where = url_for("athlete.show", athlete_id=one.athlete_id) + "#plans-heading"
    return Step(_("Today’s drills"), f"{names}. {shown.frequency}.", where, _("Open them"))


def _file(held: Context, one: Seen) -> Step | None:
    waiting = asking.waiting(held.store, one.athlete_id)
    if not waiting:
        return None
    said = ngettext(
        "One file does not count until then.", "{n} files do not count until then.", waiting
    )
    where = url_for("filequestions.show", athlete_id=one.athlete_id)
    return Step(_("A file needs a word from you"), said, where, _("Answer"))


def _doubt(held: Context, one: Seen) -> Step | None:
    waiting = doubtful.waiting(held.store, [one.athlete_id], held.now())
    if not waiting:
        return None
    said = ngettext("One session can hardly be true", "{n} sessions can hardly be true", waiting)
    where = url_for("doubtful.show", athlete_id=one.athlete_id)
    return Step(said, _("Keep, mend or drop: you decide."), where, _("Decide"))


def raised(held: Context, one: Seen, today: date, *, own: bool) -> list[Raised]:
    """The newest flags of the last three months, the newest first."""
    rows = held.store.rows(
        "SELECT f.* FROM app.flag AS f WHERE f.athlete_id = ? AND f.morning >= ? "
        "ORDER BY f.morning DESC, f.tier DESC, f.flag_id LIMIT ?",
        [one.athlete_id, today - LOOK_BACK, MOST_FLAGS],
    )
    rows = talk.visible(rows, {one.athlete_id: one.sight})
    taken = views.actions(held.store, [row["flag_id"] for row in rows])
    roles = roles_of_staff(held)
    return [_raised(row, taken.get(row["flag_id"], []), roles, one, own) for row in rows]


def _raised(row: Row, actions: list[Row], roles: dict[str, str], one: Seen, own: bool) -> Raised:
    flags = flagview.visible([of_row(row)], one.sight)
    return Raised(
        row["tier"],
        row["morning"],
        tuple(wording.together(flags, flagview.reader(one.sight, own=own))),
        tuple(_known_to(action, roles) for action in actions),
        row["superseded_at"] is not None,
    )


def _known_to(action: Row, roles: dict[str, str]) -> str:
    """Who, as what, did what and when; the notes of staff are in the download."""
    who = action["name"] or _("Someone who has left")
    role = roles.get(who, "")
    said = DID.get(action["action"], _("dealt with it"))
    named = f"{who} ({role})" if role else who
    at = club_time(action["known_at"])
    return _("{who} {did}, {time}", who=named, did=said, time=at)


def roles_of_staff(held: Context) -> dict[str, str]:
    """Coach, physio or both, by name."""
    rows = held.store.rows(
        "SELECT p.name, string_agg(DISTINCT r.role, ' and ' ORDER BY r.role) AS said "
        "FROM app.person AS p JOIN app.role AS r ON r.person_id = p.person_id "
        "WHERE r.role IN (?, ?) GROUP BY p.name",
        [Role.COACH.value, Role.PHYSIO.value],
    )
    return {row["name"]: row["said"] for row in rows}


def cleared(held: Context, one: Seen, today: date) -> Clearance | None:
    """The clearance of a known condition that counts on the athlete's day; None where none does."""
    newest = next(iter(clearances.history(held.store, one.athlete_id)), None)
    return newest if newest and newest.until and newest.until >= today else None


def mailed(held: Context, one: Seen, now: datetime) -> list[Mailed]:
    """Mails of the last three months that were sent to the athlete, newest first."""
    rows = held.store.rows(
        "SELECT kind, sent_at FROM app.message WHERE person_id = ? AND sent_at >= ? "
        "ORDER BY sent_at DESC LIMIT ?",
        [one.athlete_id, now - LOOK_BACK, MOST_FLAGS],
    )
    names = OTHER_MAILS | {kind: about.name for kind, about in mailkinds.ALL.items()}
    return [Mailed(names.get(row["kind"], _("a message")), row["sent_at"]) for row in rows]


def six_weeks(held: Context, one: Seen, today: date) -> Drawing | None:
    """Six weeks of running, or lifting, with tightness above; None without any figures."""
    last = views.figures_until(held.store)
    if last is None:
        return None
    week = squad.load(held.store, [one], last, today, main=True)
    known = any(row["state"] != "unknown" for days in week.daily.values() for row in days.values())
    return talk.spark(one, week, today) if known else None
