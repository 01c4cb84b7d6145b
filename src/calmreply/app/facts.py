"""Loading a case: its lines folded into `CaseFacts`, its sign-offs verified, its channel looked up.

Signatures are checked here against the keys of the enrolment chain, never against anything else
that a database could say.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import Any

from calmreply.app.home import CONTACTS, PAUSED, Home
from calmreply.app.ledger import NO_CASE, business_id, fact_of, present
from calmreply.app.ports.channels import HAND
from calmreply.app.ports.storage import Account, ReadTransaction, StoredDraft, Story
from calmreply.domain import customer
from calmreply.domain.case import (
    CaseFact,
    CaseFacts,
    ChannelState,
    Draft,
    Judged,
    TheyAnswered,
)
from calmreply.domain.mention import CaseId, Mention, Visibility, numbered
from calmreply.domain.moment import Now
from calmreply.domain.outbox import State, state
from calmreply.domain.people import PacketKeyRevoked, Person, people_from
from calmreply.domain.policy import Policy, effective
from calmreply.domain.private import PrivateKind
from calmreply.domain.reply import Revised, Words
from calmreply.domain.review import SignedOff, signed_bytes
from calmreply.domain.rulebook import RulesSet
from calmreply.domain.stage import ended
from calmreply.errors import KnownError
from calmreply.i18n import _

PEOPLE = ("enrolled", "packet_key_revoked", "presence_changed", "person_changed")
SIGNED = "signed_off"


@dataclass(frozen=True, slots=True)
class Known:
    """A case with the rules that hold it and the present: what every decision needs."""

    facts: CaseFacts
    rules: Policy
    now: Now


def enrolled(tx: ReadTransaction) -> tuple[Person, ...]:
    """Everybody ever enrolled, by the chain, with what they may offer by it alone."""
    facts = (fact_of(written) for written in tx.lines(case=NO_CASE, kinds=PEOPLE))
    return people_from(fact for fact in facts if fact is not None)


def people(tx: ReadTransaction) -> tuple[Person, ...]:
    """Everybody ever enrolled, with what they may offer by today's rules."""
    return _limited(enrolled(tx), rules_in_force(tx)[1])


def _limited(people: tuple[Person, ...], rules: Policy) -> tuple[Person, ...]:
    """The same people with what these rules grant them."""
    if not rules.granted:
        return people
    return tuple(
        replace(one, may_offer=max(one.may_offer, rules.granted_to(one.id))) for one in people
    )


def rules_in_force(tx: ReadTransaction) -> tuple[int, Policy]:
    """The number of the line that set them (0: none yet) and today's rules."""
    found = [
        (written.line.number, fact)
        for written in tx.lines(case=NO_CASE, kinds=("rules_set",))
        if isinstance(fact := fact_of(written), RulesSet)
    ]
    return (found[-1][0], found[-1][1].rules) if found else (0, Policy())


def rules_at(tx: ReadTransaction, line: int) -> Policy:
    """The rules that line set; the program's own for 0, or where that line sets none.

    Whoever began before any rule was set had chosen no zone yet: theirs is the first one chosen.
    A number that no genuine line gave to the case is found out by `trust` before anything leaves.
    """
    if line < 1:
        first = next(tx.lines(case=NO_CASE, kinds=("rules_set",)), None)
        chosen = fact_of(first) if first else None
        return Policy(zone=chosen.rules.zone) if isinstance(chosen, RulesSet) else Policy()
    written = next(tx.lines(case=NO_CASE, kinds=("rules_set",), after=line - 1), None)
    fact = fact_of(written) if written and written.line.number == line else None
    return fact.rules if isinstance(fact, RulesSet) else Policy()


@dataclass(frozen=True, slots=True)
class Shared:
    """What all cases of one transaction have in common, read once.

    `people` may offer what they came in with; what the rules grant depends on the case's rules.
    `others`: how customers are reached, the plan's contacts left out, which anybody may read;
    `revoked`: the number of the line that revoked a packet key.
    """

    people: tuple[Person, ...]
    rules: Policy
    now: Now
    business: str
    accounts: tuple[Account, ...]
    paused: bool
    others: Callable[[], customer.Book]
    revoked: Mapping[str, int]


