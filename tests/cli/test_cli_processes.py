"""The real program in processes of its own: the real clock, real locks, real deaths.

What has to wait is prepared in this process by a clock that stands an hour or two back on this
very computer, so that the waits are over when the real program looks.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Protocol

import pytest
from pytest_httpserver import HTTPServer
from tests.cli.conftest import MAIL_PASSWORD, WORDS, Desk, Post, Shell, Town, open_line
from werkzeug import Request, Response

from calmreply.adapters.clock import SystemClock
from calmreply.adapters.storage.sqlite import driver
from calmreply.domain.moment import Reading
from calmreply.testing.secrets import FakeSecrets

REPLY = "Dear Robin, please come by. Ana"


class Bare(Protocol):
    """The fixture `bare`: a Python without PySide6."""

    def run(self, *words: str, stdin: str = "") -> subprocess.CompletedProcess[str]: ...


class Earlier:
    """The real clock of this computer, as it stood some time ago."""

    def __init__(self) -> None:
        self._clock = SystemClock()
        self.ago = timedelta()

    def read(self) -> Reading:
        now = self._clock.read()
        return Reading(now.wall - self.ago, now.boot, now.ticks - self.ago.total_seconds())


@pytest.fixture
def early(desk: Desk, shell: Shell) -> tuple[Desk, Earlier]:
    """A desk over the shell's folder, on a computer without a keyring."""
    clock = Earlier()
    parts = replace(desk.parts, clock=clock, secrets=FakeSecrets(keeps=False))
    return replace(desk, folder=shell.folder, parts=parts), clock


@pytest.fixture
def ready(early: tuple[Desk, Earlier], post: Post) -> str:
    """A case whose reply by mail may go: only Send is left."""
    desk, clock = early
    clock.ago = timedelta(hours=2)
    desk.enrol("Ana", "Ben")
    with open_line(MAIL_PASSWORD) as number:
        words = ["channel", "add", "mail", *post.settings(), "--secret-fd", str(number)]
        assert desk(*words, who="Ana").data["secret"] == "passphrase"
    case = desk.paste("Stale.")
    desk("case", "read", case, who="Ana")
    desk("case", "feel", case, "calm", who="Ana")
    judged = ["--kind", "complaint", "--verdict", "genuine", "--evidence", "Order 212"]
    desk("case", "judge", case, *judged, who="Ana")
    to = ["--channel", "mail", "--to", "robin@customer.example"]
    desk("write", case, "--file", "-", *to, stdin=REPLY, who="Ana")
    desk("ask", case, "--who", "Ben", who="Ana")
    desk("sign", case, "--ticks", "true,kind,promise,private", who="Ben")
    clock.ago = timedelta(hours=1)
    desk("look", case, "--choose", "send", who="Ana")
    return case


class Slow:
    """A feed that answers only when it is told to."""

    def __init__(self) -> None:
        self.asked = threading.Event()
        self.go_on = threading.Event()
        self.body = "<rss version='2.0'><channel><title>Slow</title></channel></rss>"

    def serve(self, _request: Request) -> Response:
        self.asked.set()
        self.go_on.wait(240)
        return Response(self.body, content_type="application/rss+xml")


@pytest.fixture
def slow(httpserver: HTTPServer) -> Iterator[Slow]:
    slow = Slow()
    slow.go_on.set()
    httpserver.expect_request("/slow").respond_with_handler(slow.serve)
    yield slow
    slow.go_on.set()


def start_listening(
    desk: Desk, shell: Shell, slow: Slow, httpserver: HTTPServer
) -> subprocess.Popen[str]:
    """A process that is in the middle of a round and holds the folder's lock."""
    desk("source", "add", httpserver.url_for("/slow"), "--allow-private")
    slow.asked.clear()
    slow.go_on.clear()
    listening = shell.start("listen", "--once", "--json")
    assert slow.asked.wait(240)
    return listening


# --- without PySide6 -----------------------------------------------------------------------


