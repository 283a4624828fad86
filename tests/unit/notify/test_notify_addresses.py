"""Where webhooks may be sent."""

from ipaddress import ip_address, ip_network

import pytest

from services.notify.domain.addresses import ADDRESS_LENGTH_MAX, AddressRefused, AddressRule, is_public, read_address

PUBLIC_ONLY = AddressRule()
WITH_LOOPBACK = AddressRule((ip_network("127.0.0.0/8"),))


@pytest.mark.parametrize("text", ["8.8.8.8", "1.1.1.1", "2606:4700::1111", "64:ff9b::808:808", "::ffff:8.8.8.8"])
def test_public_addresses(text: str) -> None:
    assert is_public(ip_address(text))


@pytest.mark.parametrize(
    "text",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "192.0.0.8",
        "192.0.2.1",
        "192.88.99.1",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "0.0.0.0",
        "::",
        "::1",
        "::ffff:10.0.0.1",
        "::ffff:127.0.0.1",
        "64:ff9b::a00:1",
        "64:ff9b:1::1",
        "2002:a00:1::",
        "2001:db8::1",
        "2001::1",
        "3fff::1",
        "5f00::1",
        "fc00::1",
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",
        "ff0e::1",
    ],
)
def test_addresses_that_are_not_public(text: str) -> None:
    assert not is_public(ip_address(text))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "begins with https://"),
        ("example.org/hook", "begins with https://"),
        ("ftp://example.org/", "begins with https://"),
        ("file:///etc/passwd", "begins with https://"),
        ("https://", "names no host"),
        ("https:///hook", "names no host"),
        ("https://user:word@example.org/", "no user name"),
        ("https://example.org/#part", "no fragment"),
        ("https://example.org:0/", "port 0"),
        ("https://example.org:99999/", "not an address"),
        ("https://[::1/", "not an address"),
        ("https://a..b/", "no name of a host"),
        ("https://.example.org/", "no name of a host"),
        (f"https://{'a' * 64}.example.org/", "no name of a host"),
        (f"https://{'a.' * 130}org/", "no name of a host"),
        ("https://exa%6dple.org/", "no name of a host"),
        ("https://example.org/a b", "cannot hold"),
        ("https://example.org/\r\nX-Injected: 1", "cannot hold"),
        ("https://例子.example/", "cannot hold"),
        ("https://example.org/" + "x" * ADDRESS_LENGTH_MAX, "at most"),
    ],
)
def test_texts_that_are_no_address_for_webhooks(text: str, why: str) -> None:
    with pytest.raises(AddressRefused, match=why):
        read_address(text)


def test_an_address_is_taken_apart() -> None:
    address = read_address("https://Hooks.Example.org:8443/in?team=1")

    assert (address.scheme, address.host, address.port, address.target) == (
        "https",
        "hooks.example.org",
        8443,
        "/in?team=1",
    )


@pytest.mark.parametrize(
    "text",
    [
        "http://example.org/",
        "https://localhost/",
        "https://printer.local/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://169.254.169.254/latest/meta-data",
        "https://[::ffff:10.0.0.1]/",
    ],
)
def test_what_is_evidently_not_public_is_refused_by_its_text(text: str) -> None:
    with pytest.raises(AddressRefused):
        PUBLIC_ONLY.check_text(read_address(text))


def test_a_name_is_not_refused_by_its_text() -> None:
    PUBLIC_ONLY.check_text(read_address("https://hooks.example.org/in"))


@pytest.mark.parametrize("text", ["http://127.0.0.1:8000/", "http://localhost:8000/", "https://127.0.0.1/"])
def test_allowed_networks_may_be_private_and_without_tls(text: str) -> None:
    WITH_LOOPBACK.check_text(read_address(text))
    WITH_LOOPBACK.check_resolved(read_address(text), [ip_address("127.0.0.1")])


def test_outside_the_allowed_networks_plain_http_is_refused_even_to_public_addresses() -> None:
    with pytest.raises(AddressRefused, match="https"):
        WITH_LOOPBACK.check_resolved(read_address("http://hooks.example.org/"), [ip_address("8.8.8.8")])


def test_one_private_address_among_public_ones_is_enough_to_refuse_a_name() -> None:
    with pytest.raises(AddressRefused, match=r"leads to 10\.0\.0\.1"):
        PUBLIC_ONLY.check_resolved(
            read_address("https://hooks.example.org/"), [ip_address("8.8.8.8"), ip_address("10.0.0.1")]
        )


def test_a_wrapped_address_is_judged_by_what_it_wraps() -> None:
    WITH_LOOPBACK.check_resolved(read_address("http://localhost/"), [ip_address("::ffff:127.0.0.1")])
