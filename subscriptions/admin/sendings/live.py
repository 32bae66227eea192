"""A sending on its way, as the page shows it and asks for it again every two seconds."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from commentaries.languages import Language
from commentaries.models import Issue
from commentaries.previews import private
from subscriptions.admin.sendings.frame import Button, Frame, address_of, may_send, sending_of, standing
from subscriptions.admin.sendings.words import cause_in_words, stall_in_words, started_in_words, time_left
from subscriptions.models import Sending
from subscriptions.newsletter.progress import MISSED, Kind, Progress, State, progress


class LiveAdmin(Frame):
    def get_urls(self) -> list[URLPattern]:
        return [self.opened("live/", self.live, "live"), *super().get_urls()]

    def live(self, request: HttpRequest, issue: Issue) -> HttpResponse:
        sending = sending_of(issue)
        if sending is None or sending.started_at is None:
            raise Http404
        context = standing(request, issue, sending) | live_context(request, issue, sending)
        return private(render(request, "subscriptions/admin/parts/sending_live.html", context))


def live_context(request: HttpRequest, issue: Issue, sending: Sending) -> dict[str, Any]:
    found = progress(sending)
    seconds = found.seconds_left if sending.is_running else None
    return {
        "started": started_in_words(sending),
        "progress": found,
        "time_left": "" if seconds is None else time_left(seconds),
        "stall": stall_in_words(found.stall) if found.stall else "",
        "languages": [(language.value, language.label) for language in Language],
        "states": _states(found),
        "kinds": [_line(issue, kind) for kind in [*found.delayed, *found.missed]],
        "goes_on_withdrawn": issue.is_withdrawn and sending.is_running,
        "uncertain": found.of(State.UNCERTAIN),
        "buttons": _buttons(issue, sending, found) if may_send(request) else [],
        "said": _said(sending, found),
    }


def _states(found: Progress) -> list[dict[str, Any]]:
    """A line of the table for each state that a mail is in."""
    return [
        {"name": state.label, "numbers": [found.of(state, language=code) for code in Language.values], "sum": number}
        for state in State
        if (number := found.of(state))
    ]


def _line(issue: Issue, kind: Kind) -> dict[str, Any]:
    return {
        "state": State(kind.state).label,
        "reason": cause_in_words(kind.state, kind.cause),
        "reply_code": kind.reply_code,
        "number": kind.number,
        "url": address_of("ledger", issue, kind.state) if kind.state in MISSED else "",
    }


def _buttons(issue: Issue, sending: Sending, found: Progress) -> list[Button]:
    buttons = []
    if sending.is_running:
        buttons.append(Button(gettext_lazy("Pause"), "pause", address_of("pause", issue)))
    elif sending.paused_at and not sending.is_over:
        buttons.append(Button(gettext_lazy("Go on"), "play_arrow", address_of("resume", issue), "primary"))
    if found.of(State.FAILED) and not sending.cancelled_at:
        title = gettext_lazy("Try all that failed again")
        buttons.append(Button(title, "refresh", address_of("again", issue)))
    if not sending.is_over:
        buttons.append(Button(gettext_lazy("Cancel…"), "cancel", address_of("cancel", issue), asks=True))
    return buttons


def _said(sending: Sending, found: Progress) -> str:
    """What is read aloud as it changes: every tenth of the way, no more."""
    if not sending.prepared_at or not found.total or not sending.is_running:
        return ""
    tenths = found.done * 10 // found.total
    return _("%(percent)s percent done.") % {"percent": tenths * 10} if tenths else ""
