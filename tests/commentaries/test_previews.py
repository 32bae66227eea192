"""The reader's page of a form as it was typed: shown to who may see it, and never written."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import html5lib
import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from commentaries import roles
from commentaries.languages import in_language
from commentaries.models import Commentary, Correction, Issue, Section, Translation
from tests.commentaries.desk import desk, fields, open_form
from tests.commentaries.test_pages_html import BODY
from tests.factories import (
    MONDAY,
    make_analyst,
    make_commentary,
    make_forecast,
    make_issue,
    make_picture,
    make_publication,
    make_section,
    make_user,
    sign,
)

pytestmark = pytest.mark.django_db
TYPED = {"be": "Надрукавана, не захавана", "ru": "Напечатано, не сохранено", "en": "Typed, not saved"}
WRITING = re.compile(r"\s*(INSERT|UPDATE|DELETE)", re.IGNORECASE)


@pytest.fixture
def issue() -> Issue:
    make_publication()
    return make_issue(public=False)


@pytest.fixture
def draft(issue: Issue) -> Commentary:
    return make_commentary(issue, make_section("own"), public=False)


@pytest.fixture
def editor() -> Client:
    return desk(make_user("editor", roles.EDITOR))


@pytest.fixture(autouse=True)
def _nothing_is_written_by_a_preview(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whatever a test previews, the database is told to write nothing, the session and the log included."""
    send, written = Client.generic, list[str]()

    def watched(client: Client, method: str, path: str, *args: Any, **kwargs: Any) -> Any:
        with CaptureQueriesContext(connection) as queries:
            response = send(client, method, path, *args, **kwargs)
        if "/preview/" in path:
            written.extend(query["sql"] for query in queries if WRITING.match(query["sql"]))
        return response

    monkeypatch.setattr(Client, "generic", watched)
    yield
    assert written == []


def counts() -> dict[str, int]:
    """How many rows each table has."""
    return {model._meta.db_table: model._base_manager.count() for model in apps.get_models()}


def form_of(row: Issue | Commentary) -> str:
    return reverse(f"admin:commentaries_{row._meta.model_name}_change", args=[row.pk])


def preview_of(row: Issue | Commentary, language: str = "en") -> str:
    return reverse(f"admin:commentaries_{row._meta.model_name}_preview", args=[row.pk, language])


def preview(client: Client, row: Issue | Commentary, language: str = "en", **changes: str) -> Any:
    """Open the row's form, change some of its fields, and press the button of a language."""
    data = open_form(client, form_of(row), str(row._meta.model_name))
    return client.post(preview_of(row, language), data | changes)


def shown(response: Any) -> str:
    assert response.status_code == 200
    return str(response.content.decode())


def headline(text: str) -> str:
    found = re.findall(r"<h1[^>]*>(.*?)</h1>", text)
    assert len(found) == 1
    return str(found[0])


# --- What is shown --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["be", "ru", "en"])
def test_what_was_typed_is_shown_in_each_language(editor: Client, draft: Commentary, language: str) -> None:
    typed = {f"title_{code}": words for code, words in TYPED.items()}
    text = shown(preview(editor, draft, language, **typed, **{f"lead_{language}": "Leading"}))
    assert headline(text) == TYPED[language]
    assert "Leading" in text
    assert f'<html lang="{language}">' in text
    assert "Preview: not saved, not public." in text
    draft.refresh_from_db()
    assert TYPED[language] != in_language(draft, "title", language)


def test_the_bar_speaks_the_language_of_the_desk(draft: Commentary) -> None:
    client = desk(make_user("one", roles.EDITOR, interface_language="ru"))
    text = shown(preview(client, draft, "en"))
    assert re.search(r'<aside class="preview"[^>]*>\s*<div lang="ru">', text)
    assert '<html lang="en">' in text


