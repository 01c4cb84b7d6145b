"""A reader over a real worker process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from calmreply.adapters.apart import WorkerApart
from calmreply.adapters.feeds import WorkerFeedReader


@pytest.fixture(scope="module")
def reader() -> Iterator[WorkerFeedReader]:
    apart = WorkerApart(workers=1)
    yield WorkerFeedReader(apart)
    apart.close()
