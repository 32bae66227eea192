"""What was aimed at, and whether this run reached it. The aims are ratios within one run wherever they can be."""

from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.pages.contenders import MISS, NGINX, STORE, WAGTAIL, WAGTAIL_BEST, WAGTAIL_GRANIAN, WAGTAIL_KEPT
from benchmarks.pages.results import Results
from benchmarks.pages.rounds import ENCODINGS, Figures

QUERIES = {"commentary": 4, "front page": 8, "issue": 8}
SERVED = 0.5  # of the rate in peace, beside those who send slowly: they take some of the processor, too


@dataclass(frozen=True)
class Aim:
    """`least` says whether the figure must be at least the bound, or at most."""

    what: str
    found: float
    bound: float
    least: bool
    unit: str = ""

    def __str__(self) -> str:
        return f"{self.found:.0f}{self.unit}" if self.found >= 100 else f"{self.found:.3g}{self.unit}"

    @property
    def is_reached(self) -> bool:
        return self.found >= self.bound if self.least else self.found <= self.bound


def aims(results: Results) -> Iterator[Aim]:
    for encoding in ENCODINGS:
        yield from _of_pages({one["name"]: one for one in results["figures"] if one["encoding"] == encoding}, encoding)
    peace = {served["name"]: served["rate"] for served in results["slow"] if served["slow"] == "none"}
    for served in results["slow"]:
        if served["slow"] != "none":
            what = f"{served['name']}, beside slow {served['slow']}, to that in peace"
            yield Aim(what, served["rate"] / max(peace[served["name"]], 1), SERVED, least=True)
    yield Aim("seconds until a change is everywhere, at most", results["fresh"]["longest"], 1, least=False)
    for page, bound in QUERIES.items():
        most = max(cost["queries"] for cost in results["growth"] if cost["page"] == page)
        yield Aim(f"queries of a rendered page, {page}", most, bound, least=False)


def _of_pages(by_name: dict[str, Figures], encoding: str) -> Iterator[Aim]:
    store, miss, nginx = (by_name[name] for name in (STORE, MISS, NGINX))
    rendered = max(by_name[name]["rate"] for name in (WAGTAIL, WAGTAIL_GRANIAN))
    yield Aim(f"from the store, to nginx, {encoding}", store["share"], 0.55, least=True)
    yield Aim(f"from the store, CPU to nginx's, {encoding}", store["cost"] / nginx["cost"], 2.2, least=False, unit="×")
    yield Aim(f"from the store, p99, {encoding}", store["p99"], 5, least=False, unit=" ms")
    yield Aim(
        f"from the store, to {WAGTAIL_BEST}, {encoding}",
        store["rate"] / by_name[WAGTAIL_BEST]["rate"],
        5,
        least=True,
        unit="×",
    )
    yield Aim(
        f"from the store, to {WAGTAIL_KEPT}, {encoding}",
        store["rate"] / by_name[WAGTAIL_KEPT]["rate"],
        8,
        least=True,
        unit="×",
    )
    yield Aim(f"rendered each time, CPU, {encoding}", miss["cost"] / 1000, 4, least=False, unit=" ms")
    yield Aim(f"rendered each time, to Wagtail rendered, {encoding}", miss["rate"] / rendered, 3, least=True, unit="×")
