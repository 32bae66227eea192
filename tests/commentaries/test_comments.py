"""Comments beside a commentary's form: who may take part, and what becomes of what they wrote."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from commentaries import roles
from commentaries.models import Comment, Commentary, User
from tests.commentaries.desk import desk
from tests.factories import make_commentary, make_issue, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def commentary() -> Commentary:
    return make_commentary(make_issue(public=False), public=False)


def form_of(commentary: Commentary) -> str:
    return reverse("admin:commentaries_commentary_change", args=[commentary.pk])


def panel_of(commentary: Commentary) -> str:
    return reverse("admin:commentaries_commentary_comments", args=[commentary.pk])


def one(comment: Comment) -> str:
    return reverse("admin:commentaries_commentary_comment", args=[comment.commentary_id, comment.pk])


def write(commentary: Commentary, text: str = "Is this so?", **fields: Any) -> Comment:
    return Comment.objects.create(commentary=commentary, text=text, **fields)


def page(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


def test_a_comment_is_written_without_javascript_and_shown_with_its_lines(commentary: Commentary) -> None:
    user = make_user("vera", roles.ANALYST, first_name="Vera", last_name="Dolin")
    client = desk(user)
    response = client.post(panel_of(commentary), {"text": "One <b>line</b>\nand another", "language": "ru"})
    assert response.status_code == 302
    assert response["Location"] == f"{form_of(commentary)}?tab=ru#comments"
    comment = Comment.objects.get()
    assert (comment.author, comment.language, comment.resolved_at) == (user, "ru", None)
    shown = page(client, form_of(commentary))
    assert "One &lt;b&gt;line&lt;/b&gt;<br>and another" in shown
    assert "Vera Dolin" in shown


def test_a_script_gets_the_new_list_only(commentary: Commentary) -> None:
    client = desk(make_user("vera", roles.ANALYST))
    response = client.post(panel_of(commentary), {"text": "Here"}, headers={"X-Requested-With": "fetch"})
    assert response.status_code == 200
    assert "Here" in response.content.decode()
    assert "<html" not in response.content.decode()


@pytest.mark.parametrize("text", ["", "  \n ", "x" * 4001, "a\0b"])
def test_a_comment_that_cannot_be_kept_comes_back_with_a_sentence(commentary: Commentary, text: str) -> None:
    client = desk(make_user("vera", roles.ANALYST))
    fetched = client.post(panel_of(commentary), {"text": text}, headers={"X-Requested-With": "fetch"})
    assert fetched.status_code == 422
    assert fetched.content.decode().endswith(".")
    shown = client.post(panel_of(commentary), {"text": text})
    assert shown.status_code == 200
    assert fetched.content.decode() in shown.content.decode().replace("&#x27;", "'")
    assert text.strip() in shown.content.decode()
    assert not Comment.objects.exists()


def test_a_comment_in_a_language_that_we_have_not_is_refused(commentary: Commentary) -> None:
    client = desk(make_user("vera", roles.ANALYST))
    assert client.post(panel_of(commentary), {"text": "Hm", "language": "de"}).status_code == 200
    assert not Comment.objects.exists()


def test_a_resolved_comment_is_folded_away_and_can_be_reopened(commentary: Commentary) -> None:
    user = make_user("vera", roles.ANALYST)
    client, comment = desk(user), write(commentary)
    assert client.post(one(comment)).status_code == 302
    comment.refresh_from_db()
    assert comment.resolved_by == user
    assert comment.resolved_at
    shown = page(client, form_of(commentary))
    assert "1 resolved comment" in shown
    assert shown.index("1 resolved comment") < shown.index("Is this so?") < shown.index("</details>", shown.index("Is"))
    client.post(one(comment), {"reopen": "1"})
    comment.refresh_from_db()
    assert [comment.resolved_by, comment.resolved_at] == [None, None]


def test_who_resolved_a_comment_first_stays_known(commentary: Commentary) -> None:
    first, second = make_user("first", roles.ANALYST), make_user("second", roles.EDITOR)
    comment = write(commentary)
    for user in (first, second):
        desk(user).post(one(comment))
    comment.refresh_from_db()
    assert comment.resolved_by == first


def test_no_get_changes_anything(commentary: Commentary) -> None:
    client, comment = desk(make_user("vera", roles.EDITOR)), write(commentary)
    assert client.get(one(comment)).status_code == 405
    assert client.get(panel_of(commentary)).status_code == 200
    assert Comment.objects.unresolved().count() == 1


# (role, whether they take part)
TAKE_PART = [
    (roles.ANALYST, True),
    (roles.TRANSLATOR, True),
    (roles.EDITOR, True),
    (roles.ADMINISTRATOR, True),
    (roles.NEWSLETTER_MANAGER, False),
]


@pytest.mark.parametrize(("role", "may"), TAKE_PART)
def test_who_may_see_a_commentary_takes_part(commentary: Commentary, role: str, may: bool) -> None:
    client, comment = desk(make_user("x", role)), write(commentary)
    assert (client.get(panel_of(commentary)).status_code == 200) is may
    assert client.post(panel_of(commentary), {"text": "Hm"}).status_code == (302 if may else 403)
    assert client.post(one(comment)).status_code == (302 if may else 403)
    assert Comment.objects.count() == (2 if may else 1)
    assert Comment.objects.unresolved().filter(pk=comment.pk).exists() is not may


@pytest.mark.parametrize("user", [None, {"is_staff": False}, {"is_active": False}])
def test_the_door_is_shut_to_who_is_not_of_the_desk(commentary: Commentary, user: dict[str, Any] | None) -> None:
    client, comment = Client(), write(commentary)
    if user is not None:
        client = desk(make_user("x", roles.EDITOR, **user))
    for url, data in ((panel_of(commentary), {"text": "Hm"}), (one(comment), {})):
        assert client.post(url, data)["Location"].startswith(reverse("admin:login"))
    assert Comment.objects.unresolved().count() == 1


def test_a_comment_is_settled_only_where_it_belongs(commentary: Commentary) -> None:
    client, elsewhere = desk(make_user("x", roles.EDITOR)), write(make_commentary(commentary.issue))
    for key in (elsewhere.pk, 10**20):
        assert client.post(f"{panel_of(commentary)}{key}/").status_code == 404
    assert client.post(panel_of(commentary).replace(f"/{commentary.pk}/", f"/{10**20}/")).status_code == 404
    assert Comment.objects.unresolved().exists()


def test_a_forged_request_from_another_site_is_refused(commentary: Commentary) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_user("x", roles.EDITOR), backend="django.contrib.auth.backends.ModelBackend")
    assert client.post(panel_of(commentary), {"text": "Hm"}).status_code == 403
    assert not Comment.objects.exists()


def test_the_form_asks_as_much_for_many_comments_as_for_few(commentary: Commentary) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            page(client, form_of(commentary))
        return len(captured)

    client = desk(make_user("x", roles.EDITOR))
    write(commentary, author=make_user("a"))
    write(commentary, author=make_user("b"), resolved_at=timezone.now(), resolved_by=make_user("c"))
    page(client, form_of(commentary))
    few = queries()
    for _comment in range(5):
        write(commentary, author=make_user())
        write(commentary, author=make_user(), resolved_at=timezone.now(), resolved_by=make_user())
    assert queries() == few


def test_a_comment_outlives_the_account_of_its_author(commentary: Commentary) -> None:
    author = make_user("gone")
    write(commentary, author=author)
    User.objects.filter(pk=author.pk).delete()
    assert "somebody whose account is gone" in page(desk(make_user("x", roles.EDITOR)), form_of(commentary))
