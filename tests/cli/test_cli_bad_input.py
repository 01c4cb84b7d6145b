"""Bad input of every kind ends in exit 2 or 4 with a sentence, and changes nothing."""

from __future__ import annotations

import argparse
import getpass
import io
import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any, TextIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.cli.conftest import WORDS, Desk, open_line

from calmreply.bootstrap import Parts, Program
from calmreply.cli.console import Console, shown
from calmreply.cli.main import main
from calmreply.cli.parser import build
from calmreply.domain.moment import Reading

PASTED = "mention", "add", "--author", "Robin", "--text-file"


def test_every_word_and_option_says_what_it_is_for() -> None:
    parsers: list[argparse.ArgumentParser] = [build()]
    for parser in parsers:
        for action in parser._actions:
            if action.nargs == argparse.PARSER:
                assert isinstance(action.choices, dict)
                parsers += action.choices.values()
            else:
                assert action.help, (parser.prog, action.dest)
    assert len(parsers) > 40


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("inbo", "Did you mean: calmreply inbox?"),
        ("source lst", "Did you mean: calmreply source list?"),
        ("xyzzy", "calmreply --help"),
        ("listen", "--once"),
    ],
)
def test_what_was_meant(desk: Desk, typed: str, meant: str) -> None:
    words = desk(*typed.split(), expect=2).data["error"]["words"]
    assert meant in words
    assert "withdraw" not in words


@pytest.mark.parametrize(
    "words",
    [
        ["nonsense"],
        ["case"],
        ["--json", "source"],
        ["listen"],
        ["inbox", "--limit", "-1"],
        ["inbox", "--stage", "somewhere"],
        [*PASTED, "-", "--stars", "6"],
        [*PASTED, "-", "--stars", "nan"],
        [*PASTED, "-", "--stars", "4/0"],
        [*PASTED, "-", "--stars", "four"],
        [*PASTED, "-", "--when", "yesterday"],
        [*PASTED, "-", "--how", "feed"],
        ["case", "feel", "1", "furious"],
        ["debrief", "1"],
        ["debrief", "1", "--later", "2026-02-30"],
        ["posted", "1", "--url", "https://a.example", "--not-posted"],
        ["people", "add", "Ana", "--may-offer", "a lot"],
        ["channel", "add", "mail", "--set", "nothing"],
        ["gate", "1", "--passphrase-fd", "three"],
        ["gate", "1", "--jso"],
        ["gate", "\udcff"],
    ],
    ids=" ".join,
)
def test_wrong_words(desk: Desk, words: list[str]) -> None:
    said = desk(*words, expect=2)
    assert said.code == "wrong_words"
    assert said.data["error"]["words"]
    assert not desk.folder.exists()  # nothing was opened for them


def test_the_home_of_nobody(desk: Desk) -> None:
    nobody = replace(desk, folder=Path("~nobody-of-that-name/shop"))
    assert nobody("inbox", expect=4).code == "bad_folder"


def test_a_journal_without_an_end(desk: Desk, tmp_path: Path) -> None:
    endless = tmp_path / "endless"
    with endless.open("wb") as file:
        file.truncate(10**12)
    assert desk("journal", "verify", str(endless), expect=4).code == "not_a_journal"


def test_files_that_hold_no_text(desk: Desk, tmp_path: Path) -> None:
    latin, nul, huge = (tmp_path / name for name in ("latin", "nul", "huge"))
    latin.write_bytes("Gr\xfc\xdfe".encode("latin-1"))
    nul.write_bytes(b"a\0b")
    with huge.open("wb") as file:
        file.truncate(5_000_000_000)
    expected = {
        str(tmp_path / "none"): "no_such_file",
        str(tmp_path): "cannot_read",
        str(latin): "not_text",
        str(nul): "not_text",
        str(huge): "file_too_big",
        "-": "text_missing",
    }
    for name, code in expected.items():
        assert desk(*PASTED, name, expect=4).code == code
    assert desk("inbox").data == []
    bom = tmp_path / "bom"
    bom.write_bytes(b"\xef\xbb\xbfCold\r\nrolls\r\n")
    desk(*PASTED, str(bom), "--stars", "8 of 10", "--url", "https://a.example/1")
    (row,) = desk("inbox").data
    assert (row["text"], row["stars"]) == ("Cold\nrolls", 4)
    assert desk(*PASTED, str(bom), "--url", "javascript:alert(1)", expect=4).code == "bad_address"


