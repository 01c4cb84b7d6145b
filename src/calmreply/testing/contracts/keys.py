"""What every `app.ports.Keys` must do."""
# A contract suite is made of assertions:
# ruff: noqa: S101

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from calmreply.app.persons.passphrases import SHORTEST
from calmreply.errors import KnownError
from calmreply.testing.secrets import FakeSecrets

if TYPE_CHECKING:
    from collections.abc import Callable

    from calmreply.app.ports import Keys, SealedKey, Secrets

WORDS = "umbrella kettle Thursday"
OTHER = "seven quiet lanterns"


def code_of(act: Callable[..., object], *words: object) -> str | None:
    """The code of the KnownError that `act(*words)` raises, or None if it raises none."""
    try:
        act(*words)
    except KnownError as error:
        return error.code if error.words and error.way_out else "without words"
    return None


def turned(data: bytes, at: int) -> bytes:
    """`data` with one bit the other way at byte `at`."""
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


class KeysContract:
    """Subclass it and say how to make keys for one start of the program."""

    def make(self, secrets: Secrets, home: str = "home") -> Keys:
        raise NotImplementedError

    def test_what_an_unlocked_key_signs_verifies_and_nothing_else_does(self) -> None:
        keys = self.make(FakeSecrets())
        key, _code = keys.enrol("anna", 1, WORDS)
        signer = keys.unlock(key, WORDS)
        signature = signer.sign(b"the words")
        assert (signer.key_id, signer.public) == (key.id, key.public)
        assert (len(key.public), len(signature)) == (32, 64)
        assert keys.verify(key.public, b"the words", signature)
        assert not keys.verify(key.public, b"other words", signature)
        assert not keys.verify(key.public, b"the words", turned(signature, 40))
        other, _code = keys.enrol("anna", 2, WORDS)
        assert other.public != key.public
        assert other.id != key.id
        assert not keys.verify(other.public, b"the words", signature)
        for broken in (b"", signature[:-1], signature + b"\0"):
            assert not keys.verify(key.public, b"the words", broken)
        for nobody in (b"", key.public[:-1], bytes(32)):
            assert not keys.verify(nobody, b"the words", signature)

    def test_only_the_right_passphrase_unlocks(self) -> None:
        keys = self.make(FakeSecrets())
        key, _code = keys.enrol("anna", 1, WORDS)
        for wrong in (OTHER, WORDS.upper(), WORDS + " ", ""):
            assert code_of(keys.unlock, key, wrong) == "wrong_passphrase"

    def test_the_form_in_which_a_keyboard_writes_accents_does_not_matter(self) -> None:
        keys = self.make(FakeSecrets())
        key, _code = keys.enrol("anna", 1, "f\u00fcnf M\u00f6wen \u00fcber See")
        assert keys.unlock(key, "fu\u0308nf Mo\u0308wen u\u0308ber See").key_id == key.id

    def test_a_passphrase_is_counted_as_it_is_seen(self) -> None:
        """Eleven letters stay eleven, however many accents are piled upon them."""
        keys = self.make(FakeSecrets())
        short = "e\u0301\u0323" * (SHORTEST - 1)
        assert code_of(keys.enrol, "anna", 1, short) == "passphrase_too_short"
        key, recovery = keys.enrol("anna", 1, short + "x")
        assert keys.unlock(key, short + "x").key_id == key.id
        too_short = code_of(keys.restore, key, recovery, short)
        assert too_short == "passphrase_too_short"

    def test_the_recovery_code_gives_the_same_key_under_a_new_passphrase(self) -> None:
        keys = self.make(FakeSecrets())
        key, recovery = keys.enrol("anna", 1, WORDS)
        signature = keys.unlock(key, WORDS).sign(b"before")
        typed = recovery.lower().replace("-", " ").replace("0", "o").replace("1", "l")
        restored = keys.restore(key, f"  {typed}\n", OTHER)
        assert (restored.id, restored.public) == (key.id, key.public)
        assert keys.unlock(restored, OTHER).sign(b"before") == signature
        assert code_of(keys.unlock, restored, WORDS) == "wrong_passphrase"
        assert keys.unlock(key, WORDS).key_id == key.id
        again = keys.restore(restored, recovery, WORDS)
        assert keys.unlock(again, WORDS).key_id == key.id

    def test_another_passphrase_keeps_the_key_and_its_recovery_code(self) -> None:
        keys = self.make(FakeSecrets())
        key, recovery = keys.enrol("anna", 3, WORDS)
        signature = keys.unlock(key, WORDS).sign(b"before")
        changed = keys.rewrap(key, WORDS, OTHER)
        assert (changed.id, changed.version, changed.recovery) == (key.id, 3, key.recovery)
        assert changed.sealed != key.sealed
        assert keys.unlock(changed, OTHER).sign(b"before") == signature
        assert code_of(keys.unlock, changed, WORDS) == "wrong_passphrase"
        assert code_of(keys.rewrap, changed, WORDS, OTHER) == "wrong_passphrase"
        assert code_of(keys.rewrap, changed, OTHER, "short") == "passphrase_too_short"
        damaged = replace(changed, person="ben")
        assert code_of(keys.rewrap, damaged, OTHER, WORDS) == "damaged_key"
        again = keys.restore(changed, recovery, WORDS)
        assert keys.unlock(again, WORDS).key_id == key.id

    def test_a_wrong_recovery_code_restores_nothing(self) -> None:
        keys = self.make(FakeSecrets())
        key, recovery = keys.enrol("anna", 1, WORDS)
        _key, somebody_elses = keys.enrol("ben", 1, WORDS)
        swapped = recovery[:-1] + ("2" if recovery[-1] != "2" else "3")
        for wrong in (somebody_elses, swapped, recovery[:-1], recovery + "2", "", "é" * 28):
            code = code_of(keys.restore, key, wrong, OTHER)
            assert code == "wrong_recovery_code"

    def test_a_damaged_or_borrowed_key_says_so(self) -> None:
        keys = self.make(FakeSecrets())
        key, recovery = keys.enrol("anna", 1, WORDS)
        other, _code = keys.enrol("ben", 1, WORDS)
        bad: list[SealedKey] = [
            replace(key, sealed=b""),
            replace(key, sealed=key.sealed[:-1]),
            replace(key, sealed=key.recovery + b"\0"),
            replace(key, person="ben"),
            replace(key, version=2),
            replace(key, public=other.public),
            replace(other, sealed=key.sealed),
        ]
        last = len(key.sealed) - 1
        bad += [replace(key, sealed=turned(key.sealed, at)) for at in (0, last // 2, last)]
        for damaged in bad:
            assert code_of(keys.unlock, damaged, WORDS) == "damaged_key"
        half = replace(key, recovery=turned(key.recovery, last // 2))
        assert code_of(keys.restore, half, recovery, OTHER) == "damaged_key"
        assert keys.unlock(half, WORDS).key_id == key.id

    def test_the_installation_keeps_its_key_as_long_as_secrets_keep(self) -> None:
        secrets = FakeSecrets()
        keys = self.make(secrets)
        signer = keys.installation()
        assert signer.key_id.startswith("installation.")
        assert keys.verify(signer.public, b"line", signer.sign(b"line"))
        assert keys.installation().key_id == signer.key_id
        assert self.make(secrets).installation().public == signer.public
        assert self.make(secrets, "another-home").installation().public != signer.public
        assert all("home" in name for name in secrets.names())
        secrets.lose()
        anew = self.make(secrets).installation()
        assert anew.public != signer.public
        assert self.make(secrets).installation().public == anew.public

    def test_an_unreadable_installation_key_is_made_anew(self) -> None:
        secrets = FakeSecrets()
        was = self.make(secrets).installation()
        (name,) = secrets.names()
        for broken in ("", "nonsense", (secrets.get(name) or "")[:-2], "é:é:é"):
            secrets.set(name, broken)
            anew = self.make(secrets).installation()
            assert anew.public != was.public
            assert self.make(secrets).installation().public == anew.public
