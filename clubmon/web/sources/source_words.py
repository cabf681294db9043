"""What pages say of sources and connections, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from clubmon.club import connections
from clubmon.club.connections import Connected
from clubmon.sdk import Budgeted, Mode, SourceConnector
from clubmon.storage.store import Store
from clubmon.sync import sources
from clubmon.web.frame import shell
from clubmon.words import sentences
from clubmon.words.language import N_, _

SEEN_BY: dict[Mode, str] = {
    "athlete_only": N_("Only the athlete sees it. It counts in no list, chart, flag or mail."),
    "club": N_("The athlete sees it, and the club’s staff as the athlete’s consent says."),
}


@dataclass(frozen=True, slots=True)
class Source:
    """One source as pages show it."""

    source: str
    title: str
    terms: tuple[str, ...]
    mode: Mode
    seen_by: str
    kept: str
    budget: str


def every(store: Store, now: datetime) -> list[Source]:
    """All installed sources, by title."""
    found = [source(store, one, now) for one in sources.known().values()]
    return sorted(found, key=lambda one: (one.title, one.source))


def source(store: Store, connector: SourceConnector, now: datetime) -> Source:
    """How one source is fetched now."""
    about, mode = sources.about(connector.source), connections.mode_of(store, connector)
    note = connections.recall(store, connector.source)
    return Source(
        connector.source,
        about.title,
        about.terms,
        mode,
        SEEN_BY[mode],
        kept(mode, connector.keep_days),
        sentences.retold(connector.budget(note, now)) if isinstance(connector, Budgeted) else "",
    )


def kept(mode: Mode, keep_days: int | None) -> str:
    """How long what is fetched stays here."""
    if mode == "athlete_only" and keep_days is not None:
        return _(
            "Kept for {keep_days} days after it was fetched, then deleted.", keep_days=keep_days
        )
    return _("Kept until the athlete disconnects or takes the consent back, then deleted.")


def state(one: Connected, now: datetime) -> str:
    """How a connection is doing."""
    if one.state == "needs_attention":
        return _("Stopped")
    if one.state in ("retrying", "rate_limited"):
        why = _("Waits for the source’s limit") if one.state == "rate_limited" else _("Tries again")
        return f"{why}: {shell.when(one.next_try, now)}" if one.next_try else why
    return _("Up to date") if one.caught_up else _("Fetching the history")


def last_success(one: Connected, now: datetime) -> str:
    """When everything there was had been fetched last."""
    return shell.when(one.last_success, now) if one.last_success else _("never yet")
