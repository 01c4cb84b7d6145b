"""A reply on its way waits while the passwords are locked; it is neither refused nor lost."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from tests.app.test_send_once import by_mail, now_state

from calmreply.adapters.entropy import SystemEntropy
from calmreply.adapters.secrets import MemorySecrets
from calmreply.adapters.vault import SealedSecrets
from calmreply.app.persons import lockbox
from calmreply.app.sending import send
from calmreply.app.sending.entries import secret_name
from calmreply.domain.outbox import State
from calmreply.errors import KnownError
from calmreply.testing import channels as script

if TYPE_CHECKING:
    from pathlib import Path

    from tests.app.conftest import Bench

WORDS = "seven quiet loaves rise"


def test_it_goes_once_they_are_open(bench: Bench, tmp_path: Path) -> None:
    case, ana = by_mail(bench)
    file = tmp_path / "passwords.sealed"
    before = SealedSecrets(MemorySecrets(), file, SystemEntropy())
    before.begin(WORDS)
    before.set(secret_name("shop"), "hunter-two")
    bench.channel.will(script.TRY_LATER)
    assert send.send(bench.home, ana, case).state is State.WAITING
    sealed = SealedSecrets(MemorySecrets(), file, SystemEntropy())
    bench.home = replace(bench.home, secrets=sealed)
    bench.clock.advance(hours=1)
    ((due_case, entry),) = send.due(bench.home)
    with pytest.raises(KnownError) as caught:
        send.attempt(bench.home, due_case, entry)
    assert caught.value.code == lockbox.LOCKED
    assert now_state(bench.home, case) in (State.WAITING, State.READY)
    lockbox.use(bench.home, WORDS)
    bench.channel.will(script.DELIVERED)
    assert send.attempt(bench.home, due_case, entry).state is State.SENT
