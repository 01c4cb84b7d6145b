"""The address of a team's database on the command line, with its password."""

from __future__ import annotations

from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from calmreply.app.teamwork import team
from calmreply.app.teamwork.team import TeamAddress
from calmreply.cli import inputs
from calmreply.cli.commands import number
from calmreply.cli.context import Context
from calmreply.i18n import _


def options(parser: ArgumentParser) -> ArgumentParser:
    parser.add_argument(
        "--set",
        action="extend",
        nargs="+",
        type=inputs.pair,
        default=[],
        dest="values",
        metavar="NAME=VALUE",
        help=_("known are: {all}").format(all=", ".join(team.FIELDS)),
    )
    parser.add_argument(
        "--secret-fd",
        type=number,
        metavar="N",
        help=_("an open file whose first line is the password"),
    )
    return parser


def given(context: Context) -> TeamAddress:
    """Without a password in a file it is asked for at the terminal, else libpq's own are tried."""
    fd = context.args.secret_fd
    address = team.address(dict(context.args.values))
    password = "" if fd is None else context.console.line(fd)
    if fd is None and context.console.asks:
        password = context.console.ask_secret(_("Password of {name}:").format(name=address.user))
    return team.address(dict(context.args.values), password)


def shape(address: TeamAddress) -> dict[str, Any]:
    """As JSON: all of it but the password."""
    data = asdict(address)
    del data["password"]
    return {("sslmode" if name == "proof" else name): value for name, value in data.items()}


def unkept() -> list[str]:
    """What to do where the password is not kept."""
    return [
        _("This computer has no safe place of its own for the password."),
        _("Keep it in PostgreSQL's own file for that (~/.pgpass), or join with --seal-fd."),
    ]
