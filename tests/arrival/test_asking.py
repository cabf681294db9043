"""A file that leaves its unit open is kept, asks once, and counts from the answer on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

import pytest

from clubmon import commands, jobs, plugins
from clubmon.arrival import asking, fileanswers, ingest
from clubmon.club import consenting, enrolling, people
from clubmon.policy import Consent, Role
from clubmon.sdk import NO_ANSWERS, Answers, Choice, LiftSet, Question, Refusal, Session
from clubmon.settings import Settings
from clubmon.storage.store import Store

UNITS = {"kg": 1.0, "lb": 0.45359237}
ASK = Question(
    "weight_unit",
    "Are the weights in kg or in lb?",
    (Choice("kg", "Kilograms"), Choice("lb", "Pounds")),
    "",
)


class Asks:
    """A plugin for lines such as '3 60': day of November and weight, without a unit."""

    name, version = "asks", "1"

    def claims(self, name: str, head: bytes) -> bool:
        return head.startswith(b"asks\n")

    def read(
        self, path: Path, name: str, answers: Answers = NO_ANSWERS
    ) -> Iterator[Session | Refusal | Question]:
        for line in path.read_text().splitlines()[1:]:
            day, _, weight = line.partition(" ")
            if not weight:
                yield self.session(day, None)
            elif (unit := answers.get("weight_unit", "")) in UNITS:
                yield self.session(day, float(weight) * UNITS[unit])
            else:
                yield ASK

    def session(self, day: str, kilograms: float | None) -> Session:
        lift = LiftSet("Squat (Barbell)", "normal", 5, kilograms)
        start = datetime(2026, 11, int(day), 18, 0)  # noqa: DTZ001 wall clock
        return Session("asks", day, "lift", "strength", start_local=start, sets=(lift,))


@pytest.fixture(autouse=True)
def plugin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The plugin above, installed."""
    known = entry_points(group=plugins.CONNECTORS)
    ours = EntryPoint("asks", f"{__name__}:Asks", plugins.CONNECTORS)
    monkeypatch.setattr(
        plugins,
        "entry_points",
        lambda group: [*known, ours] if group == plugins.CONNECTORS else [],
    )
    plugins.load.cache_clear()
    yield
    plugins.load.cache_clear()


@pytest.fixture
def ada(store: Store, now: datetime) -> str:
    """An adult who has consented to loads being stored."""
    return add(store, now, "ada@example.org")


def add(store: Store, now: datetime, email: str) -> str:
    team = people.team_by_name(store, "Made up")
    team_id = team.team_id if team else enrolling.add_team(store, "Made up", now)
    who = enrolling.add_person(store, "Ada", email, now, born=date(2000, 1, 1))
    enrolling.add_role(store, who, Role.ATHLETE, team_id, now)
    consenting.record(store, who, Consent.LOAD, True, who, "athlete", None, now)
    return who


def file(folder: Path, *lines: str, name: str = "log.txt") -> Path:
    path = folder / name
    path.write_text("\n".join(["asks", *lines]) + "\n")
    return path


def grams(store: Store) -> list[int | None]:
    rows = store.rows("SELECT weight_g FROM lake.raw.lift_set ORDER BY known_at, session_id")
    return [row["weight_g"] for row in rows]


def put(store: Store, settings: Settings, who: str, path: Path, at: datetime) -> ingest.Receipt:
    return ingest.store_file(store, settings, who, path, path.name, at)


def test_a_file_that_asks_is_kept_and_none_of_it_counts(
    store: Store, settings: Settings, ada: str, tmp_path: Path, now: datetime
) -> None:
    receipt = put(store, settings, ada, file(tmp_path, "3 60", "5"), now)
    assert [question.key for question in receipt.questions] == ["weight_unit"]
    assert receipt.lifts == 0  # the one without a weight too: the other would look like rest
    assert ingest.raw_path(settings.data, ada, receipt.sha256).exists()
    assert grams(store) == []
    assert asking.waiting(store, ada) == 1


def test_the_answer_reads_what_waited_and_what_comes_later(
    store: Store, settings: Settings, ada: str, tmp_path: Path, now: datetime
) -> None:
    put(store, settings, ada, file(tmp_path, "3 60", "5"), now)
    later = now + timedelta(hours=1)
    (read,) = asking.answer(store, settings, ada, "weight_unit", "kg", ada, later)
    assert (read.lifts, asking.waiting(store, ada)) == (2, 0)
    put(store, settings, ada, file(tmp_path, "7 20", name="b.txt"), later + timedelta(days=1))
    assert sorted(grams(store), key=str) == [20000, 60000, None]


def test_an_answer_counts_for_that_athlete_alone(
    store: Store, settings: Settings, ada: str, tmp_path: Path, now: datetime
) -> None:
    bob, path = add(store, now, "bob@example.org"), file(tmp_path, "3 60")
    for who in (ada, bob):
        put(store, settings, who, path, now)
    asking.answer(store, settings, ada, "weight_unit", "kg", ada, now)
    assert (asking.waiting(store, ada), asking.waiting(store, bob)) == (0, 1)


