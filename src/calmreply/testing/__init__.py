"""Fakes shipped as code: a clock that moves by hand, an in-memory store, scripted channels.

May import `app` and `domain`. Shipped because the rehearsal runs on them, and because somebody
who writes a channel of their own needs the contract suites. The shipped program can reach them
only through a rehearsal home.
"""
