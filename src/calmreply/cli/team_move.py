"""A home moves to a team's server or back into its folder; and a server's home is upgraded."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from calmreply.app.teamwork import moving, team_errors
from calmreply.app.teamwork.moving import Destination, Moved, Progress, Stage, Tell
from calmreply.app.teamwork.team import TeamAddress
from calmreply.cli.commands import Commands, WrongWordsError, number
from calmreply.cli.context import Answer, Context
from calmreply.cli.team_address import given, options, shape, unkept
from calmreply.errors import KnownError
from calmreply.i18n import _, ngettext

SERVER, HERE = "server", "here"
_STEPS = 20
"""How often it is said how far it is, for each stage."""


def declare(group: Commands) -> None:
    move = options(group.command("move", _("take the home to a server, or back here"), do_move))
    move.add_argument(
        "--to",
        required=True,
        choices=(SERVER, HERE),
        help=_("to the server at that address, or from there into this folder"),
    )
    move.add_argument(
        "--owner", metavar="ROLE", help=_("who owns that home; only they can bring a record there")
    )
    move.add_argument(
        "--owner-secret-fd", type=number, metavar="N", help=_("the owner's password; kept nowhere")
    )
    words = _("work on in what was kept here when the home moved; the server is lost for good")
    back = group.command("go-back", words, do_go_back)
    back.add_argument(
        "--lost", action="store_true", help=_("yes: all that the team did there since is gone")
    )
    words = _("bring an older home on a server up to date, as its owner")
    options(group.command("upgrade", words, do_upgrade))


def do_move(context: Context) -> Answer:
    """Ctrl+C stops it, and so does anything else: the same words go on where it stopped."""
    folder, to_server = context.start.data_folder(context.args.home), context.args.to == SERVER
    tell = _telling(context)
    if not to_server:
        if context.args.values:
            raise WrongWordsError(
                _("From where is known already."), "calmreply team move --to here"
            )
        came = _from_there(context, folder, tell)
        return Answer(_shape(came, None), _lines(came, str(folder)))
    address = given(context)
    seal = context.args.seal_fd
    passphrase = None if seal is None else context.console.line(seal)
    went = context.start.mover.to_server(folder, _destination(context, address), tell, passphrase)
    place = _("the database {name} on {host}").format(name=address.database, host=address.host)
    lines = _lines(went, place)
    if address.password and not went.password_kept:
        lines += unkept()
    return Answer(_shape(went, shape(address)), lines)


def _from_there(context: Context, folder: Path, tell: Tell) -> Moved:
    """With the password of the server, which may lie in a file that is locked."""
    seal, start = context.args.seal_fd, context.start
    if seal is not None:
        start.teams.unlock(folder, context.console.line(seal))
    try:
        return start.mover.here(folder, tell)
    except KnownError as error:
        if error.code != team_errors.LOCKED or not context.console.asks:
            raise
    passphrase = context.console.ask_secret(_("Passphrase of the file with the passwords:"))
    start.teams.unlock(folder, passphrase)
    return start.mover.here(folder, tell)


def _destination(context: Context, address: TeamAddress) -> Destination:
    name, fd = context.args.owner, context.args.owner_secret_fd
    if not name:
        words = _("It is not said who owns the home on the server.")
        raise WrongWordsError(words, "calmreply team move --to server --owner ROLE --set ...")
    password = "" if fd is None else context.console.line(fd)
    if fd is None and context.console.asks:
        password = context.console.ask_secret(_("Password of {name}:").format(name=name))
    return Destination(address, replace(address, user=name, password=password))


def do_go_back(context: Context) -> Answer:
    folder = context.start.data_folder(context.args.home)
    back = context.start.mover.go_back(folder, lost=context.args.lost)
    lines = ngettext(
        "The home that was kept here is in use again: {n} line, the last of {day}.",
        "The home that was kept here is in use again: {n} lines, the last of {day}.",
        back.lines,
    )
    return Answer(
        {"team": None, "lines": back.lines, "until": back.until},
        [
            lines.format(n=back.lines, day=back.until or "?"),
            _("What was sent since is not in it: look at the pages before you send anything."),
            _("First say that you know of it: calmreply journal resume"),
            _("To a new server: calmreply team move --to server. The others join it anew."),
        ],
    )


def do_upgrade(context: Context) -> Answer:
    owner = given(context)
    before, now = context.start.mover.upgrade(owner)
    data = {"team": shape(owner), "before": before, "now": now}
    if before == now:
        return Answer(data, [_("The team's home is up to date.")])
    return Answer(
        data,
        [
            _("The team's home is up to date now. Who could work in it still can."),
            _("Everybody needs this CalmReply from now on; an older one is not let in."),
        ],
    )


def _telling(context: Context) -> Tell:
    """A line now and then for who waits; nothing with `--json`."""
    said: dict[Stage, int] = {}

    def tell(progress: Progress) -> None:
        step = _STEPS * progress.done // max(progress.of, 1)
        if not context.args.json and said.get(progress.stage) != step:
            said[progress.stage] = step
            context.console.say(moving.words(progress))

    return tell


def _shape(came: Moved, team: object) -> dict[str, object]:
    return {"team": team, "rows": came.rows, "lines": came.lines, "kept": came.kept}


def _lines(came: Moved, place: str) -> list[str]:
    lines = ngettext(
        "The journal is whole on both sides: {n} line.",
        "The journal is whole on both sides: {n} lines.",
        came.lines,
    )
    return [
        _("Everything is in {place} now, and both sides were compared.").format(place=place),
        lines.format(n=came.lines),
        _("People's sealed keys went along. Each computer keeps its own key and passwords."),
        _("The old home is left in {place}; nobody works on in it.").format(place=came.kept),
    ]
