"""The comments of one site as a `app.ports.listeners.Listener`."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from calmreply.adapters.channels.interface import AskedToWaitError, believable
from calmreply.app.ports import Tools, Web
from calmreply.app.ports.channels import Field
from calmreply.app.ports.listeners import NOT_ALL, Place, Round
from calmreply.app.ports.storage import Account
from calmreply.domain.mention import Heard
from calmreply.errors import KnownError
from calmreply.i18n import _

from . import cursor as cursors
from . import public
from .comments import Comment, Shop, Standing, key_of, line, read, standing, whole
from .cursor import Cursor
from .site import Reply, Root, Site, is_passing, site_of

_ALL, _APPROVED = "all", "approved"
_SIZES: Final = (100, 20, 4, 1)
"""Comments asked for at once; fewer where so many are more than an answer may hold: four that are
nothing but links, which WordPress writes out at eight times their length, are too many."""
_FIRST: Final = 450
_BACKLOG: Final = 5_000
"""How far back the first round goes, and a later one, counted in comments."""
_OVERLAP: Final = timedelta(days=1)
_MOST_POSTS: Final = 20
_MOST_ASKED: Final = 3
_WAYS: Final[tuple[Mapping[str, str], ...]] = (
    {"context": "edit", "status": "all", "type": "all"},  # who may moderate
    {"context": "view", "status": "all", "type": "all"},  # who writes here: held ones on their own
    {"context": "view"},  # whoever reads
)
_NOT_SHOWN: Final = (400, 403)
"""What a site answers a name that may not ask in that way."""
_NOBODY: Final = "0" * 8
"""The print of what is no mention; one of a mention is like it once in four thousand million."""
FIELDS: Final = (
    "id,post,parent,author,author_name,author_email,author_url,date_gmt,content,link,status"
)


class CommentListener:
    """Comments on the shop's own WordPress, the held ones too where the account may see them."""

    kind: Final = "wordpress"
    needs_account: Final = True

    @property
    def title(self) -> str:
        return _("WordPress comments")

    @property
    def fields(self) -> tuple[Field, ...]:
        return (
            Field("address", _("Address of the site"), _("https://bluedoor.example")),
            Field("user", _("Name to sign in with"), _("As on the site's own sign-in page")),
            Field(
                "password",
                _("Application password"),
                _("Made there under Users, Profile, Application Passwords"),
                secret=True,
            ),
        )

    @property
    def place_fields(self) -> tuple[Field, ...]:
        return (
            Field(
                "watch",
                _("Which comments"),
                default=_ALL,
                choices=(_ALL, _APPROVED),
                called=(_("All, those that wait to be approved too"), _("Approved ones only")),
            ),
        )

    def sign_in(
        self, account: Account, secret: str | None, web: Web, *, allow_private: bool = False
    ) -> None:
        """Raises KnownError `sign_in_again`, `not_allowed`, `no_such_place`, `not_protected`..."""
        site = site_of(account, secret, web, allow_private=allow_private)
        root = site.find()
        own_number(site, root.address)
        reply = site.ask(root.address, "wp/v2/comments", {"per_page": 1, "_fields": "id"})
        if not reply.good:
            raise site.refusal(root.address, reply)

    def lacks(
        self, account: Account, secret: str | None, web: Web, *, allow_private: bool = False
    ) -> KnownError | None:
        """See `ShowsLess.lacks`."""
        site = site_of(account, secret, web, allow_private=allow_private)
        root = site.find()
        asked: dict[str, str | int] = {"per_page": 1, "_fields": "id"}
        for mode, way in enumerate(_WAYS):
            reply = site.ask(root.address, "wp/v2/comments", {**way, **asked})
            if reply.status not in _NOT_SHOWN:
                return _held_unseen(mode)
        return None

    @property
    def without_account(self) -> str:
        return _("Without an account only published comments come in; held ones need one.")

    def public_feeds(self, address: str, named: Sequence[str]) -> tuple[str, ...]:
        return public.feeds(address, named)

    def what(self, said: Mapping[str, str]) -> str:
        return _checked(said.get("watch") or _ALL)

    def listen(self, place: Place, cursor: str, tools: Tools) -> Round:
        """See `Listener.listen`; one page of comments at most."""
        watch = _checked(place.what)
        site = site_of(
            place.account,
            place.secret,
            tools.web,
            allow_private=place.allow_private,
            wall=tools.wall,
            cancelled=tools.cancelled,
        )
        stood = cursors.load(cursor, site.name, site.user)
        try:
            return _Visit(site, watch, stood, tools.wall).round()
        except AskedToWaitError as asked:
            return Round(_title(stood, site), (), cursor, wait_until=asked.until)


