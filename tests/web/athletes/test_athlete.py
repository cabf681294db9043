"""What the athlete's page promises to the athlete, to staff per consent, and to nobody else."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from datetime import date, timedelta
from math import exp
from statistics import mean, stdev
from typing import Any

import pytest
from uuid6 import uuid7

from clubmon import web
from clubmon.club import consenting, people
from clubmon.flag import flagging
from clubmon.load import marts
from clubmon.policy import Consent
from clubmon.web.frame import shell
from tests.conftest import record_sessions

STEADY = [8, 0, 10, 0, 8, 0, 14] * 8
LIFTS = [5, 0, 0, 5, 0, 0, 0] * 8


@pytest.fixture(scope="module")
def begun(further: Callable[..., Any]) -> Any:
    """Athlete and reserved have trained and answered, the night has been."""
    return further(_trains)


@pytest.fixture
def trained(begun: Any, club: Any) -> Any:
    """A copy of it."""
    return club


def _trains(club: Any) -> None:
    last = _today(club) - timedelta(days=1)
    for who in ("athlete", "reserved"):
        record_sessions(club.store, club.ids[who], last, km=STEADY, tonnes=LIFTS)
        _answer(club, who)
    _night(club)


def _today(club: Any) -> date:
    return people.local_today(club.settings, None, club.now)


def _night(club: Any) -> None:
    marts.rebuild(club.store, _today(club), club.now)
    flagging.flag(club.store, club.settings, _today(club), club.now)


def _answer(club: Any, who: str) -> None:
    club.store.execute(
        "app",
        "INSERT INTO app.checkin (checkin_id, athlete_id, local_date, left_score, right_score, "
        "something_else, refer_signs, strain_signs, pattern, drill_ids, known_at) "
        "VALUES (?, ?, ?, 7, 1, false, '[]', '[]', 'neural', '[\"D3\"]', ?)",
        [str(uuid7()), club.ids[who], _today(club), club.now - timedelta(minutes=5)],
    )


def page(club: Any, viewer: str, of: str = "athlete", query: str = "") -> str:
    response = club.be(viewer).get(f"/athlete/{club.ids[of]}{query}")
    assert response.status_code == 200
    return str(response.get_data(as_text=True))


def drawn(club: Any, viewer: str, of: str = "athlete", query: str = "") -> dict[str, Any]:
    response = club.be(viewer).get(f"/athlete/{club.ids[of]}/chart.json{query}")
    assert response.status_code == 200
    found: dict[str, Any] = response.get_json()
    return found


def names(figure: dict[str, Any]) -> set[str]:
    return {trace["name"] for trace in figure["data"]}


def test_the_athlete_reads_the_same_words_here_as_on_the_own_home(trained: Any) -> None:
    of_staff, own = page(trained, "coach"), page(trained, "athlete")
    assert "Talk today" in of_staff
    assert "Talk it over" not in of_staff
    assert "Talk it over" in own
    assert "Talk today" not in own


def test_where_all_that_is_known_is_long_ago_the_page_names_its_newest_day(club: Any) -> None:
    record_sessions(club.store, club.ids["athlete"], date(2026, 1, 22), km=[8])
    _night(club)
    for who in ("athlete", "coach"):
        text = page(club, who)
        assert "The newest session that is known is of Thu 22 Jan 2026" in text
        assert "No figures yet" not in text


def test_without_figures_the_page_says_what_to_do(club: Any) -> None:
    own = page(club, "athlete")
    assert "No figures yet" in own
    for there in ("files", "sources"):
        assert f'href="/athlete/{club.ids["athlete"]}/{there}"' in own
    assert "The athlete hands over files" in page(club, "coach")


def test_the_athlete_is_spoken_to_and_the_coach_is_told(trained: Any) -> None:
    assert "Your left hamstring <b>7/10</b>" in page(trained, "athlete")
    coach = page(trained, "coach")
    assert "Left hamstring <b>7/10</b>" in coach
    assert "Your left" not in coach


def test_key_figures_stand_beside_what_is_usual(trained: Any) -> None:
    html = page(trained, "coach")
    row = re.search(r"<th role=\"rowheader\" scope=\"row\">Running, km.*?</tr>", html, re.S)
    assert row
    cells = re.findall(r"<td[^>]*>(.*?)</td>", row[0], re.S)
    assert [re.sub("<[^>]+>", "", cell) for cell in cells] == [
        "40.0",
        "40.0",
        "–",
        "–",
        "±0\xa0%",
        "±0\xa0%",
    ]


def test_without_the_consent_a_coach_finds_no_trace_of_tightness(trained: Any) -> None:
    html = page(trained, "coach", "reserved")
    for word in ("7/10", "hamstring", "neural", "/drills/", "Tightness", ">Left<", '"Left"'):
        assert word not in html
    figure = drawn(trained, "coach", "reserved")
    assert not [name for name in names(figure) if "hamstring" in name]
    assert "ightness" not in str(figure)


def test_the_physio_sees_with_consent_to_health_what_the_coach_does_not(trained: Any) -> None:
    assert "hamstring <b>7/10</b>" in page(trained, "physio", "reserved")
    assert "Left hamstring" in names(drawn(trained, "physio", "reserved"))


def test_the_athlete_sees_all_of_their_own(trained: Any) -> None:
    assert {"Left hamstring", "Lifted", "Seven days"} <= names(
        drawn(trained, "reserved", "reserved")
    )


@pytest.mark.parametrize("path", ["", "/chart.json"])
@pytest.mark.parametrize("viewer", ["outsider", "nobody", "guardian", "reserved", "admin"])
def test_others_find_nothing(trained: Any, viewer: str, path: str) -> None:
    response = trained.be(viewer).get(f"/athlete/{trained.ids['athlete']}{path}")
    assert response.status_code in (403, 404)


def test_consent_to_loads_taken_back_closes_the_page_at_once(trained: Any) -> None:
    consenting.record(
        trained.store, trained.ids["athlete"], Consent.LOAD, False, trained.ids["athlete"],
        "athlete", None, trained.now,
    )  # fmt: skip
    path = f"/athlete/{trained.ids['athlete']}"
    assert trained.be("coach").get(path).status_code == 404
    assert trained.be("coach").get(f"{path}/chart.json").status_code == 404


def test_a_doubtful_session_is_shown_with_its_reason_and_counted_nowhere(
    trained: Any, record: Callable[..., None]
) -> None:
    rest_day = _today(trained) - timedelta(days=2)
    doubt = "run faster than 2:30 per km"
    record(trained.ids["athlete"], rest_day, km=[77], doubt=doubt)
    _night(trained)
    html = page(trained, "coach")
    assert "run faster than 2:30 per km" in html
    assert "77.0" in html
    assert (
        77.0
        not in next(
            trace for trace in drawn(trained, "coach")["data"] if trace["name"] == "Running per day"
        )["y"]
    )


def test_the_table_and_the_summary_say_what_the_chart_draws(trained: Any) -> None:
    html = page(trained, "coach")
    assert "The last seven days hold 40.0 km. A week above 46.0 km would be flagged." in html
    figure = drawn(trained, "coach")
    line = next(t for t in figure["data"] if t["name"] == "Above this it is flagged")
    assert line["y"][-2:] == [pytest.approx(46.0), None]  # today is still running


def test_what_was_answered_today_is_drawn_although_the_day_has_no_load_yet(trained: Any) -> None:
    figure = drawn(trained, "athlete")
    right = next(trace for trace in figure["data"] if trace["name"] == "Right hamstring")
    left = next(trace for trace in figure["data"] if trace["name"] == "Left hamstring")
    assert left["x"][-1] == right["x"][-1] == _today(trained).isoformat()
    assert left["y"][-1] is not None or right["y"][-1] is not None
    bars = next(trace for trace in figure["data"] if trace["name"] == "Running per day")
    assert (bars["x"][-1], bars["y"][-1]) == (_today(trained).isoformat(), None)
    assert not any(
        _today(trained).isoformat() in trace["x"]
        for trace in figure["data"]
        if trace["name"] == "Nothing known"
    )


def test_channels_and_weeks_are_chosen_in_the_address(trained: Any) -> None:
    figure = drawn(trained, "coach", query="?channel=tonnage_g&weeks=12")
    assert "Lifting per day" in names(figure)
    assert len(figure["data"][0]["x"]) == 84 + 1  # and today, which has answers
    assert drawn(trained, "coach", query="?channel=nonsense&weeks=9999") == drawn(trained, "coach")


def test_the_calendar_tells_rest_from_unknown(club: Any, record: Callable[..., None]) -> None:
    record(club.ids["athlete"], _today(club) - timedelta(days=3), km=STEADY)
    _night(club)
    calendar = page(club, "athlete").split('class="calendar"')[1].split("</table>")[0]
    assert calendar.count('class="day unknown"') == 2
    assert 'class="day rest"' in calendar


def test_an_incomplete_week_says_so_instead_of_a_change(
    club: Any, record: Callable[..., None]
) -> None:
    record(club.ids["athlete"], _today(club) - timedelta(days=3), km=STEADY)
    _night(club)
    html = page(club, "athlete")
    assert "incomplete, 5 of 7 days" in html
    assert "at least" in html


def test_the_athlete_sees_who_handled_a_flag_but_not_the_notes(trained: Any) -> None:
    coach = trained.be("coach")
    found = re.search(r'action="(/flags/[^"]+/handle)"', coach.get("/today").get_data(as_text=True))
    assert found
    trained.post(coach, found[1], "/today", action="dismissed", reason="data", note="private")
    html = page(trained, "athlete")
    assert "Dismissed. Coach." in html
    assert "private" not in html


def test_the_bundle_is_the_one_that_was_vendored() -> None:
    folder = web.__path__[0]
    with open(f"{folder}/static/{shell.PLOTLY}", "rb") as file:
        digest = base64.b64encode(hashlib.sha384(file.read()).digest()).decode()
    assert digest == shell.PLOTLY_SHA384
    with open(f"{folder}/static/vendor/VENDORED.md", encoding="utf-8") as file:
        assert f"sha384-{digest}" in file.read()


def test_the_bundle_is_only_loaded_with_its_hash(trained: Any) -> None:
    html = page(trained, "coach")
    scripts = re.findall(r"<script[^>]*>", html)
    assert len(scripts) == 2
    assert f'integrity="sha384-{shell.PLOTLY_SHA384}"' in html
    assert not re.search(r'(?:src|href)="https?://', html)


def test_ratios_are_shown_only_where_the_club_wants_them(trained: Any) -> None:
    assert "Acute to chronic ratios" not in page(trained, "coach")
    trained.store.execute("app", "UPDATE app.rule SET enabled = true WHERE rule = 'acwr'")
    shown = page(trained, "coach")
    assert "Acute to chronic ratios" in shown
    assert "no value is better than another" in shown
    (row,) = re.findall(r"scope=\"row\">Running</th>(.*?)</tr>", shown)
    cells = re.findall(r"<td[^>]*>(.*?)</td>", row)
    acute, chronic = _ewma(2 / 8), _ewma(2 / 29)
    assert cells == ["1.00", "1.00", f"{acute / chronic:.2f}", "7 of 7, 28 of 28"]


def _ewma(weight: float) -> float:
    value = float(STEADY[0])
    for load in STEADY[1:]:
        value += weight * (load - value)
    return value


def test_early_ratios_are_said_to_be_warming_up(club: Any, record: Callable[..., None]) -> None:
    record(club.ids["athlete"], _today(club) - timedelta(days=1), km=STEADY[:42])
    _night(club)
    club.store.execute("app", "UPDATE app.rule SET enabled = true WHERE rule = 'acwr'")
    assert re.search(r"\d\.\d\d, warming up", page(club, "coach"))


def test_older_sessions_are_one_step_away_and_name_their_year(
    trained: Any, record: Callable[..., None]
) -> None:
    record(trained.ids["athlete"], date(2025, 3, 5), km=[12.3])
    _night(trained)
    first = page(trained, "athlete")
    assert first.count('<td role="cell" class="muted whole">') == 20
    assert "12.3" not in first
    assert "?sessions=more#sessions-heading" in first
    more = page(trained, "athlete", query="?sessions=more")
    assert re.search(r"Wed 5 Mar 2025</th>.*?12\.3", more, re.DOTALL)
    assert "?sessions=more" not in more, "there are no more than these"


def test_a_session_from_two_sources_names_the_other(
    trained: Any, record: Callable[..., None]
) -> None:
    last = _today(trained) - timedelta(days=1)
    trained.store.write("lake", lambda con: con.execute(_COPY, [last]))
    _night(trained)
    assert "also: Strava’s archive" in page(trained, "coach")


_COPY = """
INSERT INTO lake.raw.session BY NAME
SELECT s.* REPLACE (s.session_id || 'copy' AS session_id, 'copy' AS sha256,
    'strava_export' AS source)
