"""Bluesky with its own data server and index, from "Add a source" to the list, by keyboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.journey.ears import opened
from tests.journey.hands import Keys
from tests.listening.bluesky_net.network import Network, running

from calmreply.adapters.clock import SystemClock

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.journey.conftest import Shop
    from tests.listening.bluesky_net.network import Person

pytestmark = [
    pytest.mark.qt_log_ignore("This plugin does not support", extend=True),
    pytest.mark.timeout(1200),  # the first time it is compiled
]
POST = "app.bsky.feed.post"
BURNT, BUTTER = "your zwieback was burnt", "and the butter was old"


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Network]:
    with running(tmp_path_factory.mktemp("bluesky")) as network:
        yield network


def say(network: Network, who: Person, to: Person, text: str) -> None:
    """A post that names somebody at its beginning; it is in the index when this returns."""
    name = f"@{to.handle}"
    feature = {"$type": "app.bsky.richtext.facet#mention", "did": to.did}
    facet = {"index": {"byteStart": 0, "byteEnd": len(name)}, "features": [feature]}
    created = SystemClock().read().wall.isoformat().replace("+00:00", "Z")
    record = {"$type": POST, "text": f"{name} {text}", "createdAt": created, "facets": [facet]}
    network.write(who, POST, record)
    network.digest()


def test_what_is_said_to_us_there(shop: Shop, network: Network) -> None:
    bakery, carla, dora = (network.join(name) for name in ("bakery", "carla", "dora"))
    ear = opened(shop, Keys)
    say(network, carla, bakery, BURNT)
    ear.begin("Bluesky")
    values = {"service": network.service, "handle": bakery.handle}
    ear.set_up(values, network.app_password(bakery), own_network=True)
    shown = ear.try_it(own_network=True)
    assert BURNT in shown
    ear.keep()
    ear.stands({"carla.test": f"@bakery.test {BURNT}"})
    say(network, dora, bakery, BUTTER)
    ear.hears("dora.test", of=["carla.test"])
    ear.reads("dora.test", BUTTER)
    ear.kept_safe()
