"""Switching one kind of e-mail off, by a page's button or by the mail program's own."""

from __future__ import annotations

from flask import Blueprint, render_template

from clubmon import links, people
from clubmon.links import Link, LinkInvalid
from clubmon.policy import Permission
from clubmon.web.access import context, requires

bp = Blueprint("unsubscribe", __name__)

NAMES = {"morning": "the morning note", "invitation": "invitations"}


@bp.get("/unsubscribe/<token>")
@requires(Permission.SIGNED_LINK)
def confirm(token: str) -> str:
    """One button. Changes nothing: mail scanners open links."""
    _, kind = _read(token)
    return render_template("unsubscribe.html", done=False, name=NAMES.get(kind, kind))


@bp.post("/unsubscribe/<token>")
@requires(Permission.SIGNED_LINK)
def switch_off(token: str) -> str:
    """Records it; also what a mail program posts by itself (RFC 8058). Twice changes nothing."""
    held, link, kind = context(), *_read(token)
    held.store.execute(
        "app",
        "INSERT OR IGNORE INTO app.unsubscribed VALUES (?, ?, ?)",
        [link.person_id, kind, held.now()],
    )
    people.audit(held.store, link.person_id, "unsubscribed", link.person_id, kind, held.now())
    return render_template("unsubscribe.html", done=True)


def _read(token: str) -> tuple[Link, str]:
    held = context()
    link = links.read(held.settings, "unsubscribe", token)
    kind = link.extra.get("kind")
    if not isinstance(kind, str) or people.person(held.store, link.person_id) is None:
        raise LinkInvalid
    return link, kind
