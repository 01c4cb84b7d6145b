"""The journal's chain with real Ed25519 keys: whole, or broken at the first bad line, by name."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from calmreply.domain.journal import (
    START,
    Broken,
    Flaw,
    Key,
    Line,
    Whole,
    Written,
    admit,
    payload_hash,
    verify,
)
from calmreply.domain.people import PersonId, enrolment_words


class Pen:
    """A key pair that is made the same on every run."""

    def __init__(self, name: str, number: int = 1) -> None:
        self.name, self.key_id = name, f"{name}.{number}"
        self.private = Ed25519PrivateKey.from_private_bytes(f"{self.key_id:*^32}".encode())
        self.public = self.private.public_key().public_bytes_raw()


HOUSE, ANA, TOM, EVE = Pen("installation"), Pen("ana"), Pen("tom"), Pen("eve")


def check(public: bytes, message: bytes, signature: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


Chain = list[Written]


def add(
    chain: Chain, kind: str, payload: dict[str, Any], pen: Pen, actor: str | None = None, **how: Any
) -> Chain:
    """The chain with one line more, rightly made unless `how` says otherwise."""
    text, salt = json.dumps(payload), f"salt {len(chain)}".encode()
    line = Line(
        number=len(chain) + 1,
        before=chain[-1].line.hash if chain else START,
        kind=kind,
        case="case-1",
        subject="",
        actor=pen.name.replace("installation", "") if actor is None else actor,
        at="2026-03-03T09:00:00.000Z",
        payload_hash=payload_hash(salt, text),
        key_id=pen.key_id,
    )
    line = replace(line, **how)
    line = replace(line, signature=pen.private.sign(line.words()))
    return [*chain, Written(line, text, salt)]


def installed(chain: Chain, pen: Pen = HOUSE, signer: Pen | None = None) -> Chain:
    payload = {"key_id": pen.key_id, "public": pen.public.hex()}
    return add(chain, "installation_key", payload, signer or pen)


def enrolled(chain: Chain, pen: Pen, voucher: Pen = HOUSE, **other: Any) -> Chain:
    name = pen.name.capitalize()
    words = enrolment_words(PersonId(pen.name), name, pen.public)
    payload = {
        "person": pen.name,
        "name": name,
        "key_id": pen.key_id,
        "public": pen.public.hex(),
        "proof": pen.private.sign(words).hex(),
    }
    return add(chain, "enrolled", payload | other, voucher)


@pytest.fixture
def chain() -> Chain:
    """1 the house's key, 2 ana's, 3 tom's (let in by ana), 4 to 8 what they did."""
    made = enrolled(enrolled(installed([]), ANA), TOM, voucher=ANA)
    made = add(made, "mentions_heard", {"mentions": 1}, HOUSE)
    made = add(made, "page_read", {"by": "ana"}, ANA)
    made = add(made, "revised", {"text": "Dear Robin"}, ANA)
    made = add(made, "signed_off", {"by": "tom"}, TOM)
    return add(made, "attempt_began", {"number": 1}, HOUSE)


def head(chain: Chain) -> tuple[int, str]:
    return chain[-1].line.number, chain[-1].line.hash


def test_a_whole_chain(chain: Chain) -> None:
    assert verify(chain, check) == Whole(8, chain[-1].line.hash, erased=0)
    assert verify(chain, check, head(chain)) == Whole(8, chain[-1].line.hash, erased=0)
    assert verify(chain, check, head(chain[:5])) == Whole(8, chain[-1].line.hash, erased=0)


def test_an_empty_journal_is_whole() -> None:
    assert verify([], check) == Whole(0, START, 0)
    assert verify([], check, (0, START)) == Whole(0, START, 0)
    assert verify([], check, (3, "f" * 64)) == Broken(3, Flaw.HEAD_MISSING)


def changed(chain: Chain, at: int, /, **how: Any) -> Chain:
    """Something of a line changed in the database, by somebody who has no key."""
    return [
        replace(one, line=replace(one.line, **how)) if one.line.number == at else one
        for one in chain
    ]


def repainted(chain: Chain, number: int, **how: Any) -> Chain:
    """Payload or salt of a line changed in the database."""
    return [replace(one, **how) if one.line.number == number else one for one in chain]


def signed_by(chain: Chain, number: int, pen: Pen, **how: Any) -> Chain:
    """A line signed again by another key, the chain after it mended."""
    made: Chain = []
    for one in chain:
        line = replace(one.line, before=made[-1].line.hash if made else START)
        if line.number == number:
            line = replace(line, key_id=pen.key_id, **how)
        owner = next(p for p in (HOUSE, ANA, TOM, EVE) if p.key_id == line.key_id)
        line = replace(line, signature=owner.private.sign(line.words()))
        made.append(replace(one, line=line))
    return made


