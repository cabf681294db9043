"""Finds plugins through entry points; a broken one is a listed error, not a crash."""

from __future__ import annotations

from functools import cache
from importlib.metadata import entry_points
from typing import Any

CONNECTORS = "clubmon.connectors"
DASHBOARDS = "clubmon.dashboards"
DRILLS = "clubmon.drills"


@cache
def load(group: str) -> tuple[dict[str, Any], list[str]]:
    """What the group's entry points name, and one sentence for each that failed to load."""
    found: dict[str, Any] = {}
    errors: list[str] = []
    for point in sorted(entry_points(group=group), key=lambda point: point.name):
        try:
            found[point.name] = point.load()
        except Exception as error:  # a plugin can fail in any way and must not take the rest along
            errors.append(
                f"Plugin '{point.name}' ({point.value}) could not be loaded: {error}. "
                "Update or uninstall it."
            )
    return found, errors
