"""What the C library does with memory that is given back to it.

glibc keeps a heap for every thread that comes while another allocates, and what a thread gave back
stays in its heap. A program that reads pages of 20 MB on forty threads, one after the other, holds
four times what it needs, and more after each round. So: one heap for all, and big pieces go back
to the system at once. Other C libraries do that by themselves, or know no such words.
"""

from __future__ import annotations

import sys
from typing import Final

_MMAP_THRESHOLD: Final = -3
_ARENA_MAX: Final = -8
"""Of `mallopt`, see its manual page and `malloc.h`."""
_BIG: Final = 1024 * 1024
"""Bytes."""


def keep_little() -> bool:
    """From now on, for the whole process. False where the C library is another one."""
    if sys.platform != "linux":
        return False
    import ctypes  # noqa: PLC0415 - elsewhere nobody needs it

    library = ctypes.CDLL(None)
    if not hasattr(library, "gnu_get_libc_version"):
        return False
    # One heap takes no time: whoever runs Python waits for its turn anyway.
    return bool(library.mallopt(_ARENA_MAX, 1) and library.mallopt(_MMAP_THRESHOLD, _BIG))
