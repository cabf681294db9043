"""Files that are whole or as they were before, and closed to others."""

from __future__ import annotations

import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from clubmon.storage import durable


def test_a_file_is_written_for_its_owner_only_and_replaced_as_a_whole(tmp_path: Path) -> None:
    path = tmp_path / "file"
    for content in (b"first", b"second"):
        durable.write(path, content)
        assert path.read_bytes() == content
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [one.name for one in tmp_path.iterdir()] == ["file"]


COPIES = (durable.copy, durable.copy_in_use)


@pytest.mark.parametrize("copy", COPIES)
def test_a_copy_has_the_same_bytes_and_is_closed_to_others(
    tmp_path: Path, copy: Callable[[Path, Path], None]
) -> None:
    source, target = tmp_path / "source", tmp_path / "target"
    source.write_bytes(bytes(range(256)) * 10_000)
    copy(source, target)
    assert target.read_bytes() == source.read_bytes()
    assert stat.S_IMODE(target.stat().st_mode) == 0o600


@pytest.mark.parametrize("copy", COPIES)
def test_what_was_there_stays_when_the_new_content_cannot_be_read(
    tmp_path: Path, copy: Callable[[Path, Path], None]
) -> None:
    target = tmp_path / "target"
    durable.write(target, b"before")
    with pytest.raises(OSError):  # noqa: PT011  the kind differs between systems
        copy(tmp_path, target)
    assert target.read_bytes() == b"before"
    assert [one.name for one in tmp_path.iterdir()] == ["target"]


def test_writers_at_the_same_time_leave_one_whole_file(tmp_path: Path) -> None:
    path = tmp_path / "file"
    contents = [bytes([number]) * 100_000 for number in range(8)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda content: durable.write(path, content), contents))
    assert path.read_bytes() in contents
    assert [one.name for one in tmp_path.iterdir()] == ["file"]


def test_sweeping_removes_what_was_left_half_written_and_nothing_else(tmp_path: Path) -> None:
    below = tmp_path / "raw" / "athlete"
    below.mkdir(parents=True)
    for name in (".file.0a1b2c3d.tmp", "kept.tmp", ".hidden", "kept"):
        (below / name).write_bytes(b"x")
    durable.sweep(tmp_path)
    assert sorted(one.name for one in below.iterdir()) == [".hidden", "kept", "kept.tmp"]
