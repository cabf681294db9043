"""How far a source has handed everything over: the cursor, and days that this is evidence for."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from uuid6 import uuid7

from clubmon.club import connections, people
from clubmon.club.connections import Connected
from clubmon.sdk import Page, SourceConnector
from clubmon.settings import Settings
from clubmon.storage.store import Connection, Store

DAY = timedelta(days=1)


def advance(
    store: Store,
    settings: Settings,
    one: Connected,
    connector: SourceConnector,
    page: Page,
    now: datetime,
) -> None:
    """Go on from this page next time, and note the days of which it told everything.

    Only what the club may see is evidence for rest: what is for the athlete alone tells nobody.
    """
    days = None
    if page.until is not None and one.mode == "club":
        days = _days(store, settings, one, connector, page.until)

    def write(con: Connection) -> None:
        connections.advance(con, one.connection_id, page.cursor)
        if days:
            con.execute(
                "INSERT INTO app.sync VALUES (?, ?, ?, ?, ?, ?, ?)",
                [str(uuid7()), one.athlete_id, one.source, " ".join(connector.groups), *days, now],
            )

    store.write("app", write)


def _days(
    store: Store, settings: Settings, one: Connected, connector: SourceConnector, until: datetime
) -> tuple[date, date] | None:
    """First and last local day that are known of now and were not before; both included.

    The first one ever is that of the first session: what came before may never have been recorded.
    """
    last = _last_whole_day(store, settings, one, until)
    row = store.row(
        "SELECT max(last_date) AS last_date FROM app.sync WHERE athlete_id = ? AND source = ?",
        [one.athlete_id, one.source],
    )
    first = row["last_date"] + DAY if row and row["last_date"] else _first(store, one, connector)
    return (first, last) if first is not None and first <= last else None


def _last_whole_day(store: Store, settings: Settings, one: Connected, until: datetime) -> date:
    who = people.person(store, one.athlete_id)
    zone = ZoneInfo(who.timezone) if who and who.timezone else settings.zone
    return until.astimezone(zone).date() - DAY


def _first(store: Store, one: Connected, connector: SourceConnector) -> date | None:
    row = store.row(
        "SELECT min(s.local_date) AS first_date FROM lake.raw.session AS s "
        "INNER JOIN lake.raw.payload AS p ON p.athlete_id = s.athlete_id AND p.sha256 = s.sha256 "
        "WHERE s.athlete_id = ? AND s.audience = 'club' AND p.connector = ? AND s.doubt IS NULL",
        [one.athlete_id, connector.name],
    )
    return row["first_date"] if row else None
