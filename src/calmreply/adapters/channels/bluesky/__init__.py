"""Bluesky: what is said to the shop there, and public posts with words it listens for.

    listener   the plug-in: its forms, and one round
    session    signing in, seldom, and staying signed in while the program runs
    posts      one post of an answer to a mention; pure

Why a session is kept in memory: signing in is limited to some hundred times a day, and rounds
come every few minutes. It dies with the program and stands in no cursor. Why notifications are
not read "since then": the site knows no such question (see `walking`).

May import `app`, `domain`, `errors`, `i18n`, and `interface` and `walking` beside it. Runs on the
network pool.
"""

from __future__ import annotations

from .listener import BlueskyListener

__all__ = ["BlueskyListener"]
