"""Where webhooks may be sent: https to public addresses, and whatever lies in the networks an operator allows.

A name says nothing about where it leads. The rule is therefore applied to the addresses a name was resolved to, and
the connection is made to exactly those; what is evident from the text alone is refused when it is handed in.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

IPAddress = IPv4Address | IPv6Address
IPNetwork = IPv4Network | IPv6Network

ADDRESS_LENGTH_MAX = 2_048
"""Characters of a webhook's address."""
_DEFAULT_PORTS = {"https": 443, "http": 80}
HOST_LENGTH_MAX = 253
_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_NAME = re.compile(rf"{_LABEL}(?:\.{_LABEL})*", re.ASCII)
_NAT64 = ip_network("64:ff9b::/96")
_SPECIAL = tuple(
    # Special purpose by IANA's registries, though the standard library calls them global.
    ip_network(text)
    for text in ("192.0.0.0/24", "192.88.99.0/24", "64:ff9b:1::/48", "3fff::/20", "5f00::/16")
)


class AddressRefused(Exception):
    """Nothing is sent to this address; the text says why."""


@dataclass(frozen=True, slots=True)
class WebhookAddress:
    """A webhook's address, taken apart. ``host`` is a name in ASCII or a literal address without brackets."""

    scheme: str
    host: str
    port: int
    target: str
    """Path and query, as they stand in the request line."""

    @property
    def origin(self) -> tuple[str, str, int]:
        return (self.scheme, self.host, self.port)

    @property
    def literal(self) -> IPAddress | None:
        try:
            return ip_address(self.host)
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class AddressRule:
    allowed_networks: tuple[IPNetwork, ...] = ()

    def check_text(self, address: WebhookAddress) -> None:
        """Raises AddressRefused for what no resolution could make right."""
        literal = address.literal
        if literal is not None:
            self.check_resolved(address, [literal])
        elif address.scheme != "https" and not self.allowed_networks:
            raise AddressRefused("a webhook's address begins with https://")
        elif _names_this_machine(address.host) and not any(network.is_loopback for network in self.allowed_networks):
            raise AddressRefused(f"{address.host} is not a public address")

    def check_resolved(self, address: WebhookAddress, candidates: Iterable[IPAddress]) -> None:
        """Raises AddressRefused unless every candidate may be connected to."""
        for candidate in candidates:
            if self._is_allowed(candidate):
                continue
            if not is_public(candidate):
                raise AddressRefused(f"{address.host} leads to {candidate}, which is not a public address")
            if address.scheme != "https":
                raise AddressRefused("a webhook's address begins with https://")

    def _is_allowed(self, candidate: IPAddress) -> bool:
        inner = _embedded(candidate) or candidate
        return any(inner in network for network in self.allowed_networks if network.version == inner.version)


def is_public(address: IPAddress) -> bool:
    """Also looks at the IPv4 address that an IPv6 address wraps (mapped, NAT64, 6to4)."""
    inner = _embedded(address)
    if inner is not None:
        return is_public(inner)
    if isinstance(address, IPv6Address) and (address.is_site_local or address.scope_id is not None):
        return False
    if any(address in network for network in _SPECIAL if network.version == address.version):
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def read_address(text: str) -> WebhookAddress:
    """Take an address apart. Raises AddressRefused for anything but a plain http or https address."""
    if len(text) > ADDRESS_LENGTH_MAX:
        raise AddressRefused(f"a webhook's address has at most {ADDRESS_LENGTH_MAX} characters")
    if not text.isascii() or not text.isprintable() or any(sign in text for sign in ' \\"<>^`{|}'):
        raise AddressRefused("the address holds characters that an address cannot hold; encode them")
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as mistake:
        raise AddressRefused(f"not an address: {mistake}") from mistake
    _refuse_unfit_parts(parts, port)
    host = (parts.hostname or "").rstrip(".")
    if not _is_host(host):
        raise AddressRefused(f"{host} is no name of a host")
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return WebhookAddress(parts.scheme, host, port or _DEFAULT_PORTS[parts.scheme], target)


def _refuse_unfit_parts(parts: SplitResult, port: int | None) -> None:
    if parts.scheme not in _DEFAULT_PORTS:
        raise AddressRefused("a webhook's address begins with https://")
    if not (parts.hostname or "").rstrip("."):
        raise AddressRefused("the address names no host")
    if parts.username is not None or parts.password is not None:
        raise AddressRefused("an address carries no user name or password; the signature proves who sends")
    if parts.fragment:
        raise AddressRefused("an address carries no fragment (#…)")
    if port == 0:
        raise AddressRefused("port 0 cannot be connected to")


def _is_host(host: str) -> bool:
    if ":" not in host:
        return len(host) <= HOST_LENGTH_MAX and _NAME.fullmatch(host) is not None
    try:
        return ip_address(host).version == 6
    except ValueError:
        return False


def _embedded(address: IPAddress) -> IPv4Address | None:
    if isinstance(address, IPv4Address):
        return None
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour


def _names_this_machine(host: str) -> bool:
    return host == "localhost" or host.endswith((".localhost", ".local", ".internal"))
