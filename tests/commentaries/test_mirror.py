"""What is in the mirror, what is not, and where its links lead."""

import re
from datetime import timedelta
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from commentaries import views
from commentaries.mirror import crawling, links
from commentaries.mirror.addresses import SCRIPTED, file_of, page_of, view_of
from commentaries.models import FormerSectionSlug
from tests.commentaries.mirrors import broken_links, files, is_page
from tests.factories import (
    MONDAY,
    make_analyst,
    make_commentary,
    make_issue,
    make_picture,
    make_publication,
    make_section,
    sign,
)

pytestmark = pytest.mark.django_db
YEAR_BEFORE = MONDAY - timedelta(weeks=30)


@pytest.fixture
def top(tmp_path: Path) -> Path:
    return tmp_path / "mirror"


@pytest.fixture
def _no_rule_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A query that our own templates write is known to the mirror: what it does not know it leaves out."""

    def strict(url: str) -> str:
        page = page_of(url)
        assert view_of(url) in SCRIPTED or urlsplit(page).query.count("=") == urlsplit(url).query.count("="), url
        return page

    monkeypatch.setattr(crawling, "page_of", strict)


@pytest.mark.usefixtures("_no_rule_is_missing")
def test_every_link_of_every_page_leads_to_a_file(top: Path) -> None:
    make_publication(about_en="<p>We are <b>we</b>.</p>", contact_email="desk@example.org")
    section = make_section("bridges")
    picture = make_picture((900, 600))
    latest = make_commentary(section=section, picture=picture, languages=("be",))
    make_commentary(make_issue(YEAR_BEFORE), section, body_en=f'<p><img src="{picture.file.url}" alt=""></p>')
    sign(latest, make_analyst("ina", portrait=picture))
    call_command("export_site", top)
    found = files(top)
    assert broken_links(top) == []
    assert {"index.html", "404.html", "robots.txt", "be/sections/bridges/index-year-2021.html"} <= found.keys()
    assert f"ru/issues/{MONDAY}/bridges/index.html" in found  # in Belarusian, and it says so
    assert 'lang="be"' in found[f"ru/issues/{MONDAY}/bridges/index.html"].decode()
    assert {"jpg", "avif", "webp"} <= {name.rpartition(".")[2] for name in found if name.startswith("media/")}
    for name, page in ((name, content.decode()) for name, content in found.items() if is_page(name)):
        assert re.search(r'class="(copy|mirrored)"', page), name
        assert '<meta http-equiv="Content-Security-Policy" content="default-src \'none\';' in page, name
        assert '<meta name="referrer" content="no-referrer">' in page, name
        assert "\ue000" not in page, name
        assert 'http-equiv="refresh"' not in page, name
        assert 'rel="preload"' not in page, name  # which a browser refuses from a disk


SECRETS = ("secret-draft", "secret-time", "secret-language", "secret-withdrawn", "secret-issue", "Secret Name")


def test_what_is_not_public_is_in_no_file(top: Path) -> None:
    make_publication()
    issue, now = make_issue(), timezone.now()
    make_commentary(issue, make_section("open"), languages=("be",), title_ru="secret-language", body_ru="<p>x</p>")
    make_commentary(issue, make_section("draft"), public=False, title_en="secret-draft")
    later = make_commentary(issue, make_section("later"), title_en="secret-time")
    later.published_at = now + timedelta(days=1)
    later.save()
    make_commentary(issue, make_section("gone"), title_en="secret-withdrawn", withdrawn_at=now)
    make_issue(YEAR_BEFORE, public=False, title_en="secret-issue")
    hidden = make_analyst("hidden-slug", name_en="Secret Name", is_public=False, pen_name_en="The Heron")
    sign(issue.commentaries.get(section__slug="open"), hidden)
    call_command("export_site", top, "--zip")
    everything = b"".join([*(name.encode() + content for name, content in files(top).items())])
    assert b"The Heron" in everything
    assert [secret for secret in (*SECRETS, "hidden-slug") if secret.encode() in everything] == []
    assert not any("/subscri" in name or "admin" in name or "preview" in name for name in files(top))


def test_a_withdrawn_text_leaves_the_mirror_and_links_to_it_lead_to_the_site(top: Path) -> None:
    issue = make_issue()
    gone = make_commentary(issue, make_section("gone"), title_en="A leaving headline")
    address = gone.url_in("en")
    make_commentary(issue, make_section("other"), body_en=f'<p>As <a href="{address}#fn-1">we wrote</a>.</p>')
    call_command("export_site", top)
    assert file_of(address) in files(top)
    gone.withdrawn_at = timezone.now()
    gone.save()
    call_command("export_site", top)
    assert not any(b"A leaving headline" in content for content in files(top).values())
    assert not (top / file_of(address)).parent.exists()
    page = files(top)[f"en/issues/{MONDAY}/other/index.html"].decode()
    assert f'href="{settings.SITE_URL}{address}"' in page


def test_after_an_export_addresses_are_those_of_the_site_again(top: Path) -> None:
    assert reverse("admin:index") == "/admin/"
    call_command("export_site", top)
    assert reverse("admin:index") == "/admin/"


def test_a_link_that_leads_nowhere_is_reported_with_its_page(top: Path) -> None:
    make_publication(about_en='<p><a href="/en/no-such-page/">There</a></p>')
    with pytest.raises(CommandError, match=r"/en/no-such-page/ leads to no page \(a link on /be/about/\)"):
        call_command("export_site", top)
    assert f'href="{settings.SITE_URL}/en/no-such-page/"' in files(top)["en/about/index.html"].decode()


@pytest.mark.parametrize(
    ("href", "target"),
    [
        ("/be/sections/port/?fbclid=x", "../../be/sections/port/index.html"),
        ("/en/sections/port/?page=2&year=2022&x=y#main", "../sections/port/index-year-2022.html#main"),
        ("/ru/about/?utm_source=x", "../../ru/about/index.html"),
        ("/ru/search/?q=port", "../../ru/search/index.html?q=port"),
        ("/be/subscribe/", f"{settings.SITE_URL}/be/subscribe/"),
    ],
)
def test_what_others_add_to_a_link_makes_no_other_page(top: Path, href: str, target: str) -> None:
    make_commentary(section=make_section("port"))
    make_publication(about_en=f'<p><a href="{escape(href)}">There</a></p>')
    call_command("export_site", top)
    assert f'href="{target}"' in files(top)["en/about/index.html"].decode()
    assert not any("fbclid" in name or "page" in name or "utm" in name for name in files(top))


def test_a_parameter_added_to_a_picture_makes_no_other_file(top: Path) -> None:
    address = make_picture((900, 600)).file.url
    make_publication(about_en=f'<p><a href="{address}?y=1"><img src="{address}" alt=""></a></p>')
    call_command("export_site", top)
    assert f'href="../..{address}"' in files(top)["en/about/index.html"].decode()
    assert sum(name.endswith(".png") and name.startswith("media/") for name in files(top)) == 1


@pytest.mark.parametrize(
    ("href", "problem"),
    [
        ("/static/nope.pdf", "/static/nope.pdf leads to no page"),
        (f"/static/{'x' * 300}.pdf", r"x\.pdf leads to no page"),
        (f"{settings.SITE_URL}/static/../../x", r"/static/../../x leads to no page"),
        ("http://a[b@example.org/", r"http://a\[b@example.org/ is no address \(a link on /en/about/\)"),
        ("http://u℀@example.org/", "http://u℀@example.org/ is no address"),
        (f"{settings.SITE_URL}//[/", r"//\[/ is no address"),
        ("/en/analysts/old/?id=5", "/en/analysts/old/ leads to no page"),
    ],
)
def test_no_link_of_a_text_stops_the_export(top: Path, href: str, problem: str) -> None:
    make_publication(about_en=f'<p><a href="{href}">There</a></p>')
    with pytest.raises(CommandError, match=problem):
        call_command("export_site", top)
    target = href if href.startswith("http") else settings.SITE_URL + href
    assert f'href="{target}"' in files(top)["en/about/index.html"].decode()


def test_a_link_to_a_former_address_leads_to_the_page_itself(top: Path) -> None:
    FormerSectionSlug.objects.create(slug="harbours", section=make_section("ports"))
    make_publication(about_en=f'<p><a href="{settings.SITE_URL}/en/sections/harbours/#main">The section</a></p>')
    call_command("export_site", top)
    assert 'href="../sections/ports/index.html#main"' in files(top)["en/about/index.html"].decode()
    assert broken_links(top) == []


def test_a_link_to_what_needs_the_server_leads_to_the_site(top: Path) -> None:
    make_publication(about_en='<p><a href="/en/subscribe/">Subscribe</a></p>', contact_email="desk@example.org")
    call_command("export_site", top)
    about = files(top)["en/about/index.html"].decode()
    assert re.search(rf'<a href="{settings.SITE_URL}/en/subscribe/"[^>]*>Subscribe</a>', about)
    assert 'type="email"' not in about
    assert f'<a href="{settings.SITE_URL}/en/subscribe/" rel="external">' in about


def test_a_page_that_fails_stops_the_export_and_the_old_mirror_stays(
    top: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_publication(name_en="Before")
    call_command("export_site", top)
    before = files(top)

    def fail(*_args: Any) -> None:
        raise RuntimeError

    make_publication(name_en="After")
    monkeypatch.setattr(views.Publication, "current", fail)
    with pytest.raises(CommandError, match=r"answers 500"):
        call_command("export_site", top)
    assert files(top) == before


def test_a_mirror_with_an_address_of_its_own_names_it_in_feeds_lists_and_cards(top: Path) -> None:
    make_commentary(section=make_section("port"), languages=("en",))
    call_command("export_site", top, "--base-url", "https://mirror.example/a")
    found = {name: content.decode() for name, content in files(top).items() if name.endswith((".html", ".atom", "xml"))}
    page = f"en/issues/{MONDAY}/port/index.html"
    assert f"<loc>https://mirror.example/a/{page}</loc>" in found["sitemap.xml"]
    assert f'href="https://mirror.example/a/{page}"' in found["en/feed.atom"]
    assert f'content="https://mirror.example/a/en/issues/{MONDAY}/port/card.png"' in found[page]
    assert (top / f"en/issues/{MONDAY}/port/card.png").exists()
    assert f'<link rel="canonical" href="{settings.SITE_URL}/en/issues/{MONDAY}/port/">' in found[page]
    assert 'href="https://mirror.example/a/en/index.html"' in found["404.html"]
    assert broken_links(top) == []


@pytest.mark.usefixtures("_no_rule_is_missing")
def test_the_real_archive_is_mirrored_whole(top: Path, real_archive: Path) -> None:
    call_command("import_archive", real_archive)
    call_command("export_site", top)
    assert broken_links(top) == []
    assert sum(name.count("/") == 4 for name in files(top) if name.endswith("index.html")) >= 6


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("/", "index.html"),
        ("/be/issues/2022-01-17/port/", "be/issues/2022-01-17/port/index.html"),
        ("/be/sections/port/?year=2022", "be/sections/port/index-year-2022.html"),
        ("/be/feed.atom", "be/feed.atom"),
        ("/en/sections/con/", "en/sections/con-1143da2b/index.html"),
        ("/en/sections/Port/", "en/sections/port-72e9a59f/index.html"),
    ],
)
def test_names_of_files_are_such_as_every_file_system_takes(url: str, name: str) -> None:
    assert file_of(url) == name


@pytest.mark.parametrize("part", ["..", ".", "NUL.html", "a" * 300, "порт", "a\0b", "a:b", "x.", "%2e%2e", "a%2Fb"])
def test_no_address_leads_out_of_the_folder(part: str) -> None:
    name = file_of(f"/en/{part}/")
    assert name.startswith("en/")
    assert name.endswith("/index.html")
    assert all(0 < len(folder) < 110 and folder not in {".", ".."} for folder in name.split("/"))


class _Noting:
    """A place where every link is noted and becomes X."""

    def __init__(self) -> None:
        self.noted: list[str] = []

    def link(self, url: str) -> str:
        self.noted.append(url)
        return "X"

    def absolute(self, url: str) -> str:
        return self.link(url)

    def form(self, method: str, action: str) -> None:
        self.noted.append(f"{method} {action}")


def test_links_are_replaced_in_their_place_and_nothing_else_changes() -> None:
    before = (
        '<!DOCTYPE html>\n<p TITLE=a>é &amp; &nbsp;<svg viewBox="0 0 1 1"><title>t\u2028</title></svg>\n'
        '<A HREF="/a?b=1&amp;c=2" class="k">1 < 2</A><img src=/b srcset="/c 1w, /d 2w" alt="">'
        '<form method="POST" action="/e"><button formaction="/f"></button></form>'
        '<script type="application/ld+json">{"href": "<a href=/g>"}</script><!-- <a href="/h"> -->'
    )
    place = _Noting()
    after = links.in_html(before, place)
    assert place.noted == ["/a?b=1&c=2", "/b", "/c", "/d", "post /e", "/e", "/f"]
    assert after == (
        before.replace('<A HREF="/a?b=1&amp;c=2" class="k">', '<a href="X" class="k">')
        .replace('<img src=/b srcset="/c 1w, /d 2w" alt="">', '<img src="X" srcset="X 1w, X 2w" alt="">')
        .replace('<form method="POST" action="/e">', '<form method="POST" action="X">')
        .replace('formaction="/f"', 'formaction="X"')
    )
