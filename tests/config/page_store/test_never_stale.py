"""The page store around the real site: whatever is done at the desk, a kept page says what a fresh one would."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from datetime import timedelta
from functools import partial
from typing import Any
from urllib.request import urlopen
from wsgiref.util import setup_testing_defaults

import pytest
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as bounds
from hypothesis import strategies as st
from pytest_django import Settings

from commentaries import publishing
from commentaries.models import Commentary, Correction, Issue, Publication, Section, Translation
from commentaries.revision.watching import Prepare, Revision, Watch
from config.page_store import PageStore, requests
from tests.factories import (
    MONDAY,
    make_analyst,
    make_commentary,
    make_issue,
    make_publication,
    make_redirect,
    make_section,
    sign,
)
from tests.processes import free_port, start

pytestmark = pytest.mark.django_db
PAGES = [
    *("/be/", "/ru/", "/en/", "/en/issues/", "/en/issues/2022/", "/be/issues/2022-01-17/", "/en/issues/2022-01-24/"),
    *("/be/issues/2022-01-17/dam/", "/ru/issues/2022-01-17/dam/", "/en/issues/2022-01-24/port/", "/en/trends/"),
    *("/en/sections/dam/", "/be/sections/port/?year=2022", "/en/analysts/krey/", "/en/about/", "/en/feed.atom"),
    *("/sitemap.xml", "/be/issues/2022-01-17/dam/cite.ris", "/be/issues/2022-01-17/dam/versions/1/"),
]


class Stepped(Watch):
    """A watch that looks when it is told to, and may be made to know nothing."""

    is_blind = False

    def start(self, prepare: Prepare) -> None:
        self._prepare = prepare
        self.look()

    def forget(self) -> None:
        self._revision = None
        self.look()

    def known(self) -> Revision | None:
        return None if self.is_blind else super().known()


class AtOnce(Executor):
    """Works in the thread of the test, whose transaction no other thread sees."""

    def submit(self, work: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        done: Future[Any] = Future()
        done.set_result(work(*args, **kwargs))
        return done


class Site:
    """The site behind its store, and beside it."""

    def __init__(self, watch: Stepped) -> None:
        self.watch = watch
        self.application = get_wsgi_application()
        self.store = PageStore(self.application, 10_000_000, watch, AtOnce())

    def kept(self, address: str) -> tuple[str, bytes]:
        """Asked twice: what is like an earlier request is answered in another way."""
        first = self._ask(self.store, address)
        assert self._ask(self.store, address) == first
        return first

    def fresh(self, address: str) -> tuple[str, bytes]:
        self.watch.is_blind = True
        try:
            return self._ask(self.application, address)
        finally:
            self.watch.is_blind = False

    def _ask(self, application: Any, address: str) -> tuple[str, bytes]:
        path, _mark, query = address.partition("?")
        asking = {"HTTP_HOST": "testserver", "PATH_INFO": path, "QUERY_STRING": query, "SCRIPT_NAME": ""}
        setup_testing_defaults(asking)
        statuses: list[str] = []
        chunks = application(asking, lambda status, _headers, _error=None: statuses.append(status))
        try:
            return statuses[0], b"".join(chunks)
        finally:
            if hasattr(chunks, "close"):
                chunks.close()


@pytest.fixture
def site(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    settings.ALLOWED_HOSTS = ["testserver"]
    settings.SITE_URL = "http://testserver"
    requests._is_ours.cache_clear()
    monkeypatch.setattr("config.page_store.SETTLED", -1.0)
    watch = Stepped()
    monkeypatch.setattr("commentaries.revision.watch", watch)
    for signal in (request_started, request_finished):  # the test's transaction is in this connection
        signal.disconnect(close_old_connections)
    yield Site(watch)
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def test_an_old_address_with_a_query_leads_on(site: Site) -> None:
    """Where one of our pages might be, too, whose key leaves the query out."""
    make_redirect("/en/analysts/old-name?id=5", "/en/about/")
    for query, status in (("id=5", "301"), ("id=5&fbclid=x", "301"), ("id=6", "404"), ("", "404"), ("id=5", "301")):
        address = f"/en/analysts/old-name/?{query}"
        assert site.kept(address)[0].startswith(status), address
        assert site.kept(address) == site.fresh(address)


def of(slug: str, week: Any = MONDAY) -> Commentary:
    return Commentary.objects.get(issue__week_start=week, section__slug=slug)


def begin() -> None:
    """Two weeks of two sections: one public, one still a draft."""
    make_publication()
    dam, port, krey = make_section("dam"), make_section("port"), make_analyst("krey")
    for week in (MONDAY, MONDAY + timedelta(weeks=1)):
        issue = make_issue(week, public=week == MONDAY)
        for section in (dam, port):
            sign(make_commentary(issue, section, public=week == MONDAY), krey)


NEXT = MONDAY + timedelta(weeks=1)
# What happens at the desk: each of it twice in a row does no harm.
DEEDS: dict[str, Callable[[], object]] = {
    "correct a text": lambda: edit("dam", body_be="<p>Выпраўлены тэкст.</p>"),
    "another headline": lambda: edit("port", title_en="Another headline"),
    "another trend": lambda: edit("dam", trend="worsened"),
    "note a correction": lambda: Correction.objects.create(commentary=of("dam"), note_be="Лічба была іншая."),
    "publish": lambda: publishing.publish(issue(NEXT)),
    "schedule": lambda: publishing.publish(issue(NEXT), timezone.now() + timedelta(hours=1)),
    "withdraw a text": lambda: publishing.withdraw(of("dam"), {"be": "Памылка."}),
    "withdraw an issue": lambda: publishing.withdraw(issue(MONDAY), {"en": "For somebody's safety."}),
    "restore a text": lambda: publishing.restore(of("dam")),
    "restore an issue": lambda: publishing.restore(issue(MONDAY)),
    "a language falls back": lambda: state("be", Translation.State.DRAFT),
    "a language becomes ready": lambda: state("be", Translation.State.READY),
    "no English at all": lambda: state("en", Translation.State.MISSING),
    "hide versions": lambda: publishing.hide_versions(of("dam")),
    "rename a section": lambda: Section.objects.filter(slug="dam").update(title_be="Плаціна"),
    "retire a section": lambda: Section.objects.filter(slug="port").update(retired_at=timezone.now()),
    "rename the publication": lambda: Publication.objects.update(name_en="The Monthly"),
    "sign with another name": lambda: sign(of("port"), make_analyst()),
}


def issue(week: Any) -> Issue:
    return Issue.objects.get(week_start=week)


def edit(slug: str, **texts: str) -> None:
    row = of(slug)
    for name, text in texts.items():
        setattr(row, name, text)
    row.save()


def state(language: str, value: str) -> None:
    for row in of("dam").translations.filter(language=language):
        row.state = value
        row.save()


def do(deed: str) -> None:
    """As the desk does it: as a whole, or not at all where the gate refuses it."""
    try:
        with transaction.atomic():
            DEEDS[deed]()
    except publishing.Blocked:
        pass


@pytest.mark.parametrize("deed", DEEDS)
def test_after_each_deed_every_page_is_as_a_fresh_one(site: Site, deed: str) -> None:
    begin()
    for page in PAGES:
        site.kept(page)
    do(deed)
    site.watch.look()
    for page in PAGES:
        assert site.kept(page) == site.fresh(page), page


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("do"), st.sampled_from(sorted(DEEDS))),
        st.tuples(st.just("read"), st.sampled_from(PAGES)),
        st.tuples(st.just("wait"), st.sampled_from([1, 600, 4000])),
    ),
    min_size=5,
    max_size=14,
)


@bounds(max_examples=25, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_whatever_happens_in_whatever_order(site: Site, monkeypatch: pytest.MonkeyPatch, steps: list[Any]) -> None:
    """Deeds, times that pass and readers, in any order; at its end every page is looked at."""
    real, late = timezone.now, [0]
    with monkeypatch.context() as patched, transaction.atomic():
        patched.setattr(timezone, "now", lambda: real() + timedelta(seconds=late[0]))
        begin()
        site.watch.forget()  # what the example before this one did was rolled back, its revisions too
        for kind, what in [*steps, *(("read", page) for page in PAGES[:8])]:
            if kind == "do":
                do(what)
            elif kind == "wait":
                late[0] += what
            else:
                assert site.kept(what) == site.fresh(what), what
            if kind != "read":
                site.watch.look()
        transaction.set_rollback(True)


# --- Four processes ---


@pytest.fixture
def four(tmp_path: Any, settings: Settings) -> Iterator[list[int]]:
    ports = [free_port() for _number in range(4)]
    processes = [
        start(
            *("-m", "granian", "--interface", "wsgi", "--workers", "1", "--port", str(port), "config.wsgi:application"),
            PAGE_STORE_MB="8",
            PORT=str(port),
        )
        for port in ports
    ]
    try:
        for port in ports:
            _until(partial(_answers, port), 60)
        yield ports
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.communicate(timeout=20)


def _read(port: int, path: str) -> bytes:
    with urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:  # loopback
        found: bytes = answer.read()
        return found


def _shows(port: int, path: str, words: bytes) -> bool:
    return words in _read(port, path)


def _answers(port: int) -> bool:
    try:
        return bool(_read(port, "/livez"))
    except OSError:
        return False


def _until(is_so: Callable[[], bool], seconds: float) -> float:
    began = time.monotonic()
    while not is_so():
        assert time.monotonic() - began < seconds
        time.sleep(0.02)
    return time.monotonic() - began


@pytest.mark.django_db(transaction=True)
def test_four_processes_show_what_is_published_within_a_second(four: list[int]) -> None:
    begin()
    row = of("dam")
    path = "/en/issues/2022-01-17/dam/"
    for port in four:
        _until(partial(_shows, port, path, b"A headline"), 2)
        for _time in range(5):
            _read(port, path)
    edit("dam", title_en="The dam stands")
    began = time.monotonic()
    for port in four:
        _until(partial(_shows, port, path, b"The dam stands"), 2)
    assert time.monotonic() - began < 1
    publishing.publish(issue(NEXT), timezone.now() + timedelta(seconds=2))
    time.sleep(1)
    for port in four:
        assert b"2022-01-24" not in _read(port, "/en/")
    time.sleep(2)
    for port in four:
        assert b"2022-01-24" in _read(port, "/en/")
    publishing.withdraw(row, {"en": "For somebody's safety."})
    time.sleep(1)
    for port in four:
        with pytest.raises(OSError, match="410"):
            _read(port, path)
    connection.close()
