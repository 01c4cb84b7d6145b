"""Feeds: downloaded bytes to cleaned entries, in processes of their own (feedparser).

    reader      the parent's side: keeps a few workers, sends bytes, waits 12 s at most, kills
    wire        how the two talk: length-prefixed JSON and raw bytes over pipes
    worker      the child: limits first, then one document after the other
    document    bytes of any charset to UTF-8, what is no feed at all, strict or loose parsing
    parsers     feedparser's two parsers with our limits inside them
    entries     one parsed entry to one row of plain text, dates, stars
    discovery   feed addresses named in an HTML page

Why a process: a feed is written by strangers, and feedparser can be made to run for minutes or
to take gigabytes. A thread cannot be stopped and shares our memory; a process can be killed,
and the kernel limits its time, its memory, and that it opens neither file nor socket.
`subprocess` and not `multiprocessing`: nothing of the parent's memory, locks or open files is
copied into it, and it works the same on every system.

The parent imports neither feedparser nor nh3. The worker drives feedparser's two parsers itself
instead of calling `feedparser.parse`: that one would open files and addresses, clean every text
twice as slowly as our own cleaner, and lose all entries for one that breaks it. Its sanitiser and
its rewriting of links inside texts are off, because plain text is all that ever leaves here.

May import `app.ports`, `errors`, `i18n` and the sibling `adapters.html` (the one cleaner).
"""

from __future__ import annotations

from .reader import ParseLimits, WorkerFeedReader

__all__ = ["ParseLimits", "WorkerFeedReader"]
