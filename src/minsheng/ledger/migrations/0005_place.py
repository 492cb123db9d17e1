"""The function that gives an entry its place in the safe order (PostgreSQL only)."""

from django.db import migrations

from minsheng.ledger import horizon


def create(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(horizon.PLACE_FUNCTION, params=None)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0004_append_only_too")]
    operations = [migrations.RunPython(create, migrations.RunPython.noop)]
