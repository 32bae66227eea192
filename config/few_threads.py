"""Django in a few threads of a process, however many ask.

The web server has a thread for every request that is under way: a thousand of them, while a thousand send slowly. Each
thread in which Django answers has a connection to the database, and PostgreSQL has a hundred for all. So whoever sends
a form is waited for outside, and Django is asked once it has come, in one of these threads.
"""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http import HTTPStatus
from tempfile import SpooledTemporaryFile
from threading import BoundedSemaphore
from typing import IO, Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from django.conf import settings
from django.db import connection

Answered = tuple[str, list[tuple[str, str]], Iterable[bytes]]  # status, headers, body

PLAIN = ("Content-Type", "text/plain; charset=utf-8")
THREADS = 8  # some wait for the database or a mail server, meanwhile others work
KEPT = 60  # seconds that such a thread keeps its connection: opening SQLite's database takes a fifth of a page's time
# Bodies under way. granian has 2,048 threads a process: the others are for readers, whoever sends however slowly.
BODIES = 1_024
TOO_MANY = (
    "Зараз зашмат запытаў. Паспрабуйце праз хвіліну.\n"
    "Сейчас слишком много запросов. Попробуйте через минуту.\n"
    "Too many requests at the moment. Please try again in a minute.\n"
).encode()
AT_ONCE = 64 * 1024  # bytes of a body that are read together, and of which so many wait in memory, the rest on the disk


class FewThreads:
    """A WSGI application (PEP 3333) around another, which is asked in these threads alone."""

    def __init__(self, application: WSGIApplication) -> None:
        self.application = application
        self._pool = ThreadPoolExecutor(THREADS, "django", keep_connection)
        self._room = BoundedSemaphore(BODIES)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        length = environ.get("CONTENT_LENGTH") or "0"
        if not length.isdecimal() or not 0 < int(length) <= settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            return self._asked(environ, start_response)  # Django says first who may send so much, and reads it itself
        if not self._room.acquire(blocking=False):
            start_response(_line(HTTPStatus.SERVICE_UNAVAILABLE), [PLAIN, ("Retry-After", "60")])
            return [TOO_MANY]
        with SpooledTemporaryFile(AT_ONCE) as body:
            try:
                is_whole = _is_whole(environ["wsgi.input"], body, int(length))
            finally:
                self._room.release()
            if not is_whole:
                start_response(_line(HTTPStatus.BAD_REQUEST), [])
                return []  # nobody is there any more
            return self._asked({**environ, "wsgi.input": body}, start_response)

    def _asked(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        status, headers, body = self._pool.submit(self._answer, environ).result()
        start_response(status, headers)
        return body

    def _answer(self, environ: WSGIEnvironment) -> Answered:
        """What Django says, ready where it can be: what it streams is fetched while it is sent."""
        status, headers, chunks = ask(self.application, environ)
        if getattr(chunks, "streaming", True):
            return status, headers, chunks
        with closing(chunks):
            return status, headers, [b"".join(chunks)]


def ask(application: WSGIApplication, environ: WSGIEnvironment) -> tuple[str, list[tuple[str, str]], Any]:
    """The status, the headers and the body of an answer; who asks closes the body."""
    said: list[tuple[str, list[tuple[str, str]]]] = []

    def start_response(status: str, headers: Any, _error: Any = None) -> Callable[[bytes], object]:
        said[:] = [(status, headers)]
        return lambda _bytes: None

    chunks = application(environ, start_response)
    return *said[0], chunks


def _line(status: HTTPStatus) -> str:
    return f"{status.value} {status.phrase}"


def _is_whole(sent: Any, body: IO[bytes], length: int) -> bool:
    """Read the body as slowly as it comes; false where the reader leaves before its end."""
    left = length
    while left and (piece := sent.read(min(left, AT_ONCE))):
        body.write(piece)
        left -= len(piece)
    body.seek(0)
    return not left


def keep_connection() -> None:
    """In this thread. Those that wait are many more than files may be open, and come and go."""
    connection.settings_dict = {**connection.settings_dict, "CONN_MAX_AGE": KEPT}
