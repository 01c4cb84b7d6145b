"""One sender and one mail server for all tests here."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.cli.conftest import Certificate, certificate
from tests.soak.helpers import PostOffice, Sender, a_sender

__all__ = ["certificate"]


@pytest.fixture(scope="session")
def sender() -> Iterator[Sender]:
    with a_sender() as made:
        yield made


@pytest.fixture
def office(certificate: Certificate) -> Iterator[PostOffice]:
    made = PostOffice(certificate)
    made.start()
    yield made
    made.stop()
