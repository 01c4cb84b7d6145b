"""The second person at the same computer: exactly what would leave, four ticks, their own key."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from calmreply.app.reviewing import review
from calmreply.app.words import wording
from calmreply.domain.sign_off import Standing
from calmreply.i18n import _
from calmreply.ui import dates
from calmreply.ui.dialogs import review_sides as sides
from calmreply.ui.dialogs import reviewing, work
from calmreply.ui.dialogs.frame import Columns, Dialog, column
from calmreply.ui.dialogs.newcomer import new_key_words
from calmreply.ui.dialogs.review_note import NoteCard
from calmreply.ui.dialogs.review_order import Covers, OrderRow
from calmreply.ui.dialogs.reviewing import Order
from calmreply.ui.kit.buttons import Button, PrimaryButton
from calmreply.ui.kit.fields import FormRow, PassphraseField
from calmreply.ui.kit.text import plain_tooltip
from calmreply.ui.kit.widgets import Card

if TYPE_CHECKING:
    from calmreply.app.home import Actor, Home
    from calmreply.app.ports.changes import ChangeSet
    from calmreply.domain.mention import CaseId
    from calmreply.errors import KnownError
    from calmreply.ui.desk import Desk
    from calmreply.ui.dialogs.kept import Words
    from calmreply.ui.dialogs.reviewing import ToReview


class ReviewDialog(Dialog):
    """`done` carries the `Standing` it has now: signed, or changes asked."""

    def __init__(self, desk: Desk, case_id: CaseId, parent: QWidget | None = None) -> None:
        super().__init__(
            desk, "review", _("A second pair of eyes"), parent, case=case_id, wide=1000
        )
        self._view: ToReview | None = None
        self._can_sign = self._suggests = False
        self.said = sides.SaidCard(self.say_error)
        self.words_card = sides.WordsCard()
        self.facts = sides.FactsCard()
        self.ticks = sides.TicksCard()
        self.offer = sides.OfferCard()
        self.hurry = sides.HurryCard()
        self.note = NoteCard()
        self.order = OrderRow()
        self.covers = Covers(self.said, self.words_card, (self.facts,), self._uncovered)
        self.passphrase = PassphraseField()
        self.passphrase.setObjectName("review.passphrase")
        self.passphrase_row = FormRow(_("Sign with your passphrase"), self.passphrase)
        self.changes = Button(_("Ask for changes"), self._remark)
        self.changes.setObjectName("review.changes")
        self.sign = PrimaryButton(_("Sign off"), self._sign)
        self.sign.setObjectName("review.sign")
        self._arrange()
        self.start = self.words_card.text
        for box in self.ticks.boxes.values():
            box.toggled.connect(self._on_tick)
        self.note.opened.connect(self.fit_soon)
        self.note.changed.connect(self._on_note)
        self.order.chosen.connect(self._remember)
        desk.changed.connect(self._on_changed)
        self._read()

    def _arrange(self) -> None:
        left, left_side = column()
        key, order = Card(), Card()
        key.add(self.passphrase_row)
        order.add(self.order)
        covers = self.covers
        for card in (self.hurry, self.said, covers.over_said):
            left_side.addWidget(card)
        left_side.addWidget(covers.over_reply, 100)
        left_side.addWidget(self.words_card)
        left_side.addWidget(self.note)
        left_side.addStretch(1)  # else a tall right side would push the note off the page
        right, right_side = column()
        for side in (self.facts, self.ticks, self.offer, key, order):
            right_side.addWidget(side)
        _push_up(right_side)
        self.body.addWidget(Columns([(left, 420, 5), (right, 260, 2)]), 1)
        self.add_buttons(self.changes, self.sign)

    def words(self) -> Words:
        return self.note.words()

    def put_back(self, words: Words) -> None:
        self.note.put_back(words)

    # what is shown

    def _read(self) -> None:
        if self.case is not None:
            self.read(reviewing.to_review, self.case, then=self._show)

    def _on_changed(self, changes: ChangeSet) -> None:
        if self.case in changes.cases and not self._over:
            self._read()

    def _show(self, view: ToReview) -> None:
        before, self._view = self._view, view
        other = before is not None and before.shown != view.shown
        here = view.here
        name = view.who.name if view.who else ""
        title = _("Second reviewer: {name}").format(name=name) if name else self.windowTitle()
        self.head.title.setText(title)
        if before is None:
            self.order.set_order(view.order)
            self._cover(view.order if view.asked else Order.BOTH)
        elif other:
            self.covers.forget()
        self._show_about()
        self._show_asked(view)
        self.hurry.show_hurry(view)
        self.said.show_case(here)
        self.words_card.show_words(view)
        self.facts.show_case(here)
        self.ticks.show_private(view.private, afresh=other)
        self.offer.show_offer(view)
        hint = _("Your sign-off holds for this text only. If one word changes, it is asked again.")
        if view.new_key:
            hint = f"{new_key_words(name)} {hint}"
        self.passphrase_row.set_hint(hint)
        if name:
            words = _("Sign with your passphrase, {name}").format(name=name)
            self.passphrase_row.set_label(words)
        self._show_standing(view, other=other)
        self.fit_soon()

    def _show_asked(self, view: ToReview) -> None:
        asker = view.here.name(view.asked.by) if view.asked else ""
        self.note.set_reply(view.revision.words.text if view.revision else "", asker)
        if view.asked_at is None:
            self.head.right.setText("")
            return
        span = view.here.wall - view.asked_at
        words = _("asked by {name}, {span} ago")
        if span < timedelta(minutes=1):
            words = _("asked by {name} just now")
        self.head.right.setText(words.format(name=asker, span=wording.duration(span)))
        plain_tooltip(self.head.right, dates.exact(view.asked_at, view.here.zone))

    def _show_standing(self, view: ToReview, *, other: bool) -> None:
        """Say why nothing can be signed, or that this is another text than before."""
        words, way_out, may_ask = sides.standing_words(view)
        self._can_sign = not words
        self._enable()
        if other:
            changed = _("This was changed while you were reading it.")
            self.notice.say(
                changed,
                f"{words} {way_out}" if words else _("This is how it is now; read it once more."),
                tone="amber",
                action=_("Ask {name} now").format(name=view.who.name)
                if may_ask and view.who
                else "",
                do=self._ask_again,
            )
        elif words:
            action = _("Ask {name} now").format(name=view.who.name) if may_ask and view.who else ""
            self.notice.say(words, way_out, tone="amber", action=action, do=self._ask_again)

    def _ask_again(self) -> None:
        """Whoever is at the desk asks the same person about the words as they are now."""
        if self._view is not None and self._view.who is not None and self.case is not None:
            self.act(partial(_ask, case=self.case, who=self._view.who.id))

    # what is read first

    def _cover(self, order: Order) -> None:
        """The focus begins where the reading does."""
        self.covers.cover(order)
        self.start = self.said.text if order is Order.SAID else self.words_card.text
        if order is Order.SAID:
            self.focus(self.start)

    def _uncovered(self) -> None:
        """Both have been read now; go on with what was covered."""
        first = self.start
        self.start = self.words_card.text if first is self.said.text else self.said.text
        self._show_about()
        self._enable()
        self.start.setFocus(Qt.FocusReason.OtherFocusReason)
        self.fit_soon()

    def _show_about(self) -> None:
        """The head says what it is about, unless the reply is read alone."""
        view, alone = self._view, self.covers.order is Order.REPLY
        self.head.about.setText("" if view is None or alone else work.about(view.here))

    def _enable(self) -> None:
        """Nothing is said of what has not been seen whole."""
        view, whole = self._view, self.covers.order is Order.BOTH
        self.sign.setEnabled(self._can_sign and whole)
        self.changes.setEnabled(view is not None and view.revision is not None and whole)

    def _remember(self, order: Order) -> None:
        if self._view is not None and self._view.who is not None:
            who = self._view.who.id
            self.desk.write(partial(reviewing.remember_order, who=who, order=order))

    # what is done

    def _on_note(self) -> None:
        """Whoever writes other words means to suggest them."""
        other = bool(self.note.suggestion())
        if other is not self._suggests:
            self._suggests = other
            self.changes.setText(_("Suggest these words") if other else _("Ask for changes"))
            self._begin(self.changes if other else self.sign)

    def _begin(self, button: Button) -> None:
        """Enter finishes what was begun; the button that does is the one that stands out."""
        for one in (self.changes, self.sign):
            one.set_look("primary" if one is button else "")
        self.go = button
        button.setDefault(True)

    def _on_tick(self, on: bool) -> None:
        """Whoever ticks means to sign after all."""
        if on:
            self._begin(self.sign)

    def _sign(self) -> None:
        self._begin(self.sign)
        view = self._view
        if view is None or view.who is None or not self._ready(view):
            return
        self.run(
            partial(
                reviewing.sign_as,
                case=view.here.facts.id,
                who=view.who.id,
                passphrase=self.passphrase.take(),
                ticks=self.ticks.ticked(),
                shown=view.shown,
                impression=self.covers.impression(),
                note=self.note.note.words(),
            ),
            self._signed,
            on="net",
            words=_("Signing…"),
        )

    def _ready(self, view: ToReview) -> bool:
        """Whether all is ticked and the passphrase is there; says so where it is not."""
        self._clear_errors()
        if not self.ticks.check():
            return False
        if self.passphrase.is_empty() and view.who is not None:
            words = _("{name} types the passphrase here.").format(name=view.who.name)
            self._wrong(self.passphrase_row, words)
            return False
        return True

    def _remark(self) -> None:
        self._begin(self.changes)
        view = self._view
        if view is None or view.who is None:
            return
        self._clear_errors()
        text, suggestion = self.note.note.words(), self.note.suggestion()
        if (text.strip() or suggestion) and self.passphrase.is_empty():
            words = _("{name} types the passphrase here; the note is signed, too.")
            self._wrong(self.passphrase_row, words.format(name=view.who.name))
            return
        self.run(
            partial(
                reviewing.remark_as,
                case=view.here.facts.id,
                who=view.who.id,
                passphrase=self.passphrase.take(),
                text=text,
                suggestion=suggestion,
                shown=view.shown,
                impression=self.covers.impression(),
            ),
            self._remarked,
            on="net",
            words=_("Signing your note…"),
        )

    def _signed(self, _changes: object) -> None:
        self.finish(Standing.SIGNED)

    def _remarked(self, _changes: object) -> None:
        self.finish(Standing.CHANGES_ASKED)

    # errors

    def say_error(self, error: KnownError) -> None:
        words = f"{error.words} {error.way_out}"
        match error.code:
            case "wrong_passphrase" | "key_missing" | "damaged_key":
                self._wrong(self.passphrase_row, words)
            case "text_missing":
                self._wrong(self.note.note_row, words)
            case "same_words" | "text_too_long":
                self._wrong(self.note.others_row, words)
            case "ticks_missing":
                self.ticks.say_missing(words)
            case "text_changed":
                self._read()
            case _:
                super().say_error(error)

    def _wrong(self, row: FormRow, words: str) -> None:
        row.set_error(words)
        row.field.setFocus(Qt.FocusReason.OtherFocusReason)
        self.page.ensureWidgetVisible(row.field)
        self.fit_soon()

    def _clear_errors(self) -> None:
        for row in (self.passphrase_row, self.note.note_row, self.note.others_row):
            row.set_error("")
        self.ticks.say_missing("")


def _push_up(side: QVBoxLayout) -> None:
    side.addStretch(1)


def _ask(home: Home, actor: Actor, case: CaseId, who: str) -> ChangeSet:
    return review.ask(home, actor, case, who)
