"""A whole page, remembered per viewer and address until anything is written or a day begins.

What is kept holds a mark where a form has the token of a session: each session gets its own in
place of it. A page that has something to say once (a flashed message) is not kept. Who is asking
was let through before, by the roles of this moment.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Hashable
from datetime import datetime, timedelta

from flask import g, make_response, request, session
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response

from clubmon.storage.store import Store
from clubmon.triage.triage import FRESH
from clubmon.web.frame import compressed
from clubmon.web.frame.access import context, viewer
from clubmon.web.frame.remembered import Made

MARK = secrets.token_urlsafe(32)  # stands for the session's token; nobody can know it
QUARTER = timedelta(minutes=15)  # days begin on one in every zone
Key = tuple[str, str, Hashable]


def page(render: Callable[[], str], made_of: Hashable = None) -> Response:
    """The page that `render` makes of the store, the clock, the viewer and the address alone.

    With `made_of`, of what that stands for in place of the store and of what is known of the
    viewer: it is not made anew by writes that leave it equal.
    """
    key = (viewer().person_id, request.full_path, made_of)
    if session.get("_flashes"):
        return make_response(_with_token(_marked(render).encode()))
    if not compressed.wanted():
        return make_response(_with_token(_made(key, render).value))
    response = make_response(_packed(key, render))
    response.mimetype = "text/html"
    return compressed.encoded(response, "gzip")


def quarter_ends(now: datetime) -> datetime:
    """Until when no day begins anywhere, and nobody comes of age."""
    return now.replace(minute=now.minute // 15 * 15, second=0, microsecond=0) + QUARTER


def true_until(store: Store, now: datetime) -> datetime:
    """When a page of this moment may change though nothing is written.

    Days begin, and with them snoozes, weeks and ages end; answers grow too old for a drill.
    """
    quarter = quarter_ends(now)
    row = store.row(
        "SELECT min(c.known_at + CASE WHEN c.known_at > ? THEN INTERVAL 0 SECOND "
        "ELSE to_seconds(?) END) AS until FROM app.checkin AS c WHERE c.known_at >= ?",
        [now, int(FRESH.total_seconds()), now - FRESH],
    )
    stale = row["until"] if row else None
    return min(quarter, stale) if stale else quarter


def _made(key: Key, render: Callable[[], str]) -> Made[bytes]:
    held = context()

    def make() -> Made[bytes]:
        until = true_until(held.store, held.now())
        return Made(_marked(render).encode(), until)

    return held.pages.get(key, _writes(key), held.now, make)


def _packed(key: Key, render: Callable[[], str]) -> bytes:
    """The page as one session gets it, in gzip."""
    generate_csrf()  # the session has its own from here on
    held = context()

    def make() -> Made[bytes]:
        made = _made(key, render)
        return Made(compressed.packed(_with_token(made.value)), made.until)

    own = (*key, session["csrf_token"])
    return held.packed.get(own, _writes(key), held.now, make).value


def _writes(key: Key) -> Callable[[], int]:
    """What a page is no older than: the newest write, or what its key stands for."""
    store = context().store
    return (lambda: 0) if key[-1] is not None else (lambda: store.writes)


def is_marked() -> bool:
    """Whether what is rendered now holds the mark, and no session's own token."""
    return bool(g.get("csrf_token") == MARK)


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
