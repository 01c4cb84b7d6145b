"""One run of one command: its words, its home, and who acts."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from dataclasses import field as later
from functools import cached_property
from pathlib import Path
from typing import Any

from calmreply.app.home import Actor, Home
from calmreply.app.persons import people
from calmreply.app.ports.lockbox import Standing
from calmreply.app.rules import proposals, settings
from calmreply.app.sending import send
from calmreply.app.teamwork import team_errors
from calmreply.cli import inputs
from calmreply.cli.console import Console
from calmreply.cli.start import Opened, Start
from calmreply.domain.people import Person, PersonId, find
from calmreply.errors import KnownError
from calmreply.i18n import _

TRIES = 3
"""How often a passphrase is asked for at the terminal."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command has to say: the one JSON value, or lines for a person.

    With an `error` the exit is 4 and the data, a dict then, gets it under that name.
    """

    data: Any
    lines: Sequence[str] = ()
    error: KnownError | None = None


@dataclass
class Context:
    """Opens the home when a command first needs it."""

    args: argparse.Namespace
    console: Console
    start: Start
    closing: ExitStack
    passphrase: str = later(default="", init=False)
    """The actor's, once asked for: it opens the vault, too."""
    seal: str | None = later(default=None, init=False)
    """The passphrase for the file with the passwords, given while that is not there yet."""

    @cached_property
    def opened(self) -> Opened:
        folder = self.start.data_folder(self.args.home)
        self._open_passwords(folder)
        try:
            return self.closing.enter_context(self.start.open_home(folder))
        except KnownError as error:
            if error.code != team_errors.LOCKED:
                raise
            if not self.console.asks:
                raise _locked(error) from error
        passphrase = self.console.ask_secret(file_asked())
        self.start.teams.unlock(folder, passphrase)
        return self.closing.enter_context(self.start.open_home(folder))

    def _open_passwords(self, folder: Path) -> None:
        """By the passphrase that was given with the command; only what keeps one makes the file."""
        if self.args.seal_fd is None:
            return
        passphrase = self.console.secret(self.args.seal_fd, file_asked())
        standing = self.start.teams.standing(folder)
        if standing is Standing.CLOSED:
            self.start.teams.unlock(folder, passphrase)
        elif standing is Standing.NONE:
            if not getattr(self.args, "keeps_password", False):
                raise _no_passwords()
            self.seal = passphrase

    @property
    def is_open(self) -> bool:
        return "opened" in self.__dict__

    @property
    def home(self) -> Home:
        return self.opened.home

    @cached_property
    def zone(self) -> str:
        """The business's time zone."""
        return settings.read(self.home, "zone")

    def lock(self) -> None:
        """Poll and send alone from here to the end; see to what an ended run left open."""
        try:
            self.closing.enter_context(self.opened.lock())
        except KnownError as error:
            raise _in_use(error, self.opened.holder()) from error
        send.recover(self.home)
        proposals.carry_out(self.home)

    # --- who acts ---------------------------------------------------------------------------

    @cached_property
    def actor(self) -> Actor:
        """Whoever acts, unlocked.

        Raises KnownError `who_acts`, `passphrase_missing`, `no_such_person`,
        `person_left`, `wrong_passphrase`, and those of reading a passphrase.
        """
        who = self.args.who or self._ask_who()
        people.person(self.home, who)
        if self.args.passphrase_fd is not None:
            return self._unlock(who, self.console.line(self.args.passphrase_fd))
        if not self.console.asks:
            raise _passphrase_missing(who)
        return self._ask_passphrase(who)

    @property
    def has_acted(self) -> Actor | None:
        """Whoever was unlocked so far; nobody is asked for."""
        found: Actor | None = self.__dict__.get("actor")
        return found

    @property
    def actor_if_named(self) -> Actor | None:
        """Whoever acts where the command can do without: only if named."""
        return self.actor if self.args.who else None

    @property
    def actor_if_anybody(self) -> Actor | None:
        """Whoever acts, or nobody in a home where nobody has come in yet."""
        anybody = self.args.who or people.everybody(self.home)
        return self.actor if anybody else None

    def _ask_who(self) -> str:
        if not self.console.asks:
            raise _who_acts()
        named = self.console.ask(_("Who are you?"))
        if not named:
            raise _who_acts()
        return named

    def _ask_passphrase(self, who: str) -> Actor:
        for left in reversed(range(TRIES)):
            typed = self.console.ask_secret(_("Passphrase of {who}:").format(who=who))
            if not typed:
                raise _passphrase_missing(who)
            try:
                return self._unlock(who, typed)
            except KnownError as error:
                if error.code != "wrong_passphrase" or not left:
                    raise
                self.console.say(error.words)
        raise AssertionError("the last try raises")

    def _unlock(self, who: str, passphrase: str) -> Actor:
        actor = people.unlock(self.home, who, passphrase)
        self.passphrase = passphrase
        return actor

    def new_passphrase(self, number: int | None, who: str) -> str:
        """The passphrase somebody chooses: from the open file `number`, else asked for twice."""
        if number is not None:
            return self.console.line(number)
        if not self.console.asks:
            raise KnownError(
                "passphrase_missing",
                _("{who} needs a passphrase.").format(who=who),
                _("Give it by an open file: --new-passphrase-fd 3 3< the-file"),
            )
        return self.ask_twice(_("A new passphrase for {who}:").format(who=who))

    def ask_twice(self, question: str) -> str:
        """A new passphrase at the terminal; where nothing is typed it is asked for once only."""
        typed = self.console.ask_secret(question)
        if typed and typed != self.console.ask_secret(_("The same once more:")):
            raise KnownError(
                "passphrases_differ",
                _("The two passphrases are not the same."),
                _("Type it slowly, or choose another."),
            )
        return typed

    def text(self, name: str) -> str:
        """The text of a file, or of the standard input; there a passphrase comes before it.

        Raises KnownError as `inputs.text` and `actor` do.
        """
        if name == "-" and self.args.who and self.args.passphrase_fd == 0:
            _unlocked = self.actor
        return inputs.text(self.console, name)

    # --- words ------------------------------------------------------------------------------

    def names(self) -> Callable[[PersonId], str]:
        """How people are called."""
        known = people.everybody(self.home)

        def name(who: PersonId) -> str:
            found: Person | None = find(known, who)
            return found.name if found else str(who)

        return name


