"""The README of a download: what each file holds, and what its columns mean; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from clubmon.club.people import Person
from clubmon.settings import Settings
from clubmon.words.language import N_, _

ABOUT: Mapping[str, str] = {
    "person": N_("who you are to the club"),
    "role": N_("what you are in which team, and since when"),
    "guardian": N_("guardians on record"),
    "clearance": N_("until when a physio has cleared you, or took that back"),
    "quiet_hours": N_("hours in which you are not written to, in minutes of the day"),
    "consent": N_("every answer to what may be stored and shown"),
    "checkin": N_("what you answered in check-ins, and what clubmon made of it"),
    "weekly": N_("your answers to the weekly questions: points of each, and their sum"),
    "wellness": N_("how you slept, how sore and how stressed you were, 1 to 5"),
    "availability": N_("whether you could train, as you and a physio said"),
    "grid_view": N_("how you have the squad's table shown"),
    "shown": N_("the language and the units that you are shown"),
    "session_rpe": N_("how hard sessions felt, told in check-ins"),
    "file_rpe": N_("how hard sessions felt, handed over with a file"),
    "referral": N_("answers that led to a professional's look, and what was decided"),
    "flag": N_("what was found unusual on which morning, with the numbers behind it as JSON"),
    "flag_action": N_("who has seen or done what about a flag"),
    "plan": N_("drills you were given, from when to when"),
    "plan_event": N_("what became of them, with details as JSON"),
    "planned_session": N_("sessions that a coach planned for you, by day"),
    "message": N_("mails to you: kind, subject, when sent; their text is not kept"),
    "screen": N_("links to a screen that you made for a team"),
    "subscribed": N_("kinds of mail that you asked for"),
    "unsubscribed": N_("kinds of mail that you switched off"),
    "quarantine_decision": N_("what was decided about sessions that can hardly be true"),
    "session_mend": N_("the values that such sessions were mended with"),
    "file_answer": N_("what you said that your files do not say"),
    "player_name": N_("names that stand for you in a team's files"),
    "physiology": N_("your heart rates and other values, each time they were set"),
    "connection": N_("sources that you connected"),
    "sync": N_("days of which a source has handed over everything"),
    "arrival": N_("files that were handed over, and what became of each"),
    "upload_token": N_("programs that may hand over files for you"),
    "audit": N_("lines of the club's log that are about you or name you as who did it"),
    "tombstone": N_("marks of what was deleted"),
    "recorded_payload": N_("every file that was read"),
    "recorded_session": N_("runs, lifts and other sessions, as each file tells of them"),
    "recorded_lift_set": N_("sets of the lifts"),
    "recorded_sample": N_("what was recorded along the way: no positions"),
    "recorded_question": N_("what was looked up among your answers to read a file"),
    "daily_load": N_("your load per day and channel, and whether the day is known"),
    "load_metric": N_("what weeks, averages and ratios come to, per day and channel"),
    "longest_run": N_("your longest run per day against the 30 days before"),
}
OTHERS = N_("rows of this kind about you")
UNITS: Sequence[tuple[str, str]] = (  # the first ending that fits
    ("known_at", N_("when clubmon knew it, UTC")),
    ("_at", N_("instant, UTC")),
    ("start_utc", N_("instant, UTC")),
    ("start_local", N_("wall clock where it was")),
    ("new_start", N_("wall clock where it was")),
    ("not_before", N_("instant, UTC")),
    ("_date", N_("your local day")),
    ("morning", N_("the club's day")),
    ("_tenths", N_("tenths, on the scale from 0 to 10")),
    ("_score", N_("0 to 10")),
    ("_mmps", N_("millimetres per second")),
    ("_dau", N_("tenths of arbitrary units")),
    ("_dm", N_("decimetres; in a list, by speed in steps of 0.1 m/s from 4.0 m/s")),
    ("_minutes", N_("minutes")),
    ("seconds", N_("seconds")),
    ("hr_s", N_("seconds per heart rate, from hr_from on")),
    ("_s", N_("seconds")),
    ("_m", N_("metres")),
    ("_g", N_("grams")),
    ("_pct", N_("per cent")),
    ("bytes", N_("bytes")),
    ("hr_from", N_("beats per minute")),
    ("hr", N_("beats per minute")),
    ("load", N_("base unit of the channel: metres, seconds, grams, sets or tenths of units")),
)


def readme(
    settings: Settings,
    person: Person,
    own: bool,
    now: datetime,
    columns: Mapping[str, Sequence[str]],
) -> str:
    """The text in the reader's language: a paragraph per table, a line per column with a unit."""
    head = [
        _("Everything that {club} holds about you in clubmon.", club=settings.club)
        if own
        else _(
            "Everything that {club} holds about {name} in clubmon.",
            club=settings.club,
            name=person.name,
        ),
        _("As of {when} UTC.", when=f"{now:%Y-%m-%d %H:%M}"),
        "",
        _(
            "Each table is there twice, as .csv (UTF-8, with a header) and as .parquet, "
            "the same rows."
        ),
        _("original/ holds the files as they arrived."),
        _(
            "Other people stand here as what they are in the club, without a name. An empty field: "
            "not known."
        ),
        *([] if own else [_("What a source shows to the athlete alone is left out.")]),
        _("In this file “you” is the athlete."),
        "",
    ]
    return "\n".join([*head, *(line for name in columns for line in _table(name, columns[name]))])


def unit(column: str) -> str:
    """What a column's numbers are, '' where its name says it."""
    return next((str(said) for ending, said in UNITS if column.endswith(ending)), "")


def _table(name: str, columns: Sequence[str]) -> list[str]:
    said = ABOUT.get(name, OTHERS)
    lines = [f"    {column}" + (f": {unit(column)}" if unit(column) else "") for column in columns]
    return [f"{name}: {said}", *lines, ""]
