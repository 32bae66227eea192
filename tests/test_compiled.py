"""Queries whose SQL is written once."""

from threading import Thread
from typing import Any

import pytest
from django.db import connection
from django.db.models import DateTimeField, F, QuerySet, SlugField
from django.forms.models import model_to_dict
from django.utils import timezone
from django.utils.translation import override

from commentaries.compiled import Keys, Moment, Parameter, compiled, compiled_update
from commentaries.models import Commentary, Section
from commentaries.models.commentaries import CommentaryQuerySet
from tests.factories import make_analyst, make_commentary, make_issue, make_picture, make_section, sign

pytestmark = pytest.mark.django_db


@pytest.fixture
def built() -> list[Any]:
    """What the function was called for, once each."""
    return []


@pytest.fixture
def with_slug(built: list[Any]) -> Any:
    @compiled(slug=SlugField())
    def found(slug: Parameter) -> QuerySet[Section]:
        built.append(slug.name)
        return Section.objects.filter(slug=slug)

    return found


def test_it_is_written_once_and_finds_what_each_value_asks_for(with_slug: Any, built: list[Any]) -> None:
    one, other = make_section("one"), make_section("other")
    assert [with_slug(slug=slug) for slug in ("one", "other", "none", "' OR 1=1 --")] == [[one], [other], [], []]
    assert built == ["slug"]


def test_its_rows_are_read_anew_each_time(with_slug: Any) -> None:
    make_section("one", title_en="Before")
    (before,) = with_slug(slug="one")
    Section.objects.update(title_en="After")
    (after,) = with_slug(slug="one")
    assert (before.title_en, after.title_en) == ("Before", "After")


def test_each_language_has_a_statement_of_its_own(built: list[Any]) -> None:
    @compiled(title=SlugField())
    def titled(title: Parameter) -> QuerySet[Section]:
        built.append(title.name)
        return Section.objects.filter(title=title)

    section = make_section("one", title_en="Security", title_ru="Безопасность")
    for _time in range(2):
        for language, title in (("en", "Security"), ("ru", "Безопасность")):
            with override(language):
                assert titled(title=title) == [section]
                assert titled(title="Sécurité") == []
    assert len(built) == 2


def test_what_stands_before_the_parameters_shapes_the_query(built: list[Any]) -> None:
    @compiled(slug=SlugField())
    def only(name: str, slug: Parameter) -> QuerySet[Section, tuple[str]]:
        built.append(name)
        return Section.objects.filter(slug=slug).values_list(name)

    make_section("one", title_be="Бяспека", title_en="Security")
    assert [only(name, slug="one") for name in ("title_be", "title_en", "title_be")] == [
        [("Бяспека",)],
        [("Security",)],
        [("Бяспека",)],
    ]
    assert built == ["title_be", "title_en"]


@compiled(now=DateTimeField(), keys=Keys())
def _readable(now: Moment, keys: Parameter) -> CommentaryQuerySet:
    found: CommentaryQuerySet = Commentary.objects.published(now).filter(pk__among=keys)
    return found.in_order().with_parts()


def test_it_gives_what_the_query_itself_gives() -> None:
    issue = make_issue()
    drawn = make_commentary(issue, picture=make_picture())
    sign(drawn, make_analyst("author"))
    hidden, other = make_commentary(issue, public=False), make_commentary(issue, languages=("ru",))
    for keys in [{drawn.pk, hidden.pk}, {other.pk, drawn.pk, 0}, {hidden.pk}, set()]:
        plain = Commentary.objects.published().filter(pk__in=keys).in_order().with_parts()
        found = _readable(now=timezone.now(), keys=keys)
        assert [_of_page(row) for row in found] == [_of_page(row) for row in plain]
        assert {row.pk for row in found} == keys - {hidden.pk, 0}


def _of_page(row: Commentary) -> tuple[Any, ...]:
    """All that stands in the row and in what came with it."""
    parts = [row.translations.all(), row.bylines.all(), row.picture.files.all() if row.picture else []]
    rows = [row, row.issue, row.section, row.picture, *(part for some in parts for part in some)]
    return tuple(model_to_dict(one) if one else None for one in rows)


@pytest.mark.django_db(transaction=True)
def test_each_thread_asks_by_its_own_connection(with_slug: Any) -> None:
    make_section("one")
    connections = [connection.connection]

    def ask() -> None:
        assert [row.slug for row in with_slug(slug="one")] == ["one"]
        connections.append(connection.connection)
        connection.close()

    assert len(with_slug(slug="one")) == 1
    other = Thread(target=ask)
    other.start()
    other.join()
    assert len(connections) == 2
    assert connections[0] is not connections[1]
    assert len(with_slug(slug="one")) == 1


def test_an_update_says_which_rows_it_changed(built: list[Any]) -> None:
    @compiled_update(keys=Keys())
    def moved_down(keys: Parameter) -> tuple[QuerySet[Section], dict[str, Any]]:
        built.append(keys.name)
        return Section.objects.filter(pk__among=keys, order__lt=5), {"order": F("order") + 1}

    first, second, third = make_section("one", order=1), make_section("two", order=9), make_section("three", order=2)
    assert moved_down(keys=[first.pk, second.pk]) == {first.pk}
    assert moved_down(keys=[]) == set()
    assert moved_down(keys=[third.pk, 0]) == {third.pk}
    assert list(Section.objects.order_by("pk").values_list("order", flat=True)) == [2, 9, 3]
    assert built == ["keys"]
