"""What was aimed at, and whether this run reached it. The aims are ratios within one run wherever they can be."""

from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.pages.contenders import MISS, NGINX, STORE, WAGTAIL, WAGTAIL_BEST, WAGTAIL_GRANIAN, WAGTAIL_KEPT
from benchmarks.pages.results import Results
from benchmarks.pages.rounds import ENCODINGS, Figures

QUERIES = {"commentary": 4, "front page": 8, "issue": 8}


@dataclass(frozen=True)
class Aim:
    """`least` says whether the figure must be at least the bound, or at most."""

    what: str
    found: float
    bound: float
    least: bool
    unit: str = ""

    @property
    def is_reached(self) -> bool:
        return self.found >= self.bound if self.least else self.found <= self.bound


def aims(results: Results) -> Iterator[Aim]:
    for encoding in ENCODINGS:
        yield from _of_pages({one["name"]: one for one in results["figures"] if one["encoding"] == encoding}, encoding)
    for served in results["slow"]:
        if served["slow"] != "none":
            what = f"requests that failed, {served['name']}, beside slow {served['slow']}"
            yield Aim(what, served["failed"], 0, least=False)
    for cost in results["growth"]:
        if bound := QUERIES.get(cost["page"]):
            what = f"queries, {cost['page']} of {cost['commentaries']} commentaries"
            yield Aim(what, cost["queries"], bound, least=False)


def _of_pages(by_name: dict[str, Figures], encoding: str) -> Iterator[Aim]:
    store, miss, nginx = (by_name[name] for name in (STORE, MISS, NGINX))
    rendered = max(by_name[name]["rate"] for name in (WAGTAIL, WAGTAIL_GRANIAN))
    yield Aim(f"store to nginx, {encoding}", store["share"], 0.55, least=True)
    yield Aim(f"its CPU to nginx's, {encoding}", store["cost"] / nginx["cost"], 2.2, least=False, unit="×")
    yield Aim(f"its p99, {encoding}", store["p99"], 5, least=False, unit=" ms")
    yield Aim(f"store to {WAGTAIL_BEST}, {encoding}", store["rate"] / by_name[WAGTAIL_BEST]["rate"], 5, True, "×")
    yield Aim(f"store to {WAGTAIL_KEPT}, {encoding}", store["rate"] / by_name[WAGTAIL_KEPT]["rate"], 8, True, "×")
    yield Aim(f"CPU of a rendered page, {encoding}", miss["cost"] / 1000, 4, least=False, unit=" ms")
    yield Aim(f"rendered, to Wagtail's best, {encoding}", miss["rate"] / rendered, 3, least=True, unit="×")
