"""Searching: what is found, in which language, in which order; what is never found; what is said when nothing is."""

import re
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import html5lib
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import override
from pytest_django import DjangoAssertNumQueries

from commentaries import publishing
from commentaries.models import Commentary, Issue, SearchEntry, Translation
from commentaries.reading.story import RELATED, story
from commentaries.revision import watch
from commentaries.search import asking
from commentaries.search.related import find_near
from commentaries.trends.calendar import calendar
from tests.factories import (
    MONDAY,
    PAST,
    make_analyst,
    make_commentary,
    make_forecast,
    make_issue,
    make_publication,
    make_section,
    sign,
)

pytestmark = pytest.mark.django_db
State = Translation.State
SOON = timedelta(hours=1)


def page(client: Client, words: str, site: str = "en", **filters: str) -> str:
    """The page of the site in one language."""
    response = client.get(f"/{site}/search/", {"q": words, **filters})
    assert response.status_code == 200
    return str(response.content.decode())


def headlines(client: Client, words: str, site: str = "en", **filters: str) -> list[str]:
    """Of what is found, in order."""
    return [
        re.sub("<[^>]*>", "", found).strip()
        for found in re.findall("<h3.*?</h3>", page(client, words, site, **filters), re.S)
    ]


def marks(text: str) -> list[str]:
    return re.findall("<mark>(.*?)</mark>", text)


def week(number: int, **fields: Any) -> Issue:
    """The issue that many weeks before the first."""
    return make_issue(MONDAY - number * timedelta(days=7), **fields)


# --- What is found


@pytest.mark.parametrize(
    ("language", "asked", "written"),
    [
        ("be", "збожжам", "Збожжа даражэе"),
        ("be", "прауда", "Праўду сказалі"),
        ("be", "сямя", "Сям’я і праца"),
        ("ru", "урожаями", "Урожай собран"),
        ("ru", "еще щётка", "Щетки ещё нет"),
        ("en", "harvests", "The harvest is in"),
        ("en", "BELARUS", "Belarus’s harvest"),
    ],
)
def test_a_word_is_found_in_any_form_and_spelling_and_marked(
    client: Client, language: str, asked: str, written: str
) -> None:
    texts: dict[str, Any] = {f"title_{language}": written}
    make_commentary(**texts)
    assert headlines(client, asked, language) == [written]
    assert marks(page(client, asked, language))


@pytest.mark.parametrize(
    "fields",
    [
        {"title_en": "The aqueduct"},
        {"lead_en": "An aqueduct is planned."},
        {"body_en": "<p>Stones.</p><ul><li>The aqueducts<sup><a id='fnref-1' href='#fn-1'>1</a></sup></li></ul>"},
    ],
)
def test_title_lead_and_body_are_searched(client: Client, fields: dict[str, Any]) -> None:
    make_commentary(**fields)
    assert len(headlines(client, "aqueduct")) == 1


def test_forecasts_and_bylines_are_searched(client: Client) -> None:
    commentary = make_commentary()
    make_forecast(commentary, statement_en="The aqueduct will leak.")
    sign(commentary, make_analyst(name_en="Vilma Harsk", name_be="Вільма Гарск"))
    for words in ("aqueduct leaks", "Harsk", "harsk bridge", "“Vilma Harsk”"):
        assert len(headlines(client, words)) == 1, words
    assert len(headlines(client, "Гарск", "be")) == 1


def test_all_words_must_be_there_a_phrase_side_by_side_and_none_that_has_a_minus(client: Client) -> None:
    issue = make_issue()
    for title in ("The old bridge of stone", "The stone of an old bridge", "An old tower"):
        make_commentary(issue, title_en=title, body_en="<p>Text.</p>", lead_en="")
    assert sorted(headlines(client, "old stone")) == ["The old bridge of stone", "The stone of an old bridge"]
    assert headlines(client, '"old bridges" stone -tower') == headlines(client, "«old bridge» stone")
    assert headlines(client, '"bridge of stone"') == ["The old bridge of stone"]
    assert headlines(client, "old -stone") == headlines(client, "old −stone") == ["An old tower"]
    assert headlines(client, 'old -"old bridge"') == ["An old tower"]
    assert headlines(client, '"of stone the"') == []


