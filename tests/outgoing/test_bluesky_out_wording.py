"""How a reply on Bluesky is made: its key, its length, what can be pressed, what it hangs on."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calmreply.adapters.channels.bluesky import refs, wording
from calmreply.adapters.channels.interface import link
from calmreply.adapters.channels.letters import letters
from calmreply.app.ports.storage import Account
from calmreply.domain import reply
from calmreply.testing.contracts.channel import CREATED, FIRST, SECOND, code_of, sample

CID: Final = "bafyreib2rxk3rh6kzwq4cd2ue6e7gvbzm6x4q2kpxpwrk3lvb5cm2jd2aa"
CID2: Final = CID.replace("2", "3")
PARENT: Final = "at://did:plc:anna/app.bsky.feed.post/3kabc"
ROOT: Final = "at://did:plc:bob/app.bsky.feed.post/3kroot"
TARGET: Final = f"{PARENT} {CID} {ROOT} {CID2} @anna.example"
KEY: Final = wording.tid(FIRST)


@given(st.text())
def test_a_key_is_a_tid_of_the_past(token: str) -> None:
    key = wording.tid(token)
    assert len(key) == 13
    assert key[0] in "234567abcdefghij"
    number = 0
    for letter in key:
        number = number << 5 | "234567abcdefghijklmnopqrstuvwxyz".index(letter)
    when = datetime.fromtimestamp((number >> 10) / 1e6, UTC)
    assert datetime(2020, 1, 1, tzinfo=UTC) <= when < datetime(2025, 1, 1, tzinfo=UTC)


def test_keys_of_many_tokens_are_all_their_own() -> None:
    assert len({wording.tid(f"token {number}") for number in range(20_000)}) == 20_000


PARTS: Final = (
    *("Größe ", "雪", "👩‍👩‍👧 ", "\n", "x", "https://"),
    *("https://shop.example/ä?b=1. ", "https://shop.example/ä ", "(https://a.example/x) "),
    *("@anna.example", "@Anna.Example, ", "@anna.example.org ", "mail@anna.example "),
    "https://b.example/@anna.example ",
)
WORDS = st.lists(st.sampled_from(PARTS), max_size=12).map("".join)


@given(WORDS)
def test_what_can_be_pressed_is_exactly_what_stands_there(text: str) -> None:
    record = {**sample(TARGET, text=text), "links": list(reply.links(text))}
    account = Account("1", "bluesky", {"handle": "shop.example"})
    post = wording.post_in(wording.render(record, account, KEY, CREATED))
    raw = text.encode()
    assert post["text"] == text
    end, links = 0, []
    places = sorted(post.get("facets", []), key=lambda one: int(one["index"]["byteStart"]))
    for facet in places:
        start, stop = facet["index"]["byteStart"], facet["index"]["byteEnd"]
        assert end <= start < stop <= len(raw)
        end = stop
        shown = raw[start:stop].decode()
        (feature,) = facet["features"]
        if feature["$type"].endswith("#link"):
            assert feature["uri"] == shown
            links.append(shown)
        else:
            assert feature["did"] == "did:plc:anna"
            assert shown.lower() == "@anna.example"
            assert raw[stop : stop + 4] != b".org"
            assert not raw[:start].endswith((b"/", b"mail"))
    assert links == [one for one in record["links"] if link(one)]


PIECES: Final = [
    "a",
    "é",
    "e\u0301",
    "雪",
    "\r\n",
    "👩‍👩‍👧‍👦",
    "🇩🇪",
    "👍🏽",
    "🏴\U000e0067\U000e0062\U000e007f",
    "क्षि",
]


@given(st.lists(st.sampled_from(PIECES), max_size=40))
def test_a_letter_is_what_a_person_calls_one(pieces: list[str]) -> None:
    # Spaces keep neighbours from joining.
    assert letters(" ".join(pieces)) == max(0, 2 * len(pieces) - 1)


@given(st.text(max_size=400))
def test_a_text_that_fits_is_one_that_the_site_takes(text: str) -> None:
    fits = letters(text) <= 300 and len(text.encode("utf-8", "surrogatepass")) <= 3_000
    assert (wording.length(text) <= wording.MOST_LETTERS) == fits


@given(st.booleans(), st.booleans())
def test_what_is_answered_is_told_in_one_line_and_read_again(own_root: bool, named: bool) -> None:
    parent = refs.Ref(PARENT, CID)
    hangs = refs.Hangs(
        parent, parent if own_root else refs.Ref(ROOT, CID2), "anna.example" if named else ""
    )
    assert refs.read(str(hangs)) == hangs
    assert refs.read(f"{hangs} ") is None
    assert refs.read(str(hangs).replace(" ", "  ", 1)) is None


def test_a_post_names_what_it_answers_and_what_the_thread_began_with() -> None:
    account = Account("1", "bluesky", {"handle": "shop.example"})
    post = wording.post_in(wording.render(sample(TARGET), account, KEY, CREATED))
    assert post["reply"] == {
        "parent": {"uri": PARENT, "cid": CID},
        "root": {"uri": ROOT, "cid": CID2},
    }
    assert post["createdAt"] == CREATED


def test_in_anothers_name_it_is_another_reply() -> None:
    bytes_ = {
        wording.render(sample(TARGET), Account("1", "bluesky", settings), KEY, CREATED)
        for settings in (
            {"handle": "shop.example", "service": "https://bsky.social"},
            {"handle": "other.example", "service": "https://bsky.social"},
            {"handle": "shop.example", "service": "https://own.example"},
        )
    }
    assert len(bytes_) == 3


def test_what_is_private_is_not_said_where_all_can_read_it() -> None:
    account = Account("1", "bluesky", {"handle": "shop.example"})
    record = sample(TARGET, visibility="private")
    assert code_of(lambda: wording.render(record, account, KEY, CREATED)) == "public_only"
    assert code_of(lambda: wording.render(record, None, KEY, CREATED)) == "no_account"
    assert wording.tid(FIRST) != wording.tid(SECOND)


@pytest.mark.parametrize(
    ("told", "langs"),
    [("", None), (" de ", ["de"]), ("pt-BR", ["pt-BR"]), ("zh-Hant-TW", ["zh-Hant-TW"])],
)
def test_its_language_is_said_where_the_account_tells_it(
    told: str, langs: list[str] | None
) -> None:
    """And never guessed: nothing is in the bytes of an account that does not tell."""
    account = Account("1", "bluesky", {"handle": "shop.example", "language": told})
    silent = Account("1", "bluesky", {"handle": "shop.example"})
    wire = wording.render(sample(TARGET), account, KEY, CREATED)
    if not told:
        assert wire == wording.render(sample(TARGET), silent, KEY, CREATED)
    assert wording.post_in(wire).get("langs") == langs


@pytest.mark.parametrize("wrong", ["German", "x" * 80, "d", "de_AT", "de,en", "d\u00e9"])
def test_what_is_no_language_is_told_before_anything_leaves(wrong: str) -> None:
    account = Account("1", "bluesky", {"handle": "shop.example", "language": wrong})
    assert code_of(lambda: wording.render(sample(TARGET), account, KEY, CREATED)) == "bad_settings"
