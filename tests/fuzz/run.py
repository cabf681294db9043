"""`make fuzz`: 10,000 damaged inputs for every parser, each in a child that may be killed.

A hang is 5 s of processor time, or a minute without any, on one input: the kernel ends the
child then, whatever it is doing. Any input can be made again from its parser and number:
`python -m tests.fuzz.run --parser fit --first 4711 --count 1`.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
import traceback
import warnings
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from random import Random

from tests.fuzz import parsers
from tests.fuzz import watch as watching
from tests.fuzz.mutate import damaged

ROOT = Path(__file__).parents[2]
CHUNK = 5_000  # inputs per child
MOST_FAILURES = 20  # of one parser; more of the same say nothing new


@dataclass(slots=True)
class Tally:
    """What a parser did with its inputs."""

    inputs: int = 0
    read: int = 0  # inputs of which something was read
    refused: int = 0  # inputs of which something was refused, with a message
    asked: int = 0
    slowest_s: float = 0.0
    failures: list[str] = field(default_factory=list)


def made(parser: str, seeds: tuple[bytes, ...], index: int) -> bytes:
    """Input number `index` of a parser: always the same bytes."""
    dice = Random(f"{parser}/{index}")
    return damaged(dice, dice.choice(seeds))


def bounded(
    parser: str,
    one: parsers.Parser,
    first: int,
    count: int,
    watch: Callable[[int], None] = lambda index: None,
) -> Tally:
    """Inputs one after the other in this process; a failure is noted and the next one read."""
    found, seeds = Tally(), one.seeds()
    for index in range(first, first + count):
        data = made(parser, seeds, index)
        watch(index)
        started = time.process_time()
        told = _run(parser, one, index, data, found)
        found.slowest_s = max(found.slowest_s, time.process_time() - started)
        found.inputs += 1
        found.read += bool(told.read)
        found.refused += bool(told.refused)
        found.asked += bool(told.asked)
        if len(found.failures) >= MOST_FAILURES:
            break
    return found


def _run(parser: str, one: parsers.Parser, index: int, data: bytes, found: Tally) -> parsers.Told:
    try:
        return one.run(data)
    except Exception as error:  # that none comes is what is tested
        place = traceback.extract_tb(error.__traceback__)[-1]
        text = f"{type(error).__name__}: {error}"[:200]
        found.failures.append(
            f"{parser} {index}: {text} ({Path(place.filename).name}:{place.lineno})"
        )
        return parsers.Told()


def child(parser: str, first: int, count: int, progress: Path) -> None:
    """Inputs under the kernel's watch: it ends this process where one takes too long."""

    def watch(index: int) -> None:
        progress.write_text(str(index), encoding="ascii")
        watching.armed()

    one = parsers.all_parsers(progress.with_name("stored"))[parser]
    found = bounded(parser, one, first, count, watch)
    sys.stdout.write(json.dumps(asdict(found)) + "\n")


def watched(parser: str, first: int, count: int) -> Tally:
    """The same in children: one that dies or hangs costs its input, and the next goes on."""
    whole, last = Tally(), first + count
    with tempfile.TemporaryDirectory() as folder:
        progress = Path(folder) / "at"
        while first < last and len(whole.failures) < MOST_FAILURES:
            part = min(CHUNK, last - first)
            code, found = _spawned(parser, first, part, progress)
            if found is None:
                at = _place(progress, code)
                whole.failures.append(f"{parser} {at}: {watching.death(code)}")
                whole.inputs += at + 1 - first
                first = at + 1
            else:
                _add(whole, found)
                first += part
    return whole


def _place(progress: Path, code: int) -> int:
    """The input that a child died of. Ends the run where it never came to one."""
    if not progress.exists():
        sys.exit(f"A child ended with {code} before its first input; see its message above.")
    at = int(progress.read_text(encoding="ascii"))
    progress.unlink()
    return at


def _spawned(parser: str, first: int, count: int, progress: Path) -> tuple[int, Tally | None]:
    command = [sys.executable, "-m", "tests.fuzz.run", "--parser", parser, "--first", str(first)]
    command += ["--count", str(count), "--child", str(progress)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, cwd=ROOT, check=False)
    found = None if done.returncode else Tally(**json.loads(done.stdout.splitlines()[-1]))
    return done.returncode, found


def _add(whole: Tally, part: Tally) -> None:
    for name in ("inputs", "read", "refused", "asked"):
        setattr(whole, name, getattr(whole, name) + getattr(part, name))
    whole.slowest_s = max(whole.slowest_s, part.slowest_s)
    whole.failures += part.failures


def main() -> int:
    """Run what was asked and print a line per parser; 1 where a promise was broken."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--parser", action="append", help="this one only; may be given again")
    asked.add_argument("--count", type=int, default=10_000)
    asked.add_argument("--first", type=int, default=0)
    asked.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    chosen = asked.parse_args()
    warnings.simplefilter("ignore")  # of zipfile, about names that are there twice
    if chosen.child:
        child(chosen.parser[0], chosen.first, chosen.count, chosen.child)
        return 0
    known = parsers.all_parsers(Path())
    sys.stdout.write(f"{'parser':20}{'inputs':>8}{'read':>8}{'refused':>9}{'asked':>7}  slowest\n")
    failures = []
    for parser in chosen.parser or known:
        found = watched(parser, chosen.first, chosen.count)
        sys.stdout.write(
            f"{parser:20}{found.inputs:8}{found.read:8}{found.refused:9}{found.asked:7}"
            f"  {found.slowest_s:.3f} s\n"
        )
        sys.stdout.flush()
        failures += found.failures
    sys.stdout.write("\n".join(failures) + "\n" if failures else "every promise was kept\n")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
