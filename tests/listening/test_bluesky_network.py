"""Bluesky for real: its own data server and index, with people who write there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from tests.listening.bluesky_net.network import Network, Person, running
from tests.listening.watched import Watched

from calmreply.adapters.channels.bluesky import Bluesky
from calmreply.adapters.clock import SystemClock
from calmreply.app.ports import Tools
from calmreply.app.ports.listeners import Place, Round
from calmreply.app.ports.storage import Account
from calmreply.domain.mention import Heard
from calmreply.errors import KnownError
from calmreply.testing.ports import InThisProcess

pytestmark = pytest.mark.timeout(1200)  # the first time it is compiled

POST = "app.bsky.feed.post"


class Shop:
    """The shop's account, and rounds at it."""

    def __init__(self, network: Network, person: Person) -> None:
        self.person = person
        self.web = Watched()
        self.listener = Bluesky()
        self.password = network.app_password(person)
        self.settings = {"service": network.service, "handle": f"@{person.handle}"}

    @property
    def asked(self) -> list[str]:
        """The methods of the last round."""
        return [path.rpartition(".")[2] for path in self.web.asked]

    def round(self, what: str, cursor: str = "", later: timedelta = timedelta(0)) -> Round:
        self.web.asked.clear()
        account = Account("account", "bluesky", self.settings)
        place = Place(what, account, self.password, allow_private=True)
        return self.listener.listen(place, cursor, Tools(self.web, InThisProcess(), now() + later))


def now() -> datetime:
    return SystemClock().read().wall


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Network]:
    with running(tmp_path_factory.mktemp("bluesky")) as network:
        yield network


@pytest.fixture(scope="module")
def anna(network: Network) -> Person:
    return network.join("anna")


@pytest.fixture
def shop(network: Network, request: pytest.FixtureRequest) -> Shop:
    return Shop(network, network.join(f"shop{abs(hash(request.node.name)) % 10**9}"))


def post(text: str, **more: Any) -> dict[str, Any]:
    created = now().isoformat().replace("+00:00", "Z")
    return {"$type": POST, "text": text, "createdAt": created, **more}


def to(person: Person, text: str, **more: Any) -> dict[str, Any]:
    """A post that names somebody at its beginning."""
    name = f"@{person.handle}"
    feature = {"$type": "app.bsky.richtext.facet#mention", "did": person.did}
    index = {"byteStart": 0, "byteEnd": len(name)}
    return post(f"{name} {text}", facets=[{"index": index, "features": [feature]}], **more)


def by_text(round_: Round) -> dict[str, Heard]:
    return {one.text: one for one in round_.heard}


def test_what_is_said_to_us_comes_once_and_what_is_deleted_is_gone(
    network: Network, anna: Person, shop: Shop
) -> None:
    ours = network.write(shop.person, POST, post("Fresh bread from seven."))
    network.digest()  # else the answer might be there before what it answers
    named = network.write(anna, POST, to(shop.person, "war heute zu <b>trocken</b>", langs=["de"]))
    network.write(anna, POST, post("Never again.", reply={"root": ours, "parent": ours}))
    embed = {"$type": "app.bsky.embed.record", "record": ours}
    network.write(anna, POST, post("Look at this.", embed=embed))
    network.write(anna, "app.bsky.feed.like", {"subject": ours, "createdAt": post("")["createdAt"]})
    network.write(
        anna,
        "app.bsky.graph.follow",
        {"subject": shop.person.did, "createdAt": post("")["createdAt"]},
    )
    network.write(shop.person, POST, post("Sorry!", reply={"root": named, "parent": named}))
    network.digest()

    first = shop.round("notifications")
    heard = by_text(first)
    words = f"@{shop.person.handle} war heute zu <b>trocken</b>"
    assert set(heard) == {words, "Never again.", "Look at this."}
    one = heard[words]
    assert one.key == named["uri"]
    assert one.url == f"https://bsky.app/profile/anna.test/post/{named['uri'].rpartition('/')[2]}"
    assert (one.author, one.handle, one.language) == ("anna.test", "@anna.test", "de")
    assert one.published is not None
    assert abs(one.published - now()) < timedelta(minutes=2)

    quiet = shop.round("notifications", first.cursor)
    assert (quiet.heard, quiet.gone) == ((), ())
    assert shop.asked == ["listNotifications"]

    network.write(anna, POST, to(shop.person, "and the butter too"))
    network.digest()
    then = shop.round("notifications", quiet.cursor)
    assert [h.text for h in then.heard] == [f"@{shop.person.handle} and the butter too"]

    network.delete(anna, named["uri"])
    network.digest()
    half_an_hour = shop.round("notifications", then.cursor, later=timedelta(minutes=31))
    assert (half_an_hour.heard, half_an_hour.gone) == ((), (named["uri"],))
    told = shop.round("notifications", half_an_hour.cursor, later=timedelta(minutes=62))
    assert (told.heard, told.gone) == ((), ())


