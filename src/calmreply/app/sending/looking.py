"""Looking at the place by ourselves: has what is answered changed, and does our reply stand there.

What is found is written down as a fact or as a new version of the mention; the gate draws the
conclusions. Absence never sends anything again, and what cannot be seen says nothing at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import cast

from calmreply.app import facts
from calmreply.app.facts import Known
from calmreply.app.home import Home
from calmreply.app.ledger import Ledger, MentionsGone, writing
from calmreply.app.listening import intake, places
from calmreply.app.ports import Cancelled, Tools
from calmreply.app.ports.changes import ChangeSet, of_case
from calmreply.app.ports.channels import (
    SIGN_IN_AGAIN,
    Found,
    LookLaterError,
    Looks,
    Ours,
    Seen,
    SendResult,
)
from calmreply.app.ports.storage import Account, ReadTransaction, Source
from calmreply.app.sending.entries import (
    account_of,
    after,
    arrived_after_all,
    entry_of,
    on_the_way,
    secret_of,
    stop_waiting,
    tools_of,
)
from calmreply.app.teamwork import keepers
from calmreply.domain import trying
from calmreply.domain.case import AnsweredOutside, SiteLooked
from calmreply.domain.mention import CaseId, Heard, Mention, MentionId
from calmreply.domain.outbox import (
    AttemptEnded,
    Entry,
    EntryId,
    Outcome,
    ReplySeen,
    Settled,
    Showing,
    State,
    state,
)
from calmreply.domain.reply import Address, Revised
from calmreply.errors import KnownError

_Eyes = tuple[Looks, Known, Entry, Account]
STANDS_THERE = (Showing.SHOWN, Showing.PENDING, Showing.REJECTED)


def before(
    home: Home,
    case: CaseId,
    entry_id: EntryId,
    secret: str | None,
    cancelled: Cancelled | None = None,
) -> SendResult | None:
    """What must be seen before an attempt; where it cannot be seen, how the attempt ends.

    An attempt before may have arrived after all, be it of other words for the same: then it is
    settled, and nothing is left to try.
    """
    eyes = _eyes(home, case, entry_id)
    if eyes is None:
        return None
    channel, known, entry, account = eyes
    stands = state(entry, known.now)
    again = stands is State.UNSURE and trying.may_repeat(entry)
    if not again and stands not in (State.READY, State.WAITING):
        return None
    tools = tools_of(home, account, cancelled)
    try:
        if _may_be_there(entry):
            found = channel.find(account, secret, entry.chosen.wire, entry.chosen.key, tools)
            if found.showing in STANDS_THERE:
                _settle(home, case, entry_id, found)
                return None
        if _other_words_stand_there(home, eyes, secret, tools):
            return None
        if entry not in known.facts.entries_in_turn:
            return None  # what it answered is answered no more: the gate holds it
        seen = channel.see(account, secret, _address(known, entry), tools)
        if seen.ours and not seen.answered:
            seen = replace(seen, answered=_from_elsewhere(home, eyes, secret, tools, seen.ours))
    except KnownError as error:
        stop = error.code == SIGN_IN_AGAIN
        return SendResult(
            Outcome.REFUSED if stop else Outcome.NOT_LEFT,
            f"{error.words} {error.way_out}",
            code=SIGN_IN_AGAIN if stop else "",
            wait=error.wait if isinstance(error, LookLaterError) else None,
        )
    _note(home, case, known.facts.mention.id, seen)
    return None


def due(home: Home) -> tuple[tuple[CaseId, EntryId], ...]:
    """Replies whose page is to be looked at now: in doubt, or not yet seen there."""
    found = []
    with home.store.read() as tx:
        elsewhere = keepers.Elsewhere(home, tx)
        for case, known, entry in on_the_way(home, tx, live_only=False):
            if elsewhere.of(entry.chosen.account):
                continue
            channel = home.channels.get(entry.chosen.channel)
            if channel is not None and channel.can_look and trying.look_due(entry, known.now):
                found.append((case, entry.id))
    return tuple(found)


def look_for(
    home: Home, case: CaseId, entry_id: EntryId, cancelled: Cancelled | None = None
) -> ChangeSet:
    """Look whether a reply stands on its page, and write down what was found.

    Raises KnownError where it cannot be seen just now; then nothing is written.
    """
    secret = secret_of(home, case, entry_id)
    eyes = _eyes(home, case, entry_id)
    if eyes is None:
        return ChangeSet()
    channel, _known, entry, account = eyes
    tools = tools_of(home, account, cancelled)
    found = channel.find(account, secret, entry.chosen.wire, entry.chosen.key, tools)
    with writing(home) as ledger:
        known = facts.load(home, ledger.tx, case)
        entry = entry_of(known, entry_id)
        stands = state(entry, known.now)
        # What somebody said did not appear, perhaps while we looked, may stand there after all.
        said_no = stands is State.CANCELLED and _may_be_there(entry)
        if (stands is State.UNSURE or said_no) and found.showing in STANDS_THERE:
            _record_settled(ledger, case, entry_id, found)
        if stands in (State.UNSURE, State.SENT):
            fact = ReplySeen(entry_id, found.showing, ledger.reading, found.link, found.words)
            ledger.record(fact, case, by_program=True)
        after(ledger, case, entry_id)
    return of_case(case)


def for_answers(
    home: Home, source: Source, heard: Sequence[Heard], cancelled: Cancelled | None = None
) -> None:
    """Before what a round brought is stored: does any of it answer a reply that is in doubt?

    Whoever answers it has it before them. Where a site gives a reply its name, only a look tells
    that name; once it is known, the answer belongs to its case.
    """
    account, _what = places.split(source)
    channel = home.channels.get(source.kind)
    if channel is None or not channel.can_look or not account:
        return
    with home.store.read() as tx:
        if not _answers_unknown(tx, heard):
            return
        way = (source.kind, account)
        doubtful = [
            (case, entry.id)
            for case, known, entry in on_the_way(home, tx)
            if (entry.chosen.channel, entry.chosen.account) == way
            and state(entry, known.now) is State.UNSURE
        ]
    for case, entry_id in doubtful:
        with suppress(KnownError):  # it is looked for again later, and a person may say
            look_for(home, case, entry_id, cancelled)


def of_others(home: Home, heard: Sequence[Heard]) -> Sequence[Heard]:
    """Without what left from here: to another account of the same place it is a stranger's."""
    if not heard:
        return heard
    with home.store.read() as tx:
        ours = {*tx.answered_by([one.key for one in heard])}
        ours -= {*tx.keyed([*ours])}  # whoever gave their page as that of our reply
    return [one for one in heard if one.key not in ours]


