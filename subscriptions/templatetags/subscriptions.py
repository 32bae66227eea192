from django import template
from django.conf import settings
from django.template import Context
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString

from commentaries.context import publication
from commentaries.languages import active_language, local
from commentaries.mirror import Mirror, mirror_of
from commentaries.models import Publication
from commentaries.revision import watch, while_it_stands
from subscriptions.forms import SignUpForm

register = template.Library()


@register.simple_tag(takes_context=True)
def sign_up_form(context: Context) -> SafeString:
    """The short sign-up form. The subscriber's pages, which hold the whole one or need none, leave it out."""
    request = context.get("request")
    match = getattr(request, "resolver_match", None)
    if match and match.namespace == "subscriptions":
        return SafeString("")
    if mirror := mirror_of(request):
        return _in_mirror(mirror)
    return _kept(active_language()) if watch.known() else _short_form(context.get("publication") or publication())


def _in_mirror(mirror: Mirror) -> SafeString:
    path = reverse("subscriptions:sign_up", urlconf=settings.ROOT_URLCONF)
    address = publication().contact_email
    shown = {"original": settings.SITE_URL + path, "host": mirror.host, "contact": address}
    return render_to_string("subscriptions/sign_up_form.html", shown)


@while_it_stands
def _kept(_language: str) -> SafeString:
    return _short_form(publication())


def _short_form(its: Publication) -> SafeString:
    shown = {"form": SignUpForm(auto_id="sign-up-%s"), "invitation": local(its, "invitation")}
    return render_to_string("subscriptions/sign_up_form.html", shown)
