"""From the first page to the last: whatever a page of the mirror links to within the site is in the mirror.

A page is written while its targets are not known yet, so each link is first taken for what it most likely is: a file
of the mirror. Pages that turn out to link to what moved, was withdrawn or never was are made once more at the end.
"""

import mimetypes
from collections import deque
from collections.abc import Callable, Iterator
from hashlib import sha256
from http import HTTPStatus
from typing import cast
from urllib.parse import urldefrag, urljoin, urlsplit

from django.conf import settings
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse

from commentaries.mirror import ExportError, Mirror, links
from commentaries.mirror.addresses import file_of, is_scripted, page_of, relative, view_of
from commentaries.mirror.folder import Folder
from commentaries.mirror.rendering import Site, static_file

# They hold whole addresses, so they are written once it is known what the mirror holds.
LISTS = ("application/atom+xml", "application/rss+xml", "application/feed+json", "application/xml")
LATE = (".atom", ".rss", ".json", ".xml")


class Crawl:
    """One walk through the site. `base_url` is where the mirror is going to stand, if that is known."""

    def __init__(self, mirror: Mirror, folder: Folder, base_url: str = "") -> None:
        self.site = Site(mirror)
        self.mirror = mirror
        self.folder = folder
        self.base_url = base_url
        self.queue: deque[str] = deque()
        self.late: deque[str] = deque()
        self.seen: set[str] = set()
        self.elsewhere: dict[str, str] = {}  # what an address leads to that is no page of the mirror
        self.referrers: dict[str, set[str]] = {}  # of the addresses that are not known to be pages
        self.to_mend: set[str] = set()
        self.problems: set[str] = set()

    def run(self, roots: list[str], tick: Callable[[int, int], object]) -> None:
        """Take every page that can be reached from the roots. `tick` is told how many are done and how many known."""
        for root in roots:
            self.reach(root, "")
        done = 0
        while self.queue or self.late:
            self.take((self.queue or self.late).popleft())
            tick(done := done + 1, len(self.seen))
        for page in sorted(self.to_mend):
            self.take(page)

    def reach(self, url: str, page: str) -> None:
        """A page links to this address of the site."""
        if url not in self.seen:
            self.seen.add(url)
            (self.late if url.endswith(LATE) else self.queue).append(url)
            self.referrers[url] = {page}
        elif url in self.referrers:
            self.referrers[url].add(page)

    def take(self, url: str) -> None:
        """Bring one address into the mirror."""
        name = file_of(url)
        if url.startswith(settings.STATIC_URL):
            self._static(url, name)
        elif url.startswith(settings.MEDIA_URL) and self.folder.has(name):
            self.folder.keep(name)  # a name in the store is never used twice
        elif _needs_the_server(url):
            self._not_a_page(url, settings.SITE_URL + url)
        else:
            with self.site.answer(url) as response:
                self._answered(url, name, response)
        if url not in self.elsewhere:
            self.referrers.pop(url, None)

    def _static(self, url: str, name: str) -> None:
        path = static_file(url.removeprefix(settings.STATIC_URL))
        if path is None:
            self._leads_out(url, is_gone=False)
            return
        content = path.read_bytes()
        if path.suffix == ".css":
            content = links.in_css(content.decode(), _Place(self, url)).encode()
        self.folder.put(name, [content])

    def _answered(self, url: str, name: str, response: HttpResponseBase) -> None:
        status = response.status_code
        if status == HTTPStatus.OK:
            self._page(url, name, response)
        elif HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
            self._leads_on(url, urljoin(settings.SITE_URL + url, response.headers["Location"]))
        elif status < HTTPStatus.INTERNAL_SERVER_ERROR:
            self._leads_out(url, is_gone=status == HTTPStatus.GONE)
        else:
            raise ExportError(f"{url} answers {status}{self._linked_from(url)}.")

    def _page(self, url: str, name: str, response: HttpResponseBase) -> None:
        kind = response.headers["Content-Type"].partition(";")[0]
        if (mimetypes.guess_type(name)[0] == "text/html") != (kind == "text/html") or "." not in name:
            raise ExportError(f"{url} is {kind}, which the file {name} would not say{self._linked_from(url)}.")
        stands_alone = response.headers.get("Content-Disposition", "").startswith("attachment")
        if response.streaming or stands_alone or kind not in {"text/html", *LISTS}:
            self.folder.put(name, _chunks(response))
            return
        text = cast(HttpResponse, response).content.decode()
        place = _Place(self, url)
        text = links.in_html(text, place) if kind == "text/html" else links.in_text(text, settings.SITE_URL, place)
        # The door says how old the whole mirror is, every other page how old it is itself.
        undated = "" if url == "/" else sha256(text.encode()).hexdigest()
        self.folder.put(name, [self.mirror.dated(text).encode()], fingerprint=undated)

    def _leads_on(self, url: str, target: str) -> None:
        """A redirect: links lead where it leads."""
        inside = _inside(target)
        if inside:
            target = page_of(inside)
            self.reach(target, url)
        self._not_a_page(url, target)

    def _leads_out(self, url: str, *, is_gone: bool) -> None:
        """No page of the mirror: links lead to the site itself, which says what became of it."""
        if not is_gone:
            self.problems.add(f"{url} leads to no page{self._linked_from(url)}.")
        self._not_a_page(url, settings.SITE_URL + url)

    def _not_a_page(self, url: str, target: str) -> None:
        self.elsewhere[url] = target
        self.to_mend |= {page for page in self.referrers.pop(url, set()) if page and page not in self.elsewhere}

    def _linked_from(self, url: str) -> str:
        pages = sorted(page for page in self.referrers.get(url, set()) if page)
        return f" (a link on {pages[0]})" if pages else ""

    def lead(self, url: str) -> str:
        """Where an address of the site leads in the end: one of the mirror's pages, or a whole address outside it."""
        for _step in range(10):
            if url not in self.elsewhere:
                return url
            url = self.elsewhere[url]
        raise ExportError(f"{url} leads to itself.")


