"""What stands before Send, and what is done, as plain values. No Qt.

The gate's blockers in the gate's order, each with who clears it and when, and with one thing to do
about it where there is one; between them, what has been done of the same kind.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal, assert_never

from calmreply.app.sending.send import BEFORE_A_LOOK
from calmreply.app.words import wording, wording_next, wording_second
from calmreply.domain import blockers as b
from calmreply.domain import calm
from calmreply.domain.alone import Step, self_review
from calmreply.domain.next_asked import NextAsked, next_asked
from calmreply.domain.people import Person, PersonId
from calmreply.domain.review import SignedOff
from calmreply.domain.sign_off import Standing, is_new
from calmreply.i18n import _
from calmreply.ui import dates
from calmreply.ui.case import afar, work
from calmreply.ui.case.work import Shown

Sign = Literal["done", "stop", "open", "wait"]
Do = Literal[
    "",
    "read",
    "judge",
    "feel",
    "write",
    "keep",
    "ask",
    "ask_next",
    "review",
    "packet",
    "answer",
    "withdraw",
    "look",
    "look_at_page",
    "offer",
    "details",
    "settings",
    "listening",
    "private",
    "sending",
    "self_review",
]


_OF_SECOND = (
    *(b.NeedsSecondPerson, b.SignOffLapsed, b.ChangesWanted),
    *(b.SelfReview, b.SelfReviewNight),
)
_OfWords = (
    b.Empty
    | b.PrivateData
    | b.OfferAboveLimit
    | b.TooLong
    | b.NotConnected
    | b.Paused
    | b.AlreadySent
    | b.InFlight
    | b.Unsure
)


@dataclass(frozen=True, slots=True)
class Check:
    """One line. `key` names it for ever; `action` is what its link says and `do` what that does."""

    key: str
    sign: Sign
    words: str
    second: str = ""
    action: str = ""
    do: Do = ""
    others: bool = False


def checks(shown: Shown, passed: timedelta = timedelta(0)) -> tuple[Check, ...]:
    """All lines, as they are `passed` after the page was read."""
    held = tuple(_after(blocker, passed) for blocker in shown.page.blockers)
    groups: tuple[tuple[tuple[type, ...], Iterator[Check]], ...] = (
        ((b.AlreadySent, b.InFlight, b.Unsure), iter(())),
        ((b.NotRead, b.MentionChanged), _read(shown)),
        ((b.NotJudged,), _judged(shown)),
        ((b.FeelingNotSaid, b.CoolingPerson), _cooled(shown)),
        ((b.CoolingText, b.ClockUnsure), iter(())),
        ((b.Empty, b.OfferAboveLimit, b.PrivateData), iter(())),
        (_OF_SECOND, _signed(shown)),
        ((b.SecondLook, b.LookAtPage), _looked(shown)),
        ((b.Paused, b.NotConnected, b.TooLong), iter(())),
    )
    found: list[Check] = []
    for kinds, done in groups:
        mine = [blocker for blocker in held if isinstance(blocker, kinds)]
        found += [_check(shown, blocker, passed) for blocker in mine] or [*done]
    return tuple(found)


def _after(blocker: b.Blocker, passed: timedelta) -> b.Blocker:
    match blocker:
        case b.CoolingPerson() | b.CoolingText():
            return replace(blocker, left=max(timedelta(0), blocker.left - passed))
        case _:
            return blocker


def next_due(shown: Shown) -> datetime | None:
    """The next wall time (UTC) at which the page may say something else by time alone."""
    found = [held.clears_at for held in shown.page.blockers]
    found += [one.next_at for one in shown.outgoing]
    found.append(shown.opens)
    return min((at for at in found if at is not None and at > shown.wall), default=None)


# --- what is done --------------------------------------------------------------------------------


def _read(shown: Shown) -> Iterator[Check]:
    reads = shown.facts.reads
    if reads:
        at = dates.when(shown.page.known.now.wall_of(reads[-1].at), shown.wall, shown.zone)
        names = ", ".join(dict.fromkeys(shown.name(read.by) for read in reads))
        yield Check("read", "done", _("Read in full"), f"{names}, {at}")


def _judged(shown: Shown) -> Iterator[Check]:
    judged = shown.facts.judged
    if judged is not None:
        verdict = wording.verdict(judged.verdict)
        yield Check("judged", "done", _("Judged: {verdict}").format(verdict=verdict))


def _cooled(shown: Shown) -> Iterator[Check]:
    wait = calm.longest(shown.page.waits)
    if wait is not None and wait.length:
        length = wording.duration(wait.length)
        yield Check("cooled", "done", _("Cooled off, {length}").format(length=length))


def _signed(shown: Shown) -> Iterator[Check]:
    signed = shown.page.sign_off.signed
    if shown.page.sign_off.standing is Standing.SIGNED and signed is not None:
        at = dates.when(shown.page.known.now.wall_of(signed.at), shown.wall, shown.zone)
        name = shown.name(signed.by)
        told = " · ".join(filter(None, (at, _new_key(shown, signed))))
        line = Check("signed", "done", _("Signed off by {name}").format(name=name), told)
        mine = signed.by == shown.me
        yield replace(line, action=_("Take it back"), do="withdraw") if mine else line
        return
    known, hurry = shown.page.known, shown.page.emergency
    # A first reading alone is no self-review: an emergency may have cut the night short.
    if self_review(known.facts, known.rules, known.now).step is Step.DONE:
        yield Check("self_reviewed", "done", _("Self-reviewed, after a night"))
    elif hurry is not None and hurry.alone:
        words = _("It cannot wait: {why}").format(why=wording_second.ground(hurry.ground))
        yield Check("emergency", "done", words, _("Nobody else has looked at it."))


def _new_key(shown: Shown, signed: SignedOff) -> str:
    """That the key which signed was in its first week, and by whose word it came in."""
    facts, now = shown.facts, shown.page.known.now
    person = facts.person(signed.by)
    if person is None or not is_new(facts, signed.by, now, signed.at, signed.key_id):
        return ""
    by = person.let_in_by(signed.key_id)
    if by is None:
        return _("first week: this key is new")
    return _("first week: this key is new, let in by {name}").format(name=shown.name(by))


def _looked(shown: Shown) -> Iterator[Check]:
    look = work.last_look(shown.facts)
    if look is not None:
        at = dates.when(shown.page.known.now.wall_of(look.at), shown.wall, shown.zone)
        yield Check("looked", "done", _("Read once more"), at)


# --- what is not ---------------------------------------------------------------------------------


def _check(shown: Shown, held: b.Blocker, passed: timedelta) -> Check:
    line = Check(held.kind, "open", wording.blocker(held, shown.facts.name, shown.zone))
    match held:
        case b.NotRead() | b.MentionChanged():
            return _if_mine(shown, line, held.who, _("I have read all of it"), "read")
        case b.FeelingNotSaid():
            line = replace(line, key="feeling")
            return _if_mine(shown, line, held.who, _("Say how it felt"), "feel")
        case b.NotJudged():
            return replace(line, action=_("Judge it"), do="judge")
        case b.CoolingPerson() | b.CoolingText() | b.ClockUnsure():
            return _check_of_time(shown, line, held)
        case b.SecondLook():
            return _look(shown, line, held, passed)
        case b.LookAtPage():
            return replace(line, action=_("Open the page and look"), do="look_at_page")
        case b.NeedsSecondPerson() | b.SignOffLapsed() | b.ChangesWanted():
            return _second_person(shown, line, held)
        case b.SelfReviewNight():
            second = _("Sleep on it, then read it a last time; or have somebody else look.")
            return _or_somebody_else(replace(line, sign="wait", second=second))
        case b.SelfReview():
            return _self_review(shown, line, held, passed)
        case _:
            return _check_of_words(shown, line, held)


def _check_of_time(
    shown: Shown, line: Check, held: b.CoolingPerson | b.CoolingText | b.ClockUnsure
) -> Check:
    match held:
        case b.CoolingPerson():
            return replace(line, sign="wait", second=_("It ends by itself."))
        case b.CoolingText(writing=True):
            second = _("They are kept as a version when you go on to something else.")
            mine = any(one.by == shown.me and one.differs for one in shown.facts.drafts)
            action = _("I am done writing") if mine else ""
            return replace(line, second=second, action=action, do="keep" if mine else "")
        case b.CoolingText():
            return replace(line, sign="wait", second=_("Any change begins it anew."))
        case b.ClockUnsure():
            return replace(line, sign="stop", action=_("Check for news"), do="listening")


def _check_of_words(shown: Shown, line: Check, held: _OfWords) -> Check:
    match held:
        case b.Empty():
            if any(one.by == shown.me and one.text.strip() for one in shown.facts.drafts):
                second = _("They are kept as a version when you go on to something else.")
                return replace(line, second=second, action=_("I am done writing"), do="keep")
            return replace(line, action=_("Write it"), do="write")
        case b.PrivateData():
            return replace(line, sign="stop", action=_("Show where"), do="private")
        case b.OfferAboveLimit():
            may = [one.name for one in shown.reviewers if one.may_offer >= held.amount]
            second = _("{names} may grant it.").format(names=_either(may)) if may else ""
            return replace(
                line, sign="stop", second=second, action=_("Change the offer…"), do="offer"
            )
        case b.TooLong():
            return replace(line, sign="stop", action=_("Shorten it"), do="write")
        case b.NotConnected():
            return _not_connected(shown, line)
        case b.Paused():
            return replace(line, sign="stop", action=_("Open the settings"), do="settings")
        case b.AlreadySent() | b.InFlight():
            return replace(line, sign="wait")
        case b.Unsure():
            return replace(line, sign="stop", action=_("Say whether it appeared"), do="sending")
        case _:
            assert_never(held)


def _if_mine(shown: Shown, line: Check, who: PersonId | None, action: str, do: Do) -> Check:
    """What only one person can do is offered to nobody else."""
    if who in (None, shown.me) or shown.me is None:
        return replace(line, action=action, do=do)
    only = _("Only {name} can say so.").format(name=shown.name(who))
    return replace(line, second=only, others=True)


def _look(shown: Shown, line: Check, held: b.SecondLook, passed: timedelta) -> Check:
    early = any(isinstance(one, BEFORE_A_LOOK) for one in shown.page.blockers)
    at = held.possible_at
    if early or at is None or at > shown.wall + passed:
        return line
    said = line.words if held.lapsed else _("Read it once more")
    second = "" if held.lapsed else _("The waits are over.")
    return replace(line, words=said, second=second, action=_("Read it now"), do="look")


def _self_review(shown: Shown, line: Check, held: b.SelfReview, passed: timedelta) -> Check:
    """To be read now, or from when a last reading counts."""
    if held.possible_at is not None and held.possible_at > shown.wall + passed:
        return _or_somebody_else(replace(line, sign="wait"))
    words = _("You are alone: read your words a last time") if held.final else line.words
    return replace(line, words=words, action=_("Read them now"), do="self_review")


def _or_somebody_else(line: Check) -> Check:
    """Nobody has to stay alone."""
    return replace(line, action=_("Add the second person…"), do="ask")


def _second_person(
    shown: Shown, line: Check, held: b.NeedsSecondPerson | b.SignOffLapsed | b.ChangesWanted
) -> Check:
    asked = held.asked if isinstance(held, b.NeedsSecondPerson) else None
    instead = next_asked(shown.facts, shown.page.known.rules, shown.page.known.now)
    if instead is not None and instead.next is not None:
        return _somebody_else(shown, line, instead, instead.next)
    if asked is not None:
        if afar.packet_out(shown):
            sent = _("A file went to {name}'s phone.").format(name=shown.name(asked))
            action = _("Enter their answer…")
            return replace(line, sign="wait", second=sent, action=action, do="answer")
        if afar.only_by_file(shown):
            action = _("Send it to {name}'s phone…").format(name=shown.name(asked))
            return replace(line, sign="wait", action=action, do="packet")
        return _asked_here(shown, line, asked)
    if isinstance(held, b.ChangesWanted):
        again = _("Or ask once more for the same words: in the menu Reply.")
        return replace(line, second=again, action=_("Change it"), do="write")
    names, only = [person.name for person in shown.reviewers], work.only_reviewer(shown)
    if only is not None:
        asks = _("Ask {name}…") if only.packet_key else _("Ask {name}")
        mine = _("You wrote none of it: it could be you.") if only.id == shown.me else ""
        return replace(line, second=mine, action=asks.format(name=only.name), do="ask")
    if not names:
        return _or_somebody_else(line)
    second = _either(names) if len(names) > 1 else ""
    return replace(line, second=second, action=_("Ask…"), do="ask")


def _asked_here(shown: Shown, line: Check, asked: PersonId) -> Check:
    """Whoever was asked looks at it in the window: in this one, or at another computer."""
    if asked == shown.me:
        return replace(line, sign="wait", action=_("Look at it now"), do="review")
    where = _("Fetch {name}, who looks at it here on this computer.")
    if shown.shared:
        where = _("{name} sees it at any computer of the team.")
    name = shown.name(asked)
    action = _("{name} looks at it here").format(name=name)
    where = where.format(name=name)
    return replace(line, sign="wait", second=where, action=action, do="review", others=True)


def _somebody_else(shown: Shown, line: Check, instead: NextAsked, who: Person) -> Check:
    """Whoever was asked is away or silent: who could be asked instead, at one press."""
    said = wording_next.not_answering(instead, shown.page.known.rules, shown.name)
    # Who signs by phone alone needs a file, and that is made in the dialog.
    do: Do = "ask_next" if who.keys else "ask"
    asks = wording_next.ask_words(instead)
    return replace(line, second=said, action=asks if who.keys else f"{asks}…", do=do)


def _not_connected(shown: Shown, line: Check) -> Check:
    to = shown.words.to
    ready = any(way.kind == to.channel and way.ready for way in shown.ways)
    if not ready:
        return replace(line, sign="stop", action=_("Set it up"), do="settings")
    second = "" if to.target else _("It does not say yet who it goes to.")
    action = _("Say where it goes…")
    return replace(line, sign="stop", second=second, action=action, do="details")


def _either(names: Sequence[str]) -> str:
    """Such as "Tom, Mia or Lea"."""
    if len(names) < 2:
        return "".join(names)
    return _("{names} or {last}").format(names=", ".join(names[:-1]), last=names[-1])
