"""What is doubted, and what is not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from clubmon.arrival import doubt
from clubmon.arrival.doubt import doubts
from clubmon.sdk import LiftSet, Session
from clubmon.words import language, units
from clubmon.words.sentences import retold

NOW = datetime(2026, 11, 17, 5, tzinfo=UTC)


def session(**values: Any) -> Session:
    usual: dict[str, Any] = {"kind": "run", "sport": "running"}
    usual["start_utc"] = NOW - timedelta(days=1)
    return Session(source="fit", source_id="1", **{**usual, **values})


@pytest.mark.parametrize(
    "values",
    [
        {"distance_m": 10_000, "moving_s": 1_500},  # 2:30 exactly
        {"distance_m": 1_000, "moving_s": 1_200},  # 20:00 exactly
        {"distance_m": 999, "moving_s": 60},  # too short to tell
        {"distance_m": 3_000, "elapsed_s": 5_400, "sport": "team session"},  # talks, drills, waits
        {"distance_m": 2_000, "elapsed_s": 5_400, "sport": "team Training"},
        {"distance_m": 2_000, "elapsed_s": 5_400, "sport": "Fußball"},
        {"distance_m": 2_000, "elapsed_s": 5_400, "sport": "FieldHockey"},
        {"distance_m": 40_000, "moving_s": 3_600, "kind": "other"},  # a ride
        {"moving_s": 8 * 3_600},
        {"moving_s": 3_600, "elapsed_s": 9 * 3_600},  # the watch was paused
        {"max_hr": 230},
        {"kind": "other", "distance_m": 1_000_000},
        {"moving_s": 3_600, "elapsed_s": 7 * 86_400},
        {"start_utc": datetime(2000, 1, 1, tzinfo=UTC)},
        {"kind": "lift", "sets": (LiftSet("Squat", "normal", 100, 500),)},
        {"start_utc": NOW},
        {"start_utc": None, "start_local": datetime(2026, 11, 17, 18)},  # noqa: DTZ001 Auckland
        {},
    ],
)
def test_what_can_be_true_is_not_doubted(values: dict[str, Any]) -> None:
    assert doubts(session(**values), NOW) == []


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"distance_m": 10_000, "moving_s": 1_490}, "2:29 min/km over 10.0 km is faster"),
        ({"distance_m": 1_280, "moving_s": 389 * 60}, "slower than 20:00"),
        ({"distance_m": 5_000, "elapsed_s": 600}, "faster than 2:30"),
        ({"distance_m": 5_000, "elapsed_s": 600, "sport": "team session"}, "faster than 2:30"),
        ({"distance_m": 1_280, "elapsed_s": 389 * 60, "sport": "Trail"}, "slower than 20:00"),
        ({"distance_m": 9_000, "elapsed_s": 8 * 3_601, "sport": "Football"}, "is over 8 h"),
        ({"moving_s": 8 * 3_600 + 60}, "8 h 01 min is over 8 h"),
        ({"kind": "lift", "elapsed_s": 264 * 3_600}, "264 h 00 min is over 8 h"),
        ({"kind": "lift", "elapsed_s": 900_000_000}, "250000 h 00 min is over 8 h"),
        ({"moving_s": 3_600, "elapsed_s": 900_000_000}, "250000 h 00 min from start to stop"),
        ({"distance_m": 60_000_000}, "60000 km is over 1000 km"),
        ({"kind": "other", "distance_m": 1_000_001}, "1000 km is over 1000 km"),
        ({"start_utc": datetime(1989, 12, 31, tzinfo=UTC)}, "clock was ever set"),
        ({"start_utc": datetime(1999, 12, 31, 23, 59, tzinfo=UTC)}, "before 2000"),
        ({"start_utc": None, "start_local": datetime(1970, 1, 1)}, "before 2000"),  # noqa: DTZ001
        ({"avg_hr": 231}, "heart rate of 231"),
        ({"kind": "lift", "sets": (LiftSet("Squat", "normal", 1, 500.5),)}, "500.5 kg"),
        ({"kind": "lift", "sets": (LiftSet("Squat", "normal", 101),)}, "101 repetitions"),
        ({"start_utc": NOW + timedelta(minutes=1)}, "in the future"),
        ({"start_utc": None, "start_local": datetime(2026, 11, 18)}, "in the future"),  # noqa: DTZ001
    ],
)
def test_what_can_hardly_be_true_is_one_sentence_that_says_what_to_check(
    values: dict[str, Any], words: str
) -> None:
    (sentence,) = doubts(session(**values), NOW)
    assert words in sentence
    assert ": check " in sentence
    assert sentence.endswith(".")


def test_a_start_over_30_years_ago_is_doubted_when_2000_is_long_past() -> None:
    later = datetime(2040, 1, 1, tzinfo=UTC)
    old, young = (datetime(year, 1, 2, tzinfo=UTC) for year in (2009, 2011))
    assert "over 30 years back" in doubts(session(start_utc=old), later)[0]
    assert doubts(session(start_utc=young), later) == []


@pytest.mark.parametrize(
    ("limit", "value", "values", "in_metric", "shown"),
    [
        ("HEAVIEST_SET_KG", 400, {"kind": "lift", "sets": (LiftSet("Squat", "normal", 1, 450),)},
         "450 kg is over 400 kg", "992 lb is over 882 lb"),
        ("FASTEST_S_PER_KM", 180, {"distance_m": 10_000, "moving_s": 1_700},
         "over 10.0 km is faster than 3:00", "over 6.2 mi is faster than 4:50"),
        ("FARTHEST_M", 500_000, {"kind": "other", "distance_m": 600_000},
         "600 km is over 500 km", "373 mi is over 311 mi"),
    ],
)  # fmt: skip
def test_another_limit_is_told_in_every_unit(
    limit: str, value: int, values: dict[str, Any], in_metric: str, shown: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(doubt, limit, value)
    (sentence,) = doubts(session(**values), NOW)
    assert in_metric in sentence
    try:
        units.use("mi", "lb")
        assert shown in retold(sentence)
    finally:
        units.use("km", "kg")


def test_every_reason_is_given() -> None:
    wild = session(
        distance_m=300_000, moving_s=9 * 3_600, max_hr=240, start_utc=NOW + timedelta(days=1)
    )
    assert len(doubts(wild, NOW)) == 4


def test_what_is_stored_in_english_is_shown_in_the_readers_language() -> None:
    found = doubts(session(distance_m=10_000, moving_s=1_490, max_hr=240), NOW)
    stored = " ".join(found)
    assert retold(stored) == stored
    with language.using("de"):
        said = retold(stored)
        assert said.startswith("Ein Tempo von 2:29 min/km über 10,0 km ist schneller als 2:30")
        assert said.endswith("Eine Herzfrequenz von 240 ist über 230: Prüf den Sensor.")
        assert (
            " ".join(doubts(session(distance_m=10_000, moving_s=1_490, max_hr=240), NOW)) == stored
        )
