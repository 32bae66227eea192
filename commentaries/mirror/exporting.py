"""One export, from claiming the folder to the zip."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import override

from commentaries.languages import FALLBACK
from commentaries.mirror import ExportError, Mirror, keeping, searching
from commentaries.mirror.addresses import URLCONF
from commentaries.mirror.crawling import Crawl
from commentaries.mirror.folder import Folder, opened
from commentaries.revision import watch
from commentaries.revision.watching import ask

ATTEMPTS = 3


@dataclass(frozen=True)
class Export:
    """What one export did. `problems`: sentences about links that lead nowhere."""

    written: int
    unchanged: int
    removed: int
    problems: list[str]
    offered: str
    is_of_one_moment: bool


def export(
    top: Path, *, base_url: str = "", keep_zip: bool = False, tick: Callable[[int, int], object] = lambda *_: None
) -> Export:
    """Bring the mirror in the folder `top` up to date.

    Raises ExportError, and leaves the folder as it was, where the site cannot be written down.
    """
    if base_url and urlsplit(base_url).scheme not in {"http", "https"}:
        raise ExportError(f"--base-url is {base_url!r}; it must start with https:// or http://.")
    with opened(top) as folder:
        crawl, is_of_one_moment = _crawled(folder, f"{base_url.rstrip('/')}/" if base_url else "", tick)
        folder.change()
        offered = keeping.keep(folder, crawl.mirror) if keep_zip else ""
    unchanged = len(folder.coming) - len(folder.written)
    problems = sorted(crawl.problems)
    return Export(len(folder.written), unchanged, len(folder.gone), problems, offered, is_of_one_moment)


def _crawled(folder: Folder, base_url: str, tick: Callable[[int, int], object]) -> tuple[Crawl, bool]:
    """The whole site, gathered for the folder, and whether it stood still meanwhile.

    What changed meanwhile may be in it in part, so it is walked through again; but not for ever, at a busy desk. What
    was withdrawn meanwhile must not be in it at all.
    """
    for _attempt in range(ATTEMPTS):
        folder.begin()
        mirror, revision = Mirror(timezone.now()), ask()
        with watch.standing():  # what all pages share is read once
            crawl = Crawl(mirror, folder, base_url)
            crawl.run(roots(mirror), tick)
        if ask() == revision:
            return crawl, True
    if keeping.taken_back_since(mirror.began_at):
        raise ExportError("The site changes all the while, and something in it was withdrawn just now. Export again.")
    return crawl, False


def roots(mirror: Mirror) -> list[str]:
    """Where a reader may come in. From there links lead to everything."""
    found = [reverse(name, urlconf=URLCONF) for name in ("door", "not_found", "robots")]
    for language in FALLBACK:
        with override(language):
            found.append(reverse("commentaries:home", urlconf=URLCONF))
        found += searching.addresses(mirror, language)
    with suppress(NoReverseMatch):
        found.append(reverse("sitemap", urlconf=URLCONF))
    return found
