"""Every column of every table is declared with its purpose; an undeclared one fails here."""

from __future__ import annotations

import importlib
import re

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection

from minsheng.people.columns import OF_LIBRARIES

FORBIDDEN = re.compile(
    r"score|rank|risk|sentiment|blacklist|keyword|reputation|key_person|vip|points|badge|streak|online_time"
)


def _declared(room: str) -> dict[str, dict[str, str]]:
    try:
        module = importlib.import_module(f"minsheng.{room}.columns")
    except ModuleNotFoundError:
        return {}
    columns: dict[str, dict[str, str]] = module.COLUMNS
    return columns


def _actual(room: str) -> dict[str, set[str]]:
    models = apps.get_app_config(room).get_models(include_auto_created=True)
    return {model._meta.db_table: {f.column for f in model._meta.concrete_fields} for model in models}


def test_every_column_is_declared_with_its_purpose() -> None:
    for room in [*settings.ROOMS, "site"]:
        declared = _declared(room)
        assert {t: set(c) for t, c in declared.items()} == _actual(room), room
        for table, columns in declared.items():
            for column, purpose in columns.items():
                assert len(purpose.strip()) >= 8, f"{table}.{column} says no purpose"


def test_no_table_can_hold_a_score_of_a_person() -> None:
    named = [
        f"{table}.{column}"
        for room in [*settings.ROOMS, "site"]
        for table, columns in _actual(room).items()
        for column in columns
        if FORBIDDEN.search(column)
    ]
    assert named == []


@pytest.mark.django_db
def test_the_database_has_no_table_and_no_column_that_is_not_declared() -> None:
    """What is really there, libraries' tables too, and not only what the models say."""
    declared = {
        table: columns for room in [*settings.ROOMS, "site"] for table, columns in _declared(room).items()
    }
    assert not set(declared) & set(OF_LIBRARIES)
    declared |= OF_LIBRARIES
    with connection.cursor() as cursor:
        found = {
            table: {one.name for one in connection.introspection.get_table_description(cursor, table)}
            for table in connection.introspection.table_names(cursor)
        }
    assert found == {table: set(columns) for table, columns in declared.items()}
    for table, columns in OF_LIBRARIES.items():
        for column, purpose in columns.items():
            assert purpose.strip(), f"{table}.{column} says no purpose"
            assert not FORBIDDEN.search(column)