class _Place:
    """A page on its way into the mirror."""

    def __init__(self, crawl: Crawl, url: str) -> None:
        self.crawl = crawl
        self.url = url

    def link(self, url: str) -> str:
        target, inside = self._target(url)
        if not inside:
            return target
        query, fragment = self._rest(url)
        if self.url == "/404.html" and self.crawl.base_url:  # a server shows it at any address
            return self.crawl.base_url + file_of(inside) + query + fragment
        return relative(file_of(inside), file_of(self.url)) + query + fragment

    def absolute(self, url: str) -> str:
        if not self.crawl.base_url:
            return url
        _target, inside = self._target(url)
        query, fragment = self._rest(url)
        return self.crawl.base_url + file_of(inside) + query + fragment if inside else url

    def form(self, method: str, action: str) -> None:
        inside = self._inside(action)
        if method != "get" or not inside or not is_scripted(inside):
            self.crawl.problems.add(f"{self.url} has a form that needs the server: {action or self.url}.")

    def _target(self, url: str) -> tuple[str, str]:
        """What to write for a link that leads out of the mirror, and the address of the page for one that does not."""
        if not url or url.startswith("#"):
            return url, ""
        inside = self._inside(url)
        if not inside:
            return url, ""
        page = page_of(inside)
        self.crawl.reach(page, self.url)
        end = self.crawl.lead(page)
        if end == settings.SITE_URL + page:
            end = settings.SITE_URL + inside  # there a query may still lead on, from an address of old
        return (end, "") if not end.startswith("/") else ("", end)

    def _inside(self, url: str) -> str:
        """The path and query of a link within our own site, or an empty string."""
        try:
            inside = _inside(urljoin(settings.SITE_URL + self.url, url))
            urlsplit(inside)
        except ValueError:
            self.crawl.problems.add(f"{url} is no address (a link on {self.url}).")
            return ""
        return inside

    def _rest(self, url: str) -> tuple[str, str]:
        """The anchor, and the query where a script reads it."""
        parts = urlsplit(url)
        query = f"?{parts.query}" if parts.query and is_scripted(parts.path) else ""
        return query, f"#{parts.fragment}" if parts.fragment else ""


def _inside(url: str) -> str:
    """The path and query of a whole address of our own site, or an empty string."""
    whole = urldefrag(url).url
    if whole == settings.SITE_URL:
        return "/"
    return whole.removeprefix(settings.SITE_URL) if whole.startswith(f"{settings.SITE_URL}/") else ""


def _needs_the_server(url: str) -> bool:
    """Whether the site has a page here that the mirror leaves out."""
    return view_of(url) is None and view_of(url, settings.ROOT_URLCONF) is not None


def _chunks(response: HttpResponseBase) -> Iterator[bytes]:
    if isinstance(response, StreamingHttpResponse):
        yield from cast(Iterator[bytes], response.streaming_content)
    else:
        yield cast(HttpResponse, response).content
