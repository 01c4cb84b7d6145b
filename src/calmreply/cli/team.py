"""A home that lies on a team's server: look at it, make it, join it, see where one is, leave it."""

from __future__ import annotations

from calmreply.app.words import wording_team
from calmreply.cli import team_move
from calmreply.cli.commands import Commands, number
from calmreply.cli.context import Answer, Context
from calmreply.cli.team_address import given, options, shape, unkept
from calmreply.i18n import _


def declare(commands: Commands) -> None:
    group = commands.group("team", _("several computers, one home on a PostgreSQL server"))
    options(group.command("try", _("connect and say how it stands"), do_try))
    found = options(group.command("found", _("make the team's home, as its owner"), do_found))
    found.add_argument(
        "--works-as",
        required=True,
        metavar="ROLE",
        help=_("the role the program works as, who may change no record"),
    )
    found.add_argument(
        "--role-secret-fd",
        type=number,
        metavar="N",
        help=_("that role's password, where the role is still to be made"),
    )
    options(group.command("join", _("open that home from this folder on"), do_join))
    team_move.declare(group)
    group.command("show", _("where the home of this folder lies"), show)
    call = group.command("call", _("what the others know this computer by"), do_call)
    call.add_argument("name", metavar="NAME", help=_("as in: the office"))
    group.command("leave", _("forget it here; the home stays where it is"), leave)


def do_try(context: Context) -> Answer:
    address = given(context)
    looked = context.start.teams.look(address)
    data = {"team": shape(address), "people": looked.people, "warnings": list(looked.warnings)}
    return Answer(data, wording_team.looked(address, looked))


def do_found(context: Context) -> Answer:
    """The owner's password is used for this and kept nowhere."""
    owner, works_as = given(context), context.args.works_as
    number_ = context.args.role_secret_fd
    password = "" if number_ is None else context.console.line(number_)
    made = context.start.teams.found(owner, works_as, password)
    words = _("The team's home is in the database {name}. The program works there as {role}.")
    lines = [words.format(name=owner.database, role=works_as)]
    if number_ is not None and not made:
        lines.append(_("{role} was there already and keeps its password.").format(role=works_as))
    return Answer({"team": shape(owner), "works_as": works_as, "role_made": made}, lines)


def do_join(context: Context) -> Answer:
    address, seal = given(context), context.args.seal_fd
    passphrase = None if seal is None else context.console.line(seal)
    folder = context.start.data_folder(context.args.home)
    kept = context.start.teams.join(folder, address, passphrase)
    words = _("From now on the home of {folder} lies on {host}, in the database {name}.")
    lines = [words.format(folder=folder, host=address.host, name=address.database)]
    if address.password and not kept:
        lines += unkept()
    secret = kept if address.password else None
    return Answer({"team": shape(address), "password_kept": secret}, lines)


def show(context: Context) -> Answer:
    """Without going there."""
    folder = context.start.data_folder(context.args.home)
    address = context.start.teams.at(folder)
    if address is None:
        words = _("The home of {folder} lies in that folder.").format(folder=folder)
        return Answer({"team": None}, [words])
    words = _("The home of {folder} lies on {host}, in the database {name}.")
    return Answer(
        {"team": shape(address)},
        [words.format(folder=folder, host=address.host, name=address.database)],
    )


def do_call(context: Context) -> Answer:
    folder = context.start.data_folder(context.args.home)
    called = context.start.teams.call(folder, context.args.name)
    words = _("The others know this computer as {name}, from the next start on.")
    data = {"computer": {"id": called.id, "name": called.name}}
    return Answer(data, [words.format(name=called.name or _("nothing"))])


def leave(context: Context) -> Answer:
    folder = context.start.data_folder(context.args.home)
    context.start.teams.leave(folder)
    return Answer({"team": None}, [_("Forgotten here. The team's home stays where it is.")])
