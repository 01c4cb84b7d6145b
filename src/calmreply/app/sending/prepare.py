"""Holding replies: the wordings there are for them, and sending one at once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from calmreply.app import facts
from calmreply.app.facts import Known
from calmreply.app.home import Actor, Home
from calmreply.app.ledger import Ledger, writing
from calmreply.app.planning import wordings
from calmreply.app.planning.wordings import contacts_of
from calmreply.app.ports.channels import HAND
from calmreply.app.ports.storage import ReadTransaction
from calmreply.app.proving import trust
from calmreply.app.sending import patience
from calmreply.app.sending.entries import (
    SendReport,
    account_of,
    begin,
    put,
    remember_passwords,
)
from calmreply.app.sending.held import HeldError
from calmreply.app.sending.send import or_from_elsewhere, to_post
from calmreply.app.sending.write import words_like
from calmreply.app.teamwork import keepers
from calmreply.domain import due, gate, plan, record
from calmreply.domain.codec import rfc3339
from calmreply.domain.mention import CaseId
from calmreply.domain.moment import Now
from calmreply.domain.outbox import Entry, EntryId, SendChosen
from calmreply.domain.plan import BadSlotError, SlotProblem, Wording
from calmreply.domain.policy import Policy
from calmreply.domain.reply import ReplyId, ReplyKind, ReplyStarted, Revised, RevisionId, Words
from calmreply.domain.wordings import Standing, Stands, Use, standing
from calmreply.errors import KnownError
from calmreply.i18n import _

TIME_GIVEN = timedelta(hours=24)
AFTER_OPENING = timedelta(hours=1)
"""The opening minute itself would promise what nobody has had time to write."""
_STEP = timedelta(minutes=30)


def own_wordings() -> tuple[Wording, ...]:
    """The program's own holding replies, usable from the first day."""
    return (
        Wording(
            "heard",
            _("We heard you"),
            _(
                "Hello {name}, thank you for telling us. We want to look into this properly "
                "before we answer, and you will hear from us by {time}."
            ),
            own=True,
        ),
        Wording(
            "heard_contact",
            _("We heard you, with a contact"),
            _(
                "Hello {name}, thank you for telling us, and we are sorry that it upset you. "
                "We are looking into it and will answer by {time}. If you would rather talk to "
                "somebody now: {contact}."
            ),
            own=True,
        ),
    )


@dataclass(frozen=True, slots=True)
class HoldingReply:
    """A holding reply as it would go now, as far as its wording's own sign-off lets it."""

    wording: Wording
    text: str
    stands: Stands = Stands.SIGNED


@dataclass(frozen=True, slots=True)
class Offered:
    """A wording for a holding reply, and the channels it is for (none: any of them).

    `standing` is None for the program's own.
    """

    wording: Wording
    standing: Standing | None
    channels: tuple[str, ...] = ()

    @property
    def usable(self) -> bool:
        return self.standing is None or self.standing.stands is Stands.SIGNED

    def for_channel(self, kind: str) -> bool:
        return not self.channels or kind in self.channels


def offered(tx: ReadTransaction, now: Now) -> tuple[Offered, ...]:
    """Every wording for a holding reply: the program's own, then the plan's."""
    own = [Offered(one, None) for one in own_wordings()]
    planned = [
        Offered(one.wording(), standing(one, now), one.prepared.channels)
        for one in wordings.planned(tx)
        if one.prepared.use is Use.HOLDING and not one.retired
    ]
    return (*own, *planned)


def holding_text(home: Home, case: CaseId, wording_id: str, values: dict[str, str]) -> HoldingReply:
    """The filled wording. `values["time"]` is RFC 3339; without it, `time_given`.

    Raises KnownError `no_such_wording`, `bad_slot`.
    """
    with home.store.read() as tx:
        known = facts.load(home, tx, case)
        return _filled(tx, known, wording_id, values)


