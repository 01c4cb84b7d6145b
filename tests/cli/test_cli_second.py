"""Alone, an emergency, a second person who agrees, and weaker rules, by the command line."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from calmreply.testing.clock import FakeClock

if TYPE_CHECKING:
    from tests.cli.conftest import Desk

JUDGED = ("--verdict", "genuine", "--evidence", "Order 212")
ACCOUNT = "DE89 3704 0044 0532 0130 00"


def written(desk: Desk, clock: FakeClock, text: str, kind: str = "complaint") -> str:
    case = desk.paste("Stale.")
    desk("case", "read", case, who="Ana")
    desk("case", "feel", case, "stung", who="Ana")
    desk("case", "judge", case, "--kind", kind, *JUDGED, who="Ana")
    desk("write", case, "--file", "-", stdin=text, who="Ana")
    clock.advance(minutes=60)
    return case


def test_alone_by_night(desk: Desk, clock: FakeClock) -> None:
    desk.enrol("Ana")
    case = written(desk, clock, "Dear Robin, I am sorry.")
    assert desk.gate(case) == ["self_review", "second_look"]
    desk("review", case, "--self", who="Ana")
    (night, _look) = desk("gate", case, expect=3).data["blockers"]
    assert (night["kind"], night["clears_by"]) == ("self_review", "time")
    ends = datetime.fromisoformat(night["clears_at"])
    assert ends - clock.wall >= timedelta(hours=8)
    assert desk("review", case, "--self", who="Ana", expect=4).code == "too_early"
    clock.advance(seconds=(ends - clock.wall).total_seconds())
    (last, _look) = desk("gate", case, expect=3).data["blockers"]
    assert last["clears_by"] == "handler"
    assert desk("review", case, "--self", who="Ana").blockers == ["second_look"]
    assert desk("look", case, "--choose", "send", who="Ana").exit == 0
    assert desk.gate(case) == []
    desk.enrol("Ben", vouching="Ana")
    assert desk("review", case, "--self", who="Ana", expect=4).code == "not_alone"
    assert desk.gate(case) == ["needs_second_person"]


def test_an_emergency(desk: Desk, clock: FakeClock) -> None:
    desk.enrol("Ana")
    case = written(desk, clock, "Dear Robin, do not eat it.")
    hurry = ("emergency", case, "--ground", "safety", "--reason")
    assert desk(*hurry, " ", who="Ana", expect=4).code == "reason_missing"
    said = desk(*hurry, "There is glass in it.", who="Ana")
    assert (said.blockers, said.data["reviewed"]) == (["second_look"], False)
    desk.enrol("Ben", vouching="Ana")
    desk(*hurry, "There is glass in it.", who="Ana")
    desk("ask", case, "--who", "Ben", who="Ana")
    ticks = ("--ticks", "true,kind,promise,private")
    shown = desk.text("sign", case, *ticks, who="Ben")
    assert "Ana says that this cannot wait: somebody may come to harm." in shown
    assert "There is glass in it." in shown
    assert desk("emergency", case, "--ground", "hurry", "--reason", "x", who="Ana", expect=2).exit


def test_a_second_person_agrees(desk: Desk, clock: FakeClock) -> None:
    desk.enrol("Ana")
    desk.enrol("Ben", vouching="Ana")
    case = written(desk, clock, f"To {ACCOUNT}, please.", "praise")
    assert desk.gate(case) == ["private_data", "needs_second_person", "second_look"]
    for what in ("--not-private", "--not-complaint"):
        assert desk("agree", case, what, who="Ana", expect=4).code == "took_part"
    left = desk("agree", case, "--not-private", who="Ben").blockers
    assert left == ["needs_second_person", "second_look"]
    assert desk("agree", case, "--not-complaint", who="Ben").blockers == ["second_look"]
    assert "needs_second_person" in desk("stricter", case, who="Ben").blockers


def test_a_weaker_rule_is_proposed_agreed_to_and_in_force_a_day_later(
    desk: Desk, clock: FakeClock
) -> None:
    desk.enrol("Ana")
    desk.enrol("Ben", vouching="Ana")
    put = ("settings", "set", "wait_complaint_angry")
    assert desk(*put, "120", who="Ana").data["state"] == "in_force", "nothing has begun"
    clock.advance(days=7)
    written(desk, clock, "Dear Robin")
    assert desk(*put, "180", who="Ana").data["state"] == "in_force"
    said = desk(*put, "60", who="Ana").data
    assert (said["state"], said["value"], said["takes_effect"]) == ("proposed", "180", None)
    proposal = said["proposal"]
    assert "settings agree " + proposal in desk.text("settings", "list")
    assert desk("settings", "agree", proposal, who="Ana", expect=4).code == "own_wish"
    assert desk("settings", "agree", "none", who="Ben", expect=4).code == "no_such_proposal"
    agreed = desk("settings", "agree", proposal, who="Ben").data
    assert datetime.fromisoformat(agreed["takes_effect"]) == clock.wall + timedelta(hours=24)
    assert agreed["changes"] == [{"name": "wait_complaint_angry", "from": "180", "to": "60"}]
    clock.advance(hours=23, minutes=59)
    assert desk("settings", "get", "wait_complaint_angry").data["value"] == "180"
    clock.advance(minutes=1)
    assert desk("settings", "get", "wait_complaint_angry").data["value"] == "60"
    assert desk("settings", "proposals").data == []
    assert desk("journal", "verify").exit == 0
    looser = desk(*put, "30", who="Ben").data["proposal"]
    assert desk("settings", "withdraw", looser, who="Ana").data["state"] == "withdrawn"


def test_whoever_signs_in_a_terminal_sees_where_the_links_lead(desk: Desk) -> None:
    desk.enrol("Ana", "Ben")
    case = desk.paste("The bread was from yesterday.")
    text = "See https://p\u0430ypal.example/x and https://shop.example@evil.example/, http://[."
    desk("write", case, "--file", desk.file(text), who="Ana")
    desk("ask", case, "--who", "Ben", who="Ana")
    shown = desk.text("sign", case, "--ticks", "true,kind,promise,private", who="Ben")
    assert (
        "leads to xn--pypal-4ve.example (p\u0430ypal.example [letters of two alphabets])" in shown
    )
    assert "leads to evil.example" in shown
    assert "\u201chttp://[\u201d does not lead where it seems to" in shown
