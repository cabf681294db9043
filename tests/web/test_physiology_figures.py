"""From a recording and the values typed on the page to the athlete's figures."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from math import exp
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from clubmon.arrival import ingest
from clubmon.demo import recordings, streams
from clubmon.demo.streams import Stream
from clubmon.demo.training import Run
from clubmon.load import marts, models

if TYPE_CHECKING:
    from tests.web.conftest import Club

DAY = date(2026, 11, 15)  # two days before the club's morning
SHOWN = {
    "fast_m": "High-speed running",
    "trimp_edwards_dau": "TRIMP (Edwards)",
    "trimp_banister_dau": "TRIMP (Banister)",
}
INTERVALS = Run(
    "intervals", "Made-up intervals", datetime.combine(DAY, time(7)), 9000, 2400, 2450, 20, 20,
    155, 185, 7,
)  # fmt: skip


@pytest.fixture
def stream(club: Club, tmp_path: Path) -> Stream:
    """What a watch recorded of quick and slow running; the athlete's file is in, a night was."""
    run, recorded = streams.record(INTERVALS, np.random.default_rng(5))
    path = tmp_path / "intervals.fit"
    path.write_bytes(recordings.run_file(run, recorded, club.settings.zone))
    athlete = club.ids["athlete"]
    receipt = ingest.store_file(club.store, club.settings, athlete, path, path.name, club.now)
    assert receipt.runs == 1
    night(club)
    return recorded


def night(club: Club) -> None:
    marts.rebuild(club.store, club.now.date(), club.now)


def set_values(club: Club, **sent: str) -> None:
    """Type these on the page, leave the rest empty, and let a night pass."""
    club.later(minutes=5)
    where = f"/athlete/{club.ids['athlete']}/values"
    empty = dict.fromkeys(("sex", "resting_hr", "max_hr", "fast_mmps"), "")
    assert club.post(club.be("athlete"), where, where, **empty | sent).status == 303
    night(club)


def loads(club: Club) -> dict[str, int]:
    """The run's load per channel of SHOWN, alike from the night's tables and from raw rows."""
    athlete = club.ids["athlete"]
    by_night = club.store.rows(
        "SELECT * FROM lake.marts.daily_load WHERE athlete_id = ? AND local_date = ?",
        [athlete, DAY],
    )
    history = models.history(club.store, athlete, club.now.date(), club.now)
    found = [
        {row["channel"]: row["load"] for row in rows if row["channel"] in SHOWN}
        for rows in (by_night, [row for row in history if row["local_date"] == DAY])
    ]
    assert found[0] == found[1]
    return found[0]


def chips(club: Club) -> set[str]:
    """The channels of SHOWN that the athlete's page offers to draw."""
    page = club.be("athlete").get(f"/athlete/{club.ids['athlete']}").get_data(as_text=True)
    offered = re.findall(r'<a class="chip"[^>]*channel=(\w+)[^>]*>([^<]+)</a>', page)
    return {label for _, label in offered if label in SHOWN.values()}


def steps(stream: Stream) -> list[tuple[float, float]]:
    """Seconds and heart rate of each recorded step; a pause counts ten seconds at most."""
    return [
        (min(10, float(later - earlier)), float(hr))
        for earlier, later, hr in zip(stream.t_s[:-1], stream.t_s[1:], stream.hr[:-1], strict=True)
    ]


def test_a_faster_threshold_gives_fewer_metres_of_high_speed_running(
    club: Club, stream: Stream
) -> None:
    metres = {}
    for speed in ("5.5", "6.5", "7.0"):
        set_values(club, fast_mmps=speed)
        metres[speed] = loads(club)["fast_m"]
        quick = np.round(stream.speed_mps[1:], 3) >= float(speed)
        assert metres[speed] == pytest.approx(np.diff(stream.distance_m)[quick].sum(), abs=2)
    assert metres["5.5"] > metres["6.5"] > metres["7.0"] > 0


def test_without_an_own_speed_metres_count_from_the_usual_one(club: Club, stream: Stream) -> None:
    unset = loads(club)["fast_m"]
    set_values(club, fast_mmps="7.0")
    assert loads(club)["fast_m"] < unset
    set_values(club)
    assert loads(club)["fast_m"] == unset
    set_values(club, fast_mmps="5.5")
    assert loads(club)["fast_m"] == unset


@pytest.mark.slow
def test_each_trimp_appears_only_once_its_values_are_known_and_goes_with_them(
    club: Club, stream: Stream
) -> None:
    assert set(loads(club)) == {"fast_m"}
    assert chips(club) == {"High-speed running"}
    hearts = {"max_hr": "195", "resting_hr": "50", "sex": "f"}
    for known, expected in (
        (("resting_hr", "sex"), {"fast_m"}),
        (("max_hr",), {"fast_m", "trimp_edwards_dau"}),
        (("max_hr", "resting_hr"), {"fast_m", "trimp_edwards_dau"}),
        (("max_hr", "resting_hr", "sex"), set(SHOWN)),
        ((), {"fast_m"}),
    ):
        set_values(club, **{name: hearts[name] for name in known})
        assert {key for key, load in loads(club).items() if load is not None} == expected
        assert chips(club) == {SHOWN[key] for key in expected}


@pytest.mark.parametrize(("sex", "factor", "power"), [("m", 0.64, 1.92), ("f", 0.86, 1.67)])
def test_trimp_agrees_with_a_plain_loop_over_the_recording(
    club: Club, stream: Stream, sex: str, factor: float, power: float
) -> None:
    set_values(club, max_hr="195", resting_hr="50", sex=sex)
    edwards = banister = 0.0
    for seconds, hr in steps(stream):
        x = max(0.0, min(1.0, (hr - 50) / (195 - 50)))
        banister += seconds / 60 * x * factor * exp(power * x)
        edwards += seconds / 60 * max(0, min(5, 10 * hr // 195 - 4))
    found = loads(club)
    assert found["trimp_banister_dau"] / 10 == pytest.approx(banister, abs=0.06)
    assert found["trimp_edwards_dau"] / 10 == pytest.approx(edwards, abs=0.06)


def test_the_athletes_own_page_counts_with_new_values_before_the_night(
    club: Club, stream: Stream
) -> None:
    where = f"/athlete/{club.ids['athlete']}/values"
    club.later(minutes=5)
    assert club.post(club.be("athlete"), where, where, max_hr="195").status == 303
    assert chips(club) == {"High-speed running", "TRIMP (Edwards)"}


@pytest.mark.parametrize(("who", "linked"), [("athlete", True), ("physio", True), ("coach", False)])
def test_the_athletes_page_leads_to_the_values_for_who_may_see_them(
    club: Club, stream: Stream, who: str, linked: bool
) -> None:
    page = club.be(who).get(f"/athlete/{club.ids['athlete']}").get_data(as_text=True)
    assert (f'href="/athlete/{club.ids["athlete"]}/values"' in page) is linked
