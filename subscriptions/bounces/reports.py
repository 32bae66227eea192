"""What somebody reports of one of our mails, in the same words whoever reports it."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from django.utils.crypto import salted_hmac


class Kind(StrEnum):
    HARD = "hard"  # nobody reads this address, and nobody will
    SOFT = "soft"  # the mail was given up, but another may arrive: a full mailbox, a server that refuses us
    COMPLAINT = "complaint"  # its reader called it spam
    GOODBYE = "goodbye"  # its reader wants no more of them, and said so by mail or to the provider


@dataclass(frozen=True)
class Report:
    """One report about one address. `source` is the same whenever the same report is told again."""

    kind: Kind
    source: str
    address: str = ""
    message_ids: frozenset[str] = frozenset()  # quoted, with their angle brackets
    identity: UUID | None = None  # what a link to leave in the quoted mail stands for: its signature is ours
    is_vouched_for: bool = False  # by a provider that knows our secret; anybody can write to a mailbox

    @property
    def digest(self) -> str:
        told = f"{self.kind} {self.source} {self.address}"
        return salted_hmac("subscriptions.bounces", told, algorithm="sha256").hexdigest()
