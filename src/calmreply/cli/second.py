"""A second person who agrees, what cannot wait, and whoever is alone."""

from __future__ import annotations

from calmreply.app.cases import second
from calmreply.app.reviewing import review
from calmreply.app.words import wording_second
from calmreply.cli import inputs
from calmreply.cli.cases import a_case, case_of, changed, page_of, reply_lines
from calmreply.cli.commands import Commands
from calmreply.cli.context import Answer, Context
from calmreply.domain.said import Agreement, Ground
from calmreply.i18n import _


def declare(commands: Commands) -> None:
    agree = a_case(commands.command("agree", _("as the second person, agree"), do_agree))
    what = agree.add_mutually_exclusive_group(required=True)
    for one in Agreement:
        what.add_argument(
            f"--{inputs.word(one).replace('_', '-')}",
            dest="agreed",
            action="store_const",
            const=one,
            help=wording_second.agreement(one),
        )
    a_case(commands.command("stricter", _("hold it like a complaint"), do_stricter))
    hurry = a_case(commands.command("emergency", _("it cannot wait, and why"), do_emergency))
    grounds = "|".join(inputs.word(one) for one in Ground)
    hurry.add_argument(
        "--ground", type=inputs.one_of(Ground), required=True, metavar=grounds, help=_("which")
    )
    hurry.add_argument("--reason", required=True, metavar="TEXT", help=_("in your own words"))
    alone = a_case(commands.command("review", _("alone: read your own words again"), do_review))
    alone.add_argument(
        "--self", required=True, action="store_true", dest="by_myself", help=_("there is nobody")
    )


def do_agree(context: Context) -> Answer:
    what = context.args.agreed
    second.agree(context.home, context.actor, case_of(context), what)
    return changed(context, _("Agreed: {what}.").format(what=wording_second.agreement(what)))


def do_stricter(context: Context) -> Answer:
    second.make_stricter(context.home, context.actor, case_of(context))
    return changed(context, _("It is held like a complaint from now on."))


def do_emergency(context: Context) -> Answer:
    args = context.args
    second.declare_emergency(
        context.home, context.actor, case_of(context), args.ground, args.reason
    )
    page = page_of(context)
    alone = bool(page.emergency and page.emergency.alone)
    answer = changed(context, wording_second.emergency_rule(alone=alone))
    return Answer({**answer.data, "reviewed": not alone}, answer.lines)


def do_review(context: Context) -> Answer:
    actor, page = context.actor, page_of(context)
    shown = reply_lines(page)
    second.self_review(context.home, actor, case_of(context), shown=review.shown(page.known))
    answer = changed(context, _("Kept as self-reviewed, and never as signed off."))
    return Answer(answer.data, [*shown, *answer.lines])
