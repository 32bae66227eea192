"""Our site as if nothing were kept: whoever asks has a page made for them, as it is made for the store."""

from collections.abc import Callable
from concurrent.futures import Executor
from wsgiref.types import WSGIEnvironment

import config.wsgi  # sets Django up, without which what follows cannot be imported
from config import page_store
from config.page_store.pages import Answer, Page


class Forgetful(page_store.Generation):
    def find(self, key: str) -> Page | None:
        return None

    def made_once(self, key: str, make: Callable[[], Answer], at_work: Executor) -> Answer | Page:
        return at_work.submit(lambda: self.kept(key, make())).result()

    def remember(self, environ: WSGIEnvironment, key: str, said: page_store.Said) -> None:
        return None


page_store.Generation = Forgetful  # type: ignore[misc]  # the first begins with the first reader
application = config.wsgi.application
