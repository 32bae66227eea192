"""What is done with the newsletter of an issue: pages that ask, and POSTs that do it.

The deeds themselves are in subscriptions/newsletter/sending.py.
"""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import URLPattern
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from commentaries import rights
from commentaries.admin.choices import is_key
from commentaries.models import Issue
from subscriptions.admin.sendings.deed_forms import DelayForm, UncertainForm, delays_to_come, minutes
from subscriptions.admin.sendings.frame import Frame, address_of, sending_of
from subscriptions.admin.sendings.words import grouped, readers_in_words, schedule_in_words, started_in_words
from subscriptions.models import Delivery, Sending
from subscriptions.newsletter import sending as deeds
from subscriptions.newsletter.content import freeze
from subscriptions.newsletter.readers import counts
from subscriptions.newsletter.size import largest


class DeedsAdmin(Frame):
    def get_urls(self) -> list[URLPattern]:
        return [
            self.used("start/", self.start, "start", asks=True),
            self.used("schedule/", self.schedule, "schedule", asks=True),
            self.used("cancel/", self.cancel, "cancel", asks=True),
            self.used("uncertain/", self.uncertain, "uncertain", asks=True),
            self.used("pause/", self.pause, "pause"),
            self.used("resume/", self.resume, "resume"),
            self.used("again/", self.try_again, "again"),
            *super().get_urls(),
        ]

    def start(self, request: HttpRequest, issue: Issue) -> HttpResponse:
        """Of two who press the button at once, one starts it; the other is told who did."""
        if request.method != "POST":
            return self._ask_to_start(request, issue)
        try:
            with deeds.held(issue) as sending:
                was_started = sending.started_at is not None
                sending = deeds.start(issue, rights.staff(request))
        except deeds.Refused as refused:
            return self._ask_to_start(request, issue, str(refused))
        if was_started:
            return self._told(request, issue, _("Nothing to do: it has been started already."), sending)
        return self._done(request, issue, _("The newsletter is on its way."))

    def _ask_to_start(self, request: HttpRequest, issue: Issue, refusal: str = "") -> HttpResponse:
        sending = sending_of(issue)
        if sending and sending.started_at:
            return self._told(request, issue, _("Nothing to do: it has been started already."), sending)
        content, title = freeze(issue), _("Start the newsletter")
        if not content["commentaries"]:
            refusal = refusal or _("Readers cannot read anything of this issue yet. The newsletter can start then.")
            return self._ask(request, issue, sending, "start", title, refusal=refusal)
        found = counts(content)
        if not found.total:
            refusal = refusal or _("Nobody would get this newsletter.")
        readers, size = readers_in_words(found), largest(content)
        return self._ask(request, issue, sending, "start", title, readers=readers, size=size, refusal=refusal)

    def schedule(self, request: HttpRequest, issue: Issue) -> HttpResponse:
        sending = sending_of(issue)
        if sending and sending.started_at:
            return self._told(request, issue, _("Nothing to do: it has been started already."), sending)
        data = request.POST if request.method == "POST" else None
        delay = sending.delay if sending and sending.delay in delays_to_come(issue) else None
        form = DelayForm(issue, data, initial={"delay": minutes(delay)})
        if data is not None and form.is_valid():
            try:
                deeds.start_by_itself(issue, form.cleaned_data["delay"])
            except deeds.Refused as refused:
                messages.warning(request, str(refused))
                return redirect(address_of("issue", issue))
            return self._done(request, issue, schedule_in_words(issue, form.cleaned_data["delay"]))
        return self._ask(request, issue, sending, "schedule", _("When the newsletter starts"), form=form)

    def cancel(self, request: HttpRequest, issue: Issue) -> HttpResponse:
        sending = self._started(issue)
        if sending.is_over:
            return self._told(request, issue, _("Nothing to do: it has ended already."), sending)
        if request.method == "POST":
            deeds.cancel(issue)
            return self._done(request, issue, _("The newsletter is cancelled."))
        waiting = sum(sending.deliveries.in_state(state).count() for state in Delivery.OPEN)
        return self._ask(request, issue, sending, "cancel", _("Cancel the newsletter"), is_grave=True, waiting=waiting)

    def uncertain(self, request: HttpRequest, issue: Issue) -> HttpResponse:
        sending = self._started(issue)
        data = request.POST if request.method == "POST" else None
        form = UncertainForm(data, initial={"repeats": "yes" if sending.repeats_uncertain else "no"})
        if data is not None and form.is_valid():
            repeats = form.cleaned_data["repeats"]
            number = deeds.settle_uncertain(issue, repeats=repeats)
            left = _("Mails that may have gone out are left as they are.")
            return self._done(request, issue, _again_in_words(number) if repeats else left)
        return self._ask(request, issue, sending, "uncertain", _("Mails that may have gone out"), form=form)

    def pause(self, request: HttpRequest, issue: Issue) -> HttpResponse:
        sending = self._started(issue)
        if not sending.is_running:
            return self._told(request, issue, _("Nothing to do: it is not being sent now."), sending)
        deeds.pause(issue)
        return self._done(request, issue, _("Paused. What a worker has in hand may still go out."))

    def resume(self, request: HttpRequest, issue: Issue) -> HttpResponse:
        sending = self._started(issue)
        if not sending.paused_at or sending.is_over:
            return self._told(request, issue, _("Nothing to do: it is not paused."), sending)
        try:
            deeds.resume(issue)
        except deeds.Refused as refused:
            messages.error(request, str(refused))
            return redirect(address_of("issue", issue))
        return self._done(request, issue, _("It goes on."))

    def try_again(self, request: HttpRequest, issue: Issue) -> HttpResponse:
        """Those that failed, or the one that is named."""
        one = request.POST.get("delivery")
        if one is not None and not is_key(one):
            raise Http404
        number = deeds.try_failed_again(self._started(issue).issue, None if one is None else int(one))
        done = self._done(request, issue, _again_in_words(number))
        if one is not None:
            page = request.POST.get("p", "")
            done["Location"] = f"{address_of('ledger', issue, Delivery.State.FAILED)}?p={page if is_key(page) else 1}"
        return done

    def _started(self, issue: Issue) -> Sending:
        sending = sending_of(issue)
        if sending is None or sending.started_at is None:
            raise Http404
        return sending

    def _ask(
        self, request: HttpRequest, issue: Issue, sending: Sending | None, deed: str, title: str, **more: Any
    ) -> HttpResponse:
        context: dict[str, Any] = {"form": forms.Form(), "deed": deed, "deed_title": title, **more}
        return self.show(request, "sending_deed", issue, sending, **context)

    def _told(self, request: HttpRequest, issue: Issue, sentence: str, sending: Sending) -> HttpResponse:
        messages.info(request, f"{sentence} {started_in_words(sending)}")
        return redirect(address_of("issue", issue))

    def _done(self, request: HttpRequest, issue: Issue, sentence: str) -> HttpResponseRedirect:
        self.log_change(request, issue, sentence)  # by which its pages are named
        messages.success(request, sentence)
        return redirect(address_of("issue", issue))


def _again_in_words(number: int) -> str:
    sentence = ngettext("%(number)s mail goes out again.", "%(number)s mails go out again.", number)
    return sentence % {"number": grouped(number)}
