"""Referrals in words, limited to what this physio may see at this moment."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from clubmon import policy
from clubmon.club import consenting
from clubmon.policy import Permission, Subject, Viewer
from clubmon.settings import Settings
from clubmon.storage.store import Row, Store
from clubmon.triage import triage
from clubmon.web.physio import referral_steps
from clubmon.web.physio.referral_steps import Step
from clubmon.words.language import N_, _

URGENCY = {
    "emergency": N_("Emergency: now"),
    "same_day": N_("Same day"),
    "within_48_h": N_("Within 48 hours"),
    "within_days": N_("Within days"),
}
CLOSED_SHOWN_FOR = timedelta(days=30)
PATTERN = {"refer": N_("Warning sign"), "strain": N_("Possible strain")}
PLACES = {
    "": N_("{side} hamstring: {score}/10."),
    "upper": N_("{side} hamstring: {score}/10, upper part."),
    "middle": N_("{side} hamstring: {score}/10, middle part."),
    "lower": N_("{side} hamstring: {score}/10, lower part."),
}
LISTS = {
    "refer_signs": (
        N_("The list of warning signs: not answered."),
        N_("None of the warning signs."),
    ),
    "strain_signs": (
        N_("The list of signs of a strain: not answered."),
        N_("None of the signs of a strain."),
    ),
}
LABELS = {sign.id: sign.label for sign in triage.SIGNS}


@dataclass(frozen=True, slots=True)
class Referral:
    """One referral. Instants are aware UTC; `answers` are sentences."""

    referral_id: str
    athlete_id: str
    name: str
    pattern: str
    urgency: str
    is_emergency: bool
    answered_at: datetime
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    answers: tuple[str, ...]
    steps: tuple[Step, ...]
    decision: str | None = None


def open_ones(store: Store, settings: Settings, who: Viewer, now: datetime) -> list[Referral]:
    """Most urgent first, then oldest first; without health consent an athlete is left out."""
    seen = _seen(store, settings, who, now, "r.closed_at IS NULL")
    order = list(URGENCY)
    seen.sort(key=lambda row: (order.index(row["urgency"]), row["answered_at"]))
    return [_referral(store, row) for row in seen]


def closed_ones(store: Store, settings: Settings, who: Viewer, now: datetime) -> list[Referral]:
    """Those closed in the last 30 days, the newest first."""
    seen = _seen(store, settings, who, now, "r.closed_at > ?", now - CLOSED_SHOWN_FOR)
    seen.sort(key=lambda row: row["closed_at"], reverse=True)
    return [_referral(store, row) for row in seen]


def _seen(
    store: Store, settings: Settings, who: Viewer, now: datetime, where: str, *values: datetime
) -> list[Row]:
    subjects = consenting.subjects(store, settings, now)
    rows = store.rows(
        "SELECT r.*, p.name, coalesce(c.known_at, r.known_at) AS answered_at, "
        "a.name AS acknowledged_name, c.left_score, c.right_score, c.left_place, c.right_place, "
        "c.something_else, c.refer_signs, c.strain_signs "
        "FROM app.referral AS r JOIN app.person AS p ON p.person_id = r.athlete_id "
        "LEFT JOIN app.checkin AS c ON c.checkin_id = r.checkin_id "
        f"LEFT JOIN app.person AS a ON a.person_id = r.acknowledged_by WHERE {where}",
        values,
    )
    return [row for row in rows if may_read(who, subjects.get(row["athlete_id"]))]


def in_words(row: Row) -> tuple[str, ...]:
    """A check-in's answers as sentences; what was not answered is said to be so."""
    return (
        _leg(_("Left"), row["left_score"], row["left_place"]),
        _leg(_("Right"), row["right_score"], row["right_place"]),
        *_ticked("refer_signs", row),
        *_ticked("strain_signs", row),
        *([_("Something else was ticked.")] if row["something_else"] else []),
    )


def may_read(who: Viewer, about: Subject | None) -> bool:
    """Whether this physio may read the athlete's answers at this moment."""
    if about is None or not policy.may(who, Permission.HANDLE_REFERRAL, about):
        return False
    return policy.sees_health(who, about)


def _referral(store: Store, row: Row) -> Referral:
    return Referral(
        row["referral_id"],
        row["athlete_id"],
        row["name"],
        PATTERN[row["pattern"]],
        URGENCY[row["urgency"]],
        row["urgency"] == "emergency",
        row["answered_at"],
        row["acknowledged_at"],
        row["acknowledged_name"],
        in_words(row),
        tuple(referral_steps.of_referral(store, row)),
        row["decision"],
    )


def _leg(side: str, score: int | None, place: str | None) -> str:
    if score is None:
        return _("{side} hamstring: not answered.", side=side)
    return PLACES[place or ""].format(side=side, score=score)


def _ticked(signs: str, row: Row) -> list[str]:
    unanswered, none = LISTS[signs]
    if row[signs] is None:
        return [unanswered]
    labels = [LABELS.get(sign, sign) for sign in json.loads(row[signs])]
    return [_("Ticked: “{sign}”.", sign=label) for label in labels] or [none]
