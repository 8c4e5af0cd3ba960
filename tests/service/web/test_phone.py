"""The web phone's page and its requests, refused to everybody but itself."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from ivr.locale import locales
from ivr.messages import Channel, TurnKind
from service.web import phone
from tests.service.web.phone_line import PRACTICE, REAL, WEB, PhoneLine, Turns, phone_line

STATIC = Path(phone.__file__).parent / "static" / "phone"


@dataclass
class Browser:
    """A browser with the page open."""

    client: FlaskClient
    token: str

    def post(self, path: str, body: object, **headers: str | None) -> TestResponse:
        sent = {"Origin": WEB, "Sec-Fetch-Site": "same-origin", "X-CSRFToken": self.token}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}  # type: ignore[misc]
        return self.client.post(path, json=body, headers={name: value for name, value in sent.items() if value})

    def settle(self, *, new: bool = False) -> str:
        return str(self.post("/phone/session", {"new": new}).get_json()["number"])


@pytest.fixture
def running(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PhoneLine]:
    turns = Turns()
    monkeypatch.setattr(phone, "take_turn", turns)
    with phone_line(tmp_path, turns) as line:
        yield line


def open_page(line: PhoneLine, query: str = "") -> Browser:
    client = line.app.test_client()
    html = client.get(f"/phone{query}").get_data(as_text=True)
    found = re.search(r'name="csrf-token" content="([^"]+)"', html)
    assert found
    return Browser(client, found[1])


@pytest.fixture
def browser(running: PhoneLine) -> Browser:
    return open_page(running)


def text(to: str = REAL, words: str = "Brand in de Kerkstraat", message_id: str = "") -> dict[str, str]:
    return {"id": message_id or str(uuid4()), "to": to, "text": words}


class TestPage:
    def test_has_no_script_or_style_of_its_own_and_a_strict_policy(self, running: PhoneLine) -> None:
        answer = running.app.test_client().get("/phone")
        html = answer.get_data(as_text=True)
        assert re.findall(r"<script(?![^>]* src=)|<style|style=|\son[a-z]+=", html) == []
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "connect-src 'self' ws://127.0.0.1:8001" in policy
        assert "unsafe" not in policy

    def test_its_first_load_is_small(self, running: PhoneLine) -> None:
        html = running.app.test_client().get("/phone").get_data()
        assert len(html) + sum(file.stat().st_size for file in STATIC.iterdir()) <= 150_000

    @pytest.mark.parametrize("code", locales())
    def test_speaks_every_language(self, running: PhoneLine, code: str) -> None:
        html = running.app.test_client().get(f"/phone?lang={code}").get_data(as_text=True)
        assert f'<html lang="{code}" dir="{locales()[code].direction}">' in html

    @pytest.mark.parametrize(
        ("query", "accepted", "code"),
        [("", "uk,en;q=0.5", "uk"), ("", "xx", "nl"), ("?lang=xx", "fr-BE,en", "fr"), ("?lang=pl", "uk", "pl")],
    )
    def test_chooses_the_language(self, running: PhoneLine, query: str, accepted: str, code: str) -> None:
        answer = running.app.test_client().get(f"/phone{query}", headers={"Accept-Language": accepted})
        assert f'<html lang="{code}"' in answer.get_data(as_text=True)

    def test_an_unknown_group_is_not_found(self, running: PhoneLine) -> None:
        assert running.app.test_client().get("/phone?group=other").status_code == 404


class TestNumber:
    def test_is_reserved_and_stays(self, browser: Browser) -> None:
        number = browser.settle()
        assert re.fullmatch(r"\+316100\d{5}", number)
        assert browser.settle() == number

    def test_is_another_one_for_the_next_person(self, browser: Browser) -> None:
        assert browser.settle() != browser.settle(new=True)

    def test_is_nobody_elses(self, running: PhoneLine) -> None:
        drawn, pseudonyms = iter([7, 7, 7, 8]), iter(range(9))
        object.__setattr__(running.line.clock, "below", lambda n: next(drawn if n == 100_000 else pseudonyms))
        assert [open_page(running).settle() for _ in range(2)] == ["+31610000007", "+31610000008"]


class TestTrust:
    ROUTES: tuple[tuple[str, object], ...] = (
        ("/phone/session", {}),
        ("/phone/ticket", {"to": REAL}),
        ("/phone/sms", text()),
    )

    @pytest.mark.parametrize(("path", "body"), ROUTES)
    @pytest.mark.parametrize(
        ("headers", "status"),
        [
            ({"Origin": "https://evil.example"}, 403),
            ({"Origin": "http://127.0.0.1:8001"}, 403),
            ({"Origin": "null"}, 403),
            ({"Origin": None}, 403),
            ({"Sec_Fetch_Site": "cross-site"}, 403),
            ({"Sec_Fetch_Site": "same-site"}, 403),
            ({"X_CSRFToken": None}, 400),
            ({"X_CSRFToken": "made-up"}, 400),
        ],
    )
    def test_other_pages_are_refused(
        self, browser: Browser, path: str, body: object, headers: dict[str, str | None], status: int
    ) -> None:
        browser.settle()
        assert browser.post(path, body, **headers).status_code == status

    def test_the_other_name_of_this_machine_is_ours_in_the_demo(self, browser: Browser) -> None:
        assert browser.post("/phone/session", {}, Origin="http://localhost:8000").status_code == 200

    @pytest.mark.parametrize(("path", "body"), ROUTES[1:])
    def test_a_browser_without_a_number_is_refused(self, browser: Browser, path: str, body: object) -> None:
        assert browser.post(path, body).status_code == 409

    @pytest.mark.parametrize("to", ["+31850000009", "", "112"])
    def test_only_the_groups_numbers_are_reached(self, browser: Browser, to: str) -> None:
        browser.settle()
        assert browser.post("/phone/ticket", {"to": to}).status_code == 404
        assert browser.post("/phone/sms", text(to)).status_code == 404

    def test_outside_the_demo_only_practice_is_reached(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        turns = Turns()
        monkeypatch.setattr(phone, "take_turn", turns)
        with phone_line(tmp_path, turns, demo=False) as line:
            browser = open_page(line)
            browser.settle()
            assert [browser.post("/phone/ticket", {"to": to}).status_code for to in (REAL, PRACTICE)] == [404, 200]
            assert [browser.post("/phone/sms", text(to)).status_code for to in (REAL, PRACTICE)] == [404, 200]
            assert REAL not in line.app.test_client().get("/phone").get_data(as_text=True)


class TestMessages:
    def test_a_text_becomes_a_turn_and_its_reply_comes_back(self, running: PhoneLine, browser: Browser) -> None:
        number = browser.settle()
        answer = browser.post("/phone/sms", text())
        assert answer.get_json() == {"text": "Dank u wel", "locale": "nl"}
        (inbound,) = running.turns.taken
        assert (inbound.provider, inbound.channel, inbound.kind) == ("phone", Channel.SMS, TurnKind.TEXT)
        assert (inbound.sender, inbound.recipient, inbound.text) == (number, REAL, "Brand in de Kerkstraat")

    def test_a_repetition_has_the_same_id_and_another_phone_never_has(self, running: PhoneLine) -> None:
        message = text(message_id=str(uuid4()))
        one, other = open_page(running), open_page(running)
        for browser in (one, other):
            browser.settle()
        for browser in (one, one, other):
            browser.post("/phone/sms", message)
        ids = [inbound.provider_id for inbound in running.turns.taken]
        assert ids[0] == ids[1] != ids[2]

    @pytest.mark.parametrize("body", [text(words=""), text(words="x" * 1601), {"id": "1"}, [], None, "x"])
    def test_what_is_no_text_is_refused(self, browser: Browser, body: object) -> None:
        browser.settle()
        assert browser.post("/phone/sms", body).status_code == 422

    def test_a_phone_that_sends_without_end_is_slowed_down(self, browser: Browser) -> None:
        browser.settle()
        statuses = [browser.post("/phone/sms", text()).status_code for _ in range(21)]
        assert statuses == [200] * 20 + [429]

    def test_a_phone_that_rings_without_end_is_slowed_down(self, browser: Browser) -> None:
        browser.settle()
        statuses = [browser.post("/phone/ticket", {"to": REAL}).status_code for _ in range(11)]
        assert statuses == [200] * 10 + [429]

    def test_many_phones_of_one_visitor_are_slowed_down_and_those_of_others_are_not(self, running: PhoneLine) -> None:
        def send(address: str) -> list[int]:
            browser = open_page(running)
            browser.client.environ_base["REMOTE_ADDR"] = address
            browser.settle()
            return [browser.post("/phone/sms", text()).status_code for _ in range(20)]

        assert [send("2001:db8::1") for _ in range(6)] == [[200] * 20] * 6
        assert send("2001:db8::2") == [429] * 20
        assert send("2001:db8:0:1::1") == [200] * 20

    @pytest.mark.parametrize("code", locales())
    def test_who_is_slowed_down_is_told_so_in_their_language_with_112(self, browser: Browser, code: str) -> None:
        browser.settle()
        for _ in range(10):
            browser.post("/phone/ticket", {"to": REAL})
        answer = browser.post("/phone/ticket", {"to": REAL}, Accept_Language=code)
        assert answer.status_code == 429
        assert answer.get_json()["locale"] == code
        assert "112" in answer.get_json()["text"]

    def test_unprompted_messages_are_shown_to_their_phone_only(self, running: PhoneLine) -> None:
        one, other = open_page(running), open_page(running)
        number, _ = one.settle(), other.settle()
        with running.line.store.begin() as unit:
            resident = unit.residents.find_or_add(running.group.id, number)
            for gateway, words in (("simulator", "Uw melding is opgelost"), ("twilio", "Elders")):
                unit.outbox.add(running.group.id, resident.id, gateway, REAL, words, unique_key=gateway)
        seen = [message["text"] for message in one.client.get("/phone/sms").get_json()["messages"]]
        assert seen == ["Uw melding is opgelost"]
        assert other.client.get("/phone/sms").get_json() == {"messages": []}
