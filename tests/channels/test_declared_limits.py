"""Each channel says what its place allows: how long, what can be done later, and who is told."""

from __future__ import annotations

import pytest

from calmreply.adapters.channels import registry
from calmreply.app.ports.channels import Dislikes, Unit
from calmreply.app.words import wording_channel

CHANNELS = registry.load(registry.OWN).channels
DELETED = "It can be taken down at the site later, but not changed."
BOTH = "It can be changed or taken down at the site later."
NEITHER = "Once sent, it can neither be changed nor taken back."


@pytest.mark.parametrize(
    ("kind", "site", "most", "unit", "later"),
    [
        ("mail", "", None, Unit.CHARACTERS, NEITHER),
        ("wordpress", "Blue Door", 65_525, Unit.BYTES, BOTH),
        ("bluesky", "Bluesky", 300, Unit.GRAPHEMES, DELETED),
        ("mastodon", "social.example", None, Unit.GRAPHEMES, BOTH),
        ("hand", "Google", 4_096, Unit.BYTES, BOTH),
    ],
)
def test_what_each_place_allows(
    kind: str, site: str, most: int | None, unit: Unit, later: str
) -> None:
    rules = CHANNELS[kind].rules(site)
    assert rules.unit is unit
    assert most is None or rules.max_length == most
    assert (rules.max_length is None) == (kind == "mail")
    assert rules.told
    assert wording_channel.after(rules) == later
    assert {rules.told, later} <= set(wording_channel.sentences(rules))


def test_every_channel_is_in_the_table_and_counts_as_its_site_does() -> None:
    assert set(CHANNELS) == {"mail", "wordpress", "bluesky", "mastodon", "hand"}
    family = "👩‍👩‍👧"
    lengths = {kind: channel.length(f"{family}ß") for kind, channel in CHANNELS.items()}
    assert (lengths["bluesky"], lengths["mastodon"]) == (2, 2)
    assert lengths["wordpress"] == lengths["hand"] == len(f"{family}ß".encode())


def test_a_site_of_which_nothing_is_known_has_no_rules_and_says_none() -> None:
    rules = CHANNELS["hand"].rules("Corner forum")
    assert (rules.max_length, wording_channel.sentences(rules)) == (None, ())
    assert Dislikes.CONTACT in CHANNELS["hand"].rules("Tripadvisor").dislikes
