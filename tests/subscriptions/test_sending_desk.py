"""The newsletter of an issue at the desk before it is on its way: who gets it, the mail, a test, the start."""

import smtplib
from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any
from unittest import mock

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.db import connection
from django.test import Client
from django.utils import timezone

from commentaries.admin.status import moment
from commentaries.models import Issue, User
from commentaries.publishing import withdraw
from commentaries.roles import ADMINISTRATOR, ANALYST, EDITOR, NEWSLETTER_MANAGER, TRANSLATOR
from subscriptions.models import Delivery, Sending, Subscriber
from subscriptions.newsletter import sending as deeds
from tests.commentaries.desk import desk
from tests.factories import (
    MONDAY,
    make_commentary,
    make_issue,
    make_publication,
    make_section,
    make_subscriber,
    make_suppression,
    make_user,
)
from tests.subscriptions.sendings import start

pytestmark = pytest.mark.django_db
LIST = "/admin/subscriptions/sending/"


@pytest.fixture
def issue() -> Issue:
    """Published an hour ago, with a commentary of the section "ports" whose trend has not changed."""
    make_publication()
    ports = make_section("ports")
    make_commentary(make_issue(MONDAY - timedelta(weeks=1)), ports)
    issue = make_issue(published_at=timezone.now() - timedelta(hours=1))
    make_commentary(issue, ports)
    return issue


def editor(name: str = "Vilma", role: str = EDITOR, **fields: Any) -> Client:
    return desk(make_user(name, role, interface_language="en", **fields))


def address(issue: Issue, deed: str = "") -> str:
    return f"{LIST}{issue.pk}/{deed}"


