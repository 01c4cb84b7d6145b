"""Weaker rules that wait: what is proposed, by whom, from when; to agree to or to withdraw."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from calmreply.app.rules import proposals, settings
from calmreply.app.rules.proposals import Waiting
from calmreply.app.words import wording, wording_rules
from calmreply.i18n import _
from calmreply.ui import dates
from calmreply.ui.deeds import Deeds
from calmreply.ui.kit.buttons import Button
from calmreply.ui.kit.flow import FlowLayout
from calmreply.ui.kit.text import PlainLabel
from calmreply.ui.kit.widgets import Card, Hairline, empty

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from calmreply.app.home import Actor, Home
    from calmreply.app.ports.changes import ChangeSet
    from calmreply.errors import KnownError
    from calmreply.ui.desk import Desk

    _Found = tuple[tuple[Waiting, ...], datetime, str, str]


class ProposalsCard(Card):
    """Hidden while nothing is proposed. `failed` carries what was refused."""

    failed = Signal(object)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(_("Proposed rules"), parent=parent)
        self.setObjectName("settings.proposals")
        self._desk = desk
        self.deeds = Deeds(desk, self)
        self.deeds.failed.connect(self.failed)
        self.body.addWidget(PlainLabel(wording_rules.proposed(), "second"))
        self._rows = QVBoxLayout()
        self._rows.setSpacing(8)
        self.body.addLayout(self._rows)
        self.hide()

    def read(self) -> None:
        self._desk.read(_waiting)(self._show, self._on_error)

    def _on_error(self, error: KnownError) -> None:
        self.failed.emit(error)

    def _show(self, found: _Found) -> None:
        waiting, wall, zone, currency = found
        empty(self._rows)
        for number, one in enumerate(waiting, start=1):
            self._rows.addWidget(Hairline())
            self._rows.addWidget(self._row(number, one, _standing(one, wall, zone), currency))
        self.setVisible(bool(waiting))

    def _row(self, number: int, one: Waiting, standing: str, currency: str) -> QWidget:
        row = QWidget()
        whole = QVBoxLayout(row)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(4)
        rules = one.proposal.rules
        for name in one.names:
            words = wording_rules.sentence(name, settings.proposed(rules, name))
            whole.addWidget(PlainLabel(words or f"{name}: {settings.proposed(rules, name)}"))
        for name, much in one.limits:
            words = wording_rules.limit(name, wording.money(much, currency))
            whole.addWidget(PlainLabel(words))
        whole.addWidget(PlainLabel(standing, "second"))
        buttons = QWidget()
        line = FlowLayout(buttons, gap=10)
        withdraw = Button(_("Withdraw"), partial(self._do, _withdraw, one))
        withdraw.setObjectName(f"settings.proposal.{number}.withdraw")
        line.addWidget(withdraw)
        actor = self._desk.actor
        if one.may_agree and (actor is None or actor.person.id != one.proposal.by):
            agree = Button(_("Agree"), partial(self._do, _agree, one))
            agree.setObjectName(f"settings.proposal.{number}.agree")
            line.addWidget(agree)
        whole.addWidget(buttons)
        return row

    def _do(self, deed: Callable[..., ChangeSet], one: Waiting) -> None:
        self.deeds.act(partial(deed, proposal=one.proposal.id))


def _standing(one: Waiting, wall: datetime, zone: str) -> str:
    said = _("{name} proposes this.").format(name=one.by)
    if one.seconded:
        said = _("{name} proposes this, {second} agrees.").format(name=one.by, second=one.seconded)
    if one.at is None:
        return f"{said} {_('A second person has to agree.')}"
    day = dates.when(one.at, wall, zone)
    return f"{said} {_('In force from: {day}').format(day=day)}"


def _waiting(home: Home) -> _Found:
    zone, currency = settings.read(home, "zone"), settings.read(home, "currency")
    return proposals.waiting(home), home.clock.read().wall, zone, currency


def _agree(home: Home, actor: Actor, *, proposal: str) -> ChangeSet:
    return proposals.agree(home, actor, proposal)


def _withdraw(home: Home, actor: Actor, *, proposal: str) -> ChangeSet:
    return proposals.withdraw(home, actor, proposal)
