"""The card of the reply: the words, where they go, whether they are kept, and their versions."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from calmreply.app.words import wording
from calmreply.domain import disguise
from calmreply.i18n import _
from calmreply.ui.case import words, work
from calmreply.ui.case.asking import Asking
from calmreply.ui.case.beside import Beside
from calmreply.ui.case.details import HANG, DetailsForm
from calmreply.ui.case.doing import Doing
from calmreply.ui.case.editor import GuardedEdit, GuardedLine, Question
from calmreply.ui.case.foot import Foot
from calmreply.ui.case.from_plan import FromPlan
from calmreply.ui.case.hidden import HiddenLine
from calmreply.ui.case.length import LengthLabel
from calmreply.ui.case.remarked import Remarked, take_over
from calmreply.ui.case.saver import Saver
from calmreply.ui.case.typed import Typed, stored
from calmreply.ui.case.unsigned import SignInBar, Unsigned
from calmreply.ui.case.versions import VersionsView
from calmreply.ui.kit.fields import FormRow
from calmreply.ui.kit.flow import Hang
from calmreply.ui.kit.views import Mark
from calmreply.ui.kit.widgets import Card, Notice

if TYPE_CHECKING:
    from calmreply.domain.mention import CaseId
    from calmreply.domain.private import PrivateKind
    from calmreply.domain.suggestions import Suggestion
    from calmreply.ui.case.work import Details, Shown
    from calmreply.ui.desk import Desk


class ReplyCard(Card):
    """`changed`: what is on the screen is another than what was read (or no longer is).
    `sight` carries a part of it that should be seen now.
    """

    changed = Signal()
    sight = Signal(object)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(fill=True, parent=parent)
        self._desk = desk
        self._shown: Shown | None = None
        self._afresh = False
        self._stored: Typed = ("", "")
        self.saver = Saver(desk, self)
        self.saver.changed.connect(self._on_saver)
        self._notice = Notice()
        self._notice.setObjectName("case.reply.notice")
        self._doing = Doing(desk, self._notice, self)
        self._make_parts()
        self._lay_out()
        self._connect()
        QApplication.instance().focusChanged.connect(self._on_focus)  # type: ignore[union-attr]  # there is one

    def _make_parts(self) -> None:
        self.count = LengthLabel()
        self.head.addWidget(self.count)
        self._remark = Remarked()
        self.question = Question()
        self.subject = GuardedLine()
        self.subject.setObjectName("case.subject")
        self._subject_row = FormRow(_("Subject"), self.subject)
        self.edit = GuardedEdit()
        self.edit.setObjectName("case.editor")
        self.edit.setAccessibleName(_("Your reply"))
        self.edit.fill_height()
        self._hidden = HiddenLine(self.edit, self.subject)
        self._asking = Asking(self._desk, self.question, self.edit, self.subject, self)
        self.versions = VersionsView()
        self.details = DetailsForm()
        self.details.hide()
        self._others = Beside()
        bar = self._bar = SignInBar()
        self.unsigned = Unsigned(self._desk, bar, self)
        self.from_plan = FromPlan(self._desk, self._asking, self.edit, self)
        self.from_plan.chosen.connect(self._show_editor)
        self._foot = Foot(
            self.from_plan.button,
            versions=self.show_versions,
            details=self.show_details,
            further=self._write_another,
            afresh=partial(self._asking.go_on, self._start_afresh),
        )
        self.details_button, self._saved = self._foot.details, self._foot.saved

    def _lay_out(self) -> None:
        for part in (self._remark, self._bar, self._others, self.question, self._subject_row):
            self.add(part)
        # No stack: it would keep the height of the larger one for the other.
        place = QWidget()
        one = QVBoxLayout(place)
        one.setContentsMargins(0, 0, 0, 0)
        one.addWidget(self.edit, 1)
        one.addWidget(self.versions, 1)
        self.versions.hide()
        self.body.addLayout(Hang(place, self.edit.hang), 1)
        self.add(self._hidden)
        self.add(self.from_plan.alike)
        self.body.addLayout(Hang(self.details, HANG))
        self.add(self._notice)
        self.add(self._foot)

    def _connect(self) -> None:
        for editor in (self.edit, self.subject):
            editor.words_changed.connect(self._on_words)
        self._asking.sight.connect(self.sight)
        self._asking.sight.connect(self._on_asked)
        self._asking.dropped.connect(self._on_dropped)
        self.question.leave.connect(self._on_leave_it)
        self.versions.use.connect(self._use_again)
        self.versions.back.connect(self._show_editor)
        self._remark.use.connect(self._on_suggestion)
        self.details.done.connect(self._on_details)

    # --- what is shown ----------------------------------------------------------------------

    @property
    def unsettled(self) -> bool:
        """Whether the screen says something else than what was read from the store."""
        shown = self._shown
        asks = not self.question.isHidden()
        return shown is not None and (asks or self.saver.dirty or self._typed() != stored(shown))

    def set_shown(self, shown: Shown, stamp: int | None = None) -> None:
        """`stamp` is the saver's when the reading began: words typed since then stay."""
        before = self._shown
        another = before is None or (before.case, before.me) != (shown.case, shown.me)
        held = self._asking.waiting_for_sign_in(shown.case)
        self._shown = shown
        begun = any(d.by == shown.me and d.differs for d in shown.facts.drafts)
        loose = self.unsigned.words(shown.case) is not None
        self._afresh = shown.answered and (begun or loose or (self._afresh and not another))
        if another and before is not None and before.case == shown.case:
            self._cut_off(before, shown)
        found = self._stored = (
            ("", shown.words.subject) if self._afresh and not begun else stored(shown)
        )
        if another:
            self._begin(shown, found)
        elif not loose and not self.saver.dirty and stamp in (None, self.saver.stamp):
            self._fill(found)
            self.saver.read_again(found, self._revised(shown))
        self._show_frame(shown)
        writing = begun or self.saver.dirty
        self._others.set_shown(before, shown, writing=writing, made=self.saver.made)
        self._take_loose(shown)
        if another and held is not None and shown.me is not None:
            self._asking.go_on(held)
        self.changed.emit()

    def leave(self) -> None:
        """Somebody goes elsewhere: what was written becomes a revision."""
        if not self._read_only():
            self.saver.keep()
            self.unsigned.leave()

    def mark_private(self, found: tuple[tuple[PrivateKind, str], ...]) -> None:
        """Point at the words that look private."""
        text = self.edit.words()
        self.edit.set_marks(
            [Mark(text.find(part), len(part), "red", "line") for _kind, part in found]
        )

    def write(self) -> None:
        """Put the focus where one writes."""
        self._show_editor()

    def _begin(self, shown: Shown, stored: Typed) -> None:
        """Another case or another person: their own words, and nothing of what went before."""
        self._asking.begin()
        self._notice.clear()
        self.details.hide()
        self._look_at(self.edit)
        lost = self.saver.begin(shown.case, self._desk.actor if shown.me else None, stored)
        loose = self.unsigned.words(shown.case) if shown.me is None else None
        self._fill(lost or loose or stored)
        if lost is None:
            self.saver.read_again(stored, self._revised(shown))

    def _cut_off(self, before: Shown, shown: Shown) -> None:
        """Locked in the middle of writing: what is typed on belongs behind it."""
        writes = self.edit.hasFocus() and not self._read_only()
        if shown.me is None and before.me is not None and writes:
            self.unsigned.cut(shown.case, before.me, self.edit.words())

    def _take_loose(self, shown: Shown) -> None:
        """Words typed while nobody was signed in become a draft of whoever is now."""
        if shown.me is None or self._read_only() or not self.question.isHidden():
            return
        words = self.unsigned.joined(shown.case, shown.me, self._typed())
        if words is not None:
            self._asking.go_on(partial(self._put_in, shown.case, words))

    def _put_in(self, case: CaseId, words: Typed) -> None:
        self.unsigned.drop(case)
        self.edit.replace(words[0])
        self.subject.replace(words[1])

    def _on_leave_it(self) -> None:
        """What they typed before they signed in is left, too."""
        if self._shown is not None:
            self.unsigned.drop(self._shown.case)
        self.changed.emit()

    def _on_asked(self, _question: QWidget) -> None:
        """Nothing is sent while somebody is about to change it."""
        self._notice.clear()
        self.changed.emit()

    def _on_dropped(self) -> None:
        words = _("The words stay as they were signed; what you typed was left out.")
        self._notice.say(words, tone="neutral")

    def _revised(self, shown: Shown) -> Typed:
        """What the last revision of the reply says that is written on here."""
        revision = shown.facts.revision
        if revision is None or self._afresh:
            return "", shown.words.subject
        return revision.words.text, revision.words.subject

    def _fill(self, typed: Typed) -> None:
        if self.edit.words() != typed[0]:
            self.edit.set_text(typed[0])
            self.from_plan.mark()
            if self.edit.hasFocus():
                self.edit.moveCursor(QTextCursor.MoveOperation.End)
        self.subject.set_text(typed[1])

    def _show_frame(self, shown: Shown) -> None:
        """Everything around the words."""
        revision = shown.facts.revision
        self.set_title(words.title(shown, afresh=self._afresh))
        mail = shown.words.to.channel == words.MAIL
        self._subject_row.setVisible(mail)
        author = disguise.name(shown.facts.mention.now.author) or _("them")
        self.edit.setPlaceholderText(
            _("Write to {name} here. It is kept as you type; nothing leaves by itself.").format(
                name=author
            )
        )
        self._remark.set_shown(shown, editable=not self._read_only() and not self._afresh)
        self.versions.set_shown(shown, editable=not self._read_only())
        self._foot.set_shown(shown, editable=not self._read_only(), afresh=self._afresh)
        for editor in (self.edit, self.subject):
            editor.setReadOnly(self._read_only())
        if self._read_only():
            keys = Qt.TextInteractionFlag.TextSelectableByKeyboard
            self.edit.setTextInteractionFlags(keys | Qt.TextInteractionFlag.TextSelectableByMouse)
        empty = not self.edit.words() and self._read_only() and revision is None
        self.setHidden(empty)
        self._asking.set_shown(shown, editable=not self._read_only(), afresh=self._afresh)
        self.unsigned.show_bar(shown, editable=not self._read_only())
        self.from_plan.set_shown(shown, editable=not self._read_only())
        self._count_words()
        self._on_saver()

    def _read_only(self) -> bool:
        """Words that are out, or of a case that is over, stand as they are."""
        shown = self._shown
        if shown is None or shown.ended or shown.on_the_way:
            return True
        return shown.answered and not self._afresh

    def _count_words(self) -> None:
        self._hidden.look()
        if self._shown is not None:
            self.count.show_length(self._desk.home, self._shown, self.edit.words())

    def _on_saver(self) -> None:
        """Say whether the words are kept; where they are not, why, and what to do."""
        shown, error = self._shown, self.saver.error
        if shown is None:
            return
        if error is not None:
            self._notice.say(error.words, error.way_out, action=_("Try again"), do=self.saver.retry)
            self._saved.setText(_("Not saved"))
        elif self.unsigned.words(shown.case) is not None:
            self._saved.setText(_("Not kept yet"))
        elif self.saver.dirty:
            self._saved.setText(_("Writing…"))
        elif self.saver.saved_at is not None:
            if not self._doing.busy and self._notice.words():
                self._notice.clear()
            at = wording.clock(self.saver.saved_at, shown.zone)
            self._saved.setText(_("Saved {time}").format(time=at))
        else:
            self._saved.setText("")

    # --- writing ----------------------------------------------------------------------------

    def _typed(self) -> Typed:
        return self.edit.words(), self.subject.text()

    def _on_words(self) -> None:
        self.from_plan.mark()
        shown = self._shown
        if shown is not None and shown.me is None:
            self.unsigned.note(shown.case, self._stored, self._typed())
            self.unsigned.show_bar(shown, editable=True)
            self._on_saver()
        else:
            self.saver.note(self._typed())
        self._count_words()
        self.changed.emit()

    def _write_another(self) -> None:
        shown = self._shown
        if shown is None or not shown.answered:
            return
        self._afresh = True
        self._stored = ("", shown.words.subject)
        self._begin(shown, self._stored)
        self._show_frame(shown)
        self._show_editor()

    def _start_afresh(self) -> None:
        """What was written stays with the versions; whoever wrote it may sign what comes now."""
        if self._shown is not None:
            self.saver.keep()
            self._doing.act(partial(work.start_afresh, case=self._shown.case))
            self._show_editor()

    # --- versions and details ---------------------------------------------------------------

    def show_versions(self) -> None:
        if self._shown is not None and self._shown.facts.revision is not None:
            self._look_at(self.versions)
            self.versions.open(self._shown)
            self.sight.emit(self.versions)

    def show_details(self, *, at_offer: bool = False) -> None:
        if self._shown is not None and not self._read_only():
            self.details.open(self._shown, at_offer=at_offer)
            self.sight.emit(self.details)

    def _look_at(self, one: QWidget) -> None:
        """The editor, or the versions in its place; the focus goes along."""
        other = self.versions if one is self.edit else self.edit
        one.show()
        focus = QApplication.focusWidget()
        if focus is not None and (focus is other or other.isAncestorOf(focus)):
            one.setFocus(Qt.FocusReason.OtherFocusReason)
        other.hide()

    def _show_editor(self) -> None:
        self._look_at(self.edit)
        self.edit.setFocus(Qt.FocusReason.OtherFocusReason)
        # All of the card where there is room; the editor itself follows its caret then.
        self.sight.emit(self)
        self.edit.follow()

    def _use_again(self, wording_of_then: str) -> None:
        self._show_editor()
        self._asking.go_on(partial(self.edit.replace, wording_of_then))

    def _on_suggestion(self, made: Suggestion) -> None:
        """What was typed here is kept first, as a version of its own."""
        if self._shown is not None:
            self.saver.keep()
            self._asking.go_on(partial(self._doing.act, take_over(self._shown.case, made)))

    def _on_details(self, details: Details | None) -> None:
        self.details.hide()
        self.details_button.setFocus(Qt.FocusReason.OtherFocusReason)
        if details is not None:
            self._asking.go_on(partial(self._use_details, details))

    def _use_details(self, details: Details) -> None:
        if self._shown is not None:
            text, subject = self._typed()
            self._doing.act(
                partial(
                    work.change_details,
                    case=self._shown.case,
                    text=text,
                    subject=subject,
                    details=details,
                )
            )

    def _on_focus(self, before: QWidget | None, now: QWidget | None) -> None:
        """Going to another part of the window leaves the editor; going to another window not."""
        if before is None or now is None or now.window() is not self.window():
            return
        if self.isAncestorOf(before) and not self.isAncestorOf(now):
            self.leave()
