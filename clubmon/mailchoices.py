"""What a person chose about e-mails: which kinds, and the hours in which none come."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, tzinfo
from zoneinfo import ZoneInfo

from clubmon.mailkinds import Kind
from clubmon.people import Person
from clubmon.quiethours import QuietHours, parse
from clubmon.settings import Settings
from clubmon.store import Connection, Store


def off(store: Store) -> dict[str, frozenset[str]]:
    """Kinds that are switched off, by person."""
    rows = store.rows("SELECT person_id, list(kind) AS kinds FROM app.unsubscribed GROUP BY ALL")
    return {row["person_id"]: frozenset(row["kinds"]) for row in rows}


def off_for(store: Store, person_id: str) -> frozenset[str]:
    """Kinds that this person has switched off."""
    rows = store.rows("SELECT kind FROM app.unsubscribed WHERE person_id = ?", [person_id])
    return frozenset(row["kind"] for row in rows)


def switch(
    store: Store, person_id: str, kinds: Iterable[Kind], now: datetime, *, on: bool
) -> tuple[Kind, ...]:
    """Switch kinds on or off; returns those that this changed."""
    asked = tuple(kinds)

    def write(con: Connection) -> tuple[Kind, ...]:
        held = con.execute("SELECT kind FROM app.unsubscribed WHERE person_id = ?", [person_id])
        stored = {row[0] for row in held.fetchall()}
        changed = tuple(kind for kind in asked if (kind in stored) == on)
        for kind in changed:
            if on:
                con.execute(
                    "DELETE FROM app.unsubscribed WHERE person_id = ? AND kind = ?",
                    [person_id, kind],
                )
            else:
                con.execute("INSERT INTO app.unsubscribed VALUES (?, ?, ?)", [person_id, kind, now])
        return changed

    return store.write("app", write)


def zone_of(settings: Settings, who: Person) -> tzinfo:
    """The clock that a person lives by: their own zone, or the club's."""
    return ZoneInfo(who.timezone) if who.timezone else settings.zone


def quiet_hours(store: Store) -> dict[str, QuietHours]:
    """Hours that people chose for themselves, by person."""
    rows = store.rows("SELECT person_id, start_minute, end_minute FROM app.quiet_hours")
    return {row["person_id"]: QuietHours(row["start_minute"], row["end_minute"]) for row in rows}


def quiet_hours_of(store: Store, person_id: str) -> QuietHours | None:
    """The hours that this person chose; None: the club's count."""
    return quiet_hours(store).get(person_id)


def clubs(settings: Settings) -> QuietHours:
    """The hours that count for who has chosen none."""
    return parse(settings.quiet_hours)


def choose_hours(store: Store, person_id: str, chosen: QuietHours | None, now: datetime) -> bool:
    """Keep a person's own hours, or go back to the club's with None; False: as it was."""
    if quiet_hours_of(store, person_id) == chosen:
        return False

    def write(con: Connection) -> None:
        con.execute("DELETE FROM app.quiet_hours WHERE person_id = ?", [person_id])
        if chosen:
            con.execute(
                "INSERT INTO app.quiet_hours VALUES (?, ?, ?, ?)",
                [person_id, chosen.start, chosen.end, now],
            )

    store.write("app", write)
    return True
