"""Which computers of a team keep the secret of which account: only those answer and read by it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from calmreply.domain.moment import Reading


@dataclass(frozen=True, slots=True)
class SecretKept:
    """A computer says that it has the secret of an account now. `name` is what people call it."""

    account: str
    computer: str
    name: str
    at: Reading


@dataclass(frozen=True, slots=True)
class SecretDropped:
    """It has it no longer."""

    account: str
    computer: str
    at: Reading


Keepers = Mapping[str, Mapping[str, str]]
"""For each account the computers that keep its secret, by their ids, with their names."""


def keepers(facts: Iterable[object]) -> Keepers:
    """As the last word of each computer on each account has it."""
    found: dict[str, dict[str, str]] = {}
    for fact in facts:
        match fact:
            case SecretKept(account=account, computer=computer, name=name):
                found.setdefault(account, {})[computer] = name
            case SecretDropped(account=account, computer=computer):
                found.get(account, {}).pop(computer, None)
            case _:
                continue
    return found
