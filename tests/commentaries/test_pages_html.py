"""Valid, self-sufficient pages: no cookie, no script, nobody else's server."""

import re
from itertools import pairwise

import html5lib
import pytest
from django.db import connection
from django.test import Client

from commentaries import publishing
from tests.factories import (
    make_analyst,
    make_commentary,
    make_forecast,
    make_issue,
    make_picture,
    make_publication,
    make_section,
    sign,
)

pytestmark = [pytest.mark.django_db, pytest.mark.page]
BODY = """<p>Text<sup><a href="#fn-1" id="fnref-1">1</a></sup> with a <a href="https://example.org/">link</a>.</p><h2>Heading</h2>
<ul><li>one</li></ul><blockquote><p>Quotation.</p></blockquote>
<table><caption>Prices</caption>
<thead><tr><th scope="col">Year</th></tr></thead><tbody><tr><td>1</td></tr></tbody></table>
<ol class="footnotes"><li id="fn-1">Note. <a href="#fnref-1">↩</a></li></ol>"""
PAGES = {
    "/be/": 200,
    "/be/search/": 200,
    "/ru/search/?q=мост": 200,
    "/en/search/?q=zzzz": 200,
    "/be/trends/": 200,
    "/en/trends/?section=security": 200,
    "/ru/issues/2022-01-17/security/versions/1/": 200,
    "/ru/issues/": 200,
    "/be/issues/2022/": 200,
    "/en/issues/2022-01-17/": 200,
    "/be/issues/2022-01-17/security/": 200,
    "/en/issues/2022-01-17/economy/": 200,
    "/en/issues/2022-01-17/media/": 410,
    "/ru/sections/security/": 200,
    "/en/analysts/ina/": 200,
    "/be/about/": 200,
    "/be/nothing/": 404,
}


@pytest.fixture
def _content() -> None:
    make_publication(tagline_be="Штотыдзень", about_be="<p>Пра нас.</p>", contact_email="desk@example.org")
    issue, picture = make_issue(introduction_en="<p>A word before.</p>"), make_picture(caption_be="Мост.")
    security = make_commentary(issue, make_section("security"), body_en=BODY, body_be=BODY, picture=picture)
    economy = make_commentary(issue, make_section("economy"), languages=("be",), body_be=BODY, picture=picture)
    sign(security, make_analyst("ina", portrait=picture), make_analyst(is_guest=True))
    make_forecast(security)
    make_forecast(economy, outcome="came_true", outcome_date=issue.week_end)
    publishing.withdraw(make_commentary(issue, make_section("media")), {"be": "Памылка."})


@pytest.mark.usefixtures("_content")
@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_valid_html(client: Client, path: str) -> None:
    response = client.get(path)
    assert response.status_code == PAGES[path]
    html5lib.HTMLParser(strict=True).parse(response.content.decode())


@pytest.mark.usefixtures("_content")
@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_one_first_heading_and_skips_no_level(client: Client, path: str) -> None:
    levels = [int(level) for level in re.findall(r"<h([1-6])", client.get(path).content.decode())]
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels)), levels


@pytest.mark.usefixtures("_content")
@pytest.mark.parametrize("path", PAGES)
def test_no_id_stands_twice_and_every_anchor_leads_somewhere(client: Client, path: str) -> None:
    text = client.get(path).content.decode()
    ids = re.findall(r'\sid="([^"]+)"', text)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'(?:href="#|aria-labelledby="|for=")([^"]+)"', text)) <= set(ids)


@pytest.mark.usefixtures("_content")
@pytest.mark.parametrize("path", PAGES)
def test_a_page_sets_no_cookie_and_differs_by_none(client: Client, path: str) -> None:
    response = client.get(path)
    assert not response.cookies
    assert "Cookie" not in response.headers.get("Vary", "")


@pytest.mark.usefixtures("_content")
@pytest.mark.parametrize("path", PAGES)
def test_a_page_runs_nothing_and_loads_nothing_from_elsewhere(client: Client, path: str) -> None:
    response = client.get(path)
    text = response.content.decode()
    assert not re.search(r"<script(?! type=\"application/ld\+json\">)|<style|\sstyle=|\son\w+=|javascript:", text)
    assert not re.search(r'\s(?:src|srcset|action)="(?:https?:)?//', text)
    assert all(url.startswith("/") for url in re.findall(r'rel="(?:stylesheet|icon|preload)" href="([^"]+)"', text))
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]


@pytest.mark.usefixtures("_content")
@pytest.mark.parametrize("path", PAGES)
def test_every_page_offers_the_newsletter_the_archive_and_the_languages(client: Client, path: str) -> None:
    text = client.get(path).content.decode()
    language = path[1:3]
    assert f'action="/{language}/subscribe/"' in text
    assert f'href="/{language}/issues/"' in text
    assert text.count("hreflang=") >= 3


@pytest.mark.usefixtures("_content")
def test_an_internal_link_never_leads_nowhere(client: Client) -> None:
    seen, queue = set(), ["/en/"]
    while queue:
        path = queue.pop()
        if path in seen:
            continue
        seen.add(path)
        response = client.get(path)
        assert response.status_code in {200, 302}, path
        if response.headers["Content-Type"].startswith("text/html"):
            found = re.findall(r'<a [^>]*href="(/[^"#?]*)', response.content.decode())
            queue += [link for link in found if link.startswith(("/be/", "/ru/", "/en/"))]
    assert len(seen) > 20


def test_a_head_request_is_answered(client: Client) -> None:
    assert client.head("/en/").status_code == 200
    assert client.post("/en/").status_code == 405


# --- Errors ---------------------------------------------------------------------------------------------------------


def test_an_unknown_page_outside_the_languages_speaks_the_browsers(client: Client) -> None:
    response = client.get("/nothing", headers={"Accept-Language": "ru"})
    assert response.status_code == 404
    assert '<html lang="ru">' in response.content.decode()


def test_a_host_that_is_not_ours_gets_a_page_of_ours(client: Client) -> None:
    response = client.get("/en/", headers={"Host": "evil.example"})
    assert response.status_code == 400
    assert "The request was not understood" in response.content.decode()
    assert "evil.example" not in response.content.decode()


def test_a_broken_page_apologises_in_three_languages_without_the_database(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.raise_request_exception = False

    def refuse() -> None:
        raise OSError("the database is away")

    monkeypatch.setattr(connection, "cursor", refuse)
    response = client.get("/en/")
    text = response.content.decode()
    assert response.status_code == 500
    assert 'lang="be"' in text
    assert 'lang="ru"' in text
    assert "Something broke" in text
    html5lib.HTMLParser(strict=True).parse(text)


def test_crawlers_may_read_all_but_the_desk_and_previews(client: Client) -> None:
    response = client.get("/robots.txt")
    assert response.headers["Content-Type"].startswith("text/plain")
    rules = "User-agent: *\nDisallow: /admin/\nDisallow: /*/preview/\n\nSitemap: http://127.0.0.1:8000/sitemap.xml\n"
    assert response.content.decode() == rules
