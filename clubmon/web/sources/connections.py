"""The admin's page of connections: how each is doing, and who may see what a source sends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from flask import Blueprint, abort, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from clubmon.club import connections, people
from clubmon.club.connections import Connected
from clubmon.policy import Permission
from clubmon.settings import Settings
from clubmon.sync import connecting, sources
from clubmon.sync.connecting import NotPermitted, Permit
from clubmon.web.frame.access import Context, context, requires, viewer
from clubmon.web.sources import source_words
from clubmon.words.language import N_, _

bp = Blueprint("connections", __name__)

NO_DATE = N_("Nothing was changed: say on which day it was permitted.")
SAID = {
    "club": N_("Recorded. Everything is fetched anew, for the athletes and the club’s staff."),
    "athlete_only": N_("Recorded. What the source sends has left every squad view."),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One connection in the table."""

    connection_id: str
    athlete: str
    title: str
    state: str
    last: str
    error: str
    stopped: bool


@bp.get("/admin/connections")
@requires(Permission.ADMINISTER)
def page() -> str:
    """Connections, budgets, and the record of permission per source. Changes nothing."""
    held = context()
    now = held.now()
    return render_template(
        "connections.html",
        lines=[_line(held, one) for one in connections.living(held.store)],
        sources=source_words.every(held.store, now),
        permits=connecting.permits(held.store),
        callback=lambda source: connecting.redirect_uri(held.settings, source),
        hook=lambda source: _hook(held.settings, source),
        hooked=sources.hooked,
        needs=sources.needs,
        setting_up=lambda source: sources.setting_up(source, _own(held.settings, source)),
        missing=lambda source: _missing(held.settings, source),
        today=people.local_today(held.settings, None, now),
    )


@bp.post("/admin/connections/<connection_id>/pull")
@requires(Permission.ADMINISTER)
def pull_again(connection_id: str) -> Response:
    """Have a connection fetched soon, whatever stopped it."""
    held = context()
    one = connections.get(held.store, connection_id)
    if one is None or not one.living:
        abort(404)
    connections.try_again(held.store, connection_id, held.now())
    by = viewer().person_id
    people.audit(held.store, by, "source_pulled_again", one.athlete_id, one.source, held.now())
    held.on_sources()
    flash(_("It is asked again now; reload this page in a moment."))
    return redirect("/admin/connections", 303)


@bp.post("/admin/sources/<source>/mode")
@requires(Permission.ADMINISTER)
def set_mode(source: str) -> Response:
    """Record who permitted that the club sees a source, or close it again."""
    held, by, mode = context(), viewer().person_id, request.form.get("mode", "")
    connector = sources.get(source)
    if connector is None or mode not in SAID:
        abort(400, _("Nothing was changed: no such source or choice."))
    try:
        if mode == "club":
            connecting.open_to_club(held.store, connector, _permit(), by, held.now())
        else:
            connecting.close_to_club(held.store, connector, by, held.now())
    except NotPermitted as error:
        abort(400, str(error))
    held.on_sources()
    held.on_decision()
    flash(str(SAID[mode]))
    return redirect("/admin/connections", 303)


def _own(settings: Settings, source: str) -> dict[str, str]:
    """What steps of setting up say of this club."""
    return {
        "host": urlsplit(settings.base_url).hostname or "",
        "callback": connecting.redirect_uri(settings, source),
        "hook": _hook(settings, source),
        "settings": str(settings.data.absolute() / "clubmon.toml"),
    }


def _missing(settings: Settings, source: str) -> str:
    connector = sources.get(source)
    return connecting.missing(settings, connector) if connector else ""


def _hook(settings: Settings, source: str) -> str:
    return f"{settings.base_url}/hooks/{source}"


def _permit() -> Permit:
    try:
        day = date.fromisoformat(request.form.get("permitted_on", ""))
    except ValueError as error:
        raise NotPermitted(NO_DATE) from error
    return Permit(request.form.get("permitted_by", ""), day, request.form.get("reference", ""))


def _line(held: Context, one: Connected) -> Line:
    who = people.person(held.store, one.athlete_id)
    return Line(
        one.connection_id,
        who.name if who else str(people.GONE),
        sources.about(one.source).title,
        source_words.state(one, held.now()),
        source_words.last_success(one, held.now()),
        one.last_error or "",
        one.state == "needs_attention",
    )
