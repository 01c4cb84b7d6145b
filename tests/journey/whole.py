"""The main job as steps of a person; `hands` decide whether by mouse or by keyboard.

Each step begins where the one before it ended, and checks what a person would see after it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication
from tests.journey.said import (
    ANA,
    AUTHOR,
    BEN,
    MAIL,
    MAIL_PASSWORD,
    PASTED,
    PASTED_REPLY,
    PASTED_SAID,
    REPLY,
    SAID,
    SUBJECT,
    WORDS,
)

if TYPE_CHECKING:
    from tests.journey.conftest import Shop
    from tests.journey.hands import Hands


@dataclass
class Journey:
    hands: Hands
    shop: Shop

    # --- the first start ---------------------------------------------------------------------

    def set_up(self) -> None:
        """Set up calmly: the business, oneself, what to listen to."""
        hands = self.hands
        hands.press("welcome.setup")
        hands.fill("welcome.business_name", "Blue Door Bakery")
        hands.press("welcome.hours.days.7")  # open on Sundays, too
        hands.go("welcome.next")
        self.come_in("welcome.you", ANA)
        hands.go("welcome.next")
        hands.until(lambda: hands.seen("welcome.you.code"), "the recovery code is shown")
        assert len(hands.words("welcome.you.code")) > 20
        hands.press("welcome.you.safe")
        hands.go("welcome.next")
        hands.press("welcome.skip")
        hands.write("welcome.contacts", "Ana, 0151 4960000")
        hands.go("welcome.next")
        self.listen()
        hands.go("welcome.next")
        assert hands.program.frame.windowTitle().startswith("Blue Door Bakery")

    def come_in(self, form: str, who: str) -> None:
        hands = self.hands
        hands.fill(f"{form}.name", who)
        hands.fill(f"{form}.passphrase", WORDS[who])
        hands.fill(f"{form}.again", WORDS[who])

    def listen(self) -> None:
        """Add the town's feed by the page it is named on; it stands in our own network."""
        hands, shop = self.hands, self.shop
        before = shop.town.asked
        hands.press("welcome.add_source")
        hands.fill("source.address", shop.town.page("/"))
        hands.go("source.go")
        assert "own network" in hands.error("source.address")
        hands.press("source.own_network")
        hands.go("source.go")
        hands.until(lambda: hands.seen("source.all"), "the feed is found")
        assert hands.words("source.go") == "Listen to it"
        hands.go("source.go")
        hands.until(lambda: hands.seen("dialog.add_source") is None, "the dialog closes")
        hands.settle()
        assert shop.town.asked > before

    def set_up_mail(self) -> None:
        """What replies are sent by, in the room "Settings"."""
        hands = self.hands
        hands.menu("tools", "action.settings", keys="Ctrl+,")
        hands.press("settings.topic.accounts")
        hands.press("accounts.add.mail")
        values = {
            "name": "Blue Door Bakery",
            "address": "hello@bluedoor.example",
            "host": "127.0.0.1",
            "port": str(self.shop.post.port),
            "password": MAIL_PASSWORD,
        }
        for name, value in values.items():
            hands.fill(f"account.{name}", value)
        hands.press("account.test")
        assert "It works" in hands.words("account.notice")
        hands.press("account.save")
        assert "set up" in hands.words("accounts.notice")

    # --- what they said ----------------------------------------------------------------------

    def hear(self) -> None:
        """Something new stands in the feed; "Check now" brings it into the list."""
        hands, shop = self.hands, self.shop
        hands.go_to("New")
        assert hands.lines() == []
        shop.town.say("17", SAID, when=shop.clock.wall - timedelta(minutes=30), author=AUTHOR)
        hands.menu("tools", "action.check", keys="F5")
        hands.until(lambda: hands.counts()["New"] == 1, "the new mention is counted")
        assert hands.lines() == [AUTHOR]

    def find(self) -> None:
        """Search for a word of it, open what is found."""
        hands = self.hands
        hands.press("inbox.search", keys="Ctrl+F")
        hands.type("wasp regret")
        hands.settle()
        assert hands.lines() == [AUTHOR]
        hands.key("Return")
        assert hands.words("case.title") == AUTHOR
        assert hands.words("case.mention").endswith(SAID)

    def read_and_feel(self, feeling: str = "stung") -> None:
        hands = self.hands
        hands.press("case.read", keys="Ctrl+R")
        self.sign_in_if_asked()
        hands.until(lambda: hands.seen(f"case.feel.{feeling}"), "the question is there")
        hands.menu("case", "case.action.feel")
        hands.press(f"case.feel.{feeling}")
        assert "not_read" not in hands.before_it_goes()
        assert "cooling_person" in hands.before_it_goes()

    def sign_in_if_asked(self) -> None:
        hands = self.hands
        if hands.seen("sign_in.passphrase") is not None:
            hands.fill("sign_in.passphrase", WORDS[ANA])
            hands.go("sign_in.go")
            hands.until(lambda: hands.seen("sign_in") is None, "the sign-in closes")
            hands.settle()

    def judge(self, kind: str = "complaint") -> None:
        hands = self.hands
        hands.menu("case", "case.action.judge", keys="Ctrl+J")
        hands.press("case.judge.verdict.genuine")
        hands.press(f"case.judge.kind.{kind}")
        hands.fill("case.judge.evidence", "Order 212, Tuesday morning.")
        hands.go("case.judge.save")
        assert "not_judged" not in hands.before_it_goes()

    # --- answering ---------------------------------------------------------------------------

    def hold(self) -> None:
        """A first word at once, by hand, while the wait runs."""
        hands, shop = self.hands, self.shop
        hands.press("case.holding", keys="Ctrl+H")
        hands.press("holding.wording.heard")
        hands.go("holding.send")
        hands.until(lambda: hands.seen("holding.link"), "it asks where it was posted")
        assert shop.browser.pages[-1:] == ["https://talk.example/17"]
        assert AUTHOR in QGuiApplication.clipboard().text()
        hands.fill("holding.link", "https://talk.example/17#first")
        hands.go("holding.posted")
        assert "holding" not in [name for name in ("holding",) if hands.seen("dialog.holding")]

    def write(self, words: str = REPLY) -> None:
        hands = self.hands
        hands.write("case.editor", words, keys="Ctrl+E")
        self.saved()

    def saved(self) -> None:
        hands = self.hands
        hands.until(lambda: hands.words("case.saved").startswith("Saved"), "the words are kept")
        hands.settle()

    def by_mail(self) -> None:
        """It goes by e-mail to an address, with a subject."""
        hands = self.hands
        hands.menu("reply", "case.action.details")
        hands.choose("case.channel", "E-mail")
        hands.fill("case.target", MAIL)
        hands.press("case.details.use")
        hands.fill("case.subject", SUBJECT)
        self.saved()

    def ask(self) -> None:
        """There is no second person yet: Ben sits down and comes in right there."""
        hands = self.hands
        hands.menu("reply", "case.action.ask", keys="Ctrl+Shift+A")
        hands.wait_for("ask.new.name")
        self.come_in("ask.new", BEN)
        hands.go("ask.go")
        hands.until(lambda: hands.seen("ask.code"), "the recovery code is shown")
        hands.press("ask.safe")
        hands.go("ask.go")
        hands.until(lambda: hands.seen("dialog.ask") is None, "the dialog closes")
        hands.settle()

    def ask_again(self) -> None:
        """There is one second person, who is asked at once."""
        self.hands.menu("reply", "case.action.ask", keys="Ctrl+Shift+A")

    def sign(self) -> None:
        """Ben reads exactly these words, puts four ticks and types his passphrase."""
        hands = self.hands
        hands.menu("reply", "case.action.review", keys="Ctrl+Shift+E")
        hands.wait_for("review.passphrase")
        for tick in ("true", "kind", "promise", "private"):
            hands.press(f"review.tick.{tick}")
        hands.fill("review.passphrase", WORDS[BEN])
        hands.go("review.sign")
        hands.until(lambda: hands.seen("dialog.review") is None, "the dialog closes")
        hands.settle()
        assert "needs_second_person" not in hands.before_it_goes()

    def look(self) -> None:
        """Mention and reply once more, after the wait."""
        hands = self.hands
        hands.menu("reply", "case.action.look", keys="Ctrl+Shift+R")
        hands.wait_for("look.reply")
        hands.go("look.send")
        hands.until(lambda: hands.seen("dialog.look") is None, "the dialog closes")
        hands.settle()
        assert hands.before_it_goes() == []

    def send_by_mail(self) -> None:
        hands = self.hands
        words, may = hands.sending()
        assert (words, may) == (f"Send by e-mail to {MAIL}", True)
        hands.press("case.send", keys="Ctrl+Return")
        hands.until(lambda: hands.counts()["Follow up"] == 1, "it is followed up")
        assert hands.find("case").isAncestorOf(QApplication.focusWidget()), "the focus stays here"

    # --- afterwards --------------------------------------------------------------------------

    def close_and_debrief(self) -> None:
        """Closing an answered case is the debrief."""
        hands = self.hands
        hands.menu("case", "case.action.close")
        hands.wait_for("debrief.escalated")
        hands.press("debrief.outcome.resolved")
        hands.fill("debrief.escalated", "Nobody tasted the morning's bread.")
        hands.fill("debrief.better", "Taste it first.")
        hands.press("debrief.causes.product")
        hands.press("debrief.feeling.settled")
        hands.go("debrief.done")
        hands.until(lambda: hands.seen("dialog.debrief") is None, "the dialog closes")
        hands.settle()
        assert hands.counts()["Closed"] >= 1

    # --- a pasted review ---------------------------------------------------------------------

    def paste(self) -> None:
        hands = self.hands
        hands.menu("case", "action.paste", keys="Ctrl+N")
        hands.fill("mention.text", PASTED_SAID)
        hands.fill("mention.author", "Kim Sample")
        hands.fill("mention.site", "Google")
        hands.press("mention.stars.2")
        hands.fill("mention.link", PASTED)
        hands.go("mention.go")
        hands.until(lambda: hands.words("case.title") == "Kim Sample", "its case is open")

    def send_by_hand(self) -> None:
        hands, shop = self.hands, self.shop
        words, may = hands.sending()
        assert (words, may) == ("Copy and open the page", True)
        hands.press("case.send", keys="Ctrl+Return")
        hands.until(lambda: hands.seen("case.sending.link"), "it asks where it was posted")
        assert shop.browser.pages[-1] == PASTED
        assert QGuiApplication.clipboard().text() == PASTED_REPLY
        hands.fill("case.sending.link", PASTED + "#reply")
        hands.go("case.sending.posted")
        hands.until(lambda: hands.counts()["Follow up"] == 1, "it is followed up")
