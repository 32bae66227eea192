"""Rounds in which every server is asked in its turn, so that what else the machine does falls on all of them alike."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import TypedDict

from benchmarks.pages import wrk
from benchmarks.pages.servers import Server

ENCODINGS = ("identity", "gzip")
CONNECTIONS = 16


@dataclass(frozen=True)
class Contender:
    """A server and the address of the page there."""

    server: Server
    path: str


@dataclass(frozen=True)
class Sample:
    """One run of wrk. `cost` is the processor's time of a request in microseconds, of all processes of the server."""

    run: wrk.Run
    cost: float


class Figures(TypedDict):
    """Medians of the rounds. `p50` and `p99` are milliseconds, `cost` microseconds; `share` is the rate, to nginx's."""

    name: str
    encoding: str
    rate: float
    share: float
    p50: float
    p99: float
    cost: float
    failed: int


def sample(contender: Contender, encoding: str, seconds: int, connections: int = CONNECTIONS) -> Sample:
    """One run. At its end each connection still waits for an answer, which is finished before the next is asked."""
    server = contender.server
    before = server.processor_seconds()
    run = wrk.ask(server.origin + contender.path, seconds, connections=connections, encoding=encoding)
    server.settle()
    return Sample(run, (server.processor_seconds() - before) / (run.requests + connections) * 1e6)


def play(contenders: Sequence[Contender], number: int, seconds: int) -> list[Figures]:
    """So many rounds, after one that warms up and is not counted. The first contender is what others are held to."""
    taken: dict[tuple[str, str], list[Sample]] = {}
    for played in range(number + 1):
        for encoding in ENCODINGS:
            for one in contenders:
                found = sample(one, encoding, seconds if played else 1)
                if played:
                    taken.setdefault((one.server.name, encoding), []).append(found)
    measure = contenders[0].server.name
    return [_figures(name, encoding, samples, taken[measure, encoding]) for (name, encoding), samples in taken.items()]


def _figures(name: str, encoding: str, samples: list[Sample], measure: list[Sample]) -> Figures:
    """The share is taken within each round."""
    runs = [one.run for one in samples]
    shares = [one.run.rate / other.run.rate for one, other in zip(samples, measure, strict=True)]
    return {
        "name": name,
        "encoding": encoding,
        "rate": median(run.rate for run in runs),
        "share": median(shares),
        "p50": median(run.p50 for run in runs),
        "p99": median(run.p99 for run in runs),
        "cost": median(one.cost for one in samples),
        "failed": sum(run.failed for run in runs),
    }
