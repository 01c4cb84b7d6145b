"""The cards of the review: what they said, what would leave, what is known, ticks, the offer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from calmreply.app.ports.channels import HAND
from calmreply.app.reviewing import review
from calmreply.app.words import wording, wording_private, wording_review, wording_second
from calmreply.domain.review import NEEDED
from calmreply.domain.review import Tick as Said
from calmreply.domain.sign_off import Standing, may_sign
from calmreply.errors import KnownError
from calmreply.i18n import _, ngettext
from calmreply.ui import links
from calmreply.ui.dialogs import reviewing, work
from calmreply.ui.earlier import EarlierLines, Tell, title
from calmreply.ui.kit.buttons import Tick
from calmreply.ui.kit.diff import Change, DiffView
from calmreply.ui.kit.pills import PillButton
from calmreply.ui.kit.reveal import hidden_characters_shown
from calmreply.ui.kit.text import PlainLabel
from calmreply.ui.kit.views import PlainView
from calmreply.ui.kit.widgets import Card, Hairline, add_hung, empty
from calmreply.ui.said import what_they_said

if TYPE_CHECKING:
    from calmreply.domain.private import PrivateKind
    from calmreply.ui.dialogs.reviewing import ToReview
    from calmreply.ui.dialogs.work import Seen


class _Hung(QWidget):
    """What reaches into the margins of its card, for the rings of the texts in it."""

    hang = PlainView.hang


class SaidCard(Card):
    """What they said, with nothing hidden in it."""

    def __init__(self, tell: Tell, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.earlier = EarlierLines(tell)
        self.add(self.earlier)
        self.text = PlainView(max_lines=9)
        self.text.setObjectName("review.mention")
        self.text.setAccessibleName(_("What they said"))
        self.add(self.text)

    def show_case(self, here: Seen) -> None:
        known = here.page.known
        self.set_title("  ·  ".join(filter(None, (title(known), work.said_by(here)))))
        self.earlier.show_known(known)
        self.text.set_text(what_they_said(here.facts.mention), reveal=True)


class HurryCard(Card):
    """That somebody said that it cannot wait: a signature shortens the waits."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._words = PlainLabel("", tone="amber", selectable=True)
        self._words.setObjectName("review.hurry")
        self._why = PlainLabel("", "second")
        self.add(self._words)
        self.add(self._why)
        self.hide()

    def show_hurry(self, view: ToReview) -> None:
        said = view.hurry
        self.setVisible(said is not None)
        if said is not None:
            reason = "".join(part.text for part in hidden_characters_shown(said.reason))
            ground = wording_second.ground(said.ground)
            words, why = wording_review.hurried(reason, view.here.name(said.by), ground)
            self._words.setText(words)
            self._why.setText(why)


