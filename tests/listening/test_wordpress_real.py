"""WordPress comments out of a real WordPress: held, approved, edited, moderated, taken away."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import pytest
from tests.listening.real_wordpress import RealWordPress, running

from calmreply.adapters.channels.wordpress import WordPress
from calmreply.adapters.clock import SystemClock
from calmreply.adapters.web import HttpWeb
from calmreply.app.ports import Cancelled, Download, Tools
from calmreply.app.ports.listeners import Place, Round
from calmreply.app.ports.storage import Account
from calmreply.domain.mention import Visibility
from calmreply.errors import KnownError
from calmreply.testing.ports import InThisProcess

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.timeout(600)  # the first test may have to install it all
PUBLIC = "https://bluedoor.example"
WRITE = """
$at = strtotime('SINCE UTC'); $rows = [];
for ($i = 0; $i < COUNT; $i++) {
    $when = gmdate('Y-m-d H:i:s', $at + 3600 * $i);
    $rows[] = "(1, 1, 'comment', 'C', '$when', '$when', 'of $when')";
}
$wpdb->query('INSERT INTO wp_comments (comment_post_ID, comment_approved, comment_type,
    comment_author, comment_date, comment_date_gmt, comment_content)
    VALUES ' . implode(',', $rows));
"""
"""Many comments at once, an hour apart."""


class Counting:
    """The real web, and what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self._web = HttpWeb()

    def ask(
        self,
        address: str,
        *,
        method: str = "GET",
        headers: Mapping[str, str] = MappingProxyType({}),
        body: bytes = b"",
        allow_private: bool = False,
        cancelled: Cancelled | None = None,
    ) -> Download:
        self.asked.append(address)
        return self._web.ask(
            address,
            method=method,
            headers=headers,
            body=body,
            allow_private=allow_private,
            cancelled=cancelled,
        )

    def get(self, address: str, **said: Any) -> Download:
        return self._web.get(address, **said)


class BehindTls(Counting):
    """The site as it looks from outside, where something in front of it speaks https."""

    def __init__(self, inner: str) -> None:
        super().__init__()
        self._inner = inner

    def ask(
        self,
        address: str,
        *,
        method: str = "GET",
        headers: Mapping[str, str] = MappingProxyType({}),
        body: bytes = b"",
        allow_private: bool = False,
        cancelled: Cancelled | None = None,
    ) -> Download:
        assert not allow_private
        assert address.startswith(PUBLIC)
        inside = super().ask(
            address.replace(PUBLIC, self._inner),
            method=method,
            headers=headers,
            body=body,
            allow_private=True,
            cancelled=cancelled,
        )
        seen = {name: one.replace(self._inner, PUBLIC) for name, one in inside.headers.items()}
        return replace(inside, address=inside.address.replace(self._inner, PUBLIC), headers=seen)


@pytest.fixture(scope="session")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealWordPress]:
    yield from running(tmp_path_factory.mktemp("wordpress"))


@pytest.fixture
def site(real: RealWordPress) -> Iterator[RealWordPress]:
    """The site with no comment on it."""
    yield real
    real.passwords_off(off=False)
    real.php('$wpdb->query("DELETE FROM wp_comments");')


def place(site: RealWordPress, name: str = "anna", what: str = "all", **other: str) -> Place:
    settings = {"address": site.address, "user": name}
    secret = other.get("secret", site.passwords[name])
    return Place(what, Account("1", "wordpress", settings), secret, allow_private=True)


def now() -> datetime:
    """As the real site has it, too: what it dates later is not believed."""
    return SystemClock().read().wall


def listen(where: Place, cursor: str = "", web: Counting | None = None) -> Round:
    return WordPress().listen(where, cursor, Tools(web or Counting(), InThisProcess(), now()))


def said(heard: Round) -> dict[str, str]:
    return {one.text: one.visibility.value for one in heard.heard}


def test_a_held_comment_comes_in_private_whole_and_with_its_page(site: RealWordPress) -> None:
    number = site.visitor("Carla", "It was <b>cold</b>\nand late. 5 < 6 & so on")
    found = listen(place(site))
    (heard,) = found.heard
    assert found.title == "Comments on Blue Door & Sons"
    assert heard.text == "It was cold\nand late. 5 < 6 & so on"
    assert (heard.author, heard.contact) == ("Carla", "carla@mail.example")
    assert heard.key == f"{site.address.removeprefix('http://')}#comment-{number}"
    assert heard.url is not None
    assert heard.url.startswith(f"{site.address}/")
    assert heard.url.endswith(f"#comment-{number}")
    assert (heard.title, heard.site) == ("On: Hello world!", "Blue Door & Sons")
    assert heard.visibility is Visibility.PRIVATE
    assert heard.published is not None
    assert (found.more, found.gone, found.unread) == (False, (), 0)


