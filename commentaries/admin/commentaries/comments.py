"""What those at the desk say to each other about a commentary: a panel of its own beside the form.

It is sent without leaving the page (static/desk/comments.js), so that what is being typed in the form stays; without
JavaScript it is a form like any other. Whoever may see the commentary may take part.
"""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget

from commentaries import rights
from commentaries.admin.choices import is_key
from commentaries.languages import Language
from commentaries.models import Comment, Commentary
from commentaries.turns import staff_mail

if TYPE_CHECKING:
    Base = admin.ModelAdmin[Any]
    CommentModelForm = forms.ModelForm[Comment]
else:
    Base = object
    CommentModelForm = forms.ModelForm


class CommentForm(CommentModelForm):
    class Meta:
        model = Comment
        fields = ("text", "language")
        error_messages = {"text": {"required": gettext_lazy("Write something first.")}}

    def __init__(self, data: Any = None, *, instance: Comment | None = None) -> None:
        super().__init__(data, instance=instance, auto_id="id_comment_%s")
        about = [("", _("The whole commentary")), *Language.choices]
        attributes = {"rows": 3, "maxlength": 4000}
        self.fields["text"].widget = UnfoldAdminTextareaWidget(attrs=attributes)
        self.fields["text"].label = _("New comment")
        self.fields["language"] = forms.ChoiceField(
            label=_("About"), choices=about, required=False, widget=UnfoldAdminSelectWidget
        )


def panel(commentary: Commentary, form: CommentForm | None = None) -> dict[str, Any]:
    """What the panel shows: the unresolved ones first, the resolved ones folded away."""
    comments = list(commentary.comments.select_related("author", "resolved_by"))
    return {
        "comments_url": reverse("admin:commentaries_commentary_comments", args=[commentary.pk]),
        "unresolved": [comment for comment in comments if comment.resolved_at is None],
        "resolved": [comment for comment in comments if comment.resolved_at is not None],
        "comment_form": form or CommentForm(),
    }


class CommentsAdmin(Base):
    def get_urls(self) -> Any:
        view, name = self.admin_site.admin_view, "commentaries_commentary_comment"
        own = [
            path("<int:object_id>/comments/", view(self.comments), name=f"{name}s"),
            path("<int:object_id>/comments/<int:comment_id>/", view(self.settle_comment), name=name),
        ]
        return [*own, *super().get_urls()]

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        commentary = context.get("original")
        if commentary and commentary.pk:
            context["comments"] = panel(commentary)
        return super().render_change_form(request, context, *args, **kwargs)

    def _commented(self, request: HttpRequest, object_id: int) -> Commentary:
        """The commentary, for somebody who may see it."""
        commentary: Commentary | None = self.get_object(request, str(object_id)) if is_key(object_id) else None
        if commentary is None:
            raise Http404
        if not self.has_view_permission(request, commentary):
            raise PermissionDenied
        return commentary

    def comments(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """The panel as a page of its own, where a comment is added."""
        commentary = self._commented(request, object_id)
        if request.method != "POST":
            return self._page(request, commentary)
        form = CommentForm(request.POST, instance=Comment(commentary=commentary, author=rights.staff(request)))
        if not form.is_valid():
            if _is_fetched(request):
                sentences = [str(error) for errors in form.errors.values() for error in errors]
                return HttpResponse(" ".join(sentences), status=422, content_type="text/plain; charset=utf-8")
            return self._page(request, commentary, form)
        try:
            with transaction.atomic():
                staff_mail.announce_comment(form.save())
        except IntegrityError as error:  # the commentary was left out of its issue just now
            raise Http404 from error
        return self._answer(request, commentary)

    def settle_comment(self, request: HttpRequest, object_id: int, comment_id: int) -> HttpResponse:
        """Resolve a comment, or open it again."""
        commentary = self._commented(request, object_id)
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        comments = commentary.comments.filter(pk=comment_id)
        if not is_key(comment_id) or not comments.exists():
            raise Http404
        if request.POST.get("reopen"):
            comments.update(resolved_at=None, resolved_by=None)
        else:
            comments.unresolved().update(resolved_at=timezone.now(), resolved_by=rights.staff(request))
        return self._answer(request, commentary)

    def _answer(self, request: HttpRequest, commentary: Commentary) -> HttpResponse:
        if _is_fetched(request):
            words = render_to_string("admin/parts/comments_list.html", {"comments": panel(commentary)}, request)
            return HttpResponse(words)
        address = reverse("admin:commentaries_commentary_change", args=[commentary.pk])
        language = request.POST.get("language")
        query = f"?{urlencode({'tab': language})}" if language in Language.values else ""
        return redirect(f"{address}{query}#comments")

    def _page(self, request: HttpRequest, commentary: Commentary, form: CommentForm | None = None) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": _("Comments"),
            "subtitle": str(commentary),
            "opts": self.opts,
            "original": commentary,
            "comments": panel(commentary, form),
        }
        return TemplateResponse(request, "admin/commentaries/commentary/comments.html", context)


def _is_fetched(request: HttpRequest) -> bool:
    """Whether static/desk/comments.js asks, and not a person's browser."""
    return request.headers.get("X-Requested-With") == "fetch"
