"""Is this really ours? Kind, verdict and what it rests on: said in one go, a line afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from calmreply.app.cases import judge
from calmreply.app.words import wording
from calmreply.domain import calm
from calmreply.domain.case import Judged, Verdict
from calmreply.domain.policy import Kind
from calmreply.i18n import _
from calmreply.ui.case.doing import Doing
from calmreply.ui.kit.buttons import Button, LinkButton
from calmreply.ui.kit.fields import FormRow
from calmreply.ui.kit.flow import FlowLayout
from calmreply.ui.kit.pills import Pill, PillChoice
from calmreply.ui.kit.text import PlainLabel, Run, RunLabel
from calmreply.ui.kit.widgets import Card, Notice, SectionLabel

if TYPE_CHECKING:
    from calmreply.domain.mention import CaseId
    from calmreply.ui.case.work import Shown
    from calmreply.ui.desk import Desk
    from calmreply.ui.kit.palette import Tone

KIND_TONES: dict[Kind, Tone] = {
    Kind.COMPLAINT: "red",
    Kind.QUESTION: "neutral",
    Kind.PRAISE: "green",
}


class JudgementCard(Card):
    """A form until it is judged, then what was said, with "Change". Half-said things stay."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._shown: Shown | None = None
        self._changing = False
        self._half_said: dict[CaseId, tuple[tuple[str, ...], tuple[str, ...], str]] = {}
        self._notice = Notice()
        self._notice.setObjectName("case.judge.notice")
        self._doing = Doing(desk, self._notice, self)
        self._doing.changed.connect(self._refresh)
        self._make_told()
        self._make_form()
        self.add(self._notice)

    def _make_told(self) -> None:
        self.told = QWidget()
        whole = QVBoxLayout(self.told)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(4)
        top = QHBoxLayout()
        top.setSpacing(10)
        line = FlowLayout(gap=8, line_gap=4)
        top.addLayout(line, 1)
        whole.addLayout(top)
        title = SectionLabel(_("Is this really ours?"))
        title.setWordWrap(False)
        line.addWidget(title)
        self._verdict = PlainLabel("", "strong")
        self._kind = Pill("")
        line.addWidget(self._verdict)
        line.addWidget(self._kind)
        self._evidence = RunLabel(look="second")
        self.change = LinkButton(_("Change…"), self._on_change)
        self.change.setObjectName("case.judge.change")
        whole.addWidget(self._evidence)
        top.addWidget(self.change, 0, Qt.AlignmentFlag.AlignTop)
        self._verdict.setWordWrap(False)
        self.add(self.told)

    def _make_form(self) -> None:
        self.kind = PillChoice(
            [(kind.value, wording.kind(kind), _form_tone(kind)) for kind in Kind],
            exclusive=True,
            name=_("What is it?"),
        )
        self.kind.setObjectName("case.judge.kind")
        self.verdict = PillChoice(
            [(verdict.value, wording.verdict(verdict)) for verdict in Verdict],
            exclusive=True,
            name=_("Who is it from?"),
        )
        self.verdict.setObjectName("case.judge.verdict")
        self.evidence = QLineEdit()
        self.evidence.setObjectName("case.judge.evidence")
        self.evidence.setPlaceholderText(_("An order, a booking, a talk; or: nothing was found"))
        self.evidence.returnPressed.connect(self._save)
        self._row = FormRow(_("How do you know?"), self.evidence)
        self.save = Button(_("Keep this"), self._save)
        self.save.setObjectName("case.judge.save")
        self.leave = LinkButton(_("Leave it as it was"), self._on_leave)
        self.leave.setObjectName("case.judge.leave")
        self._lacks = PlainLabel("", "second")
        self._buttons = QWidget()
        line = FlowLayout(self._buttons, gap=10, line_gap=4)
        line.addWidget(self.save)
        line.addWidget(self.leave)
        line.addWidget(self._lacks)
        for widget in (self.verdict, self.kind, self._row, self._buttons):
            self.add(widget)
        for choice in (self.kind, self.verdict):
            choice.changed.connect(self._refresh)
        self.evidence.textChanged.connect(self._refresh)

    def set_shown(self, shown: Shown) -> None:
        before = self._shown
        self._shown = shown
        judged = shown.facts.judged
        if before is None or before.case != shown.case:
            if before is not None:
                self._keep(before)
            self._notice.clear()
            self._changing = False
            self._fill(judged)
            self._put_back(shown)
        self._suggest(shown)
        if judged is not None:
            self._tell(shown, judged)
        self._refresh()

    def ask(self) -> None:
        """Put the focus where the judgement is made."""
        if self._shown is not None and self._shown.facts.judged is not None:
            self._on_change()
        choice = self.verdict if not self.verdict.chosen() else self.kind
        choice.setFocus(Qt.FocusReason.OtherFocusReason)

    def _tell(self, shown: Shown, judged: Judged) -> None:
        self._verdict.setText(wording.verdict(judged.verdict))
        self._kind.set(wording.kind(judged.kind), KIND_TONES[judged.kind])
        who = shown.name(judged.by)
        said = _("{evidence} ({name})").format(evidence=judged.evidence, name=who)
        self._evidence.set_runs((Run(said),))

    def _fill(self, judged: Judged | None) -> None:
        self.kind.choose([judged.kind.value] if judged else [])
        self.verdict.choose([judged.verdict.value] if judged else [])
        self.evidence.setText(judged.evidence if judged else "")

    def _suggest(self, shown: Shown) -> None:
        """What counts as a complaint by itself is one, until somebody says otherwise."""
        counts = calm.complains(shown.facts, shown.page.known.rules)
        if shown.facts.judged is None and counts and not self.kind.chosen():
            self.kind.choose([Kind.COMPLAINT.value])

    def _keep(self, shown: Shown) -> None:
        """What was begun and not kept yet, until this case is shown again."""
        if shown.facts.judged is None and (self.verdict.chosen() or self.evidence.text()):
            said = (self.kind.chosen(), self.verdict.chosen(), self.evidence.text())
            self._half_said[shown.case] = said

    def _put_back(self, shown: Shown) -> None:
        said = self._half_said.pop(shown.case, None)
        if said is not None and shown.facts.judged is None:
            self.kind.choose(said[0])
            self.verdict.choose(said[1])
            self.evidence.setText(said[2])

    def _refresh(self) -> None:
        shown = self._shown
        if shown is None:
            return
        judged = shown.facts.judged
        asking = judged is None or self._changing
        over = shown.ended or shown.answered
        self.set_title(_("Is this really ours?") if asking else "")
        self.setAccessibleName(_("Is this really ours?"))
        self.told.setVisible(not asking)
        self.change.setVisible(not over)
        self.verdict.setVisible(asking)
        # One question after the other: what it is comes once it is said who it is from.
        for widget in (self.kind, self._row, self._buttons):
            widget.setVisible(asking and bool(self.verdict.chosen()))
        self.leave.setVisible(self._changing)
        whole = bool(self.kind.chosen() and self.verdict.chosen())
        self.save.setEnabled(whole and not self._doing.busy)
        self._lacks.setText("" if self.kind.chosen() else _say_kinds())
        self._lacks.setVisible(not self.kind.chosen())
        self.save.setAccessibleDescription(self._lacks.text())
        self.setVisible(judged is not None or not over)

    def _on_change(self) -> None:
        self._changing = True
        self._refresh()
        self.verdict.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_leave(self) -> None:
        self._changing = False
        if self._shown is not None:
            self._fill(self._shown.facts.judged)
            self._suggest(self._shown)
        self._notice.clear()
        self._refresh()
        self.change.setFocus(Qt.FocusReason.OtherFocusReason)

    def _save(self) -> None:
        shown, kinds, verdicts = self._shown, self.kind.chosen(), self.verdict.chosen()
        if shown is None or not verdicts:
            return
        if not kinds:
            self.kind.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        case, evidence = shown.case, self.evidence.text()
        if not evidence.strip():
            self.evidence.setFocus(Qt.FocusReason.OtherFocusReason)
        kind, verdict = Kind(kinds[0]), Verdict(verdicts[0])
        self._doing.act(
            lambda home, actor: judge.judge(
                home, actor, case, kind=kind, verdict=verdict, evidence=evidence
            ),
            self._saved,
        )

    def _saved(self, _changes: object) -> None:
        self._changing = False
        self._refresh()


def _say_kinds() -> str:
    kinds = ", ".join(wording.kind(kind) for kind in Kind)
    return _("Choose what it is as well: {kinds}.").format(kinds=kinds)


def _form_tone(kind: Kind) -> Tone:
    """A chosen pill needs a tint; neutral has none."""
    return "teal" if kind is Kind.QUESTION else KIND_TONES[kind]
