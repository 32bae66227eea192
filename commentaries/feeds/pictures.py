"""What feeds say of picture files. A file's name is never used twice, so its size never changes."""

from functools import lru_cache

from django.conf import settings
from django.core.files.storage import default_storage
from django.templatetags.static import static


@lru_cache(maxsize=10_000)
def _size(name: str) -> int:
    return default_storage.size(name)


def size(name: str) -> int:
    """In bytes; 0 where the store does not have the file."""
    try:
        return _size(name)
    except OSError:
        return 0


def icon() -> str:
    """The address of the publication's sign."""
    return settings.SITE_URL + static("icon.png")
