"""How fast a page reaches its readers.

    make bench-pages

The same page is asked of nginx, which has its bytes as a file: as fast as this machine answers at all; of our site from
the store, with Django's own cache middleware instead, and rendered each time; and of Wagtail with the same text, with
caches and without. In rounds, each asked in its turn, by wrk. Then: how others are served beside those who send slowly,
how soon a change is everywhere, memory, the mirror, and what a page costs by the number of commentaries. The times are
of this machine; what can be compared between machines are the ratios. Needs apt and a package index: wrk, nginx and
Wagtail are put under var/bench, and nothing is installed. With --save the results are kept in docs/, with a chart.
"""

import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.pages import chart, ours, results, wagtail
from benchmarks.pages.contenders import MISS, STORE, contenders
from benchmarks.pages.content import content
from benchmarks.pages.fresh import fresh
from benchmarks.pages.growth import growth
from benchmarks.pages.mirror import mirror
from benchmarks.pages.report import tables
from benchmarks.pages.results import Memory, Results
from benchmarks.pages.rounds import Contender, play
from benchmarks.pages.slow import served

ROUNDS, SECONDS = 5, 3


def note(line: str) -> None:
    sys.stderr.write(f"{line}\n")


def measure(folder: Path) -> Results:
    load = os.getloadavg()[0]
    note("The demo is loaded, here and into Wagtail …")
    ours.set_up(folder)
    path = ours.fill()
    texts = content(path, len(ours.rendered(path)))
    wagtail.furnish(folder, texts)
    with contenders(folder, path, texts["path"]) as by_name:
        store = by_name[STORE].server
        page, compressed = (len(store.get(path, encoding).body) for encoding in ("identity", "gzip"))
        note("Rounds …")
        figures = play(list(by_name.values()), ROUNDS, SECONDS)
        memory = [_memory(one) for one in by_name.values()]
        note("Slow readers …")
        slow = [one for name in (STORE, MISS) for one in served(by_name[name], ours.named("subscriptions:sign_up"))]
    note("Changes …")
    changes = fresh(folder, path)
    note("The mirror …")
    mirrored = mirror(folder / "mirror")
    note("Twelve thousand commentaries …")
    return {
        "date": results.today(),
        "commit": results.commit(),
        "machine": results.machine(),
        "load": load,
        "page": page,
        "compressed": compressed,
        "figures": figures,
        "slow": slow,
        "fresh": changes,
        "growth": growth(),
        "memory": memory,
        "mirror": mirrored,
    }


def _memory(one: Contender) -> Memory:
    found = one.server.memory()
    return {"name": one.server.name, "together": sum(found), "largest": found[0]}


def main() -> None:
    with TemporaryDirectory() as place:
        found = measure(Path(place))
    for one in tables(found):
        sys.stdout.write(f"\n{one}\n")
    if "--save" in sys.argv:
        results.keep(found)
        chart.draw(found)


if __name__ == "__main__":
    main()
