"""What the made-up athletes answer in the mornings, saved the way a phone's answer is saved.

The answers themselves are plain data; only `save` touches the store.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

import numpy as np

from clubmon.demo.club import Athlete, Story
from clubmon.demo.exports import FIT_DAYS
from clubmon.demo.stories import SILENT_DAYS
from clubmon.demo.training import Rng, Training
from clubmon.hamstring import checkins
from clubmon.hamstring.askedmore import More
from clubmon.message import tier3
from clubmon.settings import Settings
from clubmon.storage.store import Store
from clubmon.triage.triage import Answers
from clubmon.triage.weekly import WEEKDAYS, Weekly, Wellness

DAYS = 16
ANSWERED = 0.75  # share of mornings
_ALWAYS = 8  # mornings back in which rest days are told, so that windows are complete
_LONGEST = FIT_DAYS + 7  # so that the days before the first recording are told too
_LIFT_EFFORT = 60  # tenths of RPE
_SUNDAY = WEEKDAYS.index("sunday")  # as the setting is, unless somebody changes it
_HELD_BACK = Weekly(participation=8, training=6, performance=6, pain=8)
_UNNOTICED = Weekly(participation=0)


@dataclass(frozen=True, slots=True)
class Morning:
    """One made-up check-in: the local day and the answers."""

    day: date
    answers: Answers
    rested: bool  # nothing was done the day before
    more: More = field(default_factory=More)


_NO = frozenset({"no"})
_YES = frozenset({"yes"})
_CLEAR: Mapping[str, frozenset[str]] = {
    "limits": frozenset(),
    "after_eccentric": _NO,
    "neural": frozenset(),
    "pelvic": frozenset(),
    "when": frozenset(),
}
# tightness left and right of the newest mornings, by days back
_SCORES: dict[Story, dict[int, tuple[int, int]]] = {
    Story.NEURAL: {0: (5, 1), 1: (5, 1), 2: (4, 1), 3: (5, 1), 4: (4, 1), 5: (3, 0), 6: (3, 0)},
    Story.ECCENTRIC: {0: (2, 5), 1: (1, 4), 2: (0, 1), 3: (0, 1)},
    Story.PELVIC: {0: (4, 5), 1: (4, 4), 2: (3, 4), 3: (2, 3), 4: (2, 2)},
    Story.SYNERGIST: {0: (1, 5), 1: (1, 4), 2: (1, 4), 3: (1, 4), 4: (0, 3)},
    Story.MOVEMENT: {0: (4, 1), 1: (4, 1), 2: (4, 0), 3: (3, 0), 4: (3, 0)},
    Story.TIGHT_SPIKE: {0: (4, 1), 1: (2, 1), 2: (1, 0), 3: (1, 0)},
    Story.PRIVATE: {0: (1, 6), 1: (1, 5), 2: (0, 3), 3: (0, 2)},
    Story.REFER: {0: (4, 1), 1: (3, 1), 2: (2, 1), 3: (1, 1)},
    Story.STRAIN: {0: (1, 7), 1: (0, 1), 2: (0, 1), 3: (1, 0)},
}
_GIVEN: dict[Story, dict[str, frozenset[str]]] = {
    Story.NEURAL: {"neural": frozenset({"after_sitting", "eases_walking"})},
    Story.ECCENTRIC: {"after_eccentric": _YES},
    Story.PELVIC: {"pelvic": frozenset({"in_squat", "arched"})},
    Story.SYNERGIST: {"when": frozenset({"late_runs", "hip_thrust"})},
    Story.MOVEMENT: {"when": frozenset({"foot_contact"})},
}


def plan(athlete: Athlete, training: Training, today: date, seed: int) -> list[Morning]:
    """The mornings that the athlete answers up to `today`, oldest first.

    About three in four of the last 16; who hands in single recordings also tells of the
    rest days of those weeks, because nothing else does.
    """
    rng = np.random.default_rng([seed, athlete.index, 3])
    busy = {run.start.date() for run in training.runs}
    busy |= {lift.start.date() for lift in training.lifts}
    scores = _scores(athlete, rng)
    return [
        Morning(
            today - timedelta(days=back),
            answers(athlete.story if back < 2 else Story.QUIET, scores[back]),
            today - timedelta(days=back + 1) not in busy,
            more(athlete, today - timedelta(days=back), scores[back]),
        )
        for back in range(_LONGEST, -1, -1)
        if _answered(athlete, back, today - timedelta(days=back + 1) not in busy, rng)
    ]


def save(
    store: Store,
    settings: Settings,
    athlete_id: str,
    mornings: Iterable[Morning],
    unrated: Mapping[date, Mapping[str, int]],
    now: datetime,
) -> Iterator[checkins.Saved]:
    """Save each morning at its own instant (a quarter past seven local, never after `now`).

    `unrated` maps a local day to its sessions without RPE and the tenths to give them. What
    refers is told at once, as the page does it.
    """
    for morning in mornings:
        local = datetime.combine(morning.day, time(7, 15), settings.zone)
        training = checkins.Training(
            yesterday="rest" if morning.rested else None,
            session_rpe=unrated.get(morning.day - timedelta(days=1), {}),
        )
        when = min(local.astimezone(UTC), now)
        saved = checkins.save(
            store,
            settings,
            athlete_id,
            morning.answers,
            when,
            training=training,
            more=morning.more,
        )
        if saved.referral_id:
            tier3.tell(store, settings, saved.referral_id, when)
        yield saved


def unrated(store: Store, since: date) -> dict[str, dict[date, dict[str, int]]]:
    """Lifts of the last weeks that came without an effort, by athlete and local day."""
    rows = store.rows(
        "SELECT athlete_id, local_date, session_id FROM lake.staging.session "
        "WHERE kind = 'lift' AND rpe_tenths IS NULL AND local_date >= ?",
        [since],
    )
    found: dict[str, dict[date, dict[str, int]]] = {}
    for row in rows:
        days = found.setdefault(row["athlete_id"], {})
        days.setdefault(row["local_date"], {})[row["session_id"]] = _LIFT_EFFORT
    return found


def more(athlete: Athlete, day: date, score: tuple[int, int]) -> More:
    """The four of a Sunday, and the three of every day; kept only where a team asks for them."""
    weekly = _HELD_BACK if max(score) >= 2 else _UNNOTICED
    turn = day.toordinal() + athlete.index
    return More(
        weekly if day.weekday() == _SUNDAY else Weekly(),
        Wellness(sleep=3 + turn % 3, soreness=1 + turn % 4, stress=1 + turn // 2 % 3),
    )


def _answered(athlete: Athlete, back: int, rested: bool, rng: Rng) -> bool:
    drawn = rng.random() < ANSWERED
    if athlete.story is Story.SILENT and back <= SILENT_DAYS:
        return False
    if athlete.keen or (rested and (athlete.records_fit or back < _ALWAYS)):
        return True
    if athlete.story in _SCORES and back <= max(_SCORES[athlete.story]):
        return True
    return drawn and back < DAYS


def _scores(athlete: Athlete, rng: Rng) -> list[tuple[int, int]]:
    """Tightness left and right by days back: low and wandering, then the story's own."""
    quiet = [
        (int(left), int(right))
        for left, right in rng.choice(4, size=(_LONGEST + 1, 2), p=[0.55, 0.3, 0.12, 0.03])
    ]
    told = _SCORES.get(athlete.story, {})
    return [told.get(back, score) for back, score in enumerate(quiet)]


def answers(story: Story, score: tuple[int, int]) -> Answers:
    """The scores, and from 2 points on both lists and every question, as the phone asks them."""
    left, right = score
    if max(score) < 2:
        return Answers(left=left, right=right)
    return Answers(
        left=left,
        right=right,
        left_place="middle" if left else None,
        right_place="middle" if right else None,
        refer=_refer(story, score),
        strain=_strain(story, score),
        given={**_CLEAR, **_GIVEN.get(story, {})},
    )


def _strain(story: Story, score: tuple[int, int]) -> frozenset[str]:
    told = story is Story.STRAIN and max(score) >= 6
    return frozenset({"sudden", "sprint_kick"}) if told else frozenset()


def _refer(story: Story, score: tuple[int, int]) -> frozenset[str]:
    told = story is Story.REFER and max(score) >= 4
    return frozenset({"tingling"}) if told else frozenset()
