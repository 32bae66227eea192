"""Which mail somebody gets: the language, and which of the issue's commentaries. Who chose alike gets the same mail."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, NamedTuple

from subscriptions.models import Cadence


@dataclass(frozen=True)
class Variant:
    """One of the mails of a sending, less what is its recipient's own."""

    language: str
    sections: tuple[int, ...]  # whose commentaries it holds, in the order
    is_discreet: bool = False


class Recipient(NamedTuple):
    """What differs between two mails of a variant. Each part stands in them as it is: it is made of ASCII."""

    address: str
    token: str  # of the links to leave and to change one's wishes
    message_id: str  # with its angle brackets


def variant_of(
    content: dict[str, Any], language: str, chosen: Collection[int], cadence: str, *, is_discreet: bool
) -> Variant | None:
    """The mail for somebody who chose these sections (none: all); None where the issue has nothing for them.

    `content` is a sending's: its "commentaries" say for each its "section", the sections it is "chosen_by", and whether
    its trend "has_changed".
    """
    changes_only = cadence == Cadence.TREND_CHANGES
    sections = tuple(
        row["section"]
        for row in content["commentaries"]
        if (not chosen or any(section in chosen for section in row["chosen_by"]))
        and (row["has_changed"] or not changes_only)
    )
    return Variant(language, sections, is_discreet) if sections else None
