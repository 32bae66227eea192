"""A picture brought from within another page of the desk: dropped, pasted or chosen, then described.

The answers are JSON: what is known of the picture, or sentences that say why not. What may be a picture is decided in
commentaries/images.py; who may describe which, by the picture's own form.
"""

from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.core.files.images import get_image_dimensions
from django.core.files.storage import default_storage
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.urls import path, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from commentaries.admin.choices import is_key
from commentaries.admin.saving.stored import newest_number, records
from commentaries.images import MAX_BYTES, for_text, validate_picture
from commentaries.languages import FALLBACK, Language, in_language
from commentaries.models import Picture

if TYPE_CHECKING:
    Base = admin.ModelAdmin[Any]
else:
    Base = object

DESCRIBED = ("credit", "licence", "source", "focal_x", "focal_y")


class UploadForm(forms.ModelForm):  # type: ignore[type-arg]
    """A file, and what may be said of it at once. Its name decides nothing: what is in it does.

    It is looked at before it is put on the picture, which would ask any file for its width.
    """

    file = forms.FileField(
        validators=[validate_picture],
        error_messages={"required": gettext_lazy("No picture arrived."), "empty": gettext_lazy("The file is empty.")},
    )

    class Meta:
        model = Picture
        fields = ["file", "credit", *(f"{text}_{code}" for text in ("alt", "caption") for code in Language.values)]


class PicturePlaceAdmin(Base):
    """A form into which a picture may be dropped (templates/admin/parts/picture_place.html)."""

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        return super().render_change_form(request, context | {"picture_limit": MAX_BYTES}, *args, **kwargs)


class PictureUploadAdmin(Base):
    def get_urls(self) -> list[Any]:
        return [
            path("upload/", require_POST(self.admin_site.admin_view(self.upload)), name="commentaries_picture_upload"),
            path(
                "<path:object_id>/describe/",
                require_http_methods(["GET", "HEAD", "POST"])(self.admin_site.admin_view(self.describe)),
                name="commentaries_picture_describe",
            ),
            *super().get_urls(),
        ]

    def upload(self, request: HttpRequest) -> HttpResponse:
        if not self.has_add_permission(request):
            return JsonResponse({"errors": [_("You may not add pictures.")]}, status=403)
        form = UploadForm(request.POST, request.FILES)
        if not form.is_valid():
            return JsonResponse({"errors": _sentences(form)}, status=400)
        with transaction.atomic():
            picture = form.save()
            self.log_addition(request, picture, [{"added": {}}])
        return JsonResponse(
            known(picture) | ({"text": in_text(picture)} if "for_text" in request.POST else {}), status=201
        )

    def describe(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """GET: what is known of the picture, and the form in which this person may say more. POST: say it."""
        with transaction.atomic():
            picture = self.get_object(request, object_id) if is_key(object_id) else None
            if picture is None or not self.has_view_permission(request, picture):
                raise Http404
            may_change = self.has_change_permission(request, picture)
            if request.method == "POST":
                list(Picture.objects.select_for_update(no_key=True).filter(pk=picture.pk))
                picture.refresh_from_db()
            if request.method == "POST" and not may_change:
                return JsonResponse({"errors": [_("You may not change this picture.")]}, status=403)
            form = self._describing(request, picture)
            self._heed_others(request, picture, form)
            saved = request.method == "POST" and form.is_valid()
            if saved:
                self.save_model(request, form.save(commit=False), form, change=True)
                self.log_change(request, picture, self.construct_change_message(request, form, [], add=False))
        failed = request.method == "POST" and not saved
        answer = {"form": self._fragment(request, picture, form) if may_change and form.fields else ""}
        return JsonResponse(answer | ({} if failed else known(picture)), status=422 if failed else 200)

    def _describing(self, request: HttpRequest, picture: Picture) -> Any:
        """The picture's own form, less its file: with the same rights, and the same refusals."""
        texts = [f"{text}_{code}" for code in Language.values for text in ("alt", "caption")]
        form_class = self.get_form(request, picture, change=True, fields=[*DESCRIBED, *texts])
        data = request.POST if request.method == "POST" else None
        return form_class(data, instance=picture, auto_id="picture_%s")

    def _heed_others(self, request: HttpRequest, picture: Picture, form: Any) -> None:
        """What another said of the picture since this form was opened is shown once, before it is written over."""
        seen = request.POST.get("seen_version", "")
        if request.method != "POST" or not form.is_valid() or seen == str(newest_number(Picture, picture.pk)):
            return
        before = records(Picture, picture.pk).filter(history_id=seen).first() if is_key(seen) else None
        sentence = _("Somebody else saved the picture meanwhile; there it says “%(text)s”. Save again to keep yours.")
        for name in form.changed_data:
            there = form.get_initial_for_field(form.fields[name], name)
            if before is None or getattr(before, name) != there:
                form.add_error(name, sentence % {"text": there})

    def _fragment(self, request: HttpRequest, picture: Picture, form: Any) -> str:
        parts: dict[str, tuple[str, ...]] = {"": ("credit", "licence", "source")}
        parts |= {str(label): (f"alt_{code}", f"caption_{code}") for code, label in Language.choices}
        names = {"alt": _("Alternative text"), "caption": _("Caption")}
        for name, field in form.fields.items():
            field.label = names.get(name.rpartition("_")[0], capfirst(field.label))
        groups = [
            (heading, [form[name] for name in fields if name in form.fields]) for heading, fields in parts.items()
        ]
        shown = [group for group in groups if group[1]]
        seen = newest_number(Picture, picture.pk)
        context = {"form": form, "picture": picture, "groups": shown, "seen_version": seen}
        return render_to_string("admin/parts/picture_form.html", context, request)


def known(picture: Picture) -> dict[str, Any]:
    """What a page needs to show the picture and to name what it still lacks."""
    return {
        "pk": picture.pk,
        "name": str(picture),
        "page": reverse("admin:commentaries_picture_change", args=[picture.pk]),
        "describe": reverse("admin:commentaries_picture_describe", args=[picture.pk]),
        "thumbnail": picture.crop.url if picture.crop else "",
        "file": picture.file.url if picture.file else "",
        "width": picture.width,
        "height": picture.height,
        "gaps": gaps(picture),
    }


def in_text(picture: Picture) -> dict[str, Any]:
    """The address and size of the file that stands within a text: no wider than it is shown."""
    lighter = for_text(picture.file)
    if lighter is None:
        return {"file": picture.file.url, "width": picture.width, "height": picture.height}
    width, height = get_image_dimensions(lighter)
    lighter.seek(0)
    name = PurePosixPath(str(picture.file.name))
    stored = default_storage.save(
        str(name.with_name(f"{name.stem}-text{PurePosixPath(str(lighter.name)).suffix}")), lighter
    )
    return {"file": default_storage.url(stored), "width": width, "height": height}


def gaps(picture: Picture) -> list[str]:
    """What the gate will ask for, in words for whoever brings the picture."""
    found = [] if picture.file else [_("It has no file.")]
    if not picture.credit:
        found.append(_("It has no credit: who made it?"))
    if not picture.licence:
        found.append(_("It has no licence: may we use it?"))
    sentence = _("It has no alternative text in %(language)s.")
    silent = [language for language in FALLBACK if not in_language(picture, "alt", language)]
    found += [sentence % {"language": Language(language).label} for language in silent]
    return found


def _sentences(form: Any) -> list[str]:
    return [str(sentence) for sentences in form.errors.values() for sentence in sentences]
