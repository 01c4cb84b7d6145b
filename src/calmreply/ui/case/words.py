"""What stands around the words of the reply, in words. No Qt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from calmreply.app.ports.channels import HAND
from calmreply.app.words import wording_review
from calmreply.domain.mention import Visibility
from calmreply.domain.review import ChangesAsked, SignedOff
from calmreply.i18n import _

if TYPE_CHECKING:
    from calmreply.domain.mention import Stars
    from calmreply.ui.case.work import Shown

MAIL = "mail"


def title(shown: Shown, *, afresh: bool) -> str:
    """Such as "Your reply, public on Google, by hand · version 3"."""
    words, place = shown.words, shown.place
    where = _("to them alone")
    if words.visibility is Visibility.PUBLIC:
        where = _("public on {place}").format(place=place) if place else _("public")
    way = way_title(shown)
    if words.to.channel == HAND:  # all others are names
        way = way[:1].lower() + way[1:]
    said = _("Your reply, {where}, {way}").format(where=where, way=way)
    if words.visibility is Visibility.PUBLIC and way.casefold() == place.casefold():
        said = _("Your reply, {where}").format(where=where)
    if words.to.channel == MAIL:
        to = words.to.target or _("nobody yet")
        said = _("Your reply by e-mail to {address}").format(address=to)
    revision = shown.facts.revision
    if revision is None or afresh:
        return said
    return _("{reply}  ·  version {n}").format(reply=said, n=revision.number)


def spoken_stars(stars: Stars | None) -> str:
    """A rating for those who hear it."""
    if stars is None:
        return ""
    return _("{given:g} of {scale:g} stars").format(given=stars.given, scale=stars.scale)


def way_title(shown: Shown) -> str:
    """How the way by which it goes is called."""
    kind = shown.words.to.channel
    return next((way.title for way in shown.ways if way.kind == kind), kind)


def remark(shown: Shown) -> tuple[str, str] | None:
    """Who asked for a change and for which, while that is the newest word about this reply.

    Or what whoever signed the present words says of them.
    """
    reply = shown.facts.reply
    spoken = shown.facts.ordered((ChangesAsked, SignedOff))
    mine = [
        one
        for one in spoken
        if isinstance(one, ChangesAsked | SignedOff) and reply and one.reply == reply.reply
    ]
    if not mine:
        return None
    last, name = mine[-1], shown.name(mine[-1].by)
    if isinstance(last, SignedOff):
        now = shown.facts.revision
        here = bool(last.note) and now is not None and last.revision == now.revision
        return (wording_review.signed_lead(name), last.note) if here else None
    revised = next((one for one in shown.facts.revisions if one.revision == last.revision), None)
    if revised is None or revised == shown.facts.revision:
        return wording_review.changes_lead(name, last.text), last.text
    return wording_review.changes_lead(name, last.text, version=revised.number), last.text
