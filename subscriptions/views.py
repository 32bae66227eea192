"""The subscriber's pages. A GET or HEAD never changes anything: mail scanners open every link."""

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from commentaries.models import Publication
from subscriptions import links, subscribing
from subscriptions.abuse import gate
from subscriptions.forms import SignUpForm
from subscriptions.models import LINK_AGE, MAILS_A_DAY, Consent, SignUp
from subscriptions.origin import from_our_pages

not_stored = cache_control(no_store=True)
read_or_post = require_http_methods(["GET", "HEAD", "POST"])


@sensitive_post_parameters("address")
@not_stored
@read_or_post
@from_our_pages
def sign_up(request: HttpRequest) -> HttpResponse:
    """Ask for the newsletter. Whatever is known of the address, the answer and the work are the same."""
    form = _form(request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return _sign_up_page(request, form, HTTPStatus.OK)
    if not form.is_valid():
        return _sign_up_page(request, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    if not form.is_from_a_robot():
        if not gate.lets_in(request, form):
            return _sign_up_page(request, form, HTTPStatus.UNPROCESSABLE_ENTITY)
        wishes = form.cleaned_data
        SignUp.objects.ask(wishes["address"], wishes["language"], wishes["sections"])
    return see(reverse("subscriptions:check_mail"))


@not_stored
@require_safe
def check_mail(request: HttpRequest) -> HttpResponse:
    context = {"hours": _hours(), "mails_a_day": MAILS_A_DAY}
    return private(render(request, "subscriptions/check_mail.html", context))


@not_stored
@read_or_post
@from_our_pages
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """The link in the mail: a page with one button. Once used, it says "confirmed" while that is true."""
    sign_up_id = links.read_confirm_token(token)
    consent = sign_up_id and subscribing.consent_by_sign_up(sign_up_id)
    if consent:
        return _confirmed(request, consent)
    publication = Publication.current()
    fresh = links.read_confirm_token(token, max_age=LINK_AGE)
    if fresh and request.method == "POST":
        consent = subscribing.confirm(fresh, publication)
        return _confirmed(request, consent) if consent else stale(request)
    waiting = subscribing.open_sign_up(fresh) if fresh else None
    if waiting is None:
        return stale(request)
    context = {
        "wording": subscribing.consent_wording(waiting, publication),
        "sign_up": waiting,
        "chosen_sections": list(waiting.sections.all()),
    }
    return private(render(request, "subscriptions/confirm.html", context))


@not_stored
@read_or_post
@csrf_exempt
def leave(request: HttpRequest, token: str) -> HttpResponse:
    """Stop the newsletter. The token alone is enough: mailbox providers post it by themselves (RFC 8058)."""
    identity = links.read_leave_token(token)
    if identity is None:
        return stale(request)
    if request.method == "POST":
        has_just_left = subscribing.leave(identity)
        return private(render(request, "subscriptions/left.html", {"has_just_left": has_just_left}))
    template = "leave" if subscribing.lookups_behind(identity) else "left"
    return private(render(request, f"subscriptions/{template}.html"))


def _sign_up_page(request: HttpRequest, form: SignUpForm, status: HTTPStatus) -> HttpResponse:
    """The whole form. A page that asks for a proof of work, and no other, may run our script that does it."""
    demand = gate.demand(request, form)
    response = render(request, "subscriptions/sign_up.html", {"form": form, "demand": demand}, status=status)
    if demand:
        response._csp_update = {"script-src": ["'self'"]}  # type: ignore[attr-defined]  # as csp.decorators.csp_update
    return response


def _confirmed(request: HttpRequest, consent: Consent) -> HttpResponse:
    subscriber, token = consent.subscriber, links.leave_token(consent.subscriber.token_id)
    context = {
        "consent": consent,
        "subscriber": subscriber,
        "chosen_sections": list(subscriber.sections.all()),
        "preferences_address": reverse("subscriptions:preferences", args=[token]),
        "leave_address": reverse("subscriptions:leave", args=[token]),
    }
    return private(render(request, "subscriptions/confirmed.html", context))


def stale(request: HttpRequest) -> HttpResponse:
    """One answer for every link that does not work, whatever the reason."""
    context = {"form": _form(None), "hours": _hours()}
    return private(render(request, "subscriptions/stale.html", context, status=HTTPStatus.GONE))


def _form(data: Any) -> SignUpForm:
    return SignUpForm(data, auto_id="subscribe-%s")


def _hours() -> int:
    return int(LINK_AGE.total_seconds() // 3600)


def see(address: str) -> HttpResponse:
    """303: the browser fetches the next page, and reloading that sends nothing again."""
    response = HttpResponseRedirect(address)
    response.status_code = HTTPStatus.SEE_OTHER
    return response


def private(response: HttpResponse) -> HttpResponse:
    response.headers["X-Robots-Tag"] = "noindex"
    return response
