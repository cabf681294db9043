"""The contract that every connector keeps, as test classes to inherit from.

A connector of files inherits `ConnectorContract` and says which files it reads; one that also
fetches inherits `SourceContract` and brings a simulator of its source, a real HTTP server. All
tests go through the real core: a data folder of its own, its store, its import and its pull.

    class TestMine(SourceContract):
        @pytest.fixture
        def connector(self): return Mine()

        @pytest.fixture
        def files(self): return {"one.mine": b"..."}

        @pytest.fixture
        def simulator(self):
            with MySimulator() as running:
                yield running

The connector must be installed (its entry point is how the core finds it). docs/connectors.md
walks through one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Literal, Protocol

import pytest

from clubmon.arrival import ingest
from clubmon.club import connections, consenting, enrolling
from clubmon.club.connections import Connected
from clubmon.policy import Consent, Role
from clubmon.sdk import (
    Access,
    AccessDenied,
    ClockOff,
    ConnectorError,
    FileConnector,
    Malformed,
    Page,
    Question,
    RateLimited,
    Refusal,
    Session,
    SourceConnector,
    SourceDown,
)
from clubmon.settings import Settings, load
from clubmon.storage.store import Store
from clubmon.sync import pull

Trouble = Literal[
    "refused",  # 401: the credentials are not good any more
    "limited",  # 429 with Retry-After: 120
    "limited_silently",  # 429 without it
    "failing",  # 500
    "hanging",  # takes the request and does not answer for as long as the connector waits
    "malformed",  # 200 with something that is no JSON
    "clock_off",  # a good answer whose Date header is six hours ahead
]
RETRY_AFTER_S = 120
SOON = timedelta(seconds=1)  # clocks are compared, so the core must not run ahead of the source
BREAKS: Mapping[Trouble, type[ConnectorError]] = {
    "refused": AccessDenied,
    "limited": RateLimited,
    "limited_silently": RateLimited,
    "failing": SourceDown,
    "hanging": SourceDown,
    "malformed": Malformed,
    "clock_off": ClockOff,
}
STATES: Mapping[Trouble, str] = {
    "refused": "needs_attention",
    "limited": "rate_limited",
    "limited_silently": "rate_limited",
    "failing": "retrying",
    "hanging": "retrying",
    "malformed": "retrying",
    "clock_off": "needs_attention",
}
NONSENSE: Mapping[str, bytes] = {
    "nothing": b"",
    "zeros": bytes(5000),
    "every byte": bytes(range(256)) * 20,
    "half a document": b'{"id": 12, "start": "2026-',
    "other JSON": b'[1, "two", null, {"three": []}]',
    "text": "Grüße, 5 × 3\n".encode("latin-1") * 50,
}


class Simulator(Protocol):
    """A source of at least three pages, served over real HTTP for one athlete."""

    settings: Mapping[str, str]  # the connector's: base URLs, client id; a short time to wait
    credentials: Mapping[str, str]  # of the athlete, good until trouble says otherwise

    def trouble(self, kind: Trouble | None, after: int = 0) -> None:
        """Answer like this from now on, once `after` more requests were answered well;
        None: all is well again."""
        ...


class ConnectorContract:
    """What every connector keeps. Give `connector` and `files`."""

    @pytest.fixture
    def connector(self) -> FileConnector:
        """The connector under test, as the core makes it."""
        raise NotImplementedError("Give a fixture `connector`.")

    @pytest.fixture
    def files(self) -> Mapping[str, bytes]:
        """Names and contents of files that the connector reads, each with a session or more."""
        raise NotImplementedError("Give a fixture `files`.")

    @pytest.fixture
    def moment(self) -> datetime:
        """Now, aware and in UTC; later than every session of the files and the simulator."""
        return datetime.now(UTC).replace(microsecond=0)

    @pytest.fixture
    def club_settings(self, tmp_path: Path) -> Settings:
        """The settings of a club in an empty data folder."""
        return load(tmp_path / "club", timezone="Europe/Berlin")

    @pytest.fixture
    def club(self, club_settings: Settings) -> Iterator[Store]:
        """The club's store."""
        opened = Store(club_settings.data)
        yield opened
        opened.close()

    @pytest.fixture
    def athlete(self, club: Store, moment: datetime) -> str:
        """An adult who has consented to runs and lifts being stored; the id."""
        team = enrolling.add_team(club, "Team", moment)
        email = "athlete@example.org"
        who = enrolling.add_person(club, "Athlete", email, moment, born=date(2000, 1, 1))
        enrolling.add_role(club, who, Role.ATHLETE, team, moment)
        consenting.record(club, who, Consent.LOAD, True, who, "athlete", None, moment)
        return who

    def test_it_has_a_name_and_a_version(self, connector: FileConnector) -> None:
        assert connector.name.isidentifier()
        assert connector.version

    def test_it_knows_its_own_files_and_reads_them(
        self, connector: FileConnector, files: Mapping[str, bytes], tmp_path: Path
    ) -> None:
        for name, content in files.items():
            assert connector.claims(name, content[:4096]), name
            items = read(connector, tmp_path, name, content)
            assert [one for one in items if isinstance(one, Session)], name

    def test_every_session_says_when_and_what_it_was_and_keeps_its_id(
        self, connector: FileConnector, files: Mapping[str, bytes], tmp_path: Path
    ) -> None:
        for name, content in files.items():
            first, second = (read(connector, tmp_path, name, content) for _ in range(2))
            assert first == second
            for one in (item for item in first if isinstance(item, Session)):
                assert one.source
                assert one.source_id
                assert one.start_utc or one.start_local
                assert one.start_utc is None or one.start_utc.utcoffset() is not None

    @pytest.mark.parametrize("kind", NONSENSE)
    def test_nonsense_under_a_good_name_is_refused_in_a_sentence(
        self, connector: FileConnector, files: Mapping[str, bytes], tmp_path: Path, kind: str
    ) -> None:
        for name in files:
            connector.claims(name, NONSENSE[kind][:4096])
            connector.claims("", NONSENSE[kind][:4096])
            for item in read(connector, tmp_path, name, NONSENSE[kind]):
                assert isinstance(item, Refusal), (name, item)
                assert is_sentence(item.message)

    def test_a_file_that_was_cut_short_never_raises(
        self, connector: FileConnector, files: Mapping[str, bytes], tmp_path: Path
    ) -> None:
        for name, content in files.items():
            for part in (1, len(content) // 3, len(content) // 2, len(content) - 1):
                for item in read(connector, tmp_path, name, content[:part]):
                    assert isinstance(item, Session | Refusal | Question)

    def test_loading_a_file_twice_adds_nothing(
        self,
        files: Mapping[str, bytes],
        club: Store,
        club_settings: Settings,
        athlete: str,
        moment: datetime,
        tmp_path: Path,
    ) -> None:
        def bring(later: timedelta) -> None:
            for name, content in files.items():
                path = tmp_path / "arriving"
                path.write_bytes(content)
                ingest.store_file(club, club_settings, athlete, path, name, moment + later)

        bring(timedelta(0))
        before = stored(club)
        bring(timedelta(hours=1))
        assert before
        assert stored(club) == before


class SourceContract(ConnectorContract):
    """What every connector that fetches keeps. Give `simulator` as well."""

    @pytest.fixture
    def simulator(self) -> Iterator[Simulator]:
        """The source, running; see `Simulator`."""
        raise NotImplementedError("Give a fixture `simulator`.")

    @pytest.fixture
    def club_settings(
        self, tmp_path: Path, connector: SourceConnector, simulator: Simulator
    ) -> Settings:
        """The settings of a club that knows where the simulator is."""
        own = {connector.source: dict(simulator.settings)}
        return load(tmp_path / "club", timezone="Europe/Berlin", connectors=own)

    @pytest.fixture
    def connect(
        self, connector: SourceConnector, simulator: Simulator, club: Store, moment: datetime
    ) -> Callable[[str], Connected]:
        """Connects an athlete to the simulator, as if they had said yes there; mode club."""

        def run(athlete_id: str) -> Connected:
            id_ = connections.begin(club, athlete_id, connector.source, "club", moment)
            connections.keep_credentials(club, id_, simulator.credentials)
            connections.complete(club, id_, f"owner of {athlete_id}")
            return again(club, id_)

        return run

    @pytest.fixture
    def connection(self, connect: Callable[[str], Connected], athlete: str) -> Connected:
        """The athlete's connection, never fetched yet."""
        return connect(athlete)

    @pytest.fixture
    def lent(
        self, connector: SourceConnector, simulator: Simulator, moment: datetime
    ) -> Callable[[], Access]:
        """What the core lends, kept in memory: credentials and note go on from call to call."""
        held: dict[str, Any] = {"credentials": dict(simulator.credentials), "note": ""}

        def keep(name: str, value: Any) -> None:
            held[name] = value

        def run() -> Access:
            return Access(
                simulator.settings,
                held["credentials"],
                lambda changed: keep("credentials", dict(changed)),
                lambda: str(held["note"]),
                lambda note: keep("note", note),
                lambda: datetime.now(UTC),
            )

        return run

    def test_its_pages_come_one_by_one_and_every_document_can_be_read(
        self, connector: SourceConnector, lent: Callable[[], Access], tmp_path: Path
    ) -> None:
        pages = connector.pages(lent(), None)
        assert iter(pages) is pages, "pages are a generator: one page is asked for at a time"
        found = list(pages)
        assert len(found) >= 3
        for document in documents(found):
            assert connector.claims(document.name, document.content[:4096])
            items = read(connector, tmp_path, document.name, document.content)
            sources = {one.source for one in items if isinstance(one, Session)}
            assert sources == {connector.source}

    def test_it_goes_on_from_any_cursor_and_ends_with_the_same(
        self, connector: SourceConnector, lent: Callable[[], Access]
    ) -> None:
        whole = list(connector.pages(lent(), None))
        for cut in range(len(whole)):
            pages = connector.pages(lent(), None)
            first = [next(pages) for _ in range(cut + 1)]
            pages.close()  # type: ignore[attr-defined]
            rest = list(connector.pages(lent(), first[-1].cursor))
            assert {d.content for d in documents([*first, *rest])} == {
                d.content for d in documents(whole)
            }, f"something is missing after page {cut + 1}"

    def test_fetching_twice_adds_nothing(
        self, club: Store, club_settings: Settings, connection: Connected, moment: datetime
    ) -> None:
        pull.everyone(club, club_settings, moment)
        before = stored(club)
        pull.everyone(club, club_settings, moment + SOON)
        connections.restart(club, connection.connection_id, "club", from_beginning=True)
        pulled = pull.everyone(club, club_settings, moment + 2 * SOON)
        assert pulled.problems == ()
        assert before
        assert stored(club) == before

    @pytest.mark.parametrize("after", [0, 1, 2])
    def test_cut_off_after_any_page_it_resumes_and_ends_with_the_same(
        self,
        simulator: Simulator,
        club: Store,
        club_settings: Settings,
        connect: Callable[[str], Connected],
        athlete: str,
        moment: datetime,
        after: int,
    ) -> None:
        one = connect(athlete)
        simulator.trouble("failing", after)
        pull.everyone(club, club_settings, moment)
        half, stopped = stored(club), again(club, one.connection_id)
        assert stopped.state == "retrying"
        simulator.trouble(None)
        pull.again(club, club_settings, one.connection_id, moment + SOON)
        assert again(club, one.connection_id).state == "active"
        assert half < stored(club), "what was stored before is still there, and more"
        whole = stored(club)
        connections.restart(club, one.connection_id, "club", from_beginning=True)
        pull.everyone(club, club_settings, moment + 2 * SOON)
        assert stored(club) == whole

    @pytest.mark.parametrize("kind", BREAKS)
    def test_each_trouble_has_its_name_and_its_sentence(
        self,
        connector: SourceConnector,
        simulator: Simulator,
        lent: Callable[[], Access],
        kind: Trouble,
    ) -> None:
        simulator.trouble(kind)
        with pytest.raises(ConnectorError) as caught:
            list(connector.pages(lent(), None))
        error = caught.value
        assert isinstance(error, BREAKS[kind]), f"{type(error).__name__}: {error}"
        assert is_sentence(str(error))
        assert error.permanent is (STATES[kind] == "needs_attention")
        secrets = [value for value in simulator.credentials.values() if len(value) > 5]
        assert not any(value in str(error) for value in secrets)
        if kind == "limited":
            assert error.retry_at is not None
            wait = error.retry_at - datetime.now(UTC)
            assert timedelta(seconds=RETRY_AFTER_S / 2) < wait < timedelta(hours=1)
        if kind == "limited_silently":
            assert error.retry_at is not None, "say when, also where the source does not"
            assert error.retry_at > datetime.now(UTC)

    @pytest.mark.parametrize("kind", BREAKS)
    def test_each_trouble_becomes_a_state_that_an_admin_can_read(
        self,
        simulator: Simulator,
        club: Store,
        club_settings: Settings,
        connection: Connected,
        moment: datetime,
        kind: Trouble,
    ) -> None:
        simulator.trouble(kind)
        pulled = pull.everyone(club, club_settings, moment)
        stopped = again(club, connection.connection_id)
        assert (stopped.state, len(pulled.problems)) == (STATES[kind], 1)
        assert stopped.last_error is not None
        assert is_sentence(stopped.last_error)
        assert (stopped.next_try is None) is (STATES[kind] == "needs_attention")
        simulator.trouble(None)
        pull.again(club, club_settings, connection.connection_id, moment + SOON)
        well = again(club, connection.connection_id)
        assert (well.state, well.last_error) == ("active", None)
        assert stored(club)

    def test_taking_the_credentials_back_raises_nothing_but_what_it_promises(
        self, connector: SourceConnector, simulator: Simulator, lent: Callable[[], Access]
    ) -> None:
        connector.revoke(lent())
        simulator.trouble("failing")
        with pytest.raises(ConnectorError) as caught:
            connector.revoke(lent())
        assert not caught.value.permanent, "the core asks again until the source has taken them"
        assert is_sentence(str(caught.value))


def read(
    connector: FileConnector, folder: Path, name: str, content: bytes
) -> list[Session | Refusal | Question]:
    """What a connector makes of these bytes."""
    path = folder / "stored"
    path.write_bytes(content)
    return list(connector.read(path, name))


def documents(pages: list[Page]) -> list[Any]:
    """The documents of all pages, in order."""
    return [document for page in pages for document in page.documents]


def again(store: Store, connection_id: str) -> Connected:
    """The connection as it is now."""
    found = connections.get(store, connection_id)
    assert found is not None
    return found


def stored(store: Store) -> set[tuple[str, ...]]:
    """Every row of the lake that came from outside, without the time at which it came."""
    rows = store.rows("SELECT session_id, sha256, source_id FROM lake.raw.session")
    files = store.rows("SELECT athlete_id, sha256, connector FROM lake.raw.payload")
    found = [tuple(str(value) for value in row.values()) for row in (*rows, *files)]
    assert len(found) == len(set(found)), "something was stored twice"
    return set(found)


def is_sentence(text: str) -> bool:
    """One line that ends like a sentence and is no traceback."""
    return "\n" not in text and text.rstrip().endswith((".", "!")) and "Traceback" not in text
