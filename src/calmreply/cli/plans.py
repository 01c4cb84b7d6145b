"""The response plan: what there is, out to a file and back in, signed off in calm times."""

from __future__ import annotations

from pathlib import Path

from calmreply.app.planning import plan_files, wordings
from calmreply.app.planning.plan_files import Comparison
from calmreply.app.sending import prepare
from calmreply.app.words import wording, wording_plan
from calmreply.cli import shapes
from calmreply.cli.commands import Commands
from calmreply.cli.context import Answer, Context
from calmreply.domain.wordings import Use
from calmreply.errors import KnownError
from calmreply.i18n import _, ngettext


def declare(commands: Commands) -> None:
    plan = commands.group("plan", _("what is prepared in calm times"))
    plan.command("list", _("the wordings, who to reach, who may offer what"), list_plan)
    take = plan.command("import", _("take wordings and contacts from a text"), import_plan)
    take.add_argument("file", metavar="FILE", help=_("the text; - for the standard input"))
    export = plan.command("export", _("write the plan to a text for any editor"), export_plan)
    export.add_argument("file", metavar="FILE", help=_("a new file"))
    sign = plan.command("sign", _("sign off a wording that somebody else wrote"), sign_wording)
    retire = plan.command("retire", _("use a wording no more"), retire_wording)
    for parser in (sign, retire):
        parser.add_argument("wording", metavar="WORDING", help=_("its id or its title"))
    start = plan.command("start", _("begin with an example plan"), start_plan)
    start.add_argument("example", metavar="EXAMPLE", help="shop|trade|restaurant|online|practice")


def list_plan(context: Context) -> Answer:
    plan = wordings.everything(context.home)
    own = prepare.own_wordings()
    data = {
        "wordings": [
            *(shapes.own_wording(one) for one in own),
            *(shapes.plan_line(one, plan) for one in plan.lines),
        ],
        "contacts": list(plan.contacts),
        "may_offer": [
            {"person": str(one.id), "name": one.name, "amount": f"{one.may_offer / 100:.2f}"}
            for one in plan.may_offer
        ],
    }
    lines = [f"{one.id:20}  {_('holding replies of the program')}: {one.title}" for one in own]
    for use in Use:
        found = [one for one in plan.lines if one.prepared.use is use]
        lines += ["", wording_plan.use(use)] if found else []
        for one in found:
            stands = wording_plan.standing(one.standing, plan.zone)
            lines.append(f"{one.id:20}  {one.prepared.title}  [{stands}]")
            lines += [f"{'':20}  {line}" for line in one.prepared.text.splitlines()]
    lines += ["", *(_("Contact: {contact}").format(contact=one) for one in plan.contacts)]
    for person in plan.may_offer:
        amount = wording.money(person.may_offer, plan.currency)
        words = _("{name} may offer up to {amount}.")
        lines.append(words.format(name=person.name, amount=amount))
    return Answer(data, lines)


def import_plan(context: Context) -> Answer:
    """What can be read is taken; the rest is told with its line."""
    text = context.text(context.args.file)
    found, _changes = plan_files.take(context.home, context.actor, text)
    return _taken(found)


def start_plan(context: Context) -> Answer:
    found, _changes = plan_files.start_from(context.home, context.actor, context.args.example)
    return _taken(found)


def _taken(found: Comparison) -> Answer:
    data = {
        "new": [one.prepared.title for one in found.new],
        "changed": [str(one.id) for _entry, one in found.changed],
        "same": found.same,
        "contacts": list(found.contacts),
        "missing": list(found.missing),
        "unread": [{"line": one.line, "words": wording_plan.unread(one)} for one in found.unread],
    }
    lines = [_("New: {title}").format(title=one.prepared.title) for one in found.new]
    lines += [
        _("Changed: {title}").format(title=entry.prepared.title) for entry, _one in found.changed
    ]
    lines += [_("New contact: {contact}").format(contact=one) for one in found.contacts]
    if found.same:
        same = ngettext("{n} is as it was.", "{n} are as they were.", found.same)
        lines.append(same.format(n=found.same))
    lines += [_("Not in the text, and kept: {title}").format(title=one) for one in found.missing]
    lines += [_("Not taken: {why}").format(why=wording_plan.unread(one)) for one in found.unread]
    if found.new or found.changed:
        lines.append(_("Nobody has signed these yet: calmreply plan sign WORDING --as PERSON"))
    if found.anything or found.same or not found.unread:
        return Answer(data, lines)
    words = _("Nothing of this text was taken.")
    return Answer(data, lines, KnownError("nothing_taken", words, _("Each line says why.")))


def export_plan(context: Context) -> Answer:
    target = Path(context.args.file)
    plan_files.write_file(context.home, target)
    return Answer({"file": str(target)}, [_("Written: {file}").format(file=target)])


def sign_wording(context: Context) -> Answer:
    """What is signed is shown first, and is what was shown."""
    home, actor = context.home, context.actor
    plan = wordings.everything(home)
    one = wordings.find(tuple(line.planned for line in plan.lines), context.args.wording)
    wordings.sign(home, actor, str(one.id), shown=str(one.now.revision))
    plan = wordings.everything(home)
    line = next(each for each in plan.lines if each.id == one.id)
    lines = [
        f"{one.prepared.title}  [{wording_plan.use(one.prepared.use)}]",
        *(f"  {text}" for text in one.prepared.text.splitlines()),
        wording_plan.signed_by(line.standing, plan.name(line.standing.by), plan.zone),
    ]
    return Answer(shapes.plan_line(line, plan), lines)


def retire_wording(context: Context) -> Answer:
    plan = wordings.everything(context.home)
    one = wordings.find(tuple(line.planned for line in plan.lines), context.args.wording)
    wordings.retire(context.home, context.actor, str(one.id))
    words = _("{title} is no longer used.").format(title=one.prepared.title)
    return Answer({"retired": str(one.id)}, [words])
