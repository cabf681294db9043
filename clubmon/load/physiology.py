"""An athlete's own values: sex, resting and maximum heart rate, the speed that counts as high.

TRIMP needs the first three (Banister 1991; the maximum alone: Edwards 1993), high-speed running
the last. Append only: the newest row of `app.physiology` is in force, for past sessions too.
Sex and heart rates are health data and the speed is load, and a new row holds only what the
athlete's consents of that moment cover.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, astuple, dataclass, fields
from datetime import datetime, timedelta
from decimal import Decimal

from clubmon.policy import Consent
from clubmon.storage.store import Connection, Row, Store, rows_of
from clubmon.words.language import N_, _, number

RESTING_HR = (25, 110)  # bpm; no resting value reaches the lowest maximum
MAX_HR = (120, 230)  # bpm
FAST_MPS = (Decimal("4.0"), Decimal("9.0"))  # samples are kept in bands of 0.1 m/s from 4.0 on
USUAL_FAST_MMPS = 5500  # counts where no speed is set, as in sql/marts/daily_load.sql (Duhig 2016)
BAND_MMPS = 100
SEXES = ("f", "m")
_WHOLE = re.compile(r"[0-9]{1,3}")
_SPEED = re.compile(r"[0-9]{1,2}([.,][0-9]{1,3})?")
_TICK = timedelta(microseconds=1)  # the finest that the store keeps

Value = str | int | None  # of one field of Values


class ValueRefused(Exception):
    """What was typed is no such value, in one sentence."""


@dataclass(frozen=True, slots=True)
class Values:
    """Sex 'f' or 'm', beats per minute, mm/s; None: not said."""

    sex: str | None = None
    resting_hr: int | None = None
    max_hr: int | None = None
    fast_mmps: int | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """Values as they were saved: by whom, and when (aware)."""

    values: Values
    by_person_id: str
    known_at: datetime


@dataclass(frozen=True, slots=True)
class Typed:
    """What a form comes to: values by their name in `Values`, and a sentence per wrong field."""

    values: Mapping[str, Value]
    errors: Mapping[str, str]


_NAMES = ", ".join(field.name for field in fields(Values))
_NEWEST = (
    f"SELECT {_NAMES}, p.by_person_id, p.known_at FROM app.physiology AS p "
    "WHERE p.athlete_id = ? ORDER BY p.known_at DESC LIMIT 1"
)


def in_force(store: Store, athlete_id: str) -> Kept | None:
    """The newest row, also where it says nothing; None where none was ever saved."""
    row = store.row(_NEWEST, [athlete_id])
    return _kept(row) if row else None


def open_to(consents: Collection[Consent]) -> frozenset[str]:
    """Names of the values that these consents let be kept and shown."""
    return frozenset(name for name, needed in NEEDS.items() if needed in consents)


def read(form: Mapping[str, str]) -> Typed:
    """The values that a form holds, by their name in `Values`; empty text is None.

    The speed is typed in m/s. A name that the form leaves out is in neither part of the answer.
    """
    values: dict[str, Value] = {}
    errors: dict[str, str] = {}
    for name in NEEDS.keys() & form.keys():
        text = form[name].strip()
        try:
            values[name] = _READERS[name](text) if text else None
        except ValueRefused as error:
            errors[name] = str(error)
    return Typed(values, errors)


def save(
    store: Store,
    athlete_id: str,
    changed: Mapping[str, Value],
    open_names: Collection[str],
    by_person_id: str,
    now: datetime,
) -> bool:
    """Add a row with these values; False where all is in force already and nothing was written.

    What is not in `changed` stays as it is, and what is not in `open_names` becomes None. The
    row saved last is in force even where two are saved in one instant. `now` is aware UTC.
    """

    def insert(con: Connection) -> bool:
        found = rows_of(con, _NEWEST, [athlete_id])
        kept = _kept(found[0]) if found else None
        before = kept.values if kept else Values()
        wanted = {**asdict(before), **changed}
        after = Values(**{name: wanted[name] for name in open_names})
        if after == before:
            return False
        known_at = max(now, kept.known_at + _TICK) if kept else now
        con.execute(
            f"INSERT INTO app.physiology (athlete_id, {_NAMES}, by_person_id, known_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            [athlete_id, *astuple(after), by_person_id, known_at],
        )
        return True

    return store.write("app", insert)


def typed(values: Values) -> dict[str, str]:
    """The values as a form's fields hold them; the speed in m/s, as the reader writes it."""
    speed = "" if values.fast_mmps is None else number(values.fast_mmps / 1000, 1)
    return {
        "sex": values.sex or "",
        "resting_hr": "" if values.resting_hr is None else str(values.resting_hr),
        "max_hr": "" if values.max_hr is None else str(values.max_hr),
        "fast_mmps": speed,
    }


def kmh(mmps: int) -> str:
    """A speed in mm/s as km/h: 5500 is '19.8'."""
    return number(mmps * 36 / 10_000, 1)


def _kept(row: Row) -> Kept:
    values = Values(**{field.name: row[field.name] for field in fields(Values)})
    return Kept(values, row["by_person_id"], row["known_at"])


def _sex(text: str) -> str:
    if text not in SEXES:
        raise ValueRefused(_("Choose one of the three answers."))
    return text


RESTING = N_("The resting heart rate must be a whole number from {low} to {high} bpm, or empty.")
HIGHEST = N_("The maximum heart rate must be a whole number from {low} to {high} bpm, or empty.")


def _resting(text: str) -> int:
    return _beats(RESTING, text, RESTING_HR)


def _max(text: str) -> int:
    return _beats(HIGHEST, text, MAX_HR)


def _beats(said: str, text: str, limits: tuple[int, int]) -> int:
    if not _WHOLE.fullmatch(text) or not limits[0] <= int(text) <= limits[1]:
        raise ValueRefused(said.format(low=limits[0], high=limits[1]))
    return int(text)


def _speed(text: str) -> int:
    exact = Decimal(text.replace(",", ".")) if _SPEED.fullmatch(text) else Decimal(0)
    mmps = int(exact * 1000)
    if not FAST_MPS[0] <= exact <= FAST_MPS[1] or mmps % BAND_MMPS:
        raise ValueRefused(
            _(
                "The speed must be {low} to {high} m/s in steps of {step}, or empty; divide km/h "
                "by {by}.",
                low=number(float(FAST_MPS[0]), 1),
                high=number(float(FAST_MPS[1]), 1),
                step=number(0.1, 1),
                by=number(3.6, 1),
            )
        )
    return mmps


NEEDS: Mapping[str, Consent] = {  # in the order of the page
    "sex": Consent.HEALTH,
    "resting_hr": Consent.HEALTH,
    "max_hr": Consent.HEALTH,
    "fast_mmps": Consent.LOAD,
}
_READERS: Mapping[str, Callable[[str], Value]] = {
    "sex": _sex,
    "resting_hr": _resting,
    "max_hr": _max,
    "fast_mmps": _speed,
}
