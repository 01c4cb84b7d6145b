"""Names to listen for: as lines, and in texts."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calmreply.domain.matching import folded, stands_in
from calmreply.domain.names import (
    BadNameError,
    Name,
    NameFlaw,
    NameKind,
    checked,
    format_name,
    listened,
    named,
    names_us,
    parse,
    words_in,
    words_line,
)

B, PRODUCT, PERSON, COMPETITOR = NameKind
LOAF = Name(PRODUCT, "Sunday loaf", ("Sundayloaf", "Sunday-loaf"), ("bread machine",))


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("Corner Bakery", Name(B, "Corner Bakery")),
        ("  Crumb,   Butter & Co ", Name(B, "Crumb, Butter & Co")),
        ("Bread-and-butter a=b", Name(B, "Bread-and-butter a=b")),
        ("https://loaf.example/a-b", Name(B, "https://loaf.example/a-b")),
        ("product: Sunday loaf = Sundayloaf, Sunday-loaf - bread machine", LOAF),
        ("PRODUCT:Sunday loaf - bread machine = Sundayloaf,Sunday-loaf", LOAF),
        ("person: Ana M. - actress, Madrid", Name(PERSON, "Ana M.", (), ("actress", "Madrid"))),
        ("competitor: Loaf & Co", Name(COMPETITOR, "Loaf & Co")),
        ("business: product: x", Name(B, "product: x")),
        ("Loaf =", Name(B, "Loaf")),
        ("Loaf = , Loaf, laib ,, laib -", Name(B, "Loaf", ("laib",))),
        ('"Loaf - shop" = "a, b", "c ""d"" = e"', Name(B, "Loaf - shop", ("a, b", 'c "d" = e'))),
        ('Joe "The Loaf" Smith', Name(B, 'Joe "The Loaf" Smith')),
        ('"Loaf" Joe', Name(B, '"Loaf" Joe')),
        ('"Loaf', Name(B, '"Loaf')),
    ],
)
def test_a_line_is_a_name(line: str, name: Name) -> None:
    assert parse(line) == name
    assert parse(format_name(name)) == name


def test_a_name_is_a_line_one_can_read() -> None:
    line = "product: Sunday loaf = Sundayloaf, Sunday-loaf - bread machine"
    assert format_name(LOAF) == line
    assert format_name(Name(B, "Crumb, Butter & Co")) == "Crumb, Butter & Co"


@pytest.mark.parametrize(
    ("line", "flaw"),
    [
        ("product:", NameFlaw.NO_NAME),
        ("= Sundayloaf", NameFlaw.NO_NAME),
        ('"" - x', NameFlaw.NO_NAME),
        ("Sunday loaf - LOAF", NameFlaw.NEVER_HEARD),
    ],
)
def test_a_line_that_is_none(line: str, flaw: NameFlaw) -> None:
    with pytest.raises(BadNameError) as bad:
        parse(line)
    assert bad.value.flaw is flaw
    # An older home may hold it; there it is listened for as it stands.
    assert listened(line) == (Name(B, line),)


_words = (
    st.text(st.sampled_from('ab Zé=-,":\u4e2d\N{PILE OF POO}'), min_size=1, max_size=12)
    .map(lambda text: " ".join(text.split()))
    .filter(bool)
)
_lists = st.lists(_words, max_size=3, unique=True).map(tuple)


@st.composite
def _names(draw: st.DrawFn) -> Name:
    begin = draw(st.sampled_from(["", "product: ", "Business:"]))
    name = " ".join((begin + draw(_words)).split())
    spellings = tuple(one for one in draw(_lists) if one != name)
    return Name(draw(st.sampled_from(NameKind)), name, spellings, draw(_lists))


@given(_names())
def test_any_name_survives_its_line(name: Name) -> None:
    line = format_name(name)
    assert len(line.splitlines()) == 1
    try:
        checked(name)
    except BadNameError:
        return
    assert parse(line) == name
    assert listened(line) == (name,)


@given(_lists)
def test_words_survive_their_line(words: tuple[str, ...]) -> None:
    assert words_in(words_line(words)) == words


@given(st.text(max_size=60))
def test_no_line_breaks_it(line: str) -> None:
    names = listened(line)
    assert all(one.name for one in names)
    assert bool(names) == bool(line.strip())


def test_a_long_line_is_read_at_once() -> None:
    for line in ('"' * 9_999, " -" * 5_000, 'a = "' + '"" ,' * 2_000, "a =" + " ," * 5_000):
        listened(line)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The SUNDAY  loaf was burnt", [LOAF]),
        ("my sundayloaf!", [LOAF]),
        ("A Sunday loaf out of the bread-machine? A bread machine!", []),
        ("Sunday loaves", []),
        ("Loaf & Co has a better Sunday-loaf", [LOAF, Name(COMPETITOR, "Loaf & Co")]),
        ("", []),
    ],
)
def test_which_names_stand_in_a_text(text: str, found: list[Name]) -> None:
    names = [LOAF, Name(COMPETITOR, "Loaf & Co"), Name(PERSON, "Ana Moreno")]
    assert named(text, names) == tuple(found)
    assert names_us(text, names) is (LOAF in found)


@given(st.text("ab_ é", max_size=20), st.text("ab_ ", min_size=1, max_size=4))
def test_only_whole_words_count(text: str, words: str) -> None:
    plain, wanted = folded(text), folded(words)
    whole = rf"(?<!\w){re.escape(wanted)}(?!\w)"
    assert stands_in(plain, words) is (bool(wanted) and re.search(whole, plain) is not None)


def test_hundreds_of_names_are_looked_for_at_once() -> None:
    names = listened("\n".join(f"loaf {number}" for number in range(1_000)))
    text = "loaf " * 2_000 + "loaf 999"
    assert [one.name for one in named(text, names)] == ["loaf 999"]


def test_a_competitor_s_name_is_not_ours() -> None:
    assert not names_us("Loaf & Co is dear", [Name(COMPETITOR, "Loaf & Co")])


def test_the_own_name_comes_first_and_once() -> None:
    setting = "Ana\ncompetitor: Corner Bakery\n\nCorner Bakery = CornerBakery - Leeds\nAna"
    own = Name(B, "Corner Bakery", ("CornerBakery",), ("Leeds",))
    assert listened(setting, " Corner  Bakery ") == (
        own,
        Name(B, "Ana"),
        Name(COMPETITOR, "Corner Bakery"),
    )
    assert listened("", "") == ()
    assert listened("", "Corner Bakery") == (Name(B, "Corner Bakery"),)
