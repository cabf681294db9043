"""The bench of the check-in walks both days to their end and says what it counted."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.bench import checkin


@pytest.mark.browser
@pytest.mark.slow
def test_both_days_are_walked_and_a_calm_one_takes_four_taps() -> None:
    with ThreadPoolExecutor(1) as own:  # a browser of the same process may be open in this thread
        text = own.submit(checkin.section, rounds=1).result()
    rows = re.findall(r"^\| (\w+), .* \| (\d+) \| [\d.]+ \| (\d+) \|$", text, re.M)
    (day, calm, calm_s), (_, tight, tight_s) = rows
    assert (day, int(calm)) == ("Calm", 4)
    assert 4 < int(tight) <= 20
    assert int(calm_s) < int(tight_s)
