"""Files that hold one recording each, alone or many of them in an archive."""

from __future__ import annotations

from clubmon.sdk import ConnectorError, Refusal
from clubmon_files import archive, fit, gpx, tcx
from clubmon_files.archive import Archive
from clubmon_files.shapes import ByteFormat, Found, ZipFormat

RECORDINGS: tuple[ByteFormat, ...] = (
    fit.FORMAT,
    tcx.FORMAT,
    gpx.FORMAT,
)


def named(name: str) -> ByteFormat | None:
    """The format that a file's name tells, also with '.gz'; None for any other name."""
    lower = name.lower().removesuffix(".gz")
    return next((each for each in RECORDINGS if lower.endswith(each.suffixes)), None)


def read_member(found: Archive, name: str, where: str) -> Found:
    """What one recording in an archive holds; `where` is the archive's name."""
    place = f"{where}!{name}"
    kind = named(name)
    if kind is None:
        return
    try:
        data = archive.content(found, found.members[name], kind.most_bytes)
    except ConnectorError as error:
        yield Refusal(place, str(error))
        return
    yield from kind.read(data, place)


def _read_all(found: Archive, where: str) -> Found:
    names = sorted(name for name in found.members if named(name))
    archive.total(found.members[name] for name in names)
    for name in names:
        yield from read_member(found, name, where)
    if not names and not found.refusals and not found.nested:
        yield Refusal(
            where,
            "holds no file that is read from an archive (activities.csv, FIT, TCX, GPX); unpack it "
            "and upload the export that is in it.",
        )


ZIP = ZipFormat(knows=lambda found: True, read=_read_all)
