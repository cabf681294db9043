"""Seven weeks of a small club, as they came in: files, answers, nights, and what came later."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from uuid6 import uuid7

from clubmon import jobs
from clubmon.arrival import doubtful, ingest
from clubmon.arrival.doubtful import Mend
from clubmon.arrival.rawrows import session_id
from clubmon.club import consenting, enrolling
from clubmon.flag import replay, replaylist, rules
from clubmon.hamstring import checkins
from clubmon.policy import Consent, Role
from clubmon.settings import Settings, load
from clubmon.storage.store import Store
from clubmon.triage.answers import Answers

DAY = timedelta(days=1)
MORNING = date(2026, 11, 17)  # a Tuesday
FIRST = date(2026, 10, 1)
NONE = frozenset[str]()
STRAVA = (
    "Activity ID,Activity Date,Activity Name,Activity Type,Elapsed Time,Distance,Elapsed Time,"
    "Moving Time,Distance,Elevation Gain\n"
)
HEVY = "title,start_time,end_time,exercise_title,set_index,set_type,weight_kg,reps,rpe\n"


def at(day: date, hour: int) -> datetime:
    """That day at this hour, UTC; in Berlin it is one hour later."""
    return datetime.combine(day, time(hour), UTC)


@dataclass
class Season:
    """The club and its clock. Every change is known at `now`, or at the moment given."""

    store: Store
    settings: Settings
    folder: Path
    now: datetime
    team: str = ""
    ids: dict[str, str] = field(default_factory=dict)
    files: int = 0

    def add(self, name: str, role: Role, born: date = date(1999, 5, 1)) -> str:
        """A person with a role in the team; athletes agree to everything."""
        email = f"{name.lower()}@example.org"
        who = enrolling.add_person(self.store, name, email, self.now, born=born)
        enrolling.add_role(self.store, who, role, self.team, self.now)
        if role is Role.ATHLETE:
            for kind in Consent:
                self.consent(who, kind)
        self.ids[name] = who
        return who

    def consent(self, who: str, kind: Consent, *, granted: bool = True) -> None:
        """The athlete's answer for one kind of data."""
        consenting.record(self.store, who, kind, granted, who, "athlete", None, self.now)

    def runs(self, name: str, metres: dict[date, int], *, number: int = 0) -> None:
        """Import one activities.csv; `number` tells two runs of one day apart."""
        rows = [
            f'{day:%Y%m%d}{number},"{day:%b} {day.day}, {day.year}, {16 + number}:00:00",Run,Run,'
            f"3600,{m / 1000},3600,3600,{m},30\n"
            for day, m in metres.items()
        ]
        self.bring(name, "activities.csv", STRAVA + "".join(rows))

    def lifts(self, name: str, kg: dict[date, int], exercise: str = "Nordic Curl") -> None:
        """Import one Hevy file: three sets of ten a day."""
        rows = [
            f'"Gym","{day.day} {day:%b} {day.year}, 17:00","{day.day} {day:%b} {day.year}, 18:00",'
            f"{exercise},{index},normal,{weight},10,8\n"
            for day, weight in kg.items()
            for index in range(3)
        ]
        self.bring(name, "hevy.csv", HEVY + "".join(rows))

    def bring(self, name: str, title: str, text: str) -> None:
        """Import this text as a file of one athlete."""
        self.files += 1
        path = self.folder / f"{self.files}-{title}"
        path.write_text(text, encoding="utf-8")
        receipt = ingest.store_file(
            self.store, self.settings, self.ids[name], path, title, self.now
        )
        assert not receipt.refusals, receipt

    def answer(self, name: str, left: int, refer: frozenset[str] = NONE) -> str | None:
        """A check-in; returns the id of the referral that it opens."""
        given = Answers(left=left, right=0, refer=refer, strain=NONE)
        saved = checkins.save(self.store, self.settings, self.ids[name], given, self.now)
        return saved.referral_id

    def night(self, morning: date, hour: int = 3) -> None:
        """The nightly job of a morning, at 03:00 UTC (04:00 in Berlin)."""
        self.now = at(morning, hour)
        run = jobs.nightly(self.store, self.settings, morning, self.now)
        assert run.error is None, run

    def insert(self, table: str, **row: object) -> None:
        """One row of `app` by column names."""
        names, marks = ", ".join(row), ", ".join("?" for _ in row)
        sql = f"INSERT INTO app.{table} ({names}) VALUES ({marks})"
        self.store.execute("app", sql, list(row.values()))

    def session(self, name: str, day: date) -> str:
        """The id of the run of a day."""
        return session_id(self.ids[name], "strava_export", f"{day:%Y%m%d}0")

    def replay(self, morning: date = MORNING, now: datetime | None = None) -> replaylist.Replay:
        """The list of a morning, asked for now."""
        return replay.of(self.store, self.settings, morning, now or self.now)

    def text(self, morning: date = MORNING, now: datetime | None = None) -> str:
        """Its JSON."""
        return replaylist.as_json(self.replay(morning, now))

    # what comes later: each of these changes the present and must not change the past

    def late_run(self) -> None:
        """A second run of Saturday, brought after the weekend."""
        self.files += 1
        self.runs("Ana", {date(2026, 11, 14): 15_000 + self.files}, number=2)

    def edited_run(self) -> None:
        """Friday's run, corrected at the source."""
        self.files += 1
        self.runs("Ana", {date(2026, 11, 13): 4_000 + self.files})

    def deleted_run(self) -> None:
        """Sunday's run, deleted at the source."""
        self.store.execute(
            "app",
            "INSERT OR IGNORE INTO app.tombstone VALUES ('session', ?, ?)",
            [self.session("Ana", date(2026, 11, 15)), self.now],
        )

    def decided_run(self) -> None:
        """A decision about Ben's run that was in doubt, as the page takes it, another each time."""
        self.files += 1
        wanted = self.session("Ben", date(2026, 11, 12))
        found = doubtful.found(self.store, [self.ids["Ben"]], self.now)
        (one,) = (one for one in found if one.session_id == wanted)
        decision = ("keep", "mend", "drop", "undo")[self.files % 4]
        mend = Mend(distance_m=5_000 + self.files, seconds=1_800) if decision == "mend" else None
        doubtful.decide(self.store, one, decision, self.ids["Ben"], self.now, mend)

    def mended_run(self) -> None:
        """The same run, put right to another day and length, and the tables made anew."""
        wanted = self.session("Ben", date(2026, 11, 12))
        found = doubtful.found(self.store, [self.ids["Ben"]], self.now)
        (one,) = (one for one in found if one.session_id == wanted)
        start = datetime(2026, 11, 13, 9)  # noqa: DTZ001 wall clock
        doubtful.decide(
            self.store, one, "mend", self.ids["Ben"], self.now, Mend(start, 25_000, 7_200)
        )
        self.rebuild()

    def rated_run(self) -> None:
        """An RPE for a run of that week."""
        run = {"session_id": self.session("Ana", date(2026, 11, 16)), "rpe_tenths": 90}
        self.insert("session_rpe", **run, athlete_id=self.ids["Ana"], known_at=self.now)

    def late_answer(self) -> None:
        """A check-in for an earlier day that comes now, with more tightness and a rest day."""
        for name in ("Ana", "Ben"):
            self.insert(
                "checkin",
                checkin_id=str(uuid7()),
                athlete_id=self.ids[name],
                local_date=MORNING - DAY,
                left_score=9,
                right_score=9,
                yesterday="rest",
                something_else=False,
                known_at=self.now,
            )

    def stricter_rule(self) -> None:
        """A new version of the rule that flagged Ana."""
        key = ("spike", "run_m")
        old = rules.in_force(self.store, ())[key]
        new = replace(old, threshold_pct=old.threshold_pct + 5, hold_days=1, rearm_days=1)
        rules.save(self.store, new, old.version, "cli", self.now)

    def tagged_exercise(self) -> None:
        """An exercise of Ben's said to be none for the hamstrings."""
        row = {"exercise": "Nordic Curl", "tags": "", "by_person_id": "cli"}
        self.insert("exercise_tag", **row, known_at=self.now)

    def settled_flags(self) -> None:
        """Somebody dismisses every flag, and a physio closes the referrals."""
        for row in self.store.rows("SELECT flag_id FROM app.flag"):
            done = {"action_id": str(uuid7()), "action": "dismissed", "known_at": self.now}
            self.insert("flag_action", **row, **done, person_id=self.ids["Carl"])
        self.store.execute(
            "app",
            "UPDATE app.referral SET closed_at = ?, decision = 'seen' WHERE closed_at IS NULL",
            [self.now],
        )

    def new_team(self) -> None:
        """Ana plays for a second team as well, which has a rule of its own."""
        team = enrolling.add_team(self.store, f"Team {uuid7()}", self.now)
        enrolling.add_role(self.store, self.ids["Ana"], Role.ATHLETE, team, self.now)
        old = rules.in_force(self.store, ())["spike", "run_m"]
        new = replace(old, team_id=team, floor_rise=1, threshold_pct=1, version=0)
        rules.save(self.store, new, 0, "cli", self.now)

    def newcomer(self) -> None:
        """Somebody who joins with years of training."""
        self.files += 1
        name = f"New{self.files}"
        self.add(name, Role.ATHLETE)
        self.runs(name, {FIRST + n * DAY: 6_000 + n * 400 for n in range(47)})
        self.now += timedelta(minutes=1)
        self.answer(name, 7)

    def rebuild(self) -> None:
        """`clubmon rebuild`."""
        jobs.rebuild(self.store, self.settings, self.now, from_raw=False)

    def rebuild_from_raw(self) -> None:
        """`clubmon rebuild --from-raw`."""
        settled = jobs.rebuild(self.store, self.settings, self.now, from_raw=True)
        assert not settled.problems

    def next_night(self) -> None:
        """The job of the next morning."""
        self.night((self.now + DAY).date())


