"""The business itself: its people, its channels, its settings."""

from __future__ import annotations

from calmreply.app.persons import people
from calmreply.app.persons.people import NewPerson
from calmreply.app.ports.channels import Field
from calmreply.app.ports.storage import Account
from calmreply.app.sending import accounts
from calmreply.app.sending.send import secret_name
from calmreply.app.teamwork import keepers
from calmreply.app.words import wording, wording_remedies, wording_trying
from calmreply.cli import inputs, packets, passwords, persons, rules, shapes
from calmreply.cli.commands import Commands, number
from calmreply.cli.context import Answer, Context
from calmreply.domain.people import Presence
from calmreply.errors import KnownError
from calmreply.i18n import _


def declare(commands: Commands) -> None:
    _declare_people(commands.group("people", _("who is here")))
    _declare_channels(commands.group("channel", _("accounts: what we read from and answer by")))
    chosen = commands.group("settings", _("how CalmReply behaves"))
    rules.declare(chosen)


def _declare_people(group: Commands) -> None:
    add = group.command("add", _("somebody comes in, with a key of their own"), add_person)
    add.add_argument("name", metavar="NAME", help=_("what they are called"))
    add.add_argument("--role", default="", metavar="R", help=_("what they do here"))
    add.add_argument("--mail", default="", metavar="M", help=_("their mail address"))
    add.add_argument(
        "--may-offer",
        type=inputs.amount,
        default=0,
        metavar="28.00",
        help=_("the most they may offer without asking"),
    )
    add.add_argument(
        "--new-passphrase-fd",
        type=number,
        metavar="N",
        help=_("an open file whose first line is their passphrase, where somebody vouches"),
    )
    restore = group.command(
        "restore", _("a forgotten passphrase, by the recovery code"), restore_it
    )
    restore.add_argument("name", metavar="NAME", help=_("whose it is"))
    restore.add_argument(
        "--recovery-fd",
        type=number,
        required=True,
        metavar="N",
        help=_("an open file whose first line is the code that was printed"),
    )
    restore.add_argument(
        "--new-passphrase-fd",
        type=number,
        metavar="N",
        help=_("an open file whose first line is the new passphrase"),
    )
    packets.declare(group)
    persons.declare(group)
    for name, does, handler in (
        ("away", _("somebody is away for a while"), away),
        ("back", _("somebody is back"), back),
        ("leave", _("somebody has left for good"), leave),
    ):
        group.command(name, does, handler).add_argument("name", metavar="NAME", help=_("who"))


def _declare_channels(group: Commands) -> None:
    add = group.command("add", _("set one up"), add_account)
    add.set_defaults(keeps_password=True)
    add.add_argument("kind", metavar="KIND", help=_kinds())
    add.add_argument(
        "--set",
        action="append",
        type=inputs.pair,
        default=[],
        dest="values",
        metavar="NAME=VALUE",
        help=_("see: channel fields KIND; once for each"),
    )
    passwords.option(add)
    fields = group.command("fields", _("the kinds, or what one of them asks for"), show_fields)
    fields.add_argument("kind", metavar="KIND", nargs="?", help=_kinds())
    group.command("list", _("what is set up"), list_accounts)
    for name, does, handler in (
        ("test", _("connect and sign in; nothing is sent"), try_account),
        ("remove", _("forget one"), remove_account),
    ):
        parser = group.command(name, does, handler)
        parser.add_argument("account", metavar="ID", help=_("see: channel list"))
        if name == "test":
            parser.set_defaults(keeps_password=True)
            passwords.option(parser)
            parser.add_argument(
                "--allow-private",
                action="store_true",
                help=_("it stands in your own network"),
            )


def _kinds() -> str:
    """Our own, without loading what sends or listens by them."""
    return _("bluesky, imap, mail, mastodon, wordpress; all there are: channel fields")


# --- people --------------------------------------------------------------------------------


