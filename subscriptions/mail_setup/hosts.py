"""The server from which mail leaves, and those to which replies and bounces come."""

from collections.abc import Iterator

from subscriptions.mail_setup import spf
from subscriptions.mail_setup.findings import Finding, missing, right, unknown, worth_mending
from subscriptions.mail_setup.resolving import Ip, Resolver, addresses


def sending(resolver: Resolver, host: str) -> list[Ip]:
    """The addresses that receivers may see. This machine's own network tells nothing of them."""
    return [ip for ip in addresses(resolver, host) if ip.is_global] if host != "localhost" else []


def check_spf(resolver: Resolver, domain: str, ips: list[Ip], host: str, *, is_own: bool) -> Iterator[Finding]:
    try:
        text = spf.record(resolver, domain)
        results = {ip: spf.Check(resolver, ip, f"postmaster@{domain}").result(domain) for ip in ips}
    except spf.PermError as error:
        yield missing(f"SPF: receivers cannot make anything of the record of {domain}: {error}.")
        return
    if text is None:
        allowed = ("".join(f"ip{ip.version}:{ip} " for ip in ips) or "mx ") if is_own else "include:… "
        yield missing(f"SPF: {domain} has no record. Publish a TXT record there, like “v=spf1 {allowed}-all”.")
        return
    for ip, result in results.items():
        yield _of_result(domain, ip, result, host, is_own=is_own)
    if not results:
        yield unknown(f"SPF: {domain} has a record. Whether it allows your server cannot be said without its address.")


def _of_result(domain: str, ip: Ip, result: spf.Result, host: str, *, is_own: bool) -> Finding:
    if result is spf.Result.PASS:
        return right(f"SPF: {domain} allows {ip} to send.")
    if is_own:
        return missing(f"SPF: {domain} does not allow {ip} to send ({result}). Add ip{ip.version}:{ip} to its record.")
    return worth_mending(
        f"SPF: {domain} does not name {ip} of {host} ({result}). It may send from other addresses: its provider says "
        "which include: belongs in the record."
    )


def check_ptr(resolver: Resolver, ips: list[Ip]) -> Iterator[Finding]:
    """Each address leads to a name that leads back to it (RFC 1912, 2.1): receivers refuse other servers."""
    for ip in ips:
        names = resolver.ask(ip.reverse_pointer, "PTR")
        if not names:
            yield missing(f"PTR: {ip} has no name. Whoever gave you the address can set it.")
        elif back := [name for name in names if ip in addresses(resolver, name)]:
            yield right(f"PTR: {ip} is called {back[0]}, which leads back to it.")
        else:
            yield missing(f"PTR: {ip} is called {names[0]}, which does not lead back to it. Add that address there.")


def check_mx(resolver: Resolver, domain: str) -> Iterator[Finding]:
    """Whether replies and bounces arrive (RFC 5321, 5.1; RFC 7505)."""
    exchanges = resolver.ask(domain, "MX")
    if "" in exchanges:
        yield missing(f"MX: {domain} says that it takes no mail at all, so neither replies nor bounces arrive.")
    elif exchanges:
        found = [name for name in exchanges if addresses(resolver, name)]
        sentence = f"MX: mail to {domain} goes to {', '.join(found or exchanges)}"
        yield right(f"{sentence}.") if found else missing(f"{sentence}, which has no address.")
    elif addresses(resolver, domain):
        yield worth_mending(f"MX: {domain} names no mail server. Replies and bounces go to {domain} itself.")
    else:
        yield missing(f"MX: {domain} has neither a mail server nor an address, so neither replies nor bounces arrive.")
