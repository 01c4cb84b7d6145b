"""Two processes at once want to send the same replies of one home: each leaves once."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from tests.soak import shop
from tests.soak.helpers import WHOLE, Sender, told
from tests.soak.shop import COOLED, Place

pytestmark = pytest.mark.timeout(3600)
HOMES, REPLIES = (10, 100) if WHOLE else (1, 40)
"""Each reply has the whole journal of its home checked, so a thousand in one would only be slow."""


def test_each_is_sent_once(sender: Sender, tmp_path: Path) -> None:
    """Half are chosen by both at once, half were tried before and are due for both."""
    counts = Counter[str]()
    for home in range(HOMES):
        folder = tmp_path / str(home)
        folder.mkdir()
        counts += race(sender, Place(str(folder)))
    assert counts["letters"] == HOMES * REPLIES
    told("two at once", HOMES * REPLIES, counts)


def race(sender: Sender, place: Place) -> Counter[str]:
    pairs = shop.found(place, REPLIES, tried=REPLIES // 2)
    sender.begin("race", place.at(COOLED + 5), pairs=pairs)
    said = [sender.hear("did", "ended", patience=1800) for _each in range(4)]
    assert [one["status"] for one in said if one["at"] == "ended"] == [0, 0]
    shares = [one["won"].get("sent", 0) for one in said if one["at"] == "did"]
    letters = Counter(place.letters.read_text().split())
    assert len(letters) == REPLIES
    assert set(letters.values()) == {1}
    left = sender.does("recover", place.at(COOLED + 10), cases=[case for case, _entry in pairs])
    assert left["whole"]
    assert {one["state"] for one in left["stands"].values()} == {"sent"}
    assert {one["key"] for one in left["stands"].values()} == set(letters)
    # Whoever came too late may be told as well that it is sent, and by nobody twice.
    assert sum(shares) >= REPLIES
    assert min(shares) > 0, "they did not race"
    return Counter({"letters": len(letters), "first": shares[0]})