def add_person(context: Context) -> Answer:
    """Without --as, the passphrase is the new person's own: they come in by themselves."""
    args = context.args
    vouching = context.actor_if_named
    own = args.new_passphrase_fd
    if own is None:
        own = args.passphrase_fd
    new = NewPerson(args.name, args.role, args.mail, args.may_offer)
    passphrase = context.new_passphrase(own, args.name)
    person, recovery, _changes = people.enrol(context.home, new, passphrase, vouching)
    doubts = persons.doubt_lines(context, person)
    data = {
        "person": str(person.id),
        "name": person.name,
        "recovery_code": recovery,
        "doubts": doubts,
    }
    lines = [
        _("{name} is in.").format(name=person.name),
        *doubts,
        _("Recovery code, shown this once; write it down and keep it in a safe place:"),
        f"  {recovery}",
    ]
    return Answer(data, lines)


def restore_it(context: Context) -> Answer:
    args = context.args
    found = people.person(context.home, args.name)
    code = context.console.line(args.recovery_fd)
    passphrase = context.new_passphrase(args.new_passphrase_fd, found.name)
    people.restore(context.home, str(found.id), code, passphrase)
    words = _("{name} has a new passphrase. The recovery code stays good.")
    return Answer({"person": str(found.id), "name": found.name}, [words.format(name=found.name)])


def away(context: Context) -> Answer:
    return _presence(context, Presence.AWAY)


def back(context: Context) -> Answer:
    return _presence(context, Presence.ACTIVE)


def leave(context: Context) -> Answer:
    return _presence(context, Presence.LEFT)


def _presence(context: Context, presence: Presence) -> Answer:
    found = people.person(context.home, context.args.name)
    people.set_presence(context.home, context.actor, str(found.id), presence)
    data = {"person": str(found.id), "name": found.name, "presence": presence.value}
    return Answer(data, [f"{found.name}: {wording.presence(presence)}"])


# --- channels ------------------------------------------------------------------------------


def add_account(context: Context) -> Answer:
    """Where no keyring keeps the secret it goes into the file with the passwords, if there is one
    or it can be made, else it is sealed with the passphrase of whoever acts.
    """
    args, home = context.args, context.home
    actor = context.actor_if_anybody
    found = accounts.channel(home, args.kind)
    field, values = accounts.secret_field(found), dict(args.values)
    secret = _new_secret(context, field)
    if secret and field is not None:
        accounts.filled(found.title, found.fields, values)  # no file is made for a slip of the pen
        passwords.make_ready(context, actor)
    before = accounts.everything(home)
    account, _changes = accounts.add(home, actor, args.kind, values, secret)
    same = [one.id for one in before if _same(one, account)]
    kept = passwords.keep(context, actor, account.id, secret) if secret else None
    words = _("{channel} is set up as {account}.").format(channel=found.title, account=account.id)
    lines = [words, *(passwords.kept_lines(context, account.id, kept) if kept else ())]
    if field is not None and not passwords.at_hand(context, account.id):
        lines.append(passwords.not_given(context, account.id))
    lines += [_twice(one) for one in same]
    return Answer({**shapes.account(account), "secret": kept, "same_as": same}, lines)


def _new_secret(context: Context, field: Field | None) -> str | None:
    """As it was given with the command, or asked for at a terminal."""
    question = passwords.question(field)
    if context.args.secret_fd is not None:
        return context.console.secret(context.args.secret_fd, question)
    asks = field is not None and context.console.asks
    return context.console.ask_secret(question) or None if asks else None


def _same(one: Account, other: Account) -> bool:
    return (one.kind, one.settings) == (other.kind, other.settings) and one.id != other.id


def _twice(account: str) -> str:
    words = _(
        "The same was set up before, as {account}. To forget one of them:"
        " calmreply channel remove {account}"
    )
    return words.format(account=account)


