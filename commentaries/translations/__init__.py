"""Where each language of a commentary stands, and what a change of the source does to the others."""

from django.db import transaction
from django.utils import timezone

from commentaries.languages import FALLBACK
from commentaries.models import Commentary, Translation, User

State = Translation.State


def states(commentary: Commentary) -> dict[str, Translation]:
    """The translation rows by language; unsaved ones stand in for those that do not exist."""
    rows = {row.language: row for row in commentary.translations.all()} if commentary.pk else {}
    return {
        language: rows.get(language) or Translation(commentary=commentary, language=language) for language in FALLBACK
    }


@transaction.atomic
def mark_ready(commentary: Commentary, language: str, user: User | None) -> None:
    """The text in this language may be read: remember who says so, when, and what it was made from."""
    row = states(commentary)[language]
    row.state = State.READY
    row.marked_ready_by = user
    row.marked_ready_at = timezone.now()
    row.made_from_language = "" if language == commentary.source_language else commentary.source_language
    row.made_from_digest = commentary.digest(commentary.source_language)
    row.made_from_at = row.marked_ready_at
    row.save()


@transaction.atomic
def put_back(commentary: Commentary, language: str, state: str, user: User | None = None) -> None:
    """The text in this language is not, or no longer, ready: it is a draft, or `user` sends it to review."""
    row = states(commentary)[language]
    if row.state not in (State.MISSING, state):
        row.state = state
        row.marked_ready_by = row.marked_ready_at = None
        in_review = state == State.IN_REVIEW
        row.sent_to_review_by, row.sent_to_review_at = (user, timezone.now()) if in_review else (None, None)
        row.made_from_language = row.made_from_digest = ""
        row.save()


@transaction.atomic
def record_change(commentary: Commentary, *, small: bool = False) -> None:
    """After the texts changed: make every row say what is true.

    A language without a text is missing, one with a text at least a draft. A ready translation whose source changed
    becomes outdated: still public, flagged to translators, never overwritten; unless the change is small, which
    leaves the translations good.
    """
    digest = commentary.digest(commentary.source_language)
    for language, row in states(commentary).items():
        before = (row.state, row.made_from_digest)
        if not commentary.has_text(language):
            row.state = State.MISSING
        elif row.state == State.MISSING:
            row.state, row.made_from_at = State.DRAFT, timezone.now()
        elif language != commentary.source_language and row.state in Translation.PUBLIC_STATES:
            if small and row.state == State.READY:
                row.made_from_digest, row.made_from_at = digest, timezone.now()
            elif not small and row.made_from_digest != digest:
                row.state = State.OUTDATED
        if row.pk is None or before != (row.state, row.made_from_digest):
            row.save()
