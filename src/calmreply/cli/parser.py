"""Commands and options. What is common to all may stand before or after the command."""

from __future__ import annotations

import argparse
import difflib
from collections.abc import Callable
from typing import Any, NoReturn

from calmreply.cli.context import Answer, Context
from calmreply.i18n import _

Handler = Callable[[Context], Answer]


class WrongWordsError(Exception):
    """What was typed is no command. `usage` shows how it is."""

    def __init__(self, words: str, usage: str) -> None:
        super().__init__(words)
        self.usage = usage


class HelpAskedError(Exception):
    """How a command is used was asked for; the text says it."""


class Parser(argparse.ArgumentParser):
    """Raises instead of ending the program, so that `--json` holds for wrong words and help."""

    def print_help(self, file: object = None) -> NoReturn:
        del file
        raise HelpAskedError(self.format_help())

    def error(self, message: str) -> NoReturn:
        raise WrongWordsError(message, self.format_usage().strip())

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        """For a command nobody knows, name the nearest one instead of all of them."""
        known = action.choices
        if action.nargs != argparse.PARSER or known is None or value in known:
            super()._check_value(action, value)
            return
        words = _("There is no command: {typed}.").format(typed=f"{self.prog} {value}")
        near = difflib.get_close_matches(value, [str(one) for one in known], 1)
        if near:
            more = _("Did you mean: {command}?").format(command=f"{self.prog} {near[0]}")
        else:
            more = _("All there are: {command}").format(command=f"{self.prog} --help")
        self.error(f"{words} {more}")


class Commands:
    """Where commands are added: at the top, or below a word such as `source`."""

    def __init__(self, parser: argparse.ArgumentParser, common: argparse.ArgumentParser) -> None:
        self._common = common
        self._below: argparse._SubParsersAction[Any] = parser.add_subparsers(
            metavar=_("COMMAND"), title=_("commands"), parser_class=Parser
        )

    def command(self, name: str, does: str, handler: Handler) -> argparse.ArgumentParser:
        parser = self._add(name, does)
        parser.set_defaults(handler=handler)
        return parser

    def group(self, name: str, does: str) -> Commands:
        parser = self._add(name, does)
        parser.set_defaults(handler=None, incomplete=parser)
        return Commands(parser, self._common)

    def _add(self, name: str, does: str) -> argparse.ArgumentParser:
        parser: argparse.ArgumentParser = self._below.add_parser(
            name, help=does, description=does, parents=[self._common], allow_abbrev=False
        )
        return parser


def build() -> Parser:
    """The parser of the whole command line."""
    # Here and not above: these modules need ours.
    from calmreply.cli import (  # noqa: PLC0415
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
    unsaid = argparse.Namespace(home=None, json=False, who=None, passphrase_fd=None)
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
    return common


def number(text: str) -> int:
    """A whole number from 0 up."""
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise argparse.ArgumentTypeError(_("{text} is no whole number").format(text=text))
    return int(text)
