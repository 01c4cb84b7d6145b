"""The right side of the window: rooms by name, each made when it is first opened."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from PySide6.QtCore import QObject, Signal, SignalInstance
from PySide6.QtWidgets import QWidget

from calmreply.i18n import _
from calmreply.ui import rooms
from calmreply.ui.kit.turns import Turns
from calmreply.ui.kit.widgets import EmptyRoom

if TYPE_CHECKING:
    from PySide6.QtWidgets import QStackedWidget

    from calmreply.app.home import Home
    from calmreply.domain.mention import CaseId, MentionId
    from calmreply.errors import KnownError
    from calmreply.ui.desk import Desk

_AHEAD_MS = 1_500
"""After the start, when what a person sees and asks for first has been done."""
BESIDE_THE_LIST = frozenset({"", "case", "older"})
"""Rooms that show what is chosen in the list, and leave it standing."""


@runtime_checkable
class Page(Protocol):
    """A room that holds words somebody types.

    Any room is a widget. Its own `QAction`s (`addAction`) with a property `menu` of `case`,
    `reply`, `view` or `tools` stand in that menu while the room is shown.
    """

    def flush(self) -> None:
        """Save what stands in the editors; called before another room and before the end."""
        ...


@runtime_checkable
class KeepsWords(Protocol):
    """A page that knows whether its words are in the store.

    `words_kept`: what `unkept` says may be another.
    """

    words_kept: SignalInstance

    def unkept(self) -> tuple[tuple[str, KnownError | None], ...]:
        """Words that are not there, and why not; None while they are on their way."""
        ...

    def rescue(self) -> None:
        """Try once more to bring them there."""
        ...

    def give_up(self) -> None:
        """Let them go."""
        ...


@runtime_checkable
class ShowsCases(Protocol):
    def show_case(self, case: CaseId) -> None: ...

    def clear(self) -> None: ...


@runtime_checkable
class ShowsMentions(Protocol):
    def show_mention(self, mention: MentionId) -> None: ...


@runtime_checkable
class ShowsParts(Protocol):
    """A room in which one thing can be gone to; by the empty name, what its focus begins with."""

    def show_part(self, what: str) -> bool: ...


@runtime_checkable
class Rehearses(Protocol):
    """A room that asks to begin a rehearsal."""

    rehearse_wanted: SignalInstance


@runtime_checkable
class GoneThrough(Protocol):
    """A room that says when somebody came to its end."""

    gone_through: SignalInstance


class Pages(QObject):
    """`changed` gives the name of the room that is shown from now on; `""` is no room at all.

    `made` gives a room before it is shown for the first time; `words_kept` is that of any room.
    """

    changed = Signal(str)
    made = Signal(object)
    words_kept = Signal()

    def __init__(self, desk: Desk, stack: QStackedWidget) -> None:
        super().__init__(stack)
        self._desk, self._stack = desk, stack
        self._made: dict[str, QWidget] = {}
        self._turns: dict[str, Turns] = {}
        self.name = ""
        self.before = ""  # what was shown before that
        self.beside = ""  # what was last shown beside the list
        self.welcomed = False  # whether somebody went through the first start
        self._made[""] = EmptyRoom(
            _("Choose a mention"),
            _("What they said, both clocks and your reply stand here then."),
        )
        stack.addWidget(self._made[""])

    @property
    def current(self) -> QWidget:
        return self._made[self.name]

    def open(self, name: str) -> QWidget:
        """Show a room; made now if nobody opened it before. Raises KeyError for an unknown one."""
        if name in self._turns:
            self._turns[name].finish()
        room = self._made.get(name)
        if room is None:
            room = rooms.factory(name)(self._desk, self._stack)
            self._keep(name, room)
        if name != self.name:
            self._flush(self.current)
            self.before, self.name = self.name, name
            if name in BESIDE_THE_LIST:
                self.beside = name
            self._stack.setCurrentWidget(room)
            self.changed.emit(name)
        return room

    def _keep(self, name: str, room: QWidget) -> None:
        self._made[name] = room
        if isinstance(room, KeepsWords):
            room.words_kept.connect(self.words_kept)
        self.made.emit(room)
        if isinstance(room, GoneThrough):
            room.gone_through.connect(self._on_gone_through)
        self._stack.addWidget(room)

    def _on_gone_through(self) -> None:
        self.welcomed = True

    def prepare(self, name: str) -> None:
        """Bring in what a room is made of, beside the window, and make it when nothing else is to
        do; the first opening is quicker then.
        """
        if name not in self._made:
            self._desk.read(_bring_in, name)(partial(self._make_ahead, name))

    def _make_ahead(self, name: str, factory: rooms.Factory) -> None:
        begun = name in self._made or name in self._turns
        if isinstance(factory, rooms.InTurns) and not begun:
            made = factory.in_turns(self._desk, self._stack)
            self._turns[name] = Turns(made, partial(self._keep, name), self, _AHEAD_MS)

    def show_case(self, case: CaseId) -> None:
        page = self.open("case")
        if isinstance(page, ShowsCases):
            page.show_case(case)

    def show_mention(self, mention: MentionId) -> None:
        """A mention that has no case."""
        page = self.open("older")
        if isinstance(page, ShowsMentions):
            page.show_mention(mention)

    def show_part(self, what: str) -> bool:
        """Go to something in the room that is shown; False where it has no such thing."""
        room = self.current
        return isinstance(room, ShowsParts) and room.show_part(what)

    def flush(self) -> None:
        """Save what stands in any editor."""
        for page in self._made.values():
            self._flush(page)

    def stop(self) -> None:
        """Save what stands in any editor, and make no room any more."""
        self.flush()
        for turns in self._turns.values():
            turns.stop()

    def unkept(self) -> tuple[tuple[str, KnownError | None], ...]:
        """Words of any room that are not in the store, and why not."""
        return tuple(one for page in self._keeping() for one in page.unkept())

    def rescue(self) -> None:
        """Try once more to keep the words of every room."""
        for page in self._keeping():
            page.rescue()

    def give_up(self) -> None:
        """Let go of all words that could not be kept."""
        for page in self._keeping():
            page.give_up()

    def _keeping(self) -> list[KeepsWords]:
        return [page for page in self._made.values() if isinstance(page, KeepsWords)]

    @staticmethod
    def _flush(page: QWidget) -> None:
        if isinstance(page, Page):
            page.flush()


def _bring_in(_home: Home, name: str) -> rooms.Factory:
    return rooms.factory(name)
