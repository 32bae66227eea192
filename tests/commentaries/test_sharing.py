"""What a page says of itself to search engines and messengers."""

import json
import re
from datetime import date
from typing import Any
from urllib.parse import urlsplit

import html5lib
import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from commentaries import publishing
from commentaries.models import Commentary, Correction, Publication
from commentaries.sharing import pages
from tests.factories import (
    PAST,
    make_analyst,
    make_commentary,
    make_issue,
    make_picture,
    make_publication,
    make_section,
    sign,
)

pytestmark = pytest.mark.django_db
HTML = "{http://www.w3.org/1999/xhtml}"
SECURITY, ECONOMY = "/{}/issues/2022-01-17/security/", "/{}/issues/2022-01-17/economy/"
# What each type must have for those who read it (schema.org; Google's and Bing's guides).
REQUIRED = {
    "AboutPage": {"url", "name", "inLanguage", "mainEntity"},
    "AnalysisNewsArticle": {"@id", "url", "headline", "inLanguage"},
    "BreadcrumbList": {"itemListElement"},
    "CollectionPage": {"url", "name", "inLanguage", "isPartOf"},
    "CorrectionComment": {"datePublished", "text", "inLanguage"},
    "EntryPoint": {"urlTemplate"},
    "ImageObject": {"url", "width", "height"},
    "ItemList": {"itemListElement"},
    "ListItem": {"position"},
    "Organization": {"@id", "name", "url"},
    "Periodical": {"@id", "name", "url", "inLanguage", "publisher"},
    "Person": {"name"},
    "ProfilePage": {"url", "name", "mainEntity"},
    "PublicationIssue": {"@id", "url", "name", "identifier", "datePublished", "isPartOf"},
    "SearchAction": {"target", "query-input"},
    "WebSite": {"url", "name", "inLanguage", "publisher"},
}
ADDRESSES = {"@id", "url", "contentUrl", "mainEntityOfPage", "thumbnailUrl", "item", "license"}


class Head:
    """The head of a page as programs read it."""

    def __init__(self, client: Client, path: str) -> None:
        self.response = client.get(path)
        head = self.response.content.decode().partition("</head>")[0]
        tree = html5lib.HTMLParser(strict=True).parse(f"{head}</head><body></body></html>")
        self.head = tree.find(f"{HTML}head")
        blocks = [one for one in tree.iter(f"{HTML}script") if one.get("type") == "application/ld+json"]
        self.graph: list[dict[str, Any]] = json.loads(blocks[0].text)["@graph"] if blocks else []

    def meta(self, name: str) -> list[str]:
        rows = self.head.iter(f"{HTML}meta")
        return [row.get("content") for row in rows if name in (row.get("property"), row.get("name"))]

    @property
    def canonical(self) -> str:
        return str(next(row.get("href") for row in self.head.iter(f"{HTML}link") if row.get("rel") == "canonical"))

    def node(self, kind: str) -> dict[str, Any]:
        return next(node for node in self.graph if node["@type"] == kind)


def walk(value: Any) -> list[dict[str, Any]]:
    """Every object of a graph."""
    if isinstance(value, list):
        return [node for one in value for node in walk(one)]
    if not isinstance(value, dict):
        return []
    return [value, *(node for one in value.values() for node in walk(one))]


@pytest.fixture
def security() -> Commentary:
    make_publication(tagline_be="Штотыдзень", about_be="<p>Пра нас.</p>", contact_email="desk@example.org")
    issue = make_issue()
    picture = make_picture(caption_be="Мост праз Іслу.", source="https://example.org/bridge")
    commentary = make_commentary(issue, make_section("security", description_be="<p>Пра бяспеку.</p>"), picture=picture)
    named = make_analyst("ina", bio_be="<p>Піша пра мост.</p>", portrait=make_picture())
    hidden = make_analyst("secret", is_public=False, name_be="Сапраўднае Імя", name_en="Real Name", pen_name_be="Пяро")
    sign(commentary, named, make_analyst("guest", is_guest=True), hidden)
    make_commentary(issue, make_section("economy"), languages=("be",))
    return commentary


