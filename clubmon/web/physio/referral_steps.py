"""What became of a referral, step by step: who was told when, who read it, what was decided."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from clubmon.club import contacts, people
from clubmon.message import outbox, tier3
from clubmon.storage.store import Row, Store
from clubmon.words import language
from clubmon.words.language import N_, _, ngettext

_MESSAGES = (
    "SELECT m.message_id, m.person_id, m.known_at, m.sent_at, m.attempts, "
    "p.name FROM app.message AS m "
    "LEFT JOIN app.person AS p ON p.person_id = m.person_id "
    "WHERE m.kind = 'tier3' AND m.known_at >= ? ORDER BY m.known_at, p.name"
)
WHOM = {
    "athlete": N_("{name} (athlete)"),
    "guardian": N_("{name} (guardian)"),
    "second": N_("{name} (second contact)"),
}
DECIDED = {
    "acknowledged": N_("Read by {name}."),
    "closed": N_("Closed with a decision by {name}."),
}


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
        Step(referral["answered_at"], _("Answered; the advice stood on the screen at once.")),
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
            found.append({**row, **_whom(row, "second" if second else what), "second": second})
    return found


def _whom(message: Row, what: str) -> dict[str, str]:
    name = message["name"] or str(people.GONE)
    return {"name": name, "whom": WHOM[what].format(name=name) if what else name}


def _told(message: Row) -> Iterable[Step]:
    yield Step(message["known_at"], _("A message was written to {whom}.", whom=message["whom"]))
    if message["sent_at"]:
        said = _("The mail server accepted it for {name}.", name=message["name"])
        yield Step(message["sent_at"], said)
        return
    yield Step(message["known_at"], _waits(message["name"], message["attempts"]), open=True)


def _waits(name: str, times: int) -> str:
    if not times:
        return _(
            "Not accepted yet for {name}, not tried so far; it goes on being tried.", name=name
        )
    return ngettext(
        "Not accepted yet for {name}, tried {n} time so far; it goes on being tried.",
        "Not accepted yet for {name}, tried {n} times so far; it goes on being tried.",
        times,
        name=name,
    )


def _decided(store: Store, referral: Row) -> Iterable[Step]:
    for what, said in DECIDED.items():
        if referral[f"{what}_at"]:
            who = people.person(store, referral[f"{what}_by"] or "")
            name = who.name if who else str(people.GONE)
            yield Step(referral[f"{what}_at"], said.format(name=name))


def _second(store: Store, referral: Row, found: list[Row]) -> Iterable[Step]:
    """What comes if nobody says that they have read it; nothing once the second was told."""
    done = referral["closed_at"] or referral["acknowledged_at"]
    if done or any(message["second"] for message in found):
        return
    due = tier3.second_at(referral["urgency"], referral["known_at"])
    athlete = people.athlete(store, referral["athlete_id"])
    names = [one.name for one in contacts.second(store, athlete)] if athlete else []
    if names:
        said = _(
            "If nobody has read it by then, {names} is told as second contact.",
            names=language.named(names),
        )
        yield Step(due, said, open=True)
    else:
        said = _(
            "If nobody has read it by then: the team has no second contact; an admin names one."
        )
        yield Step(due, said, open=True)
    if not found:
        yield Step(referral["known_at"], _("Nobody has been written to so far."), open=True)
