"""Serves a folder of feeds on loopback until its standard input ends. Run as a file of its own.

`/7` is the seventh feed, `/more` lets every tenth go on by two entries, another tenth each time.
Says its port first. As little work as can be, since whoever is measured shares the cores with it.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
import sys
from pathlib import Path

TYPES = {".rss": b"application/rss+xml", ".atom": b"application/atom+xml"}
MODIFIED = b"Mon, 05 Jan 2026 09:00:00 GMT"
ENTRY = re.compile(rb"<(item|entry)>.*?</\1>\n?", re.DOTALL)
NAMED = re.compile(rb"(<guid[^>]*>|<id>)([^<]*)")
WANTED = re.compile(rb"\r\nif-none-match: *([^\r]*)", re.IGNORECASE)
CLOSE = b"Connection: close\r\n"
"""Two hundred sources are two hundred hosts: no two of them share a connection."""
SHARE = 10
MORE = 2


class Feeds:
    """The documents as they are now, each with its etag."""

    def __init__(self, folder: Path) -> None:
        self._kinds: dict[bytes, bytes] = {}
        self._bodies: dict[bytes, tuple[bytes, bytes]] = {}
        self._round = 0
        for file in folder.iterdir():
            name = file.stem.encode()
            self._kinds[name] = TYPES[file.suffix]
            self._put(name, file.read_bytes())

    def answer(self, head: bytes) -> bytes:
        """The whole answer to the head of a request."""
        name = head.split(b" ", 2)[1].lstrip(b"/")
        if name == b"more":
            self._go_on()
            return b"HTTP/1.1 204 No Content\r\n%s\r\n" % CLOSE
        if name not in self._bodies:
            return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n%s\r\n" % CLOSE
        etag, body = self._bodies[name]
        about = b"ETag: %s\r\nLast-Modified: %s\r\n%s" % (etag, MODIFIED, CLOSE)
        wanted = WANTED.search(head)
        if wanted and wanted[1] == etag:
            return b"HTTP/1.1 304 Not Modified\r\n%s\r\n" % about
        return (
            b"HTTP/1.1 200 OK\r\n%sContent-Type: %s; charset=utf-8\r\nContent-Length: %d\r\n\r\n%s"
            % (
                about,
                self._kinds[name],
                len(body),
                body,
            )
        )

    def _put(self, name: bytes, body: bytes) -> None:
        etag = b'"%s"' % hashlib.sha256(body).hexdigest()[:20].encode()
        self._bodies[name] = etag, body

    def _go_on(self) -> None:
        """A few copies of the first entry under other ids come on top of some; as many go."""
        for place, name in enumerate(sorted(self._bodies)):
            if place % SHARE != self._round % SHARE:
                continue
            _etag, body = self._bodies[name]
            found = list(ENTRY.finditer(body))
            first = found[0].group()
            new = [
                NAMED.sub(rb"\g<1>\g<2>.%d.%d" % (self._round, number), first, count=1)
                for number in range(MORE)
            ]
            kept = body[found[0].start() : found[-MORE].start()] if len(found) > MORE else first
            end = body[found[-1].end() :]
            self._put(name, b"".join((body[: found[0].start()], *new, kept, end)))
        self._round += 1


async def serve(folder: Path) -> None:
    feeds = Feeds(folder)

    async def talk(incoming: asyncio.StreamReader, outgoing: asyncio.StreamWriter) -> None:
        try:
            outgoing.write(feeds.answer(await incoming.readuntil(b"\r\n\r\n")))
            await outgoing.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # whoever asked has gone
        finally:
            outgoing.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0, backlog=200)
    sys.stdout.write(json.dumps({"port": server.sockets[0].getsockname()[1]}) + "\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.read)
    server.close()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1])))