PAGES = [
    *("/be/", "/ru/issues/", "/be/issues/2022/", "/en/issues/2022-01-17/", "/be/issues/2022-01-17/", "/be/about/"),
    *(SECURITY.format("be"), SECURITY.format("en"), ECONOMY.format("be"), ECONOMY.format("en"), "/be/trends/"),
    *("/be/sections/security/", "/en/sections/security/?year=2022", "/be/analysts/ina/", "/en/analysts/ina/"),
]


@pytest.mark.usefixtures("security")
@pytest.mark.parametrize("path", PAGES)
def test_structured_data_has_known_types_what_they_need_and_nothing_empty(client: Client, path: str) -> None:
    nodes = walk(Head(client, path).graph)
    assert nodes
    for node in nodes:
        assert REQUIRED[node["@type"]] <= set(node), node
        for name, value in node.items():
            assert value not in ("", None, [], {}), (name, node)
            if name in ADDRESSES:
                assert urlsplit(value).scheme in ("http", "https"), (name, value)


@pytest.mark.usefixtures("security")
@pytest.mark.parametrize("path", PAGES)
def test_a_page_carries_what_messengers_show(client: Client, path: str) -> None:
    head = Head(client, path)
    for name in ("og:type", "og:title", "og:site_name", "og:image:alt", "og:locale"):
        assert len(head.meta(name)) == 1, name
        assert head.meta(name)[0]
    assert head.meta("og:url") == [head.canonical]
    assert (head.meta("og:image:width"), head.meta("og:image:height")) == (["1200"], ["630"])
    assert head.meta("twitter:card") == ["summary_large_image"]
    card = client.get(head.meta("og:image")[0].removeprefix(settings.SITE_URL))
    assert (card.status_code, card["Content-Type"]) == (200, "image/png")
    assert card["Cache-Control"] == "public, max-age=86400"


def test_a_commentary_is_an_article_of_its_issue_of_the_periodical(client: Client, security: Commentary) -> None:
    data = Head(client, SECURITY.format("be")).node("AnalysisNewsArticle")
    assert data["url"] == data["@id"] == settings.SITE_URL + SECURITY.format("be")
    assert data["identifier"] == f"urn:uuid:{security.uid}"
    assert data["headline"] == "Загаловак каментара"
    assert data["description"] == "Уводзіны каментара."
    assert data["inLanguage"] == "be"
    assert data["datePublished"] == data["dateModified"] == "2022-02-01T12:00:00+03:00"
    assert data["wordCount"] == 6
    assert data["isAccessibleForFree"] is True
    assert data["articleSection"] == "Раздзел security"
    assert data["publisher"]["name"] == "Тыднёвік"
    week = data["isPartOf"]
    assert (week["@type"], week["name"]) == ("PublicationIssue", "17–23\u00a0студзеня 2022")
    assert week["url"] == f"{settings.SITE_URL}/be/issues/2022-01-17/"
    assert (week["isPartOf"]["@type"], week["isPartOf"]["inLanguage"]) == ("Periodical", ["be", "ru", "en"])


def test_authors_are_named_as_readers_know_them_and_only_who_has_a_page_has_an_address(
    client: Client, security: Commentary
) -> None:
    head = Head(client, SECURITY.format("be"))
    page = f"{settings.SITE_URL}/be/analysts/ina/"
    assert head.node("AnalysisNewsArticle")["author"] == [
        {"@type": "Person", "name": "Аналітык ina", "@id": page, "url": page},
        {"@type": "Person", "name": "Аналітык guest"},
        {"@type": "Person", "name": "Пяро"},
    ]
    assert head.meta("article:author") == [page, "Аналітык guest", "Пяро"]
    for language in ("be", "ru", "en"):
        page = client.get(SECURITY.format(language)).content.decode()
        assert "Сапраўднае Імя" not in page
        assert "Real Name" not in page