def file_asked() -> str:
    """The question at the terminal."""
    return _("Passphrase of the file with the passwords:")


def _no_passwords() -> KnownError:
    return KnownError(
        "no_passwords_file",
        _("There is no file with passwords in this data folder."),
        _(
            "It is made with the first password of an account: calmreply channel add, or"
            " calmreply channel test ID --secret-fd 3 --seal-fd 4 3< PASSWORD-FILE"
            " 4< PASSPHRASE-FILE"
        ),
    )


def _in_use(error: KnownError, holder: str) -> KnownError:
    """With who is at work in the folder, and what is to be done about it."""
    if error.code != "folder_in_use":
        return error
    words = _("CalmReply is already open on this computer: {holder}.")
    return KnownError(
        error.code,
        words.format(holder=holder) if holder else error.words,
        _(
            "An open window listens and sends by itself: do it there, or close it and type this"
            " again. A command ends by itself: type this again then."
        ),
    )


def _passphrase_missing(who: str) -> KnownError:
    return KnownError(
        "passphrase_missing",
        _("The passphrase of {who} is missing.").format(who=who),
        _("Type it where it is asked for at a terminal, or: --passphrase-fd 3 3< the-file"),
    )


def _who_acts() -> KnownError:
    return KnownError(
        "who_acts",
        _("This is done in somebody's name, and it is not said in whose."),
        _("Say who acts and give the passphrase: --as NAME --passphrase-fd 3 3< the-file"),
    )


def _locked(error: KnownError) -> KnownError:
    """With what a script can do, which nobody can ask for a passphrase."""
    return KnownError(
        error.code,
        error.words,
        _(
            "At a terminal it is asked for. A script adds --seal-fd 3 3< FILE, or keeps the"
            " server's password in PostgreSQL's own file (~/.pgpass)."
        ),
    )
