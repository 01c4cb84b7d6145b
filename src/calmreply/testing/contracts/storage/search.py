"""The search."""
# A contract suite is made of assertions:
# ruff: noqa: S101

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from calmreply.app.ports.storage import Store

from calmreply.testing.contracts.storage.samples import (
    NOON,
    hear,
    heard,
)


class SearchContract:
    """Words, not phrases; the last one half typed; nothing that is typed can go wrong."""

    def test_every_word_and_the_last_begun(self, store: Store) -> None:
        what = [
            heard(
                "0", "Cold soup, and the waiter laughed", author="Zo\u00eb M\u00fcller", site="Blog"
            ),
            heard("1", "Warm soup. WAITED an hour!", author="Anna", title="Re: soup"),
            heard(
                "2",
                "\u0411\u044b\u043b \u043f\u0443\u0441\u0442. Caf\u00e9 cre\u0300me, \u4f60\u597d",
                author="O'Brien",
            ),
        ]
        ids = [one.mention for one in hear(store, *what, at=NOON)]
        asked = {
            "soup": (1, 0),
            "SOUP": (1, 0),
            "sou": (1, 0),
            "soup wait": (1, 0),
            "wait soup": (),
            "waited soup": (1,),
            "soup waiter": (0,),
            "zoe muller": (0,),
            "ZO\u00cb M\u00dcL": (0,),
            "blog": (0,),
            "re soup": (1,),
            "anna hour": (1,),
            "cafe creme": (2,),
            "o'brien": (2,),
            "brien": (2,),
            "\u043f\u0443\u0441\u0442": (2,),
            "\u041f\u0423\u0421": (2,),
            "\u4f60": (2,),
            "soup soup": (1, 0),
            "  soup\t\n": (1, 0),
            "soup !!": (1, 0),
            "'cold' \"soup\"": (0,),
            "nothing": (),
            "soup nothing": (),
        }
        with store.read() as tx:
            found = {words: tx.search(words) for words in asked}
            assert found == {
                words: tuple(ids[number] for number in wanted) for words, wanted in asked.items()
            }
            assert tx.search("soup", limit=1) == (ids[1],)
            assert tx.search("soup", limit=0) == ()

    def test_whatever_is_typed(self, store: Store) -> None:
        (one,) = hear(store, heard("a", "soup and bread, not OR near"))
        nothing = ("", " ", "!", '"', "'", "*", "\U0001f600", "\0", "\ud800", "---", "%_", "\u0301")
        junk = (
            '"soup',
            "soup*",
            "soup OR",
            "NEAR(soup bread)",
            "text:soup",
            "-soup",
            "soup + bread",
            "{soup}",
            "(soup",
            "soup\0bread",
            "soup\ud800",
            "NOT soup",
            "soup\u200bbread",
        )
        long = ("soup " * 2000, "s" * 10_000, "a b " * 2500, '"' * 10_000, "\U0001f600" * 10_000)
        with store.read() as tx:
            assert [tx.search(words) for words in nothing] == [()] * len(nothing)
            for words in (*junk, *long):
                assert set(tx.search(words)) <= {one.mention}
            assert tx.search("soup* OR") == tx.search("NOT soup") == (one.mention,)

    def test_an_edited_mention_is_found_by_its_new_words(self, store: Store) -> None:
        (one,) = hear(store, heard("a", "cold soup", title="Bistro"), at=NOON)
        hear(store, heard("a", "warm bread", author="Lee"))
        with store.read() as tx:
            gone = [tx.search(words) for words in ("cold", "soup", "kim", "park")]
            there = [tx.search(words) for words in ("warm", "bread lee", "bistro warm")]
        assert gone == [()] * 4
        assert there == [(one.mention,)] * 3
