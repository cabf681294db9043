"""Writes messages into the outbox: the morning's note, sign-in links, invitations.

Every message is written once. What staff read of an athlete follows from the consents of
this very moment; subjects never hold health data.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date, datetime

from clubmon.club import consenting, links, people, showing, signin
from clubmon.club.people import Person
from clubmon.drill import planrows
from clubmon.message import letters, mailchoices, outbox, planmail, waits
from clubmon.message.morningnote import Notes
from clubmon.message.noteworld import World
from clubmon.message.outbox import Message
from clubmon.settings import Settings
from clubmon.storage.store import Store
from clubmon.words import daywords
from clubmon.words.language import _


def morning(store: Store, settings: Settings, morning: date, now: datetime) -> int:
    """The morning's notes: at most one per person, none without something to say.

    Returns how many were written. Running it again writes nothing; a morning that began
    more than 72 h ago is not written about. Athletes in quiet hours are put down to wait.
    """
    mailchoices.forget_former_staff(store)
    notes = Notes(store, settings, morning, now)
    waits.put_down(store, notes.waiting(), morning, now)
    return outbox.put_all(store, notes.messages())


def when_awake(store: Store, settings: Settings, now: datetime) -> int:
    """The notes of those whose quiet hours are over; returns how many were written.

    A note with a drill that waits for the mail server, and whose answers no longer allow it or
    are not the newest any more, is taken back and composed anew.
    """
    waits.take_back(store, now)
    found = waits.waiting(store)
    written = 0
    for morning in sorted(set(found.values())):
        only = {person_id for person_id, day in found.items() if day == morning}
        notes = Notes(store, settings, morning, now, only)
        still = set(notes.waiting())
        written += outbox.put_all(store, notes.messages())
        waits.cross_off(store, only - still)
    return written


def new_plans(store: Store, settings: Settings, now: datetime) -> int:
    """Tell athletes of plans that began by day; returns how many messages were written.

    Once per plan, not in quiet hours, and before noon only to who had no note since midnight:
    nobody gets two in a morning. What cannot be told now is told later, or in the next note.
    """
    world = World(store, settings, people.local_today(settings, None, now), now)
    begun = planrows.begun_since(store, world.horizon)
    told = [planmail.message(world, athlete_id) for athlete_id in begun]
    return outbox.put_all(store, [message for message in told if message])


def login_link(store: Store, settings: Settings, person: Person, url: str, now: datetime) -> int:
    """A sign-in link for its owner. The link is a key: it is nowhere kept but in the mail."""
    about = hashlib.sha256(url.encode()).hexdigest()
    context = {"url": url, "minutes": int(signin.LIFETIME.total_seconds() // 60)}
    with showing.to(store, settings, person.person_id):
        told = letters.message(settings, "login_link", person, (about,), now, context)
    return outbox.put_all(store, [told])


def login_link_printed(store: Store, settings: Settings, person: Person, now: datetime) -> int:
    """Tell a link's owner that one was printed on the club's machine."""
    local = now.astimezone(settings.zone)
    about = (now.isoformat(),)
    with showing.to(store, settings, person.person_id):
        context = {"day": daywords.long_day(local.date()), "time": daywords.clock(local)}
        told = letters.message(settings, "login_link_printed", person, about, now, context)
    return outbox.put_all(store, [told])


def invitation(store: Store, settings: Settings, athlete_id: str, now: datetime) -> int:
    """Ask an athlete to read and answer the consent page, and a minor's guardians as well.

    Once per person and day. A guardian gets the link whose answer counts.
    """
    athlete = people.athlete(store, athlete_id)
    if athlete is None:
        return 0
    minor = consenting.minor(settings, athlete.person, now)
    guardians = people.guardians(store, athlete_id) if minor else []
    return _invite(store, settings, [athlete.person, *guardians], athlete.person, now)


def guardian_invitation(
    store: Store, settings: Settings, athlete_id: str, guardian_id: str, now: datetime
) -> int:
    """Ask one guardian of an athlete to read and answer the consent page; once a day."""
    athlete = people.athlete(store, athlete_id)
    if athlete is None:
        return 0
    whom = [who for who in people.guardians(store, athlete_id) if who.person_id == guardian_id]
    return _invite(store, settings, whom, athlete.person, now)


def _invite(
    store: Store, settings: Settings, whom: Iterable[Person], athlete: Person, now: datetime
) -> int:
    about = (athlete.person_id, people.local_today(settings, None, now).isoformat())
    return outbox.put_all(
        store, [_invitation(store, settings, who, athlete, about, now) for who in whom]
    )


def _invitation(
    store: Store,
    settings: Settings,
    who: Person,
    athlete: Person,
    about: tuple[str, ...],
    now: datetime,
) -> Message:
    """The invitation to an athlete, or to a guardian, in their language."""
    with showing.to(store, settings, who.person_id):
        context = (
            _invited(settings, who, consenting.minor(settings, athlete, now))
            if who.person_id == athlete.person_id
            else _invited_guardian(settings, who, athlete)
        )
        return letters.message(settings, "invitation", who, about, now, context)


def _invited(settings: Settings, person: Person, minor: bool) -> dict[str, object]:
    link = links.token(settings, "consent", person.person_id)
    until = (
        _(
            "Until a parent or guardian has agreed there, nothing about you is stored or asked. "
            "They have their own link; this one is for you to read what they decide on."
        )
        if minor
        else _("Until you agree, nothing about your training or your body is stored or asked.")
    )
    return {
        "headline": _("{club} uses clubmon", club=settings.club),
        "what": _(
            "{club} would like to see how your runs and lifts change from week to week, and to "
            "ask about your hamstrings. Whether it may is your decision.",
            club=settings.club,
        )
        if not minor
        else _(
            "{club} would like to see how your runs and lifts change from week to week, and to "
            "ask about your hamstrings. Your parent or guardian decides with you.",
            club=settings.club,
        ),
        "until": until,
        "button_label": _("Read the page") if minor else _("Read and answer"),
        "url": links.url(settings, f"consent/{link}"),
    }


def _invited_guardian(settings: Settings, guardian: Person, athlete: Person) -> dict[str, object]:
    link = links.token(settings, "consent", guardian.person_id, athlete=athlete.person_id)
    return {
        "headline": _("{club} asks for your consent", club=settings.club),
        "what": _(
            "{club} would like to see how {name}'s runs and lifts change from week to week, and "
            "to ask about {name}'s hamstrings. You are on record as parent or guardian, so "
            "whether it may is your decision.",
            club=settings.club,
            name=athlete.name,
        ),
        "until": _(
            "Until you agree, nothing about {name}'s training or body is stored or asked.",
            name=athlete.name,
        ),
        "button_label": _("Read and answer"),
        "url": links.url(settings, f"consent/{link}"),
    }