@pytest.mark.usefixtures("security")
def test_what_nobody_signs_is_the_publications(client: Client) -> None:
    author = Head(client, ECONOMY.format("be")).node("AnalysisNewsArticle")["author"]
    assert [(one["@type"], one["name"]) for one in author] == [("Organization", "Тыднёвік")]


def test_the_picture_says_whose_it_is(client: Client, security: Commentary) -> None:
    image = Head(client, SECURITY.format("be")).node("AnalysisNewsArticle")["image"]
    assert image["url"].startswith(f"{settings.SITE_URL}/media/pictures/")
    del image["url"], image["contentUrl"]
    assert image == {
        "@type": "ImageObject",
        "width": 450,
        "height": 300,
        "caption": "Мост праз Іслу.",
        "creditText": "Vilma Harsk",
        "license": "https://creativecommons.org/licenses/by/4.0/",
        "acquireLicensePage": "https://example.org/bridge",
    }
    assert (
        Head(client, SECURITY.format("en")).node("AnalysisNewsArticle")["image"]["caption"] == "A bridge over a river."
    )


def test_the_original_names_its_translations_and_they_name_it(client: Client, security: Commentary) -> None:
    original = Head(client, SECURITY.format("be")).node("AnalysisNewsArticle")
    assert [(one["inLanguage"], one["headline"]) for one in original["workTranslation"]] == [
        ("ru", "Заголовок комментария"),
        ("en", "A headline"),
    ]
    assert "translationOfWork" not in original
    translation = Head(client, SECURITY.format("en")).node("AnalysisNewsArticle")
    assert translation["translationOfWork"]["@id"] == original["@id"]
    assert "workTranslation" not in translation


@pytest.mark.usefixtures("security")
def test_a_language_that_is_not_ready_is_nowhere(client: Client) -> None:
    Commentary.objects.filter(section__slug="economy").update(title_ru="Чарнавік", body_ru="<p>Чарнавік</p>")
    head = Head(client, ECONOMY.format("be"))
    assert head.meta("og:locale:alternate") == []
    assert "workTranslation" not in head.node("AnalysisNewsArticle")
    assert "Чарнавік" not in head.response.content.decode()


@pytest.mark.usefixtures("security")
def test_a_page_that_shows_a_stand_in_describes_the_real_language(client: Client) -> None:
    head = Head(client, ECONOMY.format("en"))
    data = head.node("AnalysisNewsArticle")
    assert head.meta("og:url") == [settings.SITE_URL + ECONOMY.format("be")] == [data["url"]]
    assert (head.meta("og:locale"), data["inLanguage"]) == (["be_BY"], "be")
    assert data["articleSection"] == "Раздзел economy"
    assert data["isPartOf"]["name"] == "17–23\u00a0студзеня 2022"
    assert head.meta("og:site_name") == ["Тыднёвік"]
    assert head.meta("og:image")[0].startswith(f"{settings.SITE_URL}{ECONOMY.format('be')}card.png?v=")


def test_locales_and_times_are_those_of_open_graph(client: Client, security: Commentary) -> None:
    head = Head(client, SECURITY.format("en"))
    assert (head.meta("og:type"), head.meta("og:locale")) == (["article"], ["en_GB"])
    assert head.meta("og:locale:alternate") == ["be_BY", "ru_RU"]
    assert head.meta("article:published_time") == ["2022-02-01T12:00:00+03:00"]
    assert head.meta("article:section") == ["Section security"]


def test_a_correction_is_told_and_dates_the_article(client: Client, security: Commentary) -> None:
    Correction.objects.create(
        commentary=security,
        made_at=PAST.replace(month=3),
        note_be="Было інакш.",
        trend_before="improved",
        trend_after="unchanged",
    )
    data = Head(client, SECURITY.format("be")).node("AnalysisNewsArticle")
    assert data["dateModified"] == "2022-03-01T12:00:00+03:00"
    [note] = data["correction"]
    assert note["datePublished"] == data["dateModified"]
    assert note["text"].endswith("Было інакш.")
    assert "Сітуацыя палепшылася" in note["text"]


