"""The contract of secrets over memory, a fake and the keyring; which keyrings are believed."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from keyring import backend as keyring_backend
from keyring import errors
from keyring.backends import SecretService

from calmreply.adapters import secrets as adapter
from calmreply.adapters.secrets import KeyringSecrets, MemorySecrets, find_backend
from calmreply.testing.contracts import secrets as contract
from calmreply.testing.secrets import FakeSecrets

if TYPE_CHECKING:
    from calmreply.app.ports import Secrets

SRC = str(Path(adapter.__file__).parents[2])


class Keyring:
    """A backend that answers until `failing` is set, then raises it every time."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}
        self.failing: Exception | None = None

    def get_password(self, service: str, username: str) -> str | None:
        self._fail()
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._fail()
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._fail()
        del self.kept[service, username]

    def _fail(self) -> None:
        if self.failing is not None:
            raise self.failing


class TestMemory(contract.SecretsContract):
    def make(self) -> Secrets:
        return MemorySecrets()


class TestFake(contract.SecretsContract):
    @pytest.fixture(autouse=True)
    def one_keyring(self) -> None:
        self.secrets = FakeSecrets()

    def make(self) -> Secrets:
        return self.secrets


class TestKeyring(contract.SecretsContract):
    @pytest.fixture(autouse=True)
    def one_keyring(self) -> None:
        self.keyring = Keyring()

    def make(self) -> Secrets:
        return KeyringSecrets(find=lambda: self.keyring)


class TestNoKeyring(contract.SecretsContract):
    def make(self) -> Secrets:
        return KeyringSecrets(find=lambda: None)


FAILURES = [
    errors.NoKeyringError("no backend"),
    errors.KeyringLocked("dismissed"),
    errors.InitError("no collection"),
    errors.PasswordSetError("denied"),
    ConnectionResetError("the bus is gone"),
    type("DBusErrorResponse", (Exception,), {})("of a library below"),
]


@pytest.mark.parametrize("failure", FAILURES, ids=lambda failure: type(failure).__name__)
def test_a_keyring_that_never_answers_is_replaced_by_memory(failure: Exception) -> None:
    keyring = Keyring()
    keyring.failing = failure
    secrets = KeyringSecrets(find=lambda: keyring)
    assert not secrets.keeps
    assert secrets.why.endswith((".", "again."))
    secrets.set("mail", "word")
    assert secrets.get("mail") == "word"
    secrets.delete("mail")
    assert secrets.get("mail") is None


@pytest.mark.parametrize("step", ["get", "set", "delete"])
@pytest.mark.parametrize("failure", FAILURES, ids=lambda failure: type(failure).__name__)
def test_a_keyring_lost_on_the_way_stops_nothing_and_overwrites_nothing(
    step: str, failure: Exception
) -> None:
    keyring = Keyring()
    secrets = KeyringSecrets(find=lambda: keyring)
    secrets.set("mail", "old")
    assert secrets.keeps
    assert secrets.why == ""
    keyring.failing = failure
    if step == "set":
        secrets.set("mail", "new")
        assert secrets.get("mail") == "new"
    elif step == "get":
        assert secrets.get("mail") is None
    else:
        secrets.delete("mail")
    assert not secrets.keeps
    assert secrets.why
    keyring.failing = None
    secrets.set("mail", "newer")
    assert secrets.get("mail") == "newer"
    assert list(keyring.kept.values()) == ["old"]
    assert KeyringSecrets(find=lambda: keyring).get("mail") == "old"


def test_names_of_others_in_the_same_keyring_stay_apart() -> None:
    keyring = Keyring()
    keyring.set_password("another program", "mail", "theirs")
    secrets = KeyringSecrets(find=lambda: keyring)
    secrets.set("mail", "ours")
    secrets.delete("mail")
    assert keyring.kept == {("another program", "mail"): "theirs"}


class PlainText(keyring_backend.KeyringBackend):
    """Like keyrings.alt: says that it is the best there is, and keeps plain text."""

    priority = 99.0

    def get_password(self, service: str, username: str) -> str | None: ...

    def set_password(self, service: str, username: str, password: str) -> None: ...

    def delete_password(self, service: str, username: str) -> None: ...


class DerivedFromSafe(SecretService.Keyring):
    """A safe name at its root, somebody else's code on top."""

    priority = 99.0


