"""Example Runs keeps the contract."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

import pytest
from clubmon_example import Example
from example_simulator import ExampleSimulator, activity

from clubmon.testing import SourceContract


class TestExample(SourceContract):
    @pytest.fixture
    def connector(self) -> Example:
        return Example()

    @pytest.fixture
    def files(self) -> Mapping[str, bytes]:
        return {"1.example.json": json.dumps(activity(1)).encode()}

    @pytest.fixture
    def simulator(self) -> Iterator[ExampleSimulator]:
        with ExampleSimulator() as running:
            yield running
