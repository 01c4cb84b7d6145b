"""What happens within a round: the clock is set, the lid is closed, the source becomes another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from tests.app.conftest import FEED, Bench, Site

from calmreply.app import queries
from calmreply.app.listening import listen, polling
from calmreply.app.ports.listeners import Round
from calmreply.app.ports.storage import PollState, Takes
from calmreply.app.sending import accounts
from calmreply.domain import due, flood
from calmreply.domain.mention import Heard, Mention, Origin
from calmreply.errors import KnownError
from calmreply.testing.listeners import ScriptedListener

MINUTES, HOURS, DAYS = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
TRUTH = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
"""A Wednesday, eleven o'clock in the shop."""
JUMPS = [
    *(sign * span for sign in (1, -1) for span in (3 * HOURS, 2 * DAYS, 3650 * DAYS)),
    *(sign * timedelta(seconds=61) for sign in (1, -1)),
]


@pytest.fixture
def site(bench: Bench) -> Site:
    return bench.listens()


def mentions(bench: Bench) -> list[Mention]:
    return sorted(bench.data.mentions.values(), key=lambda one: int(one.id))


def once(bench: Bench, site: Site, what: Callable[[], object]) -> polling.Polled:
    """A round in the middle of which something happens."""

    def happens() -> None:
        site.during = None
        what()

    site.during = happens
    return bench.poll()


@pytest.mark.parametrize("jump", JUMPS, ids=str)
def test_a_clock_put_right_within_the_first_round(jump: timedelta) -> None:
    """As when the network comes, and the right time with it: what counts is the time from then."""
    bench = Bench()
    bench.clock.set_wall(TRUTH - jump)
    site = bench.listens()
    site.show("new", published=TRUTH - 5 * MINUTES)
    site.show("old", published=TRUTH - 30 * DAYS)
    assert once(bench, site, lambda: bench.clock.step_wall(jump)).new == 2
    old, new = mentions(bench)
    assert old.case is None, "from before we listened"
    assert new.case is not None
    assert {old.heard, new.heard} == {TRUTH}
    state = bench.source.state
    assert (state.polled_at, state.heard_at) == (TRUTH, TRUTH)
    assert not listen.is_due(bench.source, TRUTH + 4 * MINUTES)
    assert listen.is_due(bench.source, TRUTH + 6 * MINUTES)
    bench.clock.advance(minutes=6)
    assert bench.poll().new == 0


def test_what_is_said_while_the_lid_is_closed_is_owed_an_answer_from_then(
    bench: Bench, site: Site
) -> None:
    bench.poll()
    bench.clock.advance(minutes=5)
    said = bench.clock.wall + 8 * HOURS - 5 * MINUTES
    site.show("1", published=said)
    assert once(bench, site, lambda: bench.clock.sleep(hours=8)).new == 1
    (one,) = mentions(bench)
    assert one.heard == bench.clock.wall
    assert one.case is not None
    page = queries.case_page(bench.home, one.case)
    assert due.first_word(page.known.facts, page.known.rules, page.known.now).began == said
    assert listen.is_due(bench.source, bench.clock.wall), "who knows when it answered"


@pytest.mark.parametrize("jump", JUMPS, ids=str)
def test_a_wait_that_a_site_asks_for_is_kept_whatever_the_clock_does(
    bench: Bench, site: Site, jump: timedelta
) -> None:
    bench.poll()
    bench.clock.advance(minutes=5)
    site.status, site.headers = 429, {"retry-after": "1200"}
    once(bench, site, lambda: bench.clock.step_wall(jump))
    site.asked.clear()
    bench.clock.advance(minutes=19)
    assert bench.poll().waiting
    assert not site.asked
    bench.clock.advance(minutes=5)
    assert not bench.poll().waiting


@pytest.fixture
def box(bench: Bench) -> ScriptedListener:
    """A mailbox that has been listened to already."""
    found = ScriptedListener()
    bench.home = replace(bench.home, listeners={"box": found})
    accounts.add(bench.home, None, "box", {"host": "mail.example"}, "secret words")
    listen.add_place(bench.home, "box")
    return found


def page(bench: Bench, name: str, days: float = 0.1, *, more: bool = False) -> Round:
    at = bench.clock.wall - days * DAYS
    mail = Heard(name, "Kim", f"About the {name}.", Origin.FEED, published=at)
    return Round("Box", (mail,), f"after {name}", more=more)


AWAY = KnownError("cannot_connect", "Nobody answers.", "Check the connection.")
WRONG = KnownError("sign_in_again", "The password is wrong.", "Write it anew.")


