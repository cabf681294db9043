"""Sources on pages: connected with a signed state, told by hooks, opened to the club on record."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest
from example_simulator import ExampleSimulator, activity
from flask.testing import FlaskClient
from installed import example_plugin

from clubmon import jobs
from clubmon.club import connections, people
from clubmon.club.connections import Connected
from clubmon.load import marts
from clubmon.settings import Settings, load
from clubmon.storage.store import Store
from clubmon.sync import connecting, pull, sources

if TYPE_CHECKING:
    from tests.web.conftest import Club, Posted

WAY_IN = re.compile(r'href="(http://127[^"]+/authorize[^"]+)"')
PRIVATE_KM, CLUB_KM = "17.3", "8.0"


@pytest.fixture
def source(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ExampleSimulator]:
    with example_plugin(tmp_path_factory.mktemp("site")), ExampleSimulator() as running:
        today = pull.utc_now().date()
        for number in running.activities:
            start = (today - timedelta(days=3 * (6 - number))).isoformat()
            run = activity(number, metres=17_300) | {"start": f"{start}T09:00:00+00:00"}
            running.activities[number] = run
        yield running


@pytest.fixture
def settings(settings: Settings, source: ExampleSimulator) -> Settings:
    own = {"example": source.settings}
    return load(settings.data, timezone="Europe/Berlin", connectors=own)


@pytest.fixture
def club(club: Club) -> Club:
    """The club at the simulator's time: clocks are compared."""
    club.now = pull.utc_now()
    return club


def way_in(club: Club, client: FlaskClient, who: str = "athlete") -> dict[str, str]:
    """What the link to the source asks there."""
    page = client.get(f"/athlete/{club.ids[who]}/sources").get_data(as_text=True)
    found = WAY_IN.search(page.replace("&amp;", "&"))
    assert found, page
    query = parse_qs(urlsplit(found[1]).query)
    return {name: values[0] for name, values in query.items()}


def connect(club: Club, who: str = "athlete", code: str = "7") -> Posted:
    client = club.be(who)
    state = way_in(club, client, who)["state"]
    back = f"/connect/example?code={code}&state={state}"
    return club.post(client, "/connect/example", back, code=code, state=state)


def connected(club: Club, who: str = "athlete") -> Connected | None:
    return connections.of_athlete(club.store, club.ids[who]).get("example")


def fetched(club: Club) -> None:
    """The athlete is connected and everything was fetched."""
    connect(club)
    assert pull.by_day(club.store, club.settings, club.now).documents == 5


def permit(club: Club, **changed: str) -> Posted:
    fields = {
        "mode": "club",
        "permitted_by": "Example Runs, partner desk",
        "permitted_on": (club.now.date() - timedelta(days=9)).isoformat(),
        "reference": "letter 12, binder 3",
    } | changed
    admin = club.be("admin")
    return club.post(admin, "/admin/sources/example/mode", "/admin/connections", **fields)


def opened(club: Club) -> None:
    """The club may see the source, and figures were made of what came from it."""
    fetched(club)
    assert permit(club).status == 303
    pull.by_day(club.store, club.settings, club.now)
    marts.rebuild(club.store, club.now.date(), club.now)


def text(club: Club, who: str, path: str) -> str:
    response = club.be(who).get(path.format(**club.ids))
    assert response.status_code == 200, path
    return response.get_data(as_text=True)


def staff_pages(club: Club) -> str:
    """Everything that staff and admin can be shown of the athlete."""
    paths = [
        "/today",
        "/athlete/{athlete}",
        "/athlete/{athlete}/chart.json",
        "/exercises",
        "/doubtful",
    ]
    found = [text(club, who, path) for who in ("coach", "physio") for path in paths[:2] + paths[3:]]
    for who in ("coach", "physio"):
        chart = club.be(who).get(paths[2].format(**club.ids))
        found.append(chart.get_data(as_text=True) if chart.status_code == 200 else "")
    return "\n".join([*found, text(club, "admin", "/admin"), text(club, "admin", "/data")])


def rows(store: Store, schema: str) -> int:
    """How many rows of an athlete the tables of this schema hold; marks of what was read not."""
    tables = store.rows(
        "SELECT table_name FROM duckdb_columns() WHERE database_name = 'lake' "
        "AND schema_name = ? AND column_name = 'athlete_id' AND NOT suffix(table_name, '_mark')",
        [schema],
    )
    counts = [store.rows(f"SELECT count(*) AS n FROM lake.{schema}.{row['table_name']}")
              for row in tables]  # fmt: skip
    return sum(int(count[0]["n"]) for count in counts)


