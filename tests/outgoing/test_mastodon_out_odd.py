"""Replies on Mastodon where the site answers oddly: what each answer is told as.

The odd answers are those of several kinds of servers: bad tokens as 400, 401 and 422, errors
without JSON, keys that nobody honours, a missing parent taken with a yes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from html import escape
from typing import Any, Final

import pytest
from tests.outgoing.scripted_site import CUT, Answer, Asked, ScriptedSite, closed, running

from calmreply.adapters.channels.mastodon import Mastodon
from calmreply.adapters.web import HttpWeb
from calmreply.app.ports import Tools
from calmreply.app.ports.channels import SIGN_IN_AGAIN, Found, LookLaterError, SendResult
from calmreply.app.ports.listeners import Place
from calmreply.app.ports.storage import Account
from calmreply.domain.mention import Heard
from calmreply.domain.outbox import Outcome, Showing
from calmreply.domain.reply import Address
from calmreply.errors import KnownError
from calmreply.testing.contracts.channel import CREATED, FIRST, Road, sample
from calmreply.testing.contracts.looks import LooksContract
from calmreply.testing.ports import InThisProcess

WALL: Final = datetime(2026, 3, 3, 9, 30, tzinfo=UTC)
TOKEN: Final = "a-token-of-the-shop"
TARGET: Final = "127.0.0.1/11 public @anna@customer.example"
WHO: Final = "GET /api/v1/accounts/verify_credentials"
POST, PARENT = "POST /api/v1/statuses", "GET /api/v1/statuses/11"
CONTEXT, MINE = "GET /api/v1/statuses/11/context", "GET /api/v1/accounts/1/statuses"
NEWS: Final = "GET /api/v1/notifications"
TOOLS: Final = Tools(HttpWeb(), InThisProcess(), WALL, allow_private=True)
LATER: Final = "2026-03-03T09:00:05.000Z"


def status(named: str, **more: Any) -> dict[str, Any]:
    """A status of ours."""
    return {
        "id": named,
        "uri": f"https://social.example/users/shop/statuses/{named}",
        "url": f"https://social.example/@shop/{named}",
        "account": {"id": "1", "acct": "shop"},
        "content": "<p>sorry</p>",
        "in_reply_to_id": "11",
        "created_at": LATER,
        "visibility": "public",
        **more,
    }


THEIRS: Final = status(
    "11",
    account={"id": "2", "acct": "anna@customer.example", "display_name": "Anna"},
    content="<p>burnt</p>",
    in_reply_to_id=None,
)


class Town:
    """An instance that takes what it is given and honours no key, until it is told otherwise."""

    def __init__(self, site: ScriptedSite) -> None:
        self.site = site
        self.road = Road.OPEN
        self.received: list[Asked] = []
        self.others: list[dict[str, Any]] = []
        site.says[POST] = self._post
        site.answers(WHO, Answer({"id": "1", "acct": "shop"}))
        self.shown: dict[str, Any] | None = THEIRS
        site.says |= {PARENT: self._parent, CONTEXT: self._context, NEWS: self._news}
        site.answers(MINE, Answer([]))

    def _post(self, asked: Asked) -> Answer:
        match self.road:
            case Road.REFUSES:
                return Answer({"error": "Validation failed: Text is too long"}, 422)
            case Road.LATER:
                return Answer({"error": "Too many requests"}, 429, {"Retry-After": "120"})
            case _:
                self.received.append(asked)
                lost = self.road is Road.ANSWER_LOST
                return CUT if lost else Answer(status(f"5{len(self.received)}"))

    def _parent(self, _asked: Asked) -> Answer:
        gone = Answer({"error": "Record not found"}, 404)
        return gone if self.shown is None else Answer(self.shown)

    def _context(self, _asked: Asked) -> Answer:
        under = [
            status(f"5{number}", content=f"<p>{escape(one.said['status'])}</p>")
            for number, one in enumerate(self.received, 1)
        ]
        return Answer({"ancestors": [], "descendants": [*under, *self.others]})

    def _news(self, _asked: Asked) -> Answer:
        return Answer([{"type": "mention", "status": self.shown}])

    @property
    def account(self) -> Account:
        return Account("1", "mastodon", {"instance": self.site.base})


@dataclass
class TownWorld:
    town: Town
    channel: Mastodon
    secret: str = TOKEN

    def account(self, road: Road) -> Account:
        self.town.road = road
        if road is Road.CLOSED:
            return replace(self.town.account, settings={"instance": closed()})
        return self.town.account

    def received(self) -> list[bytes]:
        return [
            json.dumps(
                {
                    "created": CREATED,
                    "key": asked.headers["idempotency-key"],
                    "status": asked.said,
                },
                ensure_ascii=False,
                sort_keys=True,
                separators=(",", ":"),
            ).encode()
            for asked in self.town.received
        ]

    def heard(self) -> Heard:
        place = Place("notifications", self.town.account, TOKEN, allow_private=True)
        (heard,) = self.channel.listen(place, "", TOOLS).heard
        assert heard.target == TARGET
        return heard

    def change(self) -> None:
        self.town.shown = THEIRS | {"content": "<p>it was the oven</p>"}

    def take_away(self) -> None:
        self.town.shown = None

    def answer_elsewhere(self) -> None:
        self.town.others.append(status("90", content="<p>We call you</p>"))


class TestMastodonIsAChannel(LooksContract):
    def make(self) -> Mastodon:
        return Mastodon()

    def account(self) -> Account:
        return Account("1", "mastodon", {"instance": "http://127.0.0.1:1"})

    def target(self) -> str:
        return TARGET

    def tools(self, *, cancelled: bool = False) -> Tools:
        return replace(TOOLS, cancelled=lambda: cancelled)

    @contextmanager
    def world(self) -> Iterator[TownWorld]:
        with running() as site:
            yield TownWorld(Town(site), Mastodon())


# --- what is answered -----------------------------------------------------------------------


class Shop:
    """The shop's account at a scripted instance, and one reply of it."""

    def __init__(self, site: ScriptedSite) -> None:
        self.site = site
        self.town = Town(site)
        self.channel = Mastodon()
        self.tools = TOOLS
        self.text = "We are sorry."

    @property
    def wire(self) -> bytes:
        record = sample(TARGET, text=self.text)
        return self.channel.render(record, self.town.account, FIRST, CREATED)

    def send(self) -> SendResult:
        result = self.channel.send(self.town.account, TOKEN, self.wire, FIRST, self.tools)
        assert TOKEN not in result.words
        return result

    def find(self) -> Found:
        return self.channel.find(self.town.account, TOKEN, self.wire, FIRST, self.tools)

    def see(self) -> Any:
        to = Address("mastodon", "1", TARGET)
        return self.channel.see(self.town.account, TOKEN, to, self.tools).heard


