"""One message to mentions: a pure function over bytes that strangers wrote.

Run in a process of its own; everything it needs is loaded with this module.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import Message
from typing import Any, Final

from calmreply.adapters.html import plain, tidy

from . import alerts, headers, links, mime, quoting, returned, reviews, sorting

_LONGEST_KEY: Final = headers.LONGEST_ID
_LONGEST_THREAD: Final = 900
_MOST_BEFORE: Final = 20
"""Mails before it that an answer names; programs have always cut that line."""
_LONGEST_TITLE: Final = 500
_STUB: Final = 200
"""Characters of a plain part that may only say that the mail wants to be seen as a page."""
_HASHED_BODY: Final = 64_000
_MESSAGE_ID: Final = re.compile(r"<[!-;=?-~]{1,200}@[!-;=?-~]{1,200}>")
_NAMED_IN_KEY: Final = ("from", "date", "subject", "to")


@dataclass(frozen=True, slots=True)
class _Letter:
    """A message taken apart. `own` are our own addresses."""

    raw: bytes
    head: Message
    body: bytes
    own: frozenset[str]
    received: datetime | None
    now: datetime
    whole: bool = True

    @property
    def sent(self) -> float | None:
        when = headers.sent(self.head, self.received, self.now)
        return None if when is None else when.timestamp()

    @property
    def id(self) -> str:
        """Its Message-ID, empty where it has none that is one."""
        told = headers.raw(self.head, "message-id")
        return told if len(told) <= _LONGEST_KEY and _MESSAGE_ID.fullmatch(told) else ""

    @property
    def answers(self) -> str:
        """The Message-ID of the mail that it answers, or empty."""
        for name in ("in-reply-to", "references"):
            named = headers.ids(self.head, name)
            if named:
                return named[-1]
        return ""

    @property
    def thread(self) -> str:
        """What an answer to it refers to (RFC 5322, 3.6.4): what it refers to itself, then itself.

        Of many mails in a row the first and the newest are kept, with one space between two.
        """
        if not self.id:
            return ""
        parent = headers.ids(self.head, "in-reply-to")
        before = headers.ids(self.head, "references") or (parent if len(parent) == 1 else ())
        others = [one for one in before if one != self.id]
        kept, room = [self.id], _LONGEST_THREAD - len(self.id)
        for one in (*others[:1], *reversed(others[1:])):
            room -= len(one) + 1
            if room < 0 or len(kept) > _MOST_BEFORE:
                break
            kept.append(one)
        own, *named = kept
        return " ".join((*named[:1], *reversed(named[1:]), own))

    @property
    def key(self) -> str:
        """Its Message-ID, or a digest of what it is where it has none."""
        if self.id:
            return self.id
        if not self.body.strip():
            return f"digest:{_digest(self.raw)}"
        lines = (headers.raw(self.head, name) for name in _NAMED_IN_KEY)
        said = "\0".join(lines).encode("utf-8", "replace")
        return f"digest:{_digest(said + bytes(1) + self.body[:_HASHED_BODY])}"


def read(body: bytes, about: Mapping[str, Any]) -> dict[str, Any]:
    """The mentions in one message, as JSON can hold them.

    `about`: `own` (our own addresses), `now` and `received` (seconds since 1970, UTC; the second
    may be None), `head_only` (look at nothing but the header lines). The answer holds `heard`, a
    list with as many as there are (none for what is nobody's words to us), `damaged`, and where
    mail of ours came back `returned`: its Message-IDs and the reason.
    """
    try:
        letter = _letter(body, about)
        back = returned.returned(letter.head, letter.body)
        return {"heard": _mentions(letter), "damaged": False, "returned": back}
    except (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError):
        # A message of a kind we did not foresee: what its first lines say is still something.
        return {"heard": [_from_head(_letter(body, about))], "damaged": True}


def _letter(body: bytes, about: Mapping[str, Any]) -> _Letter:
    head, rest = mime.head(body)
    received = about.get("received")
    return _Letter(
        body,
        head,
        rest,
        frozenset(str(each).lower() for each in about.get("own", ())),
        None if received is None else datetime.fromtimestamp(received, UTC),
        datetime.fromtimestamp(about["now"], UTC),
        whole=not about.get("head_only"),
    )


def _mentions(letter: _Letter) -> list[dict[str, Any]]:
    head = letter.head
    if sorting.is_own(head, letter.own) or sorting.is_answer_of_a_machine(head):
        return []
    if not letter.whole:
        return [_from_head(letter)]
    parts = mime.parts(head, letter.body)
    html, text = parts.of("text/html"), _plain(parts)
    sender = headers.mailbox(head, "from")
    if alerts.is_alert(sender) and (hits := alerts.hits(html, text)):
        return [_hit(letter, hit) for hit in hits]
    shown = _shown(html, text, letter)
    found = [*links.anchors(html), *links.bare(text)]
    words = f"{text}\n{shown}"
    subject = headers.text(head, "subject")
    notice = sorting.is_by_a_machine(head)
    review = reviews.review(sender.host, subject, words, html, found) if notice else None
    if review is not None:
        return [_review(letter, review, shown)]
    if sorting.is_of_nobody(head, parts.kinds, letter.own) and not reviews.may_be(subject):
        return []
    return [_mail(letter, quoting.new_words(shown, subject))]


def _plain(parts: mime.Parts) -> str:
    texts = [p for p in parts.texts if p.kind == "text/plain"]
    return tidy("\n\n".join(_unflowed(p.text) if p.flowed else p.text for p in texts))


def _unflowed(text: str) -> str:
    """Paragraphs out of lines that end in a space where they go on (RFC 3676)."""
    lines: list[str] = []
    goes_on = False
    for line in text.replace("\r\n", "\n").split("\n"):
        quoted = line.startswith(">")
        if goes_on and not quoted:
            lines[-1] += line.removeprefix(" ")
        else:
            lines.append(line.removeprefix(" "))
        goes_on = line.endswith(" ") and line != "-- " and not quoted
    return "\n".join(lines)


def _shown(html: str, text: str, letter: _Letter) -> str:
    """The plain part, or the page where the plain part is a stub or missing."""
    if not html or len(text) > _STUB:
        return text
    before, after = quoting.new_markup(html, headers.text(letter.head, "subject"))
    words = plain(before)
    if not words or (after and plain(after)):
        words = plain(html)
    return words if not text or len(words) > 4 * len(text) else text


def _mail(letter: _Letter, text: str) -> dict[str, Any]:
    head = letter.head
    sender = headers.mailbox(head, "from")
    answer = sorting.answer_to(head, letter.own) or sender
    # What a form on a page sends in our own name is the words of whom the answer goes to.
    author = answer if sender.address in letter.own else sender
    title = headers.text(head, "subject")[:_LONGEST_TITLE]
    return {
        "key": letter.key,
        "author": author.name or author.address,
        "contact": answer.address,
        "title": title,
        "text": text or title,
        "published": letter.sent,
        "public": False,
        "language": headers.language(head),
        "target": answer.address,
        "thread": letter.thread,
        "answers": letter.answers,
    }


def _from_head(letter: _Letter) -> dict[str, Any]:
    return _mail(letter, "")


def _review(letter: _Letter, review: reviews.Review, text: str) -> dict[str, Any]:
    return {
        "key": letter.key,
        "author": review.author,
        "title": headers.text(letter.head, "subject")[:_LONGEST_TITLE],
        "text": text,
        "url": review.link,
        "site": review.site,
        "stars": [review.given, review.scale],
        "published": letter.sent,
        "public": True,
        "language": headers.language(letter.head),
    }


def _hit(letter: _Letter, hit: alerts.Hit) -> dict[str, Any]:
    return {
        "key": f"{letter.key}#{_digest(hit.link.encode('utf-8', 'replace'))}",
        "author": "",
        "title": hit.title[:_LONGEST_TITLE],
        "text": hit.text or hit.title,
        "url": hit.link,
        "site": links.host(hit.link),
        "published": letter.sent,
        "public": True,
    }


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:32]
