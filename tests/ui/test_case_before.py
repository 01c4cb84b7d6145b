"""The case page up to Send: reading, feeling, judging, asking, looking, and the lines about it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QWidget
from tests.ui.case_robot import DISK_FULL, REPLY, SAID, Bench, CaseRobot

from calmreply.app import queries
from calmreply.app.cases import story
from calmreply.app.reviewing import review
from calmreply.app.sending import send
from calmreply.app.teamwork.team import TeamAddress
from calmreply.domain.case import Choice
from calmreply.domain.mention import Origin, Promise, Stars
from calmreply.domain.policy import Feeling, Kind
from calmreply.domain.review import NEEDED, Tick
from calmreply.errors import KnownError
from calmreply.ui.case import words as around

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import timedelta

    from pytestqt.qtbot import QtBot

    from calmreply.ui.kit.theme import Theme

    OnPage = Callable[..., CaseRobot]


@pytest.fixture
def bench() -> Bench:
    return Bench()


@pytest.fixture
def on_page(qtbot: QtBot, bench: Bench, worn: Theme) -> Iterator[OnPage]:
    """Show a case to Ana, or to whoever is named; ended after the test."""
    assert worn is not None
    robots: list[CaseRobot] = []

    def show(case: Any, home: Bench = bench, **more: Any) -> CaseRobot:
        robots.append(CaseRobot(qtbot, home, **{"who": home.ana, **more}))
        return robots[-1].open(case)

    yield show
    for robot in robots:
        robot.finish()


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses that reached the browser."""
    found: list[str] = []

    def open_url(url: Any) -> bool:
        found.append(url.toString())
        return True

    monkeypatch.setattr(QDesktopServices, "openUrl", open_url)
    return found


def test_in_a_team_nobody_is_fetched(qtbot: QtBot, bench: Bench, worn: Theme) -> None:
    assert worn is not None
    case = bench.written(bench.said())
    bench.asked(case)
    bench.home = replace(bench.home, team=TeamAddress("db.example", "shop", "till"))
    said = []
    for who in (bench.ana, bench.tom):
        page = CaseRobot(qtbot, bench, who=who).open(case)
        said.append(page.line("needs_second_person"))
        page.finish()
    asked = "A second pair of eyes: Tom has been asked"
    assert said == [
        f"{asked} | Tom sees it at any computer of the team. | Tom looks at it here",
        f"{asked} | Look at it now",
    ]


def test_the_whole_way_to_send_line_by_line(bench: Bench, on_page: OnPage) -> None:
    page = on_page(bench.said())
    assert page.blockers() == [
        "not_read",
        "not_judged",
        "feeling",
        "empty",
        "needs_second_person",
        "second_look",
    ]
    assert page.send_says() == ("Send reply · 6 things to do", False)

    page.do("not_read")
    assert page.done() == ["read"]
    page.press("case.feel.stung")
    assert page.line("cooling_person") == (
        "Cooling off, Ana was stung: 1 h left, ends 14:34 | It ends by itself."
    )
    page.do("not_judged")
    page.press("case.judge.verdict.genuine")
    page.press("case.judge.kind.complaint")
    page.fill("case.judge.evidence", "Order 8817")
    page.press("case.judge.save")
    assert "judged" in page.done()

    page.do("empty")
    page.write(REPLY)
    page.saved()
    assert "I am done writing" in page.line("empty")
    page.leave_editor()
    assert bench.revisions(page.shown.case) == [REPLY]
    assert page.blockers() == [
        "cooling_person",
        "cooling_text",
        "needs_second_person",
        "second_look",
    ]

    page.do("needs_second_person")
    assert page.line("needs_second_person") == (
        "A second pair of eyes: Tom has been asked | Fetch Tom, who looks at it here on this "
        "computer. | Tom looks at it here"
    )
    assert page.send_says() == ("Send reply · it waits until today\u00a014:34", False)
    bench.signed(page.shown.case)
    page.later(minutes=30)
    assert page.line("cooling_person").startswith("Cooling off, Ana was stung: 30 min left")
    assert page.done() == ["read", "judged", "signed"]

    page.later(minutes=30)
    assert page.blockers() == ["second_look"]
    assert page.line("second_look") == "Read it once more | The waits are over. | Read it now"
    assert page.send_says() == ("Send reply · 1 thing to do", False)
    page.do("second_look")
    assert page.there("dialog.look")
    page.until(lambda: page.find("look.send").isEnabled())
    page.press("look.send")
    assert page.blockers() == []
    assert page.send_says() == ("Copy and open the page", True)
    assert page.find("case.send").hasFocus()


