"""From a reserved row to a letter: who it goes to, which mail it is, and the mail itself."""

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from email.utils import parseaddr
from typing import Any
from uuid import UUID

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.core.mail import EmailMultiAlternatives

from subscriptions import emails, links
from subscriptions.models import Delivery, Sending
from subscriptions.newsletter import ledger
from subscriptions.newsletter.outcomes import Cause
from subscriptions.newsletter.smtp import Letter
from subscriptions.newsletter.splicing import Spliced, splice
from subscriptions.newsletter.variants import Recipient, Variant, variant_of

MOST_KEPT = 200  # mails, of about 20 kB: readers choose alike


@dataclass(frozen=True)
class Draft:
    """What is to be sent for a row of the ledger."""

    delivery: int
    sending: int
    variant: Variant
    recipient: Recipient

    @property
    def domain(self) -> str:
        return self.recipient.address.rpartition("@")[2]


class Desk:
    """Where letters are made. It keeps the contents of the sendings, and each mail that was cut for its recipients."""

    def __init__(self) -> None:
        self.contents: dict[int, tuple[UUID, dict[str, Any]]] = {}
        self.variants: dict[tuple[Any, ...], Variant | None] = {}
        self.spliced: OrderedDict[tuple[int, Variant], Spliced] = OrderedDict()
        self.sender = parseaddr(settings.BOUNCE_ADDRESS or settings.DEFAULT_FROM_EMAIL)[1].encode("ascii")

    def drafts(self, readers: Iterable[ledger.Reader]) -> list[Draft]:
        """Of reserved rows. Those for whom there is nothing, or whose address cannot be read, are closed."""
        found, nothing, unreadable = [], [], []
        for reader in readers:
            uid, _words = self._content(reader.sending)
            variant = self._variant(reader)
            if variant is None:
                nothing.append(reader.delivery)
                continue
            try:
                address = reader.address.reveal()
            except InvalidToken:
                unreadable.append(reader.delivery)
                continue
            token = links.leave_token(reader.token_id)
            recipient = Recipient(address, token, emails.message_id_of(uid, reader.token_id))
            found.append(Draft(reader.delivery, reader.sending, variant, recipient))
        ledger.close(nothing, Delivery.State.CANCELLED, Cause.NOTHING)
        ledger.close(unreadable, Delivery.State.FAILED, Cause.UNREADABLE)
        return found

    def letter(self, draft: Draft) -> Letter:
        key = (draft.sending, draft.variant)
        spliced = self.spliced.get(key)
        if spliced is None:
            spliced = self.spliced[key] = splice(self._content(draft.sending)[1], draft.variant)
            if len(self.spliced) > MOST_KEPT:
                self.spliced.popitem(last=False)
        else:
            self.spliced.move_to_end(key)
        recipient = draft.recipient.address.encode("ascii")
        return Letter(draft.delivery, self.sender, recipient, spliced.text_for(draft.recipient))

    def message(self, draft: Draft) -> EmailMultiAlternatives:
        """The same mail as Django builds it, for ways of sending that are no mail server."""
        return emails.newsletter(self._content(draft.sending)[1], draft.variant, draft.recipient)

    def _variant(self, reader: ledger.Reader) -> Variant | None:
        """Remembered, since readers choose alike."""
        wishes = (reader.language, reader.sections, reader.cadence)
        key = (reader.sending, *wishes, reader.is_discreet)
        if key not in self.variants:
            content = self._content(reader.sending)[1]
            self.variants[key] = variant_of(content, *wishes, is_discreet=reader.is_discreet)
        return self.variants[key]

    def _content(self, sending: int) -> tuple[UUID, dict[str, Any]]:
        if sending not in self.contents:
            row = Sending.objects.values_list("issue__uid", "content").get(pk=sending)
            self.contents[sending] = row
        return self.contents[sending]
