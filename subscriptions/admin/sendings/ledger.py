"""The mails of a sending one by one: in which state, why, and "try again". Nobody's address is shown."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern

from commentaries.languages import Language
from commentaries.models import Issue
from subscriptions.admin.sendings.frame import Frame, address_of, sending_of
from subscriptions.admin.sendings.words import cause_in_words
from subscriptions.models import Delivery
from subscriptions.newsletter.progress import MISSED, State

MAILS_ON_A_PAGE = 50


class LedgerAdmin(Frame):
    def get_urls(self) -> list[URLPattern]:
        return [self.opened("mails/<str:state>/", self.ledger, "ledger"), *super().get_urls()]

    def ledger(self, request: HttpRequest, issue: Issue, state: str) -> HttpResponse:
        sending = sending_of(issue)
        if sending is None or sending.started_at is None or state not in MISSED:
            raise Http404
        pages = Paginator(
            Delivery.objects.filter(sending=sending).in_state(State(state)).order_by("pk"), MAILS_ON_A_PAGE
        )
        page = pages.get_page(request.GET.get("p"))
        return self.show(
            request,
            "sending_ledger",
            issue,
            sending,
            name=State(state).label,
            states=[(address_of("ledger", issue, one), one.label, one == state) for one in MISSED],
            lines=[_line(delivery) for delivery in page.object_list],
            page=page,
            numbers=pages.get_elided_page_range(page.number),
            offers_again=state == State.FAILED and not sending.cancelled_at,
        )


def _line(delivery: Delivery) -> dict[str, Any]:
    """Its number is the ledger's own and names nobody. Who has left is not written to again."""
    return {
        "delivery": delivery,
        "language": Language(delivery.language).label,
        "reason": cause_in_words(delivery.state, delivery.cause),
        "has_left": delivery.subscriber_id is None,
    }
