"""Mentions that a person brings in: a pasted review, a call, a letter, a talk over the counter."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from urllib.parse import urlsplit

from calmreply.app import facts
from calmreply.app.cases import turns
from calmreply.app.cases.turns import Turn
from calmreply.app.home import Actor, Home
from calmreply.app.ledger import present, writing
from calmreply.app.listening import intake, once
from calmreply.app.ports.changes import ChangeSet
from calmreply.domain import alike
from calmreply.domain.mention import CaseId, Heard, Mention, MentionId, Origin, Visibility
from calmreply.errors import KnownError
from calmreply.i18n import _

TEXT_LIMIT = 200_000
LINE_LIMIT = 500
LONGEST_LINK = 2_000
_LOOKED_AT = 20
UNKNOWN_AUTHOR = "?"
"""Given as the author where nobody knows who it was; kept as no name, which nobody greets."""


def add_mention(
    home: Home, heard: Heard, actor: Actor | None = None, *, answers: CaseId | None = None
) -> tuple[MentionId, CaseId, ChangeSet]:
    """A pasted review, a call, a letter, a talk over the counter.

    `answers`: the case in which they go on with it, and which wants an answer of its own to that;
    who, where and how to reach them are as before where nothing else is said. The same words by
    the same author at the same place are the same mention. What was said to us alone is private,
    whatever else is said. The author may be `UNKNOWN_AUTHOR`.
    Raises KnownError `text_missing`, `text_too_long`, `author_missing`, `bad_address`,
    `promise_missing`, `no_such_case`, `another_case`.
    """
    with writing(home, actor) as ledger:
        if answers is not None:
            heard = _like_before(heard, facts.load(home, ledger.tx, answers).facts.mention)
        heard = _checked(heard)
        rules_line, _rules = facts.rules_in_force(ledger.tx)
        (one,) = ledger.tx.add_mentions(
            None,
            [heard],
            ledger.now.wall,
            older=[False],
            rules_line=rules_line,
            joins=[answers],
            marks=[alike.marks(once.heard(heard, ledger.now.wall))],
        )
        if answers is not None and one.case != answers:
            raise _another_case(one.case)
        intake.note(ledger, "", rules_line, [heard], [one], by_program=False)
        turns.begin(ledger, [Turn(answers, again=True) if answers else None], [one])
    if one.case is None:
        raise AssertionError("a mention brought in by hand always has a case")
    return one.mention, one.case, ChangeSet(cases=frozenset({one.case}), mentions=True)


def likely(home: Home, author: str, site: str = "", url: str = "") -> Mention | None:
    """What somebody of that name said lately, there or anywhere if nobody says where: its case may
    be the one that they go on with. The newest; only a person can say so.
    """
    name = author.strip().casefold()
    if name in ("", UNKNOWN_AUTHOR):
        return None
    page, place = once.where(url, site.strip())
    with home.store.read() as tx:
        since = present(home, tx).wall - turns.GOES_ON_FOR
        for mention in tx.search(author, limit=_LOOKED_AT):
            found = tx.mention(mention)
            there, its = once.where(found.url, found.site)
            names = ("", its.casefold(), found.site.casefold())
            same = page == there if page and there else place.casefold() in names
            known = found.case is not None and found.heard >= since
            if known and same and found.now.author.casefold() == name:
                return found
    return None


def _like_before(heard: Heard, before: Mention) -> Heard:
    """What nobody says anew is as they said it before."""
    page = heard.origin is Origin.PASTE
    named = heard.author.strip() not in ("", UNKNOWN_AUTHOR)
    return replace(
        heard,
        author=heard.author if named else before.now.author or UNKNOWN_AUTHOR,
        contact=heard.contact.strip() or before.contact,
        site=heard.site.strip() or (before.site if page else ""),
        url=heard.url or (before.url if page else None),
    )


def _another_case(case: CaseId | None) -> KnownError:
    return KnownError(
        "another_case",
        _("These very words came in before, as case {case}.").format(case=case),
        _("Open that case; if it is another matter, say what is different."),
    )


def answer_after_all(
    home: Home, mention: MentionId, actor: Actor | None = None
) -> tuple[MentionId, CaseId, ChangeSet]:
    """A mention from before we listened is to be answered: it comes in once more, as by hand.

    So it has a case, and their clock starts now; the older one stays as it was heard. Asked for
    twice, or already pasted by somebody, it is the same case; a mention that has one keeps it.
    Raises KnownError `no_such_mention` and those of `add_mention`.
    """
    with home.store.read() as tx:
        found, row = tx.mention(mention), tx.row(mention)
    if found.case is not None:
        return found.id, found.case, ChangeSet()
    now = found.now
    again = Heard(
        key="",
        author=now.author[:LINE_LIMIT].strip() or UNKNOWN_AUTHOR,
        text=now.text.strip() or found.title,
        title=found.title,
        origin=Origin.PASTE,
        url=_page_or_none(found.url),
        site=(found.site or row.source_title)[:LINE_LIMIT],
        stars=now.stars,
        published=found.published,
        visibility=now.visibility,
    )
    return add_mention(home, again, actor)


def pasted_key(author: str, text: str, url: str | None, site: str) -> str:
    """What identifies a mention that was brought in by hand."""
    words = "\n".join((author.casefold(), url or site.casefold(), " ".join(text.split())))
    return "hand:" + hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()


def visibility_of(origin: Origin) -> Visibility:
    """What comes by phone, letter or over the counter was said to us alone."""
    alone = (Origin.PHONE, Origin.LETTER, Origin.COUNTER)
    return Visibility.PRIVATE if origin in alone else Visibility.PUBLIC


def page_address(url: str | None) -> str | None:
    """A link that a person gave, or None for an empty one. Raises KnownError `bad_address`."""
    url = (url or "").strip()
    if not url:
        return None
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        good = False
    if good and url.isprintable() and " " not in url and len(url) <= LONGEST_LINK:
        return url
    raise KnownError(
        "bad_address",
        _("The link does not begin with http:// or https://, or is not whole."),
        _("Copy it from the browser's address line, or leave it out."),
    )


def _page_or_none(url: str | None) -> str | None:
    """A link that a source gave, where it is one that a person could have given."""
    try:
        return page_address(url)
    except KnownError:
        return None


def _checked(heard: Heard) -> Heard:
    text = heard.text.replace("\x00", "").strip()
    author = " ".join(heard.author.split())
    url = page_address(heard.url)
    host = urlsplit(url).hostname if url else None
    site = heard.site.strip() or host or ""
    contact = heard.contact.strip()
    promise = heard.promise
    if not text:
        raise KnownError(
            "text_missing", _("What they said is missing."), _("Paste it, or write it down.")
        )
    if len(text) > TEXT_LIMIT or max(map(len, (author, site, contact))) > LINE_LIMIT:
        raise KnownError(
            "text_too_long",
            _("The text is longer than any review."),
            _("Paste just what they said."),
        )
    if not author:
        raise KnownError(
            "author_missing",
            _("Who said it is missing."),
            _("Write the name as it stands there, or a question mark where it is not known."),
        )
    if promise is not None and not promise.words.strip():
        raise KnownError(
            "promise_missing",
            _("What was promised is missing."),
            _("Write it down in a few words, or leave the day out as well."),
        )
    author = "" if author == UNKNOWN_AUTHOR else author
    return replace(
        heard,
        text=text,
        author=author,
        url=url,
        site=site,
        contact=contact,
        visibility=(
            Visibility.PRIVATE
            if visibility_of(heard.origin) is Visibility.PRIVATE
            else heard.visibility
        ),
        key=heard.key or pasted_key(author, text, url, site),
    )