SCRIPT = """
import io, json, sys
from calmreply.bootstrap import Parts, Program
from calmreply.cli.console import Console
from calmreply.cli.main import main
from calmreply.testing.clock import FakeClock

clock, case = FakeClock(), ""
for minutes, words, stdin in json.loads(sys.stdin.read()):
    clock.advance(minutes=minutes)
    out, err = io.StringIO(), io.StringIO()
    words = [word.replace("CASE", case) for word in words]
    console = Console(io.BytesIO(stdin.encode()), out, err)
    code = main([*words, "--json"], Program(Parts(clock=clock)), console)
    said = json.loads(out.getvalue())
    case = said.get("case", case) if isinstance(said, dict) else case
    print(json.dumps([words[:2], code, said]))
assert not [name for name in sys.modules if name.startswith(("PySide6", "shiboken6"))]
"""


def test_the_journey_without_qt(bare: Bare, town: Town, tmp_path: Path) -> None:
    """From nothing to a debrief where PySide6 is not installed, in one process for speed."""
    reply = tmp_path / "reply.txt"
    reply.write_text(REPLY, encoding="utf-8")
    ana, ben = f"{WORDS['Ana']}\n", f"{WORDS['Ben']}\n"

    def by(who: str, *words: str, after: int = 0) -> tuple[int, list[str], str]:
        acting = ["--as", who, "--passphrase-fd", "0"]
        return after, [*words, *acting], f"{WORDS[who]}\n"

    paste = ["mention", "add", "--author", "Robin", "--text-file", "-"]
    judged = ["--kind", "complaint", "--verdict", "genuine", "--evidence", "Order 212"]
    steps = [
        (0, ["people", "add", "Ana", "--passphrase-fd", "0"], ana),
        (0, ["people", "add", "Ben", "--as", "Ana", "--passphrase-fd", "0"], ana + ben),
        (0, ["source", "add", town.url, "--allow-private"], ""),
        (0, ["listen", "--once"], ""),
        (0, paste, "Stale. Never again."),
        by("Ana", "case", "read", "CASE"),
        by("Ana", "case", "feel", "CASE", "stung"),
        by("Ana", "case", "judge", "CASE", *judged),
        by("Ana", "write", "CASE", "--file", str(reply)),
        by("Ana", "ask", "CASE", "--who", "Ben"),
        by("Ben", "sign", "CASE", "--ticks", "true,kind,promise,private"),
        by("Ana", "look", "CASE", "--choose", "send", after=60),
        by("Ana", "send", "CASE"),
        by("Ana", "posted", "CASE", "--note", "Told her at the counter."),
        by("Ana", "case", "close", "CASE"),
        by("Ana", "debrief", "CASE", "--file", str(reply)),
        (0, ["inbox", "--stage", "closed"], ""),
        (0, ["journal", "verify"], ""),
    ]
    done = bare.run("-c", SCRIPT, stdin=json.dumps(steps))
    assert done.returncode == 0, done.stderr
    ends = [json.loads(line) for line in done.stdout.splitlines()]
    assert [end for end in ends if end[1] != 0] == []
    assert (ends[-6][2]["state"], ends[-2][2][0]["text"]) == ("in_flight", "Stale. Never again.")
    assert ends[-1][2]["whole"] is True


def test_without_qt_the_window_is_a_sentence(bare: Bare) -> None:
    window = bare.run("-m", "calmreply")
    assert window.returncode == 4
    assert "PySide6" in window.stderr
    assert "pip install" in window.stderr
    tour = bare.run("-m", "calmreply", "tour", "--json")
    assert (tour.returncode, json.loads(tour.stdout)["error"]["code"]) == (4, "no_qt")


# --- sending once --------------------------------------------------------------------------


