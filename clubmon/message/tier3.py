"""Tier 3: who is told that an athlete should be seen, and who next when nobody acknowledges it.

Accepted by a mail server is not read: only an acknowledgement stops the second message.
Nothing is sent without the athlete's consent to health data; then the advice is on the
screen alone.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import partial

from clubmon import policy
from clubmon.club import consenting, contacts, links, people, showing
from clubmon.club.people import Athlete, Person
from clubmon.message import letters, outbox
from clubmon.policy import Consent, Permission, Role
from clubmon.settings import Settings
from clubmon.storage.store import Row, Store
from clubmon.triage import triage
from clubmon.words import daywords, language
from clubmon.words.language import _

LABELS = {sign.id: sign.label for sign in triage.SIGNS}
Words = Callable[[], dict[str, object]]  # of one message, in the language that counts then
UNREAD_AFTER = {"emergency": timedelta(hours=2)}
UNREAD_AFTER_OTHERWISE = timedelta(hours=24)
REFERRAL = (
    "SELECT r.referral_id, r.athlete_id, r.urgency, r.known_at, c.refer_signs, c.strain_signs "
    "FROM app.referral AS r LEFT JOIN app.checkin AS c ON c.checkin_id = r.checkin_id "
)


def tell(store: Store, settings: Settings, referral_id: str, now: datetime) -> int:
    """Tell the athlete, the medical contacts, the physios and a minor's guardians, at once.

    Returns how many messages were written; doing it again writes none.
    """
    row = store.row(f"{REFERRAL} WHERE r.referral_id = ?", [referral_id])
    found = _consenting(store, settings, row, now) if row else None
    if row is None or found is None:
        return 0
    athlete, about = found
    first = contacts.first(store, athlete)
    told: dict[str, tuple[Person, Words]] = {
        p.person_id: (p, partial(_of_contact, store, settings, row, athlete, about, p))
        for p in first
    }
    if consenting.minor(settings, athlete.person, now):
        for guardian in people.guardians(store, athlete.person.person_id):
            told.setdefault(
                guardian.person_id, (guardian, partial(_of_guardian, settings, row, athlete, first))
            )
    told[athlete.person.person_id] = (athlete.person, partial(_of_athlete, first))
    return _write(store, settings, row, (referral_id,), told.values(), now)


def tell_second(store: Store, settings: Settings, now: datetime) -> int:
    """Tell the second contacts of referrals that nobody has acknowledged in time.

    In time is 2 h for an emergency and 24 h otherwise. Returns how many messages were
    written; once per referral and contact. Without a second contact, whoever became a
    contact or physio since; the admin's page names teams that lack one.
    """
    rows = store.rows(f"{REFERRAL} WHERE r.acknowledged_at IS NULL AND r.closed_at IS NULL")
    return sum(
        _second(store, settings, row, now)
        for row in rows
        if now >= second_at(row["urgency"], row["known_at"])
    )


def second_at(urgency: str, known_at: datetime) -> datetime:
    """When a second contact is told of a referral that nobody has acknowledged until then."""
    return known_at + UNREAD_AFTER.get(urgency, UNREAD_AFTER_OTHERWISE)


def tell_missed(store: Store, settings: Settings, now: datetime) -> int:
    """Tell of open referrals that nobody was written to about, as the service stopped in between.

    Returns how many messages were written; none where there are some.
    """
    rows = store.rows(
        "SELECT r.referral_id, r.athlete_id FROM app.referral AS r "
        "WHERE r.acknowledged_at IS NULL AND r.closed_at IS NULL"
    )
    ids = {
        outbox.identity("tier3", row["athlete_id"], row["referral_id"]): row["referral_id"]
        for row in rows
    }
    there = outbox.written(store, ids)
    missed = [referral_id for id_, referral_id in ids.items() if id_ not in there]
    return sum(tell(store, settings, referral_id, now) for referral_id in missed)


def _second(store: Store, settings: Settings, row: Row, now: datetime) -> int:
    found = _consenting(store, settings, row, now)
    if found is None:
        return 0
    athlete, about = found
    first = contacts.first(store, athlete)
    had = _had(store, row["referral_id"], first)
    # Without a named one, whoever became a contact or physio after the first message.
    second = contacts.second(store, athlete) or [p for p in first if p not in had]
    names = ", ".join(person.name for person in had)
    told = [
        (p, partial(_of_second, store, settings, row, athlete, about, p, names)) for p in second
    ]
    return _write(store, settings, row, (row["referral_id"], "second"), told, now)


def _had(store: Store, referral_id: str, whom: list[Person]) -> list[Person]:
    """Those to whom the first message of this referral was written."""
    ids = {outbox.identity("tier3", p.person_id, referral_id): p for p in whom}
    there = outbox.written(store, ids)
    return [person for id_, person in ids.items() if id_ in there]


def _consenting(
    store: Store, settings: Settings, row: Row, now: datetime
) -> tuple[Athlete, policy.Subject] | None:
    athlete = people.athlete(store, row["athlete_id"])
    about = consenting.subject(store, settings, row["athlete_id"], now)
    if athlete is None or about is None or Consent.HEALTH not in about.consents:
        return None
    return athlete, about


def _write(
    store: Store,
    settings: Settings,
    row: Row,
    about: tuple[str, ...],
    told: Iterable[tuple[Person, Words]],
    now: datetime,
) -> int:
    messages = []
    for who, words in told:
        with showing.to(store, settings, who.person_id):
            context = {**_advice(settings, row), **words()}
            messages.append(letters.message(settings, "tier3", who, about, now, context))
    return outbox.put_all(store, messages)


def _advice(settings: Settings, row: Row) -> dict[str, object]:
    strain = bool(json.loads(row["strain_signs"] or "[]"))
    lines = triage.advice(row["urgency"], settings.emergency_number, strain=strain)
    return {
        "advice": lines,
        "signs": (),
        "button_url": None,
        "button_label": "",
        "note": _(
            "This follows from answers in a check-in. It is general advice, not a medical "
            "opinion, and clubmon is not a medical device."
        ),
    }


def _of_athlete(told: list[Person]) -> dict[str, object]:
    names = ", ".join(f"{person.name} ({person.email})" for person in told)
    return {
        "headline": _("Please act on your check-in"),
        "what": _("Your answers in the check-in should be seen by a clinician."),
        "advice_intro": _("What to do:"),
        "told": _("{names} has been told as well.", names=names) if len(told) == 1 else
        _("These have been told as well: {names}.", names=names) if told else
        _("Nobody else could be told: show this to your coach or physio."),
    }  # fmt: skip


def _of_guardian(
    settings: Settings, row: Row, athlete: Athlete, told: list[Person]
) -> dict[str, object]:
    names = language.named([athlete.person.name, *(person.name for person in told)])
    return {
        "headline": _("Please act on a check-in"),
        "what": _(
            "{name} answered a check-in {when} in a way that a clinician should see.",
            name=athlete.person.name,
            when=_when(settings, row),
        ),
        "advice_intro": _("What {name} was told to do:", name=athlete.person.name),
        "told": _("Told as well: {names}. Please make sure that it is acted on.", names=names),
    }


def _of_contact(
    store: Store,
    settings: Settings,
    row: Row,
    athlete: Athlete,
    about: policy.Subject,
    who: Person,
) -> dict[str, object]:
    """The ticked signs go to a physio alone, and only to one without a page to read them on.

    Whoever else an admin names learns that, how urgent, and what was advised.
    """
    viewer = people.viewer(store, who.person_id)
    reads = policy.may(viewer, Permission.HANDLE_REFERRAL, about)
    signs = viewer.has(Role.PHYSIO) and not reads
    ticked = json.loads(row["refer_signs"] or "[]") + json.loads(row["strain_signs"] or "[]")
    return {
        "headline": _("{name} needs you", name=athlete.person.name),
        "what": _(
            "{name} answered a check-in {when} in a way that a clinician should see.",
            name=athlete.person.name,
            when=_when(settings, row),
        ),
        "advice_intro": _("What {name} was told to do:", name=athlete.person.name),
        "told": _(
            "You read this as a physio or medical contact. Please get in touch; only a physio's "
            "recorded decision closes the referral."
        ),
        "signs": tuple(LABELS.get(sign, sign) for sign in ticked) if signs else (),
        "button_label": _("Open the referral"),
        "button_url": links.url(settings, "referrals") if reads else None,
    }


def _of_second(
    store: Store,
    settings: Settings,
    row: Row,
    athlete: Athlete,
    about: policy.Subject,
    who: Person,
    had: str,
) -> dict[str, object]:
    """As to a contact, and that nobody acknowledged it; `had`: names of who was told first."""
    anew = _(
        "Nobody has acknowledged it, so this comes to you. Please get in touch; only a physio's "
        "recorded decision closes the referral."
    )
    first = [_("Told first: {names}.", names=had)] if had else []
    said = _of_contact(store, settings, row, athlete, about, who)
    return {**said, "told": " ".join([*first, anew])}


def _when(settings: Settings, row: Row) -> str:
    """When the check-in was answered, on the club's clock, within a sentence."""
    local = row["known_at"].astimezone(settings.zone)
    day = daywords.long_day(local.date())
    return _("at {time} on {date}", time=daywords.clock(local), date=day)
