"""Links to a team's week for a screen on the wall or a page of the club, without signing in.

The signed address names a row here and who made it. It works until the row is revoked or has run
out, and only while its maker still may make one for that team. A look at it changes nothing.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from uuid6 import uuid7

from clubmon import policy
from clubmon.club import links, people
from clubmon.club.links import LinkExpired, LinkInvalid
from clubmon.policy import Permission
from clubmon.settings import Settings
from clubmon.storage.store import Store
from clubmon.words.language import _

Kind = Literal["wall", "embed"]
KINDS: tuple[Kind, ...] = ("wall", "embed")
SHOWS = ("names", "shirts", "counts")
DAYS = (7, 30, 90, 365)  # for how long a link can be made
LONGEST_NAME = 60
MOST = 20  # in force per team


class ScreenRefused(Exception):
    """No link was made, in one sentence; `field` of the form is what it is about, '' none."""

    def __init__(self, sentence: str, field: str = "") -> None:
        super().__init__(sentence)
        self.field = field


@dataclass(frozen=True, slots=True)
class Screen:
    """One link. Instants are aware UTC."""

    screen_id: str
    person_id: str
    team_id: str
    kind: Kind
    shows: str
    name: str
    known_at: datetime
    expires_at: datetime
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """A link as it was asked for: `days` from now on it works."""

    kind: str
    shows: str
    name: str
    days: int


def make(store: Store, by: str, team_id: str, wanted: Wanted, now: datetime) -> str:
    """The id of a new link for a team; raises ScreenRefused. The audit gets a line."""
    name = " ".join(wanted.name.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        said = _("Name where it is shown, in 1 to {most} letters.", most=LONGEST_NAME)
        raise ScreenRefused(said, "name")
    if wanted.kind not in KINDS or wanted.shows not in SHOWS or wanted.days not in DAYS:
        raise ScreenRefused(_("Choose what it shows, where, and for how long."))
    if len(in_force(store, [team_id], now)) >= MOST:
        raise ScreenRefused(
            _("There are {most} links already; revoke one that is not used.", most=MOST)
        )
    screen_id = str(uuid7())
    store.execute(
        "app",
        "INSERT INTO app.screen VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL)",
        [screen_id, by, team_id, wanted.kind, wanted.shows, name, now,
         now + timedelta(days=wanted.days)],
    )  # fmt: skip
    people.audit(store, by, "screen_made", team_id, screen_id, now)
    return screen_id


def revoke(store: Store, team_id: str, screen_id: str, by: str, now: datetime) -> bool:
    """End one of a team's links at once; False where there is no such link in force."""
    if screen_id not in {one.screen_id for one in in_force(store, [team_id], now)}:
        return False
    store.execute(
        "app", "UPDATE app.screen SET revoked_at = ? WHERE screen_id = ?", [now, screen_id]
    )
    people.audit(store, by, "screen_revoked", team_id, screen_id, now)
    return True


def in_force(store: Store, team_ids: Collection[str], now: datetime) -> list[Screen]:
    """Links of these teams that work now, the newest first."""
    rows = store.rows(
        "SELECT * FROM app.screen WHERE list_contains(?::VARCHAR[], team_id) "
        "AND revoked_at IS NULL AND expires_at > ? ORDER BY known_at DESC, screen_id DESC",
        [sorted(team_ids), now],
    )
    found = [Screen(**row) for row in rows]
    return [one for one in found if _maker_may(store, one)]


def address(settings: Settings, screen: Screen) -> str:
    """The link to give away."""
    token = links.token(settings, screen.kind, screen.person_id, screen=screen.screen_id)
    return links.url(settings, f"{screen.kind}/{token}")


def live(store: Store, settings: Settings, kind: Kind, token: str, now: datetime) -> Screen:
    """The link's row, if it works now; raises LinkExpired or LinkInvalid."""
    link = links.read(settings, kind, token)
    row = store.row("SELECT * FROM app.screen WHERE screen_id = ?", [link.extra.get("screen")])
    found = Screen(**row) if row else None
    if found is None or found.kind != kind or found.person_id != link.person_id:
        raise LinkInvalid
    if found.revoked_at is not None or found.expires_at <= now or not _maker_may(store, found):
        raise LinkExpired
    return found


def _maker_may(store: Store, screen: Screen) -> bool:
    """Whether who made it still may: who has left the club may nothing."""
    maker = people.viewer(store, screen.person_id)
    return policy.may(maker, Permission.MANAGE_SCREENS, team_id=screen.team_id)
