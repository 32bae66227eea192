"""The page store around an application that we can watch."""

import gzip
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any
from wsgiref.headers import Headers
from wsgiref.types import StartResponse, WSGIEnvironment
from wsgiref.util import setup_testing_defaults

import pytest
from django.utils.http import http_date
from pytest_django import Settings

import config.page_store
from commentaries.revision.watching import Revision
from config.page_store import MOST_SAID, SETTLED, PageStore, requests

PUBLIC = ("Cache-Control", "public, max-age=5")
TEXT = b"<p>The bridge and the port.</p>" * 20


class Watched:
    """A watch whose revision the test sets."""

    def __init__(self) -> None:
        self.revision: Revision | None = Revision(1, None, None)
        self.prepare: Callable[[Revision], Callable[[], object]]

    def known(self) -> Revision | None:
        return self.revision

    def start(self, prepare: Callable[[Revision], Callable[[], object]]) -> None:
        self.prepare = prepare
        prepare(Revision(1, None, None))()

    def move_on(self) -> None:
        self.revision = Revision(self.revision.number + 1 if self.revision else 1, None, None)
        self.prepare(self.revision)()


class Application:
    """Counts what it is asked, and says what it is told to say."""

    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()
        self.environs: list[WSGIEnvironment] = []
        self.status = "200 OK"
        self.headers = [("Content-Type", "text/html"), PUBLIC]
        self.text = TEXT
        self.meanwhile: Callable[[], object] = lambda: None
        self.closed = 0

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        self.asked[environ["PATH_INFO"]] += 1
        self.environs.append(environ)
        text = self.text
        self.meanwhile()
        start_response(self.status, list(self.headers))
        return Body(self, text)


class Body(list[bytes]):
    def __init__(self, application: Application, text: bytes) -> None:
        super().__init__([text])
        self.application = application

    def close(self) -> None:
        self.application.closed += 1


class Got:
    def __init__(self, store: PageStore, address: str = "/en/", **environ: Any) -> None:
        path, _mark, query = address.partition("?")
        asking = {"HTTP_HOST": "weekly.example", "PATH_INFO": path, "QUERY_STRING": query, "SCRIPT_NAME": "", **environ}
        setup_testing_defaults(asking)
        self.status = ""

        def start_response(status: str, headers: list[tuple[str, str]], _error: Any = None) -> Callable[[bytes], Any]:
            self.status, self.headers = status, Headers(headers)
            return lambda _bytes: None

        self.body = b"".join(store(asking, start_response))


