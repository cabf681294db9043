"""What connectors may say of themselves and of how their data comes, for pages of the club."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, runtime_checkable


@runtime_checkable
class Described(Protocol):
    """What a source may say of itself on pages; without it its bare name stands there."""

    title: str  # 'Strava'
    terms: tuple[str, ...]  # plain sentences on what its vendor allows; no advice
    activity_url: str  # where an activity is seen at the source, with {id} for its id; or ''


@runtime_checkable
class Naming(Protocol):
    """Says what people call the sources of its sessions, such as 'STATSports' for `statsports`."""

    called: Mapping[str, str]  # by the source of a session


@runtime_checkable
class Demanding(Protocol):
    """Says what has to be had before a club can use the source; only admins are shown it."""

    needs: tuple[str, ...]  # plain sentences


@dataclass(frozen=True, slots=True)
class Way:
    """One way from a source to the club: what to do, step by step, in plain sentences.

    A step that begins with `$ ` is typed as it stands behind that, on the athlete's computer.
    """

    title: str  # 'The whole archive'
    steps: tuple[str, ...]
    notes: tuple[str, ...] = ()


@runtime_checkable
class SetUp(Protocol):
    """Says how whoever runs the club sets the source up; only admins are shown it.

    In the steps `{host}` stands for the club's host name, `{callback}` for the address that
    athletes come back to, `{hook}` for the one that the source calls by itself, and `{settings}`
    for the path of the file of settings.
    """

    setting_up: tuple[Way, ...]


@dataclass(frozen=True, slots=True)
class Guide:
    """How an athlete's data comes from one source. Guides of the same slug share one page."""

    slug: str  # of its address: lower-case letters, digits, hyphens
    title: str  # 'Garmin'
    gives: str  # a phrase: 'every activity, with the recordings of the watch'
    ways: tuple[Way, ...]  # the most complete first


@runtime_checkable
class Guided(Protocol):
    """Says on pages of the club how its sources are connected or their files exported."""

    guides: tuple[Guide, ...]
