"""What is told of sources as typed: that one is another by now, and what else a page names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from werkzeug import Response

if TYPE_CHECKING:
    from pytest_httpserver import HTTPServer
    from tests.cli.conftest import Desk

RSS = "application/rss+xml"


def feed(title: str, key: str) -> str:
    entry = f"<item><guid>{key}</guid><title>{key}</title><description>Stale.</description></item>"
    return f"<rss version='2.0'><channel><title>{title}</title>{entry}</channel></rss>"


def test_a_feed_that_has_become_another_source_is_told_with_what_to_type(
    desk: Desk, httpserver: HTTPServer
) -> None:
    for name in ("old", "town"):
        httpserver.expect_request(f"/{name}").respond_with_data(feed(name, name), content_type=RSS)
    old, town = httpserver.url_for("/old"), httpserver.url_for("/town")
    number = desk("source", "add", old, "--allow-private").data["source"]
    desk("source", "add", town, "--allow-private")
    desk("listen", "--once")
    httpserver.clear()
    httpserver.expect_request("/town").respond_with_data(feed("town", "town"), content_type=RSS)
    httpserver.expect_request("/old").respond_with_response(
        Response(status=301, headers={"Location": town})
    )
    twice, well = desk("listen", "--once").data
    assert (twice["new"], twice["error"]["code"], well["error"]) == (0, "listened_twice", None)
    assert len(desk("inbox").data) == 2
    row = desk("source", "list").data[0]
    typed = f"To stop listening there: calmreply source remove {number}"
    assert (row["title"], row["feed"]) == ("old", old)
    assert row["remedy"] == {
        "do": "remove",
        "words": "This feed has moved to one that you listen to already: town.",
        "action": "Stop listening",
        "typed": typed,
    }
    assert f"listen to already: town.  {typed}" in desk.text("source", "list")
    desk("source", "remove", number)
    (well,) = desk("listen", "--once").data
    assert well["error"] is None
    assert desk("journal", "verify").data


def test_what_else_a_page_names_is_told(desk: Desk, httpserver: HTTPServer) -> None:
    links = "".join(
        f"<link rel='alternate' type='{RSS}' href='/{name}'>" for name in ("talk", "sport", "trade")
    )
    page = f"<html><head>{links}</head></html>"
    httpserver.expect_request("/").respond_with_data(page, content_type="text/html")
    httpserver.expect_request("/talk").respond_with_data(feed("talk", "one"), content_type=RSS)
    home_page = httpserver.url_for("/")
    talk, *others = (httpserver.url_for(f"/{name}") for name in ("talk", "sport", "trade"))
    added = desk("source", "add", home_page, "--allow-private").data
    number = added["source"]
    assert added == {"source": number, "feed": talk, "title": "talk", "found": 1, "others": others}
    desk("source", "remove", number)
    assert desk.text("source", "add", home_page, "--allow-private").splitlines() == [
        "Listening to talk; it shows 1 entry now.",
        "That page names others, too. To listen to one of them: calmreply source add ADDRESS",
        *(f"  {one}" for one in others),
    ]
    desk("source", "remove", talk)
    assert desk("source", "add", talk, "--allow-private").data["others"] == []
    again = desk("source", "add", home_page, "--allow-private", expect=4).data["error"]
    assert again["code"] == "source_exists"
    assert again["way_out"] == f"The page names other feeds, too: {', '.join(others)}"
