"""How fast search answers, on SQLite and on PostgreSQL, with a thousand commentaries and with twelve thousand.

    make bench-search

Each has a text in three languages, of made-up words that are as common as real ones (Zipf, 1949) and stand in several
forms. The times are of this machine, as they were measured, the page with all its parts; what can be compared between
machines are the ratios. Draft texts, scheduled ones and texts in one language only are among them.
"""

import gc
import os
import random
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from http import HTTPStatus
from itertools import accumulate
from pathlib import Path
from statistics import quantiles
from subprocess import run
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.test import Client

SMALL, LARGE = 1_000, 12_000  # commentaries
A_WEEK = 8  # of them
WORDS = 300  # of a text, about
VOCABULARY = 30_000  # words of a language, each in its forms
TIMES = 60  # questions of a kind
AIM = 50  # milliseconds, for 95 of 100
LETTERS = {
    "be": ("бвгджзклмнпрстфхцчш", "аоуыіэеяю", ["", "а", "ы", "у", "ам", "амі", "ах", "аў"]),
    "ru": ("бвгджзклмнпрстфхцчш", "аоуыиэея", ["", "а", "ы", "у", "ам", "ами", "ах", "ов"]),
    "en": ("bcdfghjklmnprstvw", "aeiou", ["", "s", "ed", "ing"]),
}


