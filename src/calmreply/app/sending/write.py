"""Writing a reply: drafts that are kept as they are typed, and revisions that never change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from calmreply.app import facts
from calmreply.app.facts import Known
from calmreply.app.home import Actor, Home
from calmreply.app.ledger import Ledger, writing
from calmreply.app.ports.changes import ChangeSet, of_case
from calmreply.app.ports.channels import HAND
from calmreply.app.ports.storage import Account, StoredDraft
from calmreply.domain.case import CaseFacts
from calmreply.domain.mention import CaseId, Mention, Visibility
from calmreply.domain.outbox import State, state
from calmreply.domain.reply import (
    Address,
    Offer,
    ReplyId,
    ReplyKind,
    ReplyStarted,
    Revised,
    RevisionId,
    Words,
)
from calmreply.domain.suggestions import Suggestion
from calmreply.errors import KnownError
from calmreply.i18n import _

MAIL = "mail"
TEXT_LIMIT = 100_000


def save_draft(
    home: Home,
    actor: Actor,
    case: CaseId,
    text: str,
    subject: str = "",
    *,
    over: Sequence[tuple[str, str]] | None = None,
) -> ChangeSet:
    """Keep the words in the editor as they are; once this returns, they survive a crash.

    The time is taken anew only when the words differ from what was kept. `over`: text and subject
    of all that may stand there as far as whoever writes knows. Anything else the same person
    wrote at another computer: before these words take its place it becomes a version.
    """
    changes = ChangeSet()
    while True:
        with writing(home, actor) as ledger:
            ledger.tx.case(case)
            who = actor.person.id
            kept = next((d for d in ledger.tx.drafts(case) if d.by == who), None)
            there = (kept.text, kept.subject) if kept is not None else None
            if there == (text, subject):
                return changes
            if kept is None or over is None or there in over or not kept.text.strip():
                reply = kept.reply if kept else None
                draft = StoredDraft(case, who, reply, text, subject, ledger.reading)
                ledger.tx.save_draft(draft)
                return changes | of_case(case)
        changes |= keep_draft_as_revision(home, actor, case)
        over = (*over, (kept.text, kept.subject))


def drop_draft(home: Home, actor: Actor, case: CaseId) -> ChangeSet:
    """Forget unsaved words of the actor, going back to the last revision."""
    with writing(home, actor) as ledger:
        ledger.tx.drop_draft(case, actor.person.id)
    return of_case(case)


def revise(
    home: Home,
    actor: Actor,
    case: CaseId,
    words: Words,
    *,
    afresh: bool = False,
    suggestion: Suggestion | None = None,
) -> ChangeSet:
    """Make a revision of these words. The same words again are no new revision.

    `suggestion`: whose words they are.

    `afresh` opens a new reply, so that whoever wrote the old one may sign the new one. A reply
    that was sent is never written on: a new one begins. Raises KnownError `text_too_long`,
    `sending_now`, `reopen_first`.
    """
    refuse_long(words.text)
    with writing(home, actor) as ledger:
        known = facts.load(home, ledger.tx, case)
        facts.refuse_ended(known)
        started = _reply_for(ledger, known, actor, afresh=afresh)
        before = known.facts.revisions_of(started)
        ledger.tx.drop_draft(case, actor.person.id)
        if before and before[-1].words == words:
            return of_case(case)
        ledger.record(
            Revised(
                reply=started,
                revision=RevisionId(home.entropy.token()),
                number=len(before) + 1,
                words=words,
                by=actor.person.id,
                at=ledger.reading,
                suggested_by=suggestion.by if suggestion else None,
                suggestion=suggestion.number if suggestion else 0,
            ),
            case,
        )
    return of_case(case)


def refuse_long(text: str) -> None:
    """Raises KnownError `text_too_long`."""
    if len(text) > TEXT_LIMIT:
        raise KnownError(
            "text_too_long",
            _("The text is longer than any site takes."),
            _("Shorten it, or put the long part into a private letter."),
        )


def keep_draft_as_revision(home: Home, actor: Actor, case: CaseId) -> ChangeSet:
    """Make a revision of the actor's draft, if it differs; everything else stays as it was."""
    with home.store.read() as tx:
        known = facts.load(home, tx, case)
        accounts = tx.accounts()
    mine = [d for d in known.facts.drafts if d.by == actor.person.id and d.differs]
    if not mine:
        return ChangeSet()
    draft = mine[-1]
    words = words_like(home, known.facts, accounts, text=draft.text, subject=draft.subject or None)
    return revise(home, actor, case, words)


def start_afresh(home: Home, actor: Actor, case: CaseId) -> ChangeSet:
    """A new reply with nothing in it yet that goes the same way; whoever wrote the old may sign it.

    Unfinished words of the actor stay with the old one. Raises what `revise` does.
    """
    changes = keep_draft_as_revision(home, actor, case)
    with home.store.read() as tx:
        present = facts.load(home, tx, case).facts.revision
    if present is None or not present.words.text:
        return changes
    return changes | revise(home, actor, case, replace(present.words, text=""), afresh=True)


