"""Where we listen: adding, listing and taking out sources."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from calmreply.app import queries
from calmreply.app.listening import listen, places
from calmreply.app.listening.listen import Added
from calmreply.app.ports.changes import ChangeSet
from calmreply.app.ports.channels import Field
from calmreply.app.ports.listeners import OpenToAll
from calmreply.app.ports.storage import Account, Source, Takes
from calmreply.app.queries import ListeningPage
from calmreply.app.sending import accounts
from calmreply.app.words import wording, wording_trying
from calmreply.cli import ideas, inputs, passwords, remedies, shapes
from calmreply.cli.commands import Commands, WrongWordsError
from calmreply.cli.console import said
from calmreply.cli.context import Answer, Context
from calmreply.domain import disguise
from calmreply.errors import KnownError
from calmreply.i18n import _, ngettext


def declare(source: Commands) -> None:
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
    passwords.option(add, _("that account's password, where none keeps it"))
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


def add_source(context: Context) -> Answer:
    args = context.args
    words, account = _without_account(context), _opening(context)
    passwords.bring_for_round(context, [account])
    try:
        added, _changes = _add_feed(context) if args.kind == listen.FEED else _add_place(context)
    except KnownError as error:
        feed = args.kind == listen.FEED
        known = _typed(error, allowed=args.allow_private, feed=feed)
        raise passwords.told(context, known, account) from error
    return Answer(_added(added), [_added_words(added), *_others(added), *words])


def _opening(context: Context) -> str:
    """The id of the account through which it will be read; empty where it needs none.

    Raises KnownError `account_needed`, `which_account` with what to type.
    """
    home, args = context.home, context.args
    if args.kind == listen.FEED or (args.url and listen.public_kind(home, args.kind, args.account)):
        return ""
    found = places.listener(home, args.kind)
    try:
        account = places.account_for(home, found, args.account)
    except KnownError as error:
        raise _choosing(context, error) from error
    return "" if account is None else account.id


def _choosing(context: Context, error: KnownError) -> KnownError:
    """With the words that set an account up, or that say which one is meant."""
    kind: str = context.args.kind
    found = places.listener(context.home, kind)
    there = [one for one in accounts.everything(context.home) if one.kind == kind]
    if error.code == "account_needed" and not there:
        named = [one for one in found.fields if one.required and not (one.secret or one.default)]
        words = " ".join(f"--set {one.name}={one.name.upper()}" for one in named)
        way_out = _("Set one up first: {typed}").format(
            typed=f"calmreply channel add {kind} {words}".rstrip()
        )
    elif error.code in ("account_needed", "which_account"):
        several = "; ".join(f"--account {one.id} ({_called(one)})" for one in there)
        way_out = _("Say which one: {accounts}").format(accounts=several)
    else:
        return error
    return KnownError(error.code, error.words, way_out)


def _called(account: Account) -> str:
    return ", ".join(filter(None, account.settings.values()))


def _without_account(context: Context) -> list[str]:
    """What is not read, where an account would open more."""
    home, args = context.home, context.args
    if args.kind == listen.FEED or not listen.public_kind(home, args.kind, args.account):
        return []
    found = places.listener(home, args.kind)
    return [found.without_account] if args.url and isinstance(found, OpenToAll) else []


def _add_feed(context: Context) -> tuple[Added, ChangeSet]:
    args = context.args
    if not args.url:
        raise WrongWordsError(
            _("The address of the feed is missing."), _("Type: calmreply source add URL")
        )
    if _is_path(args.url):
        raise KnownError(
            "not_an_address",
            _("This is a file on this computer, no web address."),
            _(
                "Its reviews or mails: calmreply source add --kind file FILE. A list of feeds:"
                " calmreply source import FILE"
            ),
        )
    return listen.add_source(
        context.home,
        args.url,
        allow_private=args.allow_private,
        takes=args.takes,
        actor=context.actor_if_named,
    )


def _is_path(typed: str) -> bool:
    """Whether it can only be meant as a file; `//blog.example/feed` is an address."""
    if typed.startswith("//"):
        return False
    return Path(typed).is_absolute() or typed.startswith(("./", "../", "~/"))


def _add_place(context: Context) -> tuple[Added, ChangeSet]:
    """What stands where a feed's address would is the first field of another kind of place."""
    args = context.args
    if args.url and listen.public_kind(context.home, args.kind, args.account):
        return _add_public(context)
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


