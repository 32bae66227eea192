"""From Word at the desk: upload, look, correct, make drafts."""

import html
import re
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from commentaries.models import Analyst, Commentary, Forecast, Issue, Section, StaffMail, Translation, User
from commentaries.roles import ANALYST, EDITOR, NEWSLETTER_MANAGER, TRANSLATOR
from tests.commentaries.desk import _value, desk, parsed
from tests.commentaries.docx import docx, h1, h2, li, p
from tests.factories import MONDAY, make_analyst, make_commentary, make_forecast, make_issue, make_section, make_user

pytestmark = pytest.mark.django_db

UPLOAD, DRAFTS = reverse("admin:commentaries_issue_from_word"), reverse("admin:commentaries_issue_make_drafts")
TEXTS = {
    "be": ("17–23 студзеня 2022", "Сітуацыя палепшылася", "Мост адкрылі", "Грузавікі ўжо там.", "Прагнозы"),
    "ru": ("17–23 января 2022 г.", "Ситуация улучшилась", "Мост открыли", "Грузовики уже там.", "Прогнозы"),
    "en": ("January 17 – 23, 2022", "The situation has improved", "The bridge is open", "They crossed.", "Forecasts"),
}  # fmt: skip


@pytest.fixture
def economy() -> Section:
    return make_section("economy", title_be="Эканоміка", title_ru="Экономика", title_en="Economy")


@pytest.fixture
def editor() -> User:
    return make_user("editor", EDITOR)


def commentary(language: str = "en", section: str = "economy", forecasts: int = 1, week: str | None = None) -> bytes:
    days, trend, title, text, heading = TEXTS[language]
    foretold = [h2(heading), *[li(f"{title} {number}.") for number in range(forecasts)]] if forecasts else []
    return docx(p(week or days), p(section), h1(title), p(trend), p(text), *foretold)


def upload(client: Client, *files: tuple[str, bytes], url: str = UPLOAD) -> Any:
    return client.post(url, {"files": [SimpleUploadedFile(name, content) for name, content in files]})


def shown(response: Any) -> dict[str, Any]:
    """What the page would send if nothing on it were changed."""
    assert response.status_code == 200
    form = next(node for node in parsed(response.content).iter("form") if node.get("action") == DRAFTS)
    found: dict[str, Any] = {}
    for node in form.iter():
        name, value = node.get("name"), _value(node)
        if name and value is not None:
            found.setdefault(name, []).extend(value)
    return {name: values[0] if len(values) == 1 else values for name, values in found.items()}


def make_drafts(client: Client, *files: tuple[str, bytes], **changes: Any) -> Any:
    """Upload, change some fields, and create."""
    data = shown(upload(client, *files)) | changes
    return client.post(DRAFTS, data)


def sentences(response: Any) -> str:
    assert response.status_code == 200, f"went on: {response.status_code}"
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


# --- The main way ---


def test_files_in_three_languages_become_one_commentary_in_a_new_issue(economy: Section, editor: User) -> None:
    other = make_section("other")
    response = make_drafts(
        desk(editor), *((f"{code}.docx", commentary(code, section)) for code, section in
                        (("be", "Эканоміка"), ("ru", "Экономика"), ("en", "Economy")))
    )  # fmt: skip
    issue = Issue.objects.get()
    assert response["Location"] == reverse("admin:commentaries_issue_change", args=[issue.pk])
    assert (issue.week_start, issue.week_end, issue.is_draft) == (MONDAY, date(2022, 1, 23), True)
    made = Commentary.objects.get(section=economy)
    assert (made.source_language, made.trend, made.title_be, made.title_ru, made.title_en) == (
        "be", "improved", "Мост адкрылі", "Мост открыли", "The bridge is open"
    )  # fmt: skip
    assert made.body_ru == "<p>Грузовики уже там.</p>"
    states = dict(made.translations.values_list("language", "state"))
    assert states == {"be": "draft", "ru": "draft", "en": "draft"}
    forecast = Forecast.objects.get()
    assert (forecast.statement_be, forecast.statement_ru, forecast.statement_en) == (
        "Мост адкрылі 0.", "Мост открыли 0.", "The bridge is open 0."
    )  # fmt: skip
    assert Commentary.objects.filter(section=other, trend="").exists()


