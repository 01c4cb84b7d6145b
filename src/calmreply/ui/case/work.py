"""What the case page reads, and the few use cases it puts together. No widgets; worker threads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from calmreply.app import queries
from calmreply.app.cases import own_site
from calmreply.app.cases.story import Step, story
from calmreply.app.facts import answered_before
from calmreply.app.home import BUSINESS_NAME, Actor, Home
from calmreply.app.listening import address, grouping
from calmreply.app.ports.changes import ChangeSet, of_case
from calmreply.app.ports.channels import HAND, Rules
from calmreply.app.ports.storage import Account, InboxRow, StoredDraft
from calmreply.app.queries import CasePage
from calmreply.app.sending import send, write
from calmreply.app.sending.send import SendReport
from calmreply.app.teamwork import keepers
from calmreply.app.words import wording
from calmreply.domain import disguise, due, sign_off
from calmreply.domain import own_site as decided
from calmreply.domain.blockers import CoolingPerson, CoolingText, FeelingNotSaid
from calmreply.domain.case import CaseFacts, Looked
from calmreply.domain.mention import CaseId, Mention, Visibility
from calmreply.domain.outbox import EntryId, State
from calmreply.domain.people import Person, PersonId
from calmreply.domain.policy import Feeling
from calmreply.domain.reply import Offer, Words
from calmreply.domain.stage import Stage
from calmreply.ui import dates
from calmreply.ui.case import outgoing
from calmreply.ui.case.outgoing import Outgoing

ENDED = (Stage.SET_ASIDE, Stage.CLOSED, Stage.TO_DEBRIEF)


@dataclass(frozen=True, slots=True)
class Way:
    """A way for the reply to go. `ready`: an account stands behind it, or none is needed."""

    kind: str
    title: str
    ready: bool


@dataclass(frozen=True, slots=True)
class Also:
    """Another mention of the case. `place`: where it stands or who brought it, in words."""

    mention: Mention
    place: str


@dataclass(frozen=True, slots=True)
class Shown:
    """Everything the case page shows, for whoever is signed in (`me`).

    `rules`: what the place of the reply allows; `ours`: the name it will stand there under;
    `own_site`: whether the program can take the mention off its page; `reach`: who gets to see
    an answer to it where it stands.
    """

    page: CasePage
    row: InboxRow
    me: PersonId | None
    words: Words
    ways: tuple[Way, ...]
    rules: Rules
    ours: str
    outgoing: tuple[Outgoing, ...]
    reviewers: tuple[Person, ...]
    opens: datetime | None
    currency: str
    story: tuple[Step, ...]
    also: tuple[Also, ...] = ()
    own_site: bool = False
    reach: Visibility = Visibility.PUBLIC
    goes_from: tuple[str, ...] = ()
    """The computers of the team that can send the reply, where this one cannot."""
    shared: bool = False
    """Whether several computers work in this home."""

    @property
    def facts(self) -> CaseFacts:
        return self.page.known.facts

    @property
    def case(self) -> CaseId:
        return self.facts.id

    @property
    def zone(self) -> str:
        return self.page.known.rules.zone

    @property
    def wall(self) -> datetime:
        return self.page.wall

    @property
    def draft(self) -> StoredDraft | None:
        """The words in this person's editor, if any are kept."""
        return next((one for one in self.page.drafts if one.by == self.me), None)

    @property
    def ended(self) -> bool:
        return self.page.stage in ENDED

    @property
    def answered(self) -> bool:
        """The full answer is out, or none is wanted."""
        return self.page.stage is Stage.FOLLOW_UP

    @property
    def cooling(self) -> bool:
        """Whether a wait still runs, or begins once somebody says how it felt."""
        waits = (CoolingPerson, CoolingText, FeelingNotSaid)
        return any(isinstance(held, waits) for held in self.page.blockers)

    @property
    def present(self) -> Outgoing | None:
        """The newest entry of the present full reply."""
        reply = self.facts.reply
        mine = [one for one in self.outgoing if reply and one.entry.chosen.reply == reply.reply]
        return mine[-1] if mine else None

    @property
    def holding(self) -> Outgoing | None:
        """The newest holding reply."""
        kinds = [one for one in self.outgoing if one.entry.chosen.kind.value == "holding"]
        return kinds[-1] if kinds else None

    @property
    def on_the_way(self) -> bool:
        """Whether the present reply is out of hand: it may be arriving at this moment."""
        present = self.present
        return present is not None and present.state in (State.IN_FLIGHT, State.UNSURE)

    @property
    def waits(self) -> bool:
        """Whether it stands on a page of ours that shows it to nobody until it is let through."""
        return self.own_site and decided.waits(self.facts)

    @property
    def place(self) -> str:
        """Where it was said, in words."""
        return _place(self.row)

    def name(self, who: PersonId | None) -> str:
        return self.facts.name(who) if who is not None else ""