def test_what_is_typed_without_a_space_stands_side_by_side(client: Client) -> None:
    for number, body in enumerate(
        ["It rose by 2,9 %, a part-time job.", "Nine: 9. Two: 2. A time apart, a part of it."]
    ):
        make_commentary(week(number), title_en=f"Text {number}", lead_en="", body_en=f"<p>{body}</p>")
    for words in ("2,9", "2,9 %", "part-time", "rose part-times"):
        assert headlines(client, words) == ["Text 0"], words
    assert headlines(client, "text -2,9") == headlines(client, "text -part-time") == ["Text 1"]
    assert headlines(client, "2 9") == ["Text 0", "Text 1"]
    assert marks(page(client, "2,9")) == ["2,9"]


@pytest.mark.parametrize("words", ["1140", "1,140", "1 140", "1\u00a0140", '"for 1140 ships"'])
def test_thousands_are_found_however_they_are_parted(client: Client, words: str) -> None:
    for number, written in enumerate(["1,140", "1&nbsp;140", "1140", "1.2 million and 140"]):
        make_commentary(
            week(number), title_en=f"Text {number}", body_en=f"<p>Room for {written} ships, 2,140 in all.</p>"
        )
    assert headlines(client, words) == ["Text 0", "Text 1", "Text 2"]
    assert "140 in all" not in "".join(marks(page(client, words)))
    assert len(marks(page(client, words))) == 3
    assert marks(page(client, "2140")) == ["2,140"] * 4


def test_no_phrase_reaches_from_one_part_of_a_text_into_the_next(client: Client) -> None:
    make_commentary(title_en="The old", lead_en="bridge")
    assert headlines(client, '"old bridge"') == []


def test_title_counts_more_than_lead_and_lead_more_than_body_then_the_newest_is_first(client: Client) -> None:
    body: dict[str, Any] = {"body_en": "<p>About a canal.</p>"}
    make_commentary(week(5), title_en="Canal")
    make_commentary(week(4), title_en="In the lead", lead_en="A canal.")
    make_commentary(week(3), title_en="Often", body_en="<p>Canal, canal, canals.</p>")
    make_commentary(week(2), title_en="Older", **body)
    make_commentary(week(1), title_en="Newer", **body)
    assert headlines(client, "canal") == ["Canal", "In the lead", "Often", "Newer", "Older"]


def test_the_newest_come_first_on_request_on_every_page_and_in_the_form(client: Client) -> None:
    make_commentary(week(30), title_en="Canal")
    for number in range(11):
        make_commentary(week(number), title_en=f"Text {number}", body_en="<p>About a canal.</p>")
    text = page(client, "canal")
    assert '<a href="?q=canal" aria-current="true">the best matches</a>' in text
    assert '<a href="?q=canal&amp;first=newest">the newest</a>' in text
    assert headlines(client, "canal")[0] == "Canal"
    assert headlines(client, "canal", first="newest")[:2] == ["Text 0", "Text 1"]
    text = page(client, "canal", first="newest")
    assert 'href="?q=canal&amp;first=newest&amp;page=2"' in text
    assert '<option value="newest" selected>the newest</option>' in text
    assert headlines(client, "canal", first="newest", page="2") == ["Text 10", "Canal"]
    assert ">the newest</a>" not in page(client, "Text 7")


def test_only_the_newest_are_ranked(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "RANKED", 2)
    for number in range(4):
        make_commentary(week(number), title_en=f"Canal {number}")
    assert headlines(client, "canal") == ["Canal 0", "Canal 1"]
    assert "The newest 2 texts" in page(client, "canal")
    assert headlines(client, "canal 3") == ["Canal 3"]


# --- Languages


def test_each_commentary_is_found_as_a_reader_of_the_language_gets_it(client: Client) -> None:
    make_commentary(week(0), title_be="Мост", title_ru="Мост", title_en="A bridge", lead_en="", body_en="<p>Text.</p>")
    make_commentary(week(1), languages=("ru",), title_ru="Мосты")
    text = page(client, "мосту", "be")
    assert headlines(client, "мосту", "be") == ["Мост", "Мосты"]
    assert re.findall(r'<h3 lang="ru">', text) == ['<h3 lang="ru">']
    assert headlines(client, "мост") == ["Мосты"]  # a reader of English gets only this one in Cyrillic
    assert headlines(client, "bridge", "be") == []