def test_an_athlete_connects_by_saying_yes_at_the_source_and_then_here(club: Club) -> None:
    client = club.be("athlete")
    asked = way_in(club, client)
    assert asked["back"] == f"{club.settings.base_url}/connect/example"
    back = client.get(f"/connect/example?code=7&state={asked['state']}").get_data(as_text=True)
    assert "Only the athlete sees it." in back
    assert "Kept for 7 days" in back
    assert connected(club) is None, "a GET changes nothing"
    assert connect(club).location == f"/athlete/{club.ids['athlete']}/sources"
    one = connected(club)
    assert one is not None
    assert (one.state, one.mode, one.owner_id) == ("active", "athlete_only", "7")
    assert club.asked == 1
    assert "source_connected" in club.audited()
    assert "Disconnect Example Runs" in text(club, "athlete", "/athlete/{athlete}/sources")


def test_no_credential_stands_on_any_page_or_in_the_audit(club: Club) -> None:
    connect(club)
    pages = text(club, "athlete", "/athlete/{athlete}/sources") + staff_pages(club)
    detail = club.store.rows("SELECT detail FROM app.audit")
    assert "token-of-7" not in pages + json.dumps(detail)
    assert "token-of-7" not in repr(connected(club))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda state: state[:9] + ("A" if state[9] != "A" else "B") + state[10:], "not asked"),
        (lambda state: "", "not asked"),
    ],
)
def test_a_state_that_was_not_made_here_connects_nothing(
    club: Club, change: object, said: str
) -> None:
    client = club.be("athlete")
    state = change(way_in(club, client)["state"])  # type: ignore[operator]
    response = client.get(f"/connect/example?code=7&state={state}")
    assert response.status_code == 400
    assert said in response.get_data(as_text=True)


def test_a_state_is_good_in_its_own_browser_and_for_an_hour(club: Club) -> None:
    state = way_in(club, club.be("athlete"))["state"]
    again = club.be("athlete").get(f"/connect/example?code=7&state={state}")
    assert (again.status_code, "another sign-in" in again.get_data(as_text=True)) == (400, True)
    other = club.be("reserved").get(f"/connect/example?code=7&state={state}")
    assert other.status_code == 400


def test_a_guardian_connects_for_a_minor_and_nobody_else_does(club: Club) -> None:
    client = club.be("guardian")
    state = way_in(club, client, "minor")["state"]
    back = f"/connect/example?code=8&state={state}"
    assert club.post(client, "/connect/example", back, code="8", state=state).status == 303
    assert connected(club, "minor") is not None


def test_a_no_at_the_source_is_said_and_connects_nothing(club: Club) -> None:
    client = club.be("athlete")
    state = way_in(club, client)["state"]
    page = client.get(f"/connect/example?error=access_denied&state={state}").get_data(as_text=True)
    assert "the answer was no" in page
    form = f"/athlete/{club.ids['athlete']}/consent"
    assert club.post(client, "/connect/example", form, state=state).status == 303
    assert connected(club) is None


def test_without_consent_to_training_there_is_no_way_in(club: Club) -> None:
    client = club.be("athlete")
    state = way_in(club, client)["state"]
    page = f"/athlete/{club.ids['athlete']}/consent"
    assert club.post(client, page, page).status == 303  # nothing ticked
    assert WAY_IN.search(text(club, "athlete", "/athlete/{athlete}/sources")) is None
    assert client.get(f"/connect/example?code=7&state={state}").status_code == 400


def test_what_is_for_the_athlete_alone_is_listed_to_the_athlete_alone(club: Club) -> None:
    fetched(club)
    marts.rebuild(club.store, club.now.date(), club.now)
    own = text(club, "athlete", "/athlete/{athlete}")
    assert "Only you see these" in own
    assert own.count(PRIVATE_KM) == 5
    assert 'href="https://runs.example/activities/5"' in own
    assert PRIVATE_KM not in staff_pages(club)
    assert "Only you see these" not in staff_pages(club)


def test_it_enters_no_table_that_pages_lists_and_mails_are_made_from(club: Club) -> None:
    fetched(club)
    jobs.nightly(club.store, club.settings, club.now.date(), club.now)
    assert rows(club.store, "raw") > 0
    assert (rows(club.store, "staging"), rows(club.store, "marts")) == (0, 0)
    listed = club.store.rows("SELECT session_id FROM lake.staging.held")
    assert listed == []


def test_no_guardian_sees_what_is_for_the_athlete_alone(club: Club) -> None:
    connect(club, "minor", "9")
    pull.by_day(club.store, club.settings, club.now)
    assert "Only you see these" in text(club, "minor", "/athlete/{minor}")
    assert "Only you see these" not in text(club, "guardian", "/athlete/{minor}")


