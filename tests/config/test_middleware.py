import pytest
from django.test import Client, RequestFactory
from pytest_django import Settings

from commentaries.roles import EDITOR
from config.middleware import NOWHERE, client_address
from tests.factories import make_commentary, make_user


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "203.0.113.7", "192.0.2.1"),
        (1, "203.0.113.7", "203.0.113.7"),
        (1, "10.0.0.1, 203.0.113.7", "203.0.113.7"),
        (2, "203.0.113.7, 198.51.100.2", "203.0.113.7"),
        (2, "203.0.113.7", "192.0.2.1"),
        (1, "", "192.0.2.1"),
        (1, "203.0.113.7:5678", "203.0.113.7"),
        (1, "unknown", NOWHERE),
        (1, "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        (1, "[2001:db8:1:2::9]:443", "2001:db8:1:2::"),
        (1, "[2001:db8:1:2::9]", "2001:db8:1:2::"),
        (1, "::ffff:203.0.113.7", "203.0.113.7"),
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


@pytest.mark.django_db
@pytest.mark.parametrize("header", ["user-agent", "accept"])
def test_a_wrong_password_counts_whatever_the_browser_calls_itself(client: Client, header: str) -> None:
    make_user("editor", EDITOR)
    for _guess in range(5):
        client.post("/admin/login/", {"username": "editor", "password": "wrong"}, headers={header: "a\0b"})
    response = client.post("/admin/login/", {"username": "editor", "password": "correct horse"})
    assert response.status_code == 429


@pytest.mark.django_db
def test_a_caller_without_an_address_is_slowed_down_too(client: Client) -> None:
    make_user("editor", EDITOR)
    for _guess in range(5):
        client.post("/admin/login/", {"username": "editor", "password": "wrong"}, REMOTE_ADDR="")
    response = client.post("/admin/login/", {"username": "editor", "password": "correct horse"}, REMOTE_ADDR="")
    assert response.status_code == 429


# --- Compression ----------------------------------------------------------------------------------------------------

BROWSER = {"Accept-Encoding": "gzip"}


@pytest.mark.django_db
def test_a_readers_page_crosses_the_network_compressed(client: Client) -> None:
    response = client.get("/be/about/", headers=BROWSER)
    assert response.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in response.headers["Vary"]
    assert len(response.content) < len(client.get("/be/about/").content) / 2


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/admin/login/", "/be/subscribe/", "/be/preview/nothing/", "/be/nothing/"])
def test_a_page_that_may_hold_a_secret_is_not_compressed(client: Client, path: str) -> None:
    assert "Content-Encoding" not in client.get(path, headers=BROWSER).headers


@pytest.mark.django_db
def test_a_feed_that_was_compressed_is_not_sent_twice(client: Client) -> None:
    make_commentary()
    first = client.get("/be/feed.atom", headers=BROWSER)
    assert first.headers["Content-Encoding"] == "gzip"
    again = client.get("/be/feed.atom", headers=BROWSER | {"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.django_db
@pytest.mark.parametrize("length", ["20000000", "many"])
def test_a_stranger_may_not_send_large_files(client: Client, length: str) -> None:
    answer = client.post("/en/subscribe/", b"", content_type="multipart/form-data; boundary=x", CONTENT_LENGTH=length)
    assert answer.status_code == 400
    assert "too much at once" in answer.content.decode()


@pytest.mark.django_db
def test_who_is_logged_in_may(client: Client) -> None:
    client.force_login(make_user("anna", EDITOR))
    answer = client.post("/admin/", b"", content_type="multipart/form-data; boundary=x", CONTENT_LENGTH="20000000")
    assert "too much at once" not in answer.content.decode()
