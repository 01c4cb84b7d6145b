"""HTML from anywhere to plain text (nh3, which is ammonia).

Everything that comes from outside passes here before it is stored or shown: what leaves is text
for a `PlainLabel`, never markup. Block elements become line breaks, entities characters, links
the words that stood in them. May import nothing of ours; pure, callable from any thread, and
also used inside the feed worker.

nh3 repairs the markup and drops scripts, styles and comments; a single pass over its output then
turns the few tags left into line breaks. Some markup takes any HTML parser quadratic time, so
input is cut first, and text with more tags than a person writes gets a linear, cruder pass.
The crude pass is safe as well: its result is plain text too, and nothing ever parses it again.
"""

from __future__ import annotations

import html as _html
import re
from typing import Final

import nh3

LONGEST_IN: Final = 200_000
"""Characters of markup looked at; the rest is dropped."""
LONGEST_OUT: Final = 100_000
"""Characters of plain text handed back at most."""
_MOST_TAGS: Final = 2_000
_LONGEST_ALT: Final = 8  # an emoji or a smiley drawn as a picture; not a caption

_PARAGRAPHS: Final = (
    *("address", "article", "aside", "blockquote", "dl", "fieldset", "figure", "footer", "form"),
    *("h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "main", "nav", "ol", "p", "pre"),
    *("section", "table", "ul"),
)
_LINES: Final = (
    *("dd", "details", "div", "dt", "figcaption", "legend", "option", "summary", "tr"),
)
_CELLS: Final = ("td", "th")
_SILENT: Final = (
    *("head", "iframe", "noembed", "noframes", "noscript", "object", "script", "style"),
    *("template", "title", "xmp"),
)

_CLEANER: Final = nh3.Cleaner(
    tags={*_PARAGRAPHS, *_LINES, *_CELLS, "br", "li", "img"},
    attributes={"img": {"alt"}},
    clean_content_tags={*_SILENT},
    link_rel=None,
)

_IS_MARKUP: Final = re.compile(r"<[A-Za-z/!?][^<>]*>")
_SPACES: Final = re.compile(r"[\t\r\n\f][ \t\r\n\f]*| [ \t\r\n\f]+")  # not a lone space
_SILENT_PART: Final = re.compile(
    rf"<({'|'.join(_SILENT)})\b.*?(?:</\1\s*>|\Z)", re.DOTALL | re.IGNORECASE
)
_COMMENT: Final = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_TAG: Final = re.compile(
    r"</?(?:"
    rf"(?P<paragraph>{'|'.join(_PARAGRAPHS)})|(?P<line>{'|'.join(_LINES)})|(?P<break>br)|"
    rf"(?P<cell>{'|'.join(_CELLS)})|(?P<item>li)|(?P<image>img)|(?P<other>[a-z!?/]\w*)"
    r")\b[^<>]*>?",
    re.IGNORECASE,
)
_PARAGRAPH_EDGE: Final = "\x02"
_LINE_EDGE: Final = "\x01"
_EDGES: Final = re.compile(r"[ \n]{0,20}[\x01\x02][\x01\x02 \n]*")
_ALT: Final = re.compile(r' alt="([^"]*)"')

_CONTROLS: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_SURROGATES: Final = re.compile(r"[\ud800-\udfff]")
_BREAKS: Final = re.compile(r"\r\n?|[\u2028\u2029\x85]")
_ODD: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_EMPTY_LINES: Final = re.compile(r"\n{3,}")
_RUN: Final = 2_000
_LONG_RUN: Final = re.compile(rf"[^\s\u2e80-\u9fff\uac00-\ud7af\uff00-\uffef]{{{_RUN}}}")
"""Nobody's word: what lays texts out takes seconds for one of a hundred thousand characters."""


def plain(html: str) -> str:
    """Plain text of `html`: line breaks for blocks, no markup, no control characters.

    Text without any tag keeps its own line breaks. At most `LONGEST_OUT` characters.
    """
    text = html
    if len(text) > LONGEST_IN:
        text = _cut(text)
    if "<" in text and _IS_MARKUP.search(text):
        text = _without_tags(text)
    if "&" in text:
        text = _html.unescape(text)
    return tidy(text)


def plain_line(html: str) -> str:
    """Like `plain`, but in one line: for titles and names."""
    return " ".join(plain(html).split())


def tidy(text: str) -> str:
    """Text that never was markup, made fit to keep: no control characters, no edge spaces.

    Line ends become newlines, tabs and no-break spaces spaces, more than one empty line becomes
    one, lone surrogates (which no file and no database can hold) become U+FFFD. A word of thousands
    of characters is broken up.
    """
    text = text[:LONGEST_OUT]
    if _ODD.search(text):
        text = _BREAKS.sub("\n", text)
        text = _CONTROLS.sub("", text)
        text = _SURROGATES.sub("\ufffd", text)
    text = text.replace("\xa0", " ").replace("\t", " ")
    if "\n" in text:
        text = "\n".join([line.strip(" ") for line in text.split("\n")])
        text = _EMPTY_LINES.sub("\n\n", text)
    if len(text) > _RUN:
        text = _LONG_RUN.sub(r"\g<0> ", text)[:LONGEST_OUT]
    return text.strip()


def _cut(text: str) -> str:
    """The beginning of `text`, not ending inside a tag."""
    text = text[:LONGEST_IN]
    last = text.rfind("<")
    return text[:last] if last >= 0 and ">" not in text[last:] else text


def _without_tags(text: str) -> str:
    text = _CONTROLS.sub("", text)  # two of them are used below
    if text.count("<") > _MOST_TAGS:
        text = _SILENT_PART.sub(" ", _COMMENT.sub(" ", text))
    else:
        text = _CLEANER.clean(text)
    return _EDGES.sub(_break, _TAG.sub(_instead, _SPACES.sub(" ", text)))


def _instead(tag: re.Match[str]) -> str:
    """What stands for a tag: a break, an edge of a block, or nothing."""
    opens = tag.group()[1] != "/"
    match tag.lastgroup:
        case "paragraph":
            return _PARAGRAPH_EDGE
        case "line":
            return _LINE_EDGE
        case "break":
            return "\n"
        case "item":
            return f"{_LINE_EDGE}- " if opens else _LINE_EDGE
        case "image":
            alt = _ALT.search(tag.group())
            return alt.group(1) if alt and len(alt.group(1)) <= _LONGEST_ALT else ""
        case "cell":
            return " " if opens else ""
        case _:
            return ""


def _break(edges: re.Match[str]) -> str:
    """However many blocks end and begin between two words, they are one break."""
    run = edges.group()
    return "\n\n" if _PARAGRAPH_EDGE in run or run.count("\n") > 1 else "\n"
