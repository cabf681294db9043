"""`make bench-files`: a season of FIT files and large archives, against fitdecode alone.

Each measurement is a process of its own, one after the other; fitdecode is timed before and
after. Times are of the machine that runs this and of what else it does: read the ratios.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import fitdecode
from clubmon_files import native

from clubmon import bothcores, settings
from clubmon.arrival import ingest, reading
from clubmon.club import consenting, enrolling
from clubmon.policy import Consent, Role
from clubmon.storage.store import Store
from tests.bench import pagetext, season

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "performance.md"
TITLE = "## Reading files"
NOW = datetime(2026, 11, 17, 5, tzinfo=UTC)
SLOW_SHARE = 10  # fitdecode alone reads every tenth file
AIM = 4
Found = dict[str, Any]


def with_fitdecode(folder: Path, processor: bool) -> int:
    """Every tenth file as fitdecode's own documentation reads it, without making sessions."""
    chosen = sorted(folder.glob("*.fit"))[::SLOW_SHARE]
    options = {} if processor else {"processor": None}
    for path in chosen:
        with fitdecode.FitReader(path, **options) as reader:
            for frame in reader:
                if frame.frame_type == fitdecode.FIT_FRAME_DATA:
                    [(field.name, field.value) for field in frame.fields]
    return len(chosen)


def in_one_process(folder: Path) -> int:
    """Every file as the core reads it."""
    return sum(map(_sessions, sorted(folder.glob("*.fit"))))


def on_all_cores(folder: Path) -> int:
    """The same as `clubmon import` spreads it, without storing."""
    return sum(bothcores.in_order(_sessions, sorted(folder.glob("*.fit")), many=True))


def archive(path: Path) -> int:
    """What a bulk export holds, without storing."""
    return len(reading.parse(path, path.name).sessions)


def imported(path: Path) -> int:
    """A folder's files, or one archive, into a new data folder."""
    files = sorted(path.glob("*.fit")) if path.is_dir() else [path]
    with tempfile.TemporaryDirectory(dir=path.parent) as place:
        store, chosen = Store(Path(place)), settings.load(Path(place))
        names = [(each, each.name) for each in files]
        receipts = list(ingest.store_files(store, chosen, _athlete(store), names, NOW))
        store.close()
    return sum(receipt.runs for receipt in receipts)


def _sessions(path: Path) -> int:
    return len(reading.parse(path, path.name).sessions)


def _athlete(store: Store) -> str:
    team = enrolling.add_team(store, "Bench", NOW)
    who = enrolling.add_person(store, "Ada", "ada@example.org", NOW, born=date(2000, 1, 1))
    enrolling.add_role(store, who, Role.ATHLETE, team, NOW)
    consenting.record(store, who, Consent.LOAD, True, who, "athlete", None, NOW)
    return who


MEASURES: dict[str, Callable[[Path], int]] = {
    "fitdecode": partial(with_fitdecode, processor=True),
    "fitdecode-raw": partial(with_fitdecode, processor=False),
    "one": in_one_process,
    "all": on_all_cores,
    "archive": archive,
    "import": imported,
}


def measured(name: str, path: Path) -> Found:
    """One measurement here: files, seconds, and peak memory in MB of this process and its own."""
    started = time.perf_counter()
    files = MEASURES[name](path)
    seconds = time.perf_counter() - started
    usage = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return {
        "files": files,
        "rate": files / seconds,
        "cpu_ms": 1_000 * sum(one.ru_utime + one.ru_stime for one in usage) / max(files, 1),
        "peak_mb": usage[0].ru_maxrss / 2**10,
        "worker_mb": usage[1].ru_maxrss / 2**10,
    }


