"""Telling the owner that something has been said: what is urgent at once, the rest gathered.

What is told says how many and nothing of the words, because others may look at the screen. How far
it has been told is a line of the journal, so that a restart neither forgets nor repeats anything.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from calmreply.app import facts
from calmreply.app.home import Home
from calmreply.app.ledger import NO_CASE, MentionsHeard, fact_of, present, writing
from calmreply.app.listening import urgent
from calmreply.app.ports.storage import ReadTransaction
from calmreply.app.rules import settings
from calmreply.domain import due
from calmreply.domain.mention import Mention, MentionId
from calmreply.domain.moment import Now

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
class Looked:
    """What was heard since the last notice, as far as it has been looked through.

    From the line `told` to the line `until`, for these urgent words: how much of it is new, how
    much of that is urgent, and since when (UTC) there is something. Whoever asks again and again
    hands it back, so that nothing is read twice.
    """

    told: int
    words: tuple[str, ...]
    until: int
    count: int = 0
    urgent: int = 0
    since: datetime | None = None


def tell(home: Home, looked: Looked | None = None) -> tuple[Notice | None, Looked | None]:
    """What is to be told now, if anything; it is told once, so show it.

    Returns as well how far it looked, for the next time.
    """
    with home.store.read() as tx:
        told = _told(tx)
        now = present(home, tx)
        if told is not None:
            looked = _look(tx, now, told, looked)
            notice, done = _decide(tx, now, looked)
            if not done or looked.until == told:
                return None, looked
    with writing(home) as ledger:
        if _told(ledger.tx) != told:
            return None, None  # another window was quicker
        if looked is None or told is None:
            # What was there before anybody listened is nothing new.
            ledger.tx.set_setting(_TOLD, str(ledger.tx.head()[0]))
            return None, None
        ledger.tx.set_setting(_TOLD, str(looked.until))
    return notice, None


def _told(tx: ReadTransaction) -> int | None:
    """Up to which line it was told; None where nobody has begun to."""
    said = tx.setting(_TOLD)
    return int(said) if said is not None and said.isdecimal() else None


def _look(tx: ReadTransaction, now: Now, told: int, before: Looked | None) -> Looked:
    """Go on from where the look before ended, where its answer still holds."""
    words = urgent.words(tx)
    news = before or Looked(told, words, told)
    if (news.told, news.words) != (told, words):
        news = Looked(told, words, told)
    for written in tx.lines(case=NO_CASE, kinds=("mentions_heard",), after=news.until):
        news = replace(news, until=written.line.number)
        fact = fact_of(written)
        if not isinstance(fact, MentionsHeard) or not fact.source:
            continue  # somebody brought it in by hand, and knows of it
        for known, case, digest in fact.mentions:
            if case and news.count < MOST:
                news = _counted(news, tx.mention(MentionId(known)), digest, now.wall_of(fact.at))
    return news


def _counted(news: Looked, mention: Mention, digest: str, at: datetime) -> Looked:
    first = mention.versions[0]
    if digest != first.digest:
        return news  # an edit of what was told before
    more = urgent.holds(news.words, mention.title, first.text)
    return replace(news, count=news.count + 1, urgent=news.urgent + more, since=news.since or at)


def _decide(tx: ReadTransaction, now: Now, news: Looked) -> tuple[Notice | None, bool]:
    """The notice, and whether what was heard up to now is done with."""
    how = settings.value(tx, settings.find("tell"))
    if not news.count or how == "no":
        return None, True
    notice = Notice(news.count, news.urgent)
    if news.urgent:
        return notice, True
    quiet = settings.value(tx, settings.find("quiet")) == "yes"
    rules = facts.rules_in_force(tx)[1]
    wall = now.wall
    if quiet and due.next_open(rules, wall) != wall:
        return None, False
    waited = wall - news.since if news.since is not None else GATHERED_FOR
    if how == "gathered" and timedelta(0) <= waited < GATHERED_FOR:
        return None, False
    return notice, True
