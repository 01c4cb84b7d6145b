"""What became of a reply that was sent, in words, and which buttons go with it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from calmreply.app.ports.channels import SIGN_IN_AGAIN
from calmreply.app.teamwork import keepers
from calmreply.app.words import wording, wording_channel
from calmreply.domain import trying
from calmreply.domain.case import Choice
from calmreply.domain.outbox import (
    NotPosted,
    Posted,
    ReplySeen,
    Settled,
    Showing,
    State,
    TryStopped,
)
from calmreply.domain.reply import ReplyKind
from calmreply.i18n import _
from calmreply.ui import dates
from calmreply.ui.case import work
from calmreply.ui.links import is_page

if TYPE_CHECKING:
    from calmreply.ui.case.outgoing import Outgoing
    from calmreply.ui.case.work import Shown
    from calmreply.ui.kit.palette import Tone


@dataclass(frozen=True, slots=True)
class Told:
    """`buttons` are names of `SendingCard`'s own."""

    words: str
    more: str = ""
    tone: Tone | None = None
    buttons: tuple[str, ...] = ()


def outgoing(shown: Shown, kind: ReplyKind) -> Outgoing | None:
    """The entry to tell of. What ended without arriving is told of its own words only.

    What is open of an earlier turn comes first: nothing else leaves before that is settled.
    """
    if kind is ReplyKind.HOLDING:
        return shown.holding
    one, revision = shown.present, shown.facts.revision
    before = _of_before(shown)
    if before is not None and (before.state is not State.REFUSED or revision is None):
        return before
    if one is None or revision is None:
        return one
    of_these_words = one.entry.chosen.revision == revision.revision
    return one if one.alive or of_these_words else None


def _of_before(shown: Shown) -> Outgoing | None:
    """Of an earlier turn: what is open, or was stopped by what they have said since."""
    now = shown.facts.entries_in_turn
    for one in reversed(shown.outgoing):
        stopped = one.state is State.REFUSED and isinstance(one.entry.last, TryStopped)
        still = one.state in (State.IN_FLIGHT, State.UNSURE) or stopped
        if still and one.entry not in now and one.entry.chosen.kind is not ReplyKind.HOLDING:
            return one
    return None


def told(shown: Shown, kind: ReplyKind) -> Told | None:
    """None where there is nothing to tell."""
    one = outgoing(shown, kind)
    if one is not None and one is _of_before(shown):
        return _of_earlier(shown, one, kind)
    if one is not None:
        return _of_entry(shown, one, kind)
    if kind is ReplyKind.REPLY and shown.answered:
        return _without_sending(shown)
    return None


def _of_earlier(shown: Shown, one: Outgoing, kind: ReplyKind) -> Told:
    """With its words, since it is not what stands in the editor; nobody sends it any more."""
    said = _of_entry(shown, one, kind)
    more = "\n\n".join(filter(None, (_text_of(shown, one), said.more)))
    return replace(said, more=more, buttons=() if one.state is State.REFUSED else said.buttons)


def _of_entry(shown: Shown, one: Outgoing, kind: ReplyKind) -> Told:
    words = wording_channel.why(one.entry, one.state)
    match one.state:
        case State.SENT:
            return _sent(shown, one)
        case State.IN_FLIGHT:
            return _in_flight(shown, one)
        case State.REFUSED:
            anew = ("again",) if kind is ReplyKind.HOLDING else ("again", "change")
            if one.entry.code == SIGN_IN_AGAIN:
                anew = ("sign_in", *anew)
            ours = isinstance(one.entry.last, TryStopped)
            refused = _("It was not sent.") if ours else _("It was refused.")
            return Told(refused, words, "red", anew)
        case State.WAITING | State.READY if one.asks:
            closed = _("The program was closed before it could be sent. {words}")
            held = _("Something came in between, so it has not left. {words}")
            more = closed if one.entry.attempts else held
            # A holding reply names a time; once stopped, it is sent with a new one.
            may = ("stop",) if kind is ReplyKind.HOLDING else ("still", "stop")
            said = f"{more.format(words=words).strip()} {one.put_off}".strip()
            return Told(_("Still send this?"), said, "red", may)
        case State.WAITING | State.READY:
            return _waiting(shown, one)
        case State.UNSURE if one.next_at is not None:
            return _repeated(shown, one)
        case State.UNSURE:
            return _in_doubt(shown, one, words)
        case State.CANCELLED:
            return _cancelled(one)


def _repeated(shown: Shown, one: Outgoing) -> Told:
    """In doubt, and soon out of it: sent once more, it is still one reply there."""
    at = dates.when(max(one.next_at or shown.wall, shown.wall), shown.wall, shown.zone)
    more = _("{words} It is sent again {when}; this site never shows the same reply twice.")
    said = more.format(words=one.entry.words, when=at).strip()
    no = ("no",) if one.not_there is None else ()
    return Told(_("It may have arrived."), said, "amber", ("stop", "yes", *no))


def _in_doubt(shown: Shown, one: Outgoing, words: str) -> Told:
    """While it may still be on its way, nobody can say that it is not there."""
    more = _("{words} Look at the place itself before you say.").format(words=words)
    if one.not_there is not None:
        when = dates.when(one.not_there, shown.wall, shown.zone)
        early = _("It may still be on its way: you can say from {when} on that it is not there.")
        more = f"{more} {early.format(when=when)}"
    no = ("no",) if one.not_there is None else ()
    copy = ("copy",) if one.entry.by_hand else ()
    look = ("open",) if page_of(shown) else ()
    return Told(_("Did this appear?"), more.strip(), "red", ("yes", *no, *copy, *look))


