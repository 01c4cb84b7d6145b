"""A canonical record as the bytes of an e-mail (RFC 5322, MIME), and its addresses again. Pure.

Made by hand, with nothing of `email` in it but the form of a date: the bytes are rendered a
second time when the reply is claimed and have to be the same then, whatever version of Python
runs by that time. Everything is 7-bit, so that any mail server can take it; the one exception is
a letter beyond ASCII before the @ of an address, which has no 7-bit form and needs a server with
SMTPUTF8.
"""

from __future__ import annotations

import base64
import binascii
import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any, Final, NamedTuple

from ada_url import idna_to_ascii

from calmreply.errors import KnownError
from calmreply.i18n import _

_ATOM: Final = r'[^\s"(),.:;<>@\[\]\\]+'
_LOCAL: Final = re.compile(rf"{_ATOM}(?:\.{_ATOM})*")
_LABEL: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_MESSAGE_ID: Final = re.compile(r"<[!-;=?-~]{1,400}@[!-;=?-~]{1,400}>")
_PLAIN_WORDS: Final = re.compile(r"[!-~]+(?: [!-~]+)*")
_LINE_END: Final = re.compile(r"\r\n?|\n")

_LINE: Final = "\r\n"
_MOST_NAMED: Final = 50
_LONGEST_LOCAL: Final = 64
_LONGEST_DOMAIN: Final = 253
_LONGEST_ADDRESS: Final = 254  # RFC 5321 by way of its errata: a path of 256 with its brackets
_LONGEST_PLAIN: Final = 60
"""Characters of a header that may stand as they are; longer ones are encoded and folded."""
_WORD_BYTES: Final = 39
"""Bytes in one encoded word: a line of it stays under 76 with the header's name before it."""


class Envelope(NamedTuple):
    """Who sends and who receives, as a mail server wants to have them."""

    sender: str
    recipient: str

    @property
    def beyond_ascii(self) -> bool:
        return not (self.sender + self.recipient).isascii()


def mailbox(address: str) -> str | None:
    """One mail address in the form a mail server understands, or None if it is none.

    The part after the @ is turned into ASCII (IDNA). Display names, lists, comments, quoted local
    parts and numeric hosts are not accepted, nor is anything invisible.
    """
    local, at, domain = address.rpartition("@")
    if not at or len(address) > _LONGEST_ADDRESS or not _LOCAL.fullmatch(local):
        return None
    if any(unicodedata.category(char)[0] in "CZ" for char in address):
        return None
    host = ascii_host(domain)
    if host is None or "." not in host or host.rpartition(".")[2].isdigit():
        return None
    whole = f"{local}@{host}"
    fits = len(local.encode()) <= _LONGEST_LOCAL and len(whole.encode()) <= _LONGEST_ADDRESS
    return whole if fits and unicodedata.is_normalized("NFC", local) else None


def ascii_host(host: str) -> str | None:
    """The name of a host in lower-case ASCII (IDNA, UTS 46), or None if it is none."""
    try:
        name = idna_to_ascii(host).decode("ascii").lower()
    except (ValueError, UnicodeError):
        return None
    fits = len(name) <= _LONGEST_DOMAIN and all(map(_LABEL.fullmatch, name.split(".")))
    return name if fits else None


def render(record: Mapping[str, Any], *, sender: str, name: str, key: str, created: str) -> bytes:
    """The mail for a record, from `sender` called `name`, with `key` as its Message-ID.

    `created` (RFC 3339) is its date. Lines end in CRLF. Raises KnownError `bad_address`,
    `bad_subject`, `bad_name`, `bad_text`; ValueError for a key or a date that is not ours.
    """
    if not _MESSAGE_ID.fullmatch(key):
        raise ValueError(f"not a Message-ID: {key!r}")
    if record.get("attachments"):
        raise ValueError("a mail with attachments cannot be rendered")
    coding, body = _body(str(record["text"]))
    headers = [
        f"From: {_phrase(name)}<{_mailbox(sender)}>",
        f"To: {_mailbox(str(record['target']))}",
        *_subject(str(record["subject"])),
        f"Date: {format_datetime(datetime.fromisoformat(created).astimezone(UTC))}",
        f"Message-ID: {key}",
        *_answers(str(record["thread"])),
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        f"Content-Transfer-Encoding: {coding}",
    ]
    return "\r\n".join([*headers, "", ""]).encode() + body


