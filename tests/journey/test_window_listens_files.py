"""Reviews in a file of this computer, from "Add a source" to the list, by mouse and by keyboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.journey.ears import opened
from tests.journey.hands import Hands, Keys, Mouse

if TYPE_CHECKING:
    from pathlib import Path

    from tests.journey.conftest import Shop

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)

CSV = "Guest,Visit,Points,Remark,On\n"
ROW = '{who},212,{stars},"{text}",{date}\n'
MAIL = (
    "From: {who} <{who}@customer.example>\nTo: hello@bluedoor.example\nSubject: My order\n"
    "Date: {date}\nMessage-ID: <{who}@customer.example>\n\n{text}\n"
)


@pytest.mark.parametrize("way", [Mouse, Keys])
def test_mails_in_a_box(shop: Shop, way: type[Hands], tmp_path: Path) -> None:
    ear = opened(shop, way)
    date = shop.clock.wall.strftime("%a, %d %b %Y %H:%M:%S +0000")
    carla = "The cake came without candles."
    box = tmp_path / "reviews.mbox"
    box.write_text(f"From carla\n{MAIL.format(who='Carla', date=date, text=carla)}\n")
    ear.begin("File")
    ear.hands.fill("source.path", str(box))
    assert carla in ear.try_it(own_network=False)
    ear.keep()
    ear.stands({"Carla": carla})
    with box.open("a") as more:
        more.write(f"From dora\n{MAIL.format(who='Dora', date=date, text='Best rolls in town.')}\n")
    ear.hears("Dora", of=["Carla"])
