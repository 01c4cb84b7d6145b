"""The own WordPress, typed: heard, answered under the comment, their answer, off the page."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from tests.cli.conftest import Desk, open_line
from tests.listening.real_wordpress import RealWordPress, running

from calmreply.adapters.channels.wordpress import WordPress

if TYPE_CHECKING:
    from collections.abc import Iterator

    from calmreply.testing.clock import FakeClock

pytestmark = pytest.mark.timeout(600)  # the first test may have to install it all
SAID = "The rolls were cold & hard."
REPLY = "Dear Carla, thank you for telling us. I am sorry that they were cold. Ana, Blue Door"
SIGNED = ["--ticks", "true,kind,promise,private"]
OFF = ["--what", "trash", "--ground", "private_data", "--evidence", "Her neighbour's number"]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealWordPress]:
    yield from running(tmp_path_factory.mktemp("wordpress"))


@pytest.fixture
def shop(desk: Desk, site: RealWordPress) -> Desk:
    """Ana and Ben, who listen to their own site."""
    site.php('$wpdb->query("DELETE FROM wp_comments");')
    wordpress = WordPress()
    channels = {**(desk.parts.channels or {}), wordpress.kind: wordpress}
    desk.parts = replace(desk.parts, channels=channels, listeners={wordpress.kind: wordpress})
    desk.enrol("Ana")
    desk.enrol("Ben", vouching="Ana")
    with open_line(site.passwords["anna"]) as number:
        fields = ["--set", f"address={site.address}", "--set", "user=anna"]
        words = ["channel", "add", "wordpress", *fields, "--secret-fd", str(number)]
        account = desk(*words, who="Ana").data["account"]
    desk("source", "add", "--kind", "wordpress", "--account", account, "--allow-private")
    return desk


def heard(shop: Desk, author: str) -> str:
    shop("listen", "--once")
    return next(str(row["case"]) for row in shop("inbox").data if row["author"] == author)


def judged(shop: Desk, case: str, verdict: str = "genuine", kind: str = "complaint") -> None:
    shop("case", "read", case, who="Ana")
    shop("case", "feel", case, "calm", who="Ana")
    said = ["--kind", kind, "--verdict", verdict, "--evidence", "Order 212"]
    shop("case", "judge", case, *said, who="Ana")


def test_answered_under_the_comment_and_their_answer_comes_back(
    shop: Desk, site: RealWordPress, clock: FakeClock
) -> None:
    carla = site.visitor("Carla", SAID)
    site.call("POST", f"comments/{carla}", {"status": "approved"})
    case = heard(shop, "Carla")
    judged(shop, case)
    shop("write", case, "--file", "-", stdin=REPLY, who="Ana")
    shop("ask", case, "--who", "Ben", who="Ana")
    shop("sign", case, *SIGNED, who="Ben")
    clock.advance(minutes=30)
    shop("look", case, "--choose", "send", who="Ana")
    report = shop("send", case, who="Ana").data
    assert report["state"] == "sent"
    (ours,) = site.call("GET", f"comments?parent={carla}&context=edit")
    assert ours["content"]["raw"] == REPLY
    assert shop("send", case, who="Ana", expect=3).blockers[0] == "already_sent"
    site.php(
        "wp_insert_comment(['comment_post_ID' => 1, 'comment_approved' => 1, "
        f"'comment_parent' => {ours['id']}, 'comment_author' => 'Carla', "
        "'comment_content' => 'And what now?']);"
    )
    shop("listen", "--once")
    rows = shop("inbox").data
    assert {row["case"] for row in rows} == {case}  # an answer to our answer belongs to it
    assert shop("journal", "verify").exit == 0


def test_a_genuine_complaint_leaves_the_page_with_a_second_person(
    shop: Desk, site: RealWordPress
) -> None:
    dora = site.visitor("Dora", SAID)
    case = heard(shop, "Dora")
    judged(shop, case)

    def status() -> str:
        return str(site.call("GET", f"comments/{dora}?context=edit")["status"])

    without = ["--what", "trash", "--evidence", "It is bad for us"]
    assert shop("case", "moderate", case, *without, who="Ana", expect=4).code == "ground_missing"
    asked = shop("case", "moderate", case, *OFF, who="Ana").data
    assert (asked["state"], asked["asked"]["needs_second"], status()) == ("asked", True, "hold")
    own = shop("case", "moderate", case, "--agree", who="Ana", expect=4)
    assert own.code == "own_wish"
    assert shop("case", "moderate", case, "--agree", who="Ben").data["state"] == "done"
    assert status() == "trash"
    shown = shop("case", "show", case).data["own_site"]
    assert (shown["hidden"], shown["asked"]) == ("trash", None)
    assert shown["reach_out"]
    assert "Her neighbour's number" in shop.text("case", "show", case)
    assert shop("case", "moderate", case, "--what", "show", who="Ana").data["state"] == "done"
    assert status() == "approved"
    assert shop("case", "moderate", case, "--agree", who="Ben", expect=4).code == "not_asked"
    assert shop("journal", "verify").exit == 0


def test_refused_spam_and_reported(shop: Desk, site: RealWordPress) -> None:
    ewa = site.visitor("Ewa", "Cheap pills")
    case = heard(shop, "Ewa")
    judged(shop, case)
    shop("case", "moderate", case, *OFF, who="Ana")
    no = ["--refuse", "It is her own number"]
    assert shop("case", "moderate", case, *no, who="Ben").data["state"] == "stays"
    judged(shop, case, "spam")
    spam = ["--what", "spam", "--ground", "spam", "--evidence", "Pills"]
    assert shop("case", "moderate", case, *spam, who="Ana").data["state"] == "asked"
    judged(shop, case, "spam", "question")
    shop("case", "moderate", case, "--refuse", "It is no complaint", who="Ana")
    assert shop("case", "moderate", case, *spam, who="Ana").data["state"] == "done"
    assert site.call("GET", f"comments/{ewa}?context=edit")["status"] == "spam"
    pasted = shop.paste("They never paid me", author="Fay")
    report = ["--ground", "not_ours", "--evidence", "Another shop of that name"]
    assert shop("case", "report", pasted, *report, who="Ana").data["state"] == "reported"
    assert shop("case", "show", pasted).data["own_site"]["reach_out"]
    assert shop("case", "moderate", pasted, *OFF, who="Ana", expect=4).code == "not_own_site"


def test_the_help_names_the_grounds_and_none_is_negative(desk: Desk) -> None:
    said = " ".join(desk.text("case", "moderate", "--help").split())
    for word in ("offence", "private_data", "spam", "not_ours", "competitor", "law"):
        assert f"{word}:" in said
    assert "negative is no ground" in said
