"""Translating side by side: what is shown, what is marked, what is saved, and by whom."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from commentaries import roles, translations
from commentaries.languages import in_language
from commentaries.models import Commentary, Correction, Translation, User
from tests.commentaries.desk import desk, fields, open_form, parsed, save
from tests.factories import make_commentary, make_forecast, make_issue, make_section, make_user

pytestmark = pytest.mark.django_db
State = Translation.State
SOURCE = "<h2>Мост</h2><p>Першы абзац пра мост.</p><p>Другі абзац пра порт.</p>"
TARGET = "<h2>The bridge</h2><p>The first paragraph, on the bridge.</p><p>The second one, on the port.</p>"


def page_of(commentary: Commentary, language: str = "en") -> str:
    return reverse("admin:commentaries_commentary_translate", args=[commentary.pk, language])


def form_of(commentary: Commentary) -> str:
    return reverse("admin:commentaries_commentary_change", args=[commentary.pk])


def translated(*, public: bool = False, **texts: Any) -> Commentary:
    """A commentary in Belarusian with an English translation that is ready."""
    issue = make_issue(public=public)
    commentary = make_commentary(
        issue, public=public, languages=("be", "en"), **{"body_be": SOURCE, "body_en": TARGET, **texts}
    )
    for language in ("be", "en"):
        translations.mark_ready(commentary, language, None)
    return commentary


def change_source(commentary: Commentary, **texts: str) -> None:
    """What an analyst does in the form of the commentary."""
    editor = User.objects.filter(username="analyst").first() or make_user("analyst", roles.EDITOR)
    if commentary.is_published:
        texts |= {"correction_be": "Выпраўлена."}
    assert save(desk(editor), form_of(commentary), "commentary", **texts).status_code == 302


def state(commentary: Commentary, language: str = "en") -> str:
    return Translation.objects.get(commentary=commentary, language=language).state


@pytest.fixture
def translator() -> Client:
    return desk(make_user("translator", roles.TRANSLATOR, languages=["en", "ru"]))


def post(client: Client, commentary: Commentary, language: str = "en", **changes: str) -> Any:
    return save(client, page_of(commentary, language), "commentary", **changes)


def changed(page: bytes) -> list[str]:
    """What the page marks, as “changed: the words that came or went”."""
    found = []
    for node in parsed(page).iter("div"):
        if (node.get("id") or "").startswith("change-"):
            label = next(span for span in node.iter("span") if span.get("class") == "changed")
            words = [" ".join("".join(one.itertext()).split()) for name in ("del", "ins") for one in node.iter(name)]
            found.append(f"{' '.join((label.text or '').split())}: {' / '.join(words)}".strip(": "))
    return found


# --- What is shown ---


def test_each_paragraph_of_the_original_stands_beside_its_translation(translator: Client) -> None:
    commentary = translated()
    make_forecast(commentary)
    page = translator.get(page_of(commentary)).content.decode()
    for words in (
        "Загаловак каментара",
        "A headline",
        "Уводзіны каментара.",
        "Першы абзац пра мост.",
        "Мост адкрыюць.",
    ):
        assert words in page
    response = translator.get(page_of(commentary))
    pairs = [
        (line.source.html, info["target"])
        for line, info in zip(response.context["blocks"], response.context["editor"]["targets"], strict=True)
    ]
    assert pairs[1] == ("<p>Першы абзац пра мост.</p>", "<p>The first paragraph, on the bridge.</p>")
    assert "Whole form" in page
    assert f"be-en.po?commentary={commentary.pk}" in page


def test_nothing_is_marked_while_the_original_stands(translator: Client) -> None:
    assert changed(translator.get(page_of(translated())).content) == []


def test_what_changed_in_the_original_is_marked_and_counted(translator: Client) -> None:
    commentary = translated()
    make_forecast(commentary)
    translations.mark_ready(Commentary.objects.get(), "en", None)
    now = SOURCE.replace("порт", "вакзал").replace("<p>Першы абзац пра мост.</p>", "")
    change_source(commentary, body_be=now, lead_be="Іншыя ўводзіны.", **{"forecasts-0-statement_be": "Мост закрыюць."})
    response = translator.get(page_of(commentary))
    marked = changed(response.content)
    assert [one.partition(":")[0] for one in marked] == ["changed", "removed", "changed", "changed"]
    assert "порт" in marked[2]
    assert "вакзал" in marked[2]
    assert "4 places in the original have changed" in response.content.decode()
    assert in_language(Commentary.objects.get(), "body", "en") == TARGET


def test_a_translation_made_nobody_knows_when_says_so(translator: Client) -> None:
    commentary = make_commentary(make_issue(public=False), public=False)
    assert "It is not known what this translation was made from" in translator.get(page_of(commentary)).content.decode()


def test_another_language_can_be_read_beside(translator: Client) -> None:
    commentary = make_commentary(make_issue(public=False), public=False)
    page = translator.get(f"{page_of(commentary)}?from=ru").content.decode()
    assert "Текст каментара" not in page
    assert "Текст комментария о мосте и порте." in page
    assert "Тэкст каментара пра мост" not in page


def test_a_block_that_the_original_lacks_is_shown_too(translator: Client) -> None:
    commentary = translated(body_en=TARGET + "<p>A note of the translator, which stands alone.</p>")
    targets = translator.get(page_of(commentary)).context["editor"]["targets"]
    assert "<p>A note of the translator, which stands alone.</p>" in [info["target"] for info in targets]


# --- What is saved ---


def test_only_the_texts_of_this_language_are_saved(translator: Client) -> None:
    commentary = translated()
    forecast = make_forecast(commentary)
    response = post(
        translator,
        commentary,
        title_en="Another headline",
        title_be="Чужы",
        trend="improved",
        **{
            "forecasts-0-statement_en": "It will open.",
            "forecasts-0-statement_be": "Чужы",
            "forecasts-0-due": "2022-02-02",
        },
    )
    assert response.status_code == 302
    now = Commentary.objects.get()
    forecast.refresh_from_db()
    assert in_language(now, "title", "en") == "Another headline"
    assert in_language(now, "title", "be") == "Загаловак каментара"
    assert (now.trend, in_language(now, "body", "be")) == ("unchanged", SOURCE)
    assert in_language(forecast, "statement", "en") == "It will open."
    assert (in_language(forecast, "statement", "be"), forecast.due) == ("Мост адкрыюць.", None)


def test_opening_and_saving_changes_nothing(translator: Client) -> None:
    commentary = translated()
    make_forecast(commentary, outcome="came_true", outcome_date="2022-02-02", outcome_note_en="It did.")
    translations.mark_ready(Commentary.objects.get(), "en", None)
    before = Commentary.objects.filter(pk=commentary.pk).values().get()
    assert post(translator, commentary).status_code == 302
    assert Commentary.objects.filter(pk=commentary.pk).values().get() == before
    assert commentary.forecasts.get().outcome_note_en == "It did."
    assert state(commentary) == State.READY


def test_a_change_of_the_original_outdates_and_marking_ready_clears_it(translator: Client) -> None:
    commentary = translated()
    change_source(commentary, body_be=SOURCE.replace("порт", "вакзал"))
    assert state(commentary) == State.OUTDATED
    assert post(translator, commentary, body_en=TARGET.replace("port", "station")).status_code == 302
    assert state(commentary) == State.OUTDATED
    assert post(translator, commentary, state_en="ready").status_code == 302
    row = Translation.objects.get(commentary=commentary, language="en")
    assert (row.state, row.marked_ready_by.username) == (State.READY, "translator")
    assert changed(translator.get(page_of(commentary)).content) == []
    assert "station" in in_language(Commentary.objects.get(), "body", "en")


def test_a_text_is_not_marked_ready_beside_an_original_that_was_not_seen(translator: Client) -> None:
    commentary = translated()
    change_source(commentary, body_be=SOURCE.replace("порт", "вакзал"))
    data = open_form(translator, page_of(commentary), "commentary") | {"lead_en": "My lead.", "state_en": "ready"}
    change_source(commentary, title_be="Зноў іншы")
    response = translator.post(page_of(commentary), data)
    page = response.content.decode()
    assert "The original changed while you were translating." in page
    assert "My lead." in page
    assert state(commentary) == State.OUTDATED
    again = fields(response.content, "commentary_form") | {"state_en": "ready"}
    assert translator.post(page_of(commentary), again).status_code == 302
    assert (state(commentary), in_language(Commentary.objects.get(), "lead", "en")) == (State.READY, "My lead.")


def test_the_second_to_save_is_asked_and_nothing_is_lost(translator: Client) -> None:
    commentary = translated()
    data = open_form(translator, page_of(commentary), "commentary") | {"title_en": "Mine"}
    other = desk(make_user("other", roles.TRANSLATOR, languages=["en"]))
    assert post(other, commentary, title_en="Theirs").status_code == 302
    response = translator.post(page_of(commentary), data)
    page = response.content.decode()
    assert response.status_code == 200
    assert "Mine" in page
    assert "Theirs" in page
    assert in_language(Commentary.objects.get(), "title", "en") == "Theirs"
    answered = fields(response.content, "commentary_form") | {"choice-title_en": "mine", "title_en": "Mine"}
    assert translator.post(page_of(commentary), answered).status_code == 302
    assert in_language(Commentary.objects.get(), "title", "en") == "Mine"


def test_an_error_shows_the_page_again_with_what_was_typed(translator: Client) -> None:
    commentary = translated()
    body = TARGET.replace("port", "<b>station</b><script>x</script>")
    response = post(translator, commentary, title_en="x" * 251, body_en=body)
    assert response.status_code == 200
    page = response.content.decode()
    assert "at most 250 characters" in page
    assert "<p>The second one, on the <b>station</b>.</p>" in [
        i["target"] for i in response.context["editor"]["targets"]
    ]
    assert in_language(Commentary.objects.get(), "body", "en") == TARGET


def test_catching_up_with_a_public_original_owes_readers_no_note(translator: Client) -> None:
    commentary = translated(public=True)
    change_source(commentary, body_be=SOURCE.replace("порт", "вакзал"))
    body = TARGET.replace("port", "station")
    assert post(translator, commentary, body_en=body, state_en="ready").status_code == 302
    assert (state(commentary), Correction.objects.count()) == (State.READY, 1)


def test_another_meaning_of_a_public_translation_owes_a_note(translator: Client) -> None:
    commentary = translated(public=True)
    response = post(translator, commentary, title_en="Another headline")
    assert response.status_code == 200
    assert "Readers have this text already." in response.content.decode()
    assert post(translator, commentary, title_en="Another headline", correction_en="It was wrong.").status_code == 302
    assert Correction.objects.get().note_en == "It was wrong."


def test_a_note_on_the_original_is_worded_in_the_language_too(translator: Client) -> None:
    commentary = translated(public=True)
    change_source(commentary, body_be=SOURCE.replace("порт", "вакзал"))
    page = translator.get(page_of(commentary)).content.decode()
    assert "Выпраўлена." in page
    assert "note_be" not in page
    assert post(translator, commentary, **{"corrections-0-note_en": "Corrected."}).status_code == 302
    correction = Correction.objects.get()
    assert (correction.note_be, correction.note_en) == ("Выпраўлена.", "Corrected.")


# --- By whom ---


def test_who_does_not_edit_the_language_is_refused() -> None:
    commentary = translated()
    russian = desk(make_user("russian", roles.TRANSLATOR, languages=["ru"]))
    stranger = desk(make_user("stranger", roles.ANALYST, languages=["en"]))
    for client in (russian, stranger):
        assert client.get(page_of(commentary)).status_code == 403
        assert client.post(page_of(commentary), {"title_en": "x"}).status_code == 403
    assert Client().get(page_of(commentary)).status_code == 302
    assert in_language(Commentary.objects.get(), "title", "en") == "A headline"


def test_what_is_not_there_is_not_found_and_the_original_is_no_translation(translator: Client) -> None:
    commentary = translated()
    for address in (
        f"/admin/commentaries/commentary/{commentary.pk}/translate/de/",
        "/admin/commentaries/commentary/0/translate/en/",
        "/admin/commentaries/commentary/x/translate/en/",
    ):
        assert translator.get(address).status_code == 404
    editor = desk(make_user("editor", roles.EDITOR))
    assert editor.get(page_of(commentary, "be"))["Location"] == f"{form_of(commentary)}?tab=be"


def test_an_analyst_sends_the_translation_of_their_draft_to_review() -> None:
    section = make_section()
    analyst = make_user("anna", roles.ANALYST)
    analyst.sections.add(section)
    commentary = make_commentary(make_issue(public=False), section, public=False, languages=("be",))
    page = desk(analyst).get(page_of(commentary)).content.decode()
    assert "Save and send to review" in page
    assert "Save and mark ready" not in page
    texts = {"title_en": "A headline", "body_en": "<p>A text.</p>"}
    assert post(desk(analyst), commentary, **texts, state_en="in_review").status_code == 302
    assert state(commentary) == State.IN_REVIEW


def test_each_tab_of_a_translation_leads_here(translator: Client) -> None:
    commentary = translated()
    page = translator.get(form_of(commentary)).content.decode()
    assert page_of(commentary, "en") in page
    assert page_of(commentary, "ru") in page
    assert page_of(commentary, "be") not in page


def test_a_translator_comes_here_from_the_cockpit_and_an_editor_to_the_form(translator: Client) -> None:
    commentary = translated()
    issue = reverse("admin:commentaries_issue_change", args=[commentary.issue_id])
    assert page_of(commentary, "ru") in translator.get(issue).content.decode()
    assert page_of(commentary, "be") not in translator.get(issue).content.decode()
    editor = desk(make_user("editor", roles.EDITOR)).get(issue).content.decode()
    assert f"{form_of(commentary)}?tab=ru" in editor
    assert page_of(commentary, "ru") not in editor


def test_the_page_asks_the_database_as_often_for_a_long_text(translator: Client) -> None:
    commentary = translated(body_be="<p>Абзац.</p>" * 40, body_en="<p>Text.</p>" * 40)
    make_forecast(commentary)
    few = _queries(translator, commentary)
    for _row in range(8):
        make_forecast(commentary)
        translations.mark_ready(Commentary.objects.get(), "en", None)
    assert _queries(translator, commentary) == few


def _queries(client: Client, commentary: Commentary) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(page_of(commentary)).status_code == 200
    return len(queries)


def test_a_headline_of_several_lines_is_saved_as_one_line(translator: Client) -> None:
    commentary = translated()
    assert post(translator, commentary, title_en="The bridge,\r\nagain at\u00a0last").status_code == 302
    commentary.refresh_from_db()
    assert in_language(commentary, "title", "en") == "The bridge, again at\u00a0last"
