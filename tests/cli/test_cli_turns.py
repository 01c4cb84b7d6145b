"""A customer answers what was posted by hand: the closed case is open again, over a real file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.cli.test_cli_journey import REPLY, ready

from calmreply.app.listening import intake
from calmreply.app.listening.asked import Asked
from calmreply.app.ports.storage import Source
from calmreply.bootstrap.homes import open_home
from calmreply.domain.mention import Heard, Origin, SourceId

if TYPE_CHECKING:
    from tests.cli.conftest import Desk

    from calmreply.testing.clock import FakeClock

PAGE = "https://talk.example/17"
ANSWER = "I came by, and nobody was there."


def comes(desk: Desk, *heard: Heard) -> None:
    """What a round of some place brings."""
    with open_home(desk.folder, desk.parts) as opened:
        home, wall = opened.home, desk.clock.read().wall
        new = Source(SourceId(""), "talk", "talk:acc/x", "Talk")
        with home.store.write() as tx:
            known = [one.id for one in tx.sources()] or [tx.add_source(new)]
            source = next(one for one in tx.sources() if one.id == known[0])
        asked = Asked(source, wall, wall)
        intake.store(home, asked, heard, lambda _ledger, _arrived: None)


def test_they_answer_by_hand(desk: Desk, clock: FakeClock) -> None:
    """What no source brings: on the page again, then by telephone."""
    desk.enrol("Ana")
    desk.enrol("Ben", vouching="Ana")
    case = desk.paste("Stale bread.", "--url", PAGE)
    ready(desk, clock, case)
    desk("send", case, who="Ana")
    desk("posted", case, "--url", f"{PAGE}#5", who="Ana")
    clock.advance(hours=30)
    add = ("mention", "add", "--text-file", "-")
    assert desk(*add, stdin=ANSWER, expect=2)
    assert desk(*add, "--case", "99", stdin=ANSWER, expect=4).code == "no_such_case"
    assert desk(*add, "--case", case, stdin=ANSWER, who="Ana").data["case"] == case
    shown = desk("case", "show", case).data
    assert (shown["stage"], shown["mention"]["text"]) == ("new", ANSWER)
    assert [one["who"] for one in shown["conversation"]] == ["they", "we", "they"]
    assert "not_read" in desk.gate(case)
    ready(desk, clock, case)
    assert desk("send", case, who="Ana").data["url"] == PAGE
    desk("posted", case, "--note", "Said it there again", who="Ana")
    clock.advance(hours=3)
    phoned = desk(*add, "--case", case, "--how", "phone", stdin="They rang: thank you.").data
    assert phoned["case"] == case
    assert desk("case", "show", case).data["stage"] == "new"
    rows = desk("inbox").data
    assert {(row["case"], row["author"]) for row in rows} == {(case, "Robin Sample")}
    other = desk.paste("Another matter.")
    said = desk(*add, "--case", other, "--url", PAGE, stdin="Stale bread.", expect=4)
    assert said.code == "another_case"
    assert desk("case", "show", other).data["stage"] == "new"
    assert desk("journal", "verify").exit == 0


def test_they_answer_what_was_closed(desk: Desk, clock: FakeClock) -> None:
    desk.enrol("Ana")
    desk.enrol("Ben", vouching="Ana")
    case = desk.paste("Stale bread.", "--url", PAGE)
    ready(desk, clock, case)
    assert desk("send", case, who="Ana").data["state"] == "in_flight"
    desk("posted", case, "--url", f"{PAGE}#5", who="Ana")
    desk("case", "close", case, who="Ana")
    clock.advance(hours=30)
    one = Heard("k9", "Robin Sample", ANSWER, Origin.FEED, url=f"{PAGE}#9", answers=f"{PAGE}#5")
    comes(desk, one)
    line, _first = desk("inbox", "--stage", "new").data
    assert (line["case"], line["text"]) == (case, ANSWER)
    shown = desk("case", "show", case).data
    assert shown["stage"] == "new"
    assert (shown["mention"]["text"], shown["mention"]["version"]) == (ANSWER, 1)
    assert [told["kind"] for told in shown["timeline"]][-1] == "they_answered"
    spoken = shown["conversation"]
    assert [(said["who"], said["text"]) for said in spoken] == [
        ("they", "Stale bread."),
        ("we", REPLY.rstrip("\n")),
        ("they", ANSWER),
    ]
    assert spoken[1]["link"] == f"{PAGE}#5"
    assert "not_read" in desk.gate(case)
    said = desk.text("case", "show", case)
    assert said.index("Stale bread.") < said.index("We answered (Ana)")
    assert said.index("To be answered now:") < said.index(ANSWER)
    assert "Also (mention" not in said
    assert desk("journal", "verify").exit == 0
    ready(desk, clock, case)
    assert desk("send", case, who="Ana").data["url"] == f"{PAGE}#9"
    desk("posted", case, "--url", f"{PAGE}#10", who="Ana")
    assert desk("case", "show", case).data["stage"] == "follow_up"
    assert desk("journal", "verify").exit == 0
    own = desk("case", "split", line["mention"], who="Ana").data["case"]
    assert desk("case", "show", own).data["conversation"][0]["text"] == ANSWER
    assert desk("case", "show", case).data["stage"] == "to_debrief"
    assert desk("journal", "verify").exit == 0
