"""The pages on which staff sign in, in a real browser: narrow, wide, light, dark, with script and without."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.cache import cache
from django.http import HttpResponse
from django.urls import include, path

from minsheng.kernel.words import Text
from minsheng.people import doors, services
from minsheng.people.models import Account
from minsheng.people.testing import digits
from minsheng.people.urls import urlpatterns as account_pages

PASSWORD = "白鹭湖的风-吹过-老渔村"
EMAIL = "zhou@yunxi.example"


@doors.account_door
def home(request):
    return HttpResponse("<!doctype html><title>home</title><h1>home</h1>")


urlpatterns = [
    path("", home),
    path("accounts/", include(account_pages)),
    path("language/", home, name="language"),
]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def accounts_alone(settings):
    """These pages without the rest of the site."""
    cache.clear()
    settings.ROOT_URLCONF = __name__
    (engine,) = settings.TEMPLATES
    processors = [p for p in engine["OPTIONS"]["context_processors"] if not p.startswith("minsheng.")]
    processors.append("minsheng.people.testing.page_alone")
    settings.TEMPLATES = [{**engine, "OPTIONS": {**engine["OPTIONS"], "context_processors": processors}}]


@pytest.fixture
def zhou():
    account = services.open_account(
        EMAIL, Text("周敏", "Zhou Min"), datetime(2020, 1, 1, tzinfo=UTC), password=PASSWORD
    )
    assert isinstance(account, Account)
    return account


def sign_in(page, url, secret=None):
    page.goto(f"{url}/accounts/login/")
    page.get_by_label("工作邮箱").fill(EMAIL)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="继续").click()
    page.wait_for_url(lambda at: "/login/" not in at)
    if secret:
        page.get_by_label("验证器上的六位数").fill(digits(secret))
        page.get_by_role("button", name="登录", exact=True).click()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [375, 1280])
def test_axe_finds_nothing_and_nothing_is_too_wide(
    live_server, open_context, zhou, width, scheme, assert_axe_finds_nothing, assert_no_sideways_scrolling
):
    page = open_context(width, scheme, locale="zh-CN").new_page()

    def look():
        assert_axe_finds_nothing(page)
        assert_no_sideways_scrolling(page)

    for name in ("login", "signup", "password/reset", "password/reset/done", "password/reset/key/1-no"):
        page.goto(f"{live_server.url}/accounts/{name}/")
        look()
    page.goto(f"{live_server.url}/accounts/login/")
    page.get_by_role("button", name="继续").click()
    look()
    sign_in(page, live_server.url)
    page.goto(f"{live_server.url}/accounts/2fa/totp/activate/")
    look()
    for name in ("2fa", "2fa/webauthn", "2fa/webauthn/add", "password/change"):
        page.goto(f"{live_server.url}/accounts/{name}/")
        look()
    TOTP.activate(zhou, secret := generate_totp_secret())
    RecoveryCodes.activate(zhou)
    page.context.clear_cookies()
    sign_in(page, live_server.url)
    look()
    page.get_by_label("验证器上的六位数").fill(digits(secret))
    page.get_by_role("button", name="登录", exact=True).click()
    for name in ("2fa", "2fa/recovery-codes", "2fa/recovery-codes/generate", "2fa/totp/deactivate", "logout"):
        page.goto(f"{live_server.url}/accounts/{name}/")
        look()


@pytest.mark.parametrize("javascript", [True, False])
def test_the_first_sign_in_works_with_and_without_javascript(live_server, open_context, zhou, javascript):
    page = open_context(375, javascript=javascript, locale="zh-CN").new_page()
    sign_in(page, live_server.url)
    page.goto(f"{live_server.url}/accounts/2fa/totp/activate/")
    secret = page.locator("code").inner_text()
    page.get_by_label("验证器上现在的六位数").fill(digits(secret))
    page.get_by_role("button", name="设好了").click()
    page.get_by_role("heading", name="备用码").wait_for()
    assert page.locator("ul.mono li").count() == 10
    assert page.get_by_role("button", name="用通行密钥登录").count() == 0


def test_a_passkey_of_a_real_browser_signs_in_alone(live_server, open_context, zhou):
    context = open_context(375, locale="zh-CN")
    page = context.new_page()
    url = live_server.url.replace("127.0.0.1", "localhost")
    tools = context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    device = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    tools.send("WebAuthn.addVirtualAuthenticator", {"options": device})
    sign_in(page, url)
    page.goto(f"{url}/accounts/2fa/webauthn/add/")
    page.get_by_text("以后只用它登录，不再输密码").click()
    page.get_by_role("button", name="加上").click()
    page.wait_for_url(lambda at: "webauthn/add" not in at)
    context.clear_cookies()
    page.goto(f"{url}/accounts/login/?next=/")
    page.get_by_role("button", name="用通行密钥登录").click()
    page.get_by_role("heading", name="home").wait_for()
