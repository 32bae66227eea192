from typing import Any

from django import template
from django.template import Context

from commentaries.languages import local
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
    return {"form": SignUpForm(auto_id="sign-up-%s"), "invitation": local(publication, "invitation")}
