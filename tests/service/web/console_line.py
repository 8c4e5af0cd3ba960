"""The console on the demo line, and a browser that sends its forms."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html import unescape
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from ivr.messages import Transcript
from service.domain.account import User
from service.domain.permissions import Role
from service.domain.report import Report
from service.usecases.keep_recording import keep_recording, recording_path
from service.web import auth, console, errors, feed, headers, pages, phone, traffic
from tests.service.carrier_line import wav
from tests.service.demo_line import NOW, PASSWORD, DemoLine, demo_line

SIGN_IN = "/console/sign-in"


@dataclass
class Browser:
    """A browser. Texts are in English."""

    client: FlaskClient

    def get(self, path: str, **headers: str) -> TestResponse:
        return self.client.get(path, headers={"Accept-Language": "en", **headers}, buffered=True)

    def submit(self, page: str, action: str, **fields: str) -> TestResponse:
        """Send a form as a page has it, with the fields filled in; ``action`` is where it goes."""
        form = self.form(page, action)
        return self.client.post(action, data=form | fields, headers={"Accept-Language": "en"})

    def form(self, page: str, action: str) -> dict[str, str]:
        """The hidden fields of a page's form."""
        for form in re.findall(r"<form.*?</form>", self.get(page).text, re.DOTALL):
            if f'action="{action}"' in form:
                hidden = re.findall(r'type="hidden" name="([^"]*)" value="([^"]*)"', form)
                return {name: unescape(value) for name, value in hidden}
        raise AssertionError(f"{page} has no form that goes to {action}")

    def sign_in(self, login: str, password: str = PASSWORD, page: str = SIGN_IN, **fields: str) -> TestResponse:
        return self.submit(page, SIGN_IN, login=login, password=password, **fields)


@dataclass
class ConsoleLine:
    app: Flask
    demo: DemoLine

    def browser(self) -> Browser:
        return Browser(self.app.test_client())

    def signed_in(self, user: User) -> Browser:
        browser = self.browser()
        assert browser.sign_in(user.login).status_code == 303
        return browser

    def moderator(self) -> Browser:
        return self.signed_in(self.demo.user(Role.MODERATOR, "anna"))

    def recorded(self, report: Report, text: str = "harde muziek") -> str:
        """The address of a recording of that report."""
        media_id = keep_recording(self.demo.line, wav(0.5))
        path = recording_path(self.demo.line, media_id).name
        with self.demo.line.store.begin() as unit:
            unit.media.add(report.group_id, report.id, report.session_id, path, 0.5, created=NOW, media_id=media_id)
            unit.media.set_transcript(media_id, Transcript(text, report.language, 0.9, "scripted", 0.5))
        return f"/console/media/{media_id}"


@contextmanager
def console_line(folder: Path, public_base_url: str = "") -> Iterator[ConsoleLine]:
    with demo_line(folder, public_base_url) as demo:
        app = Flask("service.web")
        app.config.update(
            SECRET_KEY=demo.line.keys.session_secrets[0],
            SESSION_COOKIE_SAMESITE="Lax",
            SESSION_COOKIE_SECURE=demo.line.settings.web_url.startswith("https://"),
        )
        app.extensions["buurtlijn"] = demo.line
        for part in (traffic, headers, errors):
            part.init_app(app)
        for module in (pages, phone, feed, auth, console):
            app.register_blueprint(module.blueprint)
        try:
            yield ConsoleLine(app, demo)
        finally:
            auth.limiter.reset()
            phone.limiter.reset()
