"""Everything of the kit on two pages, as pictures: light and dark, plain and large, translated.

    QT_QPA_PLATFORM=offscreen PYTHONPATH=src python tests/kit/gallery.py FOLDER

With `QT_SCALE_FACTOR=2` the pictures have twice the pixels. Samples are made up.
"""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from calmreply import i18n
from calmreply.errors import KnownError
from calmreply.i18n import PseudoTranslations, _
from calmreply.ui.kit.buttons import Button, Choice, LinkButton, PrimaryButton, Radio, Tick
from calmreply.ui.kit.checks import CheckLine, IconLine
from calmreply.ui.kit.clock import ClockCard
from calmreply.ui.kit.diff import DiffView
from calmreply.ui.kit.fields import FormRow, PassphraseField, SearchField
from calmreply.ui.kit.flow import FlowLayout
from calmreply.ui.kit.line_data import LineData, line_data
from calmreply.ui.kit.lines import LineList
from calmreply.ui.kit.palette import Tone
from calmreply.ui.kit.pills import Pill, PillChoice
from calmreply.ui.kit.rail import Rail, RailRow, RailSection
from calmreply.ui.kit.text import ElidedLabel, PlainLabel, Run, RunLabel
from calmreply.ui.kit.theme import install
from calmreply.ui.kit.views import Mark, PlainEdit, PlainView
from calmreply.ui.kit.widgets import (
    Card,
    EmptyRoom,
    Hairline,
    Notice,
    PageHead,
    Scroll,
    SectionLabel,
    StarsLabel,
    stars_shown,
)

SAID = (
    "Ordered a birthday cake for Saturday, it said Happy Birthday Stan. My daughter is called "
    "Sian. Nobody picks up the phone and the shop was shut when I drove back. Twenty eight pounds "
    "and a crying five year old. Never again."
)
REPLY = (
    "Dear Marta, thank you for telling us, and I am sorry Sian's birthday was spoiled. That is not "
    "the day any of us wanted her to have. This never happens here and you should have checked the "
    "form you filled in. I would like to find out what went wrong: please message me or call Ana "
    "on the shop number with your order number, and I will call you back today."
)


def rows() -> list[LineData | None]:
    complaint: tuple[Tone, str] = ("red", _("Complaint"))
    return [
        LineData(
            "Marta Kowalczyk",
            _("41 min"),
            f"“{SAID}",
            (complaint, ("neutral", _("Google review") + " ★"), ("amber", _("Cooling 37 min"))),
            exact_when="13:34",
        ),
        LineData(
            "d_hargreaves",
            _("2 h"),
            "Third time the sourdough has been sold out by 9. What is the point of opening at 7?",
            (complaint, ("neutral", "r/bristol"), ("violet", _("With Tom"))),
        ),
        LineData(
            "The Bristol Loaf-er with a name that goes on and on and does not come to an end",
            _("3 h"),
            "A round-up",
            (("amber", _("Mixed")), ("neutral", _("Blog")), ("teal", _("New"))),
        ),
        LineData(
            "مريم الكاتبة",
            _("5 h"),
            "خدمة رائعة جدا ، شكرا لكم على كل شيء قدمتموه لنا في هذا اليوم الجميل مع العائلة كلها",
            (("green", _("Praise")), ("neutral", "Mastodon"), ("teal", _("Thank"))),
        ),
        None,
        LineData(
            "bestcakes_bs3",
            _("6 h"),
            "DO NOT BUY HERE https://bestcakes.example/a/very/long/address?that=does&not=break#ever",
            (("neutral", _("Likely spam")), ("neutral", _("Your site"))),
            dim=True,
        ),
    ]


class Lines(QAbstractListModel):
    def __init__(self, shown: list[LineData | None], parent: QWidget) -> None:
        super().__init__(parent)
        self.shown = shown

    def rowCount(  # noqa: N802 - Qt asks by this name
        self, _parent: QModelIndex | QPersistentModelIndex | None = None
    ) -> int:
        return len(self.shown)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = 0) -> object:
        return line_data(self.shown[index.row()], role)


def rail() -> Rail:
    made = Rail(_("Places"))
    work: list[tuple[str, int, Tone]] = [
        ("Today", 7, "teal"),
        ("New", 12, "red"),
        ("Cooling off", 3, "amber"),
        ("With reviewer", 2, "violet"),
        ("Ready to send", 1, "green"),
        ("Being fixed", 4, "neutral"),
        ("Follow up", 5, "neutral"),
    ]
    made.set_sections(
        (
            RailSection(_("Work"), tuple(RailRow(w, _(w), n, t) for w, n, t in work)),
            RailSection(
                _("Keep"),
                (
                    RailRow("praise", _("Praise"), 31, "green"),
                    RailRow("closed", _("Closed"), 418, dim=True),
                ),
            ),
            RailSection(
                _("Business"),
                (
                    RailRow("customers", _("Customers"), 1940, "teal"),
                    RailRow("insights", _("Insights"), None, "teal"),
                ),
            ),
        )
    )
    made.choose("New")
    return made


