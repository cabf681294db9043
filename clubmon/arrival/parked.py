"""Many sessions, which wait in a file on disk: years at 1 Hz would fill the memory."""

from __future__ import annotations

import pickle
import tempfile
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import IO, Any, overload

from clubmon.sdk import Session

HELD = 64  # sessions that stay in memory: most files hold fewer
MARKS = 3  # per session on disk: where it begins, where its samples do, and where these end


class Parked(Sequence[Session]):
    """Sessions in the order in which they were added.

    A few are held as they are. The others are in a temporary file without a name, which ends with
    this object or its process.
    """

    def __init__(self) -> None:
        self._held: list[Session] = []
        self._marks = array("Q")
        self._sampled = False
        self._file: IO[bytes] | None = None

    def add(self, session: Session) -> None:
        """Take one more."""
        if len(self._held) < HELD:
            self._held.append(session)
            return
        if self._file is None:
            self._file = tempfile.TemporaryFile()  # noqa: SIM115 it lives as long as this
        begin = self._file.seek(0, 2)
        pickle.dump(_without_samples(session), self._file)
        middle = self._file.tell()
        if session.samples:
            pickle.dump(session.samples, self._file)
            self._sampled = True
        self._marks.extend((begin, middle, self._file.tell()))

    def plain(self) -> Sequence[Session]:
        """This object, or a tuple where no samples wait on disk."""
        return self if self._sampled else tuple(self)

    def bare(self) -> Iterator[Session]:
        """All of them without their samples, which stay where they are."""
        yield from map(_without_samples, self._held)
        yield from map(self._parked, range(len(self) - len(self._held)))

    def __len__(self) -> int:
        return len(self._held) + len(self._marks) // MARKS

    @overload
    def __getitem__(self, index: int) -> Session: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Session]: ...
    def __getitem__(self, index: int | slice) -> Session | Sequence[Session]:
        if isinstance(index, slice):
            return [self._one(number) for number in range(*index.indices(len(self)))]
        return self._one(range(len(self))[index])

    def __iter__(self) -> Iterator[Session]:
        return map(self._one, range(len(self)))

    def __reduce__(self) -> tuple[type[tuple[Session, ...]], tuple[list[Session]]]:
        return tuple, (list(self),)  # another process has not the file

    def _one(self, number: int) -> Session:
        if number < len(self._held):
            return self._held[number]
        return self._parked(number - len(self._held), whole=True)

    def _parked(self, number: int, *, whole: bool = False) -> Session:
        begin, middle, end = self._marks[number * MARKS : (number + 1) * MARKS]
        session: Session = self._read(begin, middle)
        return (
            replace(session, samples=self._read(middle, end)) if whole and end > middle else session
        )

    def _read(self, begin: int, end: int) -> Any:
        assert self._file is not None
        self._file.seek(begin)
        return pickle.loads(self._file.read(end - begin))


def bare(sessions: Sequence[Session]) -> Iterable[Session]:
    """The sessions, without samples where these wait on disk; to be gone through once."""
    return sessions.bare() if isinstance(sessions, Parked) else sessions


def _without_samples(session: Session) -> Session:
    return replace(session, samples=None) if session.samples else session
