"""The preferences page: one address, and a button for each thing that can be done there."""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters

from subscriptions import links
from subscriptions.models import LINK_AGE, MAILS_A_DAY, Subscriber
from subscriptions.origin import from_our_pages
from subscriptions.preferences import changing
from subscriptions.preferences.changing import Move
from subscriptions.preferences.forms import MoveForm, PreferencesForm
from subscriptions.preferences.holdings import as_json, held_about
from subscriptions.views import not_stored, private, read_or_post, see, stale


@sensitive_post_parameters("address")
@not_stored
@read_or_post
@from_our_pages
def preferences(request: HttpRequest, token: str) -> HttpResponse:
    """The link in every mail. Whoever has it needs nothing else, so the page does not show the whole address."""
    identity = links.read_leave_token(token)
    subscriber = Subscriber.objects.filter(token_id=identity).first() if identity else None
    if subscriber is None:
        return stale(request)
    deed = DEEDS.get(request.POST.get("deed", ""), _show)
    return deed(request, subscriber)


def _show(
    request: HttpRequest,
    subscriber: Subscriber,
    wishes: PreferencesForm | None = None,
    move: MoveForm | None = None,
) -> HttpResponse:
    """The page; with a form that was typed into, it says what is wrong there."""
    context = {
        "wishes": wishes or PreferencesForm(None, subscriber),
        "move": move or MoveForm(),
        "subscriber": subscriber,
        "held": held_about(subscriber),
        "leave_address": reverse("subscriptions:leave", args=[links.leave_token(subscriber.token_id)]),
        "hours": int(LINK_AGE.total_seconds() // 3600),
    }
    is_typed = wishes is not None or move is not None
    status = HTTPStatus.UNPROCESSABLE_ENTITY if is_typed else HTTPStatus.OK
    return private(render(request, "subscriptions/preferences.html", context, status=status))


def _save(request: HttpRequest, subscriber: Subscriber) -> HttpResponse:
    form = PreferencesForm(request.POST, subscriber)
    if not form.is_valid():
        return _show(request, subscriber, wishes=form)
    still_there = changing.save(subscriber.token_id, **form.cleaned_data)
    return _see(subscriber, "saved") if still_there else stale(request)


def _move(request: HttpRequest, subscriber: Subscriber) -> HttpResponse:
    """Ask the owner of a new address. Whatever is known of that address, the answer is the same."""
    form = MoveForm(request.POST)
    if not form.is_valid():
        return _show(request, subscriber, move=form)
    match changing.ask_to_move(subscriber.token_id, form.cleaned_data["address"]):
        case Move.ASKED:
            return _see(subscriber, "asked")
        case Move.TOO_OFTEN:
            form.add_error("address", _too_often())
            return _show(request, subscriber, move=form)
        case Move.NOBODY:
            return stale(request)


def _too_often() -> str:
    return ngettext(
        "You have asked for %(number)d change of address within a day. Please try again tomorrow.",
        "You have asked for %(number)d changes of address within a day. Please try again tomorrow.",
        MAILS_A_DAY,
    ) % {"number": MAILS_A_DAY}


def _export(_request: HttpRequest, subscriber: Subscriber) -> HttpResponse:
    response = JsonResponse(as_json(held_about(subscriber)), json_dumps_params={"ensure_ascii": False, "indent": 2})
    response.headers["Content-Disposition"] = 'attachment; filename="newsletter.json"'
    return private(response)


def _see(subscriber: Subscriber, what_was_done: str) -> HttpResponse:
    """Back to the page, which says what was done: a cookie is not needed for it."""
    page = reverse("subscriptions:preferences", args=[links.leave_token(subscriber.token_id)])
    return see(f"{page}?{what_was_done}")


DEEDS: dict[str, Callable[[HttpRequest, Subscriber], HttpResponse]] = {"save": _save, "move": _move, "export": _export}
