"""Everything that is to be right before a newsletter can arrive, one after the other."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from email.utils import parseaddr
from ipaddress import ip_address

from django.conf import settings
from django.utils.encoding import punycode

from subscriptions.mail_setup import dkim, dmarc, hosts
from subscriptions.mail_setup.findings import Finding, missing, right, unknown, worth_mending
from subscriptions.mail_setup.resolving import NoDns, Resolver, Unanswered

SMTP = "django.core.mail.backends.smtp.EmailBackend"
# Names that no mail from elsewhere can ever reach (RFC 6761, RFC 8375 and what networks use by themselves).
NOWHERE = ("localhost", "local", "internal", "test", "invalid", "example", "home.arpa", "lan")


@dataclass(frozen=True)
class Setup:
    """What the settings say. `host` is where mail leaves for the world, as far as is known."""

    backend: str
    host: str
    is_encrypted: bool
    is_own: bool
    domain: str  # of From
    envelope: str  # of MAIL FROM
    selector: str
    site_url: str


def current(host: str = "") -> Setup:
    """`host`: the server's own name, for where EMAIL_URL names this machine or one that hands mail on."""
    named = getattr(settings, "EMAIL_HOST", "localhost")
    domain = _domain(settings.DEFAULT_FROM_EMAIL)
    return Setup(
        backend=settings.EMAIL_BACKEND,
        host=host or named,
        is_encrypted=settings.EMAIL_USE_TLS or settings.EMAIL_USE_SSL or _is_here(named),
        is_own=bool(host) or _is_here(named) or _are_of_one_house(named, domain),
        domain=domain,
        envelope=_domain(settings.BOUNCE_ADDRESS or settings.DEFAULT_FROM_EMAIL),
        selector=settings.DKIM_SELECTOR,
        site_url=settings.SITE_URL,
    )


def _domain(setting: str) -> str:
    return punycode(parseaddr(setting)[1].rpartition("@")[2]).lower()


def _is_here(host: str) -> bool:
    try:
        return not ip_address(host).is_global
    except ValueError:
        return host == "localhost"


def _are_of_one_house(host: str, domain: str) -> bool:
    """mail.example.org and example.org, or mail.example.org and news.example.org."""
    parent = host.partition(".")[2]
    return dmarc.is_below(host, domain) or ("." in parent and dmarc.is_below(domain, parent))


def check(setup: Setup, resolver: Callable[[], Resolver]) -> list[Finding]:
    """What is right, missing and not known. Of a domain that nobody can reach the DNS is not asked."""
    found = list(_of_settings(setup))
    if _is_nowhere(setup.domain):
        return found
    try:
        asked = resolver()
        for questions in _of_dns(setup, asked):
            found += _answered(questions)
    except NoDns as error:
        found.append(unknown(f"The DNS cannot be asked from here: {error}. Nothing else is known of {setup.domain}."))
    return found


def _answered(questions: Iterable[Finding]) -> Iterator[Finding]:
    try:
        yield from questions
    except Unanswered as error:
        yield unknown(f"The DNS did not answer when it was asked about {error}. Try again later.")


def _of_settings(setup: Setup) -> Iterator[Finding]:
    if setup.backend == SMTP:
        yield right(f"EMAIL_URL: mail is handed to {setup.host}.")
    else:
        yield missing(f"EMAIL_URL: mail goes to {setup.backend}, which sends nothing. Set it to smtp+tls://… .")
    if not setup.is_encrypted:
        yield worth_mending(
            "EMAIL_URL: addresses and the password cross the network unencrypted. Begin it with smtp+tls:// or smtp+ssl://."
        )
    if _is_nowhere(setup.domain):
        yield missing(
            f"FROM_EMAIL: no mail from or to “{setup.domain}” can cross the Internet. Set it to an address of your "
            "domain."
        )
    if setup.site_url.startswith("https://"):
        yield right(f"List-Unsubscribe: its link begins with {setup.site_url}.")
    else:
        yield missing(
            f"List-Unsubscribe: SITE_URL is {setup.site_url}. One click leaves over https only (RFC 8058), and large "
            "mailbox providers want it."
        )


def _is_nowhere(domain: str) -> bool:
    if any(dmarc.is_below(domain, name) for name in NOWHERE):
        return True
    return "." not in domain or domain.rpartition(".")[2].isdigit()


def _of_dns(setup: Setup, resolver: Resolver) -> Iterator[Iterable[Finding]]:
    yield _of_server(setup, resolver)
    yield dkim.check(resolver, setup.domain, setup.selector)
    yield dmarc.check(resolver, setup.domain, setup.envelope)
    for domain in dict.fromkeys([setup.domain, setup.envelope]):
        yield hosts.check_mx(resolver, domain)


def _of_server(setup: Setup, resolver: Resolver) -> Iterator[Finding]:
    ips = hosts.sending(resolver, setup.host)
    if not ips:
        yield unknown(
            f"From which addresses mail leaves is not known: {setup.host} has none in the Internet. Name the server "
            "with --host."
        )
    elif setup.is_own:
        yield from hosts.check_ptr(resolver, ips)
    for domain in dict.fromkeys([setup.envelope, setup.domain]):
        yield from hosts.check_spf(resolver, domain, ips, setup.host, is_own=setup.is_own)
