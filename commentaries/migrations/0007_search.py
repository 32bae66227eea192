import commentaries.models.search
import django.db.models.deletion
from django.db import migrations, models


def say_what_to_do(apps, schema_editor):
    """Stems are made by code that changes with time, so what is there already is indexed by a command."""
    found = apps.get_model("commentaries", "Commentary").objects.count()
    if found:
        print(f"\n  Search does not know the {found} commentaries that are here. Run: python manage.py index_search")


def take_index_away(apps, schema_editor):
    """SQLite keeps it apart from the table, which goes next. PostgreSQL's goes with its table."""
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("DROP TABLE IF EXISTS search_entry_words")


class Migration(migrations.Migration):

    dependencies = [
        ('commentaries', '0006_names_outside_are_unique'),
    ]

    operations = [
        migrations.CreateModel(
            name='SearchStem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('language', models.CharField(choices=[('be', 'Belarusian'), ('ru', 'Russian'), ('en', 'English')], max_length=2)),
                ('stem', models.CharField(max_length=40)),
                ('head', models.CharField(max_length=2)),
                ('tail', models.CharField(max_length=2)),
                ('length', models.PositiveSmallIntegerField()),
            ],
            options={
                'default_permissions': (),
                'indexes': [models.Index(fields=['language', 'stem'], name='search_stem'), models.Index(fields=['language', 'head', 'length'], name='search_stem_head'), models.Index(fields=['language', 'tail', 'length'], name='search_stem_tail')],
            },
        ),
        migrations.CreateModel(
            name='SearchEntry',
            fields=[
                ('place', models.BigIntegerField(primary_key=True, serialize=False)),
                ('language', models.CharField(choices=[('be', 'Belarusian'), ('ru', 'Russian'), ('en', 'English')], max_length=2)),
                ('digest', models.CharField(max_length=64)),
                ('title', models.TextField()),
                ('lead', models.TextField()),
                ('often', models.TextField()),
                ('signed', models.TextField()),
                ('words', commentaries.models.search.TokensField()),
                ('commentary', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='commentaries.commentary')),
            ],
            options={
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('commentary', 'language'), name='one_search_entry_per_text'), commentaries.models.search.FullText(name='search_entry_words')],
            },
        ),
        migrations.RunPython(say_what_to_do, take_index_away),
    ]
