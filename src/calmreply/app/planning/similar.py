"""Whether much the same words went to somebody else on the same site lately.

Sites turn away templates that they see again and again, and readers notice them, too. It is a hint
and stands in nobody's way.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from calmreply.app import facts
from calmreply.app.home import Home
from calmreply.app.ledger import fact_of, present
from calmreply.app.listening import address
from calmreply.app.ports.storage import ReadTransaction
from calmreply.domain.alike import likeness
from calmreply.domain.codec import rfc3339
from calmreply.domain.matching import folded
from calmreply.domain.mention import CaseId, Mention
from calmreply.domain.moment import Now
from calmreply.domain.outbox import SendChosen, State, state
from calmreply.domain.reply import ReplyId, ReplyKind

LATELY = timedelta(days=90)
MUCH = 0.6
"""As much of the shorter text stands in the other one, in threes of words."""


@dataclass(frozen=True, slots=True)
class SentAlike:
    """Words that were sent before. `at` is UTC; `share` of them stands in the present ones."""

    case: CaseId
    author: str
    at: datetime
    share: float
    holding: bool


def used_lately(home: Home, case: CaseId, text: str) -> SentAlike | None:
    """The reply most like `text` that went to the same site in the last 90 days, of other cases
    and of earlier replies in this one; None where none is much alike.

    Raises KnownError `no_such_case`.
    """
    with home.store.read() as tx:
        mention = tx.mention(tx.case(case).mention)
        site = _site(mention)
        if not site:
            return None
        now = present(home, tx)
        own = _present_reply(home, tx, case)
        found = [
            (likeness(text, _said(chosen)), told_in, chosen)
            for told_in, chosen in _chosen_lately(tx, now)
            if chosen.reply != own
        ]
        for share, told_in, chosen in sorted(found, key=lambda one: -one[0]):
            if share < MUCH:
                break
            there = tx.mention(tx.case(told_in).mention)
            if _site(there) & site and _arrived(home, tx, told_in, chosen):
                holding = chosen.kind is ReplyKind.HOLDING
                at = now.wall_of(chosen.at)
                return SentAlike(told_in, there.now.author, at, share, holding)
    return None


def _present_reply(home: Home, tx: ReadTransaction, case: CaseId) -> ReplyId | None:
    started = facts.load(home, tx, case).facts.reply
    return started.reply if started else None


def _chosen_lately(tx: ReadTransaction, now: Now) -> list[tuple[CaseId, SendChosen]]:
    found = []
    # By the line's own time first, which costs nothing; a clock may have been set since.
    surely_before = rfc3339(now.wall - LATELY - timedelta(days=7))
    for written in tx.lines(kinds=("send_chosen",)):
        if written.line.at < surely_before:
            continue
        fact = fact_of(written)
        if isinstance(fact, SendChosen) and now.wall - now.wall_of(fact.at) <= LATELY:
            found.append((CaseId(written.line.case), fact))
    return found


def _said(chosen: SendChosen) -> str:
    try:
        return str(json.loads(chosen.record)["text"])
    except (ValueError, KeyError, TypeError):
        return ""


def _arrived(home: Home, tx: ReadTransaction, case: CaseId, chosen: SendChosen) -> bool:
    known = facts.load(home, tx, case)
    entry = next((one for one in known.facts.entries if one.id == chosen.entry), None)
    return entry is not None and state(entry, known.now) is State.SENT


def _site(mention: Mention) -> frozenset[str]:
    """What a place is called: its host, and its name in words. Nothing for a call or a letter."""
    host = address.host(address.canonical(mention.url)) if mention.url else ""
    words = " ".join(folded(mention.site).split()) if mention.url or mention.source else ""
    return frozenset(filter(None, (host, words)))
