"""Writes messages into the outbox: the morning's note, tier 3, sign-in links, invitations.

Every message is written once. What staff read of an athlete follows from the consents of
this very moment; subjects never hold health data.
"""

from __future__ import annotations

import hashlib
import json
from datetime import date, datetime

from clubmon import letters, links, outbox, people, policy, signin, triage, wording
from clubmon.morningnote import Notes
from clubmon.outbox import Message
from clubmon.people import Athlete, Person
from clubmon.policy import Consent, Permission
from clubmon.settings import Settings
from clubmon.store import Connection, Row, Store

LABELS = {sign.id: sign.label for sign in triage.SIGNS}


def morning(store: Store, settings: Settings, morning: date, now: datetime) -> int:
    """The morning's notes: at most one per person, none without something to say.

    Returns how many were written. Running it again writes nothing; a morning that began
    more than 72 h ago is not written about.
    """
    notes = Notes(store, settings, morning, now)
    return _put(store, notes.messages())


def tier3(store: Store, settings: Settings, referral_id: str, now: datetime) -> int:
    """Tell the athlete, the teams' medical contacts and a minor's guardians, at once.

    Nobody is told without the athlete's consent to health data: then the advice is on the
    screen alone. Returns how many messages were written.
    """
    row = store.row(
        "SELECT r.referral_id, r.athlete_id, r.urgency, r.known_at, c.refer_signs, c.strain_signs "
        "FROM app.referral AS r LEFT JOIN app.checkin AS c ON c.checkin_id = r.checkin_id "
        "WHERE r.referral_id = ?",
        [referral_id],
    )
    about = people.subject(store, settings, row["athlete_id"], now) if row else None
    athlete = people.athlete(store, row["athlete_id"]) if row else None
    if row is None or athlete is None or about is None or Consent.HEALTH not in about.consents:
        return 0
    contacts = _contacts(store, athlete)
    told = {p.person_id: (p, _of_contact(store, settings, row, athlete, about, p))
            for p in contacts}  # fmt: skip
    if people.minor(settings, athlete.person, now):
        for guardian in people.guardians(store, athlete.person.person_id):
            told.setdefault(guardian.person_id, (guardian, _of_guardian(athlete)))
    told[athlete.person.person_id] = (athlete.person, _of_athlete(contacts))
    shared = _advice(settings, row)
    return _put(
        store,
        [
            letters.message(settings, "tier3", who, (referral_id,), now, {**shared, **context})
            for who, context in told.values()
        ],
    )