def test_looking_saves_nothing(economy: Section, editor: User) -> None:
    response = upload(desk(editor), ("a.docx", commentary()))
    assert shown(response)["files-0-title"] == "The bridge is open"
    assert not Commentary.objects.exists()
    assert not Issue.objects.exists()
    assert desk(editor).get(DRAFTS)["Location"] == UPLOAD


def test_what_was_recognised_can_be_corrected(economy: Section, editor: User) -> None:
    west = make_section("west")
    corrected = {
        "files-0-title": "Another headline",
        "files-0-section": west.pk,
        "files-0-trend": "worsened",
        "files-0-lead": "A lead.",
        "files-0-body": '<p style="color:red">Corrected.<script>x</script></p>',
        "files-0-week_start": "2022-01-24",
        "files-0-week_end": "2022-01-30",
        "files-0-forecasts-0-statement": "",
        "files-0-forecasts-1-statement": "Another forecast.",
        "files-0-forecasts-1-due": "2022-12-31",
    }
    make_drafts(desk(editor), ("a.docx", commentary()), **corrected)
    made = Commentary.objects.get(section=west)
    assert (made.title_en, made.trend, made.lead_en) == ("Another headline", "worsened", "A lead.")
    assert (made.body_en, made.issue.week_start) == ("<p>Corrected.</p>", date(2022, 1, 24))
    assert [(row.statement_en, row.due) for row in made.forecasts.all()] == [("Another forecast.", date(2022, 12, 31))]


def test_a_bad_file_does_not_take_the_others_along(economy: Section, editor: User) -> None:
    response = upload(desk(editor), ("good.docx", commentary()), ("bad.docx", b"no"), ("also.docx", commentary("be")))
    assert "“bad.docx” is not a Word document" in sentences(response)
    data = shown(response)
    assert [data["files-0-name"], data["files-1-name"]] == ["good.docx", "also.docx"]


def test_what_is_missing_is_said_and_asked(economy: Section, editor: User) -> None:
    response = upload(desk(editor), ("a.docx", docx(h1("The bridge"), p("A text."))))
    assert "Not recognised: the week, the section, the trend, the lead." in sentences(response)
    again = desk(editor).post(DRAFTS, shown(response))
    assert "No draft was made" in sentences(again)
    assert "Not recognised" in sentences(again)
    assert shown(again)["files-0-body"] == "<p>A text.</p>"
    assert not Commentary.objects.exists()


def test_the_issue_from_whose_page_one_comes_is_proposed(economy: Section, editor: User) -> None:
    issue = make_issue(date(2022, 3, 7), public=False)
    response = upload(desk(editor), ("a.docx", docx(h1("The bridge"), p("A text."))), url=f"{UPLOAD}?issue={issue.pk}")
    assert shown(response)["files-0-week_start"] == "2022-03-07"
    for forged in ("x", "0", "9" * 30, "%00"):
        assert desk(editor).get(f"{UPLOAD}?issue={forged}").status_code == 200


def test_a_file_is_left_out_whatever_it_lacks(economy: Section, editor: User) -> None:
    files = ("a.docx", commentary()), ("b.docx", docx(p("Nothing much.")))
    make_drafts(desk(editor), *files, **{"files-1-is_left_out": "on"})
    assert Commentary.objects.filter(title_en="The bridge is open").count() == 1
    both = {"files-0-is_left_out": "on", "files-1-is_left_out": "on"}
    assert "Every file is left out." in sentences(make_drafts(desk(editor), *files, **both))


# --- Nothing is overwritten ---


def test_an_empty_commentary_of_the_issue_is_filled(economy: Section, editor: User) -> None:
    issue = make_issue(public=False)
    empty = make_commentary(issue, economy, languages=(), public=False, trend="")
    make_drafts(desk(editor), ("a.docx", commentary("ru", "Экономика")))
    filled = Commentary.objects.get()
    assert (filled.pk, filled.source_language, filled.title_ru) == (empty.pk, "ru", "Мост открыли")


def test_a_text_that_is_there_is_never_overwritten(economy: Section, editor: User) -> None:
    make_commentary(make_issue(public=False), economy, languages=("en",), public=False)
    response = make_drafts(desk(editor), ("a.docx", commentary()))
    assert "has a text in this language already (English)" in sentences(response)
    assert shown(response)["files-0-title"] == "The bridge is open"
    assert Commentary.objects.get().title_en == "A headline"


