"""Whether somebody is still logged in, for a form that has been open for long; and what a browser keeps for them."""

from typing import cast

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from commentaries.models import User


@never_cache
@require_safe
def state(request: HttpRequest) -> HttpResponse:
    """Who is logged in here (`user` is null where nobody is), and the token that forms must send now."""
    user = cast(User, request.user)
    is_staff = admin.site.has_permission(request)
    return JsonResponse({"user": str(user.pk) if is_staff else None, "csrf": get_token(request)})


@require_safe
def unsaved(request: HttpRequest) -> HttpResponse:
    """The texts that this browser keeps for who is logged in. The page is filled there: the server knows none."""
    context = {**admin.site.each_context(request), "title": _("Not saved, in this browser")}
    return TemplateResponse(request, "admin/unsaved.html", context)
