"""The made-up people: enough of them, plainly invented, reachable by nobody."""

from __future__ import annotations

from collections import Counter
from datetime import date

from clubmon.demo import club
from clubmon.demo.club import Club, Story
from clubmon.policy import is_minor

TODAY = date(2026, 11, 17)


def everyone(made: Club) -> list[club.Person | club.Athlete]:
    guardians = [a.guardian for a in made.athletes if a.guardian]
    return [
        *made.athletes,
        *made.coaches.values(),
        *guardians,
        made.physio,
        made.doctor,
        made.admin,
    ]


def test_the_same_seed_makes_the_same_club_and_another_seed_another(made: Club) -> None:
    assert club.make(7, TODAY) == made
    assert club.make(8, TODAY) != made


def test_there_are_28_athletes_in_two_teams_with_a_coach_each(made: Club) -> None:
    assert len(made.athletes) == 28
    assert Counter(a.team for a in made.athletes) == dict.fromkeys(made.coaches, 14)


def test_teams_and_club_say_that_they_are_made_up(made: Club) -> None:
    assert all("made up" in name for name in (club.CLUB, *made.coaches))


def test_no_mail_can_reach_anybody(made: Club) -> None:
    addresses = [person.email for person in everyone(made)]
    assert all(a.endswith(("@example.org", "@example.invalid")) for a in addresses)
    assert all(a.isascii() and a == a.lower() for a in addresses)


def test_names_and_addresses_are_distinct(made: Club) -> None:
    people = everyone(made)
    assert len({p.name for p in people}) == len({p.email for p in people}) == len(people)


def test_two_athletes_are_minors_and_only_they_have_guardians(made: Club) -> None:
    minors = {a.name for a in made.athletes if is_minor(a.born, TODAY, 16)}
    assert len(minors) == 2
    assert minors == {a.name for a in made.athletes if a.guardian}


def test_every_story_is_told_once_and_most_athletes_are_quiet(made: Club) -> None:
    told = Counter(a.story for a in made.athletes)
    assert set(told) == set(Story) == set(club.TIER)
    assert all(count == 1 for story, count in told.items() if story is not Story.QUIET)
    assert told[Story.QUIET] >= 14


def test_six_record_fit_files_and_both_lift_apps_are_used_alike(made: Club) -> None:
    assert sum(a.records_fit for a in made.athletes) == 6
    assert set(Counter(a.lift_app for a in made.athletes).values()) == {14}