@pytest.mark.parametrize(
    ("text", "more", "key", "words", "action"),
    [
        ("Your card 4111 1111 1111 1111", {}, "private_data", "card number 4111", "Show where"),
        (REPLY, {"offer": 6_000}, "offer_above_limit", "60.00 GBP", "Change the offer…"),
        (REPLY, {"channel": "mail"}, "not_connected", "mail", "Set it up"),
        ("x" * 61, {"channel": "mail", "target": "m@k.example"}, "too_long", "61 of 60", "Shorten"),
    ],
)
def test_what_the_words_are_held_by(  # noqa: PLR0917 - one row of a table
    on_page: OnPage, text: str, more: dict[str, Any], key: str, words: str, action: str
) -> None:
    bench = Bench(max_length=60)
    if key == "too_long":
        bench.account()
    if "offer" in more:
        more = {"offer": bench.offer(more["offer"])}
    page = on_page(bench.written(bench.said(), text=text, **more), bench)
    assert words in page.line(key)
    assert action in page.line(key)
    page.do(key)
    if key == "not_connected":
        assert page.rooms == ["settings"]
    elif key == "offer_above_limit":
        assert page.find("case.offer.amount").isVisible()
    else:
        assert page.page.reply.edit.hasFocus()


def test_what_the_second_person_lets_pass_is_let_pass(bench: Bench, on_page: OnPage) -> None:
    case = bench.written(bench.said(), text=f"{REPLY} 4111 1111 1111 1111")
    bench.asked(case)
    page = on_page(case)
    assert "private_data" in page.blockers()
    bench.signed(case, Tick.NOT_PRIVATE)
    page.page.read_again()
    page.settle()
    assert "private_data" not in page.blockers()


def test_reading_is_said_after_the_end_was_seen(
    bench: Bench, on_page: OnPage, opened: list[str]
) -> None:
    page = on_page(bench.said(" ".join([SAID] * 30)))
    button = page.find("case.read", QAbstractButton)
    assert not button.isEnabled()
    view = page.page.mention.words
    view.verticalScrollBar().setValue(view.verticalScrollBar().maximum())
    page.until(button.isEnabled)

    other = on_page(bench.said("Another. " + " ".join([SAID] * 30)))
    assert not other.find("case.read").isEnabled()
    other.press("case.open_page")
    assert opened == ["https://reviews.example/corner-bakery/marta"]
    assert other.find("case.read").isEnabled()


def test_an_address_that_is_no_page_is_not_opened(
    bench: Bench, on_page: OnPage, opened: list[str]
) -> None:
    case = bench.said()
    mentions: Any = bench.store._data.mentions
    (key,) = mentions
    object.__setattr__(mentions[key], "url", "file:///etc/passwd")
    page = on_page(case)
    page.press("case.open_page")
    assert opened == []
    assert page.notice("mention").startswith("This link is not opened")


def test_a_change_is_shown_as_a_difference_and_read_anew(bench: Bench, on_page: OnPage) -> None:
    case = bench.written(bench.said())
    bench.edited(case, SAID.replace("Never again", "I may come back"), stars=Stars(3))
    page = on_page(case)
    assert page.line("mention_changed").startswith("They changed what they said")
    view = page.page.mention.words
    assert "Never" in view.words()
    assert "I may come back" not in SAID
    assert "Removed: “Never" in view.accessibleDescription()
    assert "Stars: ★☆☆☆☆, now ★★★☆☆." in page.page.mention._changed.text()
    assert not page.find("case.feel.calm").isEnabled()
    page.press("case.read")
    assert "mention_changed" not in page.blockers()
    assert "Never" not in view.words()
    page.press("case.feel.calm")
    assert "feeling" not in page.blockers()


def test_a_feeling_can_only_grow(bench: Bench, on_page: OnPage) -> None:
    case = bench.said()
    bench.read(case, Feeling.CALM)
    page = on_page(case)
    assert page.text("case.got_to_me") == "This got to me"
    page.press("case.got_to_me")
    assert "stung: 1 h left" in page.line("cooling_person")
    assert page.text("case.got_to_me") == "It made me angry"
    page.press("case.got_to_me")
    assert "angry: 4 h left" in page.line("cooling_person")
    assert not page.there("case.got_to_me")


