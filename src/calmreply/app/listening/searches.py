"""Ready searches: for each name we listen for, where the web can be asked about it.

Each is a feed that answers a search, a search of a site that is read with an account, or a page
where something is set up or claimed. All is made from the name alone; nobody is asked anything
here, and so none of these addresses has been tried by the program before a person tries it. They
were written down without a network and have not been tried while the program was written.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from calmreply.app.home import BUSINESS_NAME, Home
from calmreply.app.listening import listen
from calmreply.app.ports.storage import Source
from calmreply.app.rules.settings import NAMES
from calmreply.domain.names import Name, NameKind
from calmreply.i18n import _

LONGEST = 180
"""Characters of a search; more is cut by one site or the other."""
TAG_SERVER = "mastodon.social"
"""The largest server of Mastodon knows the most hashtags."""
MOST_TAGS = 2
_TAG_WORD = re.compile(r"\w{3,100}")
_APOSTROPHE = re.compile(r"(?<=\w)['\u2019\u02bc](?=\w)")
"""Within a word: people write it into no hashtag, and what follows begins no word."""
_CLAIMS = (
    ("Google", "https://business.google.com/"),
    ("Tripadvisor", "https://www.tripadvisor.com/Owners"),
    ("Yelp", "https://biz.yelp.com/"),
    ("Trustpilot", "https://business.trustpilot.com/"),
    ("Facebook", "https://www.facebook.com/pages/create"),
)
_ORDER = tuple(NameKind)


@dataclass(frozen=True, slots=True)
class FeedAt:
    """A feed that becomes a source as it is."""

    address: str


@dataclass(frozen=True, slots=True)
class PlaceAt:
    """A place of a listener's kind; `said` fills its fields. It is read with an account."""

    kind: str
    said: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class PageAt:
    """A page where a person does something."""

    address: str


Way = FeedAt | PlaceAt | PageAt


@dataclass(frozen=True, slots=True)
class Search:
    """`what` is a stable word for its sort (`news`), `title` its words beside the name's.

    `words` say what it hears, or what to do there.
    """

    what: str
    name: Name
    title: str
    words: str
    way: Way


@dataclass(frozen=True, slots=True)
class Offer:
    """`listened`: there is such a source already."""

    search: Search
    listened: bool


def offered(home: Home) -> tuple[Offer, ...]:
    """The ready searches for the names of a home."""
    with home.store.read() as tx:
        names = listen.listened_names(tx.setting(NAMES), tx.setting(BUSINESS_NAME))
        sources = tx.sources()
    return tuple(Offer(one, is_listened(one, sources)) for one in ready(names, home.listeners))


def ready(names: Iterable[Name], kinds: Collection[str]) -> tuple[Search, ...]:
    """What can be searched for, the business's names first; `kinds` are the listeners there are.

    Pages to claim come for the first business alone, and no way twice.
    """
    ordered = sorted(names, key=lambda one: _ORDER.index(one.kind))
    found: dict[Way, Search] = {}
    for place, name in enumerate(ordered):
        searches = [*_feeds(name), *_hashtags(name), *_places(name, kinds), _alert(name)]
        if place == 0 and name.kind is NameKind.BUSINESS:
            searches += _claims(name)
        for one in searches:
            found.setdefault(one.way, one)
    return tuple(found.values())


def is_listened(search: Search, sources: Iterable[Source]) -> bool:
    """Whether one of the sources asks just that."""
    match search.way:
        case FeedAt(address):
            return any(one.address == address for one in sources)
        case PlaceAt(kind, said):
            words = dict(said)["words"]
            return any(one.kind == kind and one.address.endswith(f":{words}") for one in sources)
        case PageAt():
            return False


def search_words(name: Name) -> str:
    """As search engines write it: any spelling, none of the excluding words, as far as it goes."""
    asked = _phrase(name.name)
    for one in name.spellings:
        more = f"{asked} OR {_phrase(one)}"
        asked = more if len(more) <= LONGEST else asked
    for one in name.excludes:
        more = f"{asked} -{_phrase(one)}"
        asked = more if len(more) <= LONGEST else asked
    return asked


def hashtags(name: Name) -> tuple[str, ...]:
    """The name and its spellings as hashtags, without the sign; a web address makes none."""
    found: dict[str, str] = {}
    for one in name.written:
        whole = _APOSTROPHE.sub("", unicodedata.normalize("NFC", one))
        parts = re.findall(r"\w+", whole)
        tag = parts[0] if len(parts) == 1 else "".join(_capital(part) for part in parts)
        web_address = re.search(r"\S[./@]\S", one) is not None
        if not web_address and _TAG_WORD.fullmatch(tag) and not tag.isdigit():
            found.setdefault(tag.casefold(), tag)
    return tuple(found.values())[:MOST_TAGS]


def _feeds(name: Name) -> Iterator[Search]:
    asked = search_words(name)
    yield Search(
        "news",
        name,
        _("News"),
        _("Newspapers and news sites, as Google News finds them."),
        FeedAt(_address("https://news.google.com/rss/search", q=asked)),
    )
    yield Search(
        "blogs",
        name,
        _("Blogs and web pages"),
        _("Pages anywhere on the web, as Bing finds them."),
        FeedAt(_address("https://www.bing.com/search", q=asked, format="rss")),
    )
    yield Search(
        "forum",
        name,
        _("Forums"),
        _("What is written on Reddit, the newest first."),
        FeedAt(_address("https://www.reddit.com/search.rss", q=asked, sort="new")),
    )


def _hashtags(name: Name) -> Iterator[Search]:
    if name.kind is NameKind.PERSON:
        return
    for tag in hashtags(name):
        yield Search(
            "hashtag",
            name,
            _("Hashtag #{tag}").format(tag=tag),
            _("Public posts on Mastodon, as {site} knows them.").format(site=TAG_SERVER),
            FeedAt(f"https://{TAG_SERVER}/tags/{quote(tag, safe='')}.rss"),
        )


def _places(name: Name, kinds: Collection[str]) -> Iterator[Search]:
    asked = (("watch", "search"), ("words", _phrase(name.name)))
    words = _("Public posts there with this name. It needs an account of yours.")
    if "bluesky" in kinds:
        yield Search("bluesky", name, _("Bluesky"), words, PlaceAt("bluesky", asked))
    if "mastodon" in kinds:
        yield Search("mastodon", name, _("Mastodon"), words, PlaceAt("mastodon", asked))


def _alert(name: Name) -> Search:
    return Search(
        "alert",
        name,
        _("Google Alert"),
        _(
            "There: show the options, deliver to an RSS feed, create the alert. Then copy the "
            "feed's address and add it here as a source."
        ),
        PageAt(_address("https://www.google.com/alerts", q=search_words(name))),
    )


def _claims(name: Name) -> Iterator[Search]:
    for site, address in _CLAIMS:
        yield Search(
            "claim",
            name,
            _("Your page on {site}").format(site=site),
            _(
                "Look for {name} there and claim its page. Let it mail you every new review: "
                "the folder where these mails arrive can be listened to."
            ).format(name=name.name),
            PageAt(address),
        )


def _phrase(words: str) -> str:
    """Words that stand together, in quotes; what is too long ends at a word."""
    plain = " ".join(words.replace('"', " ").split())
    if len(plain) > LONGEST - 2:
        plain = plain[: LONGEST - 2].rpartition(" ")[0] or plain[: LONGEST - 2]
    return f'"{plain}"'


def _capital(word: str) -> str:
    return word[:1].upper() + word[1:]


def _address(page: str, **asked: str) -> str:
    return f"{page}?{urlencode(asked, quote_via=quote)}"
