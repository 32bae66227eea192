"""Pages as readers will see them, before they may: the one way around `CommentaryQuerySet.published()`.

A preview shows the commentaries that it is given. Whatever else stands on its page (the strips, the weeks before and
after) is what readers see already.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _

from commentaries import translations
from commentaries.context import LanguageLink
from commentaries.folding import is_blank
from commentaries.languages import FALLBACK, LocalText, active_language, in_language
from commentaries.models import Analyst, Commentary, Issue, PreviewLink, Section
from commentaries.models.commentaries import CommentaryQuerySet, Edition
from commentaries.reading.story import Mention
from commentaries.trends import Surroundings

Row = Issue | Commentary | Section
UNSAVED = 0  # the key of what is not stored; no row has it


@dataclass(frozen=True)
class Preview:
    """How the page differs from the one that readers will get: what stands above it, and where its links lead."""

    notice: LocalText
    languages: list[LanguageLink]
    address: Callable[[Row], str]  # empty where a row has no page that may be opened from here
    errors: list[str] = field(default_factory=list)
    public_address: str = ""
    # What was typed, as names and values: it is sent again for the page in another language.
    typed: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class PreviewedEdition(Edition):
    """A commentary in one language, whether or not that language is ready."""

    @property
    def title(self) -> str:
        return super().title or _("No headline yet")

    @property
    def remark(self) -> str:
        """What those who look before readers do should know of this text; empty where it is ready."""
        if self.language in self.commentary.public_languages():
            return ""
        if not self.commentary.has_text(self.language):
            return _("Not complete yet: the headline or the text is missing.")
        row = translations.states(self.commentary)[self.language]
        return _("This text is not ready: %(state)s.") % {"state": row.get_state_display()}


def edition(commentary: Commentary) -> PreviewedEdition:
    """The commentary in the active language if anything is written in it; else in the one that readers would get."""
    candidates = FALLBACK[active_language()]
    public = commentary.public_languages()
    written = [language for language in candidates if _is_begun(commentary, language)]
    if candidates[0] in written:
        return PreviewedEdition(commentary, candidates[0])
    order = [*(language for language in candidates if language in public), *written, candidates[0]]
    return PreviewedEdition(commentary, order[0])


def _is_begun(commentary: Commentary, language: str) -> bool:
    return not all(is_blank(in_language(commentary, name, language)) for name in ("title", "lead", "body"))


def commentaries_of(issue: Issue) -> CommentaryQuerySet:
    """What readers will get of the issue once it is published, drafts too; not what was withdrawn."""
    found: CommentaryQuerySet = Commentary.objects.filter(issue=issue, withdrawn_at=None).in_order().with_texts()
    return found


def issue_behind(link: PreviewLink) -> Issue | None:
    """The issue that the link shows, unless it was withdrawn since: then nobody is to read it."""
    return Issue.objects.filter(preview_links=link, withdrawn_at=None).first()


def commentary_behind(link: PreviewLink) -> Commentary | None:
    """The one commentary that the link shows, unless it or its issue was withdrawn since."""
    there = Commentary.objects.filter(preview_links=link, withdrawn_at=None, issue__withdrawn_at=None)
    found: Commentary | None = there.with_texts().first()
    return found


def with_parts(commentary: Commentary, **parts: list[Any]) -> Commentary:
    """The commentary, which is not saved, with these rows as its bylines, forecasts and translations."""
    commentary.pk = commentary.pk or UNSAVED  # without a key Django refuses to say what belongs to it
    prefetch_related_objects(parts.get("bylines", []), "analyst")
    for name, rows in parts.items():
        found = getattr(commentary, name).none()
        found._result_cache = rows  # as prefetching does it
        commentary.__dict__.setdefault("_prefetched_objects_cache", {})[name] = found
    return commentary


def _know_pages(shown: Iterable[Commentary]) -> None:
    """Who signs a draft may have no page yet: one query for all of them."""
    analysts = [byline.analyst for commentary in shown for byline in commentary.bylines.all()]
    with_page = set(
        Analyst.objects.with_page().filter(pk__in={row.pk for row in analysts}).values_list("pk", flat=True)
    )
    for analyst in analysts:
        analyst.has_published = analyst.pk in with_page


def issue_page(request: HttpRequest, issue: Issue, shown: list[Commentary], preview: Preview) -> HttpResponse:
    _know_pages(shown)
    context = {
        "issue": issue,
        "editions": [edition(commentary) for commentary in shown],
        "surroundings": Surroundings(issue, shown=shown),
    }
    return _page(request, "commentaries/issue.html", context, preview)


def commentary_page(
    request: HttpRequest, commentary: Commentary, others: Iterable[Edition], preview: Preview
) -> HttpResponse:
    _know_pages([commentary])
    context = {
        "edition": edition(commentary),
        "commentary": commentary,
        "others": [Mention.of(other, preview.address(other.commentary)) for other in others],
        "surroundings": Surroundings(commentary.issue, commentary.section, shown=[commentary]),
    }
    return _page(request, "commentaries/commentary.html", context, preview)


def _page(request: HttpRequest, template: str, context: dict[str, Any], preview: Preview) -> HttpResponse:
    context |= {"preview": preview, "language_links": [] if preview.typed else preview.languages}
    return private(render(request, template, context))


def private(response: HttpResponse) -> HttpResponse:
    """The answer as one that nobody keeps: no cache, no search engine."""
    patch_cache_control(response, no_store=True, private=True)
    response.headers["X-Robots-Tag"] = "noindex"
    return response
