"""docs/performance.svg: how many requests a second each answered, as bars on a scale of powers of ten."""

from collections.abc import Iterator
from html import escape
from math import log10

from benchmarks.pages.contenders import NGINX
from benchmarks.pages.results import KEPT, Results
from benchmarks.pages.rounds import CONNECTIONS, Figures

KEPT_AT = KEPT.with_suffix(".svg")
WIDTH, LEFT, RIGHT, TOP = 860, 260, 150, 84  # right of the bars stand the figures
BAR, GAP = 20, 16
LEAST, MOST = 0, 5  # powers of ten
STYLE = """\
:root { --ground: #ffffff; --text: #1d1d1b; --quiet: #6b6862; --line: #dcd8d0; --ours: #a3341f; --other: #8a93a0; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #1b1b1a; --text: #ecebe8; --quiet: #a5a29b; --line: #3c3a37; --ours: #ef7f66; --other: #7d8795; }
}
text { font: 14px system-ui, sans-serif; fill: var(--text); }
text { paint-order: stroke; stroke: var(--ground); stroke-width: 4; } /* so that lines do not cross the letters */
.ground { fill: var(--ground); }
.title { font-size: 17px; font-weight: 600; }
.quiet { font-size: 12px; fill: var(--quiet); }
.line { stroke: var(--line); }
.ours { fill: var(--ours); }
.other { fill: var(--other); }
"""


def draw(results: Results) -> None:
    KEPT_AT.write_text(svg(results))


def svg(results: Results) -> str:
    """The page with gzip, which is how browsers ask; a title and a description for who cannot see it."""
    bars = sorted((one for one in results["figures"] if one["encoding"] == "gzip"), key=lambda one: -one["rate"])
    bottom = TOP + len(bars) * (BAR + GAP)
    said = "; ".join(f"{one['name']}: {_figure(one)}" for one in bars)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {bottom + 44}" role="img"'
        ' aria-labelledby="title description">',
        '<title id="title">Requests a second for the same page</title>',
        f'<desc id="description">{escape(said)}.</desc>',
        f"<style>{STYLE}</style>",
        f'<rect class="ground" width="{WIDTH}" height="{bottom + 44}" rx="6"/>',
        '<text class="title" x="16" y="30">Requests a second for the same page</text>',
        f'<text class="quiet" x="16" y="52">{escape(_conditions(results))}</text>',
        *_scale(bottom),
        *(line for at, one in enumerate(bars) for line in _bar(one, TOP + at * (BAR + GAP))),
        f'<text class="quiet" x="16" y="{bottom + 32}">{escape(_origin(results))}</text>',
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _conditions(results: Results) -> str:
    return (
        f"{results['page'] / 1000:.0f} kB, {results['compressed'] / 1000:.0f} kB with gzip; two workers each, "
        f"{CONNECTIONS} connections. From line to line it is ten times as many."
    )


def _origin(results: Results) -> str:
    return f"{results['date']}, commit {results['commit']}, {results['machine']}"


def _scale(bottom: int) -> Iterator[str]:
    for power in range(LEAST, MOST + 1):
        x = _x(10**power)
        yield f'<line class="line" x1="{x:.1f}" x2="{x:.1f}" y1="{TOP - 8}" y2="{bottom - GAP + 8}"/>'
        yield f'<text class="quiet" x="{x:.1f}" y="{bottom + 6}" text-anchor="middle">{10**power:,}</text>'


def _bar(one: Figures, y: int) -> Iterator[str]:
    end, middle = _x(one["rate"]), y + BAR - 5
    kind = "ours" if one["name"].startswith("ours") else "other"
    yield f'<text x="{LEFT - 12}" y="{middle}" text-anchor="end">{escape(one["name"])}</text>'
    yield f'<rect class="{kind}" x="{LEFT}" y="{y}" width="{end - LEFT:.1f}" height="{BAR}" rx="2"/>'
    yield f'<text x="{end + 8:.1f}" y="{middle}">{_figure(one)}</text>'


def _figure(one: Figures) -> str:
    share = "" if one["name"] == NGINX else f" · {one['share']:.2g} of nginx"
    return f"{one['rate']:,.0f}{share}"


def _x(rate: float) -> float:
    along = (log10(max(rate, 10**LEAST)) - LEAST) / (MOST - LEAST)
    return LEFT + along * (WIDTH - LEFT - RIGHT)
