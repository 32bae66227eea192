"""A page asks the database the same few questions, however much it shows."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from commentaries.revision import watch
from commentaries.search.related import find_near
from tests.factories import (
    MONDAY,
    make_analyst,
    make_commentary,
    make_forecast,
    make_issue,
    make_picture,
    make_publication,
    make_section,
    sign,
)

pytestmark = pytest.mark.django_db
Numbered = Callable[[int], None]


def make_wide_issue(commentaries: int) -> None:
    """One issue with everything that a commentary can have."""
    issue = make_issue()
    picture, analysts = make_picture(), [make_analyst(), make_analyst()]
    for number in range(commentaries):
        commentary = make_commentary(issue, make_section(f"s-{number}"), picture=picture)
        sign(commentary, *analysts)
        make_forecast(commentary)


def make_long_archive(issues: int) -> None:
    sections = [make_section("s-0"), make_section("s-1")]
    for number in range(issues):
        issue = make_issue(MONDAY - number * timedelta(days=7))
        for section in sections:
            make_commentary(issue, section)


# The page's own questions; and those for what pages share: the publication, its sections, the calendar.
PAGES = {
    "/be/": (2, 3),
    "/be/issues/2022-01-17/": (1, 3),
    "/be/issues/2022-01-17/s-0/": (4, 4),  # itself, its versions, what is near, and the lines around it
    "/be/issues/": (4, 2),
    "/be/sections/s-0/": (4, 4),
}


@pytest.mark.parametrize("rows", [3, 60])
@pytest.mark.parametrize("make", [make_wide_issue, make_long_archive])
def test_the_number_of_queries_is_fixed(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries, make: Numbered, rows: int
) -> None:
    make_publication()
    make(rows)
    find_near(lambda: False)
    for path, (own, shared) in PAGES.items():
        client.get(path)
        with django_assert_max_num_queries(own + shared, info=path):
            assert client.get(path).status_code == 200
    with watch.standing():  # as in a process that serves: what all pages share is read once a revision
        client.get("/be/about/")
        for path, (own, _shared) in PAGES.items():
            client.get(path)
            with django_assert_max_num_queries(own, info=f"{path}, where what is shared is kept"):
                assert client.get(path).status_code == 200
