"""Programs of Debian's packages, unpacked under var/bench and not installed."""

import os
from pathlib import Path
from subprocess import DEVNULL, run

BENCH = Path(__file__).resolve().parent.parent / "var" / "bench"
AS_WE_ARE = ("-o", "APT::Sandbox::User=root")  # apt's own user may not write into our folder, and says so each time


def unpacked(name: str, *packages: str) -> Path:
    """The folder of this name in which these packages lie unpacked; the first time they are fetched with apt."""
    place = BENCH / name
    if not place.exists():
        coming = BENCH / f"{name}.coming"
        coming.mkdir(parents=True, exist_ok=True)
        run(["apt-get", *AS_WE_ARE, "download", *packages], cwd=coming, check=True, stdout=DEVNULL)
        for package in coming.glob("*.deb"):
            run(["dpkg", "-x", package, coming], check=True)
        coming.rename(place)
    return place


def environment(place: Path) -> dict[str, str]:
    """The environment in which programs find the libraries that were unpacked beside them."""
    return {**os.environ, "LD_LIBRARY_PATH": ":".join(map(str, place.glob("usr/lib/*-linux-gnu*")))}
