"""The addresses that reference managers fetch."""

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from commentaries.caching import public
from commentaries.citations import Citation
from commentaries.citations.formats import FORMATS
from commentaries.models import Publication
from commentaries.versions.pages import reading


@require_safe
@public()
def cite(request: HttpRequest, week: date, slug: str, form: str, number: int | None = None) -> HttpResponse:
    """How to cite the version with this number, or the present one."""
    if form not in FORMATS:
        raise Http404
    found = reading(request, week, slug, number)
    if isinstance(found, HttpResponse):
        return found
    citation = Citation(found.edition, found.version, Publication.current())
    headers = {"Content-Disposition": f'attachment; filename="{citation.key}.{form}"'}
    written = FORMATS[form].write(citation)
    return HttpResponse(written, content_type=f"{FORMATS[form].media_type}; charset=utf-8", headers=headers)
