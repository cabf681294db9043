"""The same work on all cores: in order, a few ahead, and finished whatever becomes of a process."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Iterator

import pytest

from clubmon import bothcores
from clubmon.sdk import in_order


def where(number: int) -> tuple[int, int]:
    return number, os.getpid()


def fails(number: int) -> int:
    raise ValueError(f"number {number}")


def killed_elsewhere(number: int) -> int:
    if number == 2 and multiprocessing.parent_process() is not None:
        os.kill(os.getpid(), signal.SIGKILL)
    return number * 10


def nested(number: int) -> list[tuple[int, int]]:
    return list(in_order(where, range(2), many=True))


def test_results_come_in_order_from_other_processes() -> None:
    found = list(in_order(where, range(30), many=True))
    assert [number for number, _ in found] == list(range(30))
    assert os.getpid() not in {process for _, process in found}


def test_little_work_is_done_in_place() -> None:
    assert list(in_order(where, [1, 2], many=False)) == [(1, os.getpid()), (2, os.getpid())]


def test_things_are_taken_a_few_ahead_only() -> None:
    taken = []

    def things() -> Iterator[int]:
        for number in range(500):
            taken.append(number)
            yield number

    found = in_order(where, things(), many=True)
    next(found)
    assert len(taken) <= bothcores.AHEAD * (os.cpu_count() or 1)
    found.close()  # type: ignore[attr-defined]


def test_an_error_of_the_work_is_raised_here() -> None:
    with pytest.raises(ValueError, match="number 0"):
        list(in_order(fails, range(3), many=True))


def test_what_a_killed_process_had_is_done_in_place() -> None:
    assert list(in_order(killed_elsewhere, range(30), many=True)) == [10 * n for n in range(30)]


def test_a_process_of_the_pool_starts_no_others() -> None:
    ((first, second),) = in_order(nested, [0], many=True)
    assert first[1] == second[1] != os.getpid()