def test_the_club_sees_it_only_once_somebody_is_on_record_for_it(club: Club) -> None:
    opened(club)
    assert text(club, "coach", "/athlete/{athlete}").count("17.3") >= 5
    assert "Only you see these" not in text(club, "athlete", "/athlete/{athlete}")
    data = text(club, "athlete", "/data")
    assert "Permitted by Example Runs, partner desk" in data
    assert "letter 12, binder 3" in data
    lines = club.store.rows("SELECT detail FROM app.audit WHERE action = 'source_mode_club'")
    assert "letter 12, binder 3" in lines[0]["detail"]
    assert connected(club) is not None


@pytest.mark.parametrize(
    "missing",
    [
        {"permitted_by": " "},
        {"reference": ""},
        {"permitted_on": ""},
        {"permitted_on": "2199-01-01"},
    ],
)
def test_a_record_that_is_not_whole_opens_nothing(club: Club, missing: dict[str, str]) -> None:
    fetched(club)
    posted = permit(club, **missing)
    assert posted.status == 400
    assert "Nothing was changed" in posted.text
    one = connected(club)
    assert one is not None
    assert one.mode == "athlete_only"


def test_going_back_takes_it_out_of_squad_views_at_once(club: Club) -> None:
    opened(club)
    flag = club.flag("athlete")
    assert permit(club, mode="athlete_only").status == 303
    assert "17.3" not in staff_pages(club)
    assert (rows(club.store, "staging"), rows(club.store, "marts")) == (0, 0)
    superseded = club.store.row("SELECT superseded_at FROM app.flag WHERE flag_id = ?", [flag])
    assert superseded is not None
    assert superseded["superseded_at"] is not None
    jobs.by_day(club.store, club.settings, club.now)
    assert "17.3" not in staff_pages(club)


def test_disconnecting_takes_it_out_of_squad_views_at_once(
    club: Club, source: ExampleSimulator
) -> None:
    opened(club)
    page = f"/athlete/{club.ids['athlete']}/sources"
    assert club.post(club.be("athlete"), f"{page}/example/disconnect", page).status == 303
    assert "17.3" not in staff_pages(club)
    assert connected(club) is None
    assert list((club.store.folder / "raw" / club.ids["athlete"]).glob("*")) == []
    jobs.by_day(club.store, club.settings, club.now)
    assert "token-of-7" not in source.tokens


def test_a_withdrawn_consent_ends_the_connection_from_the_consent_page(
    club: Club, source: ExampleSimulator
) -> None:
    opened(club)
    page = f"/athlete/{club.ids['athlete']}/consent"
    assert club.post(club.be("athlete"), page, page).status == 303
    assert connected(club) is None
    assert rows(club.store, "raw") == 0
    assert club.be("coach").get(f"/athlete/{club.ids['athlete']}").status_code == 404


def test_what_files_told_comes_back_after_a_disconnection(club: Club, record: object) -> None:
    opened(club)
    record(club.ids["athlete"], club.now.date() - timedelta(days=1), km=[8.0] * 10)  # type: ignore[operator]
    page = f"/athlete/{club.ids['athlete']}/sources"
    club.post(club.be("athlete"), f"{page}/example/disconnect", page)
    jobs.by_day(club.store, club.settings, club.now)
    found = text(club, "coach", "/athlete/{athlete}")
    assert CLUB_KM in found
    assert "17.3" not in found


@pytest.mark.parametrize(("kind", "shown"), [("refused", "error"), ("limited", "notice")])
def test_only_what_the_athlete_has_to_put_right_is_shown_as_wrong(
    club: Club, source: ExampleSimulator, kind: Any, shown: str
) -> None:
    connect(club)
    source.trouble(kind)
    pull.by_day(club.store, club.settings, club.now)
    page = text(club, "athlete", "/athlete/{athlete}/sources")
    one = connected(club)
    assert one is not None
    assert one.last_error
    assert f'<p class="{shown}">{html.escape(one.last_error)}</p>' in page


def test_an_admin_reads_what_is_wrong_and_has_it_asked_again(
    club: Club, source: ExampleSimulator
) -> None:
    connect(club)
    source.trouble("refused")
    pull.by_day(club.store, club.settings, club.now)
    page = text(club, "admin", "/admin/connections")
    assert "Stopped" in page
    assert "does not accept the access any more" in page
    one = connected(club)
    assert one is not None
    source.trouble(None)
    where = f"/admin/connections/{one.connection_id}/pull"
    assert club.post(club.be("admin"), where, "/admin/connections").status == 303
    assert club.asked == 2
    pull.by_day(club.store, club.settings, club.now)
    assert "Up to date" in text(club, "admin", "/admin/connections")


