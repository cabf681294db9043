"""What a person chose about e-mails: which kinds, and the hours in which none come."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, tzinfo
from zoneinfo import ZoneInfo

from clubmon.club.people import Person
from clubmon.message.mailkinds import ON_REQUEST, Kind
from clubmon.quiethours import QuietHours, parse
from clubmon.settings import Settings
from clubmon.storage.store import Connection, Store


def off(store: Store) -> Mapping[str, frozenset[str]]:
    """Kinds that do not come, by person; to who is not among them, those on request do not.

    Those are for coaches and physios: what somebody asked for ends with the role.
    """
    refused, asked = _chosen(store, "unsubscribed"), _chosen(store, "subscribed", _IS_STAFF)
    none: frozenset[str] = frozenset()
    return {
        id_: refused.get(id_, none) | (ON_REQUEST - asked.get(id_, none))
        for id_ in refused.keys() | asked.keys()
    }


def off_for(store: Store, person_id: str) -> frozenset[str]:
    """Kinds that do not come to this person: switched off, or on request and not asked for."""
    return off(store).get(person_id, ON_REQUEST)


def forget_former_staff(store: Store) -> None:
    """Drop what people asked for who have no role of staff any more: a new one begins without."""
    if store.row(f"SELECT 1 AS one FROM app.subscribed AS c WHERE NOT {_IS_STAFF}"):
        store.execute("app", f"DELETE FROM app.subscribed AS c WHERE NOT {_IS_STAFF}")


_IS_STAFF = (
    "EXISTS (SELECT 1 FROM app.role AS r WHERE r.person_id = c.person_id "
    "AND r.role IN ('coach', 'physio'))"
)


def _chosen(store: Store, table: str, counts: str = "true") -> dict[str, frozenset[str]]:
    rows = store.rows(
        f"SELECT c.person_id, list(c.kind) AS kinds FROM app.{table} AS c "
        f"WHERE {counts} GROUP BY c.person_id"
    )
    return {row["person_id"]: frozenset(row["kinds"]) for row in rows}


def switch(
    store: Store, person_id: str, kinds: Iterable[Kind], now: datetime, *, on: bool
) -> tuple[Kind, ...]:
    """Switch kinds on or off; returns those that this changed."""
    asked = tuple(kinds)

    def write(con: Connection) -> tuple[Kind, ...]:
        return tuple(kind for kind in asked if _switch(con, person_id, kind, now, on=on))

    return store.write("app", write)


def _switch(con: Connection, person_id: str, kind: Kind, now: datetime, *, on: bool) -> bool:
    """Write or take out the row that differs from what holds without one; False: as it was."""
    on_request = kind in ON_REQUEST
    table = "subscribed" if on_request else "unsubscribed"
    where = f"FROM app.{table} WHERE person_id = ? AND kind = ?"
    there = con.execute(f"SELECT 1 {where}", [person_id, kind]).fetchone() is not None
    if there == (on == on_request):
        return False
    if there:
        con.execute(f"DELETE {where}", [person_id, kind])
    else:
        con.execute(f"INSERT INTO app.{table} VALUES (?, ?, ?)", [person_id, kind, now])
    return True


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
