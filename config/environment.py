"""What the process environment says, read once, with a sentence for whatever is wrong in it."""

import os
import secrets
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
VAR = BASE_DIR / "var"

env = environ.FileAwareEnv()


def flag(name: str, *, default: bool = False) -> bool:
    """Read a switch: 1/0, true/false, yes/no, on/off. Raises ImproperlyConfigured for anything else."""
    value = os.environ.get(name, "").strip().lower()
    if not value:
        return default
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise ImproperlyConfigured(f"{name} is {value!r}; set it to 1 or 0.")


def one_of(name: str, *values: str) -> str:
    """One of these words; the first where nothing is set. Raises ImproperlyConfigured for anything else."""
    value = os.environ.get(name, "").strip().lower() or values[0]
    if value not in values:
        raise ImproperlyConfigured(f"{name} is {value!r}; set it to {', '.join(values[:-1])} or {values[-1]}.")
    return value


def required(name: str, purpose: str, *, debug: bool, development: str) -> str:
    """The value of a setting that production cannot start without; `development` stands in under DEBUG.

    Raises ImproperlyConfigured with a sentence that names the setting and its purpose.
    """
    value = str(env.str(name, default="")).strip()
    if value:
        return value
    if debug:
        return development
    raise ImproperlyConfigured(
        f"{name} is not set: {purpose} Set it in the environment, or set DEBUG=1 to try the site."
    )


def required_list(name: str, purpose: str, *, debug: bool, development: str) -> list[str]:
    """The items of a required setting, separated by commas. An empty one is a mistake, and as a key a dangerous one."""
    items = [item.strip() for item in required(name, purpose, debug=debug, development=development).split(",")]
    if not all(items):
        raise ImproperlyConfigured(f"{name} has an empty item; write the items with single commas between them.")
    return items


def development_key(name: str) -> str:
    """A random key of this machine, made at its first use and kept under var/keys, for DEBUG only."""
    path = VAR / "keys" / name.lower()
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text()
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(48))
    return path.read_text()
