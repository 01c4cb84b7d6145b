"""What was true once is not true again: old approvals, old files, old rules, one's own word.

Honest keys, and all roads that the program itself has; what it says is what is checked.
"""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from tests.attacks.conftest import KIND, REPLY, Shop

from calmreply.app import facts
from calmreply.app.home import Home
from calmreply.app.ledger import head_slot, writing
from calmreply.app.listening import intake
from calmreply.app.reviewing import review
from calmreply.app.rules import settings
from calmreply.app.sending import send
from calmreply.domain.mention import Heard, Origin, Stars
from calmreply.domain.review import NEEDED

COOLING = "Cooling off, Ana was angry"
LAPSED = "The sign-off no longer holds: ask again"


def test_an_old_approval_does_not_come_back_with_the_old_words(shop: Shop) -> None:
    """Signed, changed, changed back: the words are the same, and nobody has signed them."""
    with shop.home() as home:
        case = shop.cases["ready"]
        shop.write(home, case, "Other words.")
        shop.write(home, case, REPLY)
        shop.clock.advance(minutes=11)
        shop.look(home, "ready")
    assert LAPSED in shop.tries("ready")
    assert shop.desk("journal", "verify").exit == 0


def test_an_approval_said_again_after_it_was_taken_back(shop: Shop) -> None:
    """Ben takes it back; his line from before is written once more, at the end."""
    with shop.home() as home:
        review.withdraw(home, shop.actor(home, "Ben"), shop.cases["ready"])
    with shop.pencil() as pencil:
        number = pencil.copy(pencil.newest("signed_off", shop.cases["ready"]))
    assert LAPSED in shop.tries("ready")
    assert f"the signature of line {number} does not hold" in shop.desk.text("journal", "verify")


@pytest.mark.parametrize("elsewhere", ["another channel", "another place", "another account"])
def test_an_approval_is_for_one_channel_and_one_place(shop: Shop, elsewhere: str) -> None:
    """The very same words, to where nobody has agreed that they go."""
    with shop.home() as home:
        case = shop.cases["ready"]
        if elsewhere == "another channel":
            shop.write(home, case, channel="hand", target="https://reviews.example/ready")
        elif elsewhere == "another place":
            shop.write(home, case, target="reviews.example/another")
        shop.clock.advance(minutes=11)
        if elsewhere != "another account":
            shop.look(home, "ready")
    if elsewhere == "another account":
        other = shop.desk("channel", "add", KIND, "--set", "address=evil.example", who="Ana").data
        with shop.pencil() as pencil:

            def to_the_other(data: Any) -> None:
                data["words"]["to"]["account"] = other["account"]

            pencil.change("revised", shop.cases["ready"], to_the_other)
    assert LAPSED in shop.tries("ready")


def test_a_backup_from_before(shop: Shop, tmp_path: Path) -> None:
    """The keyring knows of lines that the file has no more: it says so, by number, and waits."""
    before = tmp_path / "backup.db"
    shutil.copy(shop.file, before)
    assert shop.desk("send", shop.cases["other"], who="Ana").data["state"] == "sent"
    shop.channel = type(shop.channel)(KIND, "The site", fields=shop.channel.fields)
    shop.desk.parts = shop.parts
    put_back(shop, before)
    with shop.home() as home, home.store.read() as tx:
        remembered = shop.secrets.get(head_slot(tx))
    assert remembered is not None
    number = remembered.split(" ")[0]
    told = shop.tries("other")
    assert f"The journal ends before line {number}, which this computer remembers." in told
    assert "If you put back a backup, say so: calmreply journal resume" in told
    assert f"ends before line {number}" in shop.desk.text("journal", "verify")
    assert shop.desk("journal", "verify", expect=4).data["flaw"] == "head_missing"
    said_so = shop.desk.text("journal", "resume", who="Ana")
    assert "look whether it stands there already" in said_so
    assert shop.desk("journal", "verify").data["whole"]
    with shop.pencil() as pencil:
        said = pencil.said(pencil.newest("journal_resumed"))
    assert said["number"] == int(number), "it stays on record what went missing, and who said so"


def test_a_backup_from_before_in_a_home_of_another_name(shop: Shop, tmp_path: Path) -> None:
    """The keyring is asked about another home, of which it remembers nothing. The seal tells."""
    before = tmp_path / "backup.db"
    shutil.copy(shop.file, before)
    shop.desk("send", shop.cases["other"], who="Ana")
    shop.channel = type(shop.channel)(KIND, "The site", fields=shop.channel.fields)
    shop.desk.parts = shop.parts
    put_back(shop, before)
    with shop.pencil() as pencil:
        pencil.sql("UPDATE settings SET value = 'another' WHERE name = 'business_id'")
    assert LAPSED in shop.tries("other"), "an approval names the home it was given in"
    assert shop.desk("journal", "verify", expect=4).data["flaw"] == "clock_changed"


