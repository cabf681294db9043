"""What each exercise trains: names that sources write, the tags of each, and what a club adds.

The shipped names and tags are rows of `app.exercise_tag`; which spellings are one exercise is
said in sql/staging/exercise.sql and nowhere else. Figures follow a change at the next rebuild.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from clubmon import models, people
from clubmon.policy import Consent
from clubmon.settings import Settings
from clubmon.store import Connection, Row, Store, rows_of

# The closed vocabulary, in the order that pages show; an exercise has one or more.
TAGS: Mapping[str, str] = MappingProxyType(
    {
        "eccentric-hamstring": "Loads the hamstrings while they lengthen: Nordics, Romanian "
        "and stiff-leg deadlifts, good mornings, glute-ham raises, sliding leg curls",
        "hinge": "Bends at the hip under load: deadlifts, swings, good mornings",
        "hip-extension": "Extends the hip: thrusts, bridges, back extensions",
        "knee-flexion": "Bends the knee against load: every leg curl",
        "knee-extension": "Extends the knee against load: leg extension, sissy squat",
        "squat": "Squats on both legs or one, and leg presses",
        "lunge": "Lunges, split squats and step-ups",
        "hip-stability": "Adductors, abductors and rotators of the hip",
        "jump": "Jumps, hops, bounds and landings",
        "olympic": "Snatch, clean and jerk, and their pulls",
        "sled": "Pushes or pulls a sled",
        "carry": "Walks with a load",
        "calf": "Calf and shin",
        "upper-push": "Presses, push-ups, dips, raises to the front and side, triceps",
        "upper-pull": "Rows, pull-ups, shrugs, biceps, rear shoulder",
        "core": "Trunk: planks, crunches, carries against rotation, throws",
        "cardio": "Running, machines and circuits without much load",
        "mobility": "Stretching, yoga, warm-up, nerve glides",
        "other": "None of these",
    }
)


class ExerciseError(Exception):
    """A name or tag that cannot be taken, in one sentence."""


@dataclass(frozen=True, slots=True)
class Exercise:
    """One exercise in all its spellings. `sets` and `athletes`: of those who share training."""

    name_key: str
    name: str  # the spelling used most, else the shipped one
    tags: tuple[str, ...]  # empty: unknown
    sets: int
    athletes: int


@dataclass(frozen=True, slots=True)
class Change:
    """The tags that an exercise is to have from now on."""

    name_key: str
    tags: tuple[str, ...]


def unknown(store: Store, settings: Settings, now: datetime) -> list[Exercise]:
    """Exercises without tags that athletes who share training did, most sets first."""
    return [one for one in catalogue(store, settings, now) if not one.tags]


def known(store: Store, settings: Settings, now: datetime) -> list[Exercise]:
    """Exercises with tags: the club's, most sets first, then the shipped ones by name."""
    return [one for one in catalogue(store, settings, now) if one.tags]


def catalogue(store: Store, settings: Settings, now: datetime) -> list[Exercise]:
    """Every exercise that staff may see, as tagged at this moment; `now` is aware.

    Counts are those of the last rebuild. A name that only athletes use who keep their training
    to themselves is left out.
    """
    sharing = [
        athlete_id
        for athlete_id, about in people.subjects(store, settings, now).items()
        if Consent.LOAD in about.consents
    ]
    with store.cursor() as con:
        models.bind(con, models.EVER, known_by=now)
        rows = rows_of(con, _catalogue_sql(con), [sharing])
    return [_exercise(row) for row in rows]


def tag(
    store: Store, settings: Settings, changes: Sequence[Change], by_person_id: str, now: datetime
) -> int:
    """Record the tags of some exercises, all or none, and return how many.

    Raises ExerciseError for an exercise that is not in the catalogue, and for tags that are
    none or not in TAGS.
    """
    names = {one.name_key: one.name for one in catalogue(store, settings, now)}
    for change in changes:
        _check(change, names)
    rows = [[names[c.name_key], " ".join(_ordered(c.tags)), by_person_id, now] for c in changes]

    def write(con: Connection) -> None:
        for row in rows:
            con.execute("INSERT INTO app.exercise_tag VALUES (?, ?, ?, ?)", row)

    store.write("app", write)
    for name, tags, *_ in rows:
        people.audit(store, by_person_id, "exercise_tagged", str(name), str(tags), now)
    return len(rows)


def _check(change: Change, names: Mapping[str, str]) -> None:
    name = names.get(change.name_key)
    if name is None:
        raise ExerciseError(
            "An exercise of that name is not in the list any more; reload the page and try again."
        )
    if not change.tags:
        raise ExerciseError(f"'{name}' needs at least one tag; choose 'other' where none fits.")
    if not set(change.tags) <= set(TAGS):
        raise ExerciseError(f"A tag given for '{name}' does not exist; choose from those offered.")


def _ordered(tags: Sequence[str]) -> list[str]:
    return [name for name in TAGS if name in tags]


def _exercise(row: Row) -> Exercise:
    tags = tuple(_ordered((row.pop("tags") or "").split()))
    return Exercise(tags=tags, **row)


def _catalogue_sql(con: Connection) -> str:
    """One row per exercise; its one parameter is the list of athletes whose sets count."""
    done = (
        f"SELECT l.exercise, l.athlete_id, count(*) AS sets FROM {_sets(con)} AS l "
        "INNER JOIN (SELECT unnest(?::VARCHAR[]) AS athlete_id) AS s "
        "ON s.athlete_id = l.athlete_id GROUP BY l.exercise, l.athlete_id"
    )
    spelt = (
        f"SELECT e.name_key, e.exercise, e.tags, d.athlete_id, d.sets, "
        "sum(d.sets) OVER (PARTITION BY e.exercise) AS of_spelling "
        f"FROM ({models.query('staging.exercise')}) AS e "
        f"LEFT JOIN ({done}) AS d ON d.exercise = e.exercise "
        # others' own names for what they do are not for staff
        "WHERE d.sets IS NOT NULL OR e.exercise IN "
        "(SELECT t.exercise FROM app.exercise_tag AS t WHERE t.by_person_id IS NULL)"
    )
    return (
        "SELECT p.name_key, any_value(p.tags) AS tags, "
        "arg_max(p.exercise, (coalesce(p.of_spelling, 0), p.exercise)) AS name, "
        "CAST(coalesce(sum(p.sets), 0) AS BIGINT) AS sets, "
        "count(DISTINCT p.athlete_id) AS athletes "
        f"FROM ({spelt}) AS p GROUP BY p.name_key ORDER BY sets DESC, lower(name), p.name_key"
    )


def _sets(con: Connection) -> str:
    """The sets of the last rebuild's sessions; none before the first."""
    there = rows_of(
        con,
        "SELECT 1 AS found FROM duckdb_tables() WHERE database_name = 'lake' "
        "AND schema_name = 'staging' AND table_name = 'session'",
    )
    if not there:
        return "(SELECT CAST(NULL AS VARCHAR) AS exercise, NULL AS athlete_id WHERE false)"
    return (
        "(SELECT r.exercise, r.athlete_id FROM lake.raw.lift_set AS r "
        "INNER JOIN lake.staging.session AS s "
        "ON s.session_id = r.session_id AND s.sets_sha256 = r.sha256)"
    )