def test_everything_of_the_form_is_shown(editor: Client, draft: Commentary) -> None:
    ina, hidden = make_analyst("ina"), make_analyst("hid", is_public=False, pen_name_en="A Pen")
    sign(draft, hidden, ina)
    sign(make_commentary(make_issue(MONDAY - timedelta(weeks=1))), ina)
    make_forecast(draft)
    picture = make_picture(alt_en="A bridge over a river.")
    bylines = {"bylines-0-position": "1", "bylines-1-position": "0"}
    forecasts = {"forecasts-0-statement_en": "It will rain.", "forecasts-0-due": "2022-03-05"}
    parts = bylines | forecasts
    text = shown(preview(editor, draft, trend="worsened", picture=str(picture.pk), body_en="<p>New</p>", **parts))
    assert re.search(r"Analyst ina</a>,\s*<span>A Pen</span>", text)
    assert "It will rain." in text
    assert "March\u00a05, 2022" in text
    assert "The situation got worse" in text
    assert 'alt="A bridge over a river."' in text
    assert "<p>New</p>" in text


def test_an_analyst_of_whom_nothing_is_public_yet_has_no_page_to_open(editor: Client, draft: Commentary) -> None:
    sign(draft, make_analyst("ina"))
    assert "<span>Analyst ina</span>" in shown(preview(editor, draft))


def test_rows_that_were_added_or_taken_out_in_the_form_count(editor: Client, draft: Commentary) -> None:
    gone = make_analyst("gone")
    sign(draft, gone)
    added = make_analyst("added")
    changes = {"bylines-TOTAL_FORMS": "2", "bylines-0-DELETE": "on"}
    changes |= {"bylines-1-analyst": str(added.pk), "bylines-1-position": "1"}
    changes |= {"forecasts-TOTAL_FORMS": "1", "forecasts-0-statement_en": "New forecast", "forecasts-0-outcome": "open"}
    text = shown(preview(editor, draft, **changes, **{"forecasts-0-position": "0"}))
    assert "Analyst added" in text
    assert "Analyst gone" not in text
    assert "New forecast" in text


def test_the_text_is_cleaned_as_when_it_is_saved(editor: Client, draft: Commentary) -> None:
    body = '<p onclick="x()">Good<script>alert(1)</script></p><img src="https://evil.example/x.png"><p>&nbsp;</p>'
    text = shown(preview(editor, draft, body_en=body))
    article = text.partition("<article")[2].partition("</article>")[0]
    assert "<p>Good</p>" in article
    for bad in ("script", "onclick", "evil.example"):
        assert bad not in article


@pytest.mark.parametrize("broken", [{"trend": "sideways"}, {"title_en": "x" * 300}, {"source_language": ""}])
def test_the_text_of_a_form_that_cannot_be_saved_is_cleaned_too(
    editor: Client, draft: Commentary, broken: dict[str, str]
) -> None:
    text = shown(preview(editor, draft, body_en="<p>Good<script>alert(1)</script></p>", **broken))
    article = text.partition("<article")[2].partition("</article>")[0]
    assert "<p>Good</p>" in article
    assert "script" not in article


def test_a_text_too_long_to_be_saved_is_not_taken_in(editor: Client, draft: Commentary) -> None:
    text = shown(preview(editor, draft, body_en="<script>alert(1)</script>" + "<p>Long</p>" * 30_000))
    article = text.partition("<article")[2].partition("</article>")[0]
    assert "Text (English): The text has more than 300000 characters." in text
    assert "Long" not in article
    assert "script" not in article


def test_a_form_with_mistakes_shows_what_it_can_and_says_what_is_wrong(editor: Client, draft: Commentary) -> None:
    changes = {"title_en": "x" * 251, "forecasts-TOTAL_FORMS": "1", "forecasts-0-statement_en": "Still shown"}
    changes |= {"forecasts-0-outcome": "came_true", "forecasts-0-position": "0", "lead_en": "<b>Lead</b>"}
    text = shown(preview(editor, draft, **changes))
    assert headline(text) == "x" * 251
    assert "Still shown" in text
    assert "&lt;b&gt;Lead&lt;/b&gt;" in text
    assert "Headline (English): " in text
    assert "Forecasts: A judged forecast has the date of the judgement; an open one has none." in text


def test_a_form_without_its_inlines_is_shown(editor: Client, draft: Commentary) -> None:
    sign(draft, make_analyst())
    text = shown(preview(editor, draft, **{"bylines-TOTAL_FORMS": "", "forecasts-TOTAL_FORMS": "x"}))
    assert headline(text) == "A headline"
    assert "ManagementForm" in text


