"""What storing a check-in promises: consent first, append only, one alarm, only fresh drills."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from clubmon.club import consenting, enrolling, people, showing
from clubmon.club.showing import Showing
from clubmon.drill.drills import library
from clubmon.hamstring.checkins import (
    CheckinRefused,
    Training,
    age_on,
    asked,
    done_today,
    inputs,
    latest,
    save,
    trail,
)
from clubmon.hamstring.gate import drill_allowed, drills_now, may_assign
from clubmon.policy import Consent, Role
from clubmon.settings import Settings
from clubmon.storage.store import Store
from clubmon.triage.triage import Answers

NONE: frozenset[str] = frozenset()
NEURAL = Answers(
    left=5,
    right=0,
    left_place="middle",
    refer=NONE,
    strain=NONE,
    given={
        "limits": frozenset(),
        "after_eccentric": frozenset({"no"}),
        "neural": frozenset({"after_sitting", "eases_walking"}),
    },
)
POP = replace(NEURAL, strain=frozenset({"pop"}))


@dataclass
class Club:
    """A team with a medical contact, and one athlete in it."""

    store: Store
    settings: Settings
    now: datetime
    team_id: str
    athlete_id: str

    def consent(self, *kinds: Consent, granted: bool = True, role: str = "athlete") -> None:
        for kind in kinds:
            consenting.record(self.store, self.athlete_id, kind, granted, "p", role, None, self.now)

    def save(self, answers: Answers, hours: float = 0, **more: Any) -> Any:
        now = self.now + timedelta(hours=hours)
        return save(self.store, self.settings, self.athlete_id, answers, now, **more)

    def count(self, table: str) -> int:
        row = self.store.row(f"SELECT CAST(count(*) AS BIGINT) AS n FROM app.{table}")
        assert row
        return int(row["n"])


@pytest.fixture
def club(store: Store, settings: Settings, now: datetime) -> Club:
    """An adult athlete with consent to load and health data."""
    team_id = enrolling.add_team(store, "First team", now)
    doctor = enrolling.add_person(store, "Dr Meyer", "meyer@example.org", now)
    enrolling.set_medical_contact(store, team_id, doctor, now)
    enrolling.switch_checkins(store, team_id, True, now)
    athlete_id = enrolling.add_person(
        store, "Ada Okafor", "ada@example.org", now, born=date(2000, 5, 1)
    )
    enrolling.add_role(store, athlete_id, Role.ATHLETE, team_id, now)
    made = Club(store, settings, now, team_id, athlete_id)
    made.consent(Consent.LOAD, Consent.HEALTH)
    return made


def born(club: Club, day: date | None) -> None:
    club.store.execute(
        "app", "UPDATE app.person SET born = ? WHERE person_id = ?", [day, club.athlete_id]
    )


# -- what a day has -------------------------------------------------------------------------


def test_nobody_is_reminded_once_anything_was_answered_on_the_athletes_own_day(club: Club) -> None:
    athlete = people.athlete(club.store, club.athlete_id)
    assert athlete
    who = replace(athlete.person, timezone="Pacific/Auckland")
    assert not done_today(club.store, club.settings, who, club.now)
    club.store.execute("app", "UPDATE app.person SET timezone = 'Pacific/Auckland'")
    club.save(Answers(), training=Training(yesterday="rest"))
    assert done_today(club.store, club.settings, who, club.now)
    tomorrow_there = club.now + timedelta(hours=8)
    assert not done_today(club.store, club.settings, who, tomorrow_there)


# -- who is asked ----------------------------------------------------------------------------


def test_without_consent_to_health_data_nothing_is_stored_and_the_decision_still_comes(
    club: Club,
) -> None:
    club.consent(Consent.HEALTH, granted=False)
    saved = club.save(POP)
    assert saved.decision.tier3
    assert (saved.checkin_id, saved.referral_id) == (None, None)
    assert [club.count(table) for table in ("checkin", "referral", "session_rpe")] == [0, 0, 0]


def test_withdrawn_consent_also_keeps_earlier_scores_out_of_the_decision(club: Club) -> None:
    club.save(Answers(left=0, right=0), hours=-24)
    club.consent(Consent.HEALTH, granted=False)
    who = asked(club.store, club.settings, club.athlete_id, club.now)
    assert inputs(club.store, club.settings, who, club.now)[1].before == ()


@pytest.mark.parametrize("birthday", [date(2012, 1, 1), None])
def test_a_minor_is_asked_nothing_before_a_guardian_agreed(
    club: Club, birthday: date | None
) -> None:
    born(club, birthday)
    with pytest.raises(CheckinRefused, match="guardian"):
        club.save(POP)
    assert club.count("checkin") == 0
    club.consent(Consent.HEALTH, role="guardian")
    assert club.save(POP).referral_id


def test_a_team_with_check_ins_off_is_asked_nothing(club: Club) -> None:
    enrolling.switch_checkins(club.store, club.team_id, False, club.now)
    with pytest.raises(CheckinRefused, match="switched off"):
        club.save(NEURAL)


def test_an_erased_person_or_one_who_is_no_athlete_is_asked_nothing(club: Club) -> None:
    with pytest.raises(CheckinRefused, match="nobody"):
        asked(club.store, club.settings, "somebody-else", club.now)
    club.store.execute(
        "app", "INSERT INTO app.tombstone VALUES ('person', ?, ?)", [club.athlete_id, club.now]
    )
    with pytest.raises(CheckinRefused, match="nobody"):
        club.save(NEURAL)


# -- what is stored --------------------------------------------------------------------------


def test_what_was_answered_is_read_back_as_it_was(club: Club) -> None:
    club.save(NEURAL, training=Training("trained", 8500, 45, 65))
    found = latest(club.store, club.athlete_id)
    assert found
    assert (found.left_score, found.right_score, found.worst) == (5, 0, 5)
    assert (found.refer_signs, found.strain_signs) == ((), ())
    assert found.pattern_answers == {
        "after_eccentric": "no",
        "limits": [],
        "neural": ["after_sitting", "eases_walking"],
    }
    assert found.runs_normally is True
    assert (found.pattern, found.drill_ids) == ("neural", ("D3",))
    row = club.store.row("SELECT * FROM app.checkin")
    assert row
    assert (row["yesterday"], row["yesterday_distance_m"]) == ("trained", 8500)
    assert (row["yesterday_minutes"], row["yesterday_rpe_tenths"]) == (45, 65)


def test_not_answered_stays_apart_from_none_of_these(club: Club) -> None:
    club.save(Answers(left=2))
    row = club.store.row("SELECT * FROM app.checkin")
    assert row
    assert (row["right_score"], row["refer_signs"], row["pattern_answers"]) == (None, None, None)
    assert (row["pattern"], json.loads(row["drill_ids"])) == (None, [])


def test_the_day_is_the_athletes_own(club: Club) -> None:
    club.store.execute("app", "UPDATE app.person SET timezone = 'America/Los_Angeles'")
    club.save(Answers(left=1))  # 05:00 UTC is still the evening before there
    found = latest(club.store, club.athlete_id)
    assert found
    assert found.local_date == date(2026, 11, 16)


def test_answering_again_adds_a_row_and_the_newest_of_the_day_is_in_force(club: Club) -> None:
    club.save(Answers(left=4, right=1), hours=-24)
    club.save(Answers(left=1, right=1))
    club.save(Answers(left=6, right=1), hours=1)
    assert club.count("checkin") == 3
    days = trail(club.store, [club.athlete_id, "nobody"], date(2026, 11, 1))
    assert [(c.local_date.day, c.left_score) for c in days[club.athlete_id]] == [(16, 4), (17, 6)]
    assert set(days) == {club.athlete_id}


def test_the_same_form_sent_twice_is_one_answer_and_one_alarm(club: Club) -> None:
    first = club.save(POP, key="form-1")
    again = club.save(POP, hours=0.01, key="form-1")
    assert (first.checkin_id, first.referral_id) == (again.checkin_id, again.referral_id)
    assert (club.count("checkin"), club.count("referral")) == (1, 1)


def test_the_same_form_after_a_physio_closed_it_is_a_new_alarm_once(club: Club) -> None:
    first = club.save(POP, key="form-1")
    club.store.execute("app", "UPDATE app.referral SET closed_at = ?", [club.now])
    second = club.save(POP, hours=1, key="form-1")
    again = club.save(POP, hours=2, key="form-1")
    assert second.referral_id == again.referral_id != first.referral_id
    assert (club.count("checkin"), club.count("referral")) == (2, 2)
    club.store.execute("app", "UPDATE app.referral SET closed_at = ?", [club.now])
    assert club.save(POP, hours=3, key="form-1").referral_id not in (
        first.referral_id,
        second.referral_id,
    )


def test_a_list_completed_without_anything_more_urgent_stays_one_alarm(club: Club) -> None:
    half = club.save(replace(POP, refer=None), key="form-1")
    whole = club.save(POP, hours=0.1, key="form-1")
    again = club.save(POP, hours=0.2, key="form-1")
    assert half.referral_id == whole.referral_id == again.referral_id
    row = club.store.row("SELECT checkin_id FROM app.referral")  # the physio reads the whole
    assert row == {"checkin_id": whole.checkin_id}
    assert club.save(replace(POP, refer=None), 0.3, key="form-1").referral_id == half.referral_id
    assert (club.count("checkin"), club.count("referral")) == (2, 1)


def test_a_list_completed_with_something_more_urgent_is_an_alarm_of_its_own(club: Club) -> None:
    half = club.save(replace(POP, refer=None), key="form-1")
    whole = club.save(replace(POP, refer=frozenset({"chest"})), hours=0.1, key="form-1")
    assert whole.referral_id != half.referral_id
    rows = club.store.rows("SELECT urgency FROM app.referral ORDER BY known_at")
    assert [row["urgency"] for row in rows] == ["within_48_h", "emergency"]


def test_a_rating_of_somebody_elses_session_is_dropped_and_the_answers_stay(club: Club) -> None:
    saved = club.save(POP, training=Training(session_rpe={"someone-elses": 90}))
    assert saved.referral_id
    assert (club.count("session_rpe"), club.count("referral")) == (0, 1)


def test_a_calm_day_with_an_open_referral_still_goes_to_the_physio(club: Club) -> None:
    club.save(POP)
    decision = club.save(Answers(left=0, right=0), hours=24).decision
    assert (decision.pattern, decision.drill_ids, decision.tier3) == ("physio", (), False)
    assert decision.reasons == ("A referral is still open; a physio closes it.",)


def test_another_answer_or_another_tab_is_never_lost(club: Club) -> None:
    club.save(NEURAL, key="form-1")
    club.save(POP, key="form-1")
    club.save(NEURAL, key="form-2")
    assert club.count("checkin") == 3


def test_a_tier_3_answer_opens_a_referral_that_nobody_has_acknowledged(club: Club) -> None:
    saved = club.save(POP)
    row = club.store.row("SELECT * FROM app.referral")
    assert row
    assert (row["referral_id"], row["checkin_id"]) == (saved.referral_id, saved.checkin_id)
    assert (row["pattern"], row["urgency"], row["athlete_id"]) == (
        "strain",
        "within_48_h",
        club.athlete_id,
    )
    assert [row[name] for name in ("acknowledged_at", "closed_at", "decision")] == [None] * 3


@pytest.mark.parametrize(
    "bad",
    [
        {"yesterday": "rest", "distance_m": 1},
        {"minutes": 10},
        {"yesterday": "trained", "distance_m": 300_001},
        {"yesterday": "trained", "minutes": 1441},
        {"yesterday": "trained", "rpe_tenths": 101},
        {"session_rpe": {"s": -1}},
    ],
)
def test_training_that_cannot_be_is_refused(bad: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        Training(**bad)


# -- when a drill may be shown ---------------------------------------------------------------


def test_a_drill_is_allowed_for_48_hours_after_both_lists_were_answered(club: Club) -> None:
    club.save(NEURAL)
    found = latest(club.store, club.athlete_id)
    assert drill_allowed(found, club.now + timedelta(hours=48))
    assert not drill_allowed(found, club.now + timedelta(hours=48, seconds=1))
    assert not drill_allowed(found, club.now - timedelta(seconds=1))
    assert not drill_allowed(None, club.now)


@pytest.mark.parametrize("left_out", ["refer_signs", "strain_signs"])
def test_no_drill_is_allowed_where_a_list_is_missing_or_has_a_sign(
    club: Club, left_out: str
) -> None:
    club.save(NEURAL)
    found = latest(club.store, club.athlete_id)
    assert found
    for value in (None, ("pop",)):
        changed: dict[str, Any] = {left_out: value}
        assert not drill_allowed(replace(found, **changed), club.now)


def test_only_the_newest_check_in_counts(club: Club) -> None:
    club.save(NEURAL)
    assert drills_now(club.store, club.athlete_id, club.now) == ("D3",)
    club.save(Answers(left=6), hours=1)  # the lists were left out this time
    assert drills_now(club.store, club.athlete_id, club.now + timedelta(hours=1)) == ()


def test_an_open_referral_keeps_drills_back_until_a_physio_closes_it(club: Club) -> None:
    club.save(POP)
    assert club.save(NEURAL, hours=1).decision.pattern == "physio"
    later = club.now + timedelta(hours=2)
    assert drills_now(club.store, club.athlete_id, later) == ()
    club.store.execute("app", "UPDATE app.referral SET closed_at = ?", [later])
    assert club.save(NEURAL, hours=3).decision.drill_ids == ("D3",)
    assert drills_now(club.store, club.athlete_id, club.now + timedelta(hours=3)) == ("D3",)


def test_a_referral_made_after_the_check_in_also_keeps_its_drill_back(club: Club) -> None:
    club.save(NEURAL)
    club.store.execute(
        "app",
        "INSERT INTO app.referral (referral_id, athlete_id, checkin_id, pattern, urgency, known_at)"
        " VALUES ('r', ?, 'c', 'refer', 'same_day', ?)",
        [club.athlete_id, club.now],
    )
    assert drills_now(club.store, club.athlete_id, club.now) == ()


@pytest.mark.parametrize(
    ("given", "allowed"),
    [
        ({}, True),
        ({"neural": NONE, "pelvic": NONE, "when": NONE}, True),  # mixed: for coach and athlete
        ({"limits": frozenset({"strain_history"})}, False),
        ({"after_eccentric": frozenset({"yes"})}, False),
    ],
)
def test_a_coach_may_assign_any_drill_but_where_the_table_says_none(
    club: Club, given: dict[str, frozenset[str]], allowed: bool
) -> None:
    club.save(replace(NEURAL, given={**NEURAL.given, **given}))
    for drill in library().values():
        assert may_assign(club.store, club.athlete_id, drill, club.now) is allowed
    later = club.now + timedelta(hours=49)
    assert not may_assign(club.store, club.athlete_id, library()["D1"], later)


def test_nothing_can_be_assigned_without_the_lists_or_beside_a_referral(club: Club) -> None:
    drill = library()["D1"]
    assert not may_assign(club.store, club.athlete_id, drill, club.now)
    club.save(replace(NEURAL, strain=None))
    assert not may_assign(club.store, club.athlete_id, drill, club.now)
    club.save(POP)
    club.save(NEURAL, hours=1)
    assert not may_assign(club.store, club.athlete_id, drill, club.now + timedelta(hours=1))


def test_tightness_put_down_to_eccentric_work_is_remembered_with_its_pattern(club: Club) -> None:
    club.save(replace(NEURAL, given={**NEURAL.given, "after_eccentric": frozenset({"yes"})}))
    who = asked(club.store, club.settings, club.athlete_id, club.now)
    _, context = inputs(club.store, club.settings, who, club.now)
    assert [score.pattern for score in context.before] == ["after_eccentric"]


def test_nobody_who_never_answered_has_a_drill(club: Club) -> None:
    assert latest(club.store, club.athlete_id) is None
    assert drills_now(club.store, club.athlete_id, club.now) == ()


@pytest.mark.parametrize(
    ("day", "age"), [(date(2026, 4, 30), 25), (date(2026, 5, 1), 26), (date(2026, 12, 31), 26)]
)
def test_age_turns_on_the_birthday(day: date, age: int) -> None:
    who = people.Person("p", "A", "a@example.org", born=date(2000, 5, 1))
    assert age_on(who, day) == age
    assert age_on(replace(who, born=None), day) is None


def test_a_score_answered_before_lifts_the_next_by_its_rise(club: Club) -> None:
    club.save(Answers(left=0, right=0), hours=-24)
    who = asked(club.store, club.settings, club.athlete_id, club.now)
    _, context = inputs(club.store, club.settings, who, club.now)
    assert [(s.left, s.on) for s in context.before] == [(0, date(2026, 11, 16))]
    assert context.before[0].when == datetime(2026, 11, 16, 5, 0, tzinfo=UTC)
    assert context.age == 26


def test_what_is_too_much_for_yesterday_is_said_in_the_reader_s_language_and_unit() -> None:
    with pytest.raises(ValueError, match="between 0 and 300 km"):
        Training(yesterday="trained", distance_m=400_000)
    with showing.using(Showing("de", "mi", "lb")), pytest.raises(ValueError, match="0 und 186 mi"):
        Training(yesterday="trained", distance_m=400_000)
