"""The results as tables that read well in a terminal and are Markdown."""

from collections.abc import Iterable, Iterator, Sequence

from benchmarks.pages.aims import aims
from benchmarks.pages.fresh import CHANGES, PROCESSES
from benchmarks.pages.growth import Cost
from benchmarks.pages.results import Results
from benchmarks.pages.rounds import CONNECTIONS, ENCODINGS, Figures
from benchmarks.pages.slow import NUMBER, OTHERS

Row = Sequence[str]


def tables(results: Results) -> Iterator[str]:
    yield (
        f"{results['date']}, commit {results['commit']}, {results['machine']}; load before: {results['load']:.1f}.\n"
        f"The page: {results['page']:,} bytes, {results['compressed']:,} with gzip. CPU: of all processes of a server."
    )
    for encoding in ENCODINGS:
        yield _pages(encoding, [one for one in results["figures"] if one["encoding"] == encoding])
    yield _slow(results)
    lasted = results["fresh"]
    yield (
        f"After a change the last old answer of {PROCESSES} processes came within {lasted['median']:.2f} s (median of "
        f"{CHANGES} changes), {lasted['longest']:.2f} s at most."
    )
    yield _growth(results["growth"])
    yield _memory(results)
    mirror = results["mirror"]
    rate = mirror["files"] / mirror["seconds"]
    yield f"The demo as a mirror: {mirror['files']} files in {mirror['seconds']:.0f} s, {rate:.0f} a second."
    yield _aims(results)


def table(title: str, head: Row, rows: Iterable[Row]) -> str:
    """A Markdown table; the first column holds words, the others figures."""
    cells = [list(row) for row in rows]
    widths = [max(map(len, column)) for column in zip(head, *cells, strict=True)]
    rule = ["-" * width if not at else "-" * (width - 1) + ":" for at, width in enumerate(widths)]
    lines = [
        " | ".join(cell.rjust(width) if at else cell.ljust(width) for at, (cell, width) in enumerate(pairs))
        for pairs in (zip(row, widths, strict=True) for row in [head, rule, *cells])
    ]
    return "\n".join([f"{title}\n", *(f"| {line} |" for line in lines)])


def _pages(encoding: str, figures: list[Figures]) -> str:
    title = "The page with gzip" if encoding == "gzip" else "The page as it is"
    return table(
        f"{title}: wrk with {CONNECTIONS} connections, medians of the rounds",
        ("", "requests/s", "to nginx", "CPU µs", "p50 ms", "p99 ms", "failed"),
        [
            (
                one["name"],
                f"{one['rate']:,.0f}",
                f"{one['share']:.2f}" if one["share"] >= 0.1 else f"{one['share']:.2g}",
                f"{one['cost']:,.0f}",
                _time(one["p50"]),
                _time(one["p99"]),
                str(one["failed"]),
            )
            for one in figures
        ],
    )


def _time(milliseconds: float) -> str:
    """Nothing, where wrk had too few answers to tell."""
    return f"{milliseconds:.2f}" if milliseconds > 0 else "–"


def _slow(results: Results) -> str:
    return table(
        f"{NUMBER:,} connections that send a byte a second; meanwhile {OTHERS} readers ask",
        ("", "held", "requests/s", "p50 ms", "p99 ms", "failed"),
        [
            (
                one["name"] if one["slow"] == "none" else f"  beside slow {one['slow']}",
                f"{one['open']:,}",
                f"{one['rate']:,.0f}",
                _time(one["p50"]),
                _time(one["p99"]),
                str(one["failed"]),
            )
            for one in results["slow"]
        ],
    )


def _growth(costs: list[Cost]) -> str:
    """A row for each kind of page, a column for each number of commentaries."""
    sizes = sorted({cost["commentaries"] for cost in costs})
    pages = dict.fromkeys(cost["page"] for cost in costs)
    found = {(cost["page"], cost["commentaries"]): cost for cost in costs}
    return table(
        "CPU ms of a page that Django renders, and its queries, by the number of commentaries",
        ("", *(f"{size:,}" for size in sizes)),
        [(page, *(_cost(found[page, size]) for size in sizes)) for page in pages],
    )


def _cost(cost: Cost) -> str:
    return f"{cost['milliseconds']:.1f} ({cost['queries']})"


def _memory(results: Results) -> str:
    return table(
        "Memory after the rounds, MB (PSS: what processes share counts in each in part)",
        ("", "together", "largest process"),
        [(one["name"], f"{one['together']:.0f}", f"{one['largest']:.0f}") for one in results["memory"]],
    )


def _aims(results: Results) -> str:
    return table(
        "Aims",
        ("", "found", "aim", ""),
        [
            (
                aim.what,
                str(aim),
                f"{'≥' if aim.least else '≤'} {aim.bound}{aim.unit}",
                "reached" if aim.is_reached else "not reached",
            )
            for aim in aims(results)
        ],
    )