def test_both_clocks_are_painted_from_due_times(bench: Bench, on_page: OnPage) -> None:
    case = bench.said()
    bench.read(case, Feeling.STUNG)
    page = on_page(case)
    yours, theirs = page.page.clocks.yours, page.page.clocks.theirs
    assert yours.face.accessibleName() == "1:00:00 left of 1 h"
    page.later(minutes=22, seconds=48)
    assert yours.face.accessibleName() == "37:12 left of 1 h"
    assert theirs.face.accessibleName() == "22 min of 1 h you aim for"
    page.later(minutes=36, seconds=30)
    assert theirs.bar._tone == "amber"
    page.later(minutes=10)
    assert yours.face.accessibleName() == "Over after 1 h"
    assert theirs.face.accessibleName() == "1 h 9 min 9 min more than the 1 h you aim for"


def test_their_clock_stands_still_while_the_shop_is_closed(on_page: OnPage) -> None:
    bench = Bench(opens="09:00")
    bench.clock.advance(hours=4)
    page = on_page(bench.said(), bench)
    theirs = page.page.clocks.theirs
    page.later(minutes=20)
    assert theirs.face.accessibleName() == "20 min of 1 h you aim for"
    assert "Closed" not in theirs._foot.text()
    page.later(hours=3)
    assert theirs.face.accessibleName() == "26 min of 1 h you aim for"
    assert "Closed now: it counts on from tomorrow\u00a009:00." in theirs._foot.text()


def test_a_judgement_is_saved_in_one_go_and_changed_later(bench: Bench, on_page: OnPage) -> None:
    case = bench.said(stars=None)
    page = on_page(case)
    page.press("case.judge.verdict.cannot_tell")
    assert not page.find("case.judge.save").isEnabled()
    lacks = page.page.judgement._lacks
    assert lacks.isVisible()
    assert lacks.text() == "Choose what it is as well: Complaint, Question, Praise."
    page.press("case.judge.kind.question")
    assert not lacks.isVisible()
    page.press("case.judge.save")
    assert page.find("case.judge.evidence").hasFocus()
    assert page.notice("judge").startswith("A judgement needs what it rests on.")
    page.fill("case.judge.evidence", "Nothing was found")
    page.press("case.judge.save")
    assert not page.there("case.judge.save")
    card = page.page.judgement
    assert card._evidence.text() == "Nothing was found (Ana)"
    page.press("case.judge.change")
    page.press("case.judge.verdict.spam")
    page.press("case.judge.leave")
    assert card.verdict.chosen() == ("cannot_tell",)
    page.press("case.judge.change")
    page.press("case.judge.verdict.spam")
    page.press("case.judge.save")
    assert card._verdict.text() == "Spam"
    assert page.shown.page.kind is Kind.QUESTION


def test_half_a_judgement_waits_for_its_case(bench: Bench, on_page: OnPage) -> None:
    one, other = bench.said(), bench.said("Another thing")
    page = on_page(one)
    page.press("case.judge.verdict.spam")
    page.open(other)
    assert page.page.judgement.verdict.chosen() == ()
    page.open(one)
    assert page.page.judgement.verdict.chosen() == ("spam",)


def test_a_call_shows_its_contact_and_what_was_promised(
    bench: Bench, on_page: OnPage, hours: Callable[[float], timedelta]
) -> None:
    promise = Promise("A call back", bench.clock.wall + hours(1.5))
    case = bench.letter(origin=Origin.PHONE, contact="01632 960 177", promise=promise)
    page = on_page(case)
    card = page.page.mention
    assert card._contact.text() == "How to reach them: 01632 960 177"
    assert card._promise.text() == ("Promised: A call back, by today\u00a015:04 (1 h 30 min left)")
    page.later(hours=2)
    page.page.read_again()
    page.settle()
    assert card._promise.text().endswith("That time is over.")
    assert not page.there("case.open_page")


@pytest.fixture
def hours() -> Callable[[float], timedelta]:
    from datetime import timedelta  # noqa: PLC0415

    return lambda n: timedelta(hours=n)


