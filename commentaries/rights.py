"""Who may do what at the desk.

A role gives Django permissions (commentaries/roles.py); these functions narrow them to a person's sections and
languages of work. Every form, inline and address of the desk asks here.
"""

from typing import cast

from django.db.models import Model
from django.http import HttpRequest

from commentaries.languages import FALLBACK
from commentaries.models import Byline, Commentary, Issue, User

LANGUAGES = list(FALLBACK)


def staff(request: HttpRequest) -> User:
    """Who asks. The desk's views let nobody else in."""
    return cast(User, request.user)


def publishes(user: User) -> bool:
    """Editors and administrators: everything about issues and commentaries."""
    return user.has_perm("commentaries.publish_issue")


def writes(user: User) -> bool:
    """Analysts, and those who may do all that analysts may."""
    return user.has_perm("commentaries.add_commentary")


def own_sections(user: User) -> set[int]:
    """The sections that an analyst writes for; asked of the database once a request."""
    if "_own_sections" not in user.__dict__:
        user.__dict__["_own_sections"] = set(user.sections.values_list("pk", flat=True))
    return cast(set[int], user.__dict__["_own_sections"])


def may_write(user: User, commentary: Commentary | None) -> bool:
    """Whether all of a commentary is theirs to write: an editor's any, an analyst's own drafts."""
    if publishes(user):
        return True
    if not writes(user):
        return False
    return commentary is None or (commentary.is_draft and commentary.section_id in own_sections(user))


def ready_languages(user: User) -> list[str]:
    """The languages in which they may say that a text can be read."""
    if publishes(user):
        return LANGUAGES
    if not user.has_perm("commentaries.mark_ready"):
        return []
    return [language for language in LANGUAGES if language in user.languages]


def text_languages(user: User, commentary: Commentary | None) -> list[str]:
    """The languages of a commentary in which they may edit the text and its state."""
    if may_write(user, commentary):
        return LANGUAGES
    return ready_languages(user) if commentary else []


def signed(user: User) -> set[int]:
    """The commentaries that their analyst signs; asked of the database once a request."""
    if "_signed" not in user.__dict__:
        user.__dict__["_signed"] = set(Byline.objects.filter(analyst__user=user).values_list("commentary", flat=True))
    return cast(set[int], user.__dict__["_signed"])


def may_judge(user: User, commentary: Commentary | None) -> bool:
    """Whether they say how its forecasts turned out: who may write it, and its analysts once it is public, too."""
    return may_write(user, commentary) or (commentary is not None and writes(user) and commentary.pk in signed(user))


def edits_anything(user: User, commentary: Commentary) -> bool:
    return bool(text_languages(user, commentary)) or may_judge(user, commentary)


def may_share(user: User, row: Issue | Commentary) -> bool:
    """Whether they may let people without an account read it: an editor anything, an analyst their own drafts."""
    return may_write(user, row) if isinstance(row, Commentary) else publishes(user)


def label_languages(user: User, row: Model | None) -> list[str]:
    """The languages in which they may edit what is said of an issue, a section or a picture."""
    if publishes(user):
        return LANGUAGES
    return ready_languages(user) if row else []
