"""What search engines are told of: true addresses, ready translations, dates that mean something."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from lxml import etree
from pytest_django import DjangoAssertNumQueries, Settings

from commentaries import publishing, sitemap
from commentaries.languages import FALLBACK
from commentaries.models import Commentary, Correction, Translation
from tests.factories import (
    MONDAY,
    PAST,
    make_analyst,
    make_commentary,
    make_issue,
    make_publication,
    make_section,
    make_user,
    sign,
)

pytestmark = pytest.mark.django_db
SITE = "http://127.0.0.1:8000"
NAMES = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}
SECURITY = "/issues/2022-01-17/security/"


def listed(client: Client, path: str = "/sitemap.xml") -> dict[str, Any]:
    """Each listed page, less the site, with its last change and its translations."""
    response = client.get(path)
    assert response.status_code == 200
    found = {}
    for url in etree.fromstring(response.content).findall("s:url", NAMES):
        links = {link.get("hreflang"): link.get("href") for link in url.findall("x:link", NAMES)}
        address = url.findtext("s:loc", namespaces=NAMES)
        assert address not in found
        assert address.startswith(SITE)
        found[address.removeprefix(SITE)] = (url.findtext("s:lastmod", namespaces=NAMES), links)
    return found


def test_every_public_page_is_listed_in_each_language(client: Client) -> None:
    make_publication(about_be="<p>Пра нас.</p>")
    sign(make_commentary(section=make_section("security")), make_analyst("ina"))
    paths = ["/", "/issues/", "/issues/2022/", "/trends/", "/sections/security/", "/analysts/ina/"]
    paths += ["/issues/2022-01-17/", SECURITY]
    expected = {f"/{language}{path}" for language in ("be", "ru", "en") for path in paths}
    found = listed(client)
    assert set(found) == {*expected, "/be/about/"}
    for path in found:
        assert client.get(path).status_code == 200, path


def test_a_page_is_listed_in_the_languages_that_its_text_is_ready_in(client: Client) -> None:
    issue = make_issue()
    make_commentary(issue, make_section("security"), languages=("be", "ru"))
    commentary = make_commentary(issue, make_section("economy"))
    commentary.translations.exclude(language="en").update(state=Translation.State.IN_REVIEW)
    found = listed(client)
    assert {path for path in found if "security" in path and "issues" in path} == {f"/be{SECURITY}", f"/ru{SECURITY}"}
    assert {path for path in found if "economy" in path and "issues" in path} == {"/en/issues/2022-01-17/economy/"}
    assert {path[:3] for path in found if path.endswith("/2022-01-17/")} == {"/be", "/ru", "/en"}


def test_every_translation_names_all_of_them_as_the_pages_do(client: Client) -> None:
    make_publication(about_be="<p>Пра нас.</p>", about_ru="<p>О нас.</p>")
    issue = make_issue()
    sign(make_commentary(issue, make_section("security"), languages=("be", "ru")), make_analyst("ina"))
    found = listed(client)
    for path, (_changed, links) in found.items():
        assert links[path[1:3]] == SITE + path
        for language, address in links.items():
            if language != "x-default":
                assert found[address.removeprefix(SITE)][1] == links
        page = client.get(path).content.decode()
        assert f'<link rel="canonical" href="{SITE}{path}">' in page
        assert dict(re.findall(r'<link rel="alternate" hreflang="([^"]+)" href="([^"]+)">', page)) == links


@pytest.mark.parametrize("state", ["draft issue", "scheduled issue", "draft", "scheduled", "in review", "withdrawn"])
def test_what_readers_may_not_see_is_not_listed(client: Client, state: str) -> None:
    tomorrow = timezone.now() + timedelta(days=1)
    issue = make_issue(published_at={"draft issue": None, "scheduled issue": tomorrow}.get(state, PAST))
    commentary = make_commentary(issue, make_section("security"))
    sign(commentary, make_analyst("ina"))
    if state in {"draft", "scheduled"}:
        Commentary.objects.update(published_at=None if state == "draft" else tomorrow)
    if state == "in review":
        commentary.translations.update(state=Translation.State.IN_REVIEW)
    if state == "withdrawn":
        publishing.withdraw(commentary, {"en": "A mistake."})
    for path in ("/sitemap.xml", "/sitemap-pages.xml"):
        text = client.get(path).content.decode()
        assert "2022" not in text
        assert "ina" not in text
    assert client.get("/sitemap-2022.xml").status_code == 404


def test_an_author_without_a_page_is_not_listed(client: Client) -> None:
    hidden = make_analyst("real-name", is_public=False, pen_name_en="Heron")
    sign(make_commentary(), hidden, make_analyst("guest", is_guest=True))
    make_analyst("new-colleague")
    assert "/analysts/" not in client.get("/sitemap.xml").content.decode()


def test_a_closed_section_is_listed_for_as_long_as_it_has_texts(client: Client) -> None:
    make_commentary(section=make_section("old", retired_at=PAST))
    make_section("empty", retired_at=PAST)
    make_section("new")
    found = listed(client)
    assert "/en/sections/old/" in found
    assert "/en/sections/new/" in found
    assert "/en/sections/empty/" not in found


def test_a_page_changed_when_a_text_was_published_or_corrected(client: Client) -> None:
    issue = make_issue()
    security = make_commentary(issue, make_section("security"))
    economy = make_commentary(issue, make_section("economy"))
    ready = datetime(2022, 2, 20, 9, tzinfo=UTC)
    economy.translations.filter(language="en").update(marked_ready_by=make_user(), marked_ready_at=ready)
    Correction.objects.create(commentary=security, note_en="Mended.", made_at=datetime(2022, 3, 7, 22, 30, tzinfo=UTC))
    changed = {path: time for path, (time, _links) in listed(client).items()}
    assert changed[f"/en{SECURITY}"] == "2022-03-07T22:30:00+00:00"
    assert changed["/en/issues/2022-01-17/economy/"] == "2022-02-20T09:00:00+00:00"
    assert changed["/be/issues/2022-01-17/economy/"] == "2022-02-01T09:00:00+00:00"
    for path in ("/be/issues/2022-01-17/", "/en/", "/ru/sections/security/", "/en/issues/2022/"):
        assert changed[path] == "2022-03-07T22:30:00+00:00", path
    assert changed["/ru/sections/economy/"] == "2022-02-01T09:00:00+00:00"


def test_a_large_site_is_listed_by_years(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    section = make_section("security")
    for start in (MONDAY, MONDAY - timedelta(days=364)):
        make_commentary(make_issue(start), section)
    whole = listed(client)
    monkeypatch.setattr(sitemap, "TOGETHER", 5)
    root = etree.fromstring(client.get("/sitemap.xml").content)
    assert etree.QName(root).localname == "sitemapindex"
    parts = [node.text.removeprefix(SITE) for node in root.findall("s:sitemap/s:loc", NAMES)]
    assert parts == ["/sitemap-pages.xml", "/sitemap-2022.xml", "/sitemap-2021.xml"]
    found = [listed(client, part) for part in parts]
    assert {path: page for part in found for path, page in part.items()} == whole
    assert sum(map(len, found)) == len(whole)


@pytest.mark.parametrize("path", ["/sitemap-2021.xml", "/sitemap-0.xml", "/sitemap-99999999999999999999.xml"])
def test_there_is_no_list_of_an_empty_year(client: Client, path: str) -> None:
    make_commentary()
    assert client.get(path).status_code == 404


def test_the_addresses_are_the_settings_not_the_callers(client: Client, settings: Settings) -> None:
    make_commentary()
    settings.SITE_URL = "https://weekly.example"
    for path in ("/sitemap.xml", "/robots.txt"):
        text = client.get(path, headers={"host": "localhost"}).content.decode()
        assert "https://weekly.example/" in text
        assert "localhost" not in text
        assert "testserver" not in text
    assert "\nSitemap: https://weekly.example/sitemap.xml\n" in client.get("/robots.txt").content.decode()


def test_a_crawler_that_has_the_newest_gets_304(client: Client) -> None:
    commentary = make_commentary()
    for path in ("/sitemap.xml", "/sitemap-pages.xml", "/sitemap-2022.xml"):
        tag = client.get(path).headers["ETag"]
        response = client.get(path, headers={"if-none-match": tag})
        assert (response.status_code, response.content) == (304, b"")
        assert client.head(path).status_code == 200
        assert client.post(path).status_code == 405
    publishing.withdraw(commentary, {"en": "A mistake."})
    assert client.get("/sitemap.xml", headers={"if-none-match": tag}).status_code == 200


def test_a_site_without_a_text_has_a_sitemap(client: Client) -> None:
    assert set(listed(client)) == {f"/{code}{path}" for code in FALLBACK for path in ("/", "/issues/", "/trends/")}


@pytest.mark.parametrize("rows", [10, 60])
def test_the_number_of_queries_is_fixed(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, rows: int
) -> None:
    section = make_section("security")
    for number in range(rows):
        sign(make_commentary(make_issue(MONDAY - timedelta(days=7 * number)), section), make_analyst())
    for path, queries in {"/sitemap.xml": 6, "/sitemap-pages.xml": 4, "/sitemap-2021.xml": 1}.items():
        with django_assert_num_queries(queries):
            client.get(path)
