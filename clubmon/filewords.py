"""What became of files, in words for the command line and pages."""

from __future__ import annotations

from collections.abc import Iterator

from clubmon.ingest import Receipt
from clubmon.people import Athlete
from clubmon.teamfiles import Player, TeamReceipt, suggestion

PLAYER = {
    "unplaced": "nothing stored, the name is not placed yet",
    "nobody": "nothing stored, no athlete of this team",
    "no_consent": "nothing stored, has not agreed to training data being stored",
}


def receipt(read: Receipt) -> str:
    """What became of a file, for people."""
    if read.known:
        return "stored before, nothing changed"
    if read.questions:
        return "kept, waits for an answer"
    counts = ((read.runs, "run"), (read.lifts, "lift"), (read.others, "other session"))
    found = [f"{count} {word}{'' if count == 1 else 's'}" for count, word in counts if count]
    return "stored " + ", ".join(found) if found else "nothing stored"


def player(one: Player) -> str:
    """What became of a player's rows."""
    return PLAYER[one.state] if one.receipt is None else receipt(one.receipt)


def lines(read: TeamReceipt) -> list[str]:
    """A line per player of a team's file."""
    return [f"{read.name}: {one.name}: {player(one)}" for one in read.players]


def problems(read: TeamReceipt) -> Iterator[str]:
    """What was not read of a team's file, and what was set aside."""
    yield from (f"Refused: {refusal}" for refusal in read.refusals)
    for one in read.players:
        if one.receipt is not None:
            yield from (f"Refused: {one.name}: {each}" for each in one.receipt.refusals)
            yield from (f"Set aside: {one.name}: {each}" for each in one.receipt.doubtful)


def questions(read: TeamReceipt, members: list[Athlete], page: str) -> Iterator[str]:
    """What a person has to say before all of a team's file can be stored, and how."""
    athletes = {one.person.person_id: one.person.name for one in members}
    yield from (f"Question: {read.name}: {one.text} See {page}." for one in read.questions)
    for name in read.unplaced:
        alike = suggestion(name, members)
        perhaps = f" (perhaps {athletes[alike]})" if alike else ""
        way = f"--player '{name}={alike or 'ATHLETE_ID'}'"
        yield f"Question: {read.name}: who is '{name}'{perhaps}? See {page}, or answer with {way}."
