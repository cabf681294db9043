"""The made-up half year: plausible, repeatable, and made up in every title."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clubmon.demo import club, stories, training
from clubmon.demo.club import Club, Story
from clubmon.demo.training import Run, Training

TODAY = date(2026, 11, 17)
Trainings = dict[int, Training]


def of(story: Story, made: Club, trainings: Trainings) -> Training:
    return next(trainings[a.index] for a in made.athletes if a.story is story)


def back(run: Run) -> int:
    return (TODAY - run.start.date()).days


def test_the_same_seed_trains_the_same(made: Club, trainings: Trainings) -> None:
    assert {a.index: stories.make(a, TODAY, 7) for a in made.athletes} == trainings


def test_another_seed_trains_otherwise(made: Club, trainings: Trainings) -> None:
    assert stories.make(made.athletes[5], TODAY, 8) != trainings[5]


def test_every_title_says_made_up(trainings: Trainings) -> None:
    titles = {run.title for t in trainings.values() for run in t.runs}
    titles |= {lift.title for t in trainings.values() for lift in t.lifts}
    assert all(title.startswith("Made-up") for title in titles)
    assert len(titles) > 8


def test_it_covers_26_weeks_and_ends_before_today(trainings: Trainings) -> None:
    runs = [run for t in trainings.values() for run in t.runs]
    assert min(back(run) for run in runs) >= 1
    assert 26 * 7 - 7 < max(back(run) for run in runs) <= 26 * 7


@settings(max_examples=30)
@given(seed=st.integers(0, 2**32), today=st.dates(date(2020, 1, 1), date(2035, 12, 31)))
def test_whatever_the_seed_and_day_runs_are_plausible_and_in_order(seed: int, today: date) -> None:
    athlete = club.make(seed, today).athletes[seed % 28]
    made = stories.make(athlete, today, seed)
    assert made.runs
    assert made.lifts
    assert [run.start for run in made.runs] == sorted(run.start for run in made.runs)
    for run in made.runs:
        if "watch left" not in run.title:
            assert 2.5 * 60 < run.moving_s / run.distance_m * 1000 < 20 * 60
        assert run.moving_s <= run.elapsed_s
        assert 60 < run.avg_hr <= run.max_hr < 210
        assert run.rpe is None or 1 <= run.rpe <= 10
        assert run.start.date() < today


def test_nobody_runs_twice_on_a_day(trainings: Trainings) -> None:
    for made in trainings.values():
        assert max(Counter(run.start.date() for run in made.runs).values()) == 1


def test_some_rpe_is_missing_and_for_some_athletes_often(trainings: Trainings) -> None:
    shares = sorted(sum(r.rpe is None for r in t.runs) / len(t.runs) for t in trainings.values())
    assert shares[0] < 0.1 < 0.3 < shares[-1]


def test_somebody_was_ill_for_days(trainings: Trainings) -> None:
    assert any(
        later.start - earlier.start > timedelta(days=7)
        for made in trainings.values()
        for earlier, later in zip(made.runs, made.runs[1:], strict=False)
    )


DAYS = st.dates(date(2024, 1, 1), date(2030, 12, 31))
SEEDS = st.integers(0, 2**32)


def told(story: Story, seed: int, today: date) -> Training:
    """The training of the athlete with this story, whatever the seed and day."""
    athlete = next(a for a in club.make(seed, today).athletes if a.story is story)
    return stories.make(athlete, today, seed)


def volumes(runs: tuple[Run, ...], morning: date) -> tuple[int, int, float]:
    """The last seven days, the seven before, and a quarter of the 28 before the last seven."""

    def metres(first: int, last: int) -> int:
        return sum(r.distance_m for r in runs if last <= (morning - r.start.date()).days <= first)

    return metres(7, 1), metres(14, 8), metres(35, 8) / 4


@pytest.mark.parametrize("story", [Story.VOLUME, Story.HILLS, Story.TIGHT_SPIKE])
@settings(max_examples=25, deadline=None)
@given(seed=SEEDS, today=DAYS)
def test_a_spike_is_above_usual_on_three_mornings(story: Story, seed: int, today: date) -> None:
    runs = told(story, seed, today).runs
    for back in range(3):
        v7, b1, b4 = volumes(runs, today - timedelta(days=back))
        assert v7 > 1.15 * max(b1, b4)
        assert v7 - max(b1, b4) > 3000
        assert b4 >= 10_000


@pytest.mark.parametrize("story", [Story.VOLUME, Story.HILLS, Story.TIGHT_SPIKE])
@settings(max_examples=25, deadline=None)
@given(seed=SEEDS, today=DAYS)
def test_no_run_of_a_spike_is_far_longer_than_the_month_before(
    story: Story, seed: int, today: date
) -> None:
    runs = told(story, seed, today).runs
    last = max(r.distance_m for r in runs if (today - r.start.date()).days == 1)
    before = max(r.distance_m for r in runs if 2 <= (today - r.start.date()).days <= 31)
    assert last <= 1.1 * before


@settings(max_examples=25, deadline=None)
@given(seed=SEEDS, today=DAYS)
def test_the_long_run_of_yesterday_is_the_only_thing_unusual(seed: int, today: date) -> None:
    runs = told(Story.LONG_RUN, seed, today).runs
    longest = max(r.distance_m for r in runs if 2 <= (today - r.start.date()).days <= 31)
    assert runs[-1].start.date() == today - timedelta(days=1)
    assert runs[-1].distance_m > 1.2 * longest
    v7, b1, b4 = volumes(runs, today)
    assert v7 <= 1.1 * max(b1, b4)


@settings(max_examples=60, deadline=None)
@given(seed=SEEDS, today=DAYS, index=st.integers(0, 27))
def test_quiet_athletes_stay_under_the_spike_rule(seed: int, today: date, index: int) -> None:
    athlete = club.make(seed, today).athletes[index]
    if athlete.story is Story.QUIET and index != stories.DOUBTFUL:
        v7, b1, b4 = volumes(stories.make(athlete, today, seed).runs, today)
        assert v7 <= 1.15 * max(b1, b4)


def test_the_one_who_returns_had_no_run_for_six_weeks(made: Club, trainings: Trainings) -> None:
    *_, before, first = of(Story.RETURN, made, trainings).runs
    assert back(first) == 1
    assert back(before) > 42


def test_the_silent_one_has_nothing_for_six_days(made: Club, trainings: Trainings) -> None:
    silent = of(Story.SILENT, made, trainings)
    assert back(silent.runs[-1]) > 6
    assert (TODAY - silent.lifts[-1].start.date()).days > 6


def test_the_eccentric_story_has_nordics_two_evenings_ago(made: Club, trainings: Trainings) -> None:
    last = of(Story.ECCENTRIC, made, trainings).lifts
    found = next(lift for lift in last if "hamstring" in lift.title)
    assert (TODAY - found.start.date()).days == 2
    assert {"Nordic Hamstring Curl", "Romanian Deadlift (Barbell)"} == {
        done.exercise for done in found.sets
    }


@pytest.mark.parametrize(
    "story", [Story.NEURAL, Story.PELVIC, Story.ECCENTRIC, Story.SYNERGIST, Story.MOVEMENT]
)
def test_where_answers_decide_no_recent_run_is_hilly_or_fast(
    story: Story, made: Club, trainings: Trainings
) -> None:
    recent = [run for run in of(story, made, trainings).runs if back(run) <= 10]
    assert {run.kind for run in recent} <= {"easy", "long"}
    assert all(run.ascent_m / run.distance_m < 0.015 for run in recent)


def test_a_single_watch_was_left_running(trainings: Trainings) -> None:
    odd = [run for t in trainings.values() for run in t.runs if run.moving_s > 5 * 3600]
    assert [run.moving_s // 60 for run in odd] == [389]


def test_a_shorter_history_can_be_asked_for(made: Club) -> None:
    short = training.make(made.athletes[3], TODAY, 7, weeks=3)
    assert max(back(run) for run in short.runs) <= 21
