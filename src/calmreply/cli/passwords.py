"""Passwords of accounts: out of the file that a passphrase opens, sealed for whoever acts, or given
now; and what to type where one is missing.

No password and no passphrase stands among the words or in what is said.
"""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Iterable

from calmreply.app.home import Actor
from calmreply.app.persons import lockbox, people
from calmreply.app.ports.channels import Field
from calmreply.app.ports.lockbox import Standing
from calmreply.app.sending import accounts
from calmreply.app.sending.send import secret_name
from calmreply.app.teamwork import keepers
from calmreply.cli.commands import number
from calmreply.cli.context import TRIES, Context, file_asked
from calmreply.domain.people import Person, PersonId, Presence, find
from calmreply.errors import KnownError
from calmreply.i18n import _

KEYRING, FILE, SEALED, RUN = "keyring", "file", "passphrase", "run"
"""Where a password lies: the last of them is nowhere, once the command has ended."""
_WANTED = frozenset({"sign_in_again", "no_password"})
"""What servers say where no password was given, among else."""


def option(parser: argparse.ArgumentParser, words: str = "") -> None:
    parser.add_argument(
        "--secret-fd",
        type=number,
        metavar="N",
        help=words or _("an open file whose first line is the password"),
    )


# --- having them at hand -------------------------------------------------------------------


def bring(context: Context, account: str) -> None:
    """Have the password of one account at hand: given now, kept, or asked for.

    Without one the server is tried all the same: it may not ask for any.
    """
    secret = given(context, account)
    if secret is None:
        bring_all(context, [account])
        if missing(context, account) and not keepers.of(context.home, account):
            secret = asked(context, account)
    if secret:
        context.home.secrets.set(secret_name(account), secret)


def given(context: Context, account: str) -> str | None:
    """The one that was given with this command, by a numbered file."""
    fd = context.args.secret_fd
    if fd is None:
        return None
    return context.console.secret(fd, question(_field(context, account))) or None


def asked(context: Context, account: str) -> str | None:
    """What a person at the terminal types, if anything."""
    if not context.console.asks:
        return None
    return context.console.ask_secret(question(_field(context, account))) or None


def bring_all(context: Context, wanted: Iterable[str]) -> None:
    """Have at hand what is kept for these accounts and can be opened now; the rest stays missing.

    At a terminal the file's passphrase is asked for, and that of whoever sealed one for themselves.
    """
    home, wanted = context.home, tuple(dict.fromkeys(filter(None, wanted)))
    closed = lockbox.is_closed(home.secrets) and context.console.asks
    if closed and any(_may_lie_in_the_file(context, one) for one in wanted):
        _ask_file(context)
    for account in _missing(context, wanted):
        name = secret_name(account)
        owner = home.vault.owner(name)
        if owner is not None and _acts(context, owner):
            secret = home.vault.open(name, owner, context.passphrase)
            if secret:
                lockbox.hold(home, name, secret)


def bring_for_round(context: Context, wanted: Iterable[str]) -> None:
    """As `bring_all`; one that was given now is that of the only account it can be meant for.

    Raises KnownError `which_account`, `no_password_needed`.
    """
    needed = [one for one in dict.fromkeys(filter(None, wanted)) if _is_kept_secret(context, one)]
    bring_all(context, needed)
    if context.args.secret_fd is None:
        return
    meant = needed if len(needed) == 1 else _missing(context, needed)
    if len(meant) == 1:
        bring(context, meant[0])
        return
    if not needed:
        raise no_password_needed()
    raise KnownError(
        "which_account",
        _("One password was given, and it is not clear for which account."),
        _("Give it to each by itself: {typed}").format(typed=_give(context, "ID")),
    )


def _ask_file(context: Context) -> None:
    """Open the file with what is typed; nothing typed: go on without."""
    for left in reversed(range(TRIES)):
        typed = context.console.ask_secret(file_asked())
        if not typed:
            return
        try:
            lockbox.use(context.home, typed)
        except KnownError as error:
            if error.code != "wrong_passphrase" or not left:
                raise
            context.console.say(error.words)
        else:
            return


def _acts(context: Context, owner: str) -> bool:
    """Whether it is this person who acts; at a terminal they are asked for where nobody is named.

    Without their passphrase it goes on without what they sealed.
    """
    if context.has_acted is not None:
        return str(context.has_acted.person.id) == owner
    if not context.args.who and context.console.asks:
        found = _person(context, owner)
        if found is None or found.presence is Presence.LEFT:
            return False
        context.args.who = found.name
        try:
            return str(context.actor.person.id) == owner
        except KnownError as error:
            context.args.who = None
            if error.code != "passphrase_missing":
                raise
            return False
    return bool(context.args.who) and str(context.actor.person.id) == owner


# --- keeping one ---------------------------------------------------------------------------


def make_ready(context: Context, actor: Actor | None) -> None:
    """Before a password is kept: open the file for it, or make it, where there is no keyring.

    Raises what `Lockbox` does, and KnownError `passphrases_differ`.
    """
    home = context.home
    if home.secrets.keeps:
        return
    match lockbox.standing(home):
        case Standing.CLOSED if context.console.asks:
            _ask_file(context)
        case Standing.NONE if context.seal is not None:
            lockbox.use(home, context.seal)
        case Standing.NONE if context.console.asks:
            _make_file(context, actor)
        case _:
            return


