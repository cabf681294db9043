"""Finds plugins through entry points; a broken one is a listed error, not a crash."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any

from clubmon.words import language
from clubmon.words.sentences import sentence

CONNECTORS = "clubmon.connectors"
DASHBOARDS = "clubmon.dashboards"
DRILLS = "clubmon.drills"
NOT_LOADED = sentence(
    "Plugin '{name}' ({value}) could not be loaded: {why}. Update or uninstall it."
)
NO_TEXTS = sentence(
    "Plugin '{name}' brings texts in another language that cannot be read: {why}. Tell its author."
)


@cache
def load(group: str) -> tuple[dict[str, Any], list[str]]:
    """What the group's entry points name, and one sentence for each that failed to load."""
    found: dict[str, Any] = {}
    errors: list[str] = []
    for point in sorted(entry_points(group=group), key=lambda point: point.name):
        try:
            found[point.name] = point.load()
        except Exception as error:  # a plugin can fail in any way and must not take the rest along
            errors.append(NOT_LOADED.format(name=point.name, value=point.value, why=error))
        else:
            errors.extend(_texts(point))
    return found, errors


def _texts(point: EntryPoint) -> Iterator[str]:
    """Bring the catalogs that stand beside a plugin's module; a sentence where they are broken."""
    package = import_module(point.module.partition(".")[0])
    try:
        language.bring(Path(package.__file__ or "").with_name("locale"))
    except Exception as error:  # whatever is in its files; the plugin itself works without
        yield NO_TEXTS.format(name=point.name, why=error)