def test_names_of_what_is_not_there(desk: Desk) -> None:
    desk.enrol("Ana")
    text = desk.file("words")
    cases = [
        ["case", "show"],
        ["case", "read"],
        ["case", "feel", "calm"],
        ["write", "--file", text],
        ["gate"],
        ["look", "--choose", "send"],
        ["send"],
        ["hold", "--wording", "heard"],
        ["case", "close"],
        ["remark", "--file", text],
        ["answered-outside", "--text-file", text],
        ["debrief", "--file", text],
    ]
    for words in cases:
        at = 2 if words[0] == "case" else 1
        assert desk(*words[:at], "17", *words[at:], who="Ana", expect=4).code == "no_such_case"
    assert desk("source", "remove", "17", expect=4).code == "no_such_source"
    assert desk("outbox", "settle", "17", "--appeared", "no", who="Ana", expect=4).code == (
        "no_such_entry"
    )
    assert desk("channel", "test", "17", expect=4).code == "no_such_account"
    assert desk("channel", "fields", "pigeon", expect=4).code == "no_such_channel"
    assert desk("people", "away", "Zoe", who="Ana", expect=4).code == "no_such_person"
    assert desk("settings", "get", "floor", expect=4).code == "no_such_setting"
    assert desk("backup", "/nowhere/at/all.db", expect=4).data["error"]["words"]
    assert desk("journal", "verify", text, expect=4).code == "not_a_journal"
    assert desk("plan", "import", "F", expect=4).code == "no_such_file"
    assert desk("plan", "sign", "late", who="Ana", expect=4).code == "no_such_wording"
    assert desk("plan", "start", "circus", who="Ana", expect=4).code == "no_such_example"


def test_who_acts(desk: Desk) -> None:
    case = desk.paste("Stale.")
    read = ["case", "read", case]
    assert desk(*read, expect=4).code == "who_acts"
    desk.enrol("Ana")
    assert desk(*read, "--as", "Zoe", expect=4).code == "no_such_person"
    silent = desk(*read, "--as", "Ana", expect=4).data["error"]
    assert silent["code"] == "passphrase_missing"
    assert "Ana" in silent["words"]
    assert "--passphrase-fd" in silent["way_out"]
    assert desk(*read, "--as", "Ana", "--passphrase-fd", "987", expect=4).code == (
        "no_such_file_number"
    )
    with open_line("not the passphrase") as number:
        fd = ["--passphrase-fd", str(number)]
        assert desk(*fd, *read, "--as", "Ana", expect=4).code == "wrong_passphrase"
    with open_line("x" * 5000) as number:
        fd = ["--passphrase-fd", str(number)]
        assert desk(*fd, *read, "--as", "Ana", expect=4).code == "line_too_long"
    reading, writing = os.pipe()
    os.write(writing, b"\xff\n")
    os.close(writing)
    assert desk(*read, "--as", "Ana", "--passphrase-fd", str(reading), expect=4).code == "not_text"
    os.close(reading)
    # Options stand before the command as well; the passphrase may come in by the standard input.
    desk("--as", "ana", "--passphrase-fd", "0", *read, stdin=f"{WORDS['Ana']}\r\n")
    by = desk("case", "show", case).data["read_by"]
    assert by == ["Ana"]


def test_people_come_in(desk: Desk) -> None:
    assert desk("people", "list").data == []
    with open_line("too short") as number:
        add = ["people", "add", "Ana", "--passphrase-fd", str(number)]
        assert desk(*add, expect=4).code == "passphrase_too_short"
    assert desk("people", "add", "Ana", expect=4).code == "passphrase_missing"
    desk.enrol("Ana", role="owner")
    with open_line(WORDS["Ana"], WORDS["Ben"]) as number:
        both = ["--passphrase-fd", str(number), "--new-passphrase-fd", str(number)]
        ben = desk("people", "add", "Ben", "--as", "Ana", *both, "--may-offer", "28").data
    assert ben["recovery_code"]
    with open_line(WORDS["Cleo"]) as number:
        again = ["people", "add", " ben ", "--passphrase-fd", str(number)]
        assert desk(*again, expect=4).code == "name_taken"
    first, second = desk("people", "list").data
    assert (first["role"], first["vouched_by"]) == ("owner", None)
    assert (second["vouched_by"], second["may_offer"]) == ("Ana", "28.00")
    desk("people", "away", "Ben", who="Ana")
    case = desk.paste("Stale.")
    desk("write", case, "--file", "-", stdin="Sorry.", who="Ana")
    assert desk("ask", case, "--who", "Ben", who="Ana", expect=4).code == "not_active"
    desk("people", "back", "Ben", who="Ben")
    desk("people", "leave", "Ben", who="Ana")
    assert desk("case", "read", case, who="Ben", expect=4).code == "no_such_person"
    assert desk("people", "leave", "Ana", who="Ana", expect=4).code == "last_person"


