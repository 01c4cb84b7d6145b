"""The worker: `python -m calmreply.adapters.apart.worker CPU_SECONDS MEMORY_BYTES MODULE`.

Loads the module, limits itself, and says that it is ready. Then it reads one frame after the other
from its standard input, calls the module's function that the frame names with the bytes, and
answers on its standard output, until its input ends.

Answers: `{"said": ...}`, after as many pieces of it as `wire.answer` makes, or `{"fault": ...}`
with `too_big` (it then ends, because its memory is used up) or `broken`.
"""

from __future__ import annotations

import codecs
import contextlib
import gc
import importlib
import os
import signal
import sys
import traceback
from collections.abc import Callable
from datetime import datetime
from encodings.aliases import aliases
from types import ModuleType
from typing import IO, Any, Final

from . import limits, wire

BEFORE_LIMITS: Final = "before_limits"
_SELDOM: Final = 20_000, 20, 20
"""Looking for what points to itself costs a tenth of all; each job ends with it anyway."""
_TOO_BIG: Final = [wire.text({"fault": "too_big"})]


def main() -> int:
    cpu_seconds, memory, name = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the program, which ends us
    incoming, outgoing = _pipes()
    module = importlib.import_module(name)
    _load_late_ones(module)
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_SELDOM)
    limits.limit(memory)
    try:
        wire.send(outgoing, wire.text({"ready": True}))
        while True:
            head, body = wire.receive(incoming)
            limits.allow(cpu_seconds)
            answer = _answer(module, head, body)
            del body
            for piece in answer:
                wire.send(outgoing, piece)
            if answer == _TOO_BIG:
                return 0
            del answer
            gc.collect()
    except (OSError, wire.BrokenFrame):  # the program is gone
        return 0


def _answer(module: ModuleType, head: dict[str, Any], body: bytes) -> list[bytes]:
    try:
        answer = wire.answer(_function(module, head["do"])(body, head["about"]))
    except MemoryError:
        return _TOO_BIG
    except Exception:  # noqa: BLE001  # whatever a stranger's bytes did; the parent logs it
        return [wire.text({"fault": "broken", "detail": traceback.format_exc(limit=-8)[-4_000:]})]
    size = sum(map(len, answer)) + 100 * len(answer)
    return answer if size <= wire.LONGEST else _TOO_BIG


def _function(module: ModuleType, name: str) -> Callable[[bytes, Any], Any]:
    function: Callable[[bytes, Any], Any] = vars(module)[name]
    if name.startswith("_") or getattr(function, "__module__", None) != module.__name__:
        raise LookupError(name)
    return function


def _pipes() -> tuple[IO[bytes], IO[bytes]]:
    """Our two ends; a stray `print` of a library goes to the standard error from now on."""
    outgoing = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return os.fdopen(0, "rb", closefd=False), outgoing


def _load_late_ones(module: ModuleType) -> None:
    """What Python, and the module's libraries, would load at its first use: too late then."""
    for charset in sorted(set(aliases.values())):
        with contextlib.suppress(LookupError):  # some are of another system
            codecs.lookup(charset)
    datetime.strptime("2026+0000", "%Y%z")
    try:
        raise LookupError  # noqa: TRY301  # only to have it written down once
    except LookupError:
        traceback.format_exc()
    if ready := getattr(module, BEFORE_LIMITS, None):
        ready()


if __name__ == "__main__":
    sys.exit(main())
