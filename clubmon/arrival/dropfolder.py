"""The watched folder: `drop/<athlete's id or e-mail>/file` is taken as if it had been handed over.

A file is taken once its size has stayed the same from one look to the next, and then moved into
`done/` or `refused/` beside it, with a .txt that says why. Links are never followed, names that
begin with a dot are left to whoever is still writing them.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from uuid6 import uuid7

from clubmon.arrival import arrivalrows, arrivals, ingest
from clubmon.arrival.arrivalrows import Arrival, Coming
from clubmon.arrival.ingest import ImportRefused
from clubmon.club import people
from clubmon.settings import Settings
from clubmon.storage import durable, landing
from clubmon.storage.store import Store
from clubmon.words.language import _

NAME = "drop"
DONE, REFUSED = "done", "refused"
# bytes: a number and .txt go beside it, 255 are a name's most
LONGEST_STEM, LONGEST_SUFFIX = 180, 20

Mark = tuple[int, int]  # size and time of the last change


class DropFolder:
    """Remembers from look to look how large each file was."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store, self._settings = store, settings
        self._before: dict[Path, Mark] = {}
        _folder(settings).mkdir(mode=0o700, exist_ok=True)

    def look(self, now: datetime) -> int:
        """Take what has stayed the same since the last look; says how many files were read."""
        found = {path: (who, mark) for who, path, mark in _files(self._store, self._settings)}
        steady = [
            (who, path) for path, (who, mark) in found.items() if self._before.get(path) == mark
        ]
        self._before = {path: mark for path, (_, mark) in found.items()}
        return sum(self._take(who, path, now) for who, path in sorted(steady))

    def _take(self, athlete_id: str, path: Path, now: datetime) -> bool:
        """Take one file and move it away; False where it is left for the next look."""
        try:
            ingest.require_consent(self._store, self._settings, athlete_id, now)
            arrival = self._read(athlete_id, path, now)
        except ImportRefused as refusal:
            _move(path, REFUSED, [str(refusal)])
            return False
        except (OSError, landing.NotTaken):
            return False  # gone, not ours to read, or no room: the next look tries again
        refused = arrival.state == "refused"
        _move(path, REFUSED if refused else DONE, _lines(arrival))
        return True

    def _read(self, athlete_id: str, path: Path, now: datetime) -> Arrival:
        coming = Coming(athlete_id, athlete_id, "folder", path.name, str(uuid7()))
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(handle, "rb") as file:
            landing.room_for(self._settings.data, os.fstat(handle).st_size)
            with landing.landed(self._settings.data, file) as landed:
                arrival_id = arrivalrows.take(self._store, landed, coming, now)
        arrivals.read_one(self._store, self._settings, arrival_id, now)
        found = arrivalrows.one(self._store, arrival_id)
        assert found is not None  # it was put on record just now
        return found


def strangers(store: Store, settings: Settings) -> list[str]:
    """A sentence for each name in the folder that holds files and is no athlete's."""
    root = _folder(settings)
    if not settings.drop_folder or not root.is_dir():
        return []
    found = []
    for entry in sorted(root.iterdir()):
        shown = ingest.shown(entry.name)
        if entry.is_symlink() or entry.name.startswith("."):
            continue
        if not entry.is_dir():
            found.append(
                _("{name} lies beside the athletes' folders; move it into one.", name=shown)
            )
        elif _athlete(store, entry.name) is None and any(_regular(entry)):
            found.append(
                _(
                    "{name} is the id or e-mail address of no athlete; rename the folder.",
                    name=shown,
                )
            )
        elif not _open(entry):
            found.append(
                _(
                    "Nothing is taken from {name}: the service may not write there, or done or "
                    "refused in it is no folder; mend that.",
                    name=shown,
                )
            )
    return found


def _files(store: Store, settings: Settings) -> Iterator[tuple[str, Path, Mark]]:
    """Athlete, path, and size and time of every file that may be taken."""
    for folder in _folder(settings).iterdir():
        if folder.is_symlink() or not folder.is_dir():
            continue
        athlete_id = _athlete(store, folder.name)
        if athlete_id is not None and _open(folder):
            yield from ((athlete_id, path, mark) for path, mark in _regular(folder))


def _open(folder: Path) -> bool:
    """Whether what was taken can be moved away: it would be taken again at every look."""
    into = (folder / DONE, folder / REFUSED)
    found = [each for each in into if each.is_symlink() or each.exists()]
    return all(each.is_dir() and not each.is_symlink() for each in found) and all(
        os.access(each, os.W_OK | os.X_OK) for each in (folder, *found)
    )


def _regular(folder: Path) -> Iterator[tuple[Path, Mark]]:
    """Files that lie directly in a folder; no links, pipes or folders."""
    for path in sorted(folder.iterdir()):
        try:
            found = path.lstat()
        except OSError:
            continue
        if stat.S_ISREG(found.st_mode) and not path.name.startswith("."):
            yield path, (found.st_size, found.st_mtime_ns)


def _athlete(store: Store, name: str) -> str | None:
    """The id of the athlete that a folder is named after."""
    text = ingest.shown(name)
    person = people.person(store, text) or people.by_email(store, text)
    found = people.athlete(store, person.person_id) if person else None
    return found.person.person_id if found else None


def _lines(arrival: Arrival) -> list[str]:
    """What to write beside a file: nothing where all of it was understood and believed."""
    read = arrival.read
    waits = [f"Waits for a decision: {line}" for line in read.doubtful]
    asks = [f"Waits for an answer: {line}" for line in read.questions]
    return [*read.refusals, *asks, *waits]


def _move(path: Path, where: str, lines: list[str]) -> None:
    """Move a file below its folder under a name that is free there."""
    folder = path.parent / where
    folder.mkdir(mode=0o700, exist_ok=True)
    stem, suffix = _cut(path.stem, LONGEST_STEM), _cut(path.suffix, LONGEST_SUFFIX)
    target, number = folder / f"{stem}{suffix}", 1
    while target.exists():
        number += 1
        target = folder / f"{stem} ({number}){suffix}"
    path.rename(target)
    if lines:
        text = "".join(f"{ingest.shown(line)}\n" for line in lines)
        durable.write(folder / f"{target.name}.txt", text.encode("utf-8"))


def _cut(text: str, most: int) -> str:
    """So many bytes of a name at most."""
    return os.fsdecode(os.fsencode(text)[:most])


def _folder(settings: Settings) -> Path:
    return settings.data / NAME
