"""Feeds: downloaded bytes to cleaned entries, apart from the program (feedparser).

    reader      the parent's side: bytes to entries by `app.ports.Apart`
    work        what is called there, in a limited worker process
    document    bytes of any charset to UTF-8, what is no feed at all, strict or loose parsing
    jsonfeed    the same rows out of a JSON Feed
    parsers     feedparser's two parsers with our limits inside them
    entries     one parsed entry to one row of plain text, dates, stars
    discovery   feed addresses named in an HTML page

The parent imports neither feedparser nor nh3. The worker drives feedparser's two parsers itself
instead of calling `feedparser.parse`: that one would open files and addresses, clean every text
twice as slowly as our own cleaner, and lose all entries for one that breaks it. Its sanitiser and
its rewriting of links inside texts are off, because plain text is all that ever leaves here.

May import `app.ports`, `errors`, `i18n` and the sibling `adapters.html` (the one cleaner).
"""

from __future__ import annotations

from .reader import WorkerFeedReader

__all__ = ["WorkerFeedReader"]
