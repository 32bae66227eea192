"""A form that is being saved while somebody publishes or withdraws: neither undoes the other."""

import threading
import time
from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from commentaries import publishing, roles
from commentaries.admin.commentaries.history import HistoryAdmin
from commentaries.admin.desk import TranslatedForm
from commentaries.admin.preview_links import PreviewLinksAdmin
from commentaries.languages import in_language
from commentaries.models import Commentary, Issue, User
from commentaries.versions.reasons import Reason
from tests.commentaries.desk import desk, open_form
from tests.factories import make_commentary, make_issue, make_picture, make_user

pytestmark = pytest.mark.django_db(transaction=True)
REASON = {"en": "Wrong."}


@pytest.fixture(autouse=True)
def _roles_are_there(db: None) -> None:
    """An earlier test that emptied the database took the roles with it."""
    if not Group.objects.exists():
        roles.grant_roles()


def editor() -> User:
    return make_user("editor", roles.EDITOR)


def form_of(row: Issue | Commentary) -> str:
    return reverse(f"admin:commentaries_{row._meta.model_name}_change", args=[row.pk])


def save_while(
    row: Issue | Commentary, deed: Callable[[], object], monkeypatch: pytest.MonkeyPatch, **changes: str
) -> int:
    """The status with which a form is answered that was read before the deed and is saved after it."""
    client, checking, answers = desk(editor()), threading.Event(), list[int]()
    data = open_form(client, form_of(row), str(row._meta.model_name)) | changes
    monkeypatch.setattr(TranslatedForm, "clean", slowly(TranslatedForm.clean, checking))
    thread = threading.Thread(target=post, args=[client, form_of(row), data, answers])
    thread.start()
    assert checking.wait(10)
    deed()
    thread.join(20)
    return answers[0]


def slowly(clean: Callable[[Any], Any], checking: threading.Event) -> Callable[[Any], Any]:
    def wait(form: Any) -> Any:
        checking.set()
        time.sleep(0.5)  # the deed starts now; held back, it ends after the form
        return clean(form)

    return wait


def post(client: Client, url: str, data: dict[str, Any], answers: list[int]) -> None:
    try:
        answers.append(client.post(url, data).status_code)
    finally:
        connections.close_all()


def test_a_form_does_not_undo_the_withdrawal_of_its_commentary(monkeypatch: pytest.MonkeyPatch) -> None:
    commentary = make_commentary()
    deed = lambda: publishing.withdraw(commentary, REASON)  # noqa: E731
    assert save_while(commentary, deed, monkeypatch, title_en="Changed", small_change="on") == 302
    now = Commentary.objects.get()
    assert (now.is_withdrawn, in_language(now, "withdrawal_reason", "en")) == (True, "Wrong.")
    assert in_language(now, "title", "en") == "Changed"


def test_a_form_does_not_undo_the_withdrawal_of_its_issue(monkeypatch: pytest.MonkeyPatch) -> None:
    issue = make_commentary().issue
    assert save_while(issue, lambda: publishing.withdraw(issue, REASON), monkeypatch, title_en="Changed") == 302
    now = Issue.objects.get()
    assert (now.is_withdrawn, in_language(now, "title", "en")) == (True, "Changed")


@pytest.mark.parametrize("model", [Commentary, Issue])
def test_a_form_does_not_undo_publishing(
    model: type[Issue] | type[Commentary], monkeypatch: pytest.MonkeyPatch
) -> None:
    issue = make_issue(public=False)
    make_commentary(issue, public=False)
    row = model._default_manager.get()
    assert save_while(row, lambda: publishing.publish(issue), monkeypatch, title_en="Changed") == 302
    assert Commentary.objects.published().exists()
    assert in_language(model._default_manager.get(), "title", "en") == "Changed"