class WordsCard(Card):
    """Exactly what would leave; below, what is different from what this reviewer saw last."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(fill=True, parent=parent)
        self._view: ToReview | None = None
        self._to = PlainLabel("", "second", selectable=True)
        self._subject = DiffView()
        self._subject.setObjectName("review.subject")
        self.text = DiffView()
        self.text.setObjectName("review.text")
        self.text.setAccessibleName(_("Exactly what will leave"))
        self._notes = QVBoxLayout()
        self._notes.setSpacing(4)
        self._from = PlainLabel("", "second", tone="violet")
        for widget in (self._to, self._from, self._subject, self.text):
            self.add(widget)
        self.body.addLayout(self._notes)
        self._make_changed()
        self.body.addStretch(1)
        self.toggle.toggled.connect(self._show_changed)

    def _make_changed(self) -> None:
        """Struck-out words stand under a heading of their own, never among what will leave."""
        self._changed = _Hung()
        whole = QVBoxLayout(self._changed)
        whole.setContentsMargins(_Hung.hang, 6, _Hung.hang, 0)
        whole.setSpacing(6)
        whole.addWidget(Hairline())
        head = QHBoxLayout()
        self._since = PlainLabel("", "section")
        self.toggle = PillButton("changes", _("shown"))
        self.toggle.setObjectName("review.difference")
        self.toggle.setChecked(True)
        head.addWidget(self._since, 1)
        head.addWidget(self.toggle)
        whole.addLayout(head)
        self._changed_subject, self.changed = DiffView(), DiffView()
        self.changed.setObjectName("review.changed")
        for view in (self._changed_subject, self.changed):
            add_hung(whole, view)
        self.add(self._changed)
        self._changed.hide()

    def show_words(self, view: ToReview) -> None:
        """Show the present words; whether with the difference stays as it was chosen."""
        self._view = view
        self.set_title(_title(view))
        revision, before = view.revision, view.before
        words = revision.words if revision else None
        self._to.setText(_address(view))
        self._to.setVisible(bool(self._to.text()))
        other = revision.suggested_by if revision else None
        self._from.setVisible(revision is not None and other is not None)
        if revision is not None and other is not None:
            said = _("{name} took over words that {other} suggested.")
            names = {"name": view.here.name(revision.by), "other": view.here.name(other)}
            self._from.setText(said.format(**names))
        subject = words.subject if words else ""
        text = words.text if words else ""
        self._subject.setVisible(bool(subject))
        self._subject.set_text(_("Subject: {subject}").format(subject=subject), reveal=True)
        self.text.set_text(text, reveal=True)
        self._show_notes(f"{subject}\n{text}" if subject else text)
        self._changed.setVisible(before is not None)
        if before is not None:
            same = revision is not None and before.reply == revision.reply
            since = _("What changed since you saw it (version {n})").format(n=before.number)
            self._since.setText(since if same else _("What changed since you saw it"))
        self._show_changed()

    def _show_changed(self) -> None:
        view = self._view
        if view is None or view.before is None:
            return
        on = self.toggle.isChecked()
        self.toggle.set_words(_("shown") if on else _("hidden"))
        self.toggle.setAccessibleName(f"{self._since.text()}: {self.toggle.accessibleName()}")
        self.changed.setAccessibleName(self._since.text())
        head: Change = ("same", _("Subject: {subject}").format(subject=""))
        self._changed_subject.set_diff([head, *view.subject_changes], reveal=True)
        moved = any(kind != "same" for kind, _text in view.subject_changes)
        self._changed_subject.setVisible(on and moved)
        self.changed.set_diff(view.changes, reveal=True)
        self.changed.setVisible(on)

    def _show_notes(self, text: str) -> None:
        """What cannot be seen in the words themselves: hidden characters, where links lead."""
        empty(self._notes)
        notes = [*_hidden_notes(text), *_host_notes(text)]
        if notes:
            self._notes.addWidget(Hairline())
        for words, look in notes:
            self._notes.addWidget(PlainLabel(words, "second", tone="red" if look else "amber"))


def _title(view: ToReview) -> str:
    words = view.revision.words if view.revision else None
    if words is None:
        return _("There is no reply yet")
    by_hand = words.to.channel == HAND
    if words.visibility.value == "private":
        return _("Exactly what will go to them alone")
    if by_hand and view.here.place:
        return _("Exactly what will be posted, publicly: {place}").format(place=view.here.place)
    return _("Exactly what will be posted, for everybody to read")


def _address(view: ToReview) -> str:
    """Where it goes: the page or address, with the true name of a page's host."""
    words = view.revision.words if view.revision else None
    if words is None or not words.to.target:
        return ""
    target = words.to.target
    host = links.shown_host(target)
    shown = "".join(part.text for part in hidden_characters_shown(target))
    if host and host not in target:
        return _("To: {address} (leads to {host})").format(address=shown, host=host)
    return _("To: {address}").format(address=shown)


def _hidden_notes(text: str) -> list[tuple[str, bool]]:
    found = [part for part in hidden_characters_shown(text) if part.hidden]
    if not found:
        return []
    count = ngettext(
        "{n} character here cannot be seen; it is shown in brackets:",
        "{n} characters here cannot be seen; they are shown in brackets:",
        len(found),
    ).format(n=len(found))
    told = dict.fromkeys(f"{part.text} {part.words}" for part in found)
    return [(f"{count} {'; '.join(told)}", False)]


def _host_notes(text: str) -> list[tuple[str, bool]]:
    notes = []
    for host in reviewing.hosts(text, links.shown_host):
        if not host.name:
            words = _("“{link}” does not lead where it seems to; it should not be there.")
            notes.append((words.format(link=host.written), True))
        elif host.written.isascii():
            words = _("“{link}” leads to {host}")
            notes.append((words.format(link=host.written, host=host.name), False))
        else:
            words = _("“{link}” leads to {host}: letters that only look like others?")
            notes.append((words.format(link=host.written, host=host.name), True))
    return notes


