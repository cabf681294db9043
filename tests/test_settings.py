"""Settings: one file, then the environment, secrets from files, wrong ones named."""

from __future__ import annotations

from pathlib import Path

import pytest

from clubmon.settings import Settings, SettingsError, load


@pytest.fixture
def folder(tmp_path: Path, settings: Settings) -> Path:
    """A data folder; the `settings` fixture has cleaned the environment."""
    data = tmp_path / "club"
    data.mkdir()
    return data


def test_defaults_need_nothing(folder: Path) -> None:
    found = load(folder)
    assert (found.timezone, found.consent_age, found.smtp_host) == ("UTC", 16, "")
    assert found.data == folder


def test_the_environment_wins_over_the_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "clubmon.toml").write_text('club = "From file"\nnightly_hour = 3\n')
    monkeypatch.setenv("CLUBMON_CLUB", "From environment")
    found = load(folder)
    assert (found.club, found.nightly_hour) == ("From environment", 3)


def test_a_secret_comes_from_the_file_that_a_variable_names(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "password").write_text("hush\n")
    monkeypatch.setenv("CLUBMON_SMTP_PASSWORD_FILE", str(folder / "password"))
    found = load(folder)
    assert found.smtp_password == "hush"
    assert "hush" not in repr(found)


def test_links_point_at_the_port_that_is_served_unless_set(folder: Path) -> None:
    assert load(folder, port=8123).base_url == "http://127.0.0.1:8123"
    assert load(folder, base_url="https://club.example").base_url == "https://club.example"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('timezone = "Mars/Olympus"', "timezone"),
        ("nightly_hour = 24", "nightly_hour"),
        ('no_such_setting = "x"', "no_such_setting"),
        ("club = [broken", "clubmon.toml"),
    ],
)
def test_a_wrong_setting_is_named_in_one_sentence(folder: Path, text: str, named: str) -> None:
    (folder / "clubmon.toml").write_text(text)
    with pytest.raises(SettingsError, match=named) as caught:
        load(folder)
    assert "\n" not in str(caught.value)


def test_a_secret_file_that_is_missing_is_named(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLUBMON_SMTP_PASSWORD_FILE", str(folder / "nowhere"))
    with pytest.raises(SettingsError, match="nowhere"):
        load(folder)


def test_settings_do_not_change(settings: Settings) -> None:
    with pytest.raises(ValueError, match="frozen"):
        settings.club = "Another"


def test_a_connector_has_a_table_of_its_own_and_the_environment_wins(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "secret").write_text("007e1\n")
    (folder / "clubmon.toml").write_text(
        f"[connectors.strava]\nclient_id = 12\nbase_url = 'https://x.example'\n"
        f"client_secret_file = '{folder / 'secret'}'\n"
    )
    monkeypatch.setenv("CLUBMON_CONNECTORS__STRAVA__CLIENT_ID", "0012e3")
    found = load(folder)
    assert found.connectors["strava"] == {
        "client_id": "0012e3",
        "base_url": "https://x.example",
        "client_secret": "007e1",
    }
    assert "007e1" not in repr(found)


def test_a_connectors_secret_comes_from_the_file_that_a_variable_names(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "secret").write_text("hush\n")
    name = "CLUBMON_CONNECTORS__STRAVA__CLIENT_SECRET_FILE"
    monkeypatch.setenv(name, str(folder / "secret"))
    assert load(folder).connectors == {"strava": {"client_secret": "hush"}}
    monkeypatch.setenv(name, str(folder / "nowhere"))
    with pytest.raises(SettingsError, match="nowhere"):
        load(folder)


def test_connector_settings_that_are_no_table_are_named(folder: Path) -> None:
    (folder / "clubmon.toml").write_text('connectors = "strava"')
    with pytest.raises(SettingsError, match="connectors"):
        load(folder)
