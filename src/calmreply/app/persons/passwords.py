"""Own passwords in a text that everybody would read, without keeping one of them.

What was used in this run of the program is kept as a hash under a key that nobody else has and
that is gone with the run; a text is searched by the hashes of its parts.
"""

from __future__ import annotations

import hashlib
import os
import threading
from dataclasses import dataclass, field

_SHORTEST = 6
"""Shorter ones stand in every other word."""
_LONGEST_TEXT = 20_000


@dataclass(slots=True)
class Passwords:
    """Those of one home in one run. May be asked from any thread."""

    _key: bytes = field(default_factory=lambda: os.urandom(32), repr=False)
    _known: dict[int, set[bytes]] = field(default_factory=dict, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)
    _last: tuple[str, int, bool] = field(default=("", 0, False), repr=False)

    def note(self, secret: str | None) -> str | None:
        """One that was used; gives it back."""
        plain = _plain(secret or "")
        if len(plain) >= _SHORTEST:
            with self._lock:
                self._known.setdefault(len(plain), set()).add(self._hash(plain))
        return secret

    def in_text(self, text: str) -> bool:
        """Whether one of them stands in the text, however it is spaced."""
        with self._lock:
            known = {length: frozenset(hashes) for length, hashes in self._known.items()}
            count = sum(map(len, known.values()))
            if self._last[:2] == (text, count):
                return self._last[2]
        plain = _plain(text)[:_LONGEST_TEXT]
        found = any(
            self._hash(plain[start : start + length]) in hashes
            for length, hashes in known.items()
            for start in range(len(plain) - length + 1)
        )
        with self._lock:
            self._last = (text, count, found)
        return found

    def _hash(self, plain: str) -> bytes:
        return hashlib.blake2b(plain.encode("utf-8", "replace"), key=self._key).digest()


def _plain(text: str) -> str:
    return "".join(text.split())
