"""What a mailbox's server or the network said, in plain words, as known errors."""

from __future__ import annotations

import contextlib
import imaplib
import logging
import re
import traceback
from collections.abc import Iterator
from typing import Final

from imapclient.exceptions import ProtocolError

from calmreply.adapters.channels import answers
from calmreply.adapters.channels.answers import Answer, BrokenAnswerError, CutOffError
from calmreply.adapters.channels.connecting import Server
from calmreply.errors import KnownError
from calmreply.i18n import _

from .wire import NoProtectionError

_log = logging.getLogger(__name__)

_CODE: Final = re.compile(r"\[[^\]\[]{0,200}\]\s*")
_COMMAND: Final = re.compile(r"^\w+ failed: ")
_PASSING: Final = re.compile(
    r"\[(?:UNAVAILABLE|INUSE|LIMIT|SERVERBUG)\b|too many|temporar|try again|rate.?limit"
    r"|overquota|bandwidth|busy",
    re.IGNORECASE,
)

# What the libraries raise when an answer is none of what a mail server may say.
_NONSENSE: Final = (
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
    except (*_NONSENSE, ProtocolError) as error:
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
            _(
                "Your password was not shown. Check the server's name and port (993 for tls, 143"
                " for starttls), or ask your mail provider."
            ),
        )
    known = answers.trouble(error, server.host, server.port)
    match known.code:
        case "cancelled":
            words, way = _("It was stopped."), _("It goes on with the next round.")
        case "cut_off":
            words = _("The mail server {host} hung up.").format(host=server.host)
            way = _("Nothing is lost. It is tried again by itself.")
        case "tls":
            words = known.words
            way = _(
                "Your password was not shown. Check the server's name, its port (993 for tls, 143"
                " for starttls) and this computer's date, or ask your mail provider."
            )
        case "private_address":
            words = _("{host} lies inside your own network.").format(host=server.host)
            way = _("If it is your own server, allow this source to use your own network.")
        case "no_such_host":
            words, way = known.words, _("Check the server's name and the connection.")
        case _:
            words = known.words
            way = _(
                "Check the connection, and the server's name and port (993 for tls, 143 for"
                " starttls). Nothing is lost; it is tried again by itself."
            )
    return KnownError(known.code, words, way)


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


def no_such_folder(error: imaplib.IMAP4.error, server: Server, folder: str) -> KnownError:
    """The server does not open the folder."""
    if _broke(error) or _PASSING.search(str(error)):
        return _refusal(error, server)
    words = _('There is no folder "{folder}" in this mailbox that can be read. {reason}')
    return KnownError(
        "no_such_place",
        words.format(folder=folder, reason=_reason(error)),
        _(
            "Write its name as your mail provider shows it; a folder within another one has both"
            " names, such as Shop/Reviews or INBOX.Reviews."
        ),
    )


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
    said = _CODE.sub("", _COMMAND.sub("", str(error)))[:1000].strip() or "NO"
    return Answer(0, said.encode("utf-8", "replace")).reason
