"""Signing in by a mailed link: opening it shows one button, pressing that signs in once."""

from __future__ import annotations

import contextlib
import logging
from datetime import datetime

from flask import Blueprint, make_response, redirect, render_template, request, session
from werkzeug.wrappers import Response

from clubmon.club import people, signin
from clubmon.club.signin import LinkState
from clubmon.message import notify
from clubmon.policy import Permission
from clubmon.web.frame import errors
from clubmon.web.frame.access import SESSION, Context, context, maybe_viewer, requires
from clubmon.words.language import N_

bp = Blueprint("signin", __name__)
log = logging.getLogger(__name__)

OVER = {
    LinkState.USED: (410, N_("This sign-in link was used already; ask for a new one.")),
    LinkState.EXPIRED: (410, N_("This sign-in link has run out; ask for a new one.")),
    LinkState.UNKNOWN: (
        404,
        N_("This sign-in link is not complete; copy all of it or ask for a new one."),
    ),
}


@bp.get("/signin")
@requires(Permission.PUBLIC)
def form() -> Response | str:
    """The form for an address, or how to begin where the club has nobody yet."""
    if maybe_viewer():
        return redirect("/")
    empty = context().store.row("SELECT 1 AS one FROM app.person LIMIT 1") is None
    return render_template("signin/form.html", empty=empty)


@bp.post("/signin")
@requires(Permission.PUBLIC)
def ask() -> Response:
    """The same answer for every address, in the same time: the link is made after it was sent."""
    held, email, now = context(), request.form.get("email", ""), context().now()
    response = make_response(render_template("signin/asked.html", minutes=_minutes()))
    response.call_on_close(lambda: mail_link(held, email, now))
    return response


@bp.get("/signin/<token>")
@requires(Permission.PUBLIC)
def confirm(token: str) -> Response | str:
    """One button. Changes nothing: mail scanners open links."""
    found = signin.state(context().store, token, context().now())
    return render_template("signin/confirm.html") if found is LinkState.OPEN else _over(found)


@bp.post("/signin/<token>")
@requires(Permission.PUBLIC)
def enter(token: str) -> Response:
    """Sign in, the first time and in time."""
    held = context()
    person_id = signin.redeem(held.store, token, held.now())
    if person_id is None or people.person(held.store, person_id) is None:
        return _over(signin.state(held.store, token, held.now()))
    session.clear()  # nothing from before the sign-in stays
    session[SESSION] = signin.begin(held.store, person_id, held.now())
    session.permanent = True
    return redirect("/", 303)


@bp.post("/signout")
@requires(Permission.SIGNED_IN)
def leave() -> Response:
    """Sign out in this browser, and in every copy of its cookie."""
    signin.end(context().store, session[SESSION])
    session.clear()
    return redirect("/signin", 303)


def mail_link(held: Context, email: str, now: datetime) -> None:
    """Mail a link if the address is known and has not had too many within the hour."""
    try:
        with contextlib.suppress(signin.TooManyLinks):
            _mail_link(held, email, now)
    except Exception as error:  # the answer is sent; a message could repeat the address
        log.error("A sign-in link could not be mailed: %s.", type(error).__name__)


def _mail_link(held: Context, email: str, now: datetime) -> None:
    person = people.by_email(held.store, email)
    if person is None:
        return
    url = signin.issue(
        held.store, held.settings, person.person_id, now, limit=signin.LIMIT_PER_HOUR
    )
    notify.login_link(held.store, held.settings, person, url, now)
    held.on_mail()


def _over(found: LinkState) -> Response:
    code, sentence = OVER.get(found, OVER[LinkState.USED])
    return errors.page(code, sentence)


def _minutes() -> int:
    return int(signin.LIFETIME.total_seconds() // 60)
