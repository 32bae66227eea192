"""From draft to ready: the button of the next step, what is said about who took it, and who judges forecasts."""

from typing import Any

import pytest
from django.urls import reverse

from commentaries import roles
from commentaries.models import Commentary, Forecast, Section, Translation, User
from tests.commentaries.desk import desk, errors, open_form, save
from tests.factories import make_analyst, make_commentary, make_forecast, make_issue, make_section, make_user, sign

pytestmark = pytest.mark.django_db
State = Translation.State


@pytest.fixture
def own() -> Section:
    return make_section("own")


def person(role: str, section: Section) -> User:
    user = make_user(role.lower(), role, languages=["ru"])
    user.sections.add(section)
    return user


def draft(section: Section, state: str = State.DRAFT, **fields: Any) -> Commentary:
    return make_commentary(make_issue(public=False), section, public=False, state=state, **fields)


def form_of(commentary: Commentary) -> str:
    return reverse("admin:commentaries_commentary_change", args=[commentary.pk])


def state(language: str) -> str:
    return Translation.objects.get(language=language).state


# (role, language, its state, the step that is offered)
STEPS = [
    (roles.ANALYST, "be", State.DRAFT, "be:in_review"),
    (roles.ANALYST, "be", State.IN_REVIEW, None),
    (roles.ANALYST, "be", State.READY, None),
    (roles.TRANSLATOR, "ru", State.DRAFT, "ru:ready"),
    (roles.TRANSLATOR, "ru", State.OUTDATED, "ru:ready"),
    (roles.TRANSLATOR, "be", State.DRAFT, None),
    (roles.EDITOR, "be", State.IN_REVIEW, "be:ready"),
    (roles.EDITOR, "be", State.READY, None),
]


@pytest.mark.parametrize(("role", "language", "before", "step"), STEPS)
def test_a_tab_offers_the_step_that_this_person_takes_next(
    role: str, language: str, before: str, step: str | None, own: Section
) -> None:
    commentary = draft(own, before)
    page = desk(person(role, own)).get(form_of(commentary)).content.decode()
    offered = [value for value in (f"{language}:in_review", f"{language}:ready") if f'value="{value}"' in page]
    assert offered == ([step] if step else [])


def test_the_button_sends_on_its_language_and_saves_what_was_typed(own: Section) -> None:
    client, commentary = desk(person(roles.ANALYST, own)), draft(own)
    answer = save(client, form_of(commentary), "commentary", title_be="Новы", _next="be:in_review")
    assert answer["Location"] == f"{form_of(commentary)}?tab=be"
    assert (Commentary.objects.get().title_be, state("be"), state("ru")) == ("Новы", State.IN_REVIEW, State.DRAFT)


def test_who_sends_a_text_to_review_reads_for_whom_it_waits(own: Section) -> None:
    make_user("halina", roles.EDITOR, first_name="Halina", last_name="Sauko")
    make_user("boss", roles.ADMINISTRATOR)
    client, commentary = desk(person(roles.ANALYST, own)), draft(own)
    answer = save(client, form_of(commentary), "commentary", _next="be:in_review")
    page = client.get(answer["Location"]).content.decode()
    assert "Belarusian: in review. It waits for: Halina Sauko, boss." in page


def test_the_form_says_who_sent_a_text_to_review_and_when(own: Section) -> None:
    user, commentary = person(roles.ANALYST, own), draft(own)
    user.first_name, user.last_name = "Vera", "Dolin"
    user.save()
    save(desk(user), form_of(commentary), "commentary", _next="be:in_review")
    row = Translation.objects.get(language="be")
    assert row.sent_to_review_by == user
    page = desk(person(roles.EDITOR, own)).get(form_of(commentary)).content.decode()
    assert page.count("sent to review by Vera Dolin, ") == 1


@pytest.mark.parametrize("step", ["in_review", "ready"])
def test_a_language_without_a_text_goes_nowhere_and_a_sentence_says_so(step: str, own: Section) -> None:
    commentary = draft(own, languages=("be",))
    answer = save(desk(person(roles.EDITOR, own)), form_of(commentary), "commentary", _next=f"en:{step}")
    assert any("Write the headline and the text in this language before" in sentence for sentence in errors(answer))
    assert not Translation.objects.filter(language="en", state=step).exists()


