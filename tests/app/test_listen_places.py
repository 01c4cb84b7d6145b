"""Sources that a listener asks: how they are called, tried, asked again, and what comes of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from calmreply.app import queries
from calmreply.app.listening import listen, places, remedies
from calmreply.app.ports.listeners import CURSOR_LIMIT, NOT_ALL, Round
from calmreply.app.ports.storage import Takes
from calmreply.app.proving import beside, trust
from calmreply.app.rules import settings
from calmreply.app.sending import accounts
from calmreply.app.sending.send import secret_name
from calmreply.domain.journal import Whole
from calmreply.domain.mention import Heard, Origin
from calmreply.errors import KnownError
from calmreply.testing.listeners import ScriptedListener

if TYPE_CHECKING:
    from tests.app.conftest import Bench

    from calmreply.app.home import Home
    from calmreply.app.ports.storage import Source


@pytest.fixture
def box() -> ScriptedListener:
    return ScriptedListener()


@pytest.fixture
def home(bench: Bench, box: ScriptedListener) -> Home:
    return replace(
        bench.home,
        listeners={"box": box, "file": ScriptedListener("file", "File", needs_account=False)},
    )


def heard(bench: Bench, key: str, text: str = "The soup was cold.", days: int = 0) -> Heard:
    at = bench.clock.read().wall - timedelta(days=days)
    return Heard(key, "Kim", text, Origin.FEED, published=at, handle="@kim", language="en")


def account(home: Home, host: str = "mail.example") -> str:
    made, _changes = accounts.add(home, None, "box", {"host": host}, "secret words")
    return made.id


def only(home: Home) -> Source:
    (found,) = listen.sources(home)
    return found


def code(error: pytest.ExceptionInfo[KnownError]) -> str:
    return error.value.code


def test_it_is_tried_with_its_account_and_then_kept(
    bench: Bench, home: Home, box: ScriptedListener
) -> None:
    opens = account(home)
    box.will(Round("INBOX of Kim", (heard(bench, "1"), heard(bench, "2")), "c1"))
    added, changes = listen.add_place(home, "box")
    assert (added.title, added.found, added.feed) == ("INBOX of Kim", 2, f"box:{opens}/INBOX")
    assert changes.sources
    place, cursor = box.asked[0]
    assert (place.what, place.secret, cursor, place.allow_private) == (
        "INBOX",
        "secret words",
        "",
        False,
    )
    assert place.account is not None
    assert place.account.settings["host"] == "mail.example"
    assert queries.inbox(home) == (), "nothing is stored by trying"
    with pytest.raises(KnownError) as error:
        listen.add_place(home, "box", {"folder": "INBOX"})
    assert code(error) == "source_exists"
    assert error.value.words == "You already listen to INBOX of Kim.", "no number of an account"
    with pytest.raises(KnownError) as error:
        listen.add_place(home, "box", {"folder": "a/b"})
    assert code(error) == "no_such_place"
    assert isinstance(trust.verify_journal(home), Whole)


def test_rounds_go_on_from_the_cursor_and_mark_what_is_gone(
    bench: Bench, home: Home, box: ScriptedListener
) -> None:
    account(home)
    listen.add_place(home, "box")
    old = heard(bench, "old", days=30)
    box.will(Round("Box", (heard(bench, "1"), old), "c1", more=True))
    box.will(Round("Box", (heard(bench, "2"), heard(bench, "1", "The soup was warm.")), "c2"))
    polled = listen.poll(home, only(home))
    assert (polled.new, polled.changed, polled.older, polled.error) == (3, 0, 1, None)
    assert [cursor for _place, cursor in box.asked[1:]] == ["", "c1"]
    assert only(home).state.cursor == "c2"
    box.will(Round("Box", (heard(bench, "2", "Edited."),), "c3", gone=("1", "never")))
    polled = listen.poll(home, only(home))
    assert (polled.new, polled.changed) == (0, 2), "edited, and gone: lists are read again"
    assert box.asked[-1][1] == "c2"
    with home.store.read() as tx:
        known = {one.now.text: one for one, _case in tx.mentions()}
    assert known["The soup was warm."].gone == bench.clock.read().wall
    assert known["Edited."].gone is None
    assert [*beside.differences(bench.home)] == []
    assert (known["Edited."].handle, known["Edited."].language) == ("@kim", "en")
    box.will(Round("Box", (heard(bench, "1", "The soup was warm."),), "c4"))
    assert listen.poll(home, only(home)).new == 0
    with home.store.read() as tx:
        assert all(one.gone is None for one, _case in tx.mentions())
    assert isinstance(trust.verify_journal(home), Whole)


def test_a_round_that_fails_keeps_the_cursor_and_says_what_to_do(
    bench: Bench, home: Home, box: ScriptedListener
) -> None:
    account(home)
    listen.add_place(home, "box")
    box.will(Round("Box", (heard(bench, "1"),), "c1"))
    listen.poll(home, only(home))
    box.will(KnownError("sign_in_again", "The password is no longer right.", "Sign in again."))
    polled = listen.poll(home, only(home))
    assert polled.failed
    state = only(home).state
    assert (state.trouble, state.failures, state.cursor) == ("sign_in_again", 1, "c1")
    box.will(Round("Box", (heard(bench, "2"),), "c2", unread=1))
    polled = listen.poll(home, only(home))
    assert not polled.failed
    assert polled.new == 1
    assert "could not be read" in only(home).state.words
    box.will(Round("Box", (), "c3", gave_up=True, more=True), Round("Box", (), "c4"))
    listen.poll(home, only(home))
    assert "not all of it was read" in only(home).state.words
    listen.poll(home, only(home))
    assert only(home).state.trouble == ""


def test_a_place_that_asks_us_to_wait_is_left_alone_until_then(
    bench: Bench, home: Home, box: ScriptedListener
) -> None:
    account(home)
    listen.add_place(home, "box")
    wall = bench.clock.read().wall
    box.will(Round("Box", (), "c1", wait_until=wall + timedelta(minutes=40)))
    listen.poll(home, only(home))
    assert listen.poll(home, only(home)).waiting
    bench.clock.advance(minutes=41)
    assert not listen.poll(home, only(home)).waiting


def test_what_never_ends_ends(bench: Bench, home: Home, box: ScriptedListener) -> None:
    account(home)
    listen.add_place(home, "box")
    box.will(*(Round("Box", (heard(bench, str(n)),), f"c{n}", more=True) for n in range(1_000)))
    listen.poll(home, only(home))
    assert len(box.asked) == 1 + places.PAGES
    assert only(home).state.cursor == f"c{places.PAGES - 1}"
    box.will()
    stuck = ScriptedListener()
    stuck.will(*(Round("Box", (), "same", more=True) for _n in range(10)))
    stubborn = replace(home, listeners={"box": stuck})
    listen.poll(stubborn, only(stubborn))
    assert len(stuck.asked) == 2
    talks = ScriptedListener()
    talks.will(Round("Box", (), "x" * (CURSOR_LIMIT + 1)))
    polled = listen.poll(replace(home, listeners={"box": talks}), only(home))
    assert polled.error is not None
    assert polled.error.code == "listener_broke"
    assert only(home).state.cursor == "same"


def test_only_what_names_us(bench: Bench, home: Home, box: ScriptedListener) -> None:
    settings.change(home, None, {"names": "Blue Door"})
    account(home)
    listen.add_place(home, "box", takes=Takes.NAMED)
    box.will(Round("Box", (heard(bench, "1"), heard(bench, "2", "The blue door was shut.")), "c"))
    assert listen.poll(home, only(home)).new == 1


def test_which_account_opens_it(home: Home) -> None:
    with pytest.raises(KnownError) as error:
        listen.try_place(home, "box")
    assert code(error) == "account_needed"
    first, second = account(home), account(home, "other.example")
    with pytest.raises(KnownError) as error:
        listen.try_place(home, "box")
    assert code(error) == "which_account"
    assert first in error.value.way_out
    address, _got = listen.try_place(home, "box", account=second)
    assert address == f"box:{second}/INBOX"
    with pytest.raises(KnownError) as error:
        listen.try_place(home, "box", account="nobody")
    assert code(error) == "no_such_account"
    with pytest.raises(KnownError) as error:
        listen.try_place(home, "file", account=first)
    assert code(error) == "account_needed"
    assert listen.try_place(home, "file", {"folder": "a.csv"})[0] == "file:/a.csv"
    with pytest.raises(KnownError) as error:
        listen.try_place(home, "carrier pigeon")
    assert code(error) == "no_such_kind"
    assert "box" in error.value.way_out


def test_what_an_account_is_not_shown_is_told_and_needs_nobody(
    home: Home, box: ScriptedListener
) -> None:
    account(home)
    listen.add_place(home, "box")
    less = KnownError(NOT_ALL, "This name may not see them.", "Ask for another role.")
    for cursor in ("1", "2"):
        box.will(Round("Box", (), cursor, lacks=less))
        polled = listen.poll(home, only(home))
        assert (polled.error, polled.failed) == (less, False)
        source = only(home)
        assert (source.state.trouble, source.state.failures) == (NOT_ALL, 0)
        assert not remedies.needs_somebody(source)
        assert source.state.way_out == "Ask for another role."
    box.will(Round("Box", (), "3"))
    assert listen.poll(home, only(home)).error is None
    assert only(home).state.trouble == ""


def test_without_its_account_a_source_says_so_and_stays(home: Home, box: ScriptedListener) -> None:
    opens = account(home)
    listen.add_place(home, "box")
    accounts.remove(home, None, opens)
    assert home.secrets.get(secret_name(opens)) is None
    polled = listen.poll(home, only(home))
    assert polled.error is not None
    assert polled.error.code == "no_such_account"
    assert len(box.asked) == 1


def test_an_account_of_a_listener_is_tested_by_signing_in(
    home: Home, box: ScriptedListener
) -> None:
    opens = account(home)
    assert accounts.test(home, opens).id == opens
    box.trouble = KnownError("sign_in_again", "Wrong password.", "Type it again.")
    with pytest.raises(KnownError, match="Wrong password"):
        accounts.test(home, opens)
    with pytest.raises(KnownError) as error:
        accounts.add(home, None, "file", {})
    assert code(error) == "no_account_needed"
