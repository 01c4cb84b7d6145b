"""Bluesky: what is said to the shop there, public posts with words it listens for, and replies.

    channel    the plug-in: it listens, answers, and looks what became of an answer
    listener   its listening half: its forms, and one round
    session    signing in, seldom, and staying signed in while the program runs
    posts      one post of an answer to a mention; pure
    refs       what a reply hangs on; pure
    wording    a reply as a post, its key and its length; pure

Why a session is kept in memory: signing in is limited to some hundred times a day, and rounds
come every few minutes. It dies with the program and stands in no cursor. Why notifications are
not read "since then": the site knows no such question (see `walking`).

Why a reply is put and not created: with a key of our own, so that the same bytes again change
nothing, whatever became of the first ones.

May import `app`, `domain`, `errors`, `i18n`, and `interface`, `walking`, `leaving`, `not_begun` and
`letters` beside it. Runs on the network pool.
"""

from __future__ import annotations

from .channel import Bluesky

__all__ = ["Bluesky"]
