"""A path is remembered for what it hangs on: the language, and the URLs of a mirror."""

from datetime import date

import pytest
from django.urls import NoReverseMatch, reverse, set_urlconf
from django.utils.translation import override

from commentaries.mirror.addresses import URLCONF
from commentaries.paths import path_to

WEEK = date(2022, 1, 17)


def test_it_is_what_django_says_each_time() -> None:
    said = set()
    for language in ("be", "ru", "en", None):
        with override(language):
            path = path_to("commentaries:issue", WEEK)
            assert path == path_to("commentaries:issue", WEEK) == reverse("commentaries:issue", args=[WEEK])
        said.add(path)
    assert len(said) == 3


def test_what_only_a_mirror_has_is_nowhere_else() -> None:
    set_urlconf(URLCONF)
    try:
        assert path_to("commentaries:search_data", "words") == reverse("commentaries:search_data", args=["words"])
    finally:
        set_urlconf(None)
    with pytest.raises(NoReverseMatch):
        path_to("commentaries:search_data", "words")