def test_an_issue_names_its_commentaries_each_in_its_language(client: Client, security: Commentary) -> None:
    head = Head(client, "/en/issues/2022-01-17/")
    data = head.node("PublicationIssue")
    assert data["identifier"] == f"urn:uuid:{security.issue.uid}"
    assert {(part["headline"], part["inLanguage"]) for part in data["hasPart"]} == {
        ("A headline", "en"),
        ("Загаловак каментара", "be"),
    }
    assert head.meta("og:description") == ["A headline"]


@pytest.mark.usefixtures("security")
def test_the_first_page_is_the_site_and_the_periodical(client: Client) -> None:
    head = Head(client, "/be/")
    assert head.node("WebSite")["name"] == head.node("Periodical")["name"] == "Тыднёвік"
    action = head.node("WebSite")["potentialAction"]
    assert action["target"]["urlTemplate"] == f"{settings.SITE_URL}/be/search/?q={{search_term_string}}"
    word = action["target"]["urlTemplate"].replace("{search_term_string}", "мост")
    assert client.get(word.removeprefix(settings.SITE_URL)).status_code == 200


@pytest.mark.usefixtures("security")
def test_a_profile_is_about_its_analyst(client: Client) -> None:
    data = Head(client, "/be/analysts/ina/").node("ProfilePage")
    assert (data["mainEntity"]["name"], data["mainEntity"]["description"]) == ("Аналітык ina", "Піша пра мост.")
    assert data["mainEntity"]["image"]["creditText"] == "Vilma Harsk"
    assert len(data["hasPart"]) == 1


EVIL = "</script><script>alert(1)</script>\u2028<!--<script> & \"quotes\" 'too' ]]>"


def test_no_text_breaks_out_of_its_place(client: Client, security: Commentary) -> None:
    Commentary.objects.filter(pk=security.pk).update(title_be=EVIL, lead_be=EVIL)
    Publication.objects.update(name_be=EVIL)
    response = client.get(SECURITY.format("be"))
    page = response.content.decode()
    assert len(re.findall(r"<script", page)) == len(re.findall(r"</script", page)) == 1
    head = Head(client, SECURITY.format("be"))
    assert head.node("AnalysisNewsArticle")["headline"] == EVIL
    assert head.meta("og:title") == [EVIL]
    assert "script-src" not in response["Content-Security-Policy"]


@pytest.mark.usefixtures("security")
@pytest.mark.parametrize("path", ["/be/", SECURITY.format("be"), "/be/issues/2022-01-17/", "/be/sections/security/"])
def test_it_asks_nothing_more_of_the_database(client: Client, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    client.get(path)
    with CaptureQueriesContext(connection) as with_it:
        assert Head(client, path).graph
    monkeypatch.setattr(pages, "PAGES", {})
    with CaptureQueriesContext(connection) as without_it:
        assert not Head(client, path).graph
    assert len(with_it) == len(without_it)


def test_a_page_that_nobody_passes_on_says_nothing(client: Client, security: Commentary) -> None:
    publishing.withdraw(security, {"be": "Памылка."})
    for path in (SECURITY.format("be"), "/be/nothing/", "/be/subscribe/"):
        head = Head(client, path)
        assert (head.graph, head.meta("og:url"), head.meta("og:image")) == ([], [], [])


def test_a_special_issue_and_a_section_of_another_language_are_described(client: Client) -> None:
    issue = make_issue(date(2022, 1, 17), week_end=date(2022, 1, 30), title_be="Год у аглядзе")
    make_commentary(issue, make_section("west", title_be="", title_ru="", title_en="West"), languages=("be",))
    data = Head(client, "/be/issues/2022-01-17/west/").node("AnalysisNewsArticle")
    assert (data["isPartOf"]["name"], data["articleSection"]) == ("Год у аглядзе", "West")
    assert data["isPartOf"]["temporalCoverage"] == "2022-01-17/2022-01-30"