def test_the_language_of_the_button_is_shown_though_it_is_not_ready(editor: Client, draft: Commentary) -> None:
    text = shown(preview(editor, draft, "en", state_en="draft"))
    assert headline(text) == "A headline"
    assert "This text is not ready: draft." in text
    assert "This text is not ready" not in shown(preview(editor, draft, "en"))


def test_a_language_with_a_headline_only_is_shown_as_it_is(editor: Client, draft: Commentary) -> None:
    text = shown(preview(editor, draft, "en", title_en="Only this", body_en="", lead_en=""))
    assert headline(text) == "Only this"
    assert "Not complete yet: the headline or the text is missing." in text
    assert "Available in" not in text


def test_a_language_in_which_nothing_is_written_gets_another_whole(editor: Client, draft: Commentary) -> None:
    text = shown(preview(editor, draft, "en", title_en="", body_en="", lead_en=""))
    assert headline(text) == "Загаловак каментара"
    assert "Available in Belarusian" in text


def test_the_page_leads_to_previews_of_what_belongs_to_it(editor: Client, draft: Commentary) -> None:
    other = make_commentary(draft.issue, make_section("other"), public=False, title_en="Beside it")
    text = shown(preview(editor, draft))
    assert f'href="{preview_of(draft.issue)}"' in text
    assert re.search(rf'href="{preview_of(other)}"[^>]*>Beside it', text)
    for address in re.findall(r'<a [^>]*href="(/[^"#?]*)', text):
        assert editor.get(address).status_code == 200, address


def test_the_other_languages_show_what_was_typed_too(editor: Client, draft: Commentary) -> None:
    """The bar's buttons send the same form again: its fields are in the page, hidden."""
    response = preview(editor, draft, "en", title_be=TYPED["be"], title_en='"><script>x</script>')
    text = shown(response)
    assert "<script" not in text
    document = html5lib.parse(text, namespaceHTMLElements=False)
    again = {node.get("name"): node.get("value") for node in document.iter("input") if node.get("type") == "hidden"}
    addresses = [node.get("formaction", "") for node in document.iter("button") if node.get("formaction")]
    assert addresses == [preview_of(draft, language) for language in ("be", "ru", "en")]
    assert headline(shown(editor.post(addresses[0], again))) == TYPED["be"]


def test_a_page_that_translates_is_previewed_with_the_rest_as_stored(draft: Commentary) -> None:
    sign(draft, make_analyst("ina"))
    make_forecast(draft, due=MONDAY)
    make_forecast(draft, statement_ru="Второй прогноз.")
    translator = desk(make_user("one", roles.TRANSLATOR, languages=["ru"]))
    page = translator.get(reverse("admin:commentaries_commentary_translate", args=[draft.pk, "ru"])).content
    assert f'formaction="{preview_of(draft, "ru")}" formtarget="_blank"' in page.decode()
    typed = {"title_ru": TYPED["ru"], "body_ru": "<p>Перевод</p>", "forecasts-0-statement_ru": "Переведённый прогноз."}
    text = shown(translator.post(preview_of(draft, "ru"), fields(page, "commentary_form") | typed))
    assert headline(text) == TYPED["ru"]
    assert '<p class="section"><a href="/ru/sections/own/">Раздел own</a>' in text
    for words in ("<p>Перевод</p>", "Переведённый прогноз.", "Второй прогноз.", "17\u00a0января 2022", "Аналітык ina"):
        assert words in text
    assert '<ul class="mistakes">' not in text


def test_no_row_of_any_table_comes_or_goes(editor: Client, draft: Commentary) -> None:
    """History, sessions and the log among them; the row stays as it was in every column."""
    data = open_form(editor, form_of(draft), "commentary") | {"title_en": TYPED["en"], "state_en": "draft"}
    data |= {"forecasts-TOTAL_FORMS": "1", "forecasts-0-statement_en": "New", "forecasts-0-outcome": "open"}
    rows, before = counts(), Commentary.objects.values().get()
    assert headline(shown(editor.post(preview_of(draft), data))) == TYPED["en"]
    assert headline(shown(add_preview(editor, issue=str(draft.issue_id), title_en=TYPED["en"]))) == TYPED["en"]
    assert counts() == rows
    assert Commentary.objects.values().get() == before


