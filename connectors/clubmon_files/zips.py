"""ZIP files: opened once, and read by the first format that knows their members."""

from __future__ import annotations

import zipfile
from pathlib import Path

from clubmon.sdk import ConnectorError, Refusal, sentence
from clubmon_files import archive
from clubmon_files.formats import ARCHIVES
from clubmon_files.shapes import Found

DAMAGED = sentence("is a damaged ZIP file; download the export again.")


def read_zip(path: Path, where: str) -> Found:
    """Sessions and refusals of a ZIP; never inflates what it has not judged."""
    try:
        with zipfile.ZipFile(path) as file:
            found = archive.opened(file, where)
            yield from found.refusals
            kind = next(each for each in ARCHIVES if each.knows(found))
            if not kind.nests:
                yield from archive.unopened(found, where)
            yield from kind.read(found, where)
    except ConnectorError as error:
        yield Refusal(where, str(error))
    except archive.BROKEN:
        yield Refusal(where, DAMAGED)
