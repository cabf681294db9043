"""A log that holds no personal data: of an error only its kind and its place are written.

A database's message can hold the row it refused, and a path can hold a signed token.
"""

from __future__ import annotations

import logging
import traceback


class WithoutValues(logging.Filter):
    """Rewrites a record with an exception: the stack stays, the exception's message goes."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keeps the record."""
        if record.exc_info:
            kind, _, stack = record.exc_info
            frames = "".join(traceback.format_tb(stack))
            record.msg = f"{self.said(record)} ({kind.__name__ if kind else 'error'})\n{frames}"
            record.args, record.exc_info, record.exc_text = (), None, None
        return True

    def said(self, record: logging.LogRecord) -> str:
        """What the record says beside the exception."""
        return record.getMessage()


def setup(level: int) -> None:
    """Log to standard error, errors without values."""
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(message)s")
    for talkative in ("apscheduler", "weasyprint", "fontTools"):
        logging.getLogger(talkative).setLevel(logging.WARNING)
    for handler in logging.getLogger().handlers:
        handler.addFilter(WithoutValues())
