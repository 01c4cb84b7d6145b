"""Finds the channels of this installation.

A channel is an entry point of the group `calmreply.channels` whose name is the channel's kind and
whose value is a class, or a function, that makes the channel from no arguments. A plug-in that
fails to load is named and left out; it never keeps the program from starting.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from typing import Final, cast

from calmreply.app.ports.channels import Channel, Connects
from calmreply.app.ports.listeners import Listener
from calmreply.errors import KnownError
from calmreply.i18n import _

GROUP: Final = "calmreply.channels"

OWN: Final = (
    EntryPoint("hand", "calmreply.adapters.channels.hand:HandChannel", GROUP),
    EntryPoint("mail", "calmreply.adapters.channels.mail:MailChannel", GROUP),
    EntryPoint("imap", "calmreply.adapters.channels.imap.listener:ImapListener", GROUP),
    EntryPoint("wordpress", "calmreply.adapters.channels.wordpress:WordPress", GROUP),
    EntryPoint("bluesky", "calmreply.adapters.channels.bluesky:Bluesky", GROUP),
    EntryPoint("mastodon", "calmreply.adapters.channels.mastodon:Mastodon", GROUP),
    EntryPoint("file", "calmreply.adapters.channels.files.listener:FileListener", GROUP),
)
"""Ours as `pyproject.toml` declares them. Said again here, because a frozen program and one that
runs from a bare checkout have no metadata to find them in, and so that no other package can put
itself in the place of one of them."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Found:
    """The plug-ins by kind, ours first, and one error for each that would not load.

    One that can send is in `channels`, one that can listen in `listeners`, one that can do both in
    both.
    """

    channels: Mapping[str, Channel]
    listeners: Mapping[str, Listener]
    broken: tuple[KnownError, ...] = ()


def find() -> Found:
    """Load every channel there is. Reads the installed packages' metadata: not on the Qt thread."""
    own = [(entry.name, entry.value) for entry in OWN]
    others = [e for e in entry_points(group=GROUP) if (e.name, e.value) not in own]
    return load([*OWN, *sorted(others, key=lambda entry: (entry.name, entry.value))])


def only(kind: str) -> Found:
    """The one of our own that is called so, or nothing; no other is loaded for it."""
    return load(entry for entry in OWN if entry.name == kind)


def load(entries: Iterable[EntryPoint]) -> Found:
    """The channels of these entry points; of two with one name the first counts."""
    made: dict[str, Connects] = {}
    broken: list[KnownError] = []
    for entry in entries:
        try:
            made[entry.name] = _made(entry, made)
        except Exception as error:  # noqa: BLE001 - foreign code may raise anything at all
            _log.warning("channel %s (%s) left out", entry.name, entry.value, exc_info=True)
            broken.append(_broken(entry, error))
    return Found(
        channels={kind: cast("Channel", one) for kind, one in made.items() if _sends(one)},
        listeners={kind: cast("Listener", one) for kind, one in made.items() if _listens(one)},
        broken=tuple(broken),
    )


def _made(entry: EntryPoint, others: Mapping[str, Connects]) -> Connects:
    if entry.name in others:
        raise ValueError(f"there is a channel {entry.name!r} already")
    made: Connects = entry.load()()
    if made.kind != entry.name:
        raise ValueError(f"it calls itself {made.kind!r}, not {entry.name!r}")
    if not (_sends(made) or _listens(made)):
        raise ValueError("it can neither send nor listen")
    return made


def _sends(made: Connects) -> bool:
    return hasattr(made, "send")


def _listens(made: Connects) -> bool:
    return hasattr(made, "listen")


def _broken(entry: EntryPoint, error: Exception) -> KnownError:
    words = _('The add-on "{name}" could not be loaded: {reason}.')
    return KnownError(
        "broken_channel",
        words.format(name=entry.name, reason=str(error) or type(error).__name__),
        _("Update it or remove it. Everything else works without it."),
    )
