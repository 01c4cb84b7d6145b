"""Comments of a real WordPress, from "Add a source" to the list: the held ones, too."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.journey.ears import opened
from tests.journey.hands import Mouse
from tests.listening.real_wordpress import RealWordPress, running

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.journey.conftest import Shop

pytestmark = [
    pytest.mark.qt_log_ignore("This plugin does not support", extend=True),
    pytest.mark.timeout(600),  # the first test may have to install it all
]
CARLA, DORA = "The rolls were cold & hard.", "Who made that cake?"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealWordPress]:
    yield from running(tmp_path_factory.mktemp("wordpress"))


def test_comments_of_a_site(shop: Shop, site: RealWordPress) -> None:
    ear = opened(shop, Mouse)
    site.visitor("Carla", CARLA)
    ear.begin("WordPress comments")
    values = {"address": site.address, "user": "anna"}
    ear.set_up(values, site.passwords["anna"], own_network=True)
    shown = ear.try_it(own_network=True)
    assert "Comments on Blue Door & Sons" in shown
    assert CARLA in shown
    ear.keep()
    ear.stands({"Carla": CARLA})
    site.visitor("Dora", DORA)
    ear.hears("Dora", of=["Carla"])
    ear.reads("Dora", DORA)
    ear.kept_safe()
