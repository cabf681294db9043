"""Whether an athlete can train: full, limited or out, as the athlete or a physio said.

No reason is asked or kept. Of what the athlete and the physio said last the more careful one
counts, so neither can talk the other away. What a physio said rests on the answers that the
athlete shares: it counts only while the consent to them is in force.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from uuid6 import uuid7

from clubmon.policy import Consent
from clubmon.storage.store import Connection, Row, Store, rows_of
from clubmon.words.language import N_

STATES: dict[str, str] = {"full": N_("Full training"), "limited": N_("Limited"), "out": N_("Out")}
OWN, PHYSIO = "own", "physio"
_CARE = tuple(STATES)  # the more careful, the later


@dataclass(frozen=True, slots=True)
class Availability:
    """What counts, since when (aware), and which roles said so."""

    state: str
    since: datetime
    by: frozenset[str]

    @property
    def word(self) -> str:
        """As it is shown."""
        return STATES[self.state]


def in_force(said: Mapping[str, Row], consents: Collection[Consent]) -> Availability | None:
    """What counts of the newest rows by role; None where nobody said anything that counts."""
    counts = [row for role, row in said.items() if role == OWN or Consent.HEALTH in consents]
    if not counts:
        return None
    state = max((row["state"] for row in counts), key=_CARE.index)
    same = [row for row in counts if row["state"] == state]
    return Availability(
        state, min(row["known_at"] for row in same), frozenset(row["by_role"] for row in same)
    )


def current(
    store: Store, consents: Mapping[str, Collection[Consent]], known_by: datetime | None = None
) -> dict[str, Availability]:
    """What counts for each athlete, by id, given the consents in force; others are left out.

    With `known_by` (aware), of what was said by then.
    """
    said: dict[str, dict[str, Row]] = {}
    for row in store.rows(
        "SELECT athlete_id, state, by_role, known_at FROM app.availability "
        "WHERE list_contains(?::VARCHAR[], athlete_id) "
        "AND known_at <= coalesce(CAST(? AS TIMESTAMPTZ), known_at) "
        "ORDER BY known_at, availability_id",
        [sorted(consents), known_by],
    ):
        said.setdefault(row["athlete_id"], {})[row["by_role"]] = row
    found = {id_: in_force(rows, consents[id_]) for id_, rows in said.items()}
    return {id_: one for id_, one in found.items() if one is not None}


def say(store: Store, athlete_id: str, state: str, by: str, role: str, now: datetime) -> None:
    """Put on record what somebody said; `state` is one of STATES, `role` OWN or PHYSIO.

    What the same person said last in this role is not written again, so it counts since then.
    """

    def write(con: Connection) -> None:
        last = rows_of(
            con,
            "SELECT state, by_person_id FROM app.availability WHERE athlete_id = ? "
            "AND by_role = ? ORDER BY known_at DESC, availability_id DESC LIMIT 1",
            [athlete_id, role],
        )
        if last != [{"state": state, "by_person_id": by}]:
            con.execute(
                "INSERT INTO app.availability VALUES (?, ?, ?, ?, ?, ?)",
                [str(uuid7()), athlete_id, state, by, role, now],
            )

    store.write("app", write)
