"""Which address is the true one of a page, and which are its translations."""

from dataclasses import dataclass

from django.conf import settings
from django.template import Context
from django.urls import reverse

from commentaries.languages import FALLBACK, active_language, path_in


def absolute(path: str) -> str:
    """The full address, by what the site calls itself; never by what a request does."""
    return settings.SITE_URL + path


@dataclass(frozen=True)
class Addresses:
    """`language` is the one that the page really shows; `alternates` has that and its translations."""

    language: str
    alternates: dict[str, str]
    default: str

    @property
    def canonical(self) -> str:
        return self.alternates[self.language]


def addresses_of(context: Context) -> Addresses:
    """Of the page that is made from this context, in the languages in which it has something to read.

    Google's and RFC 6596's rule: a page that shows another language's text says so by its canonical address.
    """
    request = context["request"]
    year = request.GET.get("year")
    query = f"?year={year}" if year and context.get("year") else ""
    public = context.get("public_languages") or list(FALLBACK)
    urls = {language: absolute(path_in(language, request.path)) + query for language in FALLBACK if language in public}
    shown = next(language for language in FALLBACK[active_language()] if language in urls)
    default = next(language for language in FALLBACK["en"] if language in urls)
    is_home = request.resolver_match.view_name == "commentaries:home"
    return Addresses(shown, urls, absolute(reverse("door")) if is_home else urls[default])
