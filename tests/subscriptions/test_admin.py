import re
from datetime import timedelta
from html import unescape

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.utils import timezone

from commentaries.roles import ADMINISTRATOR, ANALYST, EDITOR, NEWSLETTER_MANAGER, TRANSLATOR
from subscriptions.addresses import lookup_of
from subscriptions.models import SignUp, Subscriber
from tests.factories import make_section, make_sign_up, make_subscriber, make_user

pytestmark = pytest.mark.django_db
LIST = "/admin/subscriptions/subscriber/"


def _at_the_desk(*roles: str) -> Client:
    client = Client()
    client.force_login(make_user("", *roles, interface_language="en"), "django.contrib.auth.backends.ModelBackend")
    return client


@pytest.mark.parametrize("role", [NEWSLETTER_MANAGER, ADMINISTRATOR])
def test_the_newsletter_manager_sees_counts_and_no_address(role: str) -> None:
    subscriber = make_subscriber("reader@example.org", language="be", sections=(make_section(title_en="Ports"),))
    make_subscriber("other@example.org", language="ru")
    make_sign_up("third@example.org", sent_at=timezone.now())
    client = _at_the_desk(role)
    for path in (LIST, f"{LIST}{subscriber.pk}/change/", f"{LIST}{subscriber.pk}/delete/"):
        response = client.get(path)
        page = response.content.decode()
        assert response.status_code == 200
        assert "reader@" not in page
        assert subscriber.address.ciphertext not in page
        assert lookup_of("reader@example.org") not in page
        assert str(subscriber.token_id) not in page
    page = client.get(LIST).content.decode()
    assert "Not confirmed yet" in page
    assert "Ports" in page


@pytest.mark.parametrize("role", [ANALYST, TRANSLATOR, EDITOR])
def test_others_see_nothing_of_subscribers(role: str) -> None:
    make_subscriber()
    assert _at_the_desk(role).get(LIST).status_code == 403


def test_nobody_can_add_or_change_a_subscriber() -> None:
    subscriber = make_subscriber(language="be")
    client = _at_the_desk(NEWSLETTER_MANAGER)
    assert client.get(f"{LIST}add/").status_code == 403
    assert client.post(f"{LIST}{subscriber.pk}/change/", {"language": "ru"}).status_code == 403
    assert Subscriber.objects.get().language == "be"


def test_erasing_leaves_nothing_but_a_number_in_the_log() -> None:
    subscriber = make_subscriber()
    make_sign_up(sent_at=timezone.now())
    _at_the_desk(NEWSLETTER_MANAGER).post(f"{LIST}{subscriber.pk}/delete/", {"post": "yes"})
    assert not Subscriber.objects.exists()
    assert not SignUp.objects.exists()
    assert "example.org" not in str([*LogEntry.objects.values()])


def test_erasing_several_at_once_forgets_what_else_they_asked_for() -> None:
    gone = [make_subscriber("a@example.org").pk, make_subscriber("b@example.org").pk]
    make_sign_up("a@example.org")
    stays = make_subscriber("c@example.org")
    data = {"action": "delete_selected", "_selected_action": gone, "post": "yes"}
    _at_the_desk(NEWSLETTER_MANAGER).post(LIST, data)
    assert [*Subscriber.objects.all()] == [stays]
    assert not SignUp.objects.exists()


@pytest.mark.parametrize(
    "query",
    [
        "address__startswith=g",
        "lookup__startswith=a",
        "token_id__startswith=a",
        "consents__sign_up_id__startswith=a",
        "language__exact=%00",
        "sections__id__exact=9999999999999999999999",
        "confirmed_at__gte=2022-01-01",
        "confirmed_at__year=99999999999",
        "confirmed_at__year=9999",
        "confirmed_at__year=1",
        "confirmed_at__year=2024&confirmed_at__month=99999999999",
    ],
)
def test_the_list_is_not_narrowed_down_by_what_it_does_not_show(query: str) -> None:
    make_subscriber()
    assert _at_the_desk(NEWSLETTER_MANAGER).get(f"{LIST}?{query}").status_code == 400


def test_the_links_that_narrow_the_list_down_work() -> None:
    make_subscriber(sections=(make_section(),))
    make_subscriber("other@example.org", confirmed_at=timezone.now() - timedelta(days=800))
    client = _at_the_desk(NEWSLETTER_MANAGER)
    links = {unescape(link) for link in re.findall(r'href="(\?[^"]*)"', client.get(LIST).content.decode())}
    assert {link.partition("=")[0] for link in links} >= {"?language__exact", "?confirmed_at__year"}
    assert [client.get(LIST + link).status_code for link in links] == [200] * len(links)
