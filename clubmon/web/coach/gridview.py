"""How one member of staff has the squad grid shown: asked in the address, or as they kept it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from clubmon.club.availability import STATES
from clubmon.storage.store import Store
from clubmon.web.coach import order
from clubmon.web.coach.squad import Line
from clubmon.web.frame import gridrows
from clubmon.web.frame.gridrows import Kept
from clubmon.web.frame.sight import Seen

LONGEST = 100  # characters of a team's or position's name


@dataclass(frozen=True, slots=True)
class View:
    """Order, filters and columns. A filter of '' lets everybody through."""

    sort: str = order.BY_NEED
    turned: bool = False
    team: str = ""
    position: str = ""
    availability: str = ""
    columns: tuple[str, ...] = order.CHOSEN

    @property
    def filters(self) -> bool:
        """Whether anybody may be left out."""
        return bool(self.team or self.position or self.availability)

    @property
    def shown(self) -> list[order.Column]:
        """The columns, in the order of the grid."""
        return [column for key, column in order.COLUMNS.items() if key in self.columns]

    def link(self, sort: str) -> dict[str, str]:
        """What a heading's link asks for: its order, and the other way round on a second press."""
        turn = self.sort == sort and not self.turned and sort != order.BY_NEED
        return {"sort": sort, "turned": "1" if turn else "0"}


def made(fields: Mapping[str, str], columns: Sequence[str], base: View) -> View:
    """A view from an address or a form; what is not named, or makes no sense, stays as in `base`.

    `columns` are all that were named; none: as in `base`.
    """
    sort = fields.get("sort", base.sort)
    state = fields.get("availability", base.availability)
    chosen = tuple(key for key in order.COLUMNS if key in columns)
    return replace(
        base,
        sort=sort if sort in order.SORTS else base.sort,
        turned=fields.get("turned", "1" if base.turned and "sort" not in fields else "0") == "1",
        team=fields.get("team", base.team)[:LONGEST],
        position=fields.get("position", base.position)[:LONGEST],
        availability=state if state in STATES else "",
        columns=chosen or base.columns,
    )


def kept(store: Store, person_id: str) -> View:
    """The view that a person kept, or the one that everybody starts with."""
    return of(gridrows.of_many(store, [person_id]).get(person_id))


def of(row: Kept | None) -> View:
    """The view that was kept so, or the one that everybody starts with."""
    return made(row.fields, row.columns, View()) if row else View()


def keep(store: Store, person_id: str, view: View, now: datetime) -> None:
    """Keep a view for this person, in place of the last one."""
    values = [view.sort, view.turned, view.team, view.position, view.availability]
    store.execute(
        "app",
        "INSERT OR REPLACE INTO app.grid_view VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [person_id, *values, json.dumps(view.columns), now],
    )


def groups(squad: Sequence[Seen]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names of teams and positions to filter by."""
    teams = {team.name for one in squad for team in one.athlete.teams}
    positions = {one.athlete.person.position for one in squad}
    return tuple(sorted(teams)), tuple(sorted(name for name in positions if name))


def arranged(lines: Iterable[Line], view: View) -> tuple[Line, ...]:
    """The lines that the filters leave, in the order of the view."""
    return tuple(order.ordered(let_through(lines, view), view.sort, turned=view.turned))


def let_through(lines: Iterable[Line], view: View) -> list[Line]:
    """The lines that the filters leave. Who said nothing counts as available."""
    return [
        line
        for line in lines
        if (not view.team or view.team in (team.name for team in line.seen.athlete.teams))
        and (not view.position or view.position == line.seen.athlete.person.position)
        and (not view.availability or view.availability == _state(line))
    ]


def _state(line: Line) -> str:
    return line.available.state if line.available else "full"