def test_one_session_serves_all_sources_and_is_renewed(shop: Shop) -> None:
    shop.round("notifications")
    assert shop.asked.count("createSession") == 1
    shop.round("search:bread")
    assert "createSession" not in shop.asked

    (kept,) = shop.listener._sessions._kept.values()
    assert kept.session is not None
    object.__setattr__(kept.session, "access", "worn.out.token")
    shop.round("notifications")
    assert shop.asked == ["listNotifications", "refreshSession", "listNotifications"]

    for token in ("access", "refresh"):
        object.__setattr__(kept.session, token, "worn.out.token")
    shop.round("notifications")
    assert shop.asked[1:3] == ["refreshSession", "createSession"]
    assert kept.session.access not in repr(kept.session)


def test_a_wrong_password_is_said_and_stands_nowhere(shop: Shop) -> None:
    right, shop.password = shop.password, "not-the-right-one"
    with pytest.raises(KnownError) as caught:
        shop.round("notifications")
    assert caught.value.code == "sign_in_again"
    assert "not-the-right-one" not in str(caught.value)
    shop.password = right
    assert shop.password not in shop.round("notifications").cursor


def test_a_search_finds_what_strangers_say(network: Network, anna: Person, shop: Shop) -> None:
    network.write(anna, POST, post("The zwieback of the Blue Door is burnt", langs=["en-GB"]))
    network.write(anna, POST, post("Rain again"))
    network.write(shop.person, POST, post("Our zwieback is the best"))
    network.digest()
    what = shop.listener.what({"watch": "search", "words": "  zwieback "})
    first = shop.round(what)
    assert [one.text for one in first.heard] == ["The zwieback of the Blue Door is burnt"]
    assert first.heard[0].language == "en-GB"
    assert shop.round(what, first.cursor).heard == ()
    network.write(anna, POST, post("More zwieback, please"))
    network.digest()
    assert [h.text for h in shop.round(what, first.cursor).heard] == ["More zwieback, please"]


def test_a_long_list_is_read_page_by_page(network: Network, anna: Person, shop: Shop) -> None:
    start = now() - timedelta(hours=1)

    def at(number: int) -> str:
        # One a second: of several within a moment the site itself forgets some between two pages.
        return (start + timedelta(seconds=number)).strftime("%Y-%m-%dT%H:%M:%S.000Z")

    def write(numbers: range) -> None:
        writes = [
            {
                "$type": "com.atproto.repo.applyWrites#create",
                "collection": POST,
                "value": to(shop.person, f"loaf {number}") | {"createdAt": at(number)},
            }
            for number in numbers
        ]
        whole = {"repo": anna.did, "writes": writes}
        network.call("com.atproto.repo.applyWrites", whole, anna.token)
        network.digest()

    write(range(130))
    first = shop.round("notifications")
    assert len(first.heard) == len({one.key for one in first.heard}) == 130
    assert shop.asked.count("listNotifications") in (2, 3)
    write(range(130, 250))
    second = shop.round("notifications", first.cursor)
    numbers = sorted(int(one.text.rpartition(" ")[2]) for one in second.heard)
    assert numbers == list(range(130, 250))
    assert shop.asked.count("listNotifications") == 2


def test_signing_in_alone_goes_over_a_protected_line_only(shop: Shop) -> None:
    account = Account("", "bluesky", shop.settings)
    with pytest.raises(KnownError) as caught:
        shop.listener.sign_in(account, shop.password, shop.web)
    assert caught.value.code == "not_protected"
    assert shop.asked == []


def test_signing_in_within_the_own_network_is_allowed_by_the_person(shop: Shop) -> None:
    account = Account("", "bluesky", shop.settings)
    shop.listener.sign_in(account, shop.password, shop.web, allow_private=True)
    assert shop.asked
