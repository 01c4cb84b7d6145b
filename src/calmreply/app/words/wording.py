"""Every sentence about a value of the domain, for the window and the command line alike.

Values are matched to the end (`assert_never`): a blocker, state or stage without words does not
pass the type check. Times are said in the business's own zone. What there is to say of a journal
that does not hold stands in `wording_journal`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import assert_never
from zoneinfo import ZoneInfo

from calmreply.app.words import wording_channel, wording_review, wording_second
from calmreply.app.words.wording_private import private_kind
from calmreply.domain import blockers as b
from calmreply.domain.case import Verdict
from calmreply.domain.debrief import Outcome, Settledness
from calmreply.domain.mention import Origin, Visibility
from calmreply.domain.outbox import State
from calmreply.domain.people import PersonId, Presence
from calmreply.domain.policy import Feeling, Kind
from calmreply.domain.review import Tick
from calmreply.domain.stage import Stage
from calmreply.i18n import _, ngettext

Names = Callable[[PersonId], str]


def blocker(held: b.Blocker, names: Names, zone: str) -> str:
    """One line of "Before it can go"."""
    match held:
        case b.Unfilled(slots=slots):
            return _("Fill in what is still missing: {slots}").format(
                slots=", ".join(f"{{{slot}}}" for slot in slots)
            )
        case b.Empty():
            return _("Write the reply")
        case b.NotRead(who=None):
            return _("Read all of it, and say so")
        case b.NotRead(who=who):
            return _("{name} has to read all of it").format(name=_name(names, who))
        case b.MentionChanged(who=who, news=news):
            return wording_channel.news(news, "" if who is None else _name(names, who))
        case b.NotJudged():
            return _("Say whether this is really ours, and what it is")
        case b.FeelingNotSaid(who=None):
            return _("Say how it felt to read this; the wait begins then")
        case b.FeelingNotSaid(who=who):
            return _("{name} has to say how it felt to read this; the wait begins then").format(
                name=_name(names, who)
            )
        case b.CoolingPerson():
            return _("Cooling off, {name} was {feeling}: {left} left, ends {time}").format(
                name=names(held.who),
                feeling=feeling(held.feeling),
                left=duration(held.left),
                time=clock(held.ends, zone),
            )
        case b.CoolingText(writing=True):
            return _("Words are still being written; they rest for {length} after that").format(
                length=duration(held.length)
            )
        case b.CoolingText():
            return _("The words rest: {left} left, until {time}").format(
                left=duration(held.left), time=clock(held.ends, zone)
            )
        case b.SecondLook():
            return _second_look(held, zone)
        case b.SelfReview() | b.SelfReviewNight():
            return wording_second.self_review(held, clock(held.clears_at, zone))
        case _:
            return _blocker_of_others(held, names)


def _second_look(held: b.SecondLook, zone: str) -> str:
    if held.possible_at is None:
        return _("Read it once more, after the waits")
    if held.lapsed:
        return _("Read it once more; the last time was too long ago")
    return _("Read it once more, from {time}").format(time=clock(held.possible_at, zone))


def _second_asked(name: str) -> str:
    return _("A second pair of eyes: {name} has been asked").format(name=name)


def _blocker_of_others(held: b.Blocker, names: Names) -> str:
    match held:
        case b.NeedsSecondPerson() | b.SignOffLapsed():
            return _signing(held, names)
        case b.ChangesWanted():
            return wording_review.changes(names(held.who), held.text)
        case b.PrivateData():
            return _("This looks private: {words}. Take it out, or ask the second person").format(
                words=", ".join(f"{private_kind(kind)} {text}" for kind, text in held.found)
            )
        case b.OfferAboveLimit():
            return _("The offer of {amount} is above the limit of {limit}").format(
                amount=money(held.amount, held.currency), limit=money(held.limit, held.currency)
            )
        case b.LookAtPage():
            return _("Look at the page once more; your last look is too long ago")
        case b.TooLong():
            words = _("Too long for this site: {length} of {allowed}")
            return words.format(length=held.length, allowed=held.allowed)
        case b.NotConnected():
            return _("Nothing is set up to send this by: {channel}").format(channel=held.channel)
        case b.Paused():
            return _("Sending is paused")
        case b.ClockUnsure(shared=True):
            return _("The server's clock went ahead: what it skipped counts once that is confirmed")
        case b.ClockUnsure():
            return _("The computer was off: connect once to confirm the time")
        case b.AlreadySent():
            return _("It has been sent")
        case b.InFlight(by_hand=by_hand):
            return state(State.IN_FLIGHT, by_hand=True) if by_hand else _("It is on its way")
        case b.Unsure():
            return _("Nobody knows whether it arrived: did it appear?")
        case (
            b.Empty()
            | b.NotRead()
            | b.MentionChanged()
            | b.NotJudged()
            | b.FeelingNotSaid()
            | b.CoolingPerson()
            | b.CoolingText()
            | b.SecondLook()
            | b.SelfReview()
            | b.SelfReviewNight()
        ):
            raise AssertionError("said by blocker()")
        case _:
            assert_never(held)


def _signing(held: b.NeedsSecondPerson | b.SignOffLapsed, names: Names) -> str:
    match held:
        case b.WordingUnsigned():
            return _("This wording has yet to be signed off in the response plan")
        case b.WordingLapsed():
            return _("The sign-off of this wording lapsed: have it signed anew")
        case b.NeedsSecondPerson(asked=None):
            return _("A second pair of eyes")
        case b.NeedsSecondPerson(asked=who):
            return _second_asked(_name(names, who))
        case b.SignOffLapsed(unanswered=True):
            return _("Nobody signed it in time: ask again")
        case b.SignOffLapsed():
            return _("The sign-off no longer holds: ask again")


def stage(value: Stage) -> str:
    match value:
        case Stage.NEEDS_YOU:
            return _("Needs you")
        case Stage.SET_ASIDE:
            return _("Set aside")
        case Stage.CLOSED:
            return _("Closed")
        case Stage.TO_DEBRIEF:
            return _("To debrief")
        case Stage.FOLLOW_UP:
            return _("Follow up")
        case Stage.FIXING:
            return _("Being fixed")
        case Stage.READY:
            return _("Ready to send")
        case Stage.WITH_REVIEWER:
            return _("With reviewer")
        case Stage.COOLING:
            return _("Cooling off")
        case Stage.NEW:
            return _("New")
        case Stage.OLDER:
            return _("Older")
        case _:
            assert_never(value)


def state(value: State, *, by_hand: bool = False) -> str:
    """Where a reply in the outbox stands; `by_hand`: a person posts it, and says so."""
    match value:
        case State.IN_FLIGHT if by_hand:
            return _("Copied; say when it is posted")
        case State.READY:
            return _("Ready")
        case State.IN_FLIGHT:
            return _("On its way")
        case State.SENT:
            return _("Sent")
        case State.REFUSED:
            return _("Refused")
        case State.WAITING:
            return _("Waiting to try again")
        case State.UNSURE:
            return _("Nobody knows yet whether it arrived")
        case State.CANCELLED:
            return _("Not tried again")
        case _:
            assert_never(value)


def kind(value: Kind) -> str:
    match value:
        case Kind.COMPLAINT:
            return _("Complaint")
        case Kind.QUESTION:
            return _("Question")
        case Kind.PRAISE:
            return _("Praise")
        case _:
            assert_never(value)


def verdict(value: Verdict) -> str:
    match value:
        case Verdict.GENUINE:
            return _("Really our customer")
        case Verdict.CANNOT_TELL:
            return _("Cannot tell")
        case Verdict.NOT_CUSTOMER:
            return _("Not our customer")
        case Verdict.COMPETITOR:
            return _("A competitor")
        case Verdict.SPAM:
            return _("Spam")
        case Verdict.ABUSIVE:
            return _("Abusive")
        case _:
            assert_never(value)


def feeling(value: Feeling) -> str:
    match value:
        case Feeling.CALM:
            return _("calm")
        case Feeling.STUNG:
            return _("stung")
        case Feeling.ANGRY:
            return _("angry")
        case _:
            assert_never(value)


def origin(value: Origin) -> str:
    match value:
        case Origin.FEED:
            return _("Feed")
        case Origin.PASTE:
            return _("Review")
        case Origin.PHONE:
            return _("Phone")
        case Origin.LETTER:
            return _("Letter")
        case Origin.COUNTER:
            return _("Counter")
        case _:
            assert_never(value)


def visibility(value: Visibility) -> str:
    match value:
        case Visibility.PUBLIC:
            return _("for everybody to read")
        case Visibility.PRIVATE:
            return _("to them alone")
        case _:
            assert_never(value)


def presence(value: Presence) -> str:
    match value:
        case Presence.ACTIVE:
            return _("here")
        case Presence.AWAY:
            return _("away")
        case Presence.LEFT:
            return _("has left")
        case _:
            assert_never(value)


def tick(value: Tick) -> str:
    """What the reviewer says by a tick."""
    match value:
        case Tick.TRUE:
            return _("Only what we know to be true")
        case Tick.KIND:
            return _("It is kind; nobody is blamed")
        case Tick.PROMISE:
            return _("No promise we cannot keep")
        case Tick.PRIVATE:
            return _("Nothing private in public")
        case Tick.NOT_PRIVATE:
            return _("What looks private here is not")
        case _:
            assert_never(value)


def outcome(value: Outcome) -> str:
    match value:
        case Outcome.RESOLVED:
            return _("Resolved")
        case Outcome.NO_ANSWER:
            return _("They did not answer")
        case Outcome.NO_REPLY_NEEDED:
            return _("No public reply needed")
        case Outcome.WALKED_AWAY:
            return _("We walked away")
        case _:
            assert_never(value)


def settledness(value: Settledness) -> str:
    match value:
        case Settledness.SETTLED:
            return _("Settled")
        case Settledness.STILL_SORE:
            return _("Still sore")
        case Settledness.GLAD:
            return _("Glad it happened")
        case _:
            assert_never(value)


def cause(value: str) -> str:
    """What was behind it; words of the business's own are said as they are."""
    known = {
        "order_taking": _("Order taking"),
        "phone_cover": _("Phone cover"),
        "product": _("Product"),
        "delivery": _("Delivery"),
        "price": _("Price"),
        "staff_manner": _("Staff manner"),
        "none_of_ours": _("None of ours"),
    }
    return known.get(value, value)


