"""Which hosts of the web may be read: those that the config names, since a listing may lie."""

import ipaddress
import re
from collections.abc import Sequence
from contextlib import suppress
from typing import NoReturn
from urllib.parse import SplitResult, urlsplit

from tools.errors import RefusedError

REFUSED = "host_not_allowed"
_PORT = re.compile(r"(?<=[^:]):\d+$")
_PORTS = {"https": 443, "http": 80}


def require_listed(url: str, hosts: Sequence[str]) -> SplitResult:
    """Make sure that a URL's host is one of those allowed; the URL's parts.

    Parameters
    ----------
    url : str
    hosts : sequence of str
        Names and addresses, each alone for any port or as ``host:port``, and networks.

    Raises
    ------
    RefusedError
        ``host_not_allowed``, or ``unreadable`` for what is no URL.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port or _PORTS[parts.scheme.lower()]
    except (KeyError, ValueError):
        raise RefusedError("unreadable", "it is no URL of the web") from None
    if not host or parts.username is not None:
        raise RefusedError("unreadable", "a URL names a host, and no user or password")
    if not ({host, f"{host}:{port}"} & {each.lower() for each in hosts} or _within(host, hosts)):
        _refuse(host)
    return parts


def require_public(address: str, host: str, hosts: Sequence[str]) -> None:
    """Make sure that who answers for a host is not of a private network, unless that is listed.

    A listed name may lead anywhere; `localhost` by that name leads here.

    Raises
    ------
    RefusedError
        ``host_not_allowed``.
    """
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped is not None:
        ip = ip.ipv4_mapped
    is_meant = host == "localhost" and ip.is_loopback
    addresses = [_PORT.sub("", each).strip("[]") for each in hosts]
    if not (ip.is_global or is_meant or _within(str(ip), addresses)):
        _refuse(f"{host} is {ip}, an address of a private network, which")


def _within(host: str, hosts: Sequence[str]) -> bool:
    with suppress(ValueError):
        ip = ipaddress.ip_address(host)
        return any(ip in network for network in map(_network, hosts) if network is not None)
    return False


def _network(entry: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    with suppress(ValueError):
        return ipaddress.ip_network(entry, strict=False)
    return None


def _refuse(what: str) -> NoReturn:
    raise RefusedError(REFUSED, f"{what} is not in `source.hosts`")
