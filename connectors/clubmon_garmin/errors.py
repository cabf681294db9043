"""What ends a run, in one sentence: what happened, where, what to do."""

from __future__ import annotations


class AgentError(Exception):
    """A run cannot go on. `permanent`: not before a person has done something."""

    def __init__(self, message: str, *, permanent: bool = True) -> None:
        super().__init__(message)
        self.permanent = permanent


class Busy(AgentError):
    """The other side asks for a pause longer than a run should wait, or does not recover."""

    def __init__(self, message: str, status: int = 0) -> None:
        super().__init__(message, permanent=False)
        self.status = status


class TooLarge(AgentError):
    """An answer is larger than anything that is meant; costs one activity, not the run."""
