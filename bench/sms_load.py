"""SMS answers under load: signed messages at a steady rate while recordings are being transcribed.

``python -m bench.sms_load`` starts a line of its own in a temporary folder, sends a bounded number of messages to it on
this machine, and prints what it measured.
"""

import argparse
import statistics
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import requests
from twilio.request_validator import RequestValidator

from ivr.gateways.simulator import PAGE
from ivr.messages import Channel, TurnKind
from ivr.rendering.page import VoicePage
from service.clock import Clock
from service.settings import Settings
from service.store.keys import Keys
from service.store.store import Store
from tests.supervised import supervised

ACCOUNT = "AC" + "0" * 32
TOKEN = "a token for measuring"
NUMBER = "+31850000001"
WITHIN = 15.0
"""Seconds after which a carrier gives up."""

TEXTS = (
    "De lantaarn voor Lindelaan 8 is al een week kapot",
    "Someone dumped a sofa next to the bins on Molenweg",
    "Kerkstraat 12 önünde çok gürültü var, müzik bitmiyor",
    "Na Schoolstraat ktoś porysował samochody",
    "Auf der Stationsweg fahren Mopeds auf dem Gehweg",
    "Il y a un trou dangereux dans la rue, Kerkstraat",
    "Han roto la ventana del colegio en Schoolstraat esta noche",
    "Er hangt een vreemde auto rond in de Molenweg",
)
SPOKEN = (
    "Er ligt al drie dagen een grote berg afval naast de container op de Lindelaan. Niemand haalt het op en het "
    "begint te stinken. Kunt u daar iets aan doen?"
)


@dataclass(frozen=True, slots=True)
class Sent:
    """One message: its id at the carrier, seconds from when it was due until its answer, and whether it got one."""

    sid: str
    seconds: float
    answered: bool


@dataclass(frozen=True, slots=True)
class Result:
    """What a run gave. Times in milliseconds; ``lost`` counts answered messages that are not in the inbox."""

    messages: int
    answered: int
    lost: int
    p50: float
    p99: float
    transcribed: int

    def __str__(self) -> str:
        return (
            f"{self.messages} messages: {self.answered} answered, {self.lost} lost, "
            f"p50 {self.p50:.0f} ms, p99 {self.p99:.0f} ms; {self.transcribed} recordings transcribed meanwhile"
        )


def send(settings: Settings, number: int, due: float) -> Sent:
    """Send one SMS as the carrier would, from a resident of its own."""
    sid = f"SM{uuid4().hex}"
    form = {
        "AccountSid": ACCOUNT,
        "MessageSid": sid,
        "From": f"+316100{number % 100_000:05d}",
        "To": NUMBER,
        "Body": TEXTS[number % len(TEXTS)],
        "NumMedia": "0",
    }
    signature = RequestValidator(TOKEN).compute_signature(f"{settings.web_url}/twilio/sms", form)
    try:
        response = requests.post(
            f"{settings.internal_url}/twilio/sms", form, headers={"X-Twilio-Signature": signature}, timeout=WITHIN
        )
        answered = response.ok and "<Message" in response.text
    except requests.RequestException:
        answered = False
    return Sent(sid, time.monotonic() - due, answered)


def send_steadily(settings: Settings, messages: int, rate: float) -> list[Sent]:
    """Send ``rate`` messages a second, whether or not earlier ones are answered yet."""
    begin = time.monotonic() + 0.1
    with ThreadPoolExecutor(max_workers=64) as pool:
        waiting = []
        for number in range(messages):
            due = begin + number / rate
            time.sleep(max(0.0, due - time.monotonic()))
            waiting.append(pool.submit(send, settings, number, due))
        return [each.result() for each in waiting]


