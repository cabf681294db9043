"""The queries behind the pages, where a page alone would not show what they promise."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

from uuid6 import uuid7

from clubmon.flag import flagging
from clubmon.web.frame import views

if TYPE_CHECKING:
    from tests.web.conftest import Club


def close(club: Club, referral_id: str) -> None:
    club.store.execute(
        "app",
        "UPDATE app.referral SET closed_at = ? WHERE referral_id = ?",
        [club.now, referral_id],
    )


def refer(club: Club) -> str:
    """An open referral of now with its flag."""
    referral_id = club.refer("athlete")
    flagging.refer(club.store, club.settings, referral_id, club.now)
    return referral_id


def shown(club: Club) -> list[str]:
    rows = views.open_flags(club.store, [club.ids["athlete"]], club.now.date())
    return [json.loads(row["inputs"])["referral_id"] for row in rows]


def test_the_flag_of_a_closed_referral_does_not_come_back_with_a_new_one(club: Club) -> None:
    old = refer(club)
    club.later(days=20)
    assert shown(club) == [old]  # as long as it is open, whatever its age
    close(club, old)
    assert shown(club) == []
    new = refer(club)
    assert shown(club) == [new]


def test_a_second_referral_of_a_day_keeps_the_flag_that_both_share(club: Club) -> None:
    first = refer(club)
    club.later(minutes=5)
    second = refer(club)
    close(club, first)
    assert shown(club) == [first]
    close(club, second)
    assert shown(club) == []


def test_an_open_referral_without_a_flag_brings_back_none_of_another_week(club: Club) -> None:
    old = refer(club)
    close(club, old)
    club.later(days=9)
    club.refer("athlete")
    assert shown(club) == []


def test_load_flags_stand_for_a_week(club: Club) -> None:
    flag_id = str(uuid7())
    club.store.execute(
        "app",
        "INSERT INTO app.flag VALUES (?, ?, ?, 1, 'spike', 1, 'run_m', false, '{}', NULL, ?)",
        [flag_id, club.ids["athlete"], club.now.date(), club.now],
    )
    for days, there in ((0, 1), (6, 1), (7, 0)):
        day = club.now.date() + timedelta(days=days)
        assert len(views.open_flags(club.store, [club.ids["athlete"]], day)) == there
