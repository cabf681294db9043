"""Every parser that bytes from outside reach, and what each of them promises of any bytes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any
from zlib import crc32

from clubmon_files import native
from clubmon_garmin import api
from clubmon_garmin.calls import Answer, Caller, Request
from clubmon_garmin.errors import AgentError
from clubmon_strava import Strava, mapping

from clubmon.arrival import inspection, rawrows, reading
from clubmon.sdk import ConnectorError, Question, Refusal, Session, Share
from clubmon.testing import is_sentence
from tests.fuzz import seeds

NOW = datetime(2026, 11, 17, 5, tzinfo=UTC)
PAYLOAD = rawrows.Payload("a", "0", "x", "files", "1", 1, "club", 0, NOW)
STORED_OF = 4  # of so many inputs that are read one is also made into rows: that takes longest
UNITS = MappingProxyType({"weight_unit": "kg", "garmin_distance_unit": "km"})
SUBSCRIBED = {"subscription_id": "1"}


class Broken(AssertionError):
    """A promise that was not kept, in words."""


@dataclass(frozen=True, slots=True)
class Told:
    """What became of one input."""

    read: int = 0  # sessions, or documents
    refused: int = 0
    asked: int = 0


@dataclass(frozen=True, slots=True)
class Parser:
    """`run` reads bytes and raises Broken (or anything else) where a promise is not kept."""

    seeds: Callable[[], tuple[bytes, ...]]
    run: Callable[[bytes], Told]
    file: str = ""  # the name under which `clubmon import` would see it; '': it never does


def all_parsers(place: Path) -> dict[str, Parser]:
    """By name; files are written to `place` to be read."""

    def of(name: str, made: Callable[[], tuple[bytes, ...]]) -> Parser:
        return Parser(made, lambda data: judged(_read(place, data, name), name), name)

    def table(name: str) -> Parser:
        return of(f"{name}.csv", lambda: seeds.tables()[name])

    fit = of("a.fit", seeds.fits)
    return {
        "fit": fit,
        "fit-without-native": Parser(fit.seeds, lambda data: _without_native(fit.run, data)),
        "tcx": of("a.tcx", seeds.tcx),
        "gpx": of("a.gpx", seeds.gpx),
        "zip": of("a.zip", seeds.loose_zips),
        "strava-zip": of("export.zip", seeds.strava_zips),
        "garmin-zip": of("garmin.zip", seeds.garmin_zips),
        "strava-csv": of("activities.csv", seeds.strava_tables),
        "garmin-csv": of("Activities.csv", seeds.garmin_lists),
        **{name: table(name) for name in seeds.tables()},
        "team-shares": Parser(seeds.team_tables, lambda data: _shared(place, data)),
        "strava-api": Parser(seeds.strava_answers, lambda data: _strava(place, data)),
        "strava-webhook": Parser(lambda: (json.dumps(seeds.WEBHOOK).encode(),), _webhook),
        "agent-download": Parser(seeds.loose_zips, lambda data: _agent(data, "originals")),
        "agent-detail": Parser(_details, lambda data: _agent(data, "rpe")),
        "agent-list": Parser(_lists, lambda data: _agent(data, "activities")),
    }


def judged(items: Iterable[Session | Refusal | Question], name: str) -> Told:
    """What a file gave. Raises Broken where it says nothing, or not in a sentence."""
    found = list(items)
    if not found:
        raise Broken("neither a session nor a message")
    for item in found:
        if isinstance(item, Refusal):
            _sentence(item, name)
        elif isinstance(item, Session):
            _storable(item)
    sessions = [item for item in found if isinstance(item, Session)]
    if sessions and crc32(repr(sessions[0]).encode("utf-8", "replace")) % STORED_OF == 0:
        rawrows.frames(PAYLOAD, sessions, "Europe/Berlin")
    kinds = [type(item) for item in found]
    return Told(kinds.count(Session), kinds.count(Refusal), kinds.count(Question))


def _sentence(item: Refusal, name: str) -> None:
    if not is_sentence(item.message) or not str(item).isprintable():
        raise Broken(f"no sentence: {str(item)!r}")
    if not item.where.startswith(name):
        raise Broken(f"does not name its file: {item.where!r}")


def _storable(item: Session) -> None:
    """That a session can be shown, and printed as JSON."""
    if not all(is_sentence(text) and text.isprintable() for text in item.warnings):
        raise Broken(f"no sentence among {item.warnings!r}")
    for text in (item.title, item.sport, item.source_id, *(one.exercise for one in item.sets)):
        (text or "").encode()
    json.dumps(inspection.as_dict("x", item, NOW), allow_nan=False).encode()


def _read(
    place: Path, data: bytes, name: str, connector: str = ""
) -> Iterator[Session | Refusal | Question]:
    """As the core reads: whoever claims it, then again with the answers that a person gives."""
    place.write_bytes(data)
    parsed = reading.parse(place, name, UNITS, connector)
    if parsed.questions:
        told = {one.key: _answer(one) for one in parsed.questions}
        again = reading.parse(place, name, {**UNITS, **told}, connector)
        yield from again.sessions
        yield from again.refusals
    yield from parsed.sessions
    yield from parsed.refusals
    yield from parsed.questions


def _answer(question: Question) -> str:
    return ",".join(question.columns.guess) if question.columns else question.choices[0].value


def _without_native(run: Callable[[bytes], Told], data: bytes) -> Told:
    """As on a machine where the native parser is not installed."""
    installed, native.parse = native.parse, None
    try:
        return run(data)
    finally:
        native.parse = installed


def _shared(place: Path, data: bytes) -> Told:
    """Each player's part, and what reading that part as the player's own file says."""
    place.write_bytes(data)
    found = list(reading.shares(place, "team.csv", UNITS))
    asked = [item for item in found if isinstance(item, Question)]
    for question in asked:
        found += reading.shares(place, "team.csv", {**UNITS, question.key: _answer(question)})
    if not found:
        raise Broken("neither a share nor a message")
    read = 0
    for item in found:
        if isinstance(item, Refusal):
            _sentence(item, "team.csv")
        elif isinstance(item, Share):
            read += 1
            judged(_read(place, item.document.content, "team.csv"), "team.csv")
    return Told(read, len(found) - read - len(asked), len(asked))


def _strava(place: Path, data: bytes) -> Told:
    """An answer as the client takes it, kept, read; and the bytes as if they had been kept."""
    name = "strava-activity-9.json"
    kept = mapping.HEAD + data + b"}"
    told = judged(_read(place, kept, name, "strava"), name)
    try:
        answer = json.loads(data)
    except (ValueError, RecursionError):
        return told  # `json_of` says so, as the contract tests hold
    if isinstance(answer, dict):
        try:
            document = mapping.document(answer, answer)
        except ConnectorError as error:
            return _refused(error)
        return judged(_read(place, document.content, document.name, "strava"), document.name)
    return told


def _webhook(data: bytes) -> Told:
    return Told(read=1) if Strava().hint(SUBSCRIBED, data) else Told(refused=1)


class Canned(Caller):
    """A service whose every answer is these bytes."""

    def __init__(self, body: bytes) -> None:
        super().__init__("Garmin", "https://garmin.example")
        self.bodies = [body]

    def call(self, request: Request, attempts: int = 1) -> Answer:
        """The bytes once, then an empty list."""
        return Answer(200, self.bodies.pop() if self.bodies else b"[]")


def _agent(data: bytes, what: str) -> Told:
    garmin = api.Garmin(Canned(data), "key", "token")
    arguments: tuple[Any, ...] = (
        (date(2026, 1, 1), date(2026, 2, 1)) if what == "activities" else ("9",)
    )
    try:
        found = getattr(garmin, what)(*arguments)
        found = found if what == "rpe" else list(found)
    except AgentError as error:
        return _refused(error)
    return Told(read=1 if found else 0)


def _refused(error: Exception) -> Told:
    if not is_sentence(str(error)):
        raise Broken(f"no sentence: {error!r}")
    return Told(refused=1)


def _details() -> tuple[bytes, ...]:
    made = json.dumps({"activityId": 9, "summaryDTO": {"directWorkoutRpe": 60}}).encode()
    return made, *_payload("garmin_activity_detail.json")


def _lists() -> tuple[bytes, ...]:
    made = json.dumps([{"activityId": 9, "startTimeLocal": "2026-01-02 10:00:00"}]).encode()
    return made, *_payload("garmin_activity_list_run.json")


def _payload(name: str) -> Iterator[bytes]:
    path = seeds.PAYLOADS / name
    if path.exists():
        yield path.read_bytes()
