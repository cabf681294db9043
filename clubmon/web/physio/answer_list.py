"""Answers that opened no referral and yet are for the physio: "talk to your physio" and the like.

Only what this physio may read at this moment; one entry per athlete, the newest.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from clubmon.club import consenting
from clubmon.hamstring.checkinrows import ABOUT_BODY
from clubmon.policy import Viewer
from clubmon.settings import Settings
from clubmon.storage.store import Row, Store
from clubmon.triage.questions import QUESTION
from clubmon.web.physio.referral_list import in_words, may_read
from clubmon.words.language import N_, _

SHOWN_FOR = timedelta(days=7)
TOLD = {
    "physio": N_("Was told to talk to you"),
    "talk": N_("Ticked “something else” and no sign that refers"),
}


@dataclass(frozen=True, slots=True)
class ToRead:
    """One athlete's newest such check-in: `why` and `answers` in words, the day their own."""

    athlete_id: str
    name: str
    local_date: date
    why: str
    answers: tuple[str, ...]


def recent(store: Store, settings: Settings, who: Viewer, now: datetime) -> list[ToRead]:
    """Of the last 7 days, newest first; the check-in in force on a day counts."""
    subjects = consenting.subjects(store, settings, now)
    mine = sorted(id_ for id_, about in subjects.items() if may_read(who, about))
    rows = store.rows(
        "SELECT d.*, p.name FROM (SELECT c.* FROM app.checkin AS c "
        " WHERE c.known_at > ? AND list_contains(?::VARCHAR[], c.athlete_id) "
        f" AND {ABOUT_BODY} "
        " QUALIFY row_number() OVER (PARTITION BY c.athlete_id, c.local_date "
        " ORDER BY c.known_at DESC, c.checkin_id DESC) = 1) AS d "
        "JOIN app.person AS p ON p.person_id = d.athlete_id "
        "WHERE d.pattern = 'physio' OR (d.pattern = 'talk' AND d.something_else) "
        "QUALIFY row_number() OVER (PARTITION BY d.athlete_id ORDER BY d.known_at DESC) = 1 "
        "ORDER BY d.known_at DESC, p.name",
        [now - SHOWN_FOR, mine],
    )
    return [_to_read(row) for row in rows]


def _to_read(row: Row) -> ToRead:
    return ToRead(
        row["athlete_id"],
        row["name"],
        row["local_date"],
        TOLD[row["pattern"]],
        (*in_words(row), *_given(row["pattern_answers"])),
    )


def _given(stored: str | None) -> tuple[str, ...]:
    """The answered pattern questions as 'question answer' sentences."""
    given = json.loads(stored) if stored else {}
    return tuple(
        f"{QUESTION[id_].text} {_chosen(id_, answer)}."
        for id_, answer in given.items()
        if id_ in QUESTION
    )


def _chosen(question_id: str, answer: str | list[str] | None) -> str:
    ids = answer if isinstance(answer, list) else [answer]
    labels = [option.label for option in QUESTION[question_id].options if option.id in ids]
    return "; ".join(map(str, labels)) or _("None of these")
