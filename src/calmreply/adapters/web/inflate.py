"""gzip and deflate by the piece, with the inflated size and the ratio watched."""

from __future__ import annotations

import zlib
from io import BytesIO
from typing import Final

from .budget import Limits, broken_answer, too_big

_PIECE: Final = 64 * 1024
_FREE_OF_RATIO: Final = 1024 * 1024  # small documents may be as repetitive as they like
_GZIP: Final = 16 + zlib.MAX_WBITS
_DEFLATE: Final = 8


class Inflater:
    """Takes the body of an answer as it comes. `add` raises `too_big` and `broken_answer`."""

    def __init__(self, encoding: str, limits: Limits) -> None:
        self._limits = limits
        self._kind = encoding.strip().lower()
        self._out = BytesIO()
        self._wire = 0
        self._size = 0
        self._zip: zlib._Decompress | None = None
        self._first = b""
        if self._kind in ("gzip", "x-gzip"):
            self._zip = zlib.decompressobj(_GZIP)
        elif self._kind not in ("", "identity", "deflate"):
            raise broken_answer()  # we asked for nothing else

    def add(self, piece: bytes) -> None:
        self._wire += len(piece)
        if self._kind == "deflate" and self._zip is None:
            piece = self._choose(self._first + piece)
            if not piece:
                return
        if self._zip is None:
            self._keep(piece)
            return
        try:
            self._inflate(piece)
        except zlib.error:
            raise broken_answer() from None

    def body(self) -> bytes:
        """The whole body. Raises `broken_answer` where it was cut off."""
        if self._zip is not None and not self._zip.eof and self._wire:
            raise broken_answer()
        if self._first:
            raise broken_answer()
        return self._out.getvalue()

    def _choose(self, piece: bytes) -> bytes:
        """Some servers say deflate and send it without the zlib header; two bytes tell."""
        if len(piece) < 2:  # the header's length
            self._first = piece
            return b""
        self._first = b""
        wrapped = piece[0] & 0x0F == _DEFLATE and int.from_bytes(piece[:2], "big") % 31 == 0
        self._zip = zlib.decompressobj(zlib.MAX_WBITS if wrapped else -zlib.MAX_WBITS)
        return piece

    def _inflate(self, piece: bytes) -> None:
        assert self._zip is not None  # noqa: S101  # the caller looked
        while piece:
            if self._zip.eof:
                if self._kind == "deflate" or piece[0] != 0x1F:  # gzip's first byte
                    return  # bytes after the end mean nothing
                self._zip = zlib.decompressobj(_GZIP)  # another gzip member
            self._keep(self._zip.decompress(piece, _PIECE))
            piece = self._zip.unconsumed_tail or self._zip.unused_data

    def _keep(self, piece: bytes) -> None:
        self._size += len(piece)
        if self._size > self._limits.inflated:
            raise too_big()
        if self._size > max(_FREE_OF_RATIO, self._limits.ratio * self._wire):
            raise too_big()
        self._out.write(piece)