def test_a_forgotten_passphrase(desk: Desk) -> None:
    with open_line(WORDS["Ana"]) as number:
        add = ["people", "add", "Ana", "--passphrase-fd", str(number)]
        code = desk(*add).data["recovery_code"]
    case = desk.paste("Stale.")
    for typed, expected in (("AAAA-BBBB", 4), (code.lower(), 0)):
        with open_line(typed, "a wholly new passphrase") as number:
            both = ["--recovery-fd", str(number), "--new-passphrase-fd", str(number)]
            desk("people", "restore", "Ana", *both, expect=expected)
    assert desk("case", "read", case, who="Ana", expect=4).code == "wrong_passphrase"
    with open_line("a wholly new passphrase") as number:
        desk("case", "read", case, "--as", "Ana", "--passphrase-fd", str(number))


def test_names_make_ideas_of_where_to_listen(desk: Desk) -> None:
    assert desk("source", "ideas").data == []
    assert desk("settings", "set", "names", "product:", expect=4).code == "bad_value"
    bread = "product: Sunday loaf = Sundayloaf - bread machine"
    desk("settings", "set", "names", "Blue Door", bread)
    found = desk("source", "ideas").data
    assert [one["what"] for one in found if one["name"] == "Blue Door"][:2] == ["news", "blogs"]
    (news,) = (one for one in found if one["what"] == "news" and one["name"] == "Sunday loaf")
    assert news["name_kind"] == "product"
    assert "%22Sunday%20loaf%22%20OR%20%22Sundayloaf%22" in news["listen"]
    assert not news["listened"]
    claims = [one["open"] for one in found if one["what"] == "claim"]
    assert all(one.startswith("https://") for one in claims)
    assert f"calmreply source add '{news['listen']}'" in desk.text("source", "ideas")


def test_settings(desk: Desk) -> None:
    assert desk("settings", "get", "zone").data == {"name": "zone", "value": "UTC"}
    desk("settings", "set", "zone", "Europe/London")  # nobody is here yet
    desk("settings", "set", "names", "Blue Door", "Blue Door Bakery")
    assert desk("settings", "get", "names").data["value"] == "Blue Door\nBlue Door Bakery"
    assert desk("settings", "set", "zone", "Mars", expect=4).code == "bad_value"
    assert desk("settings", "set", "wait_complaint_calm", "1", expect=4).code == "below_floor"
    desk.enrol("Ana")
    assert desk("settings", "set", "sign_praise", "yes", expect=4).code == "who_acts"
    desk("settings", "set", "sign_praise", "yes", who="Ana")
    case = desk.paste("Stale.")
    desk("case", "read", case, who="Ana")
    assert desk("settings", "set", "sign_praise", "no", who="Ana").data["state"] == "proposed"
    named = {one["name"]: one["value"] for one in desk("settings", "list").data}
    assert named["sign_praise"] == "yes"
    desk("settings", "set", "paused", "yes")
    assert "paused" in desk.gate(case)


def test_forms_that_cannot_be_read(desk: Desk) -> None:
    case = desk.paste("Stale.")
    desk.enrol("Ana")
    desk("case", "close", case, who="Ana")
    for form in (
        '{"better": 3}',
        '{"strange": "field"}',
        '{"causes": "product"}',
        '{"actions": [{"who": "Ben"}]}',
        '{"feeling": "fine"}',
        '{"better": "cut o',
        "{" * 5000,
    ):
        words = ["debrief", case, "--file", desk.file(form)]
        assert desk(*words, who="Ana", expect=4).code == "bad_form"
    assert desk("debrief", case, "--file", desk.file(""), who="Ana", expect=4).code == (
        "answers_missing"
    )
    assert desk("inbox").data[0]["stage"] == "to_debrief"


