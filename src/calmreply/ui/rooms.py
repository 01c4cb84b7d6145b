"""The rooms of the window by name, each brought in when it is first opened.

A room is a widget made by a factory of (desk, parent). Nothing of a room is imported before that:
the first paint of the window must not pay for what nobody looks at. What a room may have beside
that, see `ui.shell.pages.Page`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol, cast, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Generator

    from PySide6.QtWidgets import QWidget

    from calmreply.ui.desk import Desk

    Factory = Callable[[Desk, QWidget | None], QWidget]

ROOMS: Mapping[str, str] = MappingProxyType(
    {
        "case": "calmreply.ui.case.page:CasePage",
        "listening": "calmreply.ui.listening.page:ListeningPage",
        "plan": "calmreply.ui.plan.page:PlanPage",
        "people": "calmreply.ui.people.page:PeoplePage",
        "settings": "calmreply.ui.settings.page:SettingsPage",
        "outbox": "calmreply.ui.outbox.page:OutboxPage",
        "paste": "calmreply.ui.paste.page:PastePage",
        "welcome": "calmreply.ui.welcome.page:WelcomePage",
        "older": "calmreply.ui.inbox.older:OlderPage",
        "help": "calmreply.ui.shell.help:HelpPage",
    }
)
"""Where each room's factory is, as `module:name`."""


def factory(name: str) -> Factory:
    """The factory of the room `name`. Raises KeyError for an unknown one."""
    module, _colon, attribute = ROOMS[name].partition(":")
    return cast("Factory", getattr(import_module(module), attribute))


@runtime_checkable
class InTurns(Protocol):
    """A factory that can make its room in parts, so that nothing waits for the whole."""

    def in_turns(self, desk: Desk, parent: QWidget) -> Generator[None, None, QWidget]: ...
