"""The contract of keys over the real thing and the fake, and what only the real one has."""

from __future__ import annotations

import hashlib
import struct
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from calmreply.adapters import keys as adapter
from calmreply.adapters.entropy import SystemEntropy
from calmreply.adapters.keys import Cost, EdKeys
from calmreply.app.persons import passphrases
from calmreply.testing.contracts import keys as contract
from calmreply.testing.contracts.keys import OTHER, WORDS, code_of, turned
from calmreply.testing.entropy import CountingEntropy
from calmreply.testing.keys import FastKeys
from calmreply.testing.secrets import FakeSecrets

if TYPE_CHECKING:
    from calmreply.app.ports import Keys, SealedKey, Secrets

CHEAP = Cost(memory=64, passes=1, lanes=1)


class TestEdKeys(contract.KeysContract):
    def make(self, secrets: Secrets, home: str = "home") -> Keys:
        return EdKeys(SystemEntropy(), secrets, home, cost=CHEAP)


class TestFastKeys(contract.KeysContract):
    entropy = CountingEntropy("contract")

    def make(self, secrets: Secrets, home: str = "home") -> Keys:
        return FastKeys(self.entropy, secrets, home)


def _cheap() -> EdKeys:
    return EdKeys(CountingEntropy(7), FakeSecrets(), "home", cost=CHEAP)


def test_a_guess_costs_what_the_product_promises_and_old_costs_stay_readable() -> None:
    """64 MiB, three passes, four lanes; a key sealed at another cost opens all the same."""
    strict = EdKeys(SystemEntropy(), FakeSecrets(), "home")
    key, _code = strict.enrol("anna", 1, WORDS)
    magic, written, purpose, *cost = struct.unpack_from(">4sBBIIB", key.sealed)
    assert (magic, written, purpose, cost) == (b"CRKY", 1, 1, [64 * 1024, 3, 4])
    assert _cheap().unlock(key, WORDS).public == key.public


def test_ed25519_as_everybody_else_understands_it() -> None:
    keys = _cheap()
    key, _code = keys.enrol("anna", 1, WORDS)
    signature = keys.unlock(key, WORDS).sign(b"message")
    Ed25519PublicKey.from_public_bytes(key.public).verify(signature, b"message")


def test_nothing_secret_stands_in_the_sealed_key_or_in_what_is_shown() -> None:
    entropy = CountingEntropy(7)
    secret = entropy.random(32)
    keys = _cheap()
    key, code = keys.enrol("anna", 1, WORDS)
    assert keys.unlock(key, WORDS).public == key.public
    everything = key.sealed + key.recovery + repr((key, keys.unlock(key, WORDS))).encode()
    assert secret not in everything
    assert secret.hex().encode() not in everything
    assert passphrases.recovery_secret(code) not in everything


def _forged(key: SealedKey, sealed: bytes, **changes: object) -> SealedKey:
    """`sealed` given to `key`, its check made good again: by somebody who knows the format."""
    owner = replace(key, **changes)  # type: ignore[arg-type]  # any field
    words = owner.public + struct.pack(">Q", owner.version) + owner.person.encode()
    check = hashlib.sha256(b"CalmReply check\n" + sealed[:-8] + words).digest()[:8]
    return replace(owner, sealed=sealed[:-8] + check)


@pytest.mark.parametrize("at", [6, 10, 15, 30, 43, 60])
def test_sealed_bytes_changed_with_care_open_for_nobody(at: int) -> None:
    """The cheaper cost, another salt or nonce, another ciphertext: authenticated, all of it."""
    keys = _cheap()
    key, _code = keys.enrol("anna", 1, WORDS)
    forged = _forged(key, turned(key.sealed, at))
    assert code_of(keys.unlock, forged, WORDS) in {"wrong_passphrase", "damaged_key"}


def test_sealed_bytes_work_for_one_person_one_version_and_one_purpose() -> None:
    keys = _cheap()
    key, recovery = keys.enrol("anna", 1, WORDS)
    assert keys.unlock(_forged(key, key.sealed), WORDS).public == key.public
    for changes in ({"person": "ben"}, {"version": 2}):
        borrowed = _forged(key, key.sealed, **changes)
        assert code_of(keys.unlock, borrowed, WORDS) == "wrong_passphrase"
    swapped = replace(key, sealed=key.recovery, recovery=key.sealed)
    assert code_of(keys.unlock, swapped, WORDS) == "damaged_key"
    assert code_of(keys.restore, swapped, recovery, OTHER) == "damaged_key"


def test_a_key_of_a_newer_format_asks_for_a_newer_program() -> None:
    keys = _cheap()
    key, _code = keys.enrol("anna", 1, WORDS)
    newer = replace(key, sealed=key.sealed[:4] + b"\2" + b"whatever comes then")
    assert code_of(keys.unlock, newer, WORDS) == "key_too_new"


def test_a_damaged_key_cannot_ask_for_all_the_memory_there_is() -> None:
    keys = _cheap()
    key, _code = keys.enrol("anna", 1, WORDS)
    for cost in ((2**32 - 1, 1, 1), (64, 2**32 - 1, 1), (64, 1, 255), (0, 0, 0), (8, 1, 4)):
        greedy = key.sealed[:6] + struct.pack(">IIB", *cost) + key.sealed[15:]
        damaged = _forged(key, greedy)
        assert code_of(keys.unlock, damaged, WORDS) == "damaged_key"


