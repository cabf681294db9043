"""What `clubmon metrics` promises about a file that it is given."""

from __future__ import annotations

import csv
import io
import os
from datetime import date, timedelta
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clubmon.load.metrics import MetricsError, metrics

HERE = Path(__file__)
ORACLE = Path(os.environ.get("CLUBMON_ORACLE", HERE.parents[3] / ".." / "shared" / "oracle"))
START = date(2026, 1, 1)
COLUMNS = (
    "athlete,date,load,acwr_coupled,acwr_uncoupled,acwr_ewma,wow_pct,monotony,strain,ctl,atl,tsb"
)
COMPUTED = COLUMNS.split(",")[3:]


def _loop() -> Any:
    spec = spec_from_file_location("loop", HERE.with_name("loop.py"))
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


loop = _loop()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "loads.csv"


def run(file: Path, text: str | None = None) -> tuple[list[dict[str, str]], list[str]]:
    if text is not None:
        file.write_text(text, encoding="utf-8")
    out = io.StringIO()
    refused = metrics(file, out)
    return list(csv.DictReader(io.StringIO(out.getvalue()))), refused


def series(file: Path, loads: list[float], athlete: str = "a") -> list[dict[str, str]]:
    lines = [f"{athlete},{START + timedelta(t)},{load!r}" for t, load in enumerate(loads)]
    rows, refused = run(file, "\n".join(["athlete,date,load", *lines]))
    assert refused == []
    return rows


def oracle(name: str) -> list[dict[str, str]]:
    path = ORACLE / name
    if not path.is_file():
        pytest.skip(f"no worked examples at {ORACLE}; CLUBMON_ORACLE names their folder")
    return list(csv.DictReader(path.open(encoding="utf-8")))


@pytest.mark.parametrize(
    "name", ["01_menaspa_williams2017.csv", "02_step_50_100.csv", "03_zero_chronic.csv"]
)
def test_worked_examples_are_met_to_the_digits_printed(file: Path, name: str) -> None:
    expected = oracle(name)
    text = ["athlete,date,load"] + [
        f"{row.get('athlete', 'x')},{START + timedelta(int(row['day']) - 1)},{row['load']}"
        for row in expected
    ]
    rows, _ = run(file, "\n".join(text))
    assert len(rows) == len(expected)
    for want, got in zip(expected, rows, strict=True):
        for column in ("acwr_coupled", "acwr_uncoupled", "acwr_ewma"):
            hidden = int(want["day"]) < 28 or want[column] in ("", "inf")
            digits = len(want[column].partition(".")[2])
            assert (
                (got[column] == "")
                if hidden
                else (round(float(got[column]), digits) == float(want[column]))
            )


def test_williams_published_ratios_are_met(file: Path) -> None:
    published = oracle("01b_menaspa_day28_published.csv")
    given_loads = oracle("01_menaspa_williams2017.csv")
    for want in published:
        loads = [float(r["load"]) for r in given_loads if r["athlete"] == want["athlete"]]
        last = series(file, loads)[-1]
        assert f"{float(last['acwr_coupled']):.2f}" == want["published_rolling_acwr"]
        assert f"{float(last['acwr_ewma']):.2f}" == want["published_ewma_acwr"]


def assert_agrees(rows: list[dict[str, str]], loads: list[float]) -> None:
    scale = max([*loads, 1.0])
    for got, want in zip(rows, loop.metrics(loads), strict=True):
        for column in COMPUTED:
            if want[column] is None:
                assert got[column] == "", (column, got, want[column])
            else:
                absolute = 1e-9 * scale if column == "tsb" else 1e-12
                assert float(got[column]) == pytest.approx(want[column], rel=1e-9, abs=absolute)


def loads_of_days(most: int) -> st.SearchStrategy[list[float]]:
    rest = st.just(0.0)
    small = st.integers(0, 20_000).map(lambda hundredths: hundredths / 100)
    return st.lists(st.one_of(rest, small, st.floats(0, 1e5)), min_size=1, max_size=most)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(loads=loads_of_days(90))
def test_every_metric_agrees_with_a_plain_loop(file: Path, loads: list[float]) -> None:
    # values that differ by less than their own rounding have no standard deviation to agree on
    loads = [round(load, 3) for load in loads]
    assert_agrees(series(file, loads), loads)