def test_other_languages_are_searched_on_request_and_lead_to_their_pages(client: Client) -> None:
    commentary = make_commentary(make_issue(), make_section("water"), title_be="Мост", title_en="A canal")
    assert headlines(client, "canal", "be", language="en") == ["A canal"]
    text = page(client, "canal", "be", language="all")
    assert commentary.url_in("en") in text
    assert headlines(client, "мост", "en", language="all") == ["Мост"]
    assert headlines(client, "порт", "en", language="ru") == ["Заголовок комментария"]


# --- What is never found


def hidden(kind: str) -> Commentary:
    texts: dict[str, Any] = {"title_en": "The aqueduct", "lead_en": "Aqueduct.", "body_en": "<p>Aqueducts.</p>"}
    if kind == "draft":
        return make_commentary(public=False, **texts)
    if kind == "issue is a draft":
        return make_commentary(make_issue(public=False), **texts)
    if kind == "scheduled":
        Commentary.objects.filter(pk=make_commentary(**texts).pk).update(published_at=timezone.now() + SOON)
        return Commentary.objects.get()
    commentary = make_commentary(**texts)
    if kind == "withdrawn":
        publishing.withdraw(commentary, {"en": "A mistake."})
    elif kind == "issue withdrawn":
        publishing.withdraw(commentary.issue, {"en": "A mistake."})
    else:
        commentary.translations.filter(language="en").update(state=State.IN_REVIEW)
    return commentary


KINDS = ["draft", "issue is a draft", "scheduled", "withdrawn", "issue withdrawn", "language is in review"]


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_not_public_is_neither_found_nor_counted_nor_suggested(client: Client, kind: str) -> None:
    commentary = hidden(kind)
    for words in ("aqueduct", "aquedcut", "aqueducts -canal"):
        for filters in ({}, {"language": "all"}, {"language": "en"}, {"section": commentary.section.slug}):
            main = page(client, words, **filters).partition("</form>")[2]
            assert "Nothing was found" in main
            assert "<b>" not in main
            assert not re.search(r"\d texts?", main)
    assert headlines(client, "", section=commentary.section.slug, language="en") == []


def test_a_scheduled_text_is_found_when_its_time_has_come_and_nothing_else_happened(client: Client) -> None:
    commentary = hidden("scheduled")
    Commentary.objects.filter(pk=commentary.pk).update(published_at=PAST)
    assert headlines(client, "aqueduct") == ["The aqueduct"]


def test_a_withdrawn_text_goes_at_once_and_comes_back(client: Client) -> None:
    commentary = hidden("withdrawn")
    assert headlines(client, "aqueduct") == []
    publishing.restore(commentary)
    assert headlines(client, "aqueduct") == ["The aqueduct"]


def test_who_may_read_what_is_asked_once_a_revision(client: Client) -> None:
    commentary = hidden("scheduled")
    make_commentary(week(1), title_en="Another aqueduct")
    with watch.standing():
        page(client, "")
        for times in (2, 1):  # once with the texts that are printed
            with CaptureQueriesContext(connection) as asked:
                assert headlines(client, "aqueduct") == ["Another aqueduct"]
            assert sum("withdrawn_at" in query["sql"] for query in asked) == times
    Commentary.objects.filter(pk=commentary.pk).update(published_at=PAST)
    with watch.standing():
        assert headlines(client, "aqueduct") == ["The aqueduct", "Another aqueduct"]
    publishing.withdraw(commentary, {"en": "It was wrong."})
    with watch.standing():
        assert headlines(client, "aqueduct") == ["Another aqueduct"]


@pytest.mark.parametrize("words", ["aqueduct", "aquedutc"])
def test_a_text_that_is_no_longer_for_readers_is_not_printed_while_the_revision_stands(
    client: Client, words: str
) -> None:
    commentary = make_commentary(title_en="The aqueduct")
    with watch.standing():
        assert "aqueduct</" in page(client, words)
        Translation.objects.filter(commentary=commentary, language="en").update(state=State.IN_REVIEW)
        Commentary.objects.filter(pk=commentary.pk).update(title_en="Unread aqueduct")
        assert "aqueduct</" not in page(client, words)
        Translation.objects.filter(commentary=commentary, language="en").update(state=State.READY)
        publishing.withdraw(commentary, {"en": "It was wrong."})
        assert "aqueduct</" not in page(client, words)


