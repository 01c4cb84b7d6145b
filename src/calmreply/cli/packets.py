"""The second person far away: packets, invitations, and the codes that come back."""

from __future__ import annotations

from pathlib import Path

from calmreply.app.own_file import new_file
from calmreply.app.persons import people
from calmreply.app.persons.people import NewPerson
from calmreply.app.reviewing import invitations, notices, packets
from calmreply.app.words import wording_review
from calmreply.cli import inputs
from calmreply.cli.cases import case_of, changed
from calmreply.cli.commands import Commands
from calmreply.cli.context import Answer, Context
from calmreply.errors import KnownError
from calmreply.i18n import _


def declare(group: Commands) -> None:
    """The commands below `people`."""
    invite = group.command(
        "invite", _("let somebody far away sign by phone: a page makes their key"), do_invite
    )
    invite.add_argument(
        "name", metavar="NAME", help=_("somebody here, or what a new one is called")
    )
    invite.add_argument("--packet", required=True, metavar="FILE", help=_("a new file, to be sent"))
    invite.add_argument("--role", default="", metavar="R", help=_("what they do here"))
    invite.add_argument("--mail", default="", metavar="M", help=_("their mail address"))
    invite.add_argument(
        "--may-offer",
        type=inputs.amount,
        default=0,
        metavar="28.00",
        help=_("the most they may offer without asking"),
    )
    take = group.command("take", _("let in the key that came back from an invitation"), do_take)
    take.add_argument("file", metavar="FILE|-", help=_("what they sent: the code is in it"))
    take.add_argument(
        "--compared",
        action="store_true",
        help=_("I called them, and they read me the same six words"),
    )
    revoke = group.command("revoke", _("nothing counts by their packet key any more"), do_revoke)
    revoke.add_argument("name", metavar="NAME", help=_("whose it is"))


def do_invite(context: Context) -> Answer:
    args = context.args
    actor = context.actor
    _free(args.packet)
    new = NewPerson(args.name, args.role, args.mail, args.may_offer)
    made, _changes = invitations.invite(context.home, actor, new)
    _write(args.packet, made.page)
    words = _("Send this file to {name}: {file}").format(name=made.name, file=args.packet)
    then = _("When their code has come back: calmreply people take FILE")
    data = {"person": str(made.person), "name": made.name, "packet": args.packet}
    return Answer(data, [words, then])


def do_take(context: Context) -> Answer:
    args = context.args
    code = context.text(args.file)
    actor = context.actor
    found = invitations.offered(context.home, code)
    person, _changes = invitations.let_in(context.home, actor, code, compared=args.compared)
    words = _("{name} can sign from far away now.").format(name=person.name)
    again = len(person.packet_keys) > 1
    told = notices.tell_new_key(context.home, actor, person)[0] if again else ()
    data = {
        "person": str(person.id),
        "name": person.name,
        "words": list(found.words),
        "told": [{"name": one.person.name, "told": one.delivered} for one in told],
    }
    return Answer(data, [words])


def do_revoke(context: Context) -> Answer:
    found = people.person(context.home, context.args.name)
    invitations.revoke(context.home, context.actor, str(found.id))
    words = _("The packet key of {name} no longer counts. What it signed before stays.")
    return Answer({"person": str(found.id), "name": found.name}, [words.format(name=found.name)])


def ask(context: Context) -> Answer:
    """`ask CASE --who PERSON --packet FILE`."""
    args = context.args
    actor = context.actor
    _free(args.packet)
    made, _changes = packets.make(
        context.home, actor, case_of(context), args.reviewer, blind=args.blind
    )
    _write(args.packet, made.page)
    words = _("Send this file to {name}: {file}").format(name=made.reviewer.name, file=args.packet)
    answer = changed(context, words)
    told = _("Its words, which the page shows too: {words}").format(words=" ".join(made.words))
    data = {**answer.data, "packet": args.packet, "words": list(made.words)}
    return Answer(data, [*answer.lines, told])


def sign(context: Context) -> Answer:
    """`sign CASE --code-file F`: it is the second person's own word, so nobody needs to act."""
    case = case_of(context)
    code = context.text(context.args.code_file)
    taken, _changes = packets.take(context.home, case, code)
    if taken.signs_off:
        words = _("{name} has signed off exactly these words.")
        words = words.format(name=taken.reviewer.name)
    else:
        words = wording_review.changes(taken.reviewer.name, taken.remark)
    answer = changed(context, words)
    said = {"remark": taken.remark or None, "suggestion": taken.suggestion or None}
    data = {**answer.data, "reviewer": str(taken.reviewer.id), **said}
    return Answer(data, answer.lines)


def _free(name: str) -> None:
    """Before anything is asked of anybody. Raises KnownError `file_exists`."""
    if Path(name).exists():
        raise KnownError(
            "file_exists", _("There is already a file of that name."), _("Choose another name.")
        )


def _write(name: str, page: str) -> None:
    with new_file(Path(name)) as file:
        file.write(page)
