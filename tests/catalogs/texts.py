"""Finds every text of the source that is put into words by a catalog, and keeps the catalogs so.

`python -m tests.catalogs.texts` (make catalogs) adds what is new to each catalog, untranslated,
takes out what is gone, and prints how many texts wait for a translation. A text that
changed is a new one, and is shown in English until somebody has translated it.
"""

from __future__ import annotations

import io
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po
from clubmon_files import Files, columns, garmin_csv, tables, units
from clubmon_strava import Strava

from clubmon.drill import drawingcheck
from clubmon.words import language

ROOT = Path(__file__).parents[2]
SHELVES = ("clubmon", "connectors", "dashboards")
KEYWORDS = {
    "_": None,
    "N_": None,
    "later": None,
    "sentence": None,
    "gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
}
TEMPLATES = {".html", ".txt", ".subject"}
OPTIONS = {"trimmed": "true", "silent": "false", "newstyle_gettext": "true"}
MAIL_OPTIONS = {**OPTIONS, "trim_blocks": "true", "lstrip_blocks": "true"}
DRILLS = ROOT / "clubmon" / "drill" / "drills.toml"
DRAWINGS = DRILLS.with_name("drawings")
CONNECTORS = ROOT / "connectors"
OF_CONNECTORS = {"clubmon_files": Files, "clubmon_strava": Strava}
DRILL_TEXTS = ("name", "dose", "frequency", "stop_rule", "progression", "evidence")
DRILL_LISTS = ("steps", "caution", "notes")
WIDTH = 100
LEFT_OUT = (b'"POT-Cr', b'"PO-Rev', b'"Last-T', b'"Language-Team', b'"Generated', b'"Report')
Found = tuple[str | tuple[str, ...], str | None]


def template() -> Catalog:
    """Every text of the source, with the files it stands in."""
    found = Catalog(project="clubmon", charset="utf-8")
    for path in _sources():
        for message, about in _texts(path):
            found.add(message, locations=[(path.relative_to(ROOT).as_posix(), 0)], context=about)
    return found


def held(code: str) -> Catalog:
    """The catalog of a language as it stands in the tree."""
    with language.catalog_path(code).open("rb") as source:
        return read_po(source, locale=code)


def update(code: str) -> tuple[int, int]:
    """Bring a catalog up to the source; how many texts it has, and how many wait."""
    path = language.catalog_path(code)
    catalog = held(code) if path.exists() else Catalog(locale=code, charset="utf-8")
    catalog.update(template(), no_fuzzy_matching=True, update_creation_date=False)
    catalog.obsolete.clear()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(written(catalog))
    waiting = [one for one in catalog if one.id and (not filled(one.string) or one.fuzzy)]
    return len(catalog), len(waiting)


def written(catalog: Catalog) -> bytes:
    """The catalog as its file: without lines of the source, which would change with every edit."""
    out = io.BytesIO()
    write_po(
        out, catalog, width=WIDTH, sort_by_file=True, include_lineno=False, omit_header=False,
        include_previous=False,
    )  # fmt: skip
    kept = [line for line in out.getvalue().split(b"\n") if not line.startswith(LEFT_OUT)]
    return b"\n".join(kept)


def filled(said: str | Iterable[str] | None) -> bool:
    """Whether a message has a translation, in each of its forms."""
    return bool(said) if said is None or isinstance(said, str) else all(said)


def _sources() -> list[Path]:
    suffixes = {".py", *TEMPLATES}
    paths = [path for shelf in SHELVES for path in (ROOT / shelf).rglob("*")]
    found = [*(path for path in paths if path.suffix in suffixes), DRILLS]
    found += DRAWINGS.glob("*.svg")
    return sorted([*found, *(CONNECTORS / name for name in OF_CONNECTORS)])


def _texts(path: Path) -> Iterator[Found]:
    if path == DRILLS:
        yield from ((text, None) for text in _of_drills())
        return
    if path.parent == DRAWINGS:
        yield from ((text, None) for text in drawingcheck.words(path.read_text(encoding="utf-8")))
        return
    if path.parent == CONNECTORS:
        yield from ((text, None) for text in _of_connector(OF_CONNECTORS[path.name]))
        yield from ((text, None) for text in _of_questions() if path.name == "clubmon_files")
        return
    method = "python" if path.suffix == ".py" else "jinja2"
    options = MAIL_OPTIONS if "message" in path.parts else OPTIONS
    with path.open("rb") as source:
        for _, message, _, about in extract(method, source, KEYWORDS, options=options):
            yield message, about


def _of_drills() -> Iterator[str]:
    for drill in tomllib.loads(DRILLS.read_text(encoding="utf-8"))["drill"]:
        yield from (drill[key] for key in DRILL_TEXTS if key in drill)
        yield from (text for key in DRILL_LISTS for text in drill.get(key, ()))


def _of_connector(connector: object) -> Iterator[str]:
    """What pages show of a connector's own words: its guides, terms and needs."""
    for guide in getattr(connector, "guides", ()):
        yield from (guide.title, guide.gives)
        for way in guide.ways:
            yield way.title
            yield from (step for step in way.steps if not step.startswith("$ "))
            yield from way.notes
    for way in getattr(connector, "setting_up", ()):
        yield from (way.title, *way.notes)
        yield from (step for step in way.steps if not step.startswith("$ "))
    yield from getattr(connector, "called", {}).values()
    yield from getattr(connector, "terms", ())
    yield from getattr(connector, "needs", ())


def _of_questions() -> Iterator[str]:
    """What is asked of files: how each question is put, and what can be answered."""
    table = tables.Table(["Date", "km"], [], ",")
    for question in (units.question(""), garmin_csv.question(""), columns.question(table, "")):
        offered = question.columns.offered if question.columns else question.choices
        yield from (question.text, *(choice.label for choice in offered))


def main() -> None:
    """Bring every catalog up to the source and say what waits."""
    for code in language.languages():
        if code != language.ENGLISH:
            texts, waiting = update(code)
            print(f"{code}: {texts} texts, {waiting} without a translation")  # noqa: T201


if __name__ == "__main__":
    main()
