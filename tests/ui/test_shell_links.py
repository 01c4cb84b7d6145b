"""Which links reach the browser, and that nothing else does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QObject, QUrl, Slot
from PySide6.QtGui import QDesktopServices

from calmreply.errors import KnownError
from calmreply.ui import links

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtWidgets import QApplication


class Browser(QObject):
    """Stands where the browser is."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []

    @Slot(QUrl)
    def show(self, url: QUrl) -> None:
        self.opened.append(url.toString(QUrl.ComponentFormattingOption.FullyEncoded))


@pytest.fixture
def browser(qapp: QApplication) -> Iterator[Browser]:
    assert qapp is not None
    made = Browser()
    schemes = ("http", "https", "file", "javascript", "mailto", "ftp", "data")
    for scheme in schemes:
        QDesktopServices.setUrlHandler(scheme, made, "show")  # type: ignore[arg-type]  # it wants a str
    yield made
    for scheme in schemes:
        QDesktopServices.unsetUrlHandler(scheme)


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("https://reviews.example/bakery?id=1&x=%20#r", "reviews.example"),
        ("HTTP://Reviews.Example:8080/", "reviews.example"),
        ("http://127.0.0.1:8000/a b".replace(" ", "%20"), "127.0.0.1"),
        ("http://[::1]:8000/", "::1"),
        ("https://bäckerei.example/", "xn--bckerei-5wa.example"),
        ("https://\u0430pple.example/", "xn--pple-43d.example"),
        ("https://reviews.example/caf\u00e9", "reviews.example"),
    ],
)
def test_a_page_on_the_web_opens(browser: Browser, address: str, host: str) -> None:
    links.open_page(address)
    assert len(browser.opened) == 1
    assert links.shown_host(address) == host


@pytest.mark.parametrize(
    "address",
    [
        "",
        "reviews.example",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "mailto:ana@bakery.example",
        "ftp://reviews.example/",
        "data:text/html,hello",
        "//reviews.example/",
        "https://",
        "https:///reviews.example",
        "https://bank.example@evil.example/",
        "https://bank.example\\@evil.example/",
        "https://bank.example\n.evil.example/",
        "https://bank.example\t/",
        " https://reviews.example",
        "https://reviews.example:99999/",
        "https://reviews.example:x/",
        "https://[reviews.example]/",
        "https://reviews example/",
        "https://" + "a" * 9000,
    ],
)
def test_anything_else_is_refused(browser: Browser, address: str) -> None:
    with pytest.raises(KnownError, match="not opened") as refused:
        links.open_page(address)
    assert refused.value.code == "bad_link"
    assert links.shown_host(address) == ""
    assert browser.opened == []


@given(st.text(alphabet="htps:/\\@.?#[]%a1-\u0430 \t", max_size=40))
def test_what_opens_is_always_http_to_one_host(tail: str) -> None:
    for address in (tail, f"https://bank.example{tail}", f"https://{tail}bank.example/"):
        try:
            url = links.checked(address)
        except KnownError:
            continue
        assert url.scheme() in {"http", "https"}
        assert url.host()
        assert not url.userInfo()
        assert "\\" not in address


def test_no_browser_is_said(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda _url: False)
    with pytest.raises(KnownError) as refused:
        links.open_page("https://reviews.example/1")
    assert refused.value.code == "no_browser"
    assert "https://reviews.example/1" in refused.value.way_out
    assert browser.opened == []
