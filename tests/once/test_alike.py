"""Two mentions are one matter only with two witnesses: real pairs, and what must stay apart."""

from __future__ import annotations

import time
import timeit
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calmreply.domain.alike import NEAR, Reason, Told, alike, marks
from calmreply.domain.mention import Stars, Visibility

MONDAY = datetime(2026, 3, 2, 12, tzinfo=UTC)
DAY = timedelta(days=1)
POST = (
    "I went to the Corner Bakery on Saturday with my two children. We waited forty minutes for a "
    "loaf of rye bread, the lady at the counter was on the phone all the time, and in the end they "
    "had sold it to somebody else. Nobody said sorry. I have been a customer for eleven years."
)
REVIEW = (
    "The birthday cake I ordered came without the name on it and half an hour too late, and when I "
    "called nobody could tell me why."
)


def told(text: str, author: str = "", **more: object) -> Told:
    plain = Told(author, text, "", "", "a.example", None, Visibility.PUBLIC, MONDAY)
    return replace(plain, **more)  # type: ignore[arg-type]  # names of fields only


BLOG = "https://blog.example/2026/bakery"
ONE = {
    "a blog post by two feeds": (
        told(POST, "Lena", address=BLOG, site="blog.example"),
        told(POST[:150] + "...", address=BLOG, site="blog.example"),
        Reason.PAGE,
    ),
    "an alert's few words, with the title": (
        told(POST, "Lena Ott", title="Forty minutes for a loaf", address=BLOG),
        told("... the end they had ...", title="Forty minutes for a loaf", address=BLOG),
        Reason.PAGE,
    ),
    "an alert whose author is the paper": (
        told(POST, "Lena Ott", address=BLOG),
        told(POST, "Blog Example", address=BLOG),
        Reason.PAGE,
    ),
    "one status by two searches": (
        told("Yum!", "kim", address="https://social.example/@kim/1"),
        told("Yum!", "kim", address="https://social.example/@kim/1"),
        Reason.PAGE,
    ),
    "edited between two looks": (
        told("Cold.", "Anna Berger", address="https://a.example/anna", stars=Stars(2)),
        told(REVIEW, "Anna Berger", address="https://a.example/anna", stars=Stars(1)),
        Reason.PAGE,
    ),
    "a review copied and cut by an aggregator": (
        told(REVIEW, "Anna Berger", stars=Stars(2)),
        told(
            f"{REVIEW[:90]}\u2026 Read more", "Anna B.", site="best-of.example", stars=Stars(4, 10)
        ),
        Reason.WORDS,
    ),
    "a copy that names nobody": (told(REVIEW, "Anna Berger"), told(REVIEW.upper()), Reason.WORDS),
    "a copy with other signs": (
        told(REVIEW, "J\u00fcrgen Gro\u00df"),
        told(REVIEW.replace(",", " -"), "JURGEN GROSS", site="b.example"),
        Reason.WORDS,
    ),
    "few words by one author": (
        told("Great bread, friendly staff!", "Anna Berger"),
        told("great bread - friendly staff", "Anna Berger", site="b.example"),
        Reason.WORDS,
    ),
    "Anna Berger on Google and on Facebook, the same order": (
        told("Order 48213 never came.", "Anna Berger", site="google.example"),
        told("I ask since days about 48213!!", "anna berger", site="facebook.example"),
        Reason.AUTHOR,
    ),
    "the same day": (
        told("On 28.02.2026 nobody served us.", "Anna Berger", site="google.example"),
        told("Visited 2026-02-28: never again", "Anna Berger", site="facebook.example"),
        Reason.AUTHOR,
    ),
    "partly the same words": (
        told(
            "The birthday cake I ordered came too late and without her name.",
            "Anna Berger",
            site="google.example",
        ),
        told(REVIEW, "Anna Berger", site="facebook.example", at=MONDAY + NEAR),
        Reason.AUTHOR,
    ),
}
GREAT = "Great bread, friendly staff!"
GOOGLE = told("Order 48213 never came.", "Anna Berger", site="google.example")
FACEBOOK = told("Still waiting for 48213", "Anna Berger", site="facebook.example")
LISTED = "https://reviews.example/corner-bakery"
APART = {
    "two customers, the same few words": (
        told(GREAT, "Tom Klein"),
        told(GREAT, "Mia Gross", site="b.example"),
    ),
    "the same few words, unsigned": (told(GREAT, "Tom Klein"), told(GREAT, site="b.example")),
    "the same few words, first names only": (
        told(GREAT, "Tom"),
        told(GREAT, "Tom", site="b.example"),
    ),
    "the same few words a month later": (
        told(GREAT, "Tom Klein"),
        told(GREAT, "Tom Klein", at=MONDAY + 30 * DAY, site="b.example"),
    ),
    "two reviews on one page": (
        told(REVIEW, "Tom Klein", address=LISTED, stars=Stars(2)),
        told(POST, "Mia Gross", address=LISTED, stars=Stars(1)),
    ),
    "two reviews on one page, nobody named, one title": (
        told(REVIEW, title="Reviews of the Corner Bakery", address=LISTED, stars=Stars(2)),
        told(POST, title="Reviews of the Corner Bakery", address=LISTED),
    ),
    "the same few words on one page, nobody named": (
        told(GREAT, address=LISTED),
        told(GREAT, address=LISTED),
    ),
    "one text by two names": (
        told(REVIEW, "Tom Klein"),
        told(REVIEW, "Mia Gross", site="b.example"),
    ),
    "one text, five stars and one": (
        told(REVIEW, "Tom Klein", stars=Stars(5)),
        told(REVIEW, "Tom Klein", stars=Stars(1), site="b.example"),
    ),
    "said in public and to us alone": (
        told(REVIEW, "Tom Klein"),
        told(REVIEW, "Tom Klein", visibility=Visibility.PRIVATE),
    ),
    "one text with other words around": (
        told(f"{GREAT} We come every week since they opened and like the rye best.", "Tom Klein"),
        told(
            f"{GREAT} Parking is a problem though, and the tables outside are dirty.", "Tom Klein"
        ),
    ),
    "the author of another month": (GOOGLE, replace(FACEBOOK, at=MONDAY + NEAR + DAY)),
    "a first name only": (replace(GOOGLE, author="Anna"), replace(FACEBOOK, author="Anna")),
    "a name that is none": tuple(replace(o, author="A Google user") for o in (GOOGLE, FACEBOOK)),
    "one site": (GOOGLE, replace(FACEBOOK, site="Google")),
    "nobody knows where": (replace(GOOGLE, site=""), FACEBOOK),
    "another matter": (GOOGLE, replace(FACEBOOK, text="Lovely evening on the terrace in 2026")),
    "the year is no order": (
        replace(GOOGLE, text="Since 2019 a customer"),
        replace(FACEBOOK, text="Bad since 2019"),
    ),
    "no words at all": (told("", "Anna Berger"), told("", "Anna Berger", site="b.example")),
    "no words on one page": (told("", "", address=LISTED), told("", "", address=LISTED)),
}