ATTACKS: list[tuple[str, Callable[[Chain], Chain], Broken]] = [
    ("payload changed", lambda c: repainted(c, 6, payload='{"text": "Hey Robin"}'),
     Broken(6, Flaw.PAYLOAD_CHANGED)),
    ("salt changed", lambda c: repainted(c, 6, salt=b"pepper"), Broken(6, Flaw.PAYLOAD_CHANGED)),
    ("payload changed and its salt erased, so that nobody compares",
     lambda c: repainted(c, 6, payload='{"text": "Hey Robin"}', salt=None),
     Broken(6, Flaw.PAYLOAD_CHANGED)),
    ("half erased", lambda c: repainted(c, 6, payload=None), Broken(6, Flaw.PAYLOAD_CHANGED)),
    ("payload and its hash changed", lambda c: changed(
        repainted(c, 6, payload="{}", salt=b""), 6, payload_hash=payload_hash(b"", "{}")),
     Broken(6, Flaw.BAD_SIGNATURE)),
    ("kind changed", lambda c: changed(c, 6, kind="judged"), Broken(6, Flaw.BAD_SIGNATURE)),
    ("case changed", lambda c: changed(c, 6, case="case-2"), Broken(6, Flaw.BAD_SIGNATURE)),
    ("subject changed", lambda c: changed(c, 6, subject="x"), Broken(6, Flaw.BAD_SIGNATURE)),
    ("time changed", lambda c: changed(c, 6, at="2026-03-03T08:00:00.000Z"),
     Broken(6, Flaw.BAD_SIGNATURE)),
    ("actor of a person's line changed", lambda c: changed(c, 6, actor="tom"),
     Broken(6, Flaw.WRONG_ACTOR)),
    ("actor of the program's line changed", lambda c: changed(c, 8, actor="tom"),
     Broken(8, Flaw.BAD_SIGNATURE)),
    ("key named otherwise", lambda c: changed(c, 6, key_id="ana.2"), Broken(6, Flaw.UNKNOWN_KEY)),
    ("signature changed", lambda c: changed(c, 6, signature=b"\0" * 64),
     Broken(6, Flaw.BAD_SIGNATURE)),
    ("number changed", lambda c: changed(c, 6, number=7), Broken(6, Flaw.OUT_OF_ORDER)),
    ("link changed", lambda c: changed(c, 6, before="0" * 64), Broken(6, Flaw.CHAIN_BROKEN)),
    ("a line taken out", lambda c: [*c[:5], *c[6:]], Broken(6, Flaw.OUT_OF_ORDER)),
    ("a line taken out, numbers mended", lambda c: [
        *c[:5], *(replace(one, line=replace(one.line, number=one.line.number - 1)) for one in c[6:])
     ], Broken(6, Flaw.CHAIN_BROKEN)),
    ("the first line taken out", lambda c: c[1:], Broken(1, Flaw.OUT_OF_ORDER)),
    ("two lines swapped", lambda c: [*c[:4], c[5], c[4], *c[6:]], Broken(5, Flaw.OUT_OF_ORDER)),
    ("a line twice", lambda c: [*c[:5], c[4], *c[5:]], Broken(6, Flaw.OUT_OF_ORDER)),
    ("signed again by a key that nobody knows", lambda c: signed_by(c, 6, EVE),
     Broken(6, Flaw.UNKNOWN_KEY)),
    ("signed by one person's key as another", lambda c: signed_by(c, 6, TOM),
     Broken(6, Flaw.WRONG_ACTOR)),
    ("a person's key signs for the program", lambda c: signed_by(c, 8, ANA),
     Broken(8, Flaw.WRONG_ACTOR)),
    ("a key before it was let in", lambda c: [*c[:2], *add(c[:2], "page_read", {}, TOM)[2:]],
     Broken(3, Flaw.UNKNOWN_KEY)),
    ("somebody lets themselves in", lambda c: enrolled(c, EVE, voucher=EVE),
     Broken(9, Flaw.UNKNOWN_KEY)),
    ("somebody lets themselves in as the house", lambda c: add(
        c, "enrolled", {"person": "", "name": "", "key_id": EVE.key_id, "public": EVE.public.hex(),
                        "proof": ""}, EVE), Broken(9, Flaw.UNKNOWN_KEY)),
    ("a key enters that its owner does not hold",
     lambda c: enrolled(c, EVE, voucher=ANA, public=TOM.public.hex()),
     Broken(9, Flaw.BAD_SIGNATURE)),
    ("a proof for another name", lambda c: enrolled(c, EVE, voucher=ANA, name="Tom"),
     Broken(9, Flaw.BAD_SIGNATURE)),
    ("no proof", lambda c: enrolled(c, EVE, voucher=ANA, proof="zz"),
     Broken(9, Flaw.BAD_SIGNATURE)),
    ("a name that cannot be written", lambda c: enrolled(c, EVE, voucher=ANA, name="\ud800"),
     Broken(9, Flaw.BAD_SIGNATURE)),
    ("the house's line signed by another key than it brings",
     lambda c: installed(c, Pen("installation", 2), signer=EVE), Broken(9, Flaw.UNKNOWN_KEY)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("attack", "wanted"), [pytest.param(*row[1:], id=row[0]) for row in ATTACKS]
)
def test_the_first_bad_line_is_named(
    chain: Chain, attack: Callable[[Chain], Chain], wanted: Broken
) -> None:
    assert verify(attack(chain), check) == wanted


@pytest.mark.parametrize("left", range(8))
def test_a_tail_cut_off_is_noticed_by_the_kept_head(chain: Chain, left: int) -> None:
    assert verify(chain[:left], check, head(chain)) == Broken(8, Flaw.HEAD_MISSING)


def test_a_whole_other_chain_is_noticed_by_the_kept_head(chain: Chain) -> None:
    other = installed([], EVE)
    for _ in range(9):
        other = add(other, "page_read", {}, EVE, actor="")
    assert isinstance(verify(other, check), Whole)
    assert verify(other, check, head(chain)) == Broken(8, Flaw.HEAD_MISSING)


def test_a_forgotten_person_s_payloads_are_gone_and_the_chain_still_holds(chain: Chain) -> None:
    forgotten = repainted(repainted(chain, 6, payload=None, salt=None), 4, payload=None, salt=None)
    assert verify(forgotten, check, head(chain)) == Whole(8, chain[-1].line.hash, erased=2)
    assert forgotten[5].data() is None
    assert chain[5].data() == {"text": "Dear Robin"}


def test_a_lost_keyring_brings_a_new_key_of_the_house_and_that_is_told(chain: Chain) -> None:
    new = Pen("installation", 2)
    later = add(installed(chain, new), "attempt_ended", {}, new)
    assert verify(later, check, head(chain)) == Whole(10, later[-1].line.hash, 0, own_word=(9,))
    vouched = installed(chain, new, signer=ANA)
    assert verify(vouched, check) == Whole(9, vouched[-1].line.hash, 0)


def test_a_new_key_of_a_person_counts_beside_the_old_one(chain: Chain) -> None:
    new = Pen("ana", 2)
    later = add(enrolled(chain, new, voucher=TOM), "page_read", {}, new)
    later = add(later, "page_read", {}, ANA)
    assert isinstance(verify(later, check), Whole)


def test_a_key_id_keeps_its_first_meaning(chain: Chain) -> None:
    """Even somebody with a key cannot put another one in the place of tom's."""
    taken = enrolled(chain, EVE, voucher=ANA, key_id=TOM.key_id)
    forged = add(taken, "signed_off", {"by": "tom"}, EVE, actor="tom", key_id=TOM.key_id)
    assert verify(forged, check) == Broken(10, Flaw.BAD_SIGNATURE)


@pytest.mark.parametrize(
    "payload", [{}, {"key_id": "x.1"}, {"key_id": "x.1", "public": "zz"}, {"public": 7}]
)
@pytest.mark.parametrize("kind", ["enrolled", "installation_key"])
def test_a_key_line_that_cannot_be_read_brings_no_key(
    chain: Chain, kind: str, payload: dict[str, Any]
) -> None:
    assert verify(add(chain, kind, payload, EVE), check) == Broken(9, Flaw.UNKNOWN_KEY)
    assert isinstance(verify(add(chain, kind, payload, ANA), check), Whole)


def test_keys_can_be_gathered_from_the_key_lines_alone(chain: Chain) -> None:
    keys: dict[str, Key] = {}
    for written in [*chain[:3], *enrolled(chain, EVE, voucher=EVE)[-1:]]:
        admit(keys, written, check)
    assert keys == {
        HOUSE.key_id: Key("", HOUSE.public),
        ANA.key_id: Key("ana", ANA.public),
        TOM.key_id: Key("tom", TOM.public),
    }


@given(st.data())
def test_no_single_byte_of_any_line_can_change_unnoticed(data: st.DataObject) -> None:
    chain = enrolled(installed([]), ANA)
    chain = add(add(chain, "revised", {"text": "Dear Robin"}, ANA), "settled", {}, HOUSE)
    number = data.draw(st.integers(1, len(chain)))
    line = chain[number - 1].line
    name = data.draw(st.sampled_from(sorted(line.__slots__)))
    old = getattr(line, name)
    new = data.draw(
        {int: st.integers(0, 99), str: st.text(max_size=9), bytes: st.binary(max_size=64)}[
            type(old)
        ].filter(lambda new: new != old)
    )
    found = verify(changed(chain, number, **{name: new}), check)
    assert isinstance(found, Broken)
    assert found.number == number
