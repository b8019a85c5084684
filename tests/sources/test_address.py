import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.address import forbidden

PUBLIC = [
    "1.1.1.1",
    "8.8.8.8",
    "172.15.255.255",
    "172.32.0.0",
    "100.63.0.1",
    "100.128.0.0",
    "192.0.1.1",
    "223.255.255.254",
]
PUBLIC_6 = ["2606:4700::1111", "2a00:1450::1", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1", "2001:200::1"]
PRIVATE = [
    "0.0.0.0",  # noqa: S104 - nothing binds to it
    "0.1.2.3",
    "10.0.0.1",
    "100.64.0.1",
    "100.127.255.255",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.1",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.19.255.255",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.1.1.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::8.8.8.8",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:0:127.0.0.1",
    "::5efe:10.0.0.1",
    "2606:4700::5efe:10.0.0.1",
    "2606:4700::200:5efe:10.0.0.1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b::7f00:1",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "2001:db8::1",
    "2002:7f00:1::1",
    "2002:a00:1::1",
    "2002:a9fe:a9fe::",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd12:3456::1",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "ff0e::1",
    "4000::1",
]


@pytest.mark.parametrize("address", PUBLIC + PUBLIC_6)
def test_public_addresses_pass(address: str) -> None:
    assert forbidden(address) is None


@pytest.mark.parametrize("address", PRIVATE)
def test_everything_else_is_refused_with_a_reason(address: str) -> None:
    assert forbidden(address)


@pytest.mark.parametrize("text", ["", "localhost", "2130706433", "0x7f.1", "0177.0.0.1", "127.1", "1.2.3.4/8"])
def test_what_is_no_numeric_address_is_refused(text: str) -> None:
    assert forbidden(text) == "not a numeric address"


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_is_judged_alike_in_every_disguise(address: ipaddress.IPv4Address) -> None:
    inner = int(address)
    refused = forbidden(str(address)) is not None
    mapped = ipaddress.IPv6Address((0xFFFF << 32) + inner)
    nat64 = ipaddress.IPv6Address((0x64FF9B << 96) + inner)
    six_to_four = ipaddress.IPv6Address((0x2002 << 112) + (inner << 80) + 1)
    for disguise in (mapped, nat64, six_to_four):
        assert (forbidden(str(disguise)) is not None) is refused
    assert forbidden(str(ipaddress.IPv6Address(inner)))


@given(st.ip_addresses())
def test_nothing_passes_that_the_standard_library_holds_for_private(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    tunnel = isinstance(address, ipaddress.IPv6Address) and (address.ipv4_mapped or address.sixtofour)
    if forbidden(str(address)) is None and not tunnel:
        assert address.is_global
        assert not address.is_multicast
