"""Which consent is in force, by the answers that were given and by age."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from clubmon.club import consenting, enrolling, people
from clubmon.policy import Consent, Role
from clubmon.settings import Settings
from clubmon.storage.store import Store


def consents(store: Store, settings: Settings, athlete_id: str, now: datetime) -> frozenset[str]:
    found = consenting.subject(store, settings, athlete_id, now)
    assert found is not None
    return frozenset(found.consents)


def test_the_newest_answer_about_consent_counts(
    store: Store, settings: Settings, athlete: str, now: datetime
) -> None:
    for day, granted in enumerate([True, False, True, False]):
        when = now + timedelta(days=day)
        consenting.record(store, athlete, Consent.LOAD, granted, athlete, "athlete", None, when)
        expected = {Consent.LOAD} if granted else set()
        assert consents(store, settings, athlete, when) == expected


def test_a_minor_comes_of_age_on_the_birthday(
    store: Store, settings: Settings, team: str, now: datetime
) -> None:
    born = date(2010, 12, 1)
    who = enrolling.add_person(store, "Kid Made-up", "kid@example.org", now, born=born)
    enrolling.add_role(store, who, Role.ATHLETE, team, now)
    consenting.record(store, who, Consent.LOAD, True, who, "athlete", None, now)
    assert consents(store, settings, who, now) == frozenset()
    after = datetime(2026, 12, 1, 0, 30, tzinfo=now.tzinfo)
    assert consents(store, settings, who, after) == {Consent.LOAD}


def test_the_birthday_is_the_persons_own_local_day(settings: Settings, now: datetime) -> None:
    late = datetime(2026, 11, 17, 23, 30, tzinfo=now.tzinfo)
    assert people.local_today(settings, None, late) == date(2026, 11, 18)  # Berlin
    assert people.local_today(settings, "America/New_York", late) == date(2026, 11, 17)