@dataclass(frozen=True, slots=True)
class Details:
    """Everything about a reply beside its text and subject that its writer decides."""

    channel: str
    target: str
    private: bool
    offer: Offer | None


def _place(row: InboxRow) -> str:
    return disguise.name(row.site or row.source_title) or disguise.host(address.host(row.url or ""))


def load(home: Home, case: CaseId, me: PersonId | None) -> Shown:
    """Raises KnownError `no_such_case`."""
    page = queries.case_page(home, case)
    facts = page.known.facts
    turns = {one.id for one in facts.conversation}
    others = [one for one in grouping.mentions(home, case) if one.id not in turns]
    with home.store.read() as tx:
        accounts = tx.accounts()
        row, *rows = tx.rows((facts.mention.id, *(one.id for one in others)))
        currency = tx.setting("currency") or ""
        business = tx.setting(BUSINESS_NAME) or ""
        elsewhere = keepers.Elsewhere(home, tx)
    draft = next((one for one in page.drafts if one.by == me), None)
    words = write.words_like(
        home,
        facts,
        accounts,
        text=draft.text if draft else _text(facts),
        subject=draft.subject if draft else None,
    )
    channel = home.channels.get(words.to.channel)
    over = page.stage in (*ENDED, Stage.FOLLOW_UP)
    return Shown(
        page=page,
        row=row,
        me=me,
        words=words,
        ways=_ways(home, accounts),
        rules=channel.rules(facts.mention.site) if channel else Rules(),
        ours=_our_name(accounts, words.to.account) or business,
        outgoing=tuple(outgoing.read(home, page, entry, state) for entry, state in page.entries),
        reviewers=tuple(
            person
            for person in facts.people
            if person.id != me and sign_off.may_sign(facts, person.id)
        ),
        opens=_opens(page),
        currency=currency,
        story=_story(home, facts) if over else (),
        also=tuple(Also(one, _also_place(where)) for one, where in zip(others, rows, strict=True)),
        own_site=own_site.place(home, facts.mention, accounts) is not None,
        reach=answered_before(home, facts.mention),
        goes_from=elsewhere.of(words.to.account),
        shared=home.team is not None,
    )


def used(home: Home, shown: Shown, text: str) -> tuple[int, int | None]:
    """How long a text is as its place counts, and how long it may be, if that is known."""
    channel, limit = home.channels.get(shown.words.to.channel), shown.rules.max_length
    if channel is None or limit is None:
        return len(text), None
    return channel.length(text), limit


def _our_name(accounts: tuple[Account, ...], account: str) -> str:
    """What an account is called where it stands, as far as its settings say."""
    settings = next((one.settings for one in accounts if one.id == account), {})
    names = (settings.get(field, "").strip() for field in ("name", "handle", "user"))
    return next((name for name in names if name), "")


def _story(home: Home, facts: CaseFacts) -> tuple[Step, ...]:
    told = queries.timeline(home, facts.id)
    return story(facts.conversation, told, facts.name, dates.of_iso)


def _also_place(row: InboxRow) -> str:
    return _place(row) or wording.origin(row.origin)


def _text(facts: CaseFacts) -> str:
    return facts.revision.words.text if facts.revision else ""


def _ways(home: Home, accounts: tuple[Account, ...]) -> tuple[Way, ...]:
    """By hand first, then the others by name."""
    has = {account.kind for account in accounts}
    ways = [
        Way(kind, channel.title, kind == HAND or kind in has)
        for kind, channel in home.channels.items()
    ]
    return tuple(sorted(ways, key=lambda way: (way.kind != HAND, way.title)))


def _opens(page: CasePage) -> datetime | None:
    """When the business opens again; None while it is open."""
    rules, wall = page.known.rules, page.wall
    moment = timedelta(seconds=1)
    if due.open_time(rules, wall, wall + moment):
        return None
    return due.next_open(rules, wall)


