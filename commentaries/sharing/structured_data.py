"""What a page is, for machines: schema.org types in JSON-LD, in the language that the page really shows."""

import re
from collections.abc import Iterable
from datetime import datetime
from html import unescape
from typing import Any

from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import override

from commentaries.corrections import Told, told
from commentaries.languages import FALLBACK, in_language, local, path_in
from commentaries.models import Analyst, Commentary, Issue, Licence, Picture, Publication, Section
from commentaries.models.commentaries import Edition
from commentaries.search.plain import word_count
from commentaries.sharing.addresses import absolute
from commentaries.sharing.card import HEIGHT, WIDTH, Card

Data = dict[str, Any]
TAGS = re.compile(r"<[^<>]*>")
SUMMARY = 200  # characters; about what a search engine shows


def in_words(html: str) -> str:
    """The words of a rich text, single spaces between them."""
    return " ".join(unescape(TAGS.sub(" ", html)).split())


def summary(text: str) -> str:
    return Truncator(text).chars(SUMMARY)


def moment(time: datetime) -> str:
    return timezone.localtime(time).isoformat(timespec="seconds")


def filled(data: Data) -> Data:
    """Without what is empty: a property that says nothing is an error to those who read it."""
    return {name: value for name, value in data.items() if value not in ("", None, [], {})}


def page_of(row: Commentary | Issue | Section | Analyst, language: str) -> str:
    return absolute(path_in(language, row.get_absolute_url()))


def organization(publication: Publication, language: str) -> Data:
    return {
        "@type": "Organization",
        "@id": absolute("/#organization"),
        "name": publication.title(language),
        "url": absolute(f"/{language}/"),
    }


def periodical(publication: Publication, language: str) -> Data:
    return filled(
        {
            "@type": "Periodical",
            "@id": absolute("/#periodical"),
            "name": publication.title(language),
            "description": in_language(publication, "tagline", language),
            "url": absolute(f"/{language}/"),
            "inLanguage": list(FALLBACK),
            "publisher": organization(publication, language),
        }
    )


def issue_data(issue: Issue, publication: Publication, language: str) -> Data:
    """The week: an issue of the periodical."""
    return {
        "@type": "PublicationIssue",
        "@id": page_of(issue, language),
        "url": page_of(issue, language),
        "identifier": f"urn:uuid:{issue.uid}",
        "name": issue.heading(language),
        "issueNumber": issue.week_start.isoformat(),
        "temporalCoverage": f"{issue.week_start.isoformat()}/{issue.week_end.isoformat()}",
        "datePublished": moment(issue.published_at) if issue.published_at else "",
        "isPartOf": periodical(publication, language),
    }


def person(analyst: Analyst, language: str) -> Data:
    """An author as readers know them: the byline, and their page if they have one."""
    url = page_of(analyst, language) if analyst.has_page else ""
    return filled({"@type": "Person", "name": analyst.byline(language), "@id": url, "url": url})


def authors(commentary: Commentary, publication: Publication, language: str) -> list[Data]:
    """Its analysts, in their order; the publication where nobody signs."""
    people = [person(byline.analyst, language) for byline in commentary.bylines.all()]
    return people or [organization(publication, language)]


def picture_data(picture: Picture | None, language: str) -> Data:
    """The picture as readers of the language see it, and whose it is."""
    if picture is None or not picture.file:
        return {}
    file = picture.file_in(language)
    owner = file.instance
    return filled(
        {
            "@type": "ImageObject",
            "url": absolute(file.url),
            "contentUrl": absolute(file.url),
            "width": getattr(owner, file.field.width_field),
            "height": getattr(owner, file.field.height_field),
            "caption": in_language(picture, "caption", language) or picture.alt_in(language),
            "creditText": picture.credit,
            "license": Licence(picture.licence).address if picture.licence else "",
            "acquireLicensePage": picture.source,
        }
    )


def card_data(card: Card) -> Data:
    url = absolute(card.url)
    return {"@type": "ImageObject", "url": url, "width": WIDTH, "height": HEIGHT, "caption": card.alt}


def modified(commentary: Commentary, corrections: Iterable[Told]) -> datetime:
    return max([commentary.public_since(), *(correction.at for correction in corrections)])


def _correction(correction: Told) -> Data:
    words = []
    if correction.before and correction.after:
        words = [f"{_('Was:')} {correction.before.label}.", f"{_('Now:')} {correction.after.label}."]
    return {
        "@type": "CorrectionComment",
        "datePublished": moment(correction.at),
        "text": " ".join([*words, *filter(None, [correction.note])]),
        "inLanguage": correction.note.language,
    }


def _translations(edition: Edition) -> Data:
    """Where the same text stands in the other languages; which of them was the first."""
    commentary, source = edition.commentary, edition.commentary.source_language
    others = [
        {
            "@type": "AnalysisNewsArticle",
            "@id": page_of(commentary, language),
            "url": page_of(commentary, language),
            "headline": in_language(commentary, "title", language),
            "inLanguage": language,
        }
        for language in commentary.public_languages()
        if language != edition.language
    ]
    if edition.language == source:
        return {"workTranslation": others}
    original = next((other for other in others if other["inLanguage"] == source), None)
    return {"translationOfWork": original}


def article(edition: Edition, publication: Publication, card: Card) -> Data:
    """A commentary in one language."""
    commentary, language = edition.commentary, edition.language
    url = page_of(commentary, language)
    with override(language):
        corrections = told(commentary)
        notes = [_correction(correction) for correction in corrections]
    return filled(
        {
            "@type": "AnalysisNewsArticle",
            "@id": url,
            "url": url,
            "mainEntityOfPage": url,
            "identifier": f"urn:uuid:{commentary.uid}",
            "headline": edition.title,
            "description": summary(edition.lead or in_words(edition.body)),
            "inLanguage": language,
            "datePublished": moment(commentary.public_since()),
            "dateModified": moment(modified(commentary, corrections)),
            "author": authors(commentary, publication, language),
            "publisher": organization(publication, language),
            "image": picture_data(commentary.picture, language) or card_data(card),
            "thumbnailUrl": absolute(card.url),
            "isPartOf": issue_data(commentary.issue, publication, language),
            "articleSection": local(commentary.section, "title", language),
            "wordCount": word_count(edition.body),
            "isAccessibleForFree": True,
            "correction": notes,
            **_translations(edition),
        }
    )


def entry(edition: Edition) -> Data:
    """A commentary where it is one of several."""
    url = page_of(edition.commentary, edition.language)
    return {
        "@type": "AnalysisNewsArticle",
        "@id": url,
        "url": url,
        "headline": edition.title,
        "inLanguage": edition.language,
        "datePublished": moment(edition.commentary.public_since()),
    }


def listed(editions: Iterable[Edition]) -> Data:
    urls = [page_of(edition.commentary, edition.language) for edition in editions]
    items = [{"@type": "ListItem", "position": number, "url": url} for number, url in enumerate(urls, 1)]
    return {"@type": "ItemList", "itemListElement": items} if items else {}


def breadcrumbs(*steps: tuple[str, str]) -> Data:
    """The way to the page from the first one: names and addresses."""
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": number, "name": name, "item": url}
            for number, (name, url) in enumerate(steps, 1)
        ],
    }
