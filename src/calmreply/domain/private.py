"""Private data in a text that everybody will read: card numbers and bank accounts.

These two can be told from an ordinary number by their check digits, so they stop a public reply
instead of being mentioned as a hint.
"""

from __future__ import annotations

import re
from enum import Enum

_CARD = re.compile(r"(?<![\w-])(?:\d[ -]?){12,18}\d(?![\w-])")
_IBAN = re.compile(r"(?<!\w)[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]){11,30}(?!\w)", re.IGNORECASE)


class PrivateKind(Enum):
    CARD = "card"
    BANK_ACCOUNT = "bank_account"


def private_words(text: str) -> tuple[tuple[PrivateKind, str], ...]:
    """What in a text is a card number (Luhn) or a bank account (mod 97), as written there."""
    found: list[tuple[PrivateKind, str]] = [
        (PrivateKind.BANK_ACCOUNT, match.group())
        for match in _IBAN.finditer(text)
        if _longest_account(match.group())
    ]
    found += [
        (PrivateKind.CARD, match.group())
        for match in _CARD.finditer(text)
        if _luhn(re.sub(r"\D", "", match.group()))
        and not any(match.group() in words for _, words in found)
    ]
    return tuple(found)


def _luhn(digits: str) -> bool:
    if len(set(digits)) == 1:
        return False
    doubled = [int(d) * (2 if i % 2 else 1) for i, d in enumerate(reversed(digits))]
    return sum(n - 9 if n > 9 else n for n in doubled) % 10 == 0


def _longest_account(written: str) -> bool:
    """Whether the match, or a beginning of it that ends at a gap, is a bank account number."""
    parts = re.split(r"[ -]", written)
    return any(_mod97("".join(parts[:n])) for n in range(len(parts), 0, -1))


def _mod97(account: str) -> bool:
    account = account.upper()
    if not 15 <= len(account) <= 34:
        return False
    turned = account[4:] + account[:4]
    return int("".join(str(int(char, 36)) for char in turned)) % 97 == 1
