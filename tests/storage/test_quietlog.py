"""The log names the kind of an error and its place, never what it was about."""

from __future__ import annotations

import logging

import pytest

from clubmon.storage import quietlog
from clubmon.storage.quietlog import WithoutValues


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> logging.Logger:
    logger = logging.getLogger("quiet-test")
    logger.addFilter(WithoutValues())
    return logger


SECRET = "left hamstring 8/10, ada@example.org"


def fail() -> None:
    raise ValueError(SECRET)


def test_an_errors_own_words_stay_out_of_the_log(
    log: logging.Logger, caplog: pytest.LogCaptureFixture
) -> None:
    try:
        fail()
    except ValueError:
        log.exception("The nightly job for %s failed.", "2026-11-17")
    assert SECRET not in caplog.text
    assert "The nightly job for 2026-11-17 failed. (ValueError)" in caplog.text


def test_the_place_of_an_error_is_in_the_log(
    log: logging.Logger, caplog: pytest.LogCaptureFixture
) -> None:
    try:
        fail()
    except ValueError:
        log.exception("Something failed.")
    assert "in fail" in caplog.text
    assert __file__.rpartition("/")[2] in caplog.text


def test_a_line_without_an_error_is_left_alone(
    log: logging.Logger, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        log.info("%s raw files were read again.", 3)
    assert "3 raw files were read again." in caplog.text


def test_libraries_tell_the_log_what_went_wrong_and_not_each_step_of_a_pdf() -> None:
    root = logging.getLogger()
    handlers = {handler: list(handler.filters) for handler in root.handlers}
    quietlog.setup(logging.INFO)
    for handler in root.handlers:  # those of the tests stay as they were
        handler.filters[:] = handlers[handler]
    for name in ("weasyprint.progress", "fontTools.subset", "apscheduler.scheduler"):
        assert not logging.getLogger(name).isEnabledFor(logging.INFO)
        assert logging.getLogger(name).isEnabledFor(logging.WARNING)
