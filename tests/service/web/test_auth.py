from collections.abc import Iterator
from pathlib import Path
from time import time
from types import SimpleNamespace
from uuid import UUID

import pyotp
import pytest
from flask import Response
from limits.storage import memory

from service.domain.permissions import Role
from service.usecases.seed_demo import MODERATOR
from service.web import auth
from service.web.auth import TOKEN
from service.web.known_browser import known_browser, remember_browser
from tests.service.demo_line import PASSWORD
from tests.service.web.console_line import SIGN_IN, Browser, ConsoleLine, console_line

QUEUE = "/console/"
OUT = "/console/sign-out"


@pytest.fixture
def console(tmp_path: Path) -> Iterator[ConsoleLine]:
    with console_line(tmp_path) as running:
        yield running


def test_the_console_asks_to_sign_in_and_then_goes_where_one_wanted_to(console: ConsoleLine) -> None:
    report = console.demo.report()
    wanted = f"/console/reports/{report.id}"
    browser = console.browser()
    sent = browser.get(wanted)
    assert (sent.status_code, sent.location) == (303, f"{SIGN_IN}?next={wanted}")
    console.demo.user(Role.MODERATOR, "anna")
    assert browser.sign_in("anna", page=sent.location).location == wanted
    assert browser.get(wanted).status_code == 200
    assert browser.get(SIGN_IN).location == QUEUE


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example/", "///evil.example", "/\\evil.example", "evil", "/a\tb"]
)
def test_nobody_is_sent_to_another_site(console: ConsoleLine, elsewhere: str) -> None:
    console.demo.user(Role.MODERATOR, "anna")
    assert console.browser().sign_in("anna", next=elsewhere).location == QUEUE


def test_what_is_wrong_is_not_told(console: ConsoleLine) -> None:
    console.demo.user(Role.MODERATOR, "anna")
    browser = console.browser()
    known, unknown = (browser.sign_in(login, "wrong") for login in ("anna", "nobody"))
    assert (known.status_code, unknown.status_code) == (401, 401)
    assert known.text.split("<form")[0] == unknown.text.split("<form")[0]
    assert "is wrong" in known.text
    assert 'value="wrong"' not in known.text
    assert browser.get(QUEUE).status_code == 303


def test_the_demos_password_opens_once(console: ConsoleLine) -> None:
    assert console.browser().sign_in(MODERATOR, console.demo.password).status_code == 303
    assert console.browser().sign_in(MODERATOR, console.demo.password).status_code == 401


def test_a_code_is_asked_for_where_the_account_has_an_app(console: ConsoleLine) -> None:
    secret = pyotp.random_base32()
    console.demo.user(Role.MODERATOR, "anna", totp_secret=secret)
    assert console.browser().sign_in("anna").status_code == 401
    code = pyotp.TOTP(secret).at(console.demo.line.clock.now())
    assert console.browser().sign_in("anna", code=code).status_code == 303
    assert console.browser().sign_in("anna", code=code).status_code == 401


def test_a_sign_in_without_the_pages_token_is_refused_kindly(console: ConsoleLine) -> None:
    console.demo.user(Role.MODERATOR, "anna")
    browser = console.browser()
    for token in ("", "wrong"):
        answer = browser.sign_in("anna", **{TOKEN: token})
        assert answer.status_code == 400
        assert "open for too long" in answer.text
    assert browser.get(QUEUE).status_code == 303


def test_who_guesses_has_to_wait_and_others_have_not(console: ConsoleLine) -> None:
    for login in ("anna", "bo"):
        console.demo.user(Role.MODERATOR, login)
    browser = console.browser()
    assert [browser.sign_in("anna", "wrong").status_code for _ in range(6)] == [401] * 5 + [429]
    assert browser.sign_in(" ANNA ").status_code == 429
    assert browser.sign_in("bo").status_code == 303
    elsewhere = console.app.test_client()
    elsewhere.environ_base["REMOTE_ADDR"] = "192.0.2.7"
    browser.client = elsewhere
    assert browser.sign_in("anna").status_code == 303


def from_(console: ConsoleLine, address: str) -> Browser:
    browser = console.browser()
    browser.client.environ_base["REMOTE_ADDR"] = address
    return browser


