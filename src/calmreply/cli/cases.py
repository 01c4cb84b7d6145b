"""A case from reading it to sitting down after it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from calmreply.app import queries
from calmreply.app.cases import debrief, judge, promises, story
from calmreply.app.cases.conversation import Ours, Theirs, conversation
from calmreply.app.listening import grouping
from calmreply.app.planning import similar
from calmreply.app.planning.similar import SentAlike
from calmreply.app.queries import CasePage
from calmreply.app.words import wording, wording_debrief, wording_plan
from calmreply.cli import inputs, links, own_site, shapes, suggesting
from calmreply.cli.commands import Commands
from calmreply.cli.context import Answer, Context
from calmreply.domain import codec, disguise
from calmreply.domain.case import Verdict
from calmreply.domain.debrief import Answers, Debriefed, Outcome
from calmreply.domain.mention import CaseId, Mention, MentionId
from calmreply.domain.policy import Feeling, Kind
from calmreply.domain.stage import Stage
from calmreply.errors import KnownError
from calmreply.i18n import _

ANSWERED = (Stage.FOLLOW_UP, Stage.TO_DEBRIEF, Stage.CLOSED, Stage.SET_ASIDE)
"""Stages in which nothing waits to be sent."""
FORM = tuple(one.name for one in fields(Answers))
"""What a debrief's form may say."""


def declare(commands: Commands) -> None:
    case = commands.group("case", _("one case"))
    a_case(case.command("show", _("everything about it"), show))
    a_case(case.command("read", _("I have read all of it"), read))
    feel = a_case(case.command("feel", _("how it felt to read it"), feel_it))
    feel.add_argument(
        "feeling",
        type=inputs.one_of(Feeling),
        metavar="calm|stung|angry",
        help=_("decides how long the wait is"),
    )
    judged = a_case(case.command("judge", _("is it really ours, and what is it"), judge_it))
    for name, choices, asks in (
        ("--kind", Kind, _("what it is")),
        ("--verdict", Verdict, _("whose it is")),
    ):
        judged.add_argument(
            name, type=inputs.one_of(choices), required=True, metavar=_choices(choices), help=asks
        )
    judged.add_argument("--evidence", required=True, metavar="TEXT", help=_("what it rests on"))
    close = a_case(case.command("close", _("the matter is over"), close_it))
    close.add_argument(
        "--outcome",
        type=inputs.one_of(Outcome),
        default=Outcome.RESOLVED,
        metavar=_choices(Outcome),
        help=_("how it ended"),
    )
    aside = a_case(case.command("aside", _("no answer is owed"), set_aside))
    aside.add_argument("--reason", required=True, metavar="TEXT", help=_("why"))
    split = case.command(
        "split", _("not the same: a case of its own for one of its mentions"), split_it
    )
    split.add_argument("mention", metavar="MENTION", help=_("its number, as the case shows it"))
    reopen = a_case(case.command("reopen", _("take it up again"), reopen_it))
    reopen.add_argument("--reason", required=True, metavar="TEXT", help=_("why"))
    own_site.declare(case)
    _declare_debrief(commands)
    commands.command("todo", _("what debriefs said would be done"), list_intended)


def _declare_debrief(commands: Commands) -> None:
    after = a_case(commands.command("debrief", _("sit down after it"), do_debrief))
    how = after.add_mutually_exclusive_group(required=True)
    how.add_argument("--file", metavar="F|-", help=_("the answers: a JSON object, or plain words"))
    how.add_argument("--later", type=inputs.day, metavar="DATE", help=_("not now: the day"))


def a_case(parser: Any) -> Any:
    parser.add_argument("case", metavar="CASE", help=_("its number, as the inbox shows it"))
    return parser


def _choices(kind: Any) -> str:
    return "|".join(inputs.word(one) for one in kind)


def case_of(context: Context) -> CaseId:
    return CaseId(context.args.case)


def page_of(context: Context) -> CasePage:
    """Raises KnownError `no_such_case`."""
    return queries.case_page(context.home, case_of(context))


def changed(context: Context, words: str) -> Answer:
    """What a command that changed a case answers: the words, and what still stands in the way."""
    page = page_of(context)
    names = page.known.facts.name
    lines = [words]
    if page.stage not in ANSWERED:
        lines += shapes.held_lines(page.blockers, names, context.zone)
    return Answer(shapes.standing(page, names, context.zone), lines)


# --- showing -------------------------------------------------------------------------------


