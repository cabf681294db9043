"""Hands one message on: by SMTP where a host is set, otherwise as an .eml file.

Errors are one sentence without anything of the message in it: a server's own words can
repeat an address or a line of text.
"""

from __future__ import annotations

import contextlib
import re
import smtplib
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import format_datetime, formataddr, parseaddr
from pathlib import Path
from typing import Protocol

from clubmon.settings import Settings
from clubmon.storage import durable
from clubmon.words.sentences import sentence

NO_HEADER = sentence(
    "A message has an address or subject that no mail can carry; correct the person's address or "
    "mail_from."
)
NOT_WRITTEN = sentence(
    "Mail could not be written to {folder} ({why}); check that folder and the space on its disk."
)
NO_SIGN_IN = sentence(
    "The mail server {host} refused the sign-in ({code}); check smtp_user and smtp_password."
)
NOT_OFFERED = sentence(
    "The mail server {host} offers no encryption or sign-in on port {port}; check smtp_port and "
    "smtp_starttls."
)
NOT_USED = sentence(
    "The mail server {host}:{port} could not be used ({why}); check smtp_host and that the server "
    "runs."
)
NOT_LET = sentence("The mail server {host} does not let {sender} send ({code}); check mail_from.")
REFUSED = sentence(
    "The mail server {host} refused a message for good ({code}); check the person's address."
)
PUT_OFF = sentence("The mail server {host} put a message off ({code}); it is tried again.")
TIMEOUT_S = 30
IMPLICIT_TLS_PORT = 465
FOREVER = frozenset(range(500, 600)) - {530, 534, 535, 538}  # those are about our own password


class NotSent(Exception):
    """A message was not accepted. `permanent`: the server will say so again."""

    def __init__(self, sentence: str, *, permanent: bool = False) -> None:
        super().__init__(sentence)
        self.permanent = permanent


class Unreachable(NotSent):
    """No message can be handed on now: the server is down, or refuses us as a whole."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One message as it is sent. `known_at` aware UTC, when it was written."""

    message_id: str
    kind: str
    recipient: str
    subject: str
    text: str
    html: str
    unsubscribe_url: str | None
    known_at: datetime


class Sender(Protocol):
    """Sends one letter; raises NotSent."""

    def send(self, letter: Letter) -> None: ...


@contextlib.contextmanager
def sender(settings: Settings) -> Iterator[Sender]:
    """What sends for these settings; a connection to a server is made at the first letter."""
    if not settings.smtp_host:
        yield Folder(settings)
        return
    server = Server(settings)
    try:
        yield server
    finally:
        server.close()


def compose(letter: Letter, settings: Settings) -> EmailMessage:
    """The letter as MIME, the same bytes every time: text first, HTML as its alternative.

    Raises NotSent where an address or a subject cannot be a header.
    """
    try:
        return _mime(letter, settings)
    except ValueError as error:
        raise NotSent(
            NO_HEADER,
            permanent=True,
        ) from error


def forget(settings: Settings, address: str, names: re.Pattern[str]) -> int:
    """Delete written letters to an address, and those in which a name stands; how many.

    A file that is no letter is left alone.
    """
    found = [
        path
        for path in sorted((settings.data / "mail").glob("*.eml"))
        if _concerns(path, address, names)
    ]
    for path in found:
        path.unlink(missing_ok=True)
    return len(found)


def _concerns(path: Path, address: str, names: re.Pattern[str]) -> bool:
    read = message_from_bytes(path.read_bytes(), policy=SMTP_POLICY)
    if parseaddr(str(read["To"]))[1].lower() == address.lower():
        return True
    said = [str(read["Subject"])]
    said += [
        str(part.get_content()) for part in read.walk() if part.get_content_maintype() == "text"
    ]
    return names.search("\n".join(said)) is not None