def envelope(wire: bytes) -> Envelope:
    """The addresses in a mail that `render` made. Raises ValueError for any other."""
    head = wire.partition(b"\r\n\r\n")[0].replace(b"\r\n ", b" ").decode()
    sender = re.search(r"^From: (?:.* )?<([^<>\r\n]+)>\r?$", head, re.MULTILINE)
    recipient = re.search(r"^To: ([^<>\r\n]+)\r?$", head, re.MULTILINE)
    if sender is None or recipient is None:
        raise ValueError("these bytes are no mail of ours")
    return Envelope(sender[1], recipient[1])


def _mailbox(address: str) -> str:
    found = mailbox(address)
    if found is None:
        words = _('"{address}" is not an e-mail address.')
        raise KnownError(
            "bad_address",
            words.format(address=" ".join(address.split())[:100]),
            _("Write exactly one address, such as anna@customer.example."),
        )
    return found


def _subject(subject: str) -> list[str]:
    if not subject:
        return []
    if not _one_line(subject):
        raise KnownError(
            "bad_subject",
            _("The subject holds a line break or another character that no subject may have."),
            _("Write the subject in one line."),
        )
    return [f"Subject: {_words(subject)}"]


def _phrase(name: str) -> str:
    """A display name and the space after it, or the line's end after an encoded one."""
    if not _one_line(name):
        raise KnownError(
            "bad_name",
            _("The sender's name holds a line break or another character that no name may have."),
            _("Write the name in one line, in the settings of this e-mail account."),
        )
    name = " ".join(name.split())
    if not name:
        return ""
    words = _words(name)
    if words != name:
        return f"{words}\r\n "
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}" '


def _one_line(text: str) -> bool:
    """Nothing in it can end a header line, here or in a program that decodes it."""
    return not any(unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") for char in text)


def _words(text: str) -> str:
    """A header's text: as it is where that is plain and short, else encoded words (RFC 2047)."""
    if len(text) <= _LONGEST_PLAIN and "=?" not in text and _PLAIN_WORDS.fullmatch(text):
        return text
    parts, size = [""], 0
    for char in text:
        size += len(char.encode())
        if size > _WORD_BYTES:
            parts.append("")
            size = len(char.encode())
        parts[-1] += char
    coded = (base64.b64encode(part.encode()).decode() for part in parts)
    return "\r\n ".join(f"=?utf-8?b?{part}?=" for part in coded)


def _answers(thread: str) -> list[str]:
    """What it answers, where `thread` names mails and not something else: its parent is the last.

    Each stands in a line of its own, since no line may be too long (RFC 5322, 2.1.1).
    """
    named = thread.split(" ")
    if len(named) > _MOST_NAMED or not all(map(_MESSAGE_ID.fullmatch, named)):
        return []
    return [f"In-Reply-To: {named[-1]}", f"References: {f'{_LINE} '.join(named)}"]


def _body(text: str) -> tuple[str, bytes]:
    """The shorter of the two 7-bit codings of a text, and its name.

    Line ends become CRLF, as MIME wants them for text, and the last line gets one.
    """
    lines = _LINE_END.sub("\n", text)
    try:
        data = (lines if lines.endswith("\n") else lines + "\n").encode()
    except UnicodeEncodeError as error:
        raise KnownError(
            "bad_text",
            _("The reply holds a broken character that cannot be sent."),
            _("Delete the character that is shown as a box or a question mark."),
        ) from error
    quoted = binascii.b2a_qp(data).replace(b"\n", b"\r\n")
    packed = base64.encodebytes(data.replace(b"\n", b"\r\n")).replace(b"\n", b"\r\n")
    if len(quoted) <= len(packed):
        return "quoted-printable", quoted
    return "base64", packed
