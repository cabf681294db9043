"""Erased people and what is not agreed to are left out of every past list, and counted."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from clubmon.club import consenting, people
from clubmon.flag import replaylist
from clubmon.flag.flagview import sight
from clubmon.policy import Consent

DAY = timedelta(days=1)
MORNING = date(2026, 11, 17)
MORNINGS = [date(2026, 11, day) for day in range(10, 18)]


def kinds(found: replaylist.Replay) -> list[tuple[int, str, int]]:
    """Tier, rule and the day of each flag."""
    return [
        (one.flag.tier, one.flag.rule, one.flag.morning.day)
        for one in replaylist.in_order(found.flags)
    ]


def erase(season: Any, name: str, *, rows: bool) -> None:
    """Erase a person: the tombstone, and with `rows` everything that names them."""
    who = season.ids[name]
    season.store.execute("app", "INSERT INTO app.tombstone VALUES ('person', ?, ?)",
                         [who, season.now])  # fmt: skip
    if not rows:
        return
    for table in ("flag", "checkin", "referral", "consent", "session_rpe"):
        season.store.execute("app", f"DELETE FROM app.{table} WHERE athlete_id = ?", [who])
    for table in ("person", "role"):
        season.store.execute("app", f"DELETE FROM app.{table} WHERE person_id = ?", [who])
    season.rebuild_from_raw()


def test_the_erased_are_left_out_and_counted(season: Any) -> None:
    whole = json.loads(season.text())
    season.now += timedelta(hours=1)
    erase(season, "Ana", rows=False)
    left = json.loads(season.text())
    rest = [one for one in whole["flags"] if one["athlete_id"] != season.ids["Ana"]]
    assert left == {
        **whole, "flags": rest, "left_out": {"erased": 1, "consent_withdrawn": 0}
    }  # fmt: skip
    season.night(MORNING + DAY)
    assert season.replay(MORNING + DAY).erased == 0  # gone before that morning


@pytest.mark.slow
def test_how_much_of_the_erased_is_left_makes_no_difference(season: Any) -> None:
    season.now += timedelta(hours=1)
    erase(season, "Ana", rows=False)
    text = {morning: season.text(morning) for morning in MORNINGS}
    season.store.execute("app", "DELETE FROM app.tombstone WHERE kind = 'person'")
    erase(season, "Ana", rows=True)
    assert {morning: season.text(morning) for morning in text} == text


def test_who_withdrew_a_consent_since_is_left_out_and_counted(season: Any) -> None:
    whole = season.text()
    season.now += timedelta(hours=1)
    season.consent(season.ids["Ana"], Consent.LOAD, granted=False)
    found = json.loads(season.text())
    assert not [one for one in found["flags"] if one["rule"] in ("spike", "single_run")]
    (tight,) = [one for one in found["flags"] if one["athlete_id"] == season.ids["Ana"]]
    assert (tight["rule"], tight["loads"]) == ("tightness", [])  # her answers without her loads
    assert found["left_out"]["consent_withdrawn"] == 1
    season.consent(season.ids["Ben"], Consent.HEALTH, granted=False)
    assert json.loads(season.text())["left_out"]["consent_withdrawn"] == 2
    season.now += timedelta(hours=1)
    season.consent(season.ids["Ana"], Consent.LOAD)
    season.consent(season.ids["Ben"], Consent.HEALTH)
    assert season.text() == whole


def test_what_was_not_agreed_to_then_does_not_appear_by_agreeing_later(season: Any) -> None:
    season.now = datetime(2026, 11, 17, 18, tzinfo=UTC)
    season.consent(season.ids["Ben"], Consent.HEALTH, granted=False)
    season.night(MORNING + DAY)
    text = season.text(MORNING + DAY)
    assert season.ids["Ben"] not in text
    season.now += timedelta(hours=1)
    season.consent(season.ids["Ben"], Consent.HEALTH)
    assert season.text(MORNING + DAY) == text
    assert json.loads(text)["left_out"]["consent_withdrawn"] == 0


def test_birthdays_change_nothing(season: Any) -> None:
    """What counts is the age on that morning."""
    season.store.execute(
        "app", "UPDATE app.person SET born = '2011-01-01' WHERE name IN ('Ben', 'Cleo')"
    )
    season.store.execute(
        "app",
        "UPDATE app.consent SET by_role = 'guardian' WHERE athlete_id = ?",
        [season.ids["Ben"]],
    )
    found = season.replay()
    assert {one.flag.athlete_id for one in found.flags} == {season.ids["Ana"], season.ids["Ben"]}
    assert season.text(now=season.now + 4 * 365 * DAY) == season.text()


def test_a_coach_is_shown_what_they_may_see_at_this_moment(season: Any) -> None:
    def of_coach() -> list[tuple[int, str, int]]:
        viewer = people.viewer(season.store, season.ids["Carl"])
        now = consenting.subjects(season.store, season.settings, season.now)
        return kinds(replaylist.visible(season.replay(), lambda id_: sight(viewer, now[id_])))

    assert len(of_coach()) == 5
    season.now += timedelta(hours=1)
    season.consent(season.ids["Ana"], Consent.TIGHTNESS, granted=False)
    assert of_coach() == [
        (3, "refer", 14), (2, "tightness", 17), (1, "single_run", 11), (1, "spike", 14)
    ]  # fmt: skip
    season.consent(season.ids["Ana"], Consent.LOAD, granted=False)
    assert of_coach() == [(3, "refer", 14), (2, "tightness", 17)]


def hand_in(season: Any, audience: str) -> None:
    """Ana's runs once more, three times as far and elsewhere, for these eyes, known then."""
    season.store.execute(
        "lake",
        "INSERT INTO lake.raw.session SELECT * REPLACE (uuid() AS session_id, ? AS audience, "
        "source_id || '-elsewhere' AS source_id, distance_m * 3 AS distance_m, "
        "start_local + INTERVAL 3 HOUR AS start_local, start_utc + INTERVAL 3 HOUR AS start_utc) "
        "FROM lake.raw.session WHERE athlete_id = ? AND kind = 'run'",
        [audience, season.ids["Ana"]],
    )


@pytest.mark.slow
def test_what_a_source_shows_to_the_athlete_alone_is_in_no_past_list(season: Any) -> None:
    whole = {morning: season.text(morning) for morning in MORNINGS}
    hand_in(season, "athlete_only")
    assert {morning: season.text(morning) for morning in MORNINGS} == whole
    hand_in(season, "club")
    assert season.text() != whole[MORNING], "the list does depend on these runs"
