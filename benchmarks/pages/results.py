"""What a run found, on which machine and of which commit, as docs/performance.json keeps it."""

import json
import os
import platform
import re
from datetime import UTC, datetime
from pathlib import Path
from subprocess import run
from typing import TypedDict

from benchmarks.pages.fresh import Fresh
from benchmarks.pages.growth import Cost
from benchmarks.pages.ours import ROOT
from benchmarks.pages.rounds import Figures
from benchmarks.pages.slow import Served

KEPT = ROOT / "docs" / "performance.json"


class Memory(TypedDict):
    """MB of a server, all its processes together, and of the largest of them."""

    name: str
    together: float
    largest: float


class Mirror(TypedDict):
    files: int
    seconds: float


class Results(TypedDict):
    date: str
    commit: str
    machine: str
    load: float
    page: int
    compressed: int
    figures: list[Figures]
    slow: list[Served]
    fresh: Fresh
    growth: list[Cost]
    memory: list[Memory]
    mirror: Mirror


def commit() -> str:
    """The commit, with a + where files differ from it."""
    command = ["git", "describe", "--always", "--dirty=+", "--exclude=*"]
    return run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()


def machine() -> str:
    """The processor, as Linux names it, and what runs on it."""
    found = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    name = found[1] if found else platform.machine()
    return f"{os.cpu_count()} × {name}, Linux {platform.release().split('-')[0]}, Python {platform.python_version()}"


def today() -> str:
    return datetime.now(UTC).date().isoformat()


def keep(results: Results) -> None:
    KEPT.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n")
