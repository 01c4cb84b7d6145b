"""The pure part: what is true of a case and what follows from it. Values in, decisions out.

Imports the standard library only; no clock, no file, no socket, no Qt. `now` is always passed in.
Runs on any thread, because nothing in it changes: every value is a frozen dataclass.
The decision behind it: everything that may stop or release a reply must be readable on a few
pages and testable without a computer around it.
"""
