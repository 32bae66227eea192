"""The rules of the formats that programs rely on: RFC 4287, RSS 2.0 and its profile, JSON Feed 1.1."""

import json
import re
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import feedparser
import html5lib
import pytest
from django.test import Client
from lxml import etree, html

from commentaries.models import Commentary, Publication
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

pytestmark = pytest.mark.django_db
FORMATS = ("atom", "rss", "json")
SITE = "http://127.0.0.1:8000"
ATOM = "{http://www.w3.org/2005/Atom}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
RFC_822 = re.compile(
    r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d\d:\d\d:\d\d GMT"
)
RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
UUID = re.compile(r"urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
BODY = """<p>Text<sup><a href="#fn-1" id="fnref-1">1</a></sup> with <a href="/en/about/">a link</a>,
<a href="../economy/" rel="noopener noreferrer">another</a> and <a href="#part">a third</a>.</p>
<table><tbody><tr><td>1</td></tr></tbody></table><p>Write <code>href="/x"</code>.</p>
<ol class="footnotes"><li id="fn-1">Note. <a href="#fnref-1">↩</a></li></ol>"""


@pytest.fixture
def _content() -> None:
    make_publication(tagline_en="Every week")
    issue, picture, analyst = make_issue(), make_picture(caption_be="Мост."), make_analyst("ina")
    for slug in ("security", "economy"):
        commentary = make_commentary(issue, make_section(slug), picture=picture, body_en=BODY)
        sign(commentary, analyst, make_analyst(is_guest=True))
        make_forecast(commentary)


def xml(client: Client, path: str) -> etree._Element:
    return etree.fromstring(client.get(path).content)


def texts(client: Client) -> list[str]:
    """The HTML of all entries, as each format has it."""
    atom = [node.text for node in xml(client, "/en/feed.atom").iter(f"{ATOM}content")]
    rss = [node.text for node in xml(client, "/en/feed.rss").iter(CONTENT)]
    items = json.loads(client.get("/en/feed.json").content)["items"]
    assert atom == rss == [item["content_html"] for item in items]
    return [text or "" for text in atom]


@pytest.mark.parametrize("form", ["atom", "rss"])
@pytest.mark.parametrize("place", ["/be", "/ru/sections/security", "/en/analysts/ina"])
@pytest.mark.usefixtures("_content")
def test_a_parser_of_feeds_finds_nothing_wrong(client: Client, place: str, form: str) -> None:
    found = feedparser.parse(client.get(f"{place}/feed.{form}").content)
    assert not found.bozo
    assert found.version == {"atom": "atom10", "rss": "rss20"}[form]
    assert found.feed.language == place[1:3]
    assert len(found.entries) == (1 if "sections" in place else 2)


@pytest.mark.usefixtures("_content")
def test_atom_has_what_rfc_4287_requires(client: Client) -> None:
    response = client.get("/en/feed.atom")
    assert response.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    root = etree.fromstring(response.content)
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == "en"
    for node in (root, *root.iter(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            assert len(node.findall(f"{ATOM}{name}")) == 1, name
        assert node.findall(f"{ATOM}author/{ATOM}name")
        kinds = [(link.get("rel"), link.get("type"), link.get("hreflang")) for link in node.findall(f"{ATOM}link")]
        assert len(kinds) == len(set(kinds))  # 4.2.7.2, and 4.1.1 of "alternate"
    children = [node.tag for node in root]
    assert f"{ATOM}entry" not in children[: children.index(f"{ATOM}entry")]
    assert set(children[children.index(f"{ATOM}entry") :]) == {f"{ATOM}entry"}
    ids = [node.text for node in root.iter(f"{ATOM}id")]
    assert len(ids) == len(set(ids)) == 3
    assert all(UUID.fullmatch(text) for text in ids)
    for name in ("updated", "published"):
        assert all(RFC_3339.fullmatch(node.text) for node in root.iter(f"{ATOM}{name}"))


@pytest.mark.usefixtures("_content")
def test_rss_has_what_the_profile_requires(client: Client) -> None:
    response = client.get("/be/feed.rss")
    assert response.headers["Content-Type"] == "application/rss+xml; charset=utf-8"
    root = etree.fromstring(response.content)
    assert (root.tag, root.get("version")) == ("rss", "2.0")
    channel = root.find("channel")
    for name in ("title", "link", "description", "language"):
        assert len(channel.findall(name)) == 1, name
    assert channel.findtext("image/link") == channel.findtext("link")
    assert channel.findtext("image/title") == channel.findtext("title")
    for item in root.iter("item"):
        assert len(item.findall("enclosure")) == 1
        assert item.find("guid").get("isPermaLink") == "false"
        assert UUID.fullmatch(item.findtext("guid"))
        assert all(item.findtext(name) for name in ("link", "title", "description"))
    dates = [node.text for name in ("pubDate", "lastBuildDate") for node in root.iter(name)]
    assert len(dates) == 3
    for text in dates:
        assert RFC_822.fullmatch(text)
        assert parsedate_to_datetime(text).strftime("%a") == text[:3]


@pytest.mark.usefixtures("_content")
def test_json_feed_has_what_version_1_1_requires(client: Client) -> None:
    response = client.get("/en/feed.json")
    assert response.headers["Content-Type"] == "application/feed+json; charset=utf-8"
    found = json.loads(response.content)
    assert found["version"] == "https://jsonfeed.org/version/1.1"
    assert (found["title"], found["description"], found["language"]) == ("The Weekly", "Every week", "en")
    assert (found["home_page_url"], found["feed_url"]) == (f"{SITE}/en/", f"{SITE}/en/feed.json")
    assert "hubs" not in found
    ids = [item["id"] for item in found["items"]]
    assert len(set(ids)) == 2
    for item in found["items"]:
        assert RFC_3339.fullmatch(item["date_published"])
        assert RFC_3339.fullmatch(item["date_modified"])
        assert item["language"] == "en"
        assert item["authors"][0] == {"name": "Analyst ina", "url": f"{SITE}/en/analysts/ina/"}
        assert "url" not in item["authors"][1]
        assert "<" not in item["content_text"]
        assert "Text [1] with a link" in item["content_text"]
        assert "Note.\n" in item["content_text"]


@pytest.mark.usefixtures("_content")
@pytest.mark.parametrize("form", ["atom", "rss"])
def test_a_feed_says_where_it_is_and_where_its_translations_are(client: Client, form: str) -> None:
    links = [
        (link.get("rel"), link.get("hreflang"), link.get("href"))
        for link in xml(client, f"/be/sections/security/feed.{form}").iter(f"{ATOM}link")
        if (link.get("type") or "").startswith("application/")
    ]
    address = SITE + "/{}/sections/security/feed." + form
    assert links == [
        ("self", None, address.format("be")),
        ("alternate", "ru", address.format("ru")),
        ("alternate", "en", address.format("en")),
    ]


@pytest.mark.usefixtures("_content")
def test_every_address_is_whole_and_the_sites_own(client: Client) -> None:
    for form in FORMATS:
        response = client.get(f"/en/feed.{form}", headers={"host": "localhost"})
        assert b"localhost" not in response.content, form
    for text in texts(client):
        for _node, _name, address, _place in html.fromstring(f"<div>{text}</div>").iterlinks():
            assert address.startswith("#") or urlsplit(address).netloc, address
    security = texts(client)[1]
    assert f'href="{SITE}/en/about/"' in security
    assert f'href="{SITE}/en/issues/2022-01-17/economy/"' in security
    assert f'href="{SITE}/en/issues/2022-01-17/security/#part"' in security
    assert '<code>href="/x"</code>' in security


@pytest.mark.usefixtures("_content")
def test_footnotes_go_there_and_back_inside_their_own_entry(client: Client) -> None:
    seen: set[str] = set()
    for text in texts(client):
        ids = re.findall(r'\sid="([^"]+)"', text)
        assert len(ids) == 2
        assert set(re.findall(r'href="#([^"]+)"', text)) == set(ids)
        assert not seen & set(ids)
        seen |= set(ids)


@pytest.mark.usefixtures("_content")
def test_a_text_brings_nothing_that_needs_our_style_sheets(client: Client) -> None:
    for text in texts(client):
        assert not re.search(r"\s(class|role|style|tabindex|loading|aria-\w+)=", text)
        assert not re.search(r"<(div|svg|picture|source|script)\b", text)


@pytest.mark.usefixtures("_content")
@pytest.mark.parametrize("form", FORMATS)
def test_characters_that_xml_forbids_break_no_feed(client: Client, form: str) -> None:
    Commentary.objects.update(title_en="Bell \x07, escape \x1b & <tag>", body_en="<p>Form feed \x0c, \ufffe, 🦉</p>")
    Publication.objects.update(name_en="The \x0bWeekly")
    content = client.get(f"/en/feed.{form}").content
    if form == "json":
        assert json.loads(content)["items"][0]["title"].endswith("& <tag>")
        return
    found = feedparser.parse(content)
    assert not found.bozo
    assert found.feed.title == "The Weekly"
    assert "🦉" in found.entries[0].content[0].value
    etree.fromstring(content)


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("place", ["/be", "/en/sections/security"])
def test_a_feed_without_entries_is_valid_too(client: Client, place: str, form: str) -> None:
    make_section("security")
    content = client.get(f"{place}/feed.{form}").content
    if form == "json":
        assert json.loads(content)["items"] == []
        return
    found = feedparser.parse(content)
    assert not found.bozo
    assert found.feed.title
    root = etree.fromstring(content)
    assert form == "rss" or (root.findtext(f"{ATOM}updated") and root.findtext(f"{ATOM}author/{ATOM}name"))
    assert client.get(f"{place}/feed.{form}").content == content


@pytest.mark.usefixtures("_content")
def test_the_texts_are_valid_html(client: Client) -> None:
    for text in texts(client):
        html5lib.HTMLParser(strict=True).parseFragment(text)


@pytest.mark.usefixtures("_content")
@pytest.mark.parametrize(
    ("path", "own"),
    [
        ("/en/", ""),
        ("/en/issues/2022-01-17/security/", ""),
        ("/en/sections/security/", "/en/sections/security"),
        ("/en/analysts/ina/", "/en/analysts/ina"),
    ],
)
def test_a_page_names_its_feeds_and_they_are_there(client: Client, path: str, own: str) -> None:
    page = client.get(path).content.decode()
    found = re.findall(r'<link rel="alternate" type="([^"]+)" title="([^"]+)" href="([^"]+)">', page)
    assert [address for _type, _title, address in found] == [
        f"{place}/feed.{form}" for place in filter(None, [own, "/en"]) for form in FORMATS
    ]
    assert len({title for _type, title, _address in found}) == len(found)
    for kind, _title, address in found:
        assert client.get(address).headers["Content-Type"].startswith(kind)


def test_readers_are_told_what_a_feed_is(client: Client) -> None:
    make_section("security")
    page = client.get("/en/about/").content.decode()
    assert 'id="feeds"' in page
    for place in ("/en", "/en/sections/security"):
        assert all(f'href="{place}/feed.{form}"' in page for form in FORMATS)
    for path in ("/en/", "/en/sections/security/"):
        assert '<a href="/en/about/#feeds">' in client.get(path).content.decode()
