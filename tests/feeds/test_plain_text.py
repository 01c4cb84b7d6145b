"""HTML of any kind to plain text: what stays, what goes, and that it never takes long."""

from __future__ import annotations

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from calmreply.adapters.html import LONGEST_OUT, plain, plain_line, tidy


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("plain words", "plain words"),
        ("two\nlines", "two\nlines"),
        ("<p>one</p><p>two</p>", "one\n\ntwo"),
        ("<p>a\n b\tc</p>\n\n<div>d</div>e<br>f<br/>g", "a b c\n\nd\ne\nf\ng"),
        ("<ul><li>bread</li><li>cake</li></ul>", "- bread\n- cake"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"),
        ("<div>a</div><div>b</div><div><div>c</div>d</div>", "a\nb\nc\nd"),
        ("a<br><br>b<br> <br><br>c<div>d</div><br>e", "a\n\nb\n\nc\nd\ne"),
        ("fish &amp; chips &#8211; &eacute;&nbsp;5 &lt; 6", "fish & chips \u2013 \xe9 5 < 6"),
        ("&lt;b&gt; stays as written", "<b> stays as written"),
        ("I <3 this shop, a<b and 5 < 6", "I <3 this shop, a<b and 5 < 6"),
        ('<a href="file:///etc/passwd">a</a> or <a href="javascript:x()">b</a>', "a or b"),
        ('<img src="https://track.example/1.gif" alt="a long caption">fine', "fine"),
        ('good <img src="x" alt="\U0001f642" class="smiley">', "good \U0001f642"),
        ("a<script>alert(1)</script><style>p{}</style><!-- note -->b", "ab"),
        ("<noscript><p>turn it on</p></noscript><iframe src=x>y</iframe>ok", "ok"),
        ("<svg><title>t</title><script>x</script></svg>ok", "ok"),
        ("<p title='a>b'>quoted", "quoted"),
        ("a\x00b\x07c\x9fd\ud800e\r\nf\u2028g", "abcd\ufffde\nf\ng"),
        ("one\n\n\n\n\n  two  ", "one\n\ntwo"),
        ("\u202eright to left stays", "\u202eright to left stays"),
        ("", ""),
    ],
)  # fmt: skip  # one case a line
def test_what_stays_and_what_goes(markup: str, text: str) -> None:
    assert plain(markup) == text


def test_a_line_has_no_break() -> None:
    assert plain_line("<p>one</p>\n<p>two &amp; three</p>") == "one two & three"


PIECES = st.lists(
    st.one_of(
        st.sampled_from(
            ["<p>", "</p>", "<b a='>'>", "<script>", "</script>", "<!--", "-->", "&", "&#0;"]
        ),
        st.text(max_size=8),
    ),
    max_size=30,
).map("".join)  # fmt: skip


@given(PIECES)
@example("<\x00script>x")
def test_whatever_comes_in_what_comes_out_can_be_kept_and_shown(markup: str) -> None:
    text = plain(markup)
    assert text.encode() or text == ""
    assert not any((ord(c) < 32 and c != "\n") or 127 <= ord(c) < 160 for c in text)
    assert "\n\n\n" not in text
    assert text == text.strip()
    assert tidy(text) == text


LONG = 1_000_000
HOSTILE = {
    "nested": "<div>" * (LONG // 5),
    "formatting": "".join(f"<b a={i}>" for i in range(LONG // 10)),
    "fonts": "".join(f"<font size={i}>" for i in range(900)) + "<p>" * 1000,
    "attributes": "<p " + 'a="1" ' * (LONG // 6) + ">t</p>",
    "open tags": "<a " * (LONG // 3),
    "comments": "<!--" * (LONG // 4),
    "scripts": "<script>" * (LONG // 8),
    "entities": "&amp" * (LONG // 4),
    "spaces": "x" + " " * LONG + "y\n",
    "breaks": "\n " * (LONG // 2),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_nothing_takes_long(name: str) -> None:
    begin = time.process_time()
    text = plain(HOSTILE[name])
    assert time.process_time() - begin < 4
    assert len(text) <= LONGEST_OUT


def test_a_cut_does_not_show_half_a_tag() -> None:
    assert plain("<p>words</p>" + "<p " + "a" * LONG + ">") == "words"