def words_like(
    home: Home,
    case: CaseFacts,
    accounts: tuple[Account, ...],
    *,
    text: str,
    subject: str | None = None,
    channel: str | None = None,
    target: str | None = None,
    private: bool | None = None,
    offer: Offer | None = None,
) -> Words:
    """Words with everything that was not said taken from the last revision, or the default.

    Raises KnownError `no_such_channel`.
    """
    before = case.revision.words if case.revision else None
    to = _address(home, case, before, accounts, channel=channel, target=target)
    same_way = before is not None and before.to.channel == to.channel
    there = facts.answered_before(home, case.mention)
    visibility = before.visibility if before and same_way else there
    if to.channel == MAIL:
        visibility = Visibility.PRIVATE  # whatever it answers, one person gets it
    elif facts.open_to_all(home, to.channel):
        visibility = Visibility.PUBLIC  # whoever gets to see what it answers
    elif private is not None:
        visibility = Visibility.PRIVATE if private else there
    if subject is None:
        subject = before.subject if before else _subject(case.mention)
    return Words(
        text=text,
        to=to,
        visibility=visibility,
        subject=subject if to.channel == MAIL else "",
        offer=offer if offer is not None else (before.offer if before else None),
    )


def _address(
    home: Home,
    case: CaseFacts,
    before: Words | None,
    accounts: tuple[Account, ...],
    *,
    channel: str | None,
    target: str | None,
) -> Address:
    there = _where_it_stands(home, case, accounts)
    kind = channel or (before.to.channel if before else "")
    kind = kind or (there.channel if there else _default_channel(home, case, accounts))
    if kind not in home.channels:
        raise KnownError(
            "no_such_channel",
            _("There is no channel called {kind}.").format(kind=kind),
            _("Choose one of: {kinds}.").format(kinds=", ".join(sorted(home.channels))),
        )
    if before is not None and before.to.channel == kind and target is None:
        return before.to
    if there is not None and there.channel == kind and target is None:
        return there
    account = next((one.id for one in accounts if one.kind == kind), "")
    if target is None:
        target = case.mention.url or "" if kind == HAND else case.mention.contact
    return Address(channel=kind, account=account, target=target)


def _where_it_stands(home: Home, case: CaseFacts, accounts: tuple[Account, ...]) -> Address | None:
    """The address by which the mention is answered where it stands, if the program can do that.

    Its own account is the one by which the place is read; another kind's (a mail that came by IMAP
    is answered by SMTP) is the one of the same mail address, or else the first.
    """
    mention = case.mention
    kind, _colon, rest = mention.target.partition(":")
    read_by, _slash, what = rest.partition("/")
    channel = next((c for c in home.channels.values() if kind in c.answers), None)
    if channel is None or not channel.target_fits(what):
        return None
    mine = [one for one in accounts if one.kind == channel.kind]
    read = next((one for one in accounts if one.id == read_by), None)
    address = read.settings.get("address", read.settings.get("user", "")) if read else ""
    # Two accounts of one site have its address in common: only one of them has read it there.
    same = [one for one in mine if one.id == read_by]
    like = [one for one in mine if one.settings.get("address") == address]
    account = next(iter([*same, *like, *mine]), None)
    return Address(channel.kind, account.id, what, mention.thread) if account else None


def _default_channel(home: Home, case: CaseFacts, accounts: tuple[Account, ...]) -> str:
    """By e-mail where they wrote to us in private and left a mail address; else by hand."""
    mail = home.channels.get(MAIL)
    private = case.mention.now.visibility is Visibility.PRIVATE
    has_account = any(account.kind == MAIL for account in accounts)
    if mail is not None and private and has_account and mail.target_fits(case.mention.contact):
        return MAIL
    return HAND


def _subject(mention: Mention) -> str:
    title = " ".join(mention.title.split())[:120]
    return _("Re: {title}").format(title=title) if title else _("Your message to us")


def _reply_for(ledger: Ledger, known: Known, actor: Actor, *, afresh: bool) -> ReplyId:
    """The reply to write on: the present one, or a new one where that is answered, or afresh."""
    present = known.facts.reply
    if present is not None:
        states = {state(e, known.now) for e in known.facts.entries_of(present.reply)}
        if State.IN_FLIGHT in states or State.UNSURE in states:
            raise KnownError(
                "sending_now",
                _("This reply may be on its way at this moment."),
                _("Say first whether it appeared, then write on."),
            )
        answered = State.SENT in states or known.facts.answered_outside
        if not answered and not afresh:
            return present.reply
    reply = ReplyId(ledger.home.entropy.token())
    started = ReplyStarted(
        reply, known.facts.mention.id, ReplyKind.REPLY, actor.person.id, ledger.reading
    )
    ledger.record(started, known.facts.id)
    return reply
