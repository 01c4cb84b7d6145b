"""The one question at the first start, and where each answer leads. Used by dialog and room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from calmreply.i18n import _
from calmreply.ui.deeds import Deeds
from calmreply.ui.dialogs.frame import Columns, column
from calmreply.ui.dialogs.heard_form import HeardForm
from calmreply.ui.kit.buttons import Button, LinkButton, PrimaryButton
from calmreply.ui.kit.text import PlainLabel
from calmreply.ui.kit.widgets import Bar, Card, Notice, add_hung
from calmreply.ui.welcome.steps import Step, steps

if TYPE_CHECKING:
    from calmreply.domain.mention import CaseId
    from calmreply.errors import KnownError
    from calmreply.ui.desk import Desk
    from calmreply.ui.dialogs.kept import Words


class Welcome(QWidget):
    """`finished` when it has been gone through, `resized` whenever it shows something else."""

    rehearse_wanted = Signal()
    finished = Signal()
    resized = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._at = -1
        self.deeds = Deeds(desk, self)
        self.deeds.began.connect(self._on_deed)
        self.deeds.failed.connect(self.say_error)
        self.notice = Notice()
        self.notice.setObjectName("welcome.notice")
        self.question = self._make_question()
        self.angry = self._make_angry()
        self.steps: tuple[Step, ...] = steps(desk, self.deeds)
        self.setup = self._make_setup()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(14)
        for part in (self.question, self.angry, self.setup, self.notice):
            whole.addWidget(part)
        self.ask()

    # the pages

    def _make_question(self) -> QWidget:
        page, inner = column()
        self.title = PlainLabel(_("What brings you here?"), "title")
        inner.addWidget(self.title)
        self.to_angry = PrimaryButton(_("Paste what they said"), self._on_angry)
        self.to_setup = Button(_("Begin the five steps"), self._on_setup)
        self.to_rehearsal = Button(_("Open the sample bakery"), self.rehearse_wanted.emit)
        cards = [
            _card(
                _("Somebody is angry right now"),
                _("Nothing can leave before you are calm, and a first word may go at once."),
                self.to_angry,
                "welcome.angry",
            ),
            _card(
                _("Set up calmly"),
                _(
                    "Your business and its hours, you and a second person, what to listen to. "
                    "Each step can be skipped."
                ),
                self.to_setup,
                "welcome.setup",
            ),
            _card(
                _("Rehearse"),
                _("Sample reviews in a shop that is not yours. Try everything; nothing leaves."),
                self.to_rehearsal,
                "welcome.rehearse",
            ),
        ]
        self._rehearse_card = cards[2]
        inner.addWidget(Columns([(card, 190, 1) for card in cards], gap=14))
        if self._desk.team is not None and self._desk.home.team is None:
            self.to_team = LinkButton(_("Our business has a shared database…"), self._on_team)
            self.to_team.setObjectName("welcome.team")
            add_hung(inner, self.to_team)
        inner.addWidget(PlainLabel(_("Everything can be done later, too, in Settings."), "second"))
        inner.addStretch(1)
        return page

    def _make_angry(self) -> QWidget:
        page, inner = column()
        inner.addWidget(PlainLabel(_("What did they say?"), "title"))
        inner.addWidget(
            PlainLabel(
                _(
                    "Paste it here; everything else may stay empty. Next you read it once in "
                    "peace and say how it felt. The wait begins then."
                ),
                tone="soft",
            )
        )
        self.form = HeardForm(self._desk)
        self.form.added.connect(self._added)
        self.form.resized.connect(self.resized)
        inner.addWidget(self.form)
        back = Button(_("Back"), self.ask)
        back.setObjectName("welcome.angry.back")
        self.open_case = PrimaryButton(_("Open the case"), self.form.go)
        self.open_case.setObjectName("welcome.open_case")
        inner.addLayout(_buttons(back, None, self.open_case))
        inner.addStretch(1)
        return page

    def _make_setup(self) -> QWidget:
        page, inner = column()
        self._where = PlainLabel("", "second")
        self._bar = Bar()
        self._bar.setObjectName("welcome.progress")
        inner.addWidget(self._where)
        inner.addWidget(self._bar)
        for step in self.steps:
            inner.addWidget(step)
            step.resized.connect(self._on_step)
        self.back = Button(_("Back"), self._back)
        self.skip = LinkButton(_("Skip this step"), self._skip)
        self.next = PrimaryButton(_("Next"), self._next)
        for button, name in ((self.back, "back"), (self.skip, "skip"), (self.next, "next")):
            button.setObjectName(f"welcome.{name}")
        inner.addLayout(_buttons(self.back, self.skip, self.next))
        inner.addStretch(1)
        return page

    # going through it

    def ask(self) -> None:
        """The question itself."""
        self._show(self.question)
        self.to_angry.setFocus(Qt.FocusReason.OtherFocusReason)

    def words(self) -> Words:
        """What somebody has typed of the complaint, to be put back."""
        return self.form.words()

    def put_back(self, words: Words) -> None:
        """Go on with a complaint that was begun."""
        if words:
            self.form.put_back(words)
            self._on_angry()

    def let_rehearse(self, *, may: bool) -> None:
        """Whether somebody listens who can begin a rehearsal."""
        self._rehearse_card.setVisible(may)

    def default_button(self) -> Button:
        """What Enter presses now."""
        if not self.question.isHidden():
            return self.to_angry
        return self.open_case if not self.angry.isHidden() else self.next

    def _on_angry(self) -> None:
        self._show(self.angry)
        self.form.text.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_team(self) -> None:
        from calmreply.ui.team.window import TeamWindow  # noqa: PLC0415 - rarely needed

        if self._desk.team is not None:
            TeamWindow(self._desk.team, parent=self.window()).open()

    def _on_setup(self) -> None:
        self._show(self.setup)
        self._go_to(0)

    def _show(self, page: QWidget) -> None:
        self.notice.clear()
        for one in (self.question, self.angry, self.setup):
            one.setVisible(one is page)
        self.resized.emit()

    def _go_to(self, number: int) -> None:
        self._at = number
        count = len(self.steps)
        step = self.steps[number]
        words = _("Step {n} of {count}: {title}")
        self._where.setText(words.format(n=number + 1, count=count, title=step.title))
        self._bar.set_share((number + 1) / count)
        self._bar.setAccessibleName(self._where.text())
        for one in self.steps:
            one.setVisible(one is step)
        self.next.setText(_("Done") if number == count - 1 else _("Next"))
        self.notice.clear()
        step.begin()
        self._on_step()

    def _on_step(self) -> None:
        last = self._at == len(self.steps) - 1
        self.skip.setVisible(not last and self.steps[self._at].may_skip)
        self.resized.emit()

    def _back(self) -> None:
        if self.deeds.busy:
            return
        if self._at == 0:
            self.ask()
        else:
            self._go_to(self._at - 1)

    def _skip(self) -> None:
        if not self.deeds.busy:
            self.steps[self._at].leave()
            self._on()

    def _next(self) -> None:
        if not self.deeds.busy:
            self.steps[self._at].keep(self._on)

    def _on(self) -> None:
        if self._at == len(self.steps) - 1:
            self.finished.emit()
        else:
            self._go_to(self._at + 1)

    def _added(self, case: CaseId) -> None:
        self.form.clear()
        self.finished.emit()
        self._desk.open_case(case)

    def _on_deed(self, words: str) -> None:
        if words:
            self.notice.clear()
        step = self.steps[self._at]
        self._where.setText(
            words
            or _("Step {n} of {count}: {title}").format(
                n=self._at + 1, count=len(self.steps), title=step.title
            )
        )

    def say_error(self, error: KnownError) -> None:
        if not self.steps[self._at].show_error(error):
            self.notice.say_error(error)
        self.resized.emit()


def _card(title: str, words: str, button: Button, name: str) -> Card:
    """One answer: what it is called, what it means, and what to press."""
    button.setObjectName(name)
    button.setAccessibleDescription(f"{title}. {words}")
    card = Card(fill=True)
    card.setAccessibleName(title)
    card.body.setSpacing(6)
    card.body.addWidget(PlainLabel(title, "strong"))
    card.body.addWidget(PlainLabel(words, tone="soft"))
    card.body.addSpacing(6)
    card.body.addStretch(1)
    card.body.addWidget(button)
    return card


def _buttons(back: Button, middle: Button | None, ahead: Button) -> QHBoxLayout:
    line = QHBoxLayout()
    line.setSpacing(12)
    line.addWidget(back)
    line.addStretch(1)
    if middle is not None:
        line.addWidget(middle)
    line.addWidget(ahead)
    return line
