"""What installed connectors say of how to connect a source or get its files, by address."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from clubmon.arrival.reading import connectors
from clubmon.sdk import Guide, Guided, Way
from clubmon.words.language import Marked


def every() -> list[Guide]:
    """One guide per source, by title; of a source that several connectors know, all ways.

    Their texts are shown in the reader's language where a catalog has them.
    """
    return together(
        _marked(one) for each in connectors() if isinstance(each, Guided) for one in each.guides
    )


def together(guides: Iterable[Guide]) -> list[Guide]:
    """Guides of one slug as one: words of the first, ways of all."""
    found: dict[str, Guide] = {}
    for one in guides:
        first = found.get(one.slug)
        found[one.slug] = replace(first, ways=first.ways + one.ways) if first else one
    return sorted(found.values(), key=lambda one: one.title.casefold())


def filled(way: Way, values: Mapping[str, str]) -> Way:
    """In the reader's language, with `{name}` replaced in steps and notes by its value."""
    return Way(
        str(Marked(way.title)),
        tuple(_filled(step, values) for step in way.steps),
        tuple(_filled(note, values) for note in way.notes),
    )


def _filled(text: str, values: Mapping[str, str]) -> str:
    said = str(Marked(text))
    for name, value in values.items():
        said = said.replace(f"{{{name}}}", value)
    return said


def _marked(one: Guide) -> Guide:
    ways = tuple(
        Way(Marked(way.title), tuple(map(Marked, way.steps)), tuple(map(Marked, way.notes)))
        for way in one.ways
    )
    return Guide(one.slug, Marked(one.title), Marked(one.gives), ways)
