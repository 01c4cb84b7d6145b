"""What has changed about the people here: who came in, whose key is another one, by whose hand.

So that nobody comes in, and no key takes another one's place, unnoticed by the others. Nor does
another program write here unnoticed, on whatever computer, with a key that nobody let in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from calmreply.app.home import Home
from calmreply.app.ledger import NO_CASE, InstallationKey, fact_of, present
from calmreply.app.words import wording_people
from calmreply.domain.journal import Written
from calmreply.domain.moment import Now
from calmreply.domain.people import (
    Enrolled,
    PassphraseChanged,
    PersonChanged,
    PersonId,
    is_packet_key,
)
from calmreply.domain.rulebook import RulesSet

SHOWN_FOR = timedelta(days=30)
_KINDS = (
    *("enrolled", "packet_key_revoked", "presence_changed"),
    *("person_changed", "passphrase_changed", "rules_set"),
)


@dataclass(frozen=True, slots=True)
class Happened:
    """`at` in UTC. `key`: it is about a key, which the others had better know of.

    `replaced`: the key took the place of another one, `line` says so, by the hand of `by`.
    """

    at: datetime
    words: str
    key: bool = False
    replaced: bool = False
    line: int = 0
    by: str = ""


def lately(home: Home, for_the_last: timedelta = SHOWN_FOR) -> tuple[Happened, ...]:
    """The newest first."""
    with home.store.read() as tx:
        now = present(home, tx)
        lines = tuple(tx.lines(case=NO_CASE, kinds=_KINDS))
        programs = tuple(tx.lines(case=NO_CASE, kinds=("installation_key",)))
        currency = tx.setting("currency") or "EUR"
    teller = _Teller(currency)
    found = []
    for written in lines:
        fact = fact_of(written)
        words = teller.told(written, fact)
        if words and now.wall - now.wall_of(fact.at) <= for_the_last:
            key = isinstance(fact, Enrolled | PassphraseChanged)
            line = written.line
            replaced = isinstance(fact, Enrolled) and teller.again
            at = now.wall_of(fact.at)
            found.append(Happened(at, words, key, replaced, line.number, line.actor))
    found += _programs(programs, now, for_the_last)
    return tuple(sorted(found, key=lambda one: one.line, reverse=True))


def _programs(lines: Sequence[Written], now: Now, for_the_last: timedelta) -> list[Happened]:
    """All programs that wrote here for the first time, told at once; the home's first is none."""
    came = [
        (now.wall_of(fact.at), written.line.number)
        for written in lines
        if written.line.number > 1 and isinstance(fact := fact_of(written), InstallationKey)
    ]
    late = [(at, number) for at, number in came if now.wall - at <= for_the_last]
    if not late:
        return []
    at, number = late[-1]
    return [Happened(at, wording_people.programs(len(late)), key=True, line=number)]


def news_for(home: Home, person: PersonId) -> tuple[Happened, ...]:
    """Keys that took another one's place by somebody else's hand since this person last did
    anything, the newest first: what they are told as they come back.
    """
    keys = [one for one in lately(home) if one.replaced and one.by != person]
    if not keys:
        return ()
    with home.store.read() as tx:
        later = tx.lines(after=min(one.line for one in keys))
        last = max((one.line.number for one in later if one.line.actor == person), default=0)
    return tuple(one for one in keys if one.line > last)


class _Teller:
    """Goes through the lines in their order, and knows what was before each."""

    def __init__(self, currency: str) -> None:
        self._currency = currency
        self._names: dict[str, str] = {}
        self._keys: dict[str, int] = {}
        self._known: dict[str, tuple[str, str, int]] = {}
        self._granted: dict[str, int] = {}
        self.again = False

    def told(self, written: Written, fact: object) -> str:
        by = self._names.get(written.line.actor, "")
        match fact:
            case Enrolled():
                return self._entered(fact)
            case PersonChanged():
                return self._changed(fact, by)
            case RulesSet():
                return self._limits(fact)
            case None:
                return ""
            case _:
                who = getattr(fact, "person", PersonId(""))
                name = self._names.get(who, str(who))
                return wording_people.happened(fact, name, "" if by == name else by)

    def _entered(self, fact: Enrolled) -> str:
        phone = is_packet_key(fact.key_id)
        slot = f"{phone}{fact.person}"
        before = self._keys.get(slot, 0)
        self._keys[slot] = before + 1
        self.again = bool(before)
        here = fact.person in self._names
        self._names.setdefault(fact.person, fact.name)
        self._known.setdefault(fact.person, (fact.role, fact.mail, fact.may_offer))
        by = self._names.get(fact.vouched_by or "", "")
        name = self._names[fact.person]
        return wording_people.entered(name, by, phone=phone, here=here, again=bool(before))

    def _changed(self, fact: PersonChanged, by: str) -> str:
        role, mail, most = self._known.get(fact.person, ("", "", 0))
        self._known[fact.person] = (fact.role, fact.mail, fact.may_offer)
        name = self._names.get(fact.person, str(fact.person))
        return wording_people.changed(
            name,
            "" if by == name else by,
            contact=fact.mail if fact.mail != mail else None,
            role=fact.role if fact.role != role else None,
            limit=wording_people.amount(fact.may_offer, self._currency)
            if fact.may_offer != most
            else None,
        )

    def _limits(self, fact: RulesSet) -> str:
        granted = dict(fact.rules.granted)
        before, self._granted = self._granted, granted
        news = [who for who, much in granted.items() if before.get(who) != much]
        return " ".join(
            wording_people.granted(
                self._names.get(who, who), wording_people.amount(granted[who], self._currency)
            )
            for who in news
        )
