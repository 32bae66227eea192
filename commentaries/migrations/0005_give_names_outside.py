from uuid import uuid4

from django.db import migrations


def give_names(apps, schema_editor):
    """Each row that is there already gets a name of its own: the new column gave all the same one."""
    for model in ("Issue", "Commentary"):
        rows = apps.get_model("commentaries", model).objects.only("pk")
        for row in rows.iterator():
            rows.filter(pk=row.pk).update(uid=uuid4())


class Migration(migrations.Migration):

    dependencies = [
        ("commentaries", "0004_names_outside"),
    ]

    operations = [migrations.RunPython(give_names, migrations.RunPython.noop)]