def page(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def number_of(words: str, text: str) -> str:
    """What stands below a heading of the figures."""
    return text.split(f"<dt>{words}</dt><dd>")[1].partition("</dd>")[0]


# --- Who would get it ---


def test_the_page_says_how_many_would_get_it_in_each_language(issue: Issue) -> None:
    make_subscriber("a@example.org", language="be")
    make_subscriber("b@example.org", language="be")
    make_subscriber("c@example.org", language="en")
    text = page(editor(), address(issue))
    assert [number_of(words, text) for words in ("Belarusian", "Russian", "English", "Together")] == [
        "2",
        "0",
        "1",
        "3",
    ]


def test_the_page_says_how_many_would_not_get_it_and_why(issue: Issue) -> None:
    make_subscriber("paused@example.org", paused_at=timezone.now())
    make_subscriber("back@example.org", paused_at=timezone.now(), paused_until=timezone.localdate())
    make_subscriber("elsewhere@example.org", sections=(make_section("roads"),))
    make_subscriber("changes@example.org", cadence="trend_changes")
    make_subscriber("bounced@example.org")
    make_suppression("bounced@example.org")
    text = page(editor(), address(issue))
    assert number_of("Together", text) == "1"
    assert "1 – have paused" in text
    assert "2 – have nothing in this issue" in text
    assert "1 – have an address that gets nothing any more" in text


def test_the_page_asks_as_much_of_the_database_of_few_subscribers_as_of_many(
    issue: Issue, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    client, numbers = editor(), []
    for name in ("a", "b", "c"):
        make_subscriber(f"{name}@example.org", sections=(make_section(name),))
        make_suppression(f"{name}.gone@example.org")
        with django_assert_max_num_queries(60) as queries:
            page(client, address(issue))
        numbers.append(len(queries))
    assert len(set(numbers)) == 1


def test_no_page_shows_an_address(issue: Issue) -> None:
    subscriber = make_subscriber("reader@example.net")
    client = editor(role=NEWSLETTER_MANAGER)
    for deed in ("", "start/", "schedule/", "mail/"):
        text = page(client, address(issue, deed))
        assert "reader@" not in text
        assert subscriber.address.ciphertext not in text
        assert str(subscriber.token_id) not in text


# --- Roles ---


@pytest.mark.parametrize("role", [EDITOR, ADMINISTRATOR, NEWSLETTER_MANAGER])
def test_those_who_send_find_it_in_the_menu_and_start_it(role: str, issue: Issue) -> None:
    make_subscriber()
    client = editor(role=role)
    assert f'href="{LIST}"' in page(client, "/admin/")
    assert address(issue) in page(client, LIST)
    assert "Start…" in page(client, address(issue))
    client.post(address(issue, "start/"))
    assert Sending.objects.get().started_by == User.objects.get(username="Vilma")


@pytest.mark.parametrize("role", [ANALYST, TRANSLATOR])
def test_others_see_nothing_of_it(role: str, issue: Issue) -> None:
    client = editor(role=role)
    assert LIST not in page(client, "/admin/")
    assert LIST not in page(client, f"/admin/commentaries/issue/{issue.pk}/change/")
    assert client.get(LIST).status_code == client.get(address(issue)).status_code == 403


def test_who_may_only_look_sees_the_page_and_no_button(issue: Issue) -> None:
    make_subscriber()
    user = make_user("Anna", interface_language="en")
    user.user_permissions.add(Permission.objects.get(codename="view_sending"))
    text = page(desk(user), address(issue))
    assert number_of("Together", text) == "1"
    assert "Start…" not in text
    assert "Send a test to me" not in text
    assert desk(user).post(address(issue, "start/")).status_code == 403


def test_the_page_of_an_issue_leads_to_its_newsletter(issue: Issue) -> None:
    text = page(editor(), f"/admin/commentaries/issue/{issue.pk}/change/")
    assert f'<a href="{address(issue)}">' in text
    assert "(not started)" in text


@pytest.mark.parametrize("number", [0, 10**30])
def test_an_issue_that_does_not_exist_has_no_newsletter(number: int) -> None:
    assert editor().get(f"{LIST}{number}/").status_code == 404


# --- The mail as it will look ---


@pytest.mark.parametrize(("language", "title"), [("be", "Загаловак"), ("ru", "Заголовок"), ("en", "A headline")])
@pytest.mark.parametrize("look", ["light", "dark", "text"])
def test_the_mail_is_shown_in_each_language_and_look(issue: Issue, language: str, title: str, look: str) -> None:
    assert title in page(editor(), address(issue, f"mail/?language={language}&look={look}"))


def test_the_mail_is_dark_or_light_whatever_this_browser_prefers(issue: Issue) -> None:
    client = editor()
    assert "@media all" in page(client, address(issue, "mail/?look=dark"))
    assert "@media not all" in page(client, address(issue, "mail/?look=light"))


def test_the_discreet_mail_has_another_sender_and_subject(issue: Issue) -> None:
    client = editor()
    assert "The Weekly &lt;" in page(client, address(issue))
    assert "Information &lt;" in page(client, address(issue, "?discreet=1"))


def test_the_mail_stands_in_a_frame_that_can_do_nothing(issue: Issue) -> None:
    client = editor()
    assert "frame-src 'self'" in client.get(address(issue))["Content-Security-Policy"]
    response = client.get(address(issue, "mail/"))
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox allow-popups allow-popups-to-escape-sandbox" in policy
    assert "script-src" not in policy
    assert response["X-Frame-Options"] == "SAMEORIGIN"
    assert "no-store" in response["Cache-Control"]


def test_what_an_address_asks_for_and_does_not_exist_is_the_usual_mail(issue: Issue) -> None:
    assert "A headline" in page(editor(), address(issue, "mail/?language=xx&look=%00&discreet=maybe"))


def test_a_mail_over_102_kb_is_warned_of_before_the_start(issue: Issue) -> None:
    make_subscriber()
    client = editor()
    assert "102 KB" not in page(client, address(issue))
    issue.commentaries.update(lead_en="A long lead. " * 10_000)
    for deed in ("", "start/"):
        assert "This is more than 102 KB." in page(client, address(issue, deed))


def test_an_issue_that_readers_cannot_read_has_no_mail_yet() -> None:
    draft = make_issue(public=False)
    client = editor()
    assert "Readers cannot read this issue yet." in page(client, address(draft))
    assert client.get(address(draft, "mail/")).status_code == 404


# --- A test ---


def test_a_test_goes_at_once_to_the_accounts_own_address(issue: Issue) -> None:
    client = editor(email="vilma@example.org")
    client.post(address(issue, "test/"), {"language": "ru", "discreet": "1", "to": "other@example.org"})
    [sent] = mail.outbox
    assert isinstance(sent, EmailMultiAlternatives)
    assert sent.to == ["vilma@example.org"]
    assert "Заголовок комментария" in sent.body
    assert "Информация" in sent.from_email
    assert not Delivery.objects.exists()


def test_the_links_of_a_test_end_nobodys_subscription(issue: Issue) -> None:
    make_subscriber("vilma@example.org")
    editor(email="vilma@example.org").post(address(issue, "test/"))
    link = mail.outbox[0].extra_headers["List-Unsubscribe"].partition(">")[0].removeprefix("<")
    assert Client().post(link.removeprefix("http://127.0.0.1:8000")).status_code == 200
    assert Subscriber.objects.exists()


def test_two_tests_are_two_mails_for_a_mailbox(issue: Issue) -> None:
    client = editor()
    for _press in range(2):
        client.post(address(issue, "test/"))
    assert len({sent.extra_headers["Message-ID"] for sent in mail.outbox}) == 2


@pytest.mark.parametrize(
    ("error", "words"),
    [(smtplib.SMTPDataError(554, b"No <vilma@example.org>"), "SMTP 554"), (ConnectionRefusedError(), "ConnectionRef")],
)
def test_why_a_test_did_not_go_out_is_told_in_a_sentence(issue: Issue, error: Exception, words: str) -> None:
    with mock.patch("django.core.mail.backends.locmem.EmailBackend.send_messages", side_effect=error):
        response = editor().post(address(issue, "test/"), follow=True)
    text = response.content.decode()
    assert "The test did not go out." in text
    assert words in text
    assert "vilma@" not in text


def test_an_account_without_an_address_is_told_so(issue: Issue) -> None:
    response = editor(email="").post(address(issue, "test/"), follow=True)
    assert "Your account has no e-mail" in response.content.decode()
    assert mail.outbox == []


# --- The start ---


def test_the_start_asks_first_and_says_how_many_in_which_languages(issue: Issue) -> None:
    make_subscriber(language="ru")
    text = page(editor(), address(issue, "start/"))
    assert number_of("Russian", text) == number_of("Together", text) == "1"
    assert "cannot be taken back" in text
    assert not Sending.objects.exists()


def test_a_post_starts_it_and_the_log_says_who_did(issue: Issue) -> None:
    make_subscriber()
    response = editor().post(address(issue, "start/"), follow=True)
    assert "The newsletter is on its way." in response.content.decode()
    assert Sending.objects.get().content["commentaries"]
    assert LogEntry.objects.get().user.username == "Vilma"


def test_who_comes_second_is_told_who_started_it_and_when(issue: Issue) -> None:
    make_subscriber()
    editor("Ales").post(address(issue, "start/"))
    second = editor("Vilma")
    for answer in (
        second.get(address(issue, "start/"), follow=True),
        second.post(address(issue, "start/"), follow=True),
    ):
        text = answer.content.decode()
        assert "it has been started already" in text
        assert "Started by Ales" in text
        assert "(Europe/Minsk)" in text
    assert LogEntry.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_editors_at_the_same_moment_start_it_once(issue: Issue) -> None:
    make_subscriber()
    clients, answers, ready = [editor("Ales"), editor("Vilma")], [], Barrier(2)

    def press(client: Client) -> None:
        ready.wait()
        answers.append(client.post(address(issue, "start/"), follow=True).content.decode())
        connection.close()

    threads = [Thread(target=press, args=[client]) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted("is on its way" in text for text in answers) == [False, True]
    assert sum("it has been started already" in text for text in answers) == 1
    assert LogEntry.objects.count() == Sending.objects.count() == 1


def test_an_issue_published_again_is_not_sent_again(issue: Issue) -> None:
    make_subscriber()
    started = start(issue).started_at
    issue.published_at = timezone.now()
    issue.save()
    response = editor().post(address(issue, "start/"), follow=True)
    assert "it has been started already" in response.content.decode()
    assert Sending.objects.get().started_at == started


def test_a_withdrawn_issue_is_not_sent(issue: Issue) -> None:
    make_subscriber()
    withdraw(issue, {"en": "Wrong."})
    client = editor()
    assert "The issue is withdrawn." in page(client, address(issue))
    assert "Readers cannot read" in client.post(address(issue, "start/")).content.decode()
    assert not Sending.objects.exists()


def test_no_start_is_offered_that_would_reach_nobody(issue: Issue) -> None:
    client = editor()
    assert "Start…" not in page(client, address(issue))
    assert "Nobody would get this newsletter." in page(client, address(issue, "start/"))


# --- By itself ---


def test_it_is_left_to_start_by_itself_and_taken_back(issue: Issue) -> None:
    client = editor()
    response = client.post(address(issue, "schedule/"), {"delay": "180"}, follow=True)
    assert issue.published_at
    assert f"It starts by itself: {moment(issue.published_at + timedelta(hours=3))}." in response.content.decode()
    assert Sending.objects.get().delay == timedelta(hours=3)
    assert 'value="180" id="id_delay_1" checked' in page(client, address(issue, "schedule/"))
    client.post(address(issue, "schedule/"), {"delay": ""})
    assert not Sending.objects.exists()


def test_before_publication_the_time_is_said_as_a_length(issue: Issue) -> None:
    draft = make_issue(MONDAY + timedelta(weeks=1), public=False)
    response = editor().post(address(draft, "schedule/"), {"delay": "15"}, follow=True)
    assert "It starts by itself 15 minutes after publication." in response.content.decode()


@pytest.mark.parametrize("delay", ["15", "nonsense", "\0"])
def test_a_time_that_has_passed_is_refused(issue: Issue, delay: str) -> None:
    response = editor().post(address(issue, "schedule/"), {"delay": delay})
    assert "This time has passed." in response.content.decode()
    assert not Sending.objects.exists()


def test_a_draft_whose_newsletter_was_taken_back_can_be_deleted() -> None:
    draft, client = make_issue(public=False), editor()
    for delay in ("15", ""):
        client.post(address(draft, "schedule/"), {"delay": delay})
    client.post(f"/admin/commentaries/issue/{draft.pk}/delete/", {"post": "yes"})
    assert not Issue.objects.exists()


def test_a_worker_does_not_start_what_was_taken_back_a_moment_ago(
    issue: Issue, monkeypatch: pytest.MonkeyPatch
) -> None:
    deeds.start_by_itself(issue, timedelta(minutes=15))
    held = deeds.held

    def after_an_editor(found: Issue) -> Any:
        Sending.objects.update(delay=None)
        return held(found)

    monkeypatch.setattr(deeds, "held", after_an_editor)
    deeds.start_due()
    assert not Sending.objects.filter(started_at__isnull=False).exists()


def test_what_has_started_is_not_left_to_itself_any_more(issue: Issue) -> None:
    start(issue)
    response = editor().post(address(issue, "schedule/"), {"delay": "180"}, follow=True)
    assert "it has been started already" in response.content.decode()
    assert Sending.objects.get().delay is None


def stale(issue: Issue) -> None:
    deeds.start_by_itself(issue, timedelta(hours=1))
    Issue.objects.filter(pk=issue.pk).update(published_at=timezone.now() - timedelta(days=2))


def test_a_stale_time_asks_again_wherever_it_is_seen(issue: Issue) -> None:
    make_subscriber()
    stale(issue)
    client = editor()
    assert "It will not start unasked any more" in page(client, address(issue))
    assert "asks again" in page(client, LIST)
    assert "Its time to start has passed." in page(client, f"/admin/commentaries/issue/{issue.pk}/change/")
    for who in (client, editor("Ales", NEWSLETTER_MANAGER)):
        assert "was to start by itself" in page(who, "/admin/")
    assert "was to start by itself" not in page(editor("Anna", ANALYST), "/admin/")


def test_a_stale_newsletter_is_started_by_hand_or_taken_back(issue: Issue) -> None:
    make_subscriber()
    stale(issue)
    client = editor()
    client.post(address(issue, "schedule/"), {"delay": ""})
    assert "was to start by itself" not in page(client, "/admin/")
    client.post(address(issue, "start/"))
    assert Sending.objects.get().started_at


def test_a_time_that_has_come_waits_for_a_worker(issue: Issue) -> None:
    deeds.start_by_itself(issue, timedelta(minutes=15))
    assert "no worker is running" in page(editor(), address(issue))


def test_what_started_by_itself_says_so(issue: Issue) -> None:
    deeds.start_by_itself(issue, timedelta(minutes=15))
    start(issue, started_at=timezone.now())
    assert "Started by itself" in page(editor(), address(issue))
