"""The triggers of the tables that came with 0003."""

from django.db import migrations

from minsheng.ledger import append_only


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_disclosure")]
    operations = [migrations.RunPython(append_only.in_migration, migrations.RunPython.noop)]
