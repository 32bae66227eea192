"""Keeping tokens out of logs: Django logs the path of a request that failed, and ours hold tokens."""

import logging
import re

TOKEN_IN_PATH = re.compile(r"(/subscription/[a-z-]+/|/(?:be|ru|en)/preview/)[^/\s]+")


class WithoutTokens(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = TOKEN_IN_PATH.sub(r"\1…", record.getMessage()), None
        return True
