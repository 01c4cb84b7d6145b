"""What a write changed; views reload just that."""

from __future__ import annotations

from dataclasses import dataclass

from calmreply.domain.mention import CaseId


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """Cases whose facts changed; whether mentions came in; whether people, sources, accounts,
    rules, the response plan did.
    """

    cases: frozenset[CaseId] = frozenset()
    mentions: bool = False
    people: bool = False
    sources: bool = False
    accounts: bool = False
    rules: bool = False
    plan: bool = False

    def __or__(self, other: ChangeSet) -> ChangeSet:
        return ChangeSet(
            self.cases | other.cases,
            self.mentions or other.mentions,
            self.people or other.people,
            self.sources or other.sources,
            self.accounts or other.accounts,
            self.rules or other.rules,
            self.plan or other.plan,
        )

    @property
    def nothing(self) -> bool:
        return self == ChangeSet()


def of_case(case: CaseId) -> ChangeSet:
    return ChangeSet(cases=frozenset({case}))
