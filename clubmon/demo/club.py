"""The people of the made-up club, who they are and which story each athlete tells.

The family names are words for "invented" in the language of the given name.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Literal

import numpy as np

CLUB = "Demo club (made up)"
TRACK = "Track (made up)"
FOOTBALL = "Football (made up)"
TIMEZONE = "Europe/Berlin"

LiftApp = Literal["hevy", "strong"]


class Story(StrEnum):
    """What the last days of an athlete look like, so that a morning has something to show."""

    QUIET = "quiet"
    NEURAL = "neural"  # persistent tightness with neural answers
    ECCENTRIC = "eccentric"  # tightness that rose after Nordics and Romanian deadlifts
    PELVIC = "pelvic"  # tight at rest and on the way down in a squat
    SYNERGIST = "synergist"  # late in runs, and no clean hip thrust
    MOVEMENT = "movement"  # there as the foot meets the ground
    TIGHT_SPIKE = "tight_spike"  # tightness on one day, and a week well above usual
    PRIVATE = "private"  # tightness that the athlete does not share with the coach
    REFER = "refer"  # tingling in one leg, this morning
    STRAIN = "strain"  # sudden, while sprinting, this morning
    VOLUME = "volume"  # run volume above usual, held for days
    HILLS = "hills"  # the same, from hill sessions
    LONG_RUN = "long_run"  # one run far longer than the longest of a month
    RETURN = "return"  # the first run after six weeks
    SILENT = "silent"  # nothing at all for six days


TIER: dict[Story, int] = {
    Story.QUIET: 0,
    Story.NEURAL: 2,
    Story.ECCENTRIC: 2,
    Story.PELVIC: 2,
    Story.SYNERGIST: 2,
    Story.MOVEMENT: 2,
    Story.TIGHT_SPIKE: 2,
    Story.PRIVATE: 2,
    Story.REFER: 3,
    Story.STRAIN: 3,
    Story.VOLUME: 1,
    Story.HILLS: 1,
    Story.LONG_RUN: 1,
    Story.RETURN: 1,
    Story.SILENT: 0,
}


@dataclass(frozen=True, slots=True)
class Person:
    """A made-up person who does not train: staff or a guardian."""

    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Athlete:
    """A made-up athlete. `base_m` is a usual week of running in metres."""

    index: int
    name: str
    email: str
    born: date
    team: str
    position: str
    shirt: str
    story: Story
    base_m: int
    easy_pace: int  # seconds per km
    records_fit: bool  # the last weeks come as single 1 Hz files
    keen: bool  # answers every morning of the last five weeks
    lift_app: LiftApp
    shares_tightness: bool
    guardian: Person | None


@dataclass(frozen=True, slots=True)
class Club:
    """Everybody: 28 athletes in two teams, a coach each, one physio, one doctor, one admin."""

    athletes: tuple[Athlete, ...]
    coaches: dict[str, Person]  # by team name
    physio: Person
    doctor: Person  # the second contact of both teams, without a role
    admin: Person


# name, position, story; the order is the athlete's index
_TRACK = (
    ("Amara Kubuni", "800 m", Story.NEURAL),
    ("Jonas Erfunden", "5000 m", Story.VOLUME),
    ("Mei Xugou", "10,000 m", Story.LONG_RUN),
    ("Layla Khayali", "1500 m", Story.TIGHT_SPIKE),
    ("Haruto Kaku", "5000 m", Story.QUIET),
    ("Sofía Inventada", "3000 m steeplechase", Story.RETURN),
    ("Siân Dychmygol", "1500 m", Story.QUIET),
    ("Daan Verzonnen", "10,000 m", Story.QUIET),
    ("Asha Kalpanik", "800 m", Story.QUIET),
    ("Tomáš Vymyšlený", "5000 m", Story.QUIET),
    ("Aino Keksitty", "marathon", Story.SYNERGIST),
    ("Grace Madeup", "1500 m", Story.QUIET),
    ("Rui Imaginado", "3000 m steeplechase", Story.QUIET),
    ("Jiwoo Gasang", "10,000 m", Story.REFER),
)
_FOOTBALL = (
    ("Emre Uydurma", "winger", Story.STRAIN),
    ("Freja Opdigtet", "full back", Story.ECCENTRIC),
    ("Luca Fittizio", "centre back", Story.PRIVATE),
    ("Zofia Zmyślona", "midfielder", Story.PELVIC),
    ("Kofi Nonesuch", "striker", Story.SILENT),
    ("Aoife Samhlaíoch", "midfielder", Story.QUIET),
    ("Elin Påhittad", "full back", Story.HILLS),
    ("Bence Kitalált", "midfielder", Story.QUIET),
    ("Olena Vyhadana", "winger", Story.MOVEMENT),
    ("Malik Fictionel", "goalkeeper", Story.QUIET),
    ("Ivana Izmišljena", "striker", Story.QUIET),
    ("Nikos Fantastikos", "centre back", Story.QUIET),
    ("Chloé Imaginaire", "midfielder", Story.QUIET),
    ("Yusuf Hayali", "full back", Story.QUIET),
)
_MINORS = {6, 19}
_FIT = {0, 4, 17, 21, 22, 27}
_KEEN = {4, 10, 24}  # answers every morning
_KEEPS_TIGHTNESS = {7, 16, 25}  # does not share it with the coach


def address(name: str, domain: str = "example.org") -> str:
    """A mail address that can never reach anybody (RFC 2606)."""
    plain = unicodedata.normalize("NFKD", name.lower().replace("ł", "l"))
    letters = "".join(c for c in plain if c.isascii() and (c.isalnum() or c == " "))
    return letters.replace(" ", ".") + "@" + domain


def make(seed: int, today: date) -> Club:
    """The same club for the same seed and day; ages are counted from `today`."""
    rows = [(TRACK, *row) for row in _TRACK] + [(FOOTBALL, *row) for row in _FOOTBALL]
    athletes = tuple(
        _athlete(i, team, name, position, story, seed, today)
        for i, (team, name, position, story) in enumerate(rows)
    )
    return Club(
        athletes,
        {
            TRACK: Person("Robin Pretend", "coach.track@example.org"),
            FOOTBALL: Person("Sam Makebelieve", "coach.football@example.org"),
        },
        Person("Ada Invented", "physio@example.org"),
        Person("Dr Noor Imagined", "doctor@example.org"),
        Person("Alex Fictitious", "admin@example.org"),
    )


def _athlete(
    i: int, team: str, name: str, position: str, story: Story, seed: int, today: date
) -> Athlete:
    rng = np.random.default_rng([seed, i])
    minor = i in _MINORS
    age_days = 15 * 365 + 100 if minor else int(rng.integers(17 * 366, 33 * 365))
    track = team == TRACK
    base_km = rng.uniform(34, 52) if track else rng.uniform(22, 28)
    pace = rng.integers(285, 335) if track else rng.integers(330, 370)
    return Athlete(
        index=i,
        name=name,
        email=address(name),
        born=date.fromordinal(today.toordinal() - age_days),
        team=team,
        position=position,
        shirt=str(i % 14 + 1),
        story=story,
        base_m=round(base_km * 1000),
        easy_pace=int(pace),
        records_fit=i in _FIT,
        keen=i in _KEEN,
        lift_app="hevy" if i % 2 == 0 else "strong",
        shares_tightness=i not in _KEEPS_TIGHTNESS,
        guardian=_guardian(name) if minor else None,
    )


def _guardian(name: str) -> Person:
    guardian = "Guardian " + name.split()[1]
    return Person(guardian, address(guardian, "example.invalid"))
