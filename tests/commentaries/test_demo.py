from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import Settings

from commentaries.demo import accounts
from commentaries.languages import in_language
from commentaries.models import (
    Analyst,
    Commentary,
    Correction,
    Forecast,
    Issue,
    Publication,
    Redirect,
    SearchEntry,
    Section,
    Trend,
    User,
)
from commentaries.publishing.blockers import blockers
from commentaries.turns import turns_of
from commentaries.weeks import this_week
from tests.factories import make_section


class Words(HTMLParser):
    """Counts the words of a text without its tags."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)

    def handle_data(self, data: str) -> None:
        self.count += len(data.split())


@pytest.fixture(autouse=True)
def _debug(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.DEBUG = True
    # Renditions of pictures are tested by themselves, and take their time.
    settings.PICTURES = {**settings.PICTURES, "PROCESSOR": "pictures.tasks.noop"}
    monkeypatch.setattr(accounts, "FILE", tmp_path / "accounts.json")


@pytest.mark.django_db
def test_the_demo_shows_every_feature(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("load_demo")
    public = Issue.objects.published()
    assert public.count() >= 12
    assert set(SearchEntry.objects.values_list("commentary", flat=True)) == {row.pk for row in Commentary.objects.all()}
    assert public[0].week_start == this_week()[0] - timedelta(days=7)
    assert len({issue.week_start.year for issue in public}) >= 2
    assert Section.objects.active().count() == 5
    assert all(issue.commentaries.count() == 5 for issue in public)
    assert {commentary.trend for commentary in Commentary.objects.all()} == set(Trend.values)
    assert Analyst.objects.count() == 4
    assert {row.outcome for row in Forecast.objects.all()} == set(Forecast.Outcome.values)
    assert Issue.objects.filter(published_at__gt=timezone.now()).count() == 1
    assert Issue.objects.filter(published_at=None).count() == 1
    assert sum(len(row.public_languages()) == 2 for row in Commentary.objects.published()) >= 4
    assert Publication.current().contact_email
    assert {row.old_address for row in Redirect.objects.all()} >= {"/?p=118", "/node/164?lang=en"}
    _check_corrections()
    assert {turn.kind for turn in turns_of(User.objects.get(username="editor"))} >= {"review", "comment"}
    assert {turn.kind for turn in turns_of(User.objects.get(username="translator"))} >= {"translation", "outdated"}
    for issue in Issue.objects.exclude(published_at=None):
        assert blockers(issue) == []
    _check_full_texts(list(public[:2]))
    _check_accounts(capsys.readouterr().out)


def _check_corrections() -> None:
    """One of a trend and one of a text, each in every language, and both mistakes in the history."""
    of_trend, of_text = Correction.objects.order_by("-trend_before")
    assert of_trend.trend_after == of_trend.commentary.trend != of_trend.trend_before
    assert {row.trend for row in of_trend.commentary.history.all()} == {"improved", "unchanged"}
    first, now = of_text.commentary.history.earliest(), of_text.commentary
    for language in ("be", "ru", "en"):
        assert in_language(of_trend, "note", language)
        assert in_language(of_text, "note", language)
        assert "762" in getattr(first, f"body_{language}")
        assert "762" not in in_language(now, "body", language)


def _check_full_texts(newest: list[Issue]) -> None:
    tags: set[str] = set()
    for commentary in Commentary.objects.filter(issue__in=newest):
        for language in ("be", "ru", "en"):
            words = Words()
            words.feed(getattr(commentary, f"body_{language}"))
            assert 400 <= words.count <= 700, (commentary, language, words.count)
            tags |= words.tags
    assert tags >= {"h2", "ul", "blockquote", "table", "sup"}


def _check_accounts(output: str) -> None:
    for username, role, _sections, _languages in accounts.ACCOUNTS:
        user = User.objects.get(username=username)
        assert [group.name for group in user.groups.all()] == [role]
        password = next(line.split()[-1] for line in output.splitlines() if f" {username} " in line)
        assert user.check_password(password)


@pytest.mark.django_db
def test_loading_it_again_changes_nothing_but_prints_the_same_accounts(
    capsys: pytest.CaptureFixture[str],
) -> None:
    call_command("load_demo")
    first = capsys.readouterr().out
    before = Commentary.objects.count(), Commentary.history.count(), User.objects.count()
    call_command("load_demo")
    again = capsys.readouterr().out
    assert (Commentary.objects.count(), Commentary.history.count(), User.objects.count()) == before
    assert first.splitlines()[-6:] == again.splitlines()[-6:]


@pytest.mark.django_db
def test_it_never_mixes_with_content_of_ones_own(capsys: pytest.CaptureFixture[str]) -> None:
    make_section("our-own")
    call_command("load_demo")
    assert "no demo was loaded" in capsys.readouterr().out
    assert (Section.objects.count(), User.objects.count()) == (1, 0)


@pytest.mark.django_db
def test_it_comes_only_where_one_is_trying_the_site(settings: Settings) -> None:
    settings.DEBUG = False
    with pytest.raises(CommandError, match="set DEBUG=1"):
        call_command("load_demo")
    assert not Section.objects.exists()
