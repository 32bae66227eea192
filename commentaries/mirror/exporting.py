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
from commentaries.mirror.folder import opened
from commentaries.revision import watch


@dataclass(frozen=True)
class Export:
    """What one export did. `problems`: sentences about links that lead nowhere."""

    written: int
    unchanged: int
    removed: int
    problems: list[str]
    offered: str


def export(
    top: Path, *, base_url: str = "", keep_zip: bool = False, tick: Callable[[int, int], object] = lambda *_: None
) -> Export:
    """Bring the mirror in the folder `top` up to date.

    Raises ExportError, and leaves the folder as it was, where the site cannot be written down.
    """
    if base_url and urlsplit(base_url).scheme not in {"http", "https"}:
        raise ExportError(f"--base-url is {base_url!r}; it must start with https:// or http://.")
    mirror = Mirror(timezone.now())
    with opened(top) as folder, watch.standing():  # what all pages share is read once
        crawl = Crawl(mirror, folder, f"{base_url.rstrip('/')}/" if base_url else "")
        crawl.run(roots(mirror), tick)
        folder.change()
        offered = keeping.keep(folder, mirror) if keep_zip else ""
    unchanged = len(folder.coming) - len(folder.written)
    return Export(len(folder.written), unchanged, len(folder.gone), sorted(crawl.problems), offered)


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
