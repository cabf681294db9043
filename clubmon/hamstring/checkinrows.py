"""Check-ins as rows of `app`: what is written, and how it is read back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from typing import Any, Literal
from uuid import NAMESPACE_URL, uuid5

from uuid6 import uuid7

from clubmon.storage.store import Connection, Row, rows_of
from clubmon.triage.questions import QUESTION
from clubmon.triage.triage import Answers, Decision
from clubmon.words import units
from clubmon.words.language import _

LONGEST_M, LONGEST_MIN = 300_000, 24 * 60  # what a person can have done yesterday


@dataclass(frozen=True, slots=True)
class Training:
    """What a check-in says about training: yesterday, and RPE (tenths) by session id.

    Distance in metres, duration in minutes. Raises ValueError with one sentence, in the reader's
    language and units.
    """

    yesterday: Literal["rest", "trained"] | None = None
    distance_m: int | None = None
    minutes: int | None = None
    rpe_tenths: int | None = None
    session_rpe: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        told = (self.distance_m, self.minutes, self.rpe_tenths)
        if self.yesterday != "trained" and any(value is not None for value in told):
            raise ValueError(
                _("Yesterday has numbers but not “trained”; choose that, or clear them.")
            )
        if not 0 <= (self.distance_m or 0) <= LONGEST_M:
            most = units.distance_text(LONGEST_M, 0)
            raise ValueError(
                _("Yesterday's distance is between 0 and {most}; correct it.", most=most)
            )
        if not 0 <= (self.minutes or 0) <= LONGEST_MIN:
            raise ValueError(_("Yesterday's minutes are between 0 and 1440; correct them."))
        efforts = (self.rpe_tenths or 0, *self.session_rpe.values())
        if any(not 0 <= effort <= 100 for effort in efforts):
            raise ValueError(_("Effort is a number from 0 to 10; choose one of those."))


@dataclass(frozen=True, slots=True)
class CheckIn:
    """One stored check-in. Sign tuples: None is "not answered", () is "none of these"."""

    checkin_id: str
    athlete_id: str
    local_date: date
    left_score: int | None
    right_score: int | None
    left_place: str | None
    right_place: str | None
    yesterday: str | None
    something_else: bool
    refer_signs: tuple[str, ...] | None
    strain_signs: tuple[str, ...] | None
    pattern_answers: dict[str, Any]
    pattern: str | None
    drill_ids: tuple[str, ...]
    known_at: datetime

    @property
    def worst(self) -> int | None:
        """The worse leg's score."""
        return max((s for s in (self.left_score, self.right_score) if s is not None), default=None)

    @property
    def runs_normally(self) -> bool | None:
        """Whether the athlete said that running is normal; None: not asked or not answered."""
        limits = self.pattern_answers.get("limits")
        return None if limits is None else "not_running" not in limits


SCORED = "(c.left_score IS NOT NULL OR c.right_score IS NOT NULL)"
ABOUT_BODY = (
    f"({SCORED} OR c.something_else OR c.refer_signs IS NOT NULL OR c.strain_signs IS NOT NULL)"
)
"""Whether a check-in tells of the body; one that only rates a session takes nothing back."""

COLUMNS = (
    "c.checkin_id, c.athlete_id, c.local_date, c.left_score, c.right_score, c.left_place, "
    "c.right_place, c.yesterday, c.something_else, c.refer_signs, c.strain_signs, "
    "c.pattern_answers, c.pattern, c.drill_ids, c.known_at"
)


def read(row: Row) -> CheckIn:
    """A row of COLUMNS as a check-in."""
    signs = {name: _list(row[name]) for name in ("refer_signs", "strain_signs")}
    given = json.loads(row["pattern_answers"]) if row["pattern_answers"] else {}
    drills = _list(row["drill_ids"]) or ()
    return CheckIn(**{**row, **signs, "pattern_answers": given, "drill_ids": drills})


def _list(value: str | None) -> tuple[str, ...] | None:
    return None if value is None else tuple(json.loads(value))


@dataclass(frozen=True, slots=True)
class Form:
    """Where answers come from: whose, of which local day, what else it says, and its key."""

    athlete_id: str
    today: date
    training: Training
    key: str | None


