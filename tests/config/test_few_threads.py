"""Readers who send slowly are waited for outside Django, which is asked in a few threads."""

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any

import pytest

from config.few_threads import THREADS, FewThreads

Site = Callable[..., tuple[str, bytes]]


class Django:
    """Says what it was sent, and remembers in which threads."""

    def __init__(self) -> None:
        self.threads: set[str] = set()
        self.closed_in: list[str] = []
        self.at_once = threading.Semaphore(THREADS)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> "Said":
        assert self.at_once.acquire(blocking=False), "more at once than there may be"
        self.threads.add(threading.current_thread().name)
        start_response("200 OK", [])
        said = Said(self, environ["wsgi.input"].read())
        threading.Event().wait(0.01)
        self.at_once.release()
        return said


class Said:
    streaming = False

    def __init__(self, django: Django, words: bytes) -> None:
        self.django, self.words = django, words

    def __iter__(self) -> Iterator[bytes]:
        yield self.words

    def close(self) -> None:
        self.django.closed_in.append(threading.current_thread().name)


class Slow:
    """A body that comes when the reader sends it."""

    def __init__(self, *pieces: bytes) -> None:
        self.pieces = list(pieces)
        self.sent = threading.Event()

    def read(self, _size: int) -> bytes:
        assert self.sent.wait(10)
        return self.pieces.pop(0) if self.pieces else b""


def ask(application: FewThreads, body: Any = None, length: str = "") -> tuple[str, bytes]:
    said = []
    environ = {"wsgi.input": body or BytesIO(), "CONTENT_LENGTH": length}
    chunks = application(environ, lambda status, _headers, _error=None: said.append(status))  # type: ignore[arg-type]
    return said[0], b"".join(chunks)


@pytest.fixture
def django() -> Django:
    return Django()


def test_a_hundred_who_send_slowly_keep_nobody_waiting(django: Django) -> None:
    application, slow = FewThreads(django), [Slow(b"ad", b"dress") for _each in range(100)]
    with ThreadPoolExecutor(100) as readers:
        waiting = [readers.submit(ask, application, body, "7") for body in slow]
        assert ask(application, BytesIO(b"quick"), "5") == ("200 OK", b"quick")
        assert not any(reader.done() for reader in waiting)
        for body in slow:
            body.sent.set()
        assert [reader.result(20) for reader in waiting] == [("200 OK", b"address")] * 100
    assert 0 < len(django.threads) <= THREADS
    assert len(django.closed_in) == 101
    assert set(django.closed_in) <= django.threads


def test_who_comes_when_too_many_send_is_told_so_and_pages_are_still_there(
    django: Django, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("config.few_threads.BODIES", 3)
    application, slow = FewThreads(django), [Slow(b"address") for _each in range(3)]
    with ThreadPoolExecutor(3) as readers:
        waiting = [readers.submit(ask, application, body, "7") for body in slow]
        while application._room.acquire(blocking=False):
            application._room.release()
            time.sleep(0.001)
        status, words = ask(application, BytesIO(b"late"), "4")
        assert status == "503 Service Unavailable"
        assert "Паспрабуйце праз хвіліну" in words.decode()
        assert ask(application) == ("200 OK", b"")
        for body in slow:
            body.sent.set()
        assert [reader.result(20)[0] for reader in waiting] == ["200 OK"] * 3
    assert ask(application, BytesIO(b"later"), "5") == ("200 OK", b"later")


@pytest.mark.parametrize("pieces", [(), (b"addr",)])
def test_a_form_that_breaks_off_is_not_read_as_if_it_were_whole(django: Django, pieces: tuple[bytes, ...]) -> None:
    body = Slow(*pieces)
    body.sent.set()
    assert ask(FewThreads(django), body, "7") == ("400 Bad Request", b"")
    assert not django.threads


@pytest.mark.parametrize("length", ["", "0", "no number", "-3", "11"])
def test_what_django_may_refuse_unread_is_not_read_before(django: Django, length: str, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10
    body = BytesIO(b"a body")
    assert ask(FewThreads(django), body, length) == ("200 OK", b"a body")


def test_a_large_form_comes_whole_and_what_follows_it_is_left(django: Django) -> None:
    form = bytes(range(256)) * 2000
    body = BytesIO(form + b"and more")
    assert ask(FewThreads(django), body, str(len(form))) == ("200 OK", form)
    assert body.read() == b"and more"


def test_what_is_streamed_is_fetched_while_it_is_sent() -> None:
    fetched = []

    def application(_environ: Any, start_response: Any) -> Iterable[bytes]:
        start_response("200 OK", [])
        return (fetched.append(threading.current_thread()) or b"row" for _row in range(2))  # type: ignore[func-returns-value]

    assert ask(FewThreads(application)) == ("200 OK", b"rowrow")
    assert fetched == [threading.current_thread()] * 2


def test_an_error_reaches_the_server() -> None:
    def broken(_environ: Any, _start_response: Any) -> Iterable[bytes]:
        raise MemoryError

    with pytest.raises(MemoryError):
        ask(FewThreads(broken))
