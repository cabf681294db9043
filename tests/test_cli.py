"""The command line as scripts rely on it: names, outputs, exit codes."""

from __future__ import annotations

import json
import re
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from clubmon.cli import main
from clubmon.settings import Settings
from clubmon.storage.store import Store

HEVY = (
    "title,start_time,end_time,exercise_title,set_index,set_type,weight_kg,reps,rpe\n"
    '"Made up","3 Nov 2026, 18:00","3 Nov 2026, 19:00",Squat (Barbell),0,normal,60,5,8\n'
)
UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}"
KEYS = [
    "file",
    "source",
    "kind",
    "start_local",
    "timezone",
    "distance_m",
    "moving_s",
    "elapsed_s",
    "ascent_m",
    "avg_hr",
    "max_hr",
    "sets",
    "warnings",
]


class Cli:
    """Runs commands on one data folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, *arguments: str) -> Result:
        result = CliRunner().invoke(main, ["--data", str(self.folder), *arguments])
        assert result.exception is None or isinstance(result.exception, SystemExit), result
        return result

    def add(self, name: str = "Ada", born: str = "2000-01-01", *more: str) -> Result:
        email = f"{name.lower()}@example.org"
        return self(
            "athlete", "add", name, "--email", email, "--born", born, "--team", "U23", *more
        )


@pytest.fixture
def cli(empty_folder: Path, settings: Settings) -> Cli:
    shutil.copytree(empty_folder, settings.data)
    return Cli(settings.data)


@pytest.fixture
def hevy(tmp_path: Path) -> Path:
    path = tmp_path / "hevy.csv"
    path.write_text(HEVY, encoding="utf-8")
    return path


@pytest.fixture
def athlete(cli: Cli) -> str:
    who = cli.add().stdout.strip()
    cli("athlete", "consent", who, "--kind", "load", "--paper", "folder 3")
    return who


def test_adding_an_athlete_prints_the_id_and_nothing_else(cli: Cli) -> None:
    added = cli.add()
    assert added.exit_code == 0
    assert re.fullmatch(UUID + "\n", added.stdout)
    assert "There was no team 'U23'" in added.stderr


def test_an_athlete_is_invited_by_mail(cli: Cli) -> None:
    cli.add()
    mails = list((cli.folder / "mail").glob("*.eml"))
    assert len(mails) == 1
    assert "ada@example.org" in mails[0].read_text()


def test_a_minor_without_a_guardian_is_added_with_a_warning(cli: Cli) -> None:
    added = cli.add("Kid", "2015-01-01")
    assert added.exit_code == 0
    assert "no guardian on record" in added.stderr


def test_a_minors_guardian_is_added_afterwards_and_alone_invited(cli: Cli) -> None:
    kid = cli.add("Kid", "2015-01-01").stdout.strip()
    before = set((cli.folder / "mail").glob("*.eml"))
    added = cli("athlete", "guardian", kid, "--email", "mum@example.org", "--name", "Mum")
    assert (added.exit_code, added.stderr) == (0, "")
    assert re.fullmatch(UUID + "\n", added.stdout)
    (mail,) = set((cli.folder / "mail").glob("*.eml")) - before
    assert "To: mum@example.org" in mail.read_text()


def test_an_adult_gets_no_guardian(cli: Cli) -> None:
    ada = cli.add().stdout.strip()
    refused = cli("athlete", "guardian", ada, "--email", "mum@example.org")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "answers alone" in refused.stderr
    assert cli("athlete", "guardian", "nobody", "--email", "mum@example.org").exit_code == 1


def test_no_minor_is_the_own_guardian(cli: Cli) -> None:
    at_once = cli.add("Kid", "2015-01-01", "--guardian-email", "Kid@example.org")
    assert (at_once.exit_code, at_once.stdout) == (1, "")
    kid = cli.add("Kid", "2015-01-01").stdout.strip()
    later = cli("athlete", "guardian", kid, "--email", "kid@example.org")
    assert later.exit_code == 1
    assert "needs an own one" in later.stderr


def test_the_same_address_twice_is_refused(cli: Cli) -> None:
    cli.add()
    again = cli.add()
    assert (again.exit_code, again.stdout) == (1, "")
    assert "already belongs to Ada" in again.stderr


@pytest.mark.parametrize("born", ["yesterday", "4.5.2001", "20010504"])
def test_a_birth_date_that_is_none_is_wrong_usage(cli: Cli, born: str) -> None:
    wrong = cli.add("Ada", born)
    assert wrong.exit_code == 2
    assert f"'{born}' is no date such as 2026-03-09; write year-month-day." in wrong.stderr


def test_a_birth_date_in_the_future_is_refused(cli: Cli) -> None:
    tomorrow = datetime.now(UTC).date() + timedelta(days=2)
    refused = cli.add("Ada", tomorrow.isoformat())
    assert refused.exit_code == 1
    assert "it has to be past" in refused.stderr


def test_import_refuses_an_athlete_without_consent(cli: Cli, hevy: Path) -> None:
    who = cli.add().stdout.strip()
    refused = cli("import", str(hevy), "--athlete", who)
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "has not consented" in refused.stderr


def test_a_paper_form_of_a_minor_needs_the_guardians_name_on_it(cli: Cli, hevy: Path) -> None:
    kid = cli.add("Kid", "2015-01-01").stdout.strip()
    form = ["athlete", "consent", kid, "--kind", "load", "--paper", "folder 3"]
    assert cli(*form).exit_code == 1
    assert cli("import", str(hevy), "--athlete", kid).exit_code == 1
    assert cli(*form, "--signed-by", "guardian").exit_code == 0
    assert cli("import", str(hevy), "--athlete", kid).exit_code == 0


def test_import_stores_once_and_says_so(cli: Cli, athlete: str, hevy: Path) -> None:
    first = cli("import", str(hevy), "--athlete", athlete)
    again = cli("import", str(hevy), "--athlete", athlete)
    assert (first.exit_code, first.stdout) == (0, "hevy.csv: stored 1 lift\n")
    assert (again.exit_code, again.stdout) == (0, "hevy.csv: stored before, nothing changed\n")


def test_import_keeps_good_files_beside_refused_ones(
    cli: Cli, athlete: str, hevy: Path, tmp_path: Path
) -> None:
    bad = tmp_path / "bad.fit"
    bad.write_bytes(b"this is no FIT file")
    both = cli("import", str(bad), str(hevy), "--athlete", athlete)
    assert both.exit_code == 1
    assert "hevy.csv: stored 1 lift" in both.stdout
    assert len([line for line in both.stderr.splitlines() if line.startswith("Refused: ")]) == 1


def test_a_path_that_is_not_there_is_refused_by_name(cli: Cli, athlete: str) -> None:
    gone = cli("import", "nowhere.fit", "--athlete", athlete)
    assert gone.exit_code == 1
    assert "nowhere.fit" in gone.stderr
    assert "Traceback" not in gone.stderr


@pytest.mark.parametrize("arguments", [[], ["import"], ["inspect"], ["no-such"], ["metrics"]])
def test_wrong_usage_ends_with_2(cli: Cli, arguments: list[str]) -> None:
    assert cli(*arguments).exit_code == 2


def test_inspect_prints_one_array_of_sessions_with_exactly_these_keys(
    hevy: Path, tmp_path: Path
) -> None:
    found = CliRunner().invoke(main, ["inspect", "--json", str(hevy)])
    assert found.exit_code == 0
    sessions = json.loads(found.stdout)
    assert [list(session) for session in sessions] == [KEYS]
    assert sessions[0]["kind"] == "lift"
    assert sessions[0]["sets"] == [
        {
            "exercise": "Squat (Barbell)",
            "set_type": "normal",
            "reps": 5,
            "weight_kg": 60.0,
            "rpe": 8.0,
        }
    ]
    assert sessions[0]["distance_m"] is None


def test_inspect_opens_no_database(
    hevy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    before = sorted(tmp_path.iterdir())
    CliRunner().invoke(main, ["inspect", str(hevy)])
    assert sorted(tmp_path.iterdir()) == before


def test_inspect_of_something_unreadable_ends_with_1_and_an_array(tmp_path: Path) -> None:
    bad = tmp_path / "bad.bin"
    bad.write_bytes(b"\0\1\2")
    found = CliRunner().invoke(main, ["inspect", "--json", str(bad)])
    assert found.exit_code == 1
    assert json.loads(found.stdout) == []
    assert "bad.bin" in found.stderr


def test_data_may_stand_before_or_after_the_command(cli: Cli, tmp_path: Path) -> None:
    other = tmp_path / "other"
    CliRunner().invoke(main, ["team", "add", "A", "--data", str(other)])
    CliRunner().invoke(main, ["--data", str(other), "team", "add", "B"])
    store = Store(other)
    names = [row["name"] for row in store.rows("SELECT name FROM app.team ORDER BY name")]
    store.close()
    assert names == ["A", "B"]


def test_a_login_link_is_printed_audited_and_told_to_its_owner(cli: Cli) -> None:
    cli("staff", "add", "Coach", "--email", "coach@example.org", "--role", "coach")
    printed = cli("login-link", "COACH@example.org")
    assert printed.exit_code == 0
    assert re.fullmatch(r"http://127\.0\.0\.1:8000/signin/[\w-]{40,}\n", printed.stdout)
    assert any(
        "coach@example.org" in mail.read_text() for mail in (cli.folder / "mail").glob("*.eml")
    )
    store = Store(cli.folder)
    lines = store.rows("SELECT actor FROM app.audit WHERE action LIKE 'login%link%'")
    store.close()
    assert {"actor": "cli"} in lines


def test_a_login_link_for_nobody_is_refused(cli: Cli) -> None:
    assert cli("login-link", "who@example.org").exit_code == 1


def test_check_ins_need_a_medical_contact(cli: Cli) -> None:
    cli("team", "add", "U23")
    assert cli("team", "checkins", "U23", "on").exit_code == 1
    cli("staff", "add", "Doc", "--email", "doc@example.org", "--role", "physio", "--team", "U23")
    cli("team", "medical", "U23", "doc@example.org")
    assert cli("team", "checkins", "U23", "on").exit_code == 0


def test_a_coach_cannot_be_the_medical_contact(cli: Cli) -> None:
    cli("team", "add", "U23")
    cli("staff", "add", "Ola", "--email", "ola@example.org", "--role", "coach")
    refused = cli("team", "medical", "U23", "ola@example.org")
    assert refused.exit_code == 1
    assert "only a physio" in refused.stderr


def test_erasing_an_athlete_asks_for_the_name_and_leaves_nothing(
    cli: Cli, athlete: str, hevy: Path
) -> None:
    cli("import", str(hevy), "--athlete", athlete)
    wrong = cli("athlete", "erase", athlete, "--yes", "Ida")
    assert (wrong.exit_code, wrong.stderr) == (
        1, "Nothing was deleted: that is not this athlete's name.\n"
    )  # fmt: skip
    assert cli("athlete", "list").stdout.startswith(athlete)
    done = cli("athlete", "erase", athlete, "--yes", "ada")
    assert (done.exit_code, done.stdout) == (0, "")
    assert "Kept: a mark" in done.stderr
    assert cli("athlete", "list").stdout == ""
    assert not list((cli.folder / "raw").iterdir())
    assert not [path for path in cli.folder.rglob("*") if path.is_file()
                and b"ada@example.org" in path.read_bytes()]  # fmt: skip
    gone = cli("athlete", "erase", athlete, "--yes", "Ada")
    assert gone.exit_code == 1


def test_the_nightly_job_says_what_it_did(cli: Cli, athlete: str, hevy: Path) -> None:
    cli("import", str(hevy), "--athlete", athlete)
    done = cli("nightly", "--date", "2026-11-10")
    assert done.exit_code == 0, done.stderr
    assert done.stdout.startswith("Morning of 2026-11-10: 0 new flags")


def test_a_morning_in_the_future_is_refused(cli: Cli) -> None:
    future = (datetime.now(UTC).date() + timedelta(days=3)).isoformat()
    assert cli("nightly", "--date", future).exit_code == 1


def test_rebuilding_from_raw_files_reads_each_again(cli: Cli, athlete: str, hevy: Path) -> None:
    cli("import", str(hevy), "--athlete", athlete)
    done = cli("rebuild", "--from-raw")
    assert (done.exit_code, done.stdout) == (0, "Rebuilt; 1 raw files were read again.\n")


def test_a_broken_setting_is_wrong_usage_in_one_sentence(cli: Cli) -> None:
    cli.folder.mkdir(exist_ok=True)
    (cli.folder / "clubmon.toml").write_text("nightly_hour = 99")
    found = cli("athlete", "list")
    assert found.exit_code == 2
    assert "nightly_hour" in found.stderr


def test_pull_says_how_much_there_was_to_ask_for(cli: Cli) -> None:
    assert cli.add().exit_code == 0
    pulled = cli("pull")
    assert pulled.exit_code == 0
    assert pulled.stdout.startswith("Asked for 0 connections: 0 new documents")
