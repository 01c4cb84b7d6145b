"""What somebody of the business was told by mail, and whether it went out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from calmreply.domain.moment import Reading
from calmreply.domain.people import PersonId


class About(Enum):
    """What a notice says: that somebody is asked, or that a key of somebody else is new."""

    ASKED = "asked"
    NEW_KEY = "new_key"


@dataclass(frozen=True, slots=True)
class NoticeGiven:
    """`request`: the request it tells of, or empty. `words`: why it did not go out, or empty."""

    person: PersonId
    about: About
    request: str
    account: str
    delivered: bool
    words: str
    by: PersonId
    at: Reading
