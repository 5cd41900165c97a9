"""Ways in."""

import re
from collections.abc import Callable

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from allauth.mfa.totp.internal.auth import yield_hotp_counters_from_time as counters
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from aplomb.journal.models import OutgoingMail
from aplomb.people.actions import change_person, make_sign_in_link, set_password
from aplomb.people.models import Person, SignInLink
from tests.cast import Cast
from tests.moved import nothing_moves

PASSWORD = "four plain words here"
Web = Callable[..., Client]


@pytest.fixture(autouse=True)
def real_outbox_and_no_limits_left_over(db: None, settings: Settings) -> None:
    settings.EMAIL_BACKEND = "aplomb.journal.outbox.backend.OutboxBackend"
    cache.clear()


def whose(client: Client) -> Person | None:
    key = client.session.get("_auth_user_id")
    return Person.objects.get(pk=key) if key else None


def code_now(secret: str) -> str:
    return str(format_hotp_value(hotp_value(secret, next(iter(counters())))))


def test_a_password_signs_in_and_leads_to_the_queue(cast: Cast, web: Web) -> None:
    set_password(cast.ada, PASSWORD, by=cast.ada)
    client = web()
    answer = client.post(reverse("account_login"), {"login": "Ada@Desk.example", "password": PASSWORD})
    assert (answer.status_code, answer["Location"]) == (302, reverse("queue"))
    assert whose(client) == cast.ada


@pytest.mark.parametrize("address", ["ada@desk.example", "nobody@desk.example"])
def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(cast: Cast, web: Web, address: str) -> None:
    set_password(cast.ada, PASSWORD, by=cast.ada)
    client = web()
    with nothing_moves():
        page = client.post(reverse("account_login"), {"login": address, "password": "not this one"})
    assert "Address and password do not belong together." in page.content.decode()
    assert whose(client) is None


def test_after_five_wrong_passwords_the_right_one_waits_too(cast: Cast, web: Web) -> None:
    set_password(cast.ada, PASSWORD, by=cast.ada)
    client = web()
    for _ in range(5):
        client.post(reverse("account_login"), {"login": cast.ada.email, "password": "wrong"})
    page = client.post(reverse("account_login"), {"login": cast.ada.email, "password": PASSWORD})
    assert "Too many attempts." in page.content.decode()
    assert whose(client) is None


def test_somebody_who_was_switched_off_does_not_come_in(cast: Cast, web: Web) -> None:
    set_password(cast.ada, PASSWORD, by=cast.ada)
    link = make_sign_in_link(cast.ada)
    change_person(cast.ada, by=cast.max, is_active=False)
    client = web()
    client.post(reverse("account_login"), {"login": cast.ada.email, "password": PASSWORD})
    client.post(reverse("sign_in_link", args=[link]))
    assert whose(client) is None


def test_asking_for_a_link_answers_the_same_for_everyone_and_mails_only_the_staff(cast: Cast, web: Web) -> None:
    answers = []
    for address in ("ada@desk.example", "nobody@desk.example"):
        answer = web().post(reverse("ask_for_link"), {"email": address})
        answers.append((answer.status_code, answer["Location"], answer.content))
    assert answers[0] == answers[1] == (302, reverse("sign_in_link_sent"), b"")
    assert [mail.recipients for mail in OutgoingMail.objects.all()] == [["ada@desk.example"]]


def test_the_link_comes_in_the_language_of_the_person_as_text_and_html(cast: Cast, web: Web) -> None:
    web().post(reverse("ask_for_link"), {"email": " ADA@desk.example "}, headers={"accept-language": "es"})
    mail = bytes(OutgoingMail.objects.get().content).decode()
    assert "multipart/alternative" in mail
    assert re.search(r"/in/[\w-]{32}", mail.replace("=\r\n", ""))
    assert OutgoingMail.objects.get().purpose == "account"


@pytest.mark.parametrize("given", [{}, {"email": ""}, {"email": "no address"}, {"email": "a" * 300 + "@desk.example"}])
def test_asking_for_a_link_with_nonsense_says_so(cast: Cast, web: Web, given: dict[str, str]) -> None:
    with nothing_moves():
        assert web().post(reverse("ask_for_link"), given).status_code == 400


def test_a_link_is_asked_for_three_times_a_minute_and_no_more(cast: Cast, web: Web) -> None:
    got = [web().post(reverse("ask_for_link"), {"email": cast.ada.email}).status_code for _ in range(4)]
    assert got == [302, 302, 302, 429]
    assert OutgoingMail.objects.count() == 3


def test_looking_at_a_link_does_not_use_it_and_pressing_the_button_does(cast: Cast, web: Web) -> None:
    address = reverse("sign_in_link", args=[make_sign_in_link(cast.ada)])
    client = web()
    assert client.get(address).status_code == 200
    assert client.head(address).status_code == 200
    assert SignInLink.objects.get().used_at is None
    assert whose(client) is None
    answer = client.post(address)
    assert (answer.status_code, answer["Location"]) == (302, reverse("queue"))
    assert whose(client) == cast.ada
    again = web()
    assert again.get(address).status_code == 410
    assert again.post(address).status_code == 410
    assert whose(again) is None


def test_a_link_nobody_made_is_over(cast: Cast, web: Web) -> None:
    assert web().get(reverse("sign_in_link", args=["made-up"])).status_code == 410
    assert web().post(reverse("sign_in_link", args=["made-up"])).status_code == 410


