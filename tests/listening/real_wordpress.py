"""A real WordPress on loopback: Debian's, served by PHP's own server.

Its database is a file (SQLite, by a drop-in out of a package of npm's, kept in the cache folder),
or a MariaDB of its own where that cannot be had. What is missing is installed once where that is
allowed (root on Debian: apt-get); elsewhere the test that wants it is skipped with the missing
piece named.
"""

from __future__ import annotations

import base64
import getpass
import http.client
import json
import os
import shutil
import socket
import subprocess
import tarfile
import threading
import zipfile
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import platformdirs
import pytest
from tests.elsewhere import PATIENCE, free_port

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

OUTSIDE = dict(os.environ)
"""As it was before a test gave itself another home: npm and apt need the person's own."""
CACHE = platformdirs.user_cache_path("calmreply-tests")
KEPT = CACHE / "sqlite-database-integration.zip"
TREE = Path("/usr/share/wordpress")
DEBIAN = ("wordpress", "php-cli", "php-xml", "php-mbstring", "php-curl", "php-sqlite3", "php-mysql")
MARIADB = ("mariadb-server",)
DROP_IN = "@wp-playground/wordpress-builds@0.9.19"
IN_DROP_IN = "package/src/sqlite-database-integration/sqlite-database-integration.zip"

CONFIG = """<?php
define('DB_NAME', 'shop'); define('DB_USER', 'root'); define('DB_PASSWORD', '');
define('DB_HOST', 'localhost:' . %(root)s . '/my.sock');
define('DB_CHARSET', 'utf8mb4'); define('DB_DIR', %(root)s . '/db/'); define('DB_FILE', 'shop');
define('WP_HOME', %(address)s); define('WP_SITEURL', %(address)s);
define('WP_ENVIRONMENT_TYPE', 'local'); define('DISABLE_WP_CRON', true);
define('WP_HTTP_BLOCK_EXTERNAL', true); define('AUTOMATIC_UPDATER_DISABLED', true);
foreach (['AUTH', 'SECURE_AUTH', 'LOGGED_IN', 'NONCE'] as $one) {
    define($one . '_KEY', 'sample ' . $one); define($one . '_SALT', 'salt ' . $one);
}
$table_prefix = 'wp_';
if (!defined('ABSPATH')) { define('ABSPATH', __DIR__ . '/'); }
require_once ABSPATH . 'wp-settings.php';
"""
# A file beside the configuration turns application passwords off, as a guard plug-in does.
SWITCH = """<?php
add_filter('wp_is_application_passwords_available', function ($on) {
    return $on && !file_exists(ABSPATH . 'no-application-passwords');
});
add_filter('comment_flood_filter', '__return_false', 100);
"""
INSTALL = """
define('WP_INSTALLING', true);
require %(root)s . '/www/wp-load.php';
require ABSPATH . 'wp-admin/includes/upgrade.php';
wp_install('Blue Door & Sons', 'anna', 'anna@bluedoor.example', true, '', 'sample-of-anna');
$GLOBALS['wp_rewrite']->set_permalink_structure('/%%year%%/%%postname%%/');
flush_rewrite_rules();
foreach (['ben' => 'author', 'eve' => 'editor', 'sue' => 'subscriber'] as $name => $role) {
    wp_insert_user(['user_login' => $name, 'user_pass' => "sample-of-$name", 'role' => $role,
        'user_email' => "$name@bluedoor.example"]);
}
$keys = [];
foreach (['anna', 'ben', 'eve', 'sue'] as $name) {
    $made = WP_Application_Passwords::create_new_application_password(
        get_user_by('login', $name)->ID, ['name' => 'CalmReply']);
    $keys[$name] = $made[0];
}
foreach (get_comments(['status' => 'all']) as $one) { wp_delete_comment($one->comment_ID, true); }
echo json_encode($keys);
"""
ROUTER = """<?php
$path = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
if ($path !== '/' && is_file($_SERVER['DOCUMENT_ROOT'] . $path)) { return false; }
$_SERVER['SCRIPT_NAME'] = '/index.php';
require $_SERVER['DOCUMENT_ROOT'] . '/index.php';
"""


