"""What a mailbox's server or the network said, in plain words, as known errors."""

from __future__ import annotations

import contextlib
import imaplib
import logging
import re
import ssl
import traceback
from collections.abc import Iterator, Sequence
from typing import Final

from imapclient.exceptions import ProtocolError

from calmreply.adapters.channels import answers
from calmreply.adapters.channels.answers import Answer, BrokenAnswerError, CutOffError
from calmreply.adapters.channels.connecting import Server
from calmreply.errors import KnownError
from calmreply.i18n import _

from .wire import NoProtectionError, SilentError

_log = logging.getLogger(__name__)

_CODE: Final = re.compile(r"\[[^\]\[]{0,200}\]\s*")
_COMMAND: Final = re.compile(r"^\w+ failed: ")
_SECONDS: Final = re.compile(r"\s*\((?:\d+\.\d+ \+ )*\d+\.\d+ secs\)")
_MOST_NAMES: Final = 12
"""Of folders that are told."""
_PASSING: Final = re.compile(
    r"\[(?:UNAVAILABLE|INUSE|LIMIT|SERVERBUG)\b|too many|temporar|try again|rate.?limit"
    r"|overquota|bandwidth|busy",
    re.IGNORECASE,
)

# What the libraries raise when an answer is none of what a mail server may say.
NONSENSE: Final = (
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    AssertionError,
    RecursionError,
    OverflowError,
)


@contextlib.contextmanager
def told(server: Server) -> Iterator[None]:
    """Turn whatever the network and the libraries raise inside into known errors."""
    try:
        yield
    except KnownError:
        raise
    except OSError as error:  # before ValueError, which some of them are as well
        raise network(error, server) from error
    except (*NONSENSE, ProtocolError) as error:
        # Not what it says, which may be out of somebody's mail.
        where = traceback.extract_tb(error.__traceback__)[-1]
        _log.warning("%s in %s, line %s", type(error).__name__, where.filename, where.lineno)
        raise network(BrokenAnswerError(), server) from error
    except imaplib.IMAP4.error as error:
        raise _refusal(error, server) from error


def network(error: OSError, server: Server) -> KnownError:
    """What is to be said when the connection could not be made or did not hold."""
    if isinstance(error, NoProtectionError):
        return KnownError(
            "no_tls",
            _("The mail server {host} offers no protected connection.").format(host=server.host),
            _("Your password was not shown. {port} Or ask your mail provider.").format(
                port=port_for_protection()
            ),
        )
    known = answers.trouble(error, server.host, server.port)
    match known.code:
        case "cancelled":
            words, way = _("It was stopped."), _("It goes on with the next round.")
        case "cut_off":
            words = _("The mail server {host} hung up.").format(host=server.host)
            way = _("Nothing is lost. It is tried again by itself.")
        case "tls" if not isinstance(error, ssl.SSLCertVerificationError):
            words = f"{known.words} {_may_not_fit()}"
            way = _("Your password was not shown. {port}").format(port=port_for_protection())
        case "too_slow" if isinstance(error, SilentError):
            words = f"{known.words} {_may_not_fit()}"
            way = port_for_protection()
        case "tls":
            words = known.words
            way = _(
                "Your password was not shown. Check the server's name, its port and this computer's"
                " date, or ask your mail provider."
            )
        case "private_address":
            words = _("{host} lies inside your own network.").format(host=server.host)
            way = _("If it is your own server, allow this source to use your own network.")
        case "no_such_host":
            words, way = known.words, _("Check the server's name and the connection.")
        case _:
            words = known.words
            way = _("Check the connection, and the server's name. {port}").format(
                port=port_for_protection()
            )
    return KnownError(known.code, words, way)


def port_for_protection() -> str:
    """Which port goes with which protection, by the words of the form."""
    return _('Port 993 goes with "TLS from the start", port 143 with "STARTTLS".')


