"""How the cost of a page grows with what the site has published: processor's time and queries of a rendering.

Runs as a process of its own, on a database of made-up texts (benchmarks/search.py), in SQLite.
"""

import gc
import json
import sys
import time
from itertools import pairwise
from pathlib import Path
from statistics import median
from subprocess import PIPE, run
from tempfile import TemporaryDirectory
from typing import TypedDict

from benchmarks.pages import ours
from benchmarks.search import LETTERS, Language, fill

SIZES = (10, 100, 1_000, 12_000)  # commentaries; weeks have eight each, so these are 8, 96, 1,000 and 12,000
BODY = 60  # words of a text
AT_ONCE = 500
TIMES = 30


class Cost(TypedDict):
    commentaries: int
    page: str
    milliseconds: float
    queries: int


def growth() -> list[Cost]:
    command = [sys.executable, "-m", "benchmarks.pages.growth"]
    return list(json.loads(run(command, cwd=ours.ROOT, stdout=PIPE, check=True).stdout))


class Brief(Language):
    """Texts of one paragraph: what grows is the number of rows, and twelve thousand are written within minutes."""

    def body(self) -> str:
        return f"<p>{self.text(BODY)}</p>"


def measure() -> list[Cost]:
    from commentaries.revision import watch

    languages: list[Language] = [Brief(code) for code in LETTERS]
    found: list[Cost] = []
    for first, last in pairwise((0, *SIZES)):
        fill(languages, first, last)
        number = _index()
        with watch.standing():  # as in a process that serves
            found += [_cost(number, page, path) for page, path in addresses().items()]
    return found


def _index() -> int:
    """Let search know those that it does not know yet; returns how many commentaries there are."""
    from commentaries.models import Commentary, SearchEntry
    from commentaries.search import index

    known = set(SearchEntry.objects.values_list("commentary", flat=True))
    keys = list(Commentary.objects.order_by("pk").values_list("pk", flat=True))
    coming = [key for key in keys if key not in known]
    for first in range(0, len(coming), AT_ONCE):
        with index.following() as changed:
            changed.update(coming[first : first + AT_ONCE])
    return len(keys)


def addresses() -> dict[str, str]:
    """A page of each kind: of a week in the middle, but the front page."""
    from django.utils.translation import override

    from commentaries.models import Commentary

    rows = Commentary.objects.published().ready_in(ours.LANGUAGES[0]).order_by("issue__week_start", "pk")
    row = rows.select_related("issue", "section")[rows.count() // 2]
    with override(ours.LANGUAGES[0]):
        home = ours.named("commentaries:home")
        return {
            "commentary": row.get_absolute_url(),
            "front page": home,
            "issue": row.issue.get_absolute_url(),
            "section": row.section.get_absolute_url(),
        }


def _cost(number: int, page: str, path: str) -> Cost:
    """The median of many renderings, what the garbage collector takes in them included, but not what lay before."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    ours.rendered(path)
    with CaptureQueriesContext(connection) as captured:
        ours.rendered(path)
    queries = len(captured)  # before the next request forgets them
    gc.collect()
    times = []
    for _time in range(TIMES):
        start = time.process_time()
        ours.rendered(path)
        times.append((time.process_time() - start) * 1000)
    return {"commentaries": number, "page": page, "milliseconds": median(times), "queries": queries}


if __name__ == "__main__":
    with TemporaryDirectory() as place:
        ours.set_up(Path(place))
        json.dump(measure(), sys.stdout)
