"""The calls to the system that are left to a worker: compute, read and write what is open, end.

Linux's seccomp, where the processor is one of two; every other call fails with "not permitted".
Numbers are of `asm/unistd_64.h` and `asm-generic/unistd.h` of Linux.
"""

from __future__ import annotations

import ctypes
import errno
import platform
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_LOAD, _SAME, _RETURN = 0x20, 0x15, 0x06
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000 | errno.EPERM
_NUMBER_AT, _PROCESSOR_AT, _FIRST_ARGUMENT_AT = 0, 4, 16
_NO_NEW_PRIVILEGES, _SECCOMP, _BY_FILTER = 38, 22, 2


@dataclass(frozen=True, slots=True)
class _Processor:
    """`limits` is allowed for the process itself only."""

    audit: int
    limits: int
    allowed: tuple[int, ...]


_PROCESSORS: Final = {
    "x86_64": _Processor(
        0xC000003E,
        302,
        (
            *(0, 1, 3, 8),  # read, write, close, lseek
            *(9, 10, 11, 12, 25, 28),  # mmap, mprotect, munmap, brk, mremap, madvise
            *(13, 14, 15, 131),  # rt_sigaction, rt_sigprocmask, rt_sigreturn, sigaltstack
            *(24, 202, 219),  # sched_yield, futex, restart_syscall
            *(39, 186),  # getpid, gettid
            *(96, 100, 201, 228, 229),  # gettimeofday, times, time, clock_gettime, clock_getres
            *(97, 98, 160),  # getrlimit, getrusage, setrlimit
            *(60, 231, 318),  # exit, exit_group, getrandom
        ),
    ),
    "aarch64": _Processor(
        0xC00000B7,
        261,
        (
            *(63, 64, 57, 62),  # read, write, close, lseek
            *(222, 226, 215, 214, 216, 233),  # mmap, mprotect, munmap, brk, mremap, madvise
            *(134, 135, 139, 132),  # rt_sigaction, rt_sigprocmask, rt_sigreturn, sigaltstack
            *(124, 98, 128),  # sched_yield, futex, restart_syscall
            *(172, 178),  # getpid, gettid
            *(169, 153, 113, 114),  # gettimeofday, times, clock_gettime, clock_getres
            *(163, 165, 164),  # getrlimit, getrusage, setrlimit
            *(93, 94, 278),  # exit, exit_group, getrandom
        ),
    ),
}


class _Step(ctypes.Structure):
    _fields_ = (
        ("code", ctypes.c_uint16),
        ("jump", ctypes.c_uint8),
        ("jump_else", ctypes.c_uint8),
        ("value", ctypes.c_uint32),
    )


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_uint16), ("steps", ctypes.POINTER(_Step)))


def give_up() -> bool:
    """Give all other calls up, for ever. False where the system knows no such thing."""
    processor = _PROCESSORS.get(platform.machine())
    if sys.platform != "linux" or processor is None or ctypes.sizeof(ctypes.c_void_p) != 8:
        return False
    steps = [_Step(*step) for step in _steps(processor)]
    program = _Program(len(steps), (_Step * len(steps))(*steps))
    control = ctypes.CDLL(None).prctl
    control.argtypes = (ctypes.c_int, *[ctypes.c_ulong] * 4)
    if control(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) != 0:
        return False
    return bool(control(_SECCOMP, _BY_FILTER, ctypes.addressof(program), 0, 0) == 0)


def _steps(processor: _Processor) -> Iterator[tuple[int, int, int, int]]:
    """Code, how many steps to leave out if it is the same, and if not, value."""
    allowed = processor.allowed
    end = 6 + len(allowed)  # the refusal stands there, the permission after it
    yield _LOAD, 0, 0, _PROCESSOR_AT
    yield _SAME, 0, end - 2, processor.audit
    yield _LOAD, 0, 0, _NUMBER_AT
    yield _SAME, 0, 2, processor.limits
    yield _LOAD, 0, 0, _FIRST_ARGUMENT_AT
    yield _SAME, end - 5, end - 6, 0
    for place, number in enumerate(allowed, start=6):
        yield _SAME, end - place, 0, number
    yield _RETURN, 0, 0, _REFUSE
    yield _RETURN, 0, 0, _ALLOW