def _filled(
    tx: ReadTransaction, known: Known, wording_id: str, values: dict[str, str]
) -> HoldingReply:
    there = offered(tx, known.now)
    found = next((one for one in there if one.wording.id == wording_id), None)
    if found is None:
        raise KnownError(
            "no_such_wording",
            _("There is no holding reply called {wording}.").format(wording=wording_id),
            _("Choose one of: {all}.").format(all=", ".join(w.wording.id for w in there)),
        )
    stands = found.standing.stands if found.standing else Stands.SIGNED
    listed = contacts_of(tx)
    return HoldingReply(found.wording, _text(known, found.wording, listed, values), stands)


def _text(known: Known, wording: Wording, listed: tuple[str, ...], values: dict[str, str]) -> str:
    """Raises KnownError `bad_slot`."""
    wall = known.now.wall
    try:
        given = values.get("time")
        time = datetime.fromisoformat(given) if given else time_given(known.rules, wall)
        if time.tzinfo is None:
            time = time.replace(tzinfo=ZoneInfo(known.rules.zone))
        return plan.fill(
            wording,
            author=known.facts.mention.now.author,
            contacts=listed,
            values={name: value for name, value in values.items() if name != "time"},
            time=time,
            time_words=when_words(time.astimezone(ZoneInfo(known.rules.zone))),
            now=wall,
        )
    except BadSlotError as error:
        raise _bad_slot(error) from error
    except (ValueError, OverflowError) as error:
        raise _bad_slot(BadSlotError("time", SlotProblem.TIME_TOO_FAR)) from error


def hold(
    home: Home, actor: Actor, case: CaseId, wording_id: str, values: dict[str, str]
) -> SendReport:
    """Send a holding reply at once, once per place. Raises HeldError and what `holding_text` does,
    and KnownError `reopen_first`, `journal_broken`.

    It needs no wait, because only its typed slots can change. The program's own wordings need no
    sign-off; one of the plan goes while its sign-off in the plan holds.
    """
    remember_passwords(home)
    with writing(home, actor) as ledger:
        known = facts.load(home, ledger.tx, case)
        filled = _filled(ledger.tx, known, wording_id, values)
        accounts = ledger.tx.accounts()
        # An offer is part of the full reply, which has its gate; it never goes ahead of it.
        words = replace(words_like(home, known.facts, accounts, text=filled.text), offer=None)
        state = facts.channel_state(home, words, accounts, known.facts.mention.site)
        common = facts.shared(home, ledger.tx)
        held = gate.holding_blockers(
            known.facts,
            words,
            state,
            known.now,
            wording=filled.stands,
            private=facts.private_in(home, known.facts, words, common),
        )
        if held:
            raise HeldError(held)
        facts.refuse_ended(known)
        trust.check_case(home, ledger.tx, known)
        chosen = _choose(ledger, known, actor, words, filled.wording)
        run, wait = patience.put_off_from_now(ledger, known, Entry(chosen))
        chosen = replace(chosen, run=run, wait=wait)
        put(ledger, known, chosen)
        if chosen.channel == HAND:
            begin(ledger, case, chosen.entry, 1)
    if chosen.channel == HAND:
        return to_post(chosen)
    return or_from_elsewhere(home, case, chosen.entry)


