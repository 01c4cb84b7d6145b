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
