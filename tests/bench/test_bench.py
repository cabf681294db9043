"""The bench runs from end to end on a small federation; what it measures is not judged here."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.slow


def test_the_bench_prints_every_comparison_and_that_all_ways_agree() -> None:
    command = [sys.executable, "-m", "tests.bench.run", "--sizes", "3,5", "--days", "150"]
    done = subprocess.run(
        [*command, "--rounds", "1"], check=True, capture_output=True, text=True, cwd=ROOT
    )
    for way in ("acwr, by_athlete", "pandas", "polars", "a whole night", "full history"):
        assert re.search(rf"{way}.*\| \d+\.\d+ \|", done.stdout), way
    (gap,) = re.findall(r"largest difference is (\S+)\.\n", done.stdout)
    assert float(gap) < 1e-9
    grown = re.findall(r"^\| (\d+) \| [\d,]+ \|", done.stdout, re.MULTILINE)
    assert grown == ["3", "5"]
