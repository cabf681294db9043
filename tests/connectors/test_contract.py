"""The built-in connector of files keeps the contract that every plugin keeps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pytest
from clubmon_files import Files

from clubmon.testing import ConnectorContract

if TYPE_CHECKING:
    from tests.connectors.conftest import Fit

HEVY = (
    "title,start_time,end_time,exercise_title,set_index,set_type,weight_kg,reps,rpe\n"
    'Legs,"3 Nov 2025, 18:00","3 Nov 2025, 19:00",Squat (Barbell),0,normal,60,5,8\n'
)


class TestFiles(ConnectorContract):
    @pytest.fixture
    def connector(self) -> Files:
        return Files()

    @pytest.fixture
    def files(self, fit: Fit) -> Mapping[str, bytes]:
        return {
            "run.fit": fit.file(fit.head(), fit.track(600), fit.summary(length=600)),
            "hevy.csv": HEVY.encode(),
        }
