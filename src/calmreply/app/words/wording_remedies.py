"""What helps where a source needs somebody, in words: one sentence, one action."""

from __future__ import annotations

from typing import assert_never

from calmreply.app.listening.remedies import (
    AllowOwnNetwork,
    AskAgain,
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
from calmreply.i18n import _


def action(helps: Remedy) -> str:
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
    if isinstance(helps, AskAgain | OpenPage | ListenLess):
        return " ".join(filter(None, (state.words, state.way_out)))
    return state.words
