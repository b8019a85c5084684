"""Which network addresses must not be fetched from: the guard against server-side request forgery."""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

# The IANA special-purpose registries and what tunnels into them. `ipaddress.is_global` of Python 3.11 misjudges
# several of these (multicast, 6to4, NAT64, deprecated site-local), hence a table of our own.
_V4 = tuple(
    (IPv4Network(network), reason)
    for network, reason in (
        ("0.0.0.0/8", "this host"),
        ("10.0.0.0/8", "private"),
        ("100.64.0.0/10", "carrier-grade NAT"),
        ("127.0.0.0/8", "loopback"),
        ("169.254.0.0/16", "link-local"),
        ("172.16.0.0/12", "private"),
        ("192.0.0.0/24", "reserved for protocols"),
        ("192.0.2.0/24", "documentation"),
        ("192.88.99.0/24", "6to4 relay"),
        ("192.168.0.0/16", "private"),
        ("198.18.0.0/15", "benchmarking"),
        ("198.51.100.0/24", "documentation"),
        ("203.0.113.0/24", "documentation"),
        ("224.0.0.0/4", "multicast"),
        ("240.0.0.0/4", "reserved"),
    )
)
# Longer prefixes stand before the shorter ones that hold them.
_V6 = tuple(
    (IPv6Network(network), reason)
    for network, reason in (
        ("::/128", "this host"),
        ("::1/128", "loopback"),
        ("::/96", "IPv4-compatible"),
        ("::ffff:0:0:0/96", "IPv4-translated"),
        ("64:ff9b:1::/48", "local NAT64"),
        ("100::/64", "discard-only"),
        ("2001::/32", "Teredo"),
        ("2001::/23", "reserved for protocols"),
        ("2001:db8::/32", "documentation"),
        ("3fff::/20", "documentation"),
        ("5f00::/16", "segment routing"),
        ("fc00::/7", "private"),
        ("fe80::/10", "link-local"),
        ("fec0::/10", "site-local"),
        ("ff00::/8", "multicast"),
    )
)
_V6_GLOBAL = IPv6Network("2000::/3")
_NAT64 = IPv6Network("64:ff9b::/96")
_SIX_TO_FOUR = IPv6Network("2002::/16")
_LOW_32_BITS = 0xFFFFFFFF
# ISATAP interface identifiers (RFC 5214) carry an IPv4 address behind 0000:5efe or 0200:5efe.
_ISATAP = (0x00005EFE, 0x02005EFE)


def forbidden(address: str) -> str | None:
    """Say why an address must not be connected to, or None when it is an ordinary public one.

    `address` is a numeric IPv4 or IPv6 address as the resolver gives it, with or without a scope (`fe80::1%eth0`).
    Addresses that carry an IPv4 address inside (v4-mapped, NAT64, 6to4, ISATAP) are judged by what they carry.
    """
    try:
        parsed = ip_address(address.split("%", 1)[0])
    except ValueError:
        return "not a numeric address"
    return _judge_v4(parsed) if isinstance(parsed, IPv4Address) else _judge_v6(parsed)


def _judge_v4(address: IPv4Address) -> str | None:
    return next((reason for network, reason in _V4 if address in network), None)


def _judge_v6(address: IPv6Address) -> str | None:
    if address.ipv4_mapped is not None:
        return _judge_v4(address.ipv4_mapped)
    if address in _NAT64:
        return _carried(address, int(address) & _LOW_32_BITS, "NAT64")
    for network, reason in _V6:
        if address in network:
            return reason
    if address in _SIX_TO_FOUR:
        return _carried(address, int(address) >> 80 & _LOW_32_BITS, "6to4")
    if int(address) >> 32 & _LOW_32_BITS in _ISATAP:
        return _carried(address, int(address) & _LOW_32_BITS, "ISATAP")
    return None if address in _V6_GLOBAL else "not a public range"


def _carried(address: IPv6Address, inner: int, tunnel: str) -> str | None:
    reason = _judge_v4(IPv4Address(inner))
    if reason is not None:
        return f"{reason}, through {tunnel}"
    # A public IPv4 address inside NAT64 is how an IPv6-only network reaches the world.
    return None if address in _NAT64 or address in _V6_GLOBAL else "not a public range"
