"""Ids, nonces and salts that come out the same on every run."""

from __future__ import annotations

import hashlib
import threading

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_COUNTED, _LENGTH = 6, 26


class CountingEntropy:
    """`app.ports.Entropy`, decided by `seed` alone. Tokens sort in the order they were given.

    Not secret in any way: for tests and the rehearsal only.
    """

    def __init__(self, seed: int | str = 0) -> None:
        self._seed = str(seed).encode()
        self._lock = threading.Lock()
        self._given = 0

    def token(self) -> str:
        number = self._next()
        digits = [_ALPHABET[(number >> 5 * place) & 31] for place in reversed(range(_COUNTED))]
        tail = [_ALPHABET[byte & 31] for byte in self._bytes(number, _LENGTH - _COUNTED)]
        return "".join(digits + tail)

    def random(self, size: int) -> bytes:
        return self._bytes(self._next(), size)

    def _next(self) -> int:
        with self._lock:
            self._given += 1
            return self._given

    def _bytes(self, number: int, size: int) -> bytes:
        return hashlib.shake_256(b"%s:%d" % (self._seed, number)).digest(size)
