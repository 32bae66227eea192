from django.db import migrations


def keep_as_they_are(apps, schema_editor):
    """PostgreSQL cannot make them smaller, and finds a phrase a third faster where it need not unpack them first."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE commentaries_searchentry ALTER COLUMN words SET STORAGE EXTERNAL")


class Migration(migrations.Migration):

    dependencies = [
        ('commentaries', '0010_near_texts'),
    ]

    operations = [
        migrations.RunPython(keep_as_they_are, migrations.RunPython.noop),
    ]