@dataclass(frozen=True, slots=True)
class _Page:
    """One answer full of comments."""

    reply: Reply
    comments: tuple[Comment, ...]
    unread: int
    size: int

    @property
    def dates(self) -> list[datetime]:
        return [one.written for one in self.comments if one.written]


class _Visit:
    """One round. `self._at` is where the next one begins, filled on the way."""

    def __init__(self, site: Site, watch: str, stood: Cursor, wall: datetime) -> None:
        self._site = site
        self._watch = watch
        self._at = stood
        self._wall = wall
        self._today = wall.date().isoformat()
        self._fresh = False
        if stood.mode and stood.tried != self._today:
            self._at = stood.at(mode=0)
        if stood.since is not None and stood.since > wall:
            self._at = self._at.at(since=None)  # the clock was wrong when it was written down

    def round(self) -> Round:
        page = self._page()
        known = dict(self._at.known)
        fresh = {one.number: one for one in page.comments if known.get(one.number) != _print(one)}
        gone: list[str] = []
        at_top = self._at.offset == 0
        if at_top:
            gone = self._follow(page, known)
        whole_now = self._is_whole(page, bool(fresh))
        heard = self._titled([one for one in fresh.values() if one.heard])
        self._move(page, whole_now=whole_now)
        return Round(
            _title(self._at, self._site),
            heard,
            cursors.dump(self._at),
            gone=tuple(gone),
            more=not (whole_now and at_top),  # what was said meanwhile stands at the top
            unread=page.unread,
            outside_time=page.reply.download.outside_time,
            lacks=_held_unseen(self._at.mode) if self._watch == _ALL else None,
        )

    # --- asking

    def _page(self) -> _Page:
        """The next page, by the best way of reading that the site allows this name."""
        if not self._site.is_own(self._at.root):
            self._find()
        reply, size = self._comments()
        # Some sites show their front page where the interface was before.
        moved = reply.is_elsewhere or (reply.status == 200 and reply.said is None)
        if moved and not self._fresh:
            self._find()
            reply, size = self._comments()
        if not reply.good or not isinstance(reply.said, list):
            raise self._site.refusal(self._at.root, reply)
        shop = self._shop
        entries = [read(one, shop) for one in reply.said]
        comments = tuple(one for one in entries if one is not None)
        return _Page(reply, comments, len(entries) - len(comments), size)

    def _find(self) -> None:
        root: Root = self._site.find()
        self._fresh = True
        me = own_number(self._site, root.address)
        self._at = self._at.at(root=root.address[:500], name=root.name, me=me)

    def _comments(self) -> tuple[Reply, int]:
        """Raises KnownError of `Web`."""
        for size in _SIZES:
            try:
                reply = self._list({"per_page": size, "offset": self._at.offset}, FIELDS)
                while reply.status in _NOT_SHOWN and self._at.mode + 1 < len(_WAYS):
                    self._at = self._at.at(mode=self._at.mode + 1, tried=self._today)
                    reply = self._list({"per_page": size, "offset": self._at.offset}, FIELDS)
            except KnownError as error:
                if error.code != "too_big" or size == _SIZES[-1]:
                    raise
            else:
                return reply, size
        raise AssertionError("the last size either answers or raises")

    def _list(self, said: Mapping[str, str | int], fields: str) -> Reply:
        way = dict(_WAYS[self._at.mode])
        if self._watch == _APPROVED and "status" in way:
            way["status"] = "approve"
        order = {"orderby": "date_gmt", "order": "desc", "_fields": f"{fields},type"}
        return self._site.ask(self._at.root, "wp/v2/comments", {**way, **order, **said})

    @property
    def _shop(self) -> Shop:
        site = self._site
        return Shop(site.name, self._at.name or site.host, site.host, self._at.me)

    # --- understanding

    def _follow(self, page: _Page, known: dict[int, str]) -> list[str]:
        """Take over the newest page as what is known; returns the keys of what is gone.

        Of the known comments, in their order on the page, those before one that is still there
        should be there too, and all of them where the page shows everything.
        """
        there = {one.number for one in page.comments}
        order = list(known)
        complete = page.reply.total is not None and page.reply.total <= page.size
        last = max((at for at, one in enumerate(order) if one in there), default=-1)
        missing = [
            one
            for at, one in enumerate(order)
            if one not in there and (complete or at < last) and known[one] != _NOBODY
        ]
        gone, unsure = self._ask_singly(missing)
        kept = {one: known[one] for one in unsure}
        kept |= {one.number: _print(one) for one in page.comments}
        self._at = self._at.at(known=kept)
        return [key_of(self._shop, one) for one in gone]

    def _ask_singly(self, missing: Sequence[int]) -> tuple[list[int], list[int]]:
        """(gone, still to be asked): what the site says of each; what it shows is neither."""
        gone: list[int] = []
        unsure = list(missing[_MOST_ASKED:])
        way = {"context": _WAYS[self._at.mode]["context"], "_fields": "id,status"}
        for number in missing[:_MOST_ASKED]:
            reply = self._site.ask(self._at.root, f"wp/v2/comments/{number}", way)
            if reply.says_gone:
                gone.append(number)
            elif reply.good and isinstance(reply.said, dict):
                if standing(reply.said) is Standing.AWAY:
                    gone.append(number)
            elif reply.status != 403:
                unsure.append(number)
        return gone, unsure

    def _is_whole(self, page: _Page, fresh: bool) -> bool:
        """Whether nothing new can lie beyond this page, or not so near that it would be read."""
        at = self._at
        reached = at.offset + page.size
        total = page.reply.total
        if total is not None and reached >= total:
            return True
        # Where a name may not see them all, a page is short in the middle of the list.
        count = len(page.reply.said)
        if total is None and (count == 0 or (count < page.size and at.mode == 0)):
            return True
        if at.since is None:
            return reached > _FIRST
        caught_up = bool(page.dates) and min(page.dates) <= at.since - _OVERLAP
        return not fresh or caught_up or reached > _BACKLOG

    def _move(self, page: _Page, *, whole_now: bool) -> None:
        """Where the next round begins. Pages overlap, in case one is taken away in between."""
        dates = [one for one in (*page.dates, self._at.newest) if one and one <= self._wall]
        newest = max(dates, default=None)
        if whole_now:
            since = max((one for one in (newest, self._at.since) if one), default=self._wall)
            self._at = self._at.at(since=since, newest=None, offset=0)
        else:
            step = page.size - page.size // 10
            self._at = self._at.at(newest=newest, offset=self._at.offset + step)

    def _titled(self, news: list[Comment]) -> tuple[Heard, ...]:
        """The news with the title of what each stands under, asked for once for all of them."""
        one_each = {one.post: one.number for one in reversed(news) if one.post}
        titles: dict[int, str] = {}
        if one_each:
            # A title is nice to have: a site that does not tell it has told enough.
            try:
                titles = self._titles(list(one_each.values())[-_MOST_POSTS:])
            except AskedToWaitError:
                titles = {}
            except KnownError as error:
                if not is_passing(error):
                    raise
        return tuple(
            replace(
                one.heard,
                title=_on(titles.get(one.post, "")),
                published=believable(one.heard.published, self._wall),
            )
            for one in news
            if one.heard
        )

    def _titles(self, numbers: Iterable[int]) -> dict[int, str]:
        asked = ",".join(map(str, numbers))
        said: dict[str, str | int] = {"include": asked, "per_page": _MOST_POSTS, "_embed": "up"}
        reply = self._list(said, "id,post,_links,_embedded")
        entries = reply.said if reply.good and isinstance(reply.said, list) else []
        return dict(pair for pair in map(_post_and_title, entries) if pair)


