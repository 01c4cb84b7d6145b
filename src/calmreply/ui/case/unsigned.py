"""Words that were typed while nobody was signed in.

They stay in the editor, and here by case, until somebody has signed in; then they become that
person's draft, behind what that person had begun. In a team's home they lie in a small file on
this computer meanwhile: while the server is away nobody can sign in. Nothing pops up while
somebody types: a bar over the editor says what is missing, and the sign-in comes when it is
pressed or the words are left.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication, QLineEdit, QTextEdit, QWidget

from calmreply.app.teamwork.kept_words import NOBODY
from calmreply.errors import KnownError
from calmreply.i18n import _
from calmreply.ui.case.kept_here import KeptHere
from calmreply.ui.kit.widgets import Notice

if TYPE_CHECKING:
    from calmreply.app.home import Actor
    from calmreply.domain.mention import CaseId
    from calmreply.domain.people import PersonId
    from calmreply.ui.case.typed import Typed
    from calmreply.ui.case.work import Shown
    from calmreply.ui.desk import Desk
    from calmreply.ui.kit.palette import Tone

PAUSE_MS = 500
"""How long after a keystroke, at most, its word is on the way to this computer's file."""
LEFT_MS = 250
"""After the words were left, so long until the sign-in is asked for: a click comes to its end."""


@dataclass(frozen=True, slots=True)
class _Kept:
    """`base` is what stood there before; `cut` whose words were locked away just then."""

    base: Typed
    words: Typed
    cut: tuple[PersonId, str] | None


class SignInBar(Notice):
    """In place, over the editor; takes no focus by itself."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("case.sign_in")
        self._button.setObjectName("case.sign_in.now")
        self._close.hide()
        self._said: tuple[str, str] | None = None

    def show_words(self, words: str, more: str, tone: Tone, desk: Desk) -> None:
        """Said once to those who hear it, however often it is shown."""
        if self.isHidden() or self._said != (words, more):
            self._said = (words, more)
            ask = _("Sign in…")
            self.say(words, more, tone=tone, action=ask, do=lambda: desk.need_actor(_nothing_more))


class Unsigned(QObject):
    """Keeps them, and asks for the sign-in once they were left."""

    def __init__(self, desk: Desk, bar: SignInBar, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk, self._bar = desk, bar
        self._kept: dict[CaseId, _Kept] = {}
        self._cut: dict[CaseId, tuple[PersonId, str]] = {}
        self._asked = False
        self._left = QTimer(self, singleShot=True, interval=LEFT_MS)
        self._left.timeout.connect(self._ask)
        self.here = KeptHere(desk, self)
        self._noted: set[CaseId] = set()
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self._keep_here)

    def cut(self, case: CaseId, who: PersonId, text: str) -> None:
        """The key was locked while `who` was writing; this is what they had written."""
        self._cut[case] = (who, text)

    def note(self, case: CaseId, base: Typed, words: Typed) -> None:
        """These are the words now, and `base` what stood there before the first of them."""
        kept = self._kept.get(case)
        base = kept.base if kept is not None else base
        self._asked = False
        if words == base:
            self._kept.pop(case, None)
        else:
            self._kept[case] = _Kept(base, words, self._cut.get(case))
        if self._desk.home.team is not None:
            self._noted.add(case)
            if not self._pause.isActive():
                self._pause.start()

    def words(self, case: CaseId) -> Typed | None:
        """What nobody has signed in for yet."""
        kept = self._kept.get(case)
        return kept.words if kept is not None else None

    def joined(self, case: CaseId, me: PersonId, stored: Typed) -> Typed | None:
        """Those words together with what this person has; neither is dropped."""
        kept = self._kept.get(case)
        return _joined(kept, me, stored) if kept is not None else None

    def drop(self, case: CaseId) -> None:
        """They are kept elsewhere now, or somebody said to leave it."""
        self._kept.pop(case, None)
        self._cut.pop(case, None)
        self._noted.discard(case)
        self.here.drop((case, NOBODY))

    def _keep_here(self) -> None:
        noted, self._noted = self._noted, set()
        for case in noted:
            kept = self._kept.get(case)
            if kept is None:
                self.here.drop((case, NOBODY))
            else:
                self.here.keep((case, NOBODY), kept.words)

    def unkept(self) -> tuple[tuple[str, KnownError | None], ...]:
        """All of them that lie nowhere else, and why they are not in the store."""
        why = KnownError(
            "not_signed_in",
            _("Nobody is signed in to keep them."),
            _("Stay and sign in, or copy them."),
        )
        return tuple(
            (kept.words[0], why)
            for case, kept in self._kept.items()
            if not self.here.is_safe((case, NOBODY), kept.words)
        )

    def give_up(self) -> None:
        """Let all of them go."""
        for case in tuple(self._kept):
            self.drop(case)

    def show_bar(self, shown: Shown, *, editable: bool) -> None:
        """Say what is missing for these words to be kept, or to see others."""
        begun = [shown.name(draft.by) for draft in shown.facts.drafts if draft.differs]
        more = ""
        if begun:
            more = _("More was written by {names}: sign in to see it.")
            more = more.format(names=", ".join(begun))
        if shown.me is not None or shown.ended:
            self._bar.clear()
        elif editable and shown.case in self._kept:
            self._bar.show_words(_("Sign in so that this is kept."), more, "amber", self._desk)
        elif more:
            self._bar.show_words(more, "", "violet", self._desk)
        else:
            self._bar.clear()

    def leave(self) -> None:
        """The words were left: ask who it is, once, unless somebody is typing elsewhere."""
        if self._kept and not self._asked:
            self._left.start()

    def _ask(self) -> None:
        now = QApplication.focusWidget()
        typing = isinstance(now, QLineEdit | QTextEdit) and not now.isReadOnly()
        pressed = QApplication.mouseButtons() != Qt.MouseButton.NoButton
        if typing or pressed or QApplication.activeModalWidget() is not None:
            return
        if self._kept and self._desk.actor is None:
            self._asked = True
            self._desk.need_actor(_nothing_more)


def _joined(kept: _Kept, me: PersonId, stored: Typed) -> Typed:
    (text, subject), base = kept.words, kept.base
    if stored[0] not in ("", base[0]):
        added = text.removeprefix(base[0])
        # Who was locked out in the middle of a word goes on in the middle of it.
        gap = "" if kept.cut == (me, stored[0]) or not added else "\n\n"
        text = f"{stored[0]}{gap}{added}"
    if subject == base[1]:
        subject = stored[1]
    elif stored[1] not in ("", base[1], subject):
        subject = f"{stored[1]} / {subject}"
    return text, subject


def _nothing_more(_actor: Actor) -> None:
    """The page is read anew for whoever it is; that is all."""
