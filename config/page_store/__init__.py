"""The page store: what is the same for everybody is answered from memory, as ready bytes, around Django.

A generation holds the pages of one revision of the site (`commentaries.revision`). A process notices another revision
within a quarter of a second; then it makes the pages that are asked for most anew and begins another generation with
them. What was being made for an earlier generation goes to that one, which nobody reads any more: so nothing that was
made before a change is kept after it.

The application is asked as nobody in particular: a kept page hangs on its key alone, on no header of any reader.
"""

import time
from collections.abc import Callable, Iterable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from http import HTTPStatus
from io import BytesIO
from threading import Lock
from typing import Any, NamedTuple
from urllib.parse import urlsplit
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment
from wsgiref.util import setup_testing_defaults

from django.conf import settings
from django.utils.http import http_date, parse_http_date_safe

from commentaries.revision.watching import Revision, Watch, watch
from config.few_threads import ask, keep_connection
from config.page_store.encodings import best
from config.page_store.pages import Answer, Headers, Page
from config.page_store.requests import LOOKED_AT, alike, key_of, leaves_out_some
from config.page_store.shelf import Shelf

# Threads that make pages, each with a connection to the database: however many readers wait, there are no more. While
# one waits for the database the other works; four take a tenth more of the processor, wrestling for Python's lock.
RENDERERS = 2
HOT, WORTH = 50, 3  # so many pages are made anew at once, if they were asked for so often
BUDGET = 0.5  # seconds that it may take; meanwhile readers get what they got before
# No two revisions share a second of Last-Modified: while so long has not passed, a page has none (RFC 9110, 8.8.2.2).
SETTLED = 3.0
NOT_MODIFIED = f"{HTTPStatus.NOT_MODIFIED.value} {HTTPStatus.NOT_MODIFIED.phrase}"
# Requests that are answered as one just like them was, before anything in them is understood. That is a sixth of the
# processor's time: after a page of some size has gone through it, all that it runs has to be fetched anew.
MOST_SAID = 512
MISSING = 32  # of the memory this part is for what is not there
# So the application may answer what is left of an earlier site's address where the page leaves out its query.
MAY_BE_OLD = ("404 ", "301 ")


class Said(NamedTuple):
    """What was answered to a request, and will be to each like it."""

    page: Page
    headers: Headers
    body: bytes