def clocks() -> QHBoxLayout:
    line = QHBoxLayout()
    line.setSpacing(14)
    theirs = ClockCard(_("Their clock: waiting for a first word from you"))
    theirs.set(_("41 min"), _("of 1 h you aim for"), 41 / 60, tone="amber")
    theirs.add_action(PrimaryButton(_("Send the holding reply")))
    theirs.set(
        _("41 min"),
        _("of 1 h you aim for"),
        41 / 60,
        tone="amber",
        footer=_("approved in your plan, no wait"),
    )
    ours = ClockCard(_("Your clock: cooling off, you said you were stung"))
    ours.set(
        "37:12",
        _("left of 60 min"),
        23 / 60,
        footer=_("Ends 14:52. Keep writing if it helps; then read it once more."),
    )
    line.addWidget(theirs, 1)
    line.addWidget(ours, 1)
    return line


def middle() -> QWidget:
    scroll = Scroll(fill=True)
    scroll.body.setContentsMargins(22, 16, 22, 16)
    scroll.body.addLayout(clocks())
    said = Card()
    meta = RunLabel(
        (
            Run(_("What they said")),
            Run(f"  ·  {_('Google review')} "),
            Run(stars_shown(1)),
            Run(f"  ·  Marta Kowalczyk  ·  {_('today')} 13:34  ·  "),
            Run(_("Open page"), "teal"),
        ),
        "section",
    )
    said.add(meta)
    text = PlainView(SAID, max_lines=10)
    text.setAccessibleName(_("What they said"))
    said.add(text)
    scroll.body.addWidget(said)
    reply = Card(_("Your reply, public on Google  ·  version 3"), fill=True)
    reply.head.addWidget(PlainLabel("312 / 4,096", "section"))
    edit = PlainEdit(REPLY, bare=True, min_lines=6)
    edit.setAccessibleName(_("Your reply"))
    edit.fill_height()
    for_words = [("I am sorry", "green", "ground"), ("This never", "amber", "line")]
    edit.set_marks(
        [Mark(REPLY.index(w), len(w) + 26, t, look) for w, t, look in for_words]  # type: ignore[arg-type]  # literals in a list
    )
    reply.add(edit, 1)
    foot = QHBoxLayout()
    foot.addWidget(Button(_("From response plan…")))
    foot.addWidget(Button(_("Versions")))
    foot.addStretch(1)
    foot.addWidget(PlainLabel(_("Saved 13:58"), "second"))
    reply.body.addLayout(foot)
    scroll.body.addWidget(reply, 1)
    return scroll


def aside() -> QWidget:
    scroll = Scroll()
    who = Card(_("Who is this?"))
    name = QHBoxLayout()
    name.addWidget(PlainLabel(_("Likely a customer"), "strong"))
    name.addWidget(Pill("92 %", "green"))
    name.addStretch(1)
    who.body.addLayout(name)
    who.add(PlainLabel(_("Order #8817, 15 Nov, birthday cake, £28.00. First complaint."), "second"))
    who.add(LinkButton(_("Not them…")))
    coach = Card(_("Reading your draft"))
    coach.add(
        RunLabel(
            (
                Run(_("Puts it on her. "), "red", strong=True),
                Run("“you should have checked”", "red"),
            ),
            "second",
        )
    )
    coach.add(RunLabel((Run(_("Thanks her, feels with her, moves it on."), "green"),), "second"))
    before = Card(_("Before it can go"))
    before.body.setSpacing(0)
    lines = (
        CheckLine("done", _("Read in full on the page")),
        CheckLine(
            "wait", (Run(_("Cooling off, ")), Run("37:12", strong=True), Run(" " + _("left")))
        ),
        CheckLine("stop", _("One line puts it on the customer")),
        CheckLine(
            "open",
            _("A second pair of eyes: Tom or Lea"),
            _("Nobody has been asked yet."),
            _("Ask now"),
        ),
    )
    for number, line in enumerate(lines):
        if number:
            before.add(Hairline())
        before.add(line)
    send = PrimaryButton(_("Send reply · 3 things to do"))
    send.setEnabled(False)
    before.add(send)
    for card in (who, coach, before):
        scroll.body.addWidget(card)
    return scroll


