"""All commands and options. What is common to all may stand before or after the command."""

from __future__ import annotations

import argparse

from calmreply.cli import (
    business,
    cases,
    listening,
    plans,
    replying,
    second,
    sending,
    team,
    upkeep,
)
from calmreply.cli.commands import Commands, Parser, number
from calmreply.i18n import _


def build() -> Parser:
    """The parser of the whole command line."""
    common = _common()
    top = Parser(
        prog="calmreply",
        description=_("Hears what the web says about a business and keeps the answer calm."),
        epilog=_("Without a command the window opens."),
        parents=[common],
        allow_abbrev=False,
    )
    top.set_defaults(handler=None, incomplete=top)
    top.add_argument("--version", action="store_true", help=_("say which version this is"))
    commands = Commands(top, common)
    for room in (listening, cases, replying, second, sending, plans, business, team, upkeep):
        room.declare(commands)
    return top


def parse(words: list[str]) -> argparse.Namespace:
    """What was typed; without a `handler` where only the version was asked for.

    Raises WrongWordsError, HelpAskedError.
    """
    top = build()
    # Not as defaults of the parser: those would win over what stands before the command.
    unsaid = argparse.Namespace(home=None, json=False, who=None, passphrase_fd=None, seal_fd=None)
    args = top.parse_args(words, unsaid)
    if args.handler is None and not args.version:
        args.incomplete.error(_("a command is missing"))
    return args


def _common() -> argparse.ArgumentParser:
    """Options of every command. Suppressed where not given, so that the place does not matter."""
    common = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    options = common.add_argument_group(_("everywhere"))
    options.add_argument("--home", metavar="DIR", help=_("the data folder"))
    options.add_argument("--json", action="store_true", help=_("answer with one JSON value"))
    options.add_argument("--as", dest="who", metavar="PERSON", help=_("who acts"))
    options.add_argument(
        "--passphrase-fd",
        metavar="N",
        type=number,
        help=_("the number of an open file whose first line is that person's passphrase"),
    )
    options.add_argument(
        "--seal-fd",
        metavar="N",
        type=number,
        help=_("the passphrase of the file for passwords, where no keyring keeps them"),
    )
    return common
