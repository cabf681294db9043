"""Garmin's account export: lists of activities, and their recordings in archives inside it.

The lists are streamed, the archives read one member at a time; only sessions without samples
are held until a recording of the same start is found. What starts when an entry does is its
recording: nothing else ties the two together, as the files are named after the upload.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import IO, Any

import ijson

from clubmon.sdk import ConnectorError, Refusal, Session, in_order, sentence
from clubmon_files import archive, fit, garmin_summary, recording, recordings
from clubmon_files.archive import Archive
from clubmon_files.joining import joined
from clubmon_files.shapes import Found, ZipFormat

LIST = "summarizedactivities.json"
UPLOADS = "di-connect-uploaded-files/"
ENTRIES = "item.summarizedActivitiesExport.item"
MOST_ENTRY_BYTES = 4_000_000  # one activity takes two or three kB
BROKEN_LIST = sentence("breaks off or is no such list from here on; request the export again.")
LARGE_ENTRY = sentence("holds an entry larger than any activity; not read further.")
TOO_MUCH = sentence("holds more than any export; unpack it and upload parts.")
NOTHING = sentence("holds neither a list of activities nor their files; request the export again.")

_APART_S = 120  # watch and list round a start differently, or the list was corrected


@dataclass(slots=True)
class Waiting:
    """Sessions of the lists whose recording has not come yet, by their minute."""

    by_minute: dict[int, list[Session]] = field(default_factory=dict)

    def add(self, session: Session) -> None:
        """Let it wait."""
        self.by_minute.setdefault(_second(session) // 60, []).append(session)

    def take(self, part: Session) -> Session | None:
        """What waits for this recording, and no longer; None where nothing starts with it."""
        if part.start_utc is None:
            return None
        at = _second(part)
        near = [
            each
            for minute in range(at // 60 - 2, at // 60 + 3)
            for each in self.by_minute.get(minute, [])
            if abs(_second(each) - at) <= _APART_S and _same(each, part)
        ]
        found = min(near, key=lambda each: abs(_second(each) - at), default=None)
        if found is not None:
            self.by_minute[_second(found) // 60].remove(found)
        return found

    def rest(self) -> Iterator[Session]:
        """What still waits, in the order of the lists."""
        for listed in self.by_minute.values():
            yield from listed


def read_export(found: Archive, where: str) -> Found:
    """Every activity once: listed, recorded, or both."""
    waiting = Waiting()
    lists = sorted(name for name in found.members if name.lower().endswith(LIST))
    for name in lists:
        for item in _listed(found, name, where):
            if isinstance(item, Refusal) or item.start_utc is None:
                yield item
            else:
                waiting.add(item)
    nested = sorted(name for name in found.nested if UPLOADS in name.lower())
    for part in _recorded(found, nested, where):
        row = waiting.take(part) if isinstance(part, Session) else None
        yield joined(row, [part]) if row and isinstance(part, Session) else part
    yield from waiting.rest()
    if not lists and not nested:
        yield Refusal(where, NOTHING)


@dataclass(slots=True)
class Metered:
    """A stream that ends a list whose one entry would fill the memory."""

    stream: IO[bytes]
    since_entry: int = 0

    def read(self, size: int = -1) -> bytes:
        """Raises ConnectorError."""
        if self.since_entry > MOST_ENTRY_BYTES:
            raise ConnectorError(LARGE_ENTRY)
        piece = self.stream.read(size)
        self.since_entry += len(piece)
        return piece


def _listed(found: Archive, name: str, where: str) -> Iterator[Session | Refusal]:
    """The sessions of one list; of a multisport recording its parts, not the whole."""
    place = f"{where}!{name}"
    try:
        with found.file.open(found.members[name]) as stream:
            metered = Metered(stream)
            for entry in ijson.items(metered, ENTRIES, use_float=True):
                metered.since_entry = 0
                if isinstance(entry, dict) and not _whole(entry):
                    yield garmin_summary.session(entry, place)
    except ConnectorError as error:
        yield Refusal(place, str(error))
    except (ijson.JSONError, *archive.BROKEN):
        yield Refusal(place, BROKEN_LIST)


def _whole(entry: dict[str, Any]) -> bool:
    """Whether an entry is the sum of parts that are listed too."""
    return entry.get("parent") is True


def _recorded(found: Archive, nested: list[str], where: str) -> Found:
    """The sessions of recordings in archives inside; files that hold no activity are passed by."""
    size = 0
    for outer in nested:
        try:
            with archive.inner(found, outer, where) as inside:
                yield from inside.refusals
                yield from archive.unopened(inside, f"{where}!{outer}")
                size += sum(info.file_size for info in inside.members.values())
                if size > archive.MOST_BYTES:
                    raise ConnectorError(TOO_MUCH)
                yield from _each(inside, f"{where}!{outer}")
        except ConnectorError as error:
            yield Refusal(f"{where}!{outer}", str(error))


def _each(inside: Archive, where: str) -> Found:
    names = [name for name in sorted(inside.members) if recordings.named(name)]
    members = (recordings.taken(inside, name, where) for name in names)
    found = in_order(_activity, members, many=len(names) >= recordings.MANY)
    yield from chain.from_iterable(found)


def _activity(member: recordings.Member) -> list[recordings.Item]:
    """What a recording holds; nothing where it is a FIT file of another kind."""
    is_fit = member.suffix in fit.FORMAT.suffixes and not member.problem
    if is_fit and recording.file_type(member.data) not in (None, "activity"):
        return []
    return recordings.read_member(member)


def _second(session: Session) -> int:
    return int(session.start_utc.timestamp()) if session.start_utc else 0


def _same(listed: Session, part: Session) -> bool:
    """Whether both may be one activity: not where one is a run and the other a lift."""
    return listed.kind == part.kind or "other" in (listed.kind, part.kind)


def _knows(found: Archive) -> bool:
    names = [name.lower() for name in (*found.members, *found.nested)]
    return any(name.endswith(LIST) or UPLOADS in name for name in names)


FORMAT = ZipFormat(knows=_knows, read=read_export, nests=True)
