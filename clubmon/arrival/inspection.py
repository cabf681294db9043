"""`clubmon inspect`: what files hold, as JSON or as a table. Opens no database."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from rich.table import Table
from rich.text import Text

from clubmon.arrival.doubt import doubts
from clubmon.arrival.parked import bare
from clubmon.arrival.reading import parse
from clubmon.sdk import LiftSet, Refusal, Session


@dataclass(frozen=True, slots=True)
class Inspection:
    """Sessions as they go into JSON, and what was refused, both in the order of the paths.

    `places` says of each session where its file holds it: file, and row or member inside it.
    """

    sessions: list[dict[str, Any]]
    refusals: list[Refusal]
    places: list[str] = field(default_factory=list)


def inspect(paths: list[Path], now: datetime) -> Inspection:
    """Read files, and all files of folders. `now` is aware; a later start is doubted."""
    found = Inspection([], [])
    for path in walk(paths):
        parsed = parse(path, str(path))
        found.sessions.extend(as_dict(str(path), session, now) for session in bare(parsed.sessions))
        found.places.extend(_place(path, session) for session in bare(parsed.sessions))
        found.refusals.extend(parsed.refusals)
        found.refusals.extend(
            Refusal(question.where, f"{question.text} 'clubmon import' takes the answer.")
            for question in parsed.questions
        )
    return found


def walk(paths: list[Path]) -> Iterator[Path]:
    """Files as given; of a folder every file below it, sorted, hidden ones left out.

    A folder without any stands for itself: reading it says that it holds none.
    """
    for path in paths:
        if os.path.isdir(path):  # unlike Path.is_dir, no error where it may not be looked at
            below = (each.relative_to(path) for each in path.rglob("*") if os.path.isfile(each))
            shown = [
                path / each
                for each in sorted(below)
                if not any(part.startswith(".") for part in each.parts)
            ]
            yield from shown or [path]
        else:
            yield path


def as_dict(file: str, session: Session, now: datetime) -> dict[str, Any]:
    """One session: SI units, absent is None, `start_local` naive wall-clock time.

    A source that states only the instant is shown in UTC, and says so in `timezone`.
    """
    start, zone = _wall_clock(session)
    return {
        "file": file,
        "source": session.source,
        "kind": session.kind,
        "start_local": start and start.isoformat(timespec="seconds"),
        "timezone": zone,
        "distance_m": session.distance_m,
        "moving_s": session.moving_s,
        "elapsed_s": session.elapsed_s,
        "ascent_m": session.ascent_m,
        "avg_hr": session.avg_hr,
        "max_hr": session.max_hr,
        "sets": [_set(each) for each in session.sets],
        "warnings": [*session.warnings, *doubts(session, now)],
    }


def as_json(found: Inspection) -> str:
    """The sessions as one JSON array."""
    return json.dumps(found.sessions, ensure_ascii=False, indent=1, allow_nan=False)


def as_table(found: Inspection) -> Table:
    """The sessions as a table for the terminal: km, h:mm:ss, m of ascent, beats per minute.

    Time is moving time, or elapsed time where that is all there is, as for lifts.
    """
    table = Table(title=_count(found), title_justify="left", box=None, pad_edge=False)
    table.padding = (0, 1, 0, 0)
    table.add_column("File", overflow="fold", min_width=8)
    for name in ("Start", "Zone", "Kind"):
        table.add_column(name, no_wrap=True)
    for name in ("km", "Time", "Up", "HR", "Sets", "Note"):
        table.add_column(name, justify="right", no_wrap=True)
    notes: dict[str, int] = {}  # each sentence once, below the table, under a number
    first: list[str] = []  # where each of them is true first
    above = ""
    for session, place in zip(found.sessions, found.places, strict=True):
        file = "" if session["file"] == above else Path(session["file"]).name
        above = session["file"]
        numbers = [notes.setdefault(each, len(notes) + 1) for each in session["warnings"]]
        first += [place] * (len(notes) - len(first))
        cells = [file, *_cells(session), " ".join(str(number) for number in numbers)]
        table.add_row(*(Text(cell) for cell in cells))
    lines = [f"{n}  {where}: {note}" for (note, n), where in zip(notes.items(), first, strict=True)]
    table.caption = Text("\n".join(lines))
    table.caption_justify = "left"
    return table


def _place(path: Path, session: Session) -> str:
    """As the table names files: without the folders that lead to them."""
    return (session.where or str(path)).removeprefix(str(path)[: -len(path.name)])


def _cells(session: dict[str, Any]) -> list[str]:
    distance, ascent = session["distance_m"], session["ascent_m"]
    hearts = [session["avg_hr"], session["max_hr"]]
    return [
        (session["start_local"] or "").replace("T", " ")[:16],
        session["timezone"] or "",
        session["kind"],
        "" if distance is None else f"{distance / 1000:.2f}",
        _clock(session["elapsed_s"] if session["moving_s"] is None else session["moving_s"]),
        "" if ascent is None else f"{ascent:.0f}",
        "/".join("–" if beats is None else str(beats) for beats in hearts) if any(hearts) else "",
        str(len(session["sets"]) or ""),
    ]


def _clock(seconds: float | None) -> str:
    if seconds is None:
        return ""
    whole = round(seconds)
    return f"{whole // 3600}:{whole % 3600 // 60:02d}:{whole % 60:02d}"


def _count(found: Inspection) -> str:
    sessions, refused = len(found.sessions), len(found.refusals)
    return f"{sessions} session{'' if sessions == 1 else 's'}, {refused} refused"


def _wall_clock(session: Session) -> tuple[datetime | None, str | None]:
    if session.start_local is not None or session.start_utc is None:
        return session.start_local, session.timezone
    return session.start_utc.replace(tzinfo=None), "UTC"


def _set(lift: LiftSet) -> dict[str, Any]:
    return {
        "exercise": lift.exercise,
        "set_type": lift.set_type,
        "reps": lift.reps,
        "weight_kg": lift.weight_kg,
        "rpe": lift.rpe,
    }
