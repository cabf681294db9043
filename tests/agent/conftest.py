"""An athlete's machine between a Garmin account and a club, both real servers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import pytest
from club_server import ClubServer, club
from clubmon_garmin import api, state, sync
from clubmon_garmin import club as uploads
from clubmon_garmin.calls import Caller
from garmin_server import GarminServer, Recorded, garmin

TODAY = date(2026, 11, 17)


@dataclass
class Machine:
    """The athlete's machine; `waited` is how long each pause would have been."""

    garmin: GarminServer
    club: ClubServer
    folder: Path
    today: date = TODAY
    since: date = date(2026, 1, 1)
    key: str = "the-key"
    token: str = "the-token"
    waited: list[float] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def api(self) -> api.Garmin:
        """A client of the account."""
        return api.Garmin(Caller("Garmin", self.garmin.url, self.waited.append), self.key)

    def run(self) -> sync.Report:
        """One run."""
        caller = Caller("The club", self.club.url, self.waited.append)
        with state.opened(self.folder / "garmin.state") as held:
            return sync.Run(
                self.api(),
                uploads.Club(caller, self.token),
                held,
                self.since,
                self.today,
                self.said.append,
            ).go()

    def later(self, **changes: object) -> Machine:
        """The same machine, with something else about it."""
        return replace(self, waited=[], said=[], **changes)  # type: ignore[arg-type]


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    """A machine whose account holds nothing yet."""
    with garmin(GarminServer()) as account, club(ClubServer()) as held:
        yield Machine(account, held, tmp_path)


Fill = Callable[..., list[Recorded]]


@pytest.fixture
def fill(machine: Machine) -> Fill:
    """Puts made-up activities into the account, one a day up to yesterday."""

    def put(count: int, rpe10: int | None = None) -> list[Recorded]:
        made = [
            Recorded(
                1000 + n,
                f"{date.fromordinal(TODAY.toordinal() - count + n)} 08:10:21",
                b"recording %d" % n,
                rpe10,
            )
            for n in range(count)
        ]
        machine.garmin.activities += made
        return made

    return put