def test_accounts_that_cannot_be(desk: Desk) -> None:
    add = ["channel", "add", "mail"]
    assert desk("channel", "add", "hand", expect=4).code == "no_account_needed"
    assert desk(*add, expect=4).code == "field_missing"
    assert desk(*add, "--set", "colour=red", expect=4).code == "no_such_field"
    good = ["--set", "name=Shop", "--set", "address=a@shop.example", "--set", "host=127.0.0.1"]
    assert desk(*add, *good, "--set", "security=none", expect=4).code == "bad_field"
    assert desk(*add, *good, "--set", "password=open", expect=4).code == "no_such_field"
    account = desk(*add, *good, "--set", "port=1").data
    assert account["secret"] is None
    assert desk("channel", "test", account["account"], expect=4).data["error"]["words"]
    blog = ("--set", "address=http://127.0.0.1:1", "--set", "user=anna")
    within = desk("channel", "add", "wordpress", *blog).data["account"]
    refused = desk("channel", "test", within, expect=4)
    assert refused.code == "not_protected"
    assert "--allow-private" in refused.data["error"]["way_out"]
    assert desk("channel", "test", within, "--allow-private", expect=4).code == "sign_in_again"
    desk("channel", "remove", within)
    case = desk.paste("Stale.")
    desk.enrol("Ana")
    to = ["--channel", "mail", "--to", "not an address"]
    assert "not_connected" in desk("write", case, "--file", "-", *to, stdin="x", who="Ana").blockers
    pigeon = ["write", case, "--file", "-", "--channel", "pigeon"]
    assert desk(*pigeon, stdin="x", who="Ana", expect=4).code == "no_such_channel"
    desk("channel", "remove", account["account"], who="Ana")
    assert desk("channel", "list").data == []