def test_too_little_memory_is_a_known_error(monkeypatch: pytest.MonkeyPatch) -> None:
    class Argon:
        def __init__(self, **_cost: object) -> None: ...

        def derive(self, _words: bytes) -> bytes:
            raise MemoryError

    monkeypatch.setattr(adapter, "Argon2id", Argon)
    assert code_of(_cheap().enrol, "anna", 1, WORDS) == "not_enough_memory"


def test_a_public_half_that_fits_every_message_is_refused() -> None:
    """Under these points a fixed signature verifies for many messages or for all."""
    p, root = 2**255 - 19, pow(2, (2**255 - 20) // 4, 2**255 - 19)
    assert root * root % p == p - 1
    everything = (1).to_bytes(32, "little") + bytes(32)
    Ed25519PublicKey.from_public_bytes(everything[:32]).verify(everything, b"any message")
    d = -121665 * pow(121666, -1, p) % p
    eighth = next(
        y
        for sign in (1, -1)
        for y2 in [(-1 + sign * _root(1 + d, p)) * pow(d, -1, p) % p]
        if (y := _root(y2, p)) * y % p == y2
    )
    for y in (1, p - 1, 0, eighth, p - eighth, p + 1, p):
        for side in (0, 1 << 255):
            public = (y | side).to_bytes(32, "little")
            assert adapter._fits_everything(public)
            assert not any(
                _cheap().verify(public, b"message %d" % n, everything) for n in range(16)
            )


def _root(square: int, p: int) -> int:
    """A square root modulo p = 5 (mod 8), if there is one."""
    root = pow(square, (p + 3) // 8, p)
    return root if root * root % p == square % p else root * pow(2, (p - 1) // 4, p) % p


def test_one_installation_key_however_many_threads_ask_first() -> None:
    secrets = FakeSecrets()
    keys = EdKeys(SystemEntropy(), secrets, "home", cost=CHEAP)
    with ThreadPoolExecutor(4) as pool:
        ids = set(pool.map(lambda _n: keys.installation().key_id, range(16)))
    assert ids == {EdKeys(SystemEntropy(), secrets, "home").installation().key_id}


def test_of_two_first_starts_at_once_both_use_the_key_that_was_kept() -> None:
    """The other process writes between our look and our write, and then we read what it wrote."""
    other = FakeSecrets()
    theirs = EdKeys(SystemEntropy(), other, "home").installation()

    class Overtaken(FakeSecrets):
        def set(self, name: str, value: str) -> None:
            super().set(name, other.get(name) or value)

    assert EdKeys(SystemEntropy(), Overtaken(), "home").installation().public == theirs.public


def test_where_nothing_keeps_each_start_has_its_own_installation_key() -> None:
    one, two = FakeSecrets(keeps=False), FakeSecrets(keeps=False)
    first = EdKeys(SystemEntropy(), one, "home").installation()
    assert EdKeys(SystemEntropy(), two, "home").installation().public != first.public


# --- what people type ------------------------------------------------------------------------


@given(st.binary(min_size=16, max_size=16))
def test_recovery_codes_survive_paper(secret: bytes) -> None:
    code = passphrases.recovery_code(secret)
    assert [len(group) for group in code.split("-")] == [4] * 7
    wide = "".join(chr(ord(sign) + 0xFEE0) if sign != "-" else " \u2013 " for sign in code)
    for typed in (code, code.lower(), wide, code.replace("1", "I").replace("V", "u")):
        assert passphrases.recovery_secret(typed) == secret


def test_a_slip_of_the_pen_is_caught_before_anything_is_tried() -> None:
    """The check lets one slip in 4,096 through; the seal itself then refuses it."""
    code = passphrases.recovery_code(bytes(range(16))).replace("-", "")
    slips = [
        code[:at] + other + code[at + 1 :]
        for at in range(len(code))
        for other in "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
        if other != code[at]
    ]
    slips += [code[:at] + code[at + 1] + code[at] + code[at + 2 :] for at in range(len(code) - 1)]
    caught = [code_of(passphrases.recovery_secret, slip) for slip in slips if slip != code]
    assert caught.count("wrong_recovery_code") >= len(caught) - 3


@pytest.mark.parametrize(
    ("passphrase", "seen"),
    [
        ("", 0),
        ("plain words", 11),
        ("^`~\u00b4", 4),
        ("e\u0301", 1),
        ("\u1100\u1161\u11a8", 1),
        ("\u0915\u094d\u0937\u093f", 2),
        ("a\u200b\u200e\x00b", 2),
        ("\U0001f469\u200d\U0001f373", 1),
        ("\U0001f44d\U0001f3fd", 1),
        ("\u2764\ufe0f", 1),
    ],
)
def test_length_is_what_the_person_sees(passphrase: str, seen: int) -> None:
    assert passphrases.length(passphrase) == seen


@given(st.text())
def test_any_text_at_all_may_be_a_passphrase(passphrase: str) -> None:
    enough = passphrases.length(passphrase) >= passphrases.SHORTEST
    refused = code_of(FastKeys().enrol, "anna", 1, passphrase)
    assert refused == (None if enough else "passphrase_too_short")
    assert passphrases.prepared(passphrase) == passphrases.prepared(
        unicodedata.normalize("NFD", passphrase)
    )
