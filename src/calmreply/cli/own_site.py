"""Off the page of the own site on a stated ground, and reporting to others."""

from __future__ import annotations

from typing import Any

from calmreply.app.cases import own_site
from calmreply.app.cases.own_site import Moderating
from calmreply.app.facts import Known
from calmreply.app.sending import accounts
from calmreply.app.words import wording_own_site
from calmreply.cli import inputs, passwords
from calmreply.cli.commands import Commands
from calmreply.cli.context import Answer, Context
from calmreply.domain import own_site as decided
from calmreply.domain.mention import CaseId
from calmreply.domain.own_site import Ground, Moderation, ModerationAsked
from calmreply.errors import KnownError
from calmreply.i18n import _


def declare(case: Commands) -> None:
    moderate = case.command(
        "moderate",
        _("on your own site: off the page on a stated ground, or shown again"),
        moderate_it,
    )
    report = case.command(
        "report", _("I have reported it to its site, on a stated ground"), report_it
    )
    for parser in (moderate, report):
        parser.add_argument("case", metavar="CASE", help=_("its number, as the inbox shows it"))
        parser.epilog = f"{_grounds()} {wording_own_site.no_ground()}"
    how = moderate.add_mutually_exclusive_group(required=True)
    what = "|".join(inputs.word(one) for one in Moderation)
    how.add_argument("--what", type=inputs.one_of(Moderation), metavar=what, help=_("what to do"))
    how.add_argument(
        "--agree", action="store_true", help=_("as the second person: agree to what was asked for")
    )
    how.add_argument("--refuse", metavar="TEXT", help=_("it stays as it is, and why"))
    how.add_argument(
        "--again", action="store_true", help=_("try once more what the site did not do")
    )
    moderate.add_argument(
        "--ground", type=inputs.one_of(Ground), metavar="GROUND", help=_("not with: show")
    )
    moderate.add_argument(
        "--evidence", default="", metavar="TEXT", help=_("what it rests on; not with: show")
    )
    report.add_argument(
        "--ground",
        type=inputs.one_of(Ground),
        required=True,
        metavar="GROUND",
        help=_("what it is, see below"),
    )
    report.add_argument(
        "--evidence", required=True, metavar="TEXT", help=_("what you told the site")
    )
    report.add_argument("--link", default="", metavar="U", help=_("where the site confirms it"))


def moderate_it(context: Context) -> Answer:
    args, case = context.args, CaseId(context.args.case)
    if args.refuse is not None:
        wish = _wish(context, case)
        own_site.refuse(context.home, context.actor, case, wish.wish, args.refuse)
        return Answer({"case": str(case), "state": "stays"}, [_("It stays as it is.")])
    _bring_password(context, case)
    if args.agree:
        wish = _wish(context, case)
        found, _changes = own_site.agree(context.home, context.actor, case, wish.wish)
    elif args.again:
        found, _changes = own_site.carry_out(context.home, context.actor, case)
    else:
        found, _changes = own_site.moderate(
            context.home,
            context.actor,
            case,
            args.what,
            ground=args.ground,
            evidence=args.evidence,
        )
    return _answer(context, case, found)


def _bring_password(context: Context, case: CaseId) -> None:
    """That of the site, once it is known who acts."""
    _actor, home = context.actor, context.home
    mention = own_site.known(home, case).facts.mention
    there = own_site.place(home, mention, accounts.everything(home))
    if there is not None:
        passwords.bring_all(context, [there.account.id])


def report_it(context: Context) -> Answer:
    args, case = context.args, CaseId(context.args.case)
    own_site.report(
        context.home, context.actor, case, ground=args.ground, text=args.evidence, link=args.link
    )
    lines = [_("Kept with the case. Nothing was sent by this."), *lines_of(_known(context, case))]
    return Answer({"case": str(case), "state": "reported"}, lines)


def data_of(known: Known) -> dict[str, Any]:
    """For scripts: what waits for a second person or the site, how it was hidden, who is owed."""
    wish, hidden = decided.wish(known.facts), decided.hidden(known.facts)
    owed = decided.to_reach_out(known.facts, known.now)
    return {
        "asked": None if wish is None else _shape(wish, known),
        "hidden": None if hidden is None else inputs.word(hidden.what),
        "reach_out": wording_own_site.reach_out(owed, _contact(known)) if owed else None,
    }


def lines_in(context: Context, known: Known) -> list[str]:
    """The same for a person; also that it waits to be let through. None of it: nothing to say."""
    if not own_site.waits(context.home, known):
        return lines_of(known)
    typed = f"  calmreply case moderate {known.facts.id} --what show"
    return [wording_own_site.waits(), typed, *lines_of(known)]


def lines_of(known: Known) -> list[str]:
    """What `data_of` tells, for a person; none where there is nothing to say."""
    lines = []
    wish = decided.wish(known.facts)
    if wish is not None:
        words = wording_own_site.asked(wish, known.facts.name(wish.by))
        lines.append(f"{words}. {wording_own_site.because(wish)}")
        typed = "--again" if decided.may_be_done(known.facts, known.rules, wish) else "--agree"
        lines.append(f"  calmreply case moderate {known.facts.id} {typed}")
    owed = decided.to_reach_out(known.facts, known.now)
    if owed is not None:
        lines.append(wording_own_site.reach_out(owed, _contact(known)))
    return lines


def _contact(known: Known) -> str:
    return known.facts.mention.contact


def _answer(context: Context, case: CaseId, found: Moderating) -> Answer:
    known = _known(context, case)
    data = {
        "case": str(case),
        "state": "done" if found.done else "asked",
        "what": inputs.word(found.what),
        **data_of(known),
    }
    if found.done:
        return Answer(data, [wording_own_site.done(found.what), *lines_of(known)])
    first = _("This counts as a complaint: a second person has to agree first.")
    return Answer(data, [first, *lines_of(known)])


def _shape(wish: ModerationAsked, known: Known) -> dict[str, Any]:
    return {
        "what": inputs.word(wish.what),
        "ground": inputs.word(wish.ground) if wish.ground else None,
        "evidence": wish.evidence,
        "by": known.facts.name(wish.by),
        "needs_second": not decided.may_be_done(known.facts, known.rules, wish),
    }


def _wish(context: Context, case: CaseId) -> ModerationAsked:
    """Raises KnownError `not_asked`."""
    wish = decided.wish(_known(context, case).facts)
    if wish is None:
        raise KnownError(
            "not_asked",
            _("Nobody asks for anything to come off the page here."),
            _("Look at the case as it stands now."),
        )
    return wish


def _known(context: Context, case: CaseId) -> Known:
    return own_site.known(context.home, case)


def _grounds() -> str:
    told = (f"{inputs.word(one)}: {wording_own_site.ground(one)}" for one in Ground)
    return _("Grounds. {grounds}.").format(grounds="; ".join(told))
