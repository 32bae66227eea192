"""A page asks the database the same few questions, however much it shows."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

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


@pytest.mark.parametrize("rows", [3, 60])
@pytest.mark.parametrize("make", [make_wide_issue, make_long_archive])
@pytest.mark.parametrize(
    ("path", "with_everything", "with_texts_only"),
    [
        ("/be/", 9, 7),
        # One more than the first page, which tells of no corrections.
        ("/be/issues/2022-01-17/", 10, 8),
        # The run of the section's trend is one, what is on the same subject the rest.
        ("/be/issues/2022-01-17/s-0/", 18, 16),
        ("/be/issues/", 6, 6),
    ],
)
def test_the_number_of_queries_is_fixed(
    client: Client,
    django_assert_num_queries: DjangoAssertNumQueries,
    path: str,
    with_everything: int,
    with_texts_only: int,
    make: Numbered,
    rows: int,
) -> None:
    make_publication()
    make(rows)
    client.get(path)
    with django_assert_num_queries(with_everything if make is make_wide_issue else with_texts_only):
        assert client.get(path).status_code == 200
