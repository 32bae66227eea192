"""Suppressed addresses at the desk."""

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.messages import get_messages
from django.test import Client

from commentaries.roles import NEWSLETTER_MANAGER
from subscriptions.addresses import lookup_of
from subscriptions.models import Delivery, SignUp, Subscriber, Suppression
from tests.commentaries.desk import desk
from tests.factories import make_sign_up, make_subscriber, make_suppression, make_user
from tests.subscriptions.bounces.samples import READER
from tests.subscriptions.bounces.sent import send

pytestmark = pytest.mark.django_db
LIST = "/admin/subscriptions/suppression/"


@pytest.fixture
def manager() -> Client:
    return desk(make_user("", NEWSLETTER_MANAGER, interface_language="en"))


def _post(client: Client, deed: str, address: str = READER) -> str:
    response = client.post(f"{LIST}{deed}/", {"address": address})
    assert response.status_code == 302, response.context["form"].errors
    return str([*get_messages(response.wsgi_request)][-1])


def test_the_list_says_how_many_and_why_and_shows_no_address(manager: Client) -> None:
    shown = make_suppression(READER)
    make_suppression("other@example.org", reason="complaint")
    for path in (LIST, f"{LIST}?reason__exact=bounce", f"{LIST}{shown.pk}/change/"):
        page = manager.get(path).content.decode()
        assert "its mailbox does not exist or refuses our mail" in page
        assert "reader@" not in page
        assert shown.lookup not in page
    assert manager.get(LIST).context["counts"] == [
        ("its mailbox does not exist or refuses our mail", 1),
        ("its owner called our mail spam", 1),
        ("our newsletter manager decided so", 0),
    ]


@pytest.mark.parametrize("query", ["lookup__startswith=a", "lookup=a", "since__year=2022", "reason__exact=%00"])
def test_the_list_is_not_narrowed_down_by_what_it_does_not_show(manager: Client, query: str) -> None:
    make_suppression()
    assert manager.get(f"{LIST}?{query}").status_code == 400


def test_the_menu_leads_there(manager: Client) -> None:
    assert f'href="{LIST}"' in manager.get("/admin/").content.decode()


def test_to_suppress_an_address_erases_its_subscriber_and_calls_off_their_mail(manager: Client) -> None:
    waiting = send(make_subscriber(READER), state="pending")
    make_sign_up(READER)
    assert _post(manager, "suppress", " Reader@EXAMPLE.org ") == "The address is suppressed: we write to it no more."
    assert Suppression.objects.get().reason == "manual"
    assert not Subscriber.objects.exists()
    assert not SignUp.objects.exists()
    waiting.refresh_from_db()
    assert waiting.state == Delivery.State.SUPPRESSED


def test_pressed_twice_it_says_so(manager: Client) -> None:
    _post(manager, "suppress")
    assert _post(manager, "suppress") == "This address is suppressed already. Nothing was changed."
    assert Suppression.objects.count() == 1


def test_the_manager_makes_a_bounce_final(manager: Client) -> None:
    make_suppression(READER)
    _post(manager, "suppress")
    assert Suppression.objects.get().reason == "manual"


def test_to_lift_a_suppression_says_whether_there_was_one(manager: Client) -> None:
    make_suppression(READER, reason="complaint")
    make_suppression("other@example.org")
    assert _post(manager, "lift") == "The suppression is lifted. Whoever owns the address can sign up again."
    assert _post(manager, "lift") == "This address is not suppressed. Nothing was changed."
    assert Suppression.objects.get().lookup == lookup_of("other@example.org")


@pytest.mark.parametrize("deed", ["suppress", "lift"])
def test_what_is_no_address_is_said_and_kept_in_the_field(manager: Client, deed: str) -> None:
    response = manager.post(f"{LIST}{deed}/", {"address": "reader@"})
    page = response.content.decode()
    assert response.status_code == 200
    assert "This is not a complete e-mail address." in page
    assert 'value="reader@"' in page
    assert "Please type an e-mail address." in manager.post(f"{LIST}{deed}/", {"address": ""}).content.decode()


def test_the_log_of_the_desk_holds_no_address(manager: Client) -> None:
    _post(manager, "suppress")
    _post(manager, "lift")
    assert "example.org" not in str([*LogEntry.objects.values()])


def test_a_suppression_is_not_deleted_in_passing(manager: Client) -> None:
    row = make_suppression()
    manager.post(LIST, {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"})
    assert Suppression.objects.exists()
