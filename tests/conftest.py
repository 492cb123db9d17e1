"""What every test stands on: keys, and how long properties are searched."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings

from minsheng.ledger import keys
from minsheng.ledger.testing import let_flush
from minsheng.site.testing import ROOT

keys.make(ROOT / "keys")
let_flush()

settings.register_profile(
    "short",
    max_examples=30,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.register_profile("deep", settings.get_profile("short"), max_examples=1000)
settings.load_profile("deep" if os.environ.get("MINSHENG_DEEP") else "short")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """`deep` tests run with script/test --deep only: left out by name, never skipped."""
    if os.environ.get("MINSHENG_DEEP"):
        return
    left_out = [item for item in items if "deep" in item.keywords]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if "deep" not in item.keywords]


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """On SQLite a file as in a town, not memory: threads, locks and backups behave differently there."""
    from django.conf import settings as django_settings

    database = django_settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        worker = os.environ.get("PYTEST_XDIST_WORKER", "one")
        database.setdefault("TEST", {})["NAME"] = str(ROOT / f"test-{worker}.sqlite3")
