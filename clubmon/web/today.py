"""The coach's start page: shows the morning, takes what is done about a flag."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from clubmon import doubtful, rates
from clubmon.drills import SAFETY_NOTE
from clubmon.policy import Permission
from clubmon.web import answered, handling, morning, order, shell
from clubmon.web.access import context, flag_owner, requires, viewer
from clubmon.web.doubtful import squad_names

bp = Blueprint("today", __name__)
shell.register(bp)

BEFORE_FOLD = 5
COLUMNS = (
    ("km", "7 days, km"),
    ("change", "Against usual"),
    ("longest", "Longest ÷ 30 d"),
    ("ascent", "Ascent, m"),
    ("tonnage", "Lifted, t"),
    ("srpe", "sRPE, AU"),
    ("left", "Tight left"),
    ("right", "Tight right"),
    ("answers", "Check-ins"),
    ("days", "Days"),
)


@bp.get("/today")
@requires(Permission.SEE_SQUAD)
def show() -> str:
    """The page, sorted by ?sort= and narrowed to ?team=."""
    sort, team = request.args.get("sort", order.BY_NEED), request.args.get("team", "")
    held = context()
    page = morning.build(held, viewer(), sort, team)
    return render_template(
        "today.html", page=page, sort=sort, team=team, before_fold=BEFORE_FOLD,
        columns=COLUMNS, reasons_to_dismiss=handling.REASONS, safety_note=SAFETY_NOTE,
        quiet=answered.quiet_of(held, viewer(), team), quiet_after=rates.QUIET_AFTER.days,
        now=held.now(), doubted=doubtful.waiting(held.store, squad_names(), held.now()),
    )  # fmt: skip


@bp.post("/flags/<flag_id>/handle")
@requires(Permission.HANDLE_FLAG, athlete="flag_id", find=flag_owner)
def handle(flag_id: str) -> Response:
    """Mark a flag, and those shown with it, as seen, talked about or dismissed."""
    flag_ids = [flag_id, *request.form.getlist("also")]
    action, reason = request.form.get("action", ""), request.form.get("reason", "")
    note = request.form.get("note", "").strip()
    try:
        said = handling.handle(context(), viewer(), flag_ids, action, reason, note)
    except handling.HandlingRefused as refused:
        said = str(refused)
    flash(said)
    return redirect(url_for("today.show"), 303)
