"""What every `app.ports.Apart` must do, and the functions that it is asked to do it with."""
# A contract suite is made of assertions:
# ruff: noqa: S101

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from calmreply.errors import KnownError

if TYPE_CHECKING:
    from calmreply.app.ports import Apart


def both(body: bytes, about: Mapping[str, Any]) -> dict[str, Any]:
    """The bytes as numbers, and what was said about them."""
    return {"body": list(body), "about": dict(about)}


def shapes(_body: bytes, _about: Mapping[str, Any]) -> Any:
    return {"pair": (1, 2.5, None), "half a sign": "a\ud800b", "words": "Gewürz \u96ea \U0001f511"}


def nothing(_body: bytes, _about: Mapping[str, Any]) -> None:
    pass


def fails(_body: bytes, _about: Mapping[str, Any]) -> None:
    raise ValueError


def foresees(_body: bytes, _about: Mapping[str, Any]) -> None:
    raise KnownError("not_mine", "It is no error of the port.", "Return what was found instead.")


def fills_memory(_body: bytes, _about: Mapping[str, Any]) -> None:
    raise MemoryError


def no_json(body: bytes, _about: Mapping[str, Any]) -> Any:
    return body


class ApartContract:
    """Subclass it and say how to make one; `make` may hand out the same one each time."""

    def make(self) -> Apart:
        raise NotImplementedError

    def run(self, name: str, body: bytes = b"", about: Mapping[str, Any] | None = None) -> Any:
        return self.make().run(f"{__name__}:{name}", body, about or {})

    def error(self, name: str) -> str:
        caught = None
        try:
            self.run(name)
        except KnownError as error:
            caught = error
        assert caught is not None
        assert caught.words
        assert caught.way_out
        return caught.code

    def test_a_function_gets_the_bytes_and_what_is_said_about_them(self) -> None:
        body, about = bytes(range(256)) * 3, {"name": "Gewürz \u96ea", "deep": {"list": [1, None]}}
        assert self.run("both", body, about) == {"body": list(body), "about": about}
        assert self.run("nothing") is None

    def test_what_comes_back_is_what_json_can_hold(self) -> None:
        said = self.run("shapes")
        assert said["pair"] == [1, 2.5, None]
        assert said["words"] == "Gewürz \u96ea \U0001f511"
        assert said["half a sign"] == "a?b"

    def test_a_function_that_fails_is_a_known_error_and_the_next_one_is_fine(self) -> None:
        for name, code in (
            ("fails", "apart_crashed"),
            ("foresees", "apart_crashed"),
            ("no_json", "apart_crashed"),
            ("missing", "apart_crashed"),
            ("fills_memory", "apart_too_big"),
        ):
            assert self.error(name) == code, name
            assert self.run("nothing") is None

    def test_many_threads_may_call_at_once(self) -> None:
        apart, got = self.make(), dict[int, Any]()

        def call(number: int) -> None:
            got[number] = apart.run(f"{__name__}:both", b"", {"number": number})["about"]["number"]

        threads = [threading.Thread(target=call, args=[number]) for number in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert got == {number: number for number in range(12)}
