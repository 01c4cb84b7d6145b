"""`MastodonListener`: the plug-in of the kind "mastodon"."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Final
from urllib.parse import quote

from calmreply.adapters.channels import speaking
from calmreply.adapters.channels.interface import (
    AskedToWaitError,
    Said,
    Site,
    at,
    items,
    no_such_place,
    secret_of,
    service_address,
    unexpected,
)
from calmreply.adapters.channels.walking import OFFLINE, Entry, Page, Walk, unreadable, walk
from calmreply.app.ports import Tools, Web
from calmreply.app.ports.channels import Field
from calmreply.app.ports.listeners import Place, Round
from calmreply.app.ports.storage import Account
from calmreply.errors import KnownError
from calmreply.i18n import _

from . import statuses
from .asking import Names, Signed, after, is_gone, not_allowed

NOTIFICATIONS, TAG, SEARCH = "notifications", "tag", "search"
LONGEST_WORDS: Final = 200
_PER_PAGE: Final = 40
_LOOK_EVERY: Final = timedelta(minutes=30)
_MOST_NAMED: Final = 20
_MOST_LOOKED_AT: Final = 3  # statuses asked for one by one, each half hour
_TAG_WORD: Final = re.compile(r"\w{1,100}")


class MastodonListener:
    """`app.ports.listeners.Listener` for Mastodon and servers that speak its language."""

    kind: Final = "mastodon"
    needs_account: Final = True

    def __init__(self) -> None:
        self._names = Names()

    @property
    def title(self) -> str:
        return _("Mastodon")

    @property
    def fields(self) -> tuple[Field, ...]:
        return (
            Field(
                "instance",
                _("Site"),
                _("Where your account lives: social.example, or your whole name there"),
            ),
            Field(
                "token",
                _("Access token"),
                _("Make one there: Preferences, Development, New application; to read and write"),
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
                choices=(NOTIFICATIONS, TAG, SEARCH),
                called=(_("What is said to you"), _("A hashtag"), _("Posts with these words")),
            ),
            Field(
                "words",
                _("Words"),
                _("Of the hashtag or the search: BlueDoorBakery. Else leave it empty"),
                required=False,
            ),
        )

    def sign_in(
        self, account: Account, secret: str | None, web: Web, *, allow_private: bool = False
    ) -> None:
        """Connect and sign in. Raises KnownError with the reason."""
        instance = account.settings.get("instance", "")
        base = service_address(instance, allow_private=allow_private, field="instance")
        site = Site(base, web, None, allow_private)
        self._names.signed(site, account, secret_of(secret), anew=True)

    def what(self, said: Mapping[str, str]) -> str:
        """`notifications`, `tag:WORD` or `search:WORDS`. Raises KnownError `bad_settings`."""
        watch = said.get("watch", "").strip() or NOTIFICATIONS
        words = " ".join(said.get("words", "").split())
        match watch:
            case "notifications":
                return NOTIFICATIONS
            case "tag":
                tag = words.lstrip("#").lower()
                if not _TAG_WORD.fullmatch(tag):
                    raise _bad(_("A hashtag is one word of letters and digits."))
                return f"{TAG}:{tag}"
            case "search":
                if not words or len(words) > LONGEST_WORDS:
                    raise _bad(_("A search needs words, not more than 200 letters of them."))
                return f"{SEARCH}:{words}"
            case _:
                raise _bad(_("What to listen to is notifications, tag or search."))

    def listen(self, place: Place, cursor: str, tools: Tools) -> Round:
        """One round, as `app.ports.listeners.Listener.listen`."""
        account = place.account
        if account is None:
            raise KnownError(
                "no_account",
                _("There is no account to read this site with."),
                _("Choose one for this source."),
            )
        watch, _colon, words = place.what.partition(":")
        if watch not in (NOTIFICATIONS, TAG, SEARCH) or bool(words) == (watch == NOTIFICATIONS):
            raise no_such_place(_("This source does not say what to listen to on Mastodon."))
        instance = account.settings.get("instance", "")
        base = service_address(instance, allow_private=place.allow_private)
        site = Site(base, tools.web, tools.wall, place.allow_private, tools.cancelled)
        title = _title(base, watch, words)
        try:
            signed = self._names.signed(site, account, secret_of(place.secret))
            reader = _Reader(signed, watch, words, tools)
            walked = walk(cursor, tools.wall, reader.page, _PER_PAGE)
        except AskedToWaitError as wait:
            return Round(title, (), cursor, outside_time=wait.outside_time, wait_until=wait.until)
        reader.name_what_is_answered(walked)
        gone = () if walked.more or walked.wait_until else reader.gone(walked)
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


class _Reader:
    """Reads the pages of one place during one round. Used by one thread."""

    def __init__(self, signed: Signed, watch: str, words: str, tools: Tools) -> None:
        self._signed = signed
        self._watch = watch
        self._words = words
        self._wall = tools.wall
        self._shown: set[str] = set()

    def page(self, page: str, size: int) -> Page:
        """The page of that name, with so many entries. Raises KnownError, and AskedToWaitError."""
        match self._watch:
            case "search":
                return self._search(page, size)
            case "tag":
                path = f"/api/v1/timelines/tag/{quote(self._words, safe='')}"
                listed, said = self._list(path, {}, page, size)
                found = listed
            case _:
                path = "/api/v1/notifications"
                listed, said = self._list(path, {"types[]": ["mention"]}, page, size)
                # Not every server leaves out the rest; a status that is gone leaves its mention.
                mentions = [one for one in listed if at(one, "type") == "mention"]
                found = [at(one, "status") for one in mentions]
                found = [one for one in found if one is not None]
        last = statuses.id_of(listed[-1]) if listed else ""
        return Page(self._entries(found), after(said, page, len(listed), last))

    def _list(
        self, path: str, query: Mapping[str, str | list[str]], page: str, size: int
    ) -> tuple[list[object], Said]:
        asked = {"limit": str(size), **query}
        if page:
            asked["max_id"] = page
        said = self._signed.get(path, asked)
        if not said.good or not isinstance(said.untrusted, list):
            raise _refused(said)
        return items(said.untrusted, 2 * _PER_PAGE), said

    def _search(self, page: str, size: int) -> Page:
        """A search has no pages of its own but says from the how-manyth on."""
        offset = int(page) if re.fullmatch(r"[0-9]{1,5}", page) else 0
        query = {"q": self._words, "type": "statuses", "limit": str(size)}
        if offset:
            query["offset"] = str(offset)
        said = self._signed.get("/api/v2/search", query)
        listed = said.at("statuses")
        if not said.good or not isinstance(listed, list):
            raise _refused(said)
        found = items(listed, 2 * _PER_PAGE)
        return Page(self._entries(found), str(offset + len(found)) if found else "")

    def _entries(self, found: list[object]) -> list[Entry]:
        own, host = self._signed.own, self._signed.host
        entries = [
            statuses.entry(one, self._wall, own, host) or unreadable(one, "id") for one in found
        ]
        self._shown |= {one.key for one in entries}
        return entries

    def gone(self, walked: Walk) -> tuple[str, ...]:
        """Which of the latest mentions the site says are no longer there.

        Those that it showed just now are; of the others a few are asked for, twice an hour, and
        go to the end of the row. A question that fails is asked another time.
        """
        state = walked.state
        hidden = [one for one in state.recent if one[0] not in self._shown][:_MOST_LOOKED_AT]
        if not hidden or (state.looked and self._wall < state.looked + _LOOK_EVERY):
            return ()
        try:
            gone = [key for key, named in hidden if self._is_gone(named)]
        except AskedToWaitError as wait:
            walked.wait_until = wait.until
            return ()
        except KnownError as error:
            if error.code in ("cancelled", "sign_in_again"):
                raise
            return ()
        others = [one for one in state.recent if one not in hidden]
        asked = [one for one in hidden if one[0] not in gone]
        walked.state = replace(state, recent=(*others, *asked), looked=self._wall)
        return tuple(gone)

    def name_what_is_answered(self, walked: Walk) -> None:
        """Ask what the latest new ones answer, since they name it as nobody else does.

        What that says is told with them. Where it cannot be had, it keeps the name it has here.
        """
        answering = [one for one in walked.heard if one.answers][:_MOST_NAMED]
        for heard in answering:
            named = quote(statuses.in_thread(heard.thread), safe="")
            try:
                said = self._signed.get(f"/api/v1/statuses/{named}", {})
            except AskedToWaitError as wait:
                walked.wait_until = wait.until
                return
            except KnownError as error:
                if error.code in OFFLINE | {"cancelled", "sign_in_again"}:
                    raise  # and all of it is told another time, by the name that finds its case
                return
            if said.good and statuses.id_of(said.untrusted):
                host = self._signed.host
                key = statuses.key_of(said.untrusted, host)
                title = statuses.above_it(said.untrusted, heard.visibility, host)
                whole = replace(heard, answers=key, title=title)
                walked.heard[walked.heard.index(heard)] = whole

    def _is_gone(self, named: str) -> bool:
        return is_gone(self._signed.get(f"/api/v1/statuses/{quote(named, safe='')}", {}))


def _title(base: str, watch: str, words: str) -> str:
    host = base.partition("://")[2]
    match watch:
        case "tag":
            return _("{site}: #{tag}").format(site=host, tag=words)
        case "search":
            return _("{site}: {words}").format(site=host, words=words)
        case _:
            return _("{site}: to you").format(site=host)


def _refused(said: Said) -> KnownError:
    if said.status == 403:
        return not_allowed()
    if said.status in (404, 410):
        return no_such_place(_("This site has no such thing to listen to."))
    return unexpected(said)


def _bad(words: str) -> KnownError:
    return KnownError("bad_settings", words, _("Put it right and try again."))
