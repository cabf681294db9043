"""`make bench`: every figure of docs/performance.md in one run on the same made-up data.

Each measurement is a process of its own, one after the other. Times are of the machine that runs
this; the ratios are what to read.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.bench import libraries, pagetext

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "performance.md"
OWN = AGAINST, GROWS, AIMS = "## Against other ways", "## How it grows", "## Aims"
METRICS = 9  # week on week, three ratios, monotony, strain, CTL, ATL, TSB
LIMIT_MB = 4096
DAYS = 1095
Found = dict[str, Any]


def measure(*arguments: object) -> Found:
    """One measurement; its process says what it found on the last line."""
    sys.stderr.write(f"  {' '.join(map(str, arguments))}\n")
    command = [sys.executable, "-m", "tests.bench.measure", *map(str, arguments)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    found: Found = json.loads(done.stdout.splitlines()[-1])
    return found


def middle(rounds: int, *arguments: object) -> Found:
    """The measurement with the median time of several."""
    found = sorted((measure(*arguments) for _ in range(rounds)), key=lambda one: one["seconds"])
    return found[len(found) // 2]


def grow(lake: Path, athletes: int, days: int) -> Found:
    """Fill a lake of that size and take a first and a later night of it."""
    filled = measure("fill", lake, athletes, days)
    first = measure("first", lake)
    return {"athletes": athletes, "filled": filled, "first": first, "night": measure("night", lake)}


def reports(sizes: list[int], rounds: int, days: int) -> Iterator[str]:
    """The page, measured now: again after every size, so that a long run can be cut short."""
    base = 500 if 500 in sizes else sizes[0]
    grown: list[Found] = []
    compared: list[Found] = []
    with tempfile.TemporaryDirectory(dir=os.environ.get("CLUBMON_BENCH")) as place:
        for athletes in sizes:
            lake = Path(place) / str(athletes)
            grown.append(grow(lake, athletes, days))
            if athletes == base:
                names = ("night", "late", "anew", "whole", "athlete")
                several = (middle(rounds, name, lake) for name in names)
                compared = [measure("ratios", base, days), *several]
            shutil.rmtree(lake)
            if compared:
                by_size = sorted(grown, key=lambda one: int(one["athletes"]))
                yield page((base, days), compared, by_size)


def page(size: tuple[int, int], compared: list[Found], grown: list[Found]) -> str:
    """docs/performance.md."""
    ratios, night, late, anew, whole, one = compared
    acwr = ratios["seconds"]["acwr, by_athlete, one ratio"]
    each = whole["metrics"] / whole["channels"] / METRICS
    lines = [
        *_head(*size),
        AGAINST,
        "",
        "| what | seconds | times `acwr` |",
        "| --- | ---: | ---: |",
        *(_row(name, value, acwr) for name, value in ratios["seconds"].items()),
        _row("**clubmon, a whole night**: all channels and metrics, flags", night["seconds"], acwr),
        _row("— of it from raw rows to metrics and conditions", night["rebuild"], acwr),
        _row("— of it flags decided and written", night["flag"], acwr),
        _row("clubmon, a night after one athlete's file of years ago", late["seconds"], acwr),
        _row("clubmon, a night that makes every day of its tables anew", anew["seconds"], acwr),
        _row("**clubmon, full history**: all channels and metrics", whole["metrics"], acwr),
        _row(f"— per channel and metric ({whole['channels']} x {METRICS})", each, acwr),
        _row("— daily loads of all years from raw rows, before that", whole["loads"], acwr),
        _row("**clubmon, one athlete** changed: full history from raw rows", one["seconds"], acwr),
        "",
        f"The ratios of all ways agree: the largest difference is {ratios['gap']:.1e}.",
        f"One athlete takes {one['seconds'] / night['seconds']:.3f} of a night.",
        "",
        "A night makes the newest two to three weeks anew and lets the days before stand, but of",
        "athletes of whom something older became known, and their teams (`clubmon/load/marks.py`).",
        "Every day of everybody is made anew once a week.",
        "",
        GROWS,
        "",
        f"{size[1]} days each. DuckDB may hold 2.5 GB; the rest of 4 GiB is for Python.",
        "",
        "| athletes | sessions | first, s | a night, s | ms per athlete | peak, MB | lake, MB |",
        "| ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
        *map(_grown, grown),
        "",
        *_tail(night, whole, each, acwr, grown),
    ]
    return "\n".join(lines) + "\n"


def _head(athletes: int, days: int) -> list[str]:
    versions = ", ".join(f"{name} {value}" for name, value in libraries.engines().items())
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    return [
        "# How fast the numbers are made",
        "",
        "Made by `make bench` on " + f"{datetime.now(UTC):%Y-%m-%d} ({machine}; {versions}).",
        f"Everything is made up: {athletes} athletes, {days} days, about four runs and two lifts a",
        "week, one run in twenty told of by two sources. `acwr` is the PyPI package of that name:",
        "one ratio of one channel over the same days. Read the ratios; the seconds are this",
        "machine's.",
        "",
    ]


def _row(name: str, seconds: float, acwr: float) -> str:
    return f"| {name} | {seconds:.3f} | {seconds / acwr:.3f} |"


def _grown(one: Found) -> str:
    athletes, night = one["athletes"], one["night"]
    peak = max(one["first"]["peak_mb"], night["peak_mb"])
    return (
        f"| {athletes:,} | {one['filled']['sessions']:,} | {one['first']['seconds']:.1f} "
        f"| {night['seconds']:.1f} | {1000 * night['seconds'] / athletes:.1f} | {peak:,.0f} "
        f"| {night['file_mb']:,.0f} |"
    )


def _tail(night: Found, whole: Found, each: float, acwr: float, grown: list[Found]) -> list[str]:
    """The aims, each with what was measured."""
    most = max(max(one["first"]["peak_mb"], one["night"]["peak_mb"]) for one in grown)
    per = [one["night"]["seconds"] / one["athletes"] for one in grown if one["athletes"] >= 500]
    spread = max(per) / min(per) if per else 1.0
    aims = (
        ("A night takes no longer than `acwr` for one ratio", night["seconds"] / acwr, 1.0),
        ("Full history: at most a tenth of `acwr` per channel and metric", each / acwr, 0.1),
        (f"At most 4 GiB at {grown[-1]['athletes']:,} athletes (MB)", most, LIMIT_MB),
        ("Linear: seconds per athlete differ by less than a half from 500 on", spread, 1.5),
    )
    return [
        AIMS,
        "",
        "| aim | measured | limit | met |",
        "| --- | ---: | ---: | --- |",
        *(
            f"| {name} | {value:,.2f} | {limit:g} | {'yes' if value <= limit else 'no'} |"
            for name, value, limit in aims
        ),
    ]


def main() -> None:
    """Measure, print the page and write it where asked."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--sizes", default="50,500,5000,20000")
    asked.add_argument("--days", type=int, default=DAYS)
    asked.add_argument("--rounds", type=int, default=3)
    asked.add_argument("--write", action="store_true", help="also write docs/performance.md")
    chosen = asked.parse_args()
    text = ""
    for text in reports(
        [int(size) for size in chosen.sizes.split(",")], chosen.rounds, chosen.days
    ):
        if chosen.write:
            written = PAGE.read_text(encoding="utf-8")
            PAGE.write_text(text + pagetext.others(written, OWN), encoding="utf-8")
    sys.stdout.write(text)


if __name__ == "__main__":
    main()