def test_asking_one_of_several_and_what_they_want_changed(bench: Bench, on_page: OnPage) -> None:
    case = bench.written(bench.said())
    page = on_page(case)
    assert page.line("needs_second_person") == "A second pair of eyes | Ask Tom"
    bench.person("Mia")
    page.page.read_again()
    page.settle()
    assert page.line("needs_second_person") == "A second pair of eyes | Tom or Mia | Ask…"
    page.do("needs_second_person")
    assert page.there("dialog.ask")
    page.find("dialog.ask").close()
    bench.asked(case)
    review.remark(bench.home, bench.tom, case, "Leave the excuse out.")
    page.page.read_again()
    page.settle()
    again = "Or ask once more for the same words: in the menu Reply."
    leave = "Tom asks for a change: Leave the excuse out."
    assert page.line("changes_asked") == f"{leave} | {again} | Change it"
    assert page.page.menu_actions["ask"].isEnabled()
    assert page.page.reply._remark.text() == "Tom asks for a change: Leave the excuse out."
    page.write(" Sorry.")
    page.saved()
    page.leave_editor()
    assert page.page.reply._remark.text().startswith("Tom asked for a change in version 1:")
    bench.asked(case)
    bench.signed(case)
    bench.wrote(case, "We are so very sorry.")
    page.page.read_again()
    page.settle()
    assert around.remark(page.shown) is None, "Tom has signed what was written since"


def test_words_that_were_suggested_are_taken_over(bench: Bench, on_page: OnPage) -> None:
    """They stand beside the present ones; what was typed meanwhile is a version of its own."""
    case = bench.written(bench.said())
    bench.asked(case)
    better = "Dear Marta, we are sorry. Ana"
    review.remark(bench.home, bench.tom, case, "", suggestion=better)
    page = on_page(case)
    card = page.page.reply
    assert card._remark.text() == "Tom suggests other words"
    assert page.line("changes_asked").startswith("Tom suggests other words | ")
    assert page.line("changes_asked").endswith(" | Change it")
    assert "Removed:" in page.find("case.suggestion").accessibleDescription()
    page.write(" Sorry.")
    page.press("case.suggestion.use")
    page.saved()
    assert card.edit.words() == better
    first, typed, taken = page.shown.facts.revisions
    assert typed.words.text == f"{first.words.text} Sorry."
    assert (taken.by, taken.suggested_by) == (bench.ana.person.id, bench.tom.person.id)
    assert not page.there("case.suggestion.use")
    page.press("case.versions")
    assert card.versions._about.text().startswith("Suggested by Tom.")
    bench.asked(case)
    bench.signed(case)
    page.page.read_again()
    page.settle()
    assert "changes_asked" not in page.blockers()


def test_what_whoever_signed_says_of_it_stands_there(bench: Bench, on_page: OnPage) -> None:
    case = bench.written(bench.said())
    bench.asked(case)
    review.sign(bench.home, bench.tom, case, NEEDED, note=" Just right. ")
    page = on_page(case)
    assert page.page.reply._remark.text() == "Tom signed it off and says: Just right."
    bench.wrote(case, "Other words.")
    page.page.read_again()
    page.settle()
    assert page.page.reply._remark.text() == ""


def test_started_afresh_whoever_wrote_it_may_sign(bench: Bench, on_page: OnPage) -> None:
    """Tom wrote part of it; Ana begins anew, and what was written stays with the versions."""
    case = bench.written(bench.said())
    page = on_page(case)
    assert not page.there("case.afresh"), "she wrote all of it"
    bench.wrote(case, "Tom's own words.", bench.tom)
    page.page.read_again()
    page.settle()
    with pytest.raises(KnownError):
        bench.asked(case)
    page.press("case.afresh")
    page.saved()
    card = page.page.reply
    assert (card.edit.words(), card.edit.hasFocus()) == ("", True)
    assert not page.there("case.afresh")
    assert page.line("empty") == "Write the reply | Write it"
    page.write("Dear Marta, we are sorry.")
    page.leave_editor()
    page.saved()
    assert [one.words.text for one in page.shown.facts.revisions] == [
        "",
        "Dear Marta, we are sorry.",
    ]
    page.press("case.versions")
    which = card.versions.which
    named = [which.itemText(at) for at in range(which.count())]
    assert named[0].startswith("Version 2, Ana")
    assert named[1].startswith("Before it was started afresh: version 2, Tom")
    which.setCurrentIndex(1)
    assert card.versions.words.words().endswith("Tom's own words.")
    bench.asked(case)
    bench.signed(case)
    assert "needs_second_person" not in bench.kinds(case)
    steps = story.story((page.shown.facts.mention,), queries.timeline(bench.home, case), str)
    assert any(one.words.endswith("started the text afresh") for one in steps)


