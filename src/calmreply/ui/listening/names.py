"""The names we listen for, by their kinds; each is added, changed and taken out in place."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from calmreply.domain.names import Name, NameKind
from calmreply.i18n import _
from calmreply.ui.kit.buttons import LinkButton
from calmreply.ui.kit.flow import FlowLayout
from calmreply.ui.kit.pills import Pill
from calmreply.ui.kit.text import ElidedLabel, PlainLabel
from calmreply.ui.kit.widgets import Card, add_hung, empty
from calmreply.ui.listening.naming import NameForm


class NamesCard(Card):
    """`wanted` carries all names to be kept; what is shown changes when they have been."""

    wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_("Names you listen for"), parent=parent)
        self._names: tuple[Name, ...] | None = None
        self._business = ""
        self._changing: Name | None = None
        self._said: Name | None = None
        self._groups = QVBoxLayout()
        self._groups.setSpacing(4)
        self.body.addLayout(self._groups)
        self.add_name = LinkButton(_("Add a name…"), self._on_add)
        self.add_name.setObjectName("listening.add_name")
        add_hung(self.body, self.add_name)
        self.form = NameForm()
        self.body.addWidget(self.form)
        self.form.hide()
        self.form.said.connect(self._take)
        self.form.left.connect(self._fold)

    def show_names(self, names: tuple[Name, ...], business: str) -> None:
        """The business's own name is always listened for; it changes in Settings."""
        if (names, business) == (self._names, self._business):
            return
        self._names, self._business = names, business
        empty(self._groups)
        if not names:
            self._groups.addWidget(PlainLabel(_("None yet."), tone="soft"))
        for kind, words in headings().items():
            of_kind = [one for one in names if one.kind is kind]
            if of_kind:
                self._groups.addSpacing(4)
                self._groups.addWidget(PlainLabel(words, "second", tone="soft"))
                self._groups.addWidget(self._group(of_kind))
        if self._said in names:
            self._kept()

    def _group(self, names: list[Name]) -> QWidget:
        holder = QWidget()
        flow = FlowLayout(holder, gap=18, line_gap=6)
        for name in names:
            flow.addWidget(self._chip(name))
        return holder

    def _chip(self, name: Name) -> QWidget:
        chip = QWidget()
        line = QHBoxLayout(chip)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(5)
        line.addWidget(Pill(name.name, "teal" if name.ours else "neutral"))
        if more := in_words(name):
            line.addWidget(ElidedLabel(more, "second", tone="soft"), 1)
        change = LinkButton(_("Change"), partial(self._change, name))
        change.setAccessibleName(_("Change {name}").format(name=name.name))
        change.setObjectName(f"listening.change.{name.name}")
        line.addWidget(change)
        if not self._is_own(name):
            out = LinkButton("✕", partial(self._forget, name))
            out.setAccessibleName(_("Stop listening for {name}").format(name=name.name))
            out.setObjectName(f"listening.forget.{name.name}")
            line.addWidget(out)
        return chip

    def _is_own(self, name: Name) -> bool:
        return name.kind is NameKind.BUSINESS and name.name == self._business

    # what is done

    def _on_add(self) -> None:
        if self._changing is not None:
            self._changing = None
            self.form.clear()
        self.form.show()
        self.form.begin()

    def _change(self, name: Name) -> None:
        self._changing = name
        self.form.clear()
        self.form.show()
        self.form.begin(name, own=self._is_own(name))

    def _forget(self, name: Name) -> None:
        self._keep([one for one in self._names or () if one != name])
        self.add_name.setFocus(Qt.FocusReason.OtherFocusReason)

    def _take(self, name: Name) -> None:
        before, changing = self._names or (), self._changing
        if name == changing:
            self._kept()
            return
        taken = {(one.kind, one.name.casefold()) for one in before if one != changing}
        if (name.kind, name.name.casefold()) in taken:
            self.form.refuse(_("This name is there already."))
            return
        self._said = name
        after = [name if one == changing else one for one in before]
        self._keep(after if changing else [*after, name])

    def _keep(self, names: list[Name]) -> None:
        """The own name needs a line only where there is more to say about it."""
        more = [one for one in names if not self._is_own(one) or one.spellings or one.excludes]
        self.wanted.emit(tuple(more))

    def _kept(self) -> None:
        """The form is empty again: for the next new name, or away after a change."""
        self._said = None
        self.form.clear()
        if self._changing is not None:
            self._fold()

    def _fold(self) -> None:
        """Away with the form; the words of a new name stay in it for the next time."""
        self.add_name.setFocus(Qt.FocusReason.OtherFocusReason)
        self.form.hide()
        if self._changing is not None:
            self._changing = None
            self.form.clear()


def headings() -> dict[NameKind, str]:
    """Over the names of a kind."""
    return {
        NameKind.BUSINESS: _("Business"),
        NameKind.PRODUCT: _("Products"),
        NameKind.PERSON: _("People"),
        NameKind.COMPETITOR: _("Competitors, kept apart"),
    }


def in_words(name: Name) -> str:
    """Its spellings and what excludes it, empty where there is neither."""
    said = []
    if name.spellings:
        said.append(_("also {spellings}").format(spellings=", ".join(name.spellings)))
    if name.excludes:
        said.append(_("not beside {words}").format(words=", ".join(name.excludes)))
    return " · ".join(said)
