"""One spelling for all addresses of one page, so that two sources that name it are seen to agree.

Only for comparing: it is never opened and never shown. Conservative: where two addresses may be two
pages, they stay two.
"""

from __future__ import annotations

import re
from urllib.parse import SplitResult, parse_qsl, quote, urlencode, urlsplit

LONGEST = 4_000
"""Characters; what is longer stays as it is."""
_STEPS = 20
_ODD = re.compile("%|google|ampproject|facebook|instagram", re.IGNORECASE)
"""Only with one of these a spelling may have another one."""
_PREFIXES = ("www.", "m.", "mobile.", "amp.")
_TRACKING = re.compile(
    "utm_.*|fbclid|gclid|gclsrc|dclid|gbraid|wbraid|msclkid|yclid|twclid|ttclid|igshid|igsh|mc_cid|"
    "mc_eid|mkt_tok|vero_id|li_fat_id|_ga|_gl|_hsenc|_hsmi|cmpid|ncid|ocid|xtor|ref|ref_src|"
    "ref_url|referrer|amp",
    re.IGNORECASE | re.DOTALL,
)
_ESCAPED = re.compile("%([0-9a-fA-F]{2})")
_ASCII = "".join(map(chr, range(0x21, 0x7F)))
_GOOGLE = re.compile(r"(www\.)?google(\.[a-z]{2,3}){1,2}")
_ONE_OF_MANY = re.compile(r"(?!:~:)(?!.*(utm_|xtor))([!/]|\D*\d)")
"""What stands after the # where it is a text of its own: a comment's number, an old way of paths.
A number in a tracking mark is none."""


def canonical(url: str) -> str:
    """The address in one spelling; whatever is no web address comes back as it is.

    http and https, www., m. and amp. hosts, default ports, tracking parameters, the order of
    parameters, a slash at the end and a place within the page make no difference. Redirects of
    search engines and social networks lead to what they lead to. A comment on a page is another
    text than the page: its number after the # stays.
    """
    plain = url.encode("utf-8", "replace").decode()
    # Until it is its own spelling: what was escaped oddly may be a redirect once it is not.
    for _step in range(_STEPS):
        parts = _parts(plain) if len(plain) <= LONGEST else None
        if parts is None:
            return url
        inner = _leads_to(parts)
        if inner is not None and _parts(inner) is not None:
            plain = inner
            continue
        spelt = _spelt(parts)
        if spelt == plain or not _ODD.search(spelt):
            return spelt
        plain = spelt
    return url


def host(url: str) -> str:
    """The host of a canonical address, or nothing."""
    parts = _parts(url[:LONGEST])
    return (parts.hostname or "") if parts else ""


def _parts(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url.strip())
        parts.port  # noqa: B018 - is checked only when it is asked for
    except ValueError:
        return None
    name = (parts.hostname or "").strip(".")
    good = parts.scheme in ("http", "https") and name and name.split() == [name]
    return parts if good else None


def _leads_to(parts: SplitResult) -> str | None:
    """What a redirect of a known kind leads to."""
    name, path = (parts.hostname or "").lower(), parts.path
    asked = _asked(parts.query) or []
    if _GOOGLE.fullmatch(name):
        if path == "/url":
            return _web_address(asked, ("url", "q"))
        return _after(path, "/amp/s/")
    if name == "cdn.ampproject.org" or name.endswith(".cdn.ampproject.org"):
        return _after(path, "/c/s/") or _after(path, "/v/s/")
    if name in ("l.facebook.com", "lm.facebook.com", "l.instagram.com"):
        return _web_address(asked, ("u",))
    return None


def _web_address(asked: list[tuple[str, str]], names: tuple[str, ...]) -> str | None:
    given = (value for name in names for key, value in asked if key == name)
    return next((one for one in given if one.startswith(("http://", "https://"))), None)


def _after(path: str, prefix: str) -> str | None:
    rest = path.removeprefix(prefix)
    return f"https://{rest}" if rest != path and rest else None


def _asked(query: str) -> list[tuple[str, str]] | None:
    """The parameters; None where there are more than anybody needs."""
    try:
        return parse_qsl(query, keep_blank_values=True, max_num_fields=200)
    except ValueError:
        return None


def _spelt(parts: SplitResult) -> str:
    name = _host(parts.hostname or "")
    port = "" if parts.port in (None, 80, 443) else f":{parts.port}"
    asked = _asked(parts.query)
    query = parts.query if asked is None else urlencode(sorted(_kept(asked)))
    mark = parts.fragment if _ONE_OF_MANY.match(parts.fragment) else ""
    more = (f"?{query}" if query else "") + (f"#{mark}" if mark else "")
    return f"https://{name}{port}{_path(parts.path)}{more}".rstrip()


def _host(name: str) -> str:
    name = name.lower().strip(".")
    while found := next((one for one in _PREFIXES if name.startswith(one)), None):
        rest = name.removeprefix(found)
        if "." not in rest.strip("."):
            break
        name = rest.strip(".")
    return f"[{name}]" if ":" in name else name


def _path(path: str) -> str:
    """Escapes in one form, no slash and no /amp at the end."""
    path = quote(path, safe=_ASCII)
    before = None
    while path != before:
        before = path
        path = _ESCAPED.sub(_unescaped, path).rstrip("/").removesuffix("/amp")
    return path


def _unescaped(found: re.Match[str]) -> str:
    char = chr(int(found[1], 16))
    plain = char.isascii() and (char.isalnum() or char in "-._~")
    return char if plain else found[0].upper()


def _kept(asked: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [
        (name, value)
        for name, value in asked
        if not _TRACKING.fullmatch(name) and (name.lower(), value.lower()) != ("outputtype", "amp")
    ]
