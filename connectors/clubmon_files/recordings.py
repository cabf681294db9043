"""Files that hold one recording each, alone or many of them in an archive."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from clubmon.sdk import ConnectorError, Question, Refusal, Session, in_order, sentence
from clubmon_files import archive, fit, gpx, tcx
from clubmon_files.archive import Archive
from clubmon_files.shapes import ByteFormat, Found, ZipFormat

NOTHING_READ = sentence(
    "holds no file that is read from an archive (activities.csv, FIT, TCX, GPX); unpack "
    "it and "
    "upload the export that is in it."
)
MANY = 100  # from here on processes are worth starting
Item = Session | Refusal | Question

RECORDINGS: tuple[ByteFormat, ...] = (
    fit.FORMAT,
    tcx.FORMAT,
    gpx.FORMAT,
)


def named(name: str) -> ByteFormat | None:
    """The format that a file's name tells, also with '.gz'; None for any other name."""
    lower = name.lower().removesuffix(".gz")
    return next((each for each in RECORDINGS if lower.endswith(each.suffixes)), None)


@dataclass(frozen=True, slots=True)
class Member:
    """A recording taken out of an archive, or why it was not."""

    place: str
    suffix: str
    data: bytes = b""
    problem: str = ""


def read_members(found: Archive, names: Sequence[str], where: str) -> Iterator[list[Item]]:
    """What each of these recordings holds, in this order; `where` is the archive's name.

    Few are in memory at a time. Many are read on all cores.
    """
    members = (taken(found, name, where) for name in names)
    yield from in_order(read_member, members, many=len(names) >= MANY)


def taken(found: Archive, name: str, where: str) -> Member:
    """A recording's bytes, unpacked; its name is one that `named` knows."""
    place, kind = f"{where}!{name}", named(name)
    assert kind is not None
    try:
        data = archive.content(found, found.members[name], kind.most_bytes)
    except ConnectorError as error:
        return Member(place, kind.suffixes[0], problem=str(error))
    return Member(place, kind.suffixes[0], data)


def read_member(member: Member) -> list[Item]:
    """What a recording holds, or the Refusal that says why it is not known."""
    kind = named(member.suffix)
    if member.problem or kind is None:
        return [Refusal(member.place, member.problem)]
    return list(kind.read(member.data, member.place))


def _read_all(found: Archive, where: str) -> Found:
    names = sorted(name for name in found.members if named(name))
    archive.total(found.members[name] for name in names)
    yield from chain.from_iterable(read_members(found, names, where))
    if not names and not found.refusals and not found.nested:
        yield Refusal(where, NOTHING_READ)


ZIP = ZipFormat(knows=lambda found: True, read=_read_all)
