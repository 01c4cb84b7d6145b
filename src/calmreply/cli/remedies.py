"""What helps a source that needs somebody, as it is typed, and for scripts."""

from __future__ import annotations

from typing import Any, assert_never

from calmreply.app.listening import listen, lost_accounts, polling
from calmreply.app.listening.remedies import (
    AllowOwnNetwork,
    AskAgain,
    ChooseAccount,
    ListenLess,
    LookFor,
    OpenPage,
    OpenPasswords,
    Remedy,
    Remove,
    SignIn,
    UseFeed,
)
from calmreply.app.ports.storage import Source
from calmreply.app.words import wording_remedies
from calmreply.cli.commands import Commands
from calmreply.cli.context import Answer, Context
from calmreply.i18n import _


def declare(source: Commands) -> None:
    for name, does, handler in (
        ("use-found", _("listen to the feed that its page names"), use_found),
        ("allow-private", _("it may stand in the own network"), allow_private),
        ("only-named", _("take only what names us from it"), only_named),
    ):
        parser = source.command(name, does, handler)
        parser.add_argument("source", metavar="ID", help=_("its number or address"))
    through = source.command("use-account", _("read it through another account"), use_account)
    through.add_argument("source", metavar="ID", help=_("its number or address"))
    through.add_argument("account", metavar="ACCOUNT", help=_("as listed by: channel list"))


def use_found(context: Context) -> Answer:
    found = listen.find_source(context.home, context.args.source)
    polling.use_found_feed(context.home, found.id, context.actor_if_named)
    after = listen.find_source(context.home, found.id)
    words = _("{title} is listened to at {address} from now on. What it brought stays.")
    line = words.format(title=after.title, address=after.address)
    return Answer({"source": str(after.id), "feed": after.address}, [line])


def use_account(context: Context) -> Answer:
    found = listen.find_source(context.home, context.args.source)
    account: str = context.args.account
    lost_accounts.listen_through(context.home, found.id, account, context.actor_if_named)
    after = listen.find_source(context.home, found.id)
    words = _("{title} is read through {account} from now on. What it brought stays.")
    line = words.format(title=after.title, account=account)
    return Answer({"source": str(after.id), "feed": after.address}, [line])


def allow_private(context: Context) -> Answer:
    found = listen.find_source(context.home, context.args.source)
    polling.allow_own_network(context.home, found.id, context.actor_if_named)
    words = _("{title} may stand in your own network.")
    return Answer(
        {"source": str(found.id), "allow_private": True}, [words.format(title=found.title)]
    )


def only_named(context: Context) -> Answer:
    found = listen.find_source(context.home, context.args.source)
    polling.listen_for_names(context.home, found.id, context.actor_if_named)
    words = _("Only what names you is taken from {title} from now on. What it brought stays.")
    return Answer({"source": str(found.id), "takes": "named"}, [words.format(title=found.title)])


def data(source: Source) -> dict[str, Any] | None:
    """For scripts: what to do about it, in words and as typed; None where it needs nobody."""
    helps = polling.remedy(source)
    if helps is None:
        return None
    return {
        "do": _kind(helps),
        "words": wording_remedies.sentence(source, helps),
        "action": wording_remedies.action(helps).rstrip("…"),
        "typed": _typed(source, helps),
    }


def words(source: Source) -> str:
    """One sentence, and one thing to type; only the sentence where it needs nobody."""
    helps = polling.remedy(source)
    said = wording_remedies.sentence(source, helps)
    return said if helps is None else f"{said}  {_typed(source, helps)}"


def _typed(source: Source, helps: Remedy) -> str:  # noqa: C901 - one arm for each of them
    number: str = source.id
    match helps:
        case UseFeed():
            words = _("To use the found feed: calmreply source use-found {source}")
        case SignIn(account):
            number = account
            words = _("To sign in again: calmreply channel test {source} --secret-fd 0")
        case AllowOwnNetwork():
            words = _("If it is a device of your own: calmreply source allow-private {source}")
        case LookFor(page):
            number = page
            words = _("To look for its feed: calmreply source add {source}")
        case OpenPage(address):
            number = address
            words = _("Open it in the browser: {source}")
        case OpenPasswords():
            return _(
                "To open them: calmreply listen --once, which asks for their passphrase at a"
                " terminal; a script adds --seal-fd 3 3< FILE"
            )
        case ChooseAccount():
            words = _(
                "To read it through another account (calmreply channel list):"
                " calmreply source use-account {source} ACCOUNT"
            )
        case ListenLess():
            words = _("To take only what names you: calmreply source only-named {source}")
        case Remove():
            words = _("To stop listening there: calmreply source remove {source}")
        case AskAgain():
            return _("To ask again: calmreply listen --once")
        case _:
            assert_never(helps)
    return words.format(source=number)


def _kind(helps: Remedy) -> str:  # noqa: C901 - one arm for each of them
    match helps:
        case UseFeed():
            return "use_found_feed"
        case SignIn():
            return "sign_in"
        case AllowOwnNetwork():
            return "allow_private"
        case LookFor():
            return "look_for_feed"
        case OpenPage():
            return "open_page"
        case OpenPasswords():
            return "open_passwords"
        case ChooseAccount():
            return "use_account"
        case ListenLess():
            return "only_named"
        case Remove():
            return "remove"
        case AskAgain():
            return "ask_again"
        case _:
            assert_never(helps)