@pytest.fixture
def chosen(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """No choice of keyring in the environment, as on anybody's computer."""
    monkeypatch.delenv("PYTHON_KEYRING_BACKEND")
    return monkeypatch


@pytest.mark.usefixtures("chosen")
def test_an_unsafe_keyring_is_not_used_merely_because_it_is_installed() -> None:
    assert PlainText in keyring_backend.KeyringBackend.get_viable_backends()
    assert not isinstance(find_backend(), (PlainText, DerivedFromSafe))


def test_keyrings_of_other_systems_are_not_even_imported() -> None:
    """To look for its library, the one of macOS starts whatever compiler stands in the path."""
    look = (
        "import sys; from calmreply.adapters.secrets import find_backend; find_backend();"
        "print(*sys.modules)"
    )
    env = {**os.environ, "PYTHONPATH": SRC}
    env.pop("PYTHON_KEYRING_BACKEND", None)
    done = subprocess.run(
        [sys.executable, "-c", look], env=env, capture_output=True, text=True, check=True
    )
    imported = set(done.stdout.split())
    assert "keyring.core" in imported
    assert ("keyring.backends.macOS" in imported) == (sys.platform == "darwin")
    assert ("keyring.backends.Windows" in imported) == (sys.platform == "win32")


@pytest.mark.parametrize(
    "name",
    [f"{__name__}.PlainText", f"{__name__}.DerivedFromSafe", "keyring.backends.null.Keyring"],
)
def test_an_unsafe_keyring_is_not_used_even_if_somebody_chose_it(
    chosen: pytest.MonkeyPatch, name: str
) -> None:
    chosen.setitem(sys.modules, __name__, sys.modules[PlainText.__module__])
    chosen.setenv("PYTHON_KEYRING_BACKEND", name)
    secrets = KeyringSecrets()
    assert not secrets.keeps
    assert name.rpartition(".")[2] in secrets.why
    secrets.set("mail", "word")
    assert secrets.get("mail") == "word"


@pytest.mark.parametrize("name", ["keyring.backends.fail.Keyring", "no.such.Backend", "nonsense"])
def test_a_choice_that_leads_nowhere_means_no_keyring(
    chosen: pytest.MonkeyPatch, name: str
) -> None:
    chosen.setenv("PYTHON_KEYRING_BACKEND", name)
    secrets = KeyringSecrets()
    assert not secrets.keeps
    assert secrets.why


def test_the_safe_names_are_names_of_the_library() -> None:
    """Each is a class in its module's source; a renamed one would silently never be found."""
    root = Path(keyring_backend.__file__).parent / "backends"
    for name in adapter.SAFE:
        module, _dot, kind = name.removeprefix("keyring.backends.").partition(".")
        source = root / f"{module}.py"
        source = source if source.exists() else root / module / "__init__.py"
        assert f"class {kind}(" in source.read_text(encoding="utf-8")


# --- the real thing, in a process and a session of its own ---------------------------------------

CONTRACT = """
import json, sys
from calmreply.adapters.secrets import KeyringSecrets
from calmreply.testing.contracts.secrets import SecretsContract
assert "keyring" not in sys.modules, "imported before its first use"

class Real(SecretsContract):
    def make(self):
        return KeyringSecrets()

for name in dir(Real):
    if name.startswith("test_"):
        getattr(Real(), name)()
secrets = KeyringSecrets()
json.dump([secrets.keeps, secrets.why, type(secrets._backend).__module__], sys.stdout)
"""
SET = "from calmreply.adapters.secrets import KeyringSecrets as K; K().set('left', 'behind')"
GET = (
    "import json, sys; from calmreply.adapters.secrets import KeyringSecrets as K; "
    "s = K(); json.dump([s.get('left'), s.keeps, s.why], sys.stdout)"
)
UNLOCKED = "printf 'test\\n' | gnome-keyring-daemon --unlock --components=secrets --daemonize"
LOCKED = "gnome-keyring-daemon --start --components=secrets"


BARE_BUS = """<busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen>
<policy context="default"><allow send_destination="*" eavesdrop="true"/>
<allow eavesdrop="true"/><allow own="*"/></policy></busconfig>"""


def in_session(daemon: str, *scripts: str, bus: Path | None = None) -> list[str]:
    """Run Python `scripts` in a new D-Bus session after the shell line `daemon`; their stdouts."""
    for tool in ("dbus-run-session", "gnome-keyring-daemon"):
        if shutil.which(tool) is None:
            pytest.skip(f"{tool} is not installed")
    env = {name: value for name, value in os.environ.items() if name != "PYTHON_KEYRING_BACKEND"}
    env |= {"PYTHONPATH": SRC, "PYTHON": sys.executable}
    lines = [
        f"{daemon} >&2 || exit 9",
        'for each in "$@"; do "$PYTHON" -c "$each" || exit 8; echo; done',
    ]
    words = ["dbus-run-session", *([f"--config-file={bus}"] if bus else []), "--"]
    with subprocess.Popen(
        [*words, "sh", "-c", "\n".join(lines), "sh", *scripts],
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as session:
        try:
            told, complaints = session.communicate(timeout=240)
        except subprocess.TimeoutExpired:
            os.killpg(session.pid, signal.SIGKILL)
            raise
    assert session.returncode == 0, complaints
    return [line for line in told.split("\n") if line]


def test_a_real_keyring_keeps_the_contract_and_outlives_the_process() -> None:
    contract_told, left = in_session(UNLOCKED, CONTRACT, SET, GET)
    assert json.loads(contract_told) == [True, "", "keyring.backends.SecretService"]
    assert json.loads(left) == ["behind", True, ""]


def test_a_real_keyring_that_is_locked_is_left_alone() -> None:
    """First unlocked, so that there is one to be locked; then nobody is there to unlock it."""
    in_session(UNLOCKED, SET)
    (told,) = in_session(LOCKED, GET)
    value, keeps, why = json.loads(told)
    assert (value, keeps) == (None, False)
    assert "locked" in why
    (told,) = in_session(UNLOCKED, GET)
    assert json.loads(told)[0] == "behind"


def test_before_there_is_any_keyring_nobody_is_asked_to_make_one_twice() -> None:
    """A service without a collection wants to prompt for a new one, and nobody is there."""
    (told,) = in_session(LOCKED, GET)
    value, keeps, why = json.loads(told)
    assert (value, keeps) == (None, False)
    assert "locked" in why


def test_on_a_bus_without_a_keyring_secrets_stay_in_memory(tmp_path: Path) -> None:
    bus = tmp_path / "bus.conf"
    bus.write_text(BARE_BUS, encoding="utf-8")
    (told,) = in_session("true", GET, bus=bus)
    value, keeps, why = json.loads(told)
    assert (value, keeps) == (None, False)
    assert "no keyring" in why


@pytest.mark.usefixtures("chosen")
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux needs a bus for its keyring")
def test_without_a_bus_secrets_stay_in_memory() -> None:
    secrets = KeyringSecrets()
    assert not secrets.keeps
    assert "no keyring" in secrets.why
