"""Mail to staff: who is told of what, once, and what the worker makes of it."""

import smtplib
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.core.management import call_command
from django.db import connections, transaction
from django.urls import reverse
from django.utils import timezone

from commentaries import roles
from commentaries.models import Comment, Commentary, StaffMail, Translation, User
from commentaries.turns import staff_mail
from subscriptions import staff_delivery
from subscriptions.models import LEASE
from tests.commentaries.desk import desk, save
from tests.factories import make_analyst, make_commentary, make_issue, make_section, make_user, sign

pytestmark = pytest.mark.django_db
State = Translation.State
Kind = StaffMail.Kind


@pytest.fixture(autouse=True)
def _nothing_private_in_logs(caplog: pytest.LogCaptureFixture) -> object:
    caplog.set_level("INFO")
    yield
    assert "@" not in "".join(record.getMessage() for record in caplog.get_records("call"))


@pytest.fixture
def editor() -> User:
    return make_user("editor", roles.EDITOR, email="editor@example.org")


@pytest.fixture
def russian() -> User:
    return make_user("russian", roles.TRANSLATOR, languages=["ru"], email="russian@example.org")


def draft(state: str = State.DRAFT) -> Commentary:
    return make_commentary(make_issue(public=False), public=False, languages=("be",), state=state)


def form_of(commentary: Commentary) -> str:
    return reverse("admin:commentaries_commentary_change", args=[commentary.pk])


def rows() -> list[tuple[str, str, str]]:
    return sorted((row.user.username, row.kind, row.language) for row in StaffMail.objects.select_related("user"))


def wait(time: timedelta = timedelta(minutes=3)) -> None:
    """As if that much time had passed: the worker goes by the database's clock."""
    for row in StaffMail.objects.all():
        moved = {name: getattr(row, name) - time for name in ("asked_at", "next_attempt_at")}
        until = row.claimed_until - time if row.claimed_until else None
        StaffMail.objects.filter(pk=row.pk).update(**moved, claimed_until=until)


def work() -> list[EmailMultiAlternatives]:
    before = len(mail.outbox)
    call_command("worker", "--once")
    return mail.outbox[before:]  # type: ignore[return-value]


def send_to_review(commentary: Commentary, language: str = "be") -> User:
    author = User.objects.filter(username="author").first() or make_user(
        "author", roles.ANALYST, email="author@example.org"
    )
    author.sections.add(commentary.section)
    answer = save(desk(author), form_of(commentary), "commentary", _next=f"{language}:in_review")
    assert answer.status_code == 302
    return author


# --- Who is told ---


def test_sending_to_review_asks_editors_and_translators_and_not_the_sender(editor: User, russian: User) -> None:
    send_to_review(draft())
    assert rows() == [("editor", Kind.REVIEW, "be"), ("russian", Kind.TRANSLATION, "ru")]


def test_what_waited_already_is_not_announced_again(editor: User, russian: User) -> None:
    commentary = draft()
    send_to_review(commentary)
    StaffMail.objects.all().delete()
    save(desk(editor), form_of(commentary), "commentary", _next="be:ready")
    assert rows() == []


def test_a_changed_source_asks_the_translators_of_what_fell_behind(editor: User, russian: User) -> None:
    commentary = make_commentary(make_issue(public=False), public=False)
    assert save(desk(editor), form_of(commentary), "commentary", title_be="Іншы загаловак").status_code == 302
    assert ("russian", Kind.OUTDATED, "ru") in rows()


@pytest.mark.parametrize("change", [{"wants_mail": False}, {"email": ""}, {"is_active": False}])
def test_who_wants_no_mail_or_can_get_none_is_not_asked(editor: User, change: dict[str, Any]) -> None:
    User.objects.filter(pk=editor.pk).update(**change)
    send_to_review(draft())
    assert rows() == []


def test_a_new_commentary_is_announced_like_any_other(editor: User) -> None:
    author = make_user("author", roles.ANALYST)
    issue, section = make_issue(public=False), make_section()
    author.sections.add(section)
    url = f"{reverse('admin:commentaries_commentary_add')}?issue={issue.pk}&section={section.pk}"
    texts = {"title_be": "Мост", "body_be": "<p>Тэкст.</p>", "source_language": "be"}
    assert save(desk(author), url, "commentary", **texts, _next="be:in_review").status_code == 302
    assert rows() == [("editor", Kind.REVIEW, "be")]


def test_a_save_that_is_refused_announces_nothing(editor: User) -> None:
    commentary = draft()
    answer = save(desk(editor), form_of(commentary), "commentary", title_be="", _next="be:ready")
    assert answer.status_code == 200
    assert rows() == []