def show(context: Context) -> Answer:
    page = page_of(context)
    names, zone = page.known.facts.name, context.zone
    told = queries.timeline(context.home, case_of(context))
    steps = story.story(page.known.facts.conversation, told, names)
    data = shapes.case_page(page, names, zone)
    mentions = grouping.mentions(context.home, case_of(context))
    alike = _sent_alike(context, page)
    data["suggestions"] = suggesting.data_of(page.known)
    data["own_site"] = own_site.data_of(page.known)
    data["similar"] = shapes.sent_alike(alike)
    data["mentions"] = [shapes.mention(one) for one in mentions]
    spoken = conversation(page.known)
    data["conversation"] = [shapes.said(one) for one in spoken]
    turns = {one.id for one in page.known.facts.conversation}
    data["debriefs"] = [
        shapes.debriefed(event.fact, names, event.at)
        for event in told
        if isinstance(event.fact, Debriefed)
    ]
    data["timeline"] = [
        {"at": shapes.time(event.at), "who": event.actor, "kind": event.kind} for event in told
    ]
    lines = [
        *earlier_lines(page, spoken, zone),
        *mention_lines(page, zone),
        *(also_line(one, zone) for one in mentions if one.id not in turns),
        "",
        *reply_lines(page),
        *suggesting.lines_of(page.known),
        *([_alike_words(alike, zone), ""] if alike else []),
        _("Stage: {stage}").format(stage=wording.stage(page.stage)),
    ]
    if page.answer_by is not None and page.full_reply.answered is None:
        by = wording.exact(page.answer_by, zone)
        lines.append(_("The holding reply promised an answer by {time}.").format(time=by))
    if page.stage not in ANSWERED:
        lines += shapes.held_lines(page.blockers, names, zone)
        lines += shapes.next_lines(page, names)
    lines += [*own_site.lines_in(context, page.known), ""]
    for step in steps:
        lines.append(f"{wording.exact(step.at, zone)}  {step.words}")
        lines += [f"{'':16}  {line}" for line in step.more.splitlines()]
        for question, answer in step.told:
            lines.append(f"{'':16}  {question}")
            lines += [f"{'':16}    {line}" for line in answer.splitlines()]
    return Answer(data, lines)


def _sent_alike(context: Context, page: CasePage) -> SentAlike | None:
    """Much the same words on the same site lately: a hint, which stands in nobody's way."""
    revision = page.known.facts.revision
    if revision is None or page.stage in ANSWERED:
        return None
    return similar.used_lately(context.home, case_of(context), revision.words.text)


def _alike_words(alike: SentAlike, zone: str) -> str:
    day = wording.exact(alike.at, zone)
    words = wording_plan.sent_alike(alike.author, day, holding=alike.holding)
    return f"{words} {_('It was case {case}.').format(case=alike.case)}"


def mention_lines(page: CasePage, zone: str) -> list[str]:
    """What they said, whole."""
    found = page.known.facts.mention
    now = found.now
    stars = wording.stars(now.stars.given, now.stars.scale) if now.stars else ""
    when = said_at(found, zone)
    head = "  ".join(
        part
        for part in (
            disguise.name(now.author) or _("Nobody named"),
            disguise.name(found.handle),
            stars,
            disguise.name(found.site),
            when,
        )
        if part
    )
    lines = [head, found.url or "", found.contact, found.title]
    lines += [f"  {line}" for line in now.text.splitlines()]
    if found.promise:
        due = wording.exact(found.promise.due, zone) if found.promise.due else ""
        lines.append(_("Promised: {words} {due}").format(words=found.promise.words, due=due))
    return [line for line in lines if line.strip()]


def earlier_lines(page: CasePage, spoken: Sequence[Theirs | Ours], zone: str) -> list[str]:
    """What was said before what is to be answered now."""
    present = page.known.facts.mention
    if not page.known.facts.earlier:
        return []
    lines: list[str] = []
    for one in spoken:
        when = wording.exact(one.at, zone)
        if isinstance(one, Ours):
            head = _("We answered ({name})").format(name=one.by)
            lines += [f"{head}  {when}  {one.link}".rstrip(), *_indented(one.text)]
        elif one.mention.id == present.id:
            break
        else:
            who = disguise.name(one.mention.now.author) or _("Nobody named")
            lines += [f"{who}  {when}", *_indented(one.mention.now.text)]
    return [*lines, "", _("To be answered now:")]


def _indented(text: str) -> list[str]:
    return [f"  {line}" for line in text.splitlines()]


def said_at(found: Mention, zone: str) -> str:
    """When they said it; where nobody knows, when it was heard."""
    if found.published:
        return wording.exact(found.published, zone)
    return _("heard {time}").format(time=wording.exact(found.heard, zone))


def also_line(found: Mention, zone: str) -> str:
    """That it was said elsewhere, too."""
    when = said_at(found, zone)
    parts = (
        disguise.name(found.now.author) or _("Nobody named"),
        disguise.name(found.site),
        when,
        disguise.address(found.url or ""),
    )
    where = "  ".join(part for part in parts if part)
    return _("Also (mention {mention}): {where}").format(mention=found.id, where=where)