FROM lake.raw.session AS s WHERE s.local_date = ? AND s.kind = 'run'
"""


def test_the_own_usual_range_is_drawn_and_told_after_eight_weeks(
    club: Any, record: Callable[..., None]
) -> None:
    record(club.ids["athlete"], _today(club) - timedelta(days=1), km=STEADY + STEADY[:14])
    _night(club)
    assert "Own usual range" in names(drawn(club, "coach"))
    html = page(club, "coach")
    assert "Own usual range: 40.0 to 40.0 km." in html
    row = re.search(r"<th role=\"rowheader\" scope=\"row\">Running, km.*?</tr>", html, re.S)
    assert row
    assert "40.0 to 40.0" in row[0]
    assert "100\xa0%" in row[0]


def test_before_eight_weeks_there_is_no_usual_range(trained: Any) -> None:
    assert "Own usual range" not in names(drawn(trained, "coach"))


def test_plans_are_marks_for_those_only_who_see_tightness(trained: Any) -> None:
    for who in ("athlete", "reserved"):
        trained.plan(who)
    for viewer, of in (("coach", "athlete"), ("physio", "reserved"), ("reserved", "reserved")):
        marks = [trace for trace in drawn(trained, viewer, of)["data"] if trace["name"] == "Plan"]
        assert [mark["x"] for mark in marks] == [[_today(trained).isoformat()] * 2]
        assert "A plan goes on since" in page(trained, viewer, of)
    assert "Plan" not in names(drawn(trained, "coach", "reserved"))
    assert "plan goes on" not in page(trained, "coach", "reserved")


def test_spread_and_slow_averages_stand_folded_and_averages_from_the_43rd_day(
    club: Any, record: Callable[..., None]
) -> None:
    record(club.ids["athlete"], _today(club) - timedelta(days=1), km=STEADY[:42])
    record(club.ids["reserved"], _today(club) - timedelta(days=1), km=[8] * 43)
    _night(club)
    early, late = _more(page(club, "coach")), _more(page(club, "coach", "reserved"))
    week = STEADY[-7:]
    assert early[0] == f"{mean(week) / stdev(week):.2f}"
    assert early[2:] == ["–", "–", "–"]
    assert late[:2] == ["all days equal", "–"]
    ctl, atl = (8 * (1 - exp(-43 / days)) for days in (42, 7))
    before = [8 * (1 - exp(-42 / days)) for days in (42, 7)]
    assert late[2:] == [f"{ctl:.1f}", f"{atl:.1f}", f"−{before[1] - before[0]:.1f}"]


def _more(html: str) -> list[str]:
    table = html.split('aria-label="Spread and slow averages"')[1].split("</table>")[0]
    row = re.search(r'scope="row">Running, km</th>(.*?)</tr>', table, re.S)
    assert row
    return re.findall(r"<td[^>]*>(.*?)</td>", row[1])
