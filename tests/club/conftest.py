"""A team and one athlete of it, on record."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from clubmon.club import enrolling
from clubmon.policy import Role
from clubmon.storage.store import Store


@pytest.fixture
def team(store: Store, now: datetime) -> str:
    """Its id."""
    return enrolling.add_team(store, "U23", now)


@pytest.fixture
def athlete(store: Store, team: str, now: datetime) -> str:
    """The id of Ada, an adult of the team."""
    who = enrolling.add_person(store, "Ada Made-up", "Ada@Example.org", now, born=date(2000, 1, 1))
    enrolling.add_role(store, who, Role.ATHLETE, team, now)
    return who
