"""`BlueskyListener`: the plug-in of the kind "bluesky"."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from calmreply.adapters.channels import speaking
from calmreply.adapters.channels.interface import (
    AskedToWaitError,
    Site,
    at,
    items,
    line,
    named,
    no_such_place,
    secret_of,
    service_address,
    unexpected,
)
from calmreply.adapters.channels.walking import Page, State, Walk, unreadable, walk
from calmreply.app.ports import Tools, Web
from calmreply.app.ports.channels import Field
from calmreply.app.ports.listeners import Place, Round
from calmreply.app.ports.storage import Account
from calmreply.errors import KnownError
from calmreply.i18n import _

from . import posts
from .session import Sessions, Signed

NOTIFICATIONS, SEARCH = "notifications", "search"
LONGEST_WORDS: Final = 200
"""Characters that one searches for."""
_SERVICE: Final = "https://bsky.social"
_REASONS: Final = ("mention", "reply", "quote")
_PER_PAGE: Final = 100
_LOOK_EVERY: Final = timedelta(minutes=30)
_MOST_MISSING: Final = 5  # posts asked for one by one
_MOST_ANSWERED: Final = 25
"""Posts that the site shows at once."""


class BlueskyListener:
    """`app.ports.listeners.Listener` for Bluesky and other sites of its kind (AT Protocol)."""

    kind: Final = "bluesky"
    needs_account: Final = True

    def __init__(self) -> None:
        self._sessions = Sessions()

    @property
    def title(self) -> str:
        return _("Bluesky")

    @property
    def fields(self) -> tuple[Field, ...]:
        return (
            Field(
                "service",
                _("Site"),
                _("As it is, unless your account lives somewhere else"),
                default=_SERVICE,
            ),
            Field("handle", _("Your name there"), _("bluedoor.bsky.social")),
            Field(
                "password",
                _("App password"),
                _("Make one there: Settings, Privacy and security, App passwords"),
                secret=True,
            ),
            speaking.field(),
        )

    @property
    def place_fields(self) -> tuple[Field, ...]:
        return (
            Field(
                "watch",
                _("Listen to"),
                default=NOTIFICATIONS,
                choices=(NOTIFICATIONS, SEARCH),
                called=(_("What is said to you"), _("Posts with these words")),
            ),
            Field(
                "words",
                _("Words"),
                _("Of the search: Blue Door Bakery. Else leave it empty"),
                required=False,
            ),
        )

    def sign_in(
        self, account: Account, secret: str | None, web: Web, *, allow_private: bool = False
    ) -> None:
        """Connect and sign in. Raises KnownError with the reason."""
        service = service_of(account)
        base = service_address(service, allow_private=allow_private, field="service")
        site = Site(base, web, None, allow_private)
        self._sessions.opened(site, account, secret_of(secret), anew=True)

    def what(self, said: Mapping[str, str]) -> str:
        """`notifications` or `search:WORDS`. Raises KnownError `bad_settings`."""
        watch = said.get("watch", "").strip() or NOTIFICATIONS
        words = " ".join(said.get("words", "").split())
        if watch == NOTIFICATIONS:
            return NOTIFICATIONS
        if watch != SEARCH:
            raise _bad(_("What to listen to is either notifications or search."))
        if not words or len(words) > LONGEST_WORDS:
            raise _bad(_("A search needs words, not more than 200 letters of them."))
        return f"{SEARCH}:{words}"

    def listen(self, place: Place, cursor: str, tools: Tools) -> Round:
        """One round, as `app.ports.listeners.Listener.listen`."""
        account = place.account
        if account is None:
            raise KnownError(
                "no_account",
                _("There is no account to read Bluesky with."),
                _("Choose one for this source."),
            )
        watch, _colon, words = place.what.partition(":")
        if (watch, bool(words)) not in ((NOTIFICATIONS, False), (SEARCH, True)):
            raise no_such_place(_("This source does not say what to listen to on Bluesky."))
        base = service_address(service_of(account), allow_private=place.allow_private)
        site = Site(base, tools.web, tools.wall, place.allow_private, tools.cancelled)
        title = _title(account, words)
        try:
            signed = self._sessions.opened(site, account, secret_of(place.secret))
        except AskedToWaitError as wait:
            return Round(title, (), cursor, outside_time=wait.outside_time, wait_until=wait.until)

        def page_of(page: str, size: int) -> Page:
            return _page(signed, words, page, size, tools.wall)

        walked = walk(cursor, tools.wall, page_of, _PER_PAGE)
        _tell_what_is_answered(signed, walked)
        gone: tuple[str, ...] = ()
        if walked.wait_until is None and not walked.more:
            gone = _gone(signed, walked, tools)
        return Round(
            title,
            tuple(walked.heard),
            walked.state.cursor(),
            gone,
            more=walked.more,
            unread=walked.unread,
            gave_up=walked.gave_up,
            outside_time=site.outside_time,
            wait_until=walked.wait_until,
        )


def service_of(account: Account) -> str:
    return account.settings.get("service", "").strip() or _SERVICE


def _title(account: Account, words: str) -> str:
    if words:
        return _("Bluesky: {words}").format(words=words)
    handle = account.settings.get("handle", "").strip().lstrip("@")
    return _("Bluesky: to {handle}").format(handle=handle)


def _page(signed: Signed, words: str, page: str, size: int, wall: datetime) -> Page:
    query: dict[str, str | list[str]] = {"limit": str(size)}
    if page:
        query["cursor"] = page
    if words:
        method, name = "app.bsky.feed.searchPosts", "posts"
        query |= {"q": words, "sort": "latest"}
    else:
        method, name = "app.bsky.notification.listNotifications", "notifications"
        query["reasons"] = list(_REASONS)
    said = signed.ask(method, query)
    listed = said.at(name)
    if not said.good or not isinstance(listed, list):
        raise unexpected(said)
    shown = [one for one in items(listed, 2 * _PER_PAGE) if words or _is_to_us(one)]
    own = signed.session.did
    entries = [posts.entry(one, wall, own) or unreadable(one, "uri") for one in shown]
    return Page(entries, named(said.at("cursor")))


def _is_to_us(untrusted: object) -> bool:
    """Not a follow, a like or a repost, wherever the site does not leave them out itself."""
    return at(untrusted, "reason") in _REASONS


def _gone(signed: Signed, walked: Walk, tools: Tools) -> tuple[str, ...]:
    """Which of the latest mentions the site says are no longer there, asked twice an hour.

    A question that fails is asked another time: nothing is lost by it.
    """
    state = walked.state
    if not state.recent or (state.looked and tools.wall < state.looked + _LOOK_EVERY):
        return ()
    walked.state = replace(state, looked=tools.wall)
    uris = [uri for uri, _ref in state.recent if posts.is_uri(uri)]
    try:
        there = _there(signed, uris)
        missing = [uri for uri in uris if uri not in there][:_MOST_MISSING]
        gone = [uri for uri in missing if _is_gone(signed, uri)]
    except AskedToWaitError as wait:
        walked.wait_until = wait.until
        return ()
    except KnownError as error:
        if error.code in ("cancelled", "sign_in_again"):
            raise
        return ()
    _forget(walked, walked.state, gone)
    return tuple(gone)


def _tell_what_is_answered(signed: Signed, walked: Walk) -> None:
    """Give the latest new replies the title that tells what they answer, all by one question.

    What cannot be had is not told: a reply is heard all the same.
    """
    uris = list(dict.fromkeys(one.answers for one in walked.heard if one.answers))[:_MOST_ANSWERED]
    if not uris or walked.wait_until is not None:
        return
    try:
        said = signed.ask("app.bsky.feed.getPosts", {"uris": uris})
    except AskedToWaitError as wait:
        walked.wait_until = wait.until
        return
    except KnownError as error:
        if error.code in ("cancelled", "sign_in_again"):
            raise
        return
    listed = items(said.at("posts"), 2 * len(uris)) if said.good else []
    titles = dict(map(posts.above_it, listed))
    walked.heard[:] = [
        replace(one, title=titles.get(one.answers, "")) if one.answers else one
        for one in walked.heard
    ]


def _forget(walked: Walk, state: State, gone: list[str]) -> None:
    kept = tuple(one for one in state.recent if one[0] not in gone)
    walked.state = replace(state, recent=kept)


def _there(signed: Signed, uris: list[str]) -> set[str]:
    """The posts that are shown; all of them where the answer is not whole."""
    said = signed.ask("app.bsky.feed.getPosts", {"uris": uris})
    listed = said.at("posts")
    if not said.good or not isinstance(listed, list):
        return set(uris)
    return {line(at(one, "uri")) for one in items(listed, 2 * len(uris))}


def _is_gone(signed: Signed, uri: str) -> bool:
    """A post may be missing because its author blocks us: only the site's own word counts."""
    query: dict[str, str | list[str]] = {"uri": uri, "depth": "0", "parentHeight": "0"}
    return posts.is_gone(signed.ask("app.bsky.feed.getPostThread", query))


def _bad(words: str) -> KnownError:
    return KnownError("bad_settings", words, _("Put it right and try again."))