def _choose(ledger: Ledger, known: Known, actor: Actor, words: Words, said: Wording) -> SendChosen:
    """A reply of its own with these words, written and chosen in one."""
    home, who, at = ledger.home, actor.person.id, ledger.reading
    reply = ReplyId(home.entropy.token())
    mention = known.facts.mention.id
    started = ReplyStarted(reply, mention, ReplyKind.HOLDING, who, at, said.revision)
    revised = Revised(reply, RevisionId(home.entropy.token()), 1, words, who, at)
    ledger.record(started, known.facts.id)
    ledger.record(revised, known.facts.id)
    what = record.content(known.facts, started, revised, known.rules)
    account = account_of(ledger.tx, words.to.account)
    channel = home.channels[words.to.channel]
    key = channel.key(home.entropy.token(), account)
    created = rfc3339(known.now.wall)
    return SendChosen(
        entry=EntryId(home.entropy.token()),
        reply=reply,
        revision=revised.revision,
        kind=ReplyKind.HOLDING,
        channel=channel.kind,
        account=words.to.account,
        place=words.to.place,
        key=key,
        record=record.for_sending(what),
        wire=channel.render(what, account, key, created),
        by=who,
        at=at,
        created=created,
        when_connected=bool(keepers.Elsewhere(home, ledger.tx).of(words.to.account)),
    )


def time_given(rules: Policy, wall: datetime) -> datetime:
    """By when they hear from us unless somebody says otherwise, UTC.

    A day from now, at a full half hour while the business is open, and not at once when it opens:
    an hour into it, or the aim of a full reply where that is less. Never beyond 7 days.
    """
    zone = ZoneInfo(rules.zone)
    time = wall + TIME_GIVEN
    for _again in range(2):
        time = _half_hour(_into_the_day(rules, time), zone)
        # Rounded up it may lie just behind the closing time.
        opens = due.next_open(rules, time - timedelta(minutes=1))
        if opens is None or opens <= time:
            break
    return min(time, wall + plan.TIME_WITHIN)


def _into_the_day(rules: Policy, time: datetime) -> datetime:
    """`time`, or so long after the business next opens that there is time to write."""
    opens = due.next_open(rules, time)
    if opens is None or opens <= time:
        return time
    later = opens + min(AFTER_OPENING, timedelta(minutes=rules.full_reply_aim))
    last = later - timedelta(minutes=1)
    return later if due.next_open(rules, last) == last else opens


def _half_hour(time: datetime, zone: ZoneInfo) -> datetime:
    """The full half hour at or after `time` on the clocks of `zone`."""
    local = time.astimezone(zone)
    past = timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
    return time + -past % _STEP


def when_words(local: datetime) -> str:
    """How a time is said to a customer: "Monday 24 November, 14:00"."""
    return _("{day} {date} {month}, {hour:02d}:{minute:02d}").format(
        day=_days()[local.weekday()],
        date=local.day,
        month=_months()[local.month - 1],
        hour=local.hour,
        minute=local.minute,
    )


def _days() -> tuple[str, ...]:
    return (
        _("Monday"),
        _("Tuesday"),
        _("Wednesday"),
        _("Thursday"),
        _("Friday"),
        _("Saturday"),
        _("Sunday"),
    )


def _months() -> tuple[str, ...]:
    return (
        _("January"),
        _("February"),
        _("March"),
        _("April"),
        _("May"),
        _("June"),
        _("July"),
        _("August"),
        _("September"),
        _("October"),
        _("November"),
        _("December"),
    )


def _bad_slot(error: BadSlotError) -> KnownError:
    match error.problem:
        case SlotProblem.MISSING:
            words = _("The holding reply needs a {slot}.").format(slot=error.slot)
            way = _("Add a contact to the response plan, or choose the wording without one.")
        case SlotProblem.UNKNOWN:
            words = _("This wording has no place for {slot}.").format(slot=error.slot)
            way = _("Leave it out.")
        case SlotProblem.NAME_TOO_LONG | SlotProblem.NAME_NOT_A_NAME:
            words = _("Only the author's own name, as published, may stand there.")
            way = _("Leave the name out, or take it as it stands on the page.")
        case SlotProblem.CONTACT_NOT_IN_PLAN:
            words = _("This contact is not in the response plan.")
            way = _("Choose one of the plan's contacts, or add this one in calm times.")
        case SlotProblem.TIME_TOO_FAR:
            words = _("The time must lie within the next 7 days.")
            way = _("Choose a time that you will surely keep.")
    return KnownError("bad_slot", words, way)
