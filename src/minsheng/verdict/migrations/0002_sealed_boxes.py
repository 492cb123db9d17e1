"""What lies in a rating box is sealed from now on; a box of an unreleased version begins anew."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar[list[tuple[str, str]]] = [("verdict", "0001_initial")]

    operations: ClassVar[list[migrations.operations.base.Operation]] = [
        migrations.RemoveField(model_name="ratingbox", name="contents"),
        migrations.AddField(
            model_name="ratingbox", name="contents", field=models.BinaryField(null=True)
        ),
    ]
