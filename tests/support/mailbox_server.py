"""A real SMTP server's handler on the loopback: keeps what arrives and answers as told."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Callable
from email.message import EmailMessage
from typing import Any


class Box:
    """A real server's handler: keeps what arrives, answers as told."""

    def __init__(self) -> None:
        self.arrived: list[EmailMessage] = []
        self.answers: dict[str, str] = {}
        self.recipients: dict[str, str] = {}
        self.hold: Callable[[], object] = lambda: None

    async def handle_RCPT(  # noqa: N802  (aiosmtpd names it)
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        answer = self.recipients.get(address, "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        answer = self.answers.get(envelope.rcpt_tos[0], "250 OK")
        if answer.startswith("250"):
            self.hold()
            found = email.message_from_bytes(envelope.content, policy=email.policy.default)
            assert isinstance(found, EmailMessage)
            self.arrived.append(found)
        return answer
