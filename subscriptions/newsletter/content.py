"""What the newsletter of an issue says, frozen when it starts: from then on nothing is asked of the commentaries.

It is pure JSON. Whatever is worded stands there once for each language of readers, as the site would show it to them: a
text in another language is that of the whole commentary, and says which language it is in.
"""

import re
from collections.abc import Callable
from datetime import date
from functools import partial
from itertools import chain
from typing import Any

from django.conf import settings
from django.utils.translation import override

from commentaries.feeds.texts import words as words_of
from commentaries.languages import FALLBACK, LocalText, in_language, local
from commentaries.models import Commentary, Forecast, Issue, Publication, Trend
from commentaries.templatetags.reading import day
from commentaries.trends import short_label
from subscriptions.newsletter.earlier import Pasts, forecasts_due
from subscriptions.newsletter.lines import one_line

ITEM = re.compile(r"<li\b[^<>]*>")

Words = dict[str, Any]


def freeze(issue: Issue) -> dict[str, Any]:
    """All that a mail about this issue may say, in any language and of any choice of sections.

    "words": the publication, the week and the introduction, by language;
    "commentaries": the public ones in their order, each with its "section" (the key), the sections it is "chosen_by"
    (that one and those it continues), its "trend", whether that "has_changed" since the section's last commentary with
    a trend (the first one has), and its "words" by language;
    "forecasts": those that fall due in the week, each with the "sections" it concerns and its "words" by language.
    """
    publication = Publication.current()
    rows = Commentary.objects.published().filter(issue=issue).in_order()
    shown = [row for row in rows.select_related("issue", "section").prefetch_related("translations") if row.edition()]
    pasts = Pasts(issue)
    return {
        "words": _in_each(partial(_words, issue, publication)),
        "commentaries": [_commentary(row, pasts) for row in shown],
        "forecasts": _forecasts(issue, {row.section_id: pasts.line(row.section_id) for row in shown}),
    }


def _in_each(words: Callable[[str], Words | None]) -> dict[str, Words]:
    """The words in each language of readers; a language in which there are none is left out."""
    found = {}
    for language in FALLBACK:
        with override(language):
            if worded := words(language):
                found[language] = worded
    return found


def _said(text: LocalText) -> dict[str, str]:
    return {"text": one_line(text), "language": text.language}


def _words(issue: Issue, publication: Publication, language: str) -> Words:
    introduction = local(issue, "introduction", language)
    lines = words_of(ITEM.sub(r"\g<0>– ", introduction)).splitlines()
    return {
        "publication": _said(publication.title(language)),
        "home": f"{settings.SITE_URL}/{language}/",
        "heading": _said(issue.heading(language)),
        "week": one_line(issue.week(language)),
        "address": settings.SITE_URL + issue.get_absolute_url(),
        "introduction": [_said(LocalText(line, introduction.language)) for line in lines],
    }


def _commentary(commentary: Commentary, pasts: Pasts) -> dict[str, Any]:
    trend, former = commentary.trend, pasts.former_trend(commentary.section_id)
    has_changed = bool(trend) and trend != former
    return {
        "section": commentary.section_id,
        "chosen_by": pasts.line(commentary.section_id),
        "trend": trend,
        "sign": Trend(trend).mark if trend else "",
        "has_changed": has_changed,
        "words": _in_each(partial(_commentary_words, commentary, former if has_changed else "")),
    }


def _commentary_words(commentary: Commentary, former: str, language: str) -> Words | None:
    edition = commentary.edition(language)
    if edition is None:
        return None
    return {
        "section": _said(local(commentary.section, "title", language)),
        "trend": commentary.get_trend_display() if commentary.trend else "",
        "trend_in_a_word": short_label(commentary.trend) if commentary.trend else "",
        "former_trend": short_label(former) if former else "",
        "language": edition.language,
        "title": one_line(edition.title),
        "lead": one_line(edition.lead),
        "address": settings.SITE_URL + commentary.url_in(language),
    }


def _forecasts(issue: Issue, lines: dict[int, list[int]]) -> list[dict[str, Any]]:
    """`lines` has for each section of the issue the sections whose forecasts are its own."""
    order = list(lines)
    rows = []
    for forecast in forecasts_due(issue, chain.from_iterable(lines.values())):
        words = _in_each(partial(_forecast_words, forecast))
        if words:
            sections = [section for section in order if forecast.commentary.section_id in lines[section]]
            rows.append({"sections": sections, "words": words})
    return sorted(rows, key=lambda row: order.index(row["sections"][0]))


def _forecast_words(forecast: Forecast, language: str) -> Words | None:
    """None where the commentary's edition in this language does not word it, as on the site."""
    commentary = forecast.commentary
    edition = commentary.edition(language)
    if edition is None or not (statement := in_language(forecast, "statement", edition.language)):
        return None
    return {
        "section": _said(local(commentary.section, "title", language)),
        "week": one_line(commentary.issue.week(language)),
        "language": edition.language,
        "statement": one_line(statement),
        "due": _day(forecast.due),
        "outcome": forecast.get_outcome_display() if forecast.outcome_date else "",
        "judged": _day(forecast.outcome_date),
        "address": settings.SITE_URL + commentary.url_in(language),
    }


def _day(value: date | None) -> str:
    return one_line(day(value)) if value else ""
