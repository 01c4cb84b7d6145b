"""Codes from far away: every one reads back, whatever people and mail programs do to it."""

from __future__ import annotations

import contextlib
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calmreply import resources
from calmreply.domain.packet import (
    LONGEST_REMARK,
    Answer,
    BadCodeError,
    Code,
    CodeFlaw,
    NewKey,
    Sealed,
    fingerprint,
    pack,
    read_code,
    unpack,
    write_code,
)
from calmreply.domain.review import NEEDED, Tick

WORDS = resources.text("packet/words.txt").split()


def sized(size: int) -> st.SearchStrategy[bytes]:
    return st.binary(min_size=size, max_size=size)


def short_enough(text: str) -> bool:
    return 0 < len(text.encode()) <= LONGEST_REMARK


SIGNED = st.builds(
    Answer, st.sampled_from((Code.SIGNED, Code.SIGNED_NOT_PRIVATE)), sized(3), sized(4), sized(64)
)
REMARKS = st.builds(
    Answer,
    st.just(Code.REMARK),
    sized(3),
    sized(4),
    sized(64),
    st.text(st.characters(codec="utf-8"), min_size=1).filter(short_enough),
)
SUGGESTIONS = st.builds(
    Answer,
    st.just(Code.SUGGESTION),
    sized(3),
    sized(4),
    sized(64),
    st.text(st.characters(codec="utf-8")).filter(lambda one: not one or short_enough(one)),
    st.text(st.characters(codec="utf-8"), min_size=1).filter(short_enough),
)
KEYS = st.builds(NewKey, sized(4), sized(32), sized(80), sized(64))


@given(SIGNED | REMARKS | SUGGESTIONS | KEYS)
def test_what_is_written_is_read_back_however_it_is_passed_on(said: Answer | NewKey) -> None:
    code = write_code(said)
    assert read_code(code) == said
    assert read_code(code.lower().replace("0", "o").replace("1", "i")) == said
    wrapped = "\n> ".join(code[at : at + 61] for at in range(0, len(code), 61))
    assert read_code(f"Hello Ana,\nhere is my answer:\n\n> {wrapped}\n\nGreetings, Tom") == said
    assert read_code(code.replace("-", " - ")) == said


@given(SIGNED, st.integers(0, 119), st.sampled_from("0123456789ABCDEFGHJKMNPQRSTVWXYZ"))
def test_one_wrong_sign_is_always_noticed(said: Answer, place: int, sign: str) -> None:
    head, body = "CR1-", write_code(said).replace("-", "").removeprefix("CR1")
    if body[place] == sign:
        return
    with pytest.raises(BadCodeError):
        read_code(head + body[:place] + sign + body[place + 1 :])


@given(st.text() | st.from_regex(r"\A[cC][rR]1-[0-9a-zA-Z -]*\Z"))
def test_any_text_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(BadCodeError):
        assert write_code(read_code(text))


def test_what_is_wrong_is_said_exactly() -> None:
    said = Answer(Code.SIGNED, b"abc", b"wxyz", bytes(range(64)))
    code = write_code(said)
    assert len(code.replace("-", "")) == 3 + 120
    assert re.fullmatch(r"CR1(-[0-9A-HJKMNP-TV-Z]{8}){15}", code)

    def flaw(text: str) -> BadCodeError:
        with pytest.raises(BadCodeError) as raised:
            read_code(text)
        return raised.value

    assert flaw("").flaw is flaw("I like it, go on").flaw is CodeFlaw.NONE
    assert flaw(code.replace("CR1", "CR2")).flaw is CodeFlaw.OTHER_VERSION
    short = flaw(code[:-10])
    assert (short.flaw, short.missing) == (CodeFlaw.TOO_SHORT, 9)
    strange = flaw(code[:13] + "?" + code[14:])
    assert (strange.flaw, strange.place, strange.sign) == (CodeFlaw.STRANGE_SIGN, 9, "?")
    swapped = code[:6] + code[7] + code[6] + code[8:]
    assert flaw(swapped).flaw is CodeFlaw.MISTYPED


def test_what_an_answer_ticks() -> None:
    def ticks(code: Code) -> tuple[Tick, ...]:
        return Answer(code, b"", b"", b"").ticks

    assert ticks(Code.SIGNED) == NEEDED
    assert ticks(Code.SIGNED_NOT_PRIVATE) == (*NEEDED, Tick.NOT_PRIVATE)
    assert ticks(Code.REMARK) == ()


def test_a_sealed_key_that_could_be_guessed_too_fast_is_refused() -> None:
    sealed = Sealed(600_000, b"s" * 16, b"i" * 12, b"b" * 48)
    assert unpack(pack(sealed)) == sealed
    with pytest.raises(ValueError, match="rounds"):
        unpack(pack(Sealed(1_000, b"s" * 16, b"i" * 12, b"b" * 48)))
    with pytest.raises(ValueError, match="no sealed"):
        unpack(b"short")


def test_the_words_can_be_told_apart_on_the_phone() -> None:
    assert len(WORDS) == len(set(WORDS)) == 1024
    assert sorted(WORDS) == WORDS
    assert all(re.fullmatch(r"[a-z]{3,8}", word) for word in WORDS)
    known = set(WORDS)
    letters = "abcdefghijklmnopqrstuvwxyz"
    for word in WORDS:
        for at in range(len(word)):
            others = {word[:at] + letter + word[at + 1 :] for letter in letters} - {word}
            assert not (others | {word[:at] + word[at + 1 :]}) & known, word


@given(st.binary(), st.binary())
def test_other_bytes_have_another_fingerprint(one: bytes, other: bytes) -> None:
    words = fingerprint(one, WORDS)
    assert len(words) == 6
    assert (fingerprint(other, WORDS) == words) == (one == other)
