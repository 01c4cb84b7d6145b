"""Somebody who is here: what is known of them, their passphrase, their key, what has changed."""

from __future__ import annotations

from datetime import timedelta

from calmreply.app import queries
from calmreply.app.persons import people, people_lately, person_changes
from calmreply.app.reviewing import notices
from calmreply.app.rules import settings
from calmreply.app.words import wording, wording_people
from calmreply.cli import inputs, passwords, shapes
from calmreply.cli.cases import case_of
from calmreply.cli.commands import Commands, number
from calmreply.cli.context import Answer, Context
from calmreply.domain.agreements import FIRST_WEEK
from calmreply.domain.moment import Now
from calmreply.domain.people import Person, Presence
from calmreply.domain.resembling import doubts_of
from calmreply.i18n import _


def declare(group: Commands) -> None:
    """The commands below `people`."""
    group.command("list", _("everybody"), list_people)
    change = group.command(
        "change", _("how to reach them, what they do, what they offer"), do_change
    )
    change.add_argument("name", metavar="NAME", help=_("who"))
    change.add_argument("--role", metavar="R", help=_("what they do here"))
    change.add_argument("--mail", metavar="M", help=_("their mail address, or a phone number"))
    change.add_argument(
        "--may-offer",
        type=inputs.amount,
        metavar="28.00",
        help=_("the most they may offer without asking; more than now is proposed"),
    )
    own = group.command("passphrase", _("another passphrase; the old one is asked for"), do_own)
    own.add_argument("name", metavar="NAME", help=_("whose it is"))
    own.add_argument(
        "--old-passphrase-fd",
        type=number,
        metavar="N",
        help=_("an open file whose first line is the old passphrase"),
    )
    key = group.command("new-key", _("passphrase and code are lost: another key"), do_new_key)
    key.add_argument("name", metavar="NAME", help=_("whose it is to be; somebody else acts"))
    for parser in (own, key):
        parser.add_argument(
            "--new-passphrase-fd",
            type=number,
            metavar="N",
            help=_("an open file whose first line is the new passphrase"),
        )
    key.add_argument("--secret-fd", type=number, metavar="N", help=_("the mail password, if asked"))
    lately = group.command("lately", _("who came in, whose key is another one"), do_lately)
    lately.add_argument("--days", type=number, default=30, metavar="N", help=_("for how long"))


def list_people(context: Context) -> Answer:
    known, names = people.everybody(context.home), context.names()
    now, currency = queries.now(context.home), settings.read(context.home, "currency")
    data, lines = [], []
    for one in known:
        said = [wording_people.doubt(doubt) for doubt in doubts_of(known, one, now)]
        shape = shapes.person(one, names, now.wall_of(one.since))
        data.append({**shape, "doubts": said, "new_key": bool(new_key_lines(one, now))})
        parts = (one.name, one.role, one.mail, wording.presence(one.presence))
        told = [*_limit_lines(one, currency), *new_key_lines(one, now), *said]
        lines += ["  ".join(filter(None, parts)), *(f"  {words}" for words in told)]
    return Answer(data, lines or [_("There is nobody yet.")])


def _limit_lines(person: Person, currency: str) -> list[str]:
    if not person.may_offer or person.presence is Presence.LEFT:
        return []
    limit = wording.money(person.may_offer, currency)
    return [_("May offer up to {amount} without asking.").format(amount=limit)]


def new_key_lines(person: Person, now: Now) -> list[str]:
    """That somebody's key, here or the one far away, is in its first week."""
    afar = person.packet_key
    entered = (person.since, afar.since) if afar is not None else (person.since,)
    here = person.presence is not Presence.LEFT
    if not here or all(now.since(at).sure >= FIRST_WEEK for at in entered):
        return []
    return [_("First week: the key of {name} is new.").format(name=person.name)]


def doubt_lines(context: Context, person: Person) -> list[str]:
    """For whom somebody who has just come in could be taken."""
    known = people.everybody(context.home)
    now = queries.now(context.home)
    return [wording_people.doubt(one) for one in doubts_of(known, person, now)]