def test_what_only_somebody_else_can_say_is_offered_to_nobody_else(
    bench: Bench, on_page: OnPage
) -> None:
    case = bench.written(bench.said())
    bench.wrote(case, "Tom wrote this.", bench.tom)
    page = on_page(case)
    assert page.line("not_read") == "Tom has to read all of it | Only Tom can say so."
    assert page.line("feeling").endswith("Only Tom can say so.")


def test_a_signer_can_take_the_sign_off_back(bench: Bench, on_page: OnPage) -> None:
    page = on_page(bench.signed_off(bench.said()), who=bench.tom)
    page.do("signed")
    mine = "You wrote none of it: it could be you."
    lapsed = "The sign-off no longer holds: ask again"
    assert page.line("sign_off_lapsed") == f"{lapsed} | {mine} | Ask Tom"
    page.do("sign_off_lapsed")
    assert page.line("needs_second_person").endswith("| Look at it now")


def test_who_let_the_time_run_out_never_signed(bench: Bench, on_page: OnPage) -> None:
    case = bench.written(bench.said())
    bench.asked(case)
    page = on_page(case)
    page.later(hours=73)
    assert page.line("sign_off_lapsed").startswith("Nobody signed it in time: ask again |")
    assert page.line("sign_off_lapsed").endswith("| Ask Tom")


def test_the_sign_off_grows_old_by_itself(bench: Bench, on_page: OnPage) -> None:
    page = on_page(bench.ready(bench.said()))
    assert page.send_says() == ("Copy and open the page", True)
    page.later(minutes=11)
    assert page.blockers() == ["look_at_page"]
    page.later(hours=4)
    assert page.line("second_look").startswith("Read it once more; the last time was too long ago")
    page.later(hours=70)
    assert "sign_off_lapsed" in page.blockers()
    assert page.line("sign_off_lapsed").endswith("| Ask Tom")


def test_the_page_is_looked_at_again(bench: Bench, on_page: OnPage, opened: list[str]) -> None:
    page = on_page(bench.ready(bench.said()))
    page.later(minutes=11)
    page.do("look_at_page")
    assert opened == ["https://reviews.example/corner-bakery/marta"]
    assert page.there("dialog.look")
    page.find("dialog.look").close()


def test_with_nobody_signed_in_one_reads_and_the_first_deed_signs_in(
    bench: Bench, on_page: OnPage
) -> None:
    case = bench.said()
    page = on_page(case, who=None)
    assert page.page.mention.words.words() == SAID
    page.press("case.read")
    assert "not_read" in page.blockers()
    (go_on,) = page.asked_who
    page.desk.sign_in(bench.tom)
    go_on(bench.tom)
    page.settle()
    assert page.done() == ["read"]


def test_an_error_stands_in_the_card_that_asked(bench: Bench, on_page: OnPage) -> None:
    page = on_page(bench.said())
    bench.store.fails = DISK_FULL
    page.press("case.read")
    assert page.notice("mention") == "The disk is full. Make room, then try again."
    assert page.find("case.read").isEnabled()
    bench.store.fails = None
    page.press("case.read")
    assert page.done() == ["read"]
    assert page.page.mention._notice.isHidden()
    assert page.problems == []


def test_a_case_that_is_not_there_says_so(bench: Bench, on_page: OnPage) -> None:
    page = on_page(bench.said())
    page.page.show_case("999")  # type: ignore[arg-type]  # a case that is gone
    page.settle()
    assert page.notice("").startswith("There is no case 999.")
    assert not page.page.columns.isVisible()


def test_only_the_last_case_asked_for_is_shown(bench: Bench, on_page: OnPage) -> None:
    cases = [bench.said(f"Thing {n}") for n in range(5)]
    page = on_page(cases[0])
    shown: list[str] = []
    page.page.mention.words.textChanged.connect(
        lambda: shown.append(page.page.mention.words.words())
    )
    with page.slow():
        for case in cases[1:]:
            page.page.show_case(case)
    page.settle()
    assert page.page.mention.words.words() == "Thing 4"
    assert {text for text in shown if text} == {"Thing 4"}


