"""Listening: sources and their rounds, the inbox, mentions that somebody brings in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from calmreply.app import queries
from calmreply.app.home import Home
from calmreply.app.inbox_lines import InboxLine
from calmreply.app.listening import listen, places, polling
from calmreply.app.listening.listen import Polled
from calmreply.app.ports.storage import TEXT_CUT, InboxRow
from calmreply.app.teamwork import poller
from calmreply.app.words import wording, wording_mention
from calmreply.cli import inputs, passwords, rounds, shapes, sources
from calmreply.cli.commands import Commands, WrongWordsError, number
from calmreply.cli.console import said
from calmreply.cli.context import Answer, Context
from calmreply.domain import disguise
from calmreply.domain.mention import CaseId, Heard, Origin, Promise, Visibility
from calmreply.domain.stage import Stage
from calmreply.errors import KnownError
from calmreply.i18n import _

CHUNK = 500
PREVIEW = 150
BY_HAND = tuple(one for one in Origin if one is not Origin.FEED)


def declare(commands: Commands) -> None:
    sources.declare(commands.group("source", _("where we listen")))
    once = commands.command("listen", _("ask all sources now"), do_listen)
    once.add_argument("--once", action="store_true", help=_("one round; the window goes on"))
    passwords.option(once, _("the password of the only account that is read, where none keeps it"))
    inbox = commands.command("inbox", _("what has been said, newest first"), do_inbox)
    inbox.add_argument("--stage", type=inputs.one_of(Stage), metavar="STAGE", help=_("as in new"))
    inbox.add_argument("--search", metavar="WORDS", default="", help=_("all of these words"))
    inbox.add_argument("--limit", type=number, metavar="N", help=_("so many at most"))
    _declare_mention(commands.group("mention", _("what somebody said")))


def _declare_mention(mention: Commands) -> None:
    add = mention.command("add", _("bring in a review, a call, a letter"), add_mention)
    add.add_argument("--author", metavar="A", help=_("who said it; with --case as before"))
    add.add_argument("--case", metavar="CASE", help=_("the case in which they go on with it"))
    add.add_argument("--text-file", required=True, metavar="F|-", help=_("what they said"))
    add.add_argument("--url", metavar="U", help=_("where it stands"))
    add.add_argument("--site", default="", metavar="S", help=_("the place in words"))
    add.add_argument("--stars", type=inputs.stars, metavar="N", help=_("as in 2 or 4/5"))
    add.add_argument("--when", type=inputs.moment, metavar="T", help=_("when they said it"))
    add.add_argument(
        "--how",
        type=inputs.one_of(BY_HAND),
        default=Origin.PASTE,
        metavar="|".join(one.value for one in BY_HAND),
        help=_("how it came to us"),
    )
    add.add_argument("--contact", default="", metavar="C", help=_("how to reach them"))
    add.add_argument("--private", action="store_true", help=_("only we can read it"))
    add.add_argument("--promised", metavar="WORDS", help=_("what was promised to them"))
    add.add_argument("--promised-by", type=inputs.moment, metavar="T", help=_("and by when"))


# --- one round -----------------------------------------------------------------------------


def do_listen(context: Context) -> Answer:
    if not context.args.once:
        raise WrongWordsError(
            _("One round is asked for by --once; the open window listens all the time."),
            _("Type: calmreply listen --once"),
        )
    if not listen.sources(context.home):
        raise KnownError(
            "no_sources",
            _("There is nothing to listen to yet."),
            _("Add a source first: calmreply source add ADDRESS"),
        )
    context.lock()
    polled = _round(context)
    if not polled and (why := poller.asked_by_nobody_here(context.home)):
        raise why
    rows = [_polled(one) for one in polled]
    asked = [one for one in polled if not one.waiting]
    lines = [_polled_line(one) for one in polled]
    if asked and all(one.failed for one in asked):
        failed = KnownError(
            "all_failed",
            _("None of the sources could be read."),
            "\n".join(
                f"{one.title}: {one.error.words} {one.error.way_out}" for one in asked if one.error
            ),
        )
        return Answer({"sources": rows}, (), failed)
    return Answer(rows, lines)


def _round(context: Context) -> list[Polled]:
    """With the passwords of all accounts that can be had; a missing one is told with its words."""
    asked = [turn.source for turn in polling.turns(context.home)]
    opened_by = {one.id: places.account_of(one) for one in asked}
    passwords.bring_for_round(context, opened_by.values())
    polled = []
    for one in rounds.everything(context.home):
        account = opened_by.get(one.source, "")
        error = passwords.told(context, one.error, account) if one.error else None
        polled.append(replace(one, error=error))
    return polled


def _polled(polled: Polled) -> dict[str, Any]:
    error = said(polled.error) if polled.error else None
    if polled.waiting:
        error = said(_told_to_wait())
    return {
        "source": str(polled.source),
        "new": polled.new,
        "changed": polled.changed,
        "error": error,
    }


def _polled_line(polled: Polled) -> str:
    if polled.waiting or polled.error:
        error = polled.error or _told_to_wait()
        return f"{polled.title}: {error.words} {error.way_out}"
    words = _("{title}: {new} new, {changed} changed")
    if polled.older:
        words = _("{title}: {new} new, {older} of them older, {changed} changed")
    return words.format(
        title=polled.title, new=polled.new, older=polled.older, changed=polled.changed
    )


def _told_to_wait() -> KnownError:
    return KnownError(
        "asked_to_wait",
        _("The site asked us not to come back yet."),
        _("Nothing to do: it is asked again by itself."),
    )


# --- the inbox -----------------------------------------------------------------------------


def do_inbox(context: Context) -> Answer:
    args, home = context.args, context.home
    view = queries.overview(home)
    found = queries.mention_ids(home, view, args.stage, args.search, args.limit)
    lines: list[InboxLine] = []
    for begin in range(0, len(found), CHUNK):
        lines += queries.lines(home, view, found[begin : begin + CHUNK])
    if args.json:
        return Answer(list(_whole(home, lines)))
    shown = [one for line in lines for one in _inbox_lines(line, view.zone)]
    return Answer(None, shown or [_("Nothing here.")])


def _whole(home: Home, lines: list[InboxLine]) -> Iterator[dict[str, Any]]:
    """With whole texts; a row holds all of a short one."""
    with home.store.read() as tx:
        for line in lines:
            row: InboxRow = line.row
            cut = len(row.text) >= TEXT_CUT
            yield _inbox_data(line, tx.mention(row.mention).now.text if cut else row.text)


def _inbox_data(line: InboxLine, text: str) -> dict[str, Any]:
    row = line.row
    return {
        "mention": str(row.mention),
        "case": None if row.case is None else str(row.case),
        "author": row.author,
        "text": text,
        "stars": shapes.rating(row.stars),
        "kind": line.kind.value if line.kind else None,
        "source": None if row.source is None else str(row.source),
        "url": row.url,
        "published": shapes.time(row.published),
        "heard": shapes.time(row.heard),
        "stage": line.state.stage.value,
        "urgent": line.urgent,
        "places": line.places,
    }


def _inbox_lines(line: InboxLine, zone: str) -> list[str]:
    row = line.row
    stars = f"  {wording.stars(row.stars.given, row.stars.scale)}" if row.stars else ""
    kind = f"  {wording.kind(line.kind)}" if line.kind else ""
    who = disguise.name(row.author) or _("Nobody named")
    urgent = f"  {_('Urgent')}" if line.urgent else ""
    head = f"{who}{urgent}{stars}{kind}  {wording.stage(line.state.stage)}"
    text = " ".join(wording_mention.one_line(row.title, row.text).split())
    text = f"{text[:PREVIEW]}…" if len(text) > PREVIEW else text
    where = disguise.name(row.site) or disguise.address(row.url or "")
    when = wording.exact(row.published or row.heard, zone)
    places = wording_mention.places(line.places) if line.places > 1 else ""
    foot = "  ".join(part for part in (when, where, places, _case_words(row)) if part)
    return [head, f"  {text}", f"  {foot}", ""]


def _case_words(row: InboxRow) -> str:
    return "" if row.case is None else _("case {case}").format(case=row.case)


# --- by hand -------------------------------------------------------------------------------


def add_mention(context: Context) -> Answer:
    args, home = context.args, context.home
    if args.author is None and args.case is None:
        raise WrongWordsError(
            _("Who said it is missing."), _("Say it with --author, or name their case: --case CASE")
        )
    text = context.text(args.text_file)
    promise = None
    if args.promised or args.promised_by:
        by = inputs.placed(args.promised_by, context.zone) if args.promised_by else None
        promise = Promise(args.promised or "", by)
    heard = Heard(
        key="",
        author=args.author or "",
        text=text,
        origin=args.how,
        url=args.url,
        site=args.site,
        stars=args.stars,
        published=inputs.placed(args.when, context.zone) if args.when else None,
        visibility=Visibility.PRIVATE if args.private else listen.visibility_of(args.how),
        contact=args.contact.strip(),
        promise=promise,
    )
    answers = CaseId(args.case) if args.case else None
    actor = context.actor_if_named
    mention, case, _changes = listen.add_mention(home, heard, actor, answers=answers)
    words = _("It is in the inbox as case {case}. Read all of it first: calmreply case read {case}")
    return Answer({"mention": str(mention), "case": str(case)}, [words.format(case=case)])
