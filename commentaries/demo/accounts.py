"""The demo's accounts, one per role, with passwords made on this machine."""

import json
import secrets
from typing import Any

from django.contrib.auth.models import Group

from commentaries import roles
from commentaries.models import Analyst, Section, User
from config.environment import VAR

FILE = VAR / "demo-accounts.json"
# (account, role, sections of work, languages of work)
ACCOUNTS: list[tuple[str, str, list[str], list[str]]] = [
    ("administrator", roles.ADMINISTRATOR, [], []),
    ("editor", roles.EDITOR, [], []),
    ("analyst", roles.ANALYST, ["economy", "security"], ["be", "ru"]),
    ("translator", roles.TRANSLATOR, [], ["ru", "en"]),
    ("newsletter", roles.NEWSLETTER_MANAGER, [], []),
]


def _kept_passwords() -> dict[str, str]:
    return dict(json.loads(FILE.read_text())) if FILE.exists() else {}


def _keep(passwords: dict[str, str]) -> None:
    FILE.parent.mkdir(exist_ok=True)
    FILE.touch(mode=0o600)
    FILE.write_text(json.dumps(passwords, indent=1))


def make_accounts() -> dict[str, tuple[str, str]]:
    """Make the accounts that are missing; return each one's role and password.

    A password that was never kept on this machine is made anew.
    """
    kept = _kept_passwords()
    found = {}
    for username, role, sections, languages in ACCOUNTS:
        user, created = User.objects.get_or_create(username=username, defaults={"is_staff": True})
        password = kept.get(username) or secrets.token_urlsafe(9)
        if created or username not in kept:
            user.set_password(password)
            user.languages = languages
            user.save()
            user.groups.set([Group.objects.get_or_create(name=role)[0]])
            user.sections.set(Section.objects.filter(slug__in=sections))
        kept[username] = password
        found[username] = (role, password)
    _sign_as_analyst()
    _keep(kept)
    return found


def _sign_as_analyst() -> None:
    writer: Any = Analyst.objects.filter(slug="tomas-krey", user=None).first()
    if writer:
        writer.user = User.objects.get(username="analyst")
        writer.save()
