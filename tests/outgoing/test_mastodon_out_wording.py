"""How a reply on Mastodon is made: its length, who sees it, who is named, what it hangs on."""

from __future__ import annotations

import json
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calmreply.adapters.channels.letters import letters
from calmreply.adapters.channels.mastodon import Mastodon, refs, wording
from calmreply.app.ports.storage import Account
from calmreply.testing.contracts.channel import CREATED, FIRST, code_of, sample

HERE: Final = Account("1", "mastodon", {"instance": "https://social.example"})
HANGS: Final = "social.example/11 public @anna@customer.example"


def made(target: str, text: str = "We are sorry.", **more: str) -> dict[str, Any]:
    wire = wording.render(sample(target, text=text, **more), HERE, FIRST, CREATED)
    return dict(json.loads(wording.body(wire)))


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("public", "public"),
        ("unlisted", "unlisted"),
        ("private", "direct"),
        ("direct", "direct"),
        ("mutuals_only", "direct"),
        ("local", "unlisted"),
        (None, "unlisted"),
        (7, "direct"),
    ],
)
def test_an_answer_is_never_more_public_than_the_complaint(theirs: object, ours: str) -> None:
    target = str(refs.under("social.example", "11", theirs, "anna"))
    assert made(target)["visibility"] == ours
    assert made(target, visibility="private")["visibility"] == "direct"


def test_what_nobody_would_get_has_no_target() -> None:
    assert refs.under("social.example", "11", "direct", "") is None
    nameless = str(refs.under("social.example", "11", "public", ""))
    assert made(nameless)["status"] == "We are sorry."
    assert code_of(lambda: made(nameless, visibility="private")) == "bad_target"


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("Sorry.", "@anna@customer.example Sorry."),
        ("@anna@customer.example: sorry.", ""),
        ("Sorry, @Anna@Customer.Example.", ""),
        ("@anna sorry", "@anna@customer.example @anna sorry"),
        (
            "@anna@customer.example.org sorry",
            "@anna@customer.example @anna@customer.example.org sorry",
        ),
        ("x@anna@customer.example", "@anna@customer.example x@anna@customer.example"),
    ],
)
def test_who_is_answered_is_named_once(text: str, whole: str) -> None:
    assert made("social.example/11 public @anna@customer.example", text)["status"] == (
        whole or text
    )


def test_an_id_of_another_instance_is_answered_by_nobody() -> None:
    assert code_of(lambda: made("other.example/11 public @anna")) == "other_site"
    assert code_of(lambda: made("11")) == "bad_target"


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("", 0),
        ("a https://shop.example/" + "x" * 400, 25),
        ("http://a.b", 23),
        ("(https://shop.example).", 26),
        ("@anna@customer.example hello", 11),
        ("@anna@customer.example: hello", 12),
        ("anna@customer.example", 21),
        ("👩‍👩‍👧‍👦é", 2),
        ("https://a.example/@bob@b.example @bob@b.example", 28),
    ],
)
def test_a_text_is_as_long_as_an_instance_counts_it(text: str, length: int) -> None:
    assert wording.length(text) == length


@given(st.text(max_size=300))
def test_without_links_and_names_it_is_as_long_as_it_is(text: str) -> None:
    plain = text.replace("@", "").replace("://", "")
    assert wording.length(plain) == letters(plain)


def test_with_the_longest_name_the_limit_of_the_rules_fits() -> None:
    longest = Mastodon().rules("social.example").max_length
    assert longest is not None
    text = "x" * longest
    assert (
        wording.length(made(f"social.example/11 public @{'a' * 30}@b.example", text)["status"])
        == 500
    )
    name = "a" * 31
    assert code_of(lambda: made(f"social.example/11 public @{name}", text)) == "too_long"


@given(
    st.from_regex(r"[a-z0-9.]{1,20}", fullmatch=True),
    st.from_regex(r"[!-~]{1,40}", fullmatch=True),
    st.sampled_from(["public", "unlisted", "direct"]),
    st.sampled_from(["anna", "anna@b.example", "änne@b.example"]),
)
def test_what_is_answered_is_told_in_one_line_and_read_again(
    host: str, named: str, visible: str, name: str
) -> None:
    hangs = refs.Hangs(host, named, visible, name)
    assert refs.read(str(hangs)) == hangs


@pytest.mark.parametrize(
    ("told", "said"), [("", None), ("de", "de"), ("pt-BR", "pt"), (" EN ", "en")]
)
def test_its_language_is_said_where_the_account_tells_it(told: str, said: str | None) -> None:
    """As instances know it, without its country; and never guessed."""
    account = Account("1", "mastodon", {"instance": "https://social.example", "language": told})
    wire = wording.render(sample(HANGS), account, FIRST, CREATED)
    assert json.loads(wording.body(wire)).get("language") == said
    if not told:
        assert wire == wording.render(sample(HANGS), HERE, FIRST, CREATED)


def test_what_is_no_language_is_told_before_anything_leaves() -> None:
    account = Account("1", "mastodon", {"instance": "https://social.example", "language": "?"})
    assert code_of(lambda: wording.render(sample(HANGS), account, FIRST, CREATED)) == "bad_settings"
