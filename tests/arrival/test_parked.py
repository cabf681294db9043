"""Many sessions: the same as a tuple of them, with the samples of most on disk."""

from __future__ import annotations

import pickle
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from clubmon.arrival.parked import HELD, Parked, bare
from clubmon.sdk import Samples, Session

START = datetime(2026, 9, 1, tzinfo=UTC)


def session(number: int, sampled: bool = True) -> Session:
    samples = Samples([0, number], [0.0, 2.5], [None, 2.5], [1.0, None], [140, None])
    return Session(
        "fit", str(number), "run", "running", START, samples=samples if sampled else None
    )


def parked(count: int) -> tuple[Parked, list[Session]]:
    made = [session(number, sampled=number % 5 != 0) for number in range(count)]
    found = Parked()
    for one in made:
        found.add(one)
    return found, made


@pytest.mark.parametrize("count", [0, 1, HELD, HELD * 3])
def test_they_come_back_as_they_were_each_time(count: int) -> None:
    found, made = parked(count)
    for _ in range(2):
        assert list(found) == made
    assert len(found) == count
    assert found[3:90:7] == made[3:90:7]
    assert list(reversed(found)) == made[::-1]


def test_the_bare_ones_have_no_samples_and_all_else() -> None:
    found, made = parked(HELD * 2)
    for _ in range(2):
        assert list(bare(found)) == [replace(one, samples=None) for one in made]
    assert bare(made) is made


def test_a_few_are_a_plain_tuple_and_many_are_not() -> None:
    few, made = parked(HELD)
    assert few.plain() == tuple(made)
    many, _ = parked(HELD * 2)
    assert many.plain() is many


def test_another_process_gets_them_all() -> None:
    found, made = parked(HELD * 2)
    assert pickle.loads(pickle.dumps(found)) == tuple(made)


@pytest.mark.parametrize("index", [200, -201])
def test_there_is_none_beyond_the_last(index: int) -> None:
    with pytest.raises(IndexError):
        parked(200)[0][index]
