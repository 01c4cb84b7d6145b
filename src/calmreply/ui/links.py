"""The one way from the window to the browser.

Only http and https leave, and only when two parsers agree on where a link leads: what looks like
one host to a person and another to a browser is refused. Runs on the Qt thread.
"""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from calmreply.errors import KnownError
from calmreply.i18n import _

_LONGEST = 8000
_FORBIDDEN = frozenset("\\\x7f") | {chr(number) for number in range(0x21)}


def open_page(address: str) -> None:
    """Show `address` in the person's browser. Raises KnownError `bad_link`, `no_browser`."""
    url = checked(address)
    if not QDesktopServices.openUrl(url):
        raise KnownError(
            "no_browser",
            _("No browser could be opened."),
            _("Copy the address and open it yourself: {address}").format(
                address=url.toString(QUrl.ComponentFormattingOption.FullyEncoded)
            ),
        )


def checked(address: str) -> QUrl:
    """`address` as a link that may be opened. Raises KnownError `bad_link`."""
    url = QUrl(address, QUrl.ParsingMode.StrictMode)
    parts = _split(address)
    if parts is None or not url.isValid() or not _agree(parts, url):
        raise KnownError(
            "bad_link",
            _("This link is not opened: it does not lead where it seems to, or not to a page."),
            _("If you trust it, type the address into your browser yourself."),
        )
    return url


def is_page(address: str) -> bool:
    """Whether this is a link that may be opened."""
    try:
        checked(address)
    except KnownError:
        return False
    return True


def shown_host(address: str) -> str:
    """The host a link leads to, in the spelling that cannot pretend; empty for a bad link."""
    try:
        return _host(checked(address))
    except KnownError:
        return ""


def _split(address: str) -> SplitResult | None:
    """What Python makes of it; None for what no honest link holds."""
    if not address or len(address) > _LONGEST or not _FORBIDDEN.isdisjoint(address):
        return None
    try:
        parts = urlsplit(address)
        _port = parts.port
    except ValueError:
        return None
    return parts


def _agree(parts: SplitResult, url: QUrl) -> bool:
    """Whether both see the same page, on the web, and no name before the host to hide it."""
    scheme = parts.scheme.lower()
    host = parts.hostname or ""
    if scheme not in {"http", "https"} or scheme != url.scheme() or not host:
        return False
    if "@" in parts.netloc or url.userInfo():
        return False
    ace = bytes(QUrl.toAce(host).data()).decode("ascii") or host
    return ace.lower() == _host(url) and (parts.port or -1) == url.port()


def _host(url: QUrl) -> str:
    return url.host(QUrl.ComponentFormattingOption.FullyEncoded).lower()