def test_a_hidden_analyst_is_found_by_the_pen_name_alone_and_is_no_filter(client: Client) -> None:
    hidden = make_analyst("secret", name_en="Vilma Harsk", pen_name_en="The Heron", is_public=False)
    guest = make_analyst("guest", name_en="Tomas Krey", is_guest=True)
    sign(make_commentary(title_en="Signed"), hidden, guest)
    assert headlines(client, "heron") == headlines(client, "Krey") == ["Signed"]
    text = page(client, "Harsk")
    assert "Nothing was found" in text
    assert "Vilma" not in text
    assert "secret" not in text
    assert 'value="guest"' not in text
    assert "so it was left out" in page(client, "Krey", analyst="guest")


# --- Filters


def test_only_those_who_have_published_and_sections_that_have_texts_can_be_chosen(client: Client) -> None:
    sign(make_commentary(section=make_section("old", retired_at=PAST)), make_analyst("vilma"))
    sign(make_commentary(Issue.objects.get(), make_section("new"), public=False), make_analyst("newcomer"))
    make_section("empty", retired_at=PAST)
    text = page(client, "")
    assert all(f'value="{slug}"' in text for slug in ("old", "new", "vilma"))
    assert not any(f'value="{slug}"' in text for slug in ("empty", "newcomer"))
    assert "so it was left out" in page(client, "", analyst="newcomer")


def test_filters_narrow_and_work_without_words(client: Client) -> None:
    security, economy, vilma = make_section("security"), make_section("economy"), make_analyst("vilma")
    old = make_issue(MONDAY.replace(year=2019))
    sign(make_commentary(old, security, trend="improved", title_en="Old security"), vilma)
    make_commentary(make_issue(), security, trend="worsened", title_en="New security")
    make_commentary(Issue.objects.get(week_start=MONDAY), economy, trend="worsened", title_en="New economy")
    assert headlines(client, "security", section="security") == ["New security", "Old security"]
    assert headlines(client, "", section="security", trend="worsened") == ["New security"]
    assert headlines(client, "", analyst="vilma") == ["Old security"]
    assert headlines(client, "new", **{"from": "2019", "to": "2019"}) == []
    assert headlines(client, "", **{"from": "2022", "to": "2019"})[-1] == "Old security"
    assert headlines(client, "", **{"from": "2022"}, section="economy") == ["New economy"]


def test_a_section_or_an_analyst_of_that_name_is_pointed_to(client: Client) -> None:
    society, vilma = make_section("society", title_be="Грамадства", title_en="Society"), make_analyst("vilma")
    type(vilma).objects.update(name_be="Вільма Гарск", name_en="Vilma Harsk")
    sign(
        make_commentary(section=society, title_en="A bridge"),
        vilma,
        make_analyst("guest", name_en="Krey", is_guest=True),
    )
    to_society, to_vilma = (
        f'<a href="/en/{path}">{name}</a>'
        for path, name in (("sections/society/", "Society"), ("analysts/vilma/", "Vilma Harsk"))
    )
    for words in ("society", "грамадства", "Societies"):
        text = page(client, words)
        assert f"Section: {to_society}" in text, words
        assert "Nothing was found" in text
    text = page(client, "harsk")
    assert f"Analyst: {to_vilma}" in text
    assert headlines(client, "harsk") == ["A bridge"]
    for words in ("Krey", "society bridge", "bridge", "", "-society"):
        assert not re.search("(Section|Analyst): <a", page(client, words)), words


