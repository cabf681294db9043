"""A club in which every table holds something of one athlete, marked so that it can be found."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from clubmon.arrival import arrivalrows, rawfiles
from clubmon.arrival.arrivalrows import Coming
from clubmon.arrival.rawfiles import Note
from clubmon.club import consenting, enrolling, people
from clubmon.message import outbox
from clubmon.policy import Consent, Role
from clubmon.privacy import erasure, personal
from clubmon.settings import Settings, load
from clubmon.storage import landing
from clubmon.storage.store import Store, rows_of

NOW = datetime(2026, 11, 17, 5, 0, tzinfo=UTC)
MINOR = date(2012, 5, 1)
# columns that lead from one row to another, or are read as something else than text
LINKS = {"athlete_id", "person_id", "subject", "key", "person_key"}


@dataclass
class Marked:
    """The club, and by place the markers that were put there about the athlete."""

    store: Store
    settings: Settings
    athlete: str = ""
    other: str = ""
    guardian: str = ""
    name: str = ""
    marks: dict[str, str] = field(default_factory=dict)

    def mark(self, place: str) -> str:
        """A new marker: random, so that nothing can compress it."""
        self.marks[place] = f"mark{secrets.token_hex(12)}"
        return self.marks[place]

    def reopen(self) -> None:
        """Stop, and start again as the service and every command do."""
        self.store.close()
        self.store = Store(self.settings.data)
        if erasure.pending(self.store):
            erasure.finish(self.store, self.settings, NOW)

    def found(self) -> set[str]:
        """Places whose marker stands in any file of the data folder."""
        files = [path.read_bytes() for path in self.settings.data.rglob("*") if path.is_file()]
        names = "\n".join(str(path) for path in self.settings.data.rglob("*")).encode()
        return {
            place
            for place, mark in self.marks.items()
            if any(mark.encode() in content for content in (*files, names))
        }


@pytest.fixture(scope="session")
def template(empty_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Marked:
    """The club, closed: to be copied. Everything was checkpointed, and a copy of `app` was kept."""
    settings = load(tmp_path_factory.mktemp("marked") / "data", timezone="Europe/Berlin")
    shutil.copytree(empty_folder, settings.data)
    club = Marked(Store(settings.data), settings)
    _people(club)
    _rows(club)
    _files(club)
    club.store.close()
    return club


def opened(template: Marked, settings: Settings) -> Marked:
    """A copy of the club, open, with something in the log of each catalog."""
    shutil.copytree(template.settings.data, settings.data, dirs_exist_ok=True)
    club = replace(template, store=Store(settings.data), settings=settings)
    club.marks = dict(template.marks)
    club.store.checkpoint("app")  # the copy from before it holds everything, too
    club.store.execute("app", "UPDATE app.person SET shirt = ? WHERE person_id = ?",
                       [club.mark("the log"), club.athlete])  # fmt: skip
    return club


@pytest.fixture
def marked(template: Marked, settings: Settings) -> Iterator[Marked]:
    """A club of its own for one test, in which no night has been yet."""
    club = opened(template, settings)
    yield club
    club.store.close()


def _people(club: Marked) -> None:
    store = club.store
    team = enrolling.add_team(store, "Team A", NOW)
    club.name = f"Ada {club.mark('name')}"
    club.athlete = enrolling.add_person(
        store, club.name, f"{club.mark('address')}@example.org", NOW, born=MINOR,
        position=club.mark("position"),
    )  # fmt: skip
    club.other = enrolling.add_person(
        store, "Bo Other", "bo@example.org", NOW, born=date(2000, 1, 1)
    )
    club.guardian = enrolling.add_person(
        store, f"Gil {club.mark('guardian')}", f"{club.mark('their address')}@example.org", NOW
    )
    enrolling.add_guardian(store, club.guardian, club.athlete, NOW)
    coach = enrolling.add_person(store, "Ola Coach", "ola@example.org", NOW)
    enrolling.add_role(store, coach, Role.COACH, team, NOW)
    for who in (club.athlete, club.other):
        enrolling.add_role(store, who, Role.ATHLETE, team, NOW)
        for shared in Consent:
            by, role = (club.guardian, "guardian") if who == club.athlete else (who, "athlete")
            where = club.mark(f"form {shared}") if who == club.athlete else None
            consenting.record(store, who, shared, True, by, role, where, NOW)
    for number, kind in enumerate(("flag", "digest")):
        outbox.put_all(store, [outbox.Message(
            f"{number}", kind, coach, "ola@example.org", "Today", f"{club.name}: 54 km.",
            f"<p>{club.name}: 54 km.</p>", NOW,
        )])  # fmt: skip


def _rows(club: Marked) -> None:
    """A row about the athlete, and one about somebody else, in every table of people."""
    with club.store.cursor() as con:
        app = personal.tables(con)
        columns = rows_of(
            con,
            "SELECT database_name, schema_name, table_name, column_name, data_type, is_nullable "
            "FROM duckdb_columns() WHERE database_name IN ('app', 'lake') AND NOT internal "
            "ORDER BY column_index",
        )
    for table in app:
        if table not in ("person", "role", "guardian", "consent", "tombstone", "erasure", "audit"):
            _row(club, "app", f"app.{table}", [
                one for one in columns
                if (one["database_name"], one["table_name"]) == ("app", table)
            ])  # fmt: skip
    for table in rawfiles.RAW_TABLES:
        _row(club, "lake", f"lake.raw.{table}", [
            one for one in columns if (one["schema_name"], one["table_name"]) == ("raw", table)
        ])  # fmt: skip
    people.audit(club.store, "cli", "athlete added", club.athlete, club.mark("audit detail"), NOW)


def _row(club: Marked, catalog: Any, table: str, columns: list[dict[str, Any]]) -> None:
    for who in (club.athlete, club.other):
        values = [_value(club, who, table, column) for column in columns]
        marks = ", ".join("?" for _ in values)
        club.store.execute(catalog, f"INSERT INTO {table} VALUES ({marks})", values)


def _value(club: Marked, who: str, table: str, column: dict[str, Any]) -> object:
    name, kind = column["column_name"], column["data_type"]
    if name in LINKS:
        return who
    if name in ("flag_id", "owner_id", "source", "session_id", "sha256"):
        return f"{name}-{who}"
    fixed: dict[str, object] = {
        "audience": "club", "kind": "run", "state": "waiting", "mode": "club",
        "sport": "running", "doubt": None, "credentials": None, "timezone": "Europe/Berlin",
        "sent_at": None, "failed_at": None, "revoked_at": None, "drill_ids": "[]",
        "refer_signs": "[]", "strain_signs": "[]", "pattern_answers": "{}", "detail": "{}",
        "value": "kg", "groups": "run", "yesterday": None, "decision": "keep",
    }  # fmt: skip
    if name in fixed and not (name == "detail" and table == "app.audit"):
        return fixed[name]
    if kind == "VARCHAR":
        return club.mark(f"{table}.{name}") if who == club.athlete else f"{name} of {who}"
    plain: dict[str, object] = {
        "DATE": NOW.date(), "TIMESTAMP": NOW.replace(tzinfo=None), "BOOLEAN": False,
        "TIMESTAMP WITH TIME ZONE": NOW, "BIGINT": 5,
    }  # fmt: skip
    return plain.get(kind)


def _files(club: Marked) -> None:
    data = club.settings.data
    bytes_, note = data / "original", "note"
    bytes_.write_text(club.mark("raw file"))
    rawfiles.keep_raw(data, Note(club.athlete, "ab12", club.mark(note), "club", NOW.isoformat()),
                      bytes_)  # fmt: skip
    bytes_.write_text("of somebody else")
    rawfiles.keep_raw(data, Note(club.other, "cd34", "run.fit", "club", NOW.isoformat()), bytes_)
    bytes_.unlink()
    email = people.person(club.store, club.athlete)
    assert email is not None
    for name in (club.athlete, email.email):
        folder = data / "drop" / name / "done"
        folder.mkdir(parents=True)
        (folder / "run.fit").write_text(club.mark(f"dropped {name[:4]}"))
    outbox.put_all(club.store, [outbox.Message(
        "mail", "flag", club.athlete, email.email, "About your week", club.mark("own mail"),
        "<p>About your week</p>", NOW,
    )])  # fmt: skip
    outbox.deliver(club.store, club.settings, NOW)
    with landing.landed(data, _Bytes(club.mark("waiting file"))) as landed:
        arrivalrows.take(
            club.store, landed, Coming(club.athlete, club.athlete, "page", "run.fit", "b"), NOW
        )
    (data / "app.duckdb.unreadable-1").write_text(club.mark("set aside"))


class _Bytes:
    """A stream of one text."""

    def __init__(self, text: str) -> None:
        self._left = text.encode()

    def read(self, size: int, /) -> bytes:
        """The rest."""
        given, self._left = self._left[:size], self._left[size:]
        return given
