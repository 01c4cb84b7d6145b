"""How a person makes a place into a source by the window, and hears what is said there.

Whatever kind of place it is: `begin`, `set_up` where it needs an account, `try_it`, `keep`; then
`stands` for what was there, and `hears` for what comes later.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel
from tests.journey.before import earlier
from tests.journey.said import ANA, WORDS

from calmreply.adapters.clock import SystemClock
from calmreply.app.rules import settings
from calmreply.ui.kit.line_data import LINE_ROLE, LineData

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.journey.conftest import Shop
    from tests.journey.hands import Hands

ROUNDS = 6
"""So many turns of twenty minutes at most until a source is asked again."""


@dataclass
class Ear:
    hands: Hands
    shop: Shop
    secret: str = ""

    def begin(self, kind: str = "") -> None:
        """Listening, "Add a source", and the kind of place where it is no feed."""
        hands = self.hands
        hands.go_to("Listening")
        first = hands.seen("listening.add_first") is not None
        hands.press("listening.add_first" if first else "listening.add")
        if kind:
            hands.choose("source.kind", kind)

    def set_up(self, values: dict[str, str], secret: str, *, own_network: bool) -> None:
        """An account first: its form, a test, and back to the source."""
        hands, self.secret = self.hands, secret
        hands.press("source.set_up")
        for name, value in values.items():
            hands.fill(f"account.{name}", value)
        field = "account.password" if hands.seen("account.password") else "account.token"
        self.paste(field, secret)
        hands.press("account.test")
        if own_network:
            assert "It works" not in hands.words("account.notice")
            hands.press("account.own_network")
            hands.press("account.test")
        assert "It works" in hands.words("account.notice")
        hands.press("account.save")
        hands.fill("sign_in.passphrase", WORDS[ANA])
        hands.go("sign_in.go")
        hands.until(lambda: "set up" in hands.words("accounts.notice"), "it is kept")
        hands.press("accounts.notice.act")
        hands.wait_for("dialog.add_source")

    def paste(self, name: str, words: str) -> None:
        """Out of the clipboard, as a password is that another program made."""
        QGuiApplication.clipboard().setText(words)
        self.hands.fill(name, "")
        self.hands.key("Ctrl+V")

    def try_it(self, *, own_network: bool) -> str:
        """What the dialog shows of what would come in."""
        hands = self.hands
        self.ask(own_network=own_network)
        hands.until(lambda: hands.seen("source.all"), "it shows what would come in")
        assert hands.words("source.go") == "Listen to it"
        dialog = hands.find("dialog.add_source")
        labels = [one for one in dialog.findChildren(QLabel) if one.isVisible()]
        return "\n".join(one.accessibleName() or one.text() for one in labels)

    def ask(self, *, own_network: bool) -> None:
        hands = self.hands
        hands.go("source.go")
        if own_network:
            assert hands.seen("source.all") is None, "the own network takes a tick"
            hands.press("source.own_network")
            hands.go("source.go")

    def keep(self) -> None:
        """Listen to it; the first round follows at once."""
        hands = self.hands
        hands.go("source.go")
        hands.until(lambda: hands.seen("dialog.add_source") is None, "the dialog closes")
        hands.settle()

    def rows(self) -> Counter[tuple[str, str]]:
        """Who said what, by the list of what is new."""
        hands = self.hands
        hands.lines()  # a line that is still pale is on its way
        model = hands.program.frame.pane.list.model()
        lines = [model.index(n, 0).data(LINE_ROLE) for n in range(model.rowCount())]
        return Counter((one.who, one.text) for one in lines if isinstance(one, LineData))

    def stands(self, said: dict[str, str]) -> None:
        """These lines stand in the list, and no other; the page of each has all of its words."""
        hands = self.hands
        hands.go_to("New")
        hands.until(lambda: len(hands.lines()) >= len(said), f"{', '.join(said)} in the list")
        rows = self.rows()
        assert sorted(who for who, _text in rows.elements()) == sorted(said)
        for who, text in said.items():
            assert any(text[:30] in row for name, row in rows if name == who), rows
            self.reads(who, text)

    def reads(self, who: str, text: str) -> None:
        """Open it; its own words stand on its page."""
        hands = self.hands
        hands.open(who)
        hands.until(lambda: hands.words("case.title") == who, f"the page of {who}")
        assert text in hands.words("case.mention")

    def hears(self, who: str, *, of: Iterable[str]) -> None:
        """Time goes by until one more is in the list; then it stands there once, whatever comes."""
        hands = self.hands
        hands.go_to("New")
        expected = sorted([who, *of])
        for _turn in range(ROUNDS):
            if who in hands.lines():
                break
            hands.later(minutes=20)
        assert sorted(hands.lines()) == expected
        for _turn in range(2):
            hands.later(minutes=65)
            assert sorted(hands.lines()) == expected

    def kept_safe(self) -> None:
        """The password lies with the keyring, and nowhere in the folder."""
        held = [file for file in self.shop.folder.rglob("*") if file.is_file()]
        assert held
        assert not [file for file in held if self.secret.encode() in file.read_bytes()]


def opened(shop: Shop, way: type[Hands]) -> Ear:
    """A bakery that Ana has set up, at this moment, before it listens to anything."""
    shop.clock.set_wall(SystemClock().read().wall)
    with earlier(shop, ANA) as before:
        said = {"business_name": "Blue Door Bakery", "names": "Blue Door Bakery"}
        settings.change(before.home, None, said)
    return Ear(shop.window(way), shop)
