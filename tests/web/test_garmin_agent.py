"""From Garmin over the athlete's own machine to the club: every part real but Garmin itself."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from clubmon_garmin import api, state, sync
from clubmon_garmin import club as uploads
from clubmon_garmin.calls import Caller
from clubmon_garmin.errors import AgentError
from garmin_server import GarminServer, Recorded, garmin
from werkzeug.serving import make_server

from clubmon import jobs
from clubmon.arrival import uploadtokens
from clubmon.club import consenting
from clubmon.policy import Consent
from tests.connectors.conftest import Fit

if TYPE_CHECKING:
    from tests.web.conftest import Club


@dataclass
class Way:
    """The whole way, and what lies at both of its ends."""

    garmin: GarminServer
    club: Club
    address: str
    token: str
    folder: Path
    waited: list[float] = field(default_factory=list)

    def run(self) -> sync.Report:
        """One run of the agent."""
        with state.opened(self.folder / "garmin.state") as held:
            return sync.Run(
                api.Garmin(Caller("Garmin", self.garmin.url, self.waited.append), "the-key"),
                uploads.Club(Caller("The club", self.address, self.waited.append), self.token),
                held,
                date(2026, 8, 1),
                date(2026, 9, 3),
                lambda line: None,
            ).go()

    def sessions(self, *, from_raw: bool = False) -> list[tuple[str, str, int | None]]:
        """Source, kind and session RPE x 10 of all that counts, after a rebuild."""
        jobs.rebuild(self.club.store, self.club.settings, self.club.now, from_raw=from_raw)
        rows = self.club.store.rows(
            "SELECT source, kind, rpe_tenths FROM lake.staging.recorded ORDER BY start_utc"
        )
        return [(row["source"], row["kind"], row["rpe_tenths"]) for row in rows]


@pytest.fixture
def way(club: Club, tmp_path: Path) -> Iterator[Way]:
    mine = club.ids["athlete"]
    token = uploadtokens.make(club.store, mine, "Laptop", mine, club.now)
    server = make_server("127.0.0.1", 0, club.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    with garmin(GarminServer()) as account:
        yield Way(account, club, f"http://127.0.0.1:{server.server_port}", token, tmp_path)
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_run_and_how_hard_it_was_survive_a_rebuild_from_the_files(way: Way) -> None:
    way.garmin.activities = [Recorded(1, "2026-09-01 18:00:00", Fit().run(), 65)]
    report = way.run()
    assert (report.sent, report.refused) == (1, [])
    assert way.sessions() == [("fit", "run", 65)]
    assert way.sessions(from_raw=True) == [("fit", "run", 65)]


def test_how_hard_it_was_may_be_told_later(way: Way) -> None:
    recorded = Recorded(1, "2026-09-01 18:00:00", Fit().run())
    way.garmin.activities = [recorded]
    assert way.run().sent == 1
    recorded.rpe10 = 40
    assert way.run().rpe == 1
    assert way.sessions(from_raw=True) == [("fit", "run", 40)]


def test_what_lies_at_the_club_is_not_sent_again(way: Way) -> None:
    way.garmin.activities = [Recorded(1, "2026-09-01 18:00:00", Fit().run())]
    way.run()
    (way.folder / "garmin.state").unlink()
    report = way.run()
    assert (report.sent, report.known) == (0, 1)


def test_what_holds_no_session_is_refused_in_the_clubs_words(way: Way) -> None:
    way.garmin.activities = [
        Recorded(1, "2026-08-31 18:00:00", b"no recording"),
        Recorded(2, "2026-09-01 18:00:00", Fit().run()),
    ]
    report = way.run()
    assert report.sent == 1
    assert report.refused[0].startswith("1: garmin-1.fit: is no FIT file")


def test_a_consent_taken_back_and_a_token_of_nobody_end_the_run(way: Way) -> None:
    way.garmin.activities = [Recorded(1, "2026-09-01 18:00:00", Fit().run())]
    mine = way.club.ids["athlete"]
    consenting.record(
        way.club.store, mine, Consent.LOAD, False, mine, "athlete", None, way.club.now
    )
    with pytest.raises(AgentError, match="takes no files now"):
        way.run()
    way.token = "clubmon_up_made_up"
    with pytest.raises(AgentError, match="refuses the token"):
        way.run()
