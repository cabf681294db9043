"""The kernel's watch over one input: it ends the process where one takes too long."""

from __future__ import annotations

import signal

HANG_S, STUCK_S = 5.0, 60.0


def armed(busy_s: float = HANG_S, stuck_s: float = STUCK_S) -> None:
    """From now on this process may take so much processor time, or time at all."""
    signal.setitimer(signal.ITIMER_PROF, busy_s)  # neither signal has a handler
    signal.setitimer(signal.ITIMER_REAL, stuck_s)


def death(code: int) -> str:
    """How a child ended that did not end by itself, in words."""
    if code in (-signal.SIGPROF, -signal.SIGALRM):
        return f"hangs: over {HANG_S:.0f} s of processor time, or {STUCK_S:.0f} s without any"
    return f"the process died with {code}"
