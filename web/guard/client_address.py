"""Which address a request counts for."""

from ipaddress import IPv6Address, ip_address, ip_network

from starlette.types import Scope


class ClientAddress:
    """The address of the peer; behind a proxy of ours, the one that the proxy names.

    X-Forwarded-For is believed only where a public address is configured and the peer is this machine, and of it only
    the last entry, which that proxy wrote: the others are what the client claims. An IPv6 client has a network of its
    own at hand, so its first 64 bits count.
    """

    def __init__(self, *, behind_proxy: bool) -> None:
        self._behind_proxy = behind_proxy

    def __call__(self, scope: Scope) -> str:
        """Return what the request counts for."""
        peer = scope["client"][0] if scope.get("client") else ""
        if self._behind_proxy and _is_loopback(peer):
            named = [value for name, value in scope["headers"] if name == b"x-forwarded-for"]
            if named:
                peer = named[-1].decode("latin-1").rpartition(",")[2].strip() or peer
        return _counted(peer)


def _counted(peer: str) -> str:
    try:
        address = ip_address(peer.partition("%")[0])
    except ValueError:
        return peer[:64]
    if not isinstance(address, IPv6Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ip_network((address, 64), strict=False))


def _is_loopback(peer: str) -> bool:
    try:
        return ip_address(peer).is_loopback
    except ValueError:
        return False
