"""The same Recording from the native parser, where it is installed: several times as fast.

It takes sound files only. Whatever it refuses, `recording` reads again with fitdecode, which
keeps what came before an error; so both ways lead to the same sessions, as the tests hold.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from fitdecode import profile

from clubmon_files import framing
from clubmon_files.bounds import FIT_EPOCH
from clubmon_files.recordingtypes import COLUMNS, KEPT, Message, Recording

parse: Callable[[bytes], list[dict[str, Any]]] | None
try:
    from pyfitparsernative import parse_fit_bytes as parse
except ImportError:  # an optional extra: clubmon[fast]
    parse = None

# It builds every message at once: a day at 1 Hz is 86,400, and a million may ask for gigabytes.
MOST_FRAMES = 200_000

_TEXTS = {"wkt_step_name", "name", "sport_profile_name"}
_TIMES = {"timestamp", "start_time", "local_timestamp", "time_created"}
_EPOCH = datetime.fromtimestamp(FIT_EPOCH, UTC).replace(tzinfo=None)


# Its profile is newer: a word that only one of the two knows is a number to the other.
_WORDS: dict[str, set[str]] = {
    name: set(profile.FIELD_TYPES[name].enum.values()) for name in ("sport", "sub_sport")
} | {"category": set(profile.FIELD_TYPES["exercise_category"].enum.values())}


def decode(data: bytes) -> Recording | None:
    """A sound file's messages and records; None where this parser is not to be used."""
    if parse is None or not framing.regular(data, MOST_FRAMES):
        return None
    try:
        return _recording(parse(data))
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException:  # a panic in Rust is no Exception
        return None


def _recording(messages: list[dict[str, Any]]) -> Recording:
    found = Recording()
    for message in messages:
        kind = message["message_type"]
        if kind == "record":
            found.records.append(_row(message))
        elif kind in KEPT:
            found.messages.setdefault(kind, []).append(_message(message))
    return found


def _row(message: dict[str, Any]) -> list[Any]:
    """The parser rounds down where it expands a value into its enhanced form, 2.030 to 2.029;
    a file that tells both forms itself is not read here."""
    row = [message.get(name) for name in COLUMNS]
    row[0] = _plain("timestamp", row[0])
    row[2] = message.get("speed", row[2])
    row[3] = message.get("altitude", row[3])
    return row


def _message(message: dict[str, Any]) -> Message:
    """Raises LookupError for a word that fitdecode's profile does not have."""
    for name, words in _WORDS.items():
        value = message.get(name)
        for word in value if isinstance(value, list) else [value]:
            if isinstance(word, str) and word not in words:
                raise LookupError(word)
    return {
        name: _plain(name, value)
        for name, value in message.items()
        if name != "message_type" and value is not None
    }


def _plain(name: str, value: Any) -> Any:
    """Times as seconds since the FIT epoch, the first of several texts, arrays as tuples."""
    if name in _TEXTS and isinstance(value, list):
        return value[0] if value else None
    if name in _TIMES and isinstance(value, str):
        return round((datetime.fromisoformat(value) - _EPOCH).total_seconds())
    return tuple(value) if isinstance(value, list) else value
