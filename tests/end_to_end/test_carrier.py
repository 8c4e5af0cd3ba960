"""A carrier calls and texts a whole line: signed requests over HTTP, recordings from a real HTTP server."""

import json
import os
import re
import signal
import time
from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest
import requests
from defusedxml.ElementTree import fromstring
from rapidfuzz.distance import Levenshtein

from ivr.speech.audio import decode, to_wav
from service.clock import Clock
from service.domain.delivery import JobState, Queue
from service.store.keys import Keys
from service.store.store import Store
from tests.carrier import Carrier, answer, running_carrier, sign
from tests.end_to_end.carrier_call import ACCOUNT, NUMBER, TOKEN, Call, post
from tests.end_to_end.line import RunningLine
from tests.end_to_end.web_phone import human_clip
from tests.supervised import command_line, descendants, supervised

pytestmark = [pytest.mark.server]

SHORT_MESSAGES = {
    "nl": ("Goedenavond, er ligt een grote hoop afval op straat in de Kerkstraat bij nummer 12", "JA"),
    "en": ("Hello, there is a big pile of rubbish dumped in Kerkstraat near number 12", "YES"),
    "tr": ("Merhaba, Kerkstraat 12 önünde sokağa bir sürü çöp atılmış", "EVET"),
    "ar": ("مرحبا، في كومة زبالة كبيرة مرمية بالشارع في Kerkstraat رقم 12", "نعم"),
    "pl": ("Dzień dobry, na Kerkstraat przy numerze 12 leży sterta śmieci na ulicy", "TAK"),
    "uk": ("Добрий день, на Kerkstraat біля номера 12 лежить купа сміття на вулиці", "ТАК"),
    "de": ("Guten Tag, in der Kerkstraat bei Nummer 12 liegt ein großer Haufen Müll auf der Straße", "JA"),
    "fr": ("Bonjour, il y a un gros tas de déchets dans la rue Kerkstraat devant le numéro 12", "OUI"),
    "es": ("Buenos días, hay un montón de basura tirada en la calle Kerkstraat junto al número 12", "SÍ"),
}


@pytest.fixture(scope="module")
def carrier() -> Iterator[Carrier]:
    with running_carrier() as running:
        yield running


@pytest.fixture(scope="module")
def running(carrier: Carrier, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningLine]:
    variables = {
        "BUURTLIJN_TWILIO_ACCOUNT_SID": ACCOUNT,
        "BUURTLIJN_TWILIO_AUTH_TOKENS": f"an older token,{TOKEN}",
        "BUURTLIJN_TWILIO_API_BASE": carrier.url,
    }
    with supervised(tmp_path_factory.mktemp("carrier") / "data", **variables) as line:
        yield RunningLine(line)


@pytest.fixture(scope="module")
def store(running: RunningLine) -> Iterator[Store]:
    """The line's own database, to look at."""
    settings = running.supervised.settings
    opened = Store(settings, Clock(), Keys.load(settings))
    yield opened
    opened.close()


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def eventually(look: Callable[[], object], within: float = 60.0) -> None:
    deadline = time.monotonic() + within
    while not look():
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.1)


def reports(running: RunningLine) -> list[dict[str, object]]:
    listed: list[dict[str, object]] = json.loads(running.command("report", "list", "--json"))
    return listed


def wav() -> bytes:
    return to_wav(decode(human_clip().file.read_bytes(), 8000))


def recorded(running: RunningLine, carrier: Carrier) -> tuple[Call, str]:
    """A call that has got as far as an utterance whose file the carrier has."""
    clip = human_clip()
    call = Call(running.url, clip.locale, f"+316100{uuid4().int % 100_000:05}").rings()
    call.presses("1" if clip.locale == "nl" else "2").presses("1")
    url = f"{carrier.url}/2010-04-01/Accounts/{ACCOUNT}/Recordings/RE{uuid4().hex}"
    call.speaks(url)
    assert call.waiting
    return call, url


