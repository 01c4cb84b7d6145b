"""People, typed: another passphrase, a new key, a higher limit, mail to whoever is asked."""

from __future__ import annotations

import contextlib
import json
from dataclasses import replace
from typing import TYPE_CHECKING

from tests.cli.conftest import MAIL_PASSWORD, WORDS, open_line

from calmreply.testing.secrets import FakeSecrets

if TYPE_CHECKING:
    import pytest
    from tests.cli.conftest import Desk, Post, Said

REPLY = "Dear Robin, thank you. That should not have happened."
NEW = "four dry rolls left over"


def with_words(desk: Desk, *words: str, who: str = "", expect: int = 0, **lines: str) -> Said:
    """Run a command with open files of one line each: option `new_passphrase_fd="words"`."""
    with contextlib.ExitStack() as closing:
        more = []
        for option, line in lines.items():
            number = closing.enter_context(open_line(line))
            more += [f"--{option.replace('_', '-')}", str(number)]
        return desk(*words, *more, who=who, expect=expect)


def test_another_passphrase_by_the_old_one(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.enrol("Ana")
    line = ["people", "passphrase", "Ana"]
    wrong = with_words(
        desk, *line, old_passphrase_fd="not the one", new_passphrase_fd=NEW, expect=4
    )
    assert wrong.code == "wrong_passphrase"
    with_words(desk, *line, old_passphrase_fd=WORDS["Ana"], new_passphrase_fd=NEW)
    case = desk.paste("The bread was from yesterday.")
    assert desk("case", "read", case, who="Ana", expect=4).code == "wrong_passphrase"
    monkeypatch.setitem(WORDS, "Ana", NEW)
    desk("case", "read", case, who="Ana")
    told = desk("people", "lately").data
    assert (told[0]["words"], told[0]["key"]) == ("Ana has another passphrase", True)
    assert "another passphrase" in desk.text("people", "lately")
    assert desk("journal", "verify").data["whole"]


def test_a_key_whose_code_is_lost_is_let_in_by_somebody_else(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.enrol("Ana", "Ben")
    line = ["people", "new-key", "Ben"]
    own = with_words(desk, *line, new_passphrase_fd=NEW, who="Ben", expect=4)
    assert own.code == "somebody_else_needed"
    made = with_words(desk, *line, new_passphrase_fd=NEW, who="Ana")
    assert made.data["recovery_code"]
    assert made.data["told"] == []
    monkeypatch.setitem(WORDS, "Ben", NEW)
    case = desk.paste("The bread was from yesterday.")
    desk("write", case, "--file", desk.file(REPLY), who="Ana")
    desk("ask", case, "--who", "Ben", who="Ana")
    desk("sign", case, "--ticks", "true,kind,promise,private", who="Ben")
    assert desk("people", "lately").data[0]["words"] == "Ben has another key (let in by Ana)"
    assert desk("journal", "verify").data["whole"]


def test_a_higher_limit_is_proposed_and_agreed_to(desk: Desk) -> None:
    desk.enrol("Ana", "Ben")
    case = desk.paste("The bread was from yesterday.")
    desk("case", "read", case, who="Ana")
    said = desk("people", "change", "Ana", "--may-offer", "50.00", "--role", "Owner", who="Ana")
    assert (said.data["may_offer"], said.data["proposed"], said.data["role"]) == (
        "0.00",
        "50.00",
        "Owner",
    )
    (one,) = desk("settings", "proposals").data
    assert one["limits"] == [{"name": "Ana", "may_offer": "50.00"}]
    assert "Ana may offer up to 50.00" in desk.text("settings", "proposals")
    desk("settings", "agree", one["proposal"], who="Ben")
    desk.clock.advance(days=8)
    desk("settings", "list")
    assert desk("people", "list").data[0]["may_offer"] == "50.00"
    lower = desk("people", "change", "Ana", "--may-offer", "10.00", who="Ben")
    assert (lower.data["may_offer"], lower.data["proposed"]) == ("10.00", None)


def test_whoever_could_be_taken_for_somebody_else(desk: Desk) -> None:
    desk.enrol("Ana", mail="a.na@shop.example")
    with open_line(WORDS["Ben"]) as number:
        made = desk(
            "people", "add", "Änä", "--mail", "ana+x@shop.example", "--passphrase-fd", str(number)
        )
    assert made.data["doubts"] == [
        "Reads like Ana.",
        "Their mail ends up in the same box as that of Ana.",
        "Came in today on nobody's word.",
    ]
    assert desk("people", "list").data[1]["doubts"] == made.data["doubts"]
    assert "Reads like Ana." in desk.text("people", "list")


def test_a_key_in_its_first_week_is_named_wherever_it_is_asked_for_or_signs(desk: Desk) -> None:
    desk.enrol("Ana")
    desk.clock.advance(days=3)
    desk.enrol("Ben", vouching="Ana", **{"may-offer": "20.00"})
    desk.clock.advance(days=6)
    case = desk.paste("The bread was from yesterday.")
    desk("write", case, "--file", desk.file("Dear Robin, we are sorry."), who="Ana")
    new = "First week: the key of Ben is new."
    assert new in desk.text("ask", case, "--who", "Ben", who="Ana")
    assert new in desk.text("sign", case, "--ticks", "true,kind,promise,private", who="Ben")
    listed = desk.text("people", "list").splitlines()
    assert listed == [
        "Ana  here",
        "Ben  here",
        "  May offer up to 20.00 EUR without asking.",
        f"  {new}",
    ]
    assert [one["new_key"] for one in desk("people", "list").data] == [False, True]
    desk.clock.advance(days=2)
    assert new not in desk.text("people", "list")


def test_whoever_is_asked_is_told_by_mail(desk: Desk, post: Post) -> None:
    desk.enrol("Ana")
    desk.enrol("Ben", mail="ben@home.example")
    case = desk.paste("The bread was from yesterday.")
    desk("write", case, "--file", desk.file(REPLY), who="Ana")
    ask = ["ask", case, "--who", "Ben"]
    assert desk(*ask, who="Ana").data["notice"] is None
    without = desk(*ask, "--notice", who="Ana").data["notice"]
    assert without["told"] is False
    assert "no e-mail account" in without["words"]
    with open_line(MAIL_PASSWORD) as number:
        desk("channel", "add", "mail", *post.settings(), "--secret-fd", str(number), who="Ana")
    desk("settings", "set", "notice_mail", "yes", who="Ana")
    told = desk(*ask, who="Ana").data["notice"]
    assert told == {"name": "Ben", "told": True, "words": None}
    (mail,) = post.taken
    assert mail["To"] == "ben@home.example"
    assert "bread" not in mail.as_string()
    assert desk(*ask, "--no-notice", who="Ana").data["notice"] is None
    assert "Ben was told by mail" in desk.text("case", "show", case)


def test_whoever_is_away_and_who_is_asked_next(desk: Desk) -> None:
    desk.enrol("Ana", "Ben", "Cleo")
    case = desk.paste("The bread was from yesterday.")
    desk("write", case, "--file", desk.file(REPLY), who="Ana")
    desk("ask", case, "--who", "Ben", who="Ana")
    assert desk("case", "show", case).data["sign_off"]["ask_next"] is None
    desk("people", "away", "Ben", who="Ana")
    shown = desk("case", "show", case).data["sign_off"]["ask_next"]
    assert shown == {"why": "away", "who": "Cleo"}
    assert "Ben is away. Ask Cleo." in desk.text("case", "show", case)
    refused = desk("ask", case, "--who", "Ben", who="Ana", expect=4)
    assert "Ask Cleo" in refused.data["error"]["way_out"]
    desk("ask", case, "--who", "Cleo", who="Ana")
    desk.clock.advance(days=5)
    shown = desk("case", "show", case).data["sign_off"]["ask_next"]
    assert shown == {"why": "silent", "who": None}
    assert "sign_off_lapsed" in desk.gate(case), json.dumps(shown)


def test_what_somebody_signed_verifies_after_they_left(desk: Desk) -> None:
    desk.enrol("Ana", "Ben", "Cleo")
    case = desk.paste("The bread was from yesterday.")
    desk("write", case, "--file", desk.file(REPLY), who="Ana")
    desk("ask", case, "--who", "Ben", who="Ana")
    desk("sign", case, "--ticks", "true,kind,promise,private", who="Ben")
    desk("people", "leave", "Ben", who="Ana")
    assert desk("people", "list").data[1]["presence"] == "left"
    assert "sign_off_lapsed" in desk.gate(case), "their word holds for nothing more"
    exported = desk.files / "journal.jsonl"
    desk("journal", "export", str(exported))
    assert desk("journal", "verify").data["whole"]
    assert desk("journal", "verify", str(exported)).data["whole"]
    assert desk("people", "lately").data[0]["words"] == "Ben has left (said by Ana)"


def test_a_mail_password_sealed_with_the_old_passphrase_opens_with_the_new_one(
    desk: Desk, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A computer whose keyring keeps nothing: the password lies sealed in the data folder."""
    parts = replace(desk.parts, secrets=FakeSecrets(keeps=False))
    shop = replace(desk, parts=parts)
    shop.enrol("Ana", "Ben")
    shop("people", "change", "Ben", "--mail", "ben@home.example", who="Ana")
    with open_line(MAIL_PASSWORD) as number:
        words = ["channel", "add", "mail", *post.settings(), "--secret-fd", str(number)]
        assert shop(*words, who="Ana").data["secret"] == "passphrase"
    line = ["people", "passphrase", "Ana"]
    with_words(shop, *line, old_passphrase_fd=WORDS["Ana"], new_passphrase_fd=NEW)
    monkeypatch.setitem(WORDS, "Ana", NEW)
    later = replace(shop, parts=replace(parts, secrets=FakeSecrets(keeps=False)))
    case = later.paste("The bread was from yesterday.")
    later("write", case, "--file", later.file(REPLY), who="Ana")
    told = later("ask", case, "--who", "Ben", "--notice", who="Ana").data["notice"]
    assert told == {"name": "Ben", "told": True, "words": None}
    assert len(post.taken) == 1


def test_where_a_password_lies_is_said_once(desk: Desk, post: Post) -> None:
    parts = replace(desk.parts, secrets=FakeSecrets(keeps=False))
    shop = replace(desk, parts=parts)
    shop.enrol("Ana")
    with open_line(MAIL_PASSWORD) as number:
        words = ["channel", "add", "mail", *post.settings(), "--secret-fd", str(number)]
        said = shop.text(*words, who="Ana")
    assert "sealed with Ana's passphrase" in said
    assert shop.parts.secrets is not None
    assert shop.parts.secrets.why not in said  # it would say that nothing is kept
