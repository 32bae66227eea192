"""Asking the DNS. Everything that decides on an answer takes a Resolver, so that tests can hand over a zone."""

from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Protocol

import dns.exception
import dns.resolver

Ip = IPv4Address | IPv6Address

PATIENCE = 4.0  # seconds for one question


class Unanswered(Exception):
    """What was asked in vain. Its servers failed, or do not answer."""


class NoDns(Exception):
    """Why the DNS cannot be asked at all."""


class Resolver(Protocol):
    def ask(self, name: str, kind: str) -> list[str]:
        """The records of this kind, none where there are none: addresses, whole texts, or names without the last dot.

        Of MX the names, the most preferred first. Raises Unanswered and NoDns.
        """
        ...


class SystemResolver:
    """The resolver that this machine uses. Once it has kept silent it is not asked again."""

    def __init__(self) -> None:
        try:
            self.resolver = dns.resolver.Resolver()
        except dns.resolver.NoResolverConfiguration as error:
            raise NoDns("this machine has no resolver") from error
        self.resolver.lifetime = PATIENCE
        self.resolver.cache = dns.resolver.Cache()

    def ask(self, name: str, kind: str) -> list[str]:
        try:
            answer = list(self.resolver.resolve(f"{name.rstrip('.')}.", kind))
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return []
        except dns.exception.Timeout as error:
            raise NoDns(f"the resolver of this machine has not answered for {PATIENCE:g} seconds") from error
        except (dns.exception.DNSException, OSError, ValueError) as error:
            raise Unanswered(f"{name} ({kind})") from error
        if kind == "MX":
            answer.sort(key=lambda record: record.preference)
        return [_text(record, kind) for record in answer]


def _text(record: object, kind: str) -> str:
    if kind == "TXT":  # the strings of a record are one text (RFC 7208, 3.3; RFC 6376, 3.6.2.2)
        return b"".join(record.strings).decode("utf-8", "replace")  # type: ignore[attr-defined]
    return str(getattr(record, {"MX": "exchange", "PTR": "target"}.get(kind, "address"))).rstrip(".")


def addresses(resolver: Resolver, name: str) -> list[Ip]:
    """All addresses of a name, or the one that it is."""
    try:
        return [ip_address(name)]
    except ValueError:
        return [ip_address(one) for kind in ("A", "AAAA") for one in resolver.ask(name, kind)]
