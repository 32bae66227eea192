"""The cards' own addresses. They show what is public, in a language that is ready, and nothing else."""

from datetime import date
from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_safe

from commentaries.languages import active_language
from commentaries.models import Commentary, Issue, Publication, Section
from commentaries.sharing import card as cards
from commentaries.sharing.card import Card
from commentaries.sharing.keeping import file_of

A_DAY, A_WHILE = 24 * 3600, 300  # seconds; no longer, as a withdrawn headline has to leave caches, too


def _served(request: HttpRequest, card: Card) -> HttpResponse:
    """The file, to be kept for a day under the address of what it shows now; under an older one not."""
    is_current = request.GET.get("v") == card.version
    headers = {
        "Cache-Control": f"public, max-age={A_DAY if is_current else A_WHILE}",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    return HttpResponse(file_of(card), content_type="image/png", headers=headers)


def _gone() -> HttpResponse:
    return HttpResponse(status=HTTPStatus.GONE, headers={"Cache-Control": "no-store"})


@require_safe
def commentary_card(request: HttpRequest, week: date, slug: str) -> HttpResponse:
    here = {"issue__week_start": week, "section__slug": slug}
    public = Commentary.objects.published().filter(**here)
    found = public.select_related("issue", "section").prefetch_related("translations").first()
    if found is None:
        if Commentary.objects.withdrawn().filter(**here).exists():
            return _gone()
        moved = get_object_or_404(Section, former_slugs__slug=slug)
        return HttpResponsePermanentRedirect(reverse("commentaries:commentary_card", args=[week, moved.slug]))
    edition = found.edition()
    if edition is None or edition.is_foreign:
        raise Http404
    return _served(request, cards.of_commentary(edition, Publication.current()))


@require_safe
def issue_card(request: HttpRequest, week: date) -> HttpResponse:
    issue = Issue.objects.published().filter(week_start=week).first()
    if issue is None:
        get_object_or_404(Issue.objects.withdrawn(), week_start=week)
        return _gone()
    public = Commentary.objects.published().filter(issue=issue).in_order()
    rows = list(public.select_related("issue", "section").prefetch_related("translations"))
    language = active_language()
    if rows and not any(language in row.public_languages() for row in rows):
        raise Http404
    editions = [edition for row in rows if (edition := row.edition())]
    return _served(request, cards.of_issue(issue, editions, Publication.current(), language))


@require_safe
def site_card(request: HttpRequest) -> HttpResponse:
    return _served(request, cards.of_site(Publication.current(), active_language()))