def test_what_waited_is_known_since_the_answer_also_after_a_rebuild_from_raw(
    store: Store, settings: Settings, ada: str, tmp_path: Path, now: datetime
) -> None:
    put(store, settings, ada, file(tmp_path, "3 60"), now)
    put(store, settings, ada, file(tmp_path, "5", name="b.txt"), now)
    later = now + timedelta(hours=1)
    asking.answer(store, settings, ada, "weight_unit", "lb", ada, later)
    before = store.rows("SELECT * FROM lake.raw.session ORDER BY session_id")
    assert sorted(row["known_at"] for row in before) == [now, later]
    jobs.rebuild(store, settings, later + timedelta(days=1), from_raw=True)
    assert store.rows("SELECT * FROM lake.raw.session ORDER BY session_id") == before
    assert 27216 in grams(store)


def test_a_file_that_still_waits_waits_after_a_rebuild_too(
    store: Store, settings: Settings, ada: str, tmp_path: Path, now: datetime
) -> None:
    put(store, settings, ada, file(tmp_path, "3 60"), now)
    jobs.rebuild(store, settings, now, from_raw=True)
    assert (asking.waiting(store, ada), grams(store)) == (1, [])


def test_a_corrected_answer_replaces_what_was_read_and_the_old_one_stays_on_record(
    store: Store, settings: Settings, ada: str, tmp_path: Path, now: datetime
) -> None:
    put(store, settings, ada, file(tmp_path, "3 60"), now)
    for hour, unit in enumerate(("kg", "lb", "lb")):
        at = now + timedelta(hours=hour)
        asking.answer(store, settings, ada, "weight_unit", unit, ada, at)
    assert grams(store) == [27216]
    rows = store.rows("SELECT value FROM app.file_answer ORDER BY known_at")
    assert [row["value"] for row in rows] == ["kg", "lb"]
    (one,) = asking.asked(store, ada)
    assert (one.answer, one.waiting, one.files) == ("lb", False, 1)


def test_what_is_no_choice_or_not_asked_is_refused_in_a_sentence(
    store: Store, settings: Settings, ada: str, tmp_path: Path, now: datetime
) -> None:
    put(store, settings, ada, file(tmp_path, "3 60"), now)
    with pytest.raises(asking.AnswerRefused, match=r"'stone' does not answer 'weight_unit'.*=kg"):
        asking.answer(store, settings, ada, "weight_unit", "stone", ada, now)
    with pytest.raises(asking.AnswerRefused, match="No file of this athlete asks for 'shoe_size'"):
        asking.answer(store, settings, ada, "shoe_size", "42", ada, now)
    assert fileanswers.told(store, ada) == {}


def test_without_consent_no_answer_reads_anything(
    store: Store, settings: Settings, ada: str, tmp_path: Path, now: datetime
) -> None:
    put(store, settings, ada, file(tmp_path, "3 60"), now)
    consenting.record(
        store, ada, Consent.LOAD, False, ada, "athlete", None, now + timedelta(seconds=1)
    )
    with pytest.raises(ingest.ImportRefused):
        asking.answer(store, settings, ada, "weight_unit", "kg", ada, now + timedelta(minutes=1))
    assert grams(store) == []


def run(
    store: Store, settings: Settings, ada: str, now: datetime, path: Path, answers: str = ""
) -> commands.Outcome:
    arguments = {"athlete": ada, "answers": answers}
    call = commands.Call(store, settings, now, arguments, [(path, path.name)])
    return commands.run("import", call)


def test_the_command_line_says_how_to_answer_and_takes_the_answer(
    store: Store, settings: Settings, ada: str, tmp_path: Path, now: datetime
) -> None:
    path = file(tmp_path, "3 60")
    asks = run(store, settings, ada, now, path)
    assert asks.out == ["log.txt: kept, waits for an answer"]
    assert asks.code == 1
    (line,) = asks.err
    assert line.startswith("Question: log.txt: Are the weights in kg or in lb? See http")
    assert line.endswith("answer with --answer weight_unit=kg or --answer weight_unit=lb.")
    again = run(store, settings, ada, now, path)
    assert (again.out, again.err) == (["log.txt: stored before, nothing changed"], asks.err)
    done = run(store, settings, ada, now, path, "weight_unit=kg")
    assert (done.out, done.err, done.code) == (["log.txt: stored 1 lift"], [], 0)


def test_an_import_says_nothing_of_what_other_files_wait_for(
    store: Store, settings: Settings, ada: str, tmp_path: Path, now: datetime
) -> None:
    waits = run(store, settings, ada, now, file(tmp_path, "3 60"))
    sound = tmp_path / "sound.txt"
    sound.write_text("asks\n4\n")
    done = run(store, settings, ada, now, sound)
    assert (done.out, done.err, done.code) == (["sound.txt: stored 1 lift"], [], 0)
    late = tmp_path / "late.txt"
    late.write_text("asks\n5 70\n")
    (line,) = run(store, settings, ada, now, late).err
    assert line == waits.err[0].replace("log.txt", "late.txt")


def test_a_first_import_may_bring_its_answer_along(
    store: Store, settings: Settings, ada: str, tmp_path: Path, now: datetime
) -> None:
    done = run(store, settings, ada, now, file(tmp_path, "3 60"), "weight_unit=lb")
    assert (done.out, done.code) == (["log.txt: stored 1 lift"], 0)
    wrong = run(store, settings, ada, now, file(tmp_path, "4 60"), "weight_unit=st")
    assert wrong.code == 1
    assert wrong.out == ["log.txt: stored 1 lift"]  # the answer from before is in force
    assert wrong.err == [
        "'st' does not answer 'weight_unit'; answer with --answer weight_unit=kg or "
        "--answer weight_unit=lb."
    ]
