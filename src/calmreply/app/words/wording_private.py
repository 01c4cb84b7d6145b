"""What private words in a text are called."""

from __future__ import annotations

from typing import assert_never

from calmreply.domain.private import PrivateKind
from calmreply.i18n import _


def private_kind(value: PrivateKind) -> str:
    match value:
        case PrivateKind.CARD:
            return _("card number")
        case PrivateKind.BANK_ACCOUNT:
            return _("bank account")
        case PrivateKind.MAIL:
            return _("the customer's e-mail address")
        case PrivateKind.PHONE:
            return _("the customer's phone number")
        case PrivateKind.ADDRESS:
            return _("where the customer lives")
        case PrivateKind.ORDER:
            return _("the number of an order")
        case PrivateKind.PASSWORD:
            return _("one of your own passwords")
    assert_never(value)