def duration(span: timedelta) -> str:
    """How long, in the unit a person would use; what is left is rounded up, never down to 0."""
    minutes = max(0, -(-span // timedelta(minutes=1)))
    if minutes < 60:
        return _("{n} min").format(n=minutes)
    hours, rest = divmod(minutes, 60)
    if hours < 48:
        return _("{h} h {m} min").format(h=hours, m=rest) if rest else _("{h} h").format(h=hours)
    days = round(minutes / 1440)
    return ngettext("{n} day", "{n} days", days).format(n=days)


def ago(span: timedelta) -> str:
    """How long somebody has waited, short: "41 min", "2 h", "yesterday", "3 days"."""
    minutes = max(0, int(span.total_seconds() // 60))
    if minutes < 1:
        return _("now")
    if minutes < 60:
        return _("{n} min").format(n=minutes)
    hours = minutes // 60
    if hours < 24:
        return _("{n} h").format(n=hours)
    days = hours // 24
    return _("yesterday") if days == 1 else ngettext("{n} day", "{n} days", days).format(n=days)


def clock(moment: datetime | None, zone: str) -> str:
    """A time of day in the business's zone: "14:52"."""
    return "" if moment is None else f"{moment.astimezone(ZoneInfo(zone)):%H:%M}"


def exact(moment: datetime, zone: str) -> str:
    """A full date and time in the business's zone."""
    return f"{moment.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"


def money(amount: int, currency: str) -> str:
    """An amount in the smallest unit, with its currency: "28.00 GBP"."""
    return f"{amount / 100:,.2f} {currency}".strip()


def stars(given: float, scale: float) -> str:
    """Stars as signs where they are few: a rating of 1 of 5 as one full and four empty ones."""
    if scale > 10 or given != int(given) or scale != int(scale):
        return _("{given:g} of {scale:g}").format(given=given, scale=scale)
    return "★" * int(given) + "☆" * int(scale - given)


def _name(names: Names, who: PersonId | None) -> str:
    return _("somebody") if who is None else names(who)
