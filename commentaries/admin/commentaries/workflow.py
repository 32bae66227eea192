"""The next step of a language as one button on its tab, beside the choice of its state. It works without JavaScript."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from unfold.widgets import UnfoldAdminSelectWidget

from commentaries import turns
from commentaries.admin.status import person_name
from commentaries.languages import Language
from commentaries.models import Commentary, Translation, User
from commentaries.turns import Kind, Matter

if TYPE_CHECKING:
    from django.forms import Select
    from django.http import HttpResponseRedirect

    Base = admin.ModelAdmin[Any]
else:
    Base, Select = object, UnfoldAdminSelectWidget

State = Translation.State
NEXT = "_next"  # the buttons' name; their value is a language and the state that it gets


class StateWidget(Select):
    """A choice of the state, with the button of the next step where there is one."""

    template_name = "admin/widgets/state.html"
    step = ""

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        labels = {State.IN_REVIEW: _("Save and send to review"), State.READY: _("Save and mark ready")}
        context = super().get_context(name, value, attrs)
        if self.step:
            context |= {"name": NEXT, "value": f"{name.rpartition('_')[2]}:{self.step}"}
            context["label"] = labels[State(self.step)]
        return context


def next_step(state: str, *, may_say_ready: bool) -> str:
    """The state that this person most likely gives the language next; empty where nothing is left for them to do."""
    if may_say_ready:
        return "" if state == State.READY else State.READY.value
    return State.IN_REVIEW.value if state in (State.MISSING, State.DRAFT, State.OUTDATED) else ""


def pressed(data: Any) -> tuple[str, str] | None:
    """The language and the state of the button that was pressed, if it was one of these."""
    language, _colon, state = data.get(NEXT, "").partition(":")
    return (language, state) if language in Language.values and state in State.values else None


def _what_now(commentary: Commentary, language: str, state: str) -> str:
    """Where the language stands, and for whom it waits."""
    said = f"{Language(language).label}: {State(state).label}."
    people = turns.people_for(commentary).get(Matter(Kind.REVIEW, commentary.pk, language), frozenset())
    names = sorted(person_name(user) for user in User.objects.filter(pk__in=people))
    return f"{said} {_('It waits for: %(people)s.') % {'people': ', '.join(names)}}" if names else said


class WorkflowAdmin(Base):
    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: Any = None,
    ) -> HttpResponse:
        """A pressed button is a state chosen by hand: whatever is asked of a choice is asked of it."""
        if step := pressed(request.POST):
            data = request.POST.copy()
            data[f"state_{step[0]}"] = step[1]
            request.POST = data  # type: ignore[assignment]
        return super().changeform_view(request, object_id, form_url, extra_context)

    def response_post_save_add(self, request: HttpRequest, obj: Commentary) -> "HttpResponseRedirect":
        return self._back_to_tab(request, obj) or self._to_the_issue(obj)

    def response_post_save_change(self, request: HttpRequest, obj: Commentary) -> "HttpResponseRedirect":
        return self._back_to_tab(request, obj) or self._to_the_issue(obj)

    def _to_the_issue(self, commentary: Commentary) -> "HttpResponseRedirect":
        """Who has done with one commentary sees where its issue stands, and goes on with the next."""
        return redirect("admin:commentaries_issue_change", commentary.issue_id)

    def _back_to_tab(self, request: HttpRequest, commentary: Commentary) -> "HttpResponseRedirect | None":
        """Who took a step with one language may go on with the next."""
        if not (step := pressed(request.POST)):
            return None
        language, state = step
        messages.info(request, _what_now(commentary, language, state))
        address = reverse("admin:commentaries_commentary_change", args=[commentary.pk])
        return redirect(f"{address}?tab={language}")
