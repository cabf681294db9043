"""The first page of a check-in: what is asked of whom, and nothing that is stored of them.

Whoever opens a link that was forwarded learns a first name, and on which days something
arrived or was answered; no score, no sign and no session's title.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import timedelta

from flask import render_template

from clubmon.club import links
from clubmon.hamstring import askedmore, checkins, recent
from clubmon.hamstring.askedmore import Asks
from clubmon.hamstring.checkins import Asked
from clubmon.triage.weekly import DAILY, ITEMS, MOST
from clubmon.web.checkins.checkin_form import WEEK
from clubmon.web.frame.access import Context
from clubmon.words.language import N_

UNSENT = N_(
    "Not sent: the club could not be reached. Your answers are still here; send them "
    "again when the connection is back. In an emergency call {number}."
)


@dataclass(frozen=True, slots=True)
class Opened:
    """A valid link, opened: the application's parts and the athlete who is asked."""

    held: Context
    who: Asked

    @property
    def athlete_id(self) -> str:
        """Whose check-in it is."""
        return self.who.athlete.person.person_id

    @property
    def first_name(self) -> str:
        """What the athlete is called on these pages."""
        return self.who.athlete.person.name.split()[0]

    @property
    def unsent(self) -> str:
        """What the script says when a step could not be sent."""
        return UNSENT.format(number=self.held.settings.emergency_number)


def render(opened: Opened, values: dict[str, str], error: str | None = None) -> str:
    """The page with these values, which came from the same browser a moment ago."""
    held, who = opened.held, opened.who
    last = checkins.last_answer(held.store, opened.athlete_id)
    since = last[0] if last else None
    yesterday = who.today - timedelta(days=1)
    return render_template(
        "checkin/form.html",
        name=opened.first_name,
        stored=who.stored,
        values=values,
        error=error,
        keep=_keep(opened),
        unsent=opened.unsent,
        to_rate=recent.unrated(held.store, opened.athlete_id, who.today, since)
        if who.stored
        else [],
        asks=_asks(opened),
        weekly=[(WEEK + item.id, item) for item in ITEMS],
        daily=DAILY,
        most=MOST,
        yesterday=yesterday,
        ask_yesterday=not recent.arrived(held.store, opened.athlete_id, yesterday),
        answered_today=last is not None and last[1] == who.today,
        emergency_number=held.settings.emergency_number,
    )


def _asks(opened: Opened) -> Asks:
    """What else is asked; nothing where nothing is kept."""
    held, who = opened.held, opened.who
    if not who.stored:
        return Asks(weekly=False, wellness=False)
    return askedmore.asks(held.store, held.settings, who.athlete, who.today)


def _keep(opened: Opened) -> str:
    """The name under which the browser keeps unsent answers: another's for another athlete or day.

    It tells nothing of either.
    """
    key = links.secret(opened.held.settings.data).encode()
    about = f"clubmon.keep/{opened.athlete_id}/{opened.who.today}"
    return hmac.digest(key, about.encode(), hashlib.sha256).hex()[:24]
