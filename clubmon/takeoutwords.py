"""The README of a download: what each file holds, and what its columns mean; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from clubmon.people import Person
from clubmon.settings import Settings

ABOUT: Mapping[str, str] = {
    "person": "who you are to the club",
    "role": "what you are in which team, and since when",
    "guardian": "guardians on record",
    "clearance": "until when a physio has cleared you, or took that back",
    "quiet_hours": "hours in which you are not written to, in minutes of the day",
    "consent": "every answer to what may be stored and shown",
    "checkin": "what you answered in check-ins, and what clubmon made of it",
    "weekly": "your answers to the weekly questions: points of each, and their sum",
    "wellness": "how you slept, how sore and how stressed you were, 1 to 5",
    "availability": "whether you could train, as you and a physio said",
    "grid_view": "how you have the squad's table shown",
    "shown": "the language and the units that you are shown",
    "session_rpe": "how hard sessions felt, told in check-ins",
    "file_rpe": "how hard sessions felt, handed over with a file",
    "referral": "answers that led to a professional's look, and what was decided",
    "flag": "what was found unusual on which morning, with the numbers behind it as JSON",
    "flag_action": "who has seen or done what about a flag",
    "plan": "drills you were given, from when to when",
    "plan_event": "what became of them, with details as JSON",
    "planned_session": "sessions that a coach planned for you, by day",
    "message": "mails to you: kind, subject, when sent; their text is not kept",
    "screen": "links to a screen that you made for a team",
    "subscribed": "kinds of mail that you asked for",
    "unsubscribed": "kinds of mail that you switched off",
    "quarantine_decision": "what was decided about sessions that can hardly be true",
    "session_mend": "the values that such sessions were mended with",
    "file_answer": "what you said that your files do not say",
    "player_name": "names that stand for you in a team's files",
    "physiology": "your heart rates and other values, each time they were set",
    "connection": "sources that you connected",
    "sync": "days of which a source has handed over everything",
    "arrival": "files that were handed over, and what became of each",
    "upload_token": "programs that may hand over files for you",
    "audit": "lines of the club's log that are about you or name you as who did it",
    "tombstone": "marks of what was deleted",
    "recorded_payload": "every file that was read",
    "recorded_session": "runs, lifts and other sessions, as each file tells of them",
    "recorded_lift_set": "sets of the lifts",
    "recorded_sample": "what was recorded along the way: no positions",
    "recorded_question": "what was looked up among your answers to read a file",
    "daily_load": "your load per day and channel, and whether the day is known",
    "load_metric": "what weeks, averages and ratios come to, per day and channel",
    "longest_run": "your longest run per day against the 30 days before",
}
UNITS: Sequence[tuple[str, str]] = (  # the first ending that fits
    ("known_at", "when clubmon knew it, UTC"),
    ("_at", "instant, UTC"),
    ("start_utc", "instant, UTC"),
    ("start_local", "wall clock where it was"),
    ("new_start", "wall clock where it was"),
    ("not_before", "instant, UTC"),
    ("_date", "your local day"),
    ("morning", "the club's day"),
    ("_tenths", "tenths, on the scale from 0 to 10"),
    ("_score", "0 to 10"),
    ("_mmps", "millimetres per second"),
    ("_dau", "tenths of arbitrary units"),
    ("_dm", "decimetres; in a list, by speed in steps of 0.1 m/s from 4.0 m/s"),
    ("_minutes", "minutes"),
    ("seconds", "seconds"),
    ("hr_s", "seconds per heart rate, from hr_from on"),
    ("_s", "seconds"),
    ("_m", "metres"),
    ("_g", "grams"),
    ("_pct", "per cent"),
    ("bytes", "bytes"),
    ("hr_from", "beats per minute"),
    ("hr", "beats per minute"),
    ("load", "base unit of the channel: metres, seconds, grams, sets or tenths of units"),
)


def readme(
    settings: Settings,
    person: Person,
    own: bool,
    now: datetime,
    columns: Mapping[str, Sequence[str]],
) -> str:
    """The text, with a paragraph per table and a line per column that has a unit."""
    whose = "about you" if own else f"about {person.name}"
    head = [
        f"Everything that {settings.club} holds {whose} in clubmon.",
        f"As of {now:%Y-%m-%d %H:%M} UTC.",
        "",
        "Each table is there twice, as .csv (UTF-8, with a header) and as .parquet, the same rows.",
        "original/ holds the files as they arrived.",
        "Other people stand here as what they are in the club, without a name. An empty field: not "
        "known.",
        *([] if own else ["What a source shows to the athlete alone is left out."]),
        "In this file “you” is the athlete.",
        "",
    ]
    return "\n".join([*head, *(line for name in columns for line in _table(name, columns[name]))])


def unit(column: str) -> str:
    """What a column's numbers are, '' where its name says it."""
    return next((said for ending, said in UNITS if column.endswith(ending)), "")


def _table(name: str, columns: Sequence[str]) -> list[str]:
    said = ABOUT.get(name, "rows of this kind about you")
    lines = [f"    {column}" + (f": {unit(column)}" if unit(column) else "") for column in columns]
    return [f"{name}: {said}", *lines, ""]
