from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import override

from commentaries.folding import fold
from commentaries.languages import local
from commentaries.models import Analyst, Commentary, Forecast, Issue, Picture, Publication, Trend
from commentaries.models.issues import next_week
from tests.factories import (
    MONDAY,
    PAST,
    make_analyst,
    make_commentary,
    make_forecast,
    make_issue,
    make_publication,
    make_section,
    sign,
)

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


# --- Issues ---


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (MONDAY, MONDAY + 6 * DAY),
        (MONDAY + 6 * DAY, MONDAY + 12 * DAY),
        (MONDAY - 6 * DAY, MONDAY),
        (MONDAY + DAY, MONDAY + 2 * DAY),
        (MONDAY - 30 * DAY, MONDAY + 30 * DAY),
    ],
)
def test_the_database_refuses_weeks_that_overlap(start: date, end: date) -> None:
    make_issue(MONDAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        Issue.objects.bulk_create([Issue(week_start=start, week_end=end)])
    other = make_issue(MONDAY + 70 * DAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        Issue.objects.filter(pk=other.pk).update(week_start=start, week_end=end)


def test_weeks_that_touch_are_no_overlap() -> None:
    make_issue(MONDAY)
    make_issue(MONDAY + 7 * DAY)
    make_issue(MONDAY - 7 * DAY)
    assert Issue.objects.count() == 3


def test_an_issue_does_not_overlap_with_itself() -> None:
    issue = make_issue(MONDAY)
    issue.week_end = MONDAY + 8 * DAY
    issue.full_clean()
    issue.save()


def test_a_form_is_told_in_a_sentence_which_issue_has_the_days() -> None:
    make_issue(MONDAY)
    with pytest.raises(
        ValidationError, match=r"These days belong to another issue already: January\\xa017\\xa0– 23, 2022"
    ):
        Issue(week_start=MONDAY + 2 * DAY, week_end=MONDAY + 9 * DAY).full_clean()


def test_a_week_cannot_end_before_it_starts() -> None:
    with pytest.raises(ValidationError, match="The week ends before it starts"):
        Issue(week_start=MONDAY, week_end=MONDAY - DAY).full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        Issue.objects.create(week_start=MONDAY, week_end=MONDAY - DAY)


@pytest.mark.parametrize(("start", "end"), [(date(999, 1, 5), date(999, 1, 11)), (MONDAY, date(9999, 12, 31))])
def test_a_misspelt_year_is_refused_by_the_form_and_the_database(start: date, end: date) -> None:
    with pytest.raises(ValidationError, match="Check the year"):
        Issue(week_start=start, week_end=end).full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        Issue.objects.create(week_start=start, week_end=end)


def test_a_headline_that_cannot_be_seen_is_none() -> None:
    assert not make_commentary(title_be="\u200b\u2060").has_text("be")


def test_a_text_longer_than_a_parser_should_be_asked_to_read_is_refused() -> None:
    commentary = make_commentary()
    commentary.body_be = "<blockquote>" * 40_000
    with pytest.raises(ValidationError, match="more than 300000 characters"):
        commentary.full_clean()


def test_the_next_week_follows_the_last_issue_and_ends_on_its_sunday() -> None:
    make_issue(MONDAY)
    assert next_week() == (date(2022, 1, 24), date(2022, 1, 30))


def test_the_first_issue_is_proposed_for_this_week_in_the_time_zone_of_the_publication(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sunday_night_in_utc = datetime(2022, 1, 23, 21, 30, tzinfo=UTC)  # Monday, 00:30 in Minsk
    monkeypatch.setattr(timezone, "now", lambda: sunday_night_in_utc)
    assert next_week() == (date(2022, 1, 24), date(2022, 1, 30))


def test_a_special_issue_is_headed_by_its_title() -> None:
    issue = make_issue(title_be="Вынікі года")
    assert issue.heading("ru") == "Вынікі года"
    assert issue.heading("ru").language == "be"


# --- What readers may see ---


def test_a_commentary_is_public_when_it_its_issue_and_a_language_are() -> None:
    commentary = make_commentary()
    assert Commentary.objects.published().get() == commentary


@pytest.mark.parametrize(
    "fields",
    [{"published_at": None}, {"published_at": timezone.now() + DAY}, {"withdrawn_at": PAST}],
)
def test_a_draft_scheduled_or_withdrawn_commentary_or_issue_is_not_public(fields: dict[str, object]) -> None:
    commentary = make_commentary()
    Commentary.objects.filter(pk=commentary.pk).update(**fields)
    assert not Commentary.objects.published().exists()
    other = make_commentary(make_issue(MONDAY + 7 * DAY))
    Issue.objects.filter(pk=other.issue_id).update(**fields)
    assert not Commentary.objects.published().exists()


@pytest.mark.parametrize(
    ("state", "public"),
    [("missing", False), ("draft", False), ("in_review", False), ("ready", True), ("outdated", True)],
)
def test_a_language_is_public_from_ready_on_even_when_outdated(state: str, public: bool) -> None:
    make_commentary(state=state)
    assert Commentary.objects.published().exists() is public


def test_a_scheduled_issue_appears_by_itself_when_its_time_has_come(monkeypatch: pytest.MonkeyPatch) -> None:
    at = timezone.now() + DAY
    issue = make_issue(published_at=at)
    Commentary.objects.filter(pk=make_commentary(issue).pk).update(published_at=at)
    assert not Commentary.objects.published().exists()
    monkeypatch.setattr(timezone, "now", lambda: at)
    assert Commentary.objects.published().exists()
    assert Issue.objects.published().exists()


# --- Languages ---


@pytest.mark.parametrize(
    ("wanted", "given", "served"),
    [
        ("be", ("be", "ru", "en"), "be"),
        ("be", ("ru", "en"), "ru"),
        ("ru", ("be", "en"), "be"),
        ("en", ("be", "ru"), "be"),
        ("en", ("ru",), "ru"),
        ("be", ("en",), "en"),
    ],
)
def test_a_reader_gets_a_commentary_whole_in_their_language_or_the_next(
    wanted: str, given: tuple[str, ...], served: str
) -> None:
    commentary = make_commentary(languages=given)
    with override(wanted):
        edition = commentary.edition()
        assert edition is not None
        assert edition.language == served
        assert edition.is_foreign is (wanted != served)
        assert edition.title == getattr(commentary, f"title_{served}")


def test_a_translation_that_is_not_ready_is_passed_over() -> None:
    commentary = make_commentary()
    commentary.translations.filter(language="en").update(state="in_review")
    edition = commentary.edition("en")
    assert edition is not None
    assert edition.language == "be"


def test_a_language_without_a_text_is_not_public_whatever_its_state_says() -> None:
    commentary = make_commentary(body_en="")
    assert commentary.public_languages() == ["be", "ru"]


def test_an_edition_has_only_the_forecasts_worded_in_its_language() -> None:
    commentary = make_commentary()
    make_forecast(commentary, statement_en="")
    editions = [commentary.edition(language) for language in ("be", "en")]
    assert [len(edition.forecasts) for edition in editions if edition] == [1, 0]


def test_a_text_says_which_language_it_is_in() -> None:
    section = make_section(title_en="", title_ru="")
    assert local(section, "title", "en").language == "be"


@pytest.mark.parametrize(
    ("language", "labels"),
    [
        ("en", ["The situation has improved", "The situation has not changed", "The situation got worse"]),
    ],
)
def test_trends_are_named_in_words(language: str, labels: list[str]) -> None:
    with override(language):
        assert [str(trend.label) for trend in Trend] == labels


# --- Sections, analysts, publication ---


def test_a_changed_section_address_is_remembered_and_may_be_taken_back() -> None:
    section = make_section("relations")
    section.slug = "foreign-relations"
    section.save()
    assert [row.slug for row in section.former_slugs.all()] == ["relations"]
    section.slug = "relations"
    section.save()
    assert [row.slug for row in section.former_slugs.all()] == ["foreign-relations"]


def test_a_new_section_cannot_take_an_address_that_leads_elsewhere() -> None:
    section = make_section("relations")
    section.slug = "foreign-relations"
    section.save()
    newcomer = make_section("other")
    newcomer.slug = "relations"
    with pytest.raises(ValidationError, match="used to be that of"):
        newcomer.full_clean()


def test_a_second_commentary_for_a_section_and_issue_is_refused_in_a_sentence() -> None:
    first = make_commentary()
    second = Commentary(issue=first.issue, section=first.section)
    with pytest.raises(ValidationError, match="has a commentary for this section already"):
        second.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        second.save()


def test_a_hidden_analyst_is_only_ever_their_pen_name() -> None:
    analyst = make_analyst(name_be="Сапраўднае Імя", pen_name_be="Летапісец", is_public=False)
    assert analyst.byline("en") == "Летапісец"
    assert str(analyst) == "Летапісец"
    assert not analyst.has_page
    assert not Analyst.objects.with_page().exists()


def test_a_hidden_analyst_needs_a_pen_name() -> None:
    with pytest.raises(ValidationError, match="needs a pen name"):
        Analyst(slug="x", name_be="Імя", is_public=False).full_clean()


def test_a_guest_has_no_page() -> None:
    assert not make_analyst(is_guest=True).has_page


def test_an_analyst_has_a_page_once_they_have_published() -> None:
    ina, newcomer = make_analyst("ina"), make_analyst("newcomer")
    sign(make_commentary(), ina)
    sign(make_commentary(Issue.objects.get(), public=False), newcomer)
    assert [row.slug for row in Analyst.objects.with_page()] == ["ina"]
    assert [row.has_page for row in Analyst.objects.knowing_pages()] == [True, False]


def test_there_is_one_publication() -> None:
    make_publication()
    Publication(name_be="Іншы").save()
    assert Publication.objects.get().name_be == "Іншы"
    with pytest.raises(IntegrityError), transaction.atomic():
        Publication.objects.bulk_create([Publication(pk=2, name_be="Трэці")])


# --- Forecasts, history, folding ---


def test_a_judged_forecast_has_the_date_of_its_judgement_and_an_open_one_none() -> None:
    commentary = make_commentary()
    with pytest.raises(ValidationError, match="has the date of the judgement"):
        Forecast(commentary=commentary, outcome="came_true").full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        make_forecast(commentary, outcome_date=MONDAY)


def test_history_keeps_every_language_and_not_whichever_was_active() -> None:
    with override("ru"):
        commentary = make_commentary()
        commentary.title_be = "Новы загаловак"
        commentary.save()
    newest, oldest = commentary.history.all()
    assert (newest.title_be, oldest.title_be) == ("Новы загаловак", "Загаловак каментара")
    assert newest.title_ru == "Заголовок комментария"
    assert not hasattr(newest, "folded")


def test_texts_are_cleaned_when_they_are_saved_in_every_language() -> None:
    commentary = make_commentary(body_be="<p>а<script>x</script></p>", body_ru="<p>&nbsp;</p>")
    commentary.refresh_from_db()
    assert (commentary.body_be, commentary.body_ru) == ("<p>а</p>", "")


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Беларусь", "беларусь"),
        ("Ёлка  ў лесе", "елка у лесе"),
        ("Сям’я", "сям'я"),
        ("Café", "cafe"),
        ("Йод", "йод"),
    ],
)
def test_texts_are_folded_for_searching(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_what_people_search_by_is_kept_folded() -> None:
    commentary = make_commentary(title_be="БЕЛАРУСЬ і Ўкраіна")
    assert Commentary.objects.filter(folded__contains=fold("беларусь і ўкраіна")).get() == commentary
    assert "<p>" not in commentary.folded


def test_a_picture_without_a_file_keeps_its_words() -> None:
    picture = Picture(caption_be="Ілюстрацыйнае фота", credit="Somebody")
    picture.save()
    assert str(picture) == "Ілюстрацыйнае фота"
