"""The form for what somebody said: a pasted review, a call, a letter, a talk at the counter."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCompleter, QLineEdit, QVBoxLayout, QWidget

from calmreply.app.listening import brought
from calmreply.app.words import wording
from calmreply.domain.mention import Heard, Origin, Promise, Stars, Visibility
from calmreply.i18n import _, ngettext
from calmreply.ui.deeds import Deeds
from calmreply.ui.dialogs import moments, work
from calmreply.ui.dialogs.belongs import Belongs
from calmreply.ui.dialogs.frame import Columns, column
from calmreply.ui.kit.buttons import Tick
from calmreply.ui.kit.fields import FormRow
from calmreply.ui.kit.pills import PillChoice
from calmreply.ui.kit.views import PlainEdit
from calmreply.ui.kit.widgets import Notice

if TYPE_CHECKING:
    from PySide6.QtGui import QShowEvent

    from calmreply.app.ports.changes import ChangeSet
    from calmreply.domain.mention import CaseId, Mention, MentionId
    from calmreply.errors import KnownError
    from calmreply.ui.desk import Desk
    from calmreply.ui.dialogs.kept import Words
    from calmreply.ui.dialogs.work import Present

HOWS = (Origin.PASTE, Origin.PHONE, Origin.LETTER, Origin.COUNTER)
SITES = ("Google", "Facebook", "Tripadvisor", "Yelp", "Trustpilot", "Instagram", "TheFork")
MOST_STARS = 5


class HeardForm(QWidget):
    """One field is enough: what they said. `added` carries the `CaseId` it has now.

    `busy` says in words what is under way, and nothing when it has ended.
    """

    added = Signal(object)
    busy = Signal(str)
    resized = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._zone: str | None = None
        self.notice = Notice()
        self.notice.setObjectName("mention.notice")
        self.deeds = Deeds(desk, self)
        self.deeds.began.connect(self._on_deed)
        self.deeds.failed.connect(self.say_error)
        self._make_fields()
        self._lay_out()
        self.how.changed.connect(self._on_how)
        self.dated.toggled.connect(self.when.setEnabled)
        self.due.toggled.connect(self.by.setEnabled)
        self.promise.textChanged.connect(self._on_promise)
        for field in (self.author, self.site, self.link):
            field.editingFinished.connect(self._look_up)
        self.how.choose([Origin.PASTE.value])
        self._on_promise()
        self._shown = (self.when.dateTime(), self.by.dateTime())

    def _make_fields(self) -> None:
        self.belongs = Belongs()
        self.belongs.changed.connect(self.resized)
        self.how = PillChoice(
            [(one.value, wording.origin(one)) for one in HOWS],
            exclusive=True,
            name=_("How it reached you"),
        )
        self.text = PlainEdit(min_lines=5, max_lines=12)
        self.author, self.site, self.link = QLineEdit(), QLineEdit(), QLineEdit()
        self.author.setPlaceholderText(_("not known"))
        self.link.setPlaceholderText("https://")
        completer = QCompleter(list(SITES), self.site)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setCompletionMode(QCompleter.CompletionMode.InlineCompletion)
        self.site.setCompleter(completer)
        stars = [(str(n), f"{n} ★") for n in range(1, MOST_STARS + 1)]
        self.stars = PillChoice([("", _("none")), *stars], exclusive=True, name=_("Stars"))
        for number in range(1, MOST_STARS + 1):
            words = ngettext("{n} star", "{n} stars", number).format(n=number)
            self.stars.button(str(number)).setAccessibleName(words)
        self.stars.choose([""])
        self.dated = Tick(_("I know when they said it"))
        self.when, self.by = moments.moment_field(), moments.moment_field()
        self.when.setAccessibleName(_("When they said it"))
        self.by.setAccessibleName(_("Promised by when"))
        self.when.setEnabled(False)
        self.private = Tick(_("To us alone; nobody else can read it"))
        self.contact, self.promise = QLineEdit(), QLineEdit()
        self.promise.setPlaceholderText(_("A call back, a new cake, an answer"))
        self.due = Tick(_("By a certain time"))
        for field, name in (
            (self.how, "how"),
            (self.text, "text"),
            (self.author, "author"),
            (self.site, "site"),
            (self.link, "link"),
            (self.stars, "stars"),
            (self.dated, "dated"),
            (self.when, "when"),
            (self.private, "private"),
            (self.contact, "contact"),
            (self.promise, "promise"),
            (self.due, "due"),
            (self.by, "by"),
        ):
            field.setObjectName(f"mention.{name}")

    def _lay_out(self) -> None:
        self.text_row = FormRow(
            _("What they said"), self.text, _("Paste it, or write it down in their own words.")
        )
        self.author_row = FormRow(_("Who"), self.author)
        self.site_row = FormRow(_("Where"), self.site)
        self.link_row = FormRow(_("Its link"), self.link)
        self.stars_row = FormRow(_("Stars"), self.stars)
        self.contact_row = FormRow(_("How to reach them"), self.contact)
        self.promise_row = FormRow(_("What you promised"), self.promise)
        when, when_side = column(gap=4)
        when_side.addWidget(self.dated)
        when_side.addWidget(self.when)
        due, due_side = column(gap=4)
        due_side.addWidget(self.due)
        due_side.addWidget(self.by)
        author, site, contact, stars, link, promise, private = (
            _at_top(part)
            for part in (
                self.author_row,
                self.site_row,
                self.contact_row,
                self.stars_row,
                self.link_row,
                self.promise_row,
                self.private,
            )
        )
        rated = Columns([(stars, 220, 1), (link, 220, 1)])
        promised = Columns([(promise, 220, 1), (due, 220, 1)])
        self._of_reviews = (site, rated, private)
        self._of_talks = (contact, promised)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(12)
        for part in (
            self.belongs,
            self.how,
            self.text_row,
            Columns([(author, 220, 1), (site, 220, 1), (contact, 0, 1)]),
            rated,
            promised,
            Columns([(when, 220, 1), (private, 220, 1)]),
            self.notice,
        ):
            whole.addWidget(part)

    # what is shown

    def showEvent(self, event: QShowEvent) -> None:
        """The form may have been made long before anybody sees it: its times are of now."""
        super().showEvent(event)
        self._read_now()

    def _read_now(self) -> None:
        self._desk.read(work.present)(self._show, None)

    def _show(self, here: Present) -> None:
        """Set the times to now and the latest allowed one; a time that was chosen stays."""
        chosen = (self.when.dateTime(), self.by.dateTime())
        self.when.clearMaximumDateTime()
        moments.show_moment(self.when, here.wall, here.zone)
        self.when.setMaximumDateTime(self.when.dateTime())
        moments.show_moment(self.by, here.wall, here.zone)
        self.by.setDateTime(self.by.dateTime().addDays(1))
        before, self._shown = self._shown, (self.when.dateTime(), self.by.dateTime())
        for field, mine, shown in zip((self.when, self.by), chosen, before, strict=True):
            if mine != shown:
                field.setDateTime(mine)
        self._zone = here.zone

    @property
    def origin(self) -> Origin:
        return Origin((self.how.chosen() or (Origin.PASTE.value,))[0])

    def choose_how(self, origin: Origin) -> None:
        """Begin with another way in which it reached us."""
        self.how.choose([origin.value])

    def _look_up(self) -> None:
        """Whether somebody of that name has said something there."""
        review = self.origin is Origin.PASTE
        author, site, link = self.author.text(), self.site.text(), self.link.text()
        where = (site, link) if review else ("", "")
        self._desk.read(brought.likely, author, *where)(self._on_likely, None)

    def _on_likely(self, before: Mention | None) -> None:
        shown, named = self.belongs.isVisibleTo(self), self.author.text().strip().casefold()
        # The form may be another one's by now.
        still = before is not None and before.now.author.casefold() == named
        self.belongs.offer(before if still else None)
        if shown is not self.belongs.isVisibleTo(self):
            self.resized.emit()

    def go_on_with(self, before: Mention) -> None:
        """What they say next in a case: who and where are as before, until somebody changes it."""
        self.belongs.choose(before)
        self.choose_how(before.origin if before.origin in HOWS else Origin.PASTE)
        self.author.setText(before.now.author)
        self.site.setText(before.site)
        self.link.setText(before.url or "")
        self.contact.setText(before.contact)

    def _on_how(self) -> None:
        review = self.origin is Origin.PASTE
        for part in self._of_reviews:
            part.setVisible(review)
        for part in self._of_talks:
            part.setVisible(not review)
        self.resized.emit()

    def _on_promise(self) -> None:
        """A time makes sense only for something promised."""
        promised = bool(self.promise.text().strip())
        self.due.setEnabled(promised)
        self.by.setEnabled(promised and self.due.isChecked())

    # keeping

    def words(self) -> Words:
        """What is typed, to be put back."""
        fields = {
            "author": self.author,
            "site": self.site,
            "link": self.link,
            "contact": self.contact,
            "promise": self.promise,
        }
        typed = {name: field.text() for name, field in fields.items()}
        found = {**typed, "text": self.text.words(), "stars": "".join(self.stars.chosen())}
        return {**found, "how": self.origin.value} if any(found.values()) else {}

    def put_back(self, words: Words) -> None:
        self.how.choose([words.get("how", self.origin.value)])
        self.text.set_text(words.get("text", ""))
        self.author.setText(words.get("author", ""))
        self.site.setText(words.get("site", ""))
        self.link.setText(words.get("link", ""))
        self.contact.setText(words.get("contact", ""))
        self.promise.setText(words.get("promise", ""))
        self.stars.choose([words.get("stars", "")])

    def clear(self) -> None:
        """For the next one."""
        self.put_back({})
        self.belongs.forget()
        for tick in (self.dated, self.private, self.due):
            tick.setChecked(False)
        for row in (self.text_row, self.link_row, self.promise_row):
            row.set_error("")
        self.notice.clear()
        self._shown = (self.when.dateTime(), self.by.dateTime())
        self._read_now()

    # what is done

    def heard(self) -> Heard:
        """What the form says. Where nobody is named, the author is not known."""
        review, zone = self.origin is Origin.PASTE, self._zone or "UTC"
        stars = "".join(self.stars.chosen())
        promised = self.promise.text().strip()
        due = moments.moment_of(self.by, zone) if self.due.isChecked() else None
        private = not review or self.private.isChecked()
        return Heard(
            key="",
            author=self.author.text().strip() or brought.UNKNOWN_AUTHOR,
            text=self.text.words(),
            origin=self.origin,
            url=(self.link.text().strip() or None) if review else None,
            site=self.site.text() if review else "",
            stars=Stars(float(stars), MOST_STARS) if review and stars else None,
            published=moments.moment_of(self.when, zone) if self.dated.isChecked() else None,
            visibility=Visibility.PRIVATE if private else Visibility.PUBLIC,
            contact="" if review else self.contact.text(),
            promise=Promise(promised, due) if promised and not review else None,
        )

    def go(self) -> None:
        """Keep it; `added` follows, or what is wrong stands in its place."""
        for row in (self.text_row, self.author_row, self.link_row, self.promise_row):
            row.set_error("")
        heard, actor, case = self.heard(), self._desk.actor, self.belongs.case
        keep = partial(work.add_mention, heard=heard, actor=actor, answers=case)
        self.deeds.run(keep, self._added)

    def _added(self, made: tuple[MentionId, CaseId, ChangeSet]) -> None:
        _mention, case, _changes = made
        self.added.emit(case)

    def _on_deed(self, words: str) -> None:
        if words:
            self.notice.clear()
        self.busy.emit(words)

    def say_error(self, error: KnownError) -> None:
        rows = {
            "text_missing": self.text_row,
            "text_too_long": self.text_row,
            "author_missing": self.author_row,
            "bad_address": self.link_row,
            "promise_missing": self.promise_row,
        }
        row = rows.get(error.code)
        if row is None:
            self.notice.say_error(error)
        else:
            row.set_error(f"{error.words} {error.way_out}")
            row.field.setFocus(Qt.FocusReason.OtherFocusReason)
        self.resized.emit()


def _at_top(widget: QWidget) -> QWidget:
    side, inner = column()
    inner.addWidget(widget)
    inner.addStretch(1)
    return side
