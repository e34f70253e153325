"""The second factor: asked for at the login, set up by whoever must have it, kept encrypted, and reset by the administrator."""

from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from axes.models import AccessAttempt
from cryptography.fernet import Fernet
from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client, RequestFactory

from tests import factories
from tests.test_pages import client_of
from xiangshan.core import encryption
from xiangshan.core.accounts.mfa import is_good_code, is_good_password
from xiangshan.core.accounts.models import SecondFactor

LOGIN = "/accounts/login/"
CODE = "/accounts/second-factor/authenticate/"


def code_of(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


@pytest.fixture
def secret(leadership):
    secret = generate_totp_secret()
    TOTP.activate(leadership, secret)
    return secret


def asking(user):
    """A request of somebody who is logged in."""
    request = RequestFactory().post("/")
    request.user = user
    return request


def typed(user):
    return {"login": user.username, "password": factories.PASSWORD}


def test_a_login_with_a_second_factor_asks_for_its_code(leadership, secret):
    client = Client()
    assert client.post(LOGIN, typed(leadership)).url == CODE
    assert client.get("/").status_code == 302, "not in yet"
    assert "动态验证码" in client.get(CODE).content.decode()
    assert client.post(CODE, {"code": "000000"}).status_code == 200
    assert client.post(CODE, {"code": code_of(secret)}).status_code == 302
    assert client.get("/").status_code == 200


def test_a_recovery_code_is_good_once(leadership, secret):
    codes = RecoveryCodes.activate(leadership).get_unused_codes()
    assert is_good_code(asking(leadership), codes[0])
    assert not is_good_code(asking(leadership), codes[0])


def test_after_some_wrong_codes_not_even_the_right_one_is_taken(leadership, secret):
    for _ in range(settings.AXES_FAILURE_LIMIT):
        assert not is_good_code(asking(leadership), "000000")
    assert not is_good_code(asking(leadership), code_of(secret))
    cache.clear()
    assert not is_good_code(asking(leadership), code_of(secret)), "counted in the database, not in a cache"


def test_wrong_passwords_beside_a_signature_lock_out_like_wrong_logins(leadership):
    assert is_good_password(asking(leadership), factories.PASSWORD)
    for _ in range(settings.AXES_FAILURE_LIMIT):
        assert not is_good_password(asking(leadership), "guess")
    assert not is_good_password(asking(leadership), factories.PASSWORD)
    assert "_auth_user_id" not in Client().post(LOGIN, typed(leadership)).client.session


def test_the_administrators_pages_have_no_door_of_their_own(db):
    administrator = factories.somebody("administrator", 0)
    response = Client().post("/admin/login/", {"username": administrator.username, "password": factories.PASSWORD})
    assert response.url == "/accounts/login/?next=/admin/"
    stranger = Client()
    door = stranger.get("/admin/", follow=True).redirect_chain[-1][0]
    assert stranger.post(door, {"login": administrator.username, "password": factories.PASSWORD}).url == "/admin/"
    assert client_of(factories.somebody("county_staff")).get("/admin/", follow=True).status_code == 403


def test_a_code_typed_beside_a_wrong_password_is_kept_nowhere(leadership, secret):
    request = RequestFactory().post("/", {"password": "guess", "code": "a1b2c3d4", "opinion": "同意"})
    request.user = leadership
    assert not is_good_password(request, "guess")
    kept = str(list(AccessAttempt.objects.values_list("post_data", flat=True)))
    assert kept != "[]"
    assert not [word for word in ("guess", "a1b2c3d4", "同意") if word in kept]


def test_whose_role_needs_it_sets_it_up_first_and_cannot_take_it_off(leadership, county_staff):
    SecondFactor.objects.create(role="leadership")
    cache.clear()
    client = client_of(leadership)
    assert client.get("/dashboard/").url == "/accounts/second-factor/totp/activate/"
    assert client_of(county_staff).get("/dashboard/").status_code == 200, "nobody else is bothered"
    TOTP.activate(leadership, generate_totp_secret())
    assert client.get("/dashboard/").status_code == 200
    client = Client()
    client.post(LOGIN, typed(leadership))
    secret = TOTP(Authenticator.objects.get(user=leadership, type="totp"))
    assert secret.validate_code("000000") is False
    client = client_of(leadership)
    client.post("/accounts/reauthenticate/", {"password": factories.PASSWORD})
    client.post("/accounts/second-factor/totp/deactivate/")
    assert Authenticator.objects.filter(user=leadership).exists()


def test_its_secrets_are_sealed_and_change_their_key_with_the_rest(leadership, secret, settings):
    assert secret not in str(Authenticator.objects.get().data)
    old = list(settings.PARTY_KEYS)
    settings.PARTY_KEYS = [Fernet.generate_key().decode(), *old]
    out = StringIO()
    call_command("rotate_keys", stdout=out)
    assert "1 records" in out.getvalue()
    settings.PARTY_KEYS = settings.PARTY_KEYS[:1]
    assert encryption.is_current(Authenticator.objects.get().data["secret"])
    assert is_good_code(asking(leadership), code_of(secret)), "with the new key alone"


def test_the_administrator_resets_it_for_a_lost_phone(leadership, secret):
    admin = factories.somebody("administrator", 0)
    answer = client_of(admin).post(f"/people/{leadership.pk}/forget-factor/", {"reason": "手机丢失"})
    assert answer.status_code == 302
    assert not Authenticator.objects.exists()