# --- Of what is being added -----------------------------------------------------------------------------------------


def add_preview(client: Client, language: str = "en", **fields: str) -> Any:
    parts = {f"{name}-{kind}_FORMS": "0" for name in ("bylines", "forecasts") for kind in ("TOTAL", "INITIAL")}
    return client.post(reverse("admin:commentaries_commentary_preview", args=["add", language]), parts | fields)


def test_a_commentary_that_is_being_added_is_shown(editor: Client, issue: Issue) -> None:
    section, analyst = make_section("own"), make_analyst()
    fields = {"issue": str(issue.pk), "section": str(section.pk), "source_language": "en", "title_en": "First words"}
    fields |= {"bylines-TOTAL_FORMS": "1", "bylines-0-analyst": str(analyst.pk), "bylines-0-position": "0"}
    fields |= {"forecasts-TOTAL_FORMS": "1", "forecasts-0-statement_en": "Soon", "forecasts-0-outcome": "open"}
    text = shown(add_preview(editor, **fields, body_en="<p>Body</p>"))
    assert headline(text) == "First words"
    for words in ("Section own", "January\u00a017\u00a0– 23, 2022", str(analyst), "Soon", "<p>Body</p>"):
        assert words in text
    assert not Commentary.objects.exists()


def test_an_empty_form_shows_an_empty_page_and_what_is_missing(editor: Client) -> None:
    text = shown(add_preview(editor))
    assert headline(text) == "No headline yet"
    assert "Issue: This field is required." in text
    assert "Section: This field is required." in text
    html5lib.HTMLParser(strict=True).parse(text)


def test_the_add_form_has_the_buttons(editor: Client) -> None:
    text = editor.get(reverse("admin:commentaries_commentary_add")).content.decode()
    for language in ("be", "ru", "en"):
        address = reverse("admin:commentaries_commentary_preview", args=["add", language])
        assert f'formaction="{address}" formtarget="_blank"' in text


def test_without_a_form_adding_begins(editor: Client) -> None:
    response = editor.get(reverse("admin:commentaries_commentary_preview", args=["add", "en"]))
    assert (response.status_code, response.headers["Location"]) == (302, "/admin/commentaries/commentary/add/")


# --- Of issues, and of what is stored -------------------------------------------------------------------------------


def test_an_issue_is_shown_as_typed_with_its_drafts(editor: Client, draft: Commentary) -> None:
    introduction = "<p>Hello<script>x</script></p>"
    text = shown(preview(editor, draft.issue, title_en="Year in review", introduction_en=introduction))
    assert headline(text) == "Year in review"
    assert "<p>Hello</p>" in text
    assert "A headline" in text
    assert "<script" not in text.partition("<main")[2]


@pytest.mark.parametrize("language", ["be", "ru", "en"])
def test_an_issue_as_stored_is_shown_with_all_its_commentaries(
    editor: Client, draft: Commentary, language: str
) -> None:
    make_commentary(draft.issue, public=False, languages=("be",), state=Translation.State.DRAFT, title_be="Чарнавік")
    text = shown(editor.get(preview_of(draft.issue, language)))
    assert "Чарнавік" in text
    assert "Preview: saved, not public." in text


def test_a_new_issue_is_shown(editor: Client) -> None:
    fields = {"week_start": "2022-01-17", "week_end": "2022-01-23", "introduction_en": "<p>Hello</p>"}
    text = shown(editor.post(reverse("admin:commentaries_issue_preview", args=["add", "en"]), fields))
    assert "January\u00a017\u00a0– 23, 2022" in text
    assert "Hello" in text


@pytest.mark.parametrize(
    "days",
    [("0001-01-01", "0001-01-07"), ("9999-12-25", "9999-12-31"), ("2022-01-23", "2022-01-17"), ("", ""), ("x", "y")],
)
def test_days_that_cannot_be_saved_are_not_shown(editor: Client, draft: Commentary, days: tuple[str, str]) -> None:
    fields = dict(zip(("week_start", "week_end"), days, strict=True))
    assert headline(shown(preview(editor, draft.issue, **fields))) == "January\u00a017\u00a0– 23, 2022"
    text = shown(editor.post(reverse("admin:commentaries_issue_preview", args=["add", "en"]), fields))
    assert headline(text) == "January\u00a024\u00a0– 30, 2022"