class Language:
    """Made-up words, the most common first."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.random = random.Random(code)  # noqa: S311
        hard, soft, self.endings = LETTERS[code]
        words: dict[str, None] = {}
        while len(words) < VOCABULARY:
            syllables = self.random.choices((1, 2, 3, 4), (1, 6, 6, 2))[0]
            pairs = [self.random.choice(hard) + self.random.choice(soft) for _ in range(syllables)]
            words["".join(pairs) + self.random.choice(hard)] = None
        self.words = list(words)
        self.weights = list(accumulate(1 / (rank + 2.7) for rank in range(VOCABULARY)))

    def text(self, length: int) -> str:
        words = self.random.choices(self.words, cum_weights=self.weights, k=length)
        return " ".join(word + self.random.choice(self.endings) for word in words) + "."

    def body(self) -> str:
        return "".join(f"<p>{self.text(WORDS // 5)}</p>" for _ in range(5))


def fill(languages: list[Language], first: int, last: int) -> None:
    """The commentaries from the first to before the last, and the index of all."""
    from commentaries.models import Analyst, Byline, Commentary, Issue, Section, Translation, Trend

    if not first:
        Section.objects.bulk_create(
            Section(slug=f"s-{number}", title_be=f"Раздзел {number}", order=number) for number in range(A_WEEK)
        )
        Analyst.objects.bulk_create(
            Analyst(slug=f"a-{number}", **{f"name_{one.code}": one.text(2).title() for one in languages})
            for number in range(20)
        )
    sections, analysts = list(Section.objects.all()), list(Analyst.objects.all())
    weeks = [date(1995, 1, 2) + timedelta(days=7 * number) for number in range(first // A_WEEK, last // A_WEEK)]
    past = datetime(2020, 1, 1, tzinfo=UTC)
    issues = Issue.objects.bulk_create(
        Issue(week_start=week, week_end=week + timedelta(days=6), published_at=past) for week in weeks
    )
    dice = random.Random(first)  # noqa: S311
    for issue in issues:
        rows = [
            Commentary(
                issue=issue,
                section=section,
                source_language="be",
                trend=dice.choice(Trend.values),
                published_at=dice.choices((past, None, datetime(2100, 1, 1, tzinfo=UTC)), (96, 2, 2))[0],
                **{f"title_{one.code}": one.text(7) for one in languages},
                **{f"lead_{one.code}": one.text(30) for one in languages},
                **{f"body_{one.code}": one.body() for one in languages},
            )
            for section in sections
        ]
        for row in Commentary.objects.bulk_create(rows):
            Byline.objects.bulk_create([Byline(commentary=row, analyst=dice.choice(analysts))])
            ready = [one.code for one in languages if one.code == "be" or dice.random() < 0.8]
            Translation.objects.bulk_create(
                Translation(commentary=row, language=code, state="ready" if code in ready else "draft")
                for code in LETTERS
            )


def questions(languages: list[Language]) -> dict[str, Callable[[Language], str]]:
    """How a question of each kind is asked in a language: the part of the address behind `search/`."""
    from commentaries.models import Commentary
    from commentaries.search.plain import plain

    dice = random.Random(7)  # noqa: S311
    keys = list(Commentary.objects.published().values_list("pk", flat=True))

    def word(one: Language, first: int, last: int) -> str:
        return dice.choice(one.words[first:last]) + dice.choice(one.endings)

    def phrase(one: Language) -> str:
        words = plain(getattr(Commentary.objects.get(pk=dice.choice(keys)), f"body_{one.code}")).split()
        at = dice.randrange(len(words) - 3)
        return " ".join(words[at : at + 3]).replace(".", "")

    def misspelt(one: Language) -> str:
        right = max((word(one, 200, 5_000) for _ in range(5)), key=len)
        at = dice.randrange(1, len(right) - 2)
        return right[:at] + right[at + 1] + right[at] + right[at + 2 :]

    return {
        "a rare word": lambda one: f"?q={word(one, 8_000, 20_000)}",
        "a common word": lambda one: f"?q={word(one, 0, 20)}",
        "three words": lambda one: f"?q={word(one, 0, 50)} {word(one, 50, 300)} {word(one, 100, 600)}",
        "a phrase": lambda one: f'?q="{phrase(one)}"',
        "filters": lambda one: f"?q={word(one, 0, 100)}&section=s-3&trend=worsened&from=1998",
        "filters alone": lambda _one: f"?analyst=a-{dice.randrange(20)}",
        "every language": lambda one: f"?q={word(one, 0, 200)}&language=all",
        "a slip": lambda one: f"?q={misspelt(one)}",
        "nothing": lambda one: f"?q={word(one, 0, 50)} {word(one, 20_000, 30_000)}x",
    }


def measured(languages: list[Language]) -> dict[str, list[float]]:
    """Milliseconds of the questions of each kind, after some that warm up."""
    from django.test import Client

    from commentaries.languages import FALLBACK
    from commentaries.search.asking import Scope, find
    from commentaries.search.queries import Query, understand

    client, times, dice = Client(), {}, random.Random(3)  # noqa: S311
    for kind, ask in questions(languages).items():
        addresses = [f"/{one.code}/search/{ask(one)}" for _ in range(TIMES // 3 + 2) for one in languages]
        times[kind] = _times(lambda address: _get(client, address), addresses)

    def ask_index(query: Query) -> object:
        return find(query, Scope(query.languages, as_read=True))

    for kind, last in (("rare", 20_000), ("common", 20)):
        queries = [
            Query(understand(dice.choice(one.words[last // 2 if last > 20 else 0 : last])), FALLBACK[one.code])
            for _ in range(TIMES // 3 + 2)
            for one in languages
        ]
        times[f"… only asking: {kind}"] = _times(ask_index, queries)
    return times


def _settle() -> None:
    """What PostgreSQL does by itself some minutes after much was written."""
    from django.db import connection

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


def _get(client: "Client", address: str) -> None:
    response = client.get(address)
    if response.status_code != HTTPStatus.OK:
        raise RuntimeError(address)


def _times(deed: Callable[[Any], object], over: Iterable[Any]) -> list[float]:
    """Milliseconds of the deed on each of these, the first six left out."""
    found = []
    for one in over:
        start = time.perf_counter()
        deed(one)
        found.append((time.perf_counter() - start) * 1000)
    return found[6:]


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def measure() -> None:
    """On the database that the environment names, which is empty."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    from commentaries.revision import watch
    from commentaries.search import index

    settings.DEBUG = False  # which would remember every query
    call_command("migrate", verbosity=0)
    languages = [Language(code) for code in LETTERS]
    found = []
    for first, last in ((0, SMALL), (SMALL, LARGE)):
        fill(languages, first, last)
        start = time.perf_counter()
        index.rebuild(lambda _done: None)
        say(f"  {last} commentaries indexed in {time.perf_counter() - start:.0f} s")
        _settle()
        gc.collect()
        gc.freeze()  # as in a process that serves: config/wsgi.py
        with watch.standing():
            found.append(measured(languages))
    small, large = found
    say(f"  {'ms at ' + str(LARGE):26} {'median':>8} {'p95':>8} {'to ' + str(SMALL):>9}")
    for kind, times in large.items():
        median, high = quantiles(times, n=20)[9], quantiles(times, n=20)[18]
        before = quantiles(small[kind], n=20)[9]
        late = "" if high < AIM else f"  more than {AIM}"
        say(f"  {kind:26} {median:8.1f} {high:8.1f} {median / before:8.1f}×{late}")
    rare, common = (quantiles(large[kind], n=20)[9] for kind in ("a rare word", "a common word"))
    say(f"  a common word takes {common / rare:.1f} times as long as a rare one")


@contextmanager
def databases() -> Iterator[Iterator[tuple[str, str]]]:
    from tests.postgresql import postgresql

    with TemporaryDirectory() as folder, postgresql() as address:
        yield iter([("SQLite", f"sqlite:///{Path(folder) / 'bench.sqlite3'}"), ("PostgreSQL", address)])


if __name__ == "__main__":
    if "--here" in sys.argv:
        measure()
    else:
        with databases() as each:
            for name, address in each:
                say(name)
                environment = {**os.environ, "DATABASE_URL": address, "DEBUG": "1"}
                run([sys.executable, "-m", "benchmarks.search", "--here"], env=environment, check=True)
