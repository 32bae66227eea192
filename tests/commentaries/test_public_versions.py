"""Which versions readers had, and what the address of each shows: nothing that they had not, or are not to have."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from commentaries import publishing, roles, translations
from commentaries.changing import CommentaryChange
from commentaries.models import Byline, Commentary, Correction, Forecast, Issue, Translation
from commentaries.versions.readers import PublicVersion, public_versions
from tests.commentaries.desk import desk
from tests.factories import (
    PAST,
    make_analyst,
    make_commentary,
    make_forecast,
    make_issue,
    make_picture,
    make_publication,
    make_section,
    make_user,
    sign,
)

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
PAGE = "/en/issues/2022-01-17/security/"
State = Translation.State


@pytest.fixture
def commentary() -> Commentary:
    """Public since the first of February 2022 in three languages."""
    make_publication()
    return make_commentary(section=make_section("security"))


def passed(commentary: Commentary, time: timedelta = HOUR) -> Commentary:
    """Let time pass: all history so far is that much older."""
    models: list[Any] = [Issue, Commentary, Translation, Byline, Forecast]
    for model in models:
        for row in model.history.all():
            model.history.filter(pk=row.pk).update(history_date=row.history_date - time)
    found: Commentary = Commentary.objects.with_texts().get(pk=commentary.pk)
    return found


def write(commentary: Commentary, **fields: Any) -> Commentary:
    """Save a change as it stands, and let an hour pass."""
    for name, value in fields.items():
        setattr(commentary, name, value)
    commentary.save()
    return passed(commentary)


def found(commentary: Commentary, language: str = "en") -> list[PublicVersion]:
    return public_versions(Commentary.objects.with_texts().get(pk=commentary.pk), language)


def page(client: Client, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status, path
    return response.content.decode()


# --- What counts ----------------------------------------------------------------------------------------------------


def test_an_imported_commentary_has_one_version_of_the_day_it_was_published(commentary: Commentary) -> None:
    (only,) = found(commentary)
    assert (only.number, only.since, only.is_newest) == (1, PAST, True)


def test_a_commentary_without_history_has_one_version(commentary: Commentary) -> None:
    Commentary.history.all().delete()
    assert [(one.number, one.since) for one in found(commentary)] == [(1, PAST)]


def test_another_text_trend_forecast_or_byline_makes_a_version_a_save_without_one_does_not(
    commentary: Commentary,
) -> None:
    commentary = passed(commentary)
    commentary = write(commentary, title_en="Another headline")
    commentary = write(commentary)
    commentary = write(commentary, trend="improved")
    commentary.save()
    make_forecast(commentary)
    commentary = passed(commentary)
    commentary.save()
    sign(commentary, make_analyst())
    commentary = passed(commentary)
    assert [one.number for one in found(commentary)] == [1, 2, 3, 4, 5]
    assert [one.is_newest for one in found(commentary)] == [False] * 4 + [True]


def test_a_language_counts_its_own_versions(commentary: Commentary) -> None:
    write(passed(commentary), title_en="Another headline")
    assert (len(found(commentary, "en")), len(found(commentary, "be"))) == (2, 1)


def test_drafts_before_publishing_are_no_versions() -> None:
    commentary = make_commentary(make_issue(public=False), public=False)
    commentary = write(passed(commentary), title_en="Second draft")
    commentary = write(commentary, title_en="Third draft")
    publishing.publish(commentary.issue)
    (only,) = found(commentary)
    assert only.since > timezone.now() - HOUR


def test_a_scheduled_text_that_was_changed_before_its_time_was_never_read() -> None:
    commentary = make_commentary(make_issue(public=False), public=False)
    publishing.publish(passed(commentary).issue, timezone.now() + HOUR)
    commentary = Commentary.objects.get()
    commentary.title_en = "In time"
    commentary.save()
    commentary = passed(commentary, 3 * HOUR)
    for row in (commentary, commentary.issue):
        type(row).history.filter(published_at__isnull=False).update(published_at=timezone.now() - HOUR)
        type(row)._default_manager.filter(pk=row.pk).update(published_at=timezone.now() - HOUR)
    assert len(found(commentary)) == 1


def test_what_was_changed_while_it_was_withdrawn_was_never_read(commentary: Commentary) -> None:
    commentary = passed(commentary)
    publishing.withdraw(commentary, {"en": "A mistake."})
    commentary = passed(commentary)
    commentary = write(commentary, title_en="Half mended")
    commentary = write(commentary, title_en="Mended")
    publishing.restore(commentary)
    first, second = found(commentary)
    assert (first.number, second.number) == (1, 2)
    assert first.until is not None
    assert first.until < second.since


def test_what_was_written_while_the_language_was_put_back_was_never_read(commentary: Commentary) -> None:
    commentary = passed(commentary)
    translations.put_back(commentary, "en", State.DRAFT)
    commentary = write(passed(commentary), title_en="Half mended")
    commentary = write(commentary, title_en="Mended")
    translations.mark_ready(commentary, "en", None)
    assert [one.number for one in found(commentary)] == [1, 2]


def test_a_text_that_its_own_save_sent_back_to_review_was_never_read(commentary: Commentary) -> None:
    """The save writes the text while the language is still ready, and puts the language back a moment later."""
    commentary = passed(commentary)
    change = CommentaryChange(commentary, make_user("boss", is_superuser=True))
    commentary.title_ru = "Тайна"
    commentary.save()
    change.finish(small=True, steps={"ru": State.IN_REVIEW})
    commentary = write(passed(commentary), title_ru="Можно читать")
    translations.mark_ready(Commentary.objects.get(), "ru", None)
    numbers = [one.record for one in found(commentary, "ru")]
    titles = list(Commentary.history.filter(pk__in=numbers).values_list("title_ru", flat=True))
    assert sorted(titles) == ["Заголовок комментария", "Можно читать"]


# --- The page of a version ------------------------------------------------------------------------------------------


def corrected(commentary: Commentary) -> Commentary:
    """The headline was wrong; readers were told."""
    commentary = write(passed(commentary), title_en="The right headline", trend="worsened")
    made_at = timezone.now() - HOUR + timedelta(seconds=1)
    note = "The headline was wrong."
    Correction.objects.create(
        commentary=commentary, made_at=made_at, note_en=note, trend_before="unchanged", trend_after="worsened"
    )
    return commentary


def test_an_earlier_version_stays_readable_with_its_date_and_what_was_corrected(
    client: Client, commentary: Commentary
) -> None:
    corrected(commentary)
    text = page(client, f"{PAGE}versions/1/")
    assert "<h1>A headline</h1>" in text
    assert "An earlier version, of February\u00a01, 2022." in text
    assert "The situation has not changed" in text
    assert "The headline was wrong." in text
    assert f'<a href="{PAGE}">To the current version</a>' in text
    assert '<meta name="robots" content="noindex">' in text
    assert f'<link rel="canonical" href="http://127.0.0.1:8000{PAGE}">' in text
    assert 'rel="alternate" hreflang' not in text


def test_the_newest_permalink_shows_the_present_text(client: Client, commentary: Commentary) -> None:
    corrected(commentary)
    text = page(client, f"{PAGE}versions/2/")
    assert "<h1>The right headline</h1>" in text
    assert "the current one" in text


def test_the_commentary_says_its_version_and_links_the_earlier_ones(client: Client, commentary: Commentary) -> None:
    assert "Earlier versions" not in page(client, PAGE)
    corrected(commentary)
    text = page(client, PAGE)
    assert f'<a href="{PAGE}versions/2/" rel="bookmark">Version 2 of' in text
    assert f'<a href="{PAGE}versions/1/">Version 1 of February\u00a01, 2022</a>' in text


@pytest.mark.parametrize("number", ["0", "2", "99999999999999999999999999"])
def test_a_version_that_never_was_is_404(client: Client, commentary: Commentary, number: str) -> None:
    page(client, f"{PAGE}versions/{number}/", 404)


def test_a_version_page_asks_a_fixed_number_of_queries(
    client: Client, commentary: Commentary, django_assert_num_queries: Any
) -> None:
    for number in range(3):
        commentary = write(passed(commentary), title_en=f"Headline {number}")
    with django_assert_num_queries(13):
        page(client, f"{PAGE}versions/1/")
    for number in range(20):
        commentary = write(commentary, title_en=f"Other {number}")
    with django_assert_num_queries(13):
        page(client, f"{PAGE}versions/1/")


def test_a_withdrawn_commentary_takes_its_versions_along(client: Client, commentary: Commentary) -> None:
    publishing.withdraw(corrected(commentary), {"en": "All of it was wrong."})
    for path in ("versions/1/", "versions/2/", "versions/1/cite.bib", "cite.ris"):
        assert "All of it was wrong." in page(client, PAGE + path, 410)


def test_a_moved_section_takes_the_versions_along(client: Client, commentary: Commentary) -> None:
    commentary.section.slug = "safety"
    commentary.section.save()
    for path in ("versions/1/", "versions/1/cite.bib"):
        assert client.get(PAGE + path).headers["Location"] == f"/en/issues/2022-01-17/safety/{path}"


# --- What is not to be read any more --------------------------------------------------------------------------------


def test_earlier_versions_that_an_editor_hid_say_so_and_nothing_else(client: Client, commentary: Commentary) -> None:
    publishing.hide_versions(corrected(commentary))
    for path in ("versions/1/", "versions/1/cite.bib"):
        text = page(client, PAGE + path, 410)
        assert "This version can no longer be read" in text
        assert f'href="{PAGE}"' in text
        assert "A headline" not in text
    assert "Earlier versions" not in page(client, PAGE)
    assert "The right headline" in page(client, f"{PAGE}versions/2/")


def test_a_version_that_ends_after_the_hiding_is_read(client: Client, commentary: Commentary) -> None:
    publishing.hide_versions(corrected(commentary))
    passed(Commentary.objects.get())
    Commentary.objects.update(earlier_versions_hidden_at=timezone.now() - HOUR)
    write(Commentary.objects.get(), title_en="The third headline")
    page(client, f"{PAGE}versions/1/", 410)
    assert "The right headline" in page(client, f"{PAGE}versions/2/")


def test_what_was_withdrawn_when_it_was_hidden_stays_hidden(client: Client, commentary: Commentary) -> None:
    commentary = passed(commentary)
    publishing.withdraw(commentary, {"en": "For somebody's safety."})
    publishing.hide_versions(commentary)
    commentary = Commentary.objects.get()
    commentary.title_en = "Mended"
    commentary.save()
    publishing.restore(commentary)
    assert "A headline" not in page(client, f"{PAGE}versions/1/", 410)


def test_hidden_versions_are_shown_again(client: Client, commentary: Commentary) -> None:
    publishing.hide_versions(corrected(commentary))
    publishing.show_versions(Commentary.objects.get())
    assert "A headline" in page(client, f"{PAGE}versions/1/")


def test_a_language_that_is_not_public_any_more_has_no_versions(client: Client, commentary: Commentary) -> None:
    commentary = corrected(commentary)
    translations.put_back(commentary, "en", State.DRAFT)
    for number in (1, 2):
        text = page(client, f"{PAGE}versions/{number}/", 410)
        assert "headline" not in text
    assert "/be/issues/2022-01-17/security/versions/1/" in page(client, PAGE)


def test_a_language_that_never_was_public_has_no_versions(client: Client) -> None:
    make_commentary(section=make_section("security"), languages=("be",), title_en="Secret", body_en="<p>Secret</p>")
    page(client, f"{PAGE}versions/1/", 404)
    assert "Secret" not in page(client, PAGE)


def test_an_analyst_who_hides_is_named_by_the_pen_name_in_every_version(client: Client, commentary: Commentary) -> None:
    analyst = make_analyst(name_en="Ina Vardel")
    sign(commentary, analyst)
    corrected(commentary)
    assert "Ina Vardel" in page(client, f"{PAGE}versions/1/")
    analyst.is_public, analyst.pen_name_en = False, "The Chronicler"
    analyst.save()
    for path in ("versions/1/", "versions/1/cite.bib", "versions/2/cite.ris", "cite.json"):
        text = page(client, PAGE + path)
        assert "Vardel" not in text
        assert "Chronicler" in text


def test_who_has_stopped_signing_is_named_in_no_version(client: Client, commentary: Commentary) -> None:
    sign(commentary, make_analyst(name_en="Ina Vardel"), make_analyst(name_en="Pavel Luzhny"))
    corrected(commentary)
    commentary.bylines.first().delete()
    text = page(client, f"{PAGE}versions/1/") + page(client, f"{PAGE}versions/1/cite.json")
    assert "Vardel" not in text
    assert "Pavel Luzhny" in text


def test_a_picture_that_was_taken_away_is_in_no_version(client: Client, commentary: Commentary) -> None:
    commentary = write(commentary, picture=make_picture())
    corrected(commentary)
    assert "<img" in page(client, f"{PAGE}versions/1/")
    write(Commentary.objects.get(), picture=None)
    assert "<img" not in page(client, f"{PAGE}versions/1/")


def test_a_version_holds_no_word_of_another_language(client: Client, commentary: Commentary) -> None:
    make_forecast(
        commentary, outcome="came_true", outcome_date=date(2022, 2, 1), outcome_note_ru="Заметка.", outcome_note_en=""
    )
    corrected(commentary)
    translations.put_back(Commentary.objects.get(), "ru", State.DRAFT)
    text = page(client, f"{PAGE}versions/1/")
    assert "The bridge will open." in text
    assert "Заметка" not in text


def test_an_editor_hides_the_earlier_versions_and_shows_them_again(client: Client, commentary: Commentary) -> None:
    corrected(commentary)
    editor = desk(make_user("editor", roles.EDITOR))
    history = reverse("admin:commentaries_commentary_history", args=[commentary.pk])
    assert "Hide all earlier versions from readers" in page(editor, history)
    page(editor, f"{history}hide_versions/")
    page(client, f"{PAGE}versions/1/")  # asking changes nothing
    editor.post(f"{history}hide_versions/")
    page(client, f"{PAGE}versions/1/", 410)
    assert "are hidden from readers" in page(editor, history)
    assert "Earlier versions hidden from readers" in page(editor, reverse("admin:commentaries_journal"))
    editor.post(f"{history}show_versions/")
    page(client, f"{PAGE}versions/1/")
