"""Whom a page is asked of: all run at once, each with as many workers, and only one is asked at a time."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from benchmarks.pages import ours, wagtail
from benchmarks.pages.nginx import nginx
from benchmarks.pages.rounds import Contender

WORKERS = 2
NGINX = "nginx, a file of the same bytes"
BARE = "granian, ready bytes and nothing else"
STORE = "ours, from the store"
DJANGO = "ours, Django's cache middleware"
MISS = "ours, rendered each time"
WAGTAIL_BEST = "Wagtail, granian, Django's cache"
WAGTAIL_KEPT = "Wagtail, gunicorn, wagtail-cache"
WAGTAIL_GRANIAN = "Wagtail, granian, rendered"
WAGTAIL = "Wagtail, gunicorn, rendered"
OURS = {
    STORE: {},
    DJANGO: {"PAGE_STORE_MB": "0", "BENCH_CACHE": "1"},
    MISS: {"application": "benchmarks.pages.forgetful"},
}
WAGTAILS = {
    WAGTAIL_BEST: (wagtail.GRANIAN, "django"),
    WAGTAIL_KEPT: (wagtail.GUNICORN, "wagtail-cache"),
    WAGTAIL_GRANIAN: (wagtail.GRANIAN, ""),
    WAGTAIL: (wagtail.GUNICORN, ""),
}


@contextmanager
def contenders(folder: Path, path: str, wagtail_path: str) -> Iterator[dict[str, Contender]]:
    """By their names; nginx, which has the bytes that our store answers with, comes first."""
    with ExitStack() as stack:
        found = {}
        for name, variables in OURS.items():
            server = stack.enter_context(ours.our_server(name, folder, path, workers=WORKERS, **variables))
            found[name] = Contender(server, path)
        for name, (program, cache) in WAGTAILS.items():
            server = stack.enter_context(
                wagtail.wagtail_server(name, program, cache, folder, wagtail_path, workers=WORKERS)
            )
            found[name] = Contender(server, wagtail_path)
        store = found[STORE].server
        page, compressed = store.get(path).body, store.get(path, "gzip").body
        first = stack.enter_context(nginx(NGINX, page, compressed, folder / "nginx", workers=WORKERS))
        file = str(folder / "nginx" / "files" / "page")
        second = stack.enter_context(
            ours.our_server(
                BARE, folder, "/page", workers=WORKERS, application="benchmarks.pages.bare", BENCH_PAGE=file
            )
        )
        yield {NGINX: Contender(first, "/page"), BARE: Contender(second, "/page"), **found}
