"""On how many made-up examples a law is tried: few where each costs much, many when asked for."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

THOROUGH = "CLUBMON_THOROUGH"  # set by `make laws`
TIMES = 20


def law(examples: int) -> settings:
    """The settings of a law whose every example works on a database."""
    return settings(
        max_examples=examples * (TIMES if os.environ.get(THOROUGH) else 1),
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
