from django.db import migrations

# As commentaries.models.search.pair makes them from then on.
PAIRS = """UPDATE commentaries_searchentry SET words = words || COALESCE((
    WITH word AS (
        SELECT lexeme, place FROM unnest(words) AS one, unnest(one.positions) AS place WHERE starts_with(lexeme, 'w')
    )
    SELECT array_to_tsvector(
        array_agg(DISTINCT 'p' || left(md5(convert_to(former.lexeme || ' ' || latter.lexeme, 'UTF8')), 4))
    )
    FROM word AS former JOIN word AS latter ON latter.place = former.place + 1
), '')"""


def add_pairs(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(PAIRS)


class Migration(migrations.Migration):

    dependencies = [
        ('commentaries', '0011_search_words_as_they_are'),
    ]

    operations = [
        migrations.RunPython(add_pairs, migrations.RunPython.noop),
    ]
