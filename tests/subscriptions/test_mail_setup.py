"""What check_mail_setup says of settings and of a zone."""

import base64
from collections.abc import Callable
from ipaddress import ip_address
from typing import Any

import dns.exception
import dns.resolver
import dns.rrset
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.core.management import CommandError, call_command
from pytest_django import Settings

from subscriptions.mail_setup import spf
from subscriptions.mail_setup.resolving import SystemResolver, Unanswered
from subscriptions.management.commands import check_mail_setup

Zone = dict[tuple[str, str], list[str]]
Said = Callable[..., str]
V4, V6 = "93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"
SPF, DMARC, DKIM = ("example.org", "TXT"), ("_dmarc.example.org", "TXT"), ("2026._domainkey.example.org", "TXT")
TOO_SHORT = (
    "MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBAMNuMF7ohjmIQocKw9EzT5cEAsyaOAMNlcBkGT0sKaeA/Pew9TKyOSRl6Pwv/15T8B1Bzxe4wC6m"
    "LFxZp5d83rUCAwEAAQ=="
)
CURVE = (
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEOjwEOymj8tR39xtezvdNAYXWTdI36MYTQ+rJymyRBgw9dw8Hx5DM4HZKsBOvDpBS/CZ7nsEz"
    "4S0By55F8d8v0w=="
)
MX, PTR = ("example.org", "MX"), ("14.215.184.93.in-addr.arpa", "PTR")


class Names:
    """A resolver that knows this zone alone. What it does not answer stands there as "!"."""

    def __init__(self, zone: Zone) -> None:
        self.zone = zone

    def ask(self, name: str, kind: str) -> list[str]:
        found = self.zone.get((name, kind), [])
        if found == ["!"]:
            raise Unanswered(f"{name} ({kind})")
        return found