@pytest.mark.parametrize(
    ("language", "asked"),
    [
        ("be", "20 студзеня 2022"),
        ("ru", "20 января 2022 года"),
        ("en", "January 20, 2022"),
        ("be", "2022-01-20"),
        ("en", "20.01.2022"),
        ("be", "17–23 студзеня 2022"),
    ],
)
def test_a_day_leads_to_its_issue(client: Client, language: str, asked: str) -> None:
    make_commentary(make_issue(MONDAY), title_en="A bridge")
    make_commentary(week(1))
    make_commentary(make_issue(MONDAY + timedelta(days=7), public=False))
    text = page(client, asked, language)
    assert re.findall(rf'[^>]*: <a href="(/{language}/issues/[^"]*)"', text) == [f"/{language}/issues/{MONDAY}/"]


def test_a_month_of_a_year_leads_to_its_issues_and_a_number_to_none(client: Client) -> None:
    for number in range(6):
        make_commentary(week(number))
    for words in ("студзень 2022", "January 2022", "января 2022", "студзень 2022 г.", "январь 2022 года"):
        assert re.findall(r'Issue: <a href="/en/issues/([^/]*)/"', page(client, words))[-1] == str(MONDAY), words
        assert page(client, words).count("Issue: <a") == 4, words
    for words in ("2022", "January", "market 2022", "20 January 2022 bridge", "32.01.2022", "January 0000"):
        assert "Issue: <a" not in page(client, words), words


def test_a_number_after_a_year_is_marked(client: Client) -> None:
    make_commentary(lead_en="", body_en="<p>In 2022 140 ships came, and 1,140 boats.</p>")
    assert marks(page(client, "140")) == ["140"]
    assert marks(page(client, "1140")) == ["1,140"]


def test_without_the_filters_the_order_stays(client: Client) -> None:
    make_commentary(section=make_section("port"), title_en="Canal")
    make_section("economy")
    text = page(client, "canal", section="economy", first="newest")
    assert '<a href="?q=canal&amp;first=newest">without the filters</a>' in text


# --- When nothing is found


@pytest.mark.parametrize(
    ("language", "typed", "meant"),
    [
        ("en", "aqeuduct", "aqueduct"),
        ("en", "aqueducct stone", "aqueduct stone"),
        ("ru", "акведк", "акведук"),
        ("be", "акведкуі", "акведукі"),
    ],
)
def test_a_misspelt_word_is_guessed_and_the_guess_leads_to_what_it_finds(
    client: Client, language: str, typed: str, meant: str
) -> None:
    make_commentary(body_en="<p>An aqueduct of stone.</p>", body_ru="<p>Акведук.</p>", body_be="<p>Акведукі.</p>")
    text = page(client, typed, language)
    (link,) = re.findall(r'<a href="([^"]*)"><b>', text)
    found = parse_qs(urlsplit(link.replace("&amp;", "&")).query)["q"][0]
    assert found.lower().split()[0].startswith(meant.split()[0])
    assert len(headlines(client, found, language)) == 1


@pytest.mark.parametrize(
    ("language", "written", "typed", "meant"),
    [
        ("be", "Сёння вайны няма, але ёсць важней.", "вайина", "вайны"),
        ("be", "Тэкст напісаў Карсен.", "карсэн", "Карсен"),
        ("be", "Тральшчыкі. У порце тральшчык.", "тральщык", "тральшчык"),
        ("be", "Пра рашэнне суда.", "рашенне", "рашэнне"),
        ("be", "Важней за ўсё.", "вайна", ""),
        ("be", "Яны дадуць сорна.", "дождж", ""),
        ("be", "Парадак дня.", "парашкола", ""),
        ("be", "Год 1861 і 20 мастоў.", "1860", ""),
        ("en", "Prices and inflation.", "infaltion", "inflation"),
        ("en", "In 1861.", "1860s", ""),
    ],
)
def test_the_guess_is_the_nearest_form_of_a_word_much_like_the_one_that_was_typed(
    client: Client, language: str, written: str, typed: str, meant: str
) -> None:
    texts: dict[str, Any] = {f"body_{language}": f"<p>{written}</p>"}
    make_commentary(**texts)
    assert re.findall(r'<a href="[^"]*"><b>(.*?)</b>', page(client, typed, language)) == ([meant] if meant else [])


