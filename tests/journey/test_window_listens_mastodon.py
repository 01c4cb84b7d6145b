"""A hashtag on Mastodon, from "Add a source" to the list, by keyboard; the server imitates one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.journey.ears import opened
from tests.journey.hands import Keys
from tests.listening import test_mastodon_served as served_there
from tests.listening.test_mastodon_served import Instance

if TYPE_CHECKING:
    from tests.journey.conftest import Shop

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
BURNT, BUTTER = "my loaf was burnt, #BlueDoorBread", "#bluedoorbread is the best in town"

served = served_there.served


@pytest.mark.skipif(bool(served_there.NAMED), reason="it takes three people, and two are named")
def test_a_hashtag(shop: Shop, served: tuple[str, str, str]) -> None:
    instance = Instance(*served)
    instance.tokens["other"] = "alan_token"
    carla = instance.post("customer", BURNT)["account"]["display_name"]
    ear = opened(shop, Keys)
    ear.begin("Mastodon")
    ear.set_up({"instance": instance.base}, instance.tokens["shop"], own_network=True)
    ear.hands.choose("source.watch", "A hashtag")
    ear.hands.fill("source.words", "#BlueDoorBread")
    assert BURNT in ear.try_it(own_network=True)
    ear.keep()
    ear.stands({carla: BURNT})
    dora = instance.post("other", BUTTER)["account"]["display_name"]
    ear.hears(dora, of=[carla])
    ear.reads(dora, BUTTER)
    ear.kept_safe()
