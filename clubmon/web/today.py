"""The coach's start page: shows the morning, takes what is done about a flag."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from clubmon import availability, doubtful, rates
from clubmon.drills import SAFETY_NOTE
from clubmon.policy import Permission
from clubmon.web import answered, gridview, handling, morning, order, shell, sight, wholepage
from clubmon.web.access import context, flag_owner, requires, viewer
from clubmon.web.doubtful import names

bp = Blueprint("today", __name__)
shell.register(bp)

BEFORE_FOLD = 5


@bp.get("/today")
@requires(Permission.SEE_SQUAD)
def show() -> Response:
    """The page; the address can order and filter the grid otherwise than the viewer keeps it."""
    return wholepage.page(_page)


def _page() -> str:
    held, who = context(), viewer()
    kept = gridview.kept(held.store, who.person_id)
    view = gridview.made(request.args, request.args.getlist("columns"), kept)
    squad = sight.squad(held.store, held.settings, who, held.now())
    page = morning.build(held, squad, view)
    return render_template(
        "today.html", page=page, view=view, here=partial(url_for, "today.show"), kept=view == kept,
        before_fold=BEFORE_FOLD,
        columns=order.COLUMNS, states=availability.STATES, yesterday=page.today - timedelta(days=1),
        reasons_to_dismiss=handling.REASONS, safety_note=SAFETY_NOTE,
        back=(page.today + timedelta(days=1), handling.last_snooze(page.today)),
        quiet=answered.quiet_of(held, squad), quiet_after=rates.QUIET_AFTER.days,
        now=held.now(), doubted=doubtful.waiting(held.store, names(squad), held.now()),
    )  # fmt: skip


@bp.post("/today/view")
@requires(Permission.SEE_SQUAD)
def keep_view() -> Response:
    """Keep the grid's order, filters and columns for this viewer; `reset`: as at the start."""
    held, who = context(), viewer()
    view = gridview.View()
    if "reset" not in request.form:
        kept = gridview.kept(held.store, who.person_id)
        view = gridview.made(request.form, request.form.getlist("columns"), kept)
    gridview.keep(held.store, who.person_id, view, held.now())
    return redirect(url_for("today.show") + "#squad-heading", 303)


@bp.post("/flags/<flag_id>/handle")
@requires(Permission.HANDLE_FLAG, athlete="flag_id", find=flag_owner)
def handle(flag_id: str) -> Response:
    """Mark a flag, and those shown with it: seen, talked about, dismissed, put off."""
    flag_ids = [flag_id, *request.form.getlist("also")]
    asked = handling.Asked(
        request.form.get("action", ""),
        request.form.get("reason", ""),
        request.form.get("note", "").strip(),
        request.form.get("until", ""),
    )
    try:
        said = handling.handle(context(), viewer(), flag_ids, asked)
    except handling.HandlingRefused as refused:
        said = str(refused)
    flash(said)
    return redirect(url_for("today.show"), 303)
