"""Who is signed in and as what, read at once for everybody who is."""

from __future__ import annotations

from datetime import datetime

from clubmon.club import people, showing, signin
from clubmon.settings import Settings
from clubmon.storage.store import Store
from clubmon.web.frame import gridrows
from clubmon.web.frame.shared import Desk


def read(store: Store, settings: Settings, now: datetime) -> Desk:
    """Sessions that have not run out at `now` (aware), and what counts for those people."""
    sessions = signin.sessions(store, now)
    ids = sorted({person_id for person_id, _until in sessions.values()})
    return Desk(
        sessions,
        people.viewers(store, ids),
        showing.of_many(store, settings, ids),
        gridrows.of_many(store, ids),
    )
