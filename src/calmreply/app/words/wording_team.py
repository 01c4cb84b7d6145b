"""Sentences about a team's home: how a server proves itself, and what was found there."""

from __future__ import annotations

from typing import assert_never

from calmreply.app.teamwork.team import Looked, Proof, TeamAddress
from calmreply.i18n import _, ngettext


def looked(address: TeamAddress, found: Looked) -> list[str]:
    """What is right there, and then what is wrong all the same."""
    if found.people:
        words = ngettext(
            "The team's home is there, with {n} person, and {user} may work in it.",
            "The team's home is there, with {n} people, and {user} may work in it.",
            found.people,
        )
    else:
        words = _("The team's home is there, still empty, and {user} may work in it.")
    return [words.format(n=found.people, user=address.user), *found.warnings]


def proof(way: Proof) -> str:
    """How the server shows who it is, as an answer to that question."""
    match way:
        case "verify-full":
            return _("By a certificate with its own name")
        case "verify-ca":
            return _("By a certificate of ours, whatever its name")
        case "require":
            return _("Not at all, only encrypted")
        case "disable":
            return _("Not at all, and nothing is encrypted")
        case _:
            assert_never(way)


def doubt(way: Proof) -> str:
    """What is to be said against it; empty for the safe ways."""
    match way:
        case "verify-full" | "verify-ca":
            return ""
        case "require":
            return _("Somebody between you and the server could pretend to be it.")
        case "disable":
            return _("Anybody on the way could read everything. For this computer itself only.")
        case _:
            assert_never(way)


def lies(address: TeamAddress) -> str:
    """Where a team's home lies."""
    return _("This home lies on {host}, in the database {name}.").format(
        host=address.host, name=address.database
    )
