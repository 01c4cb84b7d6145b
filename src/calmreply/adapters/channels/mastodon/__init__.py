"""Mastodon and what speaks its language (snac, Takahe, GoToSocial, Pleroma and others).

    listener   the plug-in: its forms, and one round
    asking     one instance asked as somebody: who we are there, pages, what its refusals mean
    statuses   one status of an answer to a mention; pure

Why nothing is asked "since" an id: ids are not numbers everywhere, and a status that was edited
keeps its id. So the newest page is read whole (see `walking`), and the time of an edit is part of
what is remembered of a status. Pages follow each other by the `Link` header where there is one,
of which only the id is taken, never the address; else by the last id of the page.

Tried against a server that imitates Mastodon, and against scripted answers as the small servers
give them; not against a real Mastodon. May import `app`, `domain`, `errors`, `i18n`,
`adapters.html`, and `interface` and `walking` beside it. Runs on the network pool.
"""

from __future__ import annotations

from .listener import MastodonListener

__all__ = ["MastodonListener"]
