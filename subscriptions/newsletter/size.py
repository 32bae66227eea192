"""How large the mails of a sending are, so that an editor hears of it before they go."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from commentaries.languages import FALLBACK
from subscriptions import emails, links
from subscriptions.newsletter.variants import Recipient, Variant

# Gmail shows no more of a text, and hides the link to leave with the rest. It counts the HTML alone; we count the
# whole mail, so the warning comes a little early.
CLIPPED_ABOVE = 102 * 1024  # octets


@dataclass(frozen=True)
class Size:
    octets: int
    language: str

    @property
    def kilobytes(self) -> int:
        """Rounded up, as sizes of files are."""
        return -(-self.octets // 1024)

    @property
    def is_clipped(self) -> bool:
        return self.octets > CLIPPED_ABOVE


def largest(content: dict[str, Any]) -> Size:
    """The largest mail that this content makes: with all sections, in the language in which that is longest."""
    sections = tuple(row["section"] for row in content["commentaries"])
    sizes = [Size(_octets(content, Variant(language, sections)), language) for language in FALLBACK]
    return max(sizes, key=lambda size: size.octets)


def _octets(content: dict[str, Any], variant: Variant) -> int:
    nobody = UUID(int=0)
    recipient = Recipient("reader@example.org", links.leave_token(nobody), emails.message_id_of(nobody, nobody))
    return len(emails.newsletter(content, variant, recipient).message().as_bytes())
