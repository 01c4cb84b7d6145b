"""Downloads from strangers, with limits (httpx2 on its engine httpcore2; ada-url).

    addresses   what an address means, agreed by two parsers; redirects to absolute addresses
    networks    which resolved addresses are the public web, the own network, or nothing at all
    budget      one download's limits: wall clock, bytes on the wire, the wish to stop
    transport   looks names up, vets every answer, connects to exactly a vetted one
    inflate     gzip and deflate by the piece, with size and ratio watched
    client      `HttpWeb`, the port: redirects by hand, conditional requests, the outside time

Decisions. Each hop has a connection of its own and sends no cookie, no credentials and
no address of ours: nothing one site sets can be seen by another. Proxies from the environment are
not used, because behind a proxy nobody could vet where a name leads. The bytes are read and
inflated here and not by the library, so that both sizes are known while they come in. The
library's client (redirects, cookies, decoding, pools, one more parser of addresses) is not used,
only its engine's HTTP and whom it trusts.

The library takes its time to import, so only the first download does; importing this package is
cheap. Any thread may download. May import `app.ports`, `errors`, `i18n`.
"""

from __future__ import annotations

from .budget import Limits
from .client import HttpWeb

__all__ = ["HttpWeb", "Limits"]
