"""The connectors that fetch, by the name of their source, and what each says of itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from clubmon.arrival.reading import connectors
from clubmon.sdk import (
    Demanding,
    Described,
    Naming,
    OAuthConnector,
    SetUp,
    SourceConnector,
    Way,
    WebhookConnector,
)
from clubmon.sync.guides import filled
from clubmon.words.language import Marked


@dataclass(frozen=True, slots=True)
class About:
    """How a source is spoken of on pages."""

    title: str
    terms: tuple[str, ...] = ()
    activity_url: str = ""  # holds {id}, or nothing

    def seen_at(self, source_id: str) -> str:
        """Where one activity is seen at the source; '' where it does not say."""
        return self.activity_url.replace("{id}", source_id)


def known() -> dict[str, SourceConnector]:
    """Every installed connector that fetches, by source."""
    return {one.source: one for one in connectors() if isinstance(one, SourceConnector)}


def get(source: str) -> SourceConnector | None:
    """The connector of a source, or None where its plugin is not installed."""
    return known().get(source)


def connectable(source: str) -> OAuthConnector | None:
    """The connector of a source that athletes can connect by saying yes on its page."""
    found = get(source)
    return found if isinstance(found, OAuthConnector) else None


def hooked(source: str) -> WebhookConnector | None:
    """The connector of a source that tells of changes by itself."""
    found = get(source)
    return found if isinstance(found, WebhookConnector) else None


def needs(source: str) -> tuple[str, ...]:
    """What has to be had before a club can use a source, for whoever sets it up."""
    found = get(source)
    return tuple(map(Marked, found.needs)) if isinstance(found, Demanding) else ()


def setting_up(source: str, values: Mapping[str, str]) -> tuple[Way, ...]:
    """How a source is set up for a club, step by step, for whoever does; `values` as in SetUp."""
    found = get(source)
    ways: tuple[Way, ...] = found.setting_up if isinstance(found, SetUp) else ()
    return tuple(filled(way, values) for way in ways)


def called() -> dict[str, str]:
    """What people call the sources of sessions, by source: 'Polar Team Pro', 'Strava'."""
    found: dict[str, str] = {}
    for one in connectors():
        if isinstance(one, Naming):
            found |= {source: Marked(name) for source, name in one.called.items()}
        if isinstance(one, SourceConnector) and isinstance(one, Described):
            found[one.source] = one.title
    return found


def about(source: str) -> About:
    """What stands on pages for a source, also for one whose plugin is gone."""
    found = get(source)
    if isinstance(found, Described):
        return About(found.title, tuple(map(Marked, found.terms)), found.activity_url)
    return About(source.replace("_", " ").capitalize())
