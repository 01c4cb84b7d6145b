"""Ids, nonces and salts from the system's random numbers (the standard library's `secrets`)."""

from __future__ import annotations

import secrets

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
"""Digits and letters without i, l, o and u: an id that is read out loud stays itself."""
_LENGTH = 26


class SystemEntropy:
    """`app.ports.Entropy` of the operating system."""

    def token(self) -> str:
        """A new id of 130 random bits."""
        return "".join(_ALPHABET[byte & 31] for byte in secrets.token_bytes(_LENGTH))

    def random(self, size: int) -> bytes:
        return secrets.token_bytes(size)
