"""What they said: their words as they are, where they stand, and "I have read all of it"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from calmreply.app.cases import judge
from calmreply.app.listening import grouping
from calmreply.app.words import wording
from calmreply.domain import calm, disguise
from calmreply.domain.case import SiteLooked
from calmreply.domain.mention import Mention, MentionVersion
from calmreply.domain.reply import difference
from calmreply.errors import KnownError
from calmreply.i18n import _
from calmreply.ui import dates
from calmreply.ui.case.also import AlsoLines
from calmreply.ui.case.doing import Doing
from calmreply.ui.case.own_site import OwnSiteLines
from calmreply.ui.case.words import spoken_stars
from calmreply.ui.earlier import EarlierLines, what
from calmreply.ui.kit.buttons import Button, LinkButton
from calmreply.ui.kit.diff import DiffView
from calmreply.ui.kit.flow import FlowLayout
from calmreply.ui.kit.text import PlainLabel, Run, RunLabel, plain_tooltip
from calmreply.ui.kit.widgets import Card, Notice
from calmreply.ui.links import is_page, open_page
from calmreply.ui.said import what_they_said

if TYPE_CHECKING:
    from calmreply.ui.case.work import Shown
    from calmreply.ui.desk import Desk

LINES = 14
"""How much of a long mention is shown at once; the rest scrolls within it."""


class MentionCard(Card):
    """One mention; changed versions are shown as a difference until they are read."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.setAccessibleName(_("What they said"))
        self._shown: Shown | None = None
        self._opened: set[str] = set()
        self._notice = Notice()
        self._notice.setObjectName("case.mention.notice")
        self._doing = Doing(desk, self._notice, self)
        self._doing.changed.connect(self._refresh)
        self.also = AlsoLines(self._doing)
        self.earlier = EarlierLines(self._notice.say_error)
        self.own_site = OwnSiteLines()
        self._where = RunLabel(look="section")
        self._changed = PlainLabel("", "second", tone="amber")
        self._changed.setObjectName("case.mention.news")
        self.there = LinkButton(_("See that answer"), self._see_answer)
        self.there.setObjectName("case.mention.there")
        self.before = LinkButton("", self._toggle_before)
        self.before.setObjectName("case.mention.before")
        self._before_of = ""
        self.words = DiffView(max_lines=LINES)
        self.words.setObjectName("case.mention")
        self.words.setAccessibleName(_("What they said"))
        self.words.read_to_end.connect(self._refresh)
        self._contact = PlainLabel("", "second", selectable=True)
        self._promise = PlainLabel("", "second", tone="amber")
        self.open_page = LinkButton(_("Open page"), self._open)
        self.open_page.setObjectName("case.open_page")
        self.apart = LinkButton(_("Not the same: give it a case of its own"), self._split)
        self.apart.setObjectName("case.turn.split")
        self.read = Button(_("I have read all of it"), self._say_read)
        self.read.setObjectName("case.read")
        self._told = PlainLabel("", "second", tone="green")
        self._told.setWordWrap(False)
        self._hint = PlainLabel(_("Read it to the end, or open the page."), "second")
        self._hint.setWordWrap(False)
        self._lay_out()

    def _lay_out(self) -> None:
        self.add(self.earlier)
        top = QHBoxLayout()
        top.setSpacing(10)
        top.addWidget(self._where, 1)
        top.addWidget(self.open_page)
        self.body.addLayout(top)
        self.add(self._changed)
        self.add(self.there)
        self.add(self.before)
        self.add(self.words)
        self.add(self._contact)
        self.add(self._promise)
        self.add(self.apart)
        foot = QWidget()
        line = FlowLayout(foot, gap=12, line_gap=4)
        line.addWidget(self.read)
        line.addWidget(self._hint)
        line.addWidget(self._told)
        self._foot = foot
        self.add(self.also)
        self.add(self.own_site)
        self.add(foot)
        self.add(self._notice)

    def set_shown(self, shown: Shown) -> None:
        before = self._shown
        if before is not None and before.case != shown.case:
            self._notice.clear()
        self._shown = shown
        mention = shown.facts.mention
        self.earlier.show_known(shown.page.known)
        self.apart.setVisible(shown.facts.turn is not None)
        self._say_where(shown)
        self._show_words(shown)
        contact = mention.contact
        self._contact.setText(
            _("How to reach them: {contact}").format(contact=disguise.visible(contact))
        )
        self._contact.setVisible(bool(contact))
        self._promise.setText(_promise(shown))
        self._promise.setVisible(mention.promise is not None)
        self.open_page.setVisible(bool(mention.url))
        self.also.set_shown(shown)
        self.own_site.set_shown(shown)
        self._refresh()

    def open(self) -> None:
        """Show the page it stands on in the browser, as its link does."""
        self._open()

    def say_read(self) -> None:
        """As the button does, if it may; else the words get the focus, to be read."""
        if self.read.isEnabled() and self.read.isVisibleTo(self):
            self._say_read()
        else:
            self.words.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_words(self, shown: Shown) -> None:
        mention, seen = shown.facts.mention, _seen(shown)
        now, news = mention.now, _became(shown)
        unread = seen is not None and not seen.says_as(now)
        told, opened = _earlier(mention), self._version(shown) == self._before_of
        before = seen if unread else told if opened else None
        if before is None:
            self.words.set_text(what_they_said(mention))
        else:
            was, says = (what_they_said(mention, one) for one in (before, now))
            self.words.set_diff([(c.value, text) for c, text in difference(was, says)])
        if seen is not None and unread:
            news = [_("They changed this since it was read."), *_beside(seen, now), *news]
        elif told is not None and seen is None:
            news = [_changed(shown), *_beside(told, now), *news]
        self._changed.setText(" ".join(news))
        self._changed.setVisible(bool(news))
        back = _("Show only what it says now")
        self.before.setText(back if opened else _("Show what it said before"))
        self.before.setVisible(told is not None and not unread)
        self.there.setVisible(is_page(_answer_there(shown)))

    def _toggle_before(self) -> None:
        """What it said before, as a difference; and back."""
        if self._shown is not None:
            here = self._version(self._shown)
            self._before_of = "" if self._before_of == here else here
            self._show_words(self._shown)
            self._refresh()

    def _say_where(self, shown: Shown) -> None:
        """Where and when, as one line; the exact time on hover."""
        mention = shown.facts.mention
        when = dates.said(mention.published, mention.heard, shown.wall, shown.zone)
        self._where.set_runs((Run("  ·  ".join((*_where(shown), when))),))
        stars = mention.now.stars
        if stars is not None:
            signs = wording.stars(stars.given, stars.scale)
            self._where.setAccessibleName(self._where.text().replace(signs, spoken_stars(stars)))
        else:
            self._where.setAccessibleName("")
        moment = min(mention.published or mention.heard, mention.heard)
        hover = _("Said {when}") if mention.published else _("Heard {when}")
        told = [hover.format(when=dates.exact(moment, shown.zone))]
        if shown.row.source_title:
            through = disguise.name(shown.row.source_title)
            told.append(_("Heard through {source}").format(source=through))
        plain_tooltip(self._where, "\n".join(told))

    def _refresh(self) -> None:
        shown = self._shown
        if shown is None:
            return
        facts = shown.facts
        mine = shown.me is not None and calm.has_read(facts, shown.me)
        self.read.setVisible(not mine and not shown.ended and not shown.answered)
        may = self.words.end_seen or self._version(shown) in self._opened
        self.read.setEnabled(may and not self._doing.busy)
        self._foot.setHidden(self.read.isHidden())
        self._hint.setHidden(may)
        self.read.setAccessibleDescription("" if may else self._hint.text())
        others = "" if mine else _readers(shown)
        self._told.setText(others)
        self._told.setVisible(bool(others))

    @staticmethod
    def _version(shown: Shown) -> str:
        return f"{shown.case} {shown.facts.mention.said.number}"

    def _open(self) -> None:
        shown = self._shown
        if shown is None or not shown.facts.mention.url:
            return
        try:
            open_page(shown.facts.mention.url)
        except KnownError as error:
            self._notice.say_error(error)
            return
        self._opened.add(self._version(shown))
        self._refresh()

    def _see_answer(self) -> None:
        if self._shown is not None:
            try:
                open_page(_answer_there(self._shown))
            except KnownError as error:
                self._notice.say_error(error)

    def _split(self) -> None:
        """The newest turn is another matter after all."""
        if self._shown is not None:
            mention = self._shown.facts.mention.id
            self._doing.act(lambda home, actor: grouping.split(home, actor, mention))

    def _say_read(self) -> None:
        if self._shown is not None:
            case = self._shown.case
            self._doing.act(lambda home, actor: judge.read_all(home, actor, case))


