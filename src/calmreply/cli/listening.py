"""Listening: sources and their rounds, the inbox, mentions that somebody brings in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from calmreply.app import listen, places, queries, wording
from calmreply.app.changes import ChangeSet
from calmreply.app.home import Home
from calmreply.app.listen import Added, Polled
from calmreply.app.queries import InboxLine
from calmreply.app.storage import InboxRow, Source, Takes
from calmreply.cli import ideas, inputs, remedies, rounds, shapes
from calmreply.cli.console import said
from calmreply.cli.context import Answer, Context
from calmreply.cli.parser import Commands, WrongWordsError, number
from calmreply.domain import disguise
from calmreply.domain.mention import Heard, Origin, Promise, Visibility
from calmreply.domain.stage import Stage
from calmreply.errors import KnownError
from calmreply.i18n import _, ngettext

CUT_AT = 400
"""Characters of a text that a list's row holds."""
CHUNK = 500
PREVIEW = 150
BY_HAND = tuple(one for one in Origin if one is not Origin.FEED)


def declare(commands: Commands) -> None:
    _declare_sources(commands.group("source", _("where we listen")))
    once = commands.command("listen", _("ask all sources now"), do_listen)
    once.add_argument("--once", action="store_true", help=_("one round; the window goes on"))
    inbox = commands.command("inbox", _("what has been said, newest first"), do_inbox)
    inbox.add_argument("--stage", type=inputs.one_of(Stage), metavar="STAGE", help=_("as in new"))
    inbox.add_argument("--search", metavar="WORDS", default="", help=_("all of these words"))
    inbox.add_argument("--limit", type=number, metavar="N", help=_("so many at most"))
    _declare_mention(commands.group("mention", _("what somebody said")))


def _declare_sources(source: Commands) -> None:
    add = source.command("add", _("listen at an address"), add_source)
    add.add_argument(
        "url",
        metavar="URL",
        nargs="?",
        default="",
        help=_("a feed, or a page that names one; of another kind, what to listen to there"),
    )
    add.add_argument("--kind", default=listen.FEED, metavar="K", help=_("feed, imap, ..."))
    add.add_argument("--account", metavar="A", help=_("the account that opens it"))
    add.add_argument(
        "--set",
        action="append",
        default=[],
        type=inputs.pair,
        metavar="NAME=VALUE",
        help=_("a field of that kind of place"),
    )
    _allow_private(add)
    add.add_argument(
        "--takes",
        type=inputs.one_of(Takes),
        default=Takes.ALL,
        metavar="all|named",
        help=_("everything, or only what names us"),
    )
    source.command("list", _("all sources"), list_sources)
    source.command("kinds", _("what can be listened to, and what it asks for"), list_kinds)
    remove = source.command("remove", _("stop listening there"), remove_source)
    remove.add_argument("source", metavar="ID", help=_("its number or address"))
    remedies.declare(source)
    source.command("ideas", _("ready searches for the names in the settings"), ideas.list_ideas)
    take = source.command("import", _("add all of a list (OPML, or addresses)"), import_sources)
    take.add_argument("file", metavar="FILE", help=_("the list; - for the standard input"))
    _allow_private(take)


def _allow_private(parser: Any) -> None:
    parser.add_argument(
        "--allow-private",
        action="store_true",
        help=_("also on this computer or the own network"),
    )


def _declare_mention(mention: Commands) -> None:
    add = mention.command("add", _("bring in a review, a call, a letter"), add_mention)
    add.add_argument("--author", required=True, metavar="A", help=_("who said it"))
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


# --- sources -------------------------------------------------------------------------------


def add_source(context: Context) -> Answer:
    args = context.args
    try:
        added, _changes = _add_feed(context) if args.kind == listen.FEED else _add_place(context)
    except KnownError as error:
        raise _typed(error, allowed=args.allow_private) from error
    return Answer(_added(added), [_added_words(added)])


def _add_feed(context: Context) -> tuple[Added, ChangeSet]:
    args = context.args
    if not args.url:
        raise WrongWordsError(
            _("The address of the feed is missing."), _("Type: calmreply source add URL")
        )
    return listen.add_source(
        context.home,
        args.url,
        allow_private=args.allow_private,
        takes=args.takes,
        actor=context.actor_if_named,
    )


def _add_place(context: Context) -> tuple[Added, ChangeSet]:
    """What stands where a feed's address would is the first field of another kind of place."""
    args = context.args
    said = dict(args.set)
    first = places.first_field(places.listener(context.home, args.kind))
    if args.url and first is not None:
        said.setdefault(first.name, args.url)
    return listen.add_place(
        context.home,
        args.kind,
        said,
        args.account,
        allow_private=args.allow_private,
        takes=args.takes,
        actor=context.actor_if_named,
    )


def list_sources(context: Context) -> Answer:
    page = queries.listening(context.home)
    lines = [_source_line(one, page.zone) for one in page.sources]
    rows = [{**shapes.source(one), "remedy": remedies.data(one)} for one in page.sources]
    return Answer(rows, lines or [_("There is no source yet.")])


