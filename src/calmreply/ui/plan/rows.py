"""Groups of the response plan: each wording with how it stands, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from calmreply.app.words import wording, wording_plan
from calmreply.domain.wordings import Stands, Use
from calmreply.i18n import _
from calmreply.ui import dates
from calmreply.ui.kit.buttons import LinkButton
from calmreply.ui.kit.flow import FlowLayout
from calmreply.ui.kit.pills import Pill
from calmreply.ui.kit.text import ElidedLabel, PlainLabel, plain_tooltip
from calmreply.ui.kit.widgets import Card, Hairline, add_hung, empty

if TYPE_CHECKING:
    from calmreply.app.planning.wordings import PlanLine, ResponsePlan
    from calmreply.domain.plan import Wording
    from calmreply.domain.wordings import Standing
    from calmreply.ui.kit.palette import Tone

SHOWN = 220
"""Characters of a wording in the list; all of it stands in its editor."""
SOON = timedelta(days=60)
"""Before a sign-off ends, it can be given again."""

Do = Callable[[str, "PlanLine"], object]


class Links(QWidget):
    """Links in a row, whose words stand in line with the rest."""

    hang = LinkButton.hang


class GroupCard(Card):
    """All wordings of one use. `do` is called with what is wanted and the line."""

    def __init__(self, use: Use, parent: QWidget | None = None) -> None:
        super().__init__(wording_plan.use(use), parent=parent)
        self.use = use
        self.body.setSpacing(0)
        self.setObjectName(f"plan.group.{use.value}")

    def show_lines(self, plan: ResponsePlan, own: tuple[Wording, ...], do: Do) -> None:
        empty(self.body)
        lines = [one for one in plan.lines if one.prepared.use is self.use]
        rows: list[QWidget] = [WordingRow(one, plan, do) for one in lines]
        rows += [_own_row(one) for one in own]
        self.body.addWidget(PlainLabel(wording_plan.use_means(self.use), "second"))
        self.body.addSpacing(9)
        for row in rows:
            self.body.addWidget(Hairline())
            add_hung(self.body, row)
        self.setVisible(bool(rows))


class WordingRow(QWidget):
    """Title and how it stands; what it is for; its words; what can be done."""

    hang = Links.hang

    def __init__(self, line: PlanLine, plan: ResponsePlan, do: Do) -> None:
        super().__init__()
        found = line.prepared
        whole = QVBoxLayout(self)
        whole.setContentsMargins(self.hang, 9, self.hang, 9)
        whole.setSpacing(3)
        pill = Pill(wording_plan.standing(line.standing, plan.zone, dates.day), tone(line.standing))
        ends = wording_plan.exact_day(line.standing, plan.zone)
        if ends:
            plain_tooltip(pill, ends)
        whole.addWidget(_top(found.title, pill))
        about = " · ".join(filter(None, _about(line, plan)))
        whole.addWidget(PlainLabel(about, "second"))
        whole.addWidget(PlainLabel(_short(found.text)))
        add_hung(whole, _deeds(line, plan, do))


def tone(standing: Standing) -> Tone:
    match standing.stands:
        case Stands.SIGNED:
            return "green"
        case Stands.NOT_SIGNED:
            return "violet"
        case Stands.LAPSED:
            return "amber"


def _top(title: str, pill: Pill) -> QWidget:
    top = QWidget()
    flow = FlowLayout(top, gap=8, line_gap=2)
    flow.addWidget(ElidedLabel(title, "strong"))
    flow.addWidget(pill)
    return top


def _about(line: PlanLine, plan: ResponsePlan) -> tuple[str, ...]:
    found, now = line.prepared, line.planned.now
    kinds = _("for {kinds}").format(kinds=", ".join(found.fits)) if found.fits else ""
    ways = _("by {channels}").format(channels=", ".join(found.channels)) if found.channels else ""
    name = plan.name(line.standing.by)
    signed = wording_plan.signed_by(line.standing, name, plan.zone, dates.day)
    day = dates.day(plan.now.wall_of(now.at), plan.zone)
    wrote = _("{name} wrote it on {day}").format(name=plan.name(now.by), day=day)
    return kinds, ways, found.language, signed or wrote


def _deeds(line: PlanLine, plan: ResponsePlan, do: Do) -> QWidget:
    holder = Links()
    flow = FlowLayout(holder, gap=14, line_gap=2)
    flow.setContentsMargins(0, 1, 0, 0)
    deeds = [("change", _("Change…")), ("retire", _("Use it no more"))]
    if _wants_signing(line, plan):
        deeds.insert(0, ("sign", _("Sign it off…")))
    for name, words in deeds:
        link = LinkButton(words, partial(do, name, line))
        link.setAccessibleName(f"{line.prepared.title}: {words}")
        link.setObjectName(f"plan.{name}.{line.id}")
        flow.addWidget(link)
    return holder


def _wants_signing(line: PlanLine, plan: ResponsePlan) -> bool:
    until = line.standing.until
    signed = line.standing.stands is Stands.SIGNED and until is not None
    return not signed or (until is not None and until - plan.now.wall < SOON)


def _own_row(one: Wording) -> QWidget:
    """One of the program's own: always there, always ready."""
    row = QWidget()
    whole = QVBoxLayout(row)
    whole.setContentsMargins(0, 9, 0, 9)
    whole.setSpacing(3)
    whole.addWidget(_top(one.title, Pill(_("of the program, always ready"))))
    whole.addWidget(PlainLabel(_short(one.text)))
    return row


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= SHOWN else f"{words[:SHOWN].rstrip(' .')}…"


class ContactsCard(Card):
    """How customers reach somebody."""

    def __init__(self, change: Callable[[], object], parent: QWidget | None = None) -> None:
        super().__init__(_("How customers reach you"), parent=parent)
        self._lines = PlainLabel("")
        self._none = PlainLabel(
            _("Nobody yet. A name and a telephone number are worth more than any sentence."),
            "second",
        )
        link = LinkButton(_("Change them in Settings…"), change)
        link.setObjectName("plan.contacts")
        for part in (self._lines, self._none):
            self.add(part)
        add_hung(self.body, link)

    def show_plan(self, plan: ResponsePlan) -> None:
        self._lines.setText("\n".join(plan.contacts))
        self._lines.setVisible(bool(plan.contacts))
        self._none.setVisible(not plan.contacts)


class OffersCard(Card):
    """Who may offer what without asking."""

    def __init__(self, change: Callable[[], object], parent: QWidget | None = None) -> None:
        super().__init__(_("Who may offer something alone"), parent=parent)
        self._lines = PlainLabel("")
        link = LinkButton(_("Show the people…"), change)
        link.setObjectName("plan.people")
        self.add(self._lines)
        self.add(PlainLabel(_("Anything above that is signed by somebody who may."), "second"))
        add_hung(self.body, link)

    def show_plan(self, plan: ResponsePlan) -> None:
        lines = [
            _("{name}: up to {amount}").format(
                name=one.name, amount=wording.money(one.may_offer, plan.currency)
            )
            for one in plan.may_offer
        ]
        self._lines.setText("\n".join(lines) or _("Nobody may."))