def test_an_answer_below_a_held_comment_is_there_for_everybody_at_once(
    site: RealWordPress,
) -> None:
    """So it is public from the first moment on, whatever became of the comment."""
    number = site.visitor("Carla", "The rolls were cold")
    site.call("POST", "comments", {"post": 1, "parent": number, "content": "The shop is sorry"})
    shown = HttpWeb().get(f"{site.address}/comments/feed/", allow_private=True).body
    assert b"The shop is sorry" in shown
    assert b"The rolls were cold" not in shown
    assert WordPress().rules("").open_to_all


def test_a_quiet_site_costs_one_request_and_says_nothing_twice(site: RealWordPress) -> None:
    site.visitor("Carla", "Stale bread")
    web = Counting()
    first = listen(place(site), web=web)
    before = len(web.asked)
    second = listen(place(site), first.cursor, web)
    assert len(first.heard) == 1
    assert (second.heard, len(web.asked) - before) == ((), 1)
    assert listen(place(site), second.cursor, web).cursor == second.cursor


def test_approving_and_editing_are_told_trash_and_spam_are_gone(site: RealWordPress) -> None:
    numbers = [site.visitor(name, f"Said by {name}") for name in ("Carla", "Dora", "Ewa", "Fay")]
    carla, dora, ewa, fay = numbers
    first = listen(place(site))
    assert set(said(first).values()) == {"private"}
    site.call("POST", f"comments/{carla}", {"status": "approved"})
    site.call("POST", f"comments/{dora}", {"content": "Said otherwise"})
    site.call("DELETE", f"comments/{ewa}")
    site.call("POST", f"comments/{fay}", {"status": "spam"})
    second = listen(place(site), first.cursor)
    assert said(second) == {"Said by Carla": "public", "Said otherwise": "private"}
    keys = {one.text: one.key for one in first.heard}
    assert set(second.gone) == {keys["Said by Ewa"], keys["Said by Fay"]}
    third = listen(place(site), second.cursor)
    assert (third.heard, third.gone) == ((), ())
    site.call("DELETE", f"comments/{carla}?force=true")
    assert listen(place(site), third.cursor).gone == (keys["Said by Carla"],)
    site.call("POST", f"comments/{ewa}", {"status": "hold"})
    assert said(listen(place(site), third.cursor)) == {"Said by Ewa": "private"}


def test_our_own_words_and_those_of_machines_are_no_mentions(site: RealWordPress) -> None:
    number = site.visitor("Carla", "Where is my order?")
    site.call("POST", "comments", {"post": 1, "parent": number, "content": "We look into it"})
    site.call("POST", "comments", {"post": 1, "content": "A colleague helps"}, name="eve")
    insert = "wp_insert_comment(['comment_post_ID' => 1, 'comment_approved' => 1, "
    site.php(insert + "'comment_type' => 'order_note', 'comment_content' => 'Card declined']);")
    site.php(insert + "'comment_type' => 'review', 'comment_content' => 'Two of five']);")
    for where, text in ((f"{site.address}/a", "Own link"), ("https://blog.example/a", "A blog")):
        link = f"'comment_author_url' => '{where}', 'comment_content' => '{text}'"
        site.php(f"{insert}'comment_type' => 'pingback', {link}]);")
    first = listen(place(site))
    texts = {"Where is my order?", "A colleague helps", "Two of five", "A blog"}
    assert set(said(first)) == texts
    site.php('$wpdb->query("DELETE FROM wp_comments");')
    gone: set[str] = set()
    cursor = first.cursor
    for _round in range(3):
        found = listen(place(site), cursor)
        gone |= set(found.gone)
        cursor = found.cursor
    assert gone == {one.key for one in first.heard}


