"""An athlete's sources: connected by saying yes at the source, and disconnected for good.

The way to the source is a plain link with a signed state; nothing is changed before the athlete,
back here, has read who will see the data and pressed the button.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, abort, flash, redirect, render_template, request, session
from werkzeug.wrappers import Response

from clubmon import policy
from clubmon.club import connections, consenting, people
from clubmon.club.connections import Connected, NotConnected
from clubmon.policy import Consent, Permission
from clubmon.sdk import ConnectorError, OAuthConnector
from clubmon.sync import connecting, leaving, sources
from clubmon.web.frame.access import SESSION, Context, context, requires, subject, viewer
from clubmon.web.sources import source_words
from clubmon.web.sources.source_words import Source
from clubmon.words.language import N_, _

bp = Blueprint("connect", __name__)

SAID_NO = N_("Nothing was connected: the source says that the answer was no.")
GONE = N_("{title} is disconnected. What was fetched from it is deleted.")


@dataclass(frozen=True, slots=True)
class Offered:
    """One source on the athlete's page. `way_in` is the source's own page, '' where there is none;
    `closed` says why."""

    about: Source
    connected: Connected | None
    state: str
    last: str
    way_in: str
    closed: str


@bp.get("/athlete/<athlete_id>/sources")
@requires(Permission.GIVE_CONSENT)
def show(athlete_id: str) -> str:
    """Every source, connected or not. Changes nothing."""
    held = context()
    person = people.person(held.store, athlete_id) or abort(404)
    mine = connections.of_athlete(held.store, athlete_id)
    return render_template(
        "sources.html",
        person=person,
        own=viewer().person_id == athlete_id,
        agreed=Consent.LOAD in subject().consents,
        offered=[
            _offered(held, one, athlete_id, mine.get(one.source))
            for one in source_words.every(held.store, held.now())
        ],
    )


@bp.get("/connect/<source>")
@requires(Permission.SIGNED_IN)
def back(source: str) -> str:
    """Where the source sends the athlete: what will happen, and one button. Changes nothing."""
    held = context()
    connector = sources.connectable(source) or abort(400, _unknown())
    athlete_id = _whose(request.args.get("state", ""), source)
    person = people.person(held.store, athlete_id) or abort(404)
    return render_template(
        "connect.html",
        person=person,
        own=viewer().person_id == athlete_id,
        about=source_words.source(held.store, connector, held.now()),
        answer=dict(request.args),
        refused=SAID_NO if "error" in request.args else "",
    )


@bp.post("/connect/<source>")
@requires(Permission.SIGNED_IN)
def finish(source: str) -> Response:
    """Turn the source's answer into a connection."""
    held = context()
    connector = sources.connectable(source) or abort(400, _unknown())
    athlete_id = _whose(request.form.get("state", ""), source)
    answer = {name: value for name, value in request.form.items() if name != "csrf_token"}
    by, title = viewer().person_id, sources.about(source).title
    try:
        connecting.finish(held.store, held.settings, connector, athlete_id, answer, by, held.now())
    except (NotConnected, ConnectorError) as error:
        flash(str(error), "error")
    else:
        flash(
            _("{title} is connected. The first fetch begins now and can take a while.", title=title)
        )
        held.on_sources()
    return redirect(f"/athlete/{athlete_id}/sources", 303)


@bp.post("/athlete/<athlete_id>/sources/<source>/disconnect")
@requires(Permission.GIVE_CONSENT)
def disconnect(athlete_id: str, source: str) -> Response:
    """End a connection and delete what it fetched."""
    held = context()
    one = connections.of_athlete(held.store, athlete_id).get(source)
    if one is not None:
        leaving.end(held.store, one, viewer().person_id, held.now())
        held.on_sources()  # gives the credentials back
        held.on_decision()
        flash(GONE.format(title=sources.about(source).title))
    return redirect(f"/athlete/{athlete_id}/sources", 303)


def _offered(held: Context, about: Source, athlete_id: str, one: Connected | None) -> Offered:
    state = source_words.state(one, held.now()) if one else ""
    last = source_words.last_success(one, held.now()) if one else ""
    connector = sources.connectable(about.source)
    if connector is None:
        return Offered(about, one, state, last, "", _("It cannot be connected from a page."))
    way_in, closed = _way_in(held, connector, athlete_id)
    return Offered(about, one, state, last, way_in, closed)


def _way_in(held: Context, connector: OAuthConnector, athlete_id: str) -> tuple[str, str]:
    try:
        found = connecting.way_in(
            held.settings, connector, athlete_id, str(session.get(SESSION, ""))
        )
    except ConnectorError:
        return "", _("Your club has not set this up yet; ask its admin.")
    return found, ""


def _whose(state: str, source: str) -> str:
    """The athlete that the answer is about, for whom the viewer may decide; 400 or 404."""
    held = context()
    try:
        athlete_id = connecting.came_back(
            held.settings, source, state, str(session.get(SESSION, ""))
        )
    except NotConnected as error:
        abort(400, str(error))
    about = consenting.subject(held.store, held.settings, athlete_id, held.now())
    if about is None or not policy.may(viewer(), Permission.GIVE_CONSENT, about):
        abort(404)
    if Consent.LOAD not in about.consents:
        abort(400, _("Nothing was connected: agree to training data being stored first."))
    return athlete_id


def _unknown() -> str:
    return _("Nothing was connected: no such source is installed here.")