def test_that_a_text_is_there_is_said_before_anything_is_corrected(economy: Section, editor: User) -> None:
    make_commentary(make_issue(public=False), economy, languages=("en",), public=False)
    sentence = "“Economy” of January 17 – 23, 2022 has a text in this language already (English)"
    assert sentence in sentences(upload(desk(editor), ("a.docx", commentary("en"))))
    assert "has a text in this language" not in sentences(upload(desk(editor), ("a.docx", commentary("be"))))


def test_a_review_that_was_cut_short_comes_back_from_the_browser_and_makes_nothing(
    economy: Section, editor: User
) -> None:
    client = desk(editor)
    kept = shown(upload(client, ("a.docx", commentary()))) | {"files-0-title": "Corrected", "draft": "abcdefgh1234"}
    again = client.post(DRAFTS, kept | {"again": "yes"})
    assert shown(again)["files-0-title"] == "Corrected"
    assert shown(again)["draft"] == "abcdefgh1234"
    assert "saved-abcdefgh1234" not in client.cookies
    assert not Issue.objects.exists()
    assert client.post(DRAFTS, shown(again)).status_code == 302
    assert client.cookies["saved-abcdefgh1234"]["path"] == "/admin/"
    assert Commentary.objects.get(section=economy).title_en == "Corrected"


def test_a_second_click_makes_nothing_twice(economy: Section, editor: User) -> None:
    data = shown(upload(desk(editor), ("a.docx", commentary())))
    assert desk(editor).post(DRAFTS, data).status_code == 302
    assert "already" in sentences(desk(editor).post(DRAFTS, data))
    assert Commentary.objects.filter(section=economy).count() == Forecast.objects.count() == 1


def test_two_files_for_one_place_are_refused_and_nothing_is_made(economy: Section, editor: User) -> None:
    response = make_drafts(desk(editor), ("a.docx", commentary()), ("b.docx", commentary()))
    assert "already" in sentences(response)
    assert not Issue.objects.exists()


def test_another_language_joins_a_commentary_and_changes_nothing_else(economy: Section, editor: User) -> None:
    there = make_commentary(make_issue(public=False), economy, languages=("be",), public=False, trend="worsened")
    make_forecast(there, statement_en="")
    make_drafts(desk(editor), ("a.docx", commentary()))
    joined = Commentary.objects.get()
    assert (joined.pk, joined.trend, joined.source_language) == (there.pk, "worsened", "be")
    assert (joined.title_be, joined.title_en) == ("Загаловак каментара", "The bridge is open")
    assert Forecast.objects.get().statement_en == "The bridge is open 0."
    assert dict(joined.translations.values_list("language", "state")) == {"be": "ready", "en": "draft", "ru": "missing"}


def test_a_draft_in_another_language_does_not_change_what_readers_see(economy: Section, editor: User) -> None:
    public = make_commentary(make_issue(), economy, languages=("be",))
    make_drafts(desk(editor), ("a.docx", commentary(forecasts=0)))
    assert Commentary.objects.get(pk=public.pk).public_languages() == ["be"]
    refused = make_drafts(desk(editor), ("a.docx", commentary("ru", "Экономика", forecasts=2)))
    assert "fewer forecasts" in sentences(refused)
    assert not Forecast.objects.exists()


def test_days_of_another_issue_are_refused(economy: Section, editor: User) -> None:
    make_issue(date(2022, 1, 10), week_end=date(2022, 1, 20), public=False)
    response = make_drafts(desk(editor), ("a.docx", commentary()))
    assert "These days belong to another issue already" in sentences(response)
    assert not Commentary.objects.exists()


# --- Who ---


def test_an_analyst_writes_for_their_sections_only(economy: Section) -> None:
    west = make_section("west", title_en="West")
    analyst = make_user("analyst", ANALYST)
    analyst.sections.add(economy)
    make_issue(public=False)
    response = upload(desk(analyst), ("a.docx", commentary(section="West")))
    assert "“West”, which is not among your sections" in sentences(response)
    forged = shown(response) | {"files-0-section": west.pk}
    assert "No draft was made" in sentences(desk(analyst).post(DRAFTS, forged))
    assert not Commentary.objects.exists()
    assert make_drafts(desk(analyst), ("a.docx", commentary())).status_code == 302


def test_an_analyst_does_not_begin_an_issue(economy: Section) -> None:
    analyst = make_user("analyst", ANALYST)
    analyst.sections.add(economy)
    assert "Ask an editor to begin it" in sentences(make_drafts(desk(analyst), ("a.docx", commentary())))
    assert not Issue.objects.exists()


