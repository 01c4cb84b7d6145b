"""Passphrases and recovery codes as people type them: rules and sentences, no cryptography.

Shared by the keys adapter, its fake, and whoever shows how long a passphrase is while it is typed.
"""

from __future__ import annotations

import hashlib
import unicodedata

from calmreply.errors import KnownError
from calmreply.i18n import _, ngettext

SHORTEST = 12
"""Characters a passphrase must have."""

RECOVERY_BYTES = 16
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LOOK_ALIKES = str.maketrans("OILU", "011V")
_GROUP, _GROUPS, _CHECK_BITS = 4, 7, 12
_JOINER = "\u200d"
_SKIN_TONES = frozenset(map(chr, range(0x1F3FB, 0x1F400)))


def length(passphrase: str) -> int:
    """How many characters a person sees: an accent or a joined sign belongs to its letter."""
    seen, joined = 0, False
    for sign in unicodedata.normalize("NFC", passphrase):
        kind = unicodedata.category(sign)
        silent = kind[0] == "M" or kind in {"Cc", "Cf"} or sign in _SKIN_TONES
        seen += not (silent or joined)
        joined = sign == _JOINER
    return seen


def prepared(passphrase: str) -> bytes:
    """The bytes a key is derived from; the same however the keyboard composes its accents."""
    return unicodedata.normalize("NFC", passphrase).encode("utf-8", "surrogatepass")


def demand_length(passphrase: str) -> None:
    """Raise `passphrase_too_short` if it is."""
    seen = length(passphrase)
    if seen >= SHORTEST:
        return
    words = ngettext(
        "This passphrase has {seen} character; it needs {shortest}.",
        "This passphrase has {seen} characters; it needs {shortest}.",
        seen,
    )
    raise KnownError(
        "passphrase_too_short",
        words.format(seen=seen, shortest=SHORTEST),
        _("Take three or four words that have nothing to do with each other."),
    )


def wrong_passphrase() -> KnownError:
    return KnownError(
        "wrong_passphrase",
        _("This is not the passphrase of that person."),
        _("Type it again and mind capital letters, or restore the key with its recovery code."),
    )


def wrong_recovery_code() -> KnownError:
    return KnownError(
        "wrong_recovery_code",
        _("This is not the recovery code of that person."),
        _("Take the sheet that was printed when the key was made, and type the code once more."),
    )


def damaged_key() -> KnownError:
    return KnownError(
        "damaged_key",
        _("The stored key of that person is damaged or belongs to somebody else."),
        _("Bring back the data folder from a backup, or make a new key for that person."),
    )


def key_too_new() -> KnownError:
    return KnownError(
        "key_too_new",
        _("This key was stored by a newer CalmReply."),
        _("Install the newest CalmReply on this computer as well."),
    )


def recovery_code(secret: bytes) -> str:
    """Print 16 secret bytes as seven groups of four, the last signs a check on the others."""
    number = int.from_bytes(secret) << _CHECK_BITS | _check(secret)
    signs = [_ALPHABET[number >> 5 * place & 31] for place in reversed(range(_GROUP * _GROUPS))]
    code = "".join(signs)
    return "-".join(code[at : at + _GROUP] for at in range(0, len(code), _GROUP))


def recovery_secret(code: str) -> bytes:
    """Read a typed code back; case, spaces and dashes do not matter, nor do O for 0, I or L for 1.

    Raises `wrong_recovery_code` if a sign is missing or mistyped.
    """
    typed = unicodedata.normalize("NFKC", code).upper()
    signs = "".join(sign for sign in typed if sign.isalnum()).translate(_LOOK_ALIKES)
    if len(signs) != _GROUP * _GROUPS or any(sign not in _ALPHABET for sign in signs):
        raise wrong_recovery_code()
    number = 0
    for sign in signs:
        number = number << 5 | _ALPHABET.index(sign)
    secret = (number >> _CHECK_BITS).to_bytes(RECOVERY_BYTES)
    if number & (1 << _CHECK_BITS) - 1 != _check(secret):
        raise wrong_recovery_code()
    return secret


def _check(secret: bytes) -> int:
    digest = hashlib.sha256(b"CalmReply recovery code\n" + secret).digest()
    return int.from_bytes(digest[:2]) >> 16 - _CHECK_BITS
