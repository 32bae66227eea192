"""What search knows follows every change of a text, whichever way it comes, in the same transaction."""

import json
from datetime import timedelta
from importlib import import_module
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from commentaries import publishing, roles
from commentaries.models import Commentary, Forecast, Issue, SearchEntry, SearchStem, Translation
from commentaries.word import drafting
from tests.commentaries import test_exchange, test_history, test_translating
from tests.commentaries.desk import desk, save
from tests.commentaries.test_search import headlines
from tests.factories import (
    MONDAY,
    make_analyst,
    make_commentary,
    make_forecast,
    make_issue,
    make_section,
    make_user,
    sign,
)

pytestmark = pytest.mark.django_db
State = Translation.State


@pytest.fixture
def editor() -> Client:
    return desk(make_user("vera", roles.EDITOR))


def form_of(row: Any) -> str:
    return f"/admin/commentaries/{row._meta.model_name}/{row.pk}/change/"


def finds(word: str, language: str = "en") -> bool:
    return bool(headlines(Client(), word, language))


# --- Texts


def test_a_text_saved_in_the_form_of_the_desk_is_found_by_its_new_words_only(editor: Client) -> None:
    commentary = make_commentary(body_en="<p>About a canal.</p>")
    assert finds("canal")
    changes = {"body_en": "<p>About a tunnel.</p>", "small_change": "on", "correction_en": "It is a tunnel."}
    assert save(editor, form_of(commentary), "commentary", **changes).status_code == 302
    assert finds("tunnel")
    assert not finds("canal")


def test_a_translators_page_makes_its_text_found() -> None:
    commentary = test_translating.translated(public=True)
    translator = desk(make_user("translator", roles.TRANSLATOR, languages=["en"]))
    test_translating.post(translator, commentary, title_en="The aqueduct", correction_en="A better word.")
    assert finds("aqueduct")


def test_a_file_from_a_translation_tool_makes_its_texts_found() -> None:
    commentary = test_exchange.untranslated()
    translator = desk(make_user("translator", roles.TRANSLATOR, languages=["en"]))
    whole = test_exchange.whole(commentary.forecasts.get().pk) | {"title": "The aqueduct"}
    content = test_exchange.filled(test_exchange.take_out(translator, commentary.issue), whole)
    assert test_exchange.bring_in(translator, commentary.issue, content, state="ready").status_code == 302
    _publish(commentary)
    assert finds("aqueduct")
    assert finds("“bridge will open”")  # its forecast


def test_drafts_from_word_are_found_once_they_are_public() -> None:
    draft = drafting.Draft(
        week_start=MONDAY,
        week_end=MONDAY + timedelta(days=6),
        section=make_section(),
        language="en",
        title="The aqueduct",
        body="<p>Water.</p>",
        trend="unchanged",
        analysts=[make_analyst(name_en="Vilma Harsk")],
    )
    (commentary,) = drafting.create([draft], make_user("vera", roles.EDITOR))
    _publish(commentary)
    assert finds("aqueduct")
    assert finds("Harsk")


def _publish(commentary: Commentary) -> None:
    """Past the gate, as time does it: nothing is saved."""
    Translation.objects.filter(commentary=commentary).exclude(state=State.MISSING).update(state=State.READY)
    Commentary.objects.filter(pk=commentary.pk).update(published_at=timezone.now())
    Issue.objects.filter(pk=commentary.issue_id).update(published_at=timezone.now())


def test_an_imported_archive_is_found_with_its_forecasts_and_authors(tmp_path: Path) -> None:
    line = {
        "week_start": "2022-01-17",
        "week_end": "2022-01-23",
        "section": "economy",
        "section_title": {"en": "Economy"},
        "trend": "improved",
        "source_language": "en",
        "authors": ["Vilma Harsk"],
        "title": {"en": "The aqueduct"},
        "lead": {"en": "Water."},
        "body": {"en": "<p>About stones.</p>"},
        "forecasts": [{"statement": {"en": "Mortar will follow."}, "due": None, "outcome": "open"}],
        "published_at": "2022-01-24T09:00:00Z",
    }
    path = tmp_path / "archive.jsonl"
    path.write_text(json.dumps(line))
    call_command("import_archive", path, stdout=StringIO())
    assert all(finds(word) for word in ("aqueduct", "stone", "mortar", "Harsk"))
    path.write_text(json.dumps({**line, "week_start": "2022-01-24", "week_end": "2022-01-30", "title": {"en": "Moat"}}))
    call_command("import_archive", path, "--dry-run", stdout=StringIO())
    assert not finds("moat")


def test_a_version_that_is_brought_back_is_found_by_its_words(editor: Client) -> None:
    commentary = test_history.draft(title_en="The aqueduct")
    test_history.change(editor, commentary, title_en="The tunnel")
    test_history.bring_back(editor, commentary, test_history.numbers(commentary)[0], "title_en")
    _publish(commentary)
    assert finds("aqueduct")
    assert not finds("tunnel")


