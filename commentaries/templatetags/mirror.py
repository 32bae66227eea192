"""What the templates say of the mirror: within it, that a page is a copy; on the site, that there is one to take."""

from typing import Any

from django import template
from django.conf import settings
from django.template import Context
from django.urls import reverse

from commentaries.languages import active_language
from commentaries.mirror import MADE_ON, keeping, mirror_of

register = template.Library()


@register.inclusion_tag("commentaries/mirror/banner.html", takes_context=True)
def mirror_banner(context: Context) -> dict[str, Any]:
    """The line that says what a page of the mirror is a copy of, and of which day; nothing on the site."""
    request = context.get("request")
    mirror = mirror_of(request)
    if request is None or mirror is None:
        return {}
    original = settings.SITE_URL + request.get_full_path()
    return {"mirror": mirror, "original": original, "day": MADE_ON[active_language()]}


@register.simple_tag(takes_context=True)
def mirror_url(context: Context) -> str:
    """Where the last mirror can be taken away; nothing while there is none, and none within a mirror."""
    if mirror_of(context.get("request")) or keeping.last() is None:
        return ""
    return reverse("commentaries:mirror")
