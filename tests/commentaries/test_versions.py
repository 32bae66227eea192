"""A version is a commentary with all that belongs to it, as it stood until the commentary was written again."""

import time
from typing import Any

import pytest
from django.utils import timezone

from commentaries import publishing, translations, versions
from commentaries.models import Commentary, Translation
from commentaries.versions.reasons import Reason, from_version, version_time
from commentaries.versions.structure import difference
from tests.factories import make_analyst, make_commentary, make_forecast, make_issue, make_section, sign

pytestmark = pytest.mark.django_db


def numbers(commentary: Commentary) -> list[int]:
    return [record.history_id for record in versions.records(commentary)][::-1]


def test_what_is_saved_after_the_commentary_belongs_to_its_version() -> None:
    commentary = make_commentary(state="draft")
    forecast = make_forecast(commentary)
    sign(commentary, make_analyst())
    commentary.title_be = "Новы"
    commentary.save()
    forecast.statement_be = "Не адкрыюць."
    forecast.save()
    translations.mark_ready(Commentary.objects.get(), "be", None)
    first, second = (versions.version(commentary, number) for number in numbers(commentary))
    assert first is not None
    assert second is not None
    assert first.commentary.title_be != second.commentary.title_be
    assert [row.statement_be for row in first.forecasts.values()] == ["Мост адкрыюць."]
    assert [row.statement_be for row in second.forecasts.values()] == ["Не адкрыюць."]
    assert (first.translations["be"].state, second.translations["be"].state) == ("draft", "ready")
    assert len(first.bylines) == len(second.bylines) == 1
    assert (first.is_newest, second.is_newest) == (False, True)
    assert versions.newest_number(commentary) == second.number


def test_what_was_deleted_is_in_the_version_before_only() -> None:
    commentary = make_commentary()
    make_forecast(commentary)
    commentary.save()
    commentary.forecasts.all().delete()
    first, second = (versions.version(commentary, number) for number in numbers(commentary))
    assert first is not None
    assert second is not None
    assert (len(first.forecasts), len(second.forecasts)) == (1, 0)


def test_the_version_of_a_time_is_the_newest_before_it() -> None:
    before = timezone.now()
    commentary = make_commentary()
    between = timezone.now()
    commentary.save()
    first, second = numbers(commentary)
    assert versions.versions_at({commentary.pk: before}) == {}
    found = [versions.versions_at({commentary.pk: at})[commentary.pk].number for at in (between, timezone.now())]
    assert found == [first, second]


def test_versions_of_a_list_are_those_asked_for_one_by_one() -> None:
    commentary = make_commentary()
    for state in ("in_review", "ready", "draft"):
        commentary.save()
        for row in Translation.objects.all():
            row.state = state
            row.save()
    found = versions.versions(commentary, versions.records(commentary))
    assert found == [versions.version(commentary, number) for number in reversed(numbers(commentary))]
    assert [one.translations["be"].state for one in found] == ["draft", "ready", "in_review", "ready"]


def test_a_version_of_another_commentary_is_none() -> None:
    issue = make_issue()
    ours, other = make_commentary(issue), make_commentary(issue, make_section())
    assert versions.version(ours, numbers(other)[0]) is None


@pytest.mark.parametrize("kept", ["unscheduled", "no longer scheduled", "планаванне адменена"])
def test_a_reason_is_known_as_a_code_and_in_the_words_of_before(kept: str) -> None:
    assert Reason.of(kept) is Reason.UNSCHEDULED


def test_the_gate_keeps_codes_whatever_language_its_user_speaks() -> None:
    issue: Any = publishing.publish(make_commentary(make_issue(public=False), public=False).issue)
    assert {row.history_change_reason for row in issue.history.exclude(history_change_reason=None)} == {"published"}


def test_a_reason_names_the_version_that_came_back() -> None:
    now = timezone.now()
    assert version_time(from_version(now)) == now
    assert version_time("version of nothing") is None
    assert version_time(None) is None


def html_of(before: str, after: str) -> str:
    return difference(before, after, rich=True).html


def test_a_split_paragraph_a_list_and_a_picture_are_said() -> None:
    assert "[paragraph]" in html_of("<p>One. Two.</p>", "<p>One.</p><p>Two.</p>")
    assert "[list item]" in html_of("<p>One.</p>", "<ul><li>One.</li></ul>")
    picture = '<figure><img src="/media/bodies/bridge.png" alt=""></figure>'
    assert "[picture bridge.png]" in html_of("<p>One.</p>", f"<p>One.</p>{picture}")


def test_a_paragraph_within_a_quotation_is_no_change_of_its_own() -> None:
    assert "<del" not in html_of("<blockquote><p>One.</p></blockquote>", "<blockquote>One.</blockquote>")


def test_nothing_of_a_text_is_markup_in_a_comparison() -> None:
    shown = difference("a < b", "a <script> & b", rich=False).html
    assert "<script" not in shown
    assert "&lt;" in shown


def test_long_texts_are_compared_in_a_short_time() -> None:
    started = time.process_time()
    paragraphs = "".join(f"<p>Paragraph {number} of a long text about the bridge.</p>" for number in range(2000))
    assert "[paragraph]" not in html_of(paragraphs, paragraphs.replace("Paragraph 7 of", "Paragraph seven of"))
    html_of("<p>a</p>" * 10_000, "<p>b</p>" * 10_000)
    html_of("<p>" + "a b " * 1450 + "</p>", "<p>" + "b a a " * 950 + "</p>")
    assert time.process_time() - started < 10
