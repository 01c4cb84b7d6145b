"""Ids of mentions, and the rows of those that are looked at.

`data()` never raises and never waits: a row that is not there yet is asked for and painted pale, a
row that cannot be had is grey with the reason. What a line says of its case comes from the
overview, so a change of stages needs no row to be read again.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QTimer,
    Signal,
)

from calmreply.i18n import _
from calmreply.ui.inbox import rows
from calmreply.ui.kit.line_data import LineData, line_data

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from calmreply.app.inbox_lines import InboxLine
    from calmreply.app.queries import Overview
    from calmreply.domain.mention import CaseId, MentionId

Index = QModelIndex | QPersistentModelIndex

CHUNK = 48
"""Rows that are read together."""
KEPT = 4000
"""Rows that are kept, however many there are."""
_PENDING = 6  # chunks asked for and not read yet; a fast scroll leaves the older ones behind


class InboxModel(QAbstractListModel):
    """`wanted` asks for rows: a tuple of ids, answered by `fill` or `fail`."""

    wanted = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ids: tuple[MentionId, ...] = ()
        self._rows: dict[MentionId, InboxLine | str] = {}
        self._stale: set[MentionId] = set()
        self._shown: dict[MentionId, LineData] = {}
        self._view: Overview | None = None
        self._wall: datetime | None = None
        self._chunks: dict[int, None] = {}
        self._asked: set[MentionId] = set()
        self._asked_rows = range(0)
        self.soon = QTimer(self, singleShot=True, interval=0)
        self.soon.timeout.connect(self._ask)

    # what Qt asks

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._ids)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        number = index.row()
        if not 0 <= number < len(self._ids):
            return None
        return line_data(self._line(number), role)

    # what the inbox tells

    @property
    def ids(self) -> tuple[MentionId, ...]:
        return self._ids

    def set_ids(self, ids: Sequence[MentionId]) -> bool:
        """Show these, in this order. False where nothing moved: the same, or more at the end."""
        new, old = tuple(ids), self._ids
        if new == old:
            return False
        if old and new[: len(old)] == old:
            self.beginInsertRows(QModelIndex(), len(old), len(new) - 1)
            self._ids = new
            self.endInsertRows()
            return False
        self._chunks.clear()
        self._asked.clear()
        self.beginResetModel()
        self._ids = new
        self.endResetModel()
        return True

    def set_view(self, view: Overview, wall: datetime) -> None:
        """What is known of the cases from now on; what was known already is not painted again."""
        before, self._view, self._wall = self._view, view, wall
        if before is None or (before.states, before.zone) != (view.states, view.zone):
            self._repaint()

    def tick(self, wall: datetime) -> None:
        """It is later now: how long they have waited is told anew."""
        self._wall = wall
        self._repaint()

    def forget(self, cases: frozenset[CaseId] | None = None) -> None:
        """Rows of these cases (None: all) may be out of date: read again when next painted."""
        for mention, line in self._rows.items():
            if cases is None or isinstance(line, str) or line.row.case in cases:
                self._stale.add(mention)
        self._repaint()

    def fill(self, asked: Sequence[MentionId], lines: Sequence[InboxLine]) -> None:
        """Rows that came; one that was asked for and did not come is missing."""
        found = {line.row.mention: line for line in lines}
        for mention in asked:
            self._keep(mention, found.get(mention) or _("It is no longer here."))
        self._came(asked)

    def fail(self, asked: Sequence[MentionId], words: str) -> None:
        """Rows that could not be read, and why. What is already known of them stays."""
        for mention in asked:
            self._keep(mention, self._rows.get(mention, words))
        self._came(asked)

    def case_at(self, index: Index) -> CaseId | None:
        """The case of a row, None if there is none or it is not known yet."""
        line = self._rows.get(self._ids[index.row()]) if self._has(index) else None
        return None if line is None or isinstance(line, str) else line.row.case

    def known(self, index: Index) -> bool:
        """Whether the row has been read."""
        return self._has(index) and self._ids[index.row()] in self._rows

    def mention_at(self, index: Index) -> MentionId | None:
        return self._ids[index.row()] if self._has(index) else None

    def row_of(self, mention: MentionId | None) -> int:
        """The number of a mention's row, -1 if it is not among them."""
        try:
            return self._ids.index(mention) if mention is not None else -1
        except ValueError:
            return -1

    # inside

    def _has(self, index: Index) -> bool:
        return index.isValid() and index.row() < len(self._ids)

    def _line(self, number: int) -> LineData | None:
        mention = self._ids[number]
        line = self._rows.get(mention)
        if line is None or mention in self._stale:
            self._want(number // CHUNK)
        if line is None or self._view is None or self._wall is None:
            return None
        if isinstance(line, str):
            return rows.gone_line(line)
        shown = self._shown.get(mention)
        if shown is None:
            state = self._view.state(line.row.case, older=line.row.older)
            now = replace(line, state=state)
            shown = self._shown[mention] = rows.line_data(now, self._wall, self._view.zone)
        return shown

    def _want(self, chunk: int) -> None:
        self._chunks.pop(chunk, None)
        self._chunks[chunk] = None
        if not self._asked and not self.soon.isActive():
            self.soon.start()

    def _ask(self) -> None:
        """Ask for what was painted last; older wishes come back if they are painted again."""
        while len(self._chunks) > _PENDING:
            del self._chunks[next(iter(self._chunks))]
        while self._chunks and not self._asked:
            chunk, _none = self._chunks.popitem()
            ids = self._ids[chunk * CHUNK : (chunk + 1) * CHUNK]
            needed = tuple(one for one in ids if one not in self._rows or one in self._stale)
            if needed:
                self._asked = set(needed)
                self._asked_rows = range(chunk * CHUNK, chunk * CHUNK + len(ids))
                self.wanted.emit(needed)

    def _keep(self, mention: MentionId, line: InboxLine | str) -> None:
        self._rows.pop(mention, None)
        self._rows[mention] = line
        self._shown.pop(mention, None)
        self._stale.discard(mention)

    def _came(self, asked: Sequence[MentionId]) -> None:
        rows = self._asked_rows if self._asked == set(asked) else None
        while len(self._rows) > KEPT:
            oldest = next(iter(self._rows))
            del self._rows[oldest]
            self._shown.pop(oldest, None)
            self._stale.discard(oldest)
        if not self._asked.isdisjoint(asked):
            self._asked.clear()
        self._changed(rows)
        if self._chunks and not self.soon.isActive():
            self.soon.start()

    def _repaint(self) -> None:
        self._shown.clear()
        self._changed()

    def _changed(self, rows: range | None = None) -> None:
        """Paint again what is seen of these rows (None: all); the view knows which those are."""
        rows = range(len(self._ids)) if rows is None else rows
        if rows:
            self.dataChanged.emit(self.index(rows[0]), self.index(rows[-1]))
