"""The whole main job by commands alone, on a clock moved by hand, against real servers."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tests.cli.conftest import MAIL_PASSWORD, Desk, Post, Town, open_line

from calmreply.testing.clock import FakeClock
from calmreply.testing.secrets import FakeSecrets

GOOD = "--ticks", "true,kind,promise,private"
REPLY = "Dear Robin, we are sorry about the bread. Please come by; we would like to talk. Ana\n"


def listen_to_town(desk: Desk, town: Town, clock: FakeClock) -> str:
    """Add the feed by its page, hear one angry voice, and return its case."""
    town.say("17", "Stale bread and no word of regret.", when=clock.wall - timedelta(minutes=30))
    old = clock.wall - timedelta(days=20)
    town.say("3", "They moved to the market square.", when=old)
    added = desk("source", "add", town.server.url_for("/"), "--allow-private").data
    assert (added["feed"], added["title"], added["found"]) == (town.url, "Town talk", 2)
    assert desk("inbox").data == []
    (row,) = desk("listen", "--once").data
    assert row == {"source": added["source"], "new": 2, "changed": 0, "error": None}
    (row,) = desk("listen", "--once").data
    assert (row["new"], row["changed"]) == (0, 0)
    new, older = desk("inbox").data
    assert new["stage"] == "new"
    assert new["text"] == "Stale bread and no word of regret."
    assert datetime.fromisoformat(new["published"]) == clock.wall - timedelta(minutes=30)
    assert (older["stage"], older["case"]) == ("older", None)
    return str(new["case"])


def prepare(desk: Desk, case: str, *, feeling: str = "calm") -> None:
    desk("case", "read", case, who="Ana")
    desk("case", "feel", case, feeling, who="Ana")
    judged = ["--kind", "complaint", "--verdict", "genuine", "--evidence", "Order 212, Tuesday."]
    desk("case", "judge", case, *judged, who="Ana")


def sign(desk: Desk, case: str, who: str = "Ben") -> None:
    desk("ask", case, "--who", who, who="Ana")
    desk("sign", case, *GOOD, who=who)


def ready(desk: Desk, clock: FakeClock, case: str, *how: str) -> None:
    """From new to one Send away."""
    prepare(desk, case)
    desk("write", case, "--file", "-", *how, stdin=REPLY, who="Ana")
    sign(desk, case)
    clock.advance(minutes=20)
    desk("look", case, "--choose", "send", who="Ana")
    assert desk.gate(case) == []


def test_from_feed_to_debrief_by_mail(
    desk: Desk, town: Town, post: Post, clock: FakeClock, secrets: FakeSecrets
) -> None:
    case = listen_to_town(desk, town, clock)
    everything = "not_read not_judged cooling_person empty needs_second_person second_look"
    assert desk.gate(case) == everything.split()
    assert desk("send", case, expect=3).blockers[-1] == "second_look"  # nobody is here yet
    desk.enrol("Ana")
    desk.enrol("Ben", vouching="Ana", role="baker", mail="ben@bluedoor.example")
    with open_line(MAIL_PASSWORD) as number:
        words = ["channel", "add", "mail", *post.settings(), "--secret-fd", str(number)]
        account = desk(*words, who="Ana").data
    assert account["secret"] == "keyring"
    assert MAIL_PASSWORD not in json.dumps(account)
    assert desk("channel", "test", account["account"]).data["works"] is True

    desk("case", "read", case, who="Ana")
    assert "not_read" not in desk.gate(case)
    desk("case", "feel", case, "stung", who="Ana")
    said = desk("gate", case, expect=3)
    (cooling,) = [one for one in said.data["blockers"] if one["kind"] == "cooling_person"]
    assert cooling["clears_by"] == "time"
    assert datetime.fromisoformat(cooling["clears_at"]) == clock.wall + timedelta(minutes=60)
    assert "Ana" in cooling["words"]
    judged = ["--kind", "complaint", "--verdict", "genuine", "--evidence", "Order 212"]
    desk("case", "judge", case, *judged, who="Ana")
    assert "not_judged" not in desk.gate(case)
    to = ["--channel", "mail", "--to", "robin@customer.example", "--subject", "Your bread"]
    written = desk("write", case, "--file", "-", *to, stdin=REPLY, who="Ana")
    left = "cooling_person cooling_text needs_second_person second_look"
    assert written.blockers == left.split()
    assert desk("ask", case, "--who", "ben", who="Ana").data["stage"] == "with_reviewer"
    desk("sign", case, *GOOD, who="Ben")
    assert desk.gate(case) == ["cooling_person", "cooling_text", "second_look"]
    clock.advance(minutes=10)
    assert desk.gate(case) == ["cooling_person", "second_look"]
    too_early = desk("look", case, "--choose", "send", who="Ana", expect=3)
    assert too_early.blockers == ["cooling_person"]
    clock.advance(minutes=50)
    assert desk.gate(case) == ["second_look"]
    looked = desk("look", case, "--choose", "send", who="Ana").data
    assert (looked["mention"]["author"], looked["reply"]["text"]) == ("", REPLY.rstrip("\n"))
    assert desk("gate", case).data == {"blockers": []}
    send_by_mail(desk, post, case)
    close_and_debrief(desk, case)
    assert secrets.names()


def send_by_mail(desk: Desk, post: Post, case: str) -> None:
    assert post.taken == []
    report = desk("send", case, who="Ana").data
    assert report["state"] == "sent"
    (mail,) = post.taken
    assert (mail["To"], mail["Subject"]) == ("robin@customer.example", "Your bread")
    assert mail.get_content().splitlines() == REPLY.splitlines()
    assert mail["Message-ID"] == report["reference"]
    assert desk("send", case, who="Ana", expect=3).blockers[0] == "already_sent"
    assert len(post.taken) == 1


def close_and_debrief(desk: Desk, case: str) -> None:
    assert desk("inbox", "--stage", "follow_up").data[0]["case"] == case
    assert desk("case", "close", case, who="Ana").data["stage"] == "to_debrief"
    form: dict[str, Any] = {"better": "Taste it first.", "causes": ["product"]}
    action = {"words": "Taste at six", "who": "Ben", "by_when": "2026-03-17"}
    form |= {"feeling": "settled", "actions": [action]}
    assert desk("todo").data == []
    after = desk("debrief", case, "--file", desk.file(json.dumps(form)), who="Ana").data
    assert after["stage"] == "closed"
    whole = desk("journal", "verify").data
    assert whole["whole"] is True
    (again,) = desk("case", "show", case).data["debriefs"]
    assert (again["by"], again["answers"]) == ("Ana", {**again["answers"], **form})
    said = desk.text("case", "show", case)
    for words in ("Taste it first.", "Product", "Taste at six (Ben, by 2026-03-17)", "Settled"):
        assert words in said
    (intended,) = desk("todo").data
    whose = {"case": case, "author": "", "said_by": "Ana"}
    assert intended == {**action, **whose, "said_at": again["at"]}
    assert desk.text("todo") == (f"Taste at six (Ben, by 2026-03-17)  case {case}, nobody named\n")
    kinds = [step["kind"] for step in desk("case", "show", case).data["timeline"]]
    assert kinds.index("signed_off") < kinds.index("send_chosen") < kinds.index("debriefed")


def test_by_hand_and_its_ways_back(desk: Desk, clock: FakeClock) -> None:
    page = "https://reviews.example/17"
    more = ["--url", page, "--stars", "2/5", "--site", "Google", "--when", "2026-03-03"]
    case = desk.paste("Rude at the counter.", *more)
    (row,) = desk("inbox").data
    assert (row["stars"], row["kind"], row["url"], row["source"]) == (2, "complaint", page, None)
    assert desk.paste("Rude  at the counter.", *more) == case  # the same words are the same review
    desk.enrol("Ana", "Ben")
    assert desk("posted", case, "--url", page, who="Ana", expect=3).blockers
    ready(desk, clock, case)
    assert desk("posted", case, "--url", page, who="Ana", expect=3).data == {"blockers": []}
    assert desk.text("posted", case, "--url", page, who="Ana") == (
        "No reply by hand waits to be posted here. Say Send first, then that it is posted.\n"
    )
    report = desk("send", case, who="Ana").data
    assert (report["state"], report["url"]) == ("in_flight", page)
    assert report["text"] == REPLY.rstrip("\n")
    assert desk.gate(case) == ["in_flight"]
    assert desk("case", "close", case, who="Ana", expect=4).code == "still_sending"

    desk("posted", case, "--not-posted", who="Ana")
    assert desk.gate(case) == []  # the same sign-off holds
    desk("send", case, who="Ana")
    clock.advance(hours=25)
    (entry,) = desk("outbox", "list").data
    assert entry["state"] == "unsure"
    assert desk("inbox", "--stage", "needs_you").data[0]["case"] == case
    assert desk("outbox", "settle", entry["id"], "--appeared", "yes", who="Ben").data["state"] == (
        "sent"
    )
    assert desk("inbox").data[0]["stage"] == "follow_up"
    assert desk("outbox", "settle", entry["id"], "--appeared", "no", who="Ben", expect=4).code == (
        "not_unsure"
    )


def test_posted_with_a_note(desk: Desk, clock: FakeClock) -> None:
    promised = ["--how", "phone", "--promised", "a call back", "--promised-by", "2026-03-04T12:00"]
    case = desk.paste("Called: the cake was late.", *promised, "--contact", "0151 1234567")
    desk.enrol("Ana", "Ben")
    shown = desk("case", "show", case).data["mention"]
    assert shown["promise"] == {"words": "a call back", "due": "2026-03-04T12:00:00.000Z"}
    assert (shown["visibility"], shown["contact"]) == ("private", "0151 1234567")
    ready(desk, clock, case)
    desk("send", case, who="Ana")
    assert desk("posted", case, "--note", "Ana told her at nine.", who="Ana").data["state"] == (
        "sent"
    )


def test_holding_reply_goes_at_once_and_once(desk: Desk, clock: FakeClock) -> None:
    case = desk.paste("Burnt.", "--url", "https://reviews.example/18")
    desk.enrol("Ana")
    words = {one["id"] for one in desk("plan", "list").data["wordings"]}
    assert {"heard", "heard_contact"} <= words
    assert desk("hold", case, "--wording", "no such", who="Ana", expect=4).code == (
        "no_such_wording"
    )
    slot = ["--slot", f"contact={'01511234567'}"]
    assert desk("hold", case, "--wording", "heard_contact", *slot, who="Ana", expect=4).code == (
        "bad_slot"
    )
    held = desk("hold", case, "--wording", "heard", who="Ana").data
    assert held["state"] == "in_flight"
    assert "Robin Sample" in held["text"]
    desk("posted", case, "--url", "https://reviews.example/18#a", who="Ana")
    assert desk("hold", case, "--wording", "heard", who="Ana", expect=3).blockers == [
        "already_sent"
    ]
    shown = desk("case", "show", case).data
    assert shown["first_word"]["answered"] is not None
    assert shown["full_reply"]["answered"] is None
    assert "empty" in desk.gate(case)  # the full reply is still owed
    assert clock.wall


def test_answered_outside_goes_on_to_debrief(desk: Desk, clock: FakeClock) -> None:
    case = desk.paste("Where is my refund?")
    desk.enrol("Ana")
    words = ["answered-outside", case, "--text-file", desk.file("We called her."), "--when"]
    out = desk(*words, "2026-03-03T08:00:00+01:00", who="Ana").data
    assert out["stage"] == "follow_up"
    desk("case", "close", case, "--outcome", "no_answer", who="Ana")
    assert desk("debrief", case, "--later", "2026-03-02", who="Ana", expect=4).code == "day_is_past"
    assert desk("debrief", case, "--later", "2026-03-10", who="Ana").data["stage"] == "closed"
    clock.advance(days=8)
    assert desk("inbox", "--stage", "to_debrief").data[0]["case"] == case
    assert desk("debrief", case, "--file", desk.file("Call sooner."), who="Ana").data["stage"] == (
        "closed"
    )


def test_walking_away_and_taking_it_up_again(desk: Desk) -> None:
    case = desk.paste("Buy cheap watches")
    desk.enrol("Ana")
    assert desk("case", "aside", case, "--reason", " ", who="Ana", expect=4).code == (
        "reason_missing"
    )
    desk("case", "aside", case, "--reason", "An advertisement", who="Ana")
    assert desk("inbox", "--stage", "set_aside").data[0]["case"] == case
    assert desk("case", "reopen", case, "--reason", "A customer", who="Ana").data["stage"] == "new"


def test_the_second_person_is_somebody_else(desk: Desk, clock: FakeClock) -> None:
    case = desk.paste("Stale.")
    desk.enrol("Ana", "Ben", "Cleo")
    prepare(desk, case)
    desk("write", case, "--file", "-", stdin=REPLY, who="Ana")
    assert desk("ask", case, "--who", "Ana", who="Ana", expect=4).code == "wrote_it"
    assert desk("sign", case, *GOOD, who="Ana", expect=4).code == "wrote_it"
    assert desk("sign", case, *GOOD, who="Ben", expect=4).code == "not_asked"
    desk("ask", case, "--who", "Ben", who="Ana")
    assert desk("sign", case, *GOOD, who="Cleo", expect=4).code == "not_asked"
    assert desk("sign", case, "--ticks", "true,kind", who="Ben", expect=4).code == "ticks_missing"
    remark = ["remark", case, "--file", desk.file("Say when.")]
    assert "changes_asked" in desk(*remark, who="Ben").blockers
    remark += ["--suggest", desk.file("Come at eight.")]
    assert desk(*remark, who="Ben").exit == 0
    assert desk("write", case, "--suggestion", "2", who="Ana", expect=4).code == (
        "no_such_suggestion"
    )
    taken = desk("write", case, "--suggestion", "1", who="Ana")
    assert (taken.data["revision"], taken.data["suggestion"]) == (2, 1)
    (said,) = desk("case", "show", case).data["suggestions"]
    assert (said["by"], said["text"], said["taken"]) == ("Ben", "Come at eight.", True)
    shown = desk.text("case", "show", case)
    assert "suggested by Ben" in shown
    assert "Suggestion 1 by Ben  taken over" in shown
    desk("ask", case, "--who", "Ben", who="Ana")
    assert "changes_asked" not in desk("sign", case, *GOOD, who="Ben").blockers
    desk("write", case, "--file", "-", stdin="Come at nine.", who="Ana")
    sign(desk, case)
    clock.advance(minutes=20)
    desk("look", case, "--choose", "send", who="Ana")
    assert desk.gate(case) == []
    desk("withdraw", case, who="Ben")
    assert "sign_off_lapsed" in desk.gate(case)
    assert desk("withdraw", case, who="Ben", expect=4).code == "nothing_to_withdraw"
    sign(desk, case)
    assert desk.gate(case) == []
    # One letter, and it is asked for again.
    desk("write", case, "--file", "-", stdin="Come at nine!", who="Ana")
    assert {"sign_off_lapsed", "cooling_text", "second_look"} <= set(desk.gate(case))
    assert desk("send", case, who="Ana", expect=3).blockers == desk.gate(case)
    # Cleo wrote some of it; started afresh by Ana, Cleo may sign it.
    desk("case", "read", case, who="Cleo")
    desk("case", "feel", case, "calm", who="Cleo")
    desk("write", case, "--file", "-", stdin="Come at ten.", who="Cleo")
    assert desk("ask", case, "--who", "Cleo", who="Ana", expect=4).code == "wrote_it"
    desk("write", case, "--file", "-", "--afresh", stdin="Come at ten.", who="Ana")
    sign(desk, case, "Cleo")
    assert "needs_second_person" not in desk.gate(case)


def test_offers_and_private_words(desk: Desk) -> None:
    case = desk.paste("Stale.", "--url", "https://reviews.example/9")
    desk.enrol("Ana", "Ben")
    with open_line(WORDS_OF_CLEO) as number:
        own = ["--may-offer", "50", "--passphrase-fd", str(number)]
        desk("people", "add", "Cleo", *own)
    prepare(desk, case)
    offer = ["--offer", "a cake", "--offer-amount", "28.00"]
    card = "Your card 4111 1111 1111 1111 is charged back."
    written = desk("write", case, "--file", "-", *offer, stdin=card, who="Ana")
    assert {"offer_above_limit", "private_data"} <= set(written.blockers)
    sign(desk, case, "Cleo")
    assert "offer_above_limit" not in desk.gate(case)
    assert "private_data" in desk.gate(case)
    half = desk("write", case, "--file", "-", "--offer", "cake", stdin="x", who="Ana", expect=4)
    assert half.code == "half_an_offer"
    written = desk("write", case, "--file", "-", "--private", "--no-offer", stdin=card, who="Ana")
    assert not {"offer_above_limit", "private_data"} & set(written.blockers)


WORDS_OF_CLEO = "nobody bakes on monday"


def test_changed_while_you_waited(desk: Desk, town: Town, clock: FakeClock) -> None:
    case = listen_to_town(desk, town, clock)
    desk.enrol("Ana", "Ben")
    ready(desk, clock, case)
    town.items[0] = town.items[0].replace("Stale bread", "Stale bread and a wasp")
    town.items.append("")
    (row,) = desk("listen", "--once").data
    assert (row["new"], row["changed"]) == (0, 1)
    assert "mention_changed" in desk.gate(case)
    assert desk("send", case, who="Ana", expect=3).blockers[0] == "mention_changed"


def test_a_round_says_how_many_are_older(desk: Desk, town: Town, clock: FakeClock) -> None:
    for key, days in (("1", 0), ("2", 20), ("3", 30)):
        town.say(key, "Stale.", when=clock.wall - timedelta(days=days, minutes=1))
    desk("source", "add", town.url, "--allow-private")
    assert "3 new, 2 of them older, 0 changed" in desk.text("listen", "--once")
    town.say("4", "Stale again.", when=clock.wall)
    assert "1 new, 0 changed" in desk.text("listen", "--once")


def test_rounds_that_fail(desk: Desk, town: Town, clock: FakeClock) -> None:
    assert desk("listen", "--once", expect=4).code == "no_sources"
    private = desk("source", "add", "http://127.0.0.1:9/", expect=4)
    assert private.code == "private_address"
    assert "--allow-private" in private.data["error"]["way_out"]
    listen_to_town(desk, town, clock)
    assert desk("source", "add", town.url, "--allow-private", expect=4).code == "source_exists"
    town.status = 404
    failed = desk("listen", "--once", expect=4)
    assert failed.code == "all_failed"
    assert failed.data["sources"][0]["error"]["code"] == "not_there"
    town.status, town.headers = 503, {"Retry-After": "600"}
    desk("listen", "--once", expect=4)
    asked = town.asked
    (row,) = desk("listen", "--once").data
    assert (row["error"]["code"], town.asked) == ("asked_to_wait", asked)
    clock.advance(minutes=12)
    town.status = 200
    (row,) = desk("listen", "--once").data
    assert row["error"] is None
    (source,) = desk("source", "list").data
    assert (source["error"], source["mentions"]) == (None, 2)
    desk("source", "remove", source["source"])
    assert desk("source", "list").data == []
    assert len(desk("inbox").data) == 2


def test_finding_in_the_inbox(desk: Desk) -> None:
    first = desk.paste("The rolls were cold", author="Ada")
    second = desk.paste("Warm rolls, warm welcome", "--stars", "5", author="Bo")
    found = desk("inbox", "--search", "rolls wel").data
    assert [row["case"] for row in found] == [second]
    assert len(desk("inbox", "--limit", "1").data) == 1
    desk.enrol("Ana")
    desk("case", "read", first, who="Ana")
    desk("case", "feel", first, "angry", who="Ana")
    (row,) = desk("inbox", "--stage", "cooling", "--search", "rolls").data
    assert (row["case"], row["kind"], row["stars"]) == (first, "complaint", None)
    long = "x" * 900
    desk.paste(long, author="Cy")
    assert long in [row["text"] for row in desk("inbox").data]


def test_lists_of_feeds(desk: Desk, town: Town, tmp_path: Path) -> None:
    opml = f"""<opml version="2.0"><body>
    <outline text="Town" xmlUrl="{town.url}"/><outline text="Gone" xmlUrl="{town.url}/gone"/>
    </body></opml>"""
    listed = desk("source", "import", desk.file(opml), "--allow-private").data
    assert [one["feed"] for one in listed["taken"]] == [town.url]
    (refused,) = listed["refused"]
    assert refused["address"].endswith("/gone")
    assert refused["words"]
    again = desk("source", "import", desk.file(opml), "--allow-private", expect=4)
    assert again.code == "nothing_taken"
    assert {one["code"] for one in again.data["refused"]} >= {"source_exists"}
    broken = tmp_path / "list.opml"
    broken.write_bytes(b"<opml><body><outline")
    assert desk("source", "import", str(broken), expect=4).exit == 4