def _make_file(context: Context, actor: Actor | None) -> None:
    context.console.say(
        _(
            "No keyring keeps passwords on this computer. A file in the data folder can, locked"
            " with a passphrase of its own; whatever needs them asks for it."
        )
    )
    question = _("A new passphrase for that file (nothing: the password is not kept):")
    if actor is not None:
        words = _("A new passphrase for that file (nothing: {name}'s own locks the password):")
        question = words.format(name=actor.person.name)
    typed = context.ask_twice(question)
    if typed:
        lockbox.use(context.home, typed)


def keep(context: Context, actor: Actor | None, account: str, secret: str) -> str:
    """Where the password lies that the account was given; it is sealed for `actor` where nothing
    else keeps it. Raises KnownError `cannot_write`.
    """
    home, name = context.home, secret_name(account)
    if not home.secrets.keeps and not lockbox.is_open(home.secrets):
        if actor is None:
            return RUN
        home.vault.keep(name, str(actor.person.id), context.passphrase, secret)
        return SEALED
    home.vault.drop(name)  # what lies there may be an older one
    return KEYRING if home.secrets.keeps else FILE


def kept_lines(context: Context, account: str, kept: str) -> list[str]:
    match kept:
        case "keyring":
            return [_("Its password is kept in this computer's keyring.")]
        case "file":
            return [
                _(
                    "Its password is kept in the file with the passwords. At a terminal the"
                    " passphrase of that file is asked for; a script adds: --seal-fd 3 3< FILE"
                )
            ]
        case "passphrase":
            words = _(
                "No keyring keeps its password here: it lies in the data folder, sealed with"
                " {name}'s passphrase. What needs it is done by: --as {typed}"
            )
            name = context.actor.person.name
            return [words.format(name=name, typed=shlex.quote(name))]
        case _:
            once = _("Its password is not kept. To keep it: {typed}")
            return [context.home.secrets.why, once.format(typed=_give(context, account))]


# --- what is missing -----------------------------------------------------------------------


def missing(context: Context, account: str) -> bool:
    """Whether an account of ours has a password that is not at hand."""
    return bool(_missing(context, [account]))


def hint(context: Context, account: str) -> str:
    """What to type where the password of an account is missing: one sentence."""
    owner = context.home.vault.owner(secret_name(account))
    sealed_by = None if owner is None else _person(context, owner)
    acted = None if context.has_acted is None else context.has_acted.person.id
    if sealed_by is not None and sealed_by.id != acted:
        words = _(
            "It is sealed with {name}'s passphrase; add: --as {typed} --passphrase-fd 3 3< FILE"
        )
        return words.format(name=sealed_by.name, typed=shlex.quote(sealed_by.name))
    if lockbox.is_closed(context.home.secrets):
        return open_words()
    return _("Give its password: {typed}").format(typed=_give(context, account))


def not_given(context: Context, account: str) -> str:
    """What is said of an account without one."""
    words = _("Its password is missing: without it, it cannot sign in. To give it: {typed}")
    return words.format(typed=_give(context, account))


def open_words() -> str:
    """How the file with the passwords is opened."""
    return _(
        "Type the same at a terminal, or add the passphrase of their file: --seal-fd 3 3< FILE"
    )


def told(context: Context, error: KnownError, account: str = "") -> KnownError:
    """The error with the way out that is typed, where a password is what is missing."""
    if error.code == lockbox.LOCKED:
        words = _("The passwords of your accounts lie in a file, which is locked.")
        return KnownError(error.code, words, open_words())
    if account and error.code in _WANTED and missing(context, account):
        return KnownError(error.code, error.words, hint(context, account))
    return error


def no_password_needed() -> KnownError:
    return KnownError(
        "no_password_needed",
        _("What is read here needs no password."),
        _("Type the same without --secret-fd."),
    )


def _give(context: Context, account: str) -> str:
    if context.home.secrets.keeps:
        return f"calmreply channel test {account} --secret-fd 3 3< FILE"
    return (
        f"calmreply channel test {account} --secret-fd 3 --seal-fd 4"
        " 3< PASSWORD-FILE 4< PASSPHRASE-FILE"
    )


def _missing(context: Context, wanted: Iterable[str]) -> list[str]:
    return [one for one in wanted if _is_kept_secret(context, one) and not at_hand(context, one)]


def at_hand(context: Context, account: str) -> bool:
    """Whether there is a password for it just now."""
    return context.home.secrets.get(secret_name(account)) is not None


def _may_lie_in_the_file(context: Context, account: str) -> bool:
    """Whether its password is missing, sealed for nobody, and on no other computer of the team."""
    home = context.home
    elsewhere = home.vault.owner(secret_name(account)) or keepers.of(home, account)
    return missing(context, account) and not elsewhere


def _is_kept_secret(context: Context, account: str) -> bool:
    return _field(context, account) is not None


def _field(context: Context, account: str) -> Field | None:
    """What an account of ours calls its password; None for one that is gone or has none."""
    home = context.home
    found = next((one for one in accounts.everything(home) if one.id == account), None)
    if found is None or found.kind not in accounts.kinds(home):
        return None
    return accounts.secret_field(accounts.channel(home, found.kind))


def question(field: Field | None) -> str:
    """How a person is asked for it."""
    return f"{field.words if field is not None else _('Password')}:"


def _person(context: Context, person: str) -> Person | None:
    return find(people.everybody(context.home), PersonId(person))
