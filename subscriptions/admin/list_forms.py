"""What is asked before a list of addresses is brought in or taken out."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.contrib.auth import authenticate
from django.core.exceptions import ValidationError
from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from unfold.widgets import UnfoldAdminFileFieldWidget, UnfoldAdminPasswordWidget, UnfoldAdminSelectWidget

from commentaries import rights
from commentaries.languages import AUTONYMS
from subscriptions.lists.reading import MOST_BYTES

View = Callable[..., HttpResponseBase]
MOST_SENT = MOST_BYTES + 64 * 1024  # bytes of a form with its file


class InMemory(MemoryFileUploadHandler):
    """Keeps a file of addresses off the disk, where Django puts larger ones. One that is too large it does not keep."""

    def handle_raw_input(self, input_data: Any, META: Any, content_length: int, *_rest: Any, **_named: Any) -> None:  # noqa: N803  # Django's name
        self.activated = content_length <= MOST_SENT


def kept_in_memory(view: View) -> View:
    """For a view that checks the token of our forms itself: whoever reads the form before decides where files go."""

    @csrf_exempt
    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        request.upload_handlers = [InMemory(request)]
        return view(request, *args, **kwargs)

    return wrapper


class ListForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("CSV file"),
        allow_empty_file=True,
        widget=UnfoldAdminFileFieldWidget(attrs={"accept": ".csv,.tsv,.txt,text/csv"}),
        error_messages={"required": gettext_lazy("Choose a file."), "invalid": gettext_lazy("Choose a file.")},
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language of those for whom the file names none"),
        choices=AUTONYMS.items(),
        widget=UnfoldAdminSelectWidget,
    )


class PasswordForm(forms.Form):
    """The password of who is logged in, again. A wrong one counts as at the door (django-axes)."""

    password = forms.CharField(
        label=gettext_lazy("Your password"),
        strip=False,
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request.POST if request.method == "POST" else None)
        self.request = request

    def clean_password(self) -> str:
        password = str(self.cleaned_data["password"])
        username = rights.staff(self.request).get_username()
        if authenticate(self.request, username=username, password=password) != self.request.user:
            raise ValidationError(_("This is not your password."))
        return password
