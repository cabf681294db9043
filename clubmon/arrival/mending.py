"""What a person enters to put a doubtful session right, read and held against the same doubts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from clubmon.arrival.doubt import doubts
from clubmon.arrival.doubtful import DecisionRefused, Doubtful, Mend
from clubmon.club import people
from clubmon.sdk import Session
from clubmon.settings import Settings
from clubmon.storage.store import Store
from clubmon.words import units
from clubmon.words.language import N_, _
from clubmon.words.sentences import retold

FARTHEST_KM, LONGEST_MIN = Decimal(1000), 7 * 24 * 60
_KM = re.compile(r"[0-9]{1,4}([.,][0-9]{1,3})?")
_MINUTES = re.compile(r"[0-9]{1,5}")

NO_CHANGE = N_("Enter what was wrong, or keep the session as it is.")
NO_SETS = N_(
    "A set cannot be mended here: put it right in the app that it was logged with and "
    "send the file again, or keep or drop the session."
)
STILL = N_(
    "With these values it is still hard to believe: {} If they are true, keep the session as it is."
)


def mendable(one: Doubtful, now: datetime) -> bool:
    """Whether the doubt is about what can be entered: start, distance, time or heart rate."""
    return bool(doubts(_session(one, Mend(), None), now))


def read_mend(
    store: Store, settings: Settings, one: Doubtful, form: Mapping[str, str], now: datetime
) -> Mend:
    """The values of a form: start 'YYYY-MM-DDTHH:MM', km, minutes; empty is as recorded.

    Raises DecisionRefused for values that are none, and for those that leave a doubt.
    """
    if not mendable(one, now):
        raise DecisionRefused(NO_SETS)
    mend = Mend(
        _start(form.get("start", "").strip()),
        _metres(form.get("km", "").strip()),
        _seconds(form.get("minutes", "").strip()),
        form.get("without_hr") == "yes",
    )
    if mend == Mend():
        raise DecisionRefused(NO_CHANGE)
    who = people.person(store, one.athlete_id)
    zone = ZoneInfo(who.timezone) if who and who.timezone else settings.zone
    instant = mend.new_start.replace(tzinfo=zone) if mend.new_start else None
    left = doubts(_session(one, mend, instant), now)
    if left:
        raise DecisionRefused(STILL.format(" ".join(map(retold, left))))
    return mend


def _session(one: Doubtful, mend: Mend, instant: datetime | None) -> Session:
    """The session without its sets, as it would count."""
    return Session(
        source="",
        source_id="",
        kind=one.kind,  # type: ignore[arg-type]
        sport=one.sport,
        start_utc=instant or one.start_utc,
        start_local=mend.new_start or one.start_local,
        distance_m=one.distance_m if mend.distance_m is None else mend.distance_m,
        moving_s=one.moving_s if mend.seconds is None else mend.seconds,
        elapsed_s=one.elapsed_s if mend.seconds is None else mend.seconds,
        avg_hr=None if mend.without_hr else one.avg_hr,
        max_hr=None if mend.without_hr else one.max_hr,
    )


def _start(text: str) -> datetime | None:
    if not text:
        return None
    try:
        return datetime.fromisoformat(text[:16] if "T" in text else "")
    except ValueError as error:
        raise DecisionRefused(_("The start must be a day and a time of day.")) from error


def _metres(text: str) -> int | None:
    if not text:
        return None
    entered = Decimal(text.replace(",", ".")) if _KM.fullmatch(text) else Decimal(-1)
    if not 0 <= units.metres(entered) <= FARTHEST_KM * 1000:
        raise DecisionRefused(
            _(
                "The distance must be a number of km from 0 to {farthest_km}.",
                farthest_km=FARTHEST_KM,
            )
        )
    return units.metres(entered)


def _seconds(text: str) -> int | None:
    if not text:
        return None
    minutes = int(text) if _MINUTES.fullmatch(text) else 0
    if not 1 <= minutes <= LONGEST_MIN:
        raise DecisionRefused(_("The time must be a whole number of minutes, at least 1."))
    return minutes * 60