@pytest.fixture
def shop() -> Iterator[Shop]:
    with running() as site:
        yield Shop(site)


NO: Final = {"error": "Validation failed: Text character limit of 500 exceeded"}


@pytest.mark.parametrize(
    ("code", "said", "outcome", "again"),
    [
        (200, status("50"), "DELIVERED", ""),
        (200, status("50", in_reply_to_id=None), "DELIVERED", ""),
        (200, status("50", id=50), "DELIVERED", ""),
        (200, status("50", in_reply_to_id=11), "DELIVERED", ""),
        (200, status("50", in_reply_to_id="12"), "UNKNOWN", ""),
        (200, status("50", id=None), "UNKNOWN", ""),
        (200, [status("50")], "UNKNOWN", ""),
        (200, "<h1>Welcome to the hotel</h1>", "UNKNOWN", ""),
        (202, "", "UNKNOWN", ""),
        (301, "", "REFUSED", ""),
        (400, "bad", "REFUSED", ""),
        (401, "no", "REFUSED", SIGN_IN_AGAIN),
        (403, {"error": "outside the authorized scopes"}, "REFUSED", SIGN_IN_AGAIN),
        (404, {"error": "The status does not appear to exist"}, "REFUSED", ""),
        (410, "", "REFUSED", ""),
        (413, "", "REFUSED", ""),
        (422, NO, "REFUSED", ""),
        (422, "<h1>?</h1>", "REFUSED", ""),
        (429, "", "TRY_LATER", ""),
        (500, {"error": "replayed"}, "UNKNOWN", ""),
        (503, "", "UNKNOWN", ""),
    ],
)
def test_each_answer_is_told_as_what_it_is(
    shop: Shop, code: int, said: object, outcome: str, again: str
) -> None:
    shop.site.answers(POST, Answer(said, code))
    result = shop.send()
    assert (result.outcome.name, result.code) == (outcome, again)
    assert result.words or result.outcome is Outcome.DELIVERED
    assert shop.site.names().count(POST) == 1
    if isinstance(said, dict) and "error" in said:
        assert said["error"] in result.words