def test_an_admin_reads_what_is_missing_and_how_the_source_is_set_up(club: Club) -> None:
    page = html.unescape(text(club, "admin", "/admin/connections"))
    ready, missing = page.split('id="source-strava_api"')
    assert "Set up." in ready
    assert "Not set up yet." not in ready, "its settings are there"
    assert "Not set up yet." in missing
    assert "Strava's client id or client secret is not set" in missing
    assert "calls are left" not in missing, "of nothing that could be called"
    assert "Authorization Callback Domain” enter 127.0.0.1." in missing
    assert str(club.settings.data.absolute() / "clubmon.toml") in missing
    assert f"callback_url={club.settings.base_url}/hooks/strava_api" in missing


def test_what_an_admin_is_told_to_write_sets_strava_up(club: Club, tmp_path: Path) -> None:
    page = html.unescape(text(club, "admin", "/admin/connections"))
    typed = re.findall(r"<pre><code>(.+?)</code>", page, re.DOTALL)
    secret = tmp_path / "strava-secret"
    secret.write_text("s3cret\n")
    lines = "\n".join(line for line in typed if not line.startswith("curl"))
    (tmp_path / "clubmon.toml").write_text(lines.replace("/etc/clubmon/strava-secret", str(secret)))
    found = load(tmp_path)
    assert connecting.missing(found, sources.known()["strava_api"]) == ""
    assert set(found.connectors["strava_api"]) == {
        "client_id", "client_secret", "verify_token", "subscription_id",
    }  # fmt: skip


def test_a_hook_proves_itself_with_the_secret_alone(club: Club) -> None:
    client = club.be(None)
    good = client.get("/hooks/example?secret=knock&challenge=abc")
    assert (good.status_code, good.get_json()) == (200, {"challenge": "abc"})
    for query in ("?secret=wrong&challenge=abc", "", "?secret="):
        assert client.get(f"/hooks/example{query}").status_code == 400
    assert client.get("/hooks/nobody").status_code == 400


def test_a_hook_is_answered_before_the_source_is_asked_and_counts_once(
    club: Club, source: ExampleSimulator
) -> None:
    fetched(club)
    source.activities[2]["metres"] = 9000
    source.asked.clear()
    body = json.dumps({"what": "update", "id": 2, "athlete": 7, "when": 1})
    before = club.asked
    answers = [club.be(None).post("/hooks/example", data=body).status_code for _ in range(3)]
    assert answers == [200, 200, 200]
    assert (source.asked, club.asked) == ([], before + 1)
    assert pull.by_day(club.store, club.settings, club.now).documents == 1
    assert source.asked == ["/activities/2"]


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"what": "update"}', bytes(3000)])
def test_nonsense_at_a_hook_is_answered_and_forgotten(club: Club, body: bytes) -> None:
    assert club.be(None).post("/hooks/example", data=body).status_code == 200
    assert club.store.rows("SELECT 1 FROM app.hint") == []


def test_too_much_at_a_hook_is_refused(club: Club) -> None:
    assert club.be(None).post("/hooks/example", data=bytes(20_000)).status_code == 400


def test_pages_work_where_a_source_was_not_set_up(club: Club, settings: Settings) -> None:
    bare = load(settings.data, timezone="Europe/Berlin")
    club.app.extensions["clubmon"] = type(club.app.extensions["clubmon"])(
        club.store, bare, lambda: club.now, lambda: None
    )
    assert "has not set this up yet" in text(club, "athlete", "/athlete/{athlete}/sources")
    assert people.local_today(bare, None, club.now) >= date(2026, 1, 1)


def test_a_connection_that_stopped_goes_on_once_the_athlete_says_yes_again(
    club: Club, source: ExampleSimulator
) -> None:
    fetched(club)
    before = connected(club)
    assert before is not None
    source.tokens.clear()
    hurry = before.connection_id
    pull.again(club.store, club.settings, hurry, club.now)
    assert "Connect with Example Runs again" in text(club, "athlete", "/athlete/{athlete}/sources")
    connect(club, code="9")
    other = connected(club)
    assert other is not None
    assert other.state == "needs_attention", "another account is not taken"
    connect(club, code="7")
    after = connected(club)
    assert after is not None
    assert (after.connection_id, after.state, after.cursor) == (hurry, "active", before.cursor)
    assert pull.by_day(club.store, club.settings, club.now).problems == ()
    assert "token-of-9" not in source.tokens, "the other account's token was given back"
