"""The paths of the readers' pages, each worked out once in a process: a page has dozens, and most of them again."""

from functools import lru_cache

from django.urls import get_urlconf, reverse
from django.utils.translation import get_language


def path_to(name: str, *arguments: object) -> str:
    """What `django.urls.reverse` says in the active language. The arguments are those of the pattern, in its order."""
    return _path_to(get_urlconf(), get_language(), name, arguments)


@lru_cache(10_000)
def _path_to(_urlconf: str | None, _language: str | None, name: str, arguments: tuple[object, ...]) -> str:
    return reverse(name, args=arguments)
