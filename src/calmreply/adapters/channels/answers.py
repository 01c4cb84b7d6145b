"""What a mail server or the network said, in plain words, as known errors."""

from __future__ import annotations

import re
import socket
import ssl
import unicodedata
from dataclasses import dataclass
from typing import Final

from calmreply.errors import KnownError
from calmreply.i18n import _

_LONGEST: Final = 300
_ENHANCED: Final = re.compile(r"(?:^|(?<=\n))[245]\.(\d{1,3}\.\d{1,3})(?=\s|$)[ \t]*")

# What OpenSSL calls them; `ssl` has no names for these numbers.
_NOT_YET_VALID, _EXPIRED = 9, 10
_OTHER_NAME, _OTHER_ADDRESS = 62, 64


class BrokenAnswerError(OSError):
    """The other side talks, but not as a mail server does."""


class CutOffError(OSError):
    """The other side hung up."""


class StoppedError(OSError):
    """We were asked to stop."""


class OwnNetworkError(OSError):
    """The name leads into the own network, and nobody said that it may."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One complete answer of a server: its code and its lines."""

    code: int
    text: bytes

    @property
    def good(self) -> bool:
        return self.code // 100 == 2

    @property
    def not_now(self) -> bool:
        return self.code // 100 == 4

    @property
    def never(self) -> bool:
        return self.code // 100 == 5

    @property
    def reason(self) -> str:
        """Why, in plain words where the server gave a standard reason, and in its own words."""
        text = self.text.decode("utf-8", "replace")
        standard = _ENHANCED.search(text)
        plain = _standard(standard[1]) if standard else ""
        own = _tidy(_ENHANCED.sub("", text)) or str(self.code)
        quoted = _('It says: "{words}".').format(words=own)
        return f"{plain} {quoted}" if plain else quoted


def refused(host: str, answer: Answer) -> KnownError:
    """The server will not take this mail, now or later."""
    words = _("The mail server {host} refused the e-mail. {reason}")
    return KnownError(
        "refused",
        words.format(host=host, reason=answer.reason),
        _("It was not delivered. Put right what it names, then send again."),
    )


def try_later(host: str, answer: Answer) -> KnownError:
    """The server will not take this mail now, and says that it may later."""
    words = _("The mail server {host} cannot take the e-mail now. {reason}")
    return KnownError(
        "try_later",
        words.format(host=host, reason=answer.reason),
        _("It was not delivered. It is tried again by itself."),
    )


def not_ready(host: str, answer: Answer) -> KnownError:
    """The server answers, but does not do what comes before a mail."""
    if not (answer.not_now or answer.never):
        return trouble(BrokenAnswerError(), host, 0)
    words = _("The mail server {host} does not want to talk now. {reason}")
    return KnownError(
        "not_ready",
        words.format(host=host, reason=answer.reason),
        _("Nothing was sent. Wait a while, or check the server's name and port."),
    )


def wrong_password(user: str, answer: Answer) -> KnownError:
    words = _("The mail server did not accept the password for {user}. {reason}")
    return KnownError(
        "wrong_password",
        words.format(user=user, reason=answer.reason),
        _(
            "Nothing was sent. Check the sign-in name and the password in the settings; some"
            " providers want a password made just for this program (an app password)."
        ),
    )


def no_password(host: str) -> KnownError:
    words = _("The mail server {host} wants a password, and this computer knows none.")
    return KnownError(
        "no_password",
        words.format(host=host),
        _("Nothing was sent. Write the password into the settings of this e-mail account."),
    )


def no_sign_in(host: str) -> KnownError:
    words = _("The mail server {host} offers no way of signing in that this program knows.")
    return KnownError(
        "no_sign_in",
        words.format(host=host),
        _(
            "Nothing was sent. Ask your mail provider for sign-in by password (an app password),"
            " or check the server's name and port."
        ),
    )


def no_tls(host: str) -> KnownError:
    words = _("The mail server {host} offers no protected connection.")
    return KnownError(
        "no_tls",
        words.format(host=host),
        _(
            "Nothing was sent, and your password was not shown. Check the server's name and port,"
            " or ask your mail provider."
        ),
    )