def put_back(shop: Shop, backup: Path) -> None:
    for file in shop.folder.glob("calmreply.db*"):
        file.unlink()
    shutil.copy(backup, shop.file)


def test_the_mention_edited_after_the_sign_off(shop: Shop) -> None:
    """They made it worse: whoever signed has not seen that, and neither has Ana."""
    with shop.home() as home:
        case = shop.cases["ready"]
        with home.store.read() as tx:
            mention = facts.load(home, tx, case).facts.mention
        heard = Heard(
            key=mention.key,
            author=mention.now.author,
            text="It is worse: they laughed at me.",
            origin=Origin.PASTE,
            stars=Stars(1),
        )
        heard_again(home, heard)
        kinds = shop.kinds(home, "ready")
        assert {"mention_changed", "sign_off_lapsed"} <= set(kinds)
    told = shop.tries("ready")
    assert "changed" in told
    assert LAPSED in told
    with shop.pencil() as pencil:
        pencil.sql("DELETE FROM versions")
        pencil.sql(
            "UPDATE mentions SET text = :text, version = 1 WHERE case_id = :case",
            text=mention.now.text,
            case=int(case),
        )
    with shop.home() as home:
        assert shop.kinds(home, "ready") == [], "the gate believes the row"
    assert "What the customer said has been changed from outside" in shop.tries("ready")
    named = shop.desk.text("journal", "verify")
    assert "Case 2: what the customer said is not what came in." in named


def heard_again(home: Home, heard: Heard) -> None:
    """The place says it in other words, as a round of listening brings it in."""
    with writing(home) as ledger:
        arrived = ledger.tx.add_mentions(
            None, [heard], ledger.now.wall, older=[False], rules_line=0
        )
        intake.note(ledger, "", 0, [heard], arrived)


def test_rules_lowered_during_a_wait(shop: Shop) -> None:
    """Proposed by one, agreed to by another, in force a day later, and not for what has begun."""
    with shop.home() as home:
        left = waits(shop)
        settings.change(home, shop.actor(home), {"wait_complaint_angry": "10"})
        assert settings.read(home, "wait_complaint_angry") == "240"
        assert waits(shop) == left
    assert COOLING in shop.tries("waiting")
    proposal = shop.desk("settings", "proposals").data[0]["proposal"]
    assert shop.desk("settings", "agree", proposal, who="Ana", expect=4).code == "own_wish"
    shop.desk("settings", "agree", proposal, who="Ben")
    shop.clock.advance(hours=3)
    assert waits(shop) > 0
    shop.tries("waiting")
    assert shop.desk("journal", "verify").data["whole"]


def waits(shop: Shop) -> float:
    """Minutes for which the angry one is still held."""
    blockers = shop.desk("gate", shop.cases["waiting"], expect=3).data["blockers"]
    (held,) = [one for one in blockers if one["kind"] == "cooling_person"]
    return (datetime.fromisoformat(held["clears_at"]) - shop.clock.wall).total_seconds() / 60


def test_praise_by_one_person_alone(shop: Shop) -> None:
    """One star, and Ana says that it is praise: that is Ben's to say, and not with Ana's key."""
    told = shop.tries("praised")
    assert "second pair of eyes" in told
    case = shop.cases["praised"]
    assert shop.desk("agree", case, "--not-complaint", who="Ana", expect=4).code == "took_part"
    assert "second pair of eyes" in shop.tries("praised")
    assert shop.desk("journal", "verify").data["whole"]


def test_an_approval_counts_once(shop: Shop) -> None:
    """Sent with it; a new reply in the same case does not go by it."""
    with shop.home() as home:
        ana, case = shop.actor(home), shop.cases["sent"]
        shop.write(home, case, REPLY)
        shop.clock.advance(minutes=11)
        shop.look(home, "sent")
        assert shop.kinds(home, "sent") == ["needs_second_person"]
        review.ask(home, ana, case, "Ben")
        review.sign(home, shop.actor(home, "Ben"), case, NEEDED)
        assert shop.kinds(home, "sent") == []
        assert send.send(home, ana, case).state.value == "sent"
    assert len(shop.channel.delivered) == 1