@pytest.mark.model
def test_a_spoken_report_is_fetched_transcribed_and_filed(running: RunningLine, carrier: Carrier) -> None:
    carrier.will(answer(404), answer(200, wav(), Content_Type="audio/x-wav"), answer(204))
    call, url = recorded(running, carrier)
    while call.waiting:
        time.sleep(0.5)
        call.waits()
    code = call.answers_the_rest()
    call.hangs_up()
    eventually(lambda: any(one["original"] for one in reports(running) if one["code"] == code))
    (report,) = [one for one in reports(running) if one["code"] == code]
    heard, spoken = words(str(report["original"])), words(human_clip().text)
    assert Levenshtein.distance(heard, spoken) / len(spoken) <= 0.25, report["original"]
    assert (report["channel"], report["status"], report["publication"]) == ("voice", "received", "pending")
    eventually(lambda: carrier.asked[-1].method == "DELETE")
    path = url.removeprefix(carrier.url)
    assert [asked.method for asked in carrier.asked if asked.path.startswith(path)] == ["GET", "GET", "DELETE"]
    assert all(asked.headers["authorization"].startswith("Basic ") for asked in carrier.asked)


@pytest.mark.model
def test_a_killed_speech_worker_loses_nothing(running: RunningLine, carrier: Carrier, store: Store) -> None:
    carrier.will(answer(200, wav(), Content_Type="audio/x-wav"), answer(204))
    call, _ = recorded(running, carrier)

    def in_hand() -> bool:
        with store.read() as unit:
            return bool(unit.jobs.list(state=JobState.LEASED, queue=Queue.SPEECH))

    eventually(in_hand)
    killed = [pid for pid in descendants(running.supervised.process.pid) if "speech-worker" in command_line(pid)]
    assert killed
    for pid in killed:
        os.kill(pid, signal.SIGKILL)
    call.hangs_up()
    eventually(lambda: any(words(str(one["original"])) for one in reports(running) if not one["confirmed"]), 90)


@pytest.mark.parametrize("locale", sorted(SHORT_MESSAGES))
def test_two_texts_file_a_report_in_every_language(running: RunningLine, locale: str) -> None:
    sender = f"+316100{uuid4().int % 100_000:05}"
    replies = []
    for text in SHORT_MESSAGES[locale]:
        form = {"AccountSid": ACCOUNT, "MessageSid": f"SM{uuid4().hex}", "From": sender, "To": NUMBER, "Body": text}
        response = post(running.url, "/twilio/sms", form)
        assert response.status_code == 200
        replies.append("".join(fromstring(response.content).itertext()))
    code = re.findall(r"\d{4,5}", replies[-1])[-1]
    (report,) = [one for one in reports(running) if one["code"] == code]
    assert (report["language"], report["category"], report["channel"]) == (locale, "litter", "sms")
    place = report["place"]
    assert isinstance(place, dict)
    assert (place["street"], place["number"]) == ("Kerkstraat", "12")


def test_a_foreign_request_is_refused_and_nothing_is_written(running: RunningLine, store: Store) -> None:
    form = {"AccountSid": ACCOUNT, "MessageSid": "SMforeign", "From": "+31610000009", "To": NUMBER, "Body": "brand"}
    url = f"{running.url}/twilio/sms"
    altered = {**form, "Body": "geen brand"}
    headers = {"X-Twilio-Signature": sign(url, form, TOKEN)}
    assert requests.post(url, form, timeout=15).status_code == 403
    assert post(running.url, "/twilio/sms", form, "another token").status_code == 403
    assert requests.post(url, altered, headers=headers, timeout=15).status_code == 403
    with store.read() as unit:
        assert unit.residents.by_phone(form["From"]) == ()
        assert unit.inbox.find("twilio", form["MessageSid"]) is None


def test_nobodys_number_is_in_the_logs(running: RunningLine) -> None:
    assert not re.search(r"\+?316100\d{5}", running.supervised.log.read_text(encoding="utf-8"))
