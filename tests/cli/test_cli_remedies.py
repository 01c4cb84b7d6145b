"""What helps a source in trouble, from the command line: told with it, and done by one command."""

from __future__ import annotations

from typing import TYPE_CHECKING

from werkzeug import Response

if TYPE_CHECKING:
    from pytest_httpserver import HTTPServer
    from tests.cli.conftest import Desk

ENTRY = "<item><guid>one</guid><title>Bread</title><description>Stale again.</description></item>"
FEED = f"<rss version='2.0'><channel><title>Town talk</title>{ENTRY}</channel></rss>"
PAGE = "<html><head><link rel='alternate' type='application/rss+xml' href='/new'></head></html>"


def test_the_found_feed_is_told_and_used(desk: Desk, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/feed").respond_with_data(FEED, content_type="application/rss+xml")
    old, new = httpserver.url_for("/feed"), httpserver.url_for("/new")
    number = desk("source", "add", old, "--allow-private").data["source"]
    desk("listen", "--once")
    (row,) = desk("source", "list").data
    assert (row["error"], row["remedy"]) == (None, None)
    assert desk("source", "use-found", number, expect=4).code == "nothing_found"
    httpserver.clear()
    httpserver.expect_request("/feed").respond_with_data(PAGE, content_type="text/html")
    httpserver.expect_request("/new").respond_with_data(FEED, content_type="application/rss+xml")
    desk("listen", "--once", expect=4)
    (row,) = desk("source", "list").data
    typed = f"To use the found feed: calmreply source use-found {number}"
    assert row["remedy"] == {
        "do": "use_found_feed",
        "words": row["error"]["words"],
        "action": "Use the found feed",
        "typed": typed,
    }
    assert f"It names this feed: {new}  {typed}" in desk.text("source", "list")
    assert desk("source", "use-found", number).data == {"source": number, "feed": new}
    (polled,) = desk("listen", "--once").data
    assert (polled["new"], polled["error"]) == (0, None), "what it brought stays itself"
    assert len(desk("inbox").data) == 1
    assert "  Bread: Stale again.\n" in desk.text("inbox")
    assert desk("journal", "verify").data


def test_the_own_network_is_allowed_for_one_source(desk: Desk, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/feed").respond_with_data(FEED)
    address = httpserver.url_for("/feed")
    number = desk("source", "add", address, "--allow-private").data["source"]
    said = desk("source", "allow-private", address).data
    assert said == {"source": number, "allow_private": True}
    assert desk("source", "list").data[0]["allow_private"]
    assert desk("source", "allow-private", "17", expect=4).code == "no_such_source"


def test_a_source_that_floods_is_told_and_listened_to_for_names_only(
    desk: Desk, httpserver: HTTPServer
) -> None:
    items = [ENTRY]
    httpserver.expect_request("/feed").respond_with_handler(
        lambda _asked: Response(
            f"<rss version='2.0'><channel><title>Town talk</title>{''.join(items)}</channel></rss>",
            content_type="application/rss+xml",
        )
    )
    address = httpserver.url_for("/feed")
    number = desk("source", "add", address, "--allow-private").data["source"]
    desk("listen", "--once")
    items += [ENTRY.replace("one", f"{count}") for count in range(1_100)]
    (polled,) = desk("listen", "--once").data
    assert (polled["new"], polled["error"]["code"]) == (1_000, "brings_too_much")
    (row,) = desk("source", "list").data
    typed = f"To take only what names you: calmreply source only-named {number}"
    assert (row["remedy"]["do"], row["remedy"]["typed"]) == ("only_named", typed)
    said = desk.text("source", "list")
    assert "more than anybody can read: 1,100 new entries at one look" in said
    assert typed in said
    assert desk("source", "only-named", number, expect=4).code == "no_names"
    desk("settings", "set", "names", "Blue Door")
    assert desk("source", "only-named", number).data == {"source": number, "takes": "named"}
    (polled,) = desk("listen", "--once").data
    assert (polled["new"], polled["error"]) == (0, None)
    assert desk("journal", "verify").data


def test_what_is_only_tried_is_not_said_to_be_asked_again(
    desk: Desk, httpserver: HTTPServer
) -> None:
    httpserver.expect_request("/feed").respond_with_data("Oops", status=500)
    httpserver.expect_request("/busy").respond_with_data("Later", status=429)
    feed, busy = httpserver.url_for("/feed"), httpserver.url_for("/busy")
    said = desk("source", "add", feed, "--allow-private", expect=4)
    assert (said.code, said.data["error"]["way_out"]) == (
        "site_trouble",
        "Check the address, or try it again a little later.",
    )
    said = desk("source", "add", busy, "--allow-private", expect=4)
    assert (said.code, said.data["error"]["way_out"]) == (
        "site_busy",
        "Try it again a little later.",
    )


def test_a_file_in_the_place_of_an_address_is_told_where_it_belongs(desk: Desk) -> None:
    for typed in ("./reviews.csv", "~/reviews.csv", "/shop/reviews.csv"):
        said = desk("source", "add", typed, expect=4)
        assert said.code == "not_an_address"
        assert "--kind file" in said.data["error"]["way_out"]
    assert desk("source", "add", "//127.0.0.1/feed", expect=4).code == "bad_address"
