"""Lists of the desk: searched as people spell, read in a fixed number of queries, with their history."""

import time
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from commentaries import roles
from commentaries.languages import in_language
from commentaries.models import Commentary, Picture, Translation
from commentaries.versions.differences import word_diff
from tests.commentaries.desk import desk, errors, save
from tests.factories import (
    MONDAY,
    make_analyst,
    make_commentary,
    make_forecast,
    make_issue,
    make_publication,
    make_section,
    make_user,
    sign,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor() -> Client:
    return desk(make_user("editor", roles.EDITOR))


@pytest.mark.parametrize("query", ["беларусь", "БЕЛАРУСЬ", "Беларусь мост", "елка", "Ёлка", "мост  бел"])
def test_a_commentary_is_found_as_people_spell(editor: Client, query: str) -> None:
    make_commentary(title_be="Беларусь, мост і Ёлка")
    make_commentary(make_issue(MONDAY + timedelta(days=7)), title_be="Іншае")
    response = editor.get(reverse("admin:commentaries_commentary_changelist"), {"q": query})
    assert response.context["cl"].result_count == 1


def test_an_issue_is_found_by_its_week(editor: Client) -> None:
    make_issue()
    for query in ("студзеня 2022", "2022-01-17", "January"):
        response = editor.get(reverse("admin:commentaries_issue_changelist"), {"q": query})
        assert response.context["cl"].result_count == 1


def test_an_account_is_found_whatever_its_case() -> None:
    make_user("Алеся")
    administrator = desk(make_user("boss", roles.ADMINISTRATOR))
    response = administrator.get(reverse("admin:commentaries_user_changelist"), {"q": "алеся"})
    assert response.context["cl"].result_count == 1


def fill(rows: int) -> Commentary:
    """Issues of one commentary each, whose texts, bylines and forecasts are many."""
    section, analyst = make_section(), make_analyst()
    make_publication()
    commentary = make_commentary(make_issue(), section)
    for number in range(1, rows):
        issue = make_issue(MONDAY + timedelta(weeks=number))
        sign(make_commentary(issue, section), analyst)
    return commentary


QUERIES = {"commentary": 11, "issue": 9}


@pytest.mark.parametrize("rows", [3, 60])
@pytest.mark.parametrize("model", QUERIES)
def test_lists_take_a_fixed_number_of_queries(
    editor: Client, django_assert_num_queries: DjangoAssertNumQueries, rows: int, model: str
) -> None:
    fill(rows)
    url = reverse(f"admin:commentaries_{model}_changelist")
    editor.get(url)
    with django_assert_num_queries(QUERIES[model]):
        editor.get(url)


@pytest.mark.parametrize("rows", [3, 60])
def test_the_form_takes_a_fixed_number_of_queries(
    editor: Client, django_assert_num_queries: DjangoAssertNumQueries, rows: int
) -> None:
    commentary = fill(rows)
    sign(commentary, *(make_analyst() for _number in range(3)))
    make_forecast(commentary)
    url = reverse("admin:commentaries_commentary_change", args=[commentary.pk])
    editor.get(url)
    with django_assert_num_queries(26):
        editor.get(url)


def history_of(row: Any) -> str:
    return reverse(f"admin:commentaries_{row._meta.model_name}_history", args=[row.pk])


def test_history_shows_what_changed_word_by_word_and_in_which_language(editor: Client) -> None:
    section = make_section(description_be="Стары мост закрыты.")
    section.description_be = "Новы мост закрыты."
    section.save()
    page = editor.get(history_of(section)).content.decode()
    assert "<del>Стары</del><ins>Новы</ins> мост закрыты." in page
    assert "(Belarusian)" in page
    assert '<span lang="be">' in page


@pytest.mark.parametrize("model", ["commentary", "issue", "section", "picture", "analyst", "publication"])
def test_history_pages_and_old_versions_open(editor: Client, model: str) -> None:
    commentary = make_commentary()
    rows: dict[str, Any] = {
        "commentary": commentary,
        "issue": commentary.issue,
        "section": commentary.section,
        "picture": Picture.objects.create(credit="Us"),
        "analyst": make_analyst(),
        "publication": make_publication(),
    }
    row = rows[model]
    assert editor.get(history_of(row)).status_code == 200
    version = row.history.first()
    url = reverse(f"admin:commentaries_{model}_simple_history", args=[row.pk, version.pk])
    page = editor.get(url)
    assert page.status_code == 200
    assert "<textarea" not in page.content.decode()


def test_an_old_version_cannot_be_posted_back(editor: Client) -> None:
    commentary = make_commentary()
    version = commentary.history.first()
    commentary.title_be = "Навейшы"
    commentary.save()
    url = reverse("admin:commentaries_commentary_simple_history", args=[commentary.pk, version.pk])
    assert editor.post(url, {"title_be": "Загаловак"}).status_code == 405
    assert in_language(Commentary.objects.get(), "title", "be") == "Навейшы"


def test_the_publication_has_one_form_and_no_list(editor: Client) -> None:
    changelist = reverse("admin:commentaries_publication_changelist")
    assert editor.get(changelist).url == reverse("admin:commentaries_publication_add")
    make_publication()
    assert editor.get(changelist).url == reverse("admin:commentaries_publication_change", args=[1])
    assert editor.get(reverse("admin:commentaries_publication_add")).status_code == 403


def test_filters_of_the_commentary_list_work(editor: Client) -> None:
    make_commentary()
    Translation.objects.filter(language="en").update(state="outdated")
    url = reverse("admin:commentaries_commentary_changelist")
    response = editor.get(url, {"translations__state__exact": "outdated", "trend__exact": "unchanged"})
    assert response.context["cl"].result_count == 1


@pytest.mark.parametrize("lookup", ["folded__regex", "title_be__startswith", "translations__marked_ready_by__password"])
def test_a_list_is_asked_only_what_it_offers(editor: Client, lookup: str) -> None:
    assert editor.get(reverse("admin:commentaries_commentary_changelist"), {lookup: "a"}).status_code == 400


@pytest.mark.parametrize("model", ["commentary", "picture", "analyst"])
def test_every_filter_of_a_list_opens(editor: Client, model: str) -> None:
    fill(3)
    url = reverse(f"admin:commentaries_{model}_changelist")
    for spec in editor.get(url).context["cl"].filter_specs:
        for parameter in spec.expected_parameters():
            assert editor.get(url, {parameter: "1"}).status_code in (200, 302)


def test_accounts_are_filtered_by_role() -> None:
    administrator = desk(make_user("boss", roles.ADMINISTRATOR))
    group = Group.objects.get(name=roles.ADMINISTRATOR)
    response = administrator.get(reverse("admin:commentaries_user_changelist"), {"groups__id__exact": group.pk})
    assert response.context["cl"].result_count == 1


def test_a_search_heeds_no_more_than_twenty_words(editor: Client) -> None:
    make_commentary(title_be="Мост")
    for model in ("commentary", "issue"):
        url = reverse(f"admin:commentaries_{model}_changelist")
        assert editor.get(url, {"q": "a " * 3000}).status_code == 200
    url = reverse("admin:commentaries_commentary_changelist")
    assert editor.get(url, {"q": "мост " * 20 + "параход"}).context["cl"].result_count == 1


HUGE = "9" * 23


@pytest.mark.parametrize("address", ["{pk}/history/x/", "{pk}/history/" + HUGE + "/", "x/history/", HUGE + "/history/"])
def test_a_history_that_cannot_be_is_not_found(editor: Client, address: str) -> None:
    url = reverse("admin:commentaries_commentary_changelist") + address.format(pk=make_commentary().pk)
    assert editor.get(url).status_code == 404


@pytest.mark.parametrize("key", ["x", HUGE])
def test_a_choice_that_cannot_be_is_no_choice(editor: Client, key: str) -> None:
    url = reverse("admin:commentaries_commentary_add")
    assert editor.get(url, {"issue": key, "section": key, "picture": key}).status_code == 200
    bylines = {"bylines-TOTAL_FORMS": "1", "bylines-0-analyst": key, "bylines-0-position": "0"}
    assert errors(save(editor, url, "commentary", issue=key, section=key, picture=key, **bylines))


def test_two_long_texts_are_compared_in_a_short_time() -> None:
    old = [" ".join(f"w{(60 * row + word) ** 2 % 997}" for word in range(60)) for row in range(100)]
    new = [*old[:50], "Another paragraph.", *old[51:]]
    start = time.process_time()
    shown = word_diff(*("".join(f"<p>{one}</p>" for one in text) for text in (old, new)))
    assert "<ins>\nAnother paragraph.</ins>" in shown
    word_diff("<" * 100_000, "<p>a</p>" * 100_000)
    word_diff("a b " * 1500, "b a a " * 1000)
    assert time.process_time() - start < 5


def test_white_space_alone_is_no_change() -> None:
    assert word_diff("<p>Мост,  порт.</p>", "<p>Мост, порт.</p><p>Канец</p>") == "Мост, порт.<ins>\nКанец</ins>"


def test_a_nul_is_no_error(editor: Client) -> None:
    url = reverse("admin:commentaries_commentary_changelist")
    assert editor.get(url, {"trend__exact": "\0"}).status_code == 400
    asked = {"app_label": "commentaries", "model_name": "commentary", "field_name": "issue", "term": "\0"}
    assert editor.get(reverse("admin:autocomplete"), asked).status_code == 200
