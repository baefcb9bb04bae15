"""Which addresses a webhook may call: none inside the operator's own network, unless the operator lists it.

A name is resolved once; every address it has must be allowed; the connection then goes to exactly one of these
addresses, so that a name cannot change its mind between the check and the call.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Resolve = Callable[[str, int], Sequence[str]]

_BLOCKED_V4 = """0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24
192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4"""
_BLOCKED_V6 = """::/96 ::ffff:0:0/96 64:ff9b::/96 64:ff9b:1::/48 100::/64 2001::/23 2001:db8::/32 2002::/16 3fff::/20
5f00::/16 fc00::/7 fe80::/10 fec0::/10 ff00::/8"""
BLOCKED: tuple[Network, ...] = tuple(map(ipaddress.ip_network, f"{_BLOCKED_V4} {_BLOCKED_V6}".split()))
"""IANA's special-purpose registries: nothing here is a public receiver. Cloud metadata is 169.254/16 and fc00::/7."""

LOW_PORTS = frozenset({80, 443})
REFUSED_PORTS = frozenset(
    {1433, 1521, 1719, 1720, 1723, 2049, 2375, 2376, 2379, 2380, 3306, 3389, 3659, 4045, 4190, 5060, 5061, 5432, 5672}
    | {5900, 5984, 6000, 6379, 6443, 6566, *range(6665, 6670), 6697, 9042, 9092, 10080, 10250, 11211, 27017, 50070}
)
"""Ports from 1024 on where other protocols live: databases, brokers, remote desktops, and what browsers refuse."""

_NUMBER_LIKE = re.compile(r"(0x[0-9a-f]*|[0-9]+)(\.(0x[0-9a-f]*|[0-9]*))*\.?", re.IGNORECASE)
_NAME = re.compile(r"(?=.{1,253}$)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*\.?")


class AddressRefused(ValueError):
    """The address may not be called; the text says why, without naming internal addresses."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """A checked destination."""

    url: str  # as given
    host: str  # name or literal, lower case, without brackets
    port: int
    address: str  # the IP address to connect to


class Guard:
    """Checks addresses. ``allow`` lists networks (``127.0.0.0/8``) and host names that may be called all the same."""

    def __init__(self, *, allow: Sequence[str] = (), resolve: Resolve | None = None) -> None:
        self._resolve = resolve or _resolve
        self._allowed_names: set[str] = set()
        allowed: list[Network] = []
        for entry in allow:
            try:
                allowed.append(ipaddress.ip_network(entry.strip(), strict=False))
            except ValueError:
                self._allowed_names.add(entry.strip().lower().rstrip("."))
        self._allowed = tuple(allowed)

    def check(self, url: str) -> Target:
        """Where to connect for ``url``. Raises AddressRefused. Asks the name service once."""
        parts, host, port = _parse(url)
        named = host.rstrip(".") in self._allowed_names
        addresses = self._addresses(host, port)
        free = named or all(self._is_allowed(address) for address in addresses)
        if not free:
            if any(_is_blocked(address) and not self._is_allowed(address) for address in addresses):
                raise AddressRefused("it leads into a private network")
            if (port < 1024 and port not in LOW_PORTS) or port in REFUSED_PORTS:
                raise AddressRefused(f"port {port} is not for web addresses")
        return Target(url=parts.geturl(), host=host, port=port, address=str(_unmapped(addresses[0])))

    def _addresses(self, host: str, port: int) -> list[Address]:
        literal = _literal(host)
        if literal is not None:
            return [literal]
        try:
            found = [ipaddress.ip_address(text.partition("%")[0]) for text in self._resolve(host, port)]
        except (OSError, ValueError) as error:
            raise AddressRefused(f"the name {host} cannot be resolved") from error
        if not found:
            raise AddressRefused(f"the name {host} has no address")
        return found

    def _is_allowed(self, address: Address) -> bool:
        address = _unmapped(address)
        return any(address in network for network in self._allowed if network.version == address.version)


def _parse(url: str) -> tuple[SplitResult, str, int]:
    if len(url) > 2048 or any(ord(c) <= 0x20 or ord(c) == 0x7F or c == "\\" for c in url):
        raise AddressRefused("it is not a valid web address")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise AddressRefused("it is not a valid web address") from error
    if parts.scheme.lower() not in ("http", "https"):
        raise AddressRefused("it does not start with http:// or https://")
    host = (parts.hostname or "").lower()
    if "%" in host:
        raise AddressRefused("it is not a valid web address")
    if not host.isascii():
        try:
            host = host.encode("idna").decode()
        except UnicodeError as error:
            raise AddressRefused("its host name is not valid") from error
    if ":" not in host and not _NAME.fullmatch(host):
        raise AddressRefused("its host name is not valid")
    if port == 0:
        raise AddressRefused("port 0 is not for web addresses")
    return parts, host, port or (443 if parts.scheme.lower() == "https" else 80)


def _literal(host: str) -> Address | None:
    """The address that ``host`` spells out; None for a name. Odd spellings (octal, hex, short) are refused."""
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        if ":" in host or _NUMBER_LIKE.fullmatch(host):
            raise AddressRefused("its host is an address in an unusual form") from None
        return None


def _unmapped(address: Address) -> Address:
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address


def _is_blocked(address: Address) -> bool:
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        return _is_blocked(address.ipv4_mapped)
    if any(address in network for network in BLOCKED if network.version == address.version):
        return True
    return not address.is_global or address.is_multicast


def _resolve(host: str, port: int) -> Sequence[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))
