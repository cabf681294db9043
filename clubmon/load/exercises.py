"""What each exercise trains: names that sources write, the tags of each, and what a club adds.

The shipped names and tags are rows of `app.exercise_tag`; which spellings are one exercise is
said in sql/staging/exercise.sql and nowhere else. Figures follow a change at the next rebuild.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from clubmon import policy
from clubmon.club import consenting, people
from clubmon.load import models
from clubmon.policy import Consent, Viewer
from clubmon.settings import Settings
from clubmon.storage.store import Connection, Row, Store, rows_of
from clubmon.words.language import N_, _

# The closed vocabulary, in the order that pages show; an exercise has one or more.
TAGS: Mapping[str, str] = MappingProxyType(
    {
        "eccentric-hamstring": N_(
            "Loads the hamstrings while they lengthen: Nordics, Romanian and stiff-leg deadlifts, "
            "good mornings, glute-ham raises, sliding leg curls"
        ),
        "hinge": N_("Bends at the hip under load: deadlifts, swings, good mornings"),
        "hip-extension": N_("Extends the hip: thrusts, bridges, back extensions"),
        "knee-flexion": N_("Bends the knee against load: every leg curl"),
        "knee-extension": N_("Extends the knee against load: leg extension, sissy squat"),
        "squat": N_("Squats on both legs or one, and leg presses"),
        "lunge": N_("Lunges, split squats and step-ups"),
        "hip-stability": N_("Adductors, abductors and rotators of the hip"),
        "jump": N_("Jumps, hops, bounds and landings"),
        "olympic": N_("Snatch, clean and jerk, and their pulls"),
        "sled": N_("Pushes or pulls a sled"),
        "carry": N_("Walks with a load"),
        "calf": N_("Calf and shin"),
        "upper-push": N_("Presses, push-ups, dips, raises to the front and side, triceps"),
        "upper-pull": N_("Rows, pull-ups, shrugs, biceps, rear shoulder"),
        "core": N_("Trunk: planks, crunches, carries against rotation, throws"),
        "cardio": N_("Running, machines and circuits without much load"),
        "mobility": N_("Stretching, yoga, warm-up, nerve glides"),
        "other": N_("None of these"),
    }
)
TAG_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "eccentric-hamstring": N_("eccentric hamstring"),
        "hinge": N_("hinge"),
        "hip-extension": N_("hip extension"),
        "knee-flexion": N_("knee flexion"),
        "knee-extension": N_("knee extension"),
        "squat": N_("squat"),
        "lunge": N_("lunge"),
        "hip-stability": N_("hip stability"),
        "jump": N_("jump"),
        "olympic": N_("olympic"),
        "sled": N_("sled"),
        "carry": N_("carry"),
        "calf": N_("calf"),
        "upper-push": N_("upper push"),
        "upper-pull": N_("upper pull"),
        "core": N_("core"),
        "cardio": N_("cardio"),
        "mobility": N_("mobility"),
        "other": N_("other"),
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


def catalogue(
    store: Store, settings: Settings, now: datetime, viewer: Viewer | None = None
) -> list[Exercise]:
    """Every exercise as tagged at this moment; `now` is aware.

    Counts are those of the last rebuild, of athletes whose loads the viewer may see; without a
    viewer, of all who share them. A name that only others use is left out.
    """
    sharing = [
        athlete_id
        for athlete_id, about in consenting.subjects(store, settings, now).items()
        if Consent.LOAD in about.consents and (viewer is None or policy.sees_load(viewer, about))
    ]
    with store.cursor() as con:
        models.bind(con, models.EVER, known_by=now)
        spellings = rows_of(con, f"SELECT e.* FROM ({models.query('staging.exercise')}) AS e")
        shipped = rows_of(con, _SHIPPED)
        done = rows_of(con, _done_sql(con), [sharing])
    return _gathered(spellings, {row["exercise"] for row in shipped}, done)


def tag(
    store: Store,
    settings: Settings,
    changes: Sequence[Change],
    by_person_id: str,
    now: datetime,
    viewer: Viewer | None = None,
) -> int:
    """Record the tags of some exercises, all or none, and return how many.

    Raises ExerciseError for an exercise that is not in the catalogue, and for tags that are
    none or not in TAGS.
    """
    names = {one.name_key: one.name for one in catalogue(store, settings, now, viewer)}
    for change in changes:
        _check(change, names)
    rows = [[names[c.name_key], " ".join(_ordered(c.tags)), by_person_id, now] for c in changes]

    def write(con: Connection) -> None:
        for row in rows:
            con.execute("INSERT INTO app.exercise_tag VALUES (?, ?, ?, ?)", row)

    store.write("app", write)
    for name, tags, *_rest in rows:
        people.audit(store, by_person_id, "exercise_tagged", str(name), str(tags), now)
    return len(rows)


def _check(change: Change, names: Mapping[str, str]) -> None:
    name = names.get(change.name_key)
    if name is None:
        raise ExerciseError(
            _(
                "An exercise of that name is not in the list any more; reload the page and try "
                "again."
            )
        )
    if not change.tags:
        raise ExerciseError(
            _("'{name}' needs at least one tag; choose 'other' where none fits.", name=name)
        )
    if not set(change.tags) <= set(TAGS):
        raise ExerciseError(
            _("A tag given for '{name}' does not exist; choose from those offered.", name=name)
        )


def _ordered(tags: Sequence[str]) -> list[str]:
    return [name for name in TAGS if name in tags]


def _gathered(spellings: Sequence[Row], shipped: set[str], done: Sequence[Row]) -> list[Exercise]:
    """The exercises of these spellings, most sets first; what others do stays out."""
    use = {row["exercise"]: row for row in done}
    by_key: dict[str, list[Row]] = {}
    for row in spellings:
        if row["exercise"] in shipped or row["exercise"] in use:
            by_key.setdefault(row["name_key"], []).append(row)
    found = [_exercise(key, rows, use) for key, rows in by_key.items()]
    return sorted(found, key=lambda one: (-one.sets, one.name.lower(), one.name_key))


def _exercise(name_key: str, spellings: Sequence[Row], use: Mapping[str, Row]) -> Exercise:
    used = [use[row["exercise"]] for row in spellings if row["exercise"] in use]
    most = max(used, key=lambda row: (row["sets"], row["exercise"]), default=None)
    return Exercise(
        name_key,
        name=most["exercise"] if most else min(row["exercise"] for row in spellings),
        tags=tuple(_ordered((spellings[0]["tags"] or "").split())),
        sets=sum(row["sets"] for row in used),
        athletes=len({athlete_id for row in used for athlete_id in row["athletes"]}),
    )


_SHIPPED = "SELECT DISTINCT t.exercise FROM app.exercise_tag AS t WHERE t.by_person_id IS NULL"


def _done_sql(con: Connection) -> str:
    """Sets and athletes per spelling; its one parameter is the list of athletes that count."""
    return f"""
        SELECT d.exercise, CAST(sum(d.sets) AS BIGINT) AS sets, list(d.athlete_id) AS athletes
        FROM (
            SELECT l.exercise, l.athlete_id, count(*) AS sets
            FROM {_sets(con)} AS l
            GROUP BY l.exercise, l.athlete_id
        ) AS d
        INNER JOIN (SELECT unnest(?::VARCHAR[]) AS athlete_id) AS s
            ON s.athlete_id = d.athlete_id
        GROUP BY d.exercise
    """


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
