"""The whole demo, once: real import, real check-ins, real nightly job; each story in its tier."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from rich.console import Console

from clubmon import settings
from clubmon.club import signin
from clubmon.demo import run, stories
from clubmon.demo.club import TIER, Story
from clubmon.drill import outcomes, planrows
from clubmon.load import models
from clubmon.storage.store import Row, Store, rows_of

pytestmark = pytest.mark.slow

NOW = datetime(2026, 11, 17, 5, 30, tzinfo=UTC)
TODAY = date(2026, 11, 17)


@dataclass(frozen=True)
class Made:
    """The demo that was made, its output, and its store opened again."""

    summary: run.Summary
    output: str
    folder: Path
    store: Store

    def id_of(self, story: Story) -> str:
        index = next(a.index for a in self.summary.club.athletes if a.story is story)
        return self.summary.members.athletes[index]

    def tiers(self) -> dict[str, int]:
        rows = self.store.rows(
            "SELECT athlete_id, max(tier) AS tier FROM app.flag "
            "WHERE superseded_at IS NULL GROUP BY athlete_id"
        )
        return {row["athlete_id"]: row["tier"] for row in rows}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    """One run, in an environment that names a mail server."""
    folder = tmp_path_factory.mktemp("demo") / "club"
    output = io.StringIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CLUBMON_SMTP_HOST", "mail.example.invalid")
        summary = run.run(folder, NOW, Console(file=output, width=100), port=8123, seed=3)
    store = Store(folder)
    yield Made(summary, output.getvalue(), folder, store)
    store.close()


def test_every_athlete_lands_in_the_tier_of_their_story(demo: Made) -> None:
    tiers = demo.tiers()
    found = {
        a.name: tiers.get(demo.summary.members.athletes[a.index], 0)
        for a in demo.summary.club.athletes
    }
    assert found == {a.name: TIER[a.story] for a in demo.summary.club.athletes}


@pytest.mark.parametrize(
    ("story", "pattern", "drills"),
    [
        (Story.NEURAL, "neural", '["D3"]'),
        (Story.PELVIC, "pelvic_control", '["D1", "D2"]'),
        (Story.ECCENTRIC, "after_eccentric", "[]"),
        (Story.SYNERGIST, "synergist", '["D4"]'),
        (Story.MOVEMENT, "movement", '["C1"]'),
        (Story.REFER, "refer", "[]"),
        (Story.STRAIN, "strain", "[]"),
    ],
)
def test_the_newest_check_in_has_the_pattern_of_its_story(
    story: Story, pattern: str, drills: str, demo: Made
) -> None:
    row = demo.store.row(
        "SELECT pattern, drill_ids FROM app.checkin WHERE athlete_id = ? "
        "ORDER BY known_at DESC LIMIT 1",
        [demo.id_of(story)],
    )
    assert row == {"pattern": pattern, "drill_ids": drills}


@pytest.mark.parametrize(
    ("story", "rule"),
    [
        (Story.VOLUME, "spike"),
        (Story.HILLS, "spike"),
        (Story.LONG_RUN, "single_run"),
        (Story.RETURN, "return_to_run"),
        (Story.STRAIN, "strain"),
    ],
)
def test_a_story_is_found_by_the_rule_it_was_made_for(story: Story, rule: str, demo: Made) -> None:
    rows = demo.store.rows(
        "SELECT DISTINCT rule FROM app.flag WHERE athlete_id = ?", [demo.id_of(story)]
    )
    assert rule in {row["rule"] for row in rows}


def all_of_them(demo: Made, sql: str) -> list[Row]:
    """A SELECT over models, computed over all years; a night's tables hold the last months."""
    with demo.store.cursor() as con:
        models.bind(con, TODAY, TODAY, NOW)
        return rows_of(con, models.made(con, sql))


def test_every_file_was_read_and_no_session_counts_twice(demo: Made) -> None:
    trainings = [stories.make(a, TODAY, 3) for a in demo.summary.club.athletes]
    planned = {
        "run": sum(len(made.runs) for made in trainings),
        "lift": sum(len(made.lifts) for made in trainings),
    }
    rows = all_of_them(demo, "SELECT kind, count(*) AS n FROM lake.staging.session GROUP BY kind")
    assert {row["kind"]: row["n"] for row in rows} == planned
    assert demo.summary.counts["refused"] == 0
    assert (demo.summary.counts["runs"], demo.summary.counts["lifts"]) == (
        planned["run"],
        planned["lift"],
    )


def test_what_was_stored_is_what_was_made_up(demo: Made) -> None:
    for athlete in demo.summary.club.athletes:
        made = stories.make(athlete, TODAY, 3)
        (row,) = models.of_athlete(
            demo.store,
            "SELECT sum(distance_m)::BIGINT AS metres, sum(moving_s)::BIGINT AS seconds "
            "FROM lake.staging.session WHERE kind = 'run' "
            "AND athlete_id = getvariable('athlete')",
            demo.summary.members.athletes[athlete.index],
            TODAY,
            NOW,
        )
        assert row == {
            "metres": sum(run.distance_m for run in made.runs),
            "seconds": sum(run.moving_s for run in made.runs),
        }


