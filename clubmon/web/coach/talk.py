"""Who to talk to this morning, and about what: from flags the viewer may see; pure.

A flag that used tightness reaches only who may see tightness; what was answered reaches only
who may see health data. Tier and order follow from the flags that are left.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from clubmon.club.contacts import Reach
from clubmon.flag import flagview
from clubmon.flag.nextstep import Step
from clubmon.hamstring.referrals import Read
from clubmon.storage.store import Row
from clubmon.web.coach.squad import Week
from clubmon.web.frame import figures, sports, views
from clubmon.web.frame.drawing import Drawing, sparkline
from clubmon.web.frame.sight import Seen, Sight
from clubmon.words.language import N_, _, ngettext

DONE = frozenset({"acted", "dismissed"})
DONE_WORDS = {"acted": N_("Talked"), "dismissed": N_("Dismissed"), "snoozed": N_("Put off")}


@dataclass(frozen=True, slots=True)
class Entry:
    """One athlete on the list, with the reasons of every visible open flag."""

    seen: Seen
    tier: int
    need: tuple[int, int, bool]  # sorts the list, see flagview.need
    flag_ids: tuple[str, ...]
    raised: date  # the newest of its flags
    since: date  # the first morning of what put them on this tier
    begun: datetime  # when that came to light
    found: date  # on which day of the club's
    reasons: tuple[str, ...]
    hills: bool
    sleds: bool
    spark: Drawing | None
    step: Step
    seen_by: str | None = None
    seen_at: datetime | None = None
    read: Read | None = None  # a referral: by which physio
    reach: Reach | None = None  # whom to turn to; None: not for this step or reader
    known: int | None = None  # days of the last seven; None where loads are not shared
    answers: int | None = None  # check-ins of them; None where none are asked
    before: str = ""  # what came of the last drill
    done: str | None = None  # what was done, by whom, as a sentence

    @property
    def can_dismiss(self) -> bool:
        """Only a physio's recorded decision closes a referral."""
        return self.tier < 3


def visible(flags: Iterable[Row], sights: Mapping[str, Sight]) -> list[Row]:
    """The flags that this viewer may be shown, of athletes it may see at all."""
    return [
        flag
        for flag in flags
        if flagview.may_show(flag["uses_tightness"], sights.get(flag["athlete_id"], Sight()))
    ]


def by_athlete(flags: Iterable[Row]) -> dict[str, list[Row]]:
    """Flags of each athlete, the highest tier and newest first."""
    found: dict[str, list[Row]] = defaultdict(list)
    for flag in sorted(flags, key=lambda flag: (-flag["tier"], -flag["morning"].toordinal())):
        found[flag["athlete_id"]].append(flag)
    return dict(found)


def waiting(flags: Sequence[Row], morning: date) -> list[Row]:
    """Flags that nobody acted on, dismissed or put off beyond this morning."""
    return [flag for flag in flags if not _settled(flag, morning)]


def _settled(flag: Row, morning: date) -> bool:
    last = last_action(flag)
    if last is None or flag["tier"] == 3:
        return False
    if last["action"] == "snoozed":
        return bool(last["until"] and last["until"] > morning)
    return last["action"] in DONE


def last_action(flag: Row) -> Row | None:
    """What was done last about a flag, beyond having seen it."""
    return next((one for one in reversed(flag["actions"]) if one["action"] != "seen"), None)


def last_seen(flag: Row) -> Row | None:
    """Who marked a flag as seen last."""
    return next((one for one in reversed(flag["actions"]) if one["action"] == "seen"), None)


def tiers(flags: Iterable[Row], morning: date) -> dict[str, int]:
    """Each athlete's highest tier of flags that still wait."""
    return {
        athlete_id: mine[0]["tier"]
        for athlete_id, mine in by_athlete(waiting(list(flags), morning)).items()
    }


def spark(one: Seen, week: Week, today: date) -> Drawing | None:
    """Six weeks of running (or lifting), with dots where tightness may be seen."""
    if not one.sight.load:
        return None
    channel = _main_channel(one.athlete_id, week)
    days = [week.last - timedelta(days=back) for back in range(views.WINDOW.days - 1, -1, -1)]
    of_day = week.daily.get((one.athlete_id, channel), {})
    loads = [of_day[day]["load"] if day in of_day else None for day in days]
    of_scores = week.scores.get(one.athlete_id, {}) if one.sight.tightness else {}
    asked = [*days, today] if today > week.last else days
    tight = [of_scores[day].worse if day in of_scores else None for day in asked]
    return sparkline(loads, tight, _said(channel, loads))


def _main_channel(athlete_id: str, week: Week) -> str:
    runs = week.daily.get((athlete_id, "run_m"), {}).values()
    return "run_m" if any(row["state"] != "unknown" for row in runs) else "tonnage_g"


def _said(channel: str, loads: Sequence[int | None]) -> str:
    shown = figures.CHANNELS[channel]
    recent = sum(load or 0 for load in loads[-7:])
    before = sum(load or 0 for load in loads[:-7]) / (len(loads) / 7 - 1)
    blank = sum(load is None for load in loads)
    said = _(
        "Six weeks of {label}: {recent} {unit} in the last seven days, {before} {unit} in a mean "
        "week before",
        label=sports.running() if channel == "run_m" else _("lifting"),
        recent=shown.text(recent), before=shown.text(before),
        unit=shown.unit,
    )  # fmt: skip
    unknown = ngettext("; {n} day unknown", "; {n} days unknown", blank) if blank else ""
    return f"{said}{unknown}."


def done_sentence(action: Row, *, notes: bool) -> str:
    """'Talked. Kim Bauer.' A note is free text and may name tightness: `notes` says whether the
    reader may know of it; without, only the reason that was chosen from the list is told.
    """
    said = str(DONE_WORDS[action["action"]])
    if action["until"]:
        said = _("{done} until {day}", done=said, day=figures.day(action["until"]))
    chosen, colon, note = (action["reason"] or "").partition(": ")
    reason = f": {_(chosen)}{colon + note if notes else ''}" if chosen else ""
    name = action["name"] or _("Someone who has left")
    return f"{said}{reason}. {name}."
