"""What the check-in pages promise, walked with a client that has no script and no cookies."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from athlete_phone import NOTHING, Phone, consent, said
from forging import forged
from playwright.sync_api import Browser, Page, ViewportSize
from werkzeug.test import TestResponse

from clubmon.club import links, people
from clubmon.drill import proposals
from clubmon.drill.drills import SAFETY_NOTE
from clubmon.hamstring import askedmore, planday, planning
from clubmon.hamstring.checkins import latest, trail
from clubmon.hamstring.gate import drills_now
from clubmon.load import marts
from clubmon.policy import Consent
from clubmon.web.frame import views


def walk_to_neural(phone: Phone) -> TestResponse:
    """Answer what leads to the drill of the neural pattern; returns the last page."""
    phone.send(left=5, left_place="middle", right=0)
    phone.send(**NOTHING)
    phone.send(q__limits="none")
    phone.send(q__after_eccentric="no")
    return phone.send(q__neural=["after_sitting", "eases_walking"])


# -- the walk --------------------------------------------------------------------------------


def test_opening_the_link_shows_the_form_and_changes_nothing(phone: Phone) -> None:
    page = phone.open()
    assert page.status_code == 200
    assert "numbness, weakness, a pop, calf swelling, chest pain" in said(page)
    assert "Nothing arrived for yesterday, Monday" in said(page)
    assert page.headers["Referrer-Policy"] == "no-referrer"
    for _ in range(3):
        phone.open()
    assert [phone.rows(table) for table in ("checkin", "referral", "message")] == [[], [], []]


def test_a_calm_day_takes_one_page(phone: Phone) -> None:
    phone.open()
    page = phone.send(left=1, right=0, yesterday="rest")
    assert "Nothing to discuss today." in said(page)
    (row,) = phone.rows("checkin")
    assert (row["left_score"], row["right_score"], row["yesterday"]) == (1, 0, "rest")
    assert row["refer_signs"] is None


def test_before_the_first_night_a_tight_leg_is_on_the_list_at_once(
    phone: Phone, caplog: pytest.LogCaptureFixture
) -> None:
    phone.open()
    phone.send(left=6, right=0, yesterday="rest")
    phone.send(skip=1)
    assert [row["rule"] for row in phone.rows("flag")] == ["tightness"]
    assert "could not be raised" not in caplog.text


def test_from_3_the_two_lists_come_together_then_one_question_at_a_time_then_the_drill(
    phone: Phone,
) -> None:
    proposals.save(phone.store, "", True, 0, "admin", phone.now)
    phone.open()
    lists = phone.send(left=5, left_place="middle", right=0)
    assert said(lists).count("None of these") == 2
    assert "call 112" in said(lists)
    first = phone.send(**{"list__refer": "none", "list__strain": "none"})
    assert "in the last 12 months" in said(first)
    assert "Question 1 of at most 5" in said(first)
    assert "I cannot run normally today" in said(first)
    assert "Nordics" in said(phone.send(q__limits="none"))
    assert "Worse after sitting" in said(phone.send(q__after_eccentric="no"))
    done = phone.send(q__neural=["after_sitting", "eases_walking"])
    assert "Pattern to discuss: neural" in said(done)
    assert 'href="/drills/D3"' in done.get_data(as_text=True)
    assert SAFETY_NOTE in said(done)
    assert "Before the next easy run" in said(done)
    assert drills_now(phone.store, phone.athlete_id, phone.now) == ("D3",)


def test_the_last_question_leads_to_the_synergists_or_to_one_cue(phone: Phone) -> None:
    proposals.save(phone.store, "", True, 0, "admin", phone.now)
    phone.open()
    phone.send(left=4, left_place="middle", right=0)
    phone.send(**NOTHING)
    for question, said_no in [("limits", "none"), ("after_eccentric", "no"), ("neural", "none")]:
        phone.send(**{f"q__{question}": said_no})
    asked = said(phone.send(q__pelvic="none"))
    assert "Question 5 of at most 5 When is it there?" in asked
    assert "I cannot hold a hip thrust cleanly for 30 seconds" in asked
    assert "In the squat, and my knees fall inwards" in asked
    before = list(phone.hidden)
    done = phone.send(q__when=["hip_thrust", "in_hinge"])
    assert "Pattern to discuss: synergist muscles" in said(done)
    assert 'href="/drills/D4"' in done.get_data(as_text=True)
    assert "/drills/C" not in done.get_data(as_text=True)
    begun = planday.running(phone.store, phone.athlete_id)
    assert begun is not None
    planning.stop(phone.store, phone.settings, begun.plan.plan_id, "coach", phone.now)
    phone.hidden, phone.hours = before, 1
    cue = phone.send(q__when="knees_cave")
    assert "Pattern to discuss: movement" in said(cue)
    assert 'href="/drills/C2"' in cue.get_data(as_text=True)
    assert "None." not in said(cue)


def test_no_pattern_is_a_conversation_and_a_question_again_in_two_days(phone: Phone) -> None:
    phone.open()
    phone.send(left=4, left_place="middle", right=0)
    phone.send(**NOTHING)
    phone.send(q__limits="none")
    phone.send(q__after_eccentric="no")
    phone.send(q__neural="toe_touch")
    phone.send(q__pelvic="arched")
    page = phone.send(q__when="none")
    assert "By half, to talk about in this order: My low back is arched" in said(page)
    assert "No drill for now" in said(page)
    assert "Answer again on Thursday, 06:00." in said(page)
    assert phone.rows("checkin")[-1]["pattern"] == "mixed"


@pytest.mark.parametrize(
    ("limits", "neural", "origin"),
    [
        ("strain_history", None, "This follows public guidance."),
        ("not_running", None, "This rule is ours."),
        ("none", ["after_sitting", "toe_touch"], "This follows the article"),
    ],
)
def test_the_page_says_whose_rule_it_is(
    phone: Phone, limits: str, neural: list[str] | None, origin: str
) -> None:
    phone.open()
    phone.send(left=4, left_place="middle", right=0)
    phone.send(**NOTHING)
    page = phone.send(q__limits=limits)
    if neural:
        phone.send(q__after_eccentric="no")
        page = phone.send(q__neural=neural)
    assert origin in said(page)


def test_a_score_is_kept_although_the_questions_are_never_answered(phone: Phone) -> None:
    phone.open()
    phone.send(left=7, right=0)
    found = latest(phone.store, phone.athlete_id)
    assert found
    assert (found.left_score, found.refer_signs, found.pattern, found.drill_ids) == (
        7,
        None,
        "talk",
        (),
    )


def test_a_list_left_open_is_asked_again_with_the_ticks_kept(phone: Phone) -> None:
    phone.open()
    phone.send(left=5, right=0)
    again = phone.send(list__refer="none")
    assert "Tick what fits" in said(again)
    assert 'name="list.refer" value="none" checked' in again.get_data(as_text=True)
    assert "in the last 12 months" in said(
        phone.send(**{"list.refer": "none", "list.strain": "none"})
    )


def test_skipping_ends_without_a_drill(phone: Phone) -> None:
    phone.open()
    phone.send(left=5, right=0)
    page = phone.send(skip=1)
    assert "Not every question was answered" in said(page)
    assert "/drills/" not in page.get_data(as_text=True)
    assert phone.rows("checkin")[-1]["refer_signs"] is None


def test_something_else_opens_the_lists_at_any_score(phone: Phone) -> None:
    phone.open()
    assert said(phone.send(left=0, right=0, something=1)).count("None of these") == 2
    page = phone.send(**NOTHING)
    assert "No drill for now" in said(page)


def test_after_nordics_the_session_suggests_the_answer_and_no_drill_follows(phone: Phone) -> None:
    phone.open()
    phone.send(left=5, right=0, left_place="lower")
    phone.send(**NOTHING)
    phone.send(q__limits="none")
    page = phone.send(q__after_eccentric="yes")
    assert "That is usual for two or three days, so no drill." in said(page)
    assert "Answer again on Wednesday, 06:00" in said(page)  # the athlete's own clock
    assert "/drills/" not in page.get_data(as_text=True)


# -- tier 3 ----------------------------------------------------------------------------------


def test_a_refer_sign_puts_advice_and_the_clubs_number_on_the_screen_and_tells_at_once(
    phone: Phone,
) -> None:
    phone.open()
    phone.send(left=2, right=0, something=1)
    page = phone.send(list__refer="chest")  # the second list does not hold this up
    assert "Call 112 or go to an emergency department now." in said(page)
    assert 'href="tel:112"' in page.get_data(as_text=True)
    assert "Chest pain or breathlessness" in said(page)
    assert "to Dr Meyer too" in said(page)
    assert "/drills/" not in page.get_data(as_text=True)
    (referral,) = phone.rows("referral")
    assert (referral["pattern"], referral["urgency"]) == ("refer", "emergency")
    told = {row["recipient"] for row in phone.rows("message")}
    assert told == {"ada@example.org", "meyer@example.org"}
    assert phone.mails == 1


def test_a_strain_sign_says_to_stop_running_and_see_a_physio_within_48_hours(phone: Phone) -> None:
    phone.open()
    phone.send(left=6, right=0)
    page = phone.send(list__refer="none", list__strain=["pop", "limp"])
    assert "See a physio within 48 hours. Stop running until then." in said(page)
    assert "no stretching" in said(page)


def test_a_sign_and_none_of_these_together_count_as_the_sign(phone: Phone) -> None:
    phone.open()
    phone.send(left=6, right=0)
    page = phone.send(list__refer=["none", "calf"], list__strain="none")
    assert "See a doctor or the club's clinician today." in said(page)


def test_the_same_form_sent_twice_alarms_once(phone: Phone) -> None:
    phone.open()
    phone.send(left=6, right=0)
    kept = list(phone.hidden)
    for _ in range(2):
        phone.hidden = kept
        assert "today" in said(phone.send(list__refer="calf"))
    assert len(phone.rows("referral")) == 1


def test_an_answer_that_takes_it_back_the_same_day_gives_no_drill(phone: Phone) -> None:
    phone.open()
    phone.send(left=6, right=0)
    phone.send(list__refer="calf")
    phone.hours = 1
    assert "You have answered today" in said(phone.open())
    phone.send(left=6, right=0, left_place="middle")
    page = phone.send(**NOTHING)
    assert "A referral is still open" in said(page)
    assert len(phone.rows("referral")) == 1


def test_the_next_calm_day_repeats_the_advice_of_an_open_referral(phone: Phone) -> None:
    phone.open()
    phone.send(left=6, right=0)
    phone.send(list__refer="none", list__strain="pop")
    phone.hours = 24
    phone.open()
    page = said(phone.send(left=0, right=0))
    assert "What you ticked on Tuesday 17 November is still open" in page
    assert "See a physio within 48 hours. Stop running until then." in page
    assert "In an emergency call 112" in page
    assert "Nothing to discuss today" not in page
    phone.store.execute("app", "UPDATE app.referral SET closed_at = ?", [phone.now])
    phone.hours = 25
    phone.open()
    page = said(phone.send(left=0, right=0))
    assert "Nothing to discuss today." in page
    assert "still open" not in page


def test_the_same_form_after_the_physio_closed_it_tells_again(phone: Phone) -> None:
    phone.open()
    phone.send(left=6, right=0)
    kept = list(phone.hidden)
    phone.send(list__refer="calf")
    phone.store.execute("app", "UPDATE app.referral SET closed_at = ?", [phone.now])
    phone.hidden = kept
    assert "An e-mail about this goes out now" in said(phone.send(list__refer="calf"))
    assert len(phone.rows("referral")) == 2
    assert len(phone.rows("message")) == 4


def test_a_strain_sign_with_the_other_list_blank_shows_advice_and_that_list(phone: Phone) -> None:
    phone.open()
    phone.send(left=6, right=0)
    page = phone.send(list__strain="limp")
    assert "See a physio within 48 hours. Stop running until then." in said(page)
    assert "One list is still open" in said(page)
    assert len(phone.rows("referral")) == 1
    page = phone.send(list__refer="chest")
    assert "Call 112 or go to an emergency department now." in said(page)
    assert "still open" not in said(page)
    newest = phone.rows("checkin")[-1]
    assert (newest["refer_signs"], newest["strain_signs"]) == ('["chest"]', '["limp"]')
    assert [r["urgency"] for r in phone.rows("referral")] == ["within_48_h", "emergency"]


def test_none_of_these_in_that_list_leaves_one_alarm_and_its_advice(phone: Phone) -> None:
    phone.open()
    phone.send(left=6, right=0)
    phone.send(list__strain="limp")
    page = phone.send(list__refer="none")
    assert "See a physio within 48 hours." in said(page)
    assert "An e-mail about this goes out now" in said(page)
    assert len(phone.rows("referral")) == 1


def test_the_form_says_who_reads_what(phone: Phone) -> None:
    words = said(phone.open())
    assert "the medical contact is told only of a warning sign" in words


def test_a_young_athlete_is_asked_about_the_sit_bone_and_an_adult_is_not(phone: Phone) -> None:
    phone.open()
    assert "sit bone, the bone" not in said(phone.send(left=5, right=0))
    phone.store.execute("app", "UPDATE app.person SET born = '2010-01-01' WHERE name LIKE 'Ada%'")
    phone.open()
    assert "sit bone, the bone" in said(phone.send(left=5, right=0))


# -- consent ---------------------------------------------------------------------------------


def test_without_consent_the_advice_is_on_this_screen_alone(phone: Phone) -> None:
    consent(phone, Consent.HEALTH, False)
    assert "nothing below is stored or passed on" in said(phone.open())
    phone.send(left=6, right=0)
    page = phone.send(list__refer="chest")
    assert "Call 112" in said(page)
    assert "Nobody has been told." in said(page)
    assert [phone.rows(t) for t in ("checkin", "referral", "message")] == [[], [], []]
    assert phone.mails == 0


def test_a_minor_is_asked_nothing_before_a_guardian_agreed(phone: Phone) -> None:
    phone.store.execute("app", "UPDATE app.person SET born = '2012-01-01' WHERE name LIKE 'Ada%'")
    for page in (phone.open(), phone.send(left=9, list__refer="chest")):
        assert page.status_code == 403
        assert "Nothing is asked before a guardian has agreed" in said(page)
        assert "<form" not in page.get_data(as_text=True).split("<main")[1]
    assert phone.rows("checkin") == []
    consent(phone, Consent.HEALTH, True, role="guardian")
    assert phone.open().status_code == 200


# -- links and bad input ---------------------------------------------------------------------


def test_an_expired_link_is_over_for_reading_and_for_sending(
    phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone.open()
    monkeypatch.setitem(links.LIFETIME, "checkin", timedelta(seconds=-1))
    for page in (phone.open(), phone.send(left=1)):
        assert page.status_code == 410
        assert "run out" in said(page)
    assert phone.rows("checkin") == []


def test_a_forged_link_and_one_for_another_purpose_open_nothing(phone: Phone) -> None:
    for token in (
        forged(phone.token),
        "x",
        links.token(phone.settings, "consent", phone.athlete_id),
    ):
        phone.token = token
        assert phone.open().status_code == 404
        assert phone.send(left=1).status_code == 404
    assert phone.rows("checkin") == []


def test_an_athlete_id_in_the_form_changes_nobody_elses_day(phone: Phone) -> None:
    phone.open()
    phone.send(left=1, right=1, athlete_id="somebody-else", person_id="somebody-else")
    assert [row["athlete_id"] for row in phone.rows("checkin")] == [phone.athlete_id]


def test_a_link_of_somebody_the_club_no_longer_knows_is_refused(phone: Phone) -> None:
    phone.token = links.token(phone.settings, "checkin", "gone")
    page = phone.open()
    assert page.status_code == 403
    assert "nobody the club still knows" in said(page)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({}, "Nothing was answered yet"),
        ({"left": ""}, "Nothing was answered yet"),
        ({"left": 11}, "from 0 to 10"),
        ({"left": -1}, "from 0 to 10"),
        ({"left": "five"}, "from 0 to 10"),
        ({"left": "٣"}, "from 0 to 10"),
        ({"left": "9" * 5000}, "from 0 to 10"),
        ({"left": 4, "left_place": "knee"}, "could not be read"),
        ({"left": 4, "list__refer": "headache"}, "could not be read"),
        ({"left": 4, "q__limits": "perhaps"}, "could not be read"),
        ({"left": 1, "yesterday": "swam"}, "could not be read"),
        ({"left": 1, "yesterday": "trained", "km": "nan"}, "distance could not be read"),
        ({"left": 1, "yesterday": "trained", "km": "-3"}, "distance could not be read"),
        ({"left": 1, "yesterday": "trained", "km": "400"}, "between 0 and 300 km"),
        ({"left": 1, "yesterday": "trained", "minutes": "2000"}, "between 0 and 1440"),
        ({"left": 1, "yesterday": "trained", "effort": "11"}, "from 0 to 10"),
        ({"left": 1, "yesterday": "rest", "km": "8"}, "Yesterday has numbers"),
    ],
)
def test_bad_answers_come_back_with_one_sentence_and_nothing_is_stored(
    phone: Phone, fields: dict[str, Any], sentence: str
) -> None:
    phone.open()
    page = phone.send(**fields)
    assert page.status_code == 400
    assert sentence in said(page)
    assert phone.rows("checkin") == []


def test_what_was_typed_is_kept_when_something_else_was_wrong(phone: Phone) -> None:
    phone.open()
    page = phone.send(left=4, yesterday="trained", km='8,5"><b>', right=0)
    assert page.status_code == 400
    assert 'value="8,5&#34;&gt;&lt;b&gt;"' in page.get_data(as_text=True)
    assert 'name="left" value="4" checked' in page.get_data(as_text=True)


def test_a_comma_in_yesterdays_distance_is_read(phone: Phone) -> None:
    phone.open()
    phone.send(left=0, right=0, yesterday="trained", km="8,5", minutes="45", effort="6,5")
    (row,) = phone.rows("checkin")
    assert (row["yesterday_distance_m"], row["yesterday_minutes"]) == (8500, 45)
    assert row["yesterday_rpe_tenths"] == 65


def test_two_tabs_both_count_and_the_later_one_is_in_force(phone: Phone) -> None:
    phone.open()
    first_tab = list(phone.hidden)
    phone.open()
    phone.send(left=2, right=0)
    phone.hours, phone.hidden = 0.1, first_tab
    phone.send(left=1, right=0)
    assert [row["left_score"] for row in phone.rows("checkin")] == [2, 1]
    found = latest(phone.store, phone.athlete_id)
    assert found
    assert found.left_score == 1


def test_a_session_that_is_not_ones_own_cannot_be_rated(phone: Phone) -> None:
    phone.open()
    page = phone.send(**{"left": 1, "rpe.someone-elses": 9})
    assert "Nothing to discuss today." in said(page)
    assert phone.rows("session_rpe") == []


def test_a_rating_of_a_session_that_is_gone_costs_no_urgent_advice(phone: Phone) -> None:
    phone.open()
    page = phone.send(**{"left": 6, "rpe.gone": 9, "list.refer": "chest"})
    assert "Call 112" in said(page)
    assert len(phone.rows("referral")) == 1


def test_a_score_stays_in_force_when_another_tab_later_only_rates_a_session(phone: Phone) -> None:
    arrive(phone, "l1", "lift", 20, "Squat")
    phone.open()
    first_tab = list(phone.hidden)
    phone.open()
    walk_to_neural(phone)
    assert drills_now(phone.store, phone.athlete_id, phone.now) == ("D3",)
    phone.hours, phone.hidden = 0.1, first_tab
    phone.send(**{"rpe.l1": 7, "yesterday": "rest"})
    day = phone.now.date()
    (stands,) = trail(phone.store, [phone.athlete_id], day)[phone.athlete_id]
    assert (stands.left_score, stands.pattern) == (5, "neural")
    shown = views.scores(phone.store, [phone.athlete_id], day)[phone.athlete_id][day]
    assert (shown.left, shown.pattern) == (5, "neural")
    assert drills_now(phone.store, phone.athlete_id, phone.now) == ("D3",)
    assert [r["rpe_tenths"] for r in phone.rows("session_rpe")] == [70]
    assert phone.rows("checkin")[-1]["yesterday"] == "rest"


def test_a_score_in_another_tab_does_take_the_drill_back_until_the_lists_are_answered(
    phone: Phone,
) -> None:
    phone.open()
    first_tab = list(phone.hidden)
    phone.open()
    walk_to_neural(phone)
    phone.hours, phone.hidden = 0.1, first_tab
    phone.send(left=6, right=0)
    assert drills_now(phone.store, phone.athlete_id, phone.now) == ()


def test_two_tabs_sent_in_the_same_moment_are_both_stored_and_one_form_twice_is_one(
    phone: Phone,
) -> None:
    keys = ["tab-1", "tab-2", "tab-2", "tab-1", "tab-3", "tab-3"]
    ready = Barrier(len(keys))

    def post(key: str) -> int:
        ready.wait()
        data = {"form": key, "left": "1", "right": "0"}
        return phone.app.test_client().post(f"/checkin/{phone.token}", data=data).status_code

    with ThreadPoolExecutor(len(keys)) as pool:
        assert set(pool.map(post, keys)) == {200}
    assert len(phone.rows("checkin")) == 3
    assert len(trail(phone.store, [phone.athlete_id], phone.now.date())[phone.athlete_id]) == 1


def test_a_forwarded_link_shows_a_first_name_and_nothing_that_was_answered_or_done(
    phone: Phone,
) -> None:
    arrive(phone, "l1", "lift", 20, "Squat")
    phone.open()
    walk_to_neural(phone)
    page = phone.open()
    text = page.get_data(as_text=True)
    for told in ("Okafor", "ada@example.org", "Lower body", "neural", "D3", phone.athlete_id):
        assert told not in text
    chosen = re.findall(r'name="([^"]+)" value="([^"]*)"[^>]*? checked', text)
    assert {value for _, value in chosen} == {""}
    assert "This is Ada's check-in; if you are somebody else, close the page." in said(page)


def test_a_mail_scanner_that_opens_the_link_changes_nothing(phone: Phone) -> None:
    before = counts(phone)
    client = phone.app.test_client()
    for method in ("GET", "HEAD", "OPTIONS", "GET", "HEAD"):
        assert client.open(f"/checkin/{phone.token}", method=method).status_code == 200
    query = "?left=9&list.refer=chest"
    assert client.get(f"/checkin/{phone.token}{query}").status_code == 200
    assert counts(phone) == before
    assert phone.mails == 0


def counts(phone: Phone) -> dict[str, int]:
    """How many rows every table of `app` has."""
    found = phone.store.rows(
        "SELECT table_name AS name FROM duckdb_tables() WHERE database_name = 'app'"
    )
    return {
        row["name"]: phone.store.rows(f"SELECT count(*) AS n FROM app.{row['name']}")[0]["n"]
        for row in found
    }


def test_a_link_can_be_used_again_the_same_day_and_each_answer_is_kept(phone: Phone) -> None:
    for score in (1, 2):
        phone.open()
        phone.send(left=score, right=0)
        phone.hours += 1
    assert [row["left_score"] for row in phone.rows("checkin")] == [1, 2]
    assert "You have answered today" in said(phone.open())


def test_a_link_whose_person_or_time_was_changed_opens_nothing(phone: Phone) -> None:
    other = phone.teammate("Bea Lind")
    theirs = links.token(phone.settings, "checkin", other)
    mine = phone.token.split(".")
    for token in (
        ".".join([theirs.split(".")[0], *mine[1:]]),  # another athlete under my signature
        ".".join([mine[0], "zzzzzz", mine[2]]),  # a later time under the old signature
        ".".join(mine[:2]),
    ):
        assert phone.open(token).status_code == 404
    assert phone.rows("checkin") == []


# -- the weekly four and the optional three ----------------------------------------------------

WEEK = {
    "week__participation": 8,
    "week__training": 6,
    "week__performance": 13,
    "week__pain": 17,
}


def test_the_weekly_four_are_asked_once_a_week_and_stored_with_their_score(phone: Phone) -> None:
    assert "Once a week: the last seven days" in said(phone.open())  # Tuesday, still open
    phone.send(left=1, right=0, **WEEK)
    (row,) = phone.rows("weekly")
    assert (row["participation"], row["pain"], row["score"]) == (8, 17, 44)
    assert "Once a week" not in said(phone.open())
    phone.hours = 24 * 4
    assert "Once a week" not in said(phone.open())
    phone.hours = 24 * 5  # Sunday
    assert "Once a week" in said(phone.open())


def test_the_weekly_four_travel_through_the_questions_and_count_once(phone: Phone) -> None:
    phone.open()
    phone.send(left=5, left_place="middle", right=0, **WEEK)
    phone.send(**NOTHING)
    phone.send(q__limits="strain_history")
    assert [row["score"] for row in phone.rows("weekly")] == [44]


def test_a_week_with_a_gap_has_no_score_and_is_asked_again(phone: Phone) -> None:
    phone.open()
    phone.send(left=0, right=0, week__pain=8)
    assert [row["score"] for row in phone.rows("weekly")] == [None]
    assert "Once a week" in said(phone.open())


def test_the_optional_three_are_asked_where_the_team_asks_them(phone: Phone) -> None:
    assert "How did you sleep?" not in said(phone.open())
    team = people.teams(phone.store)[0].team_id
    askedmore.set_wellness(phone.store, team, True, "coach", phone.now)
    assert "How did you sleep? 1 2 3 4 5 1 badly 5 very well" in said(phone.open())
    phone.send(sleep=4, soreness=2)
    (row,) = phone.rows("wellness")
    assert (row["sleep"], row["soreness"], row["stress"]) == (4, 2, None)


def test_without_consent_neither_is_asked_or_kept(phone: Phone) -> None:
    consent(phone, Consent.HEALTH, False)
    assert "Once a week" not in said(phone.open())
    phone.send(left=1, sleep=4, **WEEK)
    assert (phone.rows("weekly"), phone.rows("wellness")) == ([], [])


@pytest.mark.parametrize(
    "wrong", [{"week__pain": 9}, {"week__pain": "x"}, {"sleep": 6}, {"stress": 0}, {"sleep": "5.5"}]
)
def test_an_answer_out_of_range_comes_back_and_nothing_is_stored(
    phone: Phone, wrong: dict[str, Any]
) -> None:
    phone.open()
    page = phone.send(left=1, **wrong)
    assert page.status_code == 400
    assert "choose" in said(page)
    assert (phone.rows("checkin"), phone.rows("weekly"), phone.rows("wellness")) == ([], [], [])


# -- advice whatever fails -------------------------------------------------------------------


@pytest.mark.parametrize(
    "wrong", [{"km": "nan"}, {"minutes": "2000"}, {"effort": "11"}, {"left": "12"}, {"rpe__x": "x"}]
)
def test_a_wrong_number_together_with_a_sign_does_not_hide_the_advice(
    phone: Phone, wrong: dict[str, str]
) -> None:
    phone.open()
    page = phone.send(**{"left": 6, "yesterday": "trained", "list__refer": "chest", **wrong})
    assert page.status_code == 200
    assert "Call 112 or go to an emergency department now." in said(page)
    assert "The signs count without it." in said(page)
    (row,) = phone.rows("checkin")
    assert row["yesterday_distance_m"] is None
    assert len(phone.rows("referral")) == 1


def test_a_wrong_number_without_a_sign_comes_back_to_be_corrected(phone: Phone) -> None:
    phone.open()
    page = phone.send(left=6, yesterday="trained", km="nan", list__refer="none")
    assert page.status_code == 400
    assert phone.rows("checkin") == []


def broken(phone: Phone) -> None:
    """No check-in can be written any more, as with a full disk."""
    phone.store.execute("app", "ALTER TABLE app.checkin RENAME COLUMN drill_ids TO gone")


def test_where_nothing_can_be_stored_the_advice_is_shown_with_whom_to_call(phone: Phone) -> None:
    phone.open()
    phone.send(left=6, right=0)
    broken(phone)
    page = phone.send(list__refer="chest")
    assert page.status_code == 200
    assert "Call 112 or go to an emergency department now." in said(page)
    assert "Nobody has been told." in said(page)
    assert "could not be stored here, so call Dr Meyer yourself now." in said(page)
    assert (phone.rows("referral"), phone.rows("message"), phone.mails) == ([], [], 0)


def test_where_nothing_can_be_stored_a_calm_answer_is_not_said_to_be(phone: Phone) -> None:
    phone.app.config["PROPAGATE_EXCEPTIONS"] = False
    phone.open()
    broken(phone)
    assert phone.send(left=1, right=0).status_code == 500


# -- with sessions that arrived --------------------------------------------------------------


def arrive(phone: Phone, session_id: str, kind: str, hours_ago: int, exercise: str | None) -> None:
    """One raw session of an hour that was known two hours after its start; then the rebuild."""
    start = phone.now - timedelta(hours=hours_ago)
    known = start + timedelta(hours=2)
    local = start.astimezone(phone.settings.zone).replace(tzinfo=None)
    row = {
        "session_id": session_id,
        "athlete_id": phone.athlete_id,
        "sha256": session_id,
        "audience": "club",
        "source": "hevy",
        "source_id": session_id,
        "kind": kind,
        "sport": kind,
        "title": "Lower body",
        "start_utc": start,
        "start_local": local,
        "local_date": local.date(),
        "moving_s": 3600,
        "elapsed_s": 3600,
        "known_at": known,
    }
    phone.store.execute(
        "lake",
        f"INSERT INTO lake.raw.session ({', '.join(row)}) VALUES ({', '.join('?' for _ in row)})",
        list(row.values()),
    )
    if exercise:
        phone.store.execute(
            "lake",
            "INSERT INTO lake.raw.lift_set VALUES (?, ?, ?, 0, ?, 'normal', 8, NULL, NULL, ?)",
            [session_id, phone.athlete_id, session_id, exercise, known],
        )
    marts.rebuild(phone.store, phone.now.date(), phone.now)


def test_a_session_that_arrived_is_rated_once(phone: Phone) -> None:
    arrive(phone, "l1", "lift", 20, "Squat")
    page = phone.open()
    assert "How hard was Monday's lifting at 10:00, 60 min" in said(page)
    assert "Lower body" not in page.get_data(as_text=True)
    assert "Nothing arrived for yesterday" not in said(page)
    phone.send(**{"left": 0, "right": 0, "rpe.l1": 7})
    assert [(r["session_id"], r["rpe_tenths"]) for r in phone.rows("session_rpe")] == [("l1", 70)]
    assert "How hard was" not in said(phone.open())


def test_nordics_before_tightness_that_rose_suggest_the_answer(phone: Phone) -> None:
    phone.hours = -30
    phone.open()
    phone.send(left=0, right=0)
    arrive(phone, "l1", "lift", 20, "Nordic Curl")
    phone.hours = 0
    phone.open()
    phone.send(left=5, right=0, left_place="middle")
    phone.send(**NOTHING)
    page = phone.send(q__limits="none")
    assert "Your sessions suggest the marked answer" in said(page)
    assert 'value="yes" checked' in page.get_data(as_text=True)
    done = phone.send(q__after_eccentric="yes")
    # it ended on Monday at 11:00 in Berlin; this is Tuesday, 06:00
    assert "Answer again on Tuesday, 11:00, and until Thursday, 11:00" in said(done)
    assert phone.rows("checkin")[-1]["pattern"] == "after_eccentric"


def test_what_is_still_there_a_week_after_nordics_leads_to_the_synergists_by_itself(
    phone: Phone,
) -> None:
    arrive(phone, "l1", "lift", 7 * 24 + 1, "Nordic Curl")  # ended exactly seven days ago
    phone.hours = -6 * 24
    phone.open()
    phone.send(left=5, right=0, left_place="middle")
    phone.send(**NOTHING)
    phone.send(q__limits="none")
    phone.send(q__after_eccentric="yes")
    phone.hours = 0
    phone.open()
    phone.send(left=4, right=0, left_place="middle")
    phone.send(**NOTHING)
    assert "only newer work counts" in said(phone.send(q__limits="none"))
    phone.send(q__after_eccentric="no")
    phone.send(q__neural="none")
    page = phone.send(q__pelvic="none")  # nothing more is asked
    assert "Pattern to discuss: synergist muscles" in said(page)
    assert "still there 7 days after eccentric work" in said(page)
    assert drills_now(phone.store, phone.athlete_id, phone.now) == ("D4",)


def test_a_rating_travels_through_the_questions(phone: Phone) -> None:
    arrive(phone, "l1", "lift", 20, None)
    phone.open()
    phone.send(**{"left": 5, "right": 0, "rpe.l1": 7})
    phone.send(**NOTHING)
    phone.hours = 0.1
    phone.send(q__limits="strain_history")
    assert {r["rpe_tenths"] for r in phone.rows("session_rpe")} == {70}
    assert phone.rows("checkin")[-1]["pattern"] == "physio"


# -- in a browser, without script ------------------------------------------------------------


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page 360 px wide with scripts switched off."""
    size: ViewportSize = {"width": 360, "height": 740}
    opened = browser.new_page(viewport=size, java_script_enabled=False)
    yield opened
    opened.close()


