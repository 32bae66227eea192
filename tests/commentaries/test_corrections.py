"""What readers are told when a commentary that they can see changes in meaning."""

from datetime import UTC, datetime, timedelta
from typing import Any

import html5lib
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from commentaries import publishing, roles
from commentaries.languages import in_language
from commentaries.models import Commentary, Correction, Translation
from tests.commentaries.desk import desk, errors, open_form, save
from tests.factories import make_commentary, make_forecast, make_issue, make_section, make_user

pytestmark = pytest.mark.django_db
State = Translation.State
OWED = "Readers have this text already."
WHY = "Readers have seen another trend."


@pytest.fixture
def editor() -> Client:
    return desk(make_user("vera", roles.EDITOR))


@pytest.fixture
def translator() -> Client:
    return desk(make_user("tamara", roles.TRANSLATOR, languages=["ru"]))


def change(client: Client, commentary: Commentary, **changes: Any) -> Any:
    url = reverse("admin:commentaries_commentary_change", args=[commentary.pk])
    return save(client, url, "commentary", **changes)


def owes(response: Any, sentence: str = OWED) -> set[str]:
    """The fields at which the form that came back asks for a note."""
    assert response.status_code == 200
    found = response.context["adminform"].form.errors
    return {name for name, sentences in found.items() if any(sentence in one for one in sentences)}


def saved(response: Any) -> bool:
    return bool(response.status_code == 302)


# --- What is owed ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["title", "lead", "body"])
def test_a_changed_text_owes_a_note_in_its_language_and_nothing_typed_is_lost(editor: Client, text: str) -> None:
    commentary = make_commentary()
    response = change(editor, commentary, **{f"{text}_ru": "Новое", "lead_en": "A new lead."})
    assert owes(response) == {"correction_ru", "correction_en"}
    page = response.content.decode()
    assert "Новое" in page
    assert "A new lead." in page
    stored = Commentary.objects.get()
    assert in_language(stored, "lead", "en") == in_language(commentary, "lead", "en")
    assert not Correction.objects.exists()


def test_a_changed_forecast_owes_a_note(editor: Client) -> None:
    commentary = make_commentary()
    make_forecast(commentary)
    response = change(editor, commentary, **{"forecasts-0-statement_be": "Мост не адкрыюць."})
    assert owes(response) == {"correction_be"}


def test_a_deleted_forecast_owes_a_note_in_every_language(editor: Client) -> None:
    commentary = make_commentary()
    make_forecast(commentary)
    response = change(editor, commentary, **{"forecasts-0-DELETE": "on"})
    assert owes(response) == {"correction_be", "correction_ru", "correction_en"}


def test_the_outcome_of_a_forecast_corrects_nothing(editor: Client) -> None:
    commentary = make_commentary()
    make_forecast(commentary)
    judged = {"forecasts-0-outcome": "came_true", "forecasts-0-outcome_date": "2022-03-01"}
    assert saved(change(editor, commentary, **judged))
    assert not Correction.objects.exists()


def test_the_note_is_stored_with_its_writer_and_the_day(editor: Client) -> None:
    before = timezone.now()
    assert saved(change(editor, make_commentary(), title_be="Новы", correction_be=" Дата была не тая. "))
    correction = Correction.objects.get()
    assert in_language(correction, "note", "be") == "Дата была не тая."
    assert (correction.made_by.username, correction.trend_before) == ("vera", "")
    assert correction.made_at >= before


def test_a_small_change_tells_readers_nothing(editor: Client) -> None:
    assert saved(change(editor, make_commentary(), title_be="Загаловак каментара.", small_change="on"))
    assert not Correction.objects.exists()


@pytest.mark.parametrize("small", [{}, {"small_change": "on"}])
def test_another_trend_is_never_small(editor: Client, small: dict[str, str]) -> None:
    commentary = make_commentary()
    assert owes(change(editor, commentary, trend="worsened", **small), WHY) == {"correction_be"}
    assert saved(change(editor, commentary, trend="worsened", correction_ru="Порт закрыт.", **small))
    correction = Correction.objects.get()
    assert (correction.trend_before, correction.trend_after) == ("unchanged", "worsened")
    assert in_language(correction, "note", "ru") == "Порт закрыт."