def test_two_sends_at_once_send_once(
    shell: Shell, early: tuple[Desk, Earlier], ready: str, post: Post
) -> None:
    both = [shell.start("send", ready, "--json", who="Ana") for _ in range(2)]
    ends = []
    for process in both:
        out, err = process.communicate(timeout=240)
        ends.append((process.returncode, json.loads(out), err))
    assert len(post.taken) == 1, ends
    ((_code, sent, _err),) = [end for end in ends if end[0] == 0]
    assert sent["state"] == "sent"
    ((code, other, _err),) = [end for end in ends if end[0] != 0]
    if code == 4:
        assert other["error"]["code"] == "folder_in_use"
    else:
        assert (code, other["blockers"][0]["kind"]) == (3, "already_sent")
    desk, clock = early
    clock.ago = timedelta()
    assert desk("send", ready, who="Ana", expect=3).blockers[0] == "already_sent"
    assert len(post.taken) == 1
    assert desk("journal", "verify").data["whole"] is True


def test_killed_in_the_middle_of_a_send(
    shell: Shell, early: tuple[Desk, Earlier], ready: str, post: Post
) -> None:
    post.hang = True
    sending = shell.start("send", ready, who="Ana")
    assert post.has_taken.wait(240)
    sending.kill()
    sending.communicate()
    post.go_on()
    # Nobody knows whether it arrived; it is never sent again by itself, nor by asking again.
    assert shell("send", ready, who="Ana", expect=3).blockers[0] == "unsure"
    desk, clock = early
    clock.ago = timedelta()
    (entry,) = desk("outbox", "list").data
    assert entry["state"] == "unsure"
    assert desk("outbox", "settle", entry["id"], "--appeared", "yes", who="Ana").data["state"] == (
        "sent"
    )
    assert len(post.taken) == 1
    assert desk("inbox", "--stage", "follow_up").data[0]["case"] == ready


@pytest.mark.parametrize(
    ("answer", "state"), [("550 no such mailbox", "refused"), ("451 try later", "waiting")]
)
def test_answers_of_the_server(
    early: tuple[Desk, Earlier], ready: str, post: Post, answer: str, state: str
) -> None:
    desk, clock = early
    clock.ago = timedelta()
    post.answer = answer
    said = desk("send", ready, who="Ana", expect=4)
    assert (said.data["state"], said.code) == (state, f"send_{state}")
    assert answer[4:] in said.data["error"]["words"]
    post.answer = "250 taken"
    entry = said.data["entry"]
    if state == "waiting":
        assert desk("outbox", "cancel", entry, who="Ana").data["state"] == "cancelled"
    assert desk("send", ready, who="Ana").data["state"] == "sent"


def test_the_sealed_password_is_its_owners(
    early: tuple[Desk, Earlier], ready: str, post: Post
) -> None:
    desk, clock = early
    clock.ago = timedelta()
    secrets = desk.parts.secrets
    assert isinstance(secrets, FakeSecrets)
    secrets.lose()  # it was kept for that run only
    sealed = list((desk.folder / "secrets").iterdir())
    assert len(sealed) == 1
    assert sealed[0].stat().st_mode & 0o777 == 0o600
    assert MAIL_PASSWORD not in sealed[0].read_text(encoding="ascii")
    said = desk("send", ready, who="Ben", expect=4)  # another person's passphrase does not open it
    assert (said.code, post.taken) == ("send_refused", [])
    assert "--as Ana --passphrase-fd 3 3< FILE" in said.data["error"]["way_out"]
    sealed[0].write_text("{}", encoding="ascii")
    with open_line(MAIL_PASSWORD) as number:
        sent = desk("send", ready, "--secret-fd", str(number), who="Ana").data
    assert (sent["state"], len(post.taken)) == ("sent", 1)


# --- the lock ------------------------------------------------------------------------------