@pytest.mark.parametrize(
    ("name", "expected", "lacks"),
    [
        ("eve", {"Held": "private", "Approved": "public", "At his own": "private"}, ""),
        ("ben", {"Approved": "public", "At his own": "private"}, "only below its own pages"),
        ("sue", {"Approved": "public"}, "only published ones come in"),
    ],
)
def test_each_role_hears_what_it_may_see_and_is_told_what_it_may_not(
    site: RealWordPress, name: str, expected: dict[str, str], lacks: str
) -> None:
    mine = {"title": "Ben's", "content": "Words", "status": "publish"}
    post = site.call("POST", "posts", mine, name="ben")["id"]
    site.visitor("Carla", "Held")
    approved = site.visitor("Dora", "Approved")
    site.call("POST", f"comments/{approved}", {"status": "approved"})
    site.visitor("Ewa", "At his own", post)
    web = Counting()
    first = listen(place(site, name), web=web)
    before = len(web.asked)
    again = listen(place(site, name), first.cursor, web)
    assert said(first) == expected
    assert (again.heard, again.gone) == ((), ())
    assert len(web.asked) - before == 1
    account, wordpress = place(site, name).account, WordPress()
    assert account is not None
    tested = wordpress.lacks(account, site.passwords[name], Counting(), allow_private=True)
    for told in (first.lacks, again.lacks, tested):
        assert (lacks in told.words) if told is not None else not lacks
        assert (told is None) == (not lacks)
    assert listen(place(site, name, "approved")).lacks is None, "nobody asked for the others"


def test_only_the_approved_ones_where_that_is_chosen(site: RealWordPress) -> None:
    number = site.visitor("Carla", "Held")
    watched = place(site, what=WordPress().what({"watch": "approved"}))
    first = listen(watched)
    assert first.heard == ()
    site.call("POST", f"comments/{number}", {"status": "approved"})
    second = listen(watched, first.cursor)
    assert said(second) == {"Held": "public"}
    site.call("POST", f"comments/{number}", {"status": "hold"})
    third = listen(watched, second.cursor)
    assert (third.heard, third.gone) == ((), ())


def test_a_month_away_loses_nothing_and_the_first_round_is_bounded(site: RealWordPress) -> None:
    def write(count: int, since: str) -> None:
        site.php(WRITE.replace("SINCE", since).replace("COUNT", str(count)))

    def everything(cursor: str) -> tuple[set[str], str]:
        keys: set[str] = set()
        for _page in range(20):
            got = listen(place(site), cursor)
            keys |= {one.key for one in got.heard}
            cursor = got.cursor
            if not got.more:
                return keys, cursor
        raise AssertionError("no end to it")

    write(500, "2026-10-01 08:00:00")
    first, cursor = everything("")
    assert 400 <= len(first) < 500
    write(130, "2026-11-01 08:00:00")
    second, cursor = everything(cursor)
    assert len(second - first) == 130
    assert everything(cursor)[0] == set()


def test_a_wrong_password_and_passwords_switched_off_are_told_apart(site: RealWordPress) -> None:
    site.visitor("Carla", "Held")
    first = listen(place(site))
    for cursor in ("", first.cursor):
        assert code(lambda at=cursor: listen(place(site, secret="wrong"), at)) == "sign_in_again"
    site.passwords_off(off=True)
    for cursor in ("", first.cursor):
        assert code(lambda at=cursor: listen(place(site), at)) == "not_allowed"


def test_a_withdrawn_password_is_noticed_even_where_anybody_may_read(site: RealWordPress) -> None:
    first = listen(place(site, "sue"))
    tomorrow = Tools(Counting(), InThisProcess(), now() + timedelta(days=1))
    with pytest.raises(KnownError) as caught:
        WordPress().listen(place(site, "sue", secret="withdrawn"), first.cursor, tomorrow)
    assert caught.value.code == "sign_in_again"


def test_signing_in_over_https(site: RealWordPress) -> None:
    web = BehindTls(site.address)
    account = Account("1", "wordpress", {"address": "bluedoor.example/", "user": "eve"})
    WordPress().sign_in(account, site.passwords["eve"], web)
    assert code(lambda: WordPress().sign_in(account, "wrong", web)) == "sign_in_again"
    assert not any(site.passwords["eve"] in address for address in web.asked)
    plain = Account("1", "wordpress", {"address": site.address, "user": "eve"})
    asked = len(web.asked)
    assert code(lambda: WordPress().sign_in(plain, "x", web)) == "not_protected"
    assert len(web.asked) == asked


def test_the_interface_is_found_again_where_addresses_change(site: RealWordPress) -> None:
    site.visitor("Carla", "Held")
    pretty = listen(place(site))
    site.php("update_option('permalink_structure', '');")
    try:
        plain = listen(place(site))
        assert "rest_route=" in json.loads(plain.cursor)["root"]
        assert len(plain.heard) == 1
        # Where it was before, WordPress now shows its front page.
        assert listen(place(site), pretty.cursor).heard == ()
    finally:
        site.php("update_option('permalink_structure', '/%year%/%postname%/');")
    assert listen(place(site), plain.cursor).heard == ()


def code(action: Any) -> str:
    with pytest.raises(KnownError) as caught:
        action()
    assert caught.value.words
    assert caught.value.way_out
    return caught.value.code
