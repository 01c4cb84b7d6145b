"""What goes wrong is said in the window, where it happened and with a way out; nothing is lost."""

from __future__ import annotations

import os
import resource
import signal
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QWidget
from tests.journey.before import Earlier, earlier
from tests.journey.hands import Hands, Mouse
from tests.journey.said import ANA, AUTHOR, BEN, MAIL_PASSWORD, REPLY, SAID, WORDS
from tests.journey.servers import Town, item
from tests.journey.whole import Journey

from calmreply.adapters.storage.sqlite import driver
from calmreply.app import queries
from calmreply.app.proving import trust
from calmreply.app.sending import accounts, outgoing
from calmreply.domain.journal import Whole
from calmreply.domain.outbox import State

if TYPE_CHECKING:
    from tests.journey.conftest import Shop

    from calmreply.domain.mention import CaseId

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
posix = pytest.mark.skipif(os.name != "posix", reason="other systems have other limits")
WHEN = datetime(2026, 3, 3, 8, 0, tzinfo=UTC)
RSS_TYPE = "application/rss+xml"


def drafts(before: Earlier, case: CaseId) -> list[str]:
    return [one.text for one in queries.case_page(before.home, case).drafts]


# --- addresses to listen to ----------------------------------------------------------------------


def no_such_host(_town: Town) -> str:
    return "https://bluedoor-talk.example/feed"


def nothing_there(town: Town) -> str:
    return town.at("/gone", "gone", "text/html", 404)


def a_page(town: Town) -> str:
    return town.at("/about", "<html><body>All about bread</body></html>", "text/html")


def nothing_at_all(town: Town) -> str:
    return town.at("/empty", b"", RSS_TYPE)


def endless(town: Town) -> str:
    return town.page("/endless")


def not_an_address(_town: Town) -> str:
    return "the feed of the town, please"


@pytest.mark.parametrize(
    ("address_of", "says"),
    [
        (no_such_host, "There is no site with the name bluedoor-talk.example. Check the address"),
        (nothing_there, "There is nothing at this address (404). Check the address"),
        (a_page, "shows a page or a file, but no feed. Look on the page for a link"),
        (nothing_at_all, "sent nothing at all. Check the address, or try it again a little later."),
        (endless, "sends more than can be read safely. Look for a shorter feed"),
        (not_an_address, "Copy the address from your browser and paste it here."),
    ],
)
def test_an_address_that_is_no_feed(
    quick: Shop, address_of: Callable[[Town], str], says: str
) -> None:
    town = quick.town
    address = address_of(town)
    hands = quick.window(Mouse)
    open_source_dialog(hands)
    try_address(hands, address)
    assert says in hands.error("source.address")
    assert hands.words("source.go") == "Try it"
    assert hands.words("source.address") == address
    assert town.poured < 100_000_000
    # The next one works, and the dialog was never left.
    town.say("17", SAID, when=quick.clock.wall, author=AUTHOR)
    try_address(hands, town.url)
    hands.press("source.go")
    hands.until(lambda: hands.counts()["New"] == 1, "its mention comes in")


def open_source_dialog(hands: Hands) -> None:
    hands.go_to("Listening")
    hands.press("listening.add_first")


def try_address(hands: Hands, address: str) -> None:
    """Own network allowed, where it is asked for; at the same host the tick stays."""
    hands.fill("source.address", address)
    hands.press("source.go")
    tick: Any = hands.seen("source.own_network")
    if tick is not None and not tick.isChecked():
        hands.press("source.own_network")
        hands.press("source.go")


