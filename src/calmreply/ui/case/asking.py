"""What has to be said before the reply changes: who one is, and that it is asked for again.

Whatever would change the reply (a key, another way, an old wording) is handed to `go_on`, and
happens at once, or after the sign-in, or after "Change", or not at all.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal

from calmreply.app.words import wording
from calmreply.domain.sign_off import Standing
from calmreply.i18n import _

if TYPE_CHECKING:
    from calmreply.app.home import Actor
    from calmreply.domain.mention import CaseId
    from calmreply.domain.reply import RevisionId
    from calmreply.ui.case.editor import GuardedEdit, GuardedLine, Question
    from calmreply.ui.case.work import Shown
    from calmreply.ui.desk import Desk

Wanted = Callable[[], object]


class Asking(QObject):
    """`sight`: the question stands there and should be seen.

    `dropped`: what somebody typed while it stood there was left out.
    """

    sight = Signal(object)
    dropped = Signal()

    def __init__(
        self,
        desk: Desk,
        question: Question,
        edit: GuardedEdit,
        subject: GuardedLine,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._question = question
        self._editors = (edit, subject)
        self._shown: Shown | None = None
        self._editable = False
        self._afresh = False
        self._agreed: RevisionId | None = None
        self._wanted: Wanted | None = None
        self._signed_in_for_it = False
        for editor in self._editors:
            editor.held.connect(partial(self._on_held, editor))
            question.watch(editor)
        question.change.connect(self._on_change)
        question.leave.connect(self._on_leave)

    def begin(self) -> None:
        """Another case, person or reply: nothing that went before counts."""
        self._agreed = self._wanted = None
        self._signed_in_for_it = False
        self._question.hide()
        for editor in self._editors:
            editor.let_go()

    def waiting_for_sign_in(self, case: CaseId) -> Wanted | None:
        """What somebody wanted to do to this case, and signed in for; not if they did not."""
        here = self._shown is not None and self._shown.case == case
        return self._wanted if here and self._signed_in_for_it else None

    def set_shown(self, shown: Shown, *, editable: bool, afresh: bool) -> None:
        """`afresh`: what is written is a further reply, of which nobody has signed anything."""
        self._shown, self._editable, self._afresh = shown, editable, afresh
        if not self._question.isHidden() and not self._asks_again():
            if editable and shown.me is not None:
                self._question.clear()
                self._do()  # nobody would be asked again any more
            else:
                self._on_leave()
        # Nobody's keys stay in the editor; they are asked for when it is said whose they are.
        self._guard(on=editable and shown.me is not None and self._asks_again())

    def go_on(self, wanted: Wanted) -> None:
        """Do it, as soon as everything that has to be said first is said."""
        shown = self._shown
        if shown is None or not self._editable:
            return
        self._wanted, self._signed_in_for_it = wanted, False
        if shown.me is None:
            self._desk.need_actor(self._signed_in)
        elif self._asks_again():
            self._ask(shown)
        else:
            self._do()

    def _signed_in(self, _actor: Actor) -> None:
        """The page is read anew for whoever it is, and goes on then."""
        self._signed_in_for_it = True

    def _asks_again(self) -> bool:
        """Whether a change of the words would have to be signed off again."""
        shown = self._shown
        if shown is None or shown.facts.revision is None or self._afresh or not self._editable:
            return False
        standing = shown.page.sign_off.standing
        begun = any(draft.by == shown.me and draft.differs for draft in shown.facts.drafts)
        agreed = self._agreed == shown.facts.revision.revision
        return standing in {Standing.SIGNED, Standing.ASKED} and not begun and not agreed

    def _ask(self, shown: Shown) -> None:
        asked, rests = shown.page.sign_off.asked, shown.page.text_wait
        self._question.ask(
            _("Changing this asks {name} again and waits {span}.").format(
                name=shown.name(asked.reviewer) if asked else _("somebody"),
                span=wording.duration(rests.length) if rests else "",
            )
        )
        self.sight.emit(self._question)

    def _on_held(self, editor: GuardedEdit | GuardedLine, proposed: str) -> None:
        if self._question.isHidden():
            self.go_on(editor.let_in)
        if not self._question.isHidden():
            self._question.tell_held(editor.words(), proposed)

    def _on_change(self) -> None:
        shown = self._shown
        self._question.clear()
        if shown is not None and shown.facts.revision is not None:
            self._agreed = shown.facts.revision.revision
            self._do()
        self._back_to_words()

    def _on_leave(self) -> None:
        self._question.clear()
        self._wanted = None
        self._let_go()
        self._back_to_words()

    def _let_go(self) -> None:
        dropped = any(editor.wished() not in (None, editor.words()) for editor in self._editors)
        for editor in self._editors:
            editor.let_go()
        if dropped:
            self.dropped.emit()

    def _do(self) -> None:
        """What was typed while the question stood there comes in first."""
        wanted, self._wanted = self._wanted, None
        self._guard(on=False)
        for editor in self._editors:
            editor.let_in()
        if wanted is not None:
            wanted()

    def _guard(self, *, on: bool) -> None:
        for editor in self._editors:
            editor.guarded = on

    def _back_to_words(self) -> None:
        edit = self._editors[0]
        if edit.isVisible():
            edit.setFocus(Qt.FocusReason.OtherFocusReason)
