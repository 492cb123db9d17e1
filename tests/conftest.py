"""What every test stands on: keys, and how long properties are searched."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Callable

import html5lib
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


@pytest.fixture(scope="session")
def assert_valid_html() -> Callable[[str | bytes], None]:
    """Fail unless a whole page parses strictly, and its ids, labels, styles and sources are in order."""

    def check(page: str | bytes) -> None:
        text = page.decode() if isinstance(page, bytes) else page
        tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(text)
        elements = [one for one in tree.iter() if isinstance(one.tag, str)]
        ids = Counter(one.get("id") for one in elements if one.get("id"))
        assert not [name for name, n in ids.items() if n > 1], f"ids used twice: {ids.most_common(3)}"
        for one in elements:
            for attribute in ("for", "aria-describedby", "aria-labelledby", "aria-controls"):
                for wanted in (one.get(attribute) or "").split():
                    assert wanted in ids, f'{one.tag} {attribute}="{wanted}" leads nowhere'
            assert one.get("style") is None, f"a style attribute on {one.tag}"
            assert not [name for name in one.attrib if name.startswith("on")], f"inline script on {one.tag}"
            assert one.tag != "style", "an inline style sheet"
            data = (one.get("type") or "").endswith("json")
            assert one.tag != "script" or one.get("src") or data, "an inline script"
            loaded = one.get("src") or (one.get("href") if one.tag == "link" else None) or ""
            assert not re.match(r"(https?:)?//", loaded), f"loaded from another host: {loaded}"
        assert tree.get("lang"), "no language"
        assert sum(1 for one in elements if one.tag == "h1") == 1, "not exactly one h1"

    return check
