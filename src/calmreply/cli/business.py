"""The business itself: its people, its channels, its settings."""

from __future__ import annotations

from calmreply.app.persons import people
from calmreply.app.persons.people import NewPerson
from calmreply.app.ports.storage import Account
from calmreply.app.sending import accounts
from calmreply.app.sending.send import secret_name
from calmreply.app.teamwork import keepers
from calmreply.app.words import wording, wording_remedies
from calmreply.cli import inputs, packets, persons, rules, shapes
from calmreply.cli.commands import Commands, number
from calmreply.cli.context import Answer, Context
from calmreply.domain.people import Presence
from calmreply.errors import KnownError
from calmreply.i18n import _


def declare(commands: Commands) -> None:
    _declare_people(commands.group("people", _("who is here")))
    _declare_channels(commands.group("channel", _("what we read from and answer by")))
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
    add.add_argument("kind", metavar="KIND", help=_("as in hand or mail"))
    add.add_argument(
        "--set",
        action="append",
        type=inputs.pair,
        default=[],
        dest="values",
        metavar="NAME=VALUE",
        help=_("see: channel fields KIND; once for each"),
    )
    add.add_argument(
        "--secret-fd",
        type=number,
        metavar="N",
        help=_("an open file whose first line is the password"),
    )
    group.command("fields", _("what a kind asks for"), show_fields).add_argument(
        "kind", metavar="KIND", help=_("as in hand or mail")
    )
    group.command("list", _("what is set up"), list_accounts)
    for name, does, handler in (
        ("test", _("connect and sign in; nothing is sent"), try_account),
        ("remove", _("forget one"), remove_account),
    ):
        parser = group.command(name, does, handler)
        parser.add_argument("account", metavar="ID", help=_("see: channel list"))
        if name == "test":
            parser.add_argument(
                "--secret-fd",
                type=number,
                metavar="N",
                help=_("an open file whose first line is the password"),
            )
            parser.add_argument(
                "--allow-private",
                action="store_true",
                help=_("it stands in your own network"),
            )


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
    """Where no keyring keeps the secret, it is sealed with the passphrase of whoever acts."""
    args, home = context.args, context.home
    actor = context.actor_if_anybody
    found = accounts.channel(home, args.kind)
    field = accounts.secret_field(found)
    secret = None if args.secret_fd is None else context.console.line(args.secret_fd)
    if secret is None and field is not None and context.console.asks:
        secret = context.console.ask_secret(f"{field.words}:") or None
    account, _changes = accounts.add(home, actor, args.kind, dict(args.values), secret)
    kept = "keyring"
    if secret and not home.secrets.keeps:
        kept = "run"
        if actor is not None:
            name = secret_name(account.id)
            context.home.vault.keep(name, str(actor.person.id), context.passphrase, secret)
            kept = "passphrase"
    data = {**shapes.account(account), "secret": kept if secret else None}
    words = _("{channel} is set up as {account}.").format(channel=found.title, account=account.id)
    return Answer(data, [words, *(_kept_words(context, kept) if secret else ())])


def _kept_words(context: Context, kept: str) -> list[str]:
    match kept:
        case "keyring":
            return [_("Its password is kept in this computer's keyring.")]
        case "passphrase":
            name = context.actor.person.name
            words = _(
                "No keyring keeps its password here: it lies in the data folder, sealed with"
                " {name}'s passphrase."
            )
            return [words.format(name=name)]
        case _:
            ask = _("Give it again with each send: --secret-fd N")
            return [context.home.secrets.why, ask]


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
    found = accounts.channel(context.home, context.args.kind)
    lines = []
    for one in found.fields:
        more = "|".join(one.choices) or one.hint
        lines.append(f"{one.name:12}  {one.words}  {more}".rstrip())
    return Answer([shapes.field(one) for one in found.fields], lines or [_("It asks for nothing.")])


def try_account(context: Context) -> Answer:
    found = accounts.find(context.home, context.args.account)
    context.bring_secret(found.id)
    allowed: bool = context.args.allow_private
    try:
        accounts.test(context.home, found.id, allow_private=allowed)
    except KnownError as error:
        if allowed or error.code not in accounts.IN_OWN_NETWORK:
            raise
        way_out = _(
            "If it is a device of your own, add: --allow-private. If not, check the address."
        )
        raise KnownError(error.code, error.words, way_out) from error
    return Answer({"account": found.id, "works": True}, [_("It works.")])


def remove_account(context: Context) -> Answer:
    found = accounts.find(context.home, context.args.account)
    read = accounts.read_by(context.home, found)
    accounts.remove(context.home, context.actor_if_anybody, found.id)
    context.home.vault.drop(secret_name(found.id))
    lines = [_("It is gone. What was sent by it stays.")]
    if read:
        lines += [wording_remedies.stopped(read), _("What helps each: calmreply source list")]
    return Answer({"removed": found.id, "stopped": [str(one.id) for one in read]}, lines)
