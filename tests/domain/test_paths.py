"""The file in a source's address, and how it is said."""

from __future__ import annotations

import pytest

from calmreply.domain import disguise, paths


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("file://tmp/x.csv", "/tmp/x.csv"),  # noqa: S108 - a name, nothing is written there
        (r"file:/C:\Shop\x.csv", r"C:\Shop\x.csv"),
        ('file:/{"columns":{"text":"2"},"path":"/shop/x.csv"}', "/shop/x.csv"),
        ('file:/{"path":7}', ""),
        ("file:/{", ""),
        ("file:///etc/x", ""),
        ("imap:box/INBOX", ""),
        ("https://shop.example/file:/x", ""),
    ],
)
def test_the_path_is_what_people_know(address: str, path: str) -> None:
    assert paths.path_in(address) == path
    assert disguise.address(address) == paths.shown(address) == (path or address)


def test_a_path_hides_nothing() -> None:
    assert disguise.address("file://shop/a\u202evsc.exe") == "/shop/a[U+202E]vsc.exe"