@pytest.mark.parametrize(("one", "other", "why"), ONE.values(), ids=ONE)
def test_one_matter(one: Told, other: Told, why: Reason) -> None:
    assert alike(one, other) is why
    assert alike(other, one) is why
    assert set(marks(one)) & set(marks(other))


@pytest.mark.parametrize(("one", "other"), APART.values(), ids=APART)
def test_two_matters(one: Told, other: Told) -> None:
    assert alike(one, other) is None
    assert alike(other, one) is None


texts = st.one_of(
    st.sampled_from([POST, REVIEW, GREAT, REVIEW[:80], POST[100:], "28.2. 48213", ""]),
    st.text(max_size=80),
)
mentions = st.builds(
    Told,
    author=st.sampled_from(["", "Anna", "Anna Berger", "Anna B.", "Tom Klein"]) | st.text(),
    text=texts,
    title=st.sampled_from(["", "Forty minutes for a loaf"]),
    address=st.sampled_from(["", BLOG, LISTED]),
    site=st.sampled_from(["", "google.example", "Google", "b.example"]),
    stars=st.sampled_from([None, Stars(1), Stars(2), Stars(5)]),
    visibility=st.sampled_from(Visibility),
    at=st.sampled_from([MONDAY, MONDAY + 9 * DAY, MONDAY + 20 * DAY]),
)


@given(mentions, mentions)
def test_it_does_not_matter_which_comes_first(one: Told, other: Told) -> None:
    assert alike(one, other) is alike(other, one)
    assert all(0 <= mark < 2**32 for mark in marks(one))
    assert len(marks(one)) <= 6


def test_hostile_texts_cost_little() -> None:
    monsters = [
        told(unit * (200_000 // len(unit)), "A B", site=f"{number}.example")
        for number, unit in enumerate(
            ["a", "a ", "1.1", "\u0301", "1234 ", "\ud800 ", "x" * 50 + " ", "\U00013000"]
        )
    ]

    def compare() -> None:
        for one in monsters:
            marks(one)
            for other in monsters:
                alike(one, other)

    assert timeit.timeit(compare, timer=time.thread_time, number=1) < 5
