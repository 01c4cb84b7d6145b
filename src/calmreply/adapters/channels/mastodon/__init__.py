"""Mastodon and what speaks its language (snac, Takahe, GoToSocial, Pleroma and others).

    channel    the plug-in: it listens, answers, and looks what became of an answer
    listener   its listening half: its forms, and one round
    asking     one instance asked as somebody: who we are there, pages, what its refusals mean
    statuses   one status of an answer to a mention; pure
    refs       what a reply hangs on; pure
    wording    a reply as a status, its length, and knowing it again; pure

Why nothing is asked "since" an id: ids are not numbers everywhere, and a status that was edited
keeps its id. So the newest page is read whole (see `walking`), and the time of an edit is part of
what is remembered of a status. Pages follow each other by the `Link` header where there is one,
of which only the id is taken, never the address; else by the last id of the page.

Tried against a server that imitates Mastodon, and against scripted answers as the small servers
give them; not against a real Mastodon. That holds for listening and for answering.

Why a reply is read back and not repeated: instances are asked to take the same key only once, but
some do not know such keys, and others forget them within the hour.

May import `app`, `domain`, `errors`, `i18n`, `adapters.html`, and `interface`, `walking`,
`leaving`, `not_begun` and `letters` beside it. Runs on the network pool.
"""

from __future__ import annotations

from .channel import Mastodon

__all__ = ["Mastodon"]
