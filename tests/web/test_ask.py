"""Asking a site's interface: the words go to that host only, and an error says why."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from calmreply.adapters.web import HttpWeb
from calmreply.errors import KnownError

if TYPE_CHECKING:
    from collections.abc import Iterator

KEY = {"Authorization": "Bearer of-the-shop", "Content-Type": "application/json"}


@pytest.fixture
def site() -> Iterator[HTTPServer]:
    with HTTPServer(host="127.0.0.1") as server:
        yield server


def url(site: HTTPServer, path: str) -> str:
    return f"http://127.0.0.1:{site.port}{path}"


def test_method_headers_and_body_arrive_and_the_answer_comes_back(site: HTTPServer) -> None:
    def echo(request: Request) -> Response:
        said = {"method": request.method, "key": request.headers["Authorization"]}
        return Response(json.dumps(said | {"body": request.get_json()}), 201)

    site.expect_request("/api").respond_with_handler(echo)
    answer = HttpWeb().ask(
        url(site, "/api"), method="POST", headers=KEY, body=b'{"a": 1}', allow_private=True
    )
    assert answer.status == 201
    assert json.loads(answer.body) == {
        "method": "POST",
        "key": KEY["Authorization"],
        "body": {"a": 1},
    }


def test_an_error_keeps_its_body(site: HTTPServer) -> None:
    site.expect_request("/api").respond_with_json({"error": "InvalidToken"}, status=400)
    answer = HttpWeb().ask(url(site, "/api"), allow_private=True)
    assert (answer.status, json.loads(answer.body)) == (400, {"error": "InvalidToken"})


def test_a_redirect_is_an_answer_and_is_not_followed(site: HTTPServer) -> None:
    site.expect_request("/api").respond_with_data("", 302, {"location": url(site, "/other")})
    answer = HttpWeb().ask(url(site, "/api"), headers=KEY, allow_private=True)
    assert answer.status == 302
    assert [asked.path for asked, _answered in site.log] == ["/api"]


def test_the_own_network_is_refused_and_more_than_two_megabytes(site: HTTPServer) -> None:
    site.expect_request("/big").respond_with_data(b"x" * (2 * 1024 * 1024 + 1))
    with pytest.raises(KnownError) as caught:
        HttpWeb().ask(url(site, "/big"))
    assert caught.value.code == "private_address"
    with pytest.raises(KnownError) as caught:
        HttpWeb().ask(url(site, "/big"), allow_private=True)
    assert caught.value.code == "too_big"


def test_a_header_cannot_smuggle_another_one() -> None:
    with pytest.raises(ValueError, match="line break"):
        HttpWeb().ask("https://shop.example/", headers={"X": "a\r\nHost: evil.example"})
