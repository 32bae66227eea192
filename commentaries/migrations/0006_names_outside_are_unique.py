import uuid

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("commentaries", "0005_give_names_outside"),
    ]

    operations = [
        migrations.AlterField(
            model_name="commentary",
            name="uid",
            field=models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
        ),
        migrations.AlterField(
            model_name="issue",
            name="uid",
            field=models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
        ),
    ]