def test_the_watch_left_running_waits_for_a_decision(demo: Made) -> None:
    rows = demo.store.rows("SELECT title FROM lake.staging.session WHERE quarantined")
    assert [row["title"] for row in rows] == ["Made-up run, watch left running"]


def test_the_silent_ones_last_days_are_unknown_not_rest(demo: Made) -> None:
    rows = demo.store.rows(
        "SELECT DISTINCT state FROM lake.marts.daily_load WHERE athlete_id = ? AND local_date >= ?",
        [demo.id_of(Story.SILENT), TODAY - timedelta(days=6)],
    )
    assert [row["state"] for row in rows] == ["unknown"]


def test_a_warning_sign_and_a_strain_open_a_referral_each(demo: Made) -> None:
    rows = demo.store.rows("SELECT athlete_id, pattern, closed_at FROM app.referral")
    assert {(row["athlete_id"], row["pattern"], row["closed_at"]) for row in rows} == {
        (demo.id_of(Story.REFER), "refer", None),
        (demo.id_of(Story.STRAIN), "strain", None),
    }


def test_the_athletes_and_the_medical_contact_are_told_of_them(demo: Made) -> None:
    rows = demo.store.rows("SELECT person_id FROM app.message WHERE kind = 'tier3'")
    assert {row["person_id"] for row in rows} == {
        demo.id_of(Story.REFER),
        demo.id_of(Story.STRAIN),
        demo.summary.members.physio,
    }


def test_every_pattern_is_told_this_morning(demo: Made) -> None:
    rows = demo.store.rows(
        "SELECT DISTINCT pattern FROM app.checkin WHERE local_date = ? AND pattern IS NOT NULL",
        [TODAY],
    )
    assert {row["pattern"] for row in rows} >= {
        "refer", "strain", "after_eccentric", "neural", "pelvic_control", "synergist", "movement",
        "mixed",
    }  # fmt: skip


def test_check_ins_were_answered_in_the_past_and_none_in_the_future(demo: Made) -> None:
    row = demo.store.row("SELECT max(known_at) AS newest, count(*) AS n FROM app.checkin")
    assert row is not None
    assert row["newest"] <= NOW
    assert row["n"] == demo.summary.counts["checkins"]


def test_the_weekly_four_are_kept_for_all_and_the_daily_three_for_the_team_that_asks(
    demo: Made,
) -> None:
    weekly = demo.store.row("SELECT count(DISTINCT athlete_id) AS n FROM app.weekly")
    assert weekly is not None
    assert weekly["n"] > 20
    teams = demo.store.rows(
        "SELECT DISTINCT t.name FROM app.wellness AS w JOIN app.role AS r "
        "ON r.person_id = w.athlete_id JOIN app.team AS t ON t.team_id = r.team_id"
    )
    assert [row["name"] for row in teams] == ["Track (made up)"]


def test_mail_becomes_files_and_only_made_up_addresses_get_it(demo: Made) -> None:
    rows = demo.store.rows("SELECT recipient, sent_at FROM app.message")
    assert rows
    assert all(row["sent_at"] for row in rows)
    assert all(re.search(r"@example\.(org|invalid)$", row["recipient"]) for row in rows)
    assert len(list((demo.folder / "mail").glob("*.eml"))) == len(rows)


def test_the_output_names_who_to_talk_to_and_says_that_it_is_made_up(demo: Made) -> None:
    assert "Demo club (made up)" in demo.output
    assert "Everybody and everything in it is made up" in " ".join(demo.output.split())
    for athlete in demo.summary.club.athletes:
        assert (athlete.name in demo.output) or TIER[athlete.story] == 0


def test_every_link_that_is_printed_still_signs_in(demo: Made) -> None:
    tokens = re.findall(r"^  http://127\.0\.0\.1:8123/signin/(\S+)$", demo.output, re.MULTILINE)
    assert len(tokens) == 6
    states = {signin.state(demo.store, token, NOW + timedelta(hours=1)) for token in tokens}
    assert states == {signin.LinkState.OPEN}


def test_a_check_in_link_is_printed_whole(demo: Made) -> None:
    assert re.search(r"^  http://127\.0\.0\.1:8123/checkin/\S{40,}$", demo.output, re.MULTILINE)


def test_every_stage_was_timed(demo: Made) -> None:
    assert len(demo.summary.seconds) == 7


def test_the_folder_can_be_served_as_it_is(demo: Made) -> None:
    chosen = settings.load(demo.folder)
    assert (chosen.club, chosen.port) == ("Demo club (made up)", 8123)


def test_plans_of_weeks_ago_ended_in_every_way_and_two_still_run(demo: Made) -> None:
    found = planrows.every(demo.store)
    assert Counter(one.outcome for courses in found.values() for one in courses) == {
        "better": 3, "no_better": 1, "worse": 1, "unknown": 1, None: 2,
    }  # fmt: skip
    lines = outcomes.ledger(one for courses in found.values() for one in courses)
    assert [(line.drills, line.pattern) for line in lines] == [(("D3",), "neural")]
    assert isinstance(lines[0], outcomes.Line)