def _add_public(context: Context) -> tuple[Added, ChangeSet]:
    """What can be read there without an account, as a feed."""
    args = context.args
    feed, _found = listen.try_public(
        context.home, args.kind, args.url, allow_private=args.allow_private
    )
    return listen.add_source(
        context.home,
        feed,
        allow_private=args.allow_private,
        takes=args.takes,
        actor=context.actor_if_named,
    )


def list_sources(context: Context) -> Answer:
    page = queries.listening(context.home)
    lines = [_source_line(context, one, page) for one in page.sources]
    rows = [{**shapes.source(one), "remedy": remedies.data(one)} for one in page.sources]
    return Answer(rows, lines or [_("There is no source yet.")])


def list_kinds(context: Context) -> Answer:
    found = [one for _kind, one in sorted(context.home.listeners.items())]
    feeds = _("{kind}: a feed, or a page that names one").format(kind=listen.FEED)
    lines = [feeds]
    for one in found:
        asked = ", ".join(_asked(field) for field in one.place_fields)
        opened = _("needs an account") if one.needs_account else _("needs no account")
        lines.append(f"{one.kind}: {one.title}; {opened}; {asked}")
    return Answer([shapes.listener(one) for one in found], lines)


def _asked(field: Field) -> str:
    """A field with the values that it can have, the usual one first."""
    if not field.choices:
        return field.name
    others = [one for one in field.choices if one != field.default]
    return f"{field.name}={'|'.join([field.default, *others] if field.default else others)}"


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
    allowed = args.allow_private
    refused = [
        {"address": what, "code": "bad_address", "words": why} for what, why in found.refused
    ]
    for _title, address in found.feeds:
        try:
            added, _changes = listen.add_source(
                context.home,
                address,
                allow_private=allowed,
                actor=context.actor_if_named,
            )
            taken.append(added)
        except KnownError as error:
            refused.append({"address": address, **said(_typed(error, allowed=allowed))})
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


def _typed(error: KnownError, *, allowed: bool, feed: bool = True) -> KnownError:
    """The error with the way out that is typed, where the window has a box to tick."""
    if error.code != "private_address" or allowed:
        return wording_trying.tried(error, feed=feed)
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
        "others": list(added.others),
    }


def _added_words(added: Added) -> str:
    return ngettext(
        "Listening to {title}; it shows {n} entry now.",
        "Listening to {title}; it shows {n} entries now.",
        added.found,
    ).format(title=added.title, n=added.found)


def _others(added: Added) -> list[str]:
    """What else its page names; as no command, for a stranger wrote these addresses."""
    if not added.others:
        return []
    return [
        _("That page names others, too. To listen to one of them: calmreply source add ADDRESS"),
        *(f"  {disguise.address(one)}" for one in added.others),
    ]


def _source_line(context: Context, source: Source, page: ListeningPage) -> str:
    state, zone, computer = source.state, page.zone, page.files.get(source.id, "")
    title = disguise.name(source.title)
    heard = wording.exact(state.heard_at, zone) if state.heard_at else _("not asked yet")
    trouble = f"  {remedies.words(source)}" if state.trouble else ""
    on = "  " + _("on {computer}").format(computer=computer) if computer else ""
    return f"{source.id}  {title}  <{_place(context, source)}>  {heard}{on}{trouble}"


def _place(context: Context, source: Source) -> str:
    """Its address; of what is read through an account its kind, for the address holds a number."""
    kind = context.home.listeners.get(source.kind)
    if kind is None or not places.account_of(source):
        return disguise.address(source.address)
    return kind.title