def do_change(context: Context) -> Answer:
    args = context.args
    done, _changes = person_changes.change(
        context.home,
        context.actor,
        args.name,
        role=args.role,
        mail=args.mail,
        may_offer=args.may_offer,
    )
    found, names = done.person, context.names()
    now = queries.now(context.home)
    proposed = f"{done.proposed / 100:.2f}" if done.proposed else None
    data = {**shapes.person(found, names, now.wall_of(found.since)), "proposed": proposed}
    currency = settings.read(context.home, "currency")
    limit = wording.money(found.may_offer, currency)
    lines = [
        "  ".join(filter(None, (found.name, found.role, found.mail))),
        _("May offer up to {amount} without asking.").format(amount=limit),
    ]
    if done.proposed:
        higher = wording.money(done.proposed, currency)
        lines.append(
            _("{amount} asks for less than today's rules, so it is only proposed.").format(
                amount=higher
            )
        )
        lines.append(_("See: calmreply settings proposals"))
    return Answer(data, lines)


def do_own(context: Context) -> Answer:
    """The old passphrase is the one of whoever acts, or one of its own."""
    args, home = context.args, context.home
    found = people.person(home, args.name)
    if args.old_passphrase_fd is not None:
        old = context.console.line(args.old_passphrase_fd)
    elif args.passphrase_fd is not None:
        old = context.console.line(args.passphrase_fd)
    else:
        old = context.console.ask_secret(_("Passphrase of {who}:").format(who=found.name))
    new = context.new_passphrase(args.new_passphrase_fd, found.name)
    people.change_passphrase(home, str(found.id), old, new)
    words = _("{name} has a new passphrase. The recovery code stays good.")
    return Answer({"person": str(found.id), "name": found.name}, [words.format(name=found.name)])


def do_new_key(context: Context) -> Answer:
    args, home = context.args, context.home
    actor = context.actor
    found = people.person(home, args.name)
    passphrase = context.new_passphrase(args.new_passphrase_fd, found.name)
    person, recovery, _changes = people.new_key(home, actor, str(found.id), passphrase)
    told = notices.tell_new_key(home, actor, person)[0]
    lines = [
        _("{name} has another key. It counts as new for a week.").format(name=person.name),
        _("Recovery code, shown this once; write it down and keep it in a safe place:"),
        f"  {recovery}",
        *(notice_line(one) for one in told),
    ]
    data = {
        "person": str(person.id),
        "name": person.name,
        "recovery_code": recovery,
        "told": [notice_data(one) for one in told],
    }
    return Answer(data, lines)


def do_lately(context: Context) -> Answer:
    found = people_lately.lately(context.home, timedelta(days=context.args.days))
    data = [{"at": shapes.time(one.at), "words": one.words, "key": one.key} for one in found]
    lines = [f"{wording.exact(one.at, context.zone)}  {one.words}" for one in found]
    return Answer(data, lines or [_("Nothing has changed.")])


def notice_line(told: notices.Told) -> str:
    if told.delivered:
        return _("{name} was told by mail.").format(name=told.person.name)
    words = _("{name} could not be told by mail: {why}")
    return words.format(name=told.person.name, why=told.words)


def notice_data(told: notices.Told) -> dict[str, object]:
    return {"name": told.person.name, "told": told.delivered, "words": told.words or None}


def tell_asked(context: Context, answer: Answer) -> Answer:
    """After `ask`: tell them by mail, where that is wished for now or as a rule."""
    able = notices.able(context.home)
    wished = context.args.notice
    if not (able.wanted if wished is None else wished):
        return Answer({**answer.data, "notice": None}, answer.lines)
    if able.account is not None:
        passwords.bring(context, able.account.id)
    told, _changes = notices.tell_asked(context.home, context.actor, case_of(context))
    if told is None:
        return Answer({**answer.data, "notice": None}, answer.lines)
    return Answer({**answer.data, "notice": notice_data(told)}, [*answer.lines, notice_line(told)])
