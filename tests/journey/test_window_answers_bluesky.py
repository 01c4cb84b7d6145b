"""A post on Bluesky answered by the mouse under it; its own data server and index are real."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from tests.journey.answers import opened
from tests.journey.hands import Mouse
from tests.listening.bluesky_net.network import Network, running
from tests.outgoing.test_bluesky_out_network import POST, post
from tests.outgoing.test_bluesky_out_network import Shop as Sky

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.journey.conftest import Shop

pytestmark = [
    pytest.mark.qt_log_ignore("This plugin does not support", extend=True),
    pytest.mark.timeout(1200),  # the first time it is compiled
]
BURNT = "my loaf was burnt this morning"
REPLY = "Thank you for telling us. I am sorry about your loaf. Please ask for Ana in the shop. Ana"
CALLED = "We call you."
AGAIN = "I asked for Ana, and nobody knew of it."


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Network]:
    with running(tmp_path_factory.mktemp("bluesky")) as network:
        yield network


def under(sky: Sky, uri: str) -> dict[str, Any]:
    """What the customer sees right under a post, by its words."""
    sky.network.digest()
    return {one["post"]["record"]["text"]: one["post"] for one in sky.thread_of(uri)}


def test_answered_where_it_stands(shop: Shop, network: Network) -> None:
    shop.parts = replace(shop.parts, channels=None)  # all that the program has
    sky = Sky(network, network.join("carla"))
    said = sky.complains(BURNT)
    ear, answering = opened(shop, Mouse)
    ear.begin("Bluesky")
    values = {"service": network.service, "handle": sky.person.handle}
    ear.set_up(values, sky.secret, own_network=True)
    ear.try_it(own_network=True)
    ear.keep()
    ear.stands({"carla.test": BURNT})

    answering.written("carla.test", BURNT, REPLY)
    assert BURNT in answering.as_others_see_it(REPLY)
    answering.ready()
    reply = {"root": said, "parent": said}
    there = network.write(sky.person, POST, post(CALLED, reply=reply))
    assert set(under(sky, said["uri"])) == {CALLED}
    key = there["uri"].rpartition("/")[2]
    answering.answered_there(f"https://bsky.app/profile/{sky.person.handle}/post/{key}")
    assert set(under(sky, said["uri"])) == {CALLED}

    answering.read_again()
    answering.look()
    answering.sent("Bluesky")
    ours = under(sky, said["uri"])[REPLY]
    answering.seen_there()
    assert set(under(sky, said["uri"])) == {CALLED, REPLY}
    parent = {"uri": ours["uri"], "cid": ours["cid"]}
    sky.complains(AGAIN, reply={"root": said, "parent": parent})
    answering.comes_back("carla.test", AGAIN, REPLY)
    ear.kept_safe()
