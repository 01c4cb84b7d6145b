"""The room "Settings"."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from calmreply.app.rules import settings
from calmreply.app.rules.settings import Setting
from calmreply.i18n import _, ngettext
from calmreply.ui.deeds import Deeds
from calmreply.ui.dialogs.work import keep_settings
from calmreply.ui.kit.buttons import Button, LinkButton, PrimaryButton
from calmreply.ui.kit.flow import FlowLayout
from calmreply.ui.kit.text import PlainLabel
from calmreply.ui.kit.theme import theme
from calmreply.ui.kit.widgets import Card, Hairline, Notice, PageHead, Scroll
from calmreply.ui.runner import is_alive
from calmreply.ui.settings.accounts import AccountsCard
from calmreply.ui.settings.fields import SettingRow
from calmreply.ui.settings.proposals import ProposalsCard
from calmreply.ui.team.card import TeamCard

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent, QShowEvent

    from calmreply.app.ports.changes import ChangeSet
    from calmreply.errors import KnownError
    from calmreply.ui.desk import Desk

_WIDEST = 780
_MARGIN = 22
_SETTLES = 300
"""Milliseconds in which the heights above something that was shown settle."""


class SettingsPage(QWidget):
    """A room of the window (see `ui.rooms`)."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("settings")
        self.setAccessibleName(_("Settings"))
        self._desk = desk
        self.notice = Notice()
        self.notice.setObjectName("settings.notice")
        self.deeds = Deeds(desk, self)
        self.deeds.failed.connect(self.notice.say_error)
        self.rows = {one.name: SettingRow(one) for one in settings.declared()}
        self._sought: QWidget | None = None
        self.proposals = ProposalsCard(desk)
        self.proposals.failed.connect(self.notice.say_error)
        self.accounts = AccountsCard(desk)
        self.accounts.wanted.connect(self._bring)
        self._lay_out()
        for row in self.rows.values():
            row.changed.connect(self._count)
        desk.changed.connect(self._on_changed)
        self._read()

    def _lay_out(self) -> None:
        self.column = QWidget()
        column = QVBoxLayout(self.column)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(14)
        cards = self._cards()
        self.topics = QWidget()
        topics = FlowLayout(self.topics, gap=14, line_gap=2)
        for name, (title, card) in cards.items():
            topics.addWidget(self._topic(name, title, card))
        column.addWidget(self.topics)
        column.addWidget(self.proposals)
        for _title, card in cards.values():
            column.addWidget(card)
        self.page = Scroll()
        self.page.body.addWidget(self.column)
        self.page.verticalScrollBar().rangeChanged.connect(self._bring_now)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(PageHead(_("Settings")))
        whole.addWidget(self.page, 1)
        notices = QVBoxLayout()
        notices.setContentsMargins(22, 0, 22, 0)
        notices.addWidget(self.notice)
        whole.addLayout(notices)
        whole.addWidget(self._make_bar())
        self.setFocusProxy(self.topics.findChildren(LinkButton)[0])

    def _cards(self) -> dict[str, tuple[str, Card]]:
        """What stands below one another: a name, a title and a card each."""
        cards: dict[str, tuple[str, Card]] = {}
        for number, (title, why, rows) in enumerate(self._groups(), start=1):
            card = Card(title)
            card.body.setSpacing(0)
            if why:
                card.body.addWidget(PlainLabel(why, "second"))
            for at, row in enumerate(rows):
                if at:
                    card.body.addWidget(Hairline())
                card.body.addWidget(row)
            cards[str(number)] = (title, card)
            if title == _("Sending"):
                cards["accounts"] = (_("Accounts"), self.accounts)
        if self._desk.team is not None:
            cards["team"] = (_("Where this home lies"), TeamCard(self._desk, self._desk.team))
        return cards

    def _topic(self, name: str, title: str, card: Card) -> LinkButton:
        """A way to a card that is far below."""
        link = LinkButton(title, partial(self._go_to, card))
        link.setObjectName(f"settings.topic.{name}")
        return link

    def _go_to(self, card: Card) -> None:
        """Bring a card to the top, and the focus into it."""
        self.page.verticalScrollBar().setValue(card.mapTo(self.column, QPoint(0, 0)).y())
        for inside in card.findChildren(QWidget):
            by_key = inside.focusPolicy() & Qt.FocusPolicy.TabFocus
            if by_key and inside.isVisible() and inside.isEnabled():
                inside.setFocus(Qt.FocusReason.TabFocusReason)
                return

    def show_part(self, what: str) -> bool:
        """Go to a setting by its name, or to the form of a new account (`account:KIND`)."""
        kind = what.removeprefix("account:")
        if kind != what:
            self.accounts.set_up_for_source(kind)
            return True
        row = self.rows.get(what)
        if row is not None:
            row.field.setFocus(Qt.FocusReason.OtherFocusReason)
            self._bring(row)
        return row is not None

    def _bring(self, part: QWidget) -> None:
        """Into sight, and kept there while the layouts hear of what was shown just now."""
        self._sought = part
        QTimer.singleShot(0, self, self._bring_now)
        QTimer.singleShot(_SETTLES, self, self._brought)

    def _bring_now(self) -> None:
        part = self._sought
        if part is None or not is_alive(part):
            return
        self.page.ensureWidgetVisible(part, 20, 20)
        focused = part.focusWidget()
        if focused is not None:  # where it is higher than the window, what is filled in comes first
            self.page.ensureWidgetVisible(focused, 20, 60)

    def _brought(self) -> None:
        self._bring_now()
        self._sought = None

    def _groups(self) -> list[tuple[str, str, list[SettingRow]]]:
        """Every declared setting in its group; one that nobody put anywhere comes at the end."""
        waits = [name for name in self.rows if name.startswith("wait_")]
        groups = [
            (
                _("Your business"),
                "",
                ["business_name", "zone", "hours", "names", "contacts", "currency"],
            ),
            (
                _("Their clock"),
                _("What you aim at, counted in your opening hours."),
                ["first_word_aim", "full_reply_aim"],
            ),
            (
                _("Your clock"),
                _("Longer at any time. Shorter, once a case has begun, needs a second person."),
                waits,
            ),
            (
                _("A second pair of eyes"),
                _("Answers to complaints always have one."),
                [
                    *("sign_question", "sign_praise", "sign_after_week"),
                    *("distinct_people", "answer_aim", "notice_mail"),
                ],
            ),
            (_("Sending"), "", ["paused"]),
            (
                _("Being told"),
                _("Beside the clock, and never with a word of what was said."),
                ["tell", "quiet", "urgent_words", "notice"],
            ),
            (_("This window"), "", ["theme", "type_size", "in_tray"]),
        ]
        placed = {name for _title, _why, names in groups for name in names}
        rest = [name for name in self.rows if name not in placed]
        if rest:
            groups.append((_("More"), "", rest))
        return [
            (title, why, [self.rows[name] for name in names if name in self.rows])
            for title, why, names in groups
        ]

    def _make_bar(self) -> QWidget:
        self.bar = QWidget()
        whole = QVBoxLayout(self.bar)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(Hairline())
        line = QHBoxLayout()
        line.setContentsMargins(22, 10, 22, 12)
        line.setSpacing(10)
        self._changes = PlainLabel("", "second")
        self.undo = Button(_("Undo changes"), self._undo)
        self.undo.setObjectName("settings.undo")
        self.save = PrimaryButton(_("Save"), self._save)
        self.save.setObjectName("settings.save")
        line.addWidget(self._changes, 1)
        line.addWidget(self.undo)
        line.addWidget(self.save)
        whole.addLayout(line)
        self.bar.hide()
        for keys in (QKeySequence.StandardKey.Save, QKeySequence("Ctrl+Return")):
            shortcut = QShortcut(keys, self, self._save)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        return self.bar

    # what is shown

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._read()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # By a margin: a layout asks how high it is at the whole width, whatever the widest may be.
        widest = round(_WIDEST * theme().sizes.text / 13)
        right = max(_MARGIN, self.width() - _MARGIN - widest)
        self.page.body.setContentsMargins(_MARGIN, 18, right, _MARGIN)

    def _on_changed(self, changes: ChangeSet) -> None:
        if changes.rules:
            self._read()

    def _read(self) -> None:
        self._desk.read(settings.everything)(self._show, self.notice.say_error)
        self.proposals.read()

    def _show(self, found: tuple[tuple[Setting, str], ...]) -> None:
        for setting, value in found:
            if setting.name in self.rows:
                self.rows[setting.name].show_kept(value)
        self._count()

    def _count(self) -> None:
        changed = len(self.changed())
        self.bar.setVisible(bool(changed))
        words = ngettext("{n} change is not saved yet.", "{n} changes are not saved yet.", changed)
        self._changes.setText(words.format(n=changed))
        rules = {name: value for name, value in self.changed().items() if self._is_rule(name)}
        if rules:
            self._desk.read(settings.weakens, rules)(self._say_weaker, self._say_nothing_weaker)
        else:
            self._say_weaker(())

    def _is_rule(self, name: str) -> bool:
        return self.rows[name].setting.rule

    def _say_weaker(self, names: tuple[str, ...]) -> None:
        for name, row in self.rows.items():
            row.set_weaker(weaker=name in names and row.is_changed)

    def _say_nothing_weaker(self, _error: KnownError) -> None:
        """What does not fit is told when it is saved, beside its field."""
        self._say_weaker(())

    def changed(self) -> dict[str, str]:
        """What somebody has changed and not saved."""
        return {name: row.value() for name, row in self.rows.items() if row.is_changed}

    # what is done

    def _undo(self) -> None:
        self.notice.clear()
        for row in self.rows.values():
            row.undo()
        self._count()

    def _save(self) -> None:
        values = self.changed()
        if not values or self.deeds.busy:
            return
        self.notice.clear()
        what = partial(keep_settings, values=values)
        if any(map(self._is_rule, values)):
            self.deeds.act_if_anybody(what, partial(self._saved, values))
        else:
            self.deeds.run(partial(what, actor=self._desk.actor), partial(self._saved, values))

    def _saved(self, values: dict[str, str], kept: tuple[ChangeSet, dict[str, KnownError]]) -> None:
        """Each stands as it is now, and what was refused says why in its place."""
        _changes, wrong = kept
        proposed = any(self.rows[name].weaker() for name in values if name not in wrong)
        for name in values:
            row = self.rows[name]
            if name in wrong:
                row.set_error(wrong[name])
            else:
                row.saved()
        self._count()
        self._read()  # what was only proposed is not in force
        if proposed:
            self.notice.say(
                _("What asks for less is proposed; the rule stands as before."),
                tone="amber",
                action=_("Show it"),
                do=partial(self._bring, self.proposals),
            )
        if wrong:
            first = self.rows[next(iter(wrong))].field
            first.setFocus(Qt.FocusReason.OtherFocusReason)
            self.page.ensureWidgetVisible(first, 20, 60)
