"""One shop with real servers around it, and its window in this process.

Real: SQLite, argon2id and Ed25519, the feed worker process, HTTP, SMTP with TLS and sign-in. Ours
is the clock, the keyring (in memory), the certificate that is trusted, and the browser.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QApplication
from tests.cli import conftest as cli
from tests.journey.hands import Hands
from tests.journey.servers import PostOffice, Town

from calmreply.adapters.channels.hand import HandChannel
from calmreply.adapters.channels.mail import MailChannel
from calmreply.adapters.entropy import SystemEntropy
from calmreply.adapters.keys import Cost, EdKeys
from calmreply.app.ports.channels import Channel
from calmreply.bootstrap import OpenHome, Parts, open_home
from calmreply.testing.clock import FakeClock
from calmreply.testing.secrets import FakeSecrets
from calmreply.ui.app import Program, Ways
from calmreply.ui.kit import theme

if TYPE_CHECKING:
    from pytest_httpserver import HTTPServer

H = TypeVar("H", bound=Hands)
WEB = ("http", "https")

certificate, trust = cli.certificate, cli.trust


class Browser(QObject):
    """Takes what would be opened in the person's browser."""

    def __init__(self) -> None:
        super().__init__()
        self.pages: list[str] = []
        for scheme in WEB:
            QDesktopServices.setUrlHandler(scheme, self, "take")  # type: ignore[arg-type]  # str works

    @Slot(QUrl)
    def take(self, url: QUrl) -> None:
        self.pages.append(url.toString())

    def end(self) -> None:
        for scheme in WEB:
            QDesktopServices.unsetUrlHandler(scheme)


@dataclass
class Shop:
    """A data folder, what its homes are made of, and the windows that were opened over it."""

    folder: Path
    clock: FakeClock
    secrets: FakeSecrets
    parts: Parts
    post: PostOffice
    town: Town
    browser: Browser
    reports: list[BaseException] = field(default_factory=list)
    opened: list[Program] = field(default_factory=list)

    def home(self) -> AbstractContextManager[OpenHome]:
        """The same home without a window."""
        return open_home(self.folder, self.parts)

    def window(self, way: type[H]) -> H:
        """Open the window and wait until its first page is there."""
        hands = self.begin(way)
        hands.until(lambda: hands.program.shell is not None, "the home opens")
        hands.settle()
        return hands

    def begin(self, way: type[H]) -> H:
        """Show the window, whether its home will open or not."""
        owner = "a window"
        ways = Ways(lambda: open_home(self.folder, self.parts, owner), write_report=self._report)
        program = Program(ways)
        self.opened.append(program)
        program.frame.resize(1280, 860)
        program.show()
        program.frame.activateWindow()
        return way(program, self.clock)

    def close(self) -> None:
        """Close every window that is open."""
        while self.opened:
            program = self.opened.pop()
            program.finish()
            program.frame.close()
            program.frame.deleteLater()
            program.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        QApplication.processEvents()

    def _report(self, error: BaseException) -> Path:
        self.reports.append(error)
        return Path("report.txt")


@pytest.fixture
def post(certificate: cli.Certificate) -> Iterator[PostOffice]:
    server = PostOffice(certificate)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def town(httpserver: HTTPServer) -> Iterator[Town]:
    town = Town(httpserver)
    yield town
    town.go_on.set()


@pytest.fixture
def browser(qapp: QApplication) -> Iterator[Browser]:
    """Beside it, an application that looks as at its start."""
    worn = theme.theme() if qapp.property("calmreply_theme") else theme.install(qapp)
    worn.set_mode("system")
    worn.set_scale(1.0)
    browser = Browser()
    QGuiApplication.clipboard().clear()
    yield browser
    browser.end()


@pytest.fixture
def shop(
    tmp_path: Path, trust: ssl.SSLContext, post: PostOffice, town: Town, browser: Browser
) -> Iterator[Shop]:
    """No data yet; its windows are closed in the end, and none of them met a bug."""
    clock, secrets = FakeClock(), FakeSecrets()
    channels: dict[str, Channel] = {"hand": HandChannel(), "mail": MailChannel(trust)}
    parts = Parts(clock=clock, secrets=secrets, channels=channels)
    shop = Shop(tmp_path / "shop", clock, secrets, parts, post, town, browser)
    yield shop
    shop.close()
    assert shop.reports == []


@pytest.fixture
def quick(shop: Shop) -> Shop:
    """The same with keys that cost nothing, for tests that do not look at keys."""
    cheap = Cost(memory=64, passes=1, lanes=1)
    keys = EdKeys(SystemEntropy(), shop.secrets, "shop", cost=cheap)
    shop.parts = replace(shop.parts, keys=keys)
    return shop
