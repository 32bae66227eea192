"""Which commentaries an issue has: opened empty for its sections, and left out again while nothing is written."""

from django.db import transaction

from commentaries.folding import is_blank
from commentaries.languages import Language, all_languages
from commentaries.models import Analyst, Byline, Commentary, Issue, Section, User
from commentaries.publishing import hold


def source_language(user: User) -> str:
    """The language in which somebody most likely writes: their first language of work, or the site's first."""
    return next((language for language in user.languages if language in Language.values), Language.values[0])


@transaction.atomic
def open_commentary(issue: Issue, section: Section, language: str, analyst: Analyst | None = None) -> Commentary:
    """The issue's commentary for this section; an empty one, signed by the analyst, if there was none."""
    commentary, is_new = Commentary.objects.get_or_create(
        issue=issue, section=section, defaults={"source_language": language}
    )
    if is_new and analyst:
        Byline.objects.create(commentary=commentary, analyst=analyst)
    return commentary


@transaction.atomic
def open_all(issue: Issue, language: str) -> None:
    """An empty commentary for every section that is written for."""
    for section in Section.objects.active():
        open_commentary(issue, section, language)


def is_empty(commentary: Commentary) -> bool:
    """Whether it is a draft in which nobody has written or said anything."""
    texts = all_languages(commentary, "title", "lead", "body")
    is_begun = commentary.trend or commentary.picture_id or any(not is_blank(text) for text in texts)
    return commentary.is_draft and not (is_begun or commentary.forecasts.all() or commentary.comments.all())


@transaction.atomic
def leave_out(commentary: Commentary) -> bool:
    """Take an empty commentary out of its issue; False, and nothing happens, if something was written meanwhile."""
    hold(commentary)
    now = Commentary.objects.get(pk=commentary.pk)
    if not is_empty(now):
        return False
    now.delete()
    return True
