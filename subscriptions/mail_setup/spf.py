"""SPF: whether a domain allows an address to send mail in its name (RFC 7208)."""

import re
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_network

from subscriptions.mail_setup.resolving import Ip, Resolver

MOST_LOOKUPS = 10  # RFC 7208, 4.6.4
MOST_VOID = 2
MOST_EXCHANGES = 10
MODIFIER = re.compile(r"([a-z][a-z0-9_.-]*)=(.*)", re.IGNORECASE)
BY_NAME = re.compile(
    r"([+?~-]?)(all|include|a|mx|ptr|exists)(?::([^/]+))?(?:/(\d{1,2}))?(?://(\d{1,3}))?", re.IGNORECASE
)
BY_ADDRESS = re.compile(r"([+?~-]?)ip([46]):(.+)", re.IGNORECASE)
MACRO = re.compile(r"%(?:\{([slodivh])(\d*)(r?)([.+,/_=-]*)\}|([%_-]))", re.IGNORECASE)


class Result(StrEnum):
    PASS = "pass"  # noqa: S105  # no password
    FAIL = "fail"
    SOFTFAIL = "softfail"
    NEUTRAL = "neutral"
    NONE = "none"


RESULTS = {"+": Result.PASS, "-": Result.FAIL, "~": Result.SOFTFAIL, "?": Result.NEUTRAL}


class PermError(Exception):
    """Why no receiver can make anything of the record."""


@dataclass
class Check:
    """check_host() for one address and sender (RFC 7208, 4). Raises PermError and what the resolver raises."""

    resolver: Resolver
    ip: Ip
    sender: str
    lookups: int = 0
    void: int = 0

    def result(self, domain: str) -> Result:
        terms = record(self.resolver, domain)
        if terms is None:
            return Result.NONE
        redirect = ""
        for term in terms.split()[1:]:
            if modifier := MODIFIER.fullmatch(term):
                redirect = modifier[2] if modifier[1].lower() == "redirect" else redirect
            elif result := self._mechanism(term, domain):
                return result
        return self._redirected(redirect, domain) if redirect else Result.NEUTRAL

    def _redirected(self, target: str, domain: str) -> Result:
        self._count()
        result = self.result(self._expanded(target, domain))
        if result is Result.NONE:
            raise PermError(f"it redirects to {target}, which has no record")
        return result

    def _mechanism(self, term: str, domain: str) -> Result | None:
        """What it says of the address; None where it does not match."""
        if found := BY_ADDRESS.fullmatch(term):
            qualifier, matches = found[1], self._is_in(found[3])
        elif found := BY_NAME.fullmatch(term):
            qualifier, name, target = found[1], found[2].lower(), self._expanded(found[3] or domain, domain)
            prefix = int(found[4] or 32) if self.ip.version == 4 else int(found[5] or 128)
            matches = self._matches(name, target, prefix)
        else:
            raise PermError(f"“{term}” is no part of a record")
        return RESULTS[qualifier or "+"] if matches else None

    def _matches(self, name: str, target: str, prefix: int) -> bool:
        if name == "all":
            return True
        self._count()
        match name:
            case "include":
                return self._is_included(target)
            case "a":
                return self._is_among(self._noted(self._addresses(target)), prefix)
            case "mx":
                return any(self._is_among(self._addresses(exchange), prefix) for exchange in self._exchanges(target))
            case "exists":
                return bool(self._noted(self.resolver.ask(target, "A")))
        return False  # "ptr" is not to be used (RFC 7208, 5.5), so it is not to be relied on

    def _is_included(self, target: str) -> bool:
        result = self.result(target)
        if result is Result.NONE:
            raise PermError(f"it includes {target}, which has no record")
        return result is Result.PASS

    def _is_in(self, network: str) -> bool:
        try:
            return self.ip in ip_network(network, strict=False)
        except ValueError as error:
            raise PermError(f"“{network}” is no address") from error

    def _is_among(self, found: list[str], prefix: int) -> bool:
        return any(self._is_in(f"{one}/{prefix}") for one in found)

    def _addresses(self, name: str) -> list[str]:
        return self.resolver.ask(name, "A" if self.ip.version == 4 else "AAAA")

    def _exchanges(self, target: str) -> list[str]:
        found = self._noted(self.resolver.ask(target, "MX"))
        if len(found) > MOST_EXCHANGES:
            raise PermError(f"{target} has more than {MOST_EXCHANGES} mail exchangers")
        return list(filter(None, found))

    def _noted(self, found: list[str]) -> list[str]:
        self.void += not found
        if self.void > MOST_VOID:
            raise PermError(f"more than {MOST_VOID} of the names in it do not exist")
        return found

    def _count(self) -> None:
        self.lookups += 1
        if self.lookups > MOST_LOOKUPS:
            raise PermError(f"it needs more than {MOST_LOOKUPS} questions to the DNS")

    def _expanded(self, text: str, domain: str) -> str:
        """The macros of RFC 7208, 7, replaced by what they stand for."""
        values = {"s": self.sender, "l": self.sender.rpartition("@")[0], "o": self.sender.rpartition("@")[2]}
        values |= {"d": domain, "h": domain, "v": "in-addr" if self.ip.version == 4 else "ip6", "i": _dotted(self.ip)}

        def replaced(macro: re.Match[str]) -> str:
            if macro[5]:
                return {"%": "%", "_": " ", "-": "%20"}[macro[5]]
            parts = re.split(f"[{re.escape(macro[4] or '.')}]", values[macro[1].lower()])
            parts = parts[::-1] if macro[3] else parts
            return ".".join(parts[-int(macro[2]) :] if macro[2] else parts)

        return MACRO.sub(replaced, text)


def _dotted(ip: Ip) -> str:
    return str(ip) if ip.version == 4 else ".".join(ip.exploded.replace(":", ""))


def record(resolver: Resolver, domain: str) -> str | None:
    """The domain's record (RFC 7208, 4.5). Raises PermError where it has several."""
    found = [text for text in resolver.ask(domain, "TXT") if re.match(r"v=spf1( |$)", text, re.IGNORECASE)]
    if len(found) > 1:
        raise PermError(f"{domain} has {len(found)} records where it may have one")
    return found[0] if found else None
