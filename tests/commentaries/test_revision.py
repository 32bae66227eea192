"""The site's revision: whatever changes what readers may see changes it, whichever way the change comes."""

from collections.abc import Callable
from datetime import timedelta
from threading import Thread

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from commentaries.models import Change, Commentary, Correction, Issue, Section, User
from commentaries.revision import watching, while_it_stands
from commentaries.revision.triggers import UNSEEN, set_up, watched
from commentaries.revision.watching import Watch, ask
from tests.factories import (
    MONDAY,
    make_analyst,
    make_commentary,
    make_issue,
    make_publication,
    make_section,
    make_user,
    sign,
)

pytestmark = pytest.mark.django_db


def run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


CHANGES: dict[str, Callable[[Commentary], object]] = {
    "a saved text": lambda row: row.save(),
    "an update of many": lambda row: Commentary.objects.update(trend="worsened"),
    "a language's state": lambda row: row.translations.update(state="draft"),
    "a deleted row": lambda row: row.translations.first().delete(),
    "a correction": lambda row: Correction.objects.create(commentary=row, note_en="A slip."),
    "a section's title": lambda row: Section.objects.update(title_en="Other"),
    "an analyst's name": lambda row: sign(row, make_analyst()),
    "the publication": lambda row: make_publication(),
    "somebody at the database": lambda row: run("UPDATE commentaries_issue SET title_en = 'Other'"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_readers_may_see_changes_it(change: str) -> None:
    row = make_commentary()
    before = ask()
    CHANGES[change](row)
    assert ask().number > before.number


def test_what_only_the_desk_sees_does_not() -> None:
    user, section = make_user("anna", "editor"), make_section()
    before = ask()
    User.objects.update(last_login=timezone.now())
    user.sections.add(section)
    assert ask() == before


def test_a_time_of_publication_that_passes_changes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    at = timezone.now() + timedelta(hours=1)
    make_issue(published_at=at)
    before = ask()
    monkeypatch.setattr(timezone, "now", lambda: at - timedelta(seconds=1))
    assert ask() == before
    monkeypatch.setattr(timezone, "now", lambda: at)
    assert ask() != before


def test_what_is_rolled_back_does_not() -> None:
    row = make_commentary()
    before = ask()
    with transaction.atomic():
        row.save()
        transaction.set_rollback(True)
    assert ask() == before


def test_every_table_of_ours_is_watched_or_named() -> None:
    """A new table is watched by itself; this fails when one is named that should not be."""
    tables = {
        model._meta.db_table for model in apps.get_app_config("commentaries").get_models(include_auto_created=True)
    }
    unseen = {model._meta.db_table for model in UNSEEN}
    assert tables - set(watched()) == unseen
    assert unseen == {
        *("commentaries_user", "commentaries_user_groups", "commentaries_user_user_permissions"),
        *("commentaries_user_sections", "commentaries_comment", "commentaries_presence", "commentaries_staffmail"),
        *("commentaries_previewlink", "commentaries_searchstem", "commentaries_change"),
    }


def test_triggers_that_are_there_stay_and_those_that_went_come_again() -> None:
    row = make_commentary()
    where = " ON commentaries_commentary" if connection.vendor == "postgresql" else ""
    run(f"DROP TRIGGER noted_commentaries_commentary_update{where}")
    set_up("default")
    set_up("default")
    before = ask()
    Commentary.objects.filter(pk=row.pk).update(trend="worsened")
    assert ask().number == before.number + 1


def test_compacting_leaves_the_sum_and_one_row() -> None:
    make_commentary()
    before = ask()
    Change.objects.compact()
    assert ask() == before
    assert Change.objects.count() == 1
    Change.objects.compact()
    assert ask() == before


@pytest.mark.django_db(transaction=True)
def test_a_change_that_ends_late_is_noticed() -> None:
    """Of two transactions the one that began first ends last: what counts is that it has ended."""
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has one writer at a time")
    row, other = make_commentary(), make_issue(MONDAY + timedelta(weeks=9))
    with transaction.atomic():
        row.save()
        between = _beside(lambda: [Issue.objects.filter(pk=other.pk).update(title_en="Other"), ask().number])[1]
    assert ask().number > between


def _beside(do: Callable[[], list[int]]) -> list[int]:
    """What it gives on a connection of its own."""
    found: list[int] = []

    def run() -> None:
        found.extend(do())
        connection.close()

    thread = Thread(target=run)
    thread.start()
    thread.join()
    return found


@pytest.mark.django_db(transaction=True)
def test_the_migration_can_be_taken_back() -> None:
    call_command("migrate", "commentaries", "0008", verbosity=0)
    try:
        with connection.cursor() as cursor:
            assert "commentaries_change" not in connection.introspection.table_names(cursor)
        run("UPDATE commentaries_issue SET title_en = 'Other'")
    finally:
        call_command("migrate", "commentaries", verbosity=0)
    before = ask()
    make_section()
    assert ask().number > before.number


# --- What is kept while it stands ---


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Watch:
    watch = Watch()
    monkeypatch.setattr("commentaries.revision.watch", watch)
    return watch


def test_it_is_made_once_a_revision_and_language(watch: Watch) -> None:
    made: list[str] = []

    @while_it_stands
    def titles(slug: str) -> list[str]:
        made.append(slug)
        return [str(section.title_en) for section in Section.objects.all()]

    section = make_section("dam")
    watch.look()
    assert titles("dam") is titles("dam")
    titles("port")
    assert made == ["dam", "port"]
    Section.objects.filter(pk=section.pk).update(title_en="The dam")
    watch.look()
    assert titles("dam") == ["The dam"]


def test_who_does_not_watch_makes_it_each_time(watch: Watch) -> None:
    made = []
    kept = while_it_stands(lambda: made.append(1))
    kept()
    kept()
    assert len(made) == 2


def test_what_is_kept_has_a_bound(watch: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("commentaries.revision.MOST_KEPT", 3)
    made: list[int] = []
    kept = while_it_stands(lambda number: made.append(number))
    watch.look()
    for number in [0, 1, 2, 3, 3, 0]:
        kept(number)
    assert made == [0, 1, 2, 3, 0]


def test_a_restored_database_that_counts_to_the_same_number_is_another_revision(
    watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[int] = []
    kept = while_it_stands(lambda: made.append(len(made)))
    for number in [7, 7, 5, 7]:  # nobody asks while the restored one stands at 5
        monkeypatch.setattr(watching, "ask", lambda number=number: watching.Revision(number, None, None))
        watch.look()
        if number == 7:
            kept()
    assert made == [0, 1]


def test_a_revision_is_believed_in_for_a_while_without_the_database(
    watch: Watch, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def away() -> object:
        from django.db import OperationalError

        raise OperationalError("gone")

    watch.look()
    known = watch.known()
    monkeypatch.setattr(watching, "ask", away)
    monkeypatch.setattr(watching.connection, "close", lambda: None)
    watch.look()
    watch.look()
    assert watch.known() == known
    assert len(caplog.records) == 1
    monkeypatch.setattr(watching, "BELIEVED", 0)
    assert watch.known() is None