@pytest.mark.parametrize(
    ("language", "typed", "meant"),
    [
        ("be", "Fhnsrek", "артыкул"),
        ("be", "yfcnfoybrb", "настаўнікі"),
        ("be", ";snkj", "жытло"),
        ("ru", "byakzwbz", "инфляция"),
        ("ru", ",jhm,f -cjyf", "борьба -сона"),
        ("be", "inflacyja", "інфляцыя"),
        ("be", "Artykuł prafsajuza", "артыкул прафсаюза"),
        ("be", "nastaŭniki", "настаўнікі"),
        ("en", "artykul", "артыкуль"),
        ("be", "śviata pytańnie", "свята пытанне"),
        ("be", "chleb i piśmo", "хлеб і пісьмо"),
        ("be", "vilma", "вільма"),
        ("be", "dbkmvf", "вільма"),
        ("be", "aqeuduct", "aqueduct"),
        ("be", "xyz", ""),
    ],
)
def test_the_wrong_keyboard_and_latin_letters_are_understood(
    client: Client, language: str, typed: str, meant: str
) -> None:
    words = "Інфляцыя. Артыкул, прафсаюз, настаўнікі, жытло, пытанне, свята, хлеб, пісьмо, aqueduct."
    signed = make_commentary(languages=("be",), title_be="Тэкст", body_be=f"<p>{words}</p>")
    sign(signed, make_analyst("observer", name_be="Вільма Гарск"))
    make_commentary(week(1), languages=("ru",), title_ru="Инфляция", body_ru="<p>Борьба.</p>")
    text = page(client, typed, language)
    assert re.findall(r'<a href="[^"]*"><b>(.*?)</b>', text) == ([meant] if meant else [])
    assert not meant or headlines(client, meant, language)


def test_other_languages_and_the_search_without_filters_are_offered_with_their_counts(client: Client) -> None:
    make_commentary(title_be="Зубр", trend="improved")
    text = page(client, "зубр", "ru", language="ru", trend="worsened")
    assert "<article" not in text
    text = page(client, "зубр", "en", language="be", trend="worsened")
    assert re.search(r'<a href="\?q=[^"]*&amp;language=be">without the filters</a>: 1 text', text)
    make_commentary(week(1), languages=("en",), title_en="A zebra")
    assert re.search(r'language=en">[^<]*</a>: 1', page(client, "zebra", "be", language="ru"))


def test_one_accidental_text_does_not_hide_where_there_are_more(client: Client) -> None:
    make_commentary(languages=("ru",), title_ru="Инфляция", lead_ru="", body_ru="<p>Цены.</p>")
    for number in range(1, 4):
        make_commentary(week(number), title_be="Цэны", title_ru="Инфляция")
    text = page(client, "инфляция", "be")
    assert headlines(client, "инфляция", "be") == ["Инфляция"]
    assert re.search(r'language=ru">[^<]*</a>: 4', text)
    assert not re.search(r'language=en">[^<]*</a>: ', text)
    assert "language=all" in page(client, "инфляция", "ru")
    assert not re.search(r"language=[a-z]*\">[^<]*</a>: ", page(client, "инфляция", "ru"))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("", "What are you looking for?"),
        ("   ", "What are you looking for?"),
        ("\x00", "What are you looking for?"),
        ("?!… —", "There is no word in that"),
        ('"', "There is no word in that"),
        ("-", "There is no word in that"),
        ("the of and", "Nearly every text has these words"),
        ("і ў на", "Nearly every text has these words"),
        ("x" * 10_000, "Your query was too long"),
        ("word " * 2_000, "Your query was too long"),
        (" ".join(f"-word{number}" for number in range(13)), "Your query was too long"),
        ("'; DROP TABLE commentaries_commentary; --", "Nothing was found"),
        ('" OR ( NEAR AND * ^ : { } + \\', "Nothing was found"),
        ("a:b & !c | (d <-> e)", "Nothing was found"),
        ("\ud83d\ude00 мост\x00ы \u202e", "Nothing was found"),
        ("<script>alert(1)</script>", "Nothing was found"),
        ("ß ﬁ ½ İ ǅ 𝔸", "Nothing was found"),
    ],
)
def test_whatever_is_asked_gets_a_sentence(client: Client, words: str, said: str) -> None:
    make_commentary(languages=("be",), title_be="Тэкст")
    text = page(client, words.encode("utf-16", "surrogatepass").decode("utf-16"))
    assert said in text
    assert "<script>" not in text


