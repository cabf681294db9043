"""Session loads of the worked examples, to the tenth of a unit that is stored."""

from __future__ import annotations

import csv
import os
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from clubmon.load import models
from clubmon.storage.store import rows_of

ORACLE = Path(
    os.environ.get("CLUBMON_ORACLE", Path(__file__).parents[3] / ".." / "shared" / "oracle")
)
MORNING = date(2026, 6, 1)
KNOWN = datetime(2026, 5, 1, tzinfo=UTC)


def oracle(name: str) -> list[dict[str, str]]:
    path = ORACLE / name
    if not path.is_file():
        pytest.skip(f"no worked examples at {ORACLE}; CLUBMON_ORACLE names their folder")
    return list(csv.DictReader(path.open(encoding="utf-8")))


def add_runs(con: Any, runs: Sequence[tuple[int, int | None, int | None]]) -> None:
    """Minutes, heart rate and RPE in tenths of one run each, by athletes '0', '1' and so on."""
    for athlete, (minutes, hr, rpe) in enumerate(runs):
        day = datetime(2026, 5, 1, 8) + timedelta(days=athlete)  # noqa: DTZ001 wall clock
        con.execute(
            "INSERT INTO lake.raw.session (session_id, athlete_id, sha256, audience, source, "
            "source_id, kind, sport, start_local, local_date, moving_s, avg_hr, rpe_tenths, "
            "known_at) VALUES (?, ?, 'f', 'club', 'fit', '', 'run', 'running', ?, ?, ?, ?, ?, ?)",
            [str(athlete), str(athlete), day, day.date(), 60 * minutes, hr, rpe, KNOWN],
        )


def column(con: Any, model: str, name: str) -> list[Any]:
    """One value per run, in order."""
    models.bind(con, MORNING - timedelta(days=42), MORNING, KNOWN + timedelta(days=31))
    rows = rows_of(con, models.query(model))
    return [row[name] for row in sorted(rows, key=lambda row: int(row["session_id"]))]


def test_banisters_trimp(con: Any) -> None:
    examples = oracle("05_trimp_banister.csv")
    add_runs(con, [(int(row["min"]), int(row["hr"]), None) for row in examples])
    for athlete, row in enumerate(examples):
        who = str(athlete)
        con.execute(
            "INSERT INTO app.physiology VALUES (?, ?, ?, ?, NULL, ?, ?)",
            [who, row["sex"].lower(), int(row["hr_rest"]), int(row["hr_max"]), who, KNOWN],
        )
        con.execute(
            "INSERT INTO app.consent VALUES (?, ?, 'health', true, ?, 'athlete', NULL, ?)",
            [who, who, who, KNOWN],
        )
    want = [round(10 * float(row["trimp_k086F_064M"])) for row in examples]
    assert column(con, "staging.trimp", "trimp_banister_dau") == want


def test_session_rpe(con: Any) -> None:
    examples = oracle("06_srpe.csv")
    add_runs(con, [(int(row["min"]), None, 10 * int(row["rpe"])) for row in examples])
    want = [10 * int(row["expected_AU"]) for row in examples]
    assert column(con, "staging.effort", "srpe_dau") == want