def test_folders_that_cannot_be_used(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("not a folder", encoding="utf-8")
    for folder in (file, file / "below", Path("/proc/nothing")):
        refused = replace(desk, folder=folder)("inbox", expect=4)
        assert refused.data["error"]["way_out"]
    assert file.read_text(encoding="utf-8") == "not a folder"


# --- the ways a run can end ----------------------------------------------------------------


class Failing:
    """A clock that raises whatever it is told to."""

    def __init__(self, error: BaseException) -> None:
        self._error = error

    def read(self) -> Reading:
        raise self._error


def run(
    desk: Desk, parts: Parts, *words: str, out: TextIO | None = None, asks: bool = False
) -> tuple[int, str, str]:
    out, err = out or io.StringIO(), io.StringIO()
    console = Console(io.BytesIO(), out, err, asks=asks)
    code = main([*words, "--home", str(desk.folder)], Program(parts), console)
    return code, out.getvalue() if isinstance(out, io.StringIO) else "", err.getvalue()


def test_a_bug_of_ours_leaves_a_report(desk: Desk) -> None:
    desk("inbox")
    broken = replace(desk.parts, clock=Failing(ZeroDivisionError("of ours")))
    code, out, err = run(desk, broken, "--json", "inbox")
    error = json.loads(out)["error"]
    assert (code, error["code"], err) == (1, "our_bug", "")
    (report,) = desk.folder.glob("calmreply-report-*.txt")
    assert str(report) in error["way_out"]
    text = report.read_text(encoding="utf-8")
    assert "ZeroDivisionError: of ours" in text
    assert "Traceback" not in run(desk, broken, "inbox")[2]


def test_ctrl_c_and_a_closed_pipe(desk: Desk) -> None:
    desk("inbox")
    stopped = replace(desk.parts, clock=Failing(KeyboardInterrupt()))
    code, out, _err = run(desk, stopped, "inbox", "--json")
    assert (code, json.loads(out)["error"]["code"]) == (4, "interrupted")

    class Closed(io.StringIO):
        def write(self, _text: str) -> int:
            raise BrokenPipeError

        def fileno(self) -> int:
            raise OSError

    assert run(desk, desk.parts, "inbox", "--json", out=Closed())[0] == 0
    case = desk.paste("Stale.")
    assert run(desk, desk.parts, "gate", case, out=Closed())[0] == 3
    assert run(desk, desk.parts, "gate", "9", "--json", out=Closed())[0] == 4


@pytest.mark.parametrize("words", ["--help", "mention -h", "mention add --help", "--version"])
def test_help_and_version_are_answers_like_any_other(desk: Desk, words: str) -> None:
    code, out, err = run(desk, desk.parts, *words.split())
    assert (code, err) == (0, "")
    said = json.loads(run(desk, desk.parts, "--json", *words.split())[1])
    (text,) = said.values()
    assert text.split()[-1] == out.split()[-1]
    assert out.startswith("calmreply " if "version" in said else "usage: calmreply")


def test_the_passphrase_comes_before_the_text_of_the_same_input(desk: Desk) -> None:
    case = desk.paste("Stale.")
    desk.enrol("Ana")
    both = ["--as", "Ana", "--passphrase-fd", "0"]
    said = f"{WORDS['Ana']}\r\nDear Robin,\nplease come by."
    desk("write", case, "--file", "-", *both, stdin=said)
    assert desk("case", "show", case).data["reply"]["text"] == "Dear Robin,\nplease come by."
    bare = f"{WORDS['Ana']}\nA call."
    new = desk("mention", "add", "--author", "Kim", "--text-file", "-", *both, stdin=bare)
    assert desk("case", "show", new.data["case"]).data["mention"]["text"] == "A call."


@pytest.mark.parametrize("empty", ["", " "])
def test_an_empty_name_of_a_folder_never_means_the_real_one(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, empty: str
) -> None:
    monkeypatch.setenv("CALMREPLY_HOME", str(tmp_path / "real"))
    out = io.StringIO()
    console = Console(io.BytesIO(), out, io.StringIO())
    assert main(["inbox", "--home", empty, "--json"], Program(desk.parts), console) == 4
    assert json.loads(out.getvalue())["error"]["code"] == "bad_folder"
    assert not (tmp_path / "real").exists()


def test_asking_at_the_terminal(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    case = desk.paste("Stale.")
    typed: list[str] = []
    asked: list[str] = []

    def answer(question: str, _stream: Any) -> str:
        asked.append(question)
        return typed.pop(0)

    monkeypatch.setattr(getpass, "getpass", answer)
    typed[:] = ["one of two things", "another of them all"]
    assert run(desk, desk.parts, "people", "add", "Ana", asks=True)[0] == 4
    typed[:] = [WORDS["Ana"], WORDS["Ana"]]
    code, out, _err = run(desk, desk.parts, "people", "add", "Ana", asks=True)
    assert code == 0
    assert "Recovery code" in out
    asked.clear()
    typed[:] = ["wrong the first time", WORDS["Ana"]]
    code, _out, err = run(desk, desk.parts, "case", "read", case, "--as", "Ana", asks=True)
    assert (code, len(asked)) == (0, 2)
    assert "not the passphrase" in err
    assert run(desk, desk.parts, "case", "read", case, asks=True)[0] == 4  # no name was typed


# --- whatever is typed ---------------------------------------------------------------------

BEGINNINGS = """
source add;source list;source remove;source import;listen --once;inbox;mention add;case show
case read;case feel;case judge;case close;write;gate;ask;sign;remark;look;send;posted;hold
answered-outside;outbox list;outbox settle;debrief;todo;people add;people list;people away
channel add;channel fields;plan list
plan import;plan sign;settings get;settings set;journal verify;doctor
team try;team found --works-as a;team join;team show;team leave;team call
"""
MORE = """
1 2 --stage new --search --limit --author Ana --text-file - --file - --stars 5 4/5 --url --kind
praise complaint --verdict genuine --evidence --who --ticks true,kind --choose send --note
--code-file --wording heard --slot time=x name= --appeared no --later 2026-12-01 --as Ana
--allow-private calm mail zone % ' {} ../.. http://[ -1 9e99 https://nowhere.example --channel hand
"""
ODD = ["", " ", "\x00", "\u202e", "\n", "9" * 40, *MORE.split()]
TYPED = st.tuples(
    st.sampled_from([one.split() for line in BEGINNINGS.split("\n") for one in line.split(";")]),
    st.lists(st.sampled_from(ODD), max_size=7),
)


@settings(
    max_examples=200,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(TYPED, st.text(max_size=30), st.booleans())
def test_whatever_is_typed_ends_in_one_value(
    desk: Desk, typed: tuple[list[str], list[str]], stdin: str, acting: bool
) -> None:
    """In a home with somebody and a case in it."""
    if not desk.folder.exists():
        desk.paste("Stale.")
        desk.enrol("Ana")
    out, err = io.StringIO(), io.StringIO()
    words = [*typed[0], *typed[1], "--json", "--home", str(desk.folder)]
    if acting:
        words += ["--as", "Ana", "--passphrase-fd", "0"]
        stdin = f"{WORDS['Ana']}\n{stdin}"
    console = Console(io.BytesIO(stdin.encode("utf-8", "surrogatepass")), out, err)
    code = main(words, Program(desk.parts), console)
    assert code in (0, 2, 3, 4), out.getvalue()
    data = json.loads(out.getvalue())
    if code in (2, 4):
        assert data["error"]["code"]
        assert data["error"]["words"]
    if code == 3:
        assert data["blockers"]


@given(st.text())
def test_nothing_that_is_shown_commands_the_terminal(text: str) -> None:
    for sign in shown(text):
        assert sign.isprintable() or sign in "\n\t\u200c\u200d "
