"""Who may do what at the desk, as a table: role × deed × own or other section × language."""

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from commentaries import roles
from commentaries.languages import in_language
from commentaries.models import Commentary, Forecast, Issue, Picture, Section, Translation, User
from tests.commentaries.desk import desk, open_form, save
from tests.factories import MONDAY, make_analyst, make_commentary, make_forecast, make_issue, make_section, make_user

pytestmark = pytest.mark.django_db
# What readers of a public commentary are told, so that a change of it is not refused for want of that.
NOTES = {f"correction_{language}": "!" for language in ("be", "ru", "en")}
State = Translation.State
EDITORS = (roles.EDITOR, roles.ADMINISTRATOR)


@pytest.fixture
def own() -> Section:
    return make_section("own")


@pytest.fixture
def other() -> Section:
    return make_section("other")


def person(role: str, section: Section) -> Client:
    """Somebody in this role who writes for `section` and works in Russian."""
    user = make_user(role.lower().replace(" ", "-"), role, languages=["ru"])
    user.sections.add(section)
    return desk(user)


def form_of(row: Any) -> str:
    return reverse(f"admin:commentaries_{row._meta.model_name}_change", args=[row.pk])


def seen(row: Any) -> str:
    """The version that a form would name now."""
    return str(row.history.values_list("history_id", flat=True).first())


def send(client: Client, commentary: Commentary, **changes: str) -> int:
    """A POST that a person makes up: every field of an editor's form, whatever their own form shows."""
    editor = User.objects.filter(username="forger").first() or make_user("forger", roles.EDITOR)
    data = open_form(desk(editor), form_of(commentary), "commentary")
    return client.post(form_of(commentary), data | changes).status_code


# (role, whose section, public, the languages in which a sent text is kept)
TEXTS = [
    (roles.ANALYST, "own", False, "be ru en"),
    (roles.ANALYST, "own", True, ""),
    (roles.ANALYST, "other", False, ""),
    (roles.ANALYST, "other", True, ""),
    (roles.TRANSLATOR, "own", False, "ru"),
    (roles.TRANSLATOR, "other", False, "ru"),
    (roles.TRANSLATOR, "other", True, "ru"),
    (roles.EDITOR, "other", False, "be ru en"),
    (roles.EDITOR, "other", True, "be ru en"),
    (roles.ADMINISTRATOR, "other", True, "be ru en"),
    (roles.NEWSLETTER_MANAGER, "own", False, ""),
]


@pytest.mark.parametrize(("role", "whose", "public", "kept"), TEXTS)
def test_texts_are_kept_only_where_the_role_may_write(
    role: str, whose: str, public: bool, kept: str, own: Section, other: Section
) -> None:
    commentary = make_commentary(make_issue(public=public), own if whose == "own" else other, public=public)
    send(person(role, own), commentary, title_be="Новы", title_ru="Новый", title_en="New", **NOTES)
    now = Commentary.objects.get()
    changed = [code for code in ("be", "ru", "en") if in_language(now, "title", code) in ("Новы", "Новый", "New")]
    assert changed == kept.split()


# (role, whose section, public, whether trend, source, bylines and forecasts may be changed)
THE_REST = [
    (roles.ANALYST, "own", False, True),
    (roles.ANALYST, "own", True, False),
    (roles.ANALYST, "other", False, False),
    (roles.TRANSLATOR, "own", False, False),
    (roles.TRANSLATOR, "other", True, False),
    (roles.EDITOR, "other", True, True),
    (roles.NEWSLETTER_MANAGER, "own", False, False),
]


@pytest.mark.parametrize(("role", "whose", "public", "may"), THE_REST)
def test_trend_source_and_forecasts_are_changed_only_by_who_may_write(
    role: str, whose: str, public: bool, may: bool, own: Section, other: Section
) -> None:
    commentary = make_commentary(make_issue(public=public), own if whose == "own" else other, public=public)
    forecast = make_forecast(commentary)
    inline = {"forecasts-TOTAL_FORMS": "2", "forecasts-1-statement_be": "Два", "forecasts-1-statement_ru": "Два"}
    inline |= {"forecasts-1-statement_en": "Two", "forecasts-1-outcome": "open", "forecasts-1-position": "1"}
    send(person(role, own), commentary, trend="improved", source_language="en", **inline, **NOTES)
    now = Commentary.objects.get()
    assert (now.trend == "improved", now.source_language == "en", now.forecasts.count() == 2) == (may, may, may)
    assert Forecast.objects.filter(pk=forecast.pk).exists()


@pytest.mark.parametrize("role", [roles.ANALYST, roles.TRANSLATOR, roles.NEWSLETTER_MANAGER])
def test_nobody_but_editors_deletes_a_forecast_of_a_public_commentary(role: str, own: Section) -> None:
    commentary = make_commentary(section=own)
    make_forecast(commentary)
    send(person(role, own), commentary, **{"forecasts-0-DELETE": "on"})
    assert Forecast.objects.exists()