# --- What belongs to a text


def test_a_forecast_is_found_changed_and_gone() -> None:
    commentary = make_commentary()
    forecast = make_forecast(commentary, statement_en="The aqueduct will leak.")
    assert finds("aqueduct")
    forecast.statement_en = "The tunnel will leak."
    forecast.save()
    assert finds("tunnel")
    assert not finds("aqueduct")
    Forecast.objects.get().delete()
    assert not finds("leak")


def test_a_byline_is_found_and_gone() -> None:
    commentary, analyst = make_commentary(), make_analyst(name_en="Vilma Harsk")
    sign(commentary, analyst)
    assert finds("Harsk")
    commentary.bylines.get().delete()
    assert not finds("Harsk")


def test_another_name_of_an_analyst_given_at_the_desk_holds_at_once(editor: Client) -> None:
    analyst = make_analyst("vilma", name_en="Vilma Harsk", pen_name_en="The Heron")
    sign(make_commentary(), analyst)
    assert save(editor, form_of(analyst), "analyst", name_en="Vilma Krey").status_code == 302
    assert finds("Krey")
    assert not finds("Harsk")
    assert save(editor, form_of(analyst), "analyst", is_public=None).status_code == 302
    assert finds("heron")
    assert not finds("Krey")


def test_another_week_section_or_trend_is_filtered_by_at_once() -> None:
    issue, security, economy = make_issue(), make_section("security"), make_section("economy")
    commentary = make_commentary(issue, security, trend="improved", title_en="The aqueduct")
    commentary.section, commentary.trend = economy, "worsened"
    commentary.save()
    assert headlines(Client(), "", section="economy", trend="worsened") == ["The aqueduct"]
    assert headlines(Client(), "", section="security") == []
    issue.week_start, issue.week_end = MONDAY.replace(year=2020), MONDAY.replace(year=2020) + timedelta(days=6)
    issue.save()
    assert headlines(Client(), "", **{"from": "2020", "to": "2020"}) == ["The aqueduct"]


def test_a_text_that_is_taken_out_or_deleted_leaves_nothing_behind() -> None:
    commentary = make_commentary()
    commentary.body_ru = ""
    commentary.save()
    assert sorted(SearchEntry.objects.values_list("language", flat=True)) == ["be", "en"]
    commentary.delete()
    assert not SearchEntry.objects.exists()
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO search_entry_words (search_entry_words, rank) VALUES ('integrity-check', 1)")


# --- In one transaction


def test_what_is_rolled_back_is_not_found() -> None:
    commentary = make_commentary()
    with transaction.atomic():
        commentary.title_en = "The aqueduct"
        commentary.save()
        transaction.set_rollback(True)
    assert not finds("aqueduct")


def test_a_save_that_changes_no_text_writes_nothing() -> None:
    commentary = make_commentary()
    before = list(SearchEntry.objects.order_by("place").values_list("place", "digest"))
    SearchEntry.objects.filter(language="en").update(title=" kept ")
    publishing.withdraw(commentary, {"en": "A mistake."})
    publishing.restore(commentary)
    assert list(SearchEntry.objects.order_by("place").values_list("place", "digest")) == before
    assert SearchEntry.objects.filter(title=" kept ").exists()


def test_the_command_makes_the_index_anew(capsys: pytest.CaptureFixture[str]) -> None:
    make_commentary(title_en="The aqueduct")
    SearchEntry.objects.all().delete()
    SearchStem.objects.all().delete()
    assert not finds("aqueduct")
    call_command("index_search")
    printed = capsys.readouterr()
    assert printed.out == "Commentaries that search knows: 1.\n"
    assert "1/1" in printed.err
    assert finds("aqueduct")
    assert SearchStem.objects.filter(stem="aqueduct").exists()


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite's index knows where a word stands")
def test_texts_that_were_indexed_before_are_found_by_their_phrases() -> None:
    make_commentary(title_en="Bridge", lead_en="Сад", body_en="<p>An old bridge and an old bridge of stone.</p>")
    take_away = """UPDATE commentaries_searchentry
        SET words = ts_delete(words, (SELECT array_agg(lexeme) FROM unnest(words) WHERE starts_with(lexeme, 'p')))"""
    words = "SELECT array_agg(words::text ORDER BY place) FROM commentaries_searchentry"
    with connection.cursor() as cursor:
        cursor.execute(words)
        indexed = cursor.fetchall()
        cursor.execute(take_away)
    assert not finds('"bridge of stone"')
    migration = import_module("commentaries.migrations.0012_pairs_of_words")
    migration.add_pairs(None, connection.schema_editor())
    assert finds('"bridge of stone"')
    with connection.cursor() as cursor:
        cursor.execute(words)
        assert cursor.fetchall() == indexed
