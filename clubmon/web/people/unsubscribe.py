"""Switching e-mails off from a link, by a page's button or by the mail program's own."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from clubmon.club import links, people
from clubmon.club.links import Link, LinkInvalid
from clubmon.message import mailchoices, mailkinds
from clubmon.message.mailkinds import Kind
from clubmon.policy import Permission
from clubmon.web.frame import reader
from clubmon.web.frame.access import context, requires

bp = Blueprint("unsubscribe", __name__)

CHOSEN = "chosen"  # is in the page's own form, and in no mail program's
AGAIN = "again"  # so is this, where what was switched off is to come again


@bp.get("/unsubscribe/<token>")
@requires(Permission.SIGNED_LINK)
def confirm(token: str) -> str:
    """Buttons. Changes nothing: mail scanners open links."""
    return _page(*_read(token))


@bp.post("/unsubscribe/<token>")
@requires(Permission.SIGNED_LINK)
def switch_off(token: str) -> str:
    """Records it; also what a mail program posts by itself (RFC 8058). Twice changes nothing.

    A message with several sections is switched off as a whole, unless the page's form says
    which of them. The page's form can also switch on again what the link is about.
    """
    held, link, kinds = context(), *_read(token)
    on = AGAIN in request.form
    if CHOSEN in request.form:
        ticked = request.form.getlist("kind")
        kinds = tuple(kind for kind in kinds if kind in ticked)
    changed = mailchoices.switch(held.store, link.person_id, kinds, held.now(), on=on)
    said = "subscribed_again" if on else "unsubscribed"
    for kind in changed:
        people.audit(held.store, link.person_id, said, link.person_id, kind, held.now())
    return _page(link, kinds, done="on" if on else "off")


def _page(link: Link, kinds: tuple[Kind, ...], done: str = "") -> str:
    """`done`: what was just done with these kinds, 'on' or 'off'; '' nothing."""
    off = mailchoices.off_for(context().store, link.person_id)
    return render_template(
        "unsubscribe.html",
        done=done,
        kinds=[mailkinds.ALL[kind] for kind in kinds],
        on=[mailkinds.ALL[kind] for kind in kinds if kind not in off],
        off=[mailkinds.ALL[kind] for kind in kinds if kind in off],
        chosen=CHOSEN,
        again=AGAIN,
    )


def _read(token: str) -> tuple[Link, tuple[Kind, ...]]:
    held = context()
    link = links.read(held.settings, "unsubscribe", token)
    reader.answer_to(link.person_id)
    said = link.extra.get("kinds", [link.extra.get("kind")])
    kinds = mailkinds.known(said if isinstance(said, list) else [])
    if not kinds or people.person(held.store, link.person_id) is None:
        raise LinkInvalid
    return link, kinds
