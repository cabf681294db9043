"""Reads the files that athletes export from their watches and apps.

The formats are listed in `formats.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from clubmon.sdk import (
    NO_ANSWERS,
    Answers,
    ConnectorError,
    Document,
    Question,
    Refusal,
    Session,
    Share,
    sentence,
)
from clubmon_files import archive, columns, tables, teams
from clubmon_files.guides import guides
from clubmon_files.mapped import read_mapped
from clubmon_files.shapes import ByteFormat
from clubmon_files.sniff import Format, csv_format, format_of
from clubmon_files.zips import read_zip

HEAD_BYTES = 4096
CALLED = {
    "fit": "FIT file",
    "tcx": "TCX file",
    "gpx": "GPX file",
    "strava_export": "Strava’s archive",
    "garmin_export": "Garmin’s archive",
    "garmin_csv": "Garmin’s list",
    "strong": "Strong",
    "hevy": "Hevy",
    "fitnotes": "FitNotes",
    "lyfta": "Lyfta",
    "jefit": "Jefit",
    "trainingpeaks": "TrainingPeaks",
    "intervals": "intervals.icu",
    "polar_team": "Polar Team Pro",
    "catapult": "Catapult OpenField",
    "statsports": "STATSports",
    "table": "own table",
}
NOT_OPENED = sentence("cannot be opened ({why}); check the file.")
OTHER_KIND = sentence("is of a kind that is not read here; export it as FIT or CSV.")
NO_PLAYERS = sentence("has no column of players' names; hand it in for one athlete.")


class Files:
    """The connector for exported files. Has no state: `read` may run in any process."""

    name = "files"
    version = "1"
    guides = guides()
    called = CALLED

    def claims(self, name: str, head: bytes) -> bool:
        """Whether a file of this name that starts with these bytes (up to 4 KiB) is ours."""
        return format_of(name, head) is not None

    def read(
        self, path: Path, name: str, answers: Answers = NO_ANSWERS
    ) -> Iterator[Session | Refusal | Question]:
        """Yield what the file holds, good rows first to last; never raises for bad input."""
        try:
            with path.open("rb") as file:
                head = file.read(HEAD_BYTES)
            yield from _read(path, name, format_of(name, head) if head else None, answers)
        except ConnectorError as error:
            yield Refusal(name, str(error))
        except OSError as error:
            yield Refusal(name, NOT_OPENED.format(why=error.strerror))

    def shares(
        self, path: Path, name: str, answers: Answers = NO_ANSWERS
    ) -> Iterator[Share | Refusal | Question]:
        """Yield each player's rows of a team's file as a document of their own."""
        try:
            yield from _shares(_bytes(path, tables.MOST_BYTES), name, answers)
        except ConnectorError as error:
            yield Refusal(name, str(error))
        except OSError as error:
            yield Refusal(name, NOT_OPENED.format(why=error.strerror))


def _read(
    path: Path, name: str, kind: Format | None, answers: Answers
) -> Iterator[Session | Refusal | Question]:
    if kind == "zip":
        yield from read_zip(path, name)
    elif isinstance(kind, ByteFormat):
        yield from kind.read(_bytes(path, kind.most_bytes), name)
    elif kind == "csv":
        yield from _table(_bytes(path, tables.MOST_BYTES), name, answers)
    elif path.stat().st_size == 0:
        yield Refusal(name, tables.EMPTY)
    else:
        yield Refusal(name, OTHER_KIND)


def _table(data: bytes, name: str, answers: Answers) -> Iterator[Session | Refusal | Question]:
    """A CSV of a known app, or any other whose columns the athlete names."""
    try:
        app, table = csv_format(data)
    except tables.UnknownTable:
        yield from read_mapped(data, name, answers)
        return
    yield from app.read(replace(table, answers=answers), name)
    if table.broken:
        yield Refusal(name, table.broken)


def _shares(data: bytes, name: str, answers: Answers) -> Iterator[Share | Refusal | Question]:
    try:
        app, table = csv_format(data)
        player = app.player
    except tables.UnknownTable:
        table = columns.unknown(data)
        choices = columns.chosen(answers.get(columns.key(table.header), "?"), table.header)
        if choices is None:
            yield columns.question(table, name)
            return
        player = table.header[choices.index("athlete")] if "athlete" in choices else ""
    if not player:
        yield Refusal(name, NO_PLAYERS)
        return
    for who, content in teams.shared(table, player):
        yield Share(who, Document(name, content))
    if table.broken:
        yield Refusal(name, table.broken)


def _bytes(path: Path, limit: int) -> bytes:
    with path.open("rb") as file:
        return archive.unzipped(archive.checked(file.read(limit + 1), limit), limit)