@pytest.mark.parametrize("name", ["section", "trend", "analyst", "from", "to", "language", "page"])
@pytest.mark.parametrize("value", ["nothing", "9" * 50, "\x00"])
def test_a_filter_that_there_is_not_is_left_out_and_said(client: Client, name: str, value: str) -> None:
    make_commentary()
    text = page(client, "bridge", **{name: value})
    assert "A headline" in text
    assert ("so it was left out" in text) == (name != "page")


# --- The page


def test_pages_hold_ten_and_keep_what_was_asked(client: Client) -> None:
    for number in range(12):
        make_commentary(week(number), title_en=f"Canal {number}", trend="improved")
    first, second = (headlines(client, "canal", trend="improved", page=number) for number in ("1", "2"))
    assert (len(first), second) == (10, ["Canal 10", "Canal 11"])
    assert 'rel="next" href="?q=canal&amp;trend=improved&amp;page=2"' in page(client, "canal", trend="improved")
    assert headlines(client, "canal", page="99") == second
    for wrong in ("-5", "0", "x", "٠"):
        assert headlines(client, "canal", page=wrong) == first, wrong
    assert "<title>“canal”: search, page 2" in page(client, "canal", page="2")
    assert "<title>“nothing”: search – Nothing was found" in page(client, "nothing")


def test_a_long_question_is_said_to_be_cut_on_every_page_of_its_results(client: Client) -> None:
    for number in range(11):
        make_commentary(week(number), title_en=f"Canal {number}")
    first = page(client, f"canal -{'x' * 400}")
    (following,) = re.findall('rel="next" href="([^"]*)"', first)
    for text in (first, client.get(f"/en/search/{following.replace('&amp;', '&')}").content.decode()):
        assert "Your query was too long" in text
        assert "Canal" in text


def test_years_the_wrong_way_round_are_put_in_order_on_the_page_too(client: Client) -> None:
    make_commentary(make_issue(MONDAY.replace(year=2019)), title_en="Old")
    make_commentary(make_issue(), title_en="New")
    text = page(client, "", **{"from": "2022", "to": "2019"})
    assert re.findall(r'value="(\d{4})" selected', text) == ["2019", "2022"]
    assert re.search(r"From the year – <span>2019</span></span>; <span>To the year – <span>2022<", text)


def test_the_page_is_kept_out_of_indexes_and_says_what_was_asked(client: Client) -> None:
    make_publication()
    text = page(client, "<canal> & co", "en")
    assert '<meta name="robots" content="noindex">' in text
    assert 'rel="canonical"' not in text
    assert "<title>“&lt;canal&gt; &amp; co”" in text
    assert '/be/search/?q=%3Ccanal%3E+%26+co"' in text  # the same in the other languages
    assert client.post("/en/search/").status_code == 405
    assert client.head("/en/search/?q=canal").status_code == 200
    assert not client.cookies


@pytest.mark.parametrize("words", ["bridge", "nothing here", ""])
def test_the_page_is_valid_html(client: Client, words: str) -> None:
    make_publication()
    make_commentary(languages=("be",), title_be="Bridge")
    html5lib.HTMLParser(strict=True).parse(page(client, words))


def test_a_snippet_shows_the_place_in_whole_words_as_text(client: Client) -> None:
    filler = "<p>Some words before it. </p>" * 30
    body = f"{filler}<p>Here 1 &lt; 2 and the <em>canal</em> begins.</p>{filler}"
    make_commentary(body_en=body, lead_en="A lead.")
    text = page(client, "canals")
    assert "1 &lt; 2 and the <mark>canal</mark> begins." in text
    snippet = re.search(r"<p>(… .*? …)\s*</p>", text)
    assert snippet is not None
    assert len(snippet[1]) < 400


@pytest.mark.parametrize(
    ("heading", "told"),
    [
        ("The <em>port</em>", "The port."),
        ("The port?", "The port?"),
        ("«The port»", "«The port»."),
        ('The port<a href="#fn-1" id="fnref-1">1</a>', "The port."),
    ],
)
def test_a_snippet_parts_a_heading_from_its_text_and_no_number_from_itself(
    client: Client, heading: str, told: str
) -> None:
    make_commentary(lead_en="", body_en=f"<h2>{heading}</h2><p>It has 53&nbsp;000\n ships</p>")
    assert f"{told} It has 53\u00a0000 <mark>ships</mark>" in page(client, "ships")