class Caller:
    """Rings the line as the media service does, and speaks one recording after the other until told to stop."""

    def __init__(self, settings: Settings, token: str, audio: bytes, number: int) -> None:
        self._url = f"{settings.internal_url}/internal"
        self._headers = {"Authorization": f"Bearer {token}"}
        self._audio = audio
        self._sender = f"+3161009{number:04d}"
        self.transcribed = 0

    def call_until(self, stop: threading.Event) -> None:
        """One call after the other."""
        while not stop.is_set():
            self._call(stop)

    def _call(self, stop: threading.Event) -> None:
        conversation = str(uuid4())
        self._turn(conversation, TurnKind.START)
        self._turn(conversation, TurnKind.KEYS, keys="1")  # the language, or the consent of one who rang before
        self._turn(conversation, TurnKind.KEYS, keys="1")
        kept = requests.post(f"{self._url}/recordings", self._audio, headers=self._headers, timeout=WITHIN).json()
        self._turn(conversation, TurnKind.RECORDING, recording_id=kept["recording_id"])
        while not stop.wait(0.2):
            state = requests.get(
                f"{self._url}/recordings/{kept['recording_id']}", headers=self._headers, timeout=WITHIN
            )
            if state.ok and state.json()["transcribed"]:
                self.transcribed += 1
                break
        self._turn(conversation, TurnKind.HANG_UP)

    def _turn(self, conversation: str, kind: TurnKind, **more: str) -> VoicePage:
        inbound = {
            "provider": "phone",
            "provider_id": str(uuid4()),
            "channel": Channel.VOICE,
            "kind": kind,
            "sender": self._sender,
            "recipient": NUMBER,
            "received_at": Clock().now().isoformat(),
            "conversation_id": conversation,
            **more,
        }
        response = requests.post(f"{self._url}/voice", json=inbound, headers=self._headers, timeout=WITHIN)
        response.raise_for_status()
        return PAGE.validate_json(response.content)


def spoken(folder: Path) -> bytes:
    """A recording to be transcribed: ten seconds of synthetic Dutch."""
    path = folder / "spoken.wav"
    subprocess.run(["espeak-ng", "-v", "nl", "-s", "130", "-w", str(path), SPOKEN], check=True)
    return path.read_bytes()


@contextmanager
def calling(settings: Settings, token: str, audio: bytes, callers: int) -> Iterator[list[Caller]]:
    """Keep that many callers speaking."""
    stop = threading.Event()
    all_of_them = [Caller(settings, token, audio, number) for number in range(callers)]
    threads = [threading.Thread(target=caller.call_until, args=(stop,)) for caller in all_of_them]
    for thread in threads:
        thread.start()
    try:
        yield all_of_them
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def measure(messages: int, rate: float, callers: int) -> Result:
    """Start a line, load it, and look in its inbox for what became of each message."""
    with tempfile.TemporaryDirectory(prefix="buurtlijn-bench-") as name:
        folder = Path(name)
        variables = {
            "BUURTLIJN_TWILIO_ACCOUNT_SID": ACCOUNT,
            "BUURTLIJN_TWILIO_AUTH_TOKENS": TOKEN,
            "BUURTLIJN_SPEECH_WORKERS": str(max(1, callers)),
        }
        with supervised(folder / "data", **variables) as line:
            keys = Keys.load(line.settings)
            with calling(line.settings, keys.internal_token, spoken(folder), callers) as speaking:
                time.sleep(3 if callers else 0)  # so that the models are loaded and at work
                sent = send_steadily(line.settings, messages, rate)
            store = Store(line.settings, Clock(), keys)
            with store.read() as unit:
                lost = [one for one in sent if one.answered and unit.inbox.find("twilio", one.sid) is None]
            store.close()
    times = sorted(one.seconds * 1000 for one in sent)
    return Result(
        messages=messages,
        answered=sum(one.answered for one in sent),
        lost=len(lost),
        p50=statistics.median(times),
        p99=times[int(len(times) * 0.99)],
        transcribed=sum(caller.transcribed for caller in speaking),
    )


def main() -> None:
    """Measure, and print the result."""
    parser = argparse.ArgumentParser(description="SMS answers while recordings are being transcribed")
    parser.add_argument("--messages", type=int, default=200)
    parser.add_argument("--rate", type=float, default=20.0, help="messages a second")
    parser.add_argument("--callers", type=int, default=2, help="calls whose recordings are transcribed at once")
    arguments = parser.parse_args()
    print(measure(arguments.messages, arguments.rate, arguments.callers))


if __name__ == "__main__":
    main()
