"""Telling the owner that something has been said: what is urgent at once, the rest gathered.

What is told says how many and nothing of the words, because others may look at the screen. How far
it has been told is a line of the journal, so that a restart neither forgets nor repeats anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from calmreply.app import facts
from calmreply.app.home import Home
from calmreply.app.ledger import NO_CASE, Ledger, MentionsHeard, fact_of, writing
from calmreply.app.ports.changes import ChangeSet
from calmreply.app.rules import settings
from calmreply.domain import due
from calmreply.domain.matching import folded, stands_in
from calmreply.domain.mention import MentionId

GATHERED_FOR = timedelta(minutes=30)
MOST = 500
"""New mentions that are looked through for urgent words; of more it is enough to know that."""
_TOLD = "told_until"


@dataclass(frozen=True, slots=True)
class Notice:
    """So many new mentions, and how many of them hold an urgent word."""

    count: int
    urgent: int = 0


@dataclass(frozen=True, slots=True)
class _News:
    """What was heard since the last notice: up to which line, how much, and since when (UTC)."""

    until: int
    count: int = 0
    urgent: int = 0
    since: datetime | None = None


def tell(home: Home) -> tuple[Notice | None, ChangeSet]:
    """What is to be told now, if anything; it is told once, so show it."""
    with writing(home) as ledger:
        said = ledger.tx.setting(_TOLD)
        if said is None or not said.isdecimal():
            # What was there before anybody listened is nothing new.
            ledger.tx.set_setting(_TOLD, str(ledger.tx.head()[0]))
            return None, ChangeSet()
        news = _since(ledger, int(said))
        notice, done = _decide(ledger, news)
        if done and news.until > int(said):
            ledger.tx.set_setting(_TOLD, str(news.until))
    return notice, ChangeSet()


def _since(ledger: Ledger, line: int) -> _News:
    tx, now = ledger.tx, ledger.now
    words = tuple(map(folded, settings.value(tx, settings.find("urgent_words")).splitlines()))
    news = _News(line)
    for written in tx.lines(case=NO_CASE, kinds=("mentions_heard",), after=line):
        fact = fact_of(written)
        number = written.line.number
        news = _News(number, news.count, news.urgent, news.since)
        if not isinstance(fact, MentionsHeard) or not fact.source:
            continue  # somebody brought it in by hand, and knows of it
        for known, case, _digest in fact.mentions:
            if not case or news.count >= MOST:
                continue
            mention = tx.mention(MentionId(known))
            if mention.now.number > 1:
                continue
            text = folded(f"{mention.title}\n{mention.now.text}")
            urgent = any(stands_in(text, word) for word in words if word)
            since = news.since or now.wall_of(fact.at)
            news = _News(number, news.count + 1, news.urgent + urgent, since)
    return news


def _decide(ledger: Ledger, news: _News) -> tuple[Notice | None, bool]:
    """The notice, and whether what was heard up to now is done with."""
    how = settings.value(ledger.tx, settings.find("tell"))
    if not news.count or how == "no":
        return None, True
    notice = Notice(news.count, news.urgent)
    if news.urgent:
        return notice, True
    quiet = settings.value(ledger.tx, settings.find("quiet")) == "yes"
    rules = facts.rules_in_force(ledger.tx)[1]
    wall = ledger.now.wall
    if quiet and due.next_open(rules, wall) != wall:
        return None, False
    waited = wall - news.since if news.since is not None else GATHERED_FOR
    if how == "gathered" and timedelta(0) <= waited < GATHERED_FOR:
        return None, False
    return notice, True