def test_of_two_who_save_at_once_the_second_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    make_commentary(make_issue(public=False), public=False, state="draft")
    commentary = Commentary.objects.get()
    clients = [desk(make_user(name, roles.EDITOR)) for name in ("anna", "boris")]
    forms = [open_form(client, form_of(commentary), "commentary") for client in clients]
    monkeypatch.setattr(TranslatedForm, "clean", slowly(TranslatedForm.clean, threading.Event()))
    answers: list[int] = []
    threads = [
        threading.Thread(target=post, args=[client, form_of(commentary), form | {"title_en": title}, answers])
        for client, form, title in zip(clients, forms, ("Of Anna", "Of Boris"), strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(answers) == [200, 302]
    assert in_language(Commentary.objects.get(), "title", "en") in ("Of Anna", "Of Boris")
    assert Commentary.history.filter(history_type="~").count() == 1


def test_reading_a_form_holds_nothing() -> None:
    commentary, client = make_commentary(), desk(editor())
    with CaptureQueriesContext(connection) as queries:
        client.get(form_of(commentary))
        client.get(form_of(commentary.issue))
    assert not [query["sql"] for query in queries.captured_queries if "FOR UPDATE" in query["sql"]]


def test_a_picture_does_not_lose_its_credit_while_its_issue_goes_through_the_gate(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    picture = make_picture()
    issue = make_issue(public=False)
    make_commentary(issue, public=False, picture=picture)
    client, asked = desk(editor()), threading.Event()
    url = reverse("admin:commentaries_picture_change", args=[picture.pk])
    data = open_form(client, url, "picture") | {"credit": ""}
    record = publishing._record

    def record_slowly(row: Any, reason: Reason) -> None:
        asked.set()  # the gate has been asked and has found the credit
        time.sleep(0.5)
        record(row, reason)

    monkeypatch.setattr(publishing, "_record", record_slowly)
    thread = threading.Thread(target=publish_elsewhere, args=[issue])
    thread.start()
    assert asked.wait(10)
    response = client.post(url, data)
    thread.join(20)
    assert response.status_code == 200
    picture.refresh_from_db()
    assert picture.credit == "Vilma Harsk"
    assert Commentary.objects.published().exists()


def publish_elsewhere(issue: Issue) -> None:
    try:
        publishing.publish(issue)
    finally:
        connections.close_all()


# (the address of a commentary, what is called when all has been asked and nothing is written yet)
WRITTEN_BESIDE = [
    ("comments", "commentaries.turns.staff_mail.announce_comment"),
    ("presence", "commentaries.admin.commentaries.presence.say_here"),
    ("links", "commentaries.admin.preview_links.PreviewLinksAdmin._make"),
]


@pytest.mark.parametrize(("address", "step"), WRITTEN_BESIDE)
def test_what_is_written_beside_a_commentary_that_is_left_out_just_then_finds_it_gone(
    address: str, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    commentary = make_commentary(make_issue(public=False), public=False)
    place, _dot, name = step.rpartition(".")
    target = PreviewLinksAdmin if address == "links" else import_module(place)
    run = getattr(target, name)

    def too_late(*args: Any) -> Any:
        Commentary.objects.filter(pk=commentary.pk)._raw_delete(using="default")
        return run(*args)

    Commentary.objects.get().translations.all().delete()
    monkeypatch.setattr(target, name, too_late)
    url = reverse(f"admin:commentaries_commentary_{address}", args=[commentary.pk])
    body = {"text": "!", "seen": "1", "made_for": "Vera", "until": f"{timezone.localdate()}"}
    assert desk(editor()).post(url, body).status_code == 404


def test_an_analyst_brings_nothing_back_into_what_was_published_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    commentary = make_commentary(make_issue(public=False), public=False)
    first = str(newest(commentary))
    commentary.title_be = "Другі"
    commentary.save()
    analyst = make_user("analyst", roles.ANALYST)
    analyst.sections.add(commentary.section)
    view = HistoryAdmin._viewed

    def view_just_before(admin: Any, request: Any, object_id: str) -> Commentary:
        found = view(admin, request, object_id)
        if Issue.objects.get().is_draft:
            publishing.publish(commentary.issue)
            request.POST = request.POST | {"seen_version": str(newest(commentary))}  # guessed right
        return found

    monkeypatch.setattr(HistoryAdmin, "_viewed", view_just_before)
    url = reverse("admin:commentaries_commentary_bring_back", args=[commentary.pk, first])
    body = {"chosen": ["title_be"], "small_change": "on"}
    assert desk(analyst).post(url, body).status_code == 403
    assert in_language(Commentary.objects.get(), "title", "be") == "Другі"


def newest(commentary: Commentary) -> int:
    return Commentary.history.filter(id=commentary.pk).latest("history_id").history_id  # type: ignore[no-any-return]
