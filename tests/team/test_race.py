"""Two computers of a team want to send the same replies at once: each leaves once."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from pathlib import Path

import pytest
from tests.soak.conftest import sender
from tests.soak.helpers import WHOLE, Sender, told
from tests.soak.shop import COOLED
from tests.storage.cluster import Cluster
from tests.team.shops import moved

__all__ = ["sender"]

pytestmark = pytest.mark.timeout(7200)
HOMES, REPLIES = (10, 100) if WHOLE else (1, 24)
"""Each reply has the whole journal of its home checked, so a thousand in one would only be slow."""


def test_each_is_sent_once(sender: Sender, cluster: Cluster, founded: str, tmp_path: Path) -> None:
    """Half are chosen by both at once, half were tried before and are due for both."""
    counts = Counter[str]()
    for home in range(HOMES):
        folder = tmp_path / str(home)
        folder.mkdir()
        counts += race(sender, cluster, founded, folder)
    assert counts["letters"] == HOMES * REPLIES
    told("two computers at once", HOMES * REPLIES, counts)


def race(sender: Sender, cluster: Cluster, founded: str, folder: Path) -> Counter[str]:
    office, counter, name, pairs = moved(cluster, founded, folder, REPLIES, tried=REPLIES // 2)
    later = counter.at(COOLED + 5)
    sender.begin("race", office.at(COOLED + 5), other=asdict(later), pairs=pairs)
    said = [sender.hear("did", "ended", patience=1800) for _each in range(4)]
    assert [one["status"] for one in said if one["at"] == "ended"] == [0, 0]
    shares = [one["won"].get("sent", 0) for one in said if one["at"] == "did"]
    letters = Counter(office.letters.read_text().split())
    assert len(letters) == REPLIES
    assert set(letters.values()) == {1}
    cluster.run(name, "ALTER TABLE payloads ENABLE TRIGGER payloads_say_the_time")
    left = sender.does("recover", later.at(COOLED + 10), cases=[case for case, _entry in pairs])
    assert left["whole"]
    assert {one["state"] for one in left["stands"].values()} == {"sent"}
    assert {one["key"] for one in left["stands"].values()} == set(letters)
    # Whoever came too late may be told as well that it is sent, and by nobody twice.
    assert sum(shares) >= REPLIES
    assert min(shares) > 0, "they did not race"
    return Counter({"letters": len(letters), "first": shares[0]})
