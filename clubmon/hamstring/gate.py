"""Which drills an athlete may be given at this moment: the one gate that all surfaces ask.

None without both lists answered "none of these" in the last 48 h, and none while a referral waits.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from clubmon.drill import planrows
from clubmon.drill.drills import Drill, blocked
from clubmon.hamstring import checkins, referrals
from clubmon.hamstring.checkinrows import CheckIn
from clubmon.storage.store import Store
from clubmon.triage.triage import WITHOUT_DRILL, may_have_drill


def drill_allowed(checkin: CheckIn | None, now: datetime, *, open_referral: bool = False) -> bool:
    """Whether a drill may be shown after this check-in at all, whichever drill it is.

    Give the newest check-in, and whether a referral waits for a physio.
    """
    return checkin is not None and may_have_drill(
        checkin.refer_signs,
        checkin.strain_signs,
        checkin.known_at,
        now,
        something_else=checkin.something_else,
        open_referral=open_referral,
    )


def drills_now(store: Store, athlete_id: str, now: datetime) -> tuple[str, ...]:
    """The drills that may be proposed or mailed to the athlete at this moment."""
    return drills_of(store, [athlete_id], now).get(athlete_id, ())


def drills_of(
    store: Store, athlete_ids: Sequence[str], now: datetime
) -> dict[str, tuple[str, ...]]:
    """The same for many; who may have none is left out."""
    clear = _clear(store, athlete_ids, now)
    return {id_: checkin.drill_ids for id_, checkin in clear.items()}


def may_assign(store: Store, athlete_id: str, drill: Drill, now: datetime) -> bool:
    """Whether the server lets a coach assign this drill now; nobody is told why it does not.

    Also not where the newest answers lead to a physio or to waiting after eccentric work.
    """
    checkin = _clear(store, [athlete_id], now).get(athlete_id)
    if checkin is None or checkin.pattern in WITHOUT_DRILL:
        return False
    return not blocked(drill, [*(checkin.refer_signs or ()), *(checkin.strain_signs or ())])


def _clear(store: Store, athlete_ids: Sequence[str], now: datetime) -> dict[str, CheckIn]:
    """The newest check-ins from which a drill may follow now, by athlete.

    None follows from answers that are older than "it got worse": both lists are asked anew.
    """
    newest, referred = checkins.newest(store, athlete_ids), referrals.open_among(store, athlete_ids)
    worse = planrows.told_worse(store, athlete_ids)
    return {
        id_: one
        for id_, one in newest.items()
        if drill_allowed(one, now, open_referral=id_ in referred)
        and (id_ not in worse or one.known_at > worse[id_])
    }
