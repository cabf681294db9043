"""The built-in connector of files keeps the contract that every plugin keeps."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from clubmon_files import Files, formats

from clubmon.sdk import Session
from clubmon.testing import ConnectorContract, read
from tests.connectors import test_lifting_apps as apps
from tests.fuzz import seeds

if TYPE_CHECKING:
    from tests.connectors.conftest import Fit

UNIT_TOLD = apps.SET_LOGS.format("132.28")


class TestFiles(ConnectorContract):
    @pytest.fixture
    def connector(self) -> Files:
        return Files()

    @pytest.fixture
    def files(self, fit: Fit) -> Mapping[str, bytes]:
        """One of every format that is read, none of which leaves a question open."""
        tables = seeds.tables()
        told = ("hevy", "fitnotes", "trainingpeaks", "intervals")
        teams = ("polar-team", "catapult", "statsports")
        return {
            "run.fit": fit.file(fit.head(), fit.track(600), fit.summary(length=600)),
            "lap.tcx": seeds.tcx()[0],
            "track.gpx": seeds.gpx()[0],
            "activities.csv": seeds.strava_tables()[0],
            "Activities.csv": seeds.garmin_lists()[0],
            "recordings.zip": seeds.loose_zips()[0],
            "strava.zip": seeds.strava_zips()[0],
            "garmin.zip": seeds.garmin_zips()[0],
            "strong.csv": tables["strong"][1],
            "lyfta.csv": tables["lyfta"][0].replace(b"20.0", b"0.0"),
            "jefit.csv": apps.backup(apps.log("60x10"), after=UNIT_TOLD).encode(),
            **{f"{name}.csv": tables[name][0] for name in (*told, *teams)},
        }

    def test_every_format_is_among_its_files(
        self, connector: Files, files: Mapping[str, bytes], tmp_path: Path
    ) -> None:
        found: dict[str, set[str]] = {"csv": set(), "zip": set(), "": set()}
        for name, content in files.items():
            items = read(connector, tmp_path, name, content)
            sources = [one.source for one in items if isinstance(one, Session)]
            ending = name.rpartition(".")[2]
            found[ending if ending in found else ""].add(max(sources))
        assert len(found["csv"]) == len(formats.TABLES)
        assert len(found[""]) == len(formats.BYTES)
        assert len(found["zip"]) == len(formats.ARCHIVES)
