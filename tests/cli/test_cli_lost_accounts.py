"""An account that sources are read through is removed, as it is typed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

import pytest

from calmreply.testing.listeners import ScriptedListener

if TYPE_CHECKING:
    from tests.cli.conftest import Desk


@pytest.fixture
def box(desk: Desk) -> ScriptedListener:
    made = ScriptedListener()
    desk.parts = replace(desk.parts, listeners=cast("Any", {"box": made}))
    return made


def test_what_stops_is_said_and_what_to_type_moves_it(desk: Desk, box: ScriptedListener) -> None:
    lost = desk("channel", "add", "box", "--set", "host=mail.example").data["account"]
    source = desk("source", "add", "--kind", "box").data["source"]
    assert desk("channel", "remove", lost).data == {"removed": lost, "stopped": [source]}
    (row,) = desk("source", "list").data
    typed = (
        "To read it through another account (calmreply channel list):"
        f" calmreply source use-account {source} ACCOUNT"
    )
    assert row["remedy"] == {
        "do": "use_account",
        "words": "The account it was read through is not set up any more.",
        "action": "Choose an account",
        "typed": typed,
    }
    assert typed in desk.text("source", "list")
    other = desk("channel", "add", "box", "--set", "host=other.example").data["account"]
    moved = desk("source", "use-account", source, other).data
    assert moved == {"source": source, "feed": f"box:{other}/INBOX"}
    (well,) = desk("listen", "--once").data
    assert well["error"] is None
    assert [one[0].account.settings["host"] for one in box.asked if one[0].account][-1] == (
        "other.example"
    )
    words = desk.text("channel", "remove", other)
    assert "1 source listened through it and has stopped: Letter box." in words
    assert desk("journal", "verify").data