def identity(form: Form, answers: Answers) -> str:
    """A new id, or with the form's key the same id for the same answers on the same day."""
    if form.key is None:
        return str(uuid7())
    said = json.dumps([_plain(asdict(answers)), _plain(asdict(form.training))], sort_keys=True)
    about = f"{form.athlete_id}/{form.today}/{form.key}/{said}"
    return str(uuid5(NAMESPACE_URL, f"clubmon:checkin/{about}"))


def referral_identity(checkin_id: str) -> str:
    """The id of the referral that a check-in opens."""
    return str(uuid5(NAMESPACE_URL, f"clubmon:referral/{checkin_id}"))


def unclosed(con: Connection, form: Form, answers: Answers) -> str:
    """The check-in's id; another one once a physio has closed what the form had opened.

    The same signs ticked again after a physio's decision are a new alarm, not a repetition.
    """
    checkin_id = identity(form, answers)
    found = _referral_of(con, checkin_id)
    if found is None or found["closed_at"] is None:
        return checkin_id
    return unclosed(con, replace(form, key=f"{form.key}/{checkin_id}"), answers)


def standing(con: Connection, checkin_id: str) -> str | None:
    """The referral that a stored check-in opened or completed."""
    found = _referral_of(con, checkin_id)
    return found["referral_id"] if found else None


def completes(con: Connection, form: Form, answers: Answers, decision: Decision) -> str | None:
    """The open referral of the same form with one list left out, if this is as urgent.

    More urgent, or of another kind, is an alarm of its own.
    """
    for without in (replace(answers, refer=None), replace(answers, strain=None)):
        found = _referral_of(con, unclosed(con, form, without))
        if found and (found["pattern"], found["urgency"]) == (decision.pattern, decision.urgency):
            return str(found["referral_id"])
    return None


def _referral_of(con: Connection, checkin_id: str) -> Row | None:
    rows = rows_of(
        con,
        "SELECT referral_id, pattern, urgency, closed_at FROM app.referral "
        "WHERE referral_id = ? OR checkin_id = ?",
        [referral_identity(checkin_id), checkin_id],
    )
    return rows[0] if rows else None


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    return sorted(value) if isinstance(value, frozenset) else value


def row_of(checkin_id: str, form: Form, answers: Answers, decision: Decision, now: datetime) -> Row:
    """The row of `app.checkin` by column name."""
    training = form.training
    return {
        "checkin_id": checkin_id,
        "athlete_id": form.athlete_id,
        "local_date": form.today,
        "left_score": answers.left,
        "right_score": answers.right,
        "left_place": answers.left_place,
        "right_place": answers.right_place,
        "yesterday": training.yesterday,
        "yesterday_distance_m": training.distance_m,
        "yesterday_minutes": training.minutes,
        "yesterday_rpe_tenths": training.rpe_tenths,
        "something_else": answers.something_else,
        "refer_signs": _json(answers.refer),
        "strain_signs": _json(answers.strain),
        "pattern_answers": json.dumps(_given(answers)) if answers.given else None,
        "pattern": decision.pattern,
        "drill_ids": json.dumps(decision.drill_ids),
        "known_at": now,
    }


def _json(signs: frozenset[str] | None) -> str | None:
    return None if signs is None else json.dumps(sorted(signs))


def _given(answers: Answers) -> dict[str, Any]:
    """A choice of one as its id, a tick-list as a list of ids."""
    return {
        id_: sorted(chosen) if QUESTION[id_].many else next(iter(chosen), None)
        for id_, chosen in sorted(answers.given.items())
        if id_ in QUESTION
    }


def referral_row(row: Row, decision: Decision) -> Row:
    """The row of `app.referral` for a check-in's row; nobody has acknowledged it yet."""
    return {
        "referral_id": referral_identity(row["checkin_id"]),
        "athlete_id": row["athlete_id"],
        "checkin_id": row["checkin_id"],
        "pattern": decision.pattern,
        "urgency": decision.urgency,
        "known_at": row["known_at"],
    }


def insert(con: Connection, table: Literal["checkin", "referral"], row: Row) -> None:
    """Insert one row, columns by name."""
    names, marks = ", ".join(row), ", ".join("?" for _ in row)
    con.execute(f"INSERT INTO app.{table} ({names}) VALUES ({marks})", list(row.values()))