def test_a_slow_store_shows_nothing_rather_than_the_wrong_case(
    bench: Bench, on_page: OnPage
) -> None:
    one, other = bench.said("One"), bench.said("Other")
    page = on_page(one)
    with page.slow():
        page.page.show_case(other)
        assert page.page.head.isVisible()
        page.page._slow.timeout.emit()
        assert not page.page.head.isVisible()
    page.settle()
    assert page.page.mention.words.words() == "Other"
    assert page.page.head.isVisible()


def test_what_changed_elsewhere_is_read_again(bench: Bench, on_page: OnPage) -> None:
    case, other = bench.said(), bench.said("Another")
    page = on_page(case)
    page.desk.write(lambda home: review_free(bench, home, other))
    page.settle()
    assert page.done() == []
    page.desk.write(lambda home: review_free(bench, home, case))
    page.settle()
    assert page.done() == ["read"]


def review_free(bench: Bench, _home: object, case: Any) -> Any:
    from calmreply.app.cases import judge  # noqa: PLC0415

    return judge.read_all(bench.home, bench.ana, case)


def test_the_ends_fit_where_the_case_stands(bench: Bench, on_page: OnPage) -> None:
    case = bench.said()
    page = on_page(case)
    ends = ("outside", "aside", "close", "debrief", "reopen")

    def offered() -> list[str]:
        return [end for end in ends if page.there(f"case.{end}")]

    assert offered() == ["outside", "aside", "close"]
    page.press("case.aside")
    page.fill("aside.reason", "Spam")
    page.press("aside.go")
    assert offered() == ["reopen"]
    assert not page.page.before.isVisible()
    page.press("case.reopen")
    assert offered() == ["outside", "aside", "close"]
    page.press("case.outside")
    page.fill("outside.text", "Said it on the phone")
    page.press("outside.go")
    assert offered() == ["close"]
    assert page.text("case.close") == "Close and debrief…"
    assert page.page.sending._state.text() == "✓ Answered outside the app, as Ana said"


def test_choosing_not_to_reply_is_an_end_with_a_way_back(bench: Bench, on_page: OnPage) -> None:
    case = bench.signed_off(bench.said())
    send.look(bench.home, bench.ana, case, Choice.NONE)
    page = on_page(case)
    assert page.page.sending._more.text() == "Ana chose not to reply."
    page.press("case.further")
    page.write("After all")
    page.saved()
    page.leave_editor()
    assert page.page.before.isVisible()
    assert QGuiApplication.focusWindow() is not None


def test_how_they_are_called_there_is_shown_and_read_out(bench: Bench, on_page: OnPage) -> None:
    """Two people may have the same name; what the site calls them is theirs alone."""
    page = on_page(bench.said(handle="@marta.example", stars=Stars(1.0, 5.0)))
    assert page.text("case.what").endswith("@marta.example")
    assert "@marta.example" in page.find("case.what").accessibleName()


def test_the_button_says_for_whom_it_waits_once_the_time_is_over(
    bench: Bench, on_page: OnPage
) -> None:
    case = bench.written(bench.said())
    bench.asked(case)
    page = on_page(case)
    assert page.send_says() == ("Send reply · it waits until today\u00a013:54", False)
    page.later(minutes=22)
    assert page.send_says() == ("Send reply · 1 thing to do", False)  # to read it once more
    bench.looked(case)
    page.page.read_again()
    page.settle()
    assert page.send_says() == ("Send reply · it waits for Tom", False)


def test_done_writing_stands_in_the_menu_too(bench: Bench, on_page: OnPage) -> None:
    page = on_page(bench.said())
    done = page.page.menu_actions["keep"]
    assert not done.isEnabled()
    page.do("empty")
    page.write(REPLY)
    assert done.isEnabled()
    page.saved()
    assert done.isEnabled()
    done.trigger()
    page.settle()
    assert bench.revisions(page.shown.case) == [REPLY]
    assert not done.isEnabled()
    assert page.page.reply.edit.hasFocus()


def test_before_it_can_go_is_brought_into_sight_where_there_is_one_column(
    bench: Bench, on_page: OnPage
) -> None:
    page = on_page(bench.said())
    page.window.resize(420, 420)
    page.settle()
    assert page.page.columns.narrow
    page.page.columns.to_top()
    page.page.menu_actions["before"].trigger()
    page.settle()
    link: QWidget = page.find("case.check.not_read")
    assert link.hasFocus()
    assert (
        page.page.columns.left.viewport()
        .rect()
        .contains(link.mapTo(page.page.columns.left.viewport(), link.rect().center()))
    )