class FactsCard(Card):
    """What is known: how it was judged, and on what that rests."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_("What we know"), parent=parent)
        self._judged = PlainLabel()
        self._evidence = PlainLabel("", "second", selectable=True)
        self.body.addWidget(self._judged)
        self.add(self._evidence)

    def show_case(self, here: Seen) -> None:
        judged = here.facts.judged
        if judged is None:
            self._judged.setText(_("Nobody has judged this yet."))
            self._evidence.hide()
            return
        words = _("{verdict} · {kind}").format(
            verdict=wording.verdict(judged.verdict), kind=wording.kind(judged.kind)
        )
        self._judged.setText(words)
        said = _("{evidence} ({name})").format(evidence=judged.evidence, name=here.name(judged.by))
        self._evidence.setText(said)
        self._evidence.show()


class TicksCard(Card):
    """Four ticks; a fifth only where something in the words looks private."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_("Would you be glad to see this with our name on it?"), parent=parent)
        self.body.setSpacing(4)
        self.boxes = {said: Tick(wording.tick(said)) for said in Said}
        for said, box in self.boxes.items():
            box.setObjectName(f"review.tick.{said.value}")
            self.add(box)
        self._why = PlainLabel("", "second", tone="amber")
        self._missing = PlainLabel("", "second", tone="red")
        self.body.addWidget(self._why)
        self.body.addWidget(self._missing)
        self._missing.hide()

    def show_private(self, found: tuple[tuple[PrivateKind, str], ...], *, afresh: bool) -> None:
        """Ask the fifth where something was found; take all ticks out for another text."""
        if afresh:
            for box in self.boxes.values():
                box.setChecked(False)
        fifth = self.boxes[Said.NOT_PRIVATE]
        fifth.setVisible(bool(found))
        self._why.setVisible(bool(found))
        told = ", ".join(f"{wording_private.private_kind(kind)} {text}" for kind, text in found)
        words = _("Looks private: {words}. It cannot go out without this tick.")
        self._why.setText(words.format(words=told))
        fifth.setAccessibleDescription(self._why.text() if found else "")

    def ticked(self) -> tuple[Said, ...]:
        shown = (said for said, box in self.boxes.items() if not box.isHidden())
        return tuple(said for said in shown if self.boxes[said].isChecked())

    def check(self) -> bool:
        """Whether the four are ticked; says so and goes to the first that is not."""
        try:
            review.demand_ticks(self.ticked())
        except KnownError as error:
            self.say_missing(f"{error.words} {error.way_out}")
            return False
        return True

    def say_missing(self, words: str) -> None:
        self._missing.setText(words)
        self._missing.setVisible(bool(words))
        for said in NEEDED:
            if words and not self.boxes[said].isChecked():
                self.boxes[said].setFocus(Qt.FocusReason.OtherFocusReason)
                return

    def missing(self) -> str:
        """What is said to be missing, empty if nothing is."""
        return "" if self._missing.isHidden() else self._missing.text()


class OfferCard(Card):
    """What the words offer, and whether the reviewer may grant it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_("Offer"), parent=parent)
        self._words = PlainLabel()
        self._limit = PlainLabel("", "second")
        self.body.addWidget(self._words)
        self.body.addWidget(self._limit)

    def show_offer(self, view: ToReview) -> None:
        offer = view.revision.words.offer if view.revision else None
        self.setVisible(offer is not None)
        if offer is None:
            return
        amount = wording.money(offer.amount, offer.currency) if offer.amount else ""
        self._words.setText(", ".join(filter(None, (offer.words, amount))))
        writer = view.here.facts.person(view.revision.by) if view.revision else None
        mine, theirs = view.who, writer
        best = max(
            (one for one in (theirs, mine) if one), key=lambda one: one.may_offer, default=None
        )
        if best is None or not offer.amount:
            self._limit.setText(_("It costs us nothing."))
            self._limit.set_tone("soft")
            return
        limit = wording.money(best.may_offer, offer.currency)
        within = offer.amount <= best.may_offer
        words = _("within what {name} may offer ({limit})")
        if not within:
            words = _("above what {name} may offer ({limit}); signing does not change that")
        self._limit.setText(words.format(name=best.name, limit=limit))
        self._limit.set_tone("soft" if within else "amber")


def standing_words(view: ToReview) -> tuple[str, str, bool]:
    """Why nothing can be signed now, with a way out, and whether the person could be asked again.

    All empty where it can be signed.
    """
    if view.asked is not None:
        return "", "", False
    here, who = view.here, view.who
    state = here.page.sign_off
    if view.revision is None:
        return _("There is no reply yet."), _("Write it first, then ask somebody."), False
    if here.facts.draft_since is not None:
        return (
            _("These words are still being written."),
            _("They can be signed when they are finished and asked for again."),
            False,
        )
    if state.standing is Standing.SIGNED and state.signed is not None:
        name = here.name(state.signed.by)
        words = _("{name} has signed this off.").format(name=name)
        return words, _("Nothing is left to do."), False
    if who is None:
        return (
            _("Nobody has been asked about these words."),
            _("Choose somebody on the page of the case."),
            False,
        )
    if not may_sign(here.facts, who.id):
        words = _("{name} cannot sign this off: away, or wrote part of it.").format(name=who.name)
        return words, _("Ask somebody else, or start the text afresh."), False
    words = _("{name} has not been asked about these words.").format(name=who.name)
    return words, _("A changed text is asked for again."), True
