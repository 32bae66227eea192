"""What the gate and a careful reader say of commentaries, each sentence with the way to its place."""

from dataclasses import dataclass

from django.urls import reverse

from commentaries.languages import FALLBACK
from commentaries.models import Commentary
from commentaries.models.commentaries import CommentaryQuerySet
from commentaries.proofreading import Remark, remarks
from commentaries.publishing.blockers import Blocker, commentary_blockers, named


@dataclass(frozen=True)
class Findings:
    """`blockers` must be mended, `remarks` never block."""

    commentary: Commentary
    url: str
    blockers: list[Blocker]
    remarks: list[Remark]

    @property
    def named_blockers(self) -> list[tuple[str, str]]:
        """As `blocking_sentences`, with the section."""
        return [(self.url + blocker.place, named(self.commentary, blocker)) for blocker in self.blockers]

    @property
    def blocking_sentences(self) -> list[tuple[str, str]]:
        """Each blocker with the address of its place."""
        return [(self.url + blocker.place, blocker.sentence) for blocker in self.blockers]

    @property
    def remarking_sentences(self) -> list[tuple[str, str]]:
        return [(self.url + remark.place, str(remark)) for remark in self.remarks]


def findings(commentary: Commentary, *, proofread: bool = True) -> Findings:
    """Asks the database nothing if the commentary was fetched `with_texts()` and with its comments.

    A commentary nobody has begun is not proofread: all there is to say of it is that it is empty.
    """
    url = reverse("admin:commentaries_commentary_change", args=[commentary.pk])
    is_begun = any(commentary.has_text(language) for language in FALLBACK)
    return Findings(
        commentary, url, commentary_blockers(commentary), remarks(commentary) if proofread and is_begun else []
    )


def all_findings(commentaries: CommentaryQuerySet) -> list[Findings]:
    """In a number of queries that does not grow with them."""
    return [findings(commentary) for commentary in commentaries.with_texts().prefetch_related("comments")]
