"""How a source stands, in words. No Qt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from calmreply.app import queries
from calmreply.app.home import Home
from calmreply.app.listening import listen, polling, searches
from calmreply.app.listening.remedies import Remedy, asked_anew
from calmreply.app.listening.searches import Offer
from calmreply.app.ports.listeners import NOT_ALL
from calmreply.app.ports.storage import Source, Takes
from calmreply.app.queries import ListeningPage
from calmreply.app.words import wording, wording_remedies
from calmreply.domain.names import Name
from calmreply.i18n import _
from calmreply.ui import dates
from calmreply.ui.dialogs.sources import listened_names


@dataclass(frozen=True, slots=True)
class Told:
    """`tone` is a tone of the kit. `words` is the pill; `more` a sentence below, or empty.

    `helps` is the one action that stands beside that sentence. `heard`: its last good answer, which
    may have held nothing new; `brought`: when it last did; `summary` says both in one.
    """

    tone: Literal["green", "amber", "red", "neutral"]
    words: str
    heard: str
    heard_exactly: str = ""
    more: str = ""
    helps: Remedy | None = None
    brought: str = ""
    summary: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """What the room shows. `business` is among the names we listen for by itself."""

    page: ListeningPage
    names: tuple[Name, ...]
    business: str
    offers: tuple[Offer, ...]
    kinds: Mapping[str, str]


def load(home: Home) -> Shown:
    from calmreply.app.rules import settings  # noqa: PLC0415 - likewise used by the pages of settings

    return Shown(
        page=queries.listening(home),
        names=listened_names(home),
        business=" ".join(settings.read(home, "business_name").split()),
        offers=searches.offered(home),
        kinds={kind: one.title for kind, one in home.listeners.items()},
    )


def kind(source: Source, kinds: Mapping[str, str], computer: str = "") -> str:
    """What kind of source it is; `kinds` says what each is called. `computer`: where it lies."""
    words = _("Feed") if source.kind == listen.FEED else kinds.get(source.kind, source.kind)
    if computer:
        words = _("{kind} on {computer}").format(kind=words, computer=computer)
    return words if source.takes is Takes.ALL else _("{kind}, what names us").format(kind=words)


def told(source: Source, wall: datetime, zone: str, *, needs_somebody: bool) -> Told:
    """How it stands at `wall` (UTC)."""
    stands = _stands(source, wall, zone, needs_somebody=needs_somebody)
    state, brought = source.state, _brought(source, wall)
    summary = stands.heard
    if state.heard_at is not None and not state.asked_to_wait:
        summary = _("answered {when}").format(when=stands.heard)
    summary = ", ".join(filter(None, (summary, brought)))
    return replace(stands, brought=brought, summary=summary)


def _brought(source: Source, wall: datetime) -> str:
    """When it last brought anything; of one that never did, the time says when that began."""
    state = source.state
    if state.heard_at is None:
        return ""
    if not source.mentions:
        return _("no mention yet")
    if state.brought_at is None:
        return ""
    return _("last mention {when}").format(when=_ago(wall - state.brought_at))


def _stands(source: Source, wall: datetime, zone: str, *, needs_somebody: bool) -> Told:
    state = source.state
    heard = _("never") if state.heard_at is None else _ago(wall - state.heard_at)
    exactly = dates.exact(state.heard_at, zone) if state.heard_at else ""
    if state.polled_at is None and not state.trouble:
        return Told("neutral", _("Asked soon"), _("not yet"))
    if asked_anew(source):
        return Told("neutral", _("Checking…"), heard, exactly)
    if not state.trouble:
        return Told("green", _("Listening"), heard, exactly)
    if state.asked_to_wait:
        until = wording.clock(state.next_at, zone)
        words = _("asked to wait until {time}").format(time=until)
        return Told("amber", _("Slowed down by the site"), words, exactly)
    if state.trouble == NOT_ALL:
        more = f"{state.words} {state.way_out}"
        return Told("amber", _("Listening, not to all of it"), heard, exactly, more)
    if not needs_somebody:
        until = wording.clock(state.next_at, zone)
        words = _("Tried again at {time}").format(time=until)
        return Told("amber", words, heard, exactly, state.words)
    pill = _("Needs you: {why}").format(why=_why(state.trouble))
    helps = polling.remedy(source)
    return Told("red", pill, heard, exactly, wording_remedies.sentence(source, helps), helps)


def _ago(span: timedelta) -> str:
    if span < timedelta(minutes=1):
        return _("just now")
    if span < timedelta(days=1):
        return _("{span} ago").format(span=wording.ago(span))
    return wording.ago(span) if span < timedelta(days=2) else _days_ago(span)


def _days_ago(span: timedelta) -> str:
    return _("{span} ago").format(span=wording.duration(span))


def _why(trouble: str) -> str:
    known = {
        "not_there": _("page moved"),
        "not_a_feed": _("no feed there"),
        "not_a_feed_now": _("no feed there"),
        "feed_moved": _("page moved"),
        "listened_twice": _("listened to twice"),
        "site_wants_sign_in": _("wants a sign-in"),
        "private_address": _("own network"),
        "no_such_host": _("no such site"),
        "tls": _("not safe to ask"),
        "no_such_place": _("page moved"),
        "sign_in_again": _("wants a sign-in"),
        "not_allowed": _("wants a sign-in"),
        "no_such_account": _("no account"),
        "passwords_locked": _("locked passwords"),
        "bad_settings": _("its settings"),
        "not_protected": _("not safe to ask"),
        "brings_too_much": _("brings too much"),
    }
    return known.get(trouble, _("no answer"))
