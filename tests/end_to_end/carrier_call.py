"""A call as a carrier makes it: signed requests that follow the TwiML they get."""

from dataclasses import dataclass, field
from typing import Self
from urllib.parse import urlsplit
from uuid import uuid4
from xml.etree.ElementTree import Element

import requests
from defusedxml.ElementTree import fromstring

from ivr.catalogue import catalogue
from tests.carrier import sign

ACCOUNT = "AC" + "1" * 32
TOKEN = "a token for tests"
NUMBER = "+31850000001"

ANSWERS = {
    "category": "3",
    "category_again": "3",
    "category_offer": "1",
    "street": "5",
    "street_again": "5",
    "street_keys": "5375",
    "street_keys_again": "5375",
    "street_offer": "1",
    "number": "12",
    "when": "1",
    "confirm": "1",
}
"""What a caller presses at each prompt: something in the street, Kerkstraat 12, now, yes."""


def post(base: str, path: str, form: dict[str, str], token: str = TOKEN) -> requests.Response:
    """One signed request of the carrier."""
    return requests.post(base + path, form, headers={"X-Twilio-Signature": sign(base + path, form, token)}, timeout=15)


@dataclass
class Call:
    """A call in progress; ``page`` is the TwiML that the carrier was given last."""

    base: str
    locale: str
    sender: str
    sid: str = field(default_factory=lambda: f"CA{uuid4().hex}")
    page: Element = field(default_factory=lambda: Element("Response"))

    @property
    def said(self) -> list[str]:
        return [say.text or "" for say in self.page.iter("Say")]

    @property
    def over(self) -> bool:
        return self.page.find("Hangup") is not None

    def rings(self) -> Self:
        return self._post("/twilio/voice", CallStatus="ringing")

    def presses(self, keys: str) -> Self:
        """Keys, as <Gather> or <Record> hands them over."""
        return self._post(self._action(), Digits=keys)

    def speaks(self, recording_url: str) -> Self:
        """An utterance, whose file the carrier may not have yet."""
        assert self.page.find("Record") is not None, self.said
        return self._post(self._action(), RecordingUrl=recording_url, RecordingDuration="4", Digits="#")

    def waits(self) -> Self:
        """Follows one <Redirect> after a <Pause>."""
        redirect = self.page.find("Redirect")
        assert redirect is not None
        assert redirect.text
        return self._post(self._below(redirect.text))

    @property
    def waiting(self) -> bool:
        return self.page.find("Pause") is not None

    def hangs_up(self) -> None:
        post(self.base, "/twilio/voice/status", self._form(CallStatus="completed")).raise_for_status()

    def answers_the_rest(self) -> str:
        """Presses what each prompt asks for until the call ends; gives the code that was said."""
        text = catalogue(self.locale).text
        keys = {text(f"{prompt}.voice"): answer for prompt, answer in ANSWERS.items()}
        for _ in range(12):
            if self.over:
                break
            self.presses(next(keys[said] for said in reversed(self.said) if said in keys))
        assert self.over, self.said
        before, _, after = text("code.voice", code="|").partition("|")
        (code,) = [said.removeprefix(before).removesuffix(after) for said in self.said if said.startswith(before)]
        return code.replace(" ", "")

    def _action(self) -> str:
        verb = next(verb for verb in self.page.iter() if verb.tag in ("Gather", "Record"))
        return self._below(verb.attrib["action"])

    def _below(self, url: str) -> str:
        parts = urlsplit(url)
        return f"{parts.path}?{parts.query}"

    def _form(self, **fields: str) -> dict[str, str]:
        return {"AccountSid": ACCOUNT, "CallSid": self.sid, "From": self.sender, "To": NUMBER, **fields}

    def _post(self, path: str, **fields: str) -> Self:
        response = post(self.base, path, self._form(**fields))
        response.raise_for_status()
        self.page = fromstring(response.content)
        return self