def test_an_analyst_adds_nothing_to_what_is_public(economy: Section) -> None:
    analyst = make_user("analyst", ANALYST)
    analyst.sections.add(economy)
    make_commentary(make_issue(), economy, languages=("be",))
    assert "not yours to write" in sentences(make_drafts(desk(analyst), ("a.docx", commentary(forecasts=0))))


@pytest.mark.parametrize("role", [TRANSLATOR, NEWSLETTER_MANAGER])
@pytest.mark.parametrize("url", [UPLOAD, DRAFTS])
def test_nobody_else_gets_in(role: str, url: str) -> None:
    client = desk(make_user("other", role))
    assert client.get(url).status_code == client.post(url).status_code == 403
    assert Client().post(url).status_code == 302


def test_who_uploads_signs_unless_the_file_names_somebody(economy: Section, editor: User) -> None:
    own = make_analyst("own", user=editor)
    make_drafts(desk(editor), ("a.docx", commentary()))
    named = make_analyst("named", name_en="Hanna Sakalova")
    by_name = docx(p("January 24 – 30, 2022"), p("Economy"), h1("A"), p("By Hanna Sakalova"), p("A text."))
    make_drafts(desk(editor), ("b.docx", by_name))
    assert [row.analyst for row in Commentary.objects.get(title_en="The bridge is open").bylines.all()] == [own]
    assert [row.analyst for row in Commentary.objects.get(title_en="A").bylines.all()] == [named]
    assert Analyst.objects.count() == 2


def test_those_whose_turn_it_becomes_are_told(economy: Section, editor: User) -> None:
    translator = make_user("translator", TRANSLATOR, languages=["en"])
    make_drafts(desk(editor), ("a.docx", commentary("be", "Эканоміка")))
    row = Commentary.objects.get(section=economy)
    assert Translation.objects.get(commentary=row, language="be").state == "draft"
    assert not StaffMail.objects.filter(user=translator).exists()  # a draft is nobody's turn but its author's


# --- Limits ---


def test_no_files_and_too_many_are_refused(economy: Section, editor: User) -> None:
    assert "Choose at least one file." in sentences(desk(editor).post(UPLOAD))
    many = [(f"{number}.docx", b"x") for number in range(21)]
    assert "at most 20 files" in sentences(upload(desk(editor), *many))


def test_a_forged_form_is_no_error(economy: Section, editor: User) -> None:
    for data in ({}, {"files-TOTAL_FORMS": "x"}, {"files-TOTAL_FORMS": "99999", "files-INITIAL_FORMS": "0"}):
        assert desk(editor).post(DRAFTS, data).status_code in (200, 302)
    data = shown(upload(desk(editor), ("a.docx", commentary())))
    for name, value in (
        ("files-0-section", "9" * 30), ("files-0-section", "x\0"), ("files-0-week_start", "0001-01-01"),
        ("files-0-week_end", "9999-12-31"), ("files-0-trend", "great"), ("files-0-language", "de"),
        ("files-0-analysts", "9" * 30), ("files-0-title", "x\0"), ("files-0-forecasts-0-due", "soon"),
        ("files-0-forecasts-TOTAL_FORMS", "x"),
    ):  # fmt: skip
        assert desk(editor).post(DRAFTS, data | {name: value}).status_code == 200, name
    assert not Commentary.objects.exists()


def test_the_pages_ask_as_much_for_many_files_as_for_few(
    economy: Section, editor: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = desk(editor)
    for count in (1, 8):
        files = [(f"{number}.docx", commentary()) for number in range(count)]
        with django_assert_max_num_queries(16):
            upload(client, *files)


@pytest.mark.parametrize("language", ["be", "ru", "en"])
def test_the_way_is_offered_to_who_may_go_it(language: str, economy: Section) -> None:
    issue = make_issue(public=False)
    addresses = (
        reverse("admin:commentaries_issue_changelist"),
        reverse("admin:commentaries_issue_change", args=[issue.pk]),
        reverse("admin:index"),
    )
    for role, is_offered in ((EDITOR, True), (ANALYST, True), (TRANSLATOR, False)):
        client = desk(make_user("", role, interface_language=language))
        for address in addresses:
            assert (UPLOAD in client.get(address).content.decode()) == is_offered, (role, address)
