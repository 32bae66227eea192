import pytest
from cryptography.fernet import InvalidToken
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import Settings

from subscriptions import rotation
from subscriptions.addresses import SealedAddress
from subscriptions.models import SignUp, Subscriber
from tests.factories import make_sign_up, make_subscriber

pytestmark = pytest.mark.django_db


def _rotate(capsys: pytest.CaptureFixture[str]) -> str:
    call_command("rotate_subscriber_key")
    return capsys.readouterr().out


@pytest.fixture
def _under_the_old_key(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rotation, "BATCH", 3)
    settings.SUBSCRIBER_KEYS = ["old"]
    for number in range(7):
        make_subscriber(f"reader{number}@example.org")
        make_sign_up(f"reader{number}@example.org", sent_at=timezone.now())
    settings.SUBSCRIBER_KEYS = ["new", "old"]


@pytest.mark.usefixtures("_under_the_old_key")
def test_afterwards_the_new_key_alone_opens_every_address(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "14 addresses were encrypted with the new key, 0 were already." in _rotate(capsys)
    settings.SUBSCRIBER_KEYS = ["new"]
    expected = {f"reader{number}@example.org" for number in range(7)}
    assert {subscriber.address.reveal() for subscriber in Subscriber.objects.all()} == expected
    assert {sign_up.address.reveal() for sign_up in SignUp.objects.all()} == expected
    settings.SUBSCRIBER_KEYS = ["old"]
    with pytest.raises(InvalidToken):
        Subscriber.objects.all()[0].address.reveal()


@pytest.mark.usefixtures("_under_the_old_key")
def test_an_interrupted_rotation_goes_on_where_it_was(capsys: pytest.CaptureFixture[str]) -> None:
    steps = rotation.reseal_all()
    for _step in range(4):
        next(steps)
    steps.close()
    assert "8 addresses were encrypted with the new key, 6 were already." in _rotate(capsys)


@pytest.mark.usefixtures("_under_the_old_key")
def test_an_address_of_a_lost_key_is_left_and_told_of(capsys: pytest.CaptureFixture[str]) -> None:
    Subscriber.objects.filter(pk=Subscriber.objects.all()[0].pk).update(address=SealedAddress("lost"))
    with pytest.raises(CommandError, match="1 addresses cannot be decrypted"):
        _rotate(capsys)
    assert Subscriber.objects.filter(address=SealedAddress("lost")).count() == 1