def revoked(tx: ReadTransaction) -> dict[str, int]:
    """Packet keys that were revoked, each with the number of the line that says so."""
    found: dict[str, int] = {}
    for written in tx.lines(case=NO_CASE, kinds=("packet_key_revoked",)):
        fact = fact_of(written)
        if isinstance(fact, PacketKeyRevoked):
            found.setdefault(fact.key_id, written.line.number)
    return found


def shared(home: Home, tx: ReadTransaction, now: Now | None = None) -> Shared:
    return Shared(
        people=enrolled(tx),
        rules=rules_in_force(tx)[1],
        now=now or present(home, tx),
        business=business_id(tx),
        accounts=tx.accounts(),
        paused=tx.setting(PAUSED) == "yes",
        others=cache(partial(_others, tx)),
        revoked=revoked(tx),
    )


def said_just_now(
    tx: ReadTransaction, case: CaseId, fact: Any, *, but: tuple[str, ...] = ("at",)
) -> bool:
    """Whether the last line of the case says the same, `but` for these fields.

    So it is where a deed is done again because its answer was lost on the way.
    """
    last = deque(tx.lines(case=case), maxlen=1)
    there: Any = fact_of(last[0]) if last else None
    if type(there) is not type(fact):
        return False
    same = replace(there, **{name: getattr(fact, name) for name in but})
    return bool(same == fact)


def load(home: Home, tx: ReadTransaction, case: CaseId, common: Shared | None = None) -> Known:
    """A case as it stands. Raises KnownError `no_such_case`."""
    return next(load_all(home, tx, (case,), common or shared(home, tx)))


def load_all(
    home: Home, tx: ReadTransaction, cases: Sequence[CaseId], common: Shared
) -> Iterator[Known]:
    """Each of these cases as it stands. Raises KnownError `no_such_case`."""
    rules: dict[int, Policy] = {}
    for story in tx.stories(cases):
        line = story.row.rules_line
        if line not in rules:
            rules[line] = rules_at(tx, line)
        yield _known(home, story, rules[line], common)


def _known(home: Home, story: Story, began_with: Policy, common: Shared) -> Known:
    found = (fact_of(written) for written in story.lines)
    told = tuple(_for_all_to_read(home, fact) for fact in found if fact is not None)
    *earlier, mention = _conversation(story, told)
    bare = CaseFacts(
        id=story.row.id,
        business=common.business,
        mention=mention,
        rules_at_start=began_with,
        facts=told,
        people=_limited(common.people, effective(began_with, common.rules)),
        drafts=(),
        genuine=_genuine(home, story, common),
        paused=common.paused,
        earlier=tuple(earlier),
    )
    drafts = _drafts(story.drafts, bare)
    channel = _channel(home, bare, common.accounts)
    revision = bare.revision
    private = () if revision is None else private_in(home, bare, revision.words, common)
    facts = replace(bare, drafts=drafts, channel=channel, private=private)
    return Known(facts, effective(began_with, common.rules), common.now)


def _for_all_to_read(home: Home, fact: CaseFact) -> CaseFact:
    """A reply that everybody will see counts as public, whatever it was taken for when written."""
    if not isinstance(fact, Revised) or fact.words.visibility is Visibility.PUBLIC:
        return fact
    if not open_to_all(home, fact.words.to.channel):
        return fact
    return replace(fact, words=replace(fact.words, visibility=Visibility.PUBLIC))


def open_to_all(home: Home, kind: str) -> bool:
    """Whether everybody gets to see every reply that goes by this channel."""
    channel = home.channels.get(kind)
    return channel is not None and channel.rules("").open_to_all


def answered_before(home: Home, mention: Mention) -> Visibility:
    """Who gets to see an answer to it where it stands.

    A comment that waits to be let through is hidden for now only, and its answers not even that.
    """
    kind = mention.target.partition(":")[0]
    return Visibility.PUBLIC if open_to_all(home, kind) else mention.now.visibility


def private_in(
    home: Home, facts: CaseFacts, words: Words, common: Shared
) -> tuple[tuple[PrivateKind, str], ...]:
    """What these words would show everybody of a customer we know, or of our passwords."""
    if words.visibility is not Visibility.PUBLIC:
        return ()
    text = words.text
    # Mail addresses, numbers and places: without any of these signs there is none of them.
    asks = "@" in text or any(sign.isdigit() for sign in text)
    others = common.others() if asks else customer.Book()
    mine = tuple(mention.contact for mention in facts.conversation if mention.contact)
    told = tuple(judged.evidence for judged in facts.of(Judged))
    found = customer.customer_words(text, customer.Details(mine, told, others))
    if home.passwords.in_text(text):
        return (*found, (PrivateKind.PASSWORD, "••••••"))
    return found


