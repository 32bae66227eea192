"""What became of the mails, and how the newsletter grows. Whoever may see the sendings sees it; it names nobody."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from subscriptions.statistics import drawing, growth, sendings

SENDINGS_ON_A_PAGE = 26


@require_safe
def statistics(request: HttpRequest) -> HttpResponse:
    if not request.user.has_perm("subscriptions.view_sending"):
        raise PermissionDenied
    pages = Paginator(sendings.started(), SENDINGS_ON_A_PAGE)
    page = pages.get_page(request.GET.get("p"))
    months = growth.months()
    context = {
        **admin.site.each_context(request),
        "title": _("Statistics of the newsletter"),
        "months": months[::-1],
        "drawings": [("course", drawing.course(months)), ("columns", drawing.confirmed(months))],
        "lines": sendings.lines(list(page.object_list)),
        "page": page,
        "numbers": pages.get_elided_page_range(page.number),
    }
    return TemplateResponse(request, "subscriptions/admin/statistics.html", context)
