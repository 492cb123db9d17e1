"""The one checked reader of the environment. A wrong value stops the start with its name.

`docs/settings.md` lists every variable; a test compares.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit


class WrongSetting(ValueError):
    """A variable of the environment has a value that cannot be used."""


@dataclass(frozen=True, slots=True)
class Environment:
    """What the environment says, checked."""

    data: Path
    keys: Path
    state: Path
    town: str
    demo: bool
    debug: bool
    database_url: str
    hosts: tuple[str, ...]
    mail_url: str
    mail_from: str
    base_url: str
    rate_limits: bool
    worker_thread: bool


def _yes(values: Mapping[str, str], name: str, default: bool) -> bool:
    text = values.get(name, "").strip().lower()
    if text in ("", "1", "yes", "true", "on", "0", "no", "false", "off"):
        return default if text == "" else text in ("1", "yes", "true", "on")
    raise WrongSetting(f"{name} must be yes or no, not {text!r}")


def read(values: Mapping[str, str] | None = None) -> Environment:
    """Read and check. Raises WrongSetting with the variable's name."""
    values = os.environ if values is None else values
    data = Path(values.get("MINSHENG_DATA") or "var/data").absolute()
    keys = Path(values.get("MINSHENG_KEY_DIR") or data.parent / "keys").absolute()
    state = Path(values.get("MINSHENG_STATE_DIR") or data.parent / "state").absolute()
    if keys == data or data in keys.parents:
        raise WrongSetting("MINSHENG_KEY_DIR must lie outside MINSHENG_DATA, or a backup would hold the keys")
    base_url = values.get("MINSHENG_URL", "http://127.0.0.1:8000").rstrip("/")
    if urlsplit(base_url).scheme not in ("http", "https") or not urlsplit(base_url).netloc:
        raise WrongSetting("MINSHENG_URL must be like https://minsheng.example")
    environment = Environment(
        data=data,
        keys=keys,
        state=state,
        town=values.get("MINSHENG_TOWN") or "yunxi",
        demo=_yes(values, "MINSHENG_DEMO", False),
        debug=_yes(values, "MINSHENG_DEBUG", False),
        database_url=values.get("DATABASE_URL") or f"sqlite:///{data / 'minsheng.sqlite3'}",
        hosts=tuple(
            h for h in values.get("MINSHENG_HOSTS", "127.0.0.1,localhost,[::1],testserver").split(",") if h
        ),
        mail_url=values.get("MINSHENG_MAIL_URL", ""),
        mail_from=values.get("MINSHENG_MAIL_FROM", "minsheng@localhost"),
        base_url=base_url,
        rate_limits=_yes(values, "MINSHENG_RATE_LIMITS", True),
        worker_thread=_yes(values, "MINSHENG_WORKER_THREAD", True),
    )
    database(environment.database_url)
    mail(environment)
    return environment


def database(url: str) -> dict[str, Any]:
    """Django's DATABASES entry for sqlite:///PATH or postgresql://USER:PASSWORD@HOST:PORT/NAME."""
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": unquote(parts.path[1:] if parts.path.startswith("//") else parts.path),
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": (
                    "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA foreign_keys=ON;"
                    "PRAGMA secure_delete=ON;PRAGMA cache_size=-32000;"
                ),
            },
        }
    if parts.scheme in ("postgresql", "postgres"):
        query = dict(pair.split("=", 1) for pair in parts.query.split("&") if "=" in pair)
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path[1:]),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": unquote(query.get("host") or parts.hostname or ""),
            "PORT": str(query.get("port") or parts.port or ""),
            "CONN_MAX_AGE": 600,
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": {"options": "-c statement_timeout=30000 -c idle_in_transaction_session_timeout=5000"},
        }
    raise WrongSetting("DATABASE_URL must start with sqlite:/// or postgresql://")


def mail(environment: Environment) -> dict[str, Any]:
    """Django's mail settings for "" (files under the data folder), smtp://… or smtps://…"""
    if not environment.mail_url:
        return {
            "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "EMAIL_FILE_PATH": str(environment.data / "outbox"),
        }
    parts = urlsplit(environment.mail_url)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise WrongSetting("MINSHENG_MAIL_URL must be like smtp://user:password@host:25")
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or (465 if parts.scheme == "smtps" else 25),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_TIMEOUT": 10,
    }
