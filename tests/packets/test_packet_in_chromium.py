"""Packets and invitations in a real Chromium, offline, in the size of a phone.

Tried: Chromium 156 (Debian), file opened from the disk. Not tried: Firefox, Safari, Edge, a real
phone. The pages say so themselves where a browser has no Ed25519.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.packets.chromium import Page
from tests.packets.conftest import TEXT, Shop, data_of

from calmreply.app import invitations, packets, trust
from calmreply.domain.journal import Whole
from calmreply.errors import KnownError

Save = Callable[..., Path]


def invited(shop: Shop, page: Page, save: Save) -> str:
    """Tom's phone makes a key; returns the six words he wrote down."""
    page.open(save(shop.invite(), "invitation.html"))
    page.tap("#make")
    page.wait("document.getElementById('passphrase')")
    words = " ".join(page.text("#passphrase").split())
    page.tap("#written")
    page.tap("#send")
    page.wait("document.getElementById('told')?.textContent")
    code = page.clipboard()
    offered = invitations.offered(shop.home, code)
    assert " ".join(offered.words) == page.text("#fingerprint")
    shop.let_in(code)
    return words


def answer(page: Page, words: str) -> str:
    for name in ("true", "kind", "promise", "private"):
        page.tap(f"#tick-{name}")
    page.tap("#words")
    page.type(words)
    page.tap("#send")
    page.wait("document.getElementById('told')?.textContent")
    return page.clipboard()


def test_from_the_invitation_to_the_signed_reply(shop: Shop, page: Page, save: Save) -> None:
    words = invited(shop, page, save)
    case = shop.complaint()
    shop.write(case)
    made = shop.packet(case)
    page.taps = 0
    page.open(save(made.page))
    assert TEXT in page.text()
    assert "a new cake" in page.text()
    assert page.text("#fingerprint") == " ".join(made.words)
    code = answer(page, words)
    assert page.taps == 6, "four ticks, the field for the words, one button"
    taken, _changes = packets.take(shop.home, case, code)
    assert taken.reviewer.name == "Tom"
    assert shop.signed(case)
    assert "needs_second_person" not in shop.kinds(case)
    assert isinstance(trust.verify_journal(shop.home), Whole)
    assert page.requested() <= {"file", "data", "about"}
    assert page.complaints() == []
    with pytest.raises(KnownError) as refused:
        packets.take(shop.home, case, code)
    assert refused.value.code == "packet_used"
    assert data_of(made.page)["key"]