def reply_lines(page: CasePage) -> list[str]:
    """The present reply, whole."""
    revision = page.known.facts.revision
    if revision is None:
        return []
    words = revision.words
    to = " ".join(part for part in (words.to.channel, words.to.target) if part)
    lines = [
        _("Reply by {name}, revision {number}, {visibility}, to go by {channel}:").format(
            name=page.known.facts.name(revision.by),
            number=revision.number,
            visibility=wording.visibility(words.visibility),
            channel=to,
        )
    ]
    if words.subject:
        lines.append(f"  {words.subject}")
    lines += [f"  {line}" for line in words.text.splitlines()]
    lines += links.lines(words.text)
    if words.offer:
        amount = wording.money(words.offer.amount, words.offer.currency)
        lines.append(_("  Offer: {words}, {amount}").format(words=words.offer.words, amount=amount))
    return [*lines, ""]


# --- before a word is written --------------------------------------------------------------


def read(context: Context) -> Answer:
    judge.read_all(context.home, context.actor, case_of(context))
    answer = changed(context, _("You have read all of it."))
    page = page_of(context)
    return Answer(answer.data, [*mention_lines(page, context.zone), "", *answer.lines])


def feel_it(context: Context) -> Answer:
    feeling = context.args.feeling
    judge.say_feeling(context.home, context.actor, case_of(context), feeling)
    words = _("You said you were {feeling}.").format(feeling=wording.feeling(feeling))
    return changed(context, words)


def judge_it(context: Context) -> Answer:
    args = context.args
    judge.judge(
        context.home,
        context.actor,
        case_of(context),
        kind=args.kind,
        verdict=args.verdict,
        evidence=args.evidence,
    )
    words = _("Judged: {kind}, {verdict}.").format(
        kind=wording.kind(args.kind), verdict=wording.verdict(args.verdict)
    )
    return changed(context, words)


# --- the end of it -------------------------------------------------------------------------


def close_it(context: Context) -> Answer:
    debrief.close(context.home, context.actor, case_of(context), context.args.outcome)
    words = _("Closed: {outcome}. Now sit down for the debrief: calmreply debrief {case} --file F")
    outcome = wording.outcome(context.args.outcome)
    return changed(context, words.format(outcome=outcome, case=context.args.case))


def set_aside(context: Context) -> Answer:
    judge.set_aside(context.home, context.actor, case_of(context), context.args.reason)
    return changed(context, _("It is set aside."))


def split_it(context: Context) -> Answer:
    mention = MentionId(context.args.mention)
    case, _changes = grouping.split(context.home, context.actor, mention)
    words = _("Mention {mention} has a case of its own now: {case}.")
    data = {"mention": str(mention), "case": str(case)}
    return Answer(data, [words.format(mention=mention, case=case)])


def reopen_it(context: Context) -> Answer:
    judge.reopen(context.home, context.actor, case_of(context), context.args.reason)
    return changed(context, _("It is open again."))


def do_debrief(context: Context) -> Answer:
    args, case = context.args, case_of(context)
    if args.later:
        debrief.debrief_later(context.home, context.actor, case, args.later)
        return changed(context, _("It asks again on {day}.").format(day=args.later.isoformat()))
    answers = _answers(context.text(args.file))
    debrief.debrief(context.home, context.actor, case, answers)
    return changed(context, _("The debrief is done."))


def list_intended(context: Context) -> Answer:
    found = promises.intended(context.home)
    lines = [
        _("{action}  case {case}, {author}").format(
            action=wording_debrief.action(one.action),
            case=one.case,
            author=disguise.name(one.author) or _("nobody named"),
        )
        for one in found
    ]
    nothing = _("No debrief has named anything to do yet.")
    return Answer([shapes.intended(one) for one in found], lines or [nothing])


def _answers(text: str) -> Answers:
    """The form as a JSON object, or plain words for what could be better on our side.

    Raises KnownError `bad_form`.
    """
    if not text.lstrip().startswith("{"):
        return Answers(better=text.strip())
    try:
        data = json.loads(text)
        _check_form(data)
        return codec.from_json(Answers, data)
    except (ValueError, RecursionError) as error:
        raise KnownError(
            "bad_form",
            _("The form cannot be read: {why}.").format(why=error),
            _("Its fields are: {names}.").format(names=", ".join(FORM)),
        ) from error


def _check_form(data: dict[str, Any]) -> None:
    """Raises ValueError."""
    strange = sorted(set(data) - set(FORM))
    if strange:
        raise ValueError(_("it has no field {names}").format(names=", ".join(strange)))
    for name in ("causes", "actions"):
        if not isinstance(data.get(name, []), list):
            raise ValueError(_("{name} is no list").format(name=name))  # noqa: TRY004 - see above
