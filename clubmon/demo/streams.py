"""The 1 Hz recording of one made-up run: columns that add up to the run's own totals."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from clubmon.demo.training import Rng, Run

Column = npt.NDArray[np.float64]
_QUICK = {"intervals": 150.0, "team": 90.0, "match": 75.0}  # seconds of one quick-slow cycle


@dataclass(frozen=True, slots=True)
class Stream:
    """One entry per recorded second: seconds and metres from the start, m/s, m, bpm."""

    t_s: npt.NDArray[np.int64]
    distance_m: Column
    speed_mps: Column
    altitude_m: Column
    hr: Column


def record(run: Run, rng: Rng) -> tuple[Run, Stream]:
    """A recording of the run, and the run with the heart rate that was recorded.

    Distance and moving time are the run's, to the metre and second; a stop is a gap in
    the seconds, as a watch with automatic pause writes it.
    """
    n = run.moving_s
    speed = _speed(run, n, rng)
    distance = np.concatenate([[0.0], np.cumsum(speed)])
    hr = _heart_rate(run, speed)
    stream = Stream(
        t_s=_seconds(run, n, rng),
        distance_m=distance,
        speed_mps=np.concatenate([speed[:1], speed]),
        altitude_m=_altitude(run, distance),
        hr=np.concatenate([hr[:1], hr]),
    )
    measured = stream.hr
    return replace(run, avg_hr=round(measured.mean()), max_hr=int(measured.max())), stream


def _seconds(run: Run, n: int, rng: Rng) -> npt.NDArray[np.int64]:
    seconds = np.arange(n + 1, dtype=np.int64)
    stop = int(rng.integers(n // 4, 3 * n // 4))
    seconds[stop:] += run.elapsed_s - run.moving_s
    return seconds


def _speed(run: Run, n: int, rng: Rng) -> Column:
    """Metres in each second, wandering around the mean, in bursts for quick sessions."""
    wander = np.convolve(rng.normal(0, 1, n + 59), np.full(60, 1 / 60), "valid")
    shape = 1 + 0.3 * wander
    if run.kind in _QUICK:
        phase = np.arange(n) % _QUICK[run.kind] / _QUICK[run.kind]
        shape *= np.where(phase < 0.25, 1.75, 0.75)
    shape = np.clip(shape, 0.3, 2.2)
    return np.asarray(shape * run.distance_m / shape.sum(), dtype=np.float64)


def _heart_rate(run: Run, speed: Column) -> Column:
    """Whole beats that follow the speed with a minute's lag, never above the maximum."""
    kernel = np.exp(-np.arange(180) / 60)
    padded = np.concatenate([np.full(179, speed[0] * 0.6), speed])
    lagged = np.convolve(padded, kernel / kernel.sum(), "valid")
    beats = run.avg_hr + 25 * (lagged / lagged.mean() - 1)
    return np.asarray(np.clip(np.rint(beats), 60, run.max_hr), dtype=np.float64)


def _altitude(run: Run, distance: Column) -> Column:
    """Up and down along the way, scaled so that the climbs add up to the run's ascent."""
    hills = max(1, round(run.distance_m / 1500))
    wave = -np.cos(2 * np.pi * hills * distance / distance[-1])
    return np.asarray(100 + wave * run.ascent_m / hills / 2, dtype=np.float64)
