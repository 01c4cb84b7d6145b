"""Makes a fresh clone ready and starts it: `ready.py`, `ready.py run`, `ready.py test [words]`.

Runs on the system's own Python with nothing installed, so it uses the standard library only. It
makes `.venv`, fills it from `requirements.lock` by hash, and looks for the system libraries that
Qt needs before Qt itself would abort. As root on Debian or Ubuntu it installs what is missing;
anywhere else it shows the line to type. What is done is noted in `.venv/ready.json`, so that a
second run only compares. Written so that a Python too old for it can still say so.
"""

from __future__ import annotations

import ctypes
import hashlib
import importlib.util
import json
import os
import platform
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
NOTE = VENV / "ready.json"
LOCK = ROOT / "requirements.lock"
NEEDED_PYTHON = (3, 11)
NEEDED_GLIBC = {"x86_64": (2, 34), "aarch64": (2, 39)}
"""What the locked wheels of Qt are built against, by machine."""

QT_MODULES = ("QtWidgets", "QtNetwork", "QtSvg", "QtPrintSupport", "QtTest")
PLUGINS = {"offscreen": "libqoffscreen.so", "xcb": "libqxcb.so", "wayland": "libqwayland.so"}
DEBIAN = {
    "offscreen": (
        "libglib2.0-0",
        "libgl1",
        "libegl1",
        "libxkbcommon0",
        "libfontconfig1",
        "libdbus-1-3",
    ),
    "xcb": (
        "libxcb-cursor0",
        "libxcb-icccm4",
        "libxcb-keysyms1",
        "libxcb-shape0",
        "libxcb-xkb1",
        "libxkbcommon-x11-0",
    ),
    "wayland": ("libwayland-client0", "libwayland-cursor0", "libwayland-egl1"),
}
ARCH = {
    "offscreen": ("glib2", "libglvnd", "libxkbcommon", "fontconfig", "dbus", "ttf-dejavu"),
    "xcb": ("xcb-util-cursor", "xcb-util-wm", "xcb-util-keysyms", "libxkbcommon-x11"),
    "wayland": ("wayland",),
}


def main(words: list[str]) -> int:
    """Make ready and, if asked, start the program or its tests; returns the exit code."""
    command, rest = (words[0], words[1:]) if words else ("", [])
    if command not in ("", "run", "test"):
        stop("Say `run`, `test` or nothing.")
    screens = ["offscreen"] if command == "test" else reachable_screens()
    make_ready(screens)
    if command == "run":
        return run(rest)
    if command == "test":
        return start(["-m", "pytest", "-n", "2", "--dist", "loadfile", *rest])
    return 0


# --- the environment --------------------------------------------------------------------------


def make_ready(screens: list[str]) -> None:
    """Bring `.venv` to what the lock file says and the system to what Qt needs for `screens`."""
    if sys.version_info < NEEDED_PYTHON:
        stop(
            f"CalmReply needs Python 3.11 or newer; {sys.executable} is "
            f"{platform.python_version()}. Name another: make PYTHON=python3.12 run"
        )
    place, contents = digest_of_place(), digest_of_contents()
    note = read_note()
    if note.get("place") != place or not venv_python().exists():
        refuse_old_system()
        make_venv()
        note = {"place": place}
        write_note(note)
    if note.get("contents") != contents:
        fill_venv()
        note = {"place": place, "contents": contents}
        write_note(note)
    checked = note.get("screens", "").split()
    if sys.platform == "linux" and not set(screens) & set(checked):
        checked.append(make_qt_ready(screens))
        note["screens"] = " ".join(checked)
        write_note(note)


def digest_of_place() -> str:
    """Name this folder on this system with this Python: a moved or copied `.venv` is no good."""
    release = Path("/etc/os-release")
    system = release.read_text(encoding="utf-8") if release.exists() else platform.platform()
    return digest(str(VENV), sys.version, os.path.realpath(sys.executable), system)


def digest_of_contents() -> str:
    """Name what the environment is made from."""
    return digest(
        *(
            (ROOT / name).read_text(encoding="utf-8")
            for name in ("requirements.lock", "pyproject.toml")
        )
    )


def digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def read_note() -> dict[str, str]:
    try:
        note = json.loads(NOTE.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return note if isinstance(note, dict) else {}


def write_note(note: dict[str, str]) -> None:
    NOTE.write_text(json.dumps(note), encoding="utf-8")


def venv_python() -> Path:
    return VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def refuse_old_system() -> None:
    """Stop where no Qt wheel fits, with a sentence instead of pip's."""
    library, version = platform.libc_ver()
    needed = NEEDED_GLIBC.get(platform.machine())
    if sys.platform != "linux" or needed is None:
        return
    if library == "glibc" and tuple(map(int, version.split(".")[:2])) < needed:
        stop(
            f"Qt needs the C library {needed[0]}.{needed[1]} or newer and this system has "
            f"{version}. Debian 12 and Ubuntu 22.04 or newer have one (on ARM: Ubuntu 24.04)."
        )


def make_venv() -> None:
    if importlib.util.find_spec("ensurepip") is None:  # Debian ships it separately
        get_debian_packages(
            (f"python{sys.version_info[0]}.{sys.version_info[1]}-venv",),
            "This Python cannot make an environment for CalmReply.",
            "an environment",
        )
    say("Setting up in .venv (only the first time; about 150 MB are fetched).")
    if VENV.exists():
        shutil.rmtree(VENV)
    call([sys.executable, "-m", "venv", str(VENV)], "The environment could not be made.")


def fill_venv() -> None:
    say("Fetching the packages of requirements.lock ...")
    quiet = [] if sys.stdout.isatty() else ["--quiet"]
    # pip warns once a package of each folder it was told of and does not find.
    pip = [str(venv_python()), "-m", "pip", "--disable-pip-version-check", "--no-input", "install"]
    call(
        [*pip, *quiet, "--require-hashes", "-r", str(LOCK)],
        "The packages could not be fetched. Is there a connection? Then run the same again.",
        only_errors=True,
    )
    call(
        [*pip, "--quiet", "--no-deps", "--no-build-isolation", "-e", str(ROOT)],
        "CalmReply could not be put into its environment.",
        only_errors=True,
    )


# --- the libraries under Qt -------------------------------------------------------------------


def make_qt_ready(screens: list[str]) -> str:
    """See that Qt finds its libraries for one of `screens`, and return which one."""
    missing = {screen: missing_libraries(screen) for screen in screens}
    for screen, names in missing.items():
        if not names:
            return screen
    screen = screens[-1]
    get_system_libraries(screen, missing[screen])
    left = missing_libraries(screen)
    if left:
        stop(f"Qt still does not find these libraries: {' '.join(sorted(left))}")
    return screen


def missing_libraries(screen: str) -> set[str]:
    """Ask the loader which libraries Qt would not find; none if there is no loader to ask."""
    ldd = shutil.which("ldd")
    found = list(VENV.glob("lib/python*/site-packages/PySide6"))
    if ldd is None or not found:
        return set()
    files = [found[0] / f"{name}.abi3.so" for name in QT_MODULES]
    files.append(found[0] / "Qt" / "plugins" / "platforms" / PLUGINS[screen])
    shown = subprocess.run([ldd, *map(str, files)], capture_output=True, check=False)
    return parse_ldd(shown.stdout.decode())


def parse_ldd(shown: str) -> set[str]:
    """Pick the names out of lines like `libEGL.so.1 => not found`."""
    return {line.split()[0] for line in shown.splitlines() if line.endswith("=> not found")}


def get_system_libraries(screen: str, missing: set[str]) -> None:
    """Install them as root on Debian or Ubuntu, else stop with the line that does it."""
    why = f"Qt's window needs system libraries that are not here: {' '.join(sorted(missing))}."
    wanted = ["offscreen"] if screen == "offscreen" else ["offscreen", screen]
    if shutil.which("apt-get"):
        what = "Qt" if screen == "offscreen" else "the window"
        get_debian_packages(tuple(p for name in wanted for p in DEBIAN[name]), why, what)
        return
    stop(f"{why}\n{line_to_type(wanted, missing)}")


def line_to_type(wanted: list[str], missing: set[str]) -> str:
    """Return what to type on systems other than Debian's."""
    # Fedora and openSUSE find a package by the library it holds.
    held = " ".join(f"'{name}()(64bit)'" for name in sorted(missing))
    for tool, line in (
        ("dnf", f"sudo dnf install {held}"),
        ("zypper", f"sudo zypper install {held}"),
        ("pacman", f"sudo pacman -S --needed {' '.join(p for w in wanted for p in ARCH[w])}"),
    ):
        if shutil.which(tool):
            return f"Type this, then run the same again:\n\n    {line}\n"
    return "Install the packages that hold them, then run the same again."


def get_debian_packages(packages: tuple[str, ...], why: str, what: str) -> None:
    install = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    root = getattr(os, "geteuid", lambda: 1)() == 0
    sudo = "" if root else "sudo "
    line = f"{sudo}apt-get update && {sudo}{' '.join(install)}"
    if shutil.which("apt-get") is None:
        stop(why)
    if not root:
        stop(f"{why}\nType this, then run the same again:\n\n    {line}\n")
    say(f"Installing what {what} needs: {' '.join(packages)}")
    env = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    problem = f"{why}\nInstalling them failed. Type this, then run the same again:\n\n    {line}\n"
    call(["apt-get", "update", "-qq"], problem, env)
    quiet = ["-qq", "-o", "Dpkg::Use-Pty=0"]
    call([*install[:2], *quiet, *install[2:]], problem, env, stdout=subprocess.DEVNULL)


# --- starting ---------------------------------------------------------------------------------


def run(words: list[str]) -> int:
    """Open the window; where there is no screen, run the rehearsal and say where it is drawn."""
    if reachable_screens() != ["offscreen"]:
        return start(["-m", "calmreply", *words])
    if words:
        return start(["-m", "calmreply", *words], QT_QPA_PLATFORM="offscreen")
    pictures = ROOT / "tour"
    say("There is no display here, so the guided rehearsal runs off screen instead of the window.")
    code = start(["-m", "calmreply", "tour", "--out", str(pictures)], QT_QPA_PLATFORM="offscreen")
    if code == 0:
        say(f"Its pictures, one a step, are in {pictures}")
    return code


def start(words: list[str], **env: str) -> int:
    """Run the environment's Python and wait for its end; Ctrl+C reaches it and is its to answer."""
    child = subprocess.Popen([str(venv_python()), *words], cwd=ROOT, env=dict(os.environ, **env))
    while True:
        try:
            return child.wait()
        except KeyboardInterrupt:
            continue


def reachable_screens() -> list[str]:
    """Return the kinds of screen that answer, `offscreen` if none does, best first."""
    if os.environ.get("QT_QPA_PLATFORM", "").startswith(("offscreen", "minimal")):
        return ["offscreen"]
    if sys.platform != "linux":
        return ["native"]
    found = ["wayland"] if wayland_answers() else []
    if os.environ.get("DISPLAY") and x_answers():
        found.append("xcb")
    return found or ["offscreen"]


def wayland_answers() -> bool:
    name = os.environ.get("WAYLAND_DISPLAY")
    if not name:
        return False
    address = str(Path(os.environ.get("XDG_RUNTIME_DIR", "")) / name)
    with socket.socket(socket.AF_UNIX) as probe:
        return probe.connect_ex(address) == 0


def x_answers() -> bool:
    """Connect to the X server as Qt would; without the library for it, believe DISPLAY."""
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return True
    xcb.xcb_connect.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(xcb.xcb_connect(None, None))
    answers = xcb.xcb_connection_has_error(connection) == 0
    xcb.xcb_disconnect(connection)
    return bool(answers)


# --- words ------------------------------------------------------------------------------------


def call(
    command: list[str],
    problem: str,
    env: dict[str, str] | None = None,
    stdout: int | None = None,
    *,
    only_errors: bool = False,
) -> None:
    """Run `command`, or stop with `problem` when it fails.

    With `only_errors` its complaints are shown if it fails, and its warnings never.
    """
    stderr = subprocess.PIPE if only_errors else None
    try:
        subprocess.run(command, check=True, cwd=ROOT, env=env, stdout=stdout, stderr=stderr)
    except OSError:
        stop(problem)
    except subprocess.CalledProcessError as error:
        lines = (error.stderr or b"").decode(errors="replace").splitlines()
        complaints = [line for line in lines if not line.startswith("WARNING: ")]
        stop("\n".join([*complaints, problem]))


def say(words: str) -> None:
    print(words, flush=True)


def stop(words: str) -> NoReturn:
    print(f"\n{words}", file=sys.stderr, flush=True)
    sys.exit(1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
