"""Writing a commentary at the desk: texts, states, the gate."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from commentaries import roles
from commentaries.languages import in_language
from commentaries.models import Byline, Commentary, Forecast, Translation
from commentaries.translations import record_change
from tests.commentaries.desk import desk, errors, open_form, save
from tests.factories import (
    make_analyst,
    make_commentary,
    make_forecast,
    make_issue,
    make_section,
    make_user,
    sign,
)

pytestmark = pytest.mark.django_db
State = Translation.State


@pytest.fixture
def editor() -> Client:
    return desk(make_user("editor", roles.EDITOR))


def form_of(commentary: Commentary) -> str:
    return reverse("admin:commentaries_commentary_change", args=[commentary.pk])


def state(commentary: Commentary, language: str) -> str:
    row = Translation.objects.filter(commentary=commentary, language=language).first()
    return row.state if row else State.MISSING


def draft(**fields: object) -> Commentary:
    return make_commentary(make_issue(public=False), public=False, **fields)  # type: ignore[arg-type]


def test_a_commentary_is_written_in_three_languages_in_one_form(editor: Client) -> None:
    issue, section = make_issue(public=False), make_section()
    url = f"{reverse('admin:commentaries_commentary_add')}?issue={issue.pk}&section={section.pk}"
    texts = {"title_be": "Мост", "body_be": "<p>Тэкст.</p>", "title_ru": "Мост", "body_ru": "<p>Текст.</p>"}
    response = save(editor, url, "commentary", trend="improved", **texts)
    assert response.status_code == 302
    commentary = Commentary.objects.get()
    assert (commentary.issue, commentary.section) == (issue, section)
    assert [in_language(commentary, "title", language) for language in ("be", "ru", "en")] == ["Мост", "Мост", ""]
    assert [state(commentary, language) for language in ("be", "ru", "en")] == [State.DRAFT, State.DRAFT, State.MISSING]


def test_a_second_commentary_for_a_section_is_refused_in_a_sentence(editor: Client) -> None:
    there = draft()
    url = f"{reverse('admin:commentaries_commentary_add')}?issue={there.issue_id}&section={there.section_id}"
    assert "This issue has a commentary for this section already." in errors(save(editor, url, "commentary"))


def test_opening_and_saving_changes_nothing(editor: Client) -> None:
    commentary = make_commentary()
    make_forecast(commentary)
    sign(commentary, make_analyst())
    record_change(commentary, small=True)
    save(editor, form_of(commentary), "commentary", body_be="<p>Тэкст каментара пра мост і парт.</p>\r\n")
    again = Commentary.objects.get()
    assert in_language(again, "body", "be") == in_language(commentary, "body", "be")
    assert [state(again, language) for language in ("be", "ru", "en")] == [State.READY] * 3


def test_script_is_taken_out_and_the_author_is_told(editor: Client) -> None:
    commentary = draft()
    url = form_of(commentary)
    body = '<h2>Так</h2><p onclick="x()">Тэкст<script>alert(1)</script></p>'
    response = editor.post(url, open_form(editor, url, "commentary") | {"body_be": body}, follow=True)
    assert in_language(Commentary.objects.get(), "body", "be") == "<h2>Так</h2><p>Тэкст</p>"
    assert "&lt;script&gt;, onclick=" in response.content.decode()


def test_marking_ready_remembers_who_and_when(editor: Client) -> None:
    commentary = draft(state=State.DRAFT)
    save(editor, form_of(commentary), "commentary", state_ru=State.READY)
    row = Translation.objects.get(commentary=commentary, language="ru")
    assert (row.state, row.marked_ready_by.username) == (State.READY, "editor")
    page = editor.get(form_of(commentary)).content.decode()
    assert "marked ready by editor" in page


def test_a_language_without_a_text_cannot_be_marked_ready(editor: Client) -> None:
    commentary = draft(languages=("be",))
    found = errors(save(editor, form_of(commentary), "commentary", state_en=State.READY))
    assert found == ["Write the headline and the text in this language before you mark it ready."]


def test_a_changed_original_outdates_its_translations(editor: Client) -> None:
    commentary = make_commentary()
    save(editor, form_of(commentary), "commentary", title_be="Іншы загаловак", correction_be="Загаловак быў не той.")
    assert [state(commentary, language) for language in ("be", "ru", "en")] == [
        State.READY,
        State.OUTDATED,
        State.OUTDATED,
    ]


def test_a_changed_forecast_of_the_original_outdates_too(editor: Client) -> None:
    commentary = make_commentary()
    make_forecast(commentary)
    save(
        editor,
        form_of(commentary),
        "commentary",
        correction_be="Не так.",
        **{"forecasts-0-statement_be": "Мост не адкрыюць."},
    )
    assert state(commentary, "en") == State.OUTDATED


def test_a_small_change_leaves_the_translations_good(editor: Client) -> None:
    commentary = make_commentary()
    save(editor, form_of(commentary), "commentary", title_be="Загаловак камэнтара", small_change="on")
    assert state(commentary, "en") == State.READY
    save(editor, form_of(commentary), "commentary", trend="improved", correction_be="Стала лепш.")
    assert state(commentary, "en") == State.READY


def test_a_state_that_another_person_set_meanwhile_is_not_undone(editor: Client) -> None:
    commentary = make_commentary()
    opened = open_form(editor, form_of(commentary), "commentary")
    Translation.objects.filter(commentary=commentary, language="en").update(state=State.OUTDATED)
    assert editor.post(form_of(commentary), opened | {"lead_en": "Another lead."}).status_code == 302
    assert state(commentary, "en") == State.OUTDATED


def test_an_analyst_signs_what_they_begin() -> None:
    user, section = make_user("alesia", roles.ANALYST), make_section()
    user.sections.add(section)
    analyst = make_analyst(user=user)
    url = f"{reverse('admin:commentaries_commentary_add')}?issue={make_issue(public=False).pk}&section={section.pk}"
    assert save(desk(user), url, "commentary", title_be="Мост").status_code == 302
    assert Byline.objects.get().analyst == analyst


def test_an_error_in_a_hidden_tab_is_counted_on_it(editor: Client) -> None:
    commentary = draft()
    response = save(editor, form_of(commentary), "commentary", title_en="x" * 251)
    assert 'data-testid="error-count"' in response.content.decode()


def test_bylines_and_forecasts_are_edited_in_the_form(editor: Client) -> None:
    commentary, analyst = draft(), make_analyst()
    inlines = {
        "bylines-TOTAL_FORMS": "1",
        "bylines-0-analyst": str(analyst.pk),
        "bylines-0-position": "0",
        "forecasts-TOTAL_FORMS": "1",
        "forecasts-0-statement_be": "Мост адкрыюць.",
        "forecasts-0-outcome": "open",
        "forecasts-0-position": "0",
    }
    assert save(editor, form_of(commentary), "commentary", **inlines).status_code == 302
    assert Byline.objects.get().analyst == analyst
    assert in_language(Forecast.objects.get(), "statement", "be") == "Мост адкрыюць."


@pytest.mark.parametrize("published_in", [timedelta(days=-1), timedelta(days=1)], ids=["public", "scheduled"])
@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"trend": ""}, "it has no trend"),
        ({"title_ru": ""}, "Russian is marked ready but has no headline"),
        (dict.fromkeys(("state_be", "state_ru", "state_en"), State.DRAFT), "no language of it is marked ready"),
        ({"forecasts-0-statement_en": ""}, "its forecast 1 is not worded in English"),
    ],
    ids=["trend", "text", "states", "forecast"],
)
def test_what_would_shut_the_gate_is_refused_and_nothing_typed_is_lost(
    editor: Client, published_in: timedelta, changes: dict[str, str], sentence: str
) -> None:
    at = timezone.now() + published_in
    commentary = make_commentary(make_issue(published_at=at))
    Commentary.objects.update(published_at=at)
    make_forecast(commentary)
    response = save(editor, form_of(commentary), "commentary", lead_be="Новы ўступ.", **changes)
    found = errors(response)
    assert any(sentence in error for error in found) or found == [
        "Write the headline and the text in this language before you mark it ready."
    ]
    assert "Новы ўступ." in response.content.decode()
    stored = Commentary.objects.get()
    assert (stored.trend, in_language(stored, "lead", "be")) == (
        commentary.trend,
        in_language(commentary, "lead", "be"),
    )
    assert [state(stored, language) for language in ("be", "ru", "en")] == [State.READY] * 3


def test_what_was_blocked_before_may_be_saved(editor: Client) -> None:
    """An imported archive has blockers that the gate only warned of."""
    commentary = make_commentary(trend="")
    assert save(editor, form_of(commentary), "commentary", lead_be="Новы ўступ.", small_change="on").status_code == 302


def test_a_public_commentary_keeps_its_week_and_section(editor: Client) -> None:
    commentary, other = make_commentary(), make_section("other")
    save(editor, form_of(commentary), "commentary", section=str(other.pk))
    assert Commentary.objects.get().section != other


def test_a_public_commentary_is_withdrawn_not_deleted(editor: Client) -> None:
    commentary = make_commentary()
    url = reverse("admin:commentaries_commentary_delete", args=[commentary.pk])
    response = editor.post(url, {"post": "yes"}, follow=True)
    assert "Withdraw it instead." in response.content.decode()
    assert Commentary.objects.exists()


def test_a_draft_is_deleted(editor: Client) -> None:
    url = reverse("admin:commentaries_commentary_delete", args=[draft().pk])
    assert editor.post(url, {"post": "yes"}).status_code == 302
    assert not Commentary.objects.exists()
