"""A mail server on loopback that holds what it was given; it knows what the program asks."""

from __future__ import annotations

import contextlib
import re
import socket
import ssl
import threading
from collections.abc import Sequence
from typing import Final

_CAPABILITY: Final = b"IMAP4rev1 AUTH=PLAIN"
_LONGEST: Final = 400_000
_WINDOW: Final = re.compile(rb"BODY\.PEEK\[\]<0\.(\d+)>")


class Mailbox:
    """One inbox over TLS, for any number of conversations one after the other or together."""

    def __init__(self, letters: Sequence[bytes], context: ssl.SSLContext) -> None:
        self._letters = letters
        self._context = context
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._door.getsockname()[1])
        self._lines: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._serve, name="mailbox")]
        self._threads[0].start()

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()
        self._threads[0].join(5)
        for line in self._lines:
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
        for thread in self._threads[1:]:
            thread.join(5)

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                plain, _from = self._door.accept()
                self._lines.append(plain)
                thread = threading.Thread(target=self._one, args=(plain,), name="mailbox line")
                self._threads.append(thread)
                thread.start()

    def _one(self, plain: socket.socket) -> None:
        with contextlib.suppress(OSError), plain:
            plain.settimeout(120)
            line = self._context.wrap_socket(plain, server_side=True)
            with line, line.makefile("rb") as said:
                line.sendall(b"* OK [CAPABILITY %s] hello\r\n" % _CAPABILITY)
                tag = b"*"
                for one in said:
                    words = one.split()
                    if len(words) > 1:
                        tag = words[0]
                        line.sendall(self._answer(words[1].upper(), b" ".join(words[1:])) % tag)
                        if words[1].upper() == b"LOGOUT":
                            return
                    else:
                        line.sendall(b"%s OK in\r\n" % tag)

    def _answer(self, verb: bytes, asked: bytes) -> bytes:
        count = len(self._letters)
        done = b"%s OK done\r\n"
        match verb:
            case b"CAPABILITY":
                return b"* CAPABILITY " + _CAPABILITY + b"\r\n" + done
            case b"AUTHENTICATE":
                return b"+ %.0s\r\n"
            case b"EXAMINE" | b"SELECT":
                head = b"* %d EXISTS\r\n* OK [UIDVALIDITY 5] x\r\n* OK [UIDNEXT %d] x\r\n"
                return head % (count, count + 1) + done
            case b"LIST":
                return b'* LIST () "/" INBOX\r\n' + done
            case b"LOGOUT":
                return b"* BYE\r\n" + done
            case b"UID" if asked.upper().startswith(b"UID SEARCH"):
                return (
                    b"* SEARCH "
                    + b" ".join(b"%d" % one for one in self._meant(asked))
                    + b"\r\n"
                    + done
                )
            case b"FETCH" | b"UID":
                return b"".join(self._fetched(one, asked) for one in self._meant(asked)) + done
            case _:
                return b"%s BAD what\r\n"

    def _meant(self, asked: bytes) -> list[int]:
        """The numbers named in a command; here they are places and lasting numbers at once."""
        named = next((word for word in asked.split() if word[:1].isdigit()), b"1:*")
        found: set[int] = set()
        for part in named.split(b","):
            first, _colon, last = part.partition(b":")
            until = len(self._letters) if last == b"*" else int(last or first)
            found |= set(range(int(first), until + 1))
        return sorted(one for one in found if 0 < one <= len(self._letters))

    def _fetched(self, number: int, asked: bytes) -> bytes:
        letter = self._letters[number - 1]
        said = b"* %d FETCH (UID %d" % (number, number)
        if b"RFC822.SIZE" in asked:
            said += b' RFC822.SIZE %d INTERNALDATE "20-Nov-2026 09:00:00 +0000"' % len(letter)
        if found := _WINDOW.search(asked):
            body = letter[: min(int(found[1]), _LONGEST * 10)].replace(b"%", b"%%")
            said += b" BODY[]<0> {%d}\r\n" % len(body.replace(b"%%", b"%")) + body
        return said + b")\r\n"