@pytest.mark.parametrize("rows", [3, 30])
def test_the_number_of_queries_is_fixed(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, rows: int
) -> None:
    make_publication()
    analysts = [make_analyst(), make_analyst()]
    for number in range(rows):
        commentary = make_commentary(week(number), make_section())
        sign(commentary, *analysts)
        make_forecast(commentary)
    with django_assert_num_queries(8):
        page(client, "bridges")
    make_commentary(week(rows), title_en="The aqueduct")
    with django_assert_num_queries(10):
        page(client, "aqueduct")
    with django_assert_num_queries(5):
        page(client, "")
    with django_assert_num_queries(12):
        page(client, "нічога")
    with django_assert_num_queries(13):  # in Cyrillic, too
        page(client, "nothing")


# --- The databases


def test_a_text_is_found_though_its_words_are_many(client: Client) -> None:
    body = f"<p>{'word ' * 20_000}</p><p>{' '.join(f'w{number}' for number in range(20_000))} aqueduct</p>"
    make_commentary(body_en=body)
    assert len(headlines(client, "aqueduct")) == len(headlines(client, "w19999")) == 1


def test_the_commentaries_of_a_chunk_keep_their_languages_together(
    monkeypatch: pytest.MonkeyPatch, client: Client
) -> None:
    monkeypatch.setattr(asking, "AT_ONCE", 4)
    for number in range(9):
        make_commentary(week(number), title_be="Канал", title_ru="Канал", title_en=f"Canal {number}")
    assert len(headlines(client, "канал", "be")) == 9
    assert SearchEntry.objects.count() == 27


# --- Related texts


def test_related_texts_share_rare_subjects_and_only_public_ones_are_named() -> None:
    plain: dict[str, Any] = {"lead_en": "What the week meant.", "body_en": "<p>Text.</p>"}
    this = make_commentary(week(0), title_en="The aqueduct of Arvel leaks", **plain)
    near = make_commentary(week(1), title_en="Arvel mends its aqueduct", **plain)
    make_commentary(week(2), title_en="Prices rise", **plain)
    make_commentary(week(3), title_en="Aqueduct of Arvel: a draft", public=False, **plain)
    publishing.withdraw(make_commentary(week(4), title_en="Aqueduct of Arvel withdrawn", **plain), {"en": "No."})
    for number in range(5, 12):
        make_commentary(week(number), title_en=f"Week {number}", **plain)
    find_near(lambda: False)
    read = this.edition("en")
    assert read is not None
    with override("en"):
        found = story(read).related
    assert [mention.url for mention in found][:1] == [near.url_in("en")]
    assert all("Aqueduct" not in mention.title for mention in found)


def test_what_the_story_so_far_names_is_not_named_again_as_related() -> None:
    bridges, dams = make_section("bridges"), make_section("dams")
    this, *_others = [
        make_commentary(week(number), section, title_en=f"The aqueduct of Arvel {number}")
        for number, section in enumerate([bridges, bridges, bridges, dams])
    ]
    find_near(lambda: False)
    read = this.edition("en")
    assert read is not None
    with override("en"):
        told = story(read)
    assert [mention.title[-1] for mention in told.earlier] == ["1", "2"]
    assert [mention.title[-1] for mention in told.related] == ["3"]
    assert told.others == []


@pytest.mark.parametrize("rows", [4, 40])
def test_related_texts_take_a_fixed_number_of_queries(
    django_assert_num_queries: DjangoAssertNumQueries, rows: int
) -> None:
    for number in range(rows):
        make_commentary(week(number), title_en=f"The aqueduct of Arvel {number}")
    this = Commentary.objects.with_parts().first()
    assert this is not None
    find_near(lambda: False)
    read = this.edition("be")
    assert read is not None
    with override("be"), watch.standing():
        calendar()
        with django_assert_num_queries(2):
            told = story(read)
    assert len(told.related) == RELATED
