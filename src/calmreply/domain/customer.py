"""What we know of a customer and everybody would read: found in a text that is public.

Their mail address, their phone number, where they live, their order. Each is compared in the one
form in which it can be told apart from its spelling; what is merely alike is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from calmreply.domain.private import PrivateKind

_MAIL = re.compile(r"[^\s<>()\[\],;:\"@]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")
_PHONE = re.compile(r"(?<![\w.,])(?:\+|\(?0)?[0-9](?:[\s()/.\u2010-\u2015-]{0,2}[0-9]){6,16}(?!\w)")
_NUMBER = re.compile(r"(?<![\w.,:/-])#?([A-Za-z]{0,4}-?[0-9][0-9-]{2,14}[0-9])(?![\w:/]|[.,][0-9])")
_YEAR = re.compile(r"(?:19|20)[0-9]{2}(?:-[0-9]{2}){0,2}")
_SHORTEST_PHONE = 7
_SHORTEST_PLACE = 8


@dataclass(frozen=True, slots=True)
class Book:
    """How people are reached, in the forms that are compared; of a place also how it is written."""

    mails: frozenset[str] = frozenset()
    numbers: tuple[str, ...] = ()
    places: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Details:
    """What is known: `contacts` as somebody wrote them, `evidence` of judgements in their words.

    `others`: the contacts of everybody else.
    """

    contacts: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    others: Book = field(default=Book())


def book(contacts: Iterable[str]) -> Book:
    """Contacts as somebody wrote them: once for all the texts that are asked about."""
    every = tuple(contacts)
    return Book(
        frozenset(mail.casefold() for one in every for mail in mails(one)),
        tuple(_digits(number) for one in every for number in phones(one)),
        tuple(place for one in every for place in _places(one)),
    )


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
    for people in (book(known.contacts), known.others):
        found += _reached(text, people)
    orders = {one.casefold() for told in known.evidence for one in _orders(told)}
    found += [(PrivateKind.ORDER, one) for one in _orders(text) if one.casefold() in orders]
    return tuple(dict.fromkeys(found))


def _reached(text: str, known: Book) -> Iterator[tuple[PrivateKind, str]]:
    plain = _plain(text)
    for mail in mails(text):
        if mail.casefold() in known.mails:
            yield PrivateKind.MAIL, mail
    for number in phones(text):
        if any(_same_number(_digits(number), one) for one in known.numbers):
            yield PrivateKind.PHONE, number
    for place, written in known.places:
        if place in plain:
            yield PrivateKind.ADDRESS, written


def _digits(number: str) -> str:
    return re.sub(r"[^0-9]", "", number)


def _same_number(one: str, other: str) -> bool:
    """With a country's prefix or the zero before the area, or without either."""
    one, other = one.lstrip("0"), other.lstrip("0")
    short, long = sorted((one, other), key=len)
    return len(short) >= _SHORTEST_PHONE and long.endswith(short)


def _places(contact: str) -> Iterator[tuple[str, str]]:
    """Lines that hold words and a number, as an address does."""
    for line in re.split(r"[\n;]", contact):
        rest = _plain(_PHONE.sub(" ", _MAIL.sub(" ", line)))
        whole = len(rest) >= _SHORTEST_PLACE and re.search(r"[^\W\d]{3}", rest)
        if whole and re.search(r"\d", rest):
            yield rest, line.strip()


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[^\w]+", " ", text.casefold()).split())


def _orders(text: str) -> list[str]:
    """Numbers of four characters and more that are no year, day or time."""
    found = (match.group(1) for match in _NUMBER.finditer(text))
    return [one for one in found if not _YEAR.fullmatch(one) and len(_digits(one)) >= 4]
