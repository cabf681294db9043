"""The sentences behind flags, with nothing in them that this viewer may not see; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from clubmon.flag import flagview, nextstep, wording
from clubmon.flag.flagtypes import Flag, of_row
from clubmon.flag.flagview import Numbers
from clubmon.storage.store import Row
from clubmon.web.frame.sight import Sight
from clubmon.web.frame.views import Scores


def told(rows: Sequence[Row], sight: Sight, morning: date, true: Numbers) -> list[Flag]:
    """One athlete's flags as this viewer is told of them this morning, newest first.

    `true`: the load conditions that are true this morning.
    """
    newest_first = sorted(rows, key=lambda row: row["morning"], reverse=True)
    seen = flagview.visible([of_row(row) for row in newest_first], sight)
    return [flagview.on_morning(flag, morning, true) for flag in seen]


def sentences(
    flags: Sequence[Flag],
    sight: Sight,
    *,
    own: bool = False,
    scores: Mapping[date, Scores] | None = None,
) -> list[str]:
    """Reasons of flags as `told` gives them, the most telling first, nothing said twice.

    `scores`: the newest answers that this viewer may see, where what came since is told too.
    """
    answers = {day: (of.left, of.right) for day, of in (scores or {}).items()}
    return wording.together(flags, flagview.reader(sight, own=own), answers)


def pattern(scores: Mapping[date, Scores], today: date) -> str | None:
    """The pattern of the newest answers of today or yesterday; None where none is to be named."""
    return nextstep.pattern({day: found.pattern for day, found in scores.items()}, today)