@pytest.fixture(scope="module")
def keys() -> dict[int, str]:
    def made(bits: int) -> str:
        public = generate_private_key(65537, bits).public_key()
        return base64.b64encode(public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()

    return {bits: made(bits) for bits in (1024, 2048)}


@pytest.fixture
def zone(settings: Settings, keys: dict[int, str], monkeypatch: pytest.MonkeyPatch) -> Zone:
    """Nothing is wrong; each test puts one thing out of order."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "mail.example.org"
    settings.EMAIL_USE_TLS = True
    settings.DEFAULT_FROM_EMAIL = "The Weekly <news@example.org>"
    settings.BOUNCE_ADDRESS = ""
    settings.DKIM_SELECTOR = "2026"
    settings.SITE_URL = "https://weekly.example.org"
    zone: Zone = {
        ("mail.example.org", "A"): [V4],
        PTR: ["mail.example.org"],
        SPF: ["some=thing", f"v=spf1 ip4:{V4} -all"],
        DKIM: [f"v=DKIM1; k=rsa; p={keys[2048]}"],
        DMARC: ["v=DMARC1; p=quarantine; rua=mailto:reports@example.org"],
        MX: ["mail.example.org"],
    }
    monkeypatch.setattr(check_mail_setup, "SystemResolver", lambda: Names(zone))
    return zone


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Said:
    """What the command says; with `fails` it must end with exit code 1, without it with 0."""

    def run(*, fails: bool = False, **options: Any) -> str:
        if fails:
            with pytest.raises(CommandError, match="keep"):
                call_command("check_mail_setup", **options)
        else:
            call_command("check_mail_setup", **options)
        return capsys.readouterr().out

    return run


def test_where_nothing_is_wrong_it_says_so_thing_by_thing(zone: Zone, said: Said) -> None:
    assert [line.partition(":")[2].strip() for line in said().splitlines() if line.startswith("Right")] == [
        "EMAIL_URL: mail is handed to mail.example.org.",
        "List-Unsubscribe: its link begins with https://weekly.example.org.",
        f"PTR: {V4} is called mail.example.org, which leads back to it.",
        f"SPF: example.org allows {V4} to send.",
        "DKIM: 2026._domainkey.example.org has an RSA key of 2048 bits.",
        "DMARC: example.org asks receivers to quarantine mail that fails (p=quarantine).",
        "Alignment: From and MAIL FROM are both at example.org.",
        "MX: mail to example.org goes to mail.example.org.",
    ]
    assert "Nothing that is known keeps mail from arriving." in said()


def test_many_missing_things_are_counted(zone: Zone, said: Said) -> None:
    zone.clear()
    with pytest.raises(CommandError, match="4 things that keep mail from arriving"):
        call_command("check_mail_setup")


@pytest.mark.parametrize(
    ("setting", "value", "sentence"),
    [
        ("EMAIL_BACKEND", "config.mail.KeptEmailBackend", "Missing: EMAIL_URL: mail goes to config.mail.Kept"),
        ("SITE_URL", "http://weekly.example.org", "Missing: List-Unsubscribe: SITE_URL is http://weekly.example.org."),
        ("DEFAULT_FROM_EMAIL", "news@localhost", "Missing: FROM_EMAIL: no mail from or to “localhost” can cross"),
        ("DEFAULT_FROM_EMAIL", "news@192.0.2.1", "Missing: FROM_EMAIL: no mail from or to “192.0.2.1” can cross"),
        ("DEFAULT_FROM_EMAIL", "news@weekly.test", "Missing: FROM_EMAIL: no mail from or to “weekly.test” can cross"),
    ],
)
def test_a_setting_with_which_no_mail_arrives(
    zone: Zone, said: Said, settings: Settings, setting: str, value: str, sentence: str
) -> None:
    setattr(settings, setting, value)
    assert sentence in said(fails=True)


def test_an_unencrypted_way_to_the_server_is_worth_mending(zone: Zone, said: Said, settings: Settings) -> None:
    settings.EMAIL_USE_TLS = False
    assert "Worth mending: EMAIL_URL: addresses and the password cross the network unencrypted." in said()


def test_a_server_on_this_machine_needs_no_encryption_and_is_named_by_hand(
    zone: Zone, said: Said, settings: Settings
) -> None:
    settings.EMAIL_HOST, settings.EMAIL_USE_TLS = "localhost", False
    output = said()
    assert "unencrypted" not in output
    assert "Not known: From which addresses mail leaves is not known: localhost has none in the Internet." in output
    assert f"Right: SPF: example.org allows {V4} to send." in said(host="mail.example.org")


def test_a_domain_in_our_letters_is_asked_about_as_it_is_mailed(zone: Zone, said: Said, settings: Settings) -> None:
    settings.DEFAULT_FROM_EMAIL = "news@пошта.бел"
    assert "SPF: xn--80a1acn3a.xn--90ais has no record." in said(fails=True)


# --- The server's name ---


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        ([], f"Missing: PTR: {V4} has no name."),
        (["host-14.example.net"], f"Missing: PTR: {V4} is called host-14.example.net, which does not lead back to it."),
    ],
)
def test_a_server_without_a_name_of_its_own(zone: Zone, said: Said, names: list[str], sentence: str) -> None:
    zone[PTR] = names
    assert sentence in said(fails=True)


def test_every_address_of_the_server_is_looked_at(zone: Zone, said: Said) -> None:
    zone["mail.example.org", "AAAA"] = [V6]
    output = said(fails=True)
    assert f"Missing: PTR: {V6} has no name." in output
    assert f"Missing: SPF: example.org does not allow {V6} to send (fail). Add ip6:{V6} to its record." in output


def test_of_a_provider_s_server_less_is_asked(zone: Zone, said: Said, settings: Settings) -> None:
    settings.EMAIL_HOST = "smtp.provider.net"
    zone["smtp.provider.net", "A"] = ["93.184.215.99"]
    output = said()
    assert "PTR" not in output
    assert "Worth mending: SPF: example.org does not name 93.184.215.99 of smtp.provider.net (fail)." in output


# --- SPF ---


def _spf(zone: Zone, record: str, ip: str = V4) -> str:
    zone[SPF] = [record]
    try:
        return str(spf.Check(Names(zone), ip_address(ip), "news@example.org").result("example.org"))
    except spf.PermError as error:
        return str(error)


@pytest.mark.parametrize(
    ("record", "result"),
    [
        ("v=spf1", "neutral"),
        ("v=spf10 -all", "none"),
        ("v=spf1 ~all", "softfail"),
        ("V=SPF1 +IP4:93.184.215.0/24 -ALL", "pass"),
        ("v=spf1 ip6:2606:2800:21f::/48 ?all", "neutral"),
        ("v=spf1 mx -all", "pass"),
        ("v=spf1 a:mail.example.org -all", "pass"),
        ("v=spf1 a:other.example.org/24 -all", "pass"),
        ("v=spf1 a:other.example.org -all", "fail"),
        ("v=spf1 include:spf.provider.net -all", "pass"),
        ("v=spf1 -include:spf.provider.net +all", "fail"),
        ("v=spf1 include:closed.provider.net -all", "fail"),
        ("v=spf1 redirect=spf.provider.net", "pass"),
        ("v=spf1 -all redirect=spf.provider.net", "fail"),
        ("v=spf1 exists:%{ir}.%{v}.allowed.provider.net -all", "pass"),
        ("v=spf1 exists:%{l}.%{d2}.people.provider.net -all", "pass"),
        ("v=spf1 exists:a%%b.provider.net -all", "pass"),
        ("v=spf1 mx:many.provider.net -all", "many.provider.net has more than 10 mail exchangers"),
        ("v=spf1 ptr -all", "fail"),
        ("v=spf1 unknown=modifier exp=why.example.org -all", "fail"),
        ("v=spf1 include:nothing.provider.net -all", "it includes nothing.provider.net, which has no record"),
        ("v=spf1 redirect=nothing.provider.net", "it redirects to nothing.provider.net, which has no record"),
        ("v=spf1 ip4:93.184.215 -all", "“93.184.215” is no address"),
        ("v=spf1 a/99 a:mail.example.org/99 -all", "“93.184.215.14/99” is no address"),
        ("v=spf1 ipv4:93.184.215.14 -all", "“ipv4:93.184.215.14” is no part of a record"),
        ("v=spf1 include:example.org -all", "it needs more than 10 questions to the DNS"),
        ("v=spf1 a:x.test a:y.test a:z.test -all", "more than 2 of the names in it do not exist"),
    ],
)
def test_spf_is_evaluated_as_receivers_do(zone: Zone, record: str, result: str) -> None:
    zone["other.example.org", "A"] = ["93.184.215.200"]
    zone["spf.provider.net", "TXT"] = [f"v=spf1 ip4:{V4} -all"]
    zone["closed.provider.net", "TXT"] = ["v=spf1 -all"]
    zone["14.215.184.93.in-addr.allowed.provider.net", "A"] = ["127.0.0.2"]
    zone["news.example.org.people.provider.net", "A"] = ["127.0.0.2"]
    zone["a%b.provider.net", "A"] = ["127.0.0.2"]
    zone["many.provider.net", "MX"] = [f"mx{number}.provider.net" for number in range(11)]
    assert _spf(zone, record) == result


def test_spf_knows_the_newer_addresses(zone: Zone) -> None:
    zone["example.org", "AAAA"] = [V6]
    zone["c.2.b.8.b.6.f.a.a.d.0.8.0.2.8.6.7.0.b.c.f.1.2.0.0.0.8.2.6.0.6.2.ip6.provider.net", "A"] = ["127.0.0.2"]
    assert _spf(zone, "v=spf1 a//64 -all", V6) == "pass"
    assert _spf(zone, "v=spf1 exists:%{ir}.%{v}.provider.net -all", V6) == "pass"
    assert _spf(zone, f"v=spf1 ip4:{V4} -all", V6) == "fail"


@pytest.mark.parametrize(
    ("records", "sentence"),
    [
        ([], f"Missing: SPF: example.org has no record. Publish a TXT record there, like “v=spf1 ip4:{V4} -all”."),
        (["v=spf1 -all"], f"Missing: SPF: example.org does not allow {V4} to send (fail). Add ip4:{V4} to its record."),
        (["v=spf1 a", "v=spf1 mx"], "Missing: SPF: receivers cannot make anything of the record of example.org: "),
    ],
)
def test_a_domain_that_does_not_let_our_server_send(zone: Zone, said: Said, records: list[str], sentence: str) -> None:
    zone[SPF] = records
    assert sentence in said(fails=True)


# --- DKIM ---


@pytest.mark.parametrize(
    ("record", "sentence"),
    [
        ("", "Missing: DKIM: 2026._domainkey.example.org has no key."),
        ("v=DKIM1; p=", "Missing: DKIM: the key at 2026._domainkey.example.org is revoked (its p= is empty)."),
        ("v=DKIM2; p=AAAA", "Missing: DKIM: the record at 2026._domainkey.example.org begins with v=DKIM2"),
        ("v=DKIM1; p=AAAA", "Missing: DKIM: what 2026._domainkey.example.org publishes is no key."),
        (f"v=DKIM1; p={CURVE}", "Missing: DKIM: what 2026._domainkey.example.org publishes is no key."),
        (
            f"k=rsa; h=sha256; p={TOO_SHORT}; ",
            "Missing: DKIM: the key at 2026._domainkey.example.org is shorter",
        ),
        ("v=DKIM1; k=ed25519; p=AAAA", "Missing: DKIM: what 2026._domainkey.example.org publishes is no key."),
    ],
)
def test_a_key_with_which_no_signature_counts(zone: Zone, said: Said, record: str, sentence: str) -> None:
    zone[DKIM] = [record] if record else []
    assert sentence in said(fails=True)


def test_a_key_that_could_be_better(zone: Zone, said: Said, keys: dict[int, str]) -> None:
    zone[DKIM] = [f"k=rsa; t=y; p={keys[1024]}"]
    output = said()
    assert "Worth mending: DKIM: the key at 2026._domainkey.example.org has 1024 bits." in output
    assert "only tested (t=y)" in output
    zone[DKIM] = [f"v=DKIM1; k=ed25519; p={base64.b64encode(bytes(32)).decode()}"]
    assert "Worth mending: DKIM: 2026._domainkey.example.org has an Ed25519 key" in said()


def test_without_a_selector_the_key_is_not_known(zone: Zone, said: Said, settings: Settings) -> None:
    settings.DKIM_SELECTOR = ""
    assert "Not known: DKIM: DKIM_SELECTOR is not set." in said()


# --- DMARC and alignment ---


@pytest.mark.parametrize(
    ("records", "sentence"),
    [
        ([], "Missing: DMARC: example.org has no record."),
        (["v=spf1 -all"], "Missing: DMARC: example.org has no record."),
        (
            ["v=DMARC1; p=none", "v=DMARC1; p=reject"],
            "Missing: DMARC: example.org has 2 records where it",
        ),
        (["v=DMARC1; p=keep; rua=mailto:a@b.org"], "Missing: DMARC: the record of example.org asks for “keep”"),
    ],
)
def test_a_domain_without_a_policy(zone: Zone, said: Said, records: list[str], sentence: str) -> None:
    zone[DMARC] = records
    assert sentence in said(fails=True)


def test_a_policy_that_could_be_better(zone: Zone, said: Said) -> None:
    zone[DMARC] = ["v=DMARC1; p=none"]
    output = said()
    assert "Worth mending: DMARC: example.org asks nothing of receivers (p=none)" in output
    assert "Worth mending: DMARC: nobody gets the reports about example.org." in output


def _from_below(zone: Zone, settings: Settings) -> None:
    settings.DEFAULT_FROM_EMAIL = "letters@news.example.org"
    for (name, kind), records in [*zone.items()]:
        zone[name.replace("example.org", "news.example.org"), kind] = records
    del zone["_dmarc.news.example.org", "TXT"]


def test_a_domain_has_the_policy_of_the_one_above_it(zone: Zone, said: Said, settings: Settings) -> None:
    _from_below(zone, settings)
    zone[DMARC] = ["v=DMARC1; p=none; sp=reject; rua=mailto:a@b.org"]
    assert "Right: DMARC: example.org asks receivers to reject mail that fails (p=reject)." in said()


@pytest.mark.parametrize(
    ("mode", "sentence"),
    [
        ("r", "Right: Alignment: From is at news.example.org and MAIL FROM at example.org, both below example.org."),
        ("s", "Worth mending: Alignment: From is at news.example.org and MAIL FROM at example.org, so SPF does not"),
    ],
)
def test_where_bounces_go_has_to_fit_the_sender(
    zone: Zone, said: Said, settings: Settings, mode: str, sentence: str
) -> None:
    _from_below(zone, settings)
    settings.BOUNCE_ADDRESS = "bounces@example.org"
    zone[DMARC] = [f"v=DMARC1; p=reject; aspf={mode}; rua=mailto:a@b.org"]
    assert sentence in said()


# --- MX, and a DNS that does not answer ---


@pytest.mark.parametrize(
    ("records", "sentence"),
    [
        ([""], "Missing: MX: example.org says that it takes no mail at all"),
        (["gone.example.org"], "Missing: MX: mail to example.org goes to gone.example.org, which has no address."),
        ([], "Missing: MX: example.org has neither a mail server nor an address"),
    ],
)
def test_a_domain_to_which_no_reply_arrives(zone: Zone, said: Said, records: list[str], sentence: str) -> None:
    zone[MX] = records
    assert sentence in said(fails=True)


def test_a_domain_that_takes_mail_by_its_address_alone(zone: Zone, said: Said) -> None:
    zone[MX], zone["example.org", "A"] = [], [V4]
    assert "Worth mending: MX: example.org names no mail server." in said()


def test_one_name_that_is_not_answered_leaves_the_others_known(zone: Zone, said: Said) -> None:
    zone[DMARC] = ["!"]
    output = said()
    assert "Not known: The DNS did not answer when it was asked about _dmarc.example.org (TXT)." in output
    assert "Right: MX" in output


@pytest.mark.parametrize("trouble", ["silent", "not configured"])
def test_without_a_resolver_it_says_so_in_a_sentence(
    zone: Zone, said: Said, monkeypatch: pytest.MonkeyPatch, trouble: str
) -> None:
    monkeypatch.undo()

    def silent(*_args: object, **_named: object) -> None:
        raise dns.exception.Timeout

    def not_configured(*_args: object) -> None:
        raise dns.resolver.NoResolverConfiguration

    if trouble == "silent":
        monkeypatch.setattr(dns.resolver.Resolver, "resolve", silent)
    else:
        monkeypatch.setattr(dns.resolver.Resolver, "read_resolv_conf", not_configured)
    assert "Not known: The DNS cannot be asked from here: " in said()


@pytest.mark.parametrize(
    ("kind", "records", "answer"),
    [
        ("A", [V4], [V4]),
        ("AAAA", [V6], [V6]),
        ("TXT", ['"v=DKIM1; p=AB" "CD"'], ["v=DKIM1; p=ABCD"]),
        ("MX", ["20 second.example.org.", "10 first.example.org."], ["first.example.org", "second.example.org"]),
        ("MX", ["0 ."], [""]),
        ("PTR", ["mail.example.org."], ["mail.example.org"]),
    ],
)
def test_records_are_read_as_the_checks_want_them(
    monkeypatch: pytest.MonkeyPatch, kind: str, records: list[str], answer: list[str]
) -> None:
    found = dns.rrset.from_text_list("example.org.", 60, "IN", kind, records)
    monkeypatch.setattr(dns.resolver.Resolver, "resolve", lambda *_args: found)
    assert SystemResolver().ask("example.org", kind) == answer


@pytest.mark.parametrize("error", [dns.resolver.NXDOMAIN, dns.resolver.NoAnswer, dns.resolver.NoNameservers])
def test_what_does_not_exist_is_told_from_what_is_not_answered(
    monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    def fail(*_args: object) -> None:
        raise error.__new__(error)

    monkeypatch.setattr(dns.resolver.Resolver, "resolve", fail)
    if error is dns.resolver.NoNameservers:
        with pytest.raises(Unanswered):
            SystemResolver().ask("example.org", "A")
    else:
        assert SystemResolver().ask("example.org", "A") == []
