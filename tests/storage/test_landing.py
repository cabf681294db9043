"""Temporary files: on the disk with the data, not wherever the machine has its own."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from clubmon.storage import landing


def test_temporary_files_are_with_the_data_and_elsewhere_again_afterwards(tmp_path: Path) -> None:
    before = tempfile.gettempdir()
    with landing.temporary_files(tmp_path), tempfile.NamedTemporaryFile() as file:
        assert Path(file.name).parent == landing.inbox(tmp_path)
    assert tempfile.gettempdir() == before


def test_they_are_elsewhere_again_after_an_error_too(tmp_path: Path) -> None:
    before = tempfile.gettempdir()
    with pytest.raises(RuntimeError), landing.temporary_files(tmp_path):
        raise RuntimeError("the disk is full")
    assert tempfile.gettempdir() == before