@pytest.mark.parametrize("code", [400, 422])
def test_a_bad_token_is_told_from_bad_words(shop: Shop, code: int) -> None:
    answers = iter([Answer({"id": "1"}), Answer("Invalid token", code)])
    shop.site.says[WHO] = lambda _asked: next(answers)
    shop.site.answers(POST, Answer("Invalid token", code))
    result = shop.send()
    assert (result.outcome, result.code) == (Outcome.REFUSED, SIGN_IN_AGAIN)


@pytest.mark.parametrize(
    ("answer", "outcome", "code"),
    [
        (Answer("no", 400), "REFUSED", SIGN_IN_AGAIN),
        (Answer({"error": "The access token is invalid"}, 401), "REFUSED", SIGN_IN_AGAIN),
        (Answer("", 403), "REFUSED", ""),
        (Answer("", 429, {"Retry-After": "900"}), "TRY_LATER", ""),
        (Answer("", 502), "NOT_LEFT", ""),
        (Answer("<h1>Welcome to the hotel</h1>"), "NOT_LEFT", ""),
        (CUT, "NOT_LEFT", ""),
    ],
)
def test_without_being_let_in_nothing_has_left(
    shop: Shop, answer: Answer, outcome: str, code: str
) -> None:
    shop.site.answers(WHO, answer)
    result = shop.send()
    assert (result.outcome.name, result.code) == (outcome, code)
    assert result.words
    assert (result.wait == timedelta(minutes=15)) == (outcome == "TRY_LATER")
    assert POST not in shop.site.names()


def test_where_it_stands_is_kept_if_it_is_an_address(shop: Shop) -> None:
    result = shop.send()
    assert result.link == "https://social.example/@shop/51"
    assert result.reference == "https://social.example/users/shop/statuses/51"
    shop.site.answers(POST, Answer(status("50", url="javascript:alert(1)", uri=7)))
    result = shop.send()
    assert (result.link, result.reference) == ("", "127.0.0.1/50")


def test_a_reply_that_stands_by_itself_is_said(shop: Shop) -> None:
    assert shop.send().words == ""
    shop.site.answers(POST, Answer(status("50", in_reply_to_id=None)))
    assert "by itself" in shop.send().words


# --- looking --------------------------------------------------------------------------------

DRESSED: Final = (
    '<p><span class="h-card"><a href="https://customer.example/@anna" class="u-url mention">@<span>'
    'anna</span></a></span> We are <strong>sorry</strong>, see <a href="https://shop.example/a/b">'
    '<span class="invisible">https://</span><span class="ellipsis">shop.example/</span>'
    '<span class="invisible">a/b</span></a></p><p>Your “baker”</p>'
)


def test_a_reply_is_known_again_however_it_is_dressed(shop: Shop) -> None:
    shop.text = 'We are **sorry**, see https://shop.example/a/b\n\nYour "baker"'
    assert shop.find() == Found(Showing.ABSENT)
    other = status("60", content=DRESSED, account={"id": "2", "acct": "anna"})
    under = {"descendants": [7, {}, other, status("61", content=DRESSED)]}
    shop.site.answers(CONTEXT, Answer(under))
    found = shop.find()
    assert (found.showing, found.link) == (Showing.SHOWN, "https://social.example/@shop/61")