def test_the_network_goes_between_two_pages(bench: Bench, box: ScriptedListener) -> None:
    """What came before is kept, and the rest is asked for as soon as anybody may be."""
    bench.poll()
    bench.clock.advance(minutes=5)
    box.will(page(bench, "soup", more=True), page(bench, "bread", more=True), AWAY)
    assert bench.poll().new == 2
    assert bench.source.state.cursor == "after bread"
    assert listen.is_due(bench.source, bench.clock.wall)
    box.will(AWAY)
    gone = bench.poll().error
    assert gone is not None
    assert gone.code == "cannot_connect"
    box.will(page(bench, "cake"))
    assert bench.poll().new == 1
    assert [cursor for _place, cursor in box.asked[-2:]] == ["after bread", "after bread"]
    assert text(bench) == ["About the soup.", "About the bread.", "About the cake."]


def test_stopped_between_two_pages_nothing_is_taken_for_heard(
    bench: Bench, box: ScriptedListener
) -> None:
    bench.poll()
    before = bench.source
    stopped = KnownError("cancelled", "It was stopped.", "It goes on.")
    box.will(page(bench, "soup", more=True), stopped)
    error = bench.poll().error
    assert error is not None
    assert (error.code, bench.source, mentions(bench)) == ("cancelled", before, [])


def test_a_first_round_in_parts_is_a_first_round_to_its_end(
    bench: Bench, box: ScriptedListener
) -> None:
    box.will(page(bench, "soup", days=30, more=True), AWAY)
    assert bench.poll().older == 1
    box.will(page(bench, "bread", days=20))
    assert bench.poll().older == 1
    bench.clock.advance(minutes=5)
    box.will(page(bench, "tea", days=10))
    assert bench.poll().older == 0, "what comes late is news"
    assert [one.case is None for one in mentions(bench)] == [True, True, False]