def _may_not_fit() -> str:
    return _("Perhaps the protection does not fit the port.")


def not_signed_in(error: imaplib.IMAP4.error, server: Server) -> KnownError:
    """The server did not let us in."""
    if _broke(error) or _PASSING.search(str(error)):
        return _refusal(error, server)
    words = _("The mail server {host} did not accept the password for {user}. {reason}")
    return KnownError(
        "sign_in_again",
        words.format(host=server.host, user=server.user, reason=_reason(error)),
        _(
            "Check the sign-in name and the password. Many providers (Gmail, iCloud, Yahoo and"
            " others) take only a password made just for this program: look for app password in"
            " your account there."
        ),
    )


def no_password(server: Server) -> KnownError:
    words = _("The mail server {host} wants a password, and this computer knows none.")
    return KnownError(
        "sign_in_again",
        words.format(host=server.host),
        _("Write the password into the settings of this mailbox."),
    )


def odd_password(server: Server) -> KnownError:
    words = _("The password for {user}, or the name, holds a line break or the like.")
    return KnownError(
        "sign_in_again",
        words.format(user=" ".join(server.user.split())),
        _("Write the password anew into the settings of this mailbox."),
    )


def no_sign_in(server: Server) -> KnownError:
    words = _("The mail server {host} does not let anybody sign in with a password.")
    return KnownError(
        "not_allowed",
        words.format(host=server.host),
        _(
            "Ask your mail provider whether reading by other programs (IMAP, app passwords) can"
            " be switched on, or let it forward your mail to a mailbox where it can."
        ),
    )


def no_such_folder(error: imaplib.IMAP4.error, folder: str, there: Sequence[str]) -> KnownError:
    """The server does not open the folder; `there` are those that it has."""
    if folder in there:
        words = _('The folder "{folder}" cannot be read. {reason}')
        way = _("Choose another folder, or ask your mail provider.")
    elif there:
        words = _('There is no folder "{folder}" in this mailbox.')
        way = _("Choose one that is there: {names}.").format(names=_some(there))
    else:
        words = _('There is no folder "{folder}" in this mailbox that can be read. {reason}')
        way = _(
            "Write its name as your mail provider shows it; a folder within another one has both"
            " names, such as Shop/Reviews or INBOX.Reviews."
        )
    return KnownError("no_such_place", words.format(folder=folder, reason=_reason(error)), way)


def _some(names: Sequence[str]) -> str:
    """The first dozen, with a sign where there are more."""
    more = ["…"] if len(names) > _MOST_NAMES else []
    return ", ".join([*names[:_MOST_NAMES], *more])


def is_passing(error: imaplib.IMAP4.error) -> bool:
    """Whether the same question may be answered later, or never was."""
    return _broke(error) or bool(_PASSING.search(str(error)))


def _refusal(error: imaplib.IMAP4.error, server: Server) -> KnownError:
    cause = error.__context__
    while cause is not None:
        if isinstance(cause, OSError):
            return network(cause, server)
        cause = cause.__context__
    if _broke(error):  # imaplib has one kind of error for both
        nonsense = "unexpected" in str(error) or "unterminated" in str(error)
        return network(BrokenAnswerError() if nonsense else CutOffError(), server)
    words = _("The mail server {host} does not want to talk now. {reason}")
    return KnownError(
        "not_ready",
        words.format(host=server.host, reason=_reason(error)),
        _("Nothing is lost. It is tried again by itself."),
    )


def _broke(error: BaseException) -> bool:
    """Whether it tells of a lost connection and not of a server's no."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, imaplib.IMAP4.abort | OSError):
            return True
        cause = cause.__context__
    return False


def _reason(error: imaplib.IMAP4.error) -> str:
    said = _SECONDS.sub("", _CODE.sub("", _COMMAND.sub("", str(error)))[:1000])
    said = said.strip().removesuffix(".") or "NO"
    return Answer(0, said.encode("utf-8", "replace")).reason
