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

HEADINGS = "Number,Guest,Came,Points,Remark for the staff,What\n"
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


def test_one_mail(shop: Shop, tmp_path: Path) -> None:
    """Its file is read again when another mail stands in its place; the first one stays."""
    ear = opened(shop, Mouse)
    date = shop.clock.wall.strftime("%a, %d %b %Y %H:%M:%S +0000")
    carla, dora = "The cake came without candles.", "Best rolls in town."
    mail = tmp_path / "saved.eml"
    mail.write_text(MAIL.format(who="Carla", date=date, text=carla))
    ear.begin("File")
    ear.hands.fill("source.path", str(mail))
    assert carla in ear.try_it(own_network=False)
    ear.keep()
    ear.stands({"Carla": carla})
    mail.write_text(MAIL.format(who="Dora", date=date, text=dora))
    ear.hears("Dora", of=["Carla"])


@pytest.mark.parametrize("way", [Mouse, Keys])
def test_a_table_whose_columns_are_chosen_once(
    shop: Shop, way: type[Hands], tmp_path: Path
) -> None:
    """The one column that is not found by itself is chosen, and is for the next table like it."""
    ear = opened(shop, way)
    hands = ear.hands
    day = f"{shop.clock.wall:%Y-%m-%d}"
    note = "We gave the table by the window and a cake on the house."
    carla, dora, emil = "No candles.", "Best rolls.", "Too loud."
    march, april = tmp_path / "march.csv", tmp_path / "april.csv"
    march.write_text(f"{HEADINGS}1,Carla,{day},2,{note},{carla}\n")
    april.write_text(f"{HEADINGS}1,Emil,{day},3,{note},{emil}\n")
    ear.begin("File")
    hands.fill("source.path", str(march))
    assert note in ear.try_it(own_network=False)  # long sentences look like a review
    hands.choose("source.text_column", f"What  ·  {carla}")
    assert hands.seen("source.all") is None, "another question"
    assert carla in ear.try_it(own_network=False)
    ear.keep()
    ear.stands({"Carla": carla})
    with march.open("a") as more:
        more.write(f"2,Dora,{day},5,{note},{dora}\n")
    ear.hears("Dora", of=["Carla"])
    ear.reads("Dora", dora)

    ear.begin("File")
    hands.fill("source.path", str(april))
    shown = ear.try_it(own_network=False)
    assert emil in shown
    assert note not in shown
    ear.keep()
    ear.stands({"Carla": carla, "Dora": dora, "Emil": emil})
