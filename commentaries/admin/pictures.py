"""Pictures at the desk: their file, the point that stays in sight, whose they are, what is to be seen."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import TabularInline

from commentaries import rights
from commentaries.admin.desk import TranslatedAdmin, TranslatedForm
from commentaries.admin.picture_upload import PictureUploadAdmin
from commentaries.languages import FALLBACK
from commentaries.models import Analyst, Commentary, Issue, Picture, PictureFile
from commentaries.publishing import hold
from commentaries.publishing.blockers import Blocker, commentary_blockers, picture_blockers

if TYPE_CHECKING:
    Inline = admin.TabularInline[PictureFile, Picture]
else:
    Inline = TabularInline


MOST_USES = 3  # named in the list


def is_seen(picture: Picture | None) -> bool:
    """Whether readers see this picture, in a commentary beyond the gate or as a portrait; asked once a row."""
    if picture is None:
        return False
    if "_is_seen" not in picture.__dict__:
        picture.__dict__["_is_seen"] = used_by(picture).exists() or portrayed_on(picture).exists()
    return bool(picture.__dict__["_is_seen"])


def used_by(picture: Picture | None) -> QuerySet[Commentary]:
    """The commentaries beyond the gate (public, scheduled, withdrawn) that show this picture."""
    if picture is None or picture.pk is None:
        return Commentary.objects.none()
    return picture.commentaries.filter(published_at__isnull=False)


def portrayed_on(picture: Picture | None) -> QuerySet[Analyst]:
    """The analysts whose pages show this picture, or will with their first text."""
    if picture is None or picture.pk is None:
        return Analyst.objects.none()
    found: QuerySet[Analyst] = Analyst.objects.under_their_name().filter(portrait=picture)
    return found


def may_edit(user: Any, picture: Picture | None) -> bool:
    """An editor any picture; who may add pictures, those that readers do not see."""
    if rights.publishes(user):
        return True
    return bool(user.has_perm("commentaries.add_picture")) and not is_seen(picture)


class PictureForm(TranslatedForm):
    """Refuses what would shut the gate on a commentary, or bare an analyst's page, that shows the picture."""

    def _post_clean(self) -> None:
        super()._post_clean()
        # Held before it is asked which are public: one of them may be on its way through the gate.
        for issue in Issue.objects.filter(commentaries__picture=self.instance.pk).distinct().order_by("pk"):
            hold(issue)
        for commentary in used_by(self.instance).with_texts():  # type: ignore[attr-defined]
            before = commentary_blockers(commentary)
            commentary.picture = self.instance
            self._refuse(commentary, set(commentary_blockers(commentary)) - set(before))
        for analyst in portrayed_on(self.instance).select_related("portrait"):
            before = list(picture_blockers(analyst.portrait, list(FALLBACK))) if analyst.portrait else []
            self._refuse(analyst, set(picture_blockers(self.instance, list(FALLBACK))) - set(before))

    def _refuse(self, shown_by: Commentary | Analyst, new_blockers: set[Blocker]) -> None:
        sentence = _("Not saved. “%(commentary)s” is public or scheduled, and with this change: %(blocker)s.")
        for blocker in new_blockers:
            self.add_error(None, ValidationError(sentence % {"commentary": shown_by, "blocker": blocker}))


class PictureFileInline(Inline):
    model = PictureFile
    fields = ("language", "file")
    extra = 0
    max_num = 3

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.has_perm("commentaries.view_picture"))

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_add_permission(request, obj) and may_edit(request.user, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and may_edit(request.user, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and may_edit(request.user, obj)


@admin.register(Picture)
class PictureAdmin(PictureUploadAdmin, TranslatedAdmin):
    form = PictureForm
    inlines = [PictureFileInline]
    list_display = ("thumbnail", "__str__", "credit", "licence", "used_in")
    list_display_links = ("thumbnail", "__str__")
    list_filter = ("licence",)
    readonly_fields = ("preview",)
    general = ("file", "preview", ("focal_x", "focal_y"), "credit", "licence", "source")
    texts = ("alt", "caption")

    class Media:
        css = {"all": ("desk/pictures.css",)}
        js = ("desk/focal-point.js", "desk/picture-file.js")

    def edits_all(self, request: HttpRequest, obj: Any) -> bool:
        return may_edit(request.user, obj)

    def languages(self, request: HttpRequest, obj: Any) -> list[str]:
        user = rights.staff(request)
        return rights.LANGUAGES if may_edit(user, obj) else rights.ready_languages(user)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Picture]:
        shown_by = Prefetch("commentaries", Commentary.objects.select_related("issue", "section"))
        return super().get_queryset(request).prefetch_related(shown_by, "portrait_of")

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "source":
            kwargs["assume_scheme"] = "https"
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A picture that readers see is only read by who may edit nothing of it."""
        return super().has_change_permission(request, obj) and (obj is None or bool(self.languages(request, obj)))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A picture that readers see, or will, cannot be taken from under its commentary."""
        return super().has_delete_permission(request, obj) and not is_seen(obj)

    @admin.display(description=gettext_lazy("picture"))
    def thumbnail(self, picture: Picture) -> SafeString | str:
        if not picture.crop:
            return _("no file")
        return format_html(
            '<img class="thumbnail" src="{}" alt="{}" width="90" height="60">', picture.crop.url, str(picture)
        )

    @admin.display(description=gettext_lazy("focal point"))
    def preview(self, picture: Picture) -> SafeString:
        address = picture.file.url if picture.pk and picture.file else ""
        return render_to_string("admin/parts/focal_point.html", {"address": address})

    @admin.display(description=gettext_lazy("used in"))
    def used_in(self, picture: Picture) -> SafeString | str:
        """The commentaries and the analysts that show it."""
        users: list[Commentary | Analyst] = [*picture.commentaries.all(), *picture.portrait_of.all()]
        links = [(_page_of(user), str(user)) for user in users[:MOST_USES]]
        rest = "…" if len(users) > MOST_USES else ""
        return format_html("{}{}", format_html_join(", ", '<a href="{}">{}</a>', links), rest) if users else "–"


def _page_of(user: Commentary | Analyst) -> str:
    return reverse(f"admin:commentaries_{user._meta.model_name}_change", args=[user.pk])
