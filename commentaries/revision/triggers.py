"""The triggers that note a change of what readers may see. They are made after every `migrate`.

SQLite drops a table's triggers when a migration remakes it, so what is missing is made again each time.
"""

from typing import Any

from django.apps import apps
from django.db import connections

from commentaries import models

FUNCTION = """CREATE OR REPLACE FUNCTION commentaries_note_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN INSERT INTO commentaries_change (number) VALUES (1); RETURN NULL; END $$"""
POSTGRESQL = """CREATE TRIGGER %(name)s AFTER %(event)s ON %(table)s
FOR EACH STATEMENT EXECUTE FUNCTION commentaries_note_change()"""
SQLITE = """CREATE TRIGGER %(name)s AFTER %(event)s ON %(table)s
BEGIN INSERT INTO commentaries_change (number) VALUES (1); END"""
NAMES = {
    "postgresql": "SELECT tgname FROM pg_trigger WHERE tgname LIKE 'noted_%'",
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'noted_%'",
}
# What only the desk sees, and what stands on no page that is kept. Every other table is watched, a new one too.
UNSEEN = (
    *(models.User, models.User.groups.through, models.User.user_permissions.through, models.User.sections.through),
    *(models.Comment, models.Presence, models.StaffMail, models.PreviewLink),
    *(models.SearchStem, models.Change),
)


def watched() -> list[str]:
    """The tables whose rows readers may see."""
    known = apps.get_app_config("commentaries").get_models(include_auto_created=True)
    return [model._meta.db_table for model in known if model not in UNSEEN]


def set_up(using: str, **_signal: Any) -> None:
    """After migrating: make the triggers that are missing; none before there is a place for what they note."""
    connection = connections[using]
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        if models.Change._meta.db_table not in tables:
            return
        cursor.execute(NAMES[connection.vendor])
        there = {name for (name,) in cursor.fetchall()}
        if connection.vendor == "postgresql":
            cursor.execute(FUNCTION)
        for table in watched():
            for event in ("INSERT", "UPDATE", "DELETE"):
                name = f"noted_{table}_{event.lower()}"
                if table in tables and name not in there:
                    sql = POSTGRESQL if connection.vendor == "postgresql" else SQLITE
                    cursor.execute(sql % {"name": name, "event": event, "table": table})


def take_down(_apps: Any, schema_editor: Any) -> None:
    """Before the place goes for what they note: a migration's way back."""
    connection = schema_editor.connection
    with connection.cursor() as cursor:
        cursor.execute(NAMES[connection.vendor])
        for (name,) in cursor.fetchall():
            place = f" ON {name.removeprefix('noted_').rpartition('_')[0]}"
            cursor.execute(f"DROP TRIGGER {name}" + (place if connection.vendor == "postgresql" else ""))
