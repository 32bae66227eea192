"""What somebody with an account sends who means harm: rows of others, answers nobody asked for, files of others."""

import time
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse

from commentaries import roles
from commentaries.languages import in_language
from commentaries.models import Byline, Commentary, Forecast, Issue, Translation, User
from tests.commentaries.desk import desk, open_form
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
def own() -> Commentary:
    """A draft of the section for which the analyst writes."""
    return make_commentary(make_issue(public=False), make_section("own"), public=False)


@pytest.fixture
def other(own: Commentary) -> Commentary:
    """A draft of somebody else's in the same issue, with a forecast and an analyst."""
    commentary = make_commentary(own.issue, make_section("other"), public=False)
    make_forecast(commentary)
    sign(commentary, make_analyst("anna"))
    return commentary


@pytest.fixture
def analyst(own: Commentary) -> Client:
    user = make_user("analyst", roles.ANALYST, languages=["be"])
    user.sections.add(own.section)
    return desk(user)


@pytest.fixture
def translator() -> Client:
    return desk(make_user("translator", roles.TRANSLATOR, languages=["ru"]))


def address(commentary: Commentary, deed: str = "change", *more: Any) -> str:
    return reverse(f"admin:commentaries_commentary_{deed}", args=[commentary.pk, *more])


def forged_rows(other: Commentary) -> dict[str, str]:
    """The rows of another commentary, as if they stood in this one's form."""
    forecast, byline = Forecast.objects.get(commentary=other), Byline.objects.get(commentary=other)
    words = {f"forecasts-0-statement_{language}": "Stolen" for language in ("be", "ru", "en")}
    return words | {
        "forecasts-TOTAL_FORMS": "1",
        "forecasts-INITIAL_FORMS": "1",
        "forecasts-0-id": str(forecast.pk),
        "forecasts-0-commentary": str(other.pk),
        "forecasts-0-outcome": "came_true",
        "forecasts-0-position": "7",
        "forecasts-0-DELETE": "on",
        "bylines-TOTAL_FORMS": "1",
        "bylines-INITIAL_FORMS": "1",
        "bylines-0-id": str(byline.pk),
        "bylines-0-commentary": str(other.pk),
        "bylines-0-analyst": str(byline.analyst_id),
        "bylines-0-position": "7",
        "bylines-0-DELETE": "on",
    }


def rows_of(commentary: Commentary) -> list[Any]:
    forecasts = Forecast.objects.filter(commentary=commentary).values_list("pk", "statement_be", "outcome", "position")
    return [*forecasts, *Byline.objects.filter(commentary=commentary).values_list("pk", "position")]


@pytest.mark.parametrize("seen", ["right", "", "1", "999999999"])
@pytest.mark.parametrize("without", ["", "DELETE"])
def test_rows_of_another_commentary_are_not_reached_through_ones_own_form(
    seen: str, without: str, own: Commentary, other: Commentary, analyst: Client
) -> None:
    before = rows_of(other)
    data = open_form(analyst, address(own), "commentary") | forged_rows(other)
    data |= {} if seen == "right" else {"seen_version": seen}
    choices = {name.removesuffix("DELETE"): "mine" for name in data if name.endswith("-DELETE")}
    data |= {f"choice-{name}": answer for name, answer in choices.items()} | {"asked": list(choices)}
    analyst.post(address(own), {name: value for name, value in data.items() if not without or without not in name})
    assert rows_of(other) == before
    assert rows_of(own) == []


def test_rows_of_another_commentary_are_not_previewed_in_ones_own(
    own: Commentary, other: Commentary, analyst: Client
) -> None:
    data = open_form(analyst, address(own), "commentary") | forged_rows(other)
    page = analyst.post(address(own, "preview", "be"), data | {"forecasts-0-DELETE": ""}).content.decode()
    assert "Мост адкрыюць." not in page
    assert rows_of(other)[0][1] == "Мост адкрыюць."


def test_an_answer_to_a_conflict_writes_nothing_that_is_not_ones_own(own: Commentary, translator: Client) -> None:
    forecast = make_forecast(own)
    data = open_form(translator, address(own), "commentary") | {"seen_version": ""}
    names = ["title_be", "title_en", "trend", "section", "source_language", "state_en", f"forecasts-{forecast.pk}-due"]
    data |= {f"choice-{name}": "mine" for name in names} | {"asked": names}
    data |= {"title_be": "Чужое", "title_en": "Stolen", "trend": "improved", "source_language": "en"}
    data |= {"state_en": "draft", "initial-state_en": "ready", "forecasts-0-due": "2030-01-01"}
    translator.post(address(own), data)
    now = Commentary.objects.get(pk=own.pk)
    assert (now.title_be, now.title_en, now.trend, now.source_language) == (
        in_language(own, "title", "be"), in_language(own, "title", "en"), "unchanged", "be",
    )  # fmt: skip
    assert Translation.objects.get(commentary=own, language="en").state != State.DRAFT
    assert Forecast.objects.get().due is None


def test_a_row_that_was_kept_for_an_answer_adds_none_where_one_may_not(own: Commentary, translator: Client) -> None:
    data = open_form(translator, address(own), "commentary") | {"seen_version": ""}
    kept = {f"kept-forecasts-7-statement_{language}": "New" for language in ("be", "ru", "en")}
    answer = {"asked": "forecasts-7-", "choice-forecasts-7-": "mine"}
    counts = {"forecasts-TOTAL_FORMS": "0", "forecasts-INITIAL_FORMS": "0"}
    translator.post(address(own), data | kept | answer | counts | {"kept-forecasts-7-outcome": "open"})
    assert not Forecast.objects.exists()


