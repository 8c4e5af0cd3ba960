"""A resident calls, texts and looks, in a real browser against a real line."""

import json
import re
import time
from pathlib import Path

import pytest
import requests
from rapidfuzz.distance import Levenshtein

from ivr.catalogue import catalogue
from ivr.locale import locales
from tests.end_to_end.line import RunningLine, running_line
from tests.end_to_end.web_phone import (
    BEFORE_SPEECH,
    FAKE_MICROPHONE,
    Caller,
    browser_page,
    human_clip,
    microphone_file,
    seconds_said,
)

__all__ = ["running_line"]

pytestmark = [pytest.mark.server, pytest.mark.browser]


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


@pytest.mark.model
def test_a_spoken_report_is_heard_confirmed_and_published(running_line: RunningLine, tmp_path: Path) -> None:
    clip = human_clip()
    file, speech_at = microphone_file(clip, tmp_path)
    flags = (*FAKE_MICROPHONE, f"--use-file-for-fake-audio-capture={file}%noloop")
    text = catalogue(clip.locale).text
    with browser_page(f"{running_line.url}/phone?lang={clip.locale}", *flags) as page:
        caller = Caller(page, clip.locale)
        page.click("#start")
        caller.wait("speaking")
        rang = time.monotonic()
        caller.choose_language()

        caller.hear(text("consent.voice"))
        caller.wait("listening_keys")
        said = caller.captions()
        assert said.index(text("notice_112.voice")) < said.index(text("consent.voice"))
        speak_at = speech_at - seconds_said(clip.locale, "describe") - BEFORE_SPEECH
        page.wait_for_timeout(max(0.0, rang + speak_at - time.monotonic()) * 1000)
        caller.press("1")
        caller.wait("recording")
        caller.wait("thinking")
        code = caller.answer_the_rest(taking_back=True)

    (report,) = [one for one in json.loads(running_line.command("report", "list", "--json")) if one["code"] == code]
    heard, spoken = words(report["original"]), words(clip.text)
    assert Levenshtein.distance(heard, spoken) / len(spoken) <= 0.25, report["original"]
    assert (report["channel"], report["language"], report["practice"]) == ("voice", clip.locale, False)
    assert (report["place"]["street"], report["confirmed"]) == ("Kerkstraat", True)

    assert code not in requests.get(f"{running_line.url}/g/demo/feed.json", timeout=10).text
    running_line.command("report", "publish", code)
    feed = requests.get(f"{running_line.url}/g/demo/feed.json", timeout=10).json()
    assert code in [item["_report"]["code"] for item in feed["items"]]


def test_without_a_microphone_the_keys_still_file_a_report(running_line: RunningLine) -> None:
    with browser_page(f"{running_line.url}/phone?lang=en") as page:
        caller = Caller(page, "en")
        page.keyboard.press("Enter")
        caller.wait("speaking")
        caller.choose_language()
        caller.hear(catalogue("en").text("consent.voice"))
        assert catalogue("en").text("phone.no_microphone") in caller.captions()
        caller.wait("listening_keys")
        caller.press("2")
        assert len(caller.answer_the_rest()) >= 4


def test_escape_hangs_up(running_line: RunningLine) -> None:
    with browser_page(f"{running_line.url}/phone?lang=en", *FAKE_MICROPHONE) as page:
        caller = Caller(page, "en")
        page.click("#start")
        caller.wait("speaking")
        page.keyboard.press("Escape")
        caller.wait("ended")
        assert page.is_enabled("#start")


def test_a_text_gets_its_answer(running_line: RunningLine) -> None:
    with browser_page(f"{running_line.url}/phone?lang=nl") as page:
        page.click("#tab-sms")
        page.fill("#text", "Er staan vuilniszakken naast de container in de Molenweg")
        page.keyboard.press("Enter")
        page.wait_for_selector(".bubble:not(.mine)")
        assert page.locator(".bubble.mine").count() == 1
        assert page.input_value("#text") == ""


@pytest.mark.parametrize("width", [360, 640])  # a small phone, and 1280 px at 200 % zoom
def test_everything_fits_and_can_be_hit(running_line: RunningLine, width: int) -> None:
    with browser_page(f"{running_line.url}/phone", viewport={"width": width, "height": 640}) as page:
        for code in locales():
            page.goto(f"{running_line.url}/phone?lang={code}")
            page.wait_for_function("() => document.getElementById('own-number').textContent.includes('+316100')")
            assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth"), code
            small = page.evaluate(
                """() => [...document.querySelectorAll("button, textarea, .lines label, .languages a")]
                .filter((one) => one.offsetParent && (one.offsetHeight < 48 || one.offsetWidth < 48))
                .map((one) => one.textContent)"""
            )
            assert small == [], code
            hidden = page.evaluate(
                """() => [...document.querySelectorAll("button")]
                .filter((one) => one.offsetParent && one.scrollWidth > one.clientWidth + 1)
                .map((one) => one.textContent)"""
            )
            assert hidden == [], code
