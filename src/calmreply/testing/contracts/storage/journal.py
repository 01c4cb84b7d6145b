"""The journal: its order, its erasing, and what nobody may write."""
# A contract suite is made of assertions:
# ruff: noqa: S101

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from calmreply.domain.journal import START, Line, Whole, Written, verify
from calmreply.domain.mention import (
    CaseId,
)

if TYPE_CHECKING:
    from calmreply.app.ports.storage import Store

from calmreply.testing.contracts.storage.samples import (
    append,
    cases,
    refused,
    write_line,
)


class JournalContract:
    """Lines, their order, their erasing, and what nobody may write."""

    def test_lines_come_back_as_they_were_written(self, store: Store) -> None:
        (one, two) = cases(store, 2)
        odd = '{"a":"Gr\u00fc\u00dfe \U0001f375 \\u0000 \ud800"}'
        written = [
            append(store, "installation_key", actor=""),
            append(store, "page_read", one, payload=odd),
            append(store, "revised", two, subject="r1"),
            append(store, "rules_set", actor="ben"),
        ]
        with store.read() as tx:
            assert tuple(tx.lines()) == tuple(written)
            assert tx.head() == (4, written[-1].line.hash)
            assert tuple(tx.lines(case=one)) == (written[1],)
            assert tuple(tx.lines(case=CaseId(""))) == (written[0], written[3])
            assert tuple(tx.lines(case=CaseId(""), kinds=("rules_set",))) == (written[3],)
            assert tuple(tx.lines(kinds=("revised", "page_read"))) == (written[1], written[2])
            assert tuple(tx.lines(kinds=())) == ()
            assert tuple(tx.lines(after=2)) == (written[2], written[3])
            assert tuple(tx.lines(case=CaseId("77"))) == tuple(tx.lines(case=CaseId("x"))) == ()

    def test_many_lines_keep_their_order(self, store: Store) -> None:
        (case,) = cases(store, 1)
        with store.write() as tx:
            for number in range(1234):
                write_line(tx, "page_read", case if number % 2 else "")
        with store.read() as tx:
            assert [one.line.number for one in tx.lines()] == list(range(1, 1235))
            assert [one.line.number for one in tx.lines(case=case, after=1000)] == list(
                range(1002, 1235, 2)
            )
            first = next(tx.lines())
        assert first.line.number == 1

    def test_an_empty_journal_has_a_beginning(self, store: Store) -> None:
        with store.read() as tx:
            assert tx.head() == (0, "0" * 64)
            assert tuple(tx.lines()) == ()

    def test_a_line_goes_on_from_the_head_only(self, store: Store) -> None:
        first = append(store, "rules_set").line
        second = replace(first, number=2, before=first.hash)
        wrong = (
            replace(second, number=3),
            replace(second, number=1),
            replace(second, before=first.before),
        )
        for line in wrong:
            with refused("refused_by_database"), store.write() as tx:
                tx.append(Written(line, "{}", b"salt"))
        with store.read() as tx:
            assert tx.head() == (1, first.hash)

    def test_a_line_is_about_a_case_that_is_there(self, store: Store) -> None:
        for case in ("1", "x", "01"):
            with refused("no_such_case"):
                append(store, "page_read", case)
            with refused("no_such_case"), store.write() as tx:
                line = Line(7, START, "page_read", case, "", "anna", "now", "0" * 64, "k")
                tx.append(Written(line, "{}", b"salt"))
        with store.read() as tx:
            assert tx.head() == (0, "0" * 64)

    def test_who_wrote_a_reply_does_not_sign_it(self, store: Store) -> None:
        (case,) = cases(store, 1)
        append(store, "revised", case, subject="r1", actor="anna")
        append(store, "revised", case, subject="r1", actor="carla")
        for writer in ("anna", "carla"):
            with refused("refused_by_database"):
                append(store, "signed_off", case, subject="r1", actor=writer)
        append(store, "signed_off", case, subject="r1", actor="ben")
        append(store, "signed_off", case, subject="r2", actor="anna")

    def test_who_wrote_a_wording_of_the_plan_does_not_sign_it(self, store: Store) -> None:
        append(store, "wording_revised", subject="w1", actor="anna")
        append(store, "wording_revised", subject="w2", actor="ben")
        with refused("refused_by_database"):
            append(store, "wording_signed", subject="w1", actor="anna")
        append(store, "wording_signed", subject="w1", actor="ben")
        append(store, "wording_signed", subject="w2", actor="anna")
        # Who is alone signs their own, after a night: that names no revision.
        append(store, "wording_revised", subject="", actor="anna")
        append(store, "wording_signed", subject="", actor="anna")

    def test_forgetting_erases_what_was_said_and_leaves_the_chain(self, store: Store) -> None:
        key = '{"key_id":"anna.1.00","person":"","public":"00"}'
        append(store, "installation_key", actor="", payload=key)
        written = append(store, "rules_set", actor="", payload='{"secret":"Kim"}')
        append(store, "rules_set", actor="")
        for number in (2, 2, 99):
            with store.write() as tx:
                tx.forget(number)
        with store.read() as tx:
            assert list(tx.lines())[1] == Written(written.line, None, None)
            found = verify(tx.lines(), lambda _public, _words, _signature: True)
        assert isinstance(found, Whole)
        assert (found.lines, found.erased) == (3, 1)
