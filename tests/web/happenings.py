"""What happens to the people of the pages' tests, where several files need the same."""

from __future__ import annotations

from datetime import timedelta

from uuid6 import uuid7

from clubmon.hamstring import planning
from clubmon.hamstring.planning import Tap
from clubmon.load import marts
from tests.conftest import record_sessions
from tests.web.conftest import START, Club

STEADY = [8, 0, 10, 0, 8, 0, 14] * 8  # km of the days of eight weeks


def answer(club: Club, who: str, back: int, score: int) -> None:
    """A check-in of so many days ago that leads to a drill."""
    club.store.execute(
        "app",
        "INSERT INTO app.checkin (checkin_id, athlete_id, local_date, left_score, right_score, "
        "left_place, something_else, refer_signs, strain_signs, pattern, drill_ids, known_at) "
        "VALUES (?, ?, ?, ?, 1, 'upper', false, '[]', '[]', 'neural', '[\"D3\"]', ?)",
        [str(uuid7()), club.ids[who], START.date() - timedelta(days=back), score,
         START - timedelta(days=back)],
    )  # fmt: skip


def train(club: Club) -> None:
    """Two athletes run 6 km and lift 2 t on every day up to yesterday; figures are made."""
    today = START.date()
    for who in ("athlete", "reserved"):
        yesterday = today - timedelta(days=1)
        record_sessions(club.store, club.ids[who], yesterday, km=[6] * 60, tonnes=[2] * 60)
    marts.rebuild(club.store, today, club.now)


def treat(club: Club) -> None:
    """A running plan, one that got worse, a referral."""
    drilled = (club.store, club.settings)
    worse = planning.assign(*drilled, club.ids["reserved"], ["D3"], club.ids["physio"], club.now)
    planning.tap(*drilled, worse.plan_id, worse.start, Tap("worse"), "", club.now)
    planning.assign(*drilled, club.ids["athlete"], ["D3"], club.ids["coach"], club.now)
    club.refer("minor")
