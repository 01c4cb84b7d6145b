"""The settings, and the rules that are proposed."""

from __future__ import annotations

from typing import Any

from calmreply.app.rules import proposals, settings
from calmreply.app.rules.proposals import Waiting
from calmreply.app.rules.settings import Sort
from calmreply.app.words import wording, wording_rules
from calmreply.cli import shapes
from calmreply.cli.commands import Commands
from calmreply.cli.context import Answer, Context
from calmreply.i18n import _


def declare(chosen: Commands) -> None:
    chosen.command("list", _("all of them"), list_settings)
    get = chosen.command("get", _("one of them"), get_setting)
    get.add_argument("name", metavar="NAME", help=_("see: settings list"))
    put = chosen.command("set", _("change one"), set_setting)
    put.add_argument("name", metavar="NAME", help=_("see: settings list"))
    put.add_argument("value", nargs="+", metavar="VALUE", help=_("several for several lines"))
    chosen.command("proposals", _("weaker rules that wait"), list_proposals)
    for name, does, handler in (
        ("agree", _("as the second person: the rules may become so"), agree),
        ("withdraw", _("the rules stay as they are"), withdraw),
    ):
        parser = chosen.command(name, does, handler)
        parser.add_argument("proposal", metavar="ID", help=_("see: settings proposals"))


def list_settings(context: Context) -> Answer:
    proposals.carry_out(context.home)
    found = settings.everything(context.home)
    data = [
        {
            "name": one.name,
            "words": one.words,
            "value": value,
            "default": one.default,
            "rule": one.rule,
            "choices": list(one.choices),
        }
        for one, value in found
    ]
    lines = [f"{one.name:24}  {_one_line(value):20}  {one.words}" for one, value in found]
    return Answer(data, [*lines, *_waiting_lines(context)])


def get_setting(context: Context) -> Answer:
    proposals.carry_out(context.home)
    value = settings.read(context.home, context.args.name)
    return Answer({"name": context.args.name, "value": value}, [value])


def set_setting(context: Context) -> Answer:
    """Rules are changed in somebody's name as soon as there is anybody."""
    setting = settings.find(context.args.name)
    lines = setting.sort is Sort.LINES
    value = ("\n" if lines else " ").join(context.args.value)
    actor = context.actor_if_anybody if setting.rule else context.actor_if_named
    settings.change(context.home, actor, {setting.name: value})
    kept = settings.read(context.home, setting.name)
    said = [f"{setting.name}: {_one_line(kept)}"]
    data: dict[str, Any] = {"name": setting.name, "value": kept, "state": "in_force"}
    asked = setting.rule and kept != value.strip()
    waits = [one for one in proposals.waiting(context.home) if setting.name in one.names]
    if not asked or not waits:
        return Answer({**data, "proposal": None, "takes_effect": None}, said)
    one = waits[-1]
    data |= {"state": "proposed", "proposal": one.proposal.id, "takes_effect": shapes.time(one.at)}
    first = _("This asks for less than today's rule, so it is only proposed.")
    return Answer(data, [first, *said, *_lines(context, one)])


def list_proposals(context: Context) -> Answer:
    proposals.carry_out(context.home)
    found = proposals.waiting(context.home)
    return Answer(
        [_shape(one) for one in found], _waiting_lines(context) or [_("Nothing is proposed.")]
    )


def agree(context: Context) -> Answer:
    proposals.carry_out(context.home)
    proposal = context.args.proposal
    proposals.agree(context.home, context.actor, proposal)
    found = [one for one in proposals.waiting(context.home) if one.proposal.id == proposal]
    return Answer(
        {**_shape(found[0]), "state": "agreed"}, [_("Agreed."), *_lines(context, found[0])]
    )


def withdraw(context: Context) -> Answer:
    proposal = context.args.proposal
    proposals.withdraw(context.home, context.actor, proposal)
    return Answer({"proposal": proposal, "state": "withdrawn"}, [_("The rules stay as they are.")])


def _waiting_lines(context: Context) -> list[str]:
    return [line for one in proposals.waiting(context.home) for line in _lines(context, one)]


def _lines(context: Context, one: Waiting) -> list[str]:
    told = [_("Proposed by {name}: {id}").format(name=one.by, id=one.proposal.id)]
    told += [
        f"  {name}: {settings.proposed(one.proposal.before, name)}"
        f" -> {settings.proposed(one.proposal.rules, name)}"
        for name in one.names
    ]
    currency = settings.read(context.home, "currency")
    told += [
        f"  {wording_rules.limit(name, wording.money(much, currency))}" for name, much in one.limits
    ]
    if one.at is not None:
        at = wording.exact(one.at, context.zone)
        return [*told, _("  In force from {time}, for cases that begin then.").format(time=at)]
    typed = f"  calmreply settings agree {one.proposal.id}"
    return [*told, _("  Somebody else has to agree first:"), typed]


def _shape(one: Waiting) -> dict[str, Any]:
    changes = [
        {
            "name": name,
            "from": settings.proposed(one.proposal.before, name),
            "to": settings.proposed(one.proposal.rules, name),
        }
        for name in one.names
    ]
    return {
        "proposal": one.proposal.id,
        "state": "proposed" if one.at is None else "agreed" if one.seconded else "waiting",
        "by": one.by,
        "agreed_by": one.seconded or None,
        "takes_effect": shapes.time(one.at),
        "changes": changes,
        "limits": [{"name": name, "may_offer": f"{much / 100:.2f}"} for name, much in one.limits],
    }


def _one_line(value: str) -> str:
    return "; ".join(value.splitlines())
