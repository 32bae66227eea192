"""DMARC: what receivers are to do with mail that fails, and whether ours can pass (RFC 7489)."""

from collections.abc import Iterator
from dataclasses import dataclass

from subscriptions.mail_setup.findings import Finding, missing, right, worth_mending
from subscriptions.mail_setup.resolving import Resolver
from subscriptions.mail_setup.tags import parsed

POLICIES = ("none", "quarantine", "reject")


@dataclass(frozen=True)
class Policy:
    """The record that holds for a domain. `owner` is the domain that publishes it: itself or one above it."""

    owner: str
    tags: dict[str, str]

    def name(self, domain: str) -> str:
        """What it asks for mail from the domain; below its owner `sp` comes first."""
        own = self.tags.get("p", "")
        return (own if domain == self.owner else self.tags.get("sp", own)).lower()


def check(resolver: Resolver, domain: str, envelope: str) -> Iterator[Finding]:
    """`domain` is the From's, `envelope` that of MAIL FROM."""
    found = policies(resolver, domain)
    if len(found) != 1:
        several = f"has {len(found)} records where it may have one" if found else "has no record"
        yield missing(
            f"DMARC: {domain} {several}. Large mailbox providers want one from who sends newsletters. "
            f"Begin with a TXT record at _dmarc.{domain}: “v=DMARC1; p=none; rua=mailto:…”."
        )
        return
    policy = found[0]
    yield _of_policy(policy, domain)
    if "rua" not in policy.tags:
        yield worth_mending(f"DMARC: nobody gets the reports about {policy.owner}. Add rua=mailto:… to its record.")
    yield _of_alignment(policy, domain, envelope)


def policies(resolver: Resolver, domain: str) -> list[Policy]:
    """Of the domain, or else of the next one above it that has any. Top level domains have none to look at."""
    while "." in domain:
        texts = resolver.ask(f"_dmarc.{domain}", "TXT")
        if found := [tags for tags in map(parsed, texts) if next(iter(tags.items()), None) == ("v", "DMARC1")]:
            return [Policy(domain, tags) for tags in found]
        domain = domain.partition(".")[2]
    return []


def _of_policy(policy: Policy, domain: str) -> Finding:
    name = policy.name(domain)
    if name not in POLICIES:
        return missing(f"DMARC: the record of {policy.owner} asks for “{name}”; p= must be {', '.join(POLICIES)}.")
    if name == "none":
        return worth_mending(
            f"DMARC: {policy.owner} asks nothing of receivers (p=none), so others can send in its name. "
            "When the reports show that your own mail passes, ask for quarantine."
        )
    return right(f"DMARC: {policy.owner} asks receivers to {name} mail that fails (p={name}).")


def _of_alignment(policy: Policy, domain: str, envelope: str) -> Finding:
    """Whether SPF speaks for the From (RFC 7489, 3.1.2)."""
    if envelope == domain:
        return right(f"Alignment: From and MAIL FROM are both at {domain}.")
    is_strict = policy.tags.get("aspf", "r").lower() == "s"
    if not is_strict and is_below(envelope, policy.owner) and is_below(domain, policy.owner):
        return right(f"Alignment: From is at {domain} and MAIL FROM at {envelope}, both below {policy.owner}.")
    return worth_mending(
        f"Alignment: From is at {domain} and MAIL FROM at {envelope}, so SPF does not count for DMARC and mail passes "
        f"only when it is signed by DKIM for {domain}. Set BOUNCE_ADDRESS to an address at {domain}."
    )


def is_below(name: str, domain: str) -> bool:
    return name == domain or name.endswith(f".{domain}")
