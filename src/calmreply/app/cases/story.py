"""What happened in a case, told in plain lines: the timeline of the debrief and the case page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from calmreply.app.cases import gathered
from calmreply.app.cases.gathered import Event
from calmreply.app.words import (
    wording,
    wording_debrief,
    wording_notices,
    wording_own_site,
    wording_review,
    wording_second,
)
from calmreply.app.words.wording import Names
from calmreply.app.words.wording_debrief import Day
from calmreply.domain import case as cases
from calmreply.domain import debrief, outbox, reply, review
from calmreply.domain.mention import Mention, MentionId
from calmreply.domain.people import PersonId, is_packet_key
from calmreply.domain.reply import ReplyKind
from calmreply.i18n import _


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the story; `more` is a second, quieter line or empty.

    `told`: what was answered there, each as question and answer.
    """

    at: datetime
    words: str
    more: str = ""
    told: tuple[tuple[str, str], ...] = ()


def story(
    conversation: tuple[Mention, ...], events: tuple[Event, ...], names: Names, day: Day = str
) -> tuple[Step, ...]:
    """From their first words to now. Events that say nothing to a person are left out.

    `conversation` is what they said turn by turn; `day` says how a day (YYYY-MM-DD) is written.
    """
    mention = conversation[0]
    said_at = mention.published or mention.heard
    first = _("They said it{where}") if mention.published else _("Heard{where}")
    rating = mention.now.stars
    stars = f" {wording.stars(rating.given, rating.scale)}" if rating else ""
    where = f" ({mention.site})" if mention.site else ""
    steps = [Step(said_at, first.format(where=where) + stars)]
    texts = {
        fact.revision: fact.words.text
        for event in events
        if isinstance(fact := event.fact, reply.Revised)
    }
    holding = {
        fact.reply
        for event in events
        if isinstance(fact := event.fact, reply.ReplyStarted) and fact.kind is ReplyKind.HOLDING
    }
    later = {one.id: one.now.text for one in conversation[1:]}
    for event in events:
        if isinstance(event.fact, cases.TheyAnswered):
            steps += _turn(event.at, event.fact, later)
            continue
        told = _told(event, names, holding, day)
        if told is not None:
            words, more = told
            fact = event.fact
            if isinstance(fact, outbox.SendChosen):
                more = texts.get(fact.revision, "")
            answers = fact.answers if isinstance(fact, debrief.Debriefed) else None
            asked = wording_debrief.answered(answers, day) if answers else ()
            steps.append(Step(event.at, words, more, asked))
    return tuple(steps)


def _turn(at: datetime, turn: cases.TheyAnswered, later: Mapping[MentionId, str]) -> Iterator[Step]:
    """What they said next, unless somebody took it out of the case."""
    if turn.mention in later:
        words = _("They answered") if turn.ours else _("They said more")
        yield Step(at, words, later[turn.mention])


def _told(
    event: Event, names: Names, holding: set[reply.ReplyId], day: Day
) -> tuple[str, str] | None:
    who = names(PersonId(event.actor)) if event.actor else ""
    return (
        _told_of_case(event.fact, who, day)
        or gathered.told(event.fact, who)
        or wording_own_site.told(event.fact, who)
        or wording_second.told(event.fact, who)
        or wording_notices.told(event.fact, names)
        or _told_of_reply(event.fact, who, names, holding)
    )