def _in_flight(shown: Shown, one: Outgoing) -> Told:
    if not one.entry.by_hand:
        return Told(_("On its way…"), tone="amber")
    words = _("Copied. Pass it on, then say so here.")
    more = _("Nobody else can see whether they have it.")
    if page_of(shown):
        words = _("Copied. Paste it on the page, then say so here.")
        more = _("Nobody else can see whether it stands there.")
    return Told(words, more, "amber", ("posted", "not_posted", "copy"))


def _sent(shown: Shown, one: Outgoing) -> Told:
    when = dates.when(one.sent_at, shown.wall, shown.zone) if one.sent_at else ""
    posted = [fact for fact in one.entry.happened if isinstance(fact, Posted)]
    note = posted[-1].note if posted else ""
    link = one.entry.link
    # What is no page is a number of the channel's own: nobody can do anything with it.
    told = link or (one.entry.reference if one.entry.by_hand else "")
    # A holding reply has no editor to be read in.
    text = _text_of(shown, one) if one.entry.chosen.kind is ReplyKind.HOLDING else ""
    seen = one.entry.seen
    stands = _stands(shown, seen) if seen is not None else ""
    given_up = trying.copy_given_up(one.entry, shown.page.known.now)
    more = "\n".join(filter(None, (stands, text, told, note, _copy(shown, one))))
    words = _("✓ Posted {when}") if one.entry.by_hand else _("✓ Sent {when}")
    buttons = (*(("file",) if given_up else ()), *(("open",) if is_page(link) else ()))
    tone: Tone = "green"
    if seen is not None and seen.showing is Showing.REJECTED:
        words, tone = _("Sent {when}, and taken down by the site"), "red"
    elif seen is not None and seen.showing is Showing.RETURNED:
        words, tone = _("Sent {when}, and came back undelivered"), "red"
    elif seen is not None and seen.showing is Showing.PENDING:
        words, tone = _("Sent {when}, and not shown yet"), "amber"
    return Told(words.format(when=when).strip(), more, tone, buttons)


def _copy(shown: Shown, one: Outgoing) -> str:
    """Why no copy lies among the sent mail, and what follows; empty where one does."""
    copy = one.entry.copy
    if copy is None or not copy.words:
        return ""
    said = _("The copy for the sent mail could not be filed: {why}").format(why=copy.words)
    again = trying.copy_in(one.entry, shown.page.known.now)
    if again is None:
        return said
    when = dates.when(shown.wall + again, shown.wall, shown.zone)
    return f"{said} {_('It is filed again {when}.').format(when=when)}"


def _stands(shown: Shown, seen: ReplySeen) -> str:
    """What the last look at its page found."""
    at = dates.when(shown.page.known.now.wall_of(seen.at), shown.wall, shown.zone)
    return f"{wording_channel.showing(seen.showing).format(when=at)} {seen.words}".strip()


def _text_of(shown: Shown, one: Outgoing) -> str:
    chosen = one.entry.chosen
    written = shown.facts.revisions_of(chosen.reply)
    return next((r.words.text for r in written if r.revision == chosen.revision), "")


def _waiting(shown: Shown, one: Outgoing) -> Told:
    words = one.entry.words
    if one.held:
        more = _("{words} Something came in between. It goes by itself once nothing holds it.")
        return Told(_("Not sent yet."), more.format(words=words).strip(), "red", ("stop",))
    if shown.goes_from:
        return Told(_("Not sent yet."), keepers.waits_for(shown.goes_from), "amber", ("stop",))
    if one.elsewhere:
        more = _("{words} The computer on which it was sent tries it again by itself.")
        said = more.format(words=words).strip()
        return Told(_("Not sent yet."), said, "amber", ("still", "stop"))
    if one.put_off:
        said = f"{words} {one.put_off}".strip()
        return Told(_("Not sent yet."), said, "amber", ("stop",))
    if one.next_at is not None and one.next_at > shown.wall:
        at = dates.when(one.next_at, shown.wall, shown.zone)
        more = _("{words} It is tried again {when} by itself.").format(words=words, when=at)
        return Told(_("Not sent yet."), more.strip(), "amber", ("stop",))
    return Told(_("On its way…"), words, "amber", ("stop",))


def _cancelled(one: Outgoing) -> Told:
    match one.entry.last:
        case NotPosted():
            return Told(_("It was not posted."), _("You can send it again."))
        case Settled():
            return Told(_("It did not appear."), _("You can send it again."))
        case _:
            return Told(wording.state(State.CANCELLED), one.entry.words)


def _without_sending(shown: Shown) -> Told:
    """Answered elsewhere, or no reply wanted."""
    outside = shown.facts.answered_outside
    if outside is not None:
        more = "\n".join(filter(None, (outside.text, outside.url)))
        link = ("open",) if is_page(outside.url) else ()
        words = _("✓ Answered outside the app, as {name} said")
        return Told(words.format(name=shown.name(outside.by)), more, "green", link)
    look = work.last_look(shown.facts)
    who = shown.name(look.by) if look is not None and look.choice is Choice.NONE else ""
    return Told(_("No reply"), _("{name} chose not to reply.").format(name=who))


def page_of(shown: Shown) -> str:
    """The page it was said on, or empty."""
    return shown.facts.mention.url or ""
