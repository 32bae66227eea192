"""What the readers' templates need: texts that know their language, trend marks, pictures, addresses."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django import template
from django.db import models
from django.template import Context
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from pictures.models import PictureFieldFile

from commentaries import richtext
from commentaries.corrections import Told, told
from commentaries.languages import FALLBACK, LocalText, active_language, in_language, local
from commentaries.models import Commentary, Forecast, Issue, Licence, Picture, PictureFile, Section
from commentaries.models.commentaries import Edition, Trend
from commentaries.search.plain import plain as in_one_line
from commentaries.sharing.addresses import addresses_of
from commentaries.trends import Mark, Surroundings, short_label
from commentaries.trends.small import Small, in_a_row
from commentaries.weeks import day_name

register = template.Library()


@register.filter(name="local")
def local_text(obj: models.Model, field: str) -> LocalText:
    """The text of a translated field in the page's language, or in the one that stands in for it."""
    return local(obj, field)


@register.simple_tag
def lang(text: LocalText | Edition | str) -> str:
    """The attribute ` lang="be"` for a part in another language than the page's; nothing for the rest."""
    language = text if type(text) is str else getattr(text, "language", "")
    if not language or language == active_language():
        return ""
    return format_html(' lang="{}"', language)


@register.simple_tag
def rich_text(html: str, of: Edition | None = None, prefix: str = "", headings_down: int = 0) -> SafeString:
    """The text of an edition, whose headings have addresses, or another that knows its language."""
    language = getattr(of or html, "language", None)
    return richtext.render(html, prefix=prefix, headings_down=headings_down, anchored=of is not None, language=language)


@register.filter
def plain(html: str) -> str:
    """The words of a rich text, on one line."""
    return in_one_line(html)


@register.filter
def summary(text: str) -> str:
    """As much of a text as a search engine shows: whole words, 200 characters at most."""
    text = " ".join(text.split())
    return text if len(text) <= 200 else text[:199].rpartition(" ")[0].rstrip(",;:–—· ") + "…"


@register.filter
def headlines(editions: Iterable[Edition]) -> str:
    """What an issue is about, in a line."""
    return " · ".join(edition.title for edition in editions)


@register.filter
def day(value: date | datetime) -> str:
    """A day in words, as weeks have them: "7 сакавіка 2022". A time counts where the publication is."""
    found = timezone.localdate(value) if isinstance(value, datetime) else value
    return day_name(found, active_language())


@register.filter
def available_in(edition: Edition) -> str:
    """Which language stands in for the one that was asked for."""
    labels = {
        "be": _("Available in Belarusian"),
        "ru": _("Available in Russian"),
        "en": _("Available in English"),
    }
    return labels[edition.language]


@register.simple_tag(name="mark")
@lru_cache(16)
def drawn_mark(trend: str) -> SafeString:
    """The shape that stands for a trend; a dash for none."""
    return render_to_string("commentaries/parts/mark.html", {"trend": trend})


@register.simple_tag(name="trend")
def trend_in_words(trend: str) -> SafeString:
    """A trend's mark and its words, in the language of the page; nothing for none. A page has dozens of them."""
    return _trend_in(active_language(), trend) if trend else SafeString("")


@lru_cache(16)
def _trend_in(_language: str, trend: str) -> SafeString:
    return render_to_string("commentaries/parts/trend.html", {"trend": Trend(trend)})


@register.simple_tag(name="small")
@lru_cache(2048)
def drawn_small(drawing: Small) -> SafeString:
    """A small drawing. Those of weeks that are over stay as they are."""
    return render_to_string("commentaries/parts/small.html", {"drawing": drawing})


@register.inclusion_tag("commentaries/parts/strip.html")
def strip(marks: list[Mark]) -> dict[str, Any]:
    """The marks of several weeks in a row, and the same in words for those who do not see it."""
    return {"drawing": in_a_row(marks), "words": ", ".join(short_label(mark.trend) for mark in marks)}


@register.inclusion_tag("commentaries/parts/week_strip.html")
def week_strip(marks: list[Mark], titles: dict[str, str]) -> dict[str, Any]:
    """The marks of one week, a section each, and the same in words."""
    words = "; ".join(f"{titles[mark.section]}: {short_label(mark.trend)}" for mark in marks)
    return {"drawing": in_a_row(marks), "words": words}


@register.simple_tag
def strip_of(surroundings: Surroundings, section: str) -> list[Mark]:
    return surroundings.strip(section)


@dataclass(frozen=True)
class Rendition:
    type: str
    srcset: str


def _renditions(file: PictureFieldFile) -> list[Rendition]:
    """The `<source>`s, AVIF before WebP; none for a picture smaller than the smallest rendition."""
    return [
        Rendition(
            f"image/{kind.lower()}",
            ", ".join(f"{by_width[width].url} {width}w" for width in sorted(by_width)),
        )
        for kind, by_width in file.aspect_ratios[None].items()
        if by_width
    ]


@register.inclusion_tag("commentaries/parts/figure.html")
def figure(picture: Picture | None, language: str = "", *, lazy: bool = False, bare: bool = False) -> dict[str, Any]:
    """The picture as readers of `language` see it, or nothing. `bare`: without caption and credit."""
    if picture is None or not picture.file:
        return {}
    language = language or active_language()
    file = picture.file_in(language)
    owner: Picture | PictureFile = file.instance
    return {
        "src": file.url,
        "width": getattr(owner, file.field.width_field),
        "height": getattr(owner, file.field.height_field),
        "renditions": _renditions(file),
        "alt": LocalText(picture.alt_in(language), language),
        "caption": picture.shown_caption(language),
        "picture": picture,
        "licence": Licence(picture.licence) if picture.licence else None,
        "lazy": lazy,
        "bare": bare,
    }


@register.inclusion_tag("commentaries/parts/addresses.html", takes_context=True)
def addresses(context: Context) -> dict[str, Any]:
    """The true address of this page, and those of its translations."""
    found = addresses_of(context)
    return {"canonical": found.canonical, "alternates": found.alternates, "default": found.default}


@register.simple_tag(takes_context=True)
def address(context: Context, row: Issue | Commentary | Section) -> str:
    """Where to read an issue, a commentary or a section: its page, or its place within the preview that is shown."""
    preview = context.get("preview")
    return preview.address(row) if preview else row.get_absolute_url()


@register.simple_tag
def corrections_of(commentary: Commentary) -> list[Told]:
    """What was corrected after readers could see it, newest first."""
    return told(commentary)


@register.filter
def wording(forecast: Forecast, edition: Edition) -> str:
    """The forecast in the edition's language: an edition holds only forecasts that are worded in it."""
    return in_language(forecast, "statement", edition.language)


@register.filter
def note(forecast: Forecast, edition: Edition) -> LocalText:
    """What is noted on the outcome, in the edition's language or the next that has it."""
    public = [*edition.commentary.public_languages(), edition.language]
    texts = {code: in_language(forecast, "outcome_note", code) for code in FALLBACK[edition.language] if code in public}
    return next((LocalText(text, code) for code, text in texts.items() if text), LocalText("", edition.language))