def test_one_polls_and_the_others_write_beside_it(
    early: tuple[Desk, Earlier], shell: Shell, slow: Slow, httpserver: HTTPServer
) -> None:
    desk, _clock = early
    listening = start_listening(desk, shell, slow, httpserver)
    refused = shell("listen", "--once", expect=4)
    assert refused.code == "folder_in_use"
    assert refused.data["error"]["way_out"]
    paste = ["mention", "add", "--author", "Robin", "--text-file", "-"]
    case = shell(*paste, stdin="Stale.").data["case"]
    assert desk("send", case, expect=4).code == "folder_in_use"
    assert desk.gate(case)
    assert desk("doctor").data["lock"]
    slow.go_on.set()
    out, _err = listening.communicate(timeout=240)
    assert (listening.returncode, json.loads(out)[0]["error"]) == (0, None)
    desk("listen", "--once")
    assert desk("doctor").data["lock"] is None


def test_ctrl_c_stops_a_round(
    early: tuple[Desk, Earlier], shell: Shell, slow: Slow, httpserver: HTTPServer
) -> None:
    desk, _clock = early
    listening = start_listening(desk, shell, slow, httpserver)
    listening.send_signal(signal.SIGINT)
    out, err = listening.communicate(timeout=240)
    assert (listening.returncode, json.loads(out)["error"]["code"]) == (4, "interrupted"), err
    slow.go_on.set()
    desk("listen", "--once")  # the lock is free again


IN_A_MADE_UP_TEXT = """
import sys
from calmreply.cli import main, parser

def interrupted(words):
    exec("raise KeyboardInterrupt")

parser.parse = interrupted
sys.exit(main.main(["--json", "inbox"], None))
"""


