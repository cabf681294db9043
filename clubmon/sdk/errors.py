"""What can go wrong at a source, by name."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar


class ConnectorError(Exception):
    """A source could not be read, in one sentence: what happened, where, what to do.

    `permanent` says that trying the same again cannot help before a person has done something;
    each kind of error has its own default. `retry_at` (aware) is when the source may be asked
    again, where it or its limits say so.
    """

    usually_permanent: ClassVar[bool] = True

    def __init__(
        self, message: str, *, permanent: bool | None = None, retry_at: datetime | None = None
    ) -> None:
        super().__init__(message)
        self.permanent = self.usually_permanent if permanent is None else permanent
        self.retry_at = retry_at


class AccessDenied(ConnectorError):
    """The credentials are wrong, expired or revoked, or lack a scope; permanent."""


class RateLimited(ConnectorError):
    """The source's limit is used up; not permanent, `retry_at` is given."""

    usually_permanent = False


class SourceDown(ConnectorError):
    """The source did not answer in time, or answered with a failure of its own; not permanent."""

    usually_permanent = False


class Malformed(ConnectorError):
    """The source answered with something that is not what it promises; not permanent."""

    usually_permanent = False


class ClockOff(ConnectorError):
    """This machine's clock and the source's differ so much that neither can be gone by;
    permanent: somebody has to set one of them."""