def _where(shown: Shown) -> tuple[str, ...]:
    mention = shown.facts.mention
    stars = mention.now.stars
    rating = wording.stars(stars.given, stars.scale) if stars else ""
    place = " ".join(filter(None, (shown.place or wording.origin(mention.origin), rating)))
    return tuple(filter(None, (what(shown.page.known), place)))  # who stands over the page


def _readers(shown: Shown) -> str:
    """Who has read it as it stands now."""
    facts = shown.facts
    names = dict.fromkeys(shown.name(r.by) for r in facts.reads if facts.said_of_now(r))
    return _("✓ Read by {names}").format(names=", ".join(names)) if names else ""


def _seen(shown: Shown) -> MentionVersion | None:
    """The version before that this person read, or that anybody did; None if it is as it was."""
    mention, reads = shown.facts.mention, shown.facts.reads
    mine = [read for read in reads if read.by == shown.me] or list(reads)
    if not mine:
        return None
    return _version_of(mention, max(read.version for read in mine))


def _version_of(mention: Mention, number: int) -> MentionVersion | None:
    return next((one for one in mention.versions if one.number == number), None)


def _became(shown: Shown) -> list[str]:
    """What the site says of it beside its words."""
    gone, told = shown.facts.mention.gone, []
    if gone is not None:
        when = dates.when(gone, shown.wall, shown.zone)
        told.append(_("It no longer stands there; the site said so {when}.").format(when=when))
    if _answer_there(shown):
        told.append(_("It was answered there from your account, but not from here."))
    return told