def test_an_announcement_goes_with_the_change_or_not_at_all(editor: User) -> None:
    commentary = draft(State.IN_REVIEW)

    def announce_in_vain() -> None:
        with transaction.atomic():
            staff_mail.announce(commentary, {"be": State.DRAFT}, by=None)
            assert rows()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        announce_in_vain()
    assert rows() == []


def test_the_writer_of_a_comment_is_not_told_of_it_and_the_others_are(editor: User, russian: User) -> None:
    author = make_user("author", roles.ANALYST)
    commentary = make_commentary()
    sign(commentary, make_analyst(user=author))
    url = reverse("admin:commentaries_commentary_comments", args=[commentary.pk])
    desk(editor).post(url, {"text": "Why?", "language": "ru"})
    assert rows() == [("author", Kind.COMMENT, "ru"), ("russian", Kind.COMMENT, "ru")]


# --- What is sent ---


def test_one_mail_tells_all_that_waits_with_links_into_the_desk(editor: User, settings: Any) -> None:
    settings.SITE_URL = "https://weekly.example"
    commentary = draft()
    send_to_review(commentary)
    Comment.objects.create(commentary=commentary, author=None, text="A secret question")
    staff_mail.announce_comment(Comment.objects.get())
    wait()
    [message] = [message for message in work() if message.to == ["editor@example.org"]]
    html = str(message.alternatives[0].content)
    for body in (str(message.body), html):
        assert f"https://weekly.example{form_of(commentary)}?tab=be" in body
        assert f"https://weekly.example{form_of(commentary)}#comments" in body
        assert "(Belarusian): the text waits for your review." in body
        assert f"https://weekly.example{reverse('admin:own_account')}" in body
    assert "2 things wait for you" in message.subject
    assert message.extra_headers["Auto-Submitted"] == "auto-generated"
    assert work() == []
    assert rows() == []


def test_a_mail_holds_no_headline_no_comment_and_no_name(editor: User) -> None:
    commentary = draft()
    author = send_to_review(commentary)
    author.first_name, author.last_name = "Vera", "Dolin"
    author.save()
    comment = Comment.objects.create(commentary=commentary, author=author, text="A secret question")
    staff_mail.announce_comment(comment)
    wait()
    [message] = work()
    words = str(message.message())
    for private in (commentary.title_be, "secret", "Dolin", author.username):
        assert private not in words
        assert private not in str(message.body)


@pytest.mark.parametrize(("language", "expected"), [("be", "be"), ("ru", "ru"), ("", "en")])
def test_a_mail_is_in_the_language_of_its_readers_desk(editor: User, language: str, expected: str) -> None:
    User.objects.filter(pk=editor.pk).update(interface_language=language)
    send_to_review(draft())
    wait()
    [message] = work()
    assert message.extra_headers["Content-Language"] == expected


def test_nothing_is_sent_before_things_have_settled(editor: User) -> None:
    send_to_review(draft())
    assert work() == []
    wait(timedelta(minutes=1))
    assert work() == []
    wait(timedelta(minutes=2))
    assert len(work()) == 1


def test_what_is_added_meanwhile_makes_the_mail_wait_but_not_for_ever(editor: User) -> None:
    commentary = draft(State.IN_REVIEW)
    staff_mail.announce(commentary, {}, by=None)
    for _minute in range(6):
        wait(timedelta(minutes=1))
    StaffMail.objects.create(user=editor, kind=Kind.COMMENT, commentary=commentary)
    assert work() == []
    wait(timedelta(minutes=1))
    assert work() == []
    StaffMail.objects.filter(kind=Kind.REVIEW).update(asked_at=timezone.now() - timedelta(minutes=11))
    assert len(work()) == 1


def test_a_change_of_mind_sends_nothing(editor: User) -> None:
    commentary = draft()
    author = send_to_review(commentary)
    save(desk(author), form_of(commentary), "commentary", state_be=State.DRAFT)
    wait()
    assert work() == []
    assert rows() == []


@pytest.mark.parametrize("change", [{"wants_mail": False}, {"email": ""}, {"is_active": False}, {"is_staff": False}])
def test_a_person_who_went_meanwhile_gets_nothing(editor: User, change: dict[str, Any]) -> None:
    send_to_review(draft())
    User.objects.filter(pk=editor.pk).update(**change)
    wait()
    assert work() == []
    assert rows() == []


def test_a_comment_that_was_resolved_meanwhile_is_not_told(editor: User) -> None:
    comment = Comment.objects.create(commentary=make_commentary(), author=None, text="Why?")
    staff_mail.announce_comment(comment)
    assert rows() == [("editor", Kind.COMMENT, "")]
    Comment.objects.update(resolved_at=timezone.now())
    wait()
    assert work() == []


