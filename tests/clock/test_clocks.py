"""The real clock, as far as this system can show it, and the one that moves by hand."""

from __future__ import annotations

import re
import struct
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from calmreply.adapters import clock as adapter
from calmreply.adapters.clock import Source, SystemClock, windows_boot
from calmreply.adapters.entropy import SystemEntropy
from calmreply.app.ports import Clock, Entropy
from calmreply.domain.moment import Now, observe
from calmreply.testing.clock import FakeClock
from calmreply.testing.entropy import CountingEntropy


def test_the_real_clock_goes_forward_and_names_the_same_boot_in_every_process() -> None:
    clock: Clock = SystemClock()
    first, second = clock.read(), clock.read()
    assert first.wall.tzinfo is UTC
    assert 0 <= second.ticks - first.ticks < 60
    words = "from calmreply.adapters.clock import SystemClock as C; r = C().read(); "
    words += "import sys; sys.stdout.write(f'{r.boot} {r.ticks}')"
    told = subprocess.run(
        [sys.executable, "-c", words], capture_output=True, text=True, check=True,
        env={"PYTHONPATH": str(Path(adapter.__file__).parents[2])},
    )  # fmt: skip
    boot, ticks = told.stdout.split()
    assert boot == second.boot
    assert second.ticks <= float(ticks) < second.ticks + 60


@pytest.mark.skipif(sys.platform != "linux", reason="/proc is Linux's")
def test_on_linux_ticks_are_the_uptime_with_sleep_and_the_boot_is_the_kernels() -> None:
    def uptime() -> float:
        return float(Path("/proc/uptime").read_text().split()[0])

    before, reading, after = uptime(), SystemClock().read(), uptime()
    assert reading.boot == Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    assert before - 5 < reading.ticks < after + 5


def test_without_a_name_for_the_boot_a_run_of_the_program_is_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Two runs are two boots, the second not younger than the first: nothing counts twice."""
    monkeypatch.setattr(adapter, "_BOOT_ID", tmp_path / "missing")
    monkeypatch.setattr(sys, "platform", "linux")
    began = time.monotonic()
    one, two = SystemClock().read(), SystemClock().read()
    passed = time.monotonic() - began
    assert one.boot.startswith("run-")
    assert one.boot != two.boot
    assert one.ticks < passed + 5
    since = Now(two, observe(observe((), one), two)).since(one).sure
    assert since < timedelta(seconds=passed + 5)


def test_a_boot_id_that_is_none_is_not_believed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "boot_id").write_text("\n", encoding="ascii")
    monkeypatch.setattr(adapter, "_BOOT_ID", tmp_path / "boot_id")
    monkeypatch.setattr(sys, "platform", "linux")
    assert SystemClock().read().boot.startswith("run-")


def test_windows_names_a_boot_the_same_however_the_wall_clock_is_set() -> None:
    """The kernel adds each step of the wall clock to both: the boot time and the bias."""
    booted, hour = 133_900_000_000_000_000, 36_000_000_000

    def told(step: int) -> bytes:
        return struct.pack(
            "<qqqIIqQ", booted + step, booted + step + 9 * hour, -hour, 1, 0, step, 7 * hour
        )

    assert len(told(0)) == 48
    names = {windows_boot(told(step)) for step in (0, hour, -hour, -30 * hour)}
    assert len(names) == 1
    assert windows_boot(struct.pack("<qqqIIqQ", booted + 1, 0, 0, 0, 0, 0, 0)) not in names


def test_wall_and_ticks_are_read_again_when_the_lid_was_closed_between_them() -> None:
    ticks = iter([100.0, 5000.0, 5000.1, 9999.0])
    reading = SystemClock(Source("a", lambda: next(ticks))).read()
    assert reading.ticks == 5000.1


def test_the_fake_clock_moves_as_told() -> None:
    clock = FakeClock(datetime(2026, 3, 3, 10, 0, tzinfo=timezone(timedelta(hours=1))), ticks=5)
    assert clock.read() == FakeClock(datetime(2026, 3, 3, 9, 0, tzinfo=UTC), ticks=5).read()
    clock.advance(days=1, hours=1, minutes=1, seconds=1)
    clock.sleep(seconds=0.5)
    assert clock.ticks == 5 + 90061.5
    assert clock.wall == datetime(2026, 3, 4, 10, 1, 1, 500_000, tzinfo=UTC)
    clock.step_wall(timedelta(hours=-3))
    clock.set_wall(clock.wall + timedelta(hours=1))
    assert clock.ticks == 5 + 90061.5
    was = clock.read()
    clock.reboot(off=timedelta(hours=2))
    assert clock.read().boot != was.boot
    assert clock.ticks == 0
    assert clock.wall == was.wall + timedelta(hours=2)
    with pytest.raises(ValueError, match="backwards"):
        clock.advance(minutes=-1)
    with pytest.raises(ValueError, match="zone"):
        clock.set_wall(datetime(2026, 3, 3, 9, 0))  # noqa: DTZ001 - the mistake that is refused


@pytest.mark.parametrize("entropy", [SystemEntropy(), CountingEntropy()], ids=["system", "fake"])
def test_tokens_are_26_plain_characters_and_never_given_twice(entropy: Entropy) -> None:
    tokens = [entropy.token() for _ in range(5000)]
    assert len(set(tokens)) == 5000
    assert all(re.fullmatch("[0-9a-z]{26}", token) for token in tokens)
    assert len(entropy.random(33)) == 33
    assert entropy.random(16) != entropy.random(16)


def test_the_fake_entropy_repeats_itself_by_seed_and_sorts_by_age() -> None:
    def given(seed: int) -> list[str]:
        entropy = CountingEntropy(seed)
        return [entropy.token() for _ in range(2000)]

    assert given(1) == given(1) == sorted(given(1))
    assert not set(given(1)) & set(given(2))
