"""How parent and worker talk: a frame is two lengths, a JSON object and raw bytes.

Lengths are two unsigned 32-bit numbers, big-endian. Used on both sides; no other module knows
the layout.
"""

from __future__ import annotations

import json
import struct
from typing import IO, Any, Final

_LENGTHS: Final = struct.Struct(">II")
LONGEST: Final = 64 * 1024 * 1024
"""Bytes; a frame that claims more is broken, not big."""


class BrokenFrame(Exception):  # noqa: N818  # it is a state of the pipe, told by its name
    """The other side ended, or sent something that is no frame."""


def text(head: dict[str, Any]) -> bytes:
    """The JSON of a frame; half a surrogate pair becomes a question mark.

    Raises `TypeError`, `ValueError` or `RecursionError` for what JSON cannot hold.
    """
    return json.dumps(head, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def send(stream: IO[bytes], head: bytes, body: bytes = b"") -> None:
    """Write one frame; `head` is from `text`. Raises `OSError` when the other side is gone."""
    stream.write(_LENGTHS.pack(len(head), len(body)))
    stream.write(head)
    stream.write(body)
    stream.flush()


def receive(stream: IO[bytes]) -> tuple[dict[str, Any], bytes]:
    """Read one frame. Raises `BrokenFrame` when the other side ended or talks nonsense."""
    head_size, body_size = _LENGTHS.unpack(_exactly(stream, _LENGTHS.size))
    if head_size + body_size > LONGEST:
        raise BrokenFrame
    try:
        head = json.loads(_exactly(stream, head_size))
    except (ValueError, RecursionError) as error:
        raise BrokenFrame from error
    if not isinstance(head, dict):
        raise BrokenFrame
    return head, _exactly(stream, body_size)


def _exactly(stream: IO[bytes], size: int) -> bytes:
    data = stream.read(size)
    if len(data) != size:
        raise BrokenFrame
    return data