def own_number(site: Site, root: str) -> int:
    """The number of the account on its site; 0 where the site hides it. Raises KnownError."""
    reply = site.ask(root, "wp/v2/users/me", {"_fields": "id"})
    if reply.good and isinstance(reply.said, dict):
        return whole(reply.said.get("id"))
    if reply.status == 404 and reply.said is not None:  # guards like to hide who works here
        return 0
    raise site.refusal(root, reply)


def _post_and_title(untrusted: Any) -> tuple[int, str] | None:
    with contextlib.suppress(KeyError, IndexError, TypeError, AttributeError):
        title = untrusted["_embedded"]["up"][0]["title"]["rendered"]
        return whole(untrusted.get("post")), line(title)
    return None


def _print(comment: Comment) -> str:
    return comment.heard.digest[:8] if comment.heard else _NOBODY


def _held_unseen(mode: int) -> KnownError | None:
    """What a name does not see that reads by this one of the `_WAYS`."""
    if mode == 0:
        return None
    words = _(
        "This name may not see comments that wait to be approved; only published ones come in."
    )
    if mode == 1:
        words = _(
            "This name sees comments that wait to be approved only below its own pages; of all "
            "others the published ones come in."
        )
    way_out = _("Ask for the role of an editor there, or sign in as somebody who has it.")
    return KnownError(NOT_ALL, words, way_out)


def _on(title: str) -> str:
    return _("On: {title}").format(title=title) if title else ""


def _title(at: Cursor, site: Site) -> str:
    return _("Comments on {site}").format(site=at.name or site.host)


def _checked(watch: str) -> str:
    if watch not in (_ALL, _APPROVED):
        raise KnownError(
            "no_such_place",
            _("Comments can be watched in two ways, and this is neither."),
            _("Choose all of them or only the approved ones."),
        )
    return watch
