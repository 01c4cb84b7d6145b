"""How a person answers by the window where something stands, and what becomes of the answer.

Whatever kind of place it is: `written`, `ready`, `sent`; then `seen_there`, and `comes_back` when
the customer answers. `changed` is what happens where the words are others at Send.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLabel
from tests.journey.before import earlier
from tests.journey.ears import ROUNDS, Ear
from tests.journey.said import ANA, BEN
from tests.journey.whole import Journey

from calmreply.adapters.clock import SystemClock
from calmreply.app.rules import settings

if TYPE_CHECKING:
    from tests.journey.conftest import Shop
    from tests.journey.hands import Hands


class Answering(Journey):
    """Of the one case that is open."""

    def written(self, who: str, said: str, reply: str) -> None:
        """Open it, read it, say how it felt, judge it, and write."""
        Ear(self.hands, self.shop).reads(who, said)
        self.read_and_feel("calm")
        self.judge()
        self.write(reply)

    def as_others_see_it(self, reply: str) -> str:
        """The reply under the complaint, as everybody else will meet it; all words of it."""
        hands = self.hands
        hands.press("case.bystander.show")
        assert hands.words("case.bystander.ours") == reply
        shown = self.card("case.bystander")
        hands.press("case.bystander.show")
        return shown

    def ready(self) -> None:
        """Signed by the second person, waited for, read once more: one Send away."""
        hands = self.hands
        if hands.seen("case.check.empty") is not None:
            hands.press("case.check.empty")  # I am done writing
        self.ask_again()
        self.sign()
        assert hands.sending()[1] is False
        hands.later(minutes=25)
        self.look()
        self.sign_in_if_asked()

    def send(self) -> None:
        self.hands.press("case.send", keys="Ctrl+Return")
        self.sign_in_if_asked()

    def sent(self, by: str) -> None:
        """Send, by the way that the button names; then it is followed up."""
        hands = self.hands
        assert hands.sending() == (f"Send by {by}", True)
        self.send()
        hands.until(lambda: hands.counts()["Follow up"] == 1, "it is followed up")
        hands.settle()
        assert "✓ Sent" in self.card("case.sending")

    def seen_there(self, link: str = "") -> None:
        """A few minutes later its page was looked at; the link, if it has one, opens that page."""
        hands = self.hands
        hands.until(self._seen_after_a_minute, "its page is looked at")
        assert link in self.card("case.sending")
        if not link:
            assert hands.seen("case.sending.open") is None
            return
        hands.press("case.sending.open")
        assert self.shop.browser.pages[-1] == link

    def _seen_after_a_minute(self) -> bool:
        if "Seen on its page" not in self.card("case.sending"):
            self.hands.later(minutes=1)
        return "Seen on its page" in self.card("case.sending")

    def comes_back(self, who: str, said: str, ours: str) -> None:
        """The customer's answer is in the same case, which is new again and wants a new reply."""
        hands, case = self.hands, self.hands.find("case").shown.case
        hands.go_to("New")
        for _turn in range(ROUNDS):
            if hands.lines():
                break
            hands.later(minutes=20)
        assert set(hands.lines()) == {who}
        assert hands.counts()["Follow up"] == 0
        hands.open(who)
        hands.until(lambda: said in hands.words("case.mention"), "what they say now")
        assert hands.find("case").shown.case == case
        assert hands.words("case.earlier.ours") == ours
        assert hands.words("case.editor") == ""
        assert {"not_read", "empty", "needs_second_person"} <= set(hands.before_it_goes())
        assert hands.sending()[1] is False

    def changed(self, before: str, now: str) -> None:
        """Nothing leaves: what they changed is shown, and reading and feeling are asked again."""
        self._held("They changed what they said")
        shown = self.hands.words("case.mention")
        assert before in shown
        assert now in shown

    def answered_there(self, link: str) -> None:
        """Nothing leaves: somebody of the shop has answered it at the site itself."""
        hands = self.hands
        self._held("It was answered there already")
        assert "not from here" in hands.words("case.mention.news")
        hands.press("case.mention.there")
        assert self.shop.browser.pages[-1] == link

    def read_again(self) -> None:
        """The words are the same, so the wait goes on from when they were read first."""
        hands = self.hands
        hands.later(minutes=1)
        hands.press("case.read", keys="Ctrl+R")
        hands.wait_for("case.feel.calm")
        hands.press("case.feel.calm")
        assert "mention_changed" not in hands.before_it_goes()

    def _held(self, why: str) -> None:
        hands = self.hands
        self.send()
        hands.until(lambda: "mention_changed" in hands.before_it_goes(), "the change is seen")
        hands.settle()
        assert hands.sending()[1] is False
        assert hands.counts()["Follow up"] == 0
        assert "It did not go" in hands.words("case.before.notice")
        assert why in self.card("case.check.mention_changed.line")

    def card(self, name: str) -> str:
        """All words of a card that can be seen."""
        labels = [one for one in self.hands.find(name).findChildren(QLabel) if one.isVisible()]
        return "\n".join(one.accessibleName() or one.text() for one in labels)


def opened(shop: Shop, way: type[Hands]) -> tuple[Ear, Answering]:
    """A bakery with a second person, at this moment, before it listens to anything."""
    shop.clock.set_wall(SystemClock().read().wall)
    with earlier(shop, ANA, BEN) as before:
        said = {"business_name": "Blue Door Bakery", "names": "Blue Door Bakery"}
        settings.change(before.home, None, said)
    ear = Ear(shop.window(way), shop)
    return ear, Answering(ear.hands, shop)
