"""Joins frame and home: what is chosen where leads to what is shown where. Decides nothing."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QMenu

from calmreply import __version__
from calmreply.app import remembered
from calmreply.app.words import wording
from calmreply.domain.stage import Stage
from calmreply.i18n import _
from calmreply.ui.inbox import places
from calmreply.ui.inbox.inbox import Inbox
from calmreply.ui.inbox.reads import Wanted
from calmreply.ui.shell import focus, notices, saying, standing
from calmreply.ui.shell.actions import ROOMS, Actions, stage_of
from calmreply.ui.shell.choices import Choices
from calmreply.ui.shell.leaving import Leaving
from calmreply.ui.shell.outage import Outage
from calmreply.ui.shell.pages import BESIDE_THE_LIST, Pages, Rehearses
from calmreply.ui.shell.pulse import Pulse
from calmreply.ui.shell.schedule import Schedule
from calmreply.ui.shell.staying import Staying
from calmreply.ui.shell.touch import Touch

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from calmreply.app.listening.checks import Checked
    from calmreply.app.ports.changes import ChangeSet
    from calmreply.app.queries import Overview
    from calmreply.domain.mention import CaseId, MentionId
    from calmreply.ui.desk import Desk
    from calmreply.ui.inbox.reads import Loaded
    from calmreply.ui.shell.autostart import Autostart
    from calmreply.ui.shell.frame import Frame
    from calmreply.ui.shell.schedule import Listening

SOON_MS = 1500
"""When the list has long been there, and nobody has read its first line yet."""


class Shell(QObject):
    """Lives while a home is open. `quit_wanted`: the program is to end.

    `rehearse_wanted` begins a rehearsal, where that may be (`may_rehearse`).
    """

    quit_wanted = Signal()
    rehearse_wanted = Signal()

    def __init__(
        self,
        frame: Frame,
        desk: Desk,
        loaded: Loaded,
        autostart: Autostart | None = None,
        *,
        may_rehearse: bool = False,
    ) -> None:
        super().__init__(frame)
        self.frame, self.desk = frame, desk
        self._may_rehearse = may_rehearse
        self.pages = Pages(desk, frame.pages)
        self.inbox = Inbox(desk, frame.pane)
        self.schedule = Schedule(desk, self)
        self.pulse = Pulse(desk.home.clock, self)
        self.choices = Choices(desk, autostart, self)
        self.actions = Actions(frame, self.do)
        self.staying = Staying(frame, self.choices, self.actions)
        self.leaving = Leaving(frame, self.pages)
        self.lacks = saying.Lacks(desk, frame)
        self.touch = Touch(desk, self)
        self._waits = notices.Waits()
        self._signed_in = False
        self._needs_you: bool | None = None
        self._sources = 0
        self._stood = standing.told(frame)
        self._stage_of_open: tuple[CaseId, Stage] | None = None
        self._connect()
        frame.status.say_who(None)
        self.inbox.start(loaded)
        frame.pane.list.setFocus()
        frame.rail.choose(loaded.wanted.stage.value)
        if self.inbox.nothing_yet:
            self.open_room("welcome")

    def start(self) -> None:
        """From now on: listen, try again, tell."""
        self.choices.load()
        self.schedule.start()
        self.pulse.start()
        self.lacks.look()
        QTimer.singleShot(SOON_MS, self, partial(self.pages.prepare, "case"))

    def stop(self) -> None:
        """Save what stands in editors and how the window stands, and begin nothing more."""
        self.pulse.stop()
        self.pages.stop()
        self._remember()
        self.schedule.stop()
        self.staying.tray.hide()

    def _remember(self) -> None:
        stands = standing.told(self.frame)
        if stands != self._stood:
            keep = partial(remembered.remember, what=standing.NAME, text=stands)
            # Where nothing can be written there are worse things to tell.
            self.desk.write(keep, failed=lambda _error: None)

    def _connect(self) -> None:
        frame, desk = self.frame, self.desk
        frame.rail.chosen.connect(self._on_rail)
        frame.rail.clicked.connect(lambda _index: self._on_rail_again())
        frame.status.who_pressed.connect(self._on_who)
        frame.status.trouble_pressed.connect(lambda: self.open_room("listening:needs"))
        frame.status.paused_pressed.connect(lambda: self.open_room("settings"))
        desk.changed.connect(self._on_changed)
        desk.person_changed.connect(self._on_person)
        desk.case_wanted.connect(self.open_case)
        desk.room_wanted.connect(self.open_room)
        self.inbox.chosen.connect(self._on_chosen)
        self.inbox.entered.connect(self._on_entered)
        self.inbox.pointed.connect(self._on_pointed)
        self.inbox.loaded.connect(self._on_overview)
        self.pages.changed.connect(self._on_page)
        self.pages.changed.connect(lambda _name: frame.status.elsewhere())
        self.pages.made.connect(self._on_made)
        self.actions["rehearse"].setEnabled(self._may_rehearse)
        self.pulse.due.connect(self._on_due)
        self.schedule.told.connect(self._on_listening)
        self.schedule.heard.connect(self._on_heard)
        self.schedule.asking.connect(self._on_asking)
        self.outage = Outage(desk, frame, self.pages, self.schedule)
        self.choices.changed.connect(self._on_choices)
        self.staying.tray.check_wanted.connect(self.schedule.check_now)
        self.staying.tray.quit_wanted.connect(self.quit_wanted)
        self.leaving.asks.connect(self.staying.appear)
        frame.panes.back.connect(frame.pane.list.setFocus)

    # showing

    def open_case(self, case: CaseId) -> None:
        """Show a case and, in the list, the stage in which it stands."""
        view = self.inbox.view
        stage = view.state(case, older=False).stage if view is not None else Stage.NEW
        if self.frame.rail.key() != stage.value:
            self.frame.rail.choose(stage.value)
        self.inbox.choose_case(case)
        self._show_case(case)
        self._on_entered()

    def open_room(self, where: str) -> None:
        """Show a room or stage by its name (`room:what`), or, by none, where one was before."""
        name, _colon, what = where.partition(":")
        if name in self.frame.rail.keys():  # noqa: SIM118 - a rail is no dictionary
            self.frame.rail.choose(name)
            self._on_rail_again()
        else:
            self.pages.open(name or self.pages.before)
        if not name and self.pages.name in BESIDE_THE_LIST:
            self.frame.rail.choose(self.inbox.wanted.stage.value)
            self.frame.pane.list.setFocus()
        elif self.pages.name not in BESIDE_THE_LIST and not self.pages.show_part(what):
            focus.enter(self.pages.current)

    def _on_rail(self, key: str) -> None:
        if key in places.BUSINESS:
            self.pages.open(key)
        else:
            self._to_stage(Stage(key))

    def _on_rail_again(self) -> None:
        """The place that is chosen already was chosen again: back to it from any room."""
        self._on_rail(self.frame.rail.key())

    def _to_stage(self, stage: Stage) -> None:
        """Its list; while nothing was heard yet, the first start in place of what is new."""
        if stage is Stage.NEW and self.inbox.nothing_yet and not self.pages.welcomed:
            self.pages.open("welcome")
        else:
            self._leave_room(stage)
        self._show_stage(stage)

    def _show_stage(self, stage: Stage) -> None:
        self.frame.panes.show_reading(reading=False)
        if self.inbox.wanted != Wanted(stage):
            self.inbox.show_stage(stage)

    def _leave_room(self, stage: Stage | None = None) -> None:
        """Back to what was open beside the list, if that stays the same."""
        if self.pages.name not in BESIDE_THE_LIST:
            same = stage is None or self.inbox.wanted == Wanted(stage)
            self.pages.open(self.pages.beside if same else "")

    def _on_chosen(self, mention: MentionId, case: CaseId | None) -> None:
        if case is None:
            self._stage_of_open = None
            self.pages.show_mention(mention)
        else:
            self._show_case(case)

    def _show_case(self, case: CaseId) -> None:
        view = self.inbox.view
        state = view.state(case, older=False) if view is not None else None
        self.frame.status.elsewhere(case)
        self._stage_of_open = (case, state.stage) if state is not None else None
        self.pages.show_case(case)

    def _on_entered(self) -> None:
        self.frame.panes.show_reading(reading=True)
        if not focus.enter(self.pages.current):
            self.pages.current.setFocus()  # it is being read, and moves the focus on by itself

    def _on_pointed(self) -> None:
        """The keys stay in the list, as long as it is there."""
        if self.frame.panes.narrow:
            self._on_entered()

    def _on_made(self, room: QWidget) -> None:
        """A room that would begin a rehearsal is heard, where there can be one."""
        if self._may_rehearse and isinstance(room, Rehearses):
            room.rehearse_wanted.connect(self.rehearse_wanted)

    def _on_page(self, name: str) -> None:
        self.frame.panes.show_room(alone=name not in BESIDE_THE_LIST)
        self.frame.rail.show_chosen(chosen=name not in places.OFF_THE_RAIL)
        self.actions.show_of(self.pages.current)

    # what changed

    def _on_changed(self, changes: ChangeSet) -> None:
        self.inbox.reload(changes)
        if changes.rules:
            self.choices.load()

    def _on_overview(self, view: Overview) -> None:
        rail = self.frame.rail
        needs_you = bool(view.counts[Stage.NEEDS_YOU])
        if needs_you != self._needs_you:
            self._needs_you = needs_you
            rail.set_sections(places.sections(view.counts, self._sources))
            if not rail.key():
                rail.choose(self.inbox.wanted.stage.value)
        else:
            rail.set_counts(places.shown_counts(view.counts))
        self.frame.say_business(view.business)
        self.pulse.change_at(view.next_change)
        self._tell_ended(view)
        self._tell_moved(view)

    def _tell_ended(self, view: Overview) -> None:
        """Once for each wait that ended."""
        over = self._waits.ended(view)
        if not over or not self.choices.notice:
            return
        self.staying.note_ended(len(over))
        self.frame.status.say(notices.line(len(over)), lambda: self.open_case(over[0]))

    def _tell_moved(self, view: Overview) -> None:
        """Where the case that is open went, when it left the list it was opened from."""
        if self._stage_of_open is None:
            return
        case, before = self._stage_of_open
        now = view.state(case, older=False).stage
        if now is not before:
            self._stage_of_open = (case, now)
            words = _("This case is now in: {stage}").format(stage=wording.stage(now))
            self.frame.status.say(words, lambda: self.open_room(now.value), of=case)

    def _on_due(self, what: str) -> None:
        match what:
            case "paint":
                self.inbox.tick()
                self.frame.status.forget()
                _still_there = self.desk.actor
            case "ask":
                self.schedule.ask()
            case "heartbeat":
                self.schedule.heartbeat()
            case "change":
                self.inbox.refresh()

    def _on_listening(self, now: Listening) -> None:
        self._sources = now.sources
        self.frame.rail.set_counts({"listening": now.sources or None})
        saying.listening(self.frame.status, now)
        self.staying.set_listens(listens=bool(now.sources))

    def _on_heard(self, how: Checked) -> None:
        saying.checked(self.frame.status, how, partial(self.open_room, "listening:needs"))

    def _on_asking(self, cases: tuple[CaseId, ...]) -> None:
        self.frame.status.say(notices.still(len(cases)), lambda: self.open_case(cases[0]))

    # people

    def _on_person(self) -> None:
        actor = self.desk.actor
        self.frame.status.say_who(
            actor.person.name if actor is not None else None, locked=self._signed_in
        )
        self._signed_in = actor is not None or self._signed_in
        self.actions.show_signed_in(somebody=actor is not None)

    def _on_who(self) -> None:
        if self.desk.actor is None:
            self.sign_in()
            return
        menu = QMenu(self.frame)
        menu.setObjectName("shell.who")
        menu.aboutToHide.connect(menu.deleteLater)
        menu.addAction(_("Sign out"), self.desk.lock)
        menu.addAction(_("Somebody else…"), self.sign_in)
        who = self.frame.status.who
        menu.popup(who.mapToGlobal(who.rect().topLeft()))

    def sign_in(self) -> None:
        """Whoever is in goes out first, with all they wrote kept."""
        if self.desk.actor is not None:
            self.pages.flush()
            self.desk.lock()
        self.desk.need_actor(lambda _actor: None)

    def _on_choices(self) -> None:
        for mode in ("system", "light", "dark"):
            self.actions[mode].setChecked(self.choices.theme == mode)
        self.frame.status.say_paused(paused=self.choices.paused)

    # doing

    def do(self, name: str) -> None:
        """Do what an action of the menu says."""
        match name:
            case _ if stage := stage_of(name):
                self._go_to(stage)
            case _ if name in ROOMS:
                self.open_room(name)
            case "phone":
                self.open_room("paste:phone")
            case "close":
                self.frame.close()
            case "quit":
                self.quit_wanted.emit()
            case "search":
                self._search()
            case "next_pane" | "previous_pane":
                parts = (self.frame.rail, self.frame.pane, self.pages.current)
                focus.next_part(parts, back=name == "previous_pane")
            case "larger" | "smaller":
                self.choices.larger(1 if name == "larger" else -1)
            case _:
                self._do_tool(name)

    def _go_to(self, stage: Stage) -> None:
        """By key or menu: into its list."""
        if stage is Stage.NEEDS_YOU and not self._needs_you:
            self.frame.status.say(places.empty(stage, has_sources=True).title)
            return
        self.open_room(stage.value)
        if self.pages.name in BESIDE_THE_LIST:
            self.inbox.enter(anew=not self.pages.name)

    def _do_tool(self, name: str) -> None:
        match name:
            case "light" | "dark" | "system":
                self.choices.set("theme", name)
            case "rehearse":
                self.rehearse_wanted.emit()
            case "check":
                self.schedule.check_now()
            case "lock":
                self.pages.flush()
                self.desk.lock()
            case "sign_in":
                self.sign_in()
            case "in_tray":
                self.choices.set("in_tray", "yes" if self.actions[name].isChecked() else "no")
            case "autostart":
                self.choices.set_autostart(on=self.actions[name].isChecked())
            case "about":
                words = _("CalmReply {version}").format(version=__version__)
                self.frame.notice.say(words, _("Everything stays on this computer."), tone="teal")

    def _search(self) -> None:
        """Into the search field, from wherever one is."""
        if self.frame.pane.isHidden():
            key = self.frame.rail.key()
            if key in places.BUSINESS:
                self.frame.rail.choose(self.inbox.wanted.stage.value)
            self._leave_room()
            self._show_stage(Stage(self.frame.rail.key()))
        self.frame.pane.search.setFocus()
        self.frame.pane.search.selectAll()
