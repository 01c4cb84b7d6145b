"""What an address means. Two parsers must agree on scheme, host and port, or it is refused.

ada-url reads an address as browsers do, `urllib.parse` as the standard of 2005 says; where they
differ somebody is trying to show one host and reach another. No network here.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit

import ada_url

from calmreply.errors import KnownError
from calmreply.i18n import _

_LONGEST: Final = 4_000
_REMEMBERED: Final = 500
"""Addresses: those of the sources come again with every round. What is refused is not kept."""
_PORTS: Final = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Address:
    """A checked http(s) address. `host` is lower-case ASCII (punycode), an IPv6 one bare."""

    href: str
    scheme: str
    host: str
    port: int


@lru_cache(maxsize=_REMEMBERED)
def checked(untrusted: str, base: str | None = None) -> Address:
    """The address, without its fragment; relative to `base` if given. Raises `bad_address`."""
    text = untrusted.strip()
    if not text or len(text) > _LONGEST:
        raise _bad(_("This is no web address."))
    try:
        if base is not None:
            text = ada_url.join_url(base, text)
        url = ada_url.URL(text)
        if url.protocol not in ("http:", "https:"):
            raise _bad(_("Only addresses that begin with http:// or https:// can be read."))
        parts = urlsplit(text)
        port = parts.port
    except (ValueError, UnicodeError):
        raise _bad(_("This is no web address.")) from None
    if url.username or url.password or "@" in parts.netloc:
        raise KnownError(
            "bad_address",
            _("This address holds a name or a password, which would be stored and shown."),
            _("Leave out everything before the @ sign."),
        )
    scheme = url.protocol[:-1]
    host = url.hostname.strip("[]")
    usual = _PORTS[scheme]
    same = (
        parts.scheme.lower() == scheme
        and (port or usual) == (int(url.port) if url.port else usual)
        and _same_host(parts.hostname or "", host)
    )
    if not same or not host:
        raise two_ways()
    href = url.href.partition("#")[0]
    return Address(href=href, scheme=scheme, host=host, port=int(url.port) if url.port else usual)


def _same_host(plain: str, host: str) -> bool:
    if plain == host:
        return True
    return not plain.isascii() and ada_url.idna_to_ascii(plain).decode("ascii") == host


def two_ways() -> KnownError:
    """For an address that parsers read differently."""
    return _bad(_("This address can be read in two ways, so it is not used."))


def _bad(words: str) -> KnownError:
    return KnownError(
        "bad_address", words, _("Copy the address from your browser and paste it here.")
    )