def played(folder: Path) -> Season:
    """The season up to the morning's job: Ana's spike, Ben's tightness, Cleo's referral."""
    place = folder / "files"
    place.mkdir(parents=True)
    settings = load(folder / "data", timezone="Europe/Berlin")
    season = Season(Store(settings.data), settings, place, at(FIRST, 8))
    season.team = enrolling.add_team(season.store, "First team", season.now)
    for name in ("Ana", "Ben", "Cleo"):
        season.add(name, Role.ATHLETE)
    season.add("Carl", Role.COACH)
    doctor = season.add("Pia", Role.PHYSIO)
    enrolling.set_medical_contact(season.store, season.team, doctor, season.now)
    enrolling.switch_checkins(season.store, season.team, True, season.now)
    season.now = at(date(2026, 11, 10), 12)
    for name in ("Ana", "Ben", "Cleo"):
        season.runs(name, {FIRST + n * DAY: 6_000 for n in range(40)})
    season.lifts("Ben", {FIRST + 2 * n * DAY: 40 for n in range(20)})
    for back in range(7, 0, -1):
        weekday(season, MORNING - back * DAY, back)
    season.night(MORNING)
    return season


def weekday(season: Season, day: date, back: int) -> None:
    """One day of the last week: its job, its runs, its answers."""
    if back <= 4:
        season.night(day)
    season.now = at(day, 19)
    season.runs("Ana", {day: 10_000})
    season.runs("Ben", {day: 500_000 if back == 5 else 6_000})
    season.runs("Cleo", {day: 6_000})
    season.answer("Ana", 4 if back <= 2 else 1)
    season.answer("Ben", 6 if back == 1 else 2)
    season.answer("Cleo", 1, frozenset({"calf"}) if back == 3 else NONE)


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Season:
    """The season as it was played, closed: to be copied."""
    season = played(tmp_path_factory.mktemp("season"))
    season.store.close()
    return season


def copied(template: Season, folder: Path) -> Season:
    """The same season in a data folder of its own, opened."""
    shutil.copytree(template.settings.data, folder / "data")
    (folder / "files").mkdir()
    settings = load(folder / "data", timezone="Europe/Berlin")
    return replace(
        template,
        store=Store(settings.data),
        settings=settings,
        folder=folder / "files",
        ids=dict(template.ids),
    )


@pytest.fixture(scope="module")
def shared(template: Season, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Season]:
    """One season for tests of what never changes; each of them leaves its changes behind."""
    season = copied(template, tmp_path_factory.mktemp("shared"))
    yield season
    season.store.close()


@pytest.fixture
def season(template: Season, tmp_path: Path) -> Iterator[Season]:
    """A season of one's own."""
    made = copied(template, tmp_path)
    yield made
    made.store.close()