def test_feeds_that_are_hurt_bring_what_can_be_read(quick: Shop) -> None:
    town = quick.town
    items = [
        item("1", "The cr\u00e8me br\u00fbl\u00e9e was cold.", when=WHEN, author="Ren\u00e9"),
        item("2", "And the coffee too.", when=WHEN, author="Bo"),
    ]
    town.items.extend(items)
    whole = town.feed()
    wrong = town.at("/latin", whole.encode("latin-1"), f"{RSS_TYPE}; charset=utf-8")
    cut = town.at("/cut", whole[: whole.index("And the coffee") + 5].encode(), RSS_TYPE)
    town.items.clear()
    bare = town.at("/bare", town.feed(), RSS_TYPE)
    hands = quick.window(Mouse)
    open_source_dialog(hands)
    try_address(hands, bare)
    assert "0 entries there now" in shown_in(hands, "dialog.add_source")
    try_address(hands, cut)
    assert "ends in the middle" in shown_in(hands, "dialog.add_source")
    try_address(hands, wrong)
    assert "cr\u00e8me br\u00fbl\u00e9e" in shown_in(hands, "dialog.add_source")
    hands.press("source.go")
    hands.until(lambda: hands.counts()["New"] == 2, "both come in")


def shown_in(hands: Hands, name: str) -> str:
    """Every word that can be seen in a widget."""
    found = [one for one in hands.find(name).findChildren(QWidget) if one.isVisible()]
    return "\n".join(str(one.text()) for one in found if hasattr(one, "text"))


def test_a_source_goes_bad_and_what_it_brought_stays(quick: Shop) -> None:
    town = quick.town
    town.say("17", SAID, when=quick.clock.wall, author=AUTHOR)
    with earlier(quick) as before:
        before.listen(town.url)
    hands = quick.window(Mouse)
    assert hands.lines() == [AUTHOR]
    town.body = "<html><body>We have moved</body></html>"
    trouble = hands.program.frame.status.trouble
    for minutes in (6, 12):
        hands.later(minutes=minutes)
        assert not trouble.isVisible(), "it may be a network that wants a sign-in"
    hands.later(minutes=24)
    hands.until(trouble.isVisible, "it is said below")
    hands.click(trouble)
    hands.until(lambda: "no feed" in shown_in(hands, "listening"), "the room says which, and why")
    assert "Look for it" in shown_in(hands, "listening")
    hands.go_to("New")
    assert hands.lines() == [AUTHOR]


# --- people and their words ----------------------------------------------------------------------


def test_wrong_passphrases(quick: Shop) -> None:
    with earlier(quick, ANA, BEN) as before:
        case = before.said(SAID)
        before.read(case)
        before.judge(case)
    hands = quick.window(Mouse)
    hands.go_to("Cooling off")
    hands.open(AUTHOR)
    hands.write("case.editor", "D")
    assert hands.words("case.saved") == "Not kept yet"
    hands.press("case.sign_in.now")
    hands.fill("sign_in.passphrase", "not what it was")
    hands.press("sign_in.go")
    assert "passphrase" in hands.error("sign_in.passphrase")
    assert hands.words("sign_in.passphrase") == ""
    hands.fill("sign_in.passphrase", WORDS[ANA])
    hands.press("sign_in.go")
    hands.until(lambda: hands.words("case.editor") == "D", "the letter that was typed stands there")
    journey = Journey(hands, quick)
    journey.write("ear Robin, please call us.")
    journey.ask_again()
    hands.menu("reply", "case.action.review")
    for tick in ("true", "kind", "promise", "private"):
        hands.press(f"review.tick.{tick}")
    hands.press("review.sign")
    assert "types the passphrase here" in hands.error("review.passphrase")
    hands.fill("review.passphrase", WORDS[ANA])  # hers is not his
    hands.press("review.sign")
    assert "passphrase" in hands.error("review.passphrase")
    assert hands.find("review.tick.true").isChecked()
    hands.fill("review.passphrase", WORDS[BEN])
    hands.press("review.sign")
    assert "needs_second_person" not in hands.before_it_goes()
    quick.close()
    with earlier(quick) as before:
        assert queries.case_page(before.home, case).known.facts.revisions[-1].words.text == (
            "Dear Robin, please call us."
        )


