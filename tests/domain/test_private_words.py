"""Card numbers and bank accounts in a text, told from other numbers by their check digits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calmreply.domain.private import PrivateKind, private_words

CARD, ACCOUNT = PrivateKind.CARD, PrivateKind.BANK_ACCOUNT


@pytest.mark.parametrize(
    "number",
    [
        "4111111111111111",
        "4111 1111 1111 1111",
        "4111-1111-1111-1111",
        "4111.1111.1111.1111",
        "4111\u00a01111\u202f1111\u20091111",
        "4111\u20111111\u20111111\u20111111",
        "4111 1111\n1111 1111",
        "41\u200b11111111111111",
        "378282246310005",
        "3782 822463 10005",
        "3056 930902 5904",
        "5555555555554444",
        "4222222222222",
        "4222 222 222 222",
        "6304000000000000000",
    ],
)
def test_cards_however_they_are_written(number: str) -> None:
    for text in (number, f"My card ({number}), please.", f"Nr:{number}.", f"a {number} b"):
        assert private_words(text) == ((CARD, number),)


def test_a_card_among_other_numbers() -> None:
    for text in (
        "Call 555 0100 4111 1111 1111 1111 now",
        "Order 2026 4111111111111111",
        "4111 1111 1111 1111 12/27 123",
        "+4111 1111 1111 1111",
        "0000 4111 1111 1111 1111",
    ):
        (found,) = private_words(text)
        assert found[0] is CARD
        assert found[1].replace(" ", "").startswith("4111111111111111")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "4111 1111 1111 1112",
        "4111111111111",  # right length, wrong check digit
        "0000000000000000",
        "1111 1111 1111 1111",
        "+49 211 5550 1700 12",
        "0049 211 5550 1234 03",
        "order A4111111111111111",
        "4111111111111111x",
        "41 11 11 11 11 11 11 11 12",
        "We are open 10 to 18 from 2026-03-03 on, table 12, for 24 people.",
        "424242424242",  # twelve digits
        "4" * 20,
    ],
)
def test_what_is_no_card(text: str) -> None:
    assert private_words(text) == ()


@pytest.mark.parametrize(
    "number",
    [
        "DE89370400440532013000",
        "DE89 3704 0044 0532 0130 00",
        "de89 3704 0044 0532 0130 00",
        "DE 89 3704 0044 0532 0130 00",
        "DE89-3704-0044-0532-0130-00",
        "DE89\u00a03704\u00a00044\u00a00532\u00a00130\u00a000",
        "GB82 WEST 1234 5698 7654 32",
        "FR1420041010050500013M02606",
        "NO93 8601 1117 947",
        "BE68 5390 0754 7034",
        "MT84MALT011000012345MTLCAST001S",
        "CH93 0076 2011 6238 5295 7",
    ],
)
def test_accounts_however_they_are_written(number: str) -> None:
    for text in (number, f"IBAN:{number}.", f"Pay to {number} and thanks so much for it all"):
        assert private_words(text) == ((ACCOUNT, number),)


@pytest.mark.parametrize(
    "text",
    [
        "DE88370400440532013000",
        "DE8937040044053201300",
        "DE893704004405320130001",
        "XX89370400440532013000",
        "XDE89370400440532013000",
        "at 12 we opened the doors again and everybody came in",
        "kg12 \u017ft34 \u212a567",
    ],
)
def test_what_is_no_account(text: str) -> None:
    assert private_words(text) == ()


def test_an_account_after_something_that_begins_like_one() -> None:
    text = "Thanks, at 12 we paid to DE89 3704 0044 0532 0130 00 from BE68 5390 0754 7034"
    assert [words for _, words in private_words(text)] == [
        "DE89 3704 0044 0532 0130 00",
        "BE68 5390 0754 7034",
    ]


def test_the_digits_of_an_account_are_not_a_card_too() -> None:
    text = "BR1800360305000010009795493C1 and GB33 BUKB 2020 1555 5555 55, 4111 1111 1111 1111"
    assert [kind for kind, _ in private_words(text)] == [ACCOUNT, ACCOUNT, CARD]


def luhn(number: str) -> bool:
    """By the book: from the right, every second digit counts twice, its digits added."""
    total = 0
    for place, digit in enumerate(reversed(number), start=1):
        total += sum(map(int, str(int(digit) * (1 + (place % 2 == 0)))))
    return total % 10 == 0


@given(st.from_regex("[1-9][0-9]{12,18}", fullmatch=True))
def test_a_number_of_13_to_19_digits_is_a_card_exactly_if_luhn_says_so(number: str) -> None:
    wanted = luhn(number) and len(set(number)) > 1
    assert (private_words(f"Nr {number}") == ((CARD, number),)) is wanted


@given(st.from_regex("[0-9]{18}", fullmatch=True))
def test_one_of_the_97_check_numbers_makes_an_account(body: str) -> None:
    right = 98 - int(body + "131400") % 97  # D is 13, E is 14
    for check in range(2, 99):
        number = f"DE{check:02d}{body}"
        assert ((ACCOUNT, number) in private_words(number)) is (check == right)


@given(st.text(alphabet="0123456789 -.+DEGBde\u017f\u212a\u200b", max_size=80))
def test_any_text_can_be_asked_about(text: str) -> None:
    for _, words in private_words(text):
        assert words in text
