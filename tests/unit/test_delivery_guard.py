"""Addresses that a webhook may and may not call."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from songwright.delivery.guard import AddressRefused, Guard

PUBLIC = "93.184.215.14"
NAMES = {
    "example.com": [PUBLIC],
    "mixed.example": [PUBLIC, "10.0.0.1"],
    "inside.example": ["192.168.1.5"],
    "six.example": ["2606:2800:21f:cb07:6820:80da:af6b:8b2c"],
    "mapped.example": ["::ffff:169.254.169.254"],
    "scoped.example": ["fe80::1%eth0"],
    "localhost": ["127.0.0.1", "::1"],
}


def resolve(host: str, _port: int) -> Sequence[str]:
    if host not in NAMES:
        raise OSError("unknown name")
    return NAMES[host]


def guard(*allow: str) -> Guard:
    return Guard(allow=allow, resolve=resolve)


@pytest.mark.parametrize(
    ("url", "address", "port"),
    [
        ("http://example.com/hook", PUBLIC, 80),
        ("https://EXAMPLE.com/hook?a=b", PUBLIC, 443),
        ("https://example.com:8443/", PUBLIC, 8443),
        (f"http://{PUBLIC}/", PUBLIC, 80),
        ("https://six.example/", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", 443),
        ("https://[2606:2800:21f:cb07:6820:80da:af6b:8b2c]/", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", 443),
    ],
)
def test_public_addresses_are_pinned(url: str, address: str, port: int) -> None:
    target = guard().check(url)
    assert (target.address, target.port) == (address, port)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://localhost/",
        "http://mixed.example/",
        "http://inside.example/",
        "http://mapped.example/",
        "http://scoped.example/",
        "http://10.1.2.3/",
        "http://172.16.0.1/",
        "http://192.168.0.1/",
        "http://100.64.0.1/",
        "http://169.254.169.254/latest/meta-data",
        "http://0.0.0.0/",
        "http://255.255.255.255/",
        "http://224.0.0.1/",
        "http://240.0.0.1/",
        "http://198.18.0.1/",
        "http://192.0.2.1/",
        "http://[::1]/",
        "http://[::]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[::ffff:10.0.0.1]/",
        "http://[::127.0.0.1]/",
        "http://[64:ff9b::7f00:1]/",
        "http://[2002:7f00:1::]/",
        "http://[fc00::1]/",
        "http://[fd00:ec2::254]/",
        "http://[fe80::1]/",
        "http://[ff02::1]/",
        "http://2130706433/",
        "http://0177.0.0.1/",
        "http://0x7f.0.0.1/",
        "http://0x7f000001/",
        "http://127.1/",
        "http://127.0.0.1./",
        "http://unknown.example/",
        "ftp://example.com/",
        "file:///etc/passwd",
        "//example.com/",
        "example.com",
        "http://",
        "http:///hook",
        "http://exa mple.com/",
        "http://example.com\\@127.0.0.1/",
        "http://example.com:0/",
        "http://example.com:99999/",
        "http://example.com:22/",
        "http://example.com:25/",
        "http://example.com:6379/",
        "http://[fe80::1%25eth0]/",
        "http://example.com/" + "a" * 3000,
    ],
)
def test_everything_else_is_refused(url: str) -> None:
    with pytest.raises(AddressRefused):
        guard().check(url)


def test_listed_networks_and_names_may_be_called_at_any_port() -> None:
    assert guard("127.0.0.0/8").check("http://127.0.0.1:22/").address == "127.0.0.1"
    assert guard("127.0.0.0/8").check("http://[::ffff:127.0.0.1]:9/").address == "127.0.0.1"
    assert guard("localhost").check("http://localhost:1234/").address == "127.0.0.1"
    assert guard("192.168.1.5").check("http://inside.example/").address == "192.168.1.5"
    with pytest.raises(AddressRefused):  # one of its two addresses is not listed
        guard("127.0.0.0/8").check("http://localhost:1234/")
    with pytest.raises(AddressRefused):
        guard("127.0.0.0/8").check("http://10.0.0.1/")


def test_a_name_is_asked_for_once() -> None:
    asked: list[str] = []

    def count(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return resolve(host, port)

    Guard(resolve=count).check("https://example.com/")
    assert asked == ["example.com"]
