"""A whole page, remembered per viewer and address until anything is written or a day begins.

What is kept holds a mark where a form has the token of a session: each session gets its own in
place of it. A page that has something to say once (a flashed message) is not kept. Who is asking
was let through before, by the roles of this moment.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from flask import g, make_response, request, session
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response

from clubmon.store import Store
from clubmon.triage import FRESH
from clubmon.web import compressed
from clubmon.web.access import context, viewer
from clubmon.web.remembered import Made

MARK = secrets.token_urlsafe(32)  # stands for the session's token; nobody can know it
QUARTER = timedelta(minutes=15)  # days begin on one in every zone


def page(render: Callable[[], str]) -> Response:
    """The page that `render` makes of the store, the clock, the viewer and the address alone."""
    if session.get("_flashes"):
        return make_response(render())
    key = (viewer().person_id, request.full_path)
    if not compressed.wanted():
        return make_response(_with_token(_made(key, render).value))
    response = make_response(_packed(key, render))
    response.mimetype = "text/html"
    return compressed.encoded(response, "gzip")


def true_until(store: Store, now: datetime) -> datetime:
    """When a page of this moment may change though nothing is written.

    Days begin, and with them snoozes, weeks and ages end; answers grow too old for a drill.
    """
    quarter = now.replace(minute=now.minute // 15 * 15, second=0, microsecond=0) + QUARTER
    row = store.row(
        "SELECT min(c.known_at + CASE WHEN c.known_at > ? THEN INTERVAL 0 SECOND "
        "ELSE to_seconds(?) END) AS until FROM app.checkin AS c WHERE c.known_at >= ?",
        [now, int(FRESH.total_seconds()), now - FRESH],
    )
    stale = row["until"] if row else None
    return min(quarter, stale) if stale else quarter


def _made(key: tuple[str, str], render: Callable[[], str]) -> Made[bytes]:
    held = context()

    def make() -> Made[bytes]:
        until = true_until(held.store, held.now())
        return Made(_marked(render).encode(), until)

    return held.pages.get(key, lambda: held.store.writes, held.now, make)


def _packed(key: tuple[str, str], render: Callable[[], str]) -> bytes:
    """The page as one session gets it, in gzip."""
    generate_csrf()  # the session has its own from here on
    held = context()

    def make() -> Made[bytes]:
        made = _made(key, render)
        return Made(compressed.packed(_with_token(made.value)), made.until)

    own = (*key, session["csrf_token"])
    return held.packed.get(own, lambda: held.store.writes, held.now, make).value


def _marked(render: Callable[[], str]) -> str:
    """Rendered with the mark for the token, which flask-wtf keeps in `g` while a request lasts."""
    own = g.pop("csrf_token", None)
    g.csrf_token = MARK
    try:
        return render()
    finally:
        g.pop("csrf_token", None)
        if own is not None:
            g.csrf_token = own


def _with_token(html: bytes) -> bytes:
    return html.replace(MARK.encode(), generate_csrf().encode())
