import uuid

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("commentaries", "0003_desk"),
    ]

    operations = [
        migrations.CreateModel(
            name="Redirect",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("old_address", models.CharField(help_text="From the first slash on, with the question mark and what follows it, if it had one.", max_length=500, unique=True, verbose_name="old address")),
                ("new_address", models.CharField(help_text="From the first slash on: /en/issues/2022-01-17/security/", max_length=500, verbose_name="new address")),
            ],
            options={
                "verbose_name": "redirect",
                "verbose_name_plural": "redirects",
                "ordering": ["old_address"],
            },
        ),
        migrations.AddField(
            model_name="commentary",
            name="earlier_versions_hidden_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="commentary",
            name="uid",
            field=models.UUIDField(default=uuid.uuid4, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="issue",
            name="uid",
            field=models.UUIDField(default=uuid.uuid4, editable=False, null=True),
        ),
    ]
