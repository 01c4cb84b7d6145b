"""Pasted, then brought by a feed: one case, over a real file; and two again if somebody says."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.cli.conftest import Desk, Town

    from calmreply.testing.clock import FakeClock

POST = (
    "We waited forty minutes for a loaf of rye bread, the lady at the counter was on the phone all "
    "the time, and in the end they had sold it to somebody else."
)


def test_one_case_of_two_mentions_and_two_again(desk: Desk, town: Town, clock: FakeClock) -> None:
    desk.enrol("Ana")
    case = desk.paste(
        POST, "--url", "http://www.talk.example/17?utm_source=mail", author="Lena Ott"
    )
    town.say("17", POST[:120] + " [...]", when=clock.wall - timedelta(minutes=5))
    town.say("18", "Lovely place, we come every week.", when=clock.wall - timedelta(minutes=4))
    desk("source", "add", town.url, "--allow-private")
    desk("listen", "--once")
    found = {row["mention"]: row["case"] for row in desk("inbox").data}
    assert len(found) == 3
    assert sorted(found.values()).count(case) == 2
    shown = desk("case", "show", case).data
    first, second = shown["mentions"]
    assert shown["mention"] == first
    assert (first["author"], second["url"]) == ("Lena Ott", "https://talk.example/17")
    assert f"Also (mention {second['mention']})" in desk.text("case", "show", case)
    refused = desk("case", "split", first["mention"], who="Ana", expect=4)
    assert refused.code == "comes_first"
    own = desk("case", "split", second["mention"], who="Ana").data
    assert own == {"mention": second["mention"], "case": own["case"]}
    assert own["case"] not in found.values()
    assert [one["mention"] for one in desk("case", "show", case).data["mentions"]] == [
        first["mention"]
    ]
    assert desk("case", "show", own["case"]).data["mention"]["text"] == second["text"]
    # Either tells by whom it was put apart.
    assert "Also said at" in desk.text("case", "show", case)
    assert f"apart: it is case {own['case']} now" in desk.text("case", "show", case)
    came = f"Ana put it apart from case {case}, to which it had come"
    assert came in desk.text("case", "show", own["case"])
    kinds = [one["kind"] for one in desk("case", "show", case).data["timeline"]]
    assert kinds == ["mention_joined", "mention_split"]
    assert desk("journal", "verify").exit == 0
    town.items.append("")
    (row,) = desk("listen", "--once").data
    assert (row["new"], row["changed"]) == (0, 0)
    assert len(desk("case", "show", case).data["mentions"]) == 1