def login_link(store: Store, settings: Settings, person: Person, url: str, now: datetime) -> int:
    """A sign-in link for its owner. The link is a key: it is nowhere kept but in the mail."""
    about = hashlib.sha256(url.encode()).hexdigest()
    context = {"url": url, "minutes": int(signin.LIFETIME.total_seconds() // 60)}
    return _put(store, [letters.message(settings, "login_link", person, (about,), now, context)])


def login_link_printed(store: Store, settings: Settings, person: Person, now: datetime) -> int:
    """Tell a link's owner that one was printed on the club's machine."""
    local = now.astimezone(settings.zone)
    context = {"day": wording.long_day(local.date()), "time": f"{local:%H:%M}"}
    about = (now.isoformat(),)
    return _put(
        store, [letters.message(settings, "login_link_printed", person, about, now, context)]
    )


def invitation(store: Store, settings: Settings, athlete_id: str, now: datetime) -> int:
    """Ask an athlete to read and answer the consent page, and a minor's guardians as well.

    Once per person and day. A guardian gets the link whose answer counts.
    """
    athlete = people.athlete(store, athlete_id)
    if athlete is None:
        return 0
    minor = people.minor(settings, athlete.person, now)
    about = (athlete_id, people.local_today(settings, None, now).isoformat())
    guardians = people.guardians(store, athlete_id) if minor else []
    invited = [(athlete.person, _invited(settings, athlete.person, minor))]
    invited += [(who, _invited_guardian(settings, who, athlete.person)) for who in guardians]
    return _put(
        store,
        [letters.message(settings, "invitation", who, about, now, c) for who, c in invited],
    )


def _put(store: Store, messages: list[Message]) -> int:
    def write(con: Connection) -> int:
        return sum(outbox.put(con, message) for message in messages)

    return store.write("app", write) if messages else 0


def _contacts(store: Store, athlete: Athlete) -> list[Person]:
    """Medical contacts of the athlete's teams; without any, the teams' physios."""
    ids = dict.fromkeys(team.medical_contact_id for team in athlete.teams)
    named = [people.person(store, id_) for id_ in ids if id_]
    found = [person for person in named if person]
    return found or people.physios(store, [team.team_id for team in athlete.teams])


def _advice(settings: Settings, row: Row) -> dict[str, object]:
    strain = bool(json.loads(row["strain_signs"] or "[]"))
    lines = triage.advice(row["urgency"], settings.emergency_number, strain=strain)
    return {
        "advice": lines,
        "signs": (),
        "button_url": None,
        "button_label": "",
        "note": "This follows from answers in a check-in. It is general advice, not a medical "
        "opinion, and clubmon is not a medical device.",
    }


def _of_athlete(contacts: list[Person]) -> dict[str, object]:
    names = ", ".join(person.name for person in contacts)
    return {
        "headline": "Please act on your check-in",
        "what": "Your answers in the check-in should be seen by a clinician.",
        "advice_intro": "What to do:",
        "told": f"{names} has been told as well." if len(contacts) == 1 else
        f"These have been told as well: {names}." if contacts else
        "Nobody else could be told: show this to your coach or physio.",
    }  # fmt: skip


def _of_guardian(athlete: Athlete) -> dict[str, object]:
    return {
        "headline": "Please act on a check-in",
        "what": f"{athlete.person.name} answered a check-in in a way that a clinician should see.",
        "advice_intro": f"What {athlete.person.name} was told to do:",
        "told": f"{athlete.person.name} and the club's medical contact have this message too. "
        "Please make sure that it is acted on.",
    }


def _of_contact(
    store: Store,
    settings: Settings,
    row: Row,
    athlete: Athlete,
    about: policy.Subject,
    who: Person,
) -> dict[str, object]:
    """The answers themselves only for a contact who has no page to read them on."""
    reads = policy.may(
        people.viewer(store, who.person_id), Permission.HANDLE_REFERRAL, about
    ) and bool(about.consents)
    local = row["known_at"].astimezone(settings.zone)
    ticked = json.loads(row["refer_signs"] or "[]") + json.loads(row["strain_signs"] or "[]")
    when = f"at {local:%H:%M} on {wording.long_day(local.date())}"
    return {
        "headline": f"{athlete.person.name} needs you",
        "what": f"{athlete.person.name} answered a check-in {when} in a way that a clinician "
        "should see.",
        "advice_intro": f"What {athlete.person.name} was told to do:",
        "told": "You read this as a medical contact. Please get in touch; only a physio's "
        "recorded decision closes the referral.",
        "signs": () if reads else tuple(LABELS.get(sign, sign) for sign in ticked),
        "button_label": "Open the referral",
        "button_url": letters.url(settings, "referrals") if reads else None,
    }


def _invited(settings: Settings, person: Person, minor: bool) -> dict[str, object]:
    link = links.token(settings, "consent", person.person_id)
    until = (
        "Until a parent or guardian has agreed there, nothing about you is stored or asked. "
        "They have their own link; this one is for you to read what they decide on."
        if minor
        else "Until you agree, nothing about your training or your body is stored or asked."
    )
    return {
        "headline": f"{settings.club} uses clubmon",
        "what": f"{settings.club} would like to see how your runs and lifts change from week to "
        "week, and to ask about your hamstrings. Whether it may is your decision."
        if not minor
        else f"{settings.club} would like to see how your runs and lifts change from week to week, "
        "and to ask about your hamstrings. Your parent or guardian decides with you.",
        "until": until,
        "button_label": "Read the page" if minor else "Read and answer",
        "url": letters.url(settings, f"consent/{link}"),
    }


def _invited_guardian(settings: Settings, guardian: Person, athlete: Person) -> dict[str, object]:
    link = links.token(settings, "consent", guardian.person_id, athlete=athlete.person_id)
    return {
        "headline": f"{settings.club} asks for your consent",
        "what": f"{settings.club} would like to see how {athlete.name}'s runs and lifts change "
        f"from week to week, and to ask about {athlete.name}'s hamstrings. You are on record as "
        "parent or guardian, so whether it may is your decision.",
        "until": f"Until you agree, nothing about {athlete.name}'s training or body is stored or "
        "asked.",
        "button_label": "Read and answer",
        "url": letters.url(settings, f"consent/{link}"),
    }
