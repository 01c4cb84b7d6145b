"""Brings the lines: stage or words, the first page at once, the rest after it.

Answers that come late are dropped. Over every reload the chosen mention stays chosen and the lines
stay where they are under the eye.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer, QModelIndex, QObject, QTimer, Signal

from calmreply.app import queries
from calmreply.app.ports.changes import ChangeSet
from calmreply.app.words import wording
from calmreply.ui.desk import sentence
from calmreply.ui.inbox import places
from calmreply.ui.inbox.model import InboxModel
from calmreply.ui.inbox.pane import EVERYWHERE, HERE
from calmreply.ui.inbox.reads import Wanted, load, look_again, mention_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from calmreply.app.queries import Overview
    from calmreply.domain.mention import CaseId, MentionId
    from calmreply.domain.stage import Stage
    from calmreply.ui.desk import Desk
    from calmreply.ui.inbox.pane import InboxPane
    from calmreply.ui.inbox.reads import Loaded
    from calmreply.ui.runner import Job

_SETTLE_MS = 90  # a mention is shown once the arrow keys rest on it this long
_PAUSE_MS = 300
_PAUSE_SHARE = 3
"""Between two looks, and in how many times as long as the look before took: so that hundreds of
rounds that end one after the other do not keep the readers, and the window, busy with looking."""


class Inbox(QObject):
    """Lives with its pane. `chosen` says which mention to show; `entered` to go on into it.

    `pointed`: it was clicked, so that it is to be seen, while the keys stay in the list.
    """

    chosen = Signal(object, object)
    """MentionId, and its CaseId or None."""
    entered = Signal()
    pointed = Signal()
    loaded = Signal(object)
    """The Overview that was read."""

    def __init__(self, desk: Desk, pane: InboxPane) -> None:
        super().__init__(pane)
        self._desk, self._pane = desk, pane
        self.model = InboxModel(self)
        self.wanted = Wanted()
        self.view: Overview | None = None
        self._mention: MentionId | None = None
        self._job: Job | None = None
        self._busy = self._again = self._later = self._moved = False
        self._took = QElapsedTimer()
        self._pause = QTimer(self, singleShot=True)
        self._pause.timeout.connect(self._after_pause)
        self._has_sources = True
        self._empty: places.Empty | None = None
        self.settle = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self.settle.timeout.connect(self._show_current)
        self._restoring = self._enters = False
        self._listed: Wanted | None = None
        pane.list.setModel(self.model)
        pane.list.selectionModel().currentChanged.connect(self._on_current)
        pane.list.opened.connect(self._on_opened)
        pane.list.clicked.connect(self._on_clicked)
        pane.search.asked.connect(self._on_words)
        pane.search.enter.connect(self._open_first)
        pane.where.changed.connect(self._on_where)
        self.model.wanted.connect(self._read_rows)

    # what the shell says

    def show_stage(self, stage: Stage) -> None:
        """List a stage; a search that was on is over."""
        self._pane.search.blockSignals(True)
        self._pane.search.clear()
        self._pane.search.blockSignals(False)
        self._want(Wanted(stage))

    def enter(self, *, anew: bool) -> None:
        """The keys go into the list, to its first line as soon as that is there.

        `anew`: nothing is shown beside it now, not even what was chosen last.
        """
        self._pane.list.setFocus()
        if anew:
            self._mention = None
        self._enters = self._listed != self.wanted
        if not self._enters:
            self._to_first()

    def _to_first(self) -> None:
        lines = self._pane.list
        if lines.hasFocus():
            if not lines.currentIndex().isValid():
                lines.setCurrentIndex(self.model.index(0))
            self.settle.start()  # what is marked is shown, however it came to be marked

    def start(self, loaded: Loaded) -> None:
        """Show what was read while the window opened."""
        self.wanted = loaded.wanted
        self._pane.list.setAccessibleName(wording.stage(loaded.wanted.stage))
        self._on_loaded(loaded)

    def reload(self, changes: ChangeSet) -> None:
        """Something was written; read again what shows it: at once, but for what rounds bring."""
        if changes.mentions:
            self._moved = True
        elif changes.cases:
            self.model.forget(changes.cases)
        elif changes.rules:
            self.model.forget()  # other words may be urgent now
        if changes == ChangeSet(mentions=changes.mentions, sources=changes.sources):
            self._refresh_in_time()
        elif changes != ChangeSet(accounts=changes.accounts):
            self.refresh()

    @property
    def behind(self) -> bool:
        """Whether something was heard that is looked at after the pause."""
        return self._later

    def refresh(self) -> None:
        """Read the stages again, and the ids; while one read is under way, once more after it."""
        if self._busy:
            self._again = True
            return
        self._busy, self._later = True, False
        self._pause.stop()
        self._took.start()
        moved, self._moved = self._moved, False
        if moved:
            self.model.forget()
        self._desk.read(look_again, self.wanted, self.view, moved=moved)(
            partial(self._on_looked, self.wanted), self._on_look_failed
        )

    def _refresh_in_time(self) -> None:
        if self._busy or self._pause.isActive():
            self._later = True
        else:
            self.refresh()

    def _after_pause(self) -> None:
        if self._later:
            self.refresh()

    def tick(self) -> None:
        """A minute has passed: nothing but paint."""
        self.model.tick(self._desk.home.clock.read().wall)

    def choose_case(self, case: CaseId) -> None:
        """Mark the line of a case that was opened from elsewhere, once it is in the list."""
        self._mention = None
        self._desk.read(mention_of, case)(self._on_mention)

    def _on_mention(self, mention: MentionId) -> None:
        self._mention = mention
        row = self.model.row_of(mention)
        self._restore(row)
        if row >= 0:
            self._pane.list.scrollTo(self.model.index(row))

    # reading

    def _want(self, wanted: Wanted) -> None:
        if self._job is not None:
            self._job.cancel()
        self.wanted = wanted
        here = wording.stage(wanted.stage)
        self._pane.list.setAccessibleName(here)
        self._pane.show_where(here, shown=bool(wanted.words))
        view = self.view if wanted.words else None
        self._job = self._desk.read(load, wanted, view)(self._on_loaded, self._on_failed)

    def _on_loaded(self, loaded: Loaded) -> None:
        """The first page of something new to show."""
        wanted = loaded.wanted
        if wanted != self.wanted:
            return
        self._take(loaded.view, has_sources=loaded.has_sources)
        self.model.fill([line.row.mention for line in loaded.lines], loaded.lines)
        self._set_ids(loaded.ids, anew=True)
        self._listed = wanted
        if self._enters:
            self._enters = False
            self._to_first()
        if not loaded.whole:
            # What is there already is painted before the rest is read beside it.
            QTimer.singleShot(0, self, partial(self._read_rest, loaded))

    def _read_rest(self, loaded: Loaded) -> None:
        wanted = loaded.wanted
        if wanted == self.wanted:
            self._job = self._desk.read(
                queries.mention_ids, loaded.view, wanted.scope, wanted.words
            )(partial(self._on_rest, wanted), self._on_failed)

    def _on_rest(self, wanted: Wanted, ids: tuple[MentionId, ...]) -> None:
        if wanted == self.wanted:
            self._set_ids(ids, anew=False)

    def _on_looked(
        self,
        wanted: Wanted,
        found: tuple[Overview, tuple[MentionId, ...] | None, bool],
    ) -> None:
        view, ids, has_sources = found
        self._take(view, has_sources=has_sources)
        if wanted == self.wanted and ids is not None:
            self._set_ids(ids, anew=False)
        self._looked()

    def _on_look_failed(self, error: BaseException) -> None:
        self._moved = True
        self._on_failed(error)
        self._looked()

    @property
    def nothing_yet(self) -> bool:
        """Whether no mention was ever heard, and nothing is listened to."""
        heard = self.view is None or any(self.view.counts.values())
        return not heard and not self._has_sources

    def _looked(self) -> None:
        self._busy = False
        if self._again:
            self._again = False
            self.refresh()
        else:
            self._pause.start(max(_PAUSE_MS, _PAUSE_SHARE * self._took.elapsed()))

    def _take(self, view: Overview, *, has_sources: bool) -> None:
        self._pane.notice.clear()
        self._has_sources = has_sources
        self.view = view
        self.model.set_view(view, self._desk.home.clock.read().wall)
        self.loaded.emit(view)

    def _on_failed(self, error: BaseException) -> None:
        words, way_out = sentence(error)
        self._pane.notice.say(words, way_out)

    def _read_rows(self, ids: tuple[MentionId, ...]) -> None:
        if self.view is not None:
            self._desk.read(queries.lines, self.view, ids)(
                partial(self.model.fill, ids), partial(self._on_rows_failed, ids)
            )

    def _on_rows_failed(self, ids: tuple[MentionId, ...], error: BaseException) -> None:
        self.model.fail(ids, sentence(error)[0])

    # showing

    def _set_ids(self, ids: Sequence[MentionId], *, anew: bool) -> None:
        """Put `ids` in place; unless all is `anew`, eye and choice stay where they were."""
        lines, model = self._pane.list, self.model
        bar = lines.verticalScrollBar()
        top = lines.indexAt(lines.viewport().rect().topLeft())
        anchor = model.mention_at(top)
        below = lines.visualRect(top).top() if top.isValid() else 0
        at_top = bar.value() == 0
        if model.set_ids(ids):
            self._restore(model.row_of(self._mention))
            row = model.row_of(anchor)
            if anew or at_top or row < 0:
                if anew:
                    bar.setValue(0)
            else:
                bar.setValue(row * lines.verticalHeader().defaultSectionSize() - below)
        self._show_emptiness()

    def _restore(self, row: int) -> None:
        """Mark a row as chosen without showing it anew."""
        lines = self._pane.list
        self._restoring = True
        if row >= 0:
            bar = lines.verticalScrollBar()
            value = bar.value()
            lines.setCurrentIndex(self.model.index(row))
            bar.setValue(value)
        else:
            lines.selectionModel().clear()
        self._restoring = False

    def _show_emptiness(self) -> None:
        if self.model.rowCount():
            self._pane.show_list()
            return
        if self.wanted.words:
            what = places.nothing_found(only_here=self.wanted.only_here)
        else:
            what = places.empty(self.wanted.stage, has_sources=self._has_sources)
        if self._pane.empty is not None and what == self._empty:
            return
        self._empty = what
        self._pane.show_empty(
            what.title,
            what.words,
            places.action_words(what.action),
            partial(self._do, what.action),
        )
        if what.also:
            self._pane.offer_also(places.action_words(what.also), partial(self._do, what.also))

    def _do(self, action: str) -> None:
        match action:
            case "everywhere":
                self._pane.where.choose((EVERYWHERE,))
            case "clear":
                self._pane.search.clear()
                self._pane.search.setFocus()
            case room:
                self._desk.room_wanted.emit(room)

    # choosing

    def _on_words(self, words: str) -> None:
        words = words.strip()
        only_here = HERE in self._pane.where.chosen()
        if (words, only_here) == (self.wanted.words, self.wanted.only_here):
            return
        self._want(Wanted(self.wanted.stage, words, only_here))

    def _on_where(self) -> None:
        self._on_words(self._pane.search.text())

    def _open_first(self) -> None:
        """Enter in the search: the marked line, or the first one."""
        here = self._pane.list.currentIndex()
        first = here if here.isValid() else self.model.index(0)
        if first.isValid():
            self._pane.list.setCurrentIndex(first)
            self._on_opened(first)

    def _on_current(self, index: QModelIndex, _before: QModelIndex) -> None:
        if index.isValid() and not (self._restoring or self._pane.list.entering):
            self.settle.start()

    def _on_opened(self, index: QModelIndex) -> None:
        self._show_now(index)
        self.entered.emit()

    def _on_clicked(self, index: QModelIndex) -> None:
        self._show_now(index)
        self.pointed.emit()

    def _show_now(self, index: QModelIndex) -> None:
        self.settle.stop()
        self._show(index, anyhow=True)

    def _show_current(self) -> None:
        self._show(self._pane.list.currentIndex())

    def _show(self, index: QModelIndex, *, anyhow: bool = False) -> None:
        mention = self.model.mention_at(index)
        if mention is None or (mention == self._mention and not anyhow):
            return
        if not self.model.known(index):
            self.settle.start()  # its row is on the way
            return
        self._mention = mention
        self.chosen.emit(mention, self.model.case_at(index))
