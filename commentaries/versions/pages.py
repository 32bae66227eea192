"""The page of one version of a commentary: what was cited can be read as it was."""

from dataclasses import dataclass
from datetime import date
from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from commentaries import views
from commentaries.caching import public
from commentaries.context import LanguageLink
from commentaries.languages import AUTONYMS, active_language
from commentaries.models import Commentary
from commentaries.models.commentaries import Edition
from commentaries.versions.as_read import as_read, corrected_since
from commentaries.versions.readers import PublicVersion, is_hidden, public_versions


@dataclass(frozen=True)
class Reading:
    """A version that may be read, and the commentary that it is of, as it is now."""

    commentary: Commentary
    edition: Edition
    version: PublicVersion
    versions: list[PublicVersion]


def reading(request: HttpRequest, week: date, slug: str, number: int | None = None) -> Reading | HttpResponse:
    """The version with this number in the page's language, or why there is none.

    Without a number it is the present one, in the language that readers of the page get.
    """
    published = Commentary.objects.published().filter(issue__week_start=week, section__slug=slug)
    commentary: Commentary | None = published.with_texts().first()
    edition = commentary.edition() if commentary else None
    if commentary is None or edition is None:
        return views.no_commentary(request, week, slug)
    language = edition.language if number is None else active_language()
    found = public_versions(commentary, language)
    if number is not None and not 1 <= number <= len(found):
        raise Http404
    version = found[-1 if number is None else number - 1]
    if language not in commentary.public_languages() or is_hidden(commentary, version):
        return _no_longer_read(request, commentary)
    return Reading(commentary, as_read(commentary, version, language), version, found)


def _no_longer_read(request: HttpRequest, commentary: Commentary) -> HttpResponse:
    context = {"commentary": commentary, "language_links": _links(commentary)}
    response = render(request, "errors/version_gone.html", context, status=HTTPStatus.GONE)
    response.headers["Cache-Control"] = "no-store"
    return response


def _links(commentary: Commentary) -> list[LanguageLink]:
    """The commentary in each language: its versions are counted language by language."""
    current = active_language()
    return [
        LanguageLink(language, autonym, commentary.url_in(language), language == current)
        for language, autonym in AUTONYMS.items()
    ]


@require_safe
@public()
def version(request: HttpRequest, week: date, slug: str, number: int) -> HttpResponse:
    found = reading(request, week, slug, number)
    if isinstance(found, HttpResponse):
        return found
    context = {
        "edition": found.edition,
        "commentary": found.edition.commentary,
        "version": found.version,
        "versions": found.versions,
        "present": found.commentary,
        "corrected_since": corrected_since(found.commentary, found.version),
        "language_links": _links(found.commentary),
    }
    return render(request, "commentaries/version.html", context)