@dataclass
class RealWordPress:
    """`passwords` are the application passwords by name: anna, eve (editor), ben (author), sue."""

    root: Path
    address: str
    passwords: dict[str, str] = field(default_factory=dict)

    def php(self, code: str) -> str:
        """What a script prints that has the whole of WordPress loaded."""
        host = self.address.removeprefix("http://")
        head = (
            f"$_SERVER += ['HTTP_HOST' => {quoted(host)}, 'REQUEST_URI' => '/', "
            "'SERVER_PROTOCOL' => 'HTTP/1.1', 'REQUEST_METHOD' => 'GET'];"
        )
        load = (
            "" if "WP_INSTALLING" in code else f"require {quoted(self.root / 'www/wp-load.php')};"
        )
        done = subprocess.run(
            ["php", "-d", "display_errors=stderr", "-r", head + load + code],
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        assert done.returncode == 0, done.stderr + done.stdout
        return done.stdout

    def call(self, method: str, path: str, said: object = None, name: str = "anna") -> Any:
        """Ask the interface as somebody; what the answer's JSON holds."""
        key = base64.b64encode(f"{name}:{self.passwords[name]}".encode()).decode()
        headers = {"Authorization": f"Basic {key}", "Content-Type": "application/json"}
        status, body = self._request(method, f"/wp-json/wp/v2/{path}", headers, json.dumps(said))
        assert status in (200, 201), body
        return json.loads(body)

    def visitor(self, author: str, text: str, post: int = 1) -> int:
        """A comment as a visitor leaves it by the form; it waits to be approved."""
        form = {"author": author, "email": f"{author.lower()}@mail.example", "comment": text}
        form["comment_post_ID"] = str(post)
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        status, body = self._request("POST", "/wp-comments-post.php", headers, urlencode(form))
        assert status == 302, body
        return int(self.call("GET", "comments?status=hold&context=edit&per_page=1")[0]["id"])

    def passwords_off(self, *, off: bool) -> None:
        switch = self.root / "www/no-application-passwords"
        if off:
            switch.touch()
        else:
            switch.unlink(missing_ok=True)

    def _request(
        self, method: str, path: str, headers: dict[str, str], body: str
    ) -> tuple[int, str]:
        host, _colon, port = self.address.removeprefix("http://").partition(":")
        line = http.client.HTTPConnection(host, int(port), timeout=PATIENCE)
        try:
            line.request(method, path, body.encode(), headers)
            answer = line.getresponse()
            return answer.status, answer.read().decode()
        finally:
            line.close()


def quoted(what: object) -> str:
    """A string of PHP's."""
    return "'" + str(what).replace("\\", "\\\\").replace("'", "\\'") + "'"


def running(root: Path) -> Iterator[RealWordPress]:
    """A fresh site, up until the generator is closed."""
    _have_debian()
    drop_in = _kept_drop_in()
    if drop_in is None and shutil.which("mariadbd") is None:
        drop_in = _fetched_drop_in()
    port = free_port()
    site = RealWordPress(root, f"http://127.0.0.1:{port}")
    _put_together(site)
    command = ["php", "-S", f"127.0.0.1:{port}", "-t", str(root / "www"), str(root / "router.php")]
    with ExitStack() as stack:
        if drop_in is not None:
            _use_sqlite(site, drop_in)
        else:
            _have_mariadb()
            stack.enter_context(_mariadb(root))
        site.passwords = json.loads(site.php(INSTALL % {"root": quoted(root)}))
        server = stack.enter_context(_started(command, root))
        _wait_until(lambda: _answers(port), server)
        yield site


@contextmanager
def _started(command: list[str], root: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A server of ours, ended by its id."""
    with (root / "servers.log").open("ab") as log:
        server = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=root
        )
    try:
        yield server
    finally:
        server.terminate()
        server.wait(PATIENCE)


@contextmanager
def _mariadb(root: Path) -> Iterator[None]:
    """A database server of our own, reached by a socket in the folder only."""
    common = ("--no-defaults", f"--datadir={root / 'db'}", f"--user={getpass.getuser()}")
    make = ("--auth-root-authentication-method=normal", "--skip-test-db")
    done = subprocess.run(
        ["mariadb-install-db", *common, *make], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr + done.stdout
    socket_file = root / "my.sock"
    serve = (f"--socket={socket_file}", "--skip-networking", f"--pid-file={root / 'my.pid'}")
    with _started(["mariadbd", *common, *serve], root) as server:
        _wait_until(socket_file.exists, server)
        ask = ["mariadb", "--no-defaults", "-S", str(socket_file), "-uroot"]
        ask += ["-e", "CREATE DATABASE shop CHARACTER SET utf8mb4"]
        subprocess.run(ask, capture_output=True, check=True)
        yield


def _put_together(site: RealWordPress) -> None:
    www = site.root / "www"
    shutil.copytree(TREE, www, ignore=shutil.ignore_patterns("wp-config.php", "languages"))
    values = {"root": quoted(site.root), "address": quoted(site.address)}
    (www / "wp-config.php").write_text(CONFIG % values)
    extra = www / "wp-content/mu-plugins"
    extra.mkdir()
    (extra / "switch.php").write_text(SWITCH)
    (site.root / "router.php").write_text(ROUTER)


def _use_sqlite(site: RealWordPress, drop_in: bytes) -> None:
    content = site.root / "www/wp-content"
    with zipfile.ZipFile(BytesIO(drop_in)) as archive:
        archive.extractall(content / "plugins")  # noqa: S202 - the very one that is named above
    folder = content / "plugins/sqlite-database-integration"
    folder.with_name("sqlite-database-integration-main").rename(folder)
    dropped = (folder / "db.copy").read_text()
    dropped = dropped.replace("{SQLITE_IMPLEMENTATION_FOLDER_PATH}", str(folder))
    dropped = dropped.replace("{SQLITE_PLUGIN}", "sqlite-database-integration/load.php")
    (content / "db.php").write_text(dropped)
    (site.root / "db").mkdir()


def _have_debian() -> None:
    def missing() -> str:
        if not (TREE / "wp-load.php").is_file():
            return "wordpress"
        if shutil.which("php") is None:
            return "php-cli"
        modules = subprocess.run(["php", "-m"], capture_output=True, text=True, check=True).stdout
        wanted = {"pdo_sqlite": "php-sqlite3", "mysqli": "php-mysql"}
        return next((name for one, name in wanted.items() if one not in modules.split()), "")

    _install(DEBIAN, missing)


def _have_mariadb() -> None:
    _install(MARIADB, lambda: "" if shutil.which("mariadbd") else "npm and no mariadb-server")


def _install(packages: tuple[str, ...], missing: Callable[[], str]) -> None:
    """Install Debian's packages where something is missing, or skip with its name."""
    if not missing():
        return
    if not (hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get")):
        pytest.skip(f"no {missing()}: apt-get install {' '.join(packages)}")
    env = OUTSIDE | {"DEBIAN_FRONTEND": "noninteractive"}
    wait = ("-o", "DPkg::Lock::Timeout=300")
    for words in (("update", "-qq"), ("install", "-y", "--no-install-recommends", *packages)):
        command = ["apt-get", *wait, *words]
        subprocess.run(command, env=env, capture_output=True, check=False, stdin=subprocess.DEVNULL)
    if missing():
        pytest.skip(f"no {missing()}, and it could not be installed")


def _kept_drop_in() -> bytes | None:
    """The archive of the SQLite drop-in, if it was fetched before."""
    return KEPT.read_bytes() if KEPT.is_file() else None


def _fetched_drop_in() -> bytes | None:
    """The same; None where npm does not bring it."""
    if shutil.which("npm") is None:
        return None
    CACHE.mkdir(parents=True, exist_ok=True)
    command = ["npm", "pack", "--silent", "--pack-destination", str(CACHE), DROP_IN]
    done = subprocess.run(command, env=OUTSIDE, capture_output=True, text=True, check=False)
    packed = CACHE / done.stdout.strip().rpartition("\n")[2]
    if done.returncode != 0 or not packed.is_file():
        return None
    with tarfile.open(packed) as archive:
        inside = archive.extractfile(IN_DROP_IN)
        assert inside is not None
        zipped = inside.read()
    part = KEPT.with_suffix(f".{os.getpid()}")
    part.write_bytes(zipped)
    part.replace(KEPT)
    packed.unlink()
    return zipped


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _wait_until(ready: Callable[[], bool], server: subprocess.Popen[bytes]) -> None:
    pause = threading.Event()
    for _turn in range(int(PATIENCE / 0.05)):
        assert server.poll() is None, "a server ended at once: see servers.log"
        if ready():
            return
        pause.wait(0.05)
    pytest.fail(f"a server was not up within {PATIENCE:g} s")
