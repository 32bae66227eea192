"""From Word: files are uploaded, what was recognised in them is shown and corrected, and only then drafts are made.

Nothing is kept between the steps but in the page, and in its browser (static/desk/review.js): from there `again` brings
a review back to the desk that a crash or the end of a session cut short.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from commentaries import rights, word
from commentaries.admin.choices import is_key
from commentaries.admin.issues.word_forms import MOST_FILES, Choices, FileForm, FileForms, initial, sections_of
from commentaries.admin.saving.tokens import remember_saved, token
from commentaries.languages import active_language, all_languages
from commentaries.models import Analyst, Commentary, Issue, Section, User
from commentaries.word.drafting import Refused, create, occupied
from commentaries.word.names import Names
from commentaries.word.weeks import Found

if TYPE_CHECKING:
    Base = admin.ModelAdmin[Any]
else:
    Base = object

ROOM = 3 * 1024 * 1024  # bytes of texts on one page, which must come back whole (DATA_UPLOAD_MAX_MEMORY_SIZE)


class WordAdmin(Base):
    """`…/from-word/` and, to make drafts of what it showed, `…/from-word/drafts/`; `?issue=` proposes its week."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("from-word/", view(self.from_word), name="commentaries_issue_from_word"),
            path("from-word/drafts/", view(self.make_drafts), name="commentaries_issue_make_drafts"),
            *super().get_urls(),
        ]

    list_before_template = "admin/parts/from_word.html"

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        offered = {"offers_word": rights.writes(rights.staff(request))}
        return super().changelist_view(request, offered | (extra_context or {}))

    def from_word(self, request: HttpRequest) -> HttpResponse:
        user = self._writer(request)
        if request.method != "POST":
            return self._page(request, "upload")
        files = request.FILES.getlist("files")
        if not files or len(files) > MOST_FILES:
            sentence = _("Choose at least one file.") if not files else _("Choose at most %(count)s files at once.")
            return self._page(request, "upload", refusals=[sentence % {"count": MOST_FILES}])
        found, refusals = _read(files, user)
        if not found:
            return self._page(request, "upload", refusals=refusals)
        _propose(found, _asked_issue(request))
        _keep_to(found, sections_of(user))
        own = list(Analyst.objects.filter(user=user))
        taken = occupied((each.week, each.section, each.language) for each in found)
        rows = [initial(each, own, sentence) for each, sentence in zip(found, taken, strict=True)]
        forms = FileForms(initial=rows, prefix="files", form_kwargs={"choices": Choices.of(user)})
        return self._page(request, "review", forms=forms, refusals=refusals)

    def make_drafts(self, request: HttpRequest) -> HttpResponse:
        user = self._writer(request)
        if request.method != "POST":
            return redirect("admin:commentaries_issue_from_word")
        forms = FileForms(request.POST, prefix="files", form_kwargs={"choices": Choices.of(user)})
        if not forms.management_form.is_valid() or not forms.forms:
            return redirect("admin:commentaries_issue_from_word")
        if "again" in request.POST:
            return self._page(request, "review", forms=forms)
        taken = [form for form in forms if not form.leaves_out]
        if not taken:
            return self._page(request, "review", forms=forms, refusals=[_("Every file is left out.")])
        if not all([form.is_complete() for form in taken]):  # noqa: C419  # ask every one
            return self._page(request, "review", forms=forms, refusals=[_("No draft was made. Mend what is marked.")])
        return self._create(request, forms, taken)

    def _create(self, request: HttpRequest, forms: Any, taken: list[FileForm]) -> HttpResponse:
        try:
            made = create([form.draft() for form in taken], rights.staff(request))
        except Refused as refused:
            for number, sentences in refused.sentences.items():
                for sentence in sentences:
                    taken[number].add_error(None, sentence)
            refusals = [_("No draft was made. Mend what is marked.")]
        except IntegrityError:
            refusals = [_("Somebody else saved the same just now. Try once more.")]
        else:
            return remember_saved(request, self._land(request, made))
        return self._page(request, "review", forms=forms, refusals=refusals)

    def _land(self, request: HttpRequest, made: list[Commentary]) -> HttpResponse:
        """On the cockpit of the issue; the message names each, because several issues may have got some."""
        for commentary in made:
            self.log_change(request, commentary, _("From Word"))
        count = len(made)
        sentence = ngettext("One draft was made from Word.", "%(count)s drafts were made from Word.", count)
        messages.success(request, sentence % {"count": count})
        weeks = {commentary.issue_id: str(commentary.issue) for commentary in made}
        if len(weeks) > 1:
            messages.info(
                request, _("They belong to several issues: %(weeks)s.") % {"weeks": "; ".join(weeks.values())}
            )
        return redirect("admin:commentaries_issue_change", made[0].issue_id)

    def _writer(self, request: HttpRequest) -> User:
        user = rights.staff(request)
        if not rights.writes(user):
            raise PermissionDenied
        return user

    def _page(self, request: HttpRequest, name: str, **context: Any) -> HttpResponse:
        page = {
            **self.admin_site.each_context(request),
            "title": _("From Word"),
            "opts": self.opts,
            "most_files": MOST_FILES,
            "size": word.MAX_SIZE // 1024 // 1024,
            "issue": _asked_issue(request),
            "saving": {"is_unsaved": "files-TOTAL_FORMS" in request.POST, "draft": token(request)},
            **context,
        }
        return TemplateResponse(request, f"admin/commentaries/issue/word_{name}.html", page)


def _asked_issue(request: HttpRequest) -> Issue | None:
    key = request.GET.get("issue", "")
    return Issue.objects.filter(pk=key).first() if is_key(key) else None


def _read(files: Sequence[Any], user: User) -> tuple[list[word.Recognised], list[str]]:
    """What the files say, and a sentence for each that cannot be read."""
    known = word.Known(
        Names((section, [section.slug, *all_languages(section, "title")]) for section in Section.objects.active()),
        Names((row, all_languages(row, "name", "pen_name")) for row in Analyst.objects.all()),
        active_language(),
    )
    found: list[word.Recognised] = []
    refusals: list[str] = []
    room = ROOM
    for file in files:
        try:
            # One byte more than is allowed is enough to see that it is too large.
            each = word.read(file.name, file.read(word.MAX_SIZE + 1), known)
            room -= len(each.body.encode())
            if room < 0:
                sentence = _("“%(name)s” is too much for one page with the others. Upload it by itself.")
                raise word.Unreadable(sentence % {"name": file.name})
        except word.Unreadable as error:
            refusals += error.messages
        else:
            found.append(each)
    return found, refusals


def _propose(found: list[word.Recognised], issue: Issue | None) -> None:
    """A file that names no week is meant for the issue from whose page it was uploaded."""
    for each in found:
        if issue and each.week is None:
            each.week = Found(issue.week_start, issue.week_end)


def _keep_to(found: list[word.Recognised], sections: QuerySet[Section]) -> None:
    """Leave the section open where it is not this person's to write for."""
    own = set(sections)
    for each in found:
        if each.section and each.section not in own:
            sentence = _("The file is for “%(section)s”, which is not among your sections.")
            each.notices.append(sentence % {"section": each.section})
            each.section = None