@pytest.fixture(params=[SETTLED, -1.0], ids=["just changed", "long unchanged"], autouse=True)
def settled(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> float:
    """A request like an earlier one is answered in another way once the pages have their date."""
    monkeypatch.setattr(config.page_store, "SETTLED", request.param)
    return float(request.param)


@pytest.fixture(autouse=True)
def _site(settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["weekly.example"]
    settings.SITE_URL = "http://weekly.example"
    requests._is_ours.cache_clear()


@pytest.fixture
def application() -> Application:
    return Application()


@pytest.fixture
def watched() -> Watched:
    return Watched()


@pytest.fixture
def store(application: Application, watched: Watched) -> PageStore:
    return PageStore(application, 1_000_000, watched)  # type: ignore[arg-type]  # as far as the store needs it


def test_a_page_is_made_once(store: PageStore, application: Application) -> None:
    first, second = Got(store), Got(store, "/en/?utm_source=x")
    assert first.body == second.body == TEXT
    assert application.asked == {"/en/": 1}
    assert application.closed == 1


def test_it_is_made_for_nobody_in_particular(store: PageStore, application: Application) -> None:
    Got(store, HTTP_ACCEPT_LANGUAGE="be", HTTP_X_FORWARDED_HOST="evil.example", HTTP_USER_AGENT="x", HTTP_COOKIE="a=b")
    [environ] = application.environs
    assert {name for name in environ if name.startswith("HTTP_")} == {"HTTP_HOST"}
    assert environ["HTTP_HOST"] == "weekly.example"


def test_each_encoding_is_ready_and_says_so(store: PageStore) -> None:
    plain, zipped = Got(store), Got(store, HTTP_ACCEPT_ENCODING="gzip")
    assert gzip.decompress(zipped.body) == plain.body
    assert zipped.headers["Content-Encoding"] == "gzip"
    assert int(zipped.headers["Content-Length"] or 0) == len(zipped.body)
    assert plain.headers["Vary"] == zipped.headers["Vary"] == "Accept-Encoding"
    assert plain.headers["ETag"] != zipped.headers["ETag"]


def test_head_has_the_headers_of_get(store: PageStore) -> None:
    got, head = Got(store), Got(store, REQUEST_METHOD="HEAD")
    assert head.body == b""
    assert head.headers.items() == got.headers.items()


def test_who_has_the_page_is_told_so(store: PageStore) -> None:
    tag = Got(store, HTTP_ACCEPT_ENCODING="br").headers["ETag"]
    again = Got(store, HTTP_ACCEPT_ENCODING="br", HTTP_IF_NONE_MATCH=f'"other", W/{tag}')
    assert (again.status, again.body) == ("304 Not Modified", b"")
    assert again.headers["ETag"] == tag
    assert again.headers["Cache-Control"] == PUBLIC[1]
    assert again.headers["Content-Encoding"] is None
    assert Got(store, HTTP_ACCEPT_ENCODING="br", HTTP_IF_NONE_MATCH='"other"').status == "200 OK"
    assert Got(store, HTTP_IF_NONE_MATCH=tag).status == "200 OK"  # those are other bytes


def test_a_date_is_given_and_believed_only_once_no_change_can_share_its_second(
    store: PageStore, watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(config.page_store, "SETTLED", SETTLED)
    now = time.time()
    monkeypatch.setattr(config.page_store.time, "time", lambda: now)
    since = http_date(now)
    young = Got(store, HTTP_IF_MODIFIED_SINCE=since)
    assert young.status == "200 OK"
    assert young.headers["Last-Modified"] is None
    monkeypatch.setattr(config.page_store.time, "time", lambda: now + 4)
    settled = Got(store)
    assert Got(store, HTTP_IF_MODIFIED_SINCE=settled.headers["Last-Modified"]).status == "304 Not Modified"
    assert Got(store, HTTP_IF_MODIFIED_SINCE=http_date(now - 10)).status == "200 OK"
    assert Got(store, HTTP_IF_MODIFIED_SINCE="yesterday").status == "200 OK"
    assert Got(store, HTTP_IF_MODIFIED_SINCE=since, HTTP_IF_NONE_MATCH='"other"').status == "200 OK"


@pytest.mark.parametrize(
    ("status", "header"),
    [
        ("200 OK", ("Set-Cookie", "sessionid=1")),
        ("200 OK", ("Vary", "Accept-Encoding, Cookie")),
        ("200 OK", ("Cache-Control", "private")),
        ("200 OK", ("Cache-Control", "no-store")),
        ("200 OK", ("X-Nothing", "said of caches")),
        ("302 Found", PUBLIC),
        ("410 Gone", PUBLIC),
        ("500 Internal Server Error", PUBLIC),
    ],
)
def test_what_does_not_say_so_is_not_kept(
    store: PageStore, application: Application, status: str, header: tuple[str, str]
) -> None:
    application.status = status
    application.headers = [header, *([PUBLIC] if header[0] in ("Set-Cookie", "Vary") else [])]
    assert Got(store).status == Got(store).status == status
    assert application.asked == {"/en/": 2}


def test_another_revision_is_another_page(store: PageStore, application: Application, watched: Watched) -> None:
    Got(store)
    application.text = b"new"
    watched.move_on()
    assert Got(store).body == b"new"


def test_what_was_made_before_a_change_is_not_kept_after_it(
    store: PageStore, application: Application, watched: Watched
) -> None:
    Got(store, "/be/")
    application.meanwhile = watched.move_on
    assert Got(store).body == TEXT
    application.meanwhile, application.text = lambda: None, b"new"
    assert Got(store).body == b"new"


def test_many_who_ask_at_once_wait_for_one(store: PageStore, application: Application) -> None:
    Got(store, "/be/")
    application.meanwhile = lambda: time.sleep(0.1)
    found: list[bytes] = []
    threads = [threading.Thread(target=lambda: found.append(Got(store).body)) for _number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert application.asked["/en/"] == 1
    assert found == [TEXT] * 20


def test_who_waits_for_a_page_that_breaks_hears_of_it(store: PageStore, application: Application) -> None:
    def breaks() -> None:
        time.sleep(0.05)
        raise RuntimeError("no page")

    Got(store, "/be/")
    application.meanwhile = breaks
    heard: list[str] = []

    def ask() -> None:
        try:
            Got(store)
        except RuntimeError as error:
            heard.append(str(error))

    threads = [threading.Thread(target=ask) for _number in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert heard == ["no page"] * 5
    application.meanwhile = lambda: None
    assert Got(store).body == TEXT


def test_the_pages_asked_for_most_are_made_anew_at_once(
    store: PageStore, application: Application, watched: Watched
) -> None:
    for _time in range(5):
        Got(store, HTTP_ACCEPT_ENCODING="br")
    Got(store, "/be/")
    application.asked.clear()
    application.text = b"new " * 100
    watched.move_on()
    assert application.asked == {"/en/": 1}
    assert Got(store).body == application.text
    assert application.asked == {"/en/": 1}


def test_while_they_are_made_readers_get_what_they_got_before(
    store: PageStore, application: Application, watched: Watched
) -> None:
    for _time in range(5):
        Got(store)
    application.text, said = b"new", []
    application.meanwhile = lambda: said.append(Got(store).body)
    watched.move_on()
    assert said == [TEXT]
    assert Got(store).body == b"new"


def test_making_them_ends_when_its_time_is_over(
    store: PageStore, application: Application, watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _time in range(5):
        Got(store)
        Got(store, "/be/")
    application.asked.clear()
    monkeypatch.setattr(config.page_store, "BUDGET", -1)
    watched.move_on()
    assert not application.asked


def test_without_word_from_the_database_nothing_is_kept(
    store: PageStore, application: Application, watched: Watched
) -> None:
    Got(store)
    watched.revision = None
    Got(store)
    assert application.asked == {"/en/": 2}


@pytest.mark.parametrize("settled", [-1.0], indirect=True)
class TestARequestLikeAnEarlierOne:
    def test_it_is_not_even_read(self, store: PageStore, monkeypatch: pytest.MonkeyPatch) -> None:
        first = Got(store, HTTP_ACCEPT_ENCODING="gzip")
        monkeypatch.setattr(config.page_store, "key_of", None)
        again = Got(store, HTTP_ACCEPT_ENCODING="gzip", HTTP_USER_AGENT="another")
        assert (again.status, again.body, again.headers.items()) == (first.status, first.body, first.headers.items())
        assert again.headers["Last-Modified"]

    def test_its_answer_is_what_it_was_though_a_server_changes_the_headers(self, store: PageStore) -> None:
        first = Got(store)
        count = len(first.headers)
        for _time in range(2):
            first = Got(store)
            first.headers["Server"] = "changes the list that it was given"
        assert len(Got(store).headers) == count

    @pytest.mark.parametrize(
        "differs",
        [
            *({"HTTP_HOST": "evil.example"}, {"HTTP_COOKIE": "sessionid=1"}, {"REQUEST_METHOD": "POST"}),
            {"SCRIPT_NAME": "/below"},
        ],
    )
    def test_what_differs_in_something_that_counts_is_asked_of_the_application(
        self, store: PageStore, application: Application, differs: dict[str, str]
    ) -> None:
        for _time in range(2):
            Got(store)
        Got(store, **differs)
        assert application.asked["/en/"] == 2

    def test_nothing_that_one_reader_alone_sends_is_remembered(self, store: PageStore) -> None:
        Got(store, HTTP_COOKIE="theme=dark")
        Got(store, HTTP_IF_NONE_MATCH='"mine"')
        Got(store, HTTP_IF_MODIFIED_SINCE=http_date(1))
        Got(store, HTTP_ACCEPT_ENCODING="gzip" + " " * 1000)
        Got(store, REQUEST_METHOD="HEAD")
        assert store.generation.said == {}

    def test_there_is_an_end_of_what_is_remembered(self, store: PageStore) -> None:
        for number in range(MOST_SAID * 2):
            assert Got(store, f"/en/?nobody-named={number}").body == TEXT
            assert len(store.generation.said) <= MOST_SAID
        assert len(store.generation.pages) == 1

    def test_a_page_that_is_too_large_to_be_kept_is_not_remembered_either(
        self, application: Application, watched: Watched
    ) -> None:
        store = PageStore(application, 20_000, watched)  # type: ignore[arg-type]  # as far as the store needs it
        for number in range(5):
            assert Got(store, f"/en/?nobody-named={number}").body == TEXT
        assert (len(store.generation.pages), store.generation.said) == (0, {})

    def test_a_page_that_had_to_go_is_gone(self, application: Application, watched: Watched) -> None:
        store = PageStore(application, 30_000, watched)  # type: ignore[arg-type]  # as far as the store needs it
        for number in range(30):
            Got(store, f"/en/issues/{2000 + number}/")
            known = {said.page for said in store.generation.said.values()}
            assert known <= {page for _key, page in store.generation.pages.most_asked(100)}


@pytest.mark.parametrize(("status", "times"), [("200 OK", 0), ("404 Not Found", 2), ("301 Moved Permanently", 2)])
def test_what_is_not_there_is_asked_for_with_its_whole_query(
    store: PageStore, application: Application, status: str, times: int
) -> None:
    """It may be an address of an earlier site. A page that is there is asked for once, whatever was added."""
    application.status = status
    for address in ("/en/analysts/old/", "/en/analysts/old/?id=5", "/en/analysts/old/?id=5"):
        assert Got(store, address).status == status
    assert [environ["QUERY_STRING"] for environ in application.environs].count("id=5") == times


def test_what_is_not_there_is_not_asked_for_twice_with_a_query_that_is_known(
    store: PageStore, application: Application
) -> None:
    application.status = "404 Not Found"
    for _number in range(2):
        assert Got(store, "/en/analysts/krey/?year=1999").status == "404 Not Found"
    assert application.asked == {"/en/analysts/krey/": 1}


def test_made_up_addresses_drive_out_no_page(store: PageStore, application: Application) -> None:
    Got(store)
    application.status = "404 Not Found"
    for number in range(1000):
        Got(store, f"/en/sections/nothing-{number}/")
    assert Got(store, "/en/sections/nothing-999/").status == "404 Not Found"
    assert application.asked["/en/sections/nothing-999/"] == 1
    application.status = "200 OK"
    assert Got(store).body == TEXT
    assert application.asked["/en/"] == 1
    assert len(store.generation.missing) < 20
