"""Staff sign in with a password and a second thing; the pages say so in both languages."""

from __future__ import annotations

import json
import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core import mail
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from django.urls import include, path, reverse

from minsheng.people import doors
from minsheng.people.models import Account
from minsheng.people.testing import Passkey, digits
from minsheng.people.urls import DOOR_OF
from minsheng.people.urls import urlpatterns as account_pages

PASSWORD = "白鹭湖的风-吹过-老渔村"


@doors.staff_door("first_unit")
def desk(request):
    return HttpResponse("the desk")


@doors.public_door
def home(request):
    return HttpResponse("home")


urlpatterns = [
    path("", home),
    path("accounts/", include(account_pages)),
    path("desk/", desk),
]

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def the_house(settings, room_alone):
    settings.ROOT_URLCONF = __name__
    cache.clear()


@pytest.fixture
def zhou(staff):
    return staff("zhou", ("first_unit", "housing"), password=PASSWORD)


def give_password(
    browser: Client, email: str = "zhou@yunxi.example", password: str = PASSWORD, to: str = "/desk/"
):
    return browser.post(f"/accounts/login/?next={to}", {"login": email, "password": password})


def give_code(browser: Client, code: str):
    return browser.post("/accounts/2fa/authenticate/", {"code": code})


def asked(page: str) -> dict:
    return json.loads(re.search(r'<script id="js_data" type="application/json">(.*?)</script>', page)[1])


def add_passkey(browser: Client, key: Passkey, *, alone: bool = True):
    page = browser.get("/accounts/2fa/webauthn/add/").content.decode()
    said = {"name": "B-52", "credential": key.create(asked(page)["creation_options"])}
    return browser.post("/accounts/2fa/webauthn/add/", said | ({"passwordless": "on"} if alone else {}))


def sign_in_with(browser: Client, key: Passkey):
    options = browser.get("/accounts/2fa/webauthn/login/", headers={"Accept": "application/json"}).json()
    credential = key.get(options["request_options"])
    return browser.post("/accounts/2fa/webauthn/login/?next=/desk/", {"credential": credential})


def test_a_passkey_that_checks_a_finger_opens_the_desk_alone(client, zhou):
    give_password(client)
    key = Passkey()
    assert add_passkey(client, key).status_code == 302
    assert client.get("/desk/").content == b"the desk"
    elsewhere = Client()
    assert sign_in_with(elsewhere, key)["Location"] == "/desk/"
    assert elsewhere.get("/desk/").content == b"the desk"


def test_a_passkey_after_the_password_opens_the_desk_too(client, zhou):
    give_password(client)
    key = Passkey()
    add_passkey(client, key, alone=False)
    elsewhere = Client()
    give_password(elsewhere)
    page = elsewhere.get("/accounts/2fa/authenticate/").content.decode()
    answer = elsewhere.post(
        "/accounts/2fa/authenticate/", {"credential": key.get(asked(page)["request_options"])}
    )
    assert answer["Location"] == "/desk/"
    assert elsewhere.get("/desk/").content == b"the desk"


def test_a_stranger_with_another_key_for_the_same_account_is_refused(client, zhou):
    give_password(client)
    key, false = Passkey(), Passkey()
    add_passkey(client, key)
    false.id, false.user = key.id, key.user
    elsewhere = Client()
    assert sign_in_with(elsewhere, false).status_code == 200 or not elsewhere.session.get("_auth_user_id")
    assert elsewhere.get("/desk/").status_code == 302


def test_whoever_has_only_the_password_cannot_add_a_key_of_their_own_to_get_in(client, zhou):
    thief = client
    give_password(thief)
    TOTP.activate(zhou, generate_totp_secret())
    for place in ("reauthenticate", "2fa/webauthn/add", "2fa/totp/deactivate"):
        assert thief.post(f"/accounts/{place}/", {"password": PASSWORD})["Location"].startswith(
            "/accounts/login/"
        )
        give_password(thief)
    assert thief.get("/desk/").status_code == 302
    assert Authenticator.objects.count() == 1


def test_a_key_that_checked_nobody_is_one_factor_and_opens_nothing(client, zhou):
    give_password(client)
    add_passkey(client, Passkey(verified=False))
    assert not Authenticator.objects.filter(type="webauthn").exists()
    assert client.get("/desk/").status_code == 302


