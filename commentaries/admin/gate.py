"""Saving at the desk must not shut the gate on what is scheduled or public already."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from commentaries.models import Commentary, Issue
from commentaries.publishing import Blocked, commentary_blockers

if TYPE_CHECKING:
    Base = admin.ModelAdmin[Any]
else:
    Base = object


class GatedAdmin(Base):
    """Saves in one transaction, then asks the gate; if it is shut, nothing is saved and what was typed comes back."""

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: Any = None,
    ) -> HttpResponse:
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except Blocked as blocked:
            refusals = tuple(blocked.messages)
        except IntegrityError:
            refusals = (_("Somebody else saved the same just now. See what is there, then save again."),)
        request.refusals = refusals  # type: ignore[attr-defined]
        return super().changeform_view(request, object_id, form_url, extra_context)


def hold(commentary: Commentary) -> Commentary:
    """The commentary as it is stored, its issue held until the transaction ends: the gate does not move meanwhile."""
    Issue.objects.select_for_update().get(pk=commentary.issue_id)
    stored: Commentary = Commentary.objects.with_texts().get(pk=commentary.pk)
    return stored


def refuse_new_blockers(before: Commentary, blocked_before: list[str], ready: list[str]) -> None:
    """Raise Blocked if the stored commentary, which is beyond the gate, now has blockers it had not.

    `ready` names the languages that are to be ready; one of them that lost its text is a blocker.
    """
    if before.is_draft:
        return
    after = Commentary.objects.with_texts().get(pk=before.pk)
    found = [blocker for blocker in commentary_blockers(after, ready) if blocker not in blocked_before]
    if found:
        sentence = _("Not saved. The commentary is public or scheduled, and with this change: %(blocker)s.")
        raise Blocked([sentence % {"blocker": blocker} for blocker in found])
