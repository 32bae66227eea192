"""What search engines may find (sitemaps.org), each page with its translations as Google reads them (hreflang).

Only pages that are the true address of their text: where another language stands in, the page says that its true
address is that language's, so it is not listed. Django's own sitemaps know neither SITE_URL nor a text's languages.

A large site's list is cut by years: a year of eighty sections a week stays below ten megabytes and fifty thousand
addresses, and past years stay as they are. The index gives no dates: a withdrawal changes a list and leaves none.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.conf import settings
from django.db.models import Max, OuterRef, Q, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import override
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import conditional_page, require_safe
from lxml import etree

from commentaries.caching import public
from commentaries.feeds.xml import add, document
from commentaries.languages import FALLBACK, in_language
from commentaries.models import Analyst, Commentary, Correction, Publication, Section, Translation
from commentaries.models.commentaries import CommentaryQuerySet
from commentaries.models.issues import EARLIEST, LATEST

SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
XHTML = "http://www.w3.org/1999/xhtml"
TOGETHER = 5_000  # texts; about four megabytes


@dataclass(frozen=True)
class Page:
    """A page by the name of its address; when readers last saw it change, for each language whose own page it is."""

    view: str
    arguments: tuple[date | int | str, ...]
    changed: Mapping[str, datetime | None]


def _in_all(view: str, *arguments: int | str, changed: datetime | None) -> Page:
    """A page that is there in every language."""
    return Page(view, arguments, dict.fromkeys(FALLBACK, changed))


@require_safe
@public()
@gzip_page
@conditional_page
def sitemap(request: HttpRequest) -> HttpResponse:
    """All pages; of a large site the list of its lists."""
    if Translation.objects.filter(state__in=Translation.PUBLIC_STATES).count() <= TOGETHER:
        return _served(_urls([*_standing(), *_issues(Commentary.objects.published())]))
    root = etree.Element(_tag("sitemapindex"), nsmap={None: SITEMAP})
    years = Commentary.objects.published().dates("issue__week_start", "year", order="DESC")
    for path in [reverse("sitemap_pages"), *(reverse("sitemap_year", args=[day.year]) for day in years)]:
        add(add(root, _tag("sitemap")), _tag("loc"), settings.SITE_URL + path)
    return _served(root)


@require_safe
@public()
@gzip_page
@conditional_page
def standing_pages(request: HttpRequest) -> HttpResponse:
    return _served(_urls(_standing()))


@require_safe
@public()
@gzip_page
@conditional_page
def year(request: HttpRequest, number: int) -> HttpResponse:
    """The issues of the weeks that began in a year, and their commentaries."""
    if not EARLIEST.year <= number <= LATEST.year:
        raise Http404
    pages = _issues(Commentary.objects.published().filter(issue__week_start__year=number))
    if not pages:
        raise Http404
    return _served(_urls(pages))


def _standing() -> list[Page]:
    """The pages that stay while issues come and go."""
    sections, years, signed = _latest()
    newest = max(sections.values(), default=None)
    pages = [_in_all(view, changed=newest) for view in ("home", "archive", "trends")]
    pages += [_in_all("archive_year", number, changed=years[number]) for number in sorted(years, reverse=True)]
    shown = Section.objects.shown().order_by("order", "slug").values_list("slug", flat=True)
    pages += [_in_all("section", slug, changed=sections.get(slug)) for slug in shown]
    with_page = Analyst.objects.with_page().order_by("slug").values_list("slug", flat=True)
    pages += [_in_all("analyst", slug, changed=signed.get(slug)) for slug in with_page]
    publication = Publication.current()
    about = [code for code in FALLBACK if in_language(publication, "about", code)]
    return [*pages, Page("about", (), dict.fromkeys(about))]


def _latest() -> tuple[dict[Any, datetime], ...]:
    """When readers last saw a public commentary change: of each section, of each year, of each analyst."""
    keys = ("section__slug", "issue__week_start__year", "bylines__analyst__slug")
    groups = Commentary.objects.published().order_by().values_list(*keys)
    found: tuple[dict[Any, datetime], ...] = tuple({} for _key in keys)
    for row in groups.annotate(Max("published_at"), Max("issue__published_at"), Max("corrections__made_at")):
        changed = max(filter(None, row[len(keys) :]))
        for known, key in zip(found, row, strict=False):
            known[key] = max(changed, known.get(key, changed))
    return found


def _issues(public: CommentaryQuerySet) -> list[Page]:
    """An issue stands in each language that one of its commentaries has, and changes with all of them."""
    weeks: dict[date, dict[str, datetime | None]] = {}
    commentaries: dict[tuple[date, str], dict[str, datetime | None]] = {}
    for week, slug, language, changed in _texts(public):
        commentaries.setdefault((week, slug), {})[language] = changed
        before = weeks.get(week, {})
        latest = max(changed, *filter(None, before.values())) if before else changed
        weeks[week] = dict.fromkeys([*before, language], latest)
    pages = [Page("issue", (week,), changed) for week, changed in weeks.items()]
    return [*pages, *(Page("commentary", key, changed) for key, changed in commentaries.items())]


def _texts(public: CommentaryQuerySet) -> Iterable[tuple[date, str, str, datetime]]:
    """Week, section, language and last change of each text that readers have."""
    given = Q()
    for language in FALLBACK:
        given |= Q(
            **{"language": language, f"commentary__title_{language}__gt": "", f"commentary__body_{language}__gt": ""}
        )
    corrected = Correction.objects.filter(commentary=OuterRef("commentary")).order_by("-made_at").values("made_at")[:1]
    rows = Translation.objects.filter(given, commentary__in=public, state__in=Translation.PUBLIC_STATES)
    rows = rows.order_by("commentary__issue__week_start", "commentary__section__slug", "language")
    for week, slug, language, by, ready, *times in rows.values_list(
        "commentary__issue__week_start",
        "commentary__section__slug",
        "language",
        "marked_ready_by",
        "marked_ready_at",
        "commentary__published_at",
        "commentary__issue__published_at",
        Subquery(corrected),
    ):
        yield week, slug, language, max(filter(None, [ready if by else None, *times]))


def _urls(pages: list[Page]) -> etree._Element:
    """Each page once a language; every translation names them all, itself too."""
    root = etree.Element(_tag("urlset"), nsmap={None: SITEMAP, "xhtml": XHTML})
    addresses = {language: _addresses(pages, language) for language in FALLBACK}
    for number, page in enumerate(pages):
        found = {code: addresses[code][number] for code in FALLBACK if code in page.changed}
        links = {**found, "x-default": _default(page, found)} if found else {}
        for language, address in found.items():
            url = add(root, _tag("url"))
            add(url, _tag("loc"), address)
            if changed := page.changed[language]:
                add(url, _tag("lastmod"), changed.astimezone(UTC).isoformat(timespec="seconds"))
            for hreflang, href in links.items():
                add(url, f"{{{XHTML}}}link", attributes={"rel": "alternate", "hreflang": hreflang, "href": href})
    return root


def _default(page: Page, found: Mapping[str, str]) -> str:
    """The address for those who speak none of the languages; of the home page it is the door."""
    if page.view == "home":
        return settings.SITE_URL + reverse("door")
    return next(found[language] for language in FALLBACK["en"] if language in found)


def _addresses(pages: list[Page], language: str) -> list[str]:
    with override(language):
        return [settings.SITE_URL + reverse(f"commentaries:{page.view}", args=page.arguments) for page in pages]


def _tag(name: str) -> str:
    return f"{{{SITEMAP}}}{name}"


def _served(root: etree._Element) -> HttpResponse:
    headers = {"Cache-Control": "public, no-cache"}
    return HttpResponse(document(root), content_type="application/xml; charset=utf-8", headers=headers)
