"""What there is to set up and to listen to, and what each of it takes, as it is typed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.cli.conftest import Desk


@pytest.fixture
def shipped(desk: Desk) -> Desk:
    """With all that is installed with the program."""
    return replace(desk, parts=replace(desk.parts, channels=None, listeners=None))


def test_the_kinds_of_accounts_are_named_by_the_help_and_listed(shipped: Desk) -> None:
    kinds = [one["kind"] for one in shipped("channel", "fields").data]
    assert kinds
    for command in ("add", "fields"):
        assert ", ".join(kinds) in " ".join(shipped.text("channel", command, "--help").split())
    listed = shipped.text("channel", "fields")
    assert "imap          Mailbox" in listed
    assert "calmreply channel fields KIND" in listed
    assert "hand" not in kinds, "it needs no account"
    assert shipped("channel", "fields", "imap").data[0]["name"] == "host"


def test_the_values_of_a_field_are_said_the_usual_one_first(shipped: Desk) -> None:
    told = shipped.text("source", "kinds")
    watched = {one["kind"]: one["fields"] for one in shipped("source", "kinds").data}
    for kind in ("bluesky", "mastodon"):
        field = next(one for one in watched[kind] if one["choices"])
        line = next(one for one in told.splitlines() if one.startswith(f"{kind}:"))
        values = line.split(f"{field['name']}=")[1].split(",")[0].split("|")
        assert sorted(values) == sorted(field["choices"])
        assert values[0] == (field["default"] or values[0])