@pytest.mark.parametrize("rest_from", [4000, 500, 1024, 2047])
def test_agreement_lasts_beyond_seven_years(file: Path, rest_from: int) -> None:
    loads = [float((t * 7919) % 97) if t < rest_from else 0.0 for t in range(3100)]
    assert_agrees(series(file, loads), loads)


def test_columns_are_in_the_promised_order(file: Path) -> None:
    file.write_text("load,athlete,date\n5,a,2026-01-01\n", encoding="utf-8")
    out = io.StringIO()
    metrics(file, out)
    assert out.getvalue().splitlines()[0] == COLUMNS
    assert out.getvalue().splitlines()[1].startswith("a,2026-01-01,5.0,,,,,,,")


def test_a_missing_date_is_a_rest_day(file: Path) -> None:
    rows, refused = run(file, "athlete,date,load\na,2026-01-01,5\na,2026-01-04,7\n")
    assert [(r["date"], r["load"]) for r in rows] == [
        ("2026-01-01", "5.0"), ("2026-01-02", "0.0"), ("2026-01-03", "0.0"), ("2026-01-04", "7.0"),
    ]  # fmt: skip
    assert refused == []


def test_duplicates_are_summed(file: Path) -> None:
    rows, _ = run(file, "athlete,date,load\na,2026-01-01,0.1\na,2026-01-01,0.2\n")
    assert [r["load"] for r in rows] == ["0.3"]


def test_athletes_come_in_input_order_and_their_days_in_date_order(file: Path) -> None:
    text = "athlete,date,load\nz,2026-01-02,1\na,2026-01-01,1\nz,2026-01-01,2\n"
    rows, _ = run(file, text)
    assert [(r["athlete"], r["date"]) for r in rows] == [
        ("z", "2026-01-01"), ("z", "2026-01-02"), ("a", "2026-01-01"),
    ]  # fmt: skip


def test_more_than_ten_athletes_keep_their_order(file: Path) -> None:
    names = [f"n{20 - i}" for i in range(15)]
    rows, _ = run(file, "athlete,date,load\n" + "".join(f"{n},2026-01-01,1\n" for n in names))
    assert [r["athlete"] for r in rows] == names


@pytest.mark.parametrize("name", ["007", " Ana ", "1e5", "Ñandú, Zoë", 'the "Bear"', "NULL"])
def test_athlete_ids_are_kept_verbatim(file: Path, name: str) -> None:
    with file.open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle).writerows([["athlete", "date", "load"], [name, "2026-01-01", "1"]])
    assert [r["athlete"] for r in run(file)[0]] == [name]


@pytest.mark.parametrize(
    ("row", "word"),
    [
        ("a,2026-01-02,", "blank"),
        ("a,2026-01-02,  ", "blank"),
        ("a,2026-01-02", "blank"),
        ("a,2026-01-02,-1", "negative"),
        ("a,2026-01-02,-0.001", "negative"),
        ("a,2026-01-02,nan", "no number"),
        ("a,2026-01-02,inf", "no number"),
        ("a,2026-01-02,1_000", "no number"),
        ("a,2026-01-02,ten", "no number"),
        ("a,2026-01-02,0x1F", "no number"),
        ("a,2026-01-02,٣", "no number"),
        ("a,2026-01-02,1e300", "too large"),
        ("a,2026-01-02,12,5", "more cells"),
        ("a,2026-02-30,1", "no date"),
        ("a,02/01/2026,1", "no date"),
        ("a,20260102,1", "no date"),
        ("a,2026-W01-1,1", "no date"),
        ("a,0206-01-02,1", "no date"),
        ("a,,1", "no date"),
        (",2026-01-02,1", "athlete is blank"),
        ("  ,2026-01-02,1", "athlete is blank"),
    ],
)
def test_a_bad_row_is_refused_by_its_number_and_the_good_ones_kept(
    file: Path, row: str, word: str
) -> None:
    rows, refused = run(file, f"athlete,date,load\na,2026-01-01,5\n{row}\na,2026-01-03,6\n")
    assert [r["load"] for r in rows] == ["5.0", "0.0", "6.0"]
    assert len(refused) == 1
    assert refused[0].startswith("loads.csv, row 3: ")
    assert word in refused[0]
    assert refused[0].endswith(".")


def test_rows_are_counted_as_a_spreadsheet_counts_them(file: Path) -> None:
    text = 'athlete,date,load\n\n"a\nb",2026-01-01,1\na,2026-01-01,\n'
    assert [r.split(":")[0] for r in run(file, text)[1]] == ["loads.csv, row 4"]