def keep(
    home: Home,
    actor: Actor,
    case: CaseId,
    *,
    text: str,
    subject: str,
    over: Sequence[tuple[str, str]] | None = None,
) -> ChangeSet:
    """The editor was left: its words are kept and become a revision. `over`: `write.save_draft`."""
    kept = write.save_draft(home, actor, case, text, subject, over=over)
    return kept | settle(home, actor, case)


def settle(home: Home, actor: Actor, case: CaseId) -> ChangeSet:
    """The actor's draft as it is kept becomes a revision, if it says anything new.

    Words that were all taken out again before the first revision are no reply.
    """
    page = queries.case_page(home, case)
    first = page.known.facts.revision is None or page.stage is Stage.FOLLOW_UP
    if first and not any(d.text.strip() for d in page.drafts if d.by == actor.person.id):
        return write.drop_draft(home, actor, case)
    return write.keep_draft_as_revision(home, actor, case)


def change_details(
    home: Home, actor: Actor, case: CaseId, *, text: str, subject: str, details: Details
) -> ChangeSet:
    """A revision of the words as they stand that goes another way, or with another offer."""
    facts = queries.case_page(home, case).known.facts
    with home.store.read() as tx:
        accounts = tx.accounts()
    words = write.words_like(
        home,
        facts,
        accounts,
        text=text,
        subject=subject or None,
        channel=details.channel,
        target=details.target or None,
        private=details.private,
    )
    return write.revise(home, actor, case, replace(words, offer=details.offer))


def start_afresh(home: Home, actor: Actor, case: CaseId) -> ChangeSet:
    """A new reply with one writer."""
    return write.start_afresh(home, actor, case)


def say_send(
    home: Home, actor: Actor, case: CaseId, *, when_connected: bool = False
) -> tuple[SendReport, ChangeSet]:
    """A person says Send. Raises HeldError and what `send.send` does."""
    return send.send(home, actor, case, when_connected=when_connected), of_case(case)


def say_posted(
    home: Home, actor: Actor, case: CaseId, entry: EntryId, *, url: str, note: str
) -> tuple[SendReport, ChangeSet]:
    """By hand: it stands there."""
    return send.posted(home, actor, case, url=url, note=note, entry=entry), of_case(case)


def say_not_posted(
    home: Home, actor: Actor, case: CaseId, entry: EntryId
) -> tuple[SendReport, ChangeSet]:
    """By hand: it was not posted after all."""
    return send.not_posted(home, actor, case, entry=entry), of_case(case)


def say_appeared(
    home: Home, actor: Actor, case: CaseId, entry: EntryId, *, appeared: bool
) -> tuple[SendReport, ChangeSet]:
    """A person looked whether a reply in doubt is there."""
    return send.settle(home, actor, entry, appeared=appeared), of_case(case)


def stop_trying(
    home: Home, actor: Actor, case: CaseId, entry: EntryId
) -> tuple[SendReport, ChangeSet]:
    """Do not try again."""
    return send.cancel(home, actor, case, entry), of_case(case)


def only_reviewer(shown: Shown) -> Person | None:
    """The one person there is to ask; nobody where that may be the very one who asks.

    Whoever is signed in and wrote none of it is asked like any other, where nobody else could be.
    """
    if not shown.reviewers:
        return _myself(shown.facts, shown.me)
    alone = shown.me is None and len(shown.facts.people) < 2
    return shown.reviewers[0] if len(shown.reviewers) == 1 and not alone else None


def _myself(facts: CaseFacts, me: PersonId | None) -> Person | None:
    writes = facts.revision is None or any(one.by == me and one.differs for one in facts.drafts)
    able = me is not None and not writes and sign_off.may_sign(facts, me)
    return facts.person(me) if me is not None and able else None


def feeling_of_me(shown: Shown) -> Feeling | None:
    """What this person said about the mention as it stands now."""
    mine = [said for said in shown.facts.feelings if said.by == shown.me]
    said = [one for one in mine if shown.facts.said_of_now(one)]
    return max((one.feeling for one in said), default=None)


def last_look(facts: CaseFacts) -> Looked | None:
    """The last time the present words were read once more."""
    revision = facts.revision
    looks = [one for one in facts.of(Looked) if revision and one.revision == revision.revision]
    return looks[-1] if looks else None
