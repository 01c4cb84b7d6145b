"""One HTML file that needs nothing else: its script, its looks, its words and its data within it.

The content security policy allows exactly this script and these looks, by their hash, and nothing
from anywhere. All data stands in one block of JSON that no browser executes, and is shown by
`textContent` alone. What the page shows of the reply, it reads out of the record that is signed.

Tried, by tests, from a file on the disk and without a network: Chromium 156 (390 by 844 pixels,
touched, light and dark) and Firefox 153, both on Debian. Not tried: Safari, Edge, a telephone held
in a hand. The page needs Ed25519 in WebCrypto (by their makers' word Chrome and Edge from 137,
Firefox from 129, Safari from 17) and says so itself where a browser has none.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
from functools import cache
from typing import Any

from calmreply import resources
from calmreply.app.words import wording_packet
from calmreply.domain import packet

_FOLDER = "packet"


@cache
def words() -> tuple[str, ...]:
    """The 1024 words of fingerprints and packet passphrases."""
    return tuple(resources.text(f"{_FOLDER}/words.txt").split())


def fingerprint(data: bytes) -> tuple[str, ...]:
    return packet.fingerprint(data, words())


def review(content: dict[str, Any]) -> str:
    """The page of a packet that asks about a reply."""
    return _page("review", content, wording_packet.review_page())


def invitation(content: dict[str, Any]) -> str:
    """The page on which somebody far away makes a packet key."""
    return _page("invitation", content, wording_packet.invitation_page())


def _page(kind: str, content: dict[str, Any], said: dict[str, str]) -> str:
    script = resources.text(f"{_FOLDER}/common.js") + resources.text(f"{_FOLDER}/{kind}.js")
    style = resources.text(f"{_FOLDER}/page.css")
    policy = (
        f"default-src 'none'; script-src {_source(script)}; style-src {_source(style)}; "
        "base-uri 'none'; form-action 'none'"
    )
    parts = {
        "policy": html.escape(policy, quote=False),
        "title": html.escape(said["title"]),
        "style": style,
        "data": _data({**content, "kind": kind, "words": words(), "said": said}),
        "script": script,
    }
    pieces = resources.text(f"{_FOLDER}/page.html").split("{{")
    # In one go, so that nothing within a part is taken for the place of another.
    filled = (
        parts[name] + rest for name, _end, rest in (piece.partition("}}") for piece in pieces[1:])
    )
    return pieces[0] + "".join(filled)


def _source(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def _data(content: dict[str, Any]) -> str:
    """JSON in ASCII in which nothing can end the block it stands in."""
    text = json.dumps(content, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
