"""Many sessions, whose samples wait in a file on disk: years at 1 Hz would fill the memory."""

from __future__ import annotations

import pickle
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import IO, overload

from clubmon.sdk import Session

HELD = 64  # sessions whose samples stay in memory: most files hold fewer


class Parked(Sequence[Session]):
    """Sessions in the order in which they were added; `bare` are the same without samples.

    A few are held as they are. The samples of the others are in a temporary file without a name,
    which ends with this object or its process.
    """

    def __init__(self) -> None:
        self.bare: list[Session] = []
        self._held: dict[int, Session] = {}
        self._at: dict[int, tuple[int, int]] = {}
        self._file: IO[bytes] | None = None

    def add(self, session: Session) -> None:
        """Take one more."""
        number = len(self.bare)
        self.bare.append(replace(session, samples=None) if session.samples else session)
        if session.samples is None:
            return
        if len(self._held) < HELD:
            self._held[number] = session
        else:
            self._at[number] = self._written(pickle.dumps(session.samples))

    def plain(self) -> Sequence[Session]:
        """A tuple where all are in memory, otherwise this object."""
        return self if self._at else tuple(self)

    def __len__(self) -> int:
        return len(self.bare)

    @overload
    def __getitem__(self, index: int) -> Session: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Session]: ...
    def __getitem__(self, index: int | slice) -> Session | Sequence[Session]:
        if isinstance(index, slice):
            return [self._one(number) for number in range(*index.indices(len(self.bare)))]
        return self._one(range(len(self.bare))[index])

    def __iter__(self) -> Iterator[Session]:
        return map(self._one, range(len(self.bare)))

    def __reduce__(self) -> tuple[type[tuple[Session, ...]], tuple[list[Session]]]:
        return tuple, (list(self),)  # another process has not the file

    def _one(self, number: int) -> Session:
        if number in self._held:
            return self._held[number]
        if number not in self._at or self._file is None:
            return self.bare[number]
        start, size = self._at[number]
        self._file.seek(start)
        return replace(self.bare[number], samples=pickle.loads(self._file.read(size)))

    def _written(self, content: bytes) -> tuple[int, int]:
        if self._file is None:
            self._file = tempfile.TemporaryFile()  # noqa: SIM115 it lives as long as this
        start = self._file.seek(0, 2)
        self._file.write(content)
        return start, len(content)


def bare(sessions: Sequence[Session]) -> Sequence[Session]:
    """The sessions, without samples where these wait on disk."""
    return sessions.bare if isinstance(sessions, Parked) else sessions
