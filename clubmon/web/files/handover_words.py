"""What became of files that were handed over, in words that an athlete understands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from clubmon.arrival.arrivalrows import Arrival
from clubmon.words import language
from clubmon.words.language import N_, _, begun, ngettext
from clubmon.words.sentences import retold

LINES_SHOWN = 20
STATES = {
    "waiting": N_("waits to be read"),
    "reading": N_("is being read"),
    "known": N_("known before"),
}


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
        {"page": _("by page"), "api": _("by upload token"), "folder": _("from the drop folder")}[
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
    found = kinds(
        sum(one.runs for one in read),
        sum(one.lifts for one in read),
        sum(one.others for one in read),
    )
    parts = [_("{what} found", what=found) if found else ""]
    states = [file.state for file in files]
    known, asks = states.count("known"), states.count("asks")
    parts.append(ngettext("{n} file known before", "{n} files known before", known) * bool(known))
    parts.append(
        ngettext("{n} file to be answered about", "{n} files to be answered about", asks)
        * bool(asks)
    )
    parts.append(_missed(states.count("refused"), sum(one.refused for one in read)))
    waiting = len(files) - sum(file.ended_at is not None for file in files)
    parts.append(
        ngettext("{n} file still to be read", "{n} files still to be read", waiting) * bool(waiting)
    )
    said = ", ".join(part for part in parts if part) or _("nothing found")
    return begun(said) + "."


def _missed(whole: int, refused: int) -> str:
    """'3 files and 2 rows or parts not understood, here is why', or nothing."""
    missed = [ngettext("{n} file", "{n} files", whole)] if whole else []
    if (rows := refused - whole) > 0:
        missed.append(ngettext("{n} row or part", "{n} rows or parts", rows))
    what = listed(missed)
    return _("{what} not understood, here is why", what=what) if missed else ""


def kinds(runs: int, lifts: int, others: int) -> str:
    """'2 runs, 1 lift and 3 other sessions'; '' for none of any."""
    return listed(
        [
            said
            for number, said in (
                (runs, ngettext("{n} run", "{n} runs", runs)),
                (lifts, ngettext("{n} lift", "{n} lifts", lifts)),
                (others, ngettext("{n} other session", "{n} other sessions", others)),
            )
            if number
        ]
    )


def listed(parts: Sequence[str]) -> str:
    """'a, b and c'."""
    if len(parts) < 2:
        return "".join(parts)
    return _("{some} and {last}", some=", ".join(parts[:-1]), last=parts[-1])


def size(count: int) -> str:
    """A number of bytes for people: '3.2 MB'."""
    number, unit = float(count), ""
    for bigger in ("kB", "MB", "GB"):
        if number < 1000:
            break
        number, unit = number / 1000, bigger
    if not unit:
        return ngettext("{n} byte", "{n} bytes", count)
    return language.number(number, 0 if unit == "kB" else 1) + f" {unit}"


def _file(file: Arrival) -> File:
    read = file.read
    return File(
        file.name,
        size(file.bytes),
        _outcome(file),
        _lines(read.refusals, read.refused, file.name),
        _lines(read.doubtful, read.doubted, file.name),
        _lines(read.notes, len(read.notes), file.name),
        tuple(map(retold, read.questions)),
    )


def _outcome(file: Arrival) -> str:
    """The file's own line; the sentences that say why stand below it."""
    if file.state in STATES:
        return str(STATES[file.state])
    if file.state == "asks":
        return _("kept; it counts once you have answered")
    read = file.read
    return kinds(read.runs, read.lifts, read.others) or _("not understood")


def _lines(lines: Sequence[str], total: int, name: str) -> Lines:
    """The first lines, without the file's name, which stands above them."""
    shown = tuple(_short(line, name) for line in lines[:LINES_SHOWN])
    return Lines(shown, max(0, total - len(shown)))


def _short(line: str, name: str) -> str:
    told = retold(line)
    if not told.startswith(name):
        return begun(told)
    rest = told.removeprefix(name)
    return rest[1:] if rest.startswith("!") else begun(rest.lstrip(": "))  # a part of an archive