# --- When something is in the way ---


class Troubled:
    """Raises once in place of sending."""

    def __init__(self, error: Exception) -> None:
        self.error: Exception | None = error

    def __call__(self, *_args: Any) -> int:
        error, self.error = self.error, None
        if error:
            raise error
        return 1


REFUSED = smtplib.SMTPRecipientsRefused({"editor@example.org": (550, b"editor@example.org is unknown")})


@pytest.mark.parametrize(
    ("error", "kept"),
    [(REFUSED, False), (smtplib.SMTPServerDisconnected(), True), (smtplib.SMTPDataError(451, b"later"), True)],
)
def test_a_mail_that_does_not_go_out_is_tried_again_unless_it_never_will(
    editor: User, error: Exception, kept: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    send_to_review(draft())
    wait()
    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", Troubled(error))
    work()
    assert bool(rows()) is kept
    if kept:
        row = StaffMail.objects.get()
        assert (row.attempts, row.claimed_until) == (1, None)
        assert row.next_attempt_at > timezone.now() + timedelta(seconds=5)
        wait(timedelta(minutes=1))
        work()
        assert rows() == []


@pytest.mark.parametrize(
    ("waited", "attempts", "kept"),
    [(timedelta(hours=25), 12, False), (timedelta(hours=22), 12, True), (timedelta(days=3), 0, True)],
    ids=["a day in vain", "not a day yet", "the worker was down"],
)
def test_a_mail_that_is_put_off_for_a_day_is_dropped_with_a_word_in_the_log(
    editor: User, waited: timedelta, attempts: int, kept: bool, monkeypatch: Any, caplog: pytest.LogCaptureFixture
) -> None:
    send_to_review(draft())
    StaffMail.objects.update(attempts=attempts)
    wait(waited)
    error = smtplib.SMTPRecipientsRefused({"editor@example.org": (451, b"editor@example.org: later")})
    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", Troubled(error))
    work()
    assert bool(rows()) is kept
    assert ("tried often enough (SMTP 451); it is dropped" in caplog.text) is not kept


def test_a_mail_that_may_have_gone_out_is_repeated_twice_at_most(editor: User, monkeypatch: Any) -> None:
    send_to_review(draft())
    for left in (True, True, False):
        wait()
        error = Troubled(smtplib.SMTPServerDisconnected())
        monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", error)
        work()
        assert bool(rows()) is left


def test_a_worker_killed_in_the_middle_leaves_a_mail_that_another_repeats_with_its_identity(editor: User) -> None:
    send_to_review(draft())
    wait()
    killed = staff_delivery.claim_next()
    assert killed
    assert work() == []
    wait(LEASE)
    before = [row.pk for row in killed.rows]
    assert [row.pk for row in StaffMail.objects.all()] == before
    assert len(work()) == 1


def test_what_is_announced_again_while_a_mail_goes_out_is_told_too(editor: User) -> None:
    commentary = draft(State.IN_REVIEW)
    staff_mail.announce(commentary, {}, by=None)
    wait()
    claim = staff_delivery.claim_next()
    assert claim
    staff_mail.announce(commentary, {}, by=None)
    staff_delivery._record(claim, staff_delivery.Outcome.SENT, "")
    assert rows() == [("editor", Kind.REVIEW, "be")]
    assert len(work()) == 1


# --- At once ---


def at_once(deeds: list[Callable[[], object]]) -> None:
    start, errors = threading.Barrier(len(deeds)), list[Exception]()

    def run(deed: Callable[[], object]) -> None:
        start.wait()
        try:
            deed()
        except Exception as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[deed]) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []


@pytest.fixture
def _roles(transactional_db: None) -> None:
    roles.grant_roles()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_roles")
def test_two_saves_at_once_announce_once() -> None:
    make_user("editor", roles.EDITOR)
    commentary = draft(State.IN_REVIEW)
    announce = lambda: staff_mail.announce(commentary, {}, by=None)  # noqa: E731
    at_once([announce] * 6)
    assert rows() == [("editor", Kind.REVIEW, "be")]


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_roles")
def test_several_workers_send_each_person_one_mail() -> None:
    for number in range(6):
        make_user(f"editor{number}", roles.EDITOR, email=f"editor{number}@example.org")
    staff_mail.announce(draft(State.IN_REVIEW), {}, by=None)
    wait()
    at_once([lambda: staff_delivery.send_due(lambda: False)] * 3)
    assert sorted(message.to[0] for message in mail.outbox) == [f"editor{number}@example.org" for number in range(6)]
    assert rows() == []
