"""A wording to write, or to change: its title, what it is for, its words and their slots."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QWidget

from calmreply.app.planning import wordings
from calmreply.app.words import wording_plan
from calmreply.domain.plan import IN_HOLDING, Slot
from calmreply.domain.wordings import BadWordingError, Prepared, Problem, Stands, Use, checked
from calmreply.i18n import _
from calmreply.ui.dialogs.frame import Columns, Dialog, column
from calmreply.ui.kit.buttons import Button, Choice, LinkButton, PrimaryButton
from calmreply.ui.kit.fields import FormRow
from calmreply.ui.kit.flow import FlowLayout
from calmreply.ui.kit.pills import PillChoice
from calmreply.ui.kit.text import PlainLabel, plain_tooltip
from calmreply.ui.kit.views import PlainEdit
from calmreply.ui.slots import slot_marks

if TYPE_CHECKING:
    from calmreply.app.home import Actor, Home
    from calmreply.app.planning.wordings import PlanLine
    from calmreply.app.ports.changes import ChangeSet
    from calmreply.errors import KnownError
    from calmreply.ui.desk import Desk
    from calmreply.ui.dialogs.kept import Words

_EN = "en"


class WordingDialog(Dialog):
    """`done` carries the title. A new wording where `line` is None."""

    def __init__(self, desk: Desk, line: PlanLine | None, parent: QWidget | None = None) -> None:
        name = f"wording.{line.id}" if line else "wording"
        title = _("Change a wording") if line else _("New wording")
        super().__init__(desk, name, title, parent, wide=720)
        self.setObjectName("wording")
        self._line = line
        self._make_fields()
        self._lay_out()
        self.leave = Button(_("Not now"), self.reject)
        self.leave.setObjectName("wording.leave")
        self.keep = PrimaryButton(_("Keep it"), self._keep)
        self.keep.setObjectName("wording.keep")
        self.add_buttons(self.leave, self.keep)
        self._show(line.prepared if line else Prepared("", "", language=_EN))
        self.start = self.text if line else self.title
        self.use.currentIndexChanged.connect(self._on_use)
        self.text.words_changed.connect(self._on_words)
        self._on_use()

    def _make_fields(self) -> None:
        self.title, self.fits, self.language = QLineEdit(), QLineEdit(), QLineEdit()
        self.use = Choice([(one.value, wording_plan.use(one)) for one in Use])
        self.text = PlainEdit(min_lines=7)
        ways = [(kind, channel.title) for kind, channel in self.desk.home.channels.items()]
        self.channels = PillChoice(ways, name=_("Only for"))
        for field, name in (
            (self.title, "title"),
            (self.fits, "fits"),
            (self.language, "language"),
            (self.use, "use"),
            (self.text, "text"),
            (self.channels, "channels"),
        ):
            field.setObjectName(f"wording.{name}")
        self.fits.setPlaceholderText(_("late, broken"))
        self.title_row = FormRow(_("Title"), self.title, _("Only you see it."))
        self.use_row = FormRow(_("What is it for?"), self.use, " ")
        self.text_row = FormRow(_("The words"), self.text)
        self.fits_row = FormRow(
            _("Kinds of complaint"), self.fits, _("Short words with commas between them.")
        )
        self.channels_row = FormRow(
            _("Only for"), self.channels, _("None chosen: for every way of answering.")
        )
        self.language_row = FormRow(_("Language"), self.language, _("As in: en, de, pt-BR."))

    def _lay_out(self) -> None:
        self._signed = PlainLabel(
            _("It is signed off as it stands. If you change it, it has to be signed anew."),
            "second",
            tone="amber",
        )
        self.slots = QWidget()
        line = FlowLayout(self.slots, gap=12, line_gap=2)
        line.addWidget(PlainLabel(_("Put in:"), "second"))
        self._slot_buttons: dict[Slot, LinkButton] = {}
        for slot in Slot:
            link = LinkButton(wording_plan.slot(slot), partial(self._put_in, slot))
            link.setObjectName(f"wording.slot.{slot.value}")
            plain_tooltip(link, f"{{{slot.value}}}")
            self._slot_buttons[slot] = link
            line.addWidget(link)
        self.body.addWidget(self._signed)
        self.body.addWidget(_beside((self.title_row, 260, 3), (self.use_row, 220, 2)))
        for part in (self.text_row, self.slots):
            self.body.addWidget(part)
        self.body.addWidget(_beside((self.fits_row, 260, 3), (self.language_row, 160, 1)))
        self.body.addWidget(self.channels_row)
        self.body.addStretch(1)

    # what is shown

    def _show(self, prepared: Prepared) -> None:
        self.title.setText(prepared.title)
        self.use.choose(prepared.use.value)
        self.text.set_text(prepared.text)
        self.fits.setText(", ".join(prepared.fits))
        self.channels.choose(prepared.channels)
        self.language.setText(prepared.language)
        line = self._line
        signed = line is not None and line.standing.stands is Stands.SIGNED
        self._signed.setVisible(signed)
        self._on_words()

    def _on_use(self, *_how: object) -> None:
        use = Use(self.use.key())
        self.use_row.set_hint(wording_plan.use_means(use))
        for slot, button in self._slot_buttons.items():
            button.setVisible(use is not Use.HOLDING or slot in IN_HOLDING)
        self.fit_soon()

    def _on_words(self) -> None:
        self.text.set_marks(slot_marks(self.text.words()))

    def _put_in(self, slot: Slot) -> None:
        self.text.textCursor().insertText(f"{{{slot.value}}}")
        self.text.setFocus(Qt.FocusReason.OtherFocusReason)

    def words(self) -> Words:
        return {"prepared": self._given()} if self._given() != self._before() else {}

    def put_back(self, words: Words) -> None:
        if "prepared" in words:
            self._show(words["prepared"])

    def _before(self) -> Prepared:
        return self._line.prepared if self._line else Prepared("", "", language=_EN)

    def _given(self) -> Prepared:
        kept = self._before().channels
        known = self.desk.home.channels
        others = tuple(kind for kind in kept if kind not in known)
        return Prepared(
            title=self.title.text(),
            text=self.text.words(),
            use=Use(self.use.key()),
            fits=tuple(one.strip() for one in self.fits.text().split(",") if one.strip()),
            channels=(*self.channels.chosen(), *others),
            language=self.language.text(),
        )

    # what is done

    def _keep(self) -> None:
        for row in self._rows().values():
            row.set_error("")
        try:
            prepared = checked(self._given())
        except BadWordingError as error:
            refused = wording_plan.bad_wording(error)
            self._wrong(_row_of(error.problem), f"{refused.words} {refused.way_out}")
            return
        name = str(self._line.id) if self._line else ""
        self.act(partial(_keep, wording=name, prepared=prepared), self._kept)

    def _kept(self, _done: object) -> None:
        self.finish(self.title.text())

    def _rows(self) -> dict[str, FormRow]:
        return {
            "title": self.title_row,
            "text": self.text_row,
            "fits": self.fits_row,
            "channels": self.channels_row,
            "language": self.language_row,
        }

    def _wrong(self, name: str, words: str) -> None:
        row = self._rows()[name]
        row.set_error(words)
        self.focus(row.field)
        self.fit_soon()

    def say_error(self, error: KnownError) -> None:
        if error.code == "title_taken":
            self._wrong("title", f"{error.words} {error.way_out}")
        else:
            super().say_error(error)


def _beside(*rows: tuple[FormRow, int, int]) -> Columns:
    """Fields beside each other that begin at the same height."""
    sides = []
    for row, least, stretch in rows:
        side, inner = column()
        inner.addWidget(row)
        inner.addStretch(1)
        sides.append((side, least, stretch))
    return Columns(sides)


def _row_of(problem: Problem) -> str:
    match problem:
        case Problem.NO_TITLE | Problem.TITLE_TOO_LONG:
            return "title"
        case Problem.BAD_FITS:
            return "fits"
        case Problem.BAD_CHANNEL:
            return "channels"
        case Problem.BAD_LANGUAGE:
            return "language"
        case _:
            return "text"


def _keep(home: Home, actor: Actor, wording: str, prepared: Prepared) -> ChangeSet:
    if wording:
        return wordings.revise(home, actor, wording, prepared)
    return wordings.add(home, actor, prepared)[1]
