"""The response plan by commands: in from a text, signed by somebody else, out again, and used."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from calmreply.testing.clock import FakeClock

if TYPE_CHECKING:
    from tests.cli.conftest import Desk

PLAN = """\
# Contacts
- Ana, 0211 5550 17

# Wordings

## We heard you
Use: holding
For: late

Hello {name}, we will write by {time}. Until then: {contact}.

## Late again
For: late

Hello {name}, sorry about {item}.

## Odd
Use: praise

Words.
"""


def by_id(desk: Desk, name: str) -> dict[str, Any]:
    found = {one["id"]: one for one in desk("plan", "list").data["wordings"]}
    return dict(found[name])


def test_from_a_text_to_a_holding_reply(desk: Desk, clock: FakeClock) -> None:
    desk.enrol("Ana")
    desk.enrol("Ben", vouching="Ana", **{"may-offer": "20"})
    case = desk.paste("Nobody came.", "--url", "https://reviews.example/1")
    taken = desk("plan", "import", desk.file(PLAN), who="Ana").data
    assert taken["new"] == ["We heard you", "Late again"]
    assert taken["contacts"] == ["Ana, 0211 5550 17"]
    assert [one["line"] for one in taken["unread"]] == [18]
    assert "none of: holding, reply, private, walk away, thanks" in taken["unread"][0]["words"]
    one = by_id(desk, "we_heard_you")
    assert (one["standing"], one["for"], one["written_by"]) == ("not_signed", ["late"], "Ana")
    assert one["slots"] == ["name", "time", "contact"]
    assert desk("plan", "list").data["may_offer"][0]["amount"] == "20.00"

    hold = ["hold", case, "--wording", "we_heard_you"]
    held = desk(*hold, who="Ana", expect=3)
    assert held.blockers == ["needs_second_person"]
    assert "signed off in the response plan" in held.data["blockers"][0]["words"]
    assert desk("plan", "sign", "we_heard_you", who="Ana", expect=4).code == "wrote_it"
    signed = desk("plan", "sign", "We heard you", who="Ben").data
    assert (signed["standing"], signed["signed_by"]) == ("signed", "Ben")
    clock.advance(days=366)
    assert by_id(desk, "we_heard_you")["standing"] == "lapsed"
    assert desk(*hold, who="Ana", expect=3).blockers == ["sign_off_lapsed"]
    assert "lapsed" in desk.text("plan", "list")
    desk("plan", "sign", "we_heard_you", who="Ben")
    held = desk(*hold, who="Ana").data
    assert held["state"] == "in_flight"
    assert held["text"].startswith("Hello Robin Sample, we will write by ")
    assert held["text"].endswith("Until then: Ana, 0211 5550 17.")
    assert desk("journal", "verify").data


def test_out_to_a_text_and_in_again(desk: Desk, tmp_path: Path) -> None:
    desk.enrol("Ana")
    assert desk("plan", "start", "shop", who="Ana").data["new"][0] == "We heard you at the counter"
    file = tmp_path / "plan.md"
    desk("plan", "export", str(file))
    assert desk("plan", "export", str(file), expect=4).code == "file_exists"
    text = file.read_text(encoding="utf-8")
    again = desk("plan", "import", str(file), who="Ana").data
    assert (again["new"], again["changed"], again["unread"], again["missing"]) == ([], [], [], [])
    assert again["same"] == 11
    file.write_text(text.replace("very proud faces", "proud faces"), encoding="utf-8")
    assert desk("plan", "import", str(file), who="Ana").data["changed"] == [
        "thank_you_for_the_kind_words"
    ]
    assert by_id(desk, "thank_you_for_the_kind_words")["revision"] == 2
    desk("plan", "retire", "thank_you_for_the_kind_words", who="Ana")
    assert "kind words" not in desk.text("plan", "list")
    nothing = desk.file("nothing at all")
    assert desk("plan", "import", nothing, who="Ana", expect=4).code == "nothing_readable"
    broken = desk.file("# Wordings\n## A\nUse: praise\n\nX")
    told = desk("plan", "import", broken, who="Ana", expect=4)
    assert (told.code, told.data["unread"][0]["line"]) == ("nothing_taken", 3)


def test_alone_a_night_comes_first(desk: Desk, clock: FakeClock) -> None:
    desk.enrol("Ana")
    desk("plan", "start", "trade", who="Ana")
    name = "we_heard_you_and_will_look_at_it"
    refused = desk("plan", "sign", name, who="Ana", expect=4)
    assert refused.code == "night_first"
    clock.advance(hours=30)
    signed = desk("plan", "sign", name, who="Ana").data
    assert (signed["standing"], signed["self_reviewed"]) == ("signed", True)
    clock.advance(seconds=timedelta(days=1).total_seconds())
    assert by_id(desk, name)["standing"] == "signed"


def test_a_slot_that_was_left_holds_the_reply(desk: Desk) -> None:
    desk.enrol("Ana")
    case = desk.paste("Nobody came.", "--url", "https://reviews.example/1")
    desk("write", case, "--file", desk.file("Hello, sorry about {item}."), who="Ana")
    held = desk("gate", case, expect=3).data["blockers"]
    (empty,) = [one for one in held if one["kind"] == "empty"]
    assert "{item}" in empty["words"]
    desk("write", case, "--file", desk.file("Hello, sorry about {it} and the {cake."), who="Ana")
    assert "empty" not in desk.gate(case)


def test_much_the_same_words_are_pointed_out(desk: Desk, clock: FakeClock) -> None:
    desk.enrol("Ana")
    desk("plan", "import", desk.file(PLAN), who="Ana")
    clock.advance(hours=30)
    desk("plan", "sign", "we_heard_you", who="Ana")
    for n in (1, 2):
        url = f"https://reviews.example/{n}"
        case = desk.paste("Nobody came.", "--url", url, author=f"Robin {n}. Sample")
        if n == 1:
            held = desk("hold", case, "--wording", "we_heard_you", who="Ana").data
            desk("posted", case, "--note", "posted", who="Ana")
    desk("write", case, "--file", desk.file(held["text"]), who="Ana")
    similar = desk("case", "show", case).data["similar"]
    assert (similar["author"], similar["holding"]) == ("Robin 1. Sample", True)
    assert "Sites turn away repeated words." in desk.text("case", "show", case)
