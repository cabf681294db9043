"""A made-up club of a fixed seed and day, and a way to read FIT files back."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from typing import Any

import fitdecode
import pytest

from clubmon.demo import club, stories
from clubmon.demo.club import Club
from clubmon.demo.training import Training

SEED, TODAY = 7, date(2026, 11, 17)
Decoded = dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="session")
def made() -> Club:
    """The club."""
    return club.make(SEED, TODAY)


@pytest.fixture(scope="session")
def trainings(made: Club) -> dict[int, Training]:
    """Everybody's half year by athlete index."""
    return {a.index: stories.make(a, TODAY, SEED) for a in made.athletes}


@pytest.fixture(scope="session")
def decode() -> Callable[[bytes], Decoded]:
    """Reads a FIT file with an independent parser that refuses a wrong checksum."""

    def read(data: bytes) -> Decoded:
        found: Decoded = {}
        source = io.BytesIO(data)
        with fitdecode.FitReader(source, check_crc=fitdecode.CrcCheck.RAISE) as frames:
            for frame in frames:
                if frame.frame_type == fitdecode.FIT_FRAME_DATA:
                    values = {field.name: field.value for field in frame.fields}
                    found.setdefault(frame.name, []).append(values)
        return found

    return read
