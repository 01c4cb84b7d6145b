"""Google Alerts: one mail to its several hits. Pure.

The layout of these mails changes and is not looked at more than must be: a hit is a link through
Google's redirect to somewhere else, its title the first words that link there, its text what
follows until the next hit.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from calmreply.adapters.html import plain, tidy

from . import links
from .headers import Mailbox
from .links import Anchor

_MOST_HITS: Final = 100
_LONGEST_TEXT: Final = 2_000
_EDGE: Final = re.compile(r"<(?:(?P<close>/)?(?P<cell>td)|(?P<rule>hr))\b", re.IGNORECASE)
_SCRIPT: Final = re.compile(r"<(script|style)\b.*?(?:</\1\s*>|\Z)", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Hit:
    """One page that an alert names, by its real address."""

    link: str
    title: str
    text: str


def is_alert(sender: Mailbox) -> bool:
    return links.is_google(sender.host) and "alert" in sender.local


def hits(html: str, text: str) -> list[Hit]:
    """The hits of an alert's mail, in their order; none if it has no redirect links."""
    return _in_markup(_SCRIPT.sub(" ", html)) or _in_text(text)


def _in_markup(html: str) -> list[Hit]:
    anchors = links.anchors(html)
    by_target: dict[str, list[Anchor]] = {}
    for anchor in anchors:
        target = links.target(anchor.link)
        if target is not None and not links.is_google(links.host(target)):
            by_target.setdefault(target, []).append(anchor)
    found = list(by_target.items())[:_MOST_HITS]
    begins = [*(same[0].start for _target, same in found), len(html)]
    made = []
    for (target, same), (_start, until) in zip(found, pairwise(begins), strict=True):
        title = next((each for each in same if each.words), same[0])
        text = _after(html, title, until, anchors)
        made.append(Hit(target, title.words or links.host(target), text))
    return made


def _after(html: str, title: Anchor, until: int, anchors: Sequence[Anchor]) -> str:
    """The words after a title, in its own table cell where that holds any; links left out."""
    within = _cell_end(html, title.end, until)
    for end in (within, until):
        if text := plain(_without(html, title.end, end, anchors))[:_LONGEST_TEXT]:
            return text
    return ""


def _without(html: str, start: int, end: int, anchors: Sequence[Anchor]) -> str:
    """A piece of markup without the links in it: they say "all stories" or repeat the title."""
    kept = []
    for anchor in anchors:
        if start <= anchor.start and anchor.end <= end:
            kept.append(html[start : anchor.start])
            start = anchor.end
    return "".join([*kept, html[start:end]])


def _cell_end(html: str, start: int, until: int) -> int:
    depth = 0
    for edge in _EDGE.finditer(html, start, until):
        if edge["rule"] or (edge["close"] and depth == 0):
            return edge.start()
        depth += -1 if edge["close"] else 1
    return until


def _in_text(text: str) -> list[Hit]:
    """As `hits`, for a mail without markup: the words before a link are those of its hit."""
    made: dict[str, Hit] = {}
    start = 0
    for anchor in links.bare(text):
        before = tidy(text[start : anchor.start]).strip(" <\n")
        start = anchor.end
        target = links.target(anchor.link)
        if target is None or links.is_google(links.host(target)) or len(made) == _MOST_HITS:
            continue
        block = before.split("\n\n")[-1].strip("> \n")
        title, _newline, words = block.partition("\n")
        hit = Hit(target, title.strip() or links.host(target), words.strip()[:_LONGEST_TEXT])
        made.setdefault(target, hit)
    return list(made.values())
