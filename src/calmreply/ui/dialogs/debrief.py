"""Sitting down after it: what happened on the left, a few questions on the right."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLineEdit, QWidget

from calmreply.app.cases import debrief
from calmreply.app.words import wording, wording_debrief
from calmreply.domain.debrief import CAUSES, Answers, Outcome, Settledness
from calmreply.domain.policy import Kind
from calmreply.domain.stage import Stage
from calmreply.i18n import _
from calmreply.ui.dialogs import moments, work
from calmreply.ui.dialogs.actions import IN_A_FORTNIGHT, ActionList
from calmreply.ui.dialogs.frame import Columns, Dialog, column
from calmreply.ui.dialogs.timeline import Timeline
from calmreply.ui.kit.buttons import Button, PrimaryButton
from calmreply.ui.kit.fields import FormRow
from calmreply.ui.kit.pills import PillChoice
from calmreply.ui.kit.views import PlainEdit
from calmreply.ui.kit.widgets import Card

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from calmreply.app.home import Actor, Home
    from calmreply.app.ports.changes import ChangeSet
    from calmreply.domain.mention import CaseId
    from calmreply.ui.desk import Desk
    from calmreply.ui.dialogs.kept import Words
    from calmreply.ui.dialogs.work import ToDebrief
    from calmreply.ui.kit.palette import Tone


class DebriefDialog(Dialog):
    """Closes a case that is still open first. `done` carries the `Answers`, or the day chosen."""

    def __init__(self, desk: Desk, case_id: CaseId, parent: QWidget | None = None) -> None:
        super().__init__(desk, "debrief", _("Debrief"), parent, case=case_id, wide=1060)
        self._view: ToDebrief | None = None
        self._is_closed = False
        self.head.right.setText(_("Sit down with a cup of tea. Ten quiet minutes."))
        self.timeline = Timeline()
        self.later = Button(_("Later…"), self._on_later)
        self.close_case = PrimaryButton(_("Done"), self._go)
        self.on_that_day = Button(_("Ask again that day"), self._date_it)
        self.later.setObjectName("debrief.later")
        self.close_case.setObjectName("debrief.done")
        self.on_that_day.setObjectName("debrief.date_it")
        self._make_fields()
        self._lay_out()
        self.foot.addWidget(self.day)
        self.add_buttons(self.on_that_day, self.later, self.close_case)
        self.start = self.escalated
        self.to_blame = {"answers_missing": self.escalated_row}
        self._show_later(on=False)
        self.read(work.to_debrief, case_id, then=self._show)

    def _make_fields(self) -> None:
        self.outcome = PillChoice(
            [(one.value, wording.outcome(one)) for one in Outcome],
            exclusive=True,
            name=_("How did it end?"),
        )
        self.escalated, self.better = PlainEdit(min_lines=2), PlainEdit(min_lines=2)
        self.opportunity = PlainEdit(min_lines=1)
        self.one_line = QLineEdit()
        self.causes = PillChoice([(one, wording.cause(one)) for one in CAUSES])
        self.todo = ActionList()
        self.with_whom = QLineEdit()
        self.with_whom.setPlaceholderText(_("A name, or nobody"))
        self.feeling = PillChoice(
            [(one.value, wording.settledness(one), _tone(one)) for one in Settledness],
            exclusive=True,
        )
        self.day = moments.day_field()
        for field, name in (
            (self.outcome, "outcome"),
            (self.escalated, "escalated"),
            (self.better, "better"),
            (self.causes, "causes"),
            (self.opportunity, "opportunity"),
            (self.one_line, "one_line"),
            (self.with_whom, "with"),
            (self.feeling, "feeling"),
            (self.day, "day"),
        ):
            field.setObjectName(f"debrief.{name}")
        self.day.setAccessibleName(_("The day on which to ask again"))

    def _lay_out(self) -> None:
        asks = wording_debrief.questions()
        left = Card(_("What happened"))
        left.add(self.timeline)
        right, side = column()
        self.outcome_row = FormRow(_("How did it end?"), self.outcome)
        self.line_row = FormRow(
            _("Anything to remember?"), self.one_line, _("One line is enough, or none.")
        )
        self.escalated_row = FormRow(asks["escalated"], self.escalated)
        self._questions = (
            self.escalated_row,
            FormRow(asks["better"], self.better),
            FormRow(asks["causes"], self.causes),
            FormRow(asks["opportunity"], self.opportunity),
        )
        self._doing = FormRow(asks["actions"], self.todo)
        ends = []
        for words, field in (
            (asks["debriefed_with"], self.with_whom),
            (asks["feeling"], self.feeling),
        ):
            end, inner = column()
            inner.addWidget(FormRow(words, field))
            inner.addStretch(1)
            ends.append(end)
        self._end = Columns([(ends[0], 180, 1), (ends[1], 300, 2)])
        for row in (self.outcome_row, self.line_row, *self._questions, self._doing, self._end):
            side.addWidget(row)
        side.addStretch(1)
        self.body.addWidget(Columns([(left, 260, 4), (right, 480, 9)], gap=22), 1)
        self._show_form(Kind.COMPLAINT, still_open=False)

    # keeping

    def words(self) -> Words:
        return {
            "outcome": self.outcome.chosen(),
            "escalated": self.escalated.words(),
            "better": self.better.words(),
            "causes": self.causes.chosen(),
            "opportunity": self.opportunity.words(),
            "one_line": self.one_line.text(),
            "actions": self.todo.words(),
            "with": self.with_whom.text(),
            "feeling": self.feeling.chosen(),
        }

    def put_back(self, words: Words) -> None:
        self.outcome.choose(words.get("outcome", ()))
        self.escalated.set_text(words.get("escalated", ""))
        self.better.set_text(words.get("better", ""))
        self.causes.choose(words.get("causes", ()))
        self.opportunity.set_text(words.get("opportunity", ""))
        self.one_line.setText(words.get("one_line", ""))
        self.todo.put_back(words.get("actions", ()))
        self.with_whom.setText(words.get("with", ""))
        self.feeling.choose(words.get("feeling", ()))

    # what is shown

    def _show(self, view: ToDebrief) -> None:
        first, self._view = self._view is None, view
        here = view.here
        today = moments.today(here.wall, here.zone)
        self.head.about.setText(work.about(here))
        if first:
            self.timeline.show_story(view.story, here.zone, today)
            moments.show_day(self.day, today + timedelta(days=1))
        self.todo.set_up(view.people, today + IN_A_FORTNIGHT)
        self._show_form(self._kind(), still_open=self._still_open())
        self.fit_soon()

    def _show_form(self, kind: Kind, *, still_open: bool) -> None:
        """A complaint gets all the questions; praise and questions one optional line."""
        whole = kind is Kind.COMPLAINT
        for row in (*self._questions, self._doing, self._end):
            row.setVisible(whole)
        self.line_row.setVisible(not whole)
        self.outcome_row.setVisible(still_open)
        self.close_case.setText(_("Close the case") if still_open else _("Done"))
        self.start = self.outcome if still_open else self.escalated if whole else self.one_line
        if self.isVisible() and not self._typed():
            self.focus(self.start)

    def _typed(self) -> bool:
        return any(self.words().values())

    def _kind(self) -> Kind:
        """What it was, a complaint where nobody said."""
        return (self._view.here.page.kind if self._view else None) or Kind.COMPLAINT

    def _still_open(self) -> bool:
        if self._is_closed:
            return False
        stage = self._view.here.page.stage if self._view else None
        return stage not in (None, Stage.TO_DEBRIEF, Stage.CLOSED)

    def _on_later(self) -> None:
        self._show_later(on=True)
        self.day.setFocus()

    def _show_later(self, *, on: bool) -> None:
        self.day.setVisible(on)
        self.on_that_day.setVisible(on)
        self.later.setVisible(not on)

    # what is done

    def answers(self) -> Answers:
        feeling = self.feeling.chosen()
        better = self.better.words().strip() or self.one_line.text().strip()
        return Answers(
            escalated=self.escalated.words().strip(),
            better=better,
            causes=self.causes.chosen(),
            opportunity=self.opportunity.words().strip(),
            actions=self.todo.made(),
            debriefed_with=self.with_whom.text().strip(),
            feeling=Settledness(feeling[0]) if feeling else None,
        )

    def _outcome(self) -> Outcome | None:
        """How it ended, where that is still to be said. Says so if it is missing."""
        chosen = self.outcome.chosen()
        missing = self._still_open() and not chosen
        self.outcome_row.set_error(_("Choose one.") if missing else "")
        if missing:
            self.outcome.setFocus()
        return Outcome(chosen[0]) if chosen and self._still_open() else None

    def _go(self) -> None:
        self._close_first(partial(self._debrief, self.answers()))

    def _date_it(self) -> None:
        self._close_first(partial(self._date, moments.day_of(self.day)))

    def _close_first(self, then: Callable[[CaseId], None]) -> None:
        """Close the case if it is open, then go on."""
        outcome = self._outcome()
        if self._view is None or self.outcome_row.error():
            return
        case = self._view.here.facts.id
        if outcome is None:
            then(case)
        else:
            self.act(partial(_close, case=case, outcome=outcome), partial(self._closed, case, then))

    def _closed(self, case: CaseId, then: Callable[[CaseId], None], _changes: object) -> None:
        self._is_closed = True
        self._show_form(self._kind(), still_open=False)
        then(case)

    def _debrief(self, answers: Answers, case: CaseId) -> None:
        self.act(partial(_debrief, case=case, answers=answers), partial(self._done, answers))

    def _date(self, day: date, case: CaseId) -> None:
        self.act(partial(_later, case=case, day=day), partial(self._dated, day))

    def _done(self, answers: Answers, _changes: object) -> None:
        self.finish(answers)

    def _dated(self, day: date, _changes: object) -> None:
        """What is written already stays for that day."""
        self.done.emit(day)
        self.accept()


def _close(home: Home, actor: Actor, case: CaseId, outcome: Outcome) -> ChangeSet:
    return debrief.close(home, actor, case, outcome)


def _debrief(home: Home, actor: Actor, case: CaseId, answers: Answers) -> ChangeSet:
    return debrief.debrief(home, actor, case, answers)


def _later(home: Home, actor: Actor, case: CaseId, day: date) -> ChangeSet:
    return debrief.debrief_later(home, actor, case, day)


def _tone(feeling: Settledness) -> Tone:
    return "amber" if feeling is Settledness.STILL_SORE else "green"
