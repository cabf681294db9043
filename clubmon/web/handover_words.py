"""What became of files that were handed over, in words that an athlete understands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from clubmon.arrivalrows import Arrival

LINES_SHOWN = 20
STATES = {"waiting": "waits to be read", "reading": "is being read", "known": "known before"}


@dataclass(frozen=True, slots=True)
class Lines:
    """Some sentences, and how many more there are."""

    shown: tuple[str, ...]
    more: int


@dataclass(frozen=True, slots=True)
class File:
    """One file: its name, size and outcome in words, and the sentences below it."""

    name: str
    size: str
    outcome: str
    refusals: Lines
    doubtful: Lines
    notes: Lines
    asks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Batch:
    """Files that were handed over together. `busy`: some are still to be read."""

    at: datetime
    way: str
    headline: str
    busy: bool
    done: int
    files: tuple[File, ...]


def batch(files: Sequence[Arrival]) -> Batch:
    """What to show of files that were handed over together; there is at least one."""
    done = sum(file.ended_at is not None for file in files)
    return Batch(
        files[0].known_at,
        {"page": "by page", "api": "by upload token", "folder": "from the drop folder"}[
            files[0].way
        ],
        headline(files),
        done < len(files),
        done,
        tuple(_file(file) for file in files),
    )


def headline(files: Sequence[Arrival]) -> str:
    """'212 runs and 64 lifts found, 3 files not understood, here is why.'"""
    read = [file.read for file in files]
    counts = [
        (sum(one.runs for one in read), "run"),
        (sum(one.lifts for one in read), "lift"),
        (sum(one.others for one in read), "other session"),
    ]
    found = listed([counted(number, word) for number, word in counts if number])
    parts = [f"{found} found" if found else ""]
    states = [file.state for file in files]
    known, asks = states.count("known"), states.count("asks")
    parts.append(f"{counted(known, 'file')} known before" if known else "")
    parts.append(f"{counted(asks, 'file')} to be answered about" if asks else "")
    whole = states.count("refused")
    rows = sum(one.refused for one in read) - whole
    missed = [counted(whole, "file")] if whole else []
    missed += [counted(rows, "row or part", "rows or parts")] if rows > 0 else []
    parts.append(f"{listed(missed)} not understood, here is why" if missed else "")
    waiting = len(files) - sum(file.ended_at is not None for file in files)
    parts.append(f"{counted(waiting, 'file')} still to be read" if waiting else "")
    said = ", ".join(part for part in parts if part) or "nothing found"
    return said[:1].upper() + said[1:] + "."


def counted(number: int, word: str, words: str = "") -> str:
    """'1 run', '2 runs'."""
    return f"{number} {word if number == 1 else words or word + 's'}"


def listed(parts: Sequence[str]) -> str:
    """'a, b and c'."""
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def size(count: int) -> str:
    """A number of bytes for people: '3.2 MB'."""
    number, unit = float(count), "bytes"
    for bigger in ("kB", "MB", "GB"):
        if number < 1000:
            break
        number, unit = number / 1000, bigger
    return f"{number:.0f} {unit}" if unit in ("bytes", "kB") else f"{number:.1f} {unit}"


def _file(file: Arrival) -> File:
    read = file.read
    return File(
        file.name,
        size(file.bytes),
        _outcome(file),
        _lines(read.refusals, read.refused, file.name),
        _lines(read.doubtful, read.doubted, file.name),
        _lines(read.notes, len(read.notes), file.name),
        read.questions,
    )


def _outcome(file: Arrival) -> str:
    """The file's own line; the sentences that say why stand below it."""
    if file.state in STATES:
        return STATES[file.state]
    if file.state == "asks":
        return "kept; it counts once you have answered"
    read = file.read
    counts = ((read.runs, "run"), (read.lifts, "lift"), (read.others, "other session"))
    return listed([counted(number, word) for number, word in counts if number]) or "not understood"


def _lines(lines: Sequence[str], total: int, name: str) -> Lines:
    """The first lines, without the file's name, which stands above them."""
    shown = tuple(_short(line, name) for line in lines[:LINES_SHOWN])
    return Lines(shown, max(0, total - len(shown)))


def _short(line: str, name: str) -> str:
    short = line.removeprefix(name).lstrip(": ") if line.startswith(name) else line
    return short[:1].upper() + short[1:]