def no_such_letters(host: str) -> KnownError:
    words = _("The mail server {host} takes no address with letters beyond a to z before the @.")
    return KnownError(
        "refused",
        words.format(host=host),
        _("It was not delivered. Ask the customer for another address, or use another account."),
    )


def unsure(host: str) -> KnownError:
    words = _("The connection to {host} ended before it said whether it took the e-mail.")
    return KnownError(
        "unsure",
        words.format(host=host),
        _('It may have arrived. Look into the "Sent" folder of your mailbox, or ask.'),
    )


def trouble(error: OSError, host: str, port: int) -> KnownError:
    """What is to be said when the network failed before anything can have left."""
    match error:
        case StoppedError():
            code, words = "cancelled", _("It was stopped before anything was sent.")
        case OwnNetworkError():
            code, words = "private_address", _("{host} lies inside your own network (own_network).")
        case BrokenAnswerError():
            code, words = "broken_answer", _("What answers at {host} does not talk as mail does.")
        case socket.gaierror():
            code, words = "no_such_host", _not_found(error)
        case ssl.SSLCertVerificationError():
            code, words = "tls", _certificate(error)
        case ssl.SSLError():
            code, words = "tls", _("No protected connection to {host} could be made.")
        case TimeoutError():
            code, words = "too_slow", _("The mail server {host} took too long to answer.")
        case ConnectionRefusedError():
            code, words = "cannot_connect", _("Nothing answers at {host}, port {port}.")
        case CutOffError() | ConnectionError():
            code, words = "cut_off", _("The mail server {host} hung up before anything was sent.")
        case _:
            code, words = "cannot_connect", _("The mail server {host} cannot be reached.")
    return KnownError(code, words.format(host=host, port=port), _way_out(code))


def _way_out(code: str) -> str:
    match code:
        case "cancelled":
            return _("Nothing was sent. Send it again when you like.")
        case "private_address":
            return _(
                "Nothing was sent. If it is your own server, say so in the settings of the account."
            )
        case "tls":
            return _(
                "Nothing was sent. Check the server's name and this computer's date. {port} Or ask"
                " your mail provider."
            ).format(port=port_for_protection())
        case "no_such_host":
            return _("Nothing was sent. Check the server's name and the connection.")
        case _:
            return _(
                "Nothing was sent. Check the connection, and the server's name. {port}"
            ).format(port=port_for_protection())


def port_for_protection() -> str:
    """Which port goes with which protection, by the words of the form."""
    return _('Port 587 goes with "STARTTLS", port 465 with "TLS from the start".')


def _not_found(error: socket.gaierror) -> str:
    if error.errno == socket.EAI_AGAIN:
        return _("The name {host} could not be looked up just now.")
    return _("There is no mail server called {host}.")


def _certificate(error: ssl.SSLCertVerificationError) -> str:
    match error.verify_code:
        case code if code == _EXPIRED:
            return _("The certificate of the mail server {host} has run out.")
        case code if code == _NOT_YET_VALID:
            return _("The certificate of the mail server {host} is not valid yet.")
        case code if code in (_OTHER_NAME, _OTHER_ADDRESS):
            return _("What answers at {host} shows the certificate of another server.")
        case _:
            return _("This computer does not trust the certificate of the mail server {host}.")


def _standard(status: str) -> str:
    """The standard reasons (RFC 3463) that a person can do something about."""
    match status:
        case "1.0" | "1.1" | "1.3" | "1.6" | "1.10":
            return _("There is no such address there.")
        case "1.2":
            return _("What stands after the @ does not exist.")
        case "2.1":
            return _("That mailbox is closed.")
        case "2.2":
            return _("That mailbox is full.")
        case "2.3" | "3.4":
            return _("The e-mail is too long for it.")
        case "1.8" | "7.60":
            return _("It does not accept the address you send from.")
        case _:
            return ""


def _tidy(text: str) -> str:
    """A stranger's words in one short line without anything invisible."""
    shown = "".join(" " if unicodedata.category(c)[0] in "CZ" else c for c in text)
    line = " ".join(shown.replace('"', "'").split())
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}..."
