"""The port of words that did not reach the team's database; `app.teamwork.kept_words` uses it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from calmreply.domain.mention import CaseId
from calmreply.domain.people import PersonId


@dataclass(frozen=True, slots=True)
class KeptWords:
    """What somebody wrote in a case, and when it was kept (UTC)."""

    case: CaseId
    person: PersonId
    text: str
    subject: str
    at: datetime

    @property
    def typed(self) -> tuple[str, str]:
        return self.text, self.subject


class WordsKept(Protocol):
    """Where they lie. Any thread may call it."""

    def keep(self, words: KeptWords) -> None:
        """In place of what was kept of that case and person. Raises KnownError `cannot_write`."""
        ...

    def of(self, case: CaseId, person: PersonId) -> KeptWords | None: ...

    def drop(self, case: CaseId, person: PersonId) -> None: ...


class NoWordsKept:
    """For a home that lies where its words do: there is nothing to bridge."""

    def keep(self, words: KeptWords) -> None:
        del words

    def of(self, case: CaseId, person: PersonId) -> KeptWords | None:
        del case, person
        return None

    def drop(self, case: CaseId, person: PersonId) -> None:
        del case, person
