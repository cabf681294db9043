"""Everything that is held about an athlete, as one ZIP: CSV and Parquet, and the original files.

It is made while it is sent, a table at a time, so that it needs neither memory nor disk of its
size. Other people stand in it by what they are here (coach, physio), never by name or id. What a
source lets nobody but the athlete see is left out for a guardian.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from uuid6 import uuid7

from clubmon.arrival import rawfiles
from clubmon.club import people
from clubmon.club.people import Person
from clubmon.load import models
from clubmon.privacy import personal
from clubmon.privacy.takeoutwords import readme
from clubmon.settings import Settings
from clubmon.storage.store import Connection, Store, rows_of
from clubmon.words import language

CHUNK = 1 << 20
PACKED = (".zip", ".gz", ".fit")
# means of the service itself: they say nothing about a person that other tables do not
MEANS = frozenset({"login_link", "web_session", "hint", "erasure", "note_waiting"})
LEFT_OUT = frozenset(
    {"credentials", "cursor", "claim", "claimed_at", "body_text", "body_html", "unsubscribe_url"}
)
SOMEBODY = ("by_person_id", "person_id", "actor", "subject", "acknowledged_by", "closed_by",
            "guardian_id", "athlete_id")  # fmt: skip
MADE = ("daily_load", "load_metric", "longest_run")
_SEEN = (
    "t.sha256 IN (SELECT p.sha256 FROM lake.raw.payload AS p "
    "WHERE p.athlete_id = $1 AND p.audience = 'club')"
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whose data it is; `own`: the athlete asks, otherwise a guardian, in whose language it is."""

    person: Person
    own: bool
    now: datetime
    language: str = language.ENGLISH


def stream(store: Store, settings: Settings, wanted: Wanted) -> Iterator[bytes]:
    """The ZIP in pieces. `wanted.now` is aware."""
    sink = _Sink()
    with ZipFile(sink, "w", ZIP_DEFLATED) as archive:
        columns: dict[str, list[str]] = {}
        for name, make in _tables(store, settings, wanted):
            with _copied(store, name, make) as (paths, found):
                columns[name] = found
                for path, member in paths:
                    yield from _add(archive, sink, path, member, wanted.now, ZIP_DEFLATED)
        for path, member in _originals(store, wanted):
            kind = ZIP_STORED if member.lower().endswith(PACKED) else ZIP_DEFLATED
            yield from _add(archive, sink, path, member, wanted.now, kind)
        with language.using(wanted.language):
            text = readme(settings, wanted.person, wanted.own, wanted.now, columns)
        archive.writestr(_info("README.txt", wanted.now, ZIP_DEFLATED), text)
    yield sink.taken()


def file_name(wanted: Wanted) -> str:
    """What the ZIP is called: no name in it, as downloads lie about."""
    return f"clubmon-data-{wanted.now:%Y-%m-%d}.zip"


Make = Callable[[Connection], None]  # leaves the temporary table `takeout`


def _tables(store: Store, settings: Settings, wanted: Wanted) -> Iterator[tuple[str, Make]]:
    """Every table by its name in the ZIP."""
    with store.cursor() as con:
        app = personal.tables(con)
        lake = personal.lake_tables(con, "raw")
    for table, condition in app.items():
        if table not in MEANS:
            yield table, _selects(f"app.{table}", condition, wanted, store)
    for table in lake:
        seen = "t.athlete_id = $1" if wanted.own else f"t.athlete_id = $1 AND {_SEEN}"
        yield f"recorded_{table}", _selects(f"lake.raw.{table}", seen, wanted, store)
    morning = people.local_today(settings, None, wanted.now)
    for table in MADE:
        yield table, _made(table, wanted, morning)


def _selects(table: str, condition: str, wanted: Wanted, store: Store) -> Make:
    def make(con: Connection) -> None:
        id_ = wanted.person.person_id
        con.execute(
            f"CREATE OR REPLACE TEMP TABLE takeout AS SELECT t.* FROM {table} AS t "
            f"WHERE {condition}",
            [id_],
        )
        _without_means(con)
        _without_names(con, words(store, id_))

    return make