def list_kinds(context: Context) -> Answer:
    found = [one for _kind, one in sorted(context.home.listeners.items())]
    feeds = _("{kind}: a feed, or a page that names one").format(kind=listen.FEED)
    lines = [feeds]
    for one in found:
        asked = ", ".join(field.name for field in one.place_fields)
        opened = _("needs an account") if one.needs_account else _("needs no account")
        lines.append(f"{one.kind}: {one.title}; {opened}; {asked}")
    return Answer([shapes.listener(one) for one in found], lines)


def remove_source(context: Context) -> Answer:
    found = listen.find_source(context.home, context.args.source)
    listen.remove_source(context.home, found.id, context.actor_if_named)
    words = _("{title} is no longer listened to. What it brought stays.")
    return Answer({"removed": str(found.id)}, [words.format(title=found.title)])


def import_sources(context: Context) -> Answer:
    args = context.args
    body = inputs.file_bytes(context.console, args.file, inputs.LONGEST_LIST)
    found = context.start.feeds_in(body)
    taken: list[Added] = []
    refused = [
        {"address": what, "code": "bad_address", "words": why} for what, why in found.refused
    ]
    for _title, address in found.feeds:
        try:
            added, _changes = listen.add_source(
                context.home,
                address,
                allow_private=args.allow_private,
                actor=context.actor_if_named,
            )
            taken.append(added)
        except KnownError as error:
            refused.append({"address": address, **said(_typed(error, allowed=args.allow_private))})
    lines = [_added_words(one) for one in taken]
    lines += [
        _("Not taken: {address}. {why}").format(
            address=one["address"], why=f"{one['words']} {one.get('way_out', '')}".rstrip()
        )
        for one in refused
    ]
    data = {"taken": [_added(one) for one in taken], "refused": refused}
    if taken:
        return Answer(data, lines)
    words = _("Nothing of this list was taken.")
    return Answer(data, lines, KnownError("nothing_taken", words, _("Each line says why.")))


def _typed(error: KnownError, *, allowed: bool) -> KnownError:
    """The error with the way out that is typed, where the window has a box to tick."""
    if error.code != "private_address" or allowed:
        return error
    return KnownError(
        error.code,
        error.words,
        _("If it is a device of your own, add: --allow-private. If not, check the address."),
    )


def _added(added: Added) -> dict[str, Any]:
    return {
        "source": str(added.source),
        "feed": added.feed,
        "title": added.title,
        "found": added.found,
    }


def _added_words(added: Added) -> str:
    return ngettext(
        "Listening to {title}; it shows {n} entry now.",
        "Listening to {title}; it shows {n} entries now.",
        added.found,
    ).format(title=added.title, n=added.found)


def _source_line(source: Source, zone: str) -> str:
    state = source.state
    title = disguise.name(source.title)
    heard = wording.exact(state.heard_at, zone) if state.heard_at else _("not asked yet")
    trouble = f"  {remedies.words(source)}" if state.trouble else ""
    return f"{source.id}  {title}  <{disguise.address(source.address)}>  {heard}{trouble}"


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
    polled = rounds.everything(context.home)
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
            cut = len(row.text) >= CUT_AT
            yield shapes.inbox_line(line, tx.mention(row.mention).now.text if cut else row.text)


def _inbox_lines(line: InboxLine, zone: str) -> list[str]:
    row = line.row
    stars = f"  {wording.stars(row.stars.given, row.stars.scale)}" if row.stars else ""
    kind = f"  {wording.kind(line.kind)}" if line.kind else ""
    who = disguise.name(row.author) or _("Nobody named")
    head = f"{who}{stars}{kind}  {wording.stage(line.state.stage)}"
    text = " ".join(row.text.split())
    text = f"{text[:PREVIEW]}…" if len(text) > PREVIEW else text
    where = disguise.name(row.site) or disguise.address(row.url or "")
    when = wording.exact(row.published or row.heard, zone)
    foot = "  ".join(part for part in (when, where, _case_words(row)) if part)
    return [head, f"  {text}", f"  {foot}", ""]


def _case_words(row: InboxRow) -> str:
    return "" if row.case is None else _("case {case}").format(case=row.case)


# --- by hand -------------------------------------------------------------------------------


def add_mention(context: Context) -> Answer:
    args, home = context.args, context.home
    text = context.text(args.text_file)
    promise = None
    if args.promised or args.promised_by:
        by = inputs.placed(args.promised_by, context.zone) if args.promised_by else None
        promise = Promise(args.promised or "", by)
    heard = Heard(
        key="",
        author=args.author,
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
    mention, case, _changes = listen.add_mention(home, heard, context.actor_if_named)
    words = _("It is in the inbox as case {case}. Read all of it first: calmreply case read {case}")
    return Answer({"mention": str(mention), "case": str(case)}, [words.format(case=case)])
