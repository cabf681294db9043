"""How a person has things shown: the language and the units, their own choice or the club's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import astuple, dataclass, replace
from datetime import datetime

from clubmon.settings import Settings
from clubmon.storage.store import Connection, Store
from clubmon.words import language, units


@dataclass(frozen=True, slots=True)
class Showing:
    """A language's code, 'km' or 'mi', 'kg' or 'lb'; '' where the club's counts."""

    language: str = ""
    distance: str = ""
    weight: str = ""


def clubs(settings: Settings) -> Showing:
    """What counts for who has chosen nothing."""
    return Showing(settings.language, settings.distance, settings.weight)


def chosen(store: Store, person_id: str) -> Showing:
    """What this person chose, '' where nothing."""
    row = store.row(
        "SELECT language, distance, weight FROM app.shown WHERE person_id = ?", [person_id]
    )
    return Showing(**row) if row else Showing()


def of(store: Store, settings: Settings, person_id: str) -> Showing:
    """What this person is shown: each their own choice, or the club's."""
    return _or_clubs(chosen(store, person_id), clubs(settings))


def of_many(store: Store, settings: Settings, person_ids: Sequence[str]) -> dict[str, Showing]:
    """The same of several people, by id."""
    rows = store.rows(
        "SELECT person_id, language, distance, weight FROM app.shown "
        "WHERE list_contains(?::VARCHAR[], person_id)",
        [list(person_ids)],
    )
    own = {row.pop("person_id"): Showing(**row) for row in rows}
    return {id_: _or_clubs(own.get(id_, Showing()), clubs(settings)) for id_ in person_ids}


def choose(store: Store, person_id: str, wanted: Showing, now: datetime) -> bool:
    """Keep a person's choice; False: as it was."""
    if chosen(store, person_id) == wanted:
        return False

    def write(con: Connection) -> None:
        con.execute("DELETE FROM app.shown WHERE person_id = ?", [person_id])
        con.execute(
            "INSERT INTO app.shown VALUES (?, ?, ?, ?, ?)", [person_id, *astuple(wanted), now]
        )

    store.write("app", write)
    return True


def use(shown: Showing) -> None:
    """From here on, in this thread, things are shown so."""
    language.use(shown.language)
    units.use(shown.distance, shown.weight)


@contextmanager
def to(store: Store, settings: Settings, person_id: str) -> Iterator[None]:
    """Within, things are shown as this person has them: what is written to them."""
    with using(of(store, settings, person_id)):
        yield


@contextmanager
def using(shown: Showing) -> Iterator[None]:
    """Things are shown so within."""
    before = units.distance(), units.weight()
    with language.using(shown.language):
        units.use(shown.distance, shown.weight)
        try:
            yield
        finally:
            units.use(*before)


def _or_clubs(own: Showing, clubs: Showing) -> Showing:
    return replace(
        clubs,
        **{
            name: value
            for name in ("language", "distance", "weight")
            if (value := getattr(own, name))
        },
    )