def apart(name: str, path: Path) -> Found:
    """One measurement in a process of its own, which says what it found on its last line."""
    sys.stderr.write(f"  {name} {path.name}\n")
    command = [sys.executable, "-m", "tests.bench.files", "--measure", name, str(path)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    found: Found = json.loads(done.stdout.splitlines()[-1])
    return found


def sections(count: int, sizes: list[int]) -> Iterator[str]:
    """The section, measured now: again after every archive, so that a run can be cut short."""
    with tempfile.TemporaryDirectory(dir=os.environ.get("CLUBMON_BENCH")) as place:
        folder = Path(place) / "season"
        season.files(folder, count)
        before = apart("fitdecode", folder)
        ways = {name: apart(name, folder) for name in ("fitdecode-raw", "one", "all", "import")}
        after = apart("fitdecode", folder)
        base = {**before, "rate": (before["rate"] + after["rate"]) / 2}
        base["cpu_ms"] = (before["cpu_ms"] + after["cpu_ms"]) / 2
        grown: list[tuple[int, Found, Found]] = []
        yield section(count, {"fitdecode": base, **ways}, grown)
        for size in sizes:
            path = Path(place) / f"{size}.zip"
            season.archive(path, size)
            grown.append((size, apart("archive", path), apart("import", path)))
            path.unlink()
            yield section(count, {"fitdecode": base, **ways}, grown)


NAMES = {
    "fitdecode": "fitdecode alone, one process",
    "fitdecode-raw": "fitdecode alone, without its processor",
    "one": "clubmon, read in one process",
    "all": "**clubmon, read on all cores**",
    "import": "clubmon, read on all cores and stored",
}


def section(count: int, ways: dict[str, Found], grown: list[tuple[int, Found, Found]]) -> str:
    """The section of docs/performance.md."""
    base = ways["fitdecode"]
    parser = f"pyfitparsernative {version('pyfitparsernative')}" if native.parse else "none"
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    ratio = ways["all"]["rate"] / base["rate"]
    lines = [
        TITLE,
        "",
        f"Made by `make bench-files` on {datetime.now(UTC):%Y-%m-%d} ({machine}; "
        f"fitdecode {version('fitdecode')}, native parser: {parser}).",
        f"A season is {count:,} made-up runs of 30 to 75 minutes at 1 Hz with ten fields a second.",
        "fitdecode reads every tenth of them, before and after the others; it makes no sessions.",
        "",
        "| what | files per s | times fitdecode | CPU ms per file | peak, MB | a worker, MB |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
        *(_row(name, found, base) for name, found in ways.items()),
        "",
        f"Aim: at least {AIM} times as many files per second with the native parser: "
        f"{ratio:.1f}, {'met' if ratio >= AIM else 'not met'}.",
        "By processor time, which other work on the machine changes less: "
        f"{_by_cpu(ways):.1f} on {os.cpu_count()} cores that are idle otherwise.",
    ]
    if grown:
        lines += ["", *_archives(grown, base)]
    return "\n".join(lines) + "\n"


def _by_cpu(ways: dict[str, Found]) -> float:
    cores = os.cpu_count() or 1
    return float(ways["fitdecode"]["cpu_ms"] / (ways["all"]["cpu_ms"] / cores))


def _row(name: str, found: Found, base: Found) -> str:
    # A process that is started by a large one is counted as that large at first.
    worker = f"{found['worker_mb']:.0f}" if name == "all" else "–"
    return (
        f"| {NAMES[name]} | {found['rate']:.1f} | {found['rate'] / base['rate']:.1f} "
        f"| {found['cpu_ms']:.0f} | {found['peak_mb']:.0f} | {worker} |"
    )


def _archives(grown: list[tuple[int, Found, Found]], base: Found) -> Iterator[str]:
    """Bulk exports of growing size: what reading and importing them takes in memory."""
    yield "Strava's bulk export, recordings as `.fit.gz`:"
    yield ""
    yield (
        "| archive, MB | activities | read: times fitdecode | peak, MB | a worker, MB "
        "| stored: times fitdecode | peak, MB |"
    )
    yield "| ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
    for size, read, stored in grown:
        yield (
            f"| {size:,} | {read['files']:,} | {read['rate'] / base['rate']:.1f} "
            f"| {read['peak_mb']:.0f} | {read['worker_mb']:.0f} "
            f"| {stored['rate'] / base['rate']:.1f} | {stored['peak_mb']:.0f} |"
        )


def main() -> None:
    """Measure, print the section and write it where asked."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--files", type=int, default=1_000)
    asked.add_argument("--sizes", default="100,300,1000", help="of archives, in MB")
    asked.add_argument("--write", action="store_true", help="also write docs/performance.md")
    asked.add_argument("--measure", nargs=2, help=argparse.SUPPRESS)
    chosen = asked.parse_args()
    if chosen.measure:
        name, path = chosen.measure
        sys.stdout.write(json.dumps(measured(name, Path(path))) + "\n")
        return
    text = ""
    for text in sections(chosen.files, [int(size) for size in chosen.sizes.split(",") if size]):
        if chosen.write:
            page = pagetext.without(PAGE.read_text(encoding="utf-8"), TITLE)
            PAGE.write_text(f"{page}\n{text}", encoding="utf-8")
    sys.stdout.write(text)


if __name__ == "__main__":
    main()
