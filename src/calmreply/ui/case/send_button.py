"""What the one Send button says, and whether it may be pressed. No Qt."""

from __future__ import annotations

from dataclasses import dataclass

from calmreply.app.ports.channels import HAND
from calmreply.domain import blockers as b
from calmreply.i18n import _, ngettext
from calmreply.ui import dates
from calmreply.ui.case import words
from calmreply.ui.case.lines import Check, checks
from calmreply.ui.case.work import Shown

_OF_TIME = b.CoolingPerson | b.CoolingText | b.SelfReviewNight


@dataclass(frozen=True, slots=True)
class SendButton:
    """What the one button says, and whether it may be pressed."""

    words: str
    enabled: bool


def send_button(shown: Shown, *, unsettled: bool, busy: bool) -> SendButton:
    """`unsettled`: the words on the screen are not (yet) those that were read."""
    if busy:
        return SendButton(_("Sending…"), enabled=False)
    if unsettled:
        return SendButton(_("Send reply · the words are changing"), enabled=False)
    if shown.page.blockers:
        return SendButton(_held(shown), enabled=False)
    to = shown.words.to
    if to.channel != HAND:
        if to.channel == words.MAIL:
            return SendButton(_("Send by e-mail to {address}").format(address=to.target), True)
        way = words.way_title(shown)
        return SendButton(_("Send by {way}").format(way=way), enabled=True)
    if to.leads_to_page:
        return SendButton(_("Copy and open the page"), enabled=True)
    return SendButton(_("Copy the words"), enabled=True)


def _held(shown: Shown) -> str:
    """How much can be done now; where it is nothing, what it waits for."""
    lines = checks(shown)
    if any(map(_to_do, lines)):
        # Counted as they stand there: what can only be done last is one of them.
        count = sum(_to_do(line) or line.sign in ("open", "stop") for line in lines)
        left = ngettext("Send reply · {n} thing to do", "Send reply · {n} things to do", count)
        return left.format(n=count)
    held = shown.page.blockers
    ends = [one.clears_at for one in held if isinstance(one, _OF_TIME)]
    until = max((at for at in ends if at is not None), default=None)
    if until is not None:
        when = dates.when(until, shown.wall, shown.zone)
        return _("Send reply · it waits until {when}").format(when=when)
    asked = [one.asked for one in held if isinstance(one, b.NeedsSecondPerson) and one.asked]
    if asked:
        return _("Send reply · it waits for {name}").format(name=shown.name(asked[0]))
    return _("Send reply · not yet")


def _to_do(check: Check) -> bool:
    """Whether somebody at this desk can do it now: no wait, and nobody else's answer."""
    if check.sign == "wait":
        return check.do == "review" and not check.others
    return check.sign != "done" and bool(check.action)