def test_a_password_that_was_put_right_meanwhile_is_not_said_to_be_wrong(
    bench: Bench, box: ScriptedListener, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.poll()
    bench.clock.advance(minutes=5)
    (known,) = accounts.everything(bench.home)

    def ask(*_asked: object) -> Round:
        monkeypatch.undo()
        accounts.change(bench.home, None, known.id, known.settings, "new words")
        raise WRONG

    monkeypatch.setattr(box, "listen", ask)
    assert bench.poll().error is None
    assert bench.source.state.trouble == ""
    box.will(page(bench, "soup"))
    assert bench.poll().new == 1
    assert box.asked[-1][0].secret == "new words"
    box.will(WRONG)
    assert bench.poll().error is not None
    assert bench.source.state.trouble == "sign_in_again"


def text(bench: Bench) -> list[str]:
    return [one.now.text for one in mentions(bench)]


def test_a_round_that_another_has_overtaken_does_not_bring_back_what_was_before(
    bench: Bench, site: Site
) -> None:
    site.show("1", "The cake said Stan.")
    bench.poll()
    bench.clock.advance(minutes=5)
    later: list[polling.Polled] = []
    entries = list(site.entries)

    def another() -> None:
        """Begun later, and through before: it sees what was changed meanwhile."""
        bench.clock.advance(seconds=10)
        site.show("1", "The cake said Stan. They were kind about it.")
        later.append(bench.poll())
        site.entries[:] = entries

    slow = once(bench, site, another)
    assert (later[0].changed, slow.changed, slow.error) == (1, 0, None)
    (one,) = mentions(bench)
    assert [version.text for version in one.versions][-1].endswith("kind about it.")
    assert len(one.versions) == 2


def test_a_round_keeps_what_it_heard_though_one_that_began_before_ended_meanwhile(
    bench: Bench, site: Site
) -> None:
    bench.poll()
    bench.clock.advance(minutes=5)
    before = bench.clock.wall - timedelta(seconds=10)

    def ends() -> None:
        with bench.home.store.write() as tx:
            tx.save_poll(bench.source.id, "News", replace(bench.source.state, polled_at=before))

    site.show("1")
    assert once(bench, site, ends).new == 1
    assert bench.source.state.polled_at == bench.clock.wall


def test_the_feed_that_was_found_is_taken_while_the_old_address_is_asked(
    bench: Bench, site: Site
) -> None:
    site.show("1")
    bench.poll()
    new = "https://news.example/new"
    state = replace(bench.source.state, trouble="feed_moved", failures=3, found=new, next_at=None)
    with bench.home.store.write() as tx:
        tx.save_poll(bench.source.id, "News", state)
    bench.clock.advance(hours=1)
    site.error = KnownError("too_slow", "The site answers too slowly.", "Later.")
    once(bench, site, lambda: polling.use_found_feed(bench.home, bench.source.id))
    after = bench.source
    assert (after.address, after.state.trouble, after.state.failures) == (new, "", 0)
    assert listen.is_due(after, bench.clock.wall)
    site.error = None
    assert bench.poll().error is None


def test_only_what_names_us_from_the_middle_of_a_round_on(bench: Bench, site: Site) -> None:
    bench.poll()
    with bench.home.store.write() as tx:
        tx.set_setting("names", "Blue Door")
    for number in range(600):  # more than one batch
        site.show(str(number), f"Bread number {number}.")
    site.show("ours", "The bread of Blue Door is stale.")
    bench.clock.advance(minutes=5)
    polled = once(bench, site, lambda: polling.listen_for_names(bench.home, bench.source.id))
    assert (polled.new, polled.error) == (0, None)
    assert bench.source.takes is Takes.NAMED
    assert listen.is_due(bench.source, bench.clock.wall), "asked anew at once"
    assert bench.poll().new == 1
    assert text(bench) == ["The bread of Blue Door is stale."]


def test_taken_out_and_added_again_within_a_round(bench: Bench, site: Site) -> None:
    site.show("1")
    bench.poll()
    site.headers = {"etag": "old"}

    def anew() -> None:
        listen.remove_source(bench.home, bench.source.id)
        listen.add_source(bench.home, FEED)

    bench.clock.advance(minutes=5)
    assert once(bench, site, anew).error is None
    assert bench.source.state == PollState(), "its first round is still to come"
    assert (bench.poll().new, len(mentions(bench))) == (0, 1)


def test_a_turn_that_was_thought_of_before_knows_what_came_since(bench: Bench, site: Site) -> None:
    """A check by hand while a round is under way has it wait, with the source as it was."""
    thought_of = bench.source
    site.status, site.headers = 429, {"retry-after": "1200"}
    bench.poll()
    site.asked.clear()
    assert polling.poll_as_kept(bench.home, thought_of).waiting
    assert not site.asked
    with bench.home.store.write() as tx:
        tx.move_source(thought_of.id, "https://news.example/new", takes=Takes.NAMED)
    site.status = 200
    site.show("1")
    bench.clock.advance(hours=1)
    assert polling.poll_as_kept(bench.home, thought_of).new == 0, "only what names us"
    assert [one[0] for one in site.asked] == ["https://news.example/new"]
    listen.remove_source(bench.home, thought_of.id)
    site.asked.clear()
    gone = polling.poll_as_kept(bench.home, thought_of).error
    assert gone is not None
    assert (gone.code, site.asked) == ("no_such_source", [])


@pytest.mark.parametrize("jump", [2 * DAYS, 3650 * DAYS], ids=str)
def test_what_was_heard_while_the_clock_was_ahead_silences_no_place(
    bench: Bench, box: ScriptedListener, monkeypatch: pytest.MonkeyPatch, jump: timedelta
) -> None:
    """Else it would rest until that day has come, and a day longer."""
    monkeypatch.setattr(flood, "MOST_AT_A_PLACE", 20)
    bench.poll()
    bench.clock.step_wall(jump)
    mails = tuple(Heard(str(n), "Kim", f"Mail {n}.", Origin.FEED) for n in range(30))
    box.will(Round("Box", mails[:1], "c1"), Round("Box", mails[1:], "c2"))
    for _round in range(2):
        bench.clock.advance(minutes=6)
        assert bench.poll().error is None
    rests = bench.poll().error
    assert rests is not None
    assert rests.code == "brings_too_much"
    bench.clock.step_wall(-jump)
    box.will(page(bench, "soup"))
    assert bench.poll().new == 1
    assert bench.source.state.trouble == ""


def test_a_short_gap_that_one_place_met_alone_is_over_within_a_minute(
    bench: Bench, site: Site
) -> None:
    """While it lasts it is one failure; who is away for longer is asked ever less often."""
    bench.poll()
    bench.clock.advance(minutes=5)
    site.error = KnownError("cannot_connect", "Nobody answers.", "Check the connection.")
    for _try in range(4):
        bench.poll()
        state = bench.source.state
        assert state.failures == 1
        assert state.next_at is not None
        assert state.next_at - bench.clock.wall < MINUTES
        bench.clock.advance(seconds=50)
    site.error = None
    bench.poll()
    assert bench.source.state.trouble == ""
    site.error = KnownError("cannot_connect", "Nobody answers.", "Check the connection.")
    spans = []
    for _try in range(24):
        state = bench.source.state
        assert state.next_at is not None
        spans.append(state.next_at - bench.clock.wall)
        bench.clock.advance(seconds=max(1, spans[-1].total_seconds() + 1))
        bench.poll()
    assert sum(span < 2 * MINUTES for span in spans) <= 12
    assert spans[-1] > 45 * MINUTES
