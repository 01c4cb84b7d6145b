"""The holding reply: what its dialog reads, and the use cases behind its buttons. No Qt."""

from __future__ import annotations

from dataclasses import dataclass

from calmreply.app import facts
from calmreply.app.home import Actor, Home
from calmreply.app.planning import wordings
from calmreply.app.ports.changes import ChangeSet, of_case
from calmreply.app.ports.channels import HAND
from calmreply.app.sending import prepare, send, write
from calmreply.app.sending.prepare import Offered
from calmreply.app.sending.send import SendReport
from calmreply.app.words import wording
from calmreply.domain import gate, plan
from calmreply.domain.mention import CaseId
from calmreply.domain.outbox import EntryId
from calmreply.ui.dialogs.work import Seen, seen


@dataclass(frozen=True, slots=True)
class ToHold:
    """`name` is the author's as a holding reply may say it, or empty; `by_hand`: how it goes.

    `held` says what stands in its way whatever its words.
    """

    here: Seen
    name: str
    contacts: tuple[str, ...]
    by_hand: bool
    target: str
    held: tuple[str, ...]
    wordings: tuple[Offered, ...] = ()


def to_hold(home: Home, case: CaseId) -> ToHold:
    """Raises KnownError `no_such_case`."""
    here = seen(home, case)
    with home.store.read() as tx:
        known = facts.load(home, tx, case)
        accounts = tx.accounts()
        listed = wordings.contacts_of(tx)
        offered = prepare.offered(tx, known.now)
    words = write.words_like(home, known.facts, accounts, text="-")
    channel = facts.channel_state(home, words, accounts, known.facts.mention.site)
    held = gate.holding_blockers(known.facts, words, channel, known.now)
    return ToHold(
        here=here,
        name=plan.published_name(here.facts.mention.now.author),
        contacts=listed,
        by_hand=words.to.channel == HAND,
        target=words.to.target if words.to.leads_to_page else "",
        held=tuple(wording.blocker(one, here.name, here.zone) for one in held),
        wordings=tuple(one for one in offered if one.for_channel(words.to.channel)),
    )


def hold(
    home: Home, actor: Actor, case: CaseId, *, wording_id: str, values: dict[str, str]
) -> tuple[SendReport, ChangeSet]:
    """Send a holding reply at once. Raises HeldError and what `prepare.hold` does."""
    return prepare.hold(home, actor, case, wording_id, values), of_case(case)


def say_posted(
    home: Home, actor: Actor, case: CaseId, *, entry: EntryId, url: str, note: str
) -> tuple[SendReport, ChangeSet]:
    """By hand: it stands there now. Raises HeldError, KnownError `bad_address`."""
    return send.posted(home, actor, case, url=url, note=note, entry=entry), of_case(case)


def say_not_posted(
    home: Home, actor: Actor, case: CaseId, *, entry: EntryId
) -> tuple[SendReport, ChangeSet]:
    """By hand: it was not posted after all. Raises HeldError."""
    return send.not_posted(home, actor, case, entry=entry), of_case(case)
