"""A home with everything the use cases need, and whoever acts in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from calmreply.app.persons.passwords import Passwords
from calmreply.app.ports import Apart, Clock, Entropy, FeedReader, Keys, Secrets, Signer, Web
from calmreply.app.ports.channels import Channel
from calmreply.app.ports.listeners import Listener
from calmreply.app.ports.notice_port import NoNotices, Notices
from calmreply.app.ports.storage import Store
from calmreply.app.ports.vault import NoVault, Vault
from calmreply.app.ports.words_kept import NoWordsKept, WordsKept
from calmreply.app.teamwork.computer import HERE, Computer
from calmreply.app.teamwork.team import TeamAddress
from calmreply.app.together import Together
from calmreply.domain.moment import Skip
from calmreply.domain.people import Person


def _never() -> None:
    return None


@dataclass(frozen=True, slots=True)
class Home:
    """The ports of one home. `run` names this run of the program (for attempts and leases).

    `team`: on which server a team's home lies (without the password), None for one of one's own.
    `skip`: the last time that the team's clock was heard to be ahead of where it should be.
    """

    store: Store
    clock: Clock
    entropy: Entropy
    keys: Keys
    secrets: Secrets
    web: Web
    feeds: FeedReader
    apart: Apart
    channels: Mapping[str, Channel]
    listeners: Mapping[str, Listener]
    run: str
    computer: Computer = HERE
    team: TeamAddress | None = None
    skip: Callable[[], Skip | None] = _never
    words: WordsKept = field(default_factory=NoWordsKept)
    vault: Vault = field(default_factory=NoVault)
    notices: Notices = field(default_factory=NoNotices)
    passwords: Passwords = field(default_factory=Passwords)
    together: Together = field(default_factory=Together, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Actor:
    """A person who has unlocked their key."""

    person: Person
    signer: Signer


BUSINESS_ID = "business_id"
BUSINESS_NAME = "business_name"
CONTACTS = "contacts"
"""The setting with the plan's contacts, one a line."""
PAUSED = "paused"
"""The setting that says "yes" while nothing is to be sent."""
HEAD_SECRET = "journal-head"  # noqa: S105 - the name of a slot in the keyring, no secret