def _others(tx: ReadTransaction) -> customer.Book:
    ours = tx.setting(CONTACTS) or ""
    return customer.book(one for one in tx.contacts() if one not in ours)


def _conversation(story: Story, told: Sequence[CaseFact]) -> tuple[Mention, ...]:
    """What they said, turn by turn; each version has a number of its own in the case."""
    later = {mention.id: mention for mention in story.turns}
    begun = [fact for fact in told if isinstance(fact, TheyAnswered) and fact.mention in later]
    return (
        story.mention,
        *(numbered(later[fact.mention], fact.version) for fact in begun),
    )


def _genuine(home: Home, story: Story, common: Shared) -> frozenset[str]:
    """The requests whose sign-off carries a signature of the signer's own enrolled key.

    One by a packet key counts if it came in before that key was revoked.
    """
    keys = {(one.id, key_id): public for one in common.people for key_id, public in one.keys}
    afar = {(one.id, key.id): key.public for one in common.people for key in one.packet_keys}
    good = set()
    for written in story.lines:
        # Lines are many and sign-offs few: no other is read for this.
        fact = fact_of(written) if written.line.kind == SIGNED else None
        if not isinstance(fact, SignedOff):
            continue
        public = keys.get((fact.by, fact.key_id))
        if written.line.number < common.revoked.get(fact.key_id, written.line.number + 1):
            public = public or afar.get((fact.by, fact.key_id))
        words = signed_bytes(fact.record)
        if public is not None and home.keys.verify(public, words, fact.signature):
            good.add(str(fact.request))
    return frozenset(good)


def _drafts(stored: Sequence[StoredDraft], facts: CaseFacts) -> tuple[Draft, ...]:
    """Unfinished words of whoever is here.

    Nobody else can finish those of somebody who is away, so they hold up no case; they stay where
    they are, and count again when that person is back.
    """
    revision = facts.revision
    said = (revision.words.text, revision.words.subject) if revision else ("", "")
    here = {person.id for person in facts.people if person.active}
    return tuple(
        Draft(draft.by, draft.text, draft.subject, draft.at, (draft.text, draft.subject) != said)
        for draft in stored
        if draft.by in here
    )


def _channel(home: Home, facts: CaseFacts, accounts: tuple[Account, ...]) -> ChannelState | None:
    revision = facts.revision
    site = facts.mention.site
    return None if revision is None else channel_state(home, revision.words, accounts, site)


def channel_state(
    home: Home, words: Words, accounts: tuple[Account, ...], site: str
) -> ChannelState:
    """How the channel of these words stands: whether it is there, has an account and a target.

    `site` is where the mention stands, as it names it.
    """
    channel = home.channels.get(words.to.channel)
    if channel is None:
        return ChannelState(kind=words.to.channel, connected=False)
    has_account = words.to.channel == HAND or any(
        account.id == words.to.account and account.kind == channel.kind for account in accounts
    )
    return ChannelState(
        kind=channel.kind,
        connected=has_account and channel.target_fits(words.to.target),
        can_look=channel.can_look,
        max_length=channel.rules(site).max_length,
        length=channel.length(words.text),
    )


def refuse_while_sending(known: Known) -> None:
    """A case does not end while a reply is out. Raises KnownError `still_sending`."""
    states = {state(entry, known.now) for entry in known.facts.entries}
    if states & {State.IN_FLIGHT, State.UNSURE, State.WAITING, State.READY}:
        raise KnownError(
            "still_sending",
            _("A reply of this case is still on its way, or nobody knows whether it arrived."),
            _("Settle that first."),
        )


def refuse_ended(known: Known) -> None:
    """Nothing is written or sent in a case that is over. Raises KnownError `reopen_first`."""
    if ended(known.facts, known.rules, known.now) is not None:
        raise KnownError(
            "reopen_first",
            _("This case is over: somebody closed it or set it aside."),
            _("Open it again first, and say why."),
        )
