from typing import Any

from django import template
from django.conf import settings
from django.template import Context
from django.urls import reverse

from commentaries.languages import local
from commentaries.mirror import mirror_of
from commentaries.models import Publication
from subscriptions.forms import SignUpForm

register = template.Library()


@register.inclusion_tag("subscriptions/sign_up_form.html", takes_context=True)
def sign_up_form(context: Context) -> dict[str, Any]:
    """The short sign-up form. The subscriber's pages, which hold the whole one or need none, leave it out."""
    match = getattr(context.get("request"), "resolver_match", None)
    if match and match.namespace == "subscriptions":
        return {}
    publication = context.get("publication") or Publication.current()
    if mirror := mirror_of(context.get("request")):
        path = reverse("subscriptions:sign_up", urlconf=settings.ROOT_URLCONF)
        return {"original": settings.SITE_URL + path, "host": mirror.host, "contact": publication.contact_email}
    return {"form": SignUpForm(auto_id="sign-up-%s"), "invitation": local(publication, "invitation")}
