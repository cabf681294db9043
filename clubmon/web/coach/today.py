"""The coach's start page: shows the morning, takes what is done about a flag."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import TypeVar

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from clubmon.club import availability
from clubmon.drill.drills import SAFETY_NOTE
from clubmon.hamstring import rates
from clubmon.policy import Permission
from clubmon.web.checkins import answered
from clubmon.web.coach import club as clubs
from clubmon.web.coach import gridview, handling, morning, order
from clubmon.web.coach.club import Club
from clubmon.web.coach.gridview import View
from clubmon.web.frame import shell, wholepage
from clubmon.web.frame.access import at_desk, context, flag_owner, requires, viewer
from clubmon.web.frame.sight import Seen
from clubmon.words import language, units

bp = Blueprint("today", __name__)
shell.register(bp)

T = TypeVar("T")
BEFORE_FOLD = 5


@bp.get("/today")
@requires(Permission.SEE_SQUAD)
def show() -> Response:
    """The page; the address can order and filter the grid otherwise than the viewer keeps it."""
    held, who = context(), viewer()
    club, kept = clubs.of(held, who), gridview.of(at_desk().grids.get(who.person_id))
    shown = (language.current(), units.distance(), units.weight())
    made_of = (club.key, frozenset(who.roles.items()), who.guardian_of, kept, shown)
    return wholepage.page(partial(_page, club, kept), made_of)


def _page(club: Club, kept: View) -> str:
    held, who = context(), viewer()
    view = gridview.made(request.args, request.args.getlist("columns"), kept)
    with club.telling.lock:  # one of several coaches makes what the others share
        squad = clubs.seen(club, who)
        page = morning.build(held, club, squad, view)
        return render_template(
            "today.html", page=page, view=view, here=partial(url_for, "today.show"),
            kept=view == kept, once=partial(_once, club),
            before_fold=BEFORE_FOLD,
            columns=order.COLUMNS, states=availability.STATES,
            yesterday=page.today - timedelta(days=1),
            reasons_to_dismiss=handling.REASONS, safety_note=SAFETY_NOTE,
            back=(page.today + timedelta(days=1), handling.last_snooze(page.today)),
            quiet=answered.quiet_of(club.record.asked, squad, page.today),
            quiet_after=rates.QUIET_AFTER.days,
            now=held.now(), doubted=clubs.doubted(club, squad),
        )  # fmt: skip


def _once(club: Club, what: str, seen: Seen, macro: Callable[[T], str], of: T, *more: str) -> str:
    """A part of the page about one athlete, the same for all who may see the same of them.

    `more`: all else that the macro's words depend on. Never with a session's own token in it.
    """
    if not wholepage.is_marked():
        return macro(of)
    return club.once((what, seen.athlete_id, seen.sight, more), partial(macro, of))


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
        flash(handling.handle(context(), viewer(), flag_ids, asked))
    except handling.HandlingRefused as refused:
        flash(str(refused), "error")
    return redirect(url_for("today.show"), 303)