def test_a_first_trend_corrects_none(editor: Client) -> None:
    assert saved(change(editor, make_commentary(trend=""), trend="worsened"))
    assert not Correction.objects.exists()


@pytest.mark.parametrize("published_in", [None, timedelta(days=1)], ids=["draft", "scheduled"])
def test_what_readers_cannot_see_owes_nothing(editor: Client, published_in: timedelta | None) -> None:
    at = published_in and timezone.now() + published_in
    commentary = make_commentary(make_issue(published_at=at))
    Commentary.objects.update(published_at=at)
    url = reverse("admin:commentaries_commentary_change", args=[commentary.pk])
    assert "correction_be" not in open_form(editor, url, "commentary")
    assert saved(change(editor, commentary, title_be="Новы", trend="improved"))
    assert not Correction.objects.exists()


def test_what_is_withdrawn_owes_nothing_and_neither_does_its_return(editor: Client) -> None:
    commentary = make_commentary()
    publishing.withdraw(commentary, {"be": "Памылка."})
    assert saved(change(editor, commentary, title_be="Новы"))
    publishing.restore(commentary)
    assert not Correction.objects.exists()


def test_a_translation_brought_up_to_date_owes_nothing(editor: Client, translator: Client) -> None:
    commentary = make_commentary()
    change(editor, commentary, title_be="Новы", correction_be="Не той мост.")
    assert saved(change(translator, commentary, title_ru="Новый", state_ru=State.READY))
    assert Translation.objects.get(language="ru").state == State.READY
    assert Correction.objects.count() == 1


def test_a_language_that_becomes_ready_owes_nothing(editor: Client) -> None:
    commentary = make_commentary(languages=("be", "ru"))
    texts = {"title_en": "A bridge", "body_en": "<p>A text.</p>", "state_en": State.READY}
    assert saved(change(editor, commentary, **texts))
    assert not Correction.objects.exists()


def test_who_edits_public_text_may_say_that_it_is_small(translator: Client) -> None:
    commentary = make_commentary()
    assert owes(change(translator, commentary, lead_ru="Новое вступление.")) == {"correction_ru"}
    assert saved(change(translator, commentary, lead_ru="Новое вступление.", small_change="on"))
    assert set(Translation.objects.values_list("state", flat=True)) == {State.READY}


def test_a_small_change_leaves_what_was_outdated_before_outdated(editor: Client) -> None:
    commentary = make_commentary()
    change(editor, commentary, title_be="Новы", correction_be="Не той мост.")
    before = Translation.objects.get(language="ru")
    change(editor, commentary, title_be="Новы.", small_change="on")
    after = Translation.objects.get(language="ru")
    assert (after.state, after.made_from_digest) == (State.OUTDATED, before.made_from_digest)


def test_a_note_is_offered_only_in_ones_own_languages(translator: Client) -> None:
    commentary = make_commentary()
    url = reverse("admin:commentaries_commentary_change", args=[commentary.pk])
    assert {name for name in open_form(translator, url, "commentary") if name.startswith("correction_")} == {
        "correction_ru"
    }
    change(translator, commentary, lead_ru="Новое.", correction_ru="Не так.", correction_en="Forged.", trend="improved")
    correction = Correction.objects.get()
    assert (in_language(correction, "note", "en"), correction.trend_after) == ("", "")


def test_a_commentary_published_while_its_form_was_open_owes_its_note(editor: Client) -> None:
    commentary = make_commentary(make_issue(public=False), public=False)
    url = reverse("admin:commentaries_commentary_change", args=[commentary.pk])
    opened = open_form(editor, url, "commentary")
    publishing.publish(commentary.issue)
    response = editor.post(url, opened | {"title_be": "Новы"})
    assert owes(response) == {"correction_be"}
    assert in_language(Commentary.objects.get(), "title", "be") == "Загаловак каментара"


