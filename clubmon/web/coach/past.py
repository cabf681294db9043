"""Any past morning as it looked then; nothing can be done on it."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from clubmon.club import availability, people
from clubmon.flag.replay import ReplayRefused
from clubmon.policy import Permission
from clubmon.web.coach import gridview, order, pastpage
from clubmon.web.frame.access import context, requires, viewer

bp = Blueprint("past", __name__)

DAY = timedelta(days=1)


@bp.get("/today/<day>")
@requires(Permission.SEE_SQUAD)
def show(day: str) -> str | Response:
    """A past morning, for the viewer of this moment; why not, where it cannot be shown."""
    held, who = context(), viewer()
    today, morning = people.local_today(held.settings, None, held.now()), _day(day)
    if morning == today:
        return redirect(url_for("today.show"))
    kept = gridview.kept(held.store, who.person_id)
    view = gridview.made(request.args, request.args.getlist("columns"), kept)
    page, refused = None, ""
    try:
        page = pastpage.build(held, who, morning, view)
    except ReplayRefused as why:
        refused = str(why)
    return render_template(
        "past.html", page=page, refused=refused, morning=morning, before=morning - DAY,
        after=morning + DAY, today=today, view=view, kept=True, columns=order.COLUMNS,
        states=availability.STATES, here=partial(url_for, "past.show", day=day), past=True,
        before_fold=5,
    )  # fmt: skip


def _day(text: str) -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        abort(404)
    return found if date(2000, 1, 1) < found < date(9000, 1, 1) else abort(404)
