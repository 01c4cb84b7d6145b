"""feedparser alone: a folder of feeds, one after the other. Run as a file of its own."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import feedparser

TYPES = {".rss": "application/rss+xml", ".atom": "application/atom+xml"}


def main(folder: str) -> None:
    files = sorted(Path(folder).iterdir())
    read = [(file.read_bytes(), {"content-type": TYPES[file.suffix]}) for file in files]
    feedparser.parse(read[0][0], response_headers=read[0][1])
    began = time.perf_counter()
    found = sum(
        len(feedparser.parse(body, response_headers=headers).entries) for body, headers in read
    )
    took = time.perf_counter() - began
    sys.stdout.write(json.dumps({"seconds": took, "entries": found}) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
