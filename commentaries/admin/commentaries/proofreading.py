"""What the desk would mend in a commentary, above its form."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from commentaries.languages import Language
from commentaries.models import Commentary
from commentaries.proofreading import Remark, remarks

if TYPE_CHECKING:
    Base = admin.ModelAdmin[Commentary]
else:
    Base = object


class ProofreadingAdmin(Base):
    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        commentary = kwargs.get("obj")
        if commentary and commentary.pk and request.method == "GET":
            stored = Commentary.objects.with_texts().prefetch_related("comments").get(pk=commentary.pk)
            found = remarks(stored)
            context |= {"remarks": grouped(found), "remarks_count": len(found)}
        return super().render_change_form(request, context, *args, **kwargs)


def grouped(found: list[Remark]) -> list[tuple[str, list[Remark]]]:
    """The remarks under a heading each: the whole commentary first, then its languages."""
    headings = [("", _("The whole commentary")), *((code, str(label)) for code, label in Language.choices)]
    groups = [(heading, [remark for remark in found if remark.language == code]) for code, heading in headings]
    return [(heading, remarks) for heading, remarks in groups if remarks]