@pytest.mark.parametrize("deed", ["change", "translate"])
@pytest.mark.parametrize(
    "pressed", ["en:ready", "be:draft", "en:missing", "ru:outdated", "ru:ready:en", ":", "xx:ready"]
)
def test_the_button_of_the_next_step_gives_no_state_that_is_not_ones_to_give(
    deed: str, pressed: str, own: Commentary, translator: Client
) -> None:
    Translation.objects.filter(commentary=own).exclude(language="be").update(state=State.DRAFT)
    url = address(own, deed, *(["ru"] if deed == "translate" else []))
    translator.post(url, open_form(translator, url, "commentary") | {"_next": pressed})
    states = dict(Translation.objects.filter(commentary=own).values_list("language", "state"))
    assert states == {"be": State.READY, "ru": State.DRAFT, "en": State.DRAFT}


def test_side_by_side_nothing_but_its_language_is_written(own: Commentary, translator: Client) -> None:
    url = address(own, "translate", "ru")
    forged = {"title_be": "Чужое", "title_en": "Stolen", "trend": "improved", "picture": "", "state_en": "draft"}
    forged |= {"initial-state_en": "ready", "state_be": "draft", "initial-state_be": "ready", "title_ru": "Своё"}
    assert translator.post(url, open_form(translator, url, "commentary") | forged).status_code == 302
    now = Commentary.objects.get(pk=own.pk)
    texts = [in_language(now, "title", language) for language in ("be", "ru", "en")]
    assert (*texts, now.trend) == ("Загаловак каментара", "Своё", "A headline", "unchanged")
    assert set(Translation.objects.filter(commentary=own).values_list("state", flat=True)) == {State.READY}


def test_an_analyst_brings_nothing_back_of_others(own: Commentary, other: Commentary, analyst: Client) -> None:
    first = other.history.last().history_id
    for commentary in (other, own):
        url = address(commentary, "bring_back", first)
        assert analyst.post(url, {"seen_version": str(first), "chosen": ["title_be"]}).status_code in (403, 404)


def po(client: Client, issue: Issue, pair: str = "be-ru") -> str:
    return client.get(reverse("admin:commentaries_issue_export", args=[issue.pk, pair])).content.decode()


def bring(client: Client, issue: Issue, content: str) -> Any:
    file = ContentFile(content.encode(), name="texts.po")
    return client.post(reverse("admin:commentaries_issue_exchange", args=[issue.pk]), {"file": file})


def test_what_one_person_had_checked_no_other_brings_in_nor_into_another_issue(
    own: Commentary, translator: Client
) -> None:
    later = make_issue(MONDAY + timedelta(days=7), public=False)
    make_commentary(later, make_section("later"), public=False)
    content = po(translator, own.issue).replace('msgstr "Заголовок комментария"', 'msgstr "Новый"')
    checked = bring(translator, own.issue, content).context["checked"]
    second = desk(make_user("second", roles.EDITOR))
    url = reverse("admin:commentaries_issue_exchange", args=[own.issue.pk])
    forgeries = [(second, url, checked), (translator, url, checked[:-2] + "aa"), (translator, url, "")]
    forgeries += [(translator, reverse("admin:commentaries_issue_exchange", args=[later.pk]), checked)]
    for client, address_, sent in forgeries:
        assert client.post(address_, {"checked": sent}).context["errors"] == [
            "This page is too old. Choose the file again."
        ]
    assert Commentary.objects.get(pk=own.pk).title_ru == "Заголовок комментария"
    assert translator.post(url, {"checked": checked}).status_code == 302
    assert Commentary.objects.get(pk=own.pk).title_ru == "Новый"


def test_who_lost_the_right_meanwhile_brings_nothing_in(own: Commentary, translator: Client) -> None:
    content = po(translator, own.issue).replace('msgstr "Заголовок комментария"', 'msgstr "Новый"')
    checked = bring(translator, own.issue, content).context["checked"]
    User.objects.filter(username="translator").update(languages=["en"])
    url = reverse("admin:commentaries_issue_exchange", args=[own.issue.pk])
    assert translator.post(url, {"checked": checked}).status_code == 200
    assert Commentary.objects.get(pk=own.pk).title_ru == "Заголовок комментария"


def test_a_text_far_too_long_in_a_file_is_refused_at_once(own: Commentary, translator: Client) -> None:
    words = " ".join(f"слова{number}" for number in range(200_000))
    content = po(translator, own.issue).replace('msgstr "Вступление комментария."', f'msgstr "{words}"')
    began = time.monotonic()
    assert "may have 3000" in bring(translator, own.issue, content).content.decode()
    assert time.monotonic() - began < 20


def test_a_reason_with_a_nul_is_refused_in_a_sentence() -> None:
    commentary = make_commentary()
    editor = desk(make_user("editor", roles.EDITOR))
    response = editor.post(address(commentary, "withdraw"), {"reason_be": "a\0b"})
    assert response.status_code == 200
    assert "Null characters are not allowed." in response.content.decode()