def test_guessing_from_many_addresses_has_to_wait_as_well_but_not_for_long(
    console: ConsoleLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    console.demo.user(Role.MODERATOR, "anna")
    for address in ("192.0.2.1", "192.0.2.2"):
        assert {from_(console, address).sign_in("anna", "wrong").status_code for _ in range(5)} == {401}
    newcomer = from_(console, "192.0.2.3")
    assert newcomer.sign_in("anna").status_code == 429
    a_minute_later = time() + 61
    monkeypatch.setattr(memory, "time", SimpleNamespace(time=lambda: a_minute_later))
    assert newcomer.sign_in("anna").status_code == 303


def test_nobody_keeps_out_who_was_in_before_on_the_same_browser(
    console: ConsoleLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    for login in ("anna", "bo"):
        console.demo.user(Role.MODERATOR, login)
    browser, guesser = console.browser(), console.browser()
    assert browser.sign_in("anna").status_code == 303
    browser.submit(QUEUE, OUT)
    with monkeypatch.context() as quick:
        quick.setattr(auth, "sign_in", lambda line, **given: None)
        for n in range(100):  # on the same address, until that may try none at all
            guesser.sign_in(f"nobody{n}", "wrong")
    assert guesser.sign_in("bo").status_code == 429
    assert browser.sign_in("anna").status_code == 303
    browser.submit(QUEUE, OUT)
    assert browser.sign_in("bo").status_code == 429
    assert [browser.sign_in("anna", "wrong").status_code for _ in range(6)] == [401] * 5 + [429]


def test_the_mark_of_a_browser_is_for_one_account_and_cannot_be_made_up(console: ConsoleLine) -> None:
    console.demo.user(Role.MODERATOR, "anna")
    browser = console.browser()
    entered = browser.sign_in("Anna ")
    (mark,) = [one for one in entered.headers.getlist("Set-Cookie") if one.startswith("known-")]
    assert {"HttpOnly", "SameSite=Lax", "Path=/console"} <= {part.strip() for part in mark.split(";")}
    name, value = mark.split(";")[0].split("=", 1)
    with console.app.test_request_context(headers={"Cookie": f"{name}={value}"}):
        known = known_browser("anna")
        assert UUID(known)
        response = Response()
        remember_browser(response, "anna")
    assert value in response.headers["Set-Cookie"]
    with console.app.test_request_context():
        remember_browser(response, "bo")
    bos = response.headers.getlist("Set-Cookie")[1].split("=")[0]
    with console.app.test_request_context(headers={"Cookie": f"{bos}={value}"}):
        assert known_browser("bo") == ""
    for forged in (value[:-2], f"{known}.x", "x"):
        with console.app.test_request_context(headers={"Cookie": f"{name}={forged}"}):
            assert known_browser("anna") == ""


def test_signing_in_often_is_no_guessing(console: ConsoleLine) -> None:
    console.demo.user(Role.MODERATOR, "anna")
    assert {console.browser().sign_in("anna").status_code for _ in range(8)} == {303}


def test_a_sign_in_renews_the_token_and_leaves_the_web_phone_its_own(console: ConsoleLine) -> None:
    console.demo.user(Role.MODERATOR, "anna")
    browser = console.browser()
    with browser.client.session_transaction() as before:
        before["phone"] = {"number": "+31610000001"}
        before["csrf_token"] = "the phone's"
    token = browser.form(SIGN_IN, SIGN_IN)[TOKEN]
    browser.sign_in("anna")
    with browser.client.session_transaction() as after:
        assert (after["phone"], after["csrf_token"]) == (before["phone"], before["csrf_token"])
    assert browser.client.post(OUT, data={TOKEN: token}).status_code == 400
    assert browser.submit(QUEUE, OUT).status_code == 303
    with browser.client.session_transaction() as gone:
        assert set(gone) == {"phone", "csrf_token", "_flashes"}
    assert "signed out" in browser.get(SIGN_IN).text
    assert browser.get(QUEUE).status_code == 303
    assert [entry.verb for entry in console.demo.audit()] == ["sign_in", "read_queue", "sign_out"]


def test_a_sign_in_holds_while_it_is_used_and_the_account_is_open(console: ConsoleLine) -> None:
    anna, bo = (console.demo.user(Role.MODERATOR, login) for login in ("anna", "bo"))
    browsers = [console.signed_in(user) for user in (anna, bo)]
    with console.demo.line.store.begin() as unit:
        unit.users.disable(bo.id)
    console.demo.move(minutes=59)
    assert [browser.get(QUEUE).status_code for browser in browsers] == [200, 303]
    console.demo.move(minutes=60)
    assert browsers[0].get(QUEUE).status_code == 303


def test_a_copied_cookie_opens_nothing_after_signing_out(console: ConsoleLine) -> None:
    browser, thief = console.moderator(), console.app.test_client()
    cookie = browser.client.get_cookie("session")
    assert cookie
    thief.set_cookie("session", cookie.value)
    assert thief.get(QUEUE).status_code == 200
    browser.submit(QUEUE, OUT)
    assert thief.get(QUEUE).status_code == 303


def test_signing_in_anew_ends_this_browsers_earlier_sign_in(console: ConsoleLine) -> None:
    for login in ("anna", "bo"):
        console.demo.user(Role.MODERATOR, login)
    browser, thief = console.browser(), console.app.test_client()
    assert browser.sign_in("anna").status_code == 303
    cookie = browser.client.get_cookie("session")
    assert cookie
    thief.set_cookie("session", cookie.value)
    token = browser.form(QUEUE, OUT)
    entered = browser.client.post(SIGN_IN, data={**token, "login": "bo", "password": PASSWORD})
    assert entered.status_code == 303
    assert thief.get(QUEUE).status_code == 303


@pytest.mark.parametrize(("address", "secure"), [("https://line.example", True), ("http://127.0.0.1:8000", False)])
def test_the_cookie_is_for_our_own_pages_only(tmp_path: Path, address: str, secure: bool) -> None:
    with console_line(tmp_path, address) as console:
        console.demo.user(Role.MODERATOR, "anna")
        browser = console.browser()
        base = "https://localhost" if secure else "http://localhost"
        page = browser.client.get(SIGN_IN, base_url=base)
        token = page.text.split(f'name="{TOKEN}" value="')[1].split('"')[0]
        fields = {TOKEN: token, "login": "anna", "password": PASSWORD}
        entered = browser.client.post(SIGN_IN, data=fields, base_url=base)
        assert entered.status_code == 303
        for response in (page, entered):
            attributes = {part.strip() for part in response.headers["Set-Cookie"].split(";")[1:]}
            assert {"HttpOnly", "SameSite=Lax"} <= attributes
            assert ("Secure" in attributes) is secure
            assert response.headers["Cache-Control"] == "no-store"
