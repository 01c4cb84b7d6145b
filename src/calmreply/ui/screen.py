"""Whether Qt can start here at all: it ends the process where it cannot, so ask before.

Imports nothing of Qt. The answer is a KnownError with the line to type.
"""

from __future__ import annotations

import ctypes
import importlib.util
import os
import shutil
import sys
from pathlib import Path

from calmreply import resources
from calmreply.errors import KnownError
from calmreply.i18n import _

QT = "pyside6-essentials>=6.9,<6.12"
LIBRARIES = ("libQt6Core.so.6", "libQt6Gui.so.6", "libQt6Widgets.so.6")
OFF_SCREEN = "rehearsal/screen.json"
"""How large Qt's screen in memory is; its own default is smaller than a dialog."""
PLUGINS = {"offscreen": "libqoffscreen.so", "xcb": "libqxcb.so", "wayland": "libqwayland.so"}
DEBIAN = {
    "offscreen": "libglib2.0-0 libgl1 libegl1 libxkbcommon0 libfontconfig1 libdbus-1-3",
    "xcb": "libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0 libxcb-xkb1 "
    "libxkbcommon-x11-0",
    "wayland": "libwayland-client0 libwayland-cursor0 libwayland-egl1",
}


def demand_qt() -> None:
    """Raises KnownError `no_qt`."""
    if importlib.util.find_spec("PySide6") is None:
        raise KnownError(
            "no_qt",
            _("The window needs PySide6, which is not installed; the command line does not."),
            _('Type: {python} -m pip install "{package}"').format(
                python=sys.executable, package=QT
            ),
        )


def demand_screen() -> None:
    """Raises KnownError `no_screen`, `libraries_missing`, `no_qt`."""
    demand_qt()
    chosen = os.environ.get("QT_QPA_PLATFORM", "").partition(":")[0]
    if chosen:
        demand_libraries(chosen)
    elif sys.platform == "linux":
        found = reachable()
        if not found:
            raise KnownError(
                "no_screen",
                _("There is no screen here to open the window on."),
                _("Use the commands (calmreply --help), or draw the rehearsal: calmreply tour"),
            )
        demand_libraries(found[0])


def be_off_screen() -> None:
    """Draw off the screen, unless a kind of screen has been chosen; on one as large as a desk's."""
    if os.environ.get("QT_QPA_PLATFORM", "") not in ("", "offscreen"):
        return
    platform = "offscreen"
    if os.name == "posix":  # a drive's colon would end the file's name for Qt
        platform += f":configfile={resources.path(OFF_SCREEN)}"
    os.environ["QT_QPA_PLATFORM"] = platform


def demand_libraries(platform: str) -> None:
    """Raises KnownError `libraries_missing` where Qt would not find what its window needs."""
    spec = importlib.util.find_spec("PySide6")
    if sys.platform != "linux" or spec is None or not spec.submodule_search_locations:
        return
    folder = Path(spec.submodule_search_locations[0]) / "Qt"
    plugin = PLUGINS.get(platform)
    files = [folder / "lib" / name for name in LIBRARIES]
    if plugin:
        files.append(folder / "plugins" / "platforms" / plugin)
    for file in files:
        try:
            if file.exists():
                ctypes.CDLL(str(file))
        except OSError as error:
            raise _missing(platform, str(error)) from error


def reachable() -> list[str]:
    """The kinds of screen that answer, best first; for Linux."""
    found = ["wayland"] if _wayland_answers() else []
    return [*found, "xcb"] if os.environ.get("DISPLAY") and _x_answers() else found


def _missing(platform: str, why: str) -> KnownError:
    words = _("Qt's window needs system libraries that are not here ({why}).")
    names = dict.fromkeys(("offscreen", platform))
    wanted = " ".join(DEBIAN[name] for name in names if name in DEBIAN)
    line = f"apt-get install -y --no-install-recommends {wanted}"
    if shutil.which("apt-get") is None:
        way_out = _("Install what holds them with this system's own tool, then try again.")
    elif getattr(os, "geteuid", lambda: 1)() == 0:
        way_out = _("Type: {line}").format(line=line)
    else:
        way_out = _("Type: {line}").format(line=f"sudo {line}")
    return KnownError("libraries_missing", words.format(why=why), way_out)


def _wayland_answers() -> bool:
    return bool(os.environ.get("WAYLAND_DISPLAY")) and _answers(
        "libwayland-client.so.0", "wl_display_connect", "wl_display_disconnect"
    )


def _x_answers() -> bool:
    return _answers("libxcb.so.1", "xcb_connect", "xcb_disconnect", "xcb_connection_has_error")


def _answers(library: str, connect: str, disconnect: str, has_error: str = "") -> bool:
    """Connect to the screen as Qt would; without the library for it, believe the environment."""
    try:
        client = ctypes.CDLL(library)
    except OSError:
        return True
    opened = getattr(client, connect)
    opened.restype = ctypes.c_void_p
    connection = opened(None, None)
    if not connection:
        return False
    failed = has_error and getattr(client, has_error)(ctypes.c_void_p(connection)) != 0
    getattr(client, disconnect)(ctypes.c_void_p(connection))
    return not failed
