import pytest
from django.test import Client, RequestFactory
from pytest_django import Settings

from commentaries.roles import EDITOR
from config.middleware import client_address
from tests.factories import make_user


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "203.0.113.7", "192.0.2.1"),
        (1, "203.0.113.7", "203.0.113.7"),
        (1, "10.0.0.1, 203.0.113.7", "203.0.113.7"),
        (2, "203.0.113.7, 198.51.100.2", "203.0.113.7"),
        (2, "203.0.113.7", "192.0.2.1"),
        (1, "", "192.0.2.1"),
    ],
)
def test_an_address_is_believed_only_from_our_own_proxies(
    settings: Settings, proxies: int, forwarded: str, address: str
) -> None:
    settings.PROXY_COUNT = proxies
    request = RequestFactory().get("/", REMOTE_ADDR="192.0.2.1", HTTP_X_FORWARDED_FOR=forwarded)
    assert client_address(request) == address


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("chosen", "browser", "greeting"),
    [("be", "en", "Выпускі"), ("ru", "en", "Выпуски"), ("", "be", "Выпускі"), ("en", "ru", "Issues")],
)
def test_the_desk_speaks_its_users_language(client: Client, chosen: str, browser: str, greeting: str) -> None:
    user = make_user("editor", EDITOR, interface_language=chosen)
    client.force_login(user)
    page = client.get("/admin/", headers={"accept-language": browser}).content.decode()
    assert greeting in page
