"""The same way once more in a real Firefox: invited, asked, signed, a remark; no network."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.packets.conftest import TEXT, Shop
from tests.packets.firefox import Firefox, installed

from calmreply.app import queries
from calmreply.app.reviewing import invitations, packets
from calmreply.domain.sign_off import Standing

Save = Callable[..., Path]
TICKS = ("true", "kind", "promise", "private")


@pytest.fixture
def fox(tmp_path: Path) -> Iterator[Firefox]:
    program = installed()
    if program is None:
        pytest.skip("no Firefox on this computer (apt: firefox-esr)")
    opened = Firefox(program, tmp_path)
    yield opened
    opened.close()


def test_from_the_invitation_to_the_signed_reply(shop: Shop, fox: Firefox, save: Save) -> None:
    assert fox.open(save(shop.invite(), "invitation.html")) == "open"
    fox.press("#make")
    words = " ".join(fox.text("#passphrase").split())
    six = fox.text("#fingerprint")
    fox.press("#written")
    fox.press("#send")
    code = fox.wait("document.getElementById('code')?.value")
    assert " ".join(invitations.offered(shop.home, code).words) == six
    shop.let_in(code)

    case = shop.complaint()
    shop.write(case, f"{TEXT} \u202ehttps://b\u0430kery.example")
    made = shop.packet(case)
    assert fox.open(save(made.page)) == "open"
    assert fox.text("#fingerprint") == " ".join(made.words)
    assert "[U+202E]" in fox.text("#reply")
    assert "xn--bkery-4ve.example" in fox.text("#links")
    fox.type("#words", "acorn " * 6)
    for name in TICKS:
        fox.press(f"#tick-{name}")
    fox.press("#send")
    fox.wait("document.getElementById('trouble').textContent.includes('not your six words')")
    fox.ask("WebDriver:ExecuteScript", script="document.getElementById('words').value = ''")
    fox.type("#words", words)
    fox.press("#send")
    packets.take(shop.home, case, fox.wait("document.getElementById('code')?.value"))
    assert shop.signed(case)

    other = shop.complaint("And the tea was cold.")
    shop.write(other)
    fox.open(save(shop.packet(other, blind=True).page))
    fox.press("#show")
    fox.press("#turn")
    fox.type("#remark", "Say it once.")
    fox.type("#words", words)
    fox.press("#send")
    taken, _changes = packets.take(
        shop.home, other, fox.wait("document.getElementById('code')?.value")
    )
    assert taken.remark == "Say it once."
    standing = queries.case_page(shop.home, other).sign_off.standing
    assert standing is Standing.CHANGES_ASKED
