"""What a person enters to put a session right: values that are none, or leave a doubt."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from clubmon.arrival import mending
from clubmon.arrival.doubtful import DecisionRefused, Doubtful, Mend
from clubmon.settings import Settings
from clubmon.storage.store import Store

NOW = datetime(2026, 11, 17, 5, tzinfo=UTC)
START = datetime(2026, 11, 10, 17)  # noqa: DTZ001 wall clock
LEFT_RUNNING = Doubtful(
    "s", "nobody", "run", "Run", "Evening", START, None, 1280, 23340, 23340, None, None,
    "slow", "", Mend(), None, None,
)  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, mending.NO_CHANGE),
        ({"minutes": "0"}, "whole number of minutes"),
        ({"minutes": "7.5"}, "whole number of minutes"),
        ({"minutes": "-8"}, "whole number of minutes"),
        ({"km": "far"}, "number of km"),
        ({"km": "5000"}, "number of km"),
        ({"start": "yesterday"}, "a day and a time of day"),
        ({"minutes": "600"}, "still hard to believe"),
        ({"minutes": "8", "start": "2027-01-01T10:00"}, "lies in the future"),
    ],
)
def test_values_that_are_none_or_leave_a_doubt_are_refused(
    store: Store, settings: Settings, fields: dict[str, str], said: str
) -> None:
    with pytest.raises(DecisionRefused, match=said):
        mending.read_mend(store, settings, LEFT_RUNNING, fields, NOW)


@pytest.mark.parametrize(
    ("fields", "mend"),
    [
        ({"minutes": "8"}, Mend(seconds=480)),
        ({"km": "1,5", "minutes": " 9 "}, Mend(distance_m=1500, seconds=540)),
        ({"minutes": "8", "start": "2026-11-09T10:30"},
         Mend(datetime(2026, 11, 9, 10, 30), None, 480)),  # noqa: DTZ001
        ({"minutes": "8", "without_hr": "yes"}, Mend(seconds=480, without_hr=True)),
    ],
)  # fmt: skip
def test_values_that_leave_no_doubt_are_taken(
    store: Store, settings: Settings, fields: dict[str, str], mend: Mend
) -> None:
    assert mending.read_mend(store, settings, LEFT_RUNNING, fields, NOW) == mend
