"""What helps where a source needs somebody, in words: one sentence, one action."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from calmreply.app.listening.remedies import (
    AllowOwnNetwork,
    AskAgain,
    ChooseAccount,
    ListenLess,
    LookFor,
    OpenPage,
    OpenPasswords,
    Remedy,
    Remove,
    SignIn,
    UseFeed,
)
from calmreply.app.ports.storage import Source
from calmreply.app.sending import accounts
from calmreply.domain import disguise
from calmreply.i18n import _, ngettext

_NAMED = 3
"""Sources that are named where more of them stop."""


def action(helps: Remedy) -> str:  # noqa: C901 - one arm for each of them
    """What stands on its button."""
    match helps:
        case UseFeed():
            return _("Use the found feed")
        case SignIn():
            return _("Sign in again…")
        case AllowOwnNetwork():
            return _("It is ours: listen there")
        case LookFor():
            return _("Look for its feed…")
        case OpenPage():
            return _("Open its page")
        case OpenPasswords():
            return _("Open the passwords…")
        case ChooseAccount():
            return _("Choose an account…")
        case ListenLess():
            return _("Listen only for what names us")
        case Remove():
            return _("Stop listening…")
        case AskAgain():
            return _("Check again")
        case _:
            assert_never(helps)


def sentence(source: Source, helps: Remedy | None) -> str:
    """What is wrong; where the action does not say it all, also what may be done besides."""
    state = source.state
    if isinstance(helps, ChooseAccount):
        return accounts.gone().words  # what an older program kept here names it by its number
    if isinstance(helps, AskAgain | OpenPage | ListenLess):
        return " ".join(filter(None, (state.words, state.way_out)))
    return state.words


def stopping(sources: Sequence[Source]) -> str:
    """Which sources would stop with the account they are read through; empty where none does."""
    words = ngettext(
        "{n} source listens through it and stops: {names}.",
        "{n} sources listen through it and stop: {names}.",
        len(sources),
    )
    return words.format(n=len(sources), names=_named(sources)) if sources else ""


def stopped(sources: Sequence[Source]) -> str:
    """Which have stopped with it."""
    words = ngettext(
        "{n} source listened through it and has stopped: {names}.",
        "{n} sources listened through it and have stopped: {names}.",
        len(sources),
    )
    return words.format(n=len(sources), names=_named(sources))


def waiting(sources: Sequence[Source]) -> str:
    """Which have no account yet where one was set up just now."""
    words = ngettext(
        "{n} source waits for an account: {names}.",
        "{n} sources wait for an account: {names}.",
        len(sources),
    )
    return words.format(n=len(sources), names=_named(sources))


def _named(sources: Sequence[Source]) -> str:
    named = [disguise.name(one.title) for one in sources[:_NAMED]]
    return ", ".join(named if len(sources) <= _NAMED else [*named, "…"])
