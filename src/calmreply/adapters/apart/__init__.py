"""Reading what strangers wrote, in processes of their own; implements `app.ports.Apart`.

    pool      which process a job gets, who waits, who steps aside for whom
    process   the parent's hold on one process: its pipes, its wall clock, its end
    wire      how the two talk: length-prefixed JSON and raw bytes over pipes
    worker    the child: loads one module, limits itself, then does one job after the other
    limits    what the kernel takes from the child: memory, time, files, sockets, processes
    calls     the few calls to the system that are left to it, where the system is Linux

Decided: a process, because what strangers write can make any parser run for minutes or take
gigabytes, and one day it will make one run the stranger's own code. A thread cannot be stopped and
shares our memory; a process can be killed, and the kernel holds it to its limits. `subprocess` and
not `multiprocessing`: nothing of our memory, locks or open files is copied into it, and it works
the same on every system. One process has one module, so that a fault in what reads mails is none
in what reads feeds. It is kept and used again, because starting it costs as much as parsing
hundreds of entries.

Decided: it loads what it needs, and limits itself, before it reads the first byte. Afterwards no
library can load anything late; so a module whose libraries do has a function `before_limits`.

Decided: a bad document may not make good ones wait. Three processes on two cores; what takes long
gives its core up (it is made "nice") and its place soon after, when others want them, so that a
second bad one finds a fourth process. Nobody waits behind fewer than four bad ones.

May import `app.ports`, `errors` and `i18n`; knows no format and no function that it runs.
"""

from __future__ import annotations

from .pool import WorkerApart
from .process import Limits

__all__ = ["Limits", "WorkerApart"]
