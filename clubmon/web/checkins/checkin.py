"""The check-in: from a signed link, without signing in, on a phone.

GET shows the form and changes nothing. POST answers one step and shows the next, or the
result. What an athlete has to read at once stands on that page whatever else fails.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from flask import Blueprint, Response, make_response, render_template, request
from uuid6 import uuid7

from clubmon.club import contacts, links
from clubmon.club.people import local_today
from clubmon.drill import planrows, planwords
from clubmon.drill.drills import SAFETY_NOTE
from clubmon.drill.plans import Course
from clubmon.flag import flagging, nextstep
from clubmon.hamstring import checkins, planday, planning, referrals
from clubmon.hamstring.checkins import CheckinRefused, Saved
from clubmon.message import tier3
from clubmon.policy import Permission
from clubmon.triage import triage
from clubmon.triage.questions import QUESTIONS, Origin
from clubmon.triage.triage import Question
from clubmon.web.checkins import checkin_form, checkin_page
from clubmon.web.checkins.checkin_form import Form, FormError
from clubmon.web.checkins.checkin_page import Opened
from clubmon.web.frame import reader
from clubmon.web.frame.access import Context, context, requires
from clubmon.words.language import N_, named
from clubmon.words.sentences import retold

log = logging.getLogger(__name__)

# Exempt from form tokens, see create_app: the signed token in the path, which no other site
# knows, is what lets the form in, and no cookie adds anything to it. So nothing rides on a
# browser's session, and a mail program's browser without cookies can answer.
bp = Blueprint("checkin", __name__)

HEADINGS = {
    "talk": N_("Worth a conversation"),
    "physio": N_("Talk to your physio"),
    "after_eccentric": N_("Pattern to discuss: after eccentric work"),
    "neural": N_("Pattern to discuss: neural"),
    "pelvic_control": N_("Pattern to discuss: pelvic control"),
    "synergist": N_("Pattern to discuss: synergist muscles"),
    "movement": N_("Pattern to discuss: movement"),
    "mixed": N_("Worth a conversation"),
}

ORIGINS: dict[Origin, str] = {
    "article": N_("This follows the article that our drill pages name."),
    "guideline": N_("This follows public guidance."),
    "ours": N_("This rule is ours."),
}


@bp.errorhandler(CheckinRefused)
def refused(error: CheckinRefused) -> Response:
    """One sentence, without any question."""
    return make_response(render_template("checkin/refused.html", sentence=str(error)), 403)


@bp.get("/checkin/<token>")
@requires(Permission.SIGNED_LINK)
def show(token: str) -> str:
    """The form. Changes nothing: mail scanners open links."""
    return checkin_page.render(_open(token), {"form": str(uuid7())})


@bp.post("/checkin/<token>")
@requires(Permission.SIGNED_LINK)
def answer(token: str) -> str | Response:
    """The next step, or what was decided; a form with a mistake comes back with a sentence."""
    opened = _open(token)
    left_out: str | None = None
    try:
        form = checkin_form.read(request.form)
    except FormError as error:
        left_out, form = retold(str(error)), checkin_form.signs_alone(request.form)
        if not _urgent(opened, form).tier3:
            page = checkin_page.render(opened, request.form.to_dict(), left_out)
            return make_response(page, 400)
    try:
        answered = _advance(opened, form)
    except CheckinRefused:
        raise
    except Exception as error:
        decision = _urgent(opened, form)
        if not decision.tier3:
            raise
        log.error("A check-in that refers could not be stored (%s).", type(error).__name__)
        return _result(opened, form, Saved(None, decision), failed=True)
    if isinstance(answered, str):
        return answered
    return _result(opened, form, answered, left_out=left_out)


def _urgent(opened: Opened, form: Form) -> triage.Decision:
    """What the signs alone decide, without reading anything that is stored."""
    return triage.decide(form.answers, (), _context(opened))


def _context(opened: Opened) -> triage.Context:
    who = opened.who
    age = checkins.age_on(who.athlete.person, who.today)
    return triage.Context(opened.held.now(), who.today, age)


def _advance(opened: Opened, form: Form) -> str | Saved:
    """The page of the next step, or what was saved."""
    held, now = opened.held, opened.held.now()
    sessions, known = checkins.inputs(held.store, held.settings, opened.who, now)
    asked = triage.questions_for(form.answers, sessions, known)
    if not asked or form.skip:
        return _save(opened, form, now)
    if form.is_first:
        _save_scores(opened, form, now)
    suggested = {
        question.id: triage.suggested(question, form.answers, sessions, known) for question in asked
    }
    return _step(opened, form, asked, suggested)


def _save_scores(opened: Opened, form: Form, now: datetime) -> None:
    """A score counts even if the questions are never answered.

    A moment earlier, so that the whole answer is the newer one whatever the clock's
    resolution. A fault must not keep the lists from the screen: the whole answer raises it.
    """
    try:
        _save(opened, form, now - timedelta(microseconds=1))
    except CheckinRefused:
        raise
    except Exception as error:
        log.error("The scores of a check-in could not be stored (%s).", type(error).__name__)


def _open(token: str) -> Opened:
    held = context()
    link = links.read(held.settings, "checkin", token)
    reader.answer_to(link.person_id)
    return Opened(held, checkins.asked(held.store, held.settings, link.person_id, held.now()))


def _save(opened: Opened, form: Form, now: datetime) -> Saved:
    held = opened.held
    return checkins.save(
        held.store,
        held.settings,
        opened.athlete_id,
        form.answers,
        now,
        training=form.training,
        more=form.more,
        key=form.key or None,
    )


def _step(
    opened: Opened,
    form: Form,
    asked: tuple[Question, ...],
    suggested: dict[str, frozenset[str]],
) -> str:
    again = checkin_form.unanswered(form, asked)
    return render_template(
        "checkin/questions.html",
        questions=[(checkin_form.field(q), q, suggested[q.id]) for q in asked],
        number=len(form.answers.given) + 1,
        most=len(QUESTIONS),
        shown=" ".join(question.id for question in asked),
        carried=checkin_form.carried(request.form, asked),
        ticked=request.form,
        error=checkin_form.STEP_UNANSWERED if again else None,
        unsent=opened.unsent,
        emergency_number=opened.held.settings.emergency_number,
    )


def _result(
    opened: Opened,
    form: Form,
    saved: Saved,
    *,
    failed: bool = False,
    left_out: str | None = None,
) -> Response:
    """What was decided. `failed`: not stored; `left_out`: what of the form could not be read."""
    held, decision = opened.held, saved.decision
    told = saved.referral_id is not None and _tell(held, saved.referral_id)
    number = held.settings.emergency_number
    strain = bool(form.answers.strain)
    athlete_id = opened.athlete_id
    still = None if decision.tier3 else referrals.open_one(held.store, athlete_id)
    due = None if decision.tier3 or failed else _due(opened)
    proposed = _proposed(opened, decision)  # after a plan that these answers close has ended
    ended = None if decision.tier3 or failed else _ended(opened)
    asked = () if failed else triage.could_raise(form.answers, _context(opened))
    page = render_template(
        "checkin/result.html",
        name=opened.first_name,
        decision=decision,
        heading=HEADINGS.get(decision.pattern or ""),
        origin=ORIGINS[decision.origin],
        advice=triage.advice(decision.urgency, number, strain=strain) if decision.urgency else (),
        told=told,
        failed=failed,
        left_out=left_out,
        still=still,
        still_advice=triage.advice(still.urgency, number, strain=still.strain) if still else (),
        questions=[(checkin_form.field(q), q, frozenset[str]()) for q in asked],
        shown=" ".join(question.id for question in asked),
        carried=checkin_form.carried(request.form, asked),
        ticked=request.form,
        unsent=opened.unsent,
        contact=_contact(opened),
        stored=opened.who.stored,
        drills=() if still else nextstep.known(proposed),
        held_back=bool(decision.drill_ids) and not still and not proposed and not due,
        due=due if due and due.drills and not still else None,
        plan_ended=planwords.outcome(ended) if ended else None,
        due_path=planday.tap_path(held.settings, athlete_id, due.plan_id, due.day) if due else "",
        zone=opened.who.zone,
        safety_note=SAFETY_NOTE,
        emergency_number=number,
    )
    response = make_response(page)
    response.call_on_close(lambda: _after(held, told=told))  # the answer is on the screen first
    return response


def _proposed(opened: Opened, decision: triage.Decision) -> tuple[str, ...]:
    """What the answers lead to, where that may reach the athlete without a coach."""
    if not decision.drill_ids or not planning.reaches(opened.held.store, opened.who.athlete):
        return ()
    return decision.drill_ids


def _ended(opened: Opened) -> Course | None:
    """The plan that these answers ended, if they did."""
    held, athlete_id = opened.held, opened.athlete_id
    found = planrows.courses(held.store, [athlete_id]).get(athlete_id, [])[:1]
    today = opened.who.today
    return next((one for one in found if one.ended and one.ended.day == today), None)


def _due(opened: Opened) -> planday.Due | None:
    """What is to be done of a plan today; one begins here where the club lets it begin alone.

    A re-check is closed at once, so that the plan stands here as the answer leaves it.
    """
    held, who = opened.held, opened.who
    if not who.stored:
        return None
    athlete_id, now = who.athlete.person.person_id, held.now()
    planning.settle(held.store, held.settings, athlete_id, now)
    planning.propose(held.store, held.settings, athlete_id, now)
    return planday.due_today(held.store, athlete_id, who.today, now)


def _after(held: Context, *, told: bool) -> None:
    """Have the mail sent, and put what was answered on this morning's list."""
    if told:
        held.on_mail()
    now = held.now()
    try:
        flagging.flag(held.store, held.settings, local_today(held.settings, None, now), now)
    except Exception as error:  # the nightly run raises it then
        log.error("Flags after a check-in could not be raised (%s).", type(error).__name__)


def _tell(held: Context, referral_id: str) -> bool:
    """Write the messages; a fault there must not keep the advice from the screen."""
    try:
        written = tier3.tell(held.store, held.settings, referral_id, held.now())
        return written > 0 or referrals.is_open(held.store, referral_id)
    except Exception as error:
        log.error("The messages of a referral could not be written (%s).", type(error).__name__)
        return False


def _contact(opened: Opened) -> str | None:
    """Whom to call; a fault here must not keep the advice from the screen either."""
    try:
        found = contacts.first(opened.held.store, opened.who.athlete)
    except Exception as error:
        log.error("The medical contacts could not be read (%s).", type(error).__name__)
        return None
    return named(person.name for person in found) if found else None