def inbox() -> QWidget:
    page = QWidget()
    whole = QHBoxLayout(page)
    whole.setContentsMargins(0, 0, 0, 0)
    whole.setSpacing(0)
    whole.addWidget(rail())
    whole.addWidget(Hairline(upright=True))
    column = QVBoxLayout()
    column.setSpacing(0)
    found = SearchField(_("Search mentions, people, replies…"))
    holder = QVBoxLayout()
    holder.setContentsMargins(12, 10, 12, 10)
    holder.addWidget(found)
    column.addLayout(holder)
    column.addWidget(Hairline())
    listed = LineList(_("Mentions"))
    listed.setModel(Lines(rows(), listed))
    listed.setCurrentIndex(listed.model().index(0, 0))
    column.addWidget(listed, 1)
    holding = QWidget()
    holding.setLayout(column)
    column.setContentsMargins(0, 0, 0, 0)
    holding.setFixedWidth(352)
    whole.addWidget(holding)
    whole.addWidget(Hairline(upright=True))
    case = QVBoxLayout()
    case.setSpacing(0)
    head = PageHead(_("Cake with the wrong name"))
    head.add_pill(Pill(_("Complaint"), "red"))
    head.add_pill(Pill(_("Case 1042")))
    head.add_right(RunLabel((Run(_("Handled by ")), Run("Ana", strong=True)), "second"))
    head.add_right(Button(_("Walk away…")))
    head.add_right(Button(_("Set aside…")))
    case.addWidget(head)
    below = QHBoxLayout()
    below.setSpacing(0)
    below.addWidget(middle(), 5)
    below.addWidget(Hairline(upright=True))
    below.addWidget(aside(), 3)
    case.addLayout(below, 1)
    whole.addLayout(case, 1)
    return page


def forms() -> QWidget:
    card = Card(_("A form"))
    card.body.setSpacing(12)
    wrong = FormRow(
        _("Address of the feed"), QLineEdit("htp:/cornerbakery"), _("As the browser shows it")
    )
    wrong.set_error(_("This is no web address. Copy it from the browser."))
    card.add(wrong)
    card.add(FormRow(_("Who"), Choice([("ana", "Ana Moreno"), ("tom", "Tom & Lea")])))
    field = PassphraseField()
    field.edit.setText("abcdefgh")
    card.add(
        FormRow(
            _("Sign with your passphrase"),
            field,
            _("Your sign-off holds for this text only. If one word changes, it is asked again."),
        )
    )
    note = PlainEdit(placeholder=_("What should change, or why it is right as it stands"))
    card.add(FormRow(_("Your note to Ana"), note))
    causes = PillChoice(
        [
            ("order", _("Order taking")),
            ("phone", _("Phone cover")),
            ("product", _("Product")),
            ("price", _("Price")),
            ("staff", _("Staff manner")),
            ("none", _("None of ours"), "green"),
        ]
    )
    causes.choose({"order", "none"})
    card.add(FormRow(_("Is there a problem in how we work?"), causes))
    return card


def ticks() -> QWidget:
    card = Card(_("Would you be glad to see this with our name on it?"))
    for number, words in enumerate(
        (
            _("Only what we know to be true"),
            _("Nobody is blamed"),
            _("No promise we cannot keep"),
            _("It moves the talk somewhere private and nothing private stays in public"),
        )
    ):
        tick = Tick(words)
        tick.setChecked(number < 3)
        card.add(tick)
    radio = Radio(_("On this computer"))
    radio.setChecked(True)
    card.add(radio)
    card.add(Radio(_("By a packet for Tom's phone")))
    off = Tick(_("Not now"))
    off.setEnabled(False)
    card.add(off)
    return card


def words() -> QWidget:
    card = Card(_("Exactly what will be posted, publicly on Google"))
    diff = DiffView()
    diff.setAccessibleName(_("What changed"))
    diff.set_diff(
        [
            ("same", "Dear Marta, thank you for telling us. "),
            ("removed", "This never happens here and you should have checked the form. "),
            ("same", "I will call you back "),
            ("added", "before six"),
            ("same", " today. See shop\u202e.example\u200b/now"),
        ],
        reveal=True,
    )
    card.add(diff)
    card.add(Hairline())
    card.add(SectionLabel(_("Words in every look")))
    card.add(PlainLabel(_("Text as it is"), selectable=True))
    card.add(PlainLabel(_("Second text"), "second"))
    card.add(ElidedLabel(_("One line that is much too long for the room it has ") * 3))
    card.add(PlainLabel("https://bestcakes.example/" + "verylongaddress" * 9, "second"))
    card.add(StarsLabel(2))
    card.add(IconLine(_("Listening to 14 sources"), _("Last check 14:14"), tone="green"))
    tones: tuple[Tone, ...] = ("neutral", "teal", "amber", "red", "green", "violet")
    holder = QWidget()
    flow = FlowLayout(holder)
    for tone in tones:
        flow.addWidget(Pill(_("Likely spam"), tone, "✓" if tone == "green" else ""))
    card.add(holder)
    return card


