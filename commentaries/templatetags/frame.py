"""What stands around every page and is the same on all of a language."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.template import Context
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from commentaries.context import publication, sections
from commentaries.languages import active_language
from commentaries.mirror import mirror_of
from commentaries.revision import watch, while_it_stands

register = template.Library()

# The places that the masthead names, by the views that are in them.
PLACES = {
    "commentaries:archive": "archive",
    "commentaries:archive_year": "archive",
    "commentaries:trends": "trends",
    "commentaries:search": "search",
    "commentaries:about": "about",
    "subscriptions:sign_up": "sign_up",
}


@register.simple_tag(takes_context=True)
def frame(context: Context, name: str) -> SafeString:
    """A part of the frame, made once a revision; within a mirror, whose addresses are others, once an export."""
    mirror, place = mirror_of(context.get("request")), _place(context) if name == "masthead" else ""
    key = (name, active_language(), place)
    if mirror is None:
        return _kept(*key) if watch.known() else _made(name, context, place)
    if key not in mirror.frames:
        mirror.frames[key] = _made(name, context, place)
    return mirror.frames[key]


def _place(context: Context) -> str:
    match = getattr(context.get("request"), "resolver_match", None)
    return PLACES.get(match.view_name, "") if match else ""


def _made(name: str, known: Context | Mapping[str, Any], place: str) -> SafeString:
    shown = {key: known.get(key) for key in ("publication", "sections", "request")} | {"place": place}
    return render_to_string(f"commentaries/parts/{name}.html", shown)


@while_it_stands
def _kept(name: str, _language: str, place: str) -> SafeString:
    return _made(name, {"publication": publication(), "sections": sections()}, place)