def _made(table: str, wanted: Wanted, morning: object) -> Make:
    def make(con: Connection) -> None:
        models.bind(con, models.EVER, morning, wanted.now, wanted.person.person_id)  # type: ignore[arg-type]
        made = models.made(con, f"SELECT * EXCLUDE (athlete_id) FROM lake.marts.{table}")
        con.execute(f"CREATE OR REPLACE TEMP TABLE takeout AS {made}")

    return make


def words(store: Store, person_id: str) -> Mapping[str, str]:
    """What everybody is to this person, by id: you, guardian, coach, physio."""
    found = {
        row["person_id"]: row["word"]
        for row in store.rows(
            "SELECT p.person_id, coalesce(string_agg(DISTINCT r.role, ' and ' ORDER BY r.role), "
            "'somebody else') AS word FROM app.person AS p "
            "LEFT JOIN app.role AS r ON r.person_id = p.person_id GROUP BY p.person_id"
        )
    }
    guardians = {one.person_id: "guardian" for one in people.guardians(store, person_id)}
    return {**found, **guardians, person_id: "you"}


def _without_means(con: Connection) -> None:
    for name in _columns(con):
        if name in LEFT_OUT or name.endswith("_hash"):
            con.execute(f"ALTER TABLE takeout DROP COLUMN {name}")


def _without_names(con: Connection, said: Mapping[str, str]) -> None:
    con.execute("CREATE OR REPLACE TEMP TABLE who (id VARCHAR, word VARCHAR)")
    con.executemany("INSERT INTO who VALUES (?, ?)", [list(pair) for pair in said.items()])
    for name in (name for name in _columns(con) if name in SOMEBODY):
        con.execute(f"UPDATE takeout SET {name} = w.word FROM who AS w WHERE {name} = w.id")


def _columns(con: Connection) -> list[str]:
    return [row["name"] for row in rows_of(con, "PRAGMA table_info('takeout')")]


@contextmanager
def _copied(
    store: Store, name: str, make: Make
) -> Iterator[tuple[list[tuple[Path, str]], list[str]]]:
    """A table as two files, gone afterwards, with their names in the ZIP; its columns."""
    stem = store.folder / f".{uuid7()}"  # a leftover is swept at the next start
    paths = [(Path(f"{stem}.{kind}.tmp"), f"{name}.{kind}") for kind in ("csv", "parquet")]
    try:
        with store.cursor() as con:
            make(con)
            columns = _columns(con)
            for path, member in paths:
                kind = member.rsplit(".", 1)[1]
                option = "FORMAT csv, HEADER" if kind == "csv" else "FORMAT parquet"
                quoted = str(path).replace("'", "''")
                con.execute(f"COPY takeout TO '{quoted}' ({option})")
        yield paths, columns
    finally:
        for path, _ in paths:
            path.unlink(missing_ok=True)


def _originals(store: Store, wanted: Wanted) -> Iterator[tuple[Path, str]]:
    """The athlete's files as they arrived, by a name that is theirs alone."""
    taken: set[str] = set()
    for note in rawfiles.notes(store.folder, wanted.person.person_id)[0]:
        if note.audience == "club" or wanted.own:
            last = note.name.replace("\\", "/").rsplit("/", 1)[-1]
            plain = "".join(one if one.isalnum() or one in "-_. " else "_" for one in last)
            name = f"original/{plain.lstrip('.') or 'file'}"
            if name in taken:
                name = f"original/{note.sha256[:8]}-{plain}"
            taken.add(name)
            yield rawfiles.raw_path(store.folder, note.athlete_id, note.sha256), name


def _add(
    archive: ZipFile, sink: _Sink, path: Path, member: str, now: datetime, kind: int
) -> Iterator[bytes]:
    try:
        source = path.open("rb")
    except FileNotFoundError:
        return  # deleted meanwhile
    with source, archive.open(_info(member, now, kind), "w", force_zip64=True) as target:
        while chunk := source.read(CHUNK):
            target.write(chunk)
            yield sink.taken()


def _info(member: str, now: datetime, kind: int) -> ZipInfo:
    info = ZipInfo(member, now.timetuple()[:6])
    info.compress_type = kind
    return info


class _Sink(io.RawIOBase):
    """Collects what the archive writes, until it is taken."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        """Keep it."""
        piece = bytes(data)  # type: ignore[call-overload]
        self._parts.append(piece)
        return len(piece)

    def taken(self) -> bytes:
        """What was written since the last time."""
        piece = b"".join(self._parts)
        self._parts.clear()
        return piece
