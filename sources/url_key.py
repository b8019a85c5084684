"""The key of an address: what all spellings of one page's address have in common.

Used to recognise a page, never to fetch it; the address as published is always kept beside it. Scheme, `www.`, mobile
and AMP forms, default ports, fragments, trackers and the order of parameters go; Arabic is percent-encoded in UTF-8 in
one way, and host names are written in ASCII. After the canonical form of Media Cloud's `mcmetadata.urls`, whose lists
were made for Western sites and are not taken over whole.
"""

import contextlib
import re
from urllib.parse import SplitResult, quote, urlsplit

# Hosts say "the same, for a small screen" with these first labels.
_MOBILE_LABELS = frozenset({"www", "www2", "m", "mobile", "mob", "amp"})
_PORTS = frozenset({"80", "443"})
# A path says "the same, for AMP" with its last part.
_AMP_ENDS = frozenset({"amp", "amp.html"})
_TRACKERS = frozenset(
    """
    fbclid gclid gclsrc dclid gbraid wbraid msclkid yclid twclid ttclid igshid igsh mc_cid mc_eid mkt_tok _hsenc _hsmi
    _ga _gl ocid cmpid cmp icid xtor maca ito ncid cid_source traffic_source ns_mchannel ns_source ns_campaign
    ns_linkname ns_fee at_medium at_campaign at_custom1 at_custom2 at_custom3 at_custom4 at_link_id at_link_origin
    at_link_type at_ptr_name at_bbc_team at_format at_campaign_type spm scid s_cid ftag guccounter __twitter_impression
    phpsessid jsessionid sessionid amp_js_v usqp __cf_chl_tk
    """.split()  # noqa: SIM905 - fifty quoted names are harder to read
)
# These say where a reader comes from when their value is one of those; else they may name a page.
_MAYBE_TRACKERS = frozenset({"ref", "source", "src", "from", "via", "f", "medium"})
_CHANNELS = frozenset(
    {"rss", "feed", "feeds", "atom", "rssfeed", "twitter", "facebook", "fb", "telegram", "whatsapp", "newsletter"}
)
_AMP_FLAGS = frozenset({("amp", ""), ("amp", "1"), ("amp", "true"), ("outputtype", "amp")})
_SCHEME = re.compile(r"\s*(?:https?:/{1,3})+", re.IGNORECASE)
_ARCHIVED = re.compile(r"web\.archive\.org/web/\d+[a-z_]*/(.+)")
_AMP_CACHE = re.compile(r"[^/]+\.cdn\.ampproject\.org/[a-z]/(?:s/)?(.+)")
_AMP_VIEWER = re.compile(r"(?:www\.)?google\.[a-z.]{2,6}/amp/(?:s/)?(.+)")
_MOST_WRAPPINGS = 3
_BROKEN_ESCAPE = re.compile("%(?![0-9A-Fa-f]{2})")
_ESCAPE = re.compile("%[0-9A-Fa-f]{2}")
_UNRESERVED = re.compile("[A-Za-z0-9._~-]")
_SESSION = re.compile(r";jsessionid=[^/;?]*", re.IGNORECASE)
# What may stand in a path as it is; a parameter's marks are not among what a value may hold.
_PATH_SAFE = "/%;:@!$&'()*+,=~"
_QUERY_SAFE = "%;:@!$'()*,/?~"


def url_key(url: str) -> str | None:
    """Return the key of an http(s) address, such as `e.com/b/c?a=1`; None when it is none.

    The key of `https://` and a key is that key again.
    """
    rest = _unwrapped(url)
    if rest is None:
        return None
    try:
        parts = urlsplit(f"//{rest}")
        host = _host(parts)
    except ValueError:
        return None
    query = _query(parts.query)
    # A fragment names a place in the page, but for the pages of scripts, which are named by it.
    fragment = f"#{_escaped(parts.fragment, _PATH_SAFE)}" if parts.fragment.startswith("!") else ""
    return host + _path(parts.path) + (f"?{query}" if query else "") + fragment


def _unwrapped(url: str) -> str | None:
    scheme = _SCHEME.match(url)
    if scheme is None:
        return None
    rest = url[scheme.end() :].strip()
    for _ in range(_MOST_WRAPPINGS):
        inner = next((found for form in (_ARCHIVED, _AMP_CACHE, _AMP_VIEWER) if (found := form.match(rest))), None)
        if inner is None:
            break
        rest = _SCHEME.sub("", inner[1])
    return rest


def _host(parts: SplitResult) -> str:
    netloc = parts.netloc.rpartition("@")[2]
    name, _, port = netloc.partition(":")
    if netloc.startswith("["):
        name, port = f"[{parts.hostname}]", str(parts.port or "")
    else:
        name = _ascii_host(name.rstrip("."))
    labels = name.split(".")
    while len(labels) > 2 and labels[0] in _MOBILE_LABELS:  # noqa: PLR2004 - a name and its domain stay
        labels = labels[1:]
    name = ".".join(labels)
    if not name or not (port or "0").isdecimal():
        raise ValueError(netloc)
    return name if not port or port in _PORTS else f"{name}:{int(port)}"


def _ascii_host(name: str) -> str:
    # Else it is no name that the network knows, but it may be one that a feed repeats.
    with contextlib.suppress(UnicodeError):
        name = name.encode("idna").decode("ascii")
    return _escaped(name, "%").lower()


def _path(path: str) -> str:
    parts: list[str] = []
    for part in _escaped(_SESSION.sub("", path), _PATH_SAFE).split("/"):
        if part == "..":
            del parts[-1:]
        elif part not in ("", "."):
            parts.append(part)
    while parts and parts[-1] in _AMP_ENDS:
        del parts[-1]
    return "".join(f"/{part}" for part in parts)


def _query(query: str) -> str:
    kept = [
        (name, value)
        for name, value in _pairs(query)
        if not _only_tracks(name.lower(), value.lower()) and (name.lower(), value.lower()) not in _AMP_FLAGS
    ]
    return "&".join(f"{name}={value}" if value else name for name, value in sorted(kept))


def _pairs(query: str) -> list[tuple[str, str]]:
    pairs = []
    for part in query.split("&"):
        # A plus is a blank in a query; there is one spelling for it here.
        name, _, value = part.replace("+", " ").partition("=")
        if name or value:
            pairs.append((_escaped(name, _QUERY_SAFE), _escaped(value, _QUERY_SAFE)))
    return pairs


def _only_tracks(name: str, value: str) -> bool:
    return name.startswith("utm_") or name in _TRACKERS or (name in _MAYBE_TRACKERS and value in _CHANNELS)


def _escaped(text: str, safe: str) -> str:
    """Percent-encode what must be, in capital letters, and nothing that need not be."""
    text = _BROKEN_ESCAPE.sub("%25", text)
    text = quote(text, safe=safe, errors="replace")
    return _ESCAPE.sub(_plain_or_capital, text)


def _plain_or_capital(found: re.Match[str]) -> str:
    character = chr(int(found[0][1:], 16))
    return character if _UNRESERVED.fullmatch(character) else found[0].upper()
