"""The copy of a mail that has left, among what was sent: the one thing that is ever put there.

Some providers file it by themselves; so it is looked for first, by the name that only it has.
"""

from __future__ import annotations

from imapclient import SEEN
from imapclient.imapclient import SENT

from calmreply.adapters.channels.connecting import Server
from calmreply.errors import KnownError
from calmreply.i18n import _

from .wire import Client


def keep(client: Client, server: Server, wire: bytes, key: str) -> None:
    """File it, once. Raises KnownError `no_such_folder`, and what the library raises."""
    name = client.find_special_folder(SENT)
    if not name:
        raise KnownError(
            "no_such_folder",
            _("The mailbox at {host} has no folder for sent mail.").format(host=server.host),
            _("Make one that is called Sent, if you want copies there."),
        )
    client.select_folder(name, readonly=True)
    if not client.search(["HEADER", "MESSAGE-ID", key]):
        client.append(name, wire, flags=(SEEN,))
