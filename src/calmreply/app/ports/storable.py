"""Text as every database keeps it, so that all stores answer with the very same words.

No text column holds a NUL or half a surrogate pair. Both are typed by nobody and shown by
nothing; they become U+FFFD before anything is compared or counted. The journal's payloads are not
touched: they are kept byte by byte.
"""

from __future__ import annotations

from dataclasses import replace

from calmreply.app.ports.storage import Account, OutboxRow, PollState, StoredDraft
from calmreply.domain.mention import Heard, Promise

_BROKEN = "\N{REPLACEMENT CHARACTER}"
_NOT_KEPT = {0: _BROKEN, **dict.fromkeys(range(0xD800, 0xE000), _BROKEN)}


def words(text: str) -> str:
    """The text as it can be kept; the same object where nothing is wrong with it."""
    if _kept(text):
        return text
    return text.translate(_NOT_KEPT)


def words_or_none(text: str | None) -> str | None:
    return None if text is None else words(text)


def heard(one: Heard) -> Heard:
    texts = (one.key, one.author, one.text, one.title, one.url or "", one.site, one.contact)
    more = (one.handle, one.language, one.place, one.target, one.thread, one.answers)
    promise = one.promise
    if all(map(_kept, (*texts, *more))) and (promise is None or _kept(promise.words)):
        return one
    return replace(
        one,
        key=words(one.key),
        author=words(one.author),
        text=words(one.text),
        title=words(one.title),
        url=words_or_none(one.url),
        site=words(one.site),
        contact=words(one.contact),
        handle=words(one.handle),
        language=words(one.language),
        place=words(one.place),
        target=words(one.target),
        thread=words(one.thread),
        answers=words(one.answers),
        promise=None if promise is None else Promise(words(promise.words), promise.due),
    )


def draft(one: StoredDraft) -> StoredDraft:
    return replace(one, text=words(one.text), subject=words(one.subject))


def outbox_row(one: OutboxRow) -> OutboxRow:
    return replace(one, reference=words(one.reference), link=words(one.link))


def poll_state(one: PollState) -> PollState:
    return replace(one, cursor=words(one.cursor), found=words(one.found))


def account(one: Account) -> Account:
    settings = {words(name): words(value) for name, value in one.settings.items()}
    return replace(one, settings=settings)


def _kept(text: str) -> bool:
    if "\0" in text:
        return False
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
