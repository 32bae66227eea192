import pytest
from django.core import serializers
from django.core.exceptions import ValidationError
from pytest_django import Settings

from subscriptions.addresses import SealedAddress, lookup_of, normalise
from subscriptions.models import Subscriber
from tests.factories import make_subscriber


@pytest.mark.parametrize(
    ("typed", "normalised"),
    [
        ("reader@Example.ORG", "reader@example.org"),
        ("Reader+weekly@example.org", "Reader+weekly@example.org"),
        ("a@пошта.бел", "a@xn--80a1acn3a.xn--90ais"),
        ("a@ПОШТА.бел", "a@xn--80a1acn3a.xn--90ais"),
        ("reader@example.test", "reader@example.test"),
    ],
)
def test_the_domain_becomes_lower_case_punycode(typed: str, normalised: str) -> None:
    assert normalise(typed) == normalised


@pytest.mark.parametrize(
    "typed",
    ["", "reader", "reader@", "@example.org", "a@localhost", "a@[127.0.0.1]", "a b@example.org", "<a@example.org>",
     "a@example.org, b@example.org", "a@example.org\r\nBcc: b@example.org", "a\nb@example.org", "a@exam\x00ple.org",
     f"{'a' * 65}@example.org", f"a@{'b' * 250}.org", "a@example..org", '"a b"@example.org'],
)  # fmt: skip
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError):
        normalise(typed)


def test_a_local_part_beyond_ascii_is_refused_in_words_of_its_own() -> None:
    with pytest.raises(ValidationError, match="before the @"):
        normalise("пошта@example.org")


def test_a_cyrillic_look_alike_stays_another_address() -> None:
    latin, cyrillic = normalise("a@exampla.org"), normalise("a@exаmplа.org")
    assert latin != cyrillic
    assert lookup_of(latin) != lookup_of(cyrillic)


def test_an_address_is_found_in_whatever_case_it_was_typed() -> None:
    assert lookup_of(normalise("Reader@Example.org")) == lookup_of(normalise("reader@example.org"))


def test_the_lookup_depends_on_its_key(settings: Settings) -> None:
    before = lookup_of("reader@example.org")
    settings.SUBSCRIBER_LOOKUP_KEY = "another"
    assert lookup_of("reader@example.org") != before


def test_a_sealed_address_shows_nothing_of_itself() -> None:
    sealed = SealedAddress.seal("reader@example.org")
    assert "reader" not in f"{sealed} {sealed!r} {sealed.ciphertext}"
    assert sealed.reveal() == "reader@example.org"
    assert SealedAddress.seal("reader@example.org") != sealed


def test_an_older_key_still_opens(settings: Settings) -> None:
    settings.SUBSCRIBER_KEYS = ["old"]
    sealed = SealedAddress.seal("reader@example.org")
    settings.SUBSCRIBER_KEYS = ["new", "old"]
    assert sealed.reveal() == "reader@example.org"
    assert not sealed.has_newest_key


@pytest.mark.django_db
def test_a_plain_address_cannot_be_stored() -> None:
    subscriber = make_subscriber()
    with pytest.raises(TypeError, match="SealedAddress"):
        Subscriber.objects.filter(pk=subscriber.pk).update(address="reader@example.org")


@pytest.mark.django_db
def test_dumping_and_loading_data_keeps_addresses_sealed() -> None:
    make_subscriber()
    dumped = serializers.serialize("json", Subscriber.objects.all())
    Subscriber.objects.all().delete()
    for row in serializers.deserialize("json", dumped):
        row.save()
    assert "reader" not in dumped
    assert Subscriber.objects.get().address.reveal() == "reader@example.org"