@pytest.mark.django_db(transaction=True)
def test_the_first_sign_in_leads_through_setting_up_a_second_factor_to_the_desk(client, zhou):
    assert give_password(client)["Location"] == "/desk/"
    assert client.get("/desk/")["Location"] == "/accounts/2fa/totp/activate/"
    page = client.get("/accounts/2fa/totp/activate/").content.decode()
    secret = re.search(r'<code class="mono">([A-Z2-7]+)</code>', page)[1]
    wrong = client.post("/accounts/2fa/totp/activate/", {"code": "000000"})
    assert "这六位数不对" in wrong.content.decode()
    assert client.get("/desk/").status_code == 302
    done = client.post("/accounts/2fa/totp/activate/", {"code": digits(secret)})
    assert done["Location"] == "/accounts/2fa/recovery-codes/"
    assert client.get("/desk/").content == b"the desk"
    assert any("验证器设好了" in message.subject for message in mail.outbox)


def test_afterwards_the_password_is_only_half_the_way(client, zhou):
    secret = generate_totp_secret()
    TOTP.activate(zhou, secret)
    assert give_password(client)["Location"] == "/accounts/2fa/authenticate/"
    assert client.get("/desk/").status_code == 302
    refused = give_code(client, "123456" if digits(secret) != "123456" else "654321")
    assert "这六位数不对" in refused.content.decode()
    assert client.get("/desk/").status_code == 302
    assert give_code(client, digits(secret))["Location"] == "/desk/"
    assert client.get("/desk/").content == b"the desk"


def without_tokens(answer) -> str:
    return re.sub(r'value="[^"]*"', "", answer.content.decode())


def test_six_digits_work_once(client, zhou):
    secret = generate_totp_secret()
    TOTP.activate(zhou, secret)
    code = digits(secret)
    give_password(client)
    give_code(client, code)
    overlooker = Client()
    give_password(overlooker)
    assert "这六位数不对" in give_code(overlooker, code).content.decode()


def test_a_recovery_code_opens_the_desk_once(client, zhou):
    TOTP.activate(zhou, generate_totp_secret())
    code = RecoveryCodes.activate(zhou).get_unused_codes()[0]
    give_password(client)
    assert give_code(client, code)["Location"] == "/desk/"
    assert client.get("/desk/").status_code == 200
    again = Client()
    give_password(again)
    assert "这六位数不对" in give_code(again, code).content.decode()


def test_the_seed_of_a_second_factor_rests_sealed(zhou):
    secret = generate_totp_secret()
    TOTP.activate(zhou, secret)
    RecoveryCodes.activate(zhou)
    stored = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in stored
    assert RecoveryCodes(Authenticator.objects.get(type="recovery_codes")).get_unused_codes()[0] not in stored


def test_a_wrong_password_and_an_unknown_address_are_told_the_same(client, zhou):
    wrong = give_password(client, password="something else")
    unknown = give_password(client, email="nobody@yunxi.example")
    assert "邮箱或者密码不对" in wrong.content.decode()
    assert without_tokens(wrong) == without_tokens(unknown)


def test_guessing_is_slowed_down(client, zhou):
    for _ in range(12):
        last = give_password(client, password="guess").content.decode()
    assert "试得太多了" in last
    assert "试得太多了" in give_password(client).content.decode()


def test_nobody_signs_up(client):
    assert "这里不开放注册" in client.get("/accounts/signup/").content.decode()
    client.post("/accounts/signup/", {"email": "x@y.example", "password1": PASSWORD, "password2": PASSWORD})
    assert Account.objects.count() == 0


