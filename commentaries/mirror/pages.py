"""Pages that only the mirror has: its door, what a store shows for a missing page, and what crawlers may read."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import override

from commentaries.languages import AUTONYMS
from commentaries.mirror import MADE_ON, mirror_of
from commentaries.models import Publication


@dataclass(frozen=True)
class Wing:
    """The part of the mirror in one language."""

    language: str
    autonym: str
    title: str

    @property
    def original(self) -> str:
        with override(self.language):
            return settings.SITE_URL + reverse("commentaries:home")

    @property
    def day(self) -> str:
        return MADE_ON[self.language]


def door(request: HttpRequest) -> HttpResponse:
    """Three languages to choose from: no server is here to choose one."""
    return render(request, "commentaries/mirror/door.html", _wings(request))


def not_found(request: HttpRequest) -> HttpResponse:
    """What a store can show at any address that leads to no file."""
    return render(request, "commentaries/mirror/door.html", {**_wings(request), "is_missing": True})


def _wings(request: HttpRequest) -> dict[str, Any]:
    publication = Publication.current()
    mirror = mirror_of(request)
    wings = [Wing(language, autonym, publication.title(language)) for language, autonym in AUTONYMS.items()]
    return {
        "host": mirror.host if mirror else "",
        "titles": list(dict.fromkeys(wing.title for wing in wings)),
        "wings": wings,
    }


def robots(request: HttpRequest) -> HttpResponse:
    """All of it may be read: each page names its original as the true one (RFC 9309, RFC 6596)."""
    return HttpResponse("User-agent: *\nAllow: /\n", content_type="text/plain; charset=utf-8")
