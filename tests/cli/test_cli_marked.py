"""At the terminal: what is urgent, in how many places it was said, and that it has changed."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.cli.conftest import Desk, Town

    from calmreply.testing.clock import FakeClock

POST = (
    "We waited forty minutes for a loaf of rye bread, the lady at the counter was on the phone all "
    "the time, and then I saw that my son is on the floor with his allergy. Nobody helped."
)


def test_the_inbox_and_the_story_tell(desk: Desk, town: Town, clock: FakeClock) -> None:
    desk.enrol("Ana")
    case = desk.paste(POST, "--url", "http://www.talk.example/17", author="Lena Ott")
    desk.paste("Lovely place, we come every week.", author="Owen")
    said = clock.wall - timedelta(minutes=5)
    town.say("17", POST, when=said)
    desk("source", "add", town.url, "--allow-private")
    desk("listen", "--once")
    marks = [(row["case"] == case, row["urgent"], row["places"]) for row in desk("inbox").data]
    assert sorted(marks) == [(False, False, 1), (True, True, 2), (True, True, 2)]
    shown = desk.text("inbox")
    assert shown.count("  Urgent  ") == shown.count("  2 places  ") == 2
    clock.advance(minutes=30)
    town.items.clear()
    town.say("18", "The tea room is closed on Mondays.", when=said)
    town.say("17", f"{POST} Never again.", when=said)
    desk("listen", "--once")
    desk("case", "read", case, who="Ana")
    assert not any(row["urgent"] for row in desk("inbox").data)
    assert "Urgent" not in desk.text("inbox")
    story = desk.text("case", "show", case)
    assert story.index("Also said at") < story.index("changed what they said")
    assert story.index("changed what they said") < story.index("Ana read all of it")
    kinds = [one["kind"] for one in desk("case", "show", case).data["timeline"]]
    assert kinds == ["mention_joined", "mention_changed", "page_read"]