# (role, the button, pressed by who is not offered it)
FORGED = [
    (roles.ANALYST, "be:ready"),
    (roles.TRANSLATOR, "be:ready"),
    (roles.TRANSLATOR, "be:in_review"),
    (roles.EDITOR, "be:outdated"),
    (roles.EDITOR, "be:missing"),
    (roles.EDITOR, "de:ready"),
    (roles.EDITOR, "ready"),
]


@pytest.mark.parametrize(("role", "button"), FORGED)
def test_a_forged_button_changes_no_state(role: str, button: str, own: Section) -> None:
    client, commentary = desk(person(role, own)), draft(own)
    client.post(form_of(commentary), open_form(client, form_of(commentary), "commentary") | {"_next": button})
    assert state("be") == State.DRAFT


def test_the_button_does_not_pass_the_gate(own: Section) -> None:
    commentary = make_commentary(section=own, languages=("be",))
    make_forecast(commentary, statement_ru="")
    texts = {"title_ru": "Мост", "body_ru": "<p>Текст.</p>", "_next": "ru:ready"}
    answer = save(desk(person(roles.EDITOR, own)), form_of(commentary), "commentary", **texts)
    assert any("its forecast 1 is not worded in Russian" in sentence for sentence in errors(answer))
    assert not Translation.objects.filter(language="ru", state=State.READY).exists()


# (role, whether they sign the commentary, whether they may judge its forecasts once it is public)
JUDGES = [
    (roles.ANALYST, True, True),
    (roles.ANALYST, False, False),
    (roles.TRANSLATOR, False, False),
    (roles.EDITOR, False, True),
    (roles.NEWSLETTER_MANAGER, True, False),
]


@pytest.mark.parametrize(("role", "signs", "may"), JUDGES)
def test_a_public_forecast_is_judged_by_editors_and_by_the_analysts_who_sign(
    role: str, signs: bool, may: bool, own: Section
) -> None:
    user, commentary = person(role, own), make_commentary(section=own)
    make_forecast(commentary)
    sign(commentary, make_analyst(user=user) if signs else make_analyst())
    data = open_form(desk(make_user("forger", roles.EDITOR)), form_of(commentary), "commentary")
    judged = {"forecasts-0-outcome": "came_true", "forecasts-0-outcome_date": "2022-03-01"}
    desk(user).post(form_of(commentary), data | judged | {"forecasts-0-outcome_note_be": "Так."})
    forecast: Any = Forecast.objects.get()
    assert (forecast.outcome == "came_true", forecast.outcome_note_be == "Так.") == (may, may)


def test_who_judges_a_public_forecast_changes_nothing_else_of_it(own: Section) -> None:
    user, commentary = person(roles.ANALYST, own), make_commentary(section=own)
    make_forecast(commentary)
    sign(commentary, make_analyst(user=user))
    before = Commentary.objects.values().get()
    data = open_form(desk(make_user("forger", roles.EDITOR)), form_of(commentary), "commentary")
    forged = {"title_be": "!", "trend": "improved", "forecasts-0-statement_be": "!", "forecasts-0-due": "2030-01-01"}
    forged |= {"forecasts-0-DELETE": "on", "bylines-0-DELETE": "on", "state_be": "draft", "_next": "be:draft"}
    desk(user).post(form_of(commentary), data | forged)
    assert Commentary.objects.values().get() == before
    forecast: Any = Forecast.objects.get()
    assert (forecast.statement_be, forecast.due, commentary.bylines.count()) == ("Мост адкрыюць.", None, 1)
    assert state("be") == State.READY


@pytest.mark.parametrize(("before", "matters"), [(State.DRAFT, False), (State.IN_REVIEW, False), (State.READY, True)])
def test_a_change_can_be_called_small_once_a_language_is_ready(before: str, matters: bool, own: Section) -> None:
    page = desk(person(roles.EDITOR, own)).get(form_of(draft(own, before))).content.decode()
    assert ('name="small_change"' in page) == matters


def test_each_language_tab_says_where_its_language_stands(own: Section) -> None:
    page = desk(person(roles.EDITOR, own)).get(form_of(draft(own, State.IN_REVIEW))).content.decode()
    assert "English · in review" in page
