"""Reads the files that athletes export from their watches and apps.

FIT (also gzipped), Strava's bulk export and its activities.csv, Hevy and Strong.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from clubmon.sdk import ConnectorError, Refusal, Session
from clubmon_files import archive, fit, tables
from clubmon_files.hevy import read_hevy
from clubmon_files.sniff import Format, csv_format, format_of
from clubmon_files.strava import read_strava
from clubmon_files.strava_zip import read_zip
from clubmon_files.strong import read_strong

HEAD_BYTES = 4096
_READERS = {"hevy": read_hevy, "strong": read_strong, "strava": read_strava}
_NOT_YET = "is a {} file, which is not read yet; export the original FIT file instead."


class Files:
    """The connector for exported files. Has no state: `read` may run in any process."""

    name = "files"
    version = "1"

    def claims(self, name: str, head: bytes) -> bool:
        """Whether a file of this name that starts with these bytes (up to 4 KiB) is ours."""
        return format_of(name, head) is not None

    def read(self, path: Path, name: str) -> Iterator[Session | Refusal]:
        """Yield what the file holds, good rows first to last; never raises for bad input."""
        try:
            with path.open("rb") as file:
                head = file.read(HEAD_BYTES)
            yield from _read(path, name, format_of(name, head) if head else None)
        except ConnectorError as error:
            yield Refusal(name, str(error))
        except OSError as error:
            yield Refusal(name, f"cannot be opened ({error.strerror}); check the file.")


def _read(path: Path, name: str, kind: Format | None) -> Iterator[Session | Refusal]:
    if kind == "zip":
        yield from read_zip(path, name)
    elif kind == "fit":
        yield from fit.read_fit(_bytes(path, fit.MOST_BYTES), name)
    elif kind == "csv":
        app, table = csv_format(_bytes(path, tables.MOST_BYTES))
        yield from _READERS[app](table, name)
        if table.broken:
            yield Refusal(name, table.broken)
    elif kind is None and path.stat().st_size == 0:
        yield Refusal(name, "is empty; export it again.")
    elif kind is None:
        yield Refusal(name, "is of a kind that is not read here; see the list in the README.")
    else:
        yield Refusal(name, _NOT_YET.format(kind.upper()))


def _bytes(path: Path, limit: int) -> bytes:
    with path.open("rb") as file:
        return archive.unzipped(archive.checked(file.read(limit + 1), limit), limit)
