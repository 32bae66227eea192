"""Two people save one form: nothing is overwritten that its writer has not seen."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from commentaries import roles, translations
from commentaries.models import Byline, Commentary, Forecast, Section, Translation, Trend, User
from tests.commentaries.desk import desk, errors, fields, open_form
from tests.factories import (
    make_analyst,
    make_commentary,
    make_forecast,
    make_issue,
    make_picture,
    make_section,
    make_user,
    sign,
)

pytestmark = pytest.mark.django_db
State = Translation.State


@pytest.fixture
def commentary() -> Commentary:
    """A draft in three languages, with two forecasts."""
    found = make_commentary(make_issue(public=False), public=False, state=State.DRAFT)
    make_forecast(found, statement_en="First.", position=0)
    make_forecast(found, statement_en="Second.", position=1)
    found.save()  # as after a save at the desk: the version holds the forecasts
    return found


@pytest.fixture
def anna() -> Client:
    return desk(make_user("anna", roles.EDITOR))


@pytest.fixture
def boris() -> Client:
    return desk(make_user("boris", roles.EDITOR))


def form_of(row: Any) -> str:
    return reverse(f"admin:commentaries_{row._meta.model_name}_change", args=[row.pk])


def post(client: Client, row: Any, data: dict[str, Any], **changes: Any) -> Any:
    sent = {name: value for name, value in (data | changes).items() if value is not None}
    return client.post(form_of(row), sent)


def both_open(anna: Client, boris: Client, row: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    model = row._meta.model_name
    return open_form(anna, form_of(row), model), open_form(boris, form_of(row), model)


def conflicts(response: Any) -> dict[str, str]:
    """The questions of a form that came back, by name, with their labels."""
    assert response.status_code == 200, f"saved: {response.status_code}"
    merge = response.context["saving"]["merge"]
    return {one.name: one.label for one in merge.conflicts} if merge else {}


def again(response: Any, **changes: Any) -> dict[str, Any]:
    """What the form that came back would send."""
    return fields(response.content, "commentary_form") | changes


def save_first(client: Client, row: Any, data: dict[str, Any], **changes: Any) -> None:
    response = post(client, row, data, **changes)
    assert response.status_code == 302, errors(response)


# --- Fields ---


def test_what_only_the_other_changed_is_kept_and_named(anna: Client, boris: Client, commentary: Commentary) -> None:
    first, second = both_open(anna, boris, commentary)
    save_first(anna, commentary, first, title_ru="Анна", trend=Trend.WORSENED)
    response = boris.post(form_of(commentary), second | {"title_be": "Барыс"}, follow=True)
    commentary.refresh_from_db()
    assert (commentary.title_be, commentary.title_ru, commentary.trend) == ("Барыс", "Анна", Trend.WORSENED)
    said = " ".join(str(message) for message in response.context["messages"])
    assert "anna saved a newer version" in said
    assert "Headline (Russian)" in said
    assert "Trend" in said


@pytest.mark.parametrize(("choice", "kept"), [("mine", "Борис"), ("theirs", "Анна")])
def test_what_both_changed_is_asked_before_anything_is_written(
    anna: Client, boris: Client, commentary: Commentary, choice: str, kept: str
) -> None:
    first, second = both_open(anna, boris, commentary)
    save_first(anna, commentary, first, title_ru="Анна")
    response = post(boris, commentary, second, title_ru="Борис", lead_en="Of Boris")
    assert conflicts(response) == {"title_ru": "Headline"}
    page = response.content.decode()
    assert "<del>Анна</del>" in page
    assert "<ins>Борис</ins>" in page
    commentary.refresh_from_db()
    assert (commentary.title_ru, commentary.lead_en) == ("Анна", "A lead of the commentary.")
    data = again(response)
    assert (data["title_ru"], data["lead_en"]) == ("Борис", "Of Boris")
    save_first(boris, commentary, data, **{"choice-title_ru": choice})
    commentary.refresh_from_db()
    assert (commentary.title_ru, commentary.lead_en) == (kept, "Of Boris")


def test_a_question_that_is_not_answered_is_asked_again(anna: Client, boris: Client, commentary: Commentary) -> None:
    first, second = both_open(anna, boris, commentary)
    save_first(anna, commentary, first, title_ru="Анна", title_en="Anna")
    response = post(boris, commentary, second, title_ru="Борис", title_en="Boris")
    response = post(boris, commentary, again(response), **{"choice-title_ru": "mine"})
    assert conflicts(response) == {"title_en": "Headline"}
    assert Commentary.objects.get().title_ru == "Анна"
    save_first(boris, commentary, again(response), **{"choice-title_en": "theirs"})
    now = Commentary.objects.get()
    assert (now.title_ru, now.title_en) == ("Борис", "Anna")


def test_a_text_may_be_worked_on_before_mine_is_chosen(anna: Client, boris: Client, commentary: Commentary) -> None:
    first, second = both_open(anna, boris, commentary)
    save_first(anna, commentary, first, body_en="<p>Of Anna.</p>")
    response = post(boris, commentary, second, body_en="<p>Of Boris.</p>")
    save_first(boris, commentary, again(response), body_en="<p>Of both.</p>", **{"choice-body_en": "mine"})
    assert Commentary.objects.get().body_en == "<p>Of both.</p>"


def test_a_third_save_in_between_is_asked_anew(anna: Client, boris: Client, commentary: Commentary) -> None:
    first, second = both_open(anna, boris, commentary)
    save_first(anna, commentary, first, title_ru="Анна")
    response = post(boris, commentary, second, title_ru="Борис")
    save_first(anna, commentary, open_form(anna, form_of(commentary), "commentary"), title_ru="Снова Анна")
    answered = post(boris, commentary, again(response), **{"choice-title_ru": "mine"})
    assert conflicts(answered) == {"title_ru": "Headline"}
    assert "Снова Анна" in answered.content.decode()
    assert Commentary.objects.get().title_ru == "Снова Анна"


def test_the_same_change_by_both_is_no_question(anna: Client, boris: Client, commentary: Commentary) -> None:
    first, second = both_open(anna, boris, commentary)
    save_first(anna, commentary, first, body_ru="<p>Один <em>текст</em>.</p>")
    save_first(boris, commentary, second, body_ru="<p>Один <em>текст</em>.</p>\r\n\r\n")


@pytest.mark.parametrize("seen", [None, "", "0", "999999999", "-1", "x", "9" * 30, "'"])
def test_without_a_version_nothing_is_overwritten(
    anna: Client, boris: Client, commentary: Commentary, seen: str | None
) -> None:
    first, second = both_open(anna, boris, commentary)
    save_first(anna, commentary, first, title_ru="Анна")
    response = post(boris, commentary, second, seen_version=seen)
    assert "title_ru" in conflicts(response)
    assert Commentary.objects.get().title_ru == "Анна"


def test_the_version_of_another_commentary_is_no_version(anna: Client, commentary: Commentary) -> None:
    other = make_commentary(commentary.issue, make_section("other"), public=False)
    stranger = open_form(anna, form_of(other), "commentary")["seen_version"]
    data = open_form(anna, form_of(commentary), "commentary")
    assert "title_ru" in conflicts(post(anna, commentary, data, title_ru="Новы", seen_version=stranger))


def test_a_bad_field_and_a_conflict_come_back_together(anna: Client, boris: Client, commentary: Commentary) -> None:
    first, second = both_open(anna, boris, commentary)
    save_first(anna, commentary, first, title_ru="Анна")
    response = post(boris, commentary, second, title_ru="Борис", title_en="x" * 300)
    assert conflicts(response) == {"title_ru": "Headline"}
    assert any("250" in error for error in errors(response))
    assert again(response)["title_en"] == "x" * 300


def test_what_a_person_sent_is_cleaned_before_it_is_shown(anna: Client, boris: Client, commentary: Commentary) -> None:
    first, second = both_open(anna, boris, commentary)
    save_first(anna, commentary, first, body_en="<p>Anna</p>")
    response = post(
        boris, commentary, second, body_en="<p>Boris</p><script>alert(1)</script><img src=x onerror=alert(2)>"
    )
    assert conflicts(response)
    assert "<script>alert(1)" not in response.content.decode()
    assert "<img src=x onerror" not in response.content.decode()


# --- States ---


def test_a_text_marked_ready_while_it_was_changed_is_asked(anna: Client, boris: Client, commentary: Commentary) -> None:
    first, second = both_open(anna, boris, commentary)
    save_first(anna, commentary, first, state_ru=State.READY)
    response = post(boris, commentary, second, title_ru="Борис")
    assert conflicts(response) == {"state_ru": "State of this language"}
    assert "without what you have changed" in response.content.decode()
    save_first(boris, commentary, again(response), **{"choice-state_ru": "mine"})
    assert Translation.objects.get(language="ru").state == State.DRAFT
    assert Commentary.objects.get().title_ru == "Борис"


def test_ready_is_not_said_of_a_text_that_was_changed_unseen(
    anna: Client, boris: Client, commentary: Commentary
) -> None:
    first, second = both_open(anna, boris, commentary)
    save_first(anna, commentary, first, title_ru="Анна")
    response = post(boris, commentary, second, state_ru=State.READY)
    assert conflicts(response) == {"state_ru": "State of this language"}
    assert Translation.objects.get(language="ru").state == State.DRAFT
    save_first(boris, commentary, again(response), **{"choice-state_ru": "mine"})
    assert Translation.objects.get(language="ru").state == State.READY


def test_two_states_chosen_at_once_are_asked_even_without_a_new_version(
    anna: Client, boris: Client, commentary: Commentary
) -> None:
    _first, second = both_open(anna, boris, commentary)
    translations.mark_ready(commentary, "ru", None)
    response = post(boris, commentary, second, state_ru=State.IN_REVIEW)
    assert conflicts(response) == {"state_ru": "State of this language"}
    save_first(boris, commentary, again(response), **{"choice-state_ru": "theirs"})
    assert Translation.objects.get(language="ru").state == State.READY


def test_a_state_that_only_the_other_changed_stays(anna: Client, boris: Client, commentary: Commentary) -> None:
    first, second = both_open(anna, boris, commentary)
    save_first(anna, commentary, first, state_ru=State.READY)
    save_first(boris, commentary, second, title_en="Boris")
    assert Translation.objects.get(language="ru").state == State.READY


# --- Forecasts and bylines ---


def test_a_forecast_that_both_changed_is_asked_field_by_field(
    anna: Client, boris: Client, commentary: Commentary
) -> None:
    first, second = both_open(anna, boris, commentary)
    key = Forecast.objects.get(statement_en="First.").pk
    save_first(anna, commentary, first, **{"forecasts-0-statement_en": "Anna", "forecasts-0-statement_ru": "Анна"})
    response = post(boris, commentary, second, **{"forecasts-0-statement_en": "Boris", "forecasts-0-due": "2030-01-02"})
    name = f"forecasts-{key}-statement_en"
    assert list(conflicts(response)) == [name]
    save_first(boris, commentary, again(response), **{f"choice-{name}": "mine"})
    now = Forecast.objects.get(pk=key)
    assert (now.statement_en, now.statement_ru, str(now.due)) == ("Boris", "Анна", "2030-01-02")


def test_forecasts_added_by_both_are_all_kept(anna: Client, boris: Client, commentary: Commentary) -> None:
    first, second = both_open(anna, boris, commentary)
    added = {"forecasts-TOTAL_FORMS": "3", "forecasts-2-outcome": "open", "forecasts-2-position": "2"}
    save_first(anna, commentary, first, **added, **{"forecasts-2-statement_en": "Of Anna"})
    save_first(boris, commentary, second, **added, **{"forecasts-2-statement_en": "Of Boris"})
    texts = set(Forecast.objects.values_list("statement_en", flat=True))
    assert texts == {"First.", "Second.", "Of Anna", "Of Boris"}


def test_a_forecast_that_the_other_deleted_stays_deleted(anna: Client, boris: Client, commentary: Commentary) -> None:
    first, second = both_open(anna, boris, commentary)
    save_first(anna, commentary, first, **{"forecasts-0-DELETE": "on"})
    save_first(boris, commentary, second, **{"title_en": "Boris", "forecasts-1-statement_en": "Changed"})
    assert list(Forecast.objects.values_list("statement_en", flat=True)) == ["Changed"]


@pytest.mark.parametrize(("choice", "kept"), [("mine", ["Of Boris", "Second."]), ("theirs", ["Second."])])
def test_a_forecast_that_was_changed_and_deleted_is_asked(
    anna: Client, boris: Client, commentary: Commentary, choice: str, kept: list[str]
) -> None:
    first, second = both_open(anna, boris, commentary)
    key = Forecast.objects.get(statement_en="First.").pk
    save_first(anna, commentary, first, **{"forecasts-0-DELETE": "on"})
    response = post(boris, commentary, second, **{"forecasts-0-statement_en": "Of Boris"})
    assert conflicts(response) == {f"forecasts-{key}-": "Forecast"}
    assert "Of Boris" in response.content.decode()
    response = post(boris, commentary, again(response))  # not answered
    assert conflicts(response) == {f"forecasts-{key}-": "Forecast"}
    save_first(boris, commentary, again(response), **{f"choice-forecasts-{key}-": choice})
    assert sorted(Forecast.objects.values_list("statement_en", flat=True)) == kept


@pytest.mark.parametrize(("choice", "kept"), [("mine", ["Second."]), ("theirs", ["Of Anna", "Second."])])
def test_a_forecast_that_i_delete_and_the_other_changed_is_asked(
    anna: Client, boris: Client, commentary: Commentary, choice: str, kept: list[str]
) -> None:
    first, second = both_open(anna, boris, commentary)
    key = Forecast.objects.get(statement_en="First.").pk
    save_first(anna, commentary, first, **{"forecasts-0-statement_en": "Of Anna"})
    response = post(boris, commentary, second, **{"forecasts-0-DELETE": "on"})
    assert list(conflicts(response)) == [f"forecasts-{key}-"]
    assert Forecast.objects.filter(pk=key).exists()
    save_first(boris, commentary, again(response), **{f"choice-forecasts-{key}-": choice})
    assert sorted(Forecast.objects.values_list("statement_en", flat=True)) == kept


def test_an_analyst_whom_both_added_signs_once(anna: Client, boris: Client, commentary: Commentary) -> None:
    one, two = make_analyst("one"), make_analyst("two")
    sign(commentary, make_analyst("zero"))
    commentary.save()
    first, second = both_open(anna, boris, commentary)
    added = {"bylines-TOTAL_FORMS": "2", "bylines-1-position": "1"}
    save_first(anna, commentary, first, **added, **{"bylines-1-analyst": str(one.pk)})
    more = {"bylines-TOTAL_FORMS": "3", "bylines-2-position": "2", "bylines-2-analyst": str(two.pk)}
    save_first(boris, commentary, second, **(added | more), **{"bylines-1-analyst": str(one.pk)})
    assert [byline.analyst.slug for byline in Byline.objects.all()] == ["zero", "one", "two"]


# --- Rights ---


def test_a_translator_meets_only_questions_about_what_is_theirs(anna: Client, commentary: Commentary) -> None:
    translator = desk(make_user("vera", roles.TRANSLATOR, languages=["ru"]))
    first, second = both_open(anna, translator, commentary)
    save_first(anna, commentary, first, title_be="Ганна", title_ru="Анна", trend=Trend.WORSENED)
    forged = {"title_be": "Вера", "trend": Trend.IMPROVED, "asked": "title_be", "choice-title_be": "mine"}
    response = post(translator, commentary, second, title_ru="Вера", **forged)
    assert conflicts(response) == {"title_ru": "Headline"}
    save_first(translator, commentary, again(response), **{"choice-title_ru": "mine"})
    now = Commentary.objects.get()
    assert (now.title_be, now.title_ru, now.trend) == ("Ганна", "Вера", Trend.WORSENED)


# --- Other forms ---


def test_a_section_is_not_overwritten_either(anna: Client, boris: Client) -> None:
    section = make_section("own")
    first, second = both_open(anna, boris, section)
    save_first(anna, section, first, title_ru="Анна", title_be="Ганна")
    response = post(boris, section, second, title_ru="Борис", title_en="Boris")
    assert conflicts(response) == {"title_ru": "Title"}
    section = Section.objects.get()
    assert (section.title_be, section.title_ru) == ("Ганна", "Анна")
    data = fields(response.content, "section_form") | {"choice-title_ru": "mine"}
    save_first(boris, section, data)
    section.refresh_from_db()
    assert (section.title_be, section.title_ru, section.title_en) == ("Ганна", "Борис", "Boris")


def test_an_issue_and_a_picture_are_not_overwritten_either(anna: Client, boris: Client) -> None:
    for row, name in ((make_issue(public=False), "title_en"), (make_picture(), "credit")):
        first, second = both_open(anna, boris, row)
        save_first(anna, row, first, **{name: "Anna"})
        assert name in conflicts(post(boris, row, second, **{name: "Boris"}))
        row.refresh_from_db()
        assert getattr(row, name) == "Anna"


# --- Drafts of the browser ---


def test_only_a_save_tells_the_browser_to_drop_its_draft(anna: Client, commentary: Commentary) -> None:
    data = open_form(anna, form_of(commentary), "commentary") | {"draft": "abcdefgh1234"}
    failed = post(anna, commentary, data, title_en="x" * 300)
    assert "saved-abcdefgh1234" not in failed.cookies
    assert again(failed)["draft"] == "abcdefgh1234"
    assert "saved-abcdefgh1234" in post(anna, commentary, data, title_en="x").cookies


def test_a_forged_token_sets_no_cookie(anna: Client, commentary: Commentary) -> None:
    data = open_form(anna, form_of(commentary), "commentary")
    response = post(anna, commentary, data, draft="a; Domain=evil")
    assert not [name for name in response.cookies if name.startswith("saved-")]


def test_a_form_from_before_a_new_log_in_is_answered_with_the_way_back(commentary: Commentary) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_user("carl", roles.EDITOR), backend="django.contrib.auth.backends.ModelBackend")
    response = client.post(f"{form_of(commentary)}?tab=ru", {"title_en": "x", "csrfmiddlewaretoken": "a" * 64})
    assert response.status_code == 403
    page = response.content.decode()
    assert "What you typed is kept in this browser" in page
    assert f'href="{form_of(commentary)}?tab=ru"' in page


def test_the_session_is_told_only_to_who_has_one(anna: Client) -> None:
    assert Client().get(reverse("session")).json()["user"] is None
    assert desk(make_user("reader", is_staff=False)).get(reverse("session")).json()["user"] is None
    assert anna.get(reverse("session")).json()["user"] == str(User.objects.get(username="anna").pk)
    assert anna.post(reverse("session")).status_code == 405


def test_after_a_new_log_in_the_form_is_open_again(commentary: Commentary) -> None:
    make_user("carl", roles.EDITOR)
    response = Client().post(form_of(commentary), {"title_en": "x"}, follow=True)
    credentials = {"username": "carl", "password": "correct horse", "next": response.context["next"]}
    client = Client()
    assert client.post(reverse("admin:login"), credentials).headers["Location"] == form_of(commentary)


def test_a_form_asks_as_many_questions_of_the_database_with_many_forecasts(
    anna: Client, commentary: Commentary
) -> None:
    anna.get(form_of(commentary))
    with CaptureQueriesContext(connection) as few:
        anna.get(form_of(commentary))
    for number in range(8):
        make_forecast(commentary, statement_en=str(number))
    with CaptureQueriesContext(connection) as many:
        anna.get(form_of(commentary))
    assert len(few) == len(many)