def _answer_there(shown: Shown) -> str:
    """Where the answer stands that was given at the site itself, or its words; else empty."""
    looks = [one for one in shown.facts.in_turn(SiteLooked) if one.answered]
    return looks[-1].answered if looks else ""


def _earlier(mention: Mention) -> MentionVersion | None:
    """What it said before it was changed the last time; None where it never was."""
    sayings = mention.sayings
    return sayings[-2] if len(sayings) > 1 else None


def _changed(shown: Shown) -> str:
    """That it was changed before anybody here had read it."""
    sayings = shown.facts.mention.sayings
    when = dates.when(sayings[-1].heard, shown.wall, shown.zone)
    words = _("It was changed there, as seen {when} (version {n}).")
    return words.format(when=when, n=len(sayings))


def _beside(before: MentionVersion, now: MentionVersion) -> list[str]:
    """What else changed beside the words."""
    words = []
    if before.stars != now.stars:
        old, new = (
            wording.stars(one.stars.given, one.stars.scale) if one.stars else _("none")
            for one in (before, now)
        )
        words.append(_("Stars: {old}, now {new}.").format(old=old, new=new))
    if before.author != now.author:
        words.append(
            _("They called themselves {name} then.").format(name=disguise.name(before.author))
        )
    return words


def _promise(shown: Shown) -> str:
    promise = shown.facts.mention.promise
    if promise is None:
        return ""
    words = _("Promised: {words}").format(words=promise.words)
    if promise.due is None:
        return words
    by = dates.when(promise.due, shown.wall, shown.zone)
    if promise.due < shown.wall:
        return _("{promise}, by {when}. That time is over.").format(promise=words, when=by)
    left = wording.duration(promise.due - shown.wall)
    return _("{promise}, by {when} ({left} left)").format(promise=words, when=by, left=left)
