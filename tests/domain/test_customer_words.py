"""A known customer's details in a text that everybody would read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calmreply.domain.customer import Details, customer_words, mails, phones
from calmreply.domain.private import PrivateKind

MARTA = Details(
    contacts=("marta.sample@post.example", "+49 30 555 01 23", "Elm Street 5, 1234 Sampletown"),
    evidence=("Order 8817 of 2 March 2026, 14:30", "invoice RE-2026-0042"),
)
FOUND = [
    ("Dear Marta, write to Marta.Sample@POST.example.", PrivateKind.MAIL),
    ("we called 030 / 5550123 twice", PrivateKind.PHONE),
    ("we called (0049) 30-555-01-23", PrivateKind.PHONE),
    ("it went to Elm Street 5 (1234 Sampletown)", PrivateKind.ADDRESS),
    ("your order #8817 was late", PrivateKind.ORDER),
    ("see RE-2026-0042", PrivateKind.ORDER),
]
CLEAN = [
    "",
    "Dear Marta, we are sorry. Call us: 030 7777777, or write to us@bakery.example.",
    "On 2 March 2026 at 14:30 we were closed, as on 2026-03-02.",
    "It cost 88.17 and weighed 18817 grams.",
    "We live in Sampletown, too.",
]


@pytest.mark.parametrize(("text", "kind"), FOUND)
def test_found_however_it_is_written(text: str, kind: PrivateKind) -> None:
    ((found, words),) = customer_words(text, MARTA)
    assert found is kind
    assert words


@pytest.mark.parametrize("text", CLEAN)
def test_what_is_ours_or_merely_alike_is_left_alone(text: str) -> None:
    assert customer_words(text, MARTA) == ()


def test_nothing_is_known_of_nobody() -> None:
    for text, _kind in FOUND:
        assert customer_words(text, Details()) == ()


@given(st.text(max_size=300), st.text(max_size=80), st.text(max_size=80))
def test_any_text_is_answered(text: str, contact: str, told: str) -> None:
    for kind, words in customer_words(text, Details((contact,), (told,))):
        assert isinstance(kind, PrivateKind)
        assert words


@pytest.mark.parametrize("text", ["1" * 50_000, "a@" * 20_000, "0 " * 30_000, "-1" * 30_000])
def test_a_long_run_takes_no_time(text: str) -> None:
    mails(text)
    phones(text)
    customer_words(text, MARTA)
