"""A packet key that took the place of another one is new by itself."""

from __future__ import annotations

import pytest
from tests.packets.conftest import PASSPHRASE, Phone, Shop

from calmreply.app import queries
from calmreply.app.persons import people, people_lately
from calmreply.app.proving import trust
from calmreply.app.reviewing import packets, review
from calmreply.app.rules import settings
from calmreply.domain.journal import Whole
from calmreply.domain.mention import CaseId
from calmreply.domain.people import Person, find
from calmreply.domain.review import NEEDED
from calmreply.errors import KnownError


@pytest.fixture
def case(shop: Shop) -> CaseId:
    found = shop.complaint()
    shop.write(found)
    return found


def tom(shop: Shop, case: CaseId) -> Person:
    found = find(queries.case_page(shop.home, case).known.facts.people, "Tom")
    assert found is not None
    return found


def refused(shop: Shop, case: CaseId) -> str:
    with pytest.raises(KnownError) as raised:
        shop.packet(case)
    return raised.value.code


def test_where_the_rules_ask_for_a_week_each_phone_waits_its_own(
    shop: Shop, far: Phone, case: CaseId
) -> None:
    settings.change(shop.home, shop.ana, {"sign_after_week": "yes"})
    assert refused(shop, case) == "new_key"
    shop.clock.advance(days=8)
    made = shop.packet(case)
    packets.take(shop.home, case, far.answer(made.page))
    assert shop.signed(case)

    other = Phone(2)
    shop.let_in(other.key_code(shop.invite()))
    known = tom(shop, case)
    (newest, *_earlier) = people_lately.lately(shop.home)
    assert newest.words == "Tom has another phone to sign with (let in by Ana)"
    assert newest.replaced
    first, second = known.packet_keys
    assert first.revoked
    assert known.since_of(second.id) == second.since != known.since_of(first.id)
    assert shop.signed(case)  # what the old one signed in time stays as it is
    newer = shop.complaint("Another cake, another name.")
    shop.write(newer)
    assert refused(shop, newer) == "new_key"
    shop.clock.advance(days=6, hours=23)
    assert refused(shop, newer) == "new_key"
    shop.clock.advance(hours=2)
    packets.take(shop.home, newer, other.answer(shop.packet(newer).page))
    assert shop.signed(newer)
    assert isinstance(trust.verify_journal(shop.home), Whole)


def test_an_answer_by_a_new_phone_does_not_count_once_the_rules_ask_for_a_week(
    shop: Shop, case: CaseId
) -> None:
    """The packet went out before the rule was made; what comes back is refused all the same."""
    shop.clock.advance(days=30)
    phone = Phone(3)
    shop.let_in(phone.key_code(shop.invite()))
    made = shop.packet(case)
    settings.change(shop.home, shop.ana, {"sign_after_week": "yes"})
    with pytest.raises(KnownError) as raised:
        packets.take(shop.home, case, phone.answer(made.page))
    assert raised.value.code in {"new_key", "packet_other_text"}
    assert not shop.signed(case)


def test_somebody_far_away_gets_a_key_here_too_by_somebody_elses_word(
    shop: Shop, far: Phone, case: CaseId
) -> None:
    settings.change(shop.home, shop.ana, {"sign_after_week": "yes"})
    shop.clock.advance(days=8)
    known, _recovery, _changes = people.new_key(shop.home, shop.ana, "Tom", PASSPHRASE)
    assert known.id == tom(shop, case).id
    assert len(known.packet_keys) == 1, "the phone still signs"
    here = people.unlock(shop.home, "Tom", PASSPHRASE)
    made = shop.packet(case)
    with pytest.raises(KnownError) as raised:
        review.sign(shop.home, here, case, NEEDED)
    assert raised.value.code == "new_key", "but the new key is new, whatever the phone's age"
    packets.take(shop.home, case, far.answer(made.page))
    assert shop.signed(case)
    other = Phone(5)
    with pytest.raises(KnownError) as raised:
        shop.let_in(other.key_code(shop.invite()))
    assert raised.value.code == "own_key_needed", "who has a key here lets in another phone"
    assert isinstance(trust.verify_journal(shop.home), Whole)
