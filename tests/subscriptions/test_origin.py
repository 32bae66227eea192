"""Requests that no browser sends from our pages get an answer all the same."""

import pytest
from django.test import Client
from django.utils import timezone

from subscriptions import links
from subscriptions.models import SignUp, Subscriber
from tests.factories import make_sign_up, make_subscriber

pytestmark = pytest.mark.django_db
WISH = {"address": "reader@example.org", "language": "be"}
ODD_CHARSETS = ["unicode_escape", "rot13", "idna", "zlib", "undefined", "utf-16", "latin-1", "nonexistent"]
BODIES = {
    "application/x-www-form-urlencoded": b"address=reader%40example.org&language=be",
    "multipart/form-data; boundary=b": b'--b\r\nContent-Disposition: form-data; name="address"\r\n\r\n'
    b'a@\\ud800x.org\r\n--b\r\nContent-Disposition: form-data; name="language"\r\n\r\nbe\r\n--b--\r\n',
}


@pytest.mark.parametrize("origin", ["http://[", "http://[::1", "http://℀.com", "", "evil"])
def test_an_origin_that_is_no_address_is_foreign(client: Client, origin: str) -> None:
    assert client.post("/en/subscribe/", WISH, headers={"Origin": origin}).status_code == 403
    assert not SignUp.objects.exists()


def _send(path: str, kind: str, charset: str) -> int:
    """Past the test client's own encoding, and as a reader would get it: not an exception, but a page."""
    client = Client(raise_request_exception=False)
    return client.generic("POST", path, BODIES[kind], content_type=f"{kind}; charset={charset}").status_code


@pytest.mark.parametrize("kind", BODIES)
@pytest.mark.parametrize("charset", ODD_CHARSETS)
def test_a_form_in_another_encoding_is_refused(kind: str, charset: str) -> None:
    confirm = f"/en/subscription/confirm/{links.confirm_token(make_sign_up(sent_at=timezone.now()).pk)}/"
    assert [_send(path, kind, charset) for path in ("/en/subscribe/", confirm)] == [400, 400]
    assert not SignUp.objects.filter(sent_at=None).exists()
    assert not Subscriber.objects.exists()


def test_a_form_that_says_it_is_utf_8_is_taken() -> None:
    assert _send("/en/subscribe/", "application/x-www-form-urlencoded", "UTF-8") == 303
    assert SignUp.objects.exists()


@pytest.mark.parametrize("kind", BODIES)
@pytest.mark.parametrize("charset", ODD_CHARSETS)
def test_leaving_asks_for_no_encoding_because_it_reads_no_form(kind: str, charset: str) -> None:
    path = f"/en/subscription/leave/{links.leave_token(make_subscriber().token_id)}/"
    assert _send(path, kind, charset) == 200
    assert not Subscriber.objects.exists()


@pytest.mark.parametrize(
    "query", ["?next=//evil.example", "?next=/%5Cevil.example", "?next=%0d%0aLocation:%20//evil.example"]
)
def test_nothing_leads_away_from_here(client: Client, query: str) -> None:
    sign_up, token = make_sign_up(sent_at=timezone.now()), links.leave_token(make_subscriber("b@example.org").token_id)
    confirm = f"/en/subscription/confirm/{links.confirm_token(sign_up.pk)}/"
    assert client.post(f"/en/subscribe/{query}", WISH)["Location"] == "/en/subscription/check-your-mail/"
    for path in (confirm, f"/en/subscription/leave/{token}/"):
        response = client.post(path + query)
        assert response.status_code == 200
        assert "Location" not in response
        assert b'href="//evil' not in response.content


@pytest.mark.parametrize("kind", ["confirm", "leave", "preferences"])
def test_a_broken_line_in_a_link_gets_the_friendly_refusal(client: Client, kind: str) -> None:
    token = links.leave_token(make_subscriber().token_id)
    for wrong in (f"{token}%0d%0aSet-Cookie:%20a=b", f"%0a{token}", f"{token}%00"):
        assert client.post(f"/en/subscription/{kind}/{wrong}/").status_code == 410
    assert Subscriber.objects.exists()