def _answers_unknown(tx: ReadTransaction, heard: Sequence[Heard]) -> bool:
    """Whether something new of these answers what is neither a mention nor known to be ours."""
    answers = [one for one in heard if one.answers]
    if not answers:
        return False
    named = [one.answers for one in answers]
    known = tx.keyed([*named, *(one.key for one in answers)]).keys() | tx.answered_by(named).keys()
    return any(not {one.key, one.answers} & known for one in answers)


def _from_elsewhere(
    home: Home, eyes: _Eyes, secret: str | None, tools: Tools, stand: Sequence[Ours]
) -> str:
    """The newest of these answers that did not come from here, or empty. Raises KnownError.

    A reply of the case that arrived by a name we were never told is asked for by its bytes.
    """
    channel, known, _entry, account = eyes
    with home.store.read() as tx:
        here = set(tx.answered_by([name for one in stand for name in _names(one)]))
    here |= {one.url for one in known.facts.of(AnsweredOutside) if one.url}
    nameless = [
        one
        for one in known.facts.entries
        if one.chosen.channel == channel.kind and one.attempts and not one.reference
    ]
    for one in stand:
        while nameless and not here.intersection(_names(one)):
            chosen = nameless.pop().chosen
            here.add(channel.find(account, secret, chosen.wire, chosen.key, tools).reference)
        if not here.intersection(_names(one)):
            return one.link or one.reference
    return ""


def _names(one: Ours) -> tuple[str, ...]:
    return tuple(filter(None, (one.reference, one.link)))


def _eyes(home: Home, case: CaseId, entry_id: EntryId) -> _Eyes | None:
    """What looks, and for what; None where nothing can."""
    with home.store.read() as tx:
        known = facts.load(home, tx, case)
        entry = entry_of(known, entry_id)
        account = account_of(tx, entry.chosen.account)
    channel = home.channels.get(entry.chosen.channel)
    if channel is None or not channel.can_look or account is None:
        return None
    return cast("Looks", channel), known, entry, account


