"""The web phone in a real Chromium, and a caller who answers what the line asks."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from playwright.sync_api import Page, sync_playwright

from ivr.catalogue import catalogue
from ivr.speech.audio import Pcm, decode, to_wav
from ivr.speech.synthesis import synthesise
from service.settings import ROOT

CHROMIUM = "/usr/bin/chromium"
CAPTURE_RATE = 48_000
FLAGS = ("--no-sandbox", "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1")
FAKE_MICROPHONE = ("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream")

BEFORE_SPEECH = 3.0
"""Seconds between the beep and the clip's first word; eight would be too many."""

SLACK = 5.5
"""Seconds of silence that the microphone has more than a caller needs to get to the beep: they wait that long."""

ANSWERS = {
    "category": "3",  # something in the street, and there the third again
    "category_offer": "1",
    "street": "2",  # any key: go on with the keypad
    "street_keys": "5375#",  # KERK
    "street_offer": "1",
    "number": "12#",
    "when": "1",
    "confirm": "1",
    "correct": "1",  # what it is about
}
"""What the caller presses when asked."""


@dataclass(frozen=True)
class Clip:
    """A person's voice, and what it says."""

    file: Path
    locale: str
    text: str


def human_clip() -> Clip:
    """A Dutch sentence where the shared clips are, else the English one that comes with the tests."""
    dutch = ROOT.parent / "shared" / "speech" / "nl_flemishguy_844.flac"
    if dutch.exists():
        return Clip(dutch, "nl", "Het gaat om een schuur die is aangebouwd.")
    clips = ROOT / "tests" / "ivr" / "speech" / "clips"
    return Clip(clips / "young_man.wav", "en", "He was not an ill-disposed young man.")


def seconds_said(locale: str, *keys: str) -> float:
    """How long the line takes to say these prompts."""
    text = catalogue(locale).text
    return sum(synthesise(text(f"{key}.voice", digit="1", label="x"), locale).seconds for key in keys)


def microphone_file(clip: Clip, folder: Path) -> tuple[Path, float]:
    """What the fake microphone hears: silence until the caller may speak, then the clip. Also when that is."""
    asked = seconds_said(
        clip.locale, "greeting", "change_language", "notice_112", "consent", "choice", "choice", "describe"
    )
    until = asked + SLACK + BEFORE_SPEECH
    voice = decode(clip.file.read_bytes(), CAPTURE_RATE).samples.astype(np.float64)
    voice *= 0.7 * 32767 / np.abs(voice).max()
    silence = np.zeros(int(until * CAPTURE_RATE)), np.zeros(120 * CAPTURE_RATE)
    path = folder / "microphone.wav"
    path.write_bytes(to_wav(Pcm(np.concatenate([silence[0], voice, silence[1]]).astype(np.int16), CAPTURE_RATE)))
    return path, until


@contextmanager
def browser_page(url: str, *flags: str, **context: object) -> Iterator[Page]:
    """The page of the phone, once it has its number. An error in a script fails the test."""
    errors: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, *flags])
        page = browser.new_context(**context).new_page()  # type: ignore[arg-type]
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        page.goto(url)
        page.wait_for_function("() => document.getElementById('own-number').textContent.includes('+316100')")
        yield page
        browser.close()
    assert errors == []


@dataclass
class Caller:
    """Somebody who listens to the captions and presses keys."""

    page: Page
    locale: str
    heard: int = 0

    def state(self) -> str:
        return str(self.page.get_attribute("#phone", "data-state"))

    def captions(self) -> list[str]:
        return [text.strip() for text in self.page.locator("#captions p").all_inner_texts()]

    def wait(self, *states: str, seconds: float = 90.0) -> str:
        """Wait until the line is in one of these states."""
        names = "', '".join(states)
        script = f"() => ['{names}'].includes(document.getElementById('phone').dataset.state)"
        self.page.wait_for_function(script, timeout=seconds * 1000)
        return self.state()

    def hear(self, words: str, seconds: float = 90.0) -> None:
        """Wait until the line says this."""
        script = "words => [...document.querySelectorAll('#captions p')].some((p) => p.innerText.trim() === words)"
        self.page.wait_for_function(script, arg=words, timeout=seconds * 1000)

    def press(self, keys: str) -> None:
        self.heard = len(self.captions())
        for key in keys:
            self.page.keyboard.press(key)
        self.wait("speaking", "thinking", "ended")

    def choose_language(self) -> None:
        """Listen to the menu until one's own language is named."""
        named = re.compile(catalogue(self.locale).text("language_choice.voice", digit="(.)"))
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            for caption in self.captions():
                if found := named.search(caption):
                    self.press(found[1])
                    return
            self.page.wait_for_timeout(100)
        raise AssertionError(f"the menu does not name {self.locale}: {self.captions()}")

    def asked(self) -> str:
        """Which question the line has asked since the last answer, or that the call has ended."""
        text = catalogue(self.locale).text
        questions = {text(f"{key}{again}.voice"): key for key in ANSWERS for again in ("", "_again")}
        deadline = time.monotonic() + 90
        while time.monotonic() < deadline:
            for caption in self.captions()[self.heard :]:
                if caption in questions:
                    return questions[caption]
            if self.state() == "ended":
                return "ended"
            self.page.wait_for_timeout(100)
        raise AssertionError(f"a question that the caller does not know: {self.captions()[self.heard :]}")

    def answer_the_rest(self, *, taking_back: bool = False) -> str:
        """Answer with keys as soon as something is asked, up to the end, and give the report's code.

        ``taking_back``: where the line takes the words for something that needs no street, say that this is wrong.
        """
        for _ in range(14):
            if (question := self.asked()) == "ended":
                break
            taking_back = taking_back and question not in ("street", "street_keys", "correct")
            self.press("2" if taking_back and question == "confirm" else ANSWERS[question])
        told = [re.sub(r"\D", "", caption) for caption in self.captions()[self.heard :]]
        codes = [digits for digits in told if len(digits) in (4, 5)]
        assert codes, self.captions()
        return codes[0]
