"""Keeping tokens and readers out of logs: Django logs the path of a request that failed, and ours hold tokens."""

import logging
import re
from collections.abc import ItemsView
from types import FrameType
from typing import Any

from django.http import HttpRequest, QueryDict
from django.views.debug import SafeExceptionReporterFilter

TOKEN_IN_PATH = re.compile(r"(/subscription/[a-z-]+/|/(?:be|ru|en)/preview/)[^/\s]+")


class WithoutTokens(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = TOKEN_IN_PATH.sub(r"\1…", record.getMessage()), None
        return True


class ReportsWithoutReaders(SafeExceptionReporterFilter):
    """What Django's reports of errors show, whoever has them sent: nothing that was typed, and not from where.

    While DEBUG is on, they are pages for the developer, which show what was typed.
    """

    hidden_settings = re.compile(f"{SafeExceptionReporterFilter.hidden_settings.pattern}|REMOTE_|FORWARDED|_IP$", re.I)

    def get_post_parameters(self, request: HttpRequest | None) -> dict[str, Any]:
        return QueryDict() if self.is_active(request) else super().get_post_parameters(request)

    def get_traceback_frame_variables(self, request: HttpRequest | None, tb_frame: FrameType) -> ItemsView[str, Any]:
        if self.is_active(request):
            return dict.fromkeys(tb_frame.f_locals, self.cleansed_substitute).items()
        return super().get_traceback_frame_variables(request, tb_frame)
