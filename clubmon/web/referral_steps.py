"""What became of a referral, step by step: who was told when, who read it, what was decided."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from clubmon import contacts, outbox, people, tier3
from clubmon.store import Row, Store

_MESSAGES = (
    "SELECT m.message_id, m.person_id, m.known_at, m.sent_at, m.attempts, "
    "coalesce(p.name, 'somebody who has left') AS name FROM app.message AS m "
    "LEFT JOIN app.person AS p ON p.person_id = m.person_id "
    "WHERE m.kind = 'tier3' AND m.known_at >= ? ORDER BY m.known_at, name"
)


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened or will. `at` aware UTC; `open` says that it has not yet."""

    at: datetime
    said: str
    open: bool = False


def of_referral(store: Store, referral: Row) -> list[Step]:
    """The steps of a referral's row (with `answered_at`), in the order of time."""
    found = _messages(store, referral)
    steps = [
        Step(referral["answered_at"], "Answered; the advice stood on the screen at once."),
        *(step for message in found for step in _told(message)),
        *_decided(store, referral),
        *_second(store, referral, found),
    ]
    return sorted(steps, key=lambda step: (step.open, step.at))


def _messages(store: Store, referral: Row) -> list[Row]:
    """Messages about this referral, each with `whom` for its reader, and whether `second`."""
    athlete_id, referral_id = referral["athlete_id"], referral["referral_id"]
    guardians = {one.person_id for one in people.guardians(store, athlete_id)}
    found: list[Row] = []
    for row in store.rows(_MESSAGES, [referral["known_at"]]):
        who = row["person_id"]
        second = row["message_id"] == outbox.identity("tier3", who, referral_id, "second")
        if second or row["message_id"] == outbox.identity("tier3", who, referral_id):
            what = "athlete" if who == athlete_id else "guardian" if who in guardians else ""
            what = "second contact" if second else what
            whom = f"{row['name']} ({what})" if what else row["name"]
            found.append({**row, "second": second, "whom": whom})
    return found


def _told(message: Row) -> Iterable[Step]:
    yield Step(message["known_at"], f"A message was written to {message['whom']}.")
    if message["sent_at"]:
        yield Step(message["sent_at"], f"The mail server accepted it for {message['name']}.")
        return
    times = message["attempts"]
    tried = "not tried" if not times else f"tried {times} time{'' if times == 1 else 's'}"
    said = f"Not accepted yet for {message['name']}, {tried} so far; it goes on being tried."
    yield Step(message["known_at"], said, open=True)


def _decided(store: Store, referral: Row) -> Iterable[Step]:
    for what, said in (("acknowledged", "Read"), ("closed", "Closed with a decision")):
        if referral[f"{what}_at"]:
            who = people.person(store, referral[f"{what}_by"] or "")
            by = who.name if who else "somebody who has left"
            yield Step(referral[f"{what}_at"], f"{said} by {by}.")


def _second(store: Store, referral: Row, found: list[Row]) -> Iterable[Step]:
    """What comes if nobody says that they have read it; nothing once the second was told."""
    done = referral["closed_at"] or referral["acknowledged_at"]
    if done or any(message["second"] for message in found):
        return
    due = tier3.second_at(referral["urgency"], referral["known_at"])
    athlete = people.athlete(store, referral["athlete_id"])
    names = [one.name for one in contacts.second(store, athlete)] if athlete else []
    if names:
        said = f"If nobody has read it by then, {' and '.join(names)} is told as second contact."
        yield Step(due, said, open=True)
    else:
        said = "If nobody has read it by then: the team has no second contact; an admin names one."
        yield Step(due, said, open=True)
    if not found:
        yield Step(referral["known_at"], "Nobody has been written to so far.", open=True)