def doing() -> QWidget:
    card = Card(_("Buttons"))
    holder = QWidget()
    flow = FlowLayout(holder, gap=8, line_gap=8)
    off = Button(_("Not now"))
    off.setEnabled(False)
    for button in (
        PrimaryButton(_("Sign off")),
        Button(_("Ask for changes")),
        Button(_("Do not reply"), look="stop"),
        LinkButton(_("Add a name…")),
        off,
    ):
        flow.addWidget(button)
    card.add(holder)
    return card


def with_focus(where: Path) -> None:
    """One picture of all that can have the focus, each while it has it."""
    page = Card(_("With the focus"))
    choice = PillChoice([("a", _("Settled")), ("b", _("Still sore"))])
    shown: list[QWidget] = [
        PrimaryButton(_("Sign off")),
        Button(_("Ask for changes")),
        LinkButton(_("Add a name…")),
        Tick(_("Nobody is blamed")),
        Radio(_("On this computer")),
        choice,
        QLineEdit("Tom"),
        Choice([("ana", "Ana Moreno")]),
        PlainEdit("Words", min_lines=1),
        PlainView("Words to read"),
        PlainLabel("Words to select", selectable=True),
    ]
    for widget in shown:
        page.add(widget)
    page.resize(360, 560)
    page.show()
    page.activateWindow()
    QApplication.processEvents()
    picture = page.grab()
    for widget in shown:
        widget.setFocus(Qt.FocusReason.TabFocusReason)
        QApplication.processEvents()
        with QPainter(picture) as painter:
            painter.drawPixmap(widget.pos(), page.grab(widget.geometry()))
    picture.save(str(where))
    page.close()


def pieces() -> QWidget:
    scroll = Scroll()
    columns = QHBoxLayout()
    columns.setSpacing(14)
    notice = Notice()
    notice.say_error(
        KnownError(
            "no_such_host",
            _("There is no cornerbakery.example."),
            _("Check the address, or try again when you are connected."),
        )
    )
    waiting = Notice()
    waiting.say(
        _("The wait is over."), _("Read it once more."), tone="amber", action=_("Read it now")
    )
    scroll.body.addWidget(notice)
    scroll.body.addWidget(waiting)
    first, second, third = QVBoxLayout(), QVBoxLayout(), QVBoxLayout()
    first.addWidget(forms())
    second.addWidget(ticks())
    second.addWidget(doing())
    third.addWidget(words())
    third.addWidget(
        EmptyRoom(
            _("Nobody has written yet"),
            _("What the web says about you will appear here."),
            _("Add a source…"),
        ),
        1,
    )
    for column in (first, second, third):
        column.setSpacing(14)
        column.addStretch(1)
        columns.addLayout(column, 1)
    scroll.body.addLayout(columns)
    page = QWidget()
    whole = QVBoxLayout(page)
    whole.setContentsMargins(0, 0, 0, 0)
    whole.addWidget(scroll)
    return page


def save(page: QWidget, size: QSize, where: Path) -> None:
    page.resize(size)
    page.show()
    for _again in range(4):
        QApplication.processEvents()
    page.grab().save(str(where))
    page.close()
    page.deleteLater()


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    app = QApplication([])
    worn = install(app, "light")
    for name, mode, scale, stretched in (
        ("light", "light", 1.0, False),
        ("dark", "dark", 1.0, False),
        ("large", "light", 2.0, False),
        ("translated", "dark", 1.0, True),
        ("large-translated", "light", 2.0, True),
    ):
        if stretched:
            i18n.install(PseudoTranslations())
        worn.set_mode(mode)  # type: ignore[arg-type]  # literals in a tuple
        worn.set_scale(scale)
        size = QSize(1360, 860) if scale == 1.0 else QSize(1920, 1200)
        save(inbox(), size, folder / f"inbox-{name}.png")
        save(pieces(), size, folder / f"pieces-{name}.png")
        with_focus(folder / f"focus-{name}.png")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