def test_who_wrote_it_cannot_sign_it(quick: Shop) -> None:
    with earlier(quick, ANA, BEN) as before:
        case = before.said(SAID)
        before.read(case)
        before.judge(case)
        before.read(case, BEN)
        before.write(case)
        before.write(case, "Ben's word as well.", who=BEN)
    hands = quick.window(Mouse)
    hands.go_to("Cooling off")
    hands.open(AUTHOR)
    hands.press("case.check.needs_second_person")
    sign_in(hands)
    said = shown_in(hands, "dialog.ask")
    assert "This needs a second person" in said
    for name in (ANA, BEN):
        assert f"{name}: " in said
    assert hands.seen(f"ask.who.{BEN}") is None
    assert hands.seen("ask.new.name") is not None
    assert "needs_second_person" in hands.before_it_goes()


def sign_in(hands: Hands) -> None:
    if hands.seen("sign_in.passphrase") is not None:
        hands.fill("sign_in.passphrase", WORDS[ANA])
        hands.press("sign_in.go")
        hands.settle()


def test_words_changed_after_the_sign_off(quick: Shop) -> None:
    with earlier(quick, ANA, BEN) as before:
        case = before.ready(SAID)
    hands = quick.window(Mouse)
    hands.go_to("Ready to send")
    hands.open(AUTHOR)
    hands.menu("tools", "action.sign_in")
    sign_in(hands)
    assert hands.sending() == ("Copy and open the page", True)
    hands.write("case.editor", "!")
    assert "asks Ben again and waits 10 min" in hands.words("case.question")
    assert hands.words("case.editor") == REPLY
    hands.press("case.question.leave")
    assert hands.sending()[1] is True
    hands.write("case.editor", "!")
    hands.press("case.question.change")
    assert hands.words("case.editor") == REPLY + "!"
    journey = Journey(hands, quick)
    journey.saved()
    assert hands.sending()[1] is False
    hands.click(hands.find("case.mention"))
    hands.settle()
    assert {"sign_off_lapsed", "cooling_text", "second_look"} <= set(hands.before_it_goes())
    quick.close()
    with earlier(quick) as before:
        page = queries.case_page(before.home, case)
        assert [one.words.text for one in page.known.facts.revisions] == [REPLY, REPLY + "!"]


# --- the folder ----------------------------------------------------------------------------------


def trouble(shop: Shop) -> Mouse:
    """The window over data that cannot be opened."""
    hands = shop.begin(Mouse)
    hands.wait_for("trouble")
    hands.settle()
    return hands


def test_a_second_copy_on_the_same_folder(quick: Shop) -> None:
    with earlier(quick) as before:
        before.said(SAID)
    first = quick.window(Mouse)
    second = trouble(quick)
    said = shown_in(second, "trouble")
    assert "CalmReply is already open on this computer" in said
    assert "Nothing was changed, and nothing is lost." in said
    assert first.lines() == [AUTHOR]  # the other one works on
    first.program.finish()
    second.press("trouble.again")
    second.until(lambda: second.program.shell is not None, "it opens now")
    second.settle()
    assert second.lines() == [AUTHOR]


def test_data_of_a_newer_program(quick: Shop) -> None:
    with earlier(quick) as before:
        before.said(SAID)
    file = quick.folder / "calmreply.db"
    with closing(driver.SQLITE.connect(str(file), isolation_level=None)) as connection:
        connection.execute("PRAGMA user_version = 9999")
    kept = file.read_bytes()
    hands = trouble(quick)
    said = shown_in(hands, "trouble")
    assert "was written by a newer CalmReply" in said
    assert "Install the newest CalmReply" in said
    hands.press("trouble.again")
    hands.wait_for("trouble")
    assert file.read_bytes() == kept


