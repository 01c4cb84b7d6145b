"""Packets and invitations in the app: what counts, and every way in which something does not."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from tests.packets.conftest import PASSPHRASE, TEXT, Phone, Shop, data_of

from calmreply.app import facts, queries
from calmreply.app.cases import judge, second, story
from calmreply.app.ledger import writing
from calmreply.app.persons import people
from calmreply.app.proving import trust
from calmreply.app.reviewing import invitations, packets, review, suggestions
from calmreply.domain import packet
from calmreply.domain.case import Verdict
from calmreply.domain.journal import Broken, Flaw, Whole
from calmreply.domain.mention import CaseId
from calmreply.domain.people import Person, Presence, find
from calmreply.domain.policy import Kind
from calmreply.domain.review import NEEDED, ChangesAsked, SignedOff, SignOffAsked
from calmreply.domain.said import Ground
from calmreply.domain.sign_off import Standing
from calmreply.errors import KnownError


@pytest.fixture
def case(shop: Shop) -> CaseId:
    found = shop.complaint()
    shop.write(found)
    return found


def refused(deed: Callable[[], object]) -> str:
    with pytest.raises(KnownError) as raised:
        deed()
    assert raised.value.words
    assert raised.value.way_out
    return raised.value.code


def whole(shop: Shop) -> bool:
    return isinstance(trust.verify_journal(shop.home), Whole)


def test_a_signed_answer_holds_as_one_given_here(shop: Shop, far: Phone, case: CaseId) -> None:
    made = shop.packet(case)
    assert "needs_second_person" in shop.kinds(case)
    taken, changes = packets.take(shop.home, case, f"Yes!\n{far.answer(made.page)}")
    assert (taken.reviewer.name, taken.remark) == ("Tom", "")
    assert case in changes.cases
    assert shop.signed(case)
    assert "needs_second_person" not in shop.kinds(case)
    with shop.home.store.read() as tx:
        trust.check_case(shop.home, tx, facts.load(shop.home, tx, case))
    assert whole(shop)
    events = queries.timeline(shop.home, case)
    assert events[-1].actor == taken.reviewer.id
    told = story.story(queries.case_page(shop.home, case).known.facts.conversation, events, str)
    assert told[-1].words == f"Signed off by {taken.reviewer.id}, by phone"
    shop.write(case, f"{TEXT} Soon.")
    assert not shop.signed(case)


def test_a_packet_holds_what_is_public_and_nothing_else(
    shop: Shop, far: Phone, case: CaseId
) -> None:
    assert far
    judge.judge(
        shop.home,
        shop.ana,
        case,
        kind=Kind.COMPLAINT,
        verdict=Verdict.GENUINE,
        evidence="Order 8817, paid by card",
    )
    held = data_of(shop.packet(case).page)
    record = json.loads(held["record"])
    assert (record["text"], held["mention"]["text"]) == (TEXT, shop_said(shop, case))
    assert "ticks" not in record
    page = shop.packet(case).page
    assert not [secret for secret in (PASSPHRASE, "8817", "by card") if secret in page]
    assert "http-equiv" in page
    assert re.search(r"default-src 'none'; script-src 'sha256-[\w+/]+=*'; style-src 'sha256-", page)
    assert shop.packet(case).page == page, "asked once more, it is the same packet"


def shop_said(shop: Shop, case: CaseId) -> str:
    return queries.case_page(shop.home, case).known.facts.mention.now.text


def test_a_private_reply_does_not_tell_whom_it_goes_to(shop: Shop, far: Phone) -> None:
    case = shop.private_complaint("robin@customer.example")
    made = shop.packet(case)
    assert "customer.example" not in made.page
    assert "Do not print this" not in made.page
    packets.take(shop.home, case, far.answer(made.page))
    assert shop.signed(case)


def test_nothing_ends_the_block_of_data(shop: Shop, far: Phone) -> None:
    assert far
    case = shop.complaint("</script><script>alert(1)</script><!-- {{script}} -->")
    shop.write(case, "</SCRIPT><img src=x onerror=alert(1)> {{data}} &lt;")
    page = shop.packet(case).page
    assert page.count("<script") == page.count("</script>") == 2
    assert "onerror=alert" not in page.replace("\\u003c", "<").partition("</main>")[0]
    assert json.loads(data_of(page)["record"])["text"].startswith("</SCRIPT>")


def test_a_remark_comes_back_signed(shop: Shop, far: Phone, case: CaseId) -> None:
    made = shop.packet(case)
    taken, _changes = packets.take(shop.home, case, far.answer(made.page, "Lieber „Sie“. 🙂"))
    assert taken.remark == "Lieber „Sie“. 🙂"
    page = queries.case_page(shop.home, case)
    assert page.sign_off.standing is Standing.CHANGES_ASKED
    (told,) = page.known.facts.of(ChangesAsked)
    assert told.signature
    assert whole(shop)
    assert refused(lambda: packets.take(shop.home, case, far.answer(made.page))) == "packet_used"


def test_other_words_come_back_signed_and_can_be_taken_over(
    shop: Shop, far: Phone, case: CaseId
) -> None:
    made = shop.packet(case)
    better = "Dear Marta, we are sorry. 🙂\n\nAna" + " and all of us" * 300
    code = far.answer(made.page, suggestion=better)
    short = code[: len(code) // 2]
    assert refused(lambda: packets.take(shop.home, case, short)) == "bad_code"
    taken, _changes = packets.take(shop.home, case, code)
    assert (taken.signs_off, taken.remark, taken.suggestion) == (False, "", better)
    (told,) = queries.case_page(shop.home, case).known.facts.of(ChangesAsked)
    assert (told.text, told.suggestion, bool(told.signature)) == ("", better, True)
    suggestions.accept(shop.home, shop.ana, case, 1)
    assert not shop.signed(case)
    packets.take(shop.home, case, far.answer(shop.packet(case).page))
    assert shop.signed(case)
    assert whole(shop)


def test_a_suggestion_nobody_signed_breaks_the_journal(
    shop: Shop, far: Phone, case: CaseId
) -> None:
    """Whoever has the program's own key cannot put words into a reviewer's mouth."""
    packets.take(shop.home, case, far.answer(shop.packet(case).page, "Shorter."))
    (told,) = queries.case_page(shop.home, case).known.facts.of(ChangesAsked)
    assert whole(shop)
    with writing(shop.home) as ledger:
        ledger.record_from_afar(replace(told, suggestion="No."), case)
    assert isinstance(trust.verify_journal(shop.home), Broken)


def test_an_answer_counts_for_the_emergency_its_packet_told_of(
    shop: Shop, far: Phone, case: CaseId
) -> None:
    """A packet from before the emergency was declared says nothing of it, and shortens nothing."""
    before = shop.packet(case)
    second.declare_emergency(shop.home, shop.ana, case, Ground.SAFETY, "Glass <in> it.")
    after = shop.packet(case)
    assert "emergency" not in json.loads(data_of(before.page)["record"])
    held = data_of(after.page)
    assert json.loads(held["record"])["emergency"]["reason"] == "Glass <in> it."
    assert held["hurried"] == "Ana"
    assert before.words != after.words
    assert shop.packet(case).page == after.page, "once more is the same one"
    packets.take(shop.home, case, far.answer(before.page))
    (old,) = queries.case_page(shop.home, case).known.facts.of(SignedOff)
    assert (shop.signed(case), old.hurry) == (True, "")
    packets.take(shop.home, case, far.answer(shop.packet(case).page))
    knowing = queries.case_page(shop.home, case).known.facts.of(SignedOff)[-1]
    assert knowing.hurry
    assert shop.signed(case)
    assert whole(shop)


def test_every_answer_that_does_not_count_has_its_own_reason(
    shop: Shop, far: Phone, case: CaseId
) -> None:
    home, made = shop.home, shop.packet(case)
    good = far.answer(made.page)

    def take(code: str, about: CaseId = case) -> str:
        return refused(lambda: packets.take(home, about, code))

    assert take("Looks good to me!") == "bad_code"
    assert take(good[:-3]) == "bad_code"
    assert take(far.key_code(shop.invite())) == "code_of_a_key"
    assert take(far.answer(made.page, nonce="00" * 16)) == "packet_unknown"
    assert take(Phone(2).answer(made.page)) == "packet_unknown"
    other = shop.complaint("Another one.")
    assert take(good, other) == "packet_other_case"
    for field, value in (
        ("text", "Dear Marta, no."),
        ("text", f"{TEXT}\u200b"),
        ("target", "https://elsewhere.example"),
        ("offer", None),
        ("expires_at", "2199-01-01T00:00:00.000Z"),
        ("reviewer", "somebody"),
    ):
        assert take(far.answer(made.page, **{field: value})) == "packet_does_not_hold"
    assert not shop.signed(case)
    packets.take(home, case, good)
    assert take(good) == "packet_used"
    assert whole(shop)


def test_an_answer_to_other_words(shop: Shop, far: Phone, case: CaseId) -> None:
    code = far.answer(shop.packet(case).page)
    shop.write(case, f"{TEXT} ")
    shop.write(case, f"{TEXT}\u2060")
    assert refused(lambda: packets.take(shop.home, case, code)) == "packet_other_text"


def test_an_answer_that_comes_too_late(shop: Shop, far: Phone, case: CaseId) -> None:
    code = far.answer(shop.packet(case).page)
    shop.clock.advance(hours=73)
    assert refused(lambda: packets.take(shop.home, case, code)) == "packet_expired"


def test_a_revoked_key_signs_no_more_and_what_it_signed_stays(shop: Shop, far: Phone) -> None:
    home, one, two = shop.home, shop.complaint(), shop.complaint("And the tea was cold.")
    for case in (one, two):
        shop.write(case)
    packets.take(home, one, far.answer(shop.packet(one).page))
    code = far.answer(shop.packet(two).page)
    invitations.revoke(home, shop.ana, "Tom")
    assert refused(lambda: packets.take(home, two, code)) == "packet_key_revoked"
    assert shop.signed(one)
    assert whole(shop)
    assert refused(lambda: shop.packet(two)) == "no_packet_key"
    assert refused(lambda: invitations.revoke(home, shop.ana, "Tom")) == "no_packet_key"


def test_whoever_is_away_or_wrote_it_does_not_sign(shop: Shop, far: Phone, case: CaseId) -> None:
    code = far.answer(shop.packet(case).page)
    people.set_presence(shop.home, shop.ana, "Tom", Presence.AWAY)
    assert refused(lambda: packets.take(shop.home, case, code)) == "not_active"
    assert refused(lambda: shop.packet(case, "Ana")) == "no_packet_key"
    shop.let_in(Phone(3).key_code(shop.invite("Ana")))
    assert refused(lambda: shop.packet(case, "Ana")) == "wrote_it"


def test_who_signs_here_needs_no_packet_key(shop: Shop, case: CaseId) -> None:
    tom = shop.person("Tom")
    shop.let_in(Phone().key_code(shop.invite("Tom")), by=tom)
    made = shop.packet(case)
    review.sign(shop.home, tom, case, NEEDED)
    assert shop.signed(case)
    assert refused(lambda: packets.take(shop.home, case, Phone().answer(made.page)))
    shop.withdraw(case, tom)
    assert not shop.signed(case)


# --- invitations ----------------------------------------------------------------------------


def test_a_key_enters_only_after_its_words_were_compared(shop: Shop) -> None:
    page, phone = shop.invite(), Phone()
    code = phone.key_code(page)
    offered = invitations.offered(shop.home, code)
    assert (offered.name, len(offered.words)) == ("Tom", 6)

    def let_in(text: str, *, compared: bool = True) -> str:
        return refused(lambda: invitations.let_in(shop.home, shop.ana, text, compared=compared))

    assert let_in(code, compared=False) == "not_compared"
    assert [one.name for one in people.everybody(shop.home)] == ["Ana"]
    tom, _changes = invitations.let_in(shop.home, shop.ana, code, compared=True)
    assert tom.packet_key is not None
    assert tom.vouched_by == shop.ana.person.id
    assert let_in(code) == "invitation_used"
    assert let_in(Phone(2).key_code(shop.invite(), nonce=b"none")) == "invitation_unknown"
    assert let_in(Phone(2).key_code(shop.invite(), proof=b"x" * 64)) == "key_does_not_hold"
    weak = packet.Sealed(1_000, b"s" * 16, b"i" * 12, b"b" * 48)
    assert let_in(Phone(2).key_code(shop.invite(), sealed=packet.pack(weak))) == "key_does_not_hold"
    assert let_in("CR1-nothing") == "bad_code"
    assert whole(shop)
    assert refused(lambda: people.unlock(shop.home, "Tom", PASSPHRASE)) == "key_missing"


def test_a_new_key_takes_the_place_of_the_old_one(shop: Shop, far: Phone, case: CaseId) -> None:
    code = far.answer(shop.packet(case).page)
    new = Phone(2)
    shop.let_in(new.key_code(shop.invite()))
    assert refused(lambda: packets.take(shop.home, case, code)) == "packet_key_revoked"
    packets.take(shop.home, case, new.answer(shop.packet(case).page))
    assert shop.signed(case)


def test_a_packet_key_changes_nothing_about_who_is_here(shop: Shop) -> None:
    tom = shop.person("Tom")
    people.set_presence(shop.home, shop.ana, "Tom", Presence.AWAY)
    before = people.person(shop.home, "Tom")
    shop.clock.advance(days=30)
    shop.let_in(Phone().key_code(shop.invite("Tom")), by=tom)
    after = people.person(shop.home, "Tom")
    assert replace(after, packet_keys=()) == before


def test_two_invitations_of_one_new_name_make_one_person(shop: Shop) -> None:
    one, two = shop.invite("Mia"), shop.invite("Mia")
    shop.let_in(Phone(1).key_code(one))
    code = Phone(2).key_code(two)
    assert refused(lambda: shop.let_in(code)) == "name_taken"


def test_nobody_makes_a_key_in_the_name_of_somebody_who_has_one(
    shop: Shop, case: CaseId, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ana's own phone, held out as Tom's: refused, and found by whoever gets round that."""
    tom = shop.person("Tom")
    code = Phone().key_code(shop.invite("Tom"))
    assert refused(lambda: shop.let_in(code)) == "own_key_needed"
    monkeypatch.setattr(invitations, "find", lambda people, who: _keyless(find(people, who)))
    shop.let_in(code)
    found = trust.verify_journal(shop.home)
    assert isinstance(found, Broken)
    assert found.flaw is Flaw.WRONG_ACTOR
    assert not shop.signed(case)
    assert tom


def _keyless(person: Person | None) -> Person | None:
    return replace(person, keys=()) if person is not None else None


# --- by hand --------------------------------------------------------------------------------


def test_an_answer_that_nobody_signed_is_found(shop: Shop, far: Phone, case: CaseId) -> None:
    """Whoever has even the installation's key cannot put words into Tom's mouth."""
    shop.packet(case)
    with shop.home.store.read() as tx:
        known = facts.load(shop.home, tx, case)
    asked = known.facts.last(SignOffAsked)
    assert asked is not None
    record = json.dumps({"key": far.public.hex()})
    forged = SignedOff(
        request=asked.request,
        reply=asked.reply,
        revision=asked.revision,
        ticks=NEEDED,
        key_id=people.person(shop.home, "Tom").packet_keys[0].id,
        record=record,
        signature=b"x" * 64,
        by=people.person(shop.home, "Tom").id,
        at=known.now.reading,
    )
    with writing(shop.home) as ledger:
        ledger.record_from_afar(forged, case)
    found = trust.verify_journal(shop.home)
    assert isinstance(found, Broken)
    assert found.flaw is Flaw.WRONG_ACTOR
    assert not shop.signed(case)
    assert "sign_off_lapsed" in shop.kinds(case)
