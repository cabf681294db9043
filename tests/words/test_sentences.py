"""What was kept in English is told in the reader's language, and what nobody marked stays."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import clubmon_files
import clubmon_strava
import pytest
from installed import example_plugin

from clubmon import jobs, plugins
from clubmon.arrival import arrivals, doubt
from clubmon.message import mail
from clubmon.sync import connecting, fetching
from clubmon.words import language, sentences, units
from clubmon.words.sentences import retold, sentence

MARKED = (
    clubmon_files,
    clubmon_strava,
    arrivals,
    connecting,
    doubt,
    fetching,
    jobs,
    mail,
)  # imported
SHORT = "The duration is missing."
PLACE = re.compile(r"\{(\w+)\}")


@pytest.fixture(autouse=True)
def german() -> Iterator[None]:
    with language.using("de"):
        yield


@pytest.fixture
def own_units() -> Iterator[None]:
    units.use("mi", "lb")
    yield
    units.use("km", "kg")


def filled(template: str) -> dict[str, object]:
    """A value for each place, such as stands there."""
    return {name: f"{place + 2}7" for place, name in enumerate(PLACE.findall(template))}


def test_there_are_sentences_of_the_core_and_of_each_connector() -> None:
    assert len(sentences.templates()) > 120


def test_every_sentence_is_known_again_by_its_own_translation() -> None:
    wrong = []
    for template in sentences.templates():
        values = filled(template)
        kept, said = template.format(**values), language.gettext(template).format(**values)
        if not template.endswith("."):  # it says where something was
            kept, said = f"{kept}: {SHORT}", f"{said}: {retold(SHORT)}"
        if (told := retold(kept)) != said:
            wrong.append((told, said))
    assert wrong == []


KEPT = (
    "A pace of 303:54 min/km over 1.3 km is slower than 20:00: check whether the watch was left "
    "running, or rode in a car."
)


@pytest.mark.parametrize(
    ("kept", "begins"),
    [
        (KEPT, "A pace of 489:05 min/mi over 0.8 mi is slower than 32:11: check"),
        ("A distance of 2000 km is over 1000 km: check its unit and its entry.",
         "A distance of 1243 mi is over 621 mi: check"),
        ("A set of 5000 kg is over 500 kg: check the weight and its unit.",
         "A set of 11023 lb is over 1102 lb: check"),
    ],
)  # fmt: skip
def test_readers_of_miles_and_pounds_are_told_in_theirs(
    own_units: None, kept: str, begins: str
) -> None:
    with language.using("en"):
        assert retold(kept).startswith(begins)
        assert retold(f"runs.csv row 3: {kept}").startswith(f"runs.csv row 3: {begins}")
        assert retold(f"{kept} {kept}").count(begins) == 2


def test_a_row_of_them_is_told_in_miles_and_in_german(own_units: None) -> None:
    fast = KEPT.replace("303:54", "2:00").replace("slower than 20:00", "faster than 2:30")
    told = retold(f"{KEPT} {fast}")
    assert "489:05 min/mi über 0,8 mi ist langsamer als 32:11" in told
    assert "3:13 min/mi über 0,8 mi ist schneller als 4:01" in told
    assert "km" not in told


def test_where_kilometres_count_they_stay(own_units: None) -> None:
    units.use("km", "kg")
    assert "303:54 min/km über 1,3 km" in retold(KEPT)
    with language.using("en"):
        assert retold(KEPT) == KEPT


def test_in_english_nothing_is_changed() -> None:
    with language.using("en"):
        assert retold("is damaged (no end); export it again.") == (
            "is damaged (no end); export it again."
        )


@pytest.mark.parametrize(
    ("kept", "told"),
    [
        ("is damaged (no end); export it again.", "ist beschädigt (no end); exportiere"),
        ("a: b.zip: is empty; export it again.", "a: b.zip: ist leer; exportiere"),
        ("x.csv row 3: is empty; export it again.", "x.csv Zeile 3: ist leer"),
        (
            "x.csv row 3 (and 4 more): The duration is missing.",
            "x.csv Zeile 3 (und noch 4): Die Dauer fehlt.",
        ),
        (
            "A heart rate of 240 is over 230: check the sensor. The duration is missing.",
            "Eine Herzfrequenz von 240 ist über 230: Prüf den Sensor. Die Dauer fehlt.",
        ),
        (
            "7 of 90 calls are left until 05:15 UTC, and 1,900 of 2,000 today (UTC).",
            "1\u202f900",
        ),
        ("A distance of 10.5 km is over 1000 km: check its unit and its entry.", "10,5 km"),
        ("'weight' reads '10.5', which is no date; correct it or leave the row out.", "„10.5“"),
    ],
)
def test_places_several_sentences_and_numbers_are_told(kept: str, told: str) -> None:
    assert told in retold(kept)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "A connector's own words.",
        "row 3",
        "A heart rate of 240 is odd.",
        "A heart rate of 240 is over 230: check the sensor. And more that nobody marked.",
        "{where} {",
        f"is damaged ({'x' * 3_000}); export it again.",
    ],
)
def test_what_nobody_marked_stays_as_it_is(text: str) -> None:
    assert retold(text) == text


def test_a_value_is_never_read_as_a_place_or_a_text() -> None:
    assert "({row} Menu)" in retold("is damaged ({row} Menu); export it again.")


def test_a_sentence_is_its_english_self_where_it_is_made() -> None:
    assert sentence(jobs.INTERRUPTED) == jobs.INTERRUPTED
    assert jobs.INTERRUPTED.startswith("The service stopped")


def test_a_plugin_brings_catalogs_of_its_own(tmp_path: Path) -> None:
    with example_plugin(tmp_path):
        plugins.load(plugins.CONNECTORS)
        assert retold("Example Runs is down (503); it is asked again.") == (
            "Example Runs ist ausgefallen (503); es wird noch einmal gefragt."
        )
        said = "This machine's clock is not that of Example Runs; set it right."
        assert retold(said) == said
        assert language.gettext("Menu") == "Menü"


def test_a_catalog_that_cannot_be_read_is_said_and_is_not_asked(tmp_path: Path) -> None:
    broken = tmp_path / "locale" / "de" / "LC_MESSAGES" / "odd.po"
    broken.parent.mkdir(parents=True)
    broken.write_bytes(b'msgid "Menu"\nmsgstr "\xff"\n')
    with pytest.raises(ValueError, match="decode"):
        language.bring(tmp_path / "locale")
    assert language.gettext("Menu") == "Menü"
