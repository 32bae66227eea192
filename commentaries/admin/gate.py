"""Saving at the desk must not shut the gate on what is scheduled or public already."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from commentaries import rights
from commentaries.publishing import Blocked, hold

if TYPE_CHECKING:
    Base = admin.ModelAdmin[Any]
else:
    Base = object


class GatedAdmin(Base):
    """Saves in one transaction, then asks the gate; if it is shut, nothing is saved and what was typed comes back.

    What is beyond the gate is not deleted either.
    """

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

    def hold_row(self, key: str) -> None:
        """Not by itself: `get_object` holds the issue first, as all do who hold both."""

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """What is to be changed is held before it is read: a form saves every column, the gate's too."""
        row = super().get_object(request, object_id, from_field)
        if row is None or request.method != "POST" or not transaction.get_connection().in_atomic_block:
            return row
        hold(row)
        return super().get_object(request, object_id, from_field)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and (obj is None or obj.is_draft)

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        row = self.get_object(request, object_id)
        if row and not row.is_draft and rights.publishes(rights.staff(request)):
            messages.error(request, _("What is public or scheduled is not deleted. Withdraw it instead."))
            return redirect(f"admin:commentaries_{self.opts.model_name}_change", row.pk)
        return super().delete_view(request, object_id, extra_context)

    def get_actions(self, request: HttpRequest) -> Any:
        """Rows are deleted one by one: each is asked whether it is a draft."""
        return {}
