"""One language of a whole issue, taken a step further at once: marked ready, or sent to review."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _

from commentaries import corrections, rights, translations
from commentaries.admin.issues.cockpit import has_next_step
from commentaries.changing import CommentaryChange
from commentaries.languages import Language
from commentaries.models import Commentary, Issue, Translation, User
from commentaries.publishing import Blocked, hold
from commentaries.publishing.blockers import commentary_blockers, public_states

if TYPE_CHECKING:
    Base = admin.ModelAdmin[Any]
else:
    Base = object

State = Translation.State


@dataclass(frozen=True)
class Candidate:
    """A commentary in this column: where it stands, and why it cannot take the step, if it cannot."""

    commentary: Commentary
    state: str
    state_name: str
    reason: str = ""

    @property
    def is_chosen(self) -> bool:
        """An outdated text is offered, but whoever says that it is good again has read it."""
        return self.state != State.OUTDATED


def candidates(user: User, issue: Issue, language: str) -> list[Candidate]:
    """All that this person may take a step further, then what they would if it had a text."""
    rows = Commentary.objects.filter(issue=issue, withdrawn_at=None).in_order().with_texts()
    return [
        found
        for row in rows
        if language in rights.text_languages(user, row) and (found := _judged(user, row, language))
    ]


def _judged(user: User, commentary: Commentary, language: str) -> Candidate | None:
    row = translations.states(commentary)[language]
    is_ready = language in rights.ready_languages(user)
    if not commentary.has_text(language):
        return Candidate(commentary, row.state, row.get_state_display(), _("There is no text in this language."))
    if not has_next_step(user, commentary, language, is_ready=is_ready):
        return None
    reason = _obstacle(commentary, language) if is_ready else ""
    return Candidate(commentary, row.state, row.get_state_display(), reason)


def _obstacle(commentary: Commentary, language: str) -> str:
    """What this language, if it were ready, would lack or owe in a commentary that is public or scheduled."""
    if commentary.is_draft:
        return ""
    if corrections.comes_back_changed(commentary, language):
        return _(
            "Readers had another text in this language. Mark it ready in its form, where you tell them what changed."
        )
    ready = public_states(commentary)
    before = commentary_blockers(commentary, ready)
    found = [blocker for blocker in commentary_blockers(commentary, [*ready, language]) if blocker not in before]
    return found[0].sentence if found else ""


class ColumnsAdmin(Base):
    def get_urls(self) -> Any:
        address = "<int:number>/languages/<str:language>/"
        own = [path(address, self.admin_site.admin_view(self.column), name="commentaries_issue_column")]
        return [*own, *super().get_urls()]

    def column(self, request: HttpRequest, number: int, language: str) -> HttpResponse:
        user = rights.staff(request)
        if language not in Language.values:
            raise Http404
        if language not in rights.ready_languages(user) and not rights.writes(user):
            raise PermissionDenied
        issue = self.get_object(request, str(number)) if number < 10**18 else None
        if issue is None:
            raise Http404
        refusals: list[str] = []
        if request.method == "POST":
            try:
                self._take_step(request, issue, language)
                return redirect("admin:commentaries_issue_change", issue.pk)
            except Blocked as blocked:
                refusals = blocked.messages
        return self._ask_about_column(request, issue, language, refusals)

    @transaction.atomic
    def _take_step(self, request: HttpRequest, issue: Issue, language: str) -> None:
        """Only what was chosen on the page, and only what can still take the step."""
        user = rights.staff(request)
        hold(issue)
        chosen = set(request.POST.getlist("commentary"))
        taken: list[str] = []
        left: list[str] = []
        for candidate in candidates(user, issue, language):
            if str(candidate.commentary.pk) not in chosen:
                continue
            (left if candidate.reason else taken).append(str(candidate.commentary.section))
            if not candidate.reason:
                self._step(request, candidate.commentary, language)
        self._say(request, language, taken, left)

    def _step(self, request: HttpRequest, commentary: Commentary, language: str) -> None:
        user = rights.staff(request)
        state = State.READY if language in rights.ready_languages(user) else State.IN_REVIEW
        CommentaryChange(commentary, user).finish(steps={language: state})
        name = Language(language).label
        self.log_change(request, commentary, f"{name}: {state.label}")

    def _say(self, request: HttpRequest, language: str, taken: list[str], left: list[str]) -> None:
        name = Language(language).label
        if language in rights.ready_languages(rights.staff(request)):
            done, undone = _("Marked ready (%(language)s): %(sections)s."), _("Not marked ready: %(sections)s.")
        else:
            done, undone = _("Sent to review (%(language)s): %(sections)s."), _("Not sent to review: %(sections)s.")
        if taken:
            messages.success(request, done % {"language": name, "sections": ", ".join(taken)})
        if left:
            messages.warning(request, undone % {"sections": ", ".join(left)})
        if not taken and not left:
            messages.info(request, _("You chose nothing, and nothing was changed."))

    def _ask_about_column(self, request: HttpRequest, issue: Issue, language: str, refusals: list[str]) -> HttpResponse:
        user = rights.staff(request)
        found = candidates(user, issue, language)
        is_ready = language in rights.ready_languages(user)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Mark ready") if is_ready else _("Send to review"),
            "subtitle": str(issue),
            "opts": self.opts,
            "original": issue,
            "language": Language(language).label,
            "code": language,
            "is_ready": is_ready,
            "possible": [candidate for candidate in found if not candidate.reason],
            "impossible": [candidate for candidate in found if candidate.reason],
            "refusals": refusals,
        }
        return TemplateResponse(request, "admin/commentaries/issue/column.html", context)
