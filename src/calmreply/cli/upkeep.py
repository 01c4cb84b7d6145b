"""Keeping it whole: the journal, the doctor, a backup; and what needs a window to be drawn."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext, redirect_stdout
from pathlib import Path

from calmreply.app.proving import beside, doctor, trust
from calmreply.app.proving.beside import Difference
from calmreply.app.words import wording_journal, wording_team
from calmreply.cli import shapes, team_address
from calmreply.cli.commands import Commands
from calmreply.cli.console import said
from calmreply.cli.context import Answer, Context
from calmreply.domain.journal import Broken, Whole
from calmreply.errors import KnownError
from calmreply.i18n import _, ngettext


def declare(commands: Commands) -> None:
    journal = commands.group("journal", _("the record that nobody can change unnoticed"))
    verify = journal.command("verify", _("see that it is whole"), verify_journal)
    verify.add_argument("file", nargs="?", metavar="FILE", help=_("an exported one"))
    export = journal.command("export", _("write it to a file, without what was said"), export_it)
    export.add_argument("file", metavar="FILE", help=_("a new file"))
    journal.command("resume", _("I put back a backup: go on without what came after"), resume)
    commands.command("doctor", _("how everything stands"), do_doctor)
    backup = commands.command("backup", _("copy everything into one new file"), do_backup)
    backup.add_argument("file", metavar="FILE", help=_("a new file"))
    tour = commands.command("tour", _("the guided rehearsal, one picture a step"), do_tour)
    tour.add_argument("--out", metavar="DIR", help=_("where the pictures go"))
    bench = commands.command("bench", _("measure the window on this computer"), do_bench)
    bench.add_argument("--quick", action="store_true", help=_("only see that it works"))


def verify_journal(context: Context) -> Answer:
    """The journal, and if that is whole, whatever stands beside it."""
    name = context.args.file
    if name is not None:
        return journal_answer(trust.verify_lines(context.start.verify(), Path(name)))
    answer = journal_answer(trust.verify_journal(context.home))
    changed = () if answer.error else tuple(beside.differences(context.home))
    return rows_answer(changed) if changed else answer


def rows_answer(changed: Sequence[Difference]) -> Answer:
    told = [(one, wording_journal.difference(one)) for one in changed]
    data = {
        "whole": False,
        "line": None,
        "flaw": "rows_changed",
        "differences": [shapes.difference(one, words) for one, words in told],
    }
    return Answer(data, [words for _one, words in told], doctor.rows_changed(len(changed)))


def journal_answer(found: Whole | Broken) -> Answer:
    if isinstance(found, Broken):
        flawed = {"whole": False, "line": found.number, "flaw": found.flaw.value}
        return Answer(flawed, (), doctor.journal_broken(found))
    data = {
        "whole": True,
        "lines": found.lines,
        "head": found.head,
        "erased": found.erased,
        "own_word": list(found.own_word),
    }
    words = ngettext(
        "The journal is whole: {n} line.", "The journal is whole: {n} lines.", found.lines
    )
    return Answer(data, [words.format(n=found.lines), *wording_journal.remarks(found)])


def export_it(context: Context) -> Answer:
    target = Path(context.args.file)
    count = trust.export_journal(context.home, target)
    words = ngettext("{n} line written.", "{n} lines written.", count)
    return Answer({"file": str(target), "lines": count}, [words.format(n=count)])


def resume(context: Context) -> Answer:
    trust.resume(context.home, context.actor)
    lines = [
        _("The journal goes on, and keeps that you said so."),
        _(
            "What was sent after that backup is not known here: before you send a reply, look "
            "whether it stands there already."
        ),
    ]
    return Answer({"resumed": True}, lines)


def do_backup(context: Context) -> Answer:
    target = Path(context.args.file)
    context.home.store.backup(str(target))
    return Answer({"file": str(target)}, [_("Copied to {file}").format(file=target)])


def do_doctor(context: Context) -> Answer:
    opened = context.opened
    found = doctor.examine(opened.home)
    versions = context.start.versions()
    holder = opened.holder()
    standing = rows_answer(found.beside) if found.beside else journal_answer(found.journal)
    data = {
        "versions": dict(versions),
        "folder": str(opened.folder),
        "team": team_address.shape(opened.home.team) if opened.home.team else None,
        "lock": holder or None,
        "keyring": {"keeps": found.keeps, "words": found.why},
        "clock_confirmed": found.clock_confirmed,
        "people": found.people,
        "mentions": found.mentions,
        "sources": [
            {"source": one.source, "title": one.title, "error": one.trouble and said(one.trouble)}
            for one in found.sources
        ],
        "channels": list(found.channels),
        "broken_channels": [said(one) for one in opened.broken_channels],
        "database": list(found.database),
        "warning": found.warning or None,
        "journal": standing.data,
    }
    lines = [f"{name:20}  {version or _('not there')}" for name, version in versions.items()]
    lines += [
        _("Data folder: {folder}").format(folder=opened.folder),
        *([wording_team.lies(opened.home.team)] if opened.home.team else []),
        _("Polling and sending: {who}").format(who=holder or _("nobody just now")),
        found.why or _("The keyring of this computer keeps passwords and keys."),
        _("The clock has been confirmed from outside.")
        if found.clock_confirmed
        else _("The clock has not been confirmed from outside since the computer was started."),
        *(f"{one.title}: {one.trouble.words}" for one in found.sources if one.trouble),
        *(error.words for error in opened.broken_channels),
        *(_("Database: {flaw}").format(flaw=flaw) for flaw in found.database),
        *filter(None, [found.warning]),
        *standing.lines,
    ]
    return Answer(data, lines, found.error)


def do_tour(context: Context) -> Answer:
    out = Path(context.args.out) if context.args.out else None
    pictures = context.start.tour(out)
    data = {"pictures": [{"file": str(file), "words": words} for file, words in pictures]}
    return Answer(data, [f"{file}  {words}" for file, words in pictures])


def do_bench(context: Context) -> Answer:
    """It prints for itself as it goes; with --json, to the standard error."""
    words = ("--quick",) if context.args.quick else ()
    with redirect_stdout(context.console.err) if context.args.json else nullcontext():
        code = context.start.bench(words)
    if code == 0:
        return Answer({"exit": 0})
    raise KnownError(
        "did_not_finish",
        _("It did not come to its end."),
        _("What it said before stands above."),
    )