def test_a_commentary_is_shown_as_stored(editor: Client, draft: Commentary) -> None:
    text = shown(editor.get(preview_of(draft)))
    assert headline(text) == "A headline"
    assert "Preview: saved, not public." in text


def test_what_is_public_is_previewed_as_typed(editor: Client) -> None:
    commentary = make_commentary()
    assert headline(shown(preview(editor, commentary, title_en="Corrected"))) == "Corrected"
    assert "Preview of what is saved." in shown(editor.get(preview_of(commentary)))


def test_the_correction_that_comes_with_a_change_is_shown(editor: Client) -> None:
    commentary = make_commentary(trend="unchanged")
    Correction.objects.create(commentary=commentary, note_en="An older one.")
    text = shown(preview(editor, commentary, trend="worsened", correction_en="It was a misreading."))
    assert "It was a misreading." in text
    assert "An older one." in text
    assert re.search(r"<del>.*?The situation has not changed.*?</del>", text, re.DOTALL)
    assert Correction.objects.count() == 1


# --- Who may --------------------------------------------------------------------------------------------------------

# (role, whose section, public, the languages of which what was typed is shown; None: no preview at all)
RIGHTS = [
    (roles.ANALYST, "own", False, "be ru en"),
    (roles.ANALYST, "own", True, ""),
    (roles.ANALYST, "other", False, ""),
    (roles.TRANSLATOR, "own", False, "ru"),
    (roles.TRANSLATOR, "other", True, "ru"),
    (roles.EDITOR, "other", True, "be ru en"),
    (roles.ADMINISTRATOR, "other", False, "be ru en"),
    (roles.NEWSLETTER_MANAGER, "own", False, None),
]


def forged(commentary: Commentary) -> dict[str, Any]:
    """An editor's form, whoever sends it."""
    sender = desk(make_user("forger", roles.EDITOR))
    data = open_form(sender, form_of(commentary), "commentary") | {"trend": "worsened"}
    return data | {f"title_{code}": words for code, words in TYPED.items()}


@pytest.mark.parametrize(("role", "whose", "public", "typed"), RIGHTS)
def test_what_a_person_may_not_edit_is_shown_as_stored(role: str, whose: str, public: bool, typed: str | None) -> None:
    own, other = make_section("own"), make_section("other")
    commentary = make_commentary(make_issue(public=public), own if whose == "own" else other, public=public)
    user = make_user("someone", role, languages=["ru"])
    user.sections.add(own)
    client, data = desk(user), forged(commentary)
    for language in ("be", "ru", "en"):
        response = client.post(preview_of(commentary, language), data)
        assert response.status_code == (403 if typed is None else 200)
        if typed is not None:
            text = response.content.decode()
            assert (headline(text) == TYPED[language]) is (language in typed.split())
            assert ('class="trend worsened"' in text) is (typed == "be ru en")


# (role, the title that the Belarusian page of a typed issue has, the year of its week)
@pytest.mark.parametrize(
    ("role", "title", "year"),
    [
        (roles.ANALYST, "17–23\u00a0студзеня 2022", "2022"),
        (roles.TRANSLATOR, TYPED["ru"], "2022"),  # a small text falls back by itself
        (roles.EDITOR, TYPED["be"], "2021"),
    ],
)
def test_of_an_issue_they_see_typed_what_they_may_edit(issue: Issue, role: str, title: str, year: str) -> None:
    data = {"week_start": "2021-01-04", "week_end": "2021-01-10"}
    data |= {f"title_{code}": words for code, words in TYPED.items()}
    text = shown(desk(make_user("someone", role, languages=["ru"])).post(preview_of(issue, "be"), data))
    assert headline(text) == title
    assert f"студзеня {year}" in text


# (role, whether they may preview a new commentary)
@pytest.mark.parametrize(("role", "may"), [(roles.ANALYST, True), (roles.TRANSLATOR, False), (roles.EDITOR, True)])
def test_who_may_add_may_preview_what_they_add(role: str, may: bool) -> None:
    assert add_preview(desk(make_user("someone", role))).status_code == (200 if may else 403)