# --- A language that is put back and comes back ---------------------------------------------------------------------


@pytest.mark.parametrize("changed_when", ["with putting back", "in between", "with marking ready"])
def test_a_language_put_back_owes_a_note_when_it_comes_back_changed(editor: Client, changed_when: str) -> None:
    commentary = make_commentary()
    new = {"lead_ru": "Новое вступление."}

    def now(when: str) -> dict[str, str]:
        return new if when == changed_when else {}

    assert saved(change(editor, commentary, state_ru=State.DRAFT, **now("with putting back")))
    assert saved(change(editor, commentary, **now("in between")))
    assert not Correction.objects.exists()
    back = {"state_ru": State.READY, **now("with marking ready")}
    assert owes(change(editor, commentary, **back)) == {"correction_ru"}
    assert Translation.objects.get(language="ru").state == State.DRAFT
    assert saved(change(editor, commentary, correction_ru="Было не так.", **back))
    assert in_language(Correction.objects.get(), "note", "ru") == "Было не так."
    assert saved(change(editor, commentary, title_en="New", correction_en="It was wrong."))  # no second note in Russian


def test_a_language_put_back_owes_nothing_when_it_comes_back_as_it_was(editor: Client) -> None:
    commentary = make_commentary()
    assert saved(change(editor, commentary, state_ru=State.DRAFT, lead_ru="Иначе."))
    lead = in_language(commentary, "lead", "ru")
    assert saved(change(editor, commentary, state_ru=State.READY, lead_ru=lead))
    assert not Correction.objects.exists()


def test_a_language_put_back_owes_nothing_once_the_original_is_corrected(editor: Client) -> None:
    commentary = make_commentary()
    assert saved(change(editor, commentary, state_ru=State.DRAFT))
    assert saved(change(editor, commentary, title_be="Новы", correction_be="Не той мост."))
    assert saved(change(editor, commentary, state_ru=State.READY, title_ru="Новый"))
    assert Correction.objects.count() == 1


# --- Notes written so far -------------------------------------------------------------------------------------------


def corrected(**notes: str) -> Commentary:
    commentary = make_commentary()
    Correction.objects.create(commentary=commentary, **notes)
    return commentary


def test_a_note_is_translated_later_without_owing_another(translator: Client) -> None:
    commentary = corrected(note_be="Не той мост.")
    changes = {"corrections-0-note_ru": "Не тот мост.", "corrections-0-note_be": "!", "corrections-0-note_en": "!"}
    assert saved(change(translator, commentary, **changes))
    correction = Correction.objects.get()
    assert [in_language(correction, "note", code) for code in ("be", "ru", "en")] == [
        "Не той мост.",
        "Не тот мост.",
        "",
    ]
    assert correction.history.count() == 2


def test_only_editors_delete_a_note_and_its_history_stays(editor: Client, translator: Client) -> None:
    commentary = corrected(note_be="Не той мост.")
    change(translator, commentary, **{"corrections-0-DELETE": "on"})
    assert Correction.objects.exists()
    assert saved(change(editor, commentary, **{"corrections-0-DELETE": "on"}))
    assert not Correction.objects.exists()
    assert Correction.history.count() == 2


def test_a_form_that_was_opened_before_the_first_note_is_saved(editor: Client) -> None:
    commentary = make_commentary()
    url = reverse("admin:commentaries_commentary_change", args=[commentary.pk])
    opened = open_form(editor, url, "commentary")
    Correction.objects.create(commentary=commentary, note_be="Не той мост.")
    assert saved(editor.post(url, opened))


def test_a_note_that_is_too_long_is_a_sentence(editor: Client) -> None:
    found = errors(change(editor, make_commentary(), title_be="Новы", correction_be="я" * 1001))
    assert any("1000" in sentence for sentence in found)


# --- Readers --------------------------------------------------------------------------------------------------------


