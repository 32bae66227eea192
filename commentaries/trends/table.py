"""The trends as comma-separated values (RFC 4180), for those who count themselves."""

from __future__ import annotations

import csv
from datetime import date
from hashlib import sha256
from io import StringIO
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_safe

from commentaries.languages import FALLBACK
from commentaries.models import Commentary, Section

COLUMNS = [
    "week_start",
    "week_end",
    "section",
    *(f"section_title_{language}" for language in FALLBACK),
    "trend",
    "url",
]
# What a spreadsheet takes for the beginning of a formula (OWASP, "CSV Injection").
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


@require_safe
def trends_csv(request: HttpRequest) -> HttpResponseBase:
    """Every public trend, oldest first; `from` and `to` (a day or a year) and `section` choose among them."""
    try:
        found, name = _chosen(request.GET)
    except ValidationError as error:
        return HttpResponse(f"{error.message}\n", status=400, content_type="text/plain; charset=utf-8")
    content = _written(found)
    headers = {
        "Content-Disposition": f'attachment; filename="{name}.csv"',
        "Cache-Control": "public, no-cache",
        "ETag": f'"{sha256(content).hexdigest()[:32]}"',
    }
    response = HttpResponse(content, content_type="text/csv; charset=utf-8; header=present", headers=headers)
    return get_conditional_response(request, etag=headers["ETag"], response=response) or response


def _chosen(query: QueryDict) -> tuple[QuerySet[Commentary, Any], str]:
    """The commentaries asked for, and a name for the file that says what is in it."""
    found, name = Commentary.objects.published(), "trends"
    if slug := query.get("section"):
        section = _section(slug)
        found, name = found.filter(section=section), f"{name}-{section.slug}"
    first, last = _day(query, "from", 1, 1), _day(query, "to", 12, 31)
    if first:
        found, name = found.filter(issue__week_end__gte=first), f"{name}-from-{first}"
    if last:
        found, name = found.filter(issue__week_start__lte=last), f"{name}-to-{last}"
    return found.order_by("issue__week_start", "section__order", "section__slug"), name


def _section(slug: str) -> Section:
    section = None if "\x00" in slug else Section.objects.filter(slug=slug).first()
    if section is None:
        raise ValidationError(_("There is no such section. Leave “section” out to get all of them."))
    return section


def _day(query: QueryDict, name: str, month: int, day: int) -> date | None:
    """A day; of a year alone its first or its last."""
    value = query.get(name, "")
    if not value:
        return None
    try:
        return date.fromisoformat(f"{value}-{month:02}-{day:02}" if len(value) == len("2022") else value)
    except ValueError as error:
        raise ValidationError(_("“%s” is a day (2022-01-17) or a year (2022).") % name) from error


def _written(found: QuerySet[Commentary, Any]) -> bytes:
    fields = ["issue__week_start", "issue__week_end", "section__slug"]
    fields += [f"section__title_{language}" for language in FALLBACK]
    file = StringIO()
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    for *values, trend, language in found.values_list(*fields, "trend", "source_language"):
        writer.writerow([*(harmless(value) for value in values), trend, _url(language, values[0], values[2])])
    return file.getvalue().encode()


def _url(language: str, week: date, section: str) -> str:
    """The page in the language the commentary was written in, where readers get another one if they need to."""
    with override(language):
        return settings.SITE_URL + reverse("commentaries:commentary", args=[week, section])


def harmless(value: date | str | None) -> str:
    """A text that a spreadsheet does not take for a formula."""
    text = str(value or "")
    return f"'{text}" if text.startswith(FORMULA) else text
