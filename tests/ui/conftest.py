"""Pages of the design system without the rest of the site: no town, no database."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django import Settings


@pytest.fixture
def pattern_site(settings: Settings) -> Iterator[None]:
    """Only the pattern pages are served, with the site's own headers."""
    settings.ROOT_URLCONF = "minsheng.ui.urls"
    settings.MINSHENG_DEMO = True
    settings.MIDDLEWARE = [
        "minsheng.site.headers.headers_middleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django_htmx.middleware.HtmxMiddleware",
    ]
    settings.TEMPLATES = [
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "APP_DIRS": True,
            "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
        }
    ]
    yield
