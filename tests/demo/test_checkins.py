"""The made-up answers: about three mornings in four, and the stories' own on the last ones."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from clubmon.demo import checkins, club, stories
from clubmon.demo.checkins import Morning
from clubmon.demo.club import Club, Story
from clubmon.demo.training import Training
from clubmon.triage.triage import Answers, Context, Score, decide

TODAY = date(2026, 11, 17)
Trainings = dict[int, Training]


def planned(story: Story, made: Club, trainings: Trainings) -> list[Morning]:
    athlete = next(a for a in made.athletes if a.story is story)
    return checkins.plan(athlete, trainings[athlete.index], TODAY, 7)


def decided(mornings: list[Morning]) -> str | None:
    """The pattern of the newest morning, without any session known."""

    def moment(day: date) -> datetime:
        return datetime.fromisoformat(f"{day}T06:15:00+00:00")

    before = tuple(
        Score(moment(m.day), m.day, m.answers.left, m.answers.right) for m in mornings[:-1]
    )
    last = mornings[-1]
    return decide(last.answers, (), Context(moment(last.day), last.day, 20, before)).pattern


def test_the_same_seed_answers_the_same(made: Club, trainings: Trainings) -> None:
    assert planned(Story.QUIET, made, trainings) == planned(Story.QUIET, made, trainings)


def test_about_three_mornings_in_four_are_answered(made: Club, trainings: Trainings) -> None:
    recent = TODAY - timedelta(days=checkins.DAYS)
    answered = sum(
        morning.day > recent
        for a in made.athletes
        if a.story is Story.QUIET
        for morning in checkins.plan(a, trainings[a.index], TODAY, 7)
    )
    quiet = sum(a.story is Story.QUIET for a in made.athletes)
    assert 0.65 < answered / (quiet * checkins.DAYS) < 0.95


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32), index=st.integers(0, 27))
def test_whatever_the_seed_days_are_answered_once_and_rest_is_said_only_where_nothing_was_done(
    seed: int, index: int
) -> None:
    athlete = club.make(seed, TODAY).athletes[index]
    training = stories.make(athlete, TODAY, seed)
    mornings = checkins.plan(athlete, training, TODAY, seed)
    days = [morning.day for morning in mornings]
    assert days == sorted(set(days))
    busy = {run.start.date() for run in training.runs}
    busy |= {lift.start.date() for lift in training.lifts}
    assert all(m.rested is (m.day - timedelta(days=1) not in busy) for m in mornings)


def test_whoever_hands_in_single_recordings_tells_of_every_rest_day(
    made: Club, trainings: Trainings
) -> None:
    athlete = next(a for a in made.athletes if a.records_fit and not a.keen)
    mornings = checkins.plan(athlete, trainings[athlete.index], TODAY, 7)
    told = {m.day - timedelta(days=1) for m in mornings if m.rested}
    runs = {run.start.date() for run in trainings[athlete.index].runs}
    days = {TODAY - timedelta(days=back) for back in range(1, 36)}
    assert days <= told | runs


def test_the_silent_one_says_nothing_for_six_days(made: Club, trainings: Trainings) -> None:
    last = planned(Story.SILENT, made, trainings)[-1]
    assert (TODAY - last.day).days > 6


def test_answers_of_the_stories_lead_to_their_patterns(made: Club, trainings: Trainings) -> None:
    expected = {
        Story.NEURAL: "neural",
        Story.PELVIC: "pelvic_control",
        Story.ECCENTRIC: "after_eccentric",
        Story.SYNERGIST: "synergist",
        Story.MOVEMENT: "movement",
        Story.REFER: "refer",
        Story.STRAIN: "strain",
        Story.PRIVATE: "mixed",
        Story.TIGHT_SPIKE: "mixed",
    }
    found = {story: decided(planned(story, made, trainings)) for story in expected}
    assert found == expected


def test_only_the_stories_with_tightness_reach_four_points(
    made: Club, trainings: Trainings
) -> None:
    tight = {
        a.story
        for a in made.athletes
        for m in checkins.plan(a, trainings[a.index], TODAY, 7)
        if (m.answers.worst or 0) >= 4
    }
    assert tight == {story for story, tier in club.TIER.items() if tier >= 2}


def test_from_two_points_on_no_question_is_left_open(made: Club, trainings: Trainings) -> None:
    answers: list[Answers] = [
        m.answers
        for a in made.athletes
        for m in checkins.plan(a, trainings[a.index], TODAY, 7)
        if (m.answers.worst or 0) >= 2
    ]
    assert answers
    assert all(a.refer is not None and a.strain is not None and a.given for a in answers)


def test_on_sundays_the_weekly_four_are_answered_in_full_and_on_no_other_day(
    made: Club, trainings: Trainings
) -> None:
    found = {
        (m.day.strftime("%A"), m.more.weekly.score)
        for a in made.athletes
        for m in checkins.plan(a, trainings[a.index], TODAY, 7)
    }
    assert {score for day, score in found if day == "Sunday"} == {0, 28}
    assert {score for day, score in found if day != "Sunday"} == {None}