@pytest.mark.parametrize(
    ("changed", "showing"),
    [
        ({}, Showing.SHOWN),
        ({"created_at": "2026-03-03T08:10:00Z"}, Showing.SHOWN),  # by a clock that is fast
        ({"in_reply_to_id": None}, Showing.SHOWN),
        ({"in_reply_to_id": "12"}, Showing.ABSENT),
        ({"content": "<p>@anna We are not sorry.</p>"}, Showing.ABSENT),
        ({"content": 7}, Showing.ABSENT),
        ({"in_reply_to_id": None, "created_at": "2026-03-03T08:51:00Z"}, Showing.SHOWN),
        ({"in_reply_to_id": None, "created_at": "2026-03-02T08:51:00Z"}, Showing.ABSENT),
        ({"account": {"id": "2"}}, Showing.ABSENT),
    ],
)
def test_only_the_same_words_in_the_same_place_are_it(
    shop: Shop, changed: dict[str, Any], showing: Showing
) -> None:
    one = status("61", content="<p>@anna We are sorry.</p>") | changed
    shop.site.answers(CONTEXT, Answer({"error": "Record not found"}, 404))
    shop.site.says[MINE] = lambda asked: Answer([] if "max_id" in asked.query else [one])
    assert shop.find().showing is showing


def test_what_a_fast_clock_makes_older_is_not_called_absent(shop: Shop) -> None:
    """What it answered is gone: only the time could tell it from the same words of earlier."""
    shop.site.answers(CONTEXT, Answer({"error": "Record not found"}, 404))
    early = {"in_reply_to_id": None, "created_at": "2026-03-03T08:10:00Z"}
    one = status("61", content="<p>@anna We are sorry.</p>") | early
    mine = [one]
    shop.site.says[MINE] = lambda asked: Answer([] if "max_id" in asked.query else mine)
    with pytest.raises(KnownError) as caught:
        shop.find()
    assert caught.value.code == "unclear"
    mine.append(status("62", content="@anna We are sorry."))
    assert shop.find().link.endswith("/62")


@pytest.mark.parametrize("whole", [True, False])
def test_where_there_is_more_than_is_looked_through_only_the_thread_tells(
    shop: Shop, *, whole: bool
) -> None:
    if not whole:
        shop.site.answers(CONTEXT, Answer({"error": "Record not found"}, 404))
    shop.site.answers(MINE, Answer([status(str(number)) for number in range(40)]))
    if whole:
        assert shop.find().showing is Showing.ABSENT
    else:
        with pytest.raises(KnownError):
            shop.find()
    assert shop.site.names().count(MINE) == 3


def test_what_we_wrote_is_looked_through_back_to_when_it_was_made(shop: Shop) -> None:
    def mine(asked: Asked) -> Answer:
        page = int(asked.query.get("max_id", ["90"])[0])
        shown = [status(str(page - number)) for number in range(1, 11)]
        if page == 80:
            shown[3] |= {"content": "@anna We are sorry."}
        return Answer(shown)

    shop.site.says[MINE] = mine
    assert shop.find().showing is Showing.SHOWN
    assert shop.site.names().count(MINE) == 2


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("what", [CONTEXT, MINE], ids=["thread", "own"])
def test_a_look_that_is_asked_to_wait_tells_how_long(shop: Shop, what: str, status: int) -> None:
    shop.site.answers(what, Answer("", status, {"Retry-After": "900"}))
    with pytest.raises(LookLaterError) as told:
        shop.find()
    assert told.value.wait == timedelta(minutes=15)


