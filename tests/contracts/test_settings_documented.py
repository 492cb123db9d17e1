"""Every variable of the environment that the code reads is in docs/settings.md, and the other way round."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from minsheng.site.environment import WrongSetting, read

ROOT = Path(__file__).parents[2]


def test_the_list_of_settings_is_whole() -> None:
    text = (ROOT / "src/minsheng/site/environment.py").read_text()
    used = set(re.findall(r'"((?:MINSHENG|DATABASE)_[A-Z_]+)"', text))
    documented = set(re.findall(r"^\| `([A-Z_]+)`", (ROOT / "docs/settings.md").read_text(), re.M))
    assert used == documented


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MINSHENG_DEMO", "perhaps"),
        ("DATABASE_URL", "mysql://x"),
        ("MINSHENG_MAIL_URL", "pigeon://x"),
        ("MINSHENG_URL", "minsheng"),
    ],
)
def test_a_wrong_value_stops_the_start_with_its_name(name: str, value: str) -> None:
    with pytest.raises(WrongSetting, match=name):
        read({name: value})


def test_keys_inside_the_data_folder_are_refused() -> None:
    with pytest.raises(WrongSetting, match="MINSHENG_KEY_DIR"):
        read({"MINSHENG_DATA": "/srv/m", "MINSHENG_KEY_DIR": "/srv/m/keys"})
