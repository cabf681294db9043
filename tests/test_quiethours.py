"""Quiet hours: on the athlete's own clock, over midnight, also when clocks change."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from clubmon.message import mailkinds
from clubmon.quiethours import QuietHours, clock, parse
from clubmon.settings import Settings, SettingsError, load

BERLIN, AUCKLAND = ZoneInfo("Europe/Berlin"), ZoneInfo("Pacific/Auckland")
NIGHT = parse("21:00-07:00")


def utc(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("hour", "minute", "quiet"),
    [(19, 59, False), (20, 0, True), (3, 0, True), (5, 59, True), (6, 0, False), (12, 0, False)],
)
def test_a_night_goes_over_midnight(hour: int, minute: int, quiet: bool) -> None:
    moment = utc(17, hour, minute)  # an hour later in Berlin
    assert NIGHT.cover(moment, BERLIN) is quiet
    if not quiet:
        assert NIGHT.over(moment, BERLIN) == moment


def test_each_has_their_own_clock() -> None:
    moment = utc(17, 3)  # 04:00 in Berlin, 16:00 in Auckland
    assert NIGHT.cover(moment, BERLIN)
    assert not NIGHT.cover(moment, AUCKLAND)


def test_they_are_over_in_the_morning() -> None:
    assert NIGHT.over(utc(17, 3), BERLIN) == utc(17, 6)
    assert NIGHT.over(utc(16, 22), BERLIN) == utc(17, 6)
    assert NIGHT.over(utc(16, 22), BERLIN).tzinfo is UTC


def test_hours_within_a_day() -> None:
    noon = parse("12:00-14:30")
    assert noon.cover(utc(17, 11), BERLIN)
    assert not noon.cover(utc(17, 13, 30), BERLIN)
    assert noon.over(utc(17, 11), BERLIN) == utc(17, 13, 30)


@pytest.mark.parametrize("back", range(6))
def test_the_night_on_which_clocks_change_ends_on_the_clock(back: int) -> None:
    change = utc(25, 1, month=10) - timedelta(hours=back)  # 03:00 becomes 02:00 in Berlin
    over = NIGHT.over(change, BERLIN)
    assert (over.astimezone(BERLIN).hour, over.astimezone(BERLIN).day) == (7, 25)
    assert not NIGHT.cover(over, BERLIN)


def test_from_an_hour_to_the_same_one_none_are_quiet() -> None:
    for none in (QuietHours(), QuietHours(60, 60), parse(" ")):
        assert not any(none.cover(utc(17, hour), BERLIN) for hour in range(24))
        assert str(none) == ""


@pytest.mark.parametrize("text", ["21:00-07:00", "00:00-23:59", "12:30-12:45"])
def test_written_and_read_they_are_the_same(text: str) -> None:
    assert str(parse(text)) == text


@pytest.mark.parametrize("text", ["21-7", "24:00-07:00", "21:60-07:00", "21:00", "night", "-"])
def test_what_is_no_hours_is_refused_with_what_to_write(text: str) -> None:
    with pytest.raises(ValueError, match="write hours like '21:00-07:00'"):
        parse(text)


def test_a_minute_of_the_day_is_shown_as_a_clock() -> None:
    assert [clock(minute) for minute in (0, 425, 1439)] == ["00:00", "07:05", "23:59"]


def test_the_club_has_a_night_unless_it_says_otherwise(settings: Settings) -> None:
    assert load(settings.data).quiet_hours == "21:00-07:00"
    assert load(settings.data, quiet_hours="").quiet_hours == ""
    with pytest.raises(SettingsError, match=r"'quiet_hours' is not usable: .*write hours like"):
        load(settings.data, quiet_hours="22 to 6")


def test_kinds_are_known_in_the_order_of_a_note() -> None:
    assert mailkinds.known(["week", "tier3", "flag", 7]) == ("flag", "week")


def test_a_message_is_off_only_when_all_of_it_is() -> None:
    assert mailkinds.all_off(("flag", "week"), {"flag", "week", "plan"})
    assert not mailkinds.all_off(("flag", "week"), {"flag"})
    assert not mailkinds.all_off((), {"flag"})
