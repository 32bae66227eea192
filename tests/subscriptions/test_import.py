"""A list of addresses at the desk: looked at first, and its people asked, never subscribed."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.core.mail import EmailMultiAlternatives
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from commentaries.roles import NEWSLETTER_MANAGER
from subscriptions import links, subscribing
from subscriptions.addresses import lookup_of
from subscriptions.lists import importing, reading
from subscriptions.models import SignUp, Subscriber, Suppression
from tests.commentaries.desk import desk
from tests.factories import make_section, make_sign_up, make_subscriber, make_user

pytestmark = pytest.mark.django_db
URL = "/admin/subscriptions/subscriber/import/"


@pytest.fixture
def manager() -> Client:
    return desk(make_user("manager", NEWSLETTER_MANAGER, interface_language="en"))


def _file(content: str | bytes) -> BytesIO:
    file = BytesIO(content.encode() if isinstance(content, str) else content)
    file.name = "readers.csv"
    return file


def _look(client: Client, content: str | bytes, language: str = "be") -> Any:
    return client.post(URL, {"file": _file(content), "language": language})


def _sealed(response: Any) -> str:
    return str(response.context["sealed"])


def _ask(client: Client, content: str | bytes) -> Any:
    return client.post(URL, {"sealed": _sealed(_look(client, content))})


def _counts(response: Any) -> tuple[int, int, int, int]:
    plan = response.context["plan"]
    return plan.new, plan.known, plan.suppressed, plan.found.number_broken


def _text(response: Any) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


def test_a_look_says_what_would_happen_and_writes_nothing(manager: Client) -> None:
    make_subscriber("known@example.org")
    make_sign_up("asked@example.org", sent_at=timezone.now())
    Suppression.objects.suppress(lookup_of("bounced@example.org"), Suppression.Reason.BOUNCE)
    people = ["new", "other", "known", "asked", "bounced", "NEW"]
    content = "email\n" + "\n".join(f"{name}@example.org" for name in people) + "\nbroken\n"
    with CaptureQueriesContext(connection) as queries:
        response = _look(manager, content)
    assert _counts(response) == (2, 2, 1, 1)
    assert response.context["plan"].found.repeated == 1
    assert "Ask 2 people" in _text(response)
    assert not [one["sql"] for one in queries if re.match("INSERT|UPDATE|DELETE", one["sql"])]


def test_the_page_holds_no_address_that_can_be_read(manager: Client) -> None:
    response = _look(manager, "address\nreader@readers.test\n@readers.test\n")
    assert "readers.test" not in response.content.decode()
    assert "no-store" in response["Cache-Control"]


def test_whoever_is_new_is_asked_and_is_no_subscriber_before_the_button(
    manager: Client, client: Client, work: Callable[[], list[EmailMultiAlternatives]]
) -> None:
    section = make_section("economy")
    response = _ask(manager, "address,language,sections\nreader@example.org,ru,economy\n")
    assert "1 person from the list is asked by mail" in _text(manager.get(response["Location"]))
    assert not Subscriber.objects.exists()
    [message] = work()
    assert message.to == ["reader@example.org"]
    client.post(f"/ru/subscription/confirm/{links.confirm_token(SignUp.objects.get().pk)}/")
    subscriber = Subscriber.objects.get()
    assert (subscriber.language, [*subscriber.sections.all()]) == ("ru", [section])


def test_who_is_known_keeps_their_wishes(manager: Client) -> None:
    economy = make_section("economy")
    make_subscriber("known@example.org", language="be")
    make_sign_up("asked@example.org", language="be")
    _ask(manager, "address,language,sections\nknown@example.org,en,economy\nasked@example.org,en,economy\nx@y.org,,")
    assert Subscriber.objects.get().language == "be"
    assert not economy.subscribers.exists()
    assert SignUp.objects.get(lookup=lookup_of("asked@example.org")).language == "be"


@pytest.mark.parametrize("reason", Suppression.Reason.values)
def test_who_is_suppressed_is_not_asked(manager: Client, reason: str) -> None:
    Suppression.objects.suppress(lookup_of("gone@example.org"), Suppression.Reason(reason))
    _ask(manager, "address\ngone@example.org\nnew@example.org\n")
    assert [row.lookup for row in SignUp.objects.all()] == [lookup_of("new@example.org")]


def test_who_has_left_is_not_asked_again(manager: Client, client: Client) -> None:
    subscriber = make_subscriber("gone@example.org")
    client.post(f"/en/subscription/leave/{links.leave_token(subscriber.token_id)}/")
    assert _counts(_look(manager, "address\ngone@example.org\n")) == (0, 0, 1, 0)


def test_who_did_not_want_to_be_asked_is_not_asked_again(manager: Client, client: Client) -> None:
    _ask(manager, "address\nreader@example.org\n")
    client.post(f"/en/subscription/leave/{links.leave_token(SignUp.objects.get().pk)}/")
    assert _counts(_look(manager, "address\nreader@example.org\n")) == (0, 0, 1, 0)


def test_who_was_erased_at_the_desk_is_not_asked_again(manager: Client) -> None:
    pk = make_subscriber("gone@example.org").pk
    manager.post(f"/admin/subscriptions/subscriber/{pk}/delete/", {"post": "yes"})
    assert _counts(_look(manager, "address\ngone@example.org\n")) == (0, 0, 1, 0)


def test_the_address_that_somebody_moved_from_is_not_asked(manager: Client, client: Client) -> None:
    sign_up = make_sign_up("new@example.org", moves=make_subscriber("old@example.org"), sent_at=timezone.now())
    client.post(f"/en/subscription/confirm/{links.confirm_token(sign_up.pk)}/")
    assert _counts(_look(manager, "address\nold@example.org\nnew@example.org\n")) == (0, 1, 1, 0)


def test_who_has_left_comes_back_by_their_own_sign_up(manager: Client, client: Client) -> None:
    subscribing.forget([lookup_of("reader@example.org")])
    sign_up = make_sign_up("reader@example.org", sent_at=timezone.now())
    client.post(f"/en/subscription/confirm/{links.confirm_token(sign_up.pk)}/")
    assert _counts(_look(manager, "address\nreader@example.org\n")) == (0, 1, 0, 0)


def test_who_leaves_between_the_look_and_the_button_is_not_asked(manager: Client) -> None:
    sealed = _sealed(_look(manager, "address\nreader@example.org\nother@example.org\n"))
    subscribing.forget([lookup_of("reader@example.org")])
    manager.post(URL, {"sealed": sealed})
    assert SignUp.objects.get().lookup == lookup_of("other@example.org")


def test_a_second_press_of_the_button_asks_nobody_twice(manager: Client) -> None:
    sealed = _sealed(_look(manager, "address\nreader@example.org\n"))
    manager.post(URL, {"sealed": sealed})
    SignUp.objects.update(sent_at=timezone.now())
    response = manager.post(URL, {"sealed": sealed}, follow=True)
    assert "Nobody on the list is new" in _text(response)
    assert SignUp.objects.count() == 1


def test_it_is_all_or_nothing(manager: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    make_section("economy")
    sealed = _sealed(_look(manager, "address,sections\nreader@example.org,economy\n"))
    insert = importing.insert

    def killed(model: Any, *rest: Any) -> None:
        if model is not SignUp:
            raise KeyboardInterrupt
        insert(model, *rest)

    monkeypatch.setattr(importing, "insert", killed)
    with pytest.raises(KeyboardInterrupt):
        manager.post(URL, {"sealed": sealed})
    assert not SignUp.objects.exists()


def test_the_mails_of_a_list_leave_room_for_those_who_sign_up(manager: Client) -> None:
    _ask(manager, "address\n" + "\n".join(f"reader{number}@example.org" for number in range(30)))
    due = [*SignUp.objects.order_by("next_attempt_at").values_list("next_attempt_at", flat=True)]
    assert due[-1] - due[0] == 29 * importing.EACH
    assert SignUp.objects.due().count() < 30
    page = _text(manager.get(URL))
    assert "30 such mails have still to go out" in page


def test_who_signs_up_does_not_wait_for_their_turn_on_the_list(manager: Client) -> None:
    _ask(manager, "address\n" + "\n".join(f"reader{number}@example.org" for number in range(60)))
    SignUp.objects.ask("reader59@example.org", "en")
    assert SignUp.objects.due().filter(lookup=lookup_of("reader59@example.org")).exists()


def test_what_was_done_is_logged_without_an_address(manager: Client) -> None:
    _ask(manager, "address\nreader@example.org\nother@example.org\n")
    entry = LogEntry.objects.get()
    assert entry.change_message == "2 people from the list are asked by mail whether they want the newsletter."
    assert "example.org" not in str([*LogEntry.objects.values()])


@pytest.mark.parametrize("change", ["other person", "a day later", "forged", "nothing of ours"])
def test_what_is_sent_back_is_what_was_looked_at(manager: Client, monkeypatch: pytest.MonkeyPatch, change: str) -> None:
    sealed = _sealed(_look(manager, "address\nreader@example.org\n"))
    if change == "other person":
        manager = desk(make_user("other", NEWSLETTER_MANAGER, interface_language="en"))
    elif change == "a day later":
        later = timezone.now() + timedelta(days=1, minutes=1)
        monkeypatch.setattr("cryptography.fernet.time.time", later.timestamp)
    else:
        other = "B" if sealed[-9] == "A" else "A"
        sealed = f"{sealed[:-9]}{other}{sealed[-8:]}" if change == "forged" else make_subscriber().address.ciphertext
    response = manager.post(URL, {"sealed": sealed})
    assert "This page is too old. Choose the file again." in _text(response)
    assert not SignUp.objects.exists()


def test_a_file_of_addresses_never_reaches_the_disk(
    manager: Client, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 10
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path / "nowhere"
    assert _counts(_look(manager, "address\nreader@example.org\n")) == (1, 0, 0, 0)


def test_a_file_that_is_too_large_is_refused_in_a_sentence(manager: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("subscriptions.admin.list_forms.MOST_SENT", 100)
    monkeypatch.setattr("subscriptions.admin.lists.MOST_SENT", 100)
    assert "The file is larger than 10 MB." in _text(_look(manager, "address\nreader@example.org\n"))


def test_too_many_rows_are_refused_in_a_sentence(manager: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_ROWS", 2)
    assert _counts(_look(manager, "address\na@example.org\nb@example.org\n")) == (2, 0, 0, 0)
    page = _text(_look(manager, "address\na@example.org\nb@example.org\nc@example.org\n"))
    assert "The file has more than 2 rows. Split it into several." in page


def test_more_than_a_form_sends_back_is_refused_in_a_sentence(manager: Client, settings: Settings) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 64 * 1024 + 100
    page = _text(_look(manager, "address\nreader@example.org\n"))
    assert "The file holds too much for one import. Split it into several." in page


def test_without_a_file_it_says_what_is_missing(manager: Client) -> None:
    assert "Choose a file." in _text(manager.post(URL, {"language": "be"}))


def test_nothing_is_taken_from_another_site_s_form() -> None:
    client = Client(enforce_csrf_checks=True)
    user = make_user("manager", NEWSLETTER_MANAGER)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    assert _look(client, "address\nreader@example.org\n").status_code == 403


def test_the_number_of_statements_stays_the_same(manager: Client) -> None:
    numbers = []
    for many in (3, 60):
        content = "address\n" + "\n".join(f"reader{many}.{number}@example.org" for number in range(many))
        with CaptureQueriesContext(connection) as looking:
            sealed = _sealed(_look(manager, content))
        with CaptureQueriesContext(connection) as asking:
            manager.post(URL, {"sealed": sealed})
        numbers.append((len(looking), len(asking)))
    assert numbers[0] == numbers[1]
