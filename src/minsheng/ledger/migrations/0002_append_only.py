"""The triggers that make the ledger append-only, and the one row that counts the database's epochs."""

from django.db import migrations

from minsheng.ledger import append_only


def first_epoch(apps, schema_editor):
    apps.get_model("ledger", "Epoch").objects.get_or_create(id=1)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_first")]
    operations = [
        migrations.RunPython(first_epoch, migrations.RunPython.noop),
        migrations.RunPython(append_only.in_migration, append_only.undo_migration),
    ]
