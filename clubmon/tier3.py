"""Tier 3: who is told that an athlete should be seen, and who next when nobody acknowledges it.

Accepted by a mail server is not read: only an acknowledgement stops the second message.
Nothing is sent without the athlete's consent to health data; then the advice is on the
screen alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime, timedelta

from clubmon import letters, outbox, people, policy, triage, wording
from clubmon.people import Athlete, Person
from clubmon.policy import Consent, Permission
from clubmon.settings import Settings
from clubmon.store import Row, Store

LABELS = {sign.id: sign.label for sign in triage.SIGNS}
UNREAD_AFTER = {"emergency": timedelta(hours=2)}
UNREAD_AFTER_OTHERWISE = timedelta(hours=24)
REFERRAL = (
    "SELECT r.referral_id, r.athlete_id, r.urgency, r.known_at, c.refer_signs, c.strain_signs "
    "FROM app.referral AS r LEFT JOIN app.checkin AS c ON c.checkin_id = r.checkin_id "
)


def tell(store: Store, settings: Settings, referral_id: str, now: datetime) -> int:
    """Tell the athlete, the teams' medical contacts and a minor's guardians, at once.

    Returns how many messages were written; doing it again writes none.
    """
    row = store.row(f"{REFERRAL} WHERE r.referral_id = ?", [referral_id])
    found = _consenting(store, settings, row, now) if row else None
    if row is None or found is None:
        return 0
    athlete, about = found
    contacts = _contacts(store, athlete)
    told = {p.person_id: (p, _of_contact(store, settings, row, athlete, about, p))
            for p in contacts}  # fmt: skip
    if people.minor(settings, athlete.person, now):
        for guardian in people.guardians(store, athlete.person.person_id):
            told.setdefault(guardian.person_id, (guardian, _of_guardian(athlete)))
    told[athlete.person.person_id] = (athlete.person, _of_athlete(contacts))
    return _write(store, settings, row, (referral_id,), told.values(), now)


def tell_second(store: Store, settings: Settings, now: datetime) -> int:
    """Tell the second contacts of referrals that nobody has acknowledged in time.

    In time is 2 h for an emergency and 24 h otherwise. Returns how many messages were
    written; once per referral and contact.
    """
    rows = store.rows(f"{REFERRAL} WHERE r.acknowledged_at IS NULL AND r.closed_at IS NULL")
    return sum(
        _second(store, settings, row, now)
        for row in rows
        if now >= row["known_at"] + UNREAD_AFTER.get(row["urgency"], UNREAD_AFTER_OTHERWISE)
    )


def _second(store: Store, settings: Settings, row: Row, now: datetime) -> int:
    found = _consenting(store, settings, row, now)
    if found is None:
        return 0
    athlete, about = found
    first = _contacts(store, athlete)
    ids = dict.fromkeys(team.second_contact_id for team in athlete.teams)
    second = [p for p in (people.person(store, id_) for id_ in ids if id_) if p and p not in first]
    names = ", ".join(person.name for person in first) or "Nobody"
    told = [
        (p, {**_of_contact(store, settings, row, athlete, about, p),
             "told": f"{names} was told first and has not acknowledged it, so this comes to you. "
             "Please get in touch; only a physio's recorded decision closes the referral."})
        for p in second
    ]  # fmt: skip
    return _write(store, settings, row, (row["referral_id"], "second"), told, now)


def _consenting(
    store: Store, settings: Settings, row: Row, now: datetime
) -> tuple[Athlete, policy.Subject] | None:
    athlete = people.athlete(store, row["athlete_id"])
    about = people.subject(store, settings, row["athlete_id"], now)
    if athlete is None or about is None or Consent.HEALTH not in about.consents:
        return None
    return athlete, about


def _write(
    store: Store,
    settings: Settings,
    row: Row,
    about: tuple[str, ...],
    told: Iterable[tuple[Person, dict[str, object]]],
    now: datetime,
) -> int:
    shared = _advice(settings, row)
    return outbox.put_all(
        store,
        [letters.message(settings, "tier3", who, about, now, {**shared, **c}) for who, c in told],
    )


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
