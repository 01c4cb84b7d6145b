"""Writing a reply, and the second pair of eyes."""

from __future__ import annotations

import argparse
from dataclasses import replace

from calmreply.app import facts, queries
from calmreply.app.persons import people
from calmreply.app.queries import CasePage
from calmreply.app.reviewing import review, suggestions
from calmreply.app.rules import settings
from calmreply.app.sending import write
from calmreply.app.words import wording, wording_review, wording_second
from calmreply.cli import inputs, packets, persons
from calmreply.cli.cases import a_case, case_of, changed, page_of, reply_lines
from calmreply.cli.commands import Commands, number
from calmreply.cli.context import Answer, Context
from calmreply.domain.reply import Offer, Words
from calmreply.domain.review import NEEDED
from calmreply.errors import KnownError
from calmreply.i18n import _


def declare(commands: Commands) -> None:
    _declare_write(commands)
    ask = a_case(commands.command("ask", _("ask for a second pair of eyes"), do_ask))
    ask.add_argument("--who", required=True, dest="reviewer", metavar="PERSON", help=_("who"))
    ask.add_argument(
        "--packet", metavar="FILE", help=_("a new file for somebody far away, to be sent to them")
    )
    ask.add_argument(
        "--blind", action="store_true", help=_("in the file: what they said before the reply")
    )
    ask.add_argument(
        "--notice",
        action=argparse.BooleanOptionalAction,
        default=None,
        help=_("tell them by mail; without it, as the setting notice_mail says"),
    )
    ask.add_argument("--secret-fd", type=number, metavar="N", help=_("the mail password, if asked"))
    sign = a_case(commands.command("sign", _("sign exactly these words"), do_sign))
    how = sign.add_mutually_exclusive_group(required=True)
    how.add_argument(
        "--ticks",
        type=inputs.ticks,
        metavar=",".join(inputs.word(one) for one in NEEDED),
        help=_("what you vouch for: all four"),
    )
    how.add_argument("--code-file", metavar="F", help=_("what came back: a code is in it"))
    a_case(commands.command("withdraw", _("take a sign-off back"), do_withdraw))
    remark = a_case(commands.command("remark", _("ask for a change instead"), do_remark))
    remark.add_argument("--file", required=True, metavar="F|-", help=_("what should change"))
    remark.add_argument("--suggest", metavar="FILE", help=_("the whole reply as you would put it"))


def _declare_write(commands: Commands) -> None:
    parser = a_case(commands.command("write", _("write the reply, or change it"), do_write))
    words = parser.add_mutually_exclusive_group(required=True)
    words.add_argument("--file", metavar="F|-", help=_("the reply"))
    words.add_argument(
        "--suggestion", type=int, metavar="N", help=_("the words that somebody suggested")
    )
    parser.add_argument("--channel", metavar="C", help=_("by hand, by mail, ..."))
    parser.add_argument("--to", dest="target", metavar="TARGET", help=_("where it goes"))
    parser.add_argument("--subject", metavar="S", help=_("of a mail"))
    parser.add_argument("--afresh", action="store_true", help=_("a new reply with one writer"))
    who = parser.add_mutually_exclusive_group()
    who.add_argument("--private", action="store_true", default=None, help=_("to them alone"))
    who.add_argument("--public", action="store_false", dest="private", help=_("where they said it"))
    parser.add_argument("--offer", metavar="WORDS", help=_("what we offer to put it right"))
    parser.add_argument(
        "--offer-amount", type=inputs.amount, metavar="28.00", help=_("what the offer is worth")
    )
    parser.add_argument("--no-offer", action="store_true", help=_("offer nothing any more"))


def do_write(context: Context) -> Answer:
    args, home, case = context.args, context.home, case_of(context)
    if args.suggestion is not None:
        return _take_over(context)
    text = context.text(args.file)
    actor = context.actor
    with home.store.read() as tx:
        known = facts.load(home, tx, case)
        accounts = tx.accounts()
    words: Words = write.words_like(
        home,
        known.facts,
        accounts,
        text=text,
        subject=args.subject,
        channel=args.channel,
        target=args.target,
        private=args.private,
        offer=_offer(context),
    )
    if args.no_offer:
        words = replace(words, offer=None)
    write.revise(home, actor, case, words, afresh=args.afresh)
    answer = changed(context, _("The words are kept."))
    revision = page_of(context).known.facts.revision
    number = revision.number if revision else 0
    return Answer({**answer.data, "revision": number}, answer.lines)


def _take_over(context: Context) -> Answer:
    """`write CASE --suggestion N`: somebody else's words, by whoever acts."""
    number = context.args.suggestion
    suggestions.accept(context.home, context.actor, case_of(context), number)
    known = page_of(context).known
    revision = known.facts.revision
    by = revision.suggested_by if revision else None
    words = _("The words are kept.")
    if by is not None:
        words = _("The words that {name} suggested are kept.").format(name=known.facts.name(by))
    answer = changed(context, words)
    made = revision.number if revision else 0
    return Answer({**answer.data, "revision": made, "suggestion": number}, answer.lines)


def _offer(context: Context) -> Offer | None:
    args = context.args
    if args.no_offer or (args.offer is None and args.offer_amount is None):
        return None
    if args.offer is None or args.offer_amount is None:
        raise KnownError(
            "half_an_offer",
            _("An offer needs its words and its amount."),
            _('Give both, as in: --offer "a new cake" --offer-amount 28.00'),
        )
    return Offer(args.offer, args.offer_amount, settings.read(context.home, "currency"))


def do_ask(context: Context) -> Answer:
    args, home = context.args, context.home
    reviewer = people.person(home, args.reviewer)
    new = persons.new_key_lines(reviewer, queries.now(home))
    if args.packet:
        answer = packets.ask(context)
    else:
        review.ask(home, context.actor, case_of(context), args.reviewer)
        answer = changed(context, _("{name} has been asked.").format(name=reviewer.name))
    return persons.tell_asked(context, Answer(answer.data, [*answer.lines, *new]))


def do_sign(context: Context) -> Answer:
    args = context.args
    if args.code_file:
        return packets.sign(context)
    actor = context.actor
    page = page_of(context)
    shown = [
        *reply_lines(page),
        *_hurry_lines(page),
        *(f"[x] {wording.tick(one)}" for one in args.ticks),
    ]
    seen = review.shown(page.known)
    review.sign(context.home, actor, case_of(context), args.ticks, shown=seen)
    signed = _("{name} has signed off exactly these words.").format(name=actor.person.name)
    answer = changed(context, signed)
    new = persons.new_key_lines(actor.person, queries.now(context.home))
    return Answer(answer.data, [*shown, *answer.lines, *new])


def _hurry_lines(page: CasePage) -> list[str]:
    """That it cannot wait, for whoever signs: it shortens the waits."""
    said = page.emergency
    if said is None:
        return []
    name, ground = page.known.facts.name(said.by), wording_second.ground(said.ground)
    return [*wording_review.hurried(said.reason, name, ground), ""]


def do_remark(context: Context) -> Answer:
    args = context.args
    text = context.text(args.file)
    suggestion = context.text(args.suggest) if args.suggest else ""
    if args.suggest:
        review.demand_remark(suggestion)
    review.remark(context.home, context.actor, case_of(context), text, suggestion=suggestion)
    said = _("You suggested other words.") if suggestion else _("You asked for a change.")
    return changed(context, said)


def do_withdraw(context: Context) -> Answer:
    review.withdraw(context.home, context.actor, case_of(context))
    return changed(context, _("The sign-off is taken back."))
