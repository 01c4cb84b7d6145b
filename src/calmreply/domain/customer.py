"""What we know of a customer and everybody would read: found in a text that is public.

Their mail address, their phone number, where they live, their order. Each is compared in the one
form in which it can be told apart from its spelling; what is merely alike is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from calmreply.domain.private import PrivateKind

_MAIL = re.compile(r"[^\s<>()\[\],;:\"@]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")
_PHONE = re.compile(r"(?<![\w.,])(?:\+|\(?0)?[0-9](?:[\s()/.\u2010-\u2015-]{0,2}[0-9]){6,16}(?!\w)")
_NUMBER = re.compile(r"(?<![\w.,:/-])#?([A-Za-z]{0,4}-?[0-9][0-9-]{2,14}[0-9])(?![\w:/]|[.,][0-9])")
_YEAR = re.compile(r"(?:19|20)[0-9]{2}(?:-[0-9]{2}){0,2}")
_SHORTEST_PHONE = 7
_SHORTEST_PLACE = 8


@dataclass(frozen=True, slots=True)
class Details:
    """What is known: `contacts` as somebody wrote them, `evidence` of judgements in their words."""

    contacts: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()


def mails(text: str) -> tuple[str, ...]:
    """The mail addresses in a text, as they stand there."""
    return tuple(dict.fromkeys(found.rstrip(".") for found in _MAIL.findall(text)))


def phones(text: str) -> tuple[str, ...]:
    """What may be a phone number in a text, as it stands there."""
    found = (match.group().strip() for match in _PHONE.finditer(text))
    return tuple(dict.fromkeys(one for one in found if not _YEAR.fullmatch(one)))


def customer_words(text: str, known: Details) -> tuple[tuple[PrivateKind, str], ...]:
    """What of the known details stands in the text, as it is written there."""
    found: list[tuple[PrivateKind, str]] = []
    addresses = {one.casefold() for contact in known.contacts for one in mails(contact)}
    found += [(PrivateKind.MAIL, one) for one in mails(text) if one.casefold() in addresses]
    numbers = [_digits(one) for contact in known.contacts for one in phones(contact)]
    found += [
        (PrivateKind.PHONE, one)
        for one in phones(text)
        if any(_same_number(_digits(one), number) for number in numbers)
    ]
    found += [(PrivateKind.ADDRESS, one) for one in _places(text, known.contacts)]
    orders = {one.casefold() for told in known.evidence for one in _orders(told)}
    found += [(PrivateKind.ORDER, one) for one in _orders(text) if one.casefold() in orders]
    return tuple(dict.fromkeys(found))


def _digits(number: str) -> str:
    return re.sub(r"[^0-9]", "", number)


def _same_number(one: str, other: str) -> bool:
    """With a country's prefix or the zero before the area, or without either."""
    one, other = one.lstrip("0"), other.lstrip("0")
    short, long = sorted((one, other), key=len)
    return len(short) >= _SHORTEST_PHONE and long.endswith(short)


def _places(text: str, contacts: Iterable[str]) -> list[str]:
    """Lines of contacts that hold words and a number, as an address does, and stand in the text."""
    plain = _plain(text)
    found = []
    for line in (line for contact in contacts for line in re.split(r"[\n;]", contact)):
        rest = _plain(_PHONE.sub(" ", _MAIL.sub(" ", line)))
        whole = len(rest) >= _SHORTEST_PLACE and re.search(r"[^\W\d]{3}", rest)
        if whole and re.search(r"\d", rest) and rest in plain:
            found.append(line.strip())
    return found


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[^\w]+", " ", text.casefold()).split())


def _orders(text: str) -> list[str]:
    """Numbers of four characters and more that are no year, day or time."""
    found = (match.group(1) for match in _NUMBER.finditer(text))
    return [one for one in found if not _YEAR.fullmatch(one) and len(_digits(one)) >= 4]