@contextmanager
def as_nobody() -> Iterator[None]:
    """The rights of an ordinary person, even where the tests run as root."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


@posix
def test_a_folder_one_may_not_write_to(quick: Shop, tmp_path: Path) -> None:
    for part in (tmp_path, *tmp_path.parents[:-2]):
        part.chmod(part.stat().st_mode | 0o055)
    quick.folder.mkdir(mode=0o555)
    with as_nobody():
        hands = trouble(quick)
        said = shown_in(hands, "trouble")
        quick.close()
    assert "CalmReply may not write to" in said
    assert "choose another folder" in said


@contextmanager
def full_disk(folder: Path) -> Iterator[None]:
    """While this holds, no file may grow beyond what the log of the database takes already."""
    biggest = (folder / "calmreply.db-wal").stat().st_size
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (biggest, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


@posix
def test_a_full_disk(quick: Shop) -> None:
    with earlier(quick, ANA, BEN) as before:
        case = before.said(SAID)
        before.read(case)
    hands = quick.window(Mouse)
    hands.go_to("Cooling off")
    hands.open(AUTHOR)
    hands.write("case.editor", "D")
    assert hands.words("case.saved") == "Not kept yet"
    hands.press("case.sign_in.now")
    sign_in(hands)
    journey = Journey(hands, quick)
    journey.saved()
    long = "We are sorry about the bread. " * 50
    with full_disk(quick.folder):
        QGuiApplication.clipboard().setText(long)
        hands.key("Ctrl+V", settle=False)
        hands.until(lambda: hands.words("case.saved") == "Not saved", "it is said at once")
        assert "The disk is full" in hands.words("case.reply.notice")
        assert hands.words("case.editor") == "D" + long
    hands.settle()
    hands.click(button_of(hands, "case.reply.notice", "Try again"))
    journey.saved()
    assert hands.words("case.reply.notice") == ""
    quick.close()
    with earlier(quick) as before:
        assert drafts(before, case) == ["D" + long]
        assert isinstance(trust.verify_journal(before.home), Whole)


def button_of(hands: Hands, name: str, words: str) -> QWidget:
    buttons: list[QAbstractButton] = hands.find(name).findChildren(QAbstractButton)
    (button,) = [one for one in buttons if one.isVisible() and one.text() == words]
    return button


# --- the keyring ---------------------------------------------------------------------------------


def test_a_lost_keyring(quick: Shop) -> None:
    with earlier(quick, ANA, BEN) as before:
        before.account()
        case = before.ready(SAID, mail=True)
    quick.secrets.lose()
    hands = quick.window(Mouse)
    hands.go_to("Ready to send")
    hands.open(AUTHOR)
    hands.press("case.send")
    sign_in(hands)
    hands.until(lambda: hands.counts().get("Needs you") == 1, "it stands on top")
    said = shown_in(hands, "case.sending")
    assert "It was refused." in said
    assert "wants a password, and this computer knows none" in said
    assert quick.post.raw == []
    # The way out: the password again, then the same bytes once more.
    with earlier(quick) as before:
        (account,) = accounts.everything(before.home)
    hands.menu("tools", "action.settings")
    hands.press("settings.topic.accounts")
    hands.press(f"accounts.change.{account.id}")
    assert hands.words("account.host") == "127.0.0.1"
    hands.fill("account.password", MAIL_PASSWORD)
    hands.press("account.save")
    assert "E-mail is changed." in hands.words("accounts.notice")
    hands.go_to("Needs you")
    hands.open(AUTHOR)
    hands.press("case.sending.again")
    hands.until(lambda: hands.counts()["Follow up"] == 1, "it arrived")
    quick.close()
    with earlier(quick) as before:
        assert isinstance(trust.verify_journal(before.home), Whole)
        (entry,) = outgoing.outbox(before.home)
        assert entry.state is State.SENT
        assert quick.post.raw == [entry.entry.chosen.wire]
        page = queries.case_page(before.home, case)
        assert page.known.facts.revisions[-1].words.text == REPLY