def test_an_analyst_previews_nothing_in_a_section_of_others(issue: Issue) -> None:
    other = make_section("other")
    client = desk(make_user("someone", roles.ANALYST))
    text = shown(add_preview(client, issue=str(issue.pk), section=str(other.pk), title_en="Mine"))
    assert "Section other" not in text.partition("<main")[2].partition("</main>")[0]


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_stranger_previews_nothing(client: Client, draft: Commentary, method: str) -> None:
    for row in (draft, draft.issue):
        response = getattr(client, method)(preview_of(row))
        assert response.status_code == 302
        assert response.headers["Location"].startswith("/admin/login/")


def test_a_form_from_elsewhere_is_refused(draft: Commentary) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_user("one", roles.EDITOR), backend="django.contrib.auth.backends.ModelBackend")
    assert client.post(preview_of(draft), {"title_en": "x"}).status_code == 403


@pytest.mark.parametrize("path", ["99999/preview/en/", "x/preview/en/", f"{'9' * 30}/preview/be/", "0/preview/ru/"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_what_is_not_there_is_not_found(editor: Client, path: str, method: str) -> None:
    assert getattr(editor, method)(f"/admin/commentaries/commentary/{path}").status_code == 404


def test_a_language_that_is_not_ours_is_not_found(editor: Client, draft: Commentary) -> None:
    assert editor.get(preview_of(draft, "de")).status_code == 404
    assert editor.delete(preview_of(draft)).status_code == 405


# --- How it is sent -------------------------------------------------------------------------------------------------


def test_a_preview_is_valid_private_and_runs_nothing(editor: Client, draft: Commentary) -> None:
    sign(draft, make_analyst(portrait=make_picture()))
    make_forecast(draft)
    make_commentary(draft.issue, public=False, body_en=BODY)
    pages = [preview(editor, draft, language, body_be=BODY, body_en=BODY) for language in ("be", "ru", "en")]
    pages += [preview(editor, draft.issue), editor.get(preview_of(draft)), editor.get(preview_of(draft.issue, "be"))]
    for response in pages:
        text = shown(response)
        html5lib.HTMLParser(strict=True).parse(text)
        assert not re.search(r"<script|<style|\sstyle=|\son\w+=|javascript:", text)
        policy = response.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "script-src" not in policy
        assert {"no-store", "private"} <= set(re.split(", *", response.headers["Cache-Control"]))
        assert response.headers["X-Robots-Tag"] == "noindex"
        assert '<meta name="robots" content="noindex">' in text
        assert not response.cookies
        assert 'rel="canonical"' not in text
        assert 'rel="alternate"' not in text
        ids = re.findall(r'\sid="([^"]+)"', text)
        assert len(ids) == len(set(ids))


def test_the_desk_itself_keeps_its_policy(editor: Client, draft: Commentary) -> None:
    assert "unsafe-eval" in editor.get(form_of(draft)).headers["Content-Security-Policy"]


def test_an_issue_is_previewed_in_a_fixed_number_of_queries(
    editor: Client, draft: Commentary, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    def make_wide(section: Section) -> None:
        commentary = make_commentary(draft.issue, section, public=False)
        sign(commentary, make_analyst())
        make_forecast(commentary)

    make_wide(make_section())
    editor.get(preview_of(draft.issue))
    editor.get(preview_of(draft))
    with CaptureQueriesContext(connection) as issue_queries:
        editor.get(preview_of(draft.issue))
    with CaptureQueriesContext(connection) as queries:
        editor.get(preview_of(draft))
    for _number in range(20):
        make_wide(make_section())
    make_commentary(make_issue(MONDAY - timedelta(days=7)))
    with django_assert_num_queries(len(issue_queries)):
        editor.get(preview_of(draft.issue))
    with django_assert_num_queries(len(queries)):
        editor.get(preview_of(draft))


def test_enter_in_a_field_saves_as_ever(editor: Client, draft: Commentary) -> None:
    """A browser presses the form's first button: it must not be a preview's."""
    for row in (draft, draft.issue):
        form = editor.get(form_of(row)).content.decode().partition(f'id="{row._meta.model_name}_form"')[2]
        first = re.search(r"<button(?![^>]*type=\"button\")[^>]*>", form)
        assert first
        assert 'name="_save"' in first[0]
