"""What is remembered is what would be made now, whoever asks and whatever was written."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clubmon.web.frame.remembered import Made, Remembered

NOON = datetime(2026, 11, 17, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)

steps = st.lists(
    st.one_of(
        st.tuples(st.just("write"), st.sampled_from("ab")),
        st.tuples(st.just("wait"), st.integers(0, 90)),
        st.tuples(st.just("ask"), st.sampled_from("abc")),
    ),
    max_size=40,
)


@dataclass
class World:
    """Something said per key, a clock, and how often anything was made of them."""

    said: dict[str, int] = field(default_factory=dict)
    now: datetime = NOON
    writes: int = 0
    made: int = 0

    def write(self, key: str = "a") -> None:
        self.said[key] = self.said.get(key, 0) + 1
        self.writes += 1

    def true_of(self, key: str) -> str:
        return f"{key} {self.said.get(key, 0)} {self.now:%H}"

    def make(self, key: str) -> Made[str]:
        self.made += 1
        hour = self.now.replace(minute=0, second=0, microsecond=0)
        return Made(self.true_of(key), hour + HOUR)

    def ask(self, kept: Remembered[str], key: str = "a") -> str:
        return kept.get(key, lambda: self.writes, lambda: self.now, lambda: self.make(key)).value


@given(steps=steps, most=st.integers(0, 3))
def test_whatever_is_written_and_whenever_it_is_asked_what_is_given_is_what_is_true(
    steps: list[tuple[str, str | int]], most: int
) -> None:
    world, kept = World(), Remembered[str](most)
    for what, value in steps:
        if what == "write":
            world.write(str(value))
        elif what == "wait":
            world.now += timedelta(minutes=int(value))
        else:
            assert world.ask(kept, str(value)) == world.true_of(str(value))


def test_while_nothing_is_written_it_is_made_once() -> None:
    world, kept = World(), Remembered[str](10)
    assert {world.ask(kept) for _ in range(5)} == {"a 0 12"}
    assert world.made == 1


def test_a_clock_that_goes_back_is_not_answered_with_what_was_made_later() -> None:
    world, kept = World(), Remembered[str](10)
    world.ask(kept)
    world.now -= HOUR
    assert world.ask(kept) == "a 0 11"


def test_what_was_written_while_it_was_made_is_in_the_next_answer() -> None:
    world, kept = World(), Remembered[str](10)

    def make() -> Made[str]:
        made = world.make("a")
        world.write()
        return made

    first = kept.get("a", lambda: world.writes, lambda: world.now, make)
    assert (first.value, world.ask(kept)) == ("a 0 12", "a 1 12")


def test_twenty_readers_at_once_cost_one() -> None:
    world, kept, ready = World(), Remembered[str](10), threading.Barrier(20)

    def read(_: int) -> str:
        ready.wait()
        return world.ask(kept)

    with ThreadPoolExecutor(20) as pool:
        assert set(pool.map(read, range(20))) == {"a 0 12"}
    assert world.made == 1


def test_what_was_asked_for_longest_ago_goes_first_and_what_is_too_large_is_not_kept() -> None:
    world, kept = World(), Remembered[str](12, len)  # two of six letters each
    for key in ("a", "b", "a", "c", "a"):
        world.ask(kept, key)
    assert world.made == 3
    world.ask(kept, "b")
    assert world.made == 4
    small = Remembered[str](3, len)
    assert {world.ask(small) for _ in range(2)} == {"a 0 12"}
    assert world.made == 6


def test_an_error_while_it_is_made_is_told_and_the_next_one_tries_again() -> None:
    world, kept = World(), Remembered[str](10)

    def fail() -> Made[str]:
        raise ValueError("not now")

    with pytest.raises(ValueError, match="not now"):
        kept.get("a", lambda: 0, lambda: world.now, fail)
    assert world.ask(kept) == "a 0 12"


def test_what_is_made_equal_again_stays_the_same_object() -> None:
    world, kept = World(), Remembered[list[int]](10)
    said = [1]

    def ask() -> list[int]:
        made = Made([*said], NOON + HOUR)
        return kept.get("a", lambda: world.writes, lambda: world.now, lambda: made).value

    first = ask()
    world.write()
    assert ask() is first
    said.append(2)
    world.write()
    assert ask() == [1, 2]
