"""What was read and what was allowed is only ever appended; what was sealed is never changed."""

from django.db import migrations

from minsheng.people import append_only


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]
    operations = [migrations.RunPython(append_only.in_migration, append_only.undo_migration)]