def _other_words_stand_there(home: Home, eyes: _Eyes, secret: str | None, tools: Tools) -> bool:
    """Whether an earlier reply to the same arrived after all, of which somebody said that it did
    not: it is settled then, and this one not tried any more. Where the site does not tell, what
    they said holds.
    """
    channel, known, entry, account = eyes
    case, chosen = known.facts.id, entry.chosen
    for one in known.facts.entries_in_turn:
        same = (one.chosen.account, one.chosen.kind) == (chosen.account, chosen.kind)
        open_still = state(one, known.now) is not State.SENT and _may_be_there(one)
        if one.id == entry.id or not (same and open_still):
            continue
        try:
            found = channel.find(account, secret, one.chosen.wire, one.chosen.key, tools)
        except KnownError:
            continue
        if found.showing in STANDS_THERE:
            _settle(home, case, one.id, found, instead_of=entry.id)
            return True
    return False


def _may_be_there(entry: Entry) -> bool:
    """Whether an attempt before this one may have arrived, whatever anybody has said since."""
    ends = [fact for fact in entry.happened if isinstance(fact, AttemptEnded)]
    doubtful = any(end.outcome is Outcome.UNKNOWN for end in ends)
    return doubtful or entry.attempts > len({end.number for end in ends})


def _address(known: Known, entry: Entry) -> Address:
    """To where these words go."""
    revised = [one for one in known.facts.of(Revised) if one.revision == entry.chosen.revision]
    return revised[-1].words.to


def _settle(
    home: Home, case: CaseId, entry_id: EntryId, found: Found, *, instead_of: EntryId | None = None
) -> None:
    """What stands there is settled; what was to be tried in its place is not tried any more."""
    with writing(home) as ledger:
        _record_settled(ledger, case, entry_id, found)
        after(ledger, case, entry_id)
        if instead_of is not None:
            stop_waiting(ledger, case, instead_of, arrived_after_all())


def _record_settled(ledger: Ledger, case: CaseId, entry_id: EntryId, found: Found) -> None:
    fact = Settled(
        entry_id,
        appeared=True,
        at=ledger.reading,
        reference=found.reference,
        link=found.link,
    )
    ledger.record(fact, case, by_program=True)


def _note(home: Home, case: CaseId, about: MentionId, seen: Seen) -> None:
    """Write down what stands there now, and that it was looked at.

    If they have said more meanwhile, this was about what is answered no more.
    """
    with writing(home) as ledger:
        known = facts.load(home, ledger.tx, case)
        mention = known.facts.mention
        if mention.id != about:
            return
        if seen.heard is None and mention.gone is None and mention.source is not None:
            gone = ledger.tx.mark_gone(mention.source, [mention.key], ledger.now.wall)
            if gone:
                fact = MentionsGone(str(mention.source), tuple(map(str, gone)), ledger.reading)
                ledger.record(fact, by_program=True)
        if seen.heard is not None and seen.heard.digest != mention.now.digest:
            _heard_again(ledger, known, seen.heard)
        version = facts.load(home, ledger.tx, case).facts.mention.now.number
        looked = SiteLooked(version, ledger.reading, seen.heard is None, seen.answered)
        ledger.record(looked, case, by_program=True)


def _heard_again(ledger: Ledger, known: Known, heard: Heard) -> None:
    """Another version of the mention, heard from where it stands."""
    mention = known.facts.mention
    rules_line, _rules = facts.rules_in_force(ledger.tx)
    now = replace(heard, key=mention.key, target=_target(mention, heard))
    arrived = ledger.tx.add_mentions(
        mention.source,
        [now],
        ledger.now.wall,
        older=[False],
        rules_line=rules_line,
        joins=[mention.case],
    )
    intake.note(ledger, str(mention.source or ""), rules_line, [now], arrived)


def _target(mention: Mention, heard: Heard) -> str:
    """It is answered by the account by which it was heard first (see `places.addressed`)."""
    account, slash, _what = mention.target.partition("/")
    return f"{account}{slash}{heard.target}" if slash and heard.target else ""