# (role, language, the state that may be chosen for it, on an own draft)
STATES = [
    (roles.ANALYST, "be", State.IN_REVIEW, True),
    (roles.ANALYST, "be", State.READY, False),
    (roles.TRANSLATOR, "ru", State.READY, True),
    (roles.TRANSLATOR, "ru", State.IN_REVIEW, True),
    (roles.TRANSLATOR, "en", State.READY, False),
    (roles.TRANSLATOR, "en", State.IN_REVIEW, False),
    (roles.EDITOR, "en", State.READY, True),
    (roles.NEWSLETTER_MANAGER, "ru", State.READY, False),
]


@pytest.mark.parametrize(("role", "language", "state", "may"), STATES)
def test_states_are_chosen_only_where_the_role_may(
    role: str, language: str, state: str, may: bool, own: Section
) -> None:
    commentary = make_commentary(make_issue(public=False), own, public=False, state=State.DRAFT)
    send(person(role, own), commentary, **{f"state_{language}": state})
    assert (Translation.objects.get(language=language).state == state) is may


def test_a_ready_text_that_an_analyst_changes_goes_back_to_review(own: Section) -> None:
    commentary = make_commentary(make_issue(public=False), own, public=False)
    save(person(roles.ANALYST, own), form_of(commentary), "commentary", title_ru="Новый")
    states = {row.language: row.state for row in Translation.objects.all()}
    assert states == {"be": State.READY, "ru": State.IN_REVIEW, "en": State.READY}


def test_an_analyst_does_not_pass_for_who_marked_a_text_ready(own: Section) -> None:
    commentary = make_commentary(make_issue(public=False), own, public=False)
    before = Translation.objects.get(language="be")
    forged = {"initial-state_be": State.DRAFT, "state_be": State.READY}
    send(person(roles.ANALYST, own), commentary, **forged)
    row = Translation.objects.get(language="be")
    assert (row.state, row.marked_ready_by, row.marked_ready_at) == (State.READY, None, before.marked_ready_at)
    send(person_again(roles.ANALYST), commentary, title_be="Новы", **forged)
    assert Translation.objects.get(language="be").state == State.IN_REVIEW


@pytest.mark.parametrize(("role", "may"), [(roles.ANALYST, True), (roles.TRANSLATOR, False), (roles.EDITOR, True)])
def test_who_adds_a_commentary(role: str, may: bool, own: Section) -> None:
    issue = make_issue(public=False)
    client = person(role, own)
    url = f"{reverse('admin:commentaries_commentary_add')}?issue={issue.pk}&section={own.pk}"
    if client.get(url).status_code == 200:
        save(client, url, "commentary", title_be="Мост")
    assert Commentary.objects.exists() is may


def test_an_analyst_adds_none_to_a_section_of_others(own: Section, other: Section) -> None:
    issue = make_issue(public=False)
    url = f"{reverse('admin:commentaries_commentary_add')}?issue={issue.pk}&section={own.pk}"
    save(person(roles.ANALYST, own), url, "commentary", section=str(other.pk))
    assert not Commentary.objects.exists()


def test_an_analyst_moves_a_draft_to_no_other_section_or_issue(own: Section, other: Section) -> None:
    later = make_issue(MONDAY.replace(year=2023, day=16), public=False)
    commentary = make_commentary(make_issue(public=False), own, public=False)
    send(person(roles.ANALYST, own), commentary, section=str(other.pk), issue=str(later.pk))
    now = Commentary.objects.get()
    assert (now.section, now.issue) == (own, commentary.issue)


