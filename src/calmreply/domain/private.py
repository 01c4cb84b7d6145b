"""Private data in a text that everybody will read: card numbers and bank accounts.

These two can be told from an ordinary number by their check digits, so they stop a public reply
instead of being mentioned as a hint.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum

_GAP = "[\\s.\u00ad\u200b\u2010-\u2015\u2060\ufeff-]?"
"""What may stand between two digits: a space or line end, a dot, a dash, something invisible."""

_DIGITS = re.compile(rf"(?<!\w)[0-9](?:{_GAP}[0-9])*(?!\w)")
_ACCOUNT = re.compile(rf"(?<!\w)([A-Za-z]{{2}}){_GAP}[0-9]{_GAP}[0-9]")
_CARD_LENGTHS = range(13, 20)
_CARD_GROUPS = ((4, 4, 4, 4), (4, 4, 4, 4, 3), (4, 6, 5), (4, 6, 4), (4, 3, 3, 3))
_MOST_GROUPS = max(map(len, _CARD_GROUPS))

_ACCOUNT_LENGTHS = """
    AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27
    DK18 DO28 EE20 EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28
    IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22
    MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24
    SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30
"""
"""How long an international bank account number of each country is (ISO 13616)."""
_LENGTH_OF = {entry[:2]: int(entry[2:]) for entry in _ACCOUNT_LENGTHS.split()}


class PrivateKind(Enum):
    """`MAIL` to `ORDER` are a known customer's, see `customer`; `PASSWORD` is one of our own."""

    CARD = "card"
    BANK_ACCOUNT = "bank_account"
    MAIL = "mail"
    PHONE = "phone"
    ADDRESS = "address"
    ORDER = "order"
    PASSWORD = "password"  # noqa: S105 - a kind of words, and no password


def private_words(text: str) -> tuple[tuple[PrivateKind, str], ...]:
    """What in a text is a card number (Luhn) or a bank account (mod 97), as written there."""
    accounts = [*_accounts(text)]
    found = [(PrivateKind.BANK_ACCOUNT, text[start:end]) for start, end in accounts]
    for start, end in _cards(text):
        if not any(start < last and first < end for first, last in accounts):
            found.append((PrivateKind.CARD, text[start:end]))
    return tuple(found)


def _accounts(text: str) -> Iterator[tuple[int, int]]:
    for begin in _ACCOUNT.finditer(text):
        length = _LENGTH_OF.get(begin.group(1).upper())
        if length is None:
            continue
        pattern = re.compile(rf"[A-Za-z0-9](?:{_GAP}[A-Za-z0-9]){{{length - 1}}}(?!\w)")
        match = pattern.match(text, begin.start())
        if match and _mod97(re.sub(r"[^A-Za-z0-9]", "", match.group())):
            yield match.span()


def _cards(text: str) -> Iterator[tuple[int, int]]:
    """A number that is a card as a whole, or the card among several numbers in a row."""
    for run in _DIGITS.finditer(text):
        groups = [*re.finditer("[0-9]+", run.group())]
        whole = "".join(group.group() for group in groups)
        phone = whole.startswith("0") or text[run.start() - 1 : run.start()] == "+"
        if not phone and len(whole) in _CARD_LENGTHS and _luhn(whole):
            yield run.span()
            continue
        for first in range(len(groups)):
            for last in range(first, min(first + _MOST_GROUPS, len(groups))):
                if _looks_like_card([group.group() for group in groups[first : last + 1]]):
                    yield run.start() + groups[first].start(), run.start() + groups[last].end()


def _looks_like_card(groups: list[str]) -> bool:
    digits = "".join(groups)
    usual = len(groups) == 1 or tuple(map(len, groups)) in _CARD_GROUPS
    return usual and len(digits) in _CARD_LENGTHS and digits[0] in "23456" and _luhn(digits)


def _luhn(digits: str) -> bool:
    if len(set(digits)) == 1:
        return False
    doubled = [int(d) * (2 if i % 2 else 1) for i, d in enumerate(reversed(digits))]
    return sum(n - 9 if n > 9 else n for n in doubled) % 10 == 0


def _mod97(account: str) -> bool:
    turned = account[4:] + account[:4]
    return int("".join(str(int(char, 36)) for char in turned)) % 97 == 1
