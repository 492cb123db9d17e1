"""The tables of this room: one town, as its folder said when it was last applied.

Every column is declared with its purpose in columns.py.
"""

from __future__ import annotations

from django.db import models


class TownRow(models.Model):
    """The one town of this site. `edition` is a new random value at each apply: caches compare it."""

    edition = models.CharField(max_length=16)
    code = models.CharField(max_length=64)
    said = models.JSONField()

    class Meta:
        db_table = "bodies_town"


class BodyRow(models.Model):
    """A public body. One that left the town is retired, not deleted: matters go on citing its code."""

    code = models.CharField(max_length=64, unique=True)
    position = models.PositiveIntegerField()
    kind = models.CharField(max_length=32)
    parent = models.CharField(max_length=64, null=True)
    retired = models.BooleanField(default=False)
    said = models.JSONField()

    class Meta:
        db_table = "bodies_body"


class AreaRow(models.Model):
    """A place; retired like a body."""

    code = models.CharField(max_length=64, unique=True)
    position = models.PositiveIntegerField()
    kind = models.CharField(max_length=32)
    parent = models.CharField(max_length=64, null=True)
    population = models.PositiveIntegerField()
    retired = models.BooleanField(default=False)
    said = models.JSONField()

    class Meta:
        db_table = "bodies_area"


class CompetenceRow(models.Model):
    """Matters of one class in one area are this body's."""

    position = models.PositiveIntegerField()
    kind = models.CharField(max_length=64)
    area = models.CharField(max_length=64)
    body = models.CharField(max_length=64)
    source = models.TextField()

    class Meta:
        db_table = "bodies_competence"


class TaxonomyRow(models.Model):
    """A class of matters; retired like a body."""

    code = models.CharField(max_length=64, unique=True)
    position = models.PositiveIntegerField()
    retired = models.BooleanField(default=False)
    said = models.JSONField()

    class Meta:
        db_table = "bodies_taxonomy"


class CalendarEdition(models.Model):
    """A calendar that was ever in force. Matters cite it by its hash, so it is never removed."""

    sha256 = models.CharField(max_length=64, unique=True)
    calendar = models.CharField(max_length=64)
    version = models.PositiveIntegerField()
    canonical = models.BinaryField()
    current = models.BooleanField(default=False)

    class Meta:
        db_table = "bodies_calendar"


class OverrideRow(models.Model):
    """A town's change to a procedure's numbers, byte for byte as the town wrote it."""

    procedure = models.CharField(max_length=128, unique=True)
    source = models.BinaryField()

    class Meta:
        db_table = "bodies_override"
