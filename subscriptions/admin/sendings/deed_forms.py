"""What is asked before the newsletter of an issue is started, left to itself, or sent again."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from commentaries.admin.status import moment
from commentaries.models import Issue
from subscriptions.admin.sendings.words import length

DELAYS = [timedelta(minutes=15), timedelta(hours=1), timedelta(hours=3), timedelta(hours=12)]


class DelayForm(forms.Form):
    """How long after its issue's publication the newsletter starts by itself; None: by hand only."""

    def __init__(self, issue: Issue, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        to_come = [(minutes(delay), _in_words(issue, delay)) for delay in delays_to_come(issue)]
        self.fields["delay"] = forms.TypedChoiceField(
            label=_("When it starts"),
            widget=forms.RadioSelect,
            choices=[("", _("Only when somebody starts it here")), *to_come],
            coerce=lambda value: timedelta(minutes=int(value)),
            empty_value=None,
            required=False,
            error_messages={
                "invalid_choice": _("This time has passed. Choose a later one, or start the newsletter now.")
            },
        )


def delays_to_come(issue: Issue) -> list[timedelta]:
    """Those whose time has not passed."""
    at = issue.published_at
    return [delay for delay in DELAYS if at is None or at + delay > timezone.now()]


def _in_words(issue: Issue, delay: timedelta) -> str:
    words = _("%(delay)s after publication") % {"delay": length(delay)}
    return f"{words}: {moment(issue.published_at + delay)}" if issue.published_at else words


def minutes(delay: timedelta | None) -> str:
    """A delay as the form's value of it."""
    return "" if delay is None else str(round(delay.total_seconds() / 60))


class UncertainForm(forms.Form):
    """What becomes of mails that may have gone out or not."""

    repeats = forms.TypedChoiceField(
        label=gettext_lazy("Mails that may have gone out"),
        widget=forms.RadioSelect,
        coerce=lambda value: value == "yes",
        choices=[
            ("no", gettext_lazy("Leave them. Whose mail was lost will not get this issue.")),
            ("yes", gettext_lazy("Send them again. Whose mail did go out will get this issue twice.")),
        ],
    )
