"""Files of public test suites through the reader of feeds and the reader of mails.

    reading.py PACK

Run as a file of its own, so that it can be looked at from outside. PACK holds the files: from the
moment it polls, it opens none. Says as JSON what came of each.
"""

from __future__ import annotations

import base64
import json
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.hostile.poller import BEGINS

from calmreply.adapters.apart import WorkerApart
from calmreply.adapters.feeds import WorkerFeedReader
from calmreply.errors import KnownError

_MAIL = "calmreply.adapters.channels.imap.reading:read"
_ADDRESS = "https://shop.example/feed"


def main(pack: str) -> int:
    files = json.loads(Path(pack).read_text(encoding="utf-8"))
    apart = WorkerApart(workers=2)
    feeds = WorkerFeedReader(apart)

    def read(file: tuple[str, str, str]) -> list[object]:
        kind, name, packed = file
        body = base64.b64decode(packed)
        began = time.monotonic()
        try:
            if kind == "feed":
                found = f"{len(feeds.parse(body, {}, _ADDRESS).entries)} entries"
            else:
                said = apart.run(_MAIL, body, {"own": [], "now": 1.8e9, "received": None})
                found = f"{len(said['heard'])} mails"
        except KnownError as error:
            found = error.code
        return [name, found, time.monotonic() - began]

    os.access(BEGINS, os.R_OK)
    try:
        with ThreadPoolExecutor(2) as pool:
            said = list(pool.map(read, files))
    finally:
        apart.close()
    sys.stdout.write(json.dumps(said) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
