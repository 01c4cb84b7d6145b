"""What stands in the way, the second look, Send, and what became of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC

from calmreply.app import facts, queries
from calmreply.app.cases import judge
from calmreply.app.home import Home
from calmreply.app.ports.channels import HAND
from calmreply.app.queries import CasePage
from calmreply.app.reviewing import review
from calmreply.app.sending import filing, looking, outgoing, prepare, send, write
from calmreply.app.sending.held import HeldError
from calmreply.app.sending.outgoing import OutboxItem
from calmreply.app.sending.send import SendReport
from calmreply.app.teamwork import keepers
from calmreply.app.words import wording, wording_channel
from calmreply.cli import inputs, passwords, shapes
from calmreply.cli.cases import a_case, case_of, changed, mention_lines, page_of, reply_lines
from calmreply.cli.commands import Commands
from calmreply.cli.context import Answer, Context
from calmreply.domain.case import Choice
from calmreply.domain.codec import rfc3339
from calmreply.domain.mention import CaseId
from calmreply.domain.outbox import EntryId, State
from calmreply.errors import KnownError
from calmreply.i18n import _

DONE = (State.SENT, State.IN_FLIGHT)


def declare(commands: Commands) -> None:
    a_case(commands.command("gate", _("what stands in the way of the reply"), do_gate))
    look = a_case(commands.command("look", _("read both once more, and choose"), do_look))
    look.add_argument(
        "--choose",
        type=inputs.one_of(Choice),
        required=True,
        metavar="send|change|none",
        help=_("what you want now"),
    )
    parser = a_case(commands.command("send", _("send the reply"), do_send))
    parser.add_argument(
        "--when-connected", action="store_true", help=_("also later, without asking again")
    )
    passwords.option(parser, _of_account())
    _declare_by_hand(commands)
    hold = a_case(commands.command("hold", _("send a holding reply at once"), do_hold))
    hold.add_argument("--wording", required=True, metavar="W", help=_("see: plan list"))
    hold.add_argument(
        "--slot",
        action="append",
        type=inputs.pair,
        default=[],
        metavar="NAME=VALUE",
        help=_("fills a gap of the wording, once for each"),
    )
    passwords.option(hold, _of_account())
    outside = a_case(
        commands.command("answered-outside", _("it was answered without CalmReply"), do_outside)
    )
    outside.add_argument("--text-file", required=True, metavar="F|-", help=_("what was answered"))
    outside.add_argument("--url", default="", metavar="U", help=_("where it stands"))
    outside.add_argument("--when", type=inputs.moment, metavar="T", help=_("when that was"))
    _declare_outbox(commands.group("outbox", _("what was sent, or was meant to be")))


def _of_account() -> str:
    return _("the account's password, where no keyring keeps it")


def _declare_by_hand(commands: Commands) -> None:
    posted = a_case(commands.command("posted", _("what became of a reply by hand"), do_posted))
    how = posted.add_mutually_exclusive_group(required=True)
    how.add_argument("--url", metavar="U", help=_("it stands there now"))
    how.add_argument("--note", metavar="TEXT", help=_("who said or wrote it, and when"))
    how.add_argument("--not-posted", action="store_true", help=_("it was not posted after all"))


def _declare_outbox(outbox: Commands) -> None:
    outbox.command("list", _("all of it, newest last"), list_outbox)
    look = outbox.command("look", _("look whether it stands on its page"), look_outbox)
    look.add_argument("entry", metavar="ID", nargs="?", help=_("else all whose time has come"))
    settle = outbox.command("settle", _("say whether it appeared"), settle_one)
    settle.add_argument("entry", metavar="ID", help=_("see: outbox list"))
    settle.add_argument("--appeared", required=True, choices=("yes", "no"), help=_("is it there?"))
    file = outbox.command("file", _("file its copy among the sent mail again"), file_one)
    file.add_argument("entry", metavar="ID", help=_("see: outbox list"))
    for one in (look, file):
        passwords.option(one, _of_account())
    cancel = outbox.command("cancel", _("do not try again"), cancel_one)
    cancel.add_argument("entry", metavar="ID", help=_("see: outbox list"))


# --- before it goes ------------------------------------------------------------------------


def do_gate(context: Context) -> Answer:
    page = page_of(context)
    if page.blockers:
        raise HeldError(page.blockers)
    words = _("Nothing is in the way. To send it: calmreply send {case}")
    lines = [words.format(case=case_of(context)), *_goes_from(context, page)]
    return Answer({"blockers": []}, lines)


def _goes_from(context: Context, page: CasePage) -> list[str]:
    """From which computer of the team it leaves, where that is not this one."""
    revision = page.known.facts.revision
    account = revision.words.to.account if revision is not None else ""
    others = keepers.of(context.home, account)
    return [keepers.goes_from(others)] if others else []


def do_look(context: Context) -> Answer:
    choice = context.args.choose
    page = page_of(context)
    shown = [*mention_lines(page, context.zone), "", *reply_lines(page)]
    seen = review.shown(page.known)
    send.look(context.home, context.actor, case_of(context), choice, shown=seen)
    said = {
        Choice.SEND: _("You read both once more and chose to send."),
        Choice.CHANGE: _("You read both once more and chose to change it."),
        Choice.NONE: _("You read both once more and chose not to reply."),
    }[choice]
    answer = changed(context, said)
    reply = shapes.reply(page.known.facts.revision, page.known.facts.name)
    data = {"mention": shapes.mention(page.known.facts.mention), "reply": reply, **answer.data}
    return Answer(data, [*shown, *answer.lines])


# --- sending -------------------------------------------------------------------------------


def do_send(context: Context) -> Answer:
    """The lock first, then the gate, and only then the question who acts."""
    context.lock()
    held = send.blockers(context.home, case_of(context))
    if held:
        raise HeldError(held)
    actor = context.actor
    revision = page_of(context).known.facts.revision
    account = "" if revision is None else revision.words.to.account
    _bring(context, account)
    when_connected = context.args.when_connected
    case = case_of(context)
    report = send.send(context.home, actor, case, when_connected=when_connected)
    return _with_hint(context, sent(context.home, case, report), account)


def _bring(context: Context, account: str) -> None:
    """Its password, and that of the mailbox in which the copy of a mail is kept."""
    passwords.bring(context, account)
    passwords.bring_all(context, [filing.mailbox_of(context.home, account)])


def _with_hint(context: Context, answer: Answer, account: str) -> Answer:
    """Where it did not leave for want of a password: what to type."""
    if answer.error is None or not passwords.missing(context, account):
        return answer
    hint = passwords.hint(context, account)
    way_out = f"{answer.error.way_out} {hint}".strip()
    return replace(answer, error=KnownError(answer.error.code, answer.error.words, way_out))


def do_hold(context: Context) -> Answer:
    args, home, case = context.args, context.home, case_of(context)
    with home.store.read() as tx:
        known = facts.load(home, tx, case)
        to = write.words_like(home, known.facts, tx.accounts(), text="").to
    actor = context.actor
    if to.channel != HAND:
        context.lock()
        _bring(context, to.account)
    report = prepare.hold(home, actor, case, args.wording, dict(args.slot))
    return _with_hint(context, sent(home, case, report), to.account)


def sent(home: Home, case: CaseId, report: SendReport) -> Answer:
    """How a send ended; anything but sent and in flight is a known error with its state.

    Nobody but this command is there to file the copy, so it does, once all is written down.
    """
    if report.state is State.SENT:
        report = replace(report, not_kept=_filed(home, case, report.entry))
    data = shapes.report(report)
    words = wording.state(report.state)
    if report.state in DONE:
        return Answer(data, _sent_lines(case, report))
    if report.elsewhere:
        return Answer(data, [report.words])
    return Answer(
        data,
        (),
        KnownError(
            f"send_{report.state.value}",
            f"{words}. {report.words}".strip(),
            _("Send it again then.") if report.put_off else _way_out(report.state),
        ),
    )


def _filed(home: Home, case: CaseId, entry: EntryId) -> str:
    """Why its copy could not be filed: after it was sent, nothing else goes wrong by that."""
    try:
        return filing.file_copy(home, case, entry)[0]
    except KnownError as error:
        return f"{error.words} {passwords.open_words()}"


def _sent_lines(case: CaseId, report: SendReport) -> list[str]:
    if report.state is State.SENT:
        without = _("The copy for the sent mail could not be filed: {why}")
        why = without.format(why=report.not_kept) if report.not_kept else ""
        return [_("Sent."), *filter(None, (report.reference, why))]
    lines = [_("Post these words:"), "", report.text, ""]
    if report.url:
        lines += [_("Here: {url}").format(url=report.url)]
    said = _("Then say where it stands: calmreply posted {case} --url ADDRESS")
    return [*lines, said.format(case=case)]


def _way_out(state: State) -> str:
    match state:
        case State.WAITING:
            return _("Send it again when the connection is back; nothing has arrived yet.")
        case State.UNSURE:
            return _(
                "Look whether it arrived, then say so: calmreply outbox settle ID --appeared yes|no"
            )
        case _:
            return _("Put right what was refused, then send it again.")


# --- by hand -------------------------------------------------------------------------------


def do_posted(context: Context) -> Answer:
    args, home, case = context.args, context.home, case_of(context)
    actor = context.actor
    if args.not_posted:
        send.not_posted(home, actor, case)
        return changed(context, _("It was not posted. The same sign-off holds until it expires."))
    url, note = (args.url or "").strip(), (args.note or "").strip()
    if not url and not note:
        raise KnownError(
            "proof_missing",
            _("Where it stands, or who said it and when, is missing."),
            _("Copy the link from the browser's address line, or write one sentence."),
        )
    if url and not url.lower().startswith(("http://", "https://")):
        raise KnownError(
            "bad_address",
            _("The link does not begin with http:// or https://."),
            _("Copy it from the browser's address line, or say it with --note."),
        )
    report = send.posted(home, actor, case, url=url, note=note)
    answer = changed(context, _("It stands there now."))
    return Answer({"state": report.state.value, **answer.data}, answer.lines)


def do_outside(context: Context) -> Answer:
    args, home = context.args, context.home
    text = context.text(args.text_file)
    actor = context.actor
    when = inputs.placed(args.when, context.zone) if args.when else queries.now(home).wall
    judge.answered_outside(
        home, actor, case_of(context), text=text, url=args.url, when=rfc3339(when.astimezone(UTC))
    )
    return changed(context, _("Kept: it was answered without CalmReply."))


# --- the outbox ----------------------------------------------------------------------------


def list_outbox(context: Context) -> Answer:
    items = outgoing.outbox(context.home)
    lines = [
        "  ".join(
            part
            for part in (
                str(item.entry.id),
                wording.state(item.state, by_hand=item.entry.by_hand),
                item.author,
                item.words,
                item.entry.link or item.entry.reference,
                _("case {case}").format(case=item.case),
            )
            if part
        )
        for item in items
    ]
    return Answer([shapes.outbox_item(one) for one in items], lines or [_("Nothing here.")])


def look_outbox(context: Context) -> Answer:
    """Look at the pages of replies whose time has come, or of the one that is named."""
    home, named = context.home, context.args.entry
    due = looking.due(home)
    if named:
        entry = EntryId(named)
        with home.store.read() as tx:
            due = ((send.case_of_entry(tx, entry), entry),)
    wanted = {entry for _case, entry in due}
    items = [one for one in outgoing.outbox(home) if one.entry.id in wanted]
    passwords.bring_for_round(context, [one.entry.chosen.account for one in items])
    for case, entry in due:
        looking.look_for(home, case, entry)
    items = [one for one in outgoing.outbox(home) if one.entry.id in wanted]
    lines = [f"{one.entry.id}  {_stands(one)}" for one in items]
    return Answer([shapes.outbox_item(one) for one in items], lines or [_("Nothing to look for.")])


def _stands(item: OutboxItem) -> str:
    """How it stands, and how it was seen there."""
    stands = wording.state(item.state, by_hand=item.entry.by_hand)
    seen = item.entry.seen
    if seen is None:
        return stands
    return f"{stands}. {wording_channel.showing(seen.showing).format(when=_('just now'))}"


def settle_one(context: Context) -> Answer:
    entry, appeared = EntryId(context.args.entry), context.args.appeared == "yes"
    report = send.settle(context.home, context.actor, entry, appeared=appeared)
    words = _("It appeared.") if appeared else _("It did not appear. It can be sent again.")
    return Answer(shapes.report(report), [words])


def file_one(context: Context) -> Answer:
    """Why it could not be filed is a known error; it is written down in both cases."""
    home, entry = context.home, EntryId(context.args.entry)
    with home.store.read() as tx:
        case = send.case_of_entry(tx, entry)
    item = next((one for one in outgoing.outbox(home) if one.entry.id == entry), None)
    if item is not None:
        mailbox = filing.mailbox_of(home, item.entry.chosen.account)
        passwords.bring_for_round(context, [mailbox])
    why, _changes = filing.file_again(home, case, entry)
    data = {"entry": str(entry), "not_kept": why}
    if not why:
        return Answer(data, [_("The copy lies among the sent mail.")])
    words = _("The copy for the sent mail could not be filed: {why}").format(why=why)
    return Answer(data, (), KnownError("not_kept", words, _("Put that right, then try again.")))


def cancel_one(context: Context) -> Answer:
    entry = EntryId(context.args.entry)
    with context.home.store.read() as tx:
        case = send.case_of_entry(tx, entry)
    report = send.cancel(context.home, context.actor, case, entry)
    return Answer(shapes.report(report), [wording.state(report.state)])
