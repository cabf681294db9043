"""FIT: one session per `session` message, with its samples and its sets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from clubmon.sdk import Refusal, Session, sentence
from clubmon_files import fit_parts
from clubmon_files.fit_parts import Part, Records
from clubmon_files.fit_session import session
from clubmon_files.recording import decode, usual
from clubmon_files.recordingtypes import Message, Recording
from clubmon_files.shapes import ByteFormat

MOST_BYTES = 64_000_000  # a day at 10 Hz is a quarter of this

NO_SUMMARY = sentence("The summary is missing: totals are taken from the records, without ascent.")
NO_FIT = sentence("is no FIT file, or breaks off before any data; export the activity again.")
OTHER_TYPE = sentence(
    "is a FIT file of type '{type}', which holds no activity; upload the activity."
)
TOO_LITTLE = sentence("holds no session, and too few records to make one of; export it again.")
NO_CLOCK = sentence(
    "holds a session whose clock was never set, so that its day is not known; "
    "export the activity from the watch's app instead."
)


def read_fit(data: bytes, where: str) -> Iterator[Session | Refusal]:
    """The sessions of a FIT file's bytes; one Refusal where there is nothing to keep."""
    recording = decode(data)
    refused = refusal(recording)
    if refused:
        yield Refusal(where, refused)
        return
    records = fit_parts.ordered(recording.records)
    if recording.all("session"):
        yield from _summarised(recording, records, where)
    else:
        yield _unsummarised(recording, records, where)


def refusal(recording: Recording) -> str:
    """Why the whole file is refused, '' where it may hold something to keep."""
    if not recording.messages and not recording.records:
        return NO_FIT
    kind = recording.first("file_id").get("type")
    if kind is not None and kind != "activity":
        return OTHER_TYPE.format(type=kind)
    return ""


def _summarised(recording: Recording, records: Records, where: str) -> Iterator[Session | Refusal]:
    messages = recording.all("session")
    found = fit_parts.parts(messages, records[0][0] if records else None)
    if len(found) < len(messages):
        yield Refusal(where, NO_CLOCK)
    passed = 0.0
    for part in found:
        rows = fit_parts.cut(records, part)
        base, passed = fit_parts.odometer(rows, passed)
        yield session(recording, part, fit_parts.samples(rows, part.start, base), where)


def _unsummarised(recording: Recording, records: Records, where: str) -> Session | Refusal:
    """A session made of the records alone: the device stopped before it wrote a summary."""
    records = fit_parts.coherent(records)
    totals = fit_parts.totals(records)
    if totals is None:
        return Refusal(where, TOO_LITTLE)
    message = {**totals.message, **_sport(recording)}
    part = Part(0, message, totals.start, totals.start + totals.elapsed_s + 1)
    made = session(recording, part, fit_parts.samples(records, totals.start, 0.0), where)
    return replace(made, warnings=(*made.warnings, NO_SUMMARY))


def _sport(recording: Recording) -> Message:
    """The sport that the device announced, or that most laps name."""
    laps = recording.all("lap")
    announced = recording.first("sport")
    guess = {name: usual([lap.get(name) for lap in laps]) for name in ("sport", "sub_sport")}
    return {
        name: value for name, value in {**guess, **announced}.items() if name in guess and value
    }


FORMAT = ByteFormat(
    suffixes=(".fit",),
    starts=lambda head: head[8:12] == b".FIT",
    read=read_fit,
    most_bytes=MOST_BYTES,
)
