"""How parent and worker talk: a frame is two lengths, a JSON object and raw bytes.

Lengths are two unsigned 32-bit numbers, big-endian. Used on both sides; no other module knows
the layout.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from typing import IO, Any, Final

_LENGTHS: Final = struct.Struct(">II")
LONGEST: Final = 64 * 1024 * 1024
"""Bytes; a frame that claims more is broken, not big."""
_FEW: Final = 20
_PIECE: Final = 64 * 1024


class BrokenFrame(Exception):  # noqa: N818  # it is a state of the pipe, told by its name
    """The other side ended, or sent something that is no frame."""


def text(head: Any) -> bytes:
    """The JSON of a frame; half a surrogate pair becomes a question mark.

    Raises `TypeError`, `ValueError` or `RecursionError` for what JSON cannot hold.
    """
    return json.dumps(head, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def answer(said: Any) -> list[bytes]:
    """What a function said, as the heads of frames: `{"some": NAME, "of": [...]}` of long lists.

    Then `{"said": ...}` with the rest. In pieces, because whoever takes in a big one at once holds
    up every other thread of the program meanwhile. Raises as `text` does.
    """
    if not isinstance(said, dict):
        return [text({"said": said})]
    pieces: list[bytes] = []
    rest = dict(said)
    for name, value in said.items():
        if isinstance(value, list) and len(value) > _FEW:
            rest[name] = []
            pieces += _pieces(name, value)
    return [*pieces, text({"said": rest})]


def _pieces(name: str, value: list[Any]) -> Iterator[bytes]:
    start = b'{"some":' + json.dumps(name).encode() + b',"of":['
    held: list[bytes] = []
    size = 0
    for one in value:
        written = text(one)
        if held and size + len(written) > _PIECE:
            yield start + b",".join(held) + b"]}"
            held, size = [], 0
        held.append(written)
        size += len(written) + 1
    yield start + b",".join(held) + b"]}"


def send(stream: IO[bytes], head: bytes, body: bytes = b"") -> None:
    """Write one frame; `head` is from `text`. Raises `OSError` when the other side is gone."""
    stream.write(_LENGTHS.pack(len(head), len(body)))
    stream.write(head)
    stream.write(body)
    stream.flush()


def receive(stream: IO[bytes]) -> tuple[dict[str, Any], bytes]:
    """Read one frame. Raises `BrokenFrame` when the other side ended or talks nonsense."""
    head, body, _size = _frame(stream, LONGEST)
    return head, body


def receive_answer(stream: IO[bytes]) -> dict[str, Any]:
    """Read an answer with the pieces that come before it, see `answer`. Raises `BrokenFrame`."""
    pieces: dict[str, list[Any]] = {}
    left = LONGEST
    while True:
        head, _nothing, size = _frame(stream, left)
        if "some" not in head:
            break
        left -= size
        name, some = head["some"], head.get("of")
        if not isinstance(name, str) or not isinstance(some, list):
            raise BrokenFrame
        pieces.setdefault(name, []).extend(some)
    if pieces and isinstance(head.get("said"), dict):
        head["said"] |= pieces
    return head


def _frame(stream: IO[bytes], most: int) -> tuple[dict[str, Any], bytes, int]:
    """Head, body and how many bytes they were."""
    head_size, body_size = _LENGTHS.unpack(_exactly(stream, _LENGTHS.size))
    if head_size + body_size > most:
        raise BrokenFrame
    try:
        head = json.loads(_exactly(stream, head_size))
    except (ValueError, RecursionError) as error:
        raise BrokenFrame from error
    if not isinstance(head, dict):
        raise BrokenFrame
    return head, _exactly(stream, body_size), head_size + body_size + _LENGTHS.size


def _exactly(stream: IO[bytes], size: int) -> bytes:
    data = stream.read(size)
    if len(data) != size:
        raise BrokenFrame
    return data