def test_what_cannot_be_looked_at_is_not_absent(shop: Shop) -> None:
    for what in (CONTEXT, MINE):
        for answer in (
            Answer("<h1>Welcome to the hotel</h1>"),
            Answer({"descendants": 7}),
            Answer("", 500),
            Answer("", 429),
            Answer("", 401),
            CUT,
        ):
            before = shop.site.says[what]
            shop.site.answers(what, answer)
            with pytest.raises(KnownError):
                shop.find()
            shop.site.says[what] = before


def test_a_small_server_without_that_list_is_believed_about_its_threads(shop: Shop) -> None:
    shop.site.answers(MINE, Answer("<h1>404</h1>", 404))
    assert shop.find().showing is Showing.ABSENT
    for answer in (Answer({"error": "gone"}, 404), Answer("<h1>404</h1>", 404)):
        shop.site.answers(CONTEXT, answer)
        with pytest.raises(KnownError):
            shop.find()


def test_gone_is_what_the_site_says_and_nothing_else(shop: Shop) -> None:
    assert shop.see().text == "burnt"
    assert shop.see().target == TARGET
    for code in (404, 410):
        shop.site.answers(PARENT, Answer({"error": "Record not found"}, code))
        assert shop.see() is None
    for answer in (
        Answer("<h1>Not found</h1>", 404),
        Answer(status("11")),
        Answer(THEIRS | {"id": "12"}),
        Answer([]),
        Answer("", 429, {"Retry-After": "9"}),
        Answer({"error": "?"}, 500),
        CUT,
    ):
        shop.site.answers(PARENT, answer)
        with pytest.raises(KnownError):
            shop.see()


def test_only_our_own_answers_right_under_it_are_ours_newest_first(shop: Shop) -> None:
    shop.town.others += [
        status("70", created_at="2026-03-01T09:00:00Z"),
        status("71", url="javascript:alert(1)", uri=7),
        status("72", account={"id": "2"}),
        status("73", in_reply_to_id="70"),
        {"id": "74", "account": {"id": "1"}},
        7,  # type: ignore[list-item]  # whatever stands there
    ]
    to = Address("mastodon", "1", TARGET)

    def ours() -> list[tuple[str, str]]:
        seen = shop.channel.see(shop.town.account, TOKEN, to, shop.tools)
        return [(one.reference, one.link) for one in seen.ours]

    page = "https://social.example/{}/70"
    older = (page.format("users/shop/statuses"), page.format("@shop"))
    assert ours() == [("127.0.0.1/71", ""), older]
    shop.site.answers(CONTEXT, Answer("<h1>404</h1>", 404))
    assert ours() == []  # a small server without threads
    for answer in (Answer({"descendants": 7}), Answer("", 500), Answer("", 429), CUT):
        shop.site.answers(CONTEXT, answer)
        with pytest.raises(KnownError):
            ours()


def test_in_a_thread_too_large_to_read_the_complaint_can_still_be_seen(shop: Shop) -> None:
    shop.town.others += [status("90", content="x" * 3_000_000)]
    assert shop.see().text == "burnt"
    assert shop.site.names()[-1] == CONTEXT
    assert shop.find().showing is Showing.ABSENT  # by the list of our own
    shop.site.answers(MINE, Answer([status("61", content="<p>@anna We are sorry.</p>")]))
    assert shop.find().showing is Showing.SHOWN


def test_what_a_mention_answers_is_called_as_everywhere(shop: Shop) -> None:
    told = THEIRS | {"id": "13", "in_reply_to_id": "50", "uri": "https://customer.example/13"}
    listed = [{"type": "mention", "status": told}]
    shop.site.answers(NEWS, Answer(listed))
    place = Place("notifications", shop.town.account, TOKEN, allow_private=True)

    def answers() -> str:
        (heard,) = shop.channel.listen(place, "", shop.tools).heard
        assert heard.thread == "127.0.0.1/50"
        return heard.answers

    assert answers() == "127.0.0.1/50"
    shop.site.answers("GET /api/v1/statuses/50", Answer(status("50")))
    assert answers() == "https://social.example/users/shop/statuses/50"
    shop.site.answers("GET /api/v1/statuses/50", CUT)
    assert answers() == "127.0.0.1/50"