class Generation:
    """The pages of one revision."""

    def __init__(self, most_bytes: int) -> None:
        self.said: dict[tuple[Any, ...], Said] = {}  # by all that was looked at
        self.pages = Shelf(most_bytes)
        self.missing = Shelf(most_bytes // MISSING)  # apart, so that made-up addresses drive out no page
        self._being_made: dict[str, Future[Answer | Page]] = {}
        self._lock = Lock()
        self.since = int(time.time())
        self.last_modified = ("Last-Modified", http_date(self.since))

    @property
    def is_settled(self) -> bool:
        return time.time() - self.since > SETTLED

    def find(self, key: str) -> Page | None:
        return self.pages.find(key) or self.missing.find(key)

    def made_once(self, key: str, make: Callable[[], Answer], at_work: Executor) -> Answer | Page:
        """What the application says of it, asked once however many wait for that, and kept if it may be."""
        with self._lock:
            if page := self.find(key):  # made since this reader looked for it
                return page
            making = self._being_made.get(key)
            if making is None:
                making = self._being_made[key] = at_work.submit(lambda: self.kept(key, make()))
        try:
            return making.result()
        finally:
            with self._lock:
                self._being_made.pop(key, None)

    def kept(self, key: str, answer: Answer) -> Answer | Page:
        if not answer.may_be_kept:
            return answer
        page = Page(answer)
        if not page.is_there:
            self.missing.put(key, page)
        elif self.pages.put(key, page):
            self.said.clear()  # which holds what has gone
        return page

    def remember(self, environ: WSGIEnvironment, key: str, said: Said) -> None:
        """For other readers who send the same. What is dated changes no more; what is too large is not kept."""
        if self.pages.has(key, said.page) and (asked := alike(environ)):
            if len(self.said) >= MOST_SAID:
                self.said.clear()
            self.said[asked] = said


class PageStore:
    """A WSGI application (PEP 3333) around another: answers what it has, asks the other for the rest."""

    def __init__(
        self,
        application: WSGIApplication,
        most_bytes: int,
        watching: Watch = watch,
        at_work: Executor | None = None,
        others: WSGIApplication | None = None,
    ) -> None:
        """`others` answers what is not for everybody; without it the application does."""
        self.application = application
        self.others = others or application
        self.most_bytes = most_bytes
        self.watch = watching
        self.at_work = at_work or ThreadPoolExecutor(RENDERERS, "renderer", keep_connection)
        self.generation = Generation(most_bytes)
        self._nobody = _nobody()
        self._is_started = False

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if not self._is_started:
            self.watch.start(self._prepare)
            self._is_started = True
        generation = self.generation
        if (said := generation.said.get(tuple(map(environ.get, LOOKED_AT)))) and self.watch.known():
            said.page.asked += 1
            start_response(said.page.status, said.headers[:])
            return [said.body]
        key = key_of(environ) if self.most_bytes else None
        if key is None or self.watch.known() is None:
            return self.others(environ, start_response)
        page = generation.find(key) or generation.made_once(key, lambda: self._ask(key), self.at_work)
        if page.status.startswith(MAY_BE_OLD) and leaves_out_some(key, environ):
            return self.others(environ, start_response)
        if isinstance(page, Answer):
            start_response(page.status, page.headers)
            return [page.body] if environ["REQUEST_METHOD"] == "GET" else []
        return _served(page, key, generation, environ, start_response)

    def _prepare(self, _revision: Revision) -> Callable[[], object]:
        """Make another generation, with the pages that are asked for most; what is returned begins it."""
        until = time.monotonic() + BUDGET
        generation = Generation(self.most_bytes)
        for key, before in self.generation.pages.most_asked(HOT):
            if before.asked < WORTH or time.monotonic() > until:
                break
            page = generation.kept(key, self._ask(key))
            if isinstance(page, Page):
                page.follow(before)
        return lambda: setattr(self, "generation", generation)

    def _ask(self, key: str) -> Answer:
        """What the application says to nobody in particular."""
        path, _mark, query = key.partition("?")
        environ = {**self._nobody, "PATH_INFO": path, "QUERY_STRING": query, "wsgi.input": BytesIO()}
        status, headers, chunks = ask(self.application, environ)
        try:
            body = b"".join(chunks)
        finally:
            if hasattr(chunks, "close"):
                chunks.close()
        return Answer(status, headers, body)


def _nobody() -> WSGIEnvironment:
    """A reader without a single header, at the site's own address."""
    address = urlsplit(settings.SITE_URL)
    environ: WSGIEnvironment = {
        "HTTP_HOST": address.netloc,
        "wsgi.url_scheme": address.scheme,
        "wsgi.multithread": True,
    }
    if settings.PROXY_COUNT:
        environ["HTTP_X_FORWARDED_PROTO"] = address.scheme
    setup_testing_defaults(environ)
    return environ


def _served(
    page: Page, key: str, generation: Generation, environ: WSGIEnvironment, start_response: StartResponse
) -> Iterable[bytes]:
    encoding = best(environ.get("HTTP_ACCEPT_ENCODING", ""))
    dated = [generation.last_modified] if page.is_there and generation.is_settled else []
    if page.is_there and _has_it(page, encoding, generation if dated else None, environ):
        start_response(NOT_MODIFIED, [*page.not_modified(encoding), *dated])
        return []
    headers, body = page.ready(encoding)
    if dated:
        generation.remember(environ, key, Said(page, [*headers, *dated], body))
    start_response(page.status, [*headers, *dated])
    return [body] if environ["REQUEST_METHOD"] == "GET" else []


def _has_it(page: Page, encoding: str, dated: Generation | None, environ: WSGIEnvironment) -> bool:
    """Whether the reader has the page already. A tag decides alone where both are sent (RFC 9110, 13.2.2)."""
    tags = environ.get("HTTP_IF_NONE_MATCH")
    if tags is not None:
        return page.is_among(tags, encoding)
    since = environ.get("HTTP_IF_MODIFIED_SINCE")
    if since is None or dated is None:
        return False
    return (parse_http_date_safe(since) or 0) >= dated.since
