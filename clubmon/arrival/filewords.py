"""What became of files, in words for the command line and pages."""

from __future__ import annotations

from collections.abc import Iterator

from clubmon.arrival.ingest import Receipt
from clubmon.arrival.teamfiles import Player, TeamReceipt, suggestion
from clubmon.club.people import Athlete
from clubmon.words.language import N_, _, ngettext
from clubmon.words.sentences import retold

PLAYER = {
    "unplaced": N_("nothing stored, the name is not placed yet"),
    "nobody": N_("nothing stored, no athlete of this team"),
    "no_consent": N_("nothing stored, has not agreed to training data being stored"),
}


def receipt(read: Receipt) -> str:
    """What became of a file, for people."""
    if read.known:
        return _("stored before, nothing changed")
    if read.questions:
        return _("kept, waits for an answer")
    counted = (
        (read.runs, ngettext("{n} run", "{n} runs", read.runs)),
        (read.lifts, ngettext("{n} lift", "{n} lifts", read.lifts)),
        (read.others, ngettext("{n} other session", "{n} other sessions", read.others)),
    )
    found = [said for count, said in counted if count]
    return _("stored {what}", what=", ".join(found)) if found else _("nothing stored")


def player(one: Player) -> str:
    """What became of a player's rows."""
    return str(PLAYER[one.state]) if one.receipt is None else receipt(one.receipt)


def lines(read: TeamReceipt) -> list[str]:
    """A line per player of a team's file."""
    return [f"{read.name}: {one.name}: {player(one)}" for one in read.players]


def problems(read: TeamReceipt) -> Iterator[str]:
    """What was not read of a team's file, and what was set aside."""
    yield from (_("Refused: {what}", what=retold(str(refusal))) for refusal in read.refusals)
    for one in read.players:
        if one.receipt is not None:
            for each in one.receipt.refusals:
                yield _("Refused: {what}", what=f"{one.name}: {retold(str(each))}")
            for said in one.receipt.doubtful:
                yield _("Set aside: {what}", what=f"{one.name}: {retold(said)}")


def questions(read: TeamReceipt, members: list[Athlete], page: str) -> Iterator[str]:
    """What a person has to say before all of a team's file can be stored, and how."""
    athletes = {one.person.person_id: one.person.name for one in members}
    yield from (f"Question: {read.name}: {one.text} See {page}." for one in read.questions)
    for name in read.unplaced:
        alike = suggestion(name, members)
        perhaps = f" (perhaps {athletes[alike]})" if alike else ""
        way = f"--player '{name}={alike or 'ATHLETE_ID'}'"
        yield f"Question: {read.name}: who is '{name}'{perhaps}? See {page}, or answer with {way}."
