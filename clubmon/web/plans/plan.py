"""One day's buttons of a plan: done, not today, it got worse. From a signed link or signed in.

GET shows the buttons and changes nothing: mail scanners open links. Only a POST acts, and the
same answer twice is one answer. "It got worse" ends the plan and opens the two lists at once.
"""

from __future__ import annotations

from datetime import date
from typing import NoReturn

from flask import (
    Blueprint,
    Response,
    abort,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from uuid6 import uuid7
from werkzeug.wrappers import Response as Answered

from clubmon.club import links
from clubmon.club.links import LinkInvalid
from clubmon.drill import planrows
from clubmon.drill.drills import SAFETY_NOTE
from clubmon.drill.plans import Course
from clubmon.hamstring import planday, planning
from clubmon.hamstring.planning import PlanRefused, Tap
from clubmon.policy import Permission
from clubmon.triage.questions import sign_list
from clubmon.web.checkins import checkin_form
from clubmon.web.frame import reader
from clubmon.web.frame.access import Context, context, requires, viewer
from clubmon.web.plans import plan_words
from clubmon.words.language import _

bp = Blueprint("plan", __name__)
own = Blueprint("own_plan", __name__)


@bp.get("/plan/<token>")
@requires(Permission.SIGNED_LINK)
def show(token: str) -> str:
    """The buttons of one day. Changes nothing."""
    held, (athlete_id, plan_id, day) = context(), _read(token)
    return _buttons(held, _course(held, athlete_id, plan_id), day)


@bp.post("/plan/<token>")
@requires(Permission.SIGNED_LINK)
def answer(token: str) -> str | Response:
    """Record the answer and show what it was; "it got worse" shows the two lists."""
    held, (athlete_id, plan_id, day) = context(), _read(token)
    course = _course(held, athlete_id, plan_id)
    try:
        said = _said(course)
        course = planning.tap(
            held.store, held.settings, plan_id, day, said, planrows.SERVICE, held.now()
        )
    except PlanRefused as refused:
        page = render_template("plan/refused.html", sentence=str(refused))
        return make_response(page, 409)
    if said.answer == "worse":
        return lists(held, athlete_id)
    return _buttons(held, course, day, answered=True)


@own.post("/athlete/<athlete_id>/plan/<plan_id>")
@requires(Permission.ANSWER_PLAN)
def tapped(athlete_id: str, plan_id: str) -> Answered | str:
    """The same buttons on the athlete's own page, for today."""
    held = context()
    course = _course(held, athlete_id, plan_id)
    day = planning.local_day(held.store, held.settings, athlete_id, held.now())
    by = viewer().person_id
    try:
        said = _said(course)
        planning.tap(held.store, held.settings, plan_id, day, said, by, held.now())
    except PlanRefused as refused:
        flash(str(refused), "error")
        return redirect(url_for("athlete.show", athlete_id=athlete_id), 303)
    if said.answer == "worse":
        return lists(held, athlete_id)
    flash(plan_words.ANSWERED[said.answer])
    return redirect(url_for("athlete.show", athlete_id=athlete_id), 303)


def lists(held: Context, athlete_id: str) -> str:
    """The check-in's two lists, as its second step: its own answer is decided and told there."""
    age = plan_words.age(held, athlete_id)
    questions = [sign_list("refer", age), sign_list("strain", age)]
    return render_template(
        "plan/worse.html",
        action=url_for("checkin.answer", token=links.token(held.settings, "checkin", athlete_id)),
        questions=[(checkin_form.field(q), q, frozenset[str]()) for q in questions],
        form=str(uuid7()),
        ticked=request.form,
        emergency_number=held.settings.emergency_number,
    )


def _buttons(held: Context, course: Course, day: date, *, answered: bool = False) -> str:
    now = held.now()
    shown = plan_words.for_athlete(held, course, day)
    today = planning.local_day(held.store, held.settings, course.plan.athlete_id, now)
    return render_template(
        "plan/day.html",
        plan=shown,
        day=day,
        past=day < today,
        closed=_closed(course, day, today),
        answered=answered,
        safety_note=SAFETY_NOTE,
        emergency_number=held.settings.emergency_number,
    )


def _closed(course: Course, day: date, today: date) -> str | None:
    """Why "done" and "not today" are not offered; None: they are."""
    if course.ended:
        return planning.ENDED
    return None if today - planning.ANSWERABLE <= day <= today else planning.OTHER_DAY


def _said(course: Course) -> Tap:
    """What the form says; raises PlanRefused."""
    form = request.form
    clean = {"yes": True, "no": False}.get(form.get("clean", ""))
    asked = planday.holds(course) is not None
    chosen, _dot, times = form.get("answer", "").partition(".")
    if chosen == "done":
        count = int(times) if times in ("1", "2", "3", "4", "5", "6") else 1
        return Tap("done", count, clean if asked else None)
    if chosen == "not_today":
        return Tap("not_today")
    if chosen == "worse":
        return Tap("worse")
    raise PlanRefused(_("Nothing was recorded: use one of the buttons on the page."))


def _course(held: Context, athlete_id: str, plan_id: str) -> Course:
    """The athlete's plan of that id; what is another's is nobody's."""
    found = planrows.courses(held.store, [athlete_id]).get(athlete_id, [])
    return next((one for one in found if one.plan.plan_id == plan_id), None) or _missing()


def _missing() -> NoReturn:
    abort(404)


def _read(token: str) -> tuple[str, str, date]:
    """Whose, which plan, which day: as it was signed, so that none can be changed alone."""
    link = links.read(context().settings, "plan", token)
    reader.answer_to(link.person_id)
    plan_id, day = link.extra.get("plan"), link.extra.get("day")
    if not isinstance(plan_id, str) or not isinstance(day, str):
        raise LinkInvalid
    return link.person_id, plan_id, date.fromisoformat(day)
