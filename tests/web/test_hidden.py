"""Two athletes who differ only in tightness look alike to a coach it is hidden from, everywhere."""

from __future__ import annotations

import re

import pytest

from clubmon.policy import Consent
from tests.web.coach.test_today import JUMP, Morning, Page, morning

__all__ = ["morning"]

CALM, SORE = "Twin A", "Twin B"  # alike in everything but the answers
LOAD, HEALTH, TIGHTNESS = Consent.LOAD, Consent.HEALTH, Consent.TIGHTNESS
HIDDEN = [(), (LOAD,), (LOAD, HEALTH), (HEALTH, TIGHTNESS)]


def twins(morning: Morning, *kinds: Consent) -> list[Page]:
    """Today and the same morning a day later, as the coach sees both."""
    for name in (CALM, SORE):
        morning.join(name.replace(" ", "").lower(), *kinds)
        key = name.replace(" ", "").lower()
        morning.club.ids[name] = morning.club.ids.pop(key)
        morning.club.store.execute(
            "app", "UPDATE app.person SET name = ? WHERE person_id = ?",
            [name, morning.club.ids[name]],
        )  # fmt: skip
        morning.trains(name, JUMP)
        for back in range(3):
            morning.answers(name, 9 if name == SORE else 0, back, pattern="neural")
    morning.club.refer(SORE)
    morning.dawns()
    today = morning.page()
    day = morning.today
    morning.club.later(days=1)
    return [today, morning.page(query=f"/{day}")]


def said(morning: Morning, page: Page, name: str) -> list[str]:
    """What a page says of one of them, ids and name taken out."""
    parts = [page.entry(name) or "", page.row(name)]
    flags = r"/flags/[^/]+/|name=\"also\" value=\"[^\"]+\"|value=\"[^\"]{40,}\""
    return [
        re.sub(flags, "", part).replace(name, "X").replace(morning.club.ids[name], "X")
        for part in parts
    ]


def place(page: Page, name: str) -> int:
    return next(at for at, said in enumerate(page.order) if said.startswith(name))


def counts(morning: Morning, who: str = "coach") -> str:
    html = morning.club.be(who).get("/accounting").get_data(as_text=True)
    return str(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html.split("<main", 1)[1])))


@pytest.mark.parametrize("kinds", HIDDEN, ids=["nothing", "load", "load_health", "no_load"])
def test_today_and_a_past_morning_tell_them_not_apart(
    morning: Morning, kinds: tuple[Consent, ...]
) -> None:
    for page in twins(morning, *kinds):
        assert said(morning, page, CALM) == said(morning, page, SORE)
        assert place(page, SORE) - place(page, CALM) == 1  # nothing but the name decides
        assert "hamstring" not in str(page.entry(SORE))
    flags = morning.club.store.rows(
        "SELECT count(*) AS n FROM app.flag WHERE athlete_id = ? AND NOT uses_tightness",
        [morning.club.ids[CALM]],
    )[0]["n"]
    of_sore = morning.club.store.rows(
        "SELECT count(*) AS n FROM app.flag WHERE athlete_id = ? AND uses_tightness",
        [morning.club.ids[SORE]],
    )[0]["n"]
    assert of_sore or HEALTH not in kinds  # there was something to hide
    if LOAD in kinds:
        assert f" {2 * flags} " in counts(morning)
    else:
        assert "No flag was raised" in counts(morning)


def test_where_they_share_it_the_coach_is_told(morning: Morning) -> None:
    for page in twins(morning, *Consent):
        assert said(morning, page, CALM) != said(morning, page, SORE)
        assert place(page, SORE) < place(page, CALM)


def test_the_physio_sees_what_the_coach_does_not(morning: Morning) -> None:
    twins(morning, LOAD, HEALTH)
    assert counts(morning, "physio") != counts(morning)
