"""wrk, which asks as fast as it is answered, and what it says of a run."""

import re
from dataclasses import dataclass
from subprocess import run

from benchmarks import debian

UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}


@dataclass(frozen=True)
class Run:
    """`p50` and `p99` are milliseconds; `failed` are answers other than 2xx and 3xx, and connections that broke."""

    requests: int
    rate: float
    p50: float
    p99: float
    failed: int


def ask(url: str, seconds: int, *, connections: int = 16, encoding: str = "") -> Run:
    """So many connections on two threads ask for this page, each as soon as it has its answer."""
    place = debian.unpacked("wrk", "wrk", "libluajit-5.1-2")
    options = [f"-c{connections}", "-t2", f"-d{seconds}s", "--latency", "--timeout", "5s"]
    if encoding:
        options += ["-H", f"Accept-Encoding: {encoding}"]
    command = [str(place / "usr" / "bin" / "wrk"), *options, url]
    said = run(command, env=debian.environment(place), check=True, capture_output=True, text=True).stdout
    return read(said)


def read(said: str) -> Run:
    """What wrk printed."""
    errors = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", said)
    refused = re.search(r"Non-2xx or 3xx responses: (\d+)", said)
    return Run(
        requests=int(_found(r"(\d+) requests in", said)),
        rate=float(_found(r"Requests/sec:\s+([\d.]+)", said)),
        p50=_milliseconds("50%", said),
        p99=_milliseconds("99%", said),
        failed=sum(map(int, errors.groups() if errors else ())) + (int(refused[1]) if refused else 0),
    )


def _found(pattern: str, said: str) -> str:
    found = re.search(pattern, said)
    if not found:
        raise RuntimeError(f"wrk said something else:\n{said}")
    return found[1]


def _milliseconds(share: str, said: str) -> float:
    found = re.search(rf"^\s+{share}\s+([\d.]+)(us|ms|s|m)\s*$", said, re.MULTILINE)
    return float(found[1]) * UNITS[found[2]] if found else float("nan")
