"""What a screen of the desk asks of the database does not grow with what it shows."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from commentaries import roles
from commentaries.models import Analyst, Comment, Commentary, Issue, Picture, Presence, PreviewLink, Translation, User
from tests.commentaries.desk import desk
from tests.commentaries.docx import docx, h1, p
from tests.factories import (
    MONDAY,
    make_analyst,
    make_commentary,
    make_forecast,
    make_issue,
    make_publication,
    make_section,
    make_user,
    sign,
)

pytestmark = pytest.mark.django_db
FEW, MANY = 3, 30
Ask = Callable[[], object]


@pytest.fixture
def administrator() -> User:
    return make_user("boss", roles.ADMINISTRATOR, roles.EDITOR, languages=["be", "ru", "en"])


@pytest.fixture
def issue() -> Issue:
    make_publication()
    return make_issue(MONDAY - timedelta(weeks=1), public=False)


def add(issue: Issue, number: int) -> Commentary:
    """One more of everything; a commentary in the issue that is being made, with all that belongs to it."""
    section, analyst = make_section(f"section-{number}"), make_analyst(f"analyst-{number}")
    author = make_user(f"author-{number}", roles.TRANSLATOR, languages=["be", "ru", "en"])
    Picture.objects.create(credit=f"Picture {number}")
    past = make_commentary(make_issue(MONDAY + timedelta(weeks=number)), section, state=Translation.State.OUTDATED)
    make_forecast(past, due=MONDAY)
    commentary = make_commentary(issue, section, public=False, state=Translation.State.IN_REVIEW)
    sign(commentary, analyst)
    make_forecast(commentary)
    belongs_to_one(issue, author, analyst)
    Translation.objects.filter(commentary=commentary, language="en").update(made_from_at=timezone.now())
    commentary.body_be = f"<p>Іншае, {number}. <a href='http://example.org/'>Тут</a></p>"
    commentary.save()
    return commentary


def belongs_to_one(issue: Issue, author: User, analyst: Analyst) -> None:
    """Of the issue's first commentary: versions, comments, bylines, forecasts, links, colleagues who look at it."""
    first = issue.commentaries.earliest("pk")
    first.title_be = f"Загаловак, {author}"
    first.save()
    if first.bylines.count() < FEW:  # each asks for the name of its choice, and a text has few authors
        first.bylines.get_or_create(analyst=analyst)
    make_forecast(first)
    Comment.objects.create(commentary=first, author=author, text="Так?", language="be")
    Comment.objects.create(commentary=first, author=author, text="Не.", resolved_by=author, resolved_at=timezone.now())
    Presence.objects.create(commentary=first, user=author)
    until = timezone.now() + timedelta(days=7)
    for row in (None, first):
        PreviewLink.objects.create(issue=issue, commentary=row, made_for=str(author), made_by=author, expires_at=until)


def screens(client: Client, issue: Issue) -> dict[str, Ask]:
    """Every list and form of the desk, by name, as a person asks for it."""
    first = issue.commentaries.earliest("pk")
    version = first.history.earliest("history_id").pk
    addresses = {
        "first page": ("index",),
        "own account": ("own_account",),
        "journal": ("commentaries_journal",),
        "from Word": ("commentaries_issue_from_word",),
        "column": ("commentaries_issue_column", issue.pk, "be"),
        "translate": ("commentaries_commentary_translate", first.pk, "en"),
        "comments": ("commentaries_commentary_comments", first.pk),
        "bring back": ("commentaries_commentary_bring_back", first.pk, version),
        "version": ("commentaries_commentary_simple_history", first.pk, version),
        **{f"issue, {one}": (f"commentaries_issue_{one}", issue.pk) for one in ISSUE},
        **{
            f"commentary, {one}": (f"commentaries_commentary_{one}", first.pk) for one in ("change", "history", "links")
        },
        **{f"preview of {row._meta.model_name}": _preview(row) for row in (issue, first)},
        **{f"list of {model}": (f"commentaries_{model}_changelist",) for model in MODELS},
        **{f"new {model}": (f"commentaries_{model}_add",) for model in MODELS},
        **{
            f"{row._meta.model_name}, {one}": (f"commentaries_{row._meta.model_name}_{one}", row.pk)
            for row in (first.section, Picture.objects.earliest("pk"), first.bylines.earliest("pk").analyst)
            for one in ("change", "history")
        },
        "user": ("commentaries_user_change", User.objects.earliest("pk").pk),
    }
    asks = {name: _get(client, reverse(f"admin:{view}", args=args)) for name, (view, *args) in addresses.items()}
    compare = reverse("admin:commentaries_commentary_compare", args=[first.pk])
    export = reverse("admin:commentaries_issue_export", args=[issue.pk, "be-en"])
    exchange = reverse("admin:commentaries_issue_exchange", args=[issue.pk])
    return {
        **asks,
        "compare": _get(client, f"{compare}?before={version}&after=newest"),
        "export": _get(client, export),
        "a file's review": _post(client, exchange, "file", "be-en.po", client.get(export).content),
        "review of Word files": _post(
            client, reverse("admin:commentaries_issue_from_word"), "files", "a.docx", docx(h1("A headline"), p("Text."))
        ),
    }


ISSUE = ("change", "publish", "schedule", "links", "journal", "exchange", "history")
MODELS = ("issue", "commentary", "picture", "section", "analyst", "user")


def _preview(row: Issue | Commentary) -> tuple[str, int, str]:
    return f"commentaries_{row._meta.model_name}_preview", row.pk, "be"


def _get(client: Client, url: str) -> Ask:
    return lambda: client.get(url)


def _post(client: Client, url: str, field: str, name: str, content: bytes) -> Ask:
    return lambda: client.post(url, {field: SimpleUploadedFile(name, content)})


def counted(client: Client, issue: Issue) -> dict[str, int]:
    found = {}
    for name, ask in screens(client, issue).items():
        assert getattr(ask(), "status_code", 0) == 200, name
        with CaptureQueriesContext(connection) as queries:
            ask()
        found[name] = len(queries)
    return found


def test_no_screen_asks_more_the_more_it_shows(administrator: User, issue: Issue) -> None:
    client = desk(administrator)
    for number in range(FEW):
        add(issue, number)
    few = counted(client, issue)
    for number in range(FEW, MANY):
        add(issue, number)
    many = counted(client, issue)
    assert {name: (few[name], many[name]) for name in few if few[name] < many[name]} == {}
