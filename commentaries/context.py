"""What every page for readers knows: the publication, its sections, and this page in the other languages."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from commentaries.languages import AUTONYMS, active_language, path_in
from commentaries.models import Publication, Section
from commentaries.revision import while_it_stands


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
        url = path_in(language, request.path) if request.resolver_match else f"/{language}/"
        links.append(LanguageLink(language, autonym, url, language == current))
    return links


@while_it_stands
def publication() -> Publication:
    return Publication.current()


@while_it_stands
def sections() -> list[Section]:
    return list(Section.objects.active())


def reader(request: HttpRequest) -> dict[str, Any]:
    """Lazy throughout: a page that prints none of it (the desk, an error) asks nothing of the database."""
    return {
        "publication": SimpleLazyObject(publication),
        "sections": SimpleLazyObject(sections),
        "language_links": SimpleLazyObject(lambda: language_links(request)),
    }
