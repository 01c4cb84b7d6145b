"""Who could be taken for somebody else, or be somebody else: names, mail, and whose hand it was.

Nothing here decides. It is shown to whoever lets somebody in and whoever asks them; and where the
rules say so (`distinct_people`), a name or mail like somebody else's lets nobody in. Who has left
counts, too: nobody comes back as a new person unseen.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum

from calmreply.domain.moment import Now
from calmreply.domain.people import Person, PersonId, latin

TODAY = timedelta(hours=24)
"""For how long it is said whose hand let somebody in."""
_LONG = 8
"""Letters from which on one that differs is easily overlooked."""
_DRAWN_ALIKE = (("rn", "m"), ("vv", "w"))
"""Two letters that stand close together look like one other."""
_ONE_OF_MANY = str.maketrans("l01345|!", "ioieasii")
"""Signs that many a typeface draws alike; each stands for all of its kind."""
_SIGNS = re.compile(r"[\W_]+")
_GOOGLE = frozenset({"googlemail.com", "gmail.com"})


class Sort(Enum):
    """`NAME` reads the same at a glance, `NEAR` has one letter else, `MAIL` ends up in one box.

    `HAND`: let in today by `other`; `NOBODY`: came in today on nobody's word.
    """

    NAME = "name"
    NEAR = "near"
    MAIL = "mail"
    HAND = "hand"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Doubt:
    """What to say about somebody, and beside whom. `NOBODY` is about themselves."""

    sort: Sort
    other: Person


def alike(one: str, other: str) -> bool:
    """Whether two names read the same at a glance.

    Case, accents, spaces, hyphens and the order of words make no difference, nor do digits for
    letters, letters of other alphabets that look Latin, or two letters that look like one.
    """
    mine, theirs = (sorted(map(_glanced, _words(name))) for name in (one, other))
    return bool(mine and theirs) and (mine == theirs or _whole(one) == _whole(other))


def near(one: str, other: str) -> bool:
    """Whether two long names differ in one letter only, or in two that changed places."""
    mine, theirs = _whole(one), _whole(other)
    return min(len(mine), len(theirs)) >= _LONG and _one_apart(mine, theirs)


def mailbox(contact: str) -> str:
    """Where a mail to this address ends up, as far as can be told; empty where it is none.

    Case makes no difference, nor do dots before the @ and whatever follows a plus: most providers
    leave them out, and nobody has two such addresses by chance.
    """
    local, at, host = contact.strip().casefold().rpartition("@")
    bare = local.partition("+")[0].replace(".", "")
    if not at or not bare or not host or " " in local + host:
        return ""
    return f"{bare}@{'gmail.com' if host in _GOOGLE else host.rstrip('.')}"


def doubts(
    people: tuple[Person, ...], name: str, mail: str, who: PersonId | None = None
) -> tuple[Doubt, ...]:
    """For whom of these people somebody of this name and mail could be taken.

    `who` is themselves, if they are here already.
    """
    box = mailbox(mail)
    found = []
    for one in people:
        if one.id == who:
            continue
        if alike(one.name, name):
            found.append(Doubt(Sort.NAME, one))
        elif near(one.name, name):
            found.append(Doubt(Sort.NEAR, one))
        if box and mailbox(one.mail) == box:
            found.append(Doubt(Sort.MAIL, one))
    return tuple(found)


def doubts_of(people: tuple[Person, ...], person: Person, now: Now) -> tuple[Doubt, ...]:
    """All there is to say about somebody who is here: likeness to whoever came in before them, and
    on their first day whose word let them in.
    """
    before = tuple(people[: next((i for i, p in enumerate(people) if p.id == person.id), 0)])
    found = doubts(before, person.name, person.mail, person.id)
    if not before or now.since(person.since).sure > TODAY:
        return found
    by = next((one for one in people if one.id == person.vouched_by), None)
    return (*found, Doubt(Sort.NOBODY, person) if by is None else Doubt(Sort.HAND, by))


def _words(name: str) -> list[str]:
    return [word for word in _SIGNS.split(_bare(name)) if word]


def _whole(name: str) -> str:
    return "".join(_glanced(word) for word in _words(name))


def _bare(name: str) -> str:
    """Without case, accents, and signs that cannot be seen."""
    plain = unicodedata.normalize("NFKD", latin(name))
    return "".join(sign for sign in plain if unicodedata.category(sign)[0] != "M")


def _glanced(word: str) -> str:
    """What is left of a word at a glance."""
    for drawn, seen in _DRAWN_ALIKE:
        word = word.replace(drawn, seen)
    return word.translate(_ONE_OF_MANY)


def _one_apart(one: str, other: str) -> bool:
    """Whether one letter more, less or another makes the one the other, or two changed places."""
    short, long = sorted((one, other), key=len)
    if short == long or len(long) - len(short) > 1:
        return False
    at = next((i for i, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    if len(short) != len(long):
        return short[at:] == long[at + 1 :]
    swapped = long[at + 1 : at + 2] + long[at : at + 1] + long[at + 2 :]
    return short[at + 1 :] == long[at + 1 :] or short[at:] == swapped