def test_ctrl_c_while_python_makes_a_class_is_an_exit_like_any_other(tmp_path: Path) -> None:
    """Python would end by the signal if the last made-up text it ran was interrupted."""
    (tmp_path / "made_up.py").write_text(IN_A_MADE_UP_TEXT, encoding="utf-8")
    found = {"PYTHONPATH": os.pathsep.join([str(tmp_path), *sys.path])}
    done = subprocess.run(
        [sys.executable, "-m", "made_up"],
        env={**os.environ, **found},
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert (done.returncode, json.loads(done.stdout)["error"]["code"]) == (4, "interrupted")


# --- what a process leaves behind ----------------------------------------------------------


def test_killed_at_any_moment_nothing_acknowledged_is_lost(
    early: tuple[Desk, Earlier], shell: Shell
) -> None:
    """Killed ever later in its run; whatever was acknowledged is there, and nothing is half."""
    desk, _clock = early
    paste = ["mention", "add", "--author", "Robin", "--text-file", "-", "--json"]
    kept = set()
    for number in range(7):
        process = shell.start(*paste)
        assert process.stdin is not None
        process.stdin.write(f"Number {number}")
        process.stdin.close()
        process.stdin = None
        try:
            process.wait(timeout=0.25 * (number + 1))
        except subprocess.TimeoutExpired:
            process.kill()
        out, _err = process.communicate()
        # An error is told whole, too, and acknowledges nothing.
        if out.endswith("}\n") and "error" not in json.loads(out):
            kept.add(f"Number {number}")
    there = [row["text"] for row in desk("inbox").data]
    assert kept <= set(there)
    assert len(there) == len(set(there))
    assert desk("journal", "verify").data["whole"] is True
    assert desk("doctor").data["database"] == []


def test_the_doctor_says_that_the_sqlite_of_this_computer_is_old(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(driver, "SAFE", (0, 0, 0))
    assert desk("doctor").data["warning"] is None
    monkeypatch.setattr(driver, "SAFE", (999, 1, 2))
    warning = desk("doctor").data["warning"]
    assert "before 999.1.2 it can, very rarely, damage a data file" in warning
    assert warning in desk.text("doctor")


def test_a_closed_pipe(shell: Shell) -> None:
    process = shell.start("inbox", "--json")
    assert process.stdout is not None
    process.stdout.close()
    process.stdout = None
    _out, err = process.communicate(timeout=240)
    assert (process.returncode, err) == (0, "")  # it was done, whoever reads it


@pytest.mark.skipif(sys.platform != "linux", reason="needs /dev/full and bash")
@pytest.mark.parametrize("words", [["inbox"], ["inbox", "--json"], ["--version"], ["gate", "77"]])
@pytest.mark.parametrize(
    ("outputs", "good"),
    [
        (">/dev/full", 4),
        ("2>/dev/full", 0),
        (">&-", 0),
        ("2>&-", 0),
        (">&- 2>&- <&-", 0),
    ],
)
def test_outputs_that_take_nothing(
    desk: Desk, shell: Shell, words: list[str], outputs: str, good: int
) -> None:
    """What a command did does not hang on whether anybody can hear of it."""
    desk.folder = shell.folder
    desk.paste("Stale.")
    done = subprocess.run(
        ["bash", "-c", f'"$@" {outputs}', "-", sys.executable, "-m", "calmreply", *words],
        env=shell.env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == (4 if words[0] == "gate" else good)
    assert "Traceback" not in done.stderr
    if (outputs, words[0]) == (">/dev/full", "inbox"):
        assert "could not be written" in done.stderr


def test_text_that_the_terminal_cannot_show(early: tuple[Desk, Earlier], shell: Shell) -> None:
    text = "Grüße \U0001f926 \x1b[31m\u202e"
    early[0].paste(text)
    ascii_only = {**shell.env, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    for words in (["inbox"], ["inbox", "--json"]):
        done = subprocess.run(
            [sys.executable, "-m", "calmreply", *words],
            env=ascii_only,
            capture_output=True,
            check=True,
        )
        assert b"\x1b" not in done.stdout
    assert json.loads(done.stdout)[0]["text"] == text


def test_a_full_disk(early: tuple[Desk, Earlier], shell: Shell) -> None:
    desk, _clock = early
    paste = ["mention", "add", "--author", "Robin", "--text-file", "-"]
    desk.paste("Before.")
    small = 'ulimit -f 64; exec "$@"'
    done = subprocess.run(
        ["bash", "-c", small, "-", sys.executable, "-m", "calmreply", *paste, "--json"],
        env=shell.env,
        input="y" * 190_000,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, json.loads(done.stdout)["error"]["code"]) == (4, "disk_full")
    assert [row["text"] for row in desk("inbox").data] == ["Before."]
    desk.paste("After.")
    assert desk("journal", "verify").data["whole"] is True


# --- data that is not as it should be ------------------------------------------------------


def touch_database(folder: Path, *statements: str) -> None:
    path = str(folder / "calmreply.db")
    with closing(driver.SQLITE.connect(path, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


def forged(desk: Desk) -> None:
    touch_database(
        desk.folder,
        "DROP TRIGGER payloads_are_only_erased",
        "UPDATE payloads SET body = CAST(replace(CAST(body AS TEXT), 'Order', 'order') AS BLOB)"
        " WHERE CAST(body AS TEXT) LIKE '%Order%'",
    )


def newer(desk: Desk) -> None:
    touch_database(desk.folder, "PRAGMA user_version = 9999")


def rubbish(desk: Desk) -> None:
    (desk.folder / "calmreply.db").write_bytes(b"no database at all" * 1000)


@pytest.mark.parametrize(("harm", "code"), [(newer, "newer_data"), (rubbish, "database_damaged")])
def test_data_we_must_not_touch(desk: Desk, harm: Callable[[Desk], None], code: str) -> None:
    desk.paste("Stale.")
    harm(desk)
    before = (desk.folder / "calmreply.db").read_bytes()
    for words in (["inbox"], ["doctor"], ["listen", "--once"], ["journal", "verify"]):
        assert desk(*words, expect=4).code == code
    assert (desk.folder / "calmreply.db").read_bytes() == before


def test_a_forged_journal(desk: Desk, tmp_path: Path) -> None:
    case = desk.paste("Stale.")
    desk.enrol("Ana")
    exported = tmp_path / "journal.jsonl"
    desk("case", "read", case, who="Ana")
    judged = ["--kind", "praise", "--verdict", "genuine", "--evidence", "Order 212"]
    desk("case", "judge", case, *judged, who="Ana")
    lines = desk("journal", "export", str(exported)).data["lines"]
    assert desk("journal", "verify", str(exported)).data["lines"] == lines
    assert desk("journal", "export", str(exported), expect=4).code == "file_exists"
    forged(desk)
    said = desk("journal", "verify", expect=4)
    assert (said.code, said.data["flaw"], said.data["line"]) == (
        "journal_broken",
        "payload_changed",
        lines,
    )
    assert desk("doctor", expect=4).code == "journal_broken"
    kept = exported.read_text(encoding="utf-8").splitlines()
    exported.write_text("\n".join(kept[:2] + kept[3:]) + "\n", encoding="utf-8")
    assert desk("journal", "verify", str(exported), expect=4).data["line"] == 3


def test_rows_changed_by_hand_are_named(desk: Desk) -> None:
    first, second = desk.paste("Stale."), desk.paste("Burnt.")
    touch_database(
        desk.folder,
        "UPDATE mentions SET text = 'Lovely.' WHERE text = 'Stale.'",
        "UPDATE cases SET rules_line = 1 WHERE id IN"
        " (SELECT case_id FROM mentions WHERE text = 'Burnt.')",
        "INSERT INTO accounts VALUES ('evil', 'mail', '{}')",
    )
    said = desk("journal", "verify", expect=4)
    assert said.code == "journal_broken"
    assert (said.data["whole"], said.data["line"], said.data["flaw"]) == (
        False,
        None,
        "rows_changed",
    )
    assert [(one["case"], one["account"], one["thing"]) for one in said.data["differences"]] == [
        (first, None, "words"),
        (second, None, "rules"),
        (None, "evil", "account"),
    ]
    assert said.data["differences"][0]["words"].startswith(f"Case {first}: what the customer said")
    doctor = desk("doctor", expect=4)
    assert (doctor.code, doctor.data["journal"]) == (
        "journal_broken",
        {name: value for name, value in said.data.items() if name != "error"},
    )


def test_a_lost_keyring_and_a_second_home(desk: Desk, tmp_path: Path) -> None:
    secrets = desk.parts.secrets
    assert isinstance(secrets, FakeSecrets)
    desk.paste("Stale.")
    other = replace(desk, folder=tmp_path / "other")
    other.paste("Another shop on the same computer.")
    for _ in range(2):
        assert desk("journal", "verify").data["whole"] is True
        assert other("journal", "verify").data["whole"] is True
        secrets.lose()
        desk.paste(f"And again {_}.")


def test_a_backup_put_back(desk: Desk, tmp_path: Path) -> None:
    """Lines that this computer remembers are gone: seen, said by somebody, and kept on record."""
    desk.enrol("Ana")
    desk.paste("Stale.")
    file, kept = desk.folder / "calmreply.db", tmp_path / "kept.db"
    with closing(driver.SQLITE.connect(str(file))) as connection:
        connection.execute("VACUUM INTO ?", (str(kept),))
    desk.paste("Burnt.")
    for beside in desk.folder.glob("calmreply.db*"):
        beside.unlink()
    file.write_bytes(kept.read_bytes())
    assert desk("journal", "verify", expect=4).data["flaw"] == "head_missing"
    desk("journal", "resume", who="Ana")
    assert desk("journal", "verify").data["whole"] is True
    assert desk("journal", "resume", who="Ana", expect=4).code == "nothing_is_missing"
    assert [row["text"] for row in desk("inbox").data] == ["Stale."]


def test_a_backup_is_a_home(desk: Desk, tmp_path: Path) -> None:
    desk.paste("Stale.")
    desk.enrol("Ana")
    copy = tmp_path / "back" / "calmreply.db"
    copy.parent.mkdir()
    desk("backup", str(copy))
    assert desk("backup", str(copy), expect=4).code == "file_exists"
    restored = replace(desk, folder=copy.parent)
    (row,) = restored("inbox").data
    assert row["text"] == "Stale."
    assert restored("case", "read", row["case"], who="Ana", expect=4).code == "key_missing"
    assert copy.stat().st_mode & 0o777 == 0o600