@pytest.mark.browser
@pytest.mark.slow
def test_it_works_by_keyboard_on_a_narrow_phone_without_script(
    phone: Phone, page: Page, address: str
) -> None:
    page.goto(address)
    page.get_by_label("0, loose").first.focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.get_by_text("None of these").nth(0).click()
    page.get_by_text("None of these").nth(1).click()
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("A hamstring strain in the last 12 months").check()
    page.get_by_role("button", name="Continue").click()
    assert page.get_by_role("heading").first.inner_text() == "Talk to your physio"
    assert phone.rows("checkin")[-1]["left_score"] == 5


@pytest.mark.browser
@pytest.mark.slow
def test_no_page_of_the_check_in_is_wider_than_the_phone(page: Page, address: str) -> None:
    def fits() -> None:
        boxes = [one.bounding_box() for one in page.locator("main *:visible").all()]
        assert [b for b in boxes if b and (b["x"] < 0 or b["x"] + b["width"] > 360)] == []

    page.goto(address)
    fits()
    page.locator('input[name="left"][value="6"]').check(force=True)
    page.get_by_role("button", name="Send").click()
    fits()
    page.get_by_label("Chest pain or breathlessness").check()
    page.get_by_role("button", name="Continue").click()
    fits()
    assert "Call 112" in page.get_by_role("alert").inner_text()


def test_answers_that_close_a_plan_without_a_fall_show_no_drill_before_the_physio_looked(
    phone: Phone,
) -> None:
    proposals.save(phone.store, "", True, 0, "admin", phone.now)
    phone.open()
    walk_to_neural(phone)
    begun = planday.running(phone.store, phone.athlete_id)
    assert begun is not None
    phone.hours += 14 * 24
    phone.open()
    page = walk_to_neural(phone)
    assert "Your plan has ended. Tightness did not fall by 2 points" in said(page)
    assert "/drills/" not in page.get_data(as_text=True)
    assert planday.running(phone.store, phone.athlete_id) is None