def test_a_new_account_sets_its_first_password_by_the_link_in_a_letter(client, staff):
    staff("he", ("first_unit", "housing"))
    assert "邮箱或者密码不对" in give_password(client, email="he@yunxi.example").content.decode()
    sent = client.post("/accounts/password/reset/", {"email": "he@yunxi.example"})
    assert sent["Location"] == "/accounts/password/reset/done/"
    (letter,) = mail.outbox
    link = re.search(r"http://testserver(/accounts/password/reset/key/\S+)", letter.body)[1]
    form = client.get(client.get(link)["Location"])
    assert "设一个新密码" in form.content.decode()
    weak = client.post(form.request["PATH_INFO"], {"password1": "short", "password2": "short"})
    assert weak.status_code == 200
    done = client.post(form.request["PATH_INFO"], {"password1": PASSWORD, "password2": PASSWORD})
    assert done["Location"] == "/accounts/password/reset/key/done/"
    assert give_password(client, email="he@yunxi.example")["Location"] == "/desk/"
    assert "这个链接用不了" in Client().get(link).content.decode()


def test_asking_for_an_unknown_address_sends_nothing_and_tells_nothing(client, zhou):
    answers = [
        without_tokens(client.post("/accounts/password/reset/", {"email": email}, follow=True))
        for email in ("zhou@yunxi.example", "stranger@elsewhere.example")
    ]
    assert answers[0] == answers[1]
    assert [letter.to for letter in mail.outbox] == [["zhou@yunxi.example"]]


def test_a_letter_holds_no_address_of_a_machine_and_no_browser(client, zhou):
    secret = generate_totp_secret()
    TOTP.activate(zhou, secret)
    give_password(client)
    give_code(client, digits(secret))
    client.post(
        "/accounts/password/change/",
        {"oldpassword": PASSWORD, "password1": PASSWORD + "。", "password2": PASSWORD + "。"},
        headers={"User-Agent": "Netscape 4"},
    )
    (letter,) = mail.outbox
    assert "您的密码换了" in letter.subject
    assert "127.0.0.1" not in letter.body
    assert "Netscape" not in letter.body
    assert client.get("/desk/").status_code == 302


def test_signing_out_needs_the_button(client, zhou):
    TOTP.activate(zhou, secret := generate_totp_secret())
    give_password(client)
    give_code(client, digits(secret))
    assert client.get("/accounts/logout/").status_code == 200
    assert client.get("/desk/").status_code == 200
    client.post("/accounts/logout/")
    assert client.get("/desk/").status_code == 302


NOT_PAGES = ("mfa_login_webauthn", "mfa_download_recovery_codes")
OWN = sorted([*(name for name, door in DOOR_OF.items() if door == "account"), "account_logout"])
PUBLIC = sorted(set(DOOR_OF) - set(OWN) - set(NOT_PAGES))


def address(name: str) -> str:
    if name == "account_reset_password_from_key":
        return reverse(name, kwargs={"uidb36": "1", "key": "no-such-key"})
    if name in ("mfa_remove_webauthn", "mfa_edit_webauthn"):
        return reverse(name, kwargs={"pk": Authenticator.objects.get(type="webauthn").pk})
    return reverse(name)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_public_pages_of_accounts_are_ours_and_speak_the_readers_language(client, language):
    client.cookies["minsheng_language"] = language
    for name in PUBLIC:
        ours(client.get(address(name), follow=True), language)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_pages_of_ones_own_account_are_ours_and_speak_the_readers_language(client, zhou, language):
    client.cookies["minsheng_language"] = language
    TOTP.activate(zhou, secret := generate_totp_secret())
    RecoveryCodes.activate(zhou)
    give_password(client)
    give_code(client, digits(secret))
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    add_passkey(client, Passkey())
    for name in OWN:
        if name not in NOT_PAGES:
            ours(client.get(address(name), follow=True), language)


def ours(answer, language: str) -> None:
    text = answer.content.decode()
    assert answer.status_code == 200, answer.request["PATH_INFO"]
    assert 'class="masthead"' in text
    assert text.count("<h1>") == 1
    assert "placeholder" not in text
    body = re.sub(r"<script.*?</script>", "", text, flags=re.DOTALL)
    main = body[body.index('<main id="main"') : body.index("</main>")]
    said = re.sub(r"<[^>]+>", " ", main).replace("zhou", "").replace("key", "")
    if language == "en":
        assert not re.search(r"[\u4e00-\u9fff]", said), said
    else:
        assert re.search(r"[\u4e00-\u9fff]", said)
        assert not re.search(r"[A-Za-z]{3,}", re.sub(r"\b[A-Z2-7]{32}\b", "", said)), said
