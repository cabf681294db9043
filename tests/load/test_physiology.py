"""Own values: read strictly, added and never changed, the row saved last in force."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clubmon.load import models, physiology
from clubmon.load.physiology import Kept, Value, Values
from clubmon.policy import Consent
from clubmon.storage.store import Store

EVERY = frozenset(physiology.NEEDS)
RUNNER = Values("f", 48, 192, 6000)

valid = st.builds(
    Values,
    st.sampled_from([None, "f", "m"]),
    st.none() | st.integers(25, 110),
    st.none() | st.integers(120, 230),
    st.none() | st.integers(40, 90).map(lambda tenths: tenths * 100),
)
junk = st.one_of(st.text(max_size=12), st.from_regex(r"[0-9]{1,4}([.,][0-9]{0,4})?"))


def save(store: Store, now: datetime, athlete: str = "ada", **changed: Value) -> bool:
    return physiology.save(store, athlete, changed, EVERY, "kim", now)


def values(store: Store, athlete: str = "ada") -> Values | None:
    kept = physiology.in_force(store, athlete)
    return kept.values if kept else None


def rows(store: Store) -> int:
    found = store.row("SELECT count(*) AS n FROM app.physiology")
    assert found
    return int(found["n"])


# reading what was typed


@given(wanted=valid)
def test_what_the_fields_show_is_read_back_as_the_same_values(wanted: Values) -> None:
    typed = physiology.read(physiology.typed(wanted))
    assert not typed.errors
    assert Values(**dict(typed.values)) == wanted  # type: ignore[arg-type]


@given(form=st.dictionaries(st.sampled_from([*physiology.NEEDS, "other"]), junk))
def test_whatever_is_typed_becomes_a_value_within_its_limits_or_one_sentence(
    form: dict[str, str],
) -> None:
    typed = physiology.read(form)
    assert typed.values.keys() | typed.errors.keys() == form.keys() & EVERY
    assert not typed.values.keys() & typed.errors.keys()
    for sentence in typed.errors.values():
        assert sentence.endswith(".")
        assert "\n" not in sentence
    got = typed.values
    assert got.get("sex") in (None, "f", "m")
    resting, most, fast = (got.get(name) for name in ("resting_hr", "max_hr", "fast_mmps"))
    assert resting is None or 25 <= int(resting) <= 110
    assert most is None or 120 <= int(most) <= 230
    assert fast is None or (4000 <= int(fast) <= 9000 and int(fast) % 100 == 0)
    assert resting is None or most is None or int(most) > int(resting)


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("resting_hr", "25", 25),
        ("resting_hr", " 110 ", 110),
        ("max_hr", "120", 120),
        ("max_hr", "230", 230),
        ("fast_mmps", "4", 4000),
        ("fast_mmps", "5,5", 5500),
        ("fast_mmps", "5.70", 5700),
        ("fast_mmps", "9.0", 9000),
        ("sex", "m", "m"),
        ("max_hr", "   ", None),
    ],
)
def test_the_limits_themselves_a_comma_and_spaces_are_taken(
    name: str, text: str, value: Value
) -> None:
    typed = physiology.read({name: text})
    assert (dict(typed.values), dict(typed.errors)) == ({name: value}, {})


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("resting_hr", "24", "The resting heart rate must be a whole number from 25 to 110 bpm"),
        ("resting_hr", "111", "25 to 110"),
        ("resting_hr", "48.5", "whole number"),
        ("resting_hr", "-50", "25 to 110"),
        ("max_hr", "119", "The maximum heart rate must be a whole number from 120 to 230 bpm"),
        ("max_hr", "231", "120 to 230"),
        ("max_hr", "１９０", "120 to 230"),  # digits that are not ASCII
        ("fast_mmps", "3.9", "4.0 to 9.0 m/s"),
        ("fast_mmps", "9.1", "4.0 to 9.0 m/s"),
        ("fast_mmps", "5.55", "steps of 0.1"),
        ("fast_mmps", "19.8", "divide km/h by 3.6"),
        ("fast_mmps", "1e1", "or empty"),
        ("fast_mmps", "nan", "or empty"),
        ("sex", "F", "one of the three"),
    ],
)
def test_what_is_out_of_bounds_is_refused_in_one_sentence_that_says_what_to_type(
    name: str, text: str, said: str
) -> None:
    typed = physiology.read({name: text})
    assert not typed.values
    assert said in typed.errors[name]


def test_one_wrong_field_leaves_the_others_read() -> None:
    typed = physiology.read({"resting_hr": "high", "max_hr": "190"})
    assert dict(typed.values) == {"max_hr": 190}
    assert list(typed.errors) == ["resting_hr"]


def test_heart_rates_and_sex_need_the_health_consent_and_the_speed_the_one_for_load() -> None:
    assert physiology.open_to({Consent.HEALTH}) == {"sex", "resting_hr", "max_hr"}
    assert physiology.open_to({Consent.LOAD, Consent.TIGHTNESS}) == {"fast_mmps"}
    assert physiology.open_to(set()) == frozenset()
    assert physiology.open_to(set(Consent)) == EVERY


def test_the_speed_that_counts_where_none_is_set_is_the_one_the_sql_takes() -> None:
    sql = models.sources()["marts.daily_load"]
    assert f"coalesce(f.fast_mmps, {physiology.USUAL_FAST_MMPS})" in sql
    assert physiology.kmh(physiology.USUAL_FAST_MMPS) == "19.8"


# keeping them


def test_before_anything_is_saved_nothing_is_in_force(store: Store) -> None:
    assert physiology.in_force(store, "ada") is None


def test_what_was_saved_is_in_force_with_who_saved_it_and_when(store: Store, now: datetime) -> None:
    assert save(store, now, sex="f", resting_hr=48, max_hr=192, fast_mmps=6000)
    assert physiology.in_force(store, "ada") == Kept(RUNNER, "kim", now)
    assert physiology.in_force(store, "ben") is None


def test_a_change_is_a_new_row_and_the_old_ones_stay(store: Store, now: datetime) -> None:
    for day, most in enumerate((190, 192, 190)):
        assert save(store, now + timedelta(days=day), max_hr=most)
    assert [row["max_hr"] for row in store.rows("SELECT * FROM app.physiology ORDER BY known_at")]\
        == [190, 192, 190]  # fmt: skip


def test_the_same_values_again_write_nothing(store: Store, now: datetime) -> None:
    assert save(store, now, resting_hr=48)
    assert not save(store, now + timedelta(days=1), resting_hr=48)
    assert not save(store, now, athlete="ben", resting_hr=None, sex=None)
    assert rows(store) == 1


def test_what_a_change_leaves_out_stays_and_none_clears(store: Store, now: datetime) -> None:
    save(store, now, sex="f", resting_hr=48, max_hr=192, fast_mmps=6000)
    save(store, now + timedelta(minutes=1), max_hr=None)
    assert values(store) == Values("f", 48, None, 6000)


def test_what_no_consent_covers_is_in_no_new_row(store: Store, now: datetime) -> None:
    save(store, now, sex="f", resting_hr=48, max_hr=192, fast_mmps=6000)
    load = physiology.open_to({Consent.LOAD})
    physiology.save(store, "ada", {"fast_mmps": 6500}, load, "kim", now + timedelta(days=1))
    assert values(store) == Values(fast_mmps=6500)
    health = physiology.open_to({Consent.HEALTH})
    given = {"max_hr": 190, "fast_mmps": 5000}
    physiology.save(store, "ada", given, health, "kim", now + timedelta(days=2))
    assert values(store) == Values(max_hr=190)


@pytest.mark.parametrize("later", [timedelta(0), timedelta(hours=-1)])
def test_the_row_saved_last_is_in_force_in_the_same_instant_and_with_a_clock_set_back(
    store: Store, now: datetime, later: timedelta
) -> None:
    for most in (190, 191, 192):
        save(store, now, max_hr=most)
        now += later
    assert values(store) == Values(max_hr=192)
    assert rows(store) == 3


def test_many_who_save_at_once_all_leave_their_row(store: Store, now: datetime) -> None:
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda most: save(store, now, max_hr=most), range(180, 188)))
    assert all(done)
    assert rows(store) == 8
