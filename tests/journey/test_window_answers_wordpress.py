"""A comment on the own WordPress, answered through the window; another one marked as spam."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from tests.journey.before import earlier
from tests.journey.ears import Ear
from tests.journey.hands import Hands, Mouse
from tests.journey.said import ANA, BEN, WORDS
from tests.journey.whole import Journey
from tests.listening.real_wordpress import RealWordPress, running

from calmreply.adapters.clock import SystemClock
from calmreply.app.rules import settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.journey.conftest import Shop

pytestmark = [
    pytest.mark.qt_log_ignore("This plugin does not support", extend=True),
    pytest.mark.timeout(600),  # the first test may have to install it all
]
CARLA, PILLS = "The rolls were cold & hard.", "Cheap pills, only today."
REPLY = "Dear Carla, thank you for telling us. I am sorry that the rolls were cold. Ana"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealWordPress]:
    yield from running(tmp_path_factory.mktemp("wordpress"))


def comes_in(hands: Hands, who: str) -> None:
    """Somebody else sits down at the window."""
    hands.menu("tools", "action.lock")
    hands.menu("tools", "action.sign_in")
    hands.wait_for("sign_in.who")
    hands.choose("sign_in.who", who)
    hands.fill("sign_in.passphrase", WORDS[who])
    hands.go("sign_in.go")
    hands.until(lambda: hands.seen("dialog.sign_in") is None, "the sign-in closes")
    hands.settle()


def test_answered_where_it_stands_and_spam_put_away(shop: Shop, site: RealWordPress) -> None:
    shop.parts = replace(shop.parts, channels=None)  # all that the program has
    shop.clock.set_wall(SystemClock().read().wall)
    with earlier(shop, ANA, BEN) as before:
        settings.change(before.home, None, {"business_name": "Blue Door Bakery"})
    ear = Ear(shop.window(Mouse), shop)
    hands, journey = ear.hands, Journey(ear.hands, shop)
    carla, pills = site.visitor("Carla", CARLA), site.visitor("Pilla", PILLS)
    site.call("POST", f"comments/{carla}", {"status": "approved"})
    ear.begin("WordPress comments")
    values = {"address": site.address, "user": "anna"}
    ear.set_up(values, site.passwords["anna"], own_network=True)
    ear.try_it(own_network=True)
    ear.keep()
    ear.stands({"Carla": CARLA, "Pilla": PILLS})

    hands.menu("case", "case.action.hide")
    hands.wait_for("hide.spam")
    hands.press("hide.spam")
    hands.press("hide.ground.spam")
    hands.write("hide.evidence", "Sells pills")
    hands.go("hide.go")
    journey.sign_in_if_asked()
    hands.until(lambda: hands.seen("dialog.hide") is None, "the dialog closes")
    hands.settle()
    # Nobody has judged it, so it counts as a complaint: nobody takes it away alone.
    assert site.call("GET", f"comments/{pills}?context=edit")["status"] == "hold"
    comes_in(hands, BEN)
    hands.press("case.own_site.do.agree")
    hands.wait_for("agree.go")
    hands.go("agree.go")
    hands.until(lambda: hands.seen("dialog.agree") is None, "the dialog closes")
    hands.settle()
    assert site.call("GET", f"comments/{pills}?context=edit")["status"] == "spam"
    comes_in(hands, ANA)

    ear.reads("Carla", CARLA)
    journey.read_and_feel("calm")
    journey.judge()
    journey.write(REPLY)
    hands.press("case.check.empty")  # I am done writing
    journey.ask_again()
    journey.sign()
    hands.later(minutes=25)
    journey.sign_in_if_asked()
    journey.look()
    hands.press("case.send", keys="Ctrl+Return")
    journey.sign_in_if_asked()
    hands.until(lambda: hands.counts()["Follow up"] == 1, "it is followed up")
    (there,) = site.call("GET", f"comments?parent={carla}&context=edit")
    assert (there["content"]["raw"], there["status"]) == (REPLY, "approved")
    ear.kept_safe()