def _mime(letter: Letter, settings: Settings) -> EmailMessage:
    _, address = parseaddr(settings.mail_from)
    domain = address.rpartition("@")[2] or "localhost"
    message = EmailMessage(policy=SMTP_POLICY)
    message["From"] = formataddr((f"{settings.club} (clubmon)", address or "clubmon@localhost"))
    message["To"] = letter.recipient
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(letter.known_at.astimezone(settings.zone))
    message["Message-ID"] = f"<{letter.message_id}@{domain}>"
    message["Auto-Submitted"] = "auto-generated"
    if letter.unsubscribe_url:
        message["List-Unsubscribe"] = f"<{letter.unsubscribe_url}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(letter.text, cte="quoted-printable")
    message.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    message.set_boundary(f"clubmon-{letter.message_id}")
    return message


class Folder:
    """Writes each letter to `mail/` in the data folder, for its owner's eyes only."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def path(self, letter: Letter) -> Path:
        """Where a letter goes; the same letter always to the same file."""
        written = letter.known_at.astimezone(self._settings.zone)
        short = letter.message_id.replace("-", "")[-8:]
        name = f"{written:%Y%m%dT%H%M%S}-{letter.kind}-{short}.eml"
        return self._settings.data / "mail" / name

    def send(self, letter: Letter) -> None:
        """Write it whole or not at all; raises Unreachable where the folder cannot be used."""
        path = self.path(letter)
        content = compose(letter, self._settings).as_bytes()
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            path.parent.chmod(0o700)
            durable.write(path, content)
        except OSError as error:
            raise Unreachable(NOT_WRITTEN.format(folder=path.parent, why=error.strerror)) from error


class Server:
    """One SMTP connection, made again after a failure."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._smtp: smtplib.SMTP | None = None

    def send(self, letter: Letter) -> None:
        """Hand it to the server; returns once the server has accepted it."""
        message = compose(letter, self._settings)
        smtp = self._smtp or self._connected()
        self._smtp = smtp
        try:
            smtp.send_message(message)
        except smtplib.SMTPException as error:
            self.close()
            raise self._refused(error) from error
        except (OSError, ValueError) as error:
            self.close()
            raise self._unreachable(error) from error

    def close(self) -> None:
        """Say goodbye, if there is anyone to say it to."""
        if self._smtp is not None:
            with contextlib.suppress(smtplib.SMTPException, OSError):
                self._smtp.quit()
        self._smtp = None

    def _connected(self) -> smtplib.SMTP:
        held = self._settings
        try:
            smtp = _open(held)
            if held.smtp_user:
                smtp.login(held.smtp_user, held.smtp_password)
        except smtplib.SMTPAuthenticationError as error:
            raise Unreachable(
                NO_SIGN_IN.format(host=held.smtp_host, code=error.smtp_code)
            ) from error
        except smtplib.SMTPNotSupportedError as error:
            raise Unreachable(
                NOT_OFFERED.format(host=held.smtp_host, port=held.smtp_port)
            ) from error
        except (smtplib.SMTPException, OSError) as error:
            raise self._unreachable(error) from error
        return smtp

    def _unreachable(self, error: BaseException) -> Unreachable:
        held = self._settings
        return Unreachable(
            NOT_USED.format(host=held.smtp_host, port=held.smtp_port, why=type(error).__name__)
        )

    def _refused(self, error: smtplib.SMTPException) -> NotSent:
        held, code = self._settings, _code(error)
        if code is None:
            return self._unreachable(error)
        if isinstance(error, smtplib.SMTPSenderRefused):
            return Unreachable(
                NOT_LET.format(host=held.smtp_host, sender=held.mail_from, code=code)
            )
        permanent = code in FOREVER
        said = REFUSED if permanent else PUT_OFF
        return NotSent(said.format(host=held.smtp_host, code=code), permanent=permanent)


def _open(settings: Settings) -> smtplib.SMTP:
    host, port = settings.smtp_host, settings.smtp_port
    if port == IMPLICIT_TLS_PORT:
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(host, port, timeout=TIMEOUT_S, context=context)
    smtp = smtplib.SMTP(host, port, timeout=TIMEOUT_S)
    if settings.smtp_starttls:
        smtp.starttls(context=ssl.create_default_context())
    return smtp


def _code(error: smtplib.SMTPException) -> int | None:
    """The server's three digits. One letter has one recipient, so one answer."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return next((code for code, _ in error.recipients.values()), None)
    return error.smtp_code if isinstance(error, smtplib.SMTPResponseException) else None
