"""Bringing back an earlier version: a page that asks what of it, and shows what that changes; a POST does it."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from commentaries import rights, versions
from commentaries.admin.commentaries.corrections import note_field, note_languages
from commentaries.admin.status import moment
from commentaries.changing import CommentaryChange
from commentaries.corrections import CorrectionOwed
from commentaries.languages import Language
from commentaries.models import Commentary, User
from commentaries.publishing import Blocked
from commentaries.versions import Version, restoring
from commentaries.versions.contents import Change

if TYPE_CHECKING:
    from commentaries.admin.commentaries.history import HistoryAdmin as Base
else:
    Base = object


class BringBackForm(forms.Form):
    """What is to come back, and what readers are told of it."""

    chosen = forms.MultipleChoiceField(
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose what is to come back.")},
    )
    small_change = forms.BooleanField(
        label=gettext_lazy("small change"),
        help_text=gettext_lazy(
            "The translations stay good, and readers are told nothing. Another trend is never small."
        ),
        required=False,
    )

    def __init__(self, data: Any, *, offered: list[Change], notes: list[str], language: str) -> None:
        """`language`: the one of which everything is ticked at first; empty for all. Nothing is removed unasked."""
        kept = [change for change in offered if not change.key.startswith(restoring.REMOVE)]
        ticked = [change.key for change in kept if language in ("", change.language)]
        super().__init__(data, initial={"chosen": ticked})
        self.fields["chosen"].choices = [(change.key, change.label) for change in offered]  # type: ignore[attr-defined]
        for code in notes:
            self.fields[f"correction_{code}"] = note_field(code)
            self.fields[f"correction_{code}"].label = Language(code).label
            self.fields[f"correction_{code}"].help_text = ""

    @property
    def ticked(self) -> list[str]:
        value: Any = self["chosen"].value()
        return [str(one) for one in value or ()]

    def notes(self) -> dict[str, str]:
        return {code: self.cleaned_data.get(f"correction_{code}", "") for code in Language.values}


def may_bring_back(user: User, commentary: Commentary, change: Change, newest: Version) -> bool:
    """Whether they may edit it, and so may bring it back; a forecast that was deleted only with all of it."""
    is_new = change.key.startswith("forecast-") and int(change.key.split("-")[1]) not in newest.forecasts
    if is_new or not change.language:
        return rights.may_write(user, commentary)
    return change.language in rights.text_languages(user, commentary)


class BringingBackAdmin(Base):
    def get_urls(self) -> Any:
        view = self.admin_site.admin_view(self.bring_back)
        address = "<path:object_id>/history/<int:number>/bring-back/"
        return [path(address, view, name="commentaries_commentary_bring_back"), *super().get_urls()]

    def bring_back(self, request: HttpRequest, object_id: str, number: int) -> HttpResponse:
        commentary = self._changeable(request, object_id)
        if request.method != "POST":
            return self._ask_what(request, commentary, number)
        try:
            with transaction.atomic():  # in which the commentary is held before it is read: it may be public by now
                return self._bring_back(request, self._changeable(request, object_id), number)
        except CorrectionOwed as owed:
            errors = {f"correction_{language}": sentence for language, sentence in owed.sentences.items()}
        except ValidationError as error:
            errors = {NON_FIELD_ERRORS: " ".join(error.messages)}
        except IntegrityError:
            errors = {NON_FIELD_ERRORS: _("Somebody else saved the same just now. See what is there, then try again.")}
        return self._ask_what(request, commentary, number, errors)

    def _changeable(self, request: HttpRequest, object_id: str) -> Commentary:
        commentary = self._viewed(request, object_id)
        if not self.has_change_permission(request, commentary):
            raise PermissionDenied
        return commentary

    def _offer(
        self, request: HttpRequest, commentary: Commentary, number: int
    ) -> tuple[Version, Version, list[Change], BringBackForm]:
        user = rights.staff(request)
        version = versions.version(commentary, number) if number < 10**18 else None
        newest = versions.version(commentary, versions.newest_number(commentary))
        if version is None or newest is None:
            raise Http404
        found = restoring.restorable(commentary, version, newest)
        offered = [change for change in found if may_bring_back(user, commentary, change, newest)]
        asked = request.GET.get("language", "")
        data = request.POST if request.method == "POST" else None
        notes = note_languages(user, commentary)
        return version, newest, offered, BringBackForm(data, offered=offered, notes=notes, language=asked)

    def _bring_back(self, request: HttpRequest, commentary: Commentary, number: int) -> HttpResponse:
        version, newest, _offered, form = self._offer(request, commentary, number)
        if request.POST.get("seen_version") != str(newest.number):
            raise Blocked(_("Somebody saved the commentary meanwhile. Look again at what would change."))
        if not form.is_valid():
            return self._ask_what(request, commentary, number)
        change = CommentaryChange(commentary, rights.staff(request))
        restoring.bring_back(Commentary.objects.get(pk=commentary.pk), version, form.cleaned_data["chosen"])
        change.finish(small=form.cleaned_data["small_change"], notes=form.notes(), steps={})
        done = _("Brought back from the version of %(time)s.") % {"time": moment(version.at)}
        self.log_change(request, commentary, done)
        messages.success(request, done)
        return redirect("admin:commentaries_commentary_history", commentary.pk)

    def _ask_what(
        self, request: HttpRequest, commentary: Commentary, number: int, errors: dict[str, str] | None = None
    ) -> HttpResponse:
        version, newest, offered, form = self._offer(request, commentary, number)
        if form.is_bound:
            form.is_valid()
        for field, sentence in (errors or {}).items():
            form.add_error(field if field in form.fields else None, sentence)
        groups = [
            (code, str(name), [change for change in offered if change.language == code])
            for code, name in [("", _("All languages")), *Language.choices]
        ]
        more = {
            "version": version,
            "newest": newest,
            "name": moment(version.at),
            "groups": [group for group in groups if group[2]],
            "form": form,
            "notes": [form[name] for name in form.fields if name.startswith("correction_")],
        }
        template = "admin/commentaries/commentary/bring_back.html"
        return self._history_page(request, commentary, _("Bring back an earlier version"), template, **more)