def list_accounts(context: Context) -> Answer:
    """In a team with the computers that keep its password."""
    found, kept, lines = accounts.everything(context.home), keepers.everywhere(context.home), []
    data = [shapes.account(one) for one in found]
    for one, shape in zip(found, data, strict=True):
        lines.append(f"{one.id}  {_title(context, one)}")
        if context.home.team is not None:
            shape["kept_on"] = list(kept.get(one.id, ()))
        if one.id in kept:
            lines.append(f"    {keepers.kept_on(kept[one.id])}")
    return Answer(data, lines or [_("Nothing is set up yet.")])


def _title(context: Context, account: Account) -> str:
    known = account.kind in accounts.kinds(context.home)
    title = accounts.channel(context.home, account.kind).title if known else account.kind
    return "  ".join((title, *filter(None, account.settings.values())))


def show_fields(context: Context) -> Answer:
    """Of one kind; without one, which kinds there are."""
    if context.args.kind is None:
        return _show_kinds(context)
    found = accounts.channel(context.home, context.args.kind)
    lines = []
    for one in found.fields:
        more = "|".join(one.choices) or one.hint
        lines.append(f"{one.name:12}  {one.words}  {more}".rstrip())
    return Answer([shapes.field(one) for one in found.fields], lines or [_("It asks for nothing.")])


def _show_kinds(context: Context) -> Answer:
    names = accounts.kinds(context.home)
    found = [(name, accounts.channel(context.home, name)) for name in names]
    asking = [(name, one) for name, one in found if one.fields]
    lines = [f"{name:12}  {one.title}" for name, one in asking]
    more = _("What one of them asks for: calmreply channel fields KIND")
    data = [
        {"kind": name, "title": one.title, "fields": [shapes.field(each) for each in one.fields]}
        for name, one in asking
    ]
    return Answer(data, [*lines, more])


def try_account(context: Context) -> Answer:
    """A password that is given now is kept from then on, where it can be."""
    found = accounts.find(context.home, context.args.account)
    kept = _bring(context, found)
    allowed: bool = context.args.allow_private
    try:
        accounts.test(context.home, found.id, allow_private=allowed)
    except KnownError as error:
        if allowed or error.code not in accounts.IN_OWN_NETWORK:
            told = wording_trying.tried(error, feed=False)
            raise passwords.told(context, told, found.id) from error
        way_out = _(
            "If it is a device of your own, add: --allow-private. If not, check the address."
        )
        raise KnownError(error.code, error.words, way_out) from error
    lacks = accounts.lacks(context.home, found.id, allow_private=allowed)
    less = [f"{lacks.words} {lacks.way_out}"] if lacks is not None else []
    lines = [
        _("It works."),
        *less,
        *(passwords.kept_lines(context, found.id, kept) if kept else ()),
    ]
    return Answer({"account": found.id, "works": True, "secret": kept}, lines)


def _bring(context: Context, found: Account) -> str | None:
    """Have its password at hand; where it was given only now, where it lies from now on."""
    secret = passwords.given(context, found.id)
    if secret is None:
        passwords.bring_all(context, [found.id])
        if not passwords.missing(context, found.id) or keepers.of(context.home, found.id):
            return None
        secret = passwords.asked(context, found.id)
    if secret is None:
        return None
    actor = context.actor_if_named
    passwords.make_ready(context, actor)
    context.home.secrets.set(secret_name(found.id), secret)
    kept = passwords.keep(context, actor, found.id, secret)
    accounts.tell_kept(context.home)
    return kept


def remove_account(context: Context) -> Answer:
    found = accounts.find(context.home, context.args.account)
    read = accounts.read_by(context.home, found)
    accounts.remove(context.home, context.actor_if_anybody, found.id)
    context.home.vault.drop(secret_name(found.id))
    lines = [_("It is gone. What was sent by it stays.")]
    if read:
        lines += [wording_remedies.stopped(read), _("What helps each: calmreply source list")]
    return Answer({"removed": found.id, "stopped": [str(one.id) for one in read]}, lines)
