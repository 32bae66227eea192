"""An issue's texts out to translation tools and back: a file is checked, shown, and only then brought in."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.core import signing
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.widgets import UnfoldAdminFileFieldWidget

from commentaries import rights
from commentaries.admin.choices import is_key
from commentaries.corrections import CorrectionOwed
from commentaries.exchange.checking import Plan, plan
from commentaries.exchange.exporting import export, texts_of
from commentaries.exchange.importing import ChangedSince, Outcome, Wish, bring_in
from commentaries.exchange.reading import MAX_SIZE, Entry, read
from commentaries.languages import FALLBACK, Language
from commentaries.models import Commentary, Issue, Translation

if TYPE_CHECKING:
    Base = admin.ModelAdmin[Any]
else:
    Base = object

SALT = "commentaries.exchange"
KEPT_FOR = 24 * 3600  # seconds between looking and bringing in
State = Translation.State


class FileForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("PO file"),
        allow_empty_file=True,
        widget=UnfoldAdminFileFieldWidget(attrs={"accept": ".po,text/x-gettext-translation"}),
        error_messages={"required": gettext_lazy("Choose a file."), "invalid": gettext_lazy("Choose a file.")},
    )


class ExchangeAdmin(Base):
    """`…/exchange/` of an issue, and `…/exchange/be-en.po`."""

    def get_urls(self) -> list[URLPattern]:
        def view(method: Any) -> Any:
            return self.admin_site.admin_view(method)

        return [
            path("<str:object_id>/exchange/", view(self.exchange), name="commentaries_issue_exchange"),
            path("<str:object_id>/exchange/<str:pair>.po", view(self.exported), name="commentaries_issue_export"),
            *super().get_urls(),
        ]

    def _exchanged_issue(self, request: HttpRequest, object_id: str) -> Issue:
        issue = Issue.objects.filter(pk=object_id).first() if is_key(object_id) else None
        if issue is None:
            raise Http404
        may_see = self.has_view_permission(request, issue) and request.user.has_perm("commentaries.view_commentary")
        if not may_see:
            raise PermissionDenied
        return issue

    # --- Out ---

    def exported(self, request: HttpRequest, object_id: str, pair: str) -> HttpResponse:
        """All texts of the issue, or with `?commentary=` those of one."""
        issue = self._exchanged_issue(request, object_id)
        source, _dash, target = pair.partition("-")
        if source not in FALLBACK or target not in FALLBACK or source == target:
            raise Http404
        rows = commentaries_of(issue)
        if asked := request.GET.get("commentary", ""):
            rows = rows.filter(pk=asked) if is_key(asked) else rows.none()
        found = texts_of(rows, source, target)
        if not found:
            raise Http404
        name = f"{issue.week_start:%Y-%m-%d}-{found[0].commentary.section.slug + '-' if asked else ''}{pair}.po"
        headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store, private"}
        return HttpResponse(export(found, source, target), content_type="text/x-gettext-translation", headers=headers)

    # --- In ---

    def exchange(self, request: HttpRequest, object_id: str) -> HttpResponse:
        issue = self._exchanged_issue(request, object_id)
        if request.method in ("GET", "HEAD"):
            return self._exchange_page(request, issue)
        if request.method != "POST":
            return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
        if not _languages(request, issue):
            raise PermissionDenied
        try:
            return (
                self._bring_file_in(request, issue) if "checked" in request.POST else self._check_file(request, issue)
            )
        except (ValidationError, CorrectionOwed) as error:
            return self._exchange_page(request, issue, errors=list(error.messages))

    def _check_file(self, request: HttpRequest, issue: Issue) -> HttpResponse:
        form = FileForm(request.POST, request.FILES)
        if not form.is_valid():
            raise ValidationError(form.errors["file"].as_data())
        file = form.cleaned_data["file"]
        if file.size > MAX_SIZE:
            raise ValidationError(_("The file is larger than %(size)s MB.") % {"size": MAX_SIZE // 1024 // 1024})
        entries, language = read(file.read())
        return self._show_plan(request, issue, plan(issue, rights.staff(request), entries, language))

    def _show_plan(self, request: HttpRequest, issue: Issue, found: Plan, *, again: bool = False) -> HttpResponse:
        """What the file would do. What is sent back is signed: it is what was checked."""
        user = rights.staff(request)
        content = {"entries": [vars(entry) for entry in _wanted(found)], "shown": found.fingerprint}
        context = {
            "plan": found,
            "again": again,
            "language": Language(found.target).label,
            "checked": signing.dumps(content, salt=_salt(issue, user.pk), compress=True),
            "may_mark_ready": found.target in rights.ready_languages(user),
            "groups": _by_commentary(found),
        }
        return self._exchange_page(request, issue, **context)

    def _bring_file_in(self, request: HttpRequest, issue: Issue) -> HttpResponse:
        user = rights.staff(request)
        try:
            content = signing.loads(request.POST["checked"], salt=_salt(issue, user.pk), max_age=KEPT_FOR)
        except signing.BadSignature as error:
            raise ValidationError(_("This page is too old. Choose the file again.")) from error
        entries = [Entry(**entry) for entry in content["entries"]]
        state = request.POST.get("state", "")
        wish = Wish(
            state if state in (State.IN_REVIEW, State.READY) else "", frozenset(request.POST.getlist("overwrite"))
        )
        try:
            outcome = bring_in(issue, user, entries, content["shown"], wish)
        except ChangedSince as changed:
            return self._show_plan(request, issue, changed.plan, again=True)
        self._say_what_came_in(request, outcome)
        return redirect("admin:commentaries_issue_exchange", issue.pk)

    def _say_what_came_in(self, request: HttpRequest, outcome: Outcome) -> None:
        for commentary in outcome.changed:
            self.log_change(request, commentary, _("Translations imported from a file."))
        number = len(outcome.changed)
        sentence = ngettext(
            "Translations of %(number)s commentary are imported.",
            "Translations of %(number)s commentaries are imported.",
            number,
        )
        messages.success(request, sentence % {"number": number})
        if outcome.unfinished:
            names = ", ".join(str(one.section) for one in outcome.unfinished)
            sentence = _("Not marked ready, because something is not translated yet: %(sections)s.")
            messages.warning(request, sentence % {"sections": names})
        if outcome.owing:
            names = ", ".join(str(one.section) for one in outcome.owing)
            sentence = _("Not marked ready, because readers had another text and are to be told: %(sections)s.")
            messages.warning(request, sentence % {"sections": names})

    # --- The page ---

    def _exchange_page(self, request: HttpRequest, issue: Issue, **context: Any) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": _("Texts for translation tools"),
            "subtitle": str(issue),
            "opts": self.opts,
            "original": issue,
            "files": _files(issue),
            "form": FileForm(),
            "may_bring_in": bool(_languages(request, issue)),
            "refused": "errors" in context,
            **context,
        }
        return TemplateResponse(request, "admin/exchange.html", context)

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        if context.get("original"):
            context["exchange_url"] = reverse("admin:commentaries_issue_exchange", args=[context["original"].pk])
        return super().render_change_form(request, context, *args, **kwargs)


def commentaries_of(issue: Issue) -> QuerySet[Commentary]:
    rows: QuerySet[Commentary] = Commentary.objects.filter(issue=issue).in_order().with_texts()
    return rows


def _languages(request: HttpRequest, issue: Issue) -> set[str]:
    """The languages in which this person edits a text of the issue."""
    if not request.user.has_perm("commentaries.change_commentary"):
        return set()
    user = rights.staff(request)
    rows = Commentary.objects.filter(issue=issue)
    return {language for row in rows for language in rights.text_languages(user, row)}


def _salt(issue: Issue, user: int) -> str:
    return f"{SALT}.{issue.pk}.{user}"


def _wanted(found: Plan) -> list[Entry]:
    return [*(change.entry for change in [*found.changes, *found.for_readers]), *found.unsure]


def _by_commentary(found: Plan) -> list[tuple[Commentary, list[Any], list[Any]]]:
    """Each commentary with the changes to it, and with those that it does not take from a file."""
    groups = []
    for texts in found.texts.values():
        mine, left = (
            [one for one in changes if one.commentary == texts.commentary]
            for changes in (found.changes, found.for_readers)
        )
        if mine or left:
            groups.append((texts.commentary, mine, left))
    return groups


def _files(issue: Issue) -> list[tuple[str, list[tuple[str, str]]]]:
    """For each language to translate into, the languages there are files from, with their addresses."""
    rows = list(commentaries_of(issue))
    found = []
    for target in Language:
        sources = [one for one in FALLBACK if one != target and _has_any(rows, one, target)]
        links = [
            (str(Language(one).label), reverse("admin:commentaries_issue_export", args=[issue.pk, f"{one}-{target}"]))
            for one in sources
        ]
        if links:
            found.append((str(target.label), links))
    return found


def _has_any(rows: list[Commentary], source: str, target: str) -> bool:
    return any(row.source_language != target and row.has_text(source) for row in rows)
