"""A post on Mastodon answered by keyboard under it; the server imitates one."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from tests.journey.answers import opened
from tests.journey.hands import Keys
from tests.listening import test_mastodon_served as served_there
from tests.listening.test_mastodon_served import Instance

if TYPE_CHECKING:
    from tests.journey.conftest import Shop

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
BURNT = "my loaf was burnt this morning"
EDITED = "my loaf was burnt, and so was the cake"
REPLY = "Thank you for telling us. I am sorry about your loaf. Please ask for Ana in the shop. Ana"
AGAIN = "I asked for Ana, and nobody knew of it."

served = served_there.served


def under(instance: Instance, said: dict[str, Any]) -> list[dict[str, Any]]:
    """What the customer sees under a post."""
    path = f"/api/v1/statuses/{said['id']}/context"
    return list(instance.call("customer", "GET", path)["descendants"])


def plain(one: dict[str, Any]) -> str:
    return re.sub("<[^>]*>", "", one["content"])


def test_answered_where_it_stands(shop: Shop, served: tuple[str, str, str]) -> None:
    shop.parts = replace(shop.parts, channels=None)  # all that the program has
    instance = Instance(*served)
    us = instance.name("shop")
    said = instance.post("customer", f"@{us} {BURNT}")
    carla = said["account"]["display_name"]
    ear, answering = opened(shop, Keys)
    ear.begin("Mastodon")
    ear.set_up({"instance": instance.base}, instance.tokens["shop"], own_network=True)
    ear.try_it(own_network=True)
    ear.keep()
    ear.stands({carla: BURNT})

    answering.written(carla, BURNT, REPLY)
    assert BURNT in answering.as_others_see_it(REPLY)
    answering.ready()
    path = f"/api/v1/statuses/{said['id']}"
    instance.call("customer", "PUT", path, status=f"@{us} {EDITED}")
    answering.changed("this morning", "so was the cake")
    assert under(instance, said) == []

    answering.read_and_feel("calm")
    answering.judge()
    answering.ready()
    answering.sent("Mastodon")
    (ours,) = under(instance, said)
    assert plain(ours).endswith(REPLY)
    answering.seen_there(ours["url"])
    instance.post("customer", f"@{us} {AGAIN}", in_reply_to_id=ours["id"])
    answering.comes_back(carla, AGAIN, REPLY)
    assert len(under(instance, said)) == 2
    ear.kept_safe()
