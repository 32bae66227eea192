"""Whose turn it is: who is asked for what, and who is not."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from commentaries import roles, translations
from commentaries.models import Comment, Commentary, StaffMail, Translation, User
from commentaries.turns import turns_of
from tests.commentaries.desk import desk
from tests.factories import make_analyst, make_commentary, make_forecast, make_issue, make_section, make_user, sign

pytestmark = pytest.mark.django_db
State = Translation.State
Kind = StaffMail.Kind


def found(user: User) -> list[tuple[str, str]]:
    """What waits for this person, as (kind, language)."""
    return [(turn.kind, turn.language) for turn in turns_of(user)]


def draft(**states: str) -> Commentary:
    """A commentary that is not public, with these states; a language that is not named is missing."""
    commentary = make_commentary(make_issue(public=False), public=False, languages=("be",), state=State.DRAFT)
    for language in ("be", "ru", "en"):
        row = translations.states(commentary)[language]
        row.state = states.get(language, State.MISSING)
        row.save()
    return Commentary.objects.get()


def translator(username: str, *languages: str) -> User:
    return make_user(username, roles.TRANSLATOR, languages=list(languages))


@pytest.fixture
def editor() -> User:
    return make_user("editor", roles.EDITOR)


def send(language: str, by: User) -> None:
    Translation.objects.filter(language=language).update(sent_to_review_by=by, sent_to_review_at=timezone.now())


def test_the_source_in_review_waits_for_editors_and_not_for_its_author(editor: User) -> None:
    author = make_user("author", roles.ANALYST)
    draft(be=State.IN_REVIEW)
    send("be", author)
    assert found(editor) == [(Kind.REVIEW, "be")]
    assert found(author) == []


def test_a_translation_in_review_waits_for_the_translators_of_its_language(editor: User) -> None:
    russian, english = translator("russian", "ru"), translator("english", "en")
    draft(be=State.READY, ru=State.IN_REVIEW, en=State.READY)
    assert (found(russian), found(english), found(editor)) == ([(Kind.REVIEW, "ru")], [], [])


def test_a_translator_who_sends_to_review_asks_the_other_translators(editor: User) -> None:
    first, second = translator("first", "ru"), translator("second", "ru")
    draft(be=State.READY, ru=State.IN_REVIEW, en=State.READY)
    send("ru", first)
    assert (found(first), found(second), found(editor)) == ([], [(Kind.REVIEW, "ru")], [])


def test_the_only_translator_who_sends_to_review_asks_the_editors(editor: User) -> None:
    only = translator("only", "ru")
    draft(be=State.READY, ru=State.IN_REVIEW, en=State.READY)
    send("ru", only)
    assert (found(only), found(editor)) == ([], [(Kind.REVIEW, "ru")])


def test_a_text_that_nobody_else_may_mark_waits_for_its_sender(editor: User) -> None:
    draft(be=State.IN_REVIEW)
    send("be", editor)
    assert found(editor) == [(Kind.REVIEW, "be")]


def test_where_nobody_translates_editors_read_and_mend_but_gaps_wait_for_nobody(editor: User) -> None:
    draft(be=State.READY, ru=State.IN_REVIEW, en=State.MISSING)
    assert found(editor) == [(Kind.REVIEW, "ru")]
    Translation.objects.filter(language="ru").update(state=State.OUTDATED)
    assert found(editor) == [(Kind.OUTDATED, "ru")]


@pytest.mark.parametrize(
    ("source", "state", "waits"),
    [
        (State.DRAFT, State.MISSING, False),
        (State.IN_REVIEW, State.MISSING, True),
        (State.READY, State.MISSING, True),
        (State.READY, State.DRAFT, True),
        (State.READY, State.READY, False),
    ],
)
def test_a_translation_waits_as_soon_as_the_source_is_in_review(source: str, state: str, waits: bool) -> None:
    russian = translator("russian", "ru")
    draft(be=source, ru=state, en=State.READY)
    assert found(russian) == ([(Kind.TRANSLATION, "ru")] if waits else [])


def test_gaps_in_the_archive_wait_for_nobody_and_fresh_ones_of_a_public_issue_do(editor: User) -> None:
    russian = translator("russian", "ru")
    commentary = make_commentary(languages=("be",))
    assert found(russian) == []
    translations.mark_ready(commentary, "be", None)  # as an import does
    assert found(russian) == []
    translations.mark_ready(commentary, "be", editor)
    assert found(russian) == [(Kind.TRANSLATION, "ru")]
    Translation.objects.update(marked_ready_at=timezone.now() - timedelta(weeks=4))
    assert found(russian) == []


def test_an_outdated_translation_waits_for_its_translators_however_old(editor: User) -> None:
    russian, english = translator("russian", "ru"), translator("english", "en")
    make_commentary()
    Translation.objects.filter(language="ru").update(state=State.OUTDATED)
    assert (found(russian), found(english), found(editor)) == ([(Kind.OUTDATED, "ru")], [], [])


@pytest.mark.parametrize("withdrawn", ["commentary", "issue"])
def test_what_is_withdrawn_waits_for_nobody(editor: User, withdrawn: str) -> None:
    commentary = make_commentary(state=State.IN_REVIEW)
    assert found(editor)
    row = commentary if withdrawn == "commentary" else commentary.issue
    row.withdrawn_at = timezone.now()
    row.save()
    assert found(editor) == []


@pytest.mark.parametrize(
    ("days", "outcome", "public", "waits"),
    [
        (0, "open", True, True),
        (-1, "open", True, True),
        (1, "open", True, False),
        (-1, "came_true", True, False),
        (-1, "open", False, False),
    ],
)
def test_a_forecast_waits_from_its_day_on_until_it_is_judged(
    editor: User, days: int, outcome: str, public: bool, waits: bool
) -> None:
    commentary = make_commentary(make_issue(public=public), public=public)
    today = timezone.localdate()
    judged = None if outcome == "open" else today
    make_forecast(commentary, due=today + timedelta(days=days), outcome=outcome, outcome_date=judged)
    assert found(editor) == ([(Kind.FORECAST_DUE, "")] if waits else [])


def test_a_due_forecast_waits_for_the_analysts_who_sign_and_not_for_editors(editor: User) -> None:
    first, second, other = (make_user(name, roles.ANALYST) for name in ("first", "second", "other"))
    commentary = make_commentary()
    sign(commentary, make_analyst(user=first), make_analyst(user=second), make_analyst())
    make_analyst(user=other)
    make_forecast(commentary, due=date(2022, 3, 1))
    assert [found(user) for user in (first, second, other, editor)] == [
        [(Kind.FORECAST_DUE, "")],
        [(Kind.FORECAST_DUE, "")],
        [],
        [],
    ]


def test_a_due_forecast_of_an_analyst_whose_account_is_closed_waits_for_editors(editor: User) -> None:
    commentary = make_commentary()
    sign(commentary, make_analyst(user=make_user("gone", roles.ANALYST, is_active=False)))
    make_forecast(commentary, due=date(2022, 3, 1))
    assert found(editor) == [(Kind.FORECAST_DUE, "")]


def test_a_comment_waits_for_those_it_concerns_and_not_for_who_spoke_last(editor: User) -> None:
    author, russian = make_user("author", roles.ANALYST), translator("russian", "ru")
    commentary = make_commentary()
    sign(commentary, make_analyst(user=author))
    comment = Comment.objects.create(commentary=commentary, author=editor, text="Why?", language="ru")
    assert (found(author), found(russian), found(editor)) == ([(Kind.COMMENT, "ru")], [(Kind.COMMENT, "ru")], [])
    Comment.objects.create(commentary=commentary, author=author, text="Because.", language="ru")
    assert (found(author), found(russian), found(editor)) == ([], [(Kind.COMMENT, "ru")], [(Kind.COMMENT, "ru")])
    Comment.objects.update(resolved_at=timezone.now())
    assert (found(author), found(russian), found(editor)) == ([], [], [])
    assert comment.commentary == commentary


def test_a_comment_that_concerns_nobody_waits_for_editors(editor: User) -> None:
    Comment.objects.create(commentary=make_commentary(), author=make_user("x", roles.ANALYST), text="Why?")
    assert found(editor) == [(Kind.COMMENT, "")]


def test_an_account_above_all_rights_steps_in_only_where_there_is_no_editor() -> None:
    root = make_user("root", is_superuser=True)
    draft(be=State.IN_REVIEW)
    assert found(root) == [(Kind.REVIEW, "be")]
    make_user("editor", roles.EDITOR)
    assert found(root) == []


def test_nothing_waits_for_who_has_no_business_at_the_desk() -> None:
    draft(be=State.IN_REVIEW)
    for user in (
        make_user("newsletter", roles.NEWSLETTER_MANAGER, languages=["ru"]),
        make_user("reader", roles.EDITOR, is_staff=False),
        make_user("closed", roles.EDITOR, is_active=False),
    ):
        assert found(user) == []


def test_the_first_page_says_what_waits_with_a_link_to_the_place(editor: User) -> None:
    commentary = draft(be=State.IN_REVIEW)
    author = make_user("author", roles.ANALYST, first_name="Vera", last_name="Dolin")
    send("be", author)
    page = desk(editor).get(reverse("admin:index")).content.decode()
    assert "Waiting for me" in page
    assert f"{commentary.section}, {commentary.issue.week()} (Belarusian): the text waits for your review." in page
    assert f'href="{reverse("admin:commentaries_commentary_change", args=[commentary.pk])}?tab=be"' in page
    assert "Vera Dolin" in page


def test_the_first_page_says_when_nothing_waits() -> None:
    assert "Nothing waits for you." in desk(make_user("x", roles.ANALYST)).get(reverse("admin:index")).content.decode()


def _queries(client: Client) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(reverse("admin:index")).status_code == 200
    return len(queries)


def test_the_first_page_asks_as_much_for_many_turns_as_for_few(editor: User) -> None:
    def add(number: int) -> None:
        for _turn in range(number):
            commentary = make_commentary(issue, make_section(), public=False, state=State.IN_REVIEW)
            sign(commentary, make_analyst())
            person = make_user("", roles.TRANSLATOR)
            translations.put_back(commentary, "be", State.DRAFT)
            translations.put_back(commentary, "be", State.IN_REVIEW, person)
            make_forecast(commentary, due=date(2022, 3, 1))
            Comment.objects.create(commentary=commentary, author=person, text="Why?")

    issue, client = make_issue(public=False), desk(editor)
    add(1)
    client.get(reverse("admin:index"))
    few = _queries(client)
    add(5)
    assert len(turns_of(editor)) > 15
    assert _queries(client) == few


def test_a_long_list_shows_ten_and_folds_the_others_away(editor: User) -> None:
    issue = make_issue(public=False)
    for _turn in range(12):
        make_commentary(issue, make_section(), public=False, languages=("be",), state=State.IN_REVIEW)
    page = desk(editor).get(reverse("admin:index")).content.decode()
    assert page.count("the text waits for your review.") == 12
    assert page[: page.index("and 2 more")].count("the text waits for your review.") == 10