def test_the_button_needs_its_token(cast: Cast, web: Web) -> None:
    client = web(enforce_csrf_checks=True)
    page = client.post(reverse("sign_in_link", args=[make_sign_in_link(cast.ada)]))
    assert page.status_code == 403
    assert "The form was too old" in page.content.decode()
    assert SignInLink.objects.get().used_at is None


def test_a_link_still_asks_for_the_code_of_somebody_who_has_one(cast: Cast, web: Web) -> None:
    secret = generate_totp_secret()
    TOTP.activate(cast.ada, get_adapter().encrypt(secret))
    client = web()
    answer = client.post(reverse("sign_in_link", args=[make_sign_in_link(cast.ada)]))
    assert answer["Location"] == reverse("mfa_authenticate")
    assert whose(client) is None
    page = client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert "This did not prove that it is you" in page.content.decode()
    assert whose(client) is None
    client.post(reverse("mfa_authenticate"), {"code": code_now(secret)})
    assert whose(client) == cast.ada


def test_a_recovery_code_signs_in_once(cast: Cast, web: Web) -> None:
    TOTP.activate(cast.ada, get_adapter().encrypt(generate_totp_secret()))
    code = RecoveryCodes.activate(cast.ada).get_unused_codes()[0]
    for expected in (cast.ada, None):
        client = web()
        client.post(reverse("sign_in_link", args=[make_sign_in_link(cast.ada)]))
        client.post(reverse("mfa_authenticate"), {"code": code})
        assert whose(client) == expected


def test_codes_are_set_up_with_a_code_and_bring_recovery_codes(cast: Cast, web: Web) -> None:
    client = web(cast.ada)
    page = client.get(reverse("mfa_activate_totp")).content.decode()
    secret = re.search(r"<code>([A-Z2-7]{16,})</code>", page)
    assert secret is not None
    assert client.post(reverse("mfa_activate_totp"), {"code": "12345"}).status_code == 200
    answer = client.post(reverse("mfa_activate_totp"), {"code": code_now(secret[1])})
    assert answer["Location"] == reverse("mfa_view_recovery_codes")
    shown = client.get(reverse("mfa_view_recovery_codes"))
    assert shown.status_code == 200
    assert len(re.findall(r"<li>\d{8}</li>", shown.content.decode())) == 10
    assert "10 are left" in client.get(reverse("mfa_index")).content.decode()


def test_a_new_password_comes_by_mail_and_only_to_the_staff(cast: Cast, web: Web) -> None:
    client = web()
    for address in ("ada@desk.example", "nobody@desk.example"):
        answer = client.post(reverse("account_reset_password"), {"email": address})
        assert answer["Location"] == reverse("account_reset_password_done")
    mail = OutgoingMail.objects.get()
    assert mail.recipients == ["ada@desk.example"]
    text = bytes(mail.content).decode().replace("=\r\n", "").replace("=3D", "=")
    link = re.search(r"http://[^/\s]+(/account/password/reset/key/\S+/)", text)
    assert link is not None
    form = client.get(link[1], follow=True).redirect_chain[-1][0]
    assert "at least 10 characters" in client.post(form, {"password1": "short"}).content.decode()
    client.post(form, {"password1": PASSWORD})
    cast.ada.refresh_from_db()
    assert cast.ada.check_password(PASSWORD)


def test_a_password_is_changed_by_who_knows_the_present_one(cast: Cast, web: Web) -> None:
    set_password(cast.ada, PASSWORD, by=cast.ada)
    client = web(cast.ada)
    page = client.post(reverse("account_change_password"), {"oldpassword": "x", "password1": "other words to keep"})
    assert "This is not your present password." in page.content.decode()
    client.post(reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": "other words to keep"})
    cast.ada.refresh_from_db()
    assert cast.ada.check_password("other words to keep")
    assert whose(client) == cast.ada


@pytest.mark.parametrize("path", ["/account/signup/", "/account/email/", "/account/confirm-email/", "/account/"])
def test_pages_that_staff_have_no_use_for_are_not_there(cast: Cast, web: Web, path: str) -> None:
    clients = (web(), web(cast.ada))
    with nothing_moves():
        for client in clients:
            assert client.get(path).status_code == 404
            assert client.post(path, {"email": "new@desk.example", "password1": PASSWORD}).status_code == 404


OPEN = ["account_login", "account_reset_password", "account_reset_password_done", "account_inactive", "ask_for_link"]
OPEN += ["sign_in_link_sent", "account_reset_password_from_key_done"]
OWN = ["mfa_index", "mfa_activate_totp", "mfa_generate_recovery_codes", "account_set_password", "account_logout"]


@pytest.mark.parametrize("language", ["en", "el"])
@pytest.mark.parametrize("name", OPEN)
def test_strangers_see_the_ways_in(cast: Cast, web: Web, name: str, language: str) -> None:
    page = web().get(reverse(name), headers={"accept-language": language})
    assert page.status_code == 200
    assert f'<html lang="{language}"' in page.content.decode()


@pytest.mark.parametrize("name", OWN)
def test_the_pages_of_ones_keys_are_for_who_is_signed_in(cast: Cast, web: Web, name: str) -> None:
    TOTP.activate(cast.bo, get_adapter().encrypt(generate_totp_secret()))
    assert web(cast.ada).get(reverse(name)).status_code in {200, 302}
    assert web().get(reverse(name)).status_code == 302


def test_a_foreign_address_to_go_on_to_is_not_followed(cast: Cast, web: Web) -> None:
    answer = web().post(reverse("sign_in_link", args=[make_sign_in_link(cast.ada)]), {"next": "https://evil.example/"})
    assert answer["Location"] == reverse("queue")