def _told_of_case(fact: object, who: str, day: Day) -> tuple[str, str] | None:
    match fact:
        case cases.PageRead():
            return _("{name} read all of it").format(name=who), ""
        case cases.FeelingSaid():
            return _("{name} was {feeling}").format(
                name=who, feeling=wording.feeling(fact.feeling)
            ), ""
        case cases.Judged():
            words = _("{name}: {verdict}, {kind}").format(
                name=who, verdict=wording.verdict(fact.verdict), kind=wording.kind(fact.kind)
            )
            return words, fact.evidence
        case cases.AnsweredOutside():
            words = _("{name} said it was answered outside the app").format(name=who)
            return words, "\n".join(filter(None, (fact.text, fact.url)))
        case cases.SetAside():
            return _("{name} set it aside").format(name=who), fact.reason
        case cases.Reopened():
            return _("{name} opened it again").format(name=who), fact.reason
        case debrief.CaseClosed():
            return _("{name} closed the case").format(name=who), wording.outcome(fact.outcome)
        case debrief.Debriefed():
            return _("{name} sat down for the debrief").format(name=who), ""
        case debrief.DebriefDated():
            return _("Debrief on {day}").format(day=day(fact.on)), ""
        case _:
            return None


def _told_of_reply(
    fact: object, who: str, names: Names, holding: set[reply.ReplyId]
) -> tuple[str, str] | None:
    match fact:
        case reply.Revised() if fact.reply not in holding:
            words = _("{name} wrote version {n}").format(name=who, n=fact.number)
            if fact.number == 1 and not fact.words.text:
                words = _("{name} started the text afresh").format(name=who)
            by = fact.suggested_by
            return words, _("suggested by {name}").format(name=names(by)) if by else ""
        case review.SignOffAsked():
            return _("{name} was asked for a second look").format(name=names(fact.reviewer)), ""
        case review.SignedOff():
            afar = is_packet_key(fact.key_id)
            words = _("Signed off by {name}, by phone") if afar else _("Signed off by {name}")
            return words.format(name=who), wording_review.told_signed(fact)
        case review.ChangesAsked():
            return wording_review.told(fact, who)
        case review.SignOffWithdrawn():
            return _("{name} took the sign-off back").format(name=who), ""
        case cases.Looked():
            return _choice(fact.choice, who), ""
        case outbox.SendChosen():
            held = fact.kind is ReplyKind.HOLDING
            sends = _("{name} sent the holding reply") if held else _("{name} chose Send")
            return sends.format(name=who), ""
        case _:
            return _told_of_sending(fact, who)


def _choice(choice: cases.Choice, who: str) -> str:
    match choice:
        case cases.Choice.SEND:
            words = _("{name} read it once more and would send it")
        case cases.Choice.CHANGE:
            words = _("{name} read it once more and wanted to change it")
        case cases.Choice.NONE:
            words = _("{name} read it once more and chose not to reply")
    return words.format(name=who)


def _told_of_sending(fact: object, who: str) -> tuple[str, str] | None:
    match fact:
        case outbox.AttemptEnded():
            return _ended(fact.outcome), fact.words or _page(fact.reference)
        case outbox.Posted():
            return _("{name} posted it").format(name=who), fact.url or fact.note
        case outbox.NotPosted():
            return _("{name} did not post it").format(name=who), ""
        case outbox.Settled():
            known = _("They answered it, so they have it.") if fact.answer else ""
            return _("It appeared") if fact.appeared else _("It did not appear"), known
        case outbox.SendCancelled():
            return _("{name} stopped further tries").format(name=who), ""
        case outbox.TryStopped():
            return _("It was not tried again"), fact.words
        case outbox.CopyFiled() if fact.words:
            return _("The copy for the sent mail could not be filed"), fact.words
        case _:
            return None


def _page(reference: str) -> str:
    """Where it stands; a number of the channel's own tells a person nothing."""
    return reference if reference.startswith(("http://", "https://")) else ""


def _ended(outcome: outbox.Outcome) -> str:
    match outcome:
        case outbox.Outcome.DELIVERED:
            return _("Sent")
        case outbox.Outcome.REFUSED:
            return _("The site refused it")
        case outbox.Outcome.TRY_LATER:
            return _("The site asked to try later")
        case outbox.Outcome.NOT_LEFT:
            return _("It could not leave this computer")
        case outbox.Outcome.UNKNOWN:
            return _("Nobody knows whether it arrived")
