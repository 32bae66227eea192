"""Virtual environments of those we are measured beside, under var/bench: their packages are none of ours."""

import sys
from pathlib import Path
from subprocess import run

from benchmarks.debian import BENCH


def programs(name: str, pinned: tuple[str, ...]) -> Path:
    """The folder of an environment's programs. It is made once, and again when other versions are pinned."""
    place = BENCH / name
    pins = place / "pinned.txt"
    if not pins.exists() or pins.read_text().split() != list(pinned):
        run([sys.executable, "-m", "venv", "--clear", place], check=True)
        run([place / "bin" / "pip", "install", "-qq", "--disable-pip-version-check", *pinned], check=True)
        pins.write_text("\n".join(pinned))
    return place / "bin"
