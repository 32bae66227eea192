"""Links to previews at the desk: who makes them, for how long, and who withdraws them."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from commentaries import roles
from commentaries.models import Commentary, Issue, PreviewLink, Section, User
from tests.commentaries.desk import desk
from tests.commentaries.test_preview_links import make_drafts, make_link, of, path
from tests.factories import (
    make_commentary,
    make_issue,
    make_section,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def issue() -> Issue:
    return make_drafts()


def links_page(row: Issue | Commentary) -> str:
    return reverse(f"admin:commentaries_{row._meta.model_name}_links", args=[row.pk])


def person(role: str, section: Section) -> Client:
    user = make_user(role.lower().replace(" ", "-"), role, languages=["ru"])
    user.sections.add(section)
    return desk(user)


def wish(days: int = 7, **changes: str) -> dict[str, str]:
    until = timezone.localdate() + timedelta(days=days)
    return {"made_for": "Ms Lawyer", "until": until.isoformat()} | changes


# (role, what, whether they may)
SHARING = [
    (roles.ANALYST, "own draft", True),
    (roles.ANALYST, "own public", False),
    (roles.ANALYST, "other draft", False),
    (roles.ANALYST, "issue", False),
    (roles.TRANSLATOR, "own draft", False),
    (roles.TRANSLATOR, "issue", False),
    (roles.EDITOR, "other draft", True),
    (roles.EDITOR, "own public", True),
    (roles.EDITOR, "issue", True),
    (roles.ADMINISTRATOR, "issue", True),
    (roles.ADMINISTRATOR, "other draft", True),
    (roles.NEWSLETTER_MANAGER, "own draft", False),
    (roles.NEWSLETTER_MANAGER, "issue", False),
]


@pytest.mark.parametrize(("role", "what", "may"), SHARING)
def test_who_sees_makes_and_withdraws_links(role: str, what: str, may: bool) -> None:
    own, other = make_section("own"), make_section("other")
    issue = make_issue(public="public" in what)
    commentary = make_commentary(issue, other if "other" in what else own, public="public" in what)
    row = issue if what == "issue" else commentary
    there = make_link(row)
    client = person(role, own)
    assert client.get(links_page(row)).status_code == (200 if may else 403)
    assert client.post(links_page(row), wish()).status_code == (302 if may else 403)
    assert PreviewLink.objects.count() == (2 if may else 1)
    withdraw = reverse(f"admin:commentaries_{row._meta.model_name}_withdraw_link", args=[row.pk, there.pk])
    assert client.get(withdraw).status_code == 405
    assert client.post(withdraw).status_code == (302 if may else 403)
    there.refresh_from_db()
    assert (there.withdrawn_at is not None) is may


def test_the_links_are_closed_to_strangers(client: Client, issue: Issue) -> None:
    assert client.get(links_page(issue)).status_code == 302
    assert client.post(links_page(issue), wish()).status_code == 302
    assert not PreviewLink.objects.exists()


def editor() -> Client:
    return desk(User.objects.filter(username="editor").first() or make_user("editor", roles.EDITOR))


@pytest.mark.parametrize("section", ["", "security"])
def test_a_link_made_at_the_desk_works_until_the_end_of_its_day(client: Client, issue: Issue, section: str) -> None:
    row = of(issue, section) if section else issue
    page = editor().post(links_page(row), wish(), follow=True).content.decode()
    link = PreviewLink.objects.get()
    assert f"{path(link)}" in page
    assert (link.issue, link.commentary) == (issue, row if section else None)
    assert timezone.localtime(link.expires_at).date() == timezone.localdate() + timedelta(days=7)
    assert timezone.localtime(link.expires_at).hour == 23
    assert client.get(path(link)).status_code == 200
    assert link.made_by == User.objects.get(username="editor")


@pytest.mark.parametrize(
    ("wished", "sentence"),
    [
        ({"days": -1}, "This day has passed."),
        ({"days": 61}, "A link works for 60 days at most."),
        ({"until": "someday"}, "Enter a valid date."),
        ({"until": "9999-12-31"}, "A link works for 60 days at most."),
        ({"made_for": ""}, "This field is required."),
        ({"made_for": "x" * 121}, "at most 120 characters"),
        ({"made_for": "\0"}, "Null characters are not allowed."),
    ],
)
def test_a_wish_that_cannot_be_is_refused_in_a_sentence(issue: Issue, wished: dict[str, Any], sentence: str) -> None:
    response = editor().post(links_page(issue), wish(**wished))
    assert response.status_code == 200
    assert sentence in response.content.decode()
    assert not PreviewLink.objects.exists()


@pytest.mark.parametrize("days", [0, 60])
def test_the_first_and_the_last_day_that_may_be_chosen(issue: Issue, days: int) -> None:
    assert editor().post(links_page(issue), wish(days)).status_code == 302


def test_the_form_proposes_a_week(issue: Issue) -> None:
    day = timezone.localdate() + timedelta(days=7)
    assert f'value="{day.isoformat()}"' in editor().get(links_page(issue)).content.decode()


def test_the_list_says_how_links_stand(issue: Issue) -> None:
    make_link(issue, made_for="Ms Current")
    make_link(issue, made_for="Gone", withdrawn_at=timezone.now())
    make_link(of(issue, "economy"), made_for="Late", expires_at=timezone.now() - timedelta(days=1))
    page = editor().get(links_page(issue)).content.decode()
    for name, words in {"Ms Current": "works", "Gone": "withdrawn", "Late": "expired"}.items():
        assert re.search(rf"{name}</h3>.*?<span class=\"status[^>]*>{words}</span>", page, re.DOTALL)
    assert page.count("readonly") == 1  # an address only for the one that works
    assert "Ms Current" not in editor().get(links_page(of(issue, "economy"))).content.decode()


def test_a_link_of_another_row_is_not_withdrawn_here(issue: Issue) -> None:
    link = make_link(of(issue, "economy"))
    here = of(issue, "security")
    url = reverse("admin:commentaries_commentary_withdraw_link", args=[here.pk, link.pk])
    assert editor().post(url).status_code == 404
    link.refresh_from_db()
    assert link.withdrawn_at is None


def test_a_second_withdrawal_keeps_the_first_time(client: Client, issue: Issue) -> None:
    link = make_link(issue)
    url = reverse("admin:commentaries_issue_withdraw_link", args=[issue.pk, link.pk])
    editor().post(url)
    link.refresh_from_db()
    first = link.withdrawn_at
    editor().post(url)
    link.refresh_from_db()
    assert first
    assert link.withdrawn_at == first
    assert client.get(path(link)).status_code == 410


@pytest.mark.parametrize("key", ["0", "99999", "x", "9" * 40])
@pytest.mark.parametrize("model", ["issue", "commentary"])
def test_there_are_no_links_of_what_is_not_there(model: str, key: str) -> None:
    assert editor().get(reverse(f"admin:commentaries_{model}_links", args=[key])).status_code == 404


def test_the_list_asks_the_same_few_questions(issue: Issue, django_assert_max_num_queries: Any) -> None:
    client = editor()
    for number in range(12):
        make_link(of(issue, "economy"), made_for=str(number), made_by=User.objects.get(username="editor"))
    client.get(links_page(issue))
    with django_assert_max_num_queries(9):
        client.get(links_page(issue))