def make_corrected(**fields: Any) -> Commentary:
    issue = fields.pop("issue", None) or make_issue()
    section = fields.pop("section", None) or make_section("security")
    notes = {"note_be": "Порт зачынены.", "note_ru": "Порт закрыт."}
    commentary = make_commentary(issue, section, trend="worsened", **fields)
    at = datetime(2022, 1, 25, 22, 30, tzinfo=UTC)  # in Minsk the next day
    trends = {"trend_before": "unchanged", "trend_after": "worsened"}
    Correction.objects.create(commentary=commentary, made_at=at, **notes, **trends)
    return commentary


@pytest.mark.parametrize("path", ["/{}/issues/2022-01-17/security/", "/{}/issues/2022-01-17/"])
def test_readers_see_the_old_trend_the_new_one_and_why(client: Client, path: str) -> None:
    make_corrected()
    for language, day, label, note in [
        ("be", "26\u00a0студзеня 2022", "Сітуацыя не змянілася", "Порт зачынены."),
        ("ru", "26\u00a0января 2022\u00a0г.", "Ситуация не изменилась", "Порт закрыт."),
    ]:
        page = client.get(path.format(language)).content.decode()
        html5lib.HTMLParser(strict=True).parse(page)
        assert f'<time datetime="2022-01-26">{day}</time>' in page
        assert page.partition("<body>")[2].count(label) == 2  # beside the trend, and with the note
        assert f"<span>{note}</span>" in page
        assert 'href="#corrections-security"' in page
        assert 'id="corrections-security"' in page


def test_a_commentary_says_above_its_text_since_when_it_stands_and_that_it_was_corrected(client: Client) -> None:
    issue = make_issue(published_at=datetime(2022, 1, 23, 21, tzinfo=UTC))  # in Minsk the 24th
    commentary = make_corrected(issue=issue)
    make_commentary(issue, make_section("economy"))
    Commentary.objects.update(published_at=datetime(2022, 1, 22, tzinfo=UTC))
    found = client.get(commentary.get_absolute_url()).content.decode()
    above = found.partition('<p class="byline">')[2].partition("</p>")[0]
    assert '<time datetime="2022-01-24">January\u00a024, 2022</time>' in above
    assert '<a href="#corrections-security">corrected on January\u00a026, 2022</a>' in above
    assert client.get("/en/issues/2022-01-17/").content.decode().count("corrected on ") == 1


def test_a_note_that_is_not_in_the_pages_language_says_in_which_it_is(client: Client) -> None:
    make_corrected()
    page = client.get("/en/issues/2022-01-17/security/").content.decode()
    assert '<span lang="be">Порт зачынены.</span>' in page
    assert "January\u00a026, 2022" in page


def test_a_note_in_a_language_that_is_not_public_stays_at_the_desk(client: Client) -> None:
    make_corrected(languages=("ru",))
    page = client.get("/be/issues/2022-01-17/security/").content.decode()
    assert "Порт зачынены." not in page
    assert '<span lang="ru">Порт закрыт.</span>' in page


def test_a_note_that_readers_cannot_have_leaves_no_empty_heading(client: Client) -> None:
    commentary = make_commentary(section=make_section("security"), languages=("be",))
    Correction.objects.create(commentary=commentary, note_en="Not public.")
    page = client.get("/be/issues/2022-01-17/security/").content.decode()
    assert "corrections" not in page
    assert "Not public." not in page


def test_of_several_trends_the_last_that_was_stands_beside_the_trend(client: Client) -> None:
    commentary = make_corrected()
    commentary.trend = "improved"
    commentary.save()
    Correction.objects.create(
        commentary=commentary, note_en="Open again.", trend_before="worsened", trend_after="improved"
    )
    page = client.get("/en/issues/2022-01-17/security/").content.decode().partition("<body>")[2]
    assert page.count('class="former"') == 1
    assert page.index("Open again.") < page.index("Порт зачынены.")
    assert page.count("Now:") == 1
    assert page.count("Then:") == 1


def test_what_is_written_in_a_note_is_text(client: Client) -> None:
    commentary = make_commentary(section=make_section("security"))
    Correction.objects.create(commentary=commentary, note_en="<script>alert(1)</script>")
    assert "<script>" not in client.get("/en/issues/2022-01-17/security/").content.decode()
