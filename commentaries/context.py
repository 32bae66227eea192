"""What every page for readers knows: the publication, its sections, and this page in the other languages."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse, translate_url
from django.utils.functional import SimpleLazyObject
from django.utils.translation import override

from commentaries.languages import AUTONYMS, active_language
from commentaries.models import Publication, Section


@dataclass(frozen=True)
class LanguageLink:
    """This page in one language, under that language's own name for itself."""

    language: str
    autonym: str
    url: str
    is_current: bool


def language_links(request: HttpRequest) -> list[LanguageLink]:
    """One link a language: to this page, or to the home page from where there is no page."""
    current = active_language()
    links = []
    for language, autonym in AUTONYMS.items():
        with override(language):
            home = reverse("commentaries:home")
        url = translate_url(request.path, language) if request.resolver_match else home
        links.append(LanguageLink(language, autonym, url, language == current))
    return links


def reader(request: HttpRequest) -> dict[str, Any]:
    """Lazy throughout: a page that prints none of it (the desk, an error) asks nothing of the database."""
    return {
        "publication": SimpleLazyObject(Publication.current),
        "sections": SimpleLazyObject(lambda: list(Section.objects.active())),
        "language_links": SimpleLazyObject(lambda: language_links(request)),
    }
