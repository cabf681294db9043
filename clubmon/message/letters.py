"""Renders the templates of one kind of message: subject, text and HTML that say the same.

In the language that counts where it is called: callers are within showing.to(...) its recipient.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from clubmon.club import links
from clubmon.club.people import Person
from clubmon.message import mailkinds, outbox
from clubmon.message.mailkinds import Kind
from clubmon.message.outbox import Message
from clubmon.settings import Settings
from clubmon.words import language

BLANK_LINES = re.compile(r"\n{3,}")


def unsubscribe_url(settings: Settings, person_id: str, kinds: Sequence[Kind]) -> str:
    """The page that switches these kinds of mail off for one person."""
    made = links.token(settings, "unsubscribe", person_id, kinds=list(kinds))
    return links.url(settings, f"unsubscribe/{made}")


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
    *,
    kinds: Sequence[Kind] = (),
    drill: bool = False,
) -> Message:
    """The one message of this kind to this person about these things (ids, dates).

    `kinds` are those of its sections: each has a link that switches it off, and what a mail
    program posts by itself switches them all off, as it is about the whole message. `drill`
    says that one is shown in it.
    """
    off = unsubscribe_url(settings, person.person_id, kinds) if kinds else None
    switches = [
        (mailkinds.ALL[one].name, unsubscribe_url(settings, person.person_id, [one]))
        for one in kinds
    ]
    shared = {"name": person.name, "club": settings.club, "switches": switches, "choices_url": None}
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
        parts=(*kinds, *([outbox.DRILL] if drill else [])),
    )


@cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("clubmon.message"),
        autoescape=lambda name: bool(name and name.endswith(".html")),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    language.to_templates(made)
    return made