def test_a_refused_row_does_not_decide_the_order(file: Path) -> None:
    text = "athlete,date,load\nb,2026-01-01,\na,2026-01-01,1\nb,2026-01-01,1\n"
    assert [r["athlete"] for r in run(file, text)[0]] == ["a", "b"]


def test_a_file_from_a_spreadsheet_is_read(file: Path) -> None:
    file.write_bytes("\ufeffAthlete, Date ,LOAD,note\r\na,2026-01-01,+1.50,x\r\n".encode())
    rows, refused = run(file)
    assert ([r["load"] for r in rows], refused) == (["1.5"], [])


def test_a_header_alone_gives_a_header_alone(file: Path) -> None:
    assert run(file, "athlete,date,load\n") == ([], [])


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "'athlete'"),
        (b"athlete,date\na,2026-01-01\n", "'load'"),
        (b"athlete;date;load\na;2026-01-01;1\n", "'athlete'"),
        (b"athlete,date,load,load\na,2026-01-01,1,2\n", "more than one column 'load'"),
        (b"athlete,date,load\n\xff\xfe,2026-01-01,1\n", "UTF-8"),
        (b"athlete,date,load\na,2026-01-01," + b"1" * 200_000 + b"\n", "row 2"),
    ],
)
def test_a_file_that_cannot_be_used_is_one_sentence(file: Path, content: bytes, word: str) -> None:
    file.write_bytes(content)
    with pytest.raises(MetricsError) as caught:
        metrics(file, io.StringIO())
    assert word in str(caught.value)
    assert "loads.csv" in str(caught.value)


def test_a_file_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(MetricsError, match="cannot be read"):
        metrics(tmp_path / "none.csv", io.StringIO())
    with pytest.raises(MetricsError, match="cannot be read"):
        metrics(tmp_path, io.StringIO())


def test_ratios_are_empty_before_day_28_and_change_before_day_14(file: Path) -> None:
    rows = series(file, [float(10 + t) for t in range(28)])
    shown = {c: next(t + 1 for t, r in enumerate(rows) if r[c]) for c in COMPUTED}
    assert shown == {
        "acwr_coupled": 28, "acwr_uncoupled": 28, "acwr_ewma": 28, "wow_pct": 14,
        "monotony": 7, "strain": 7, "ctl": 1, "atl": 1, "tsb": 1,
    }  # fmt: skip


def test_seven_equal_days_have_no_monotony(file: Path) -> None:
    assert [r["monotony"] + r["strain"] for r in series(file, [0.1] * 9)] == [""] * 9


def test_a_week_of_rest_has_no_monotony_and_a_fall_of_100_percent(file: Path) -> None:
    last = series(file, [5.5] * 7 + [0.0] * 7)[-1]
    assert (last["monotony"], last["strain"], last["wow_pct"]) == ("", "", "-100.0")


def test_change_from_nothing_is_undefined(file: Path) -> None:
    assert series(file, [0.0] * 7 + [5.0] * 7)[-1]["wow_pct"] == ""


def test_rest_after_huge_loads_leaves_nothing_behind_in_a_window(file: Path) -> None:
    last = series(file, [1e11 / 3] * 40 + [0.0] * 14 + [1.0] * 7)[-1]
    assert (last["wow_pct"], last["monotony"]) == ("", "")


def test_the_coupled_ratio_follows_from_the_uncoupled_one(file: Path) -> None:
    for row in series(file, [float((t * 31) % 17) for t in range(60)])[27:]:
        u = float(row["acwr_uncoupled"])
        assert float(row["acwr_coupled"]) == pytest.approx(4 * u / (3 + u), rel=1e-12)


def test_the_same_file_gives_the_same_bytes(file: Path) -> None:
    lines = [
        f"{a},{START + timedelta(t)},{(t * 37 + a) % 101 / 7!r}"
        for a in range(9)
        for t in range(90)
    ]
    file.write_text("athlete,date,load\n" + "\n".join(lines), encoding="utf-8")
    first, second = io.StringIO(), io.StringIO()
    metrics(file, first)
    metrics(file, second)
    assert first.getvalue() == second.getvalue()


def test_numbers_are_in_shortest_round_trip_form(file: Path) -> None:
    for row in series(file, [0.1, 1 / 3, 2.5] * 12):
        for column in ["load", *COMPUTED]:
            assert row[column] == "" or repr(float(row[column])) == row[column]
