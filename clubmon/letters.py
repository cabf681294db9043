"""Renders the templates of one kind of message: subject, text and HTML that say the same."""

from __future__ import annotations

import re
from datetime import datetime
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from clubmon import outbox
from clubmon.links import token
from clubmon.outbox import Message
from clubmon.people import Person
from clubmon.settings import Settings

BLANK_LINES = re.compile(r"\n{3,}")


def url(settings: Settings, path: str) -> str:
    """An address of this service that works from a mail program."""
    return f"{settings.base_url.rstrip('/')}/{path.lstrip('/')}"


def unsubscribe_url(settings: Settings, person_id: str, kind: str) -> str:
    """The page that switches one kind of mail off for one person."""
    return url(settings, f"unsubscribe/{token(settings, 'unsubscribe', person_id, kind=kind)}")


def render(kind: str, context: dict[str, Any]) -> tuple[str, str, str]:
    """Subject (one line), text and HTML of a kind; raises jinja2.UndefinedError."""
    subject = _environment().get_template(f"{kind}.subject").render(context).strip()
    context = {**context, "subject": subject}
    text = _environment().get_template(f"{kind}.txt").render(context)
    html = _environment().get_template(f"{kind}.html").render(context)
    return subject, BLANK_LINES.sub("\n\n", text.strip()) + "\n", html


def message(
    settings: Settings,
    kind: str,
    person: Person,
    about: tuple[str, ...],
    now: datetime,
    context: dict[str, Any],
) -> Message:
    """The one message of this kind to this person about these things (ids, dates)."""
    off = None if kind in outbox.ALWAYS else unsubscribe_url(settings, person.person_id, kind)
    shared = {"name": person.name, "club": settings.club, "unsubscribe_url": off}
    subject, text, html = render(kind, {**shared, **context})
    return Message(
        outbox.identity(kind, person.person_id, *about),
        kind,
        person.person_id,
        person.email,
        subject,
        text,
        html,
        now,
        off,
    )


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("clubmon", "mail_templates"),
        autoescape=lambda name: bool(name and name.endswith(".html")),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
