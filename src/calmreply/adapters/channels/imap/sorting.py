"""What is nobody's words to us: own mail, bounces, automatic answers, digests of lists. Pure.

Only what says so itself is passed over; what cannot be told apart is kept.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from email.message import Message
from typing import Final

from . import headers, mime
from .headers import Mailbox

_SENT_FOLDERS: Final = frozenset(
    {
        *("sent", "sent items", "sent mail", "sent messages", "outbox", "drafts"),
        *("gesendet", "gesendete objekte", "gesendete elemente", "postausgang", "entwürfe"),
        *("envoyés", "éléments envoyés", "messages envoyés", "brouillons", "enviados"),
        *("elementos enviados", "posta inviata", "inviati", "inviata", "verzonden"),
        *("verzonden items", "wysłane", "elementy wysłane", "skickat", "sendt"),
    }
)
_DAEMONS: Final = frozenset({"mailer-daemon", "mailerdaemon", "mail-daemon", "maildaemon"})
_ANSWERS_ITSELF: Final = ("x-autoreply", "x-autorespond", "x-autoresponse")
_SENDS_ITSELF: Final = (
    *("auto-submitted", "list-unsubscribe", "feedback-id", "precedence"),
    "x-auto-response-suppress",
)
_NO_PERSON: Final = re.compile(
    r"no-?_?reply|do-?not-?reply|notif|review|alert|automat|mailer|bewertung|\bavis\b",
    re.IGNORECASE,
)
_FOR_DIGESTS: Final = re.compile(r"\bDigest, Vol\.? \d+, Issue \d+", re.IGNORECASE)


def is_sent_folder(folder: str) -> bool:
    """Whether a folder's name says that what lies there was written here."""
    last = re.split(r"[/.]", folder)[-1].strip()
    return last.lower() in _SENT_FOLDERS or folder.strip().lower() in _SENT_FOLDERS


def is_own(head: Message, own: Collection[str]) -> bool:
    """Whether we wrote it. A contact form writes in our name, but wants the answer elsewhere."""
    sender = headers.mailbox(head, "from").address
    return bool(sender) and sender in own and answer_to(head, own) is None


def answer_to(head: Message, own: Collection[str]) -> Mailbox | None:
    """Whom an answer would reach, where that is neither the sender nor we."""
    told = headers.mailbox(head, "reply-to")
    if not told.address or told.address in own:
        return None
    return None if told.address == headers.mailbox(head, "from").address else told


def is_answer_of_a_machine(head: Message) -> bool:
    """Whether a machine answered us: a bounce, a receipt, "out of office"."""
    submitted = headers.raw(head, "auto-submitted").lower()
    precedence = headers.raw(head, "precedence").lower()
    return (
        mime.kind_of(head) in ("multipart/report", "message/delivery-status")
        or headers.mailbox(head, "from").local in _DAEMONS
        or submitted.startswith(("auto-replied", "auto-notified"))
        or precedence.startswith(("auto_reply", "auto-reply"))
        or "x-failed-recipients" in head
        or any(name in head for name in _ANSWERS_ITSELF)
    )


def is_by_a_machine(head: Message) -> bool:
    """Whether it was sent by a site and not by a person, as its head shows."""
    local = headers.mailbox(head, "from").local
    return any(name in head for name in _SENDS_ITSELF) or bool(_NO_PERSON.search(local))


def is_of_nobody(head: Message, kinds: Collection[str], own: Collection[str]) -> bool:
    """Whether nobody stands behind it: made by a machine on its own, or a digest of a list."""
    submitted = headers.raw(head, "auto-submitted").lower()
    made = submitted not in ("", "no") and answer_to(head, own) is None
    nowhere = headers.raw(head, "return-path").replace(" ", "") == "<>"
    of_list = "list-id" in head or "list-post" in head
    titled = bool(_FOR_DIGESTS.search(headers.text(head, "subject")))
    return made or nowhere or "multipart/digest" in kinds or (of_list and titled)
