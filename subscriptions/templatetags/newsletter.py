"""What the desk's pages say of newsletters: where that of an issue stands, and which of them ask again."""

from typing import Any

from django import template
from django.template import Context

from commentaries.models import Issue
from subscriptions.models import Sending

register = template.Library()

# The desk is imported late: Unfold draws a checkbox, and so asks for all template tags, while it is imported itself.


@register.filter
def grouped(number: int) -> str:
    from subscriptions.admin.sendings import words

    return words.grouped(number)


@register.inclusion_tag("subscriptions/admin/parts/newsletter_way.html", takes_context=True)
def newsletter_way(context: Context, issue: Issue) -> dict[str, Any]:
    """The way from an issue's page to its newsletter, for those who see newsletters."""
    from subscriptions.admin.sendings import words

    if not context["request"].user.has_perm("subscriptions.view_sending"):
        return {}
    state = words.state_of(Sending.objects.select_related("issue").filter(issue=issue).first())
    return {"issue": issue, "state": state, "state_name": words.state_name(state)}


@register.inclusion_tag("subscriptions/admin/parts/newsletters_ask.html", takes_context=True)
def newsletters_ask(context: Context) -> dict[str, Any]:
    """The newsletters whose time to start passed unused, for those who can decide about them."""
    from subscriptions.newsletter.sending import is_stale

    if not context["request"].user.has_perm("subscriptions.send_newsletter"):
        return {}
    waiting = Sending.objects.waiting().filter(issue__in=Issue.objects.published()).select_related("issue")
    return {"sendings": [sending for sending in waiting if is_stale(sending)]}
