"""What people of the business are told by mail. Never a word of what a customer wrote."""

from __future__ import annotations

from dataclasses import dataclass

from calmreply.app.words.wording import Names
from calmreply.domain.notice import About, NoticeGiven
from calmreply.domain.people import Person
from calmreply.i18n import _


@dataclass(frozen=True, slots=True)
class Asked:
    """Who is asked by whom about which case. `until` is a written time."""

    business: str
    person: Person
    asker: str
    case: str
    until: str
    packet: bool


def asked(about: Asked) -> tuple[str, str]:
    """Subject and text: a reply waits for somebody's look."""
    shop = about.business or "CalmReply"
    subject = _("{business}: a reply waits for your look").format(business=shop)
    how = (
        _("You sign by phone: {asker} sends you a file; open it there, and send the code back.")
        if about.packet
        else _("Open CalmReply at work: it is case {case}, under “With reviewer”.")
    )
    parts = (
        _("Hello {name},").format(name=about.person.name),
        _(
            "{asker} asks you to read a reply before it goes out, as the second pair of eyes."
        ).format(asker=about.asker),
        how.format(asker=about.asker, case=about.case),
        _(
            "Until {until}. After that it has to be asked for again; it does not go out without "
            "somebody's yes."
        ).format(until=about.until),
        _("What the reply says, and to whom, stands in CalmReply only."),
        shop,
    )
    return subject, "\n\n".join(parts) + "\n"


def new_key(business: str, person: Person, whose: str, by: str) -> tuple[str, str]:
    """Subject and text: somebody has another key since now."""
    shop = business or "CalmReply"
    subject = _("{business}: {name} has a new key").format(business=shop, name=whose)
    parts = (
        _("Hello {name},").format(name=person.name),
        _("{by} has let in another key of {name} today. It counts as new for a week.").format(
            by=by, name=whose
        ),
        _("If that is news to {name}, talk to each other before anything more is signed.").format(
            name=whose
        ),
        shop,
    )
    return subject, "\n\n".join(parts) + "\n"


def told(fact: object, names: Names) -> tuple[str, str] | None:
    """A line of the case's story and a quieter one; None for what is told elsewhere."""
    if not isinstance(fact, NoticeGiven) or fact.about is not About.ASKED:
        return None
    who = names(fact.person)
    if fact.delivered:
        return _("{name} was told by mail").format(name=who), ""
    return _("{name} could not be told by mail").format(name=who), fact.words