@pytest.mark.parametrize("role", roles.PERMISSIONS | {roles.NEWSLETTER_MANAGER: set()})
@pytest.mark.parametrize("deed", ["publish", "schedule", "unschedule", "withdraw", "restore"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_only_editors_reach_the_gate(role: str, deed: str, method: str, own: Section) -> None:
    issue = make_issue(public=False)
    response = getattr(person(role, own), method)(reverse(f"admin:commentaries_issue_{deed}", args=[issue.pk]))
    assert (response.status_code != 403) is (role in EDITORS)
    assert Issue.objects.get().published_at is None


@pytest.mark.parametrize("role", [roles.ANALYST, roles.TRANSLATOR, roles.NEWSLETTER_MANAGER])
def test_only_editors_withdraw_a_commentary(role: str, own: Section) -> None:
    commentary = make_commentary(section=own)
    url = reverse("admin:commentaries_commentary_withdraw", args=[commentary.pk])
    assert person(role, own).post(url, {"reason_be": "Памылка"}).status_code == 403
    assert Commentary.objects.get().withdrawn_at is None


@pytest.mark.parametrize("role", [roles.ANALYST, roles.TRANSLATOR, roles.NEWSLETTER_MANAGER])
@pytest.mark.parametrize("model", ["issue", "section", "commentary", "analyst", "picture"])
def test_only_editors_delete(role: str, model: str, own: Section) -> None:
    commentary = make_commentary(make_issue(public=False), own, public=False)
    rows = {"issue": commentary.issue, "section": own, "commentary": commentary}
    pk = rows[model].pk if model in rows else 1
    url = reverse(f"admin:commentaries_{model}_delete", args=[pk])
    assert person(role, own).post(url, {"post": "yes"}).status_code in (403, 302)
    assert (Issue.objects.count(), Section.objects.count(), Commentary.objects.count()) == (1, 1, 1)


def test_a_translator_words_sections_and_issues_in_their_languages_only(own: Section) -> None:
    client = person(roles.TRANSLATOR, own)
    forged = {
        "seen_version": seen(own),
        "slug": "stolen",
        "order": "9",
        "title_be": "Чужое",
        "title_ru": "Своё",
        "title_en": "Foreign",
    }
    assert client.post(form_of(own), forged).status_code == 302
    own.refresh_from_db()
    texts = [in_language(own, "title", language) for language in ("be", "ru", "en")]
    assert (own.slug, own.order, texts) == ("own", 0, ["Раздзел own", "Своё", "Section own"])


def test_a_translator_words_a_forecast_in_their_languages_only(own: Section) -> None:
    commentary = make_commentary(section=own)
    make_forecast(commentary)
    changes = {f"forecasts-0-statement_{language}": "!" for language in ("be", "ru", "en")}
    send(person(roles.TRANSLATOR, own), commentary, **changes, **NOTES, **{"forecasts-0-outcome": "came_true"})
    forecast = Forecast.objects.get()
    assert [in_language(forecast, "statement", language) == "!" for language in ("be", "ru", "en")] == [
        False,
        True,
        False,
    ]
    assert forecast.outcome == "open"


@pytest.mark.parametrize(("role", "may"), [(roles.ANALYST, False), (roles.TRANSLATOR, False), (roles.EDITOR, True)])
def test_what_has_no_language_of_a_picture_in_use_is_an_editors(role: str, may: bool, own: Section) -> None:
    picture = Picture.objects.create(credit="Us")
    make_commentary(section=own, picture=picture)
    client = person(role, own)
    forged = {"seen_version": seen(picture), "credit": "Them", "focal_x": "50", "focal_y": "50"}
    client.post(form_of(picture), forged | _no_files())
    assert (Picture.objects.get().credit == "Them") is may


# (whether the analyst is public, role, whether they may edit the portrait)
PORTRAITS = [
    (True, roles.ANALYST, False),
    (True, roles.TRANSLATOR, False),
    (True, roles.EDITOR, True),
    (False, roles.ANALYST, True),
]


@pytest.mark.parametrize(("public", "role", "may"), PORTRAITS)
def test_the_portrait_that_readers_see_is_an_editors(public: bool, role: str, may: bool, own: Section) -> None:
    picture = Picture.objects.create(credit="Us")
    make_analyst(portrait=picture, is_public=public)
    client = person(role, own)
    forged = {"seen_version": seen(picture), "credit": "Them", "focal_x": "50", "focal_y": "50"}
    client.post(form_of(picture), forged | _no_files())
    assert (Picture.objects.get().credit == "Them") is may


def test_an_analyst_brings_pictures(own: Section) -> None:
    url = reverse("admin:commentaries_picture_add")
    assert save(person(roles.ANALYST, own), url, "picture", credit="Me").status_code == 302
    picture = Picture.objects.get()
    assert save(person_again(roles.ANALYST), form_of(picture), "picture", credit="Us").status_code == 302
    assert Picture.objects.get().credit == "Us"


def person_again(role: str) -> Client:
    return desk(User.objects.get(groups__in=Group.objects.filter(name=role)))


def _no_files() -> dict[str, str]:
    return {"files-TOTAL_FORMS": "0", "files-INITIAL_FORMS": "0"}


@pytest.mark.parametrize("model", ["issue", "commentary", "section", "analyst", "picture", "user", "publication"])
def test_a_newsletter_manager_sees_nothing_of_the_editorial_desk(model: str, own: Section) -> None:
    client = person(roles.NEWSLETTER_MANAGER, own)
    assert client.get(reverse(f"admin:commentaries_{model}_add")).status_code == 403
    response = client.get(reverse(f"admin:commentaries_{model}_changelist"), follow=True)
    assert response.status_code == 403


def test_analysts_and_translators_read_all_commentaries(own: Section, other: Section) -> None:
    commentary = make_commentary(section=other)
    for role in (roles.ANALYST, roles.TRANSLATOR):
        assert person(role, own).get(form_of(commentary)).status_code == 200


def test_the_desk_is_closed_to_strangers() -> None:
    commentary = make_commentary()
    for url in (form_of(commentary), reverse("admin:own_account"), reverse("admin:index")):
        assert Client().get(url).status_code == 302
    reader = desk(make_user("reader", is_staff=False))
    assert reader.get(form_of(commentary)).status_code == 302
